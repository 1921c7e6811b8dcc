#include "parsers/windows_value.h"

#include <string.h>

#include "src/base/ip.h"

enum { HEX_DIGITS_MAX = 16, NUMBER_MAX = 20 };

bool windows_value_hex(struct str text, uint64_t *out)
{
    if (text.len < 3 || text.ptr[0] != '0' || (text.ptr[1] | 0x20) != 'x')
        return false;
    uint64_t number = 0;
    size_t digits = 0;
    for (size_t i = 2; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        unsigned digit = c >= '0' && c <= '9' ? c - (unsigned)'0'
                         : (c | 0x20) >= 'a' && (c | 0x20) <= 'f'
                             ? (c | 0x20u) - 'a' + 10
                             : 16;
        digits += digits > 0 || digit > 0;
        if (digit > 15 || digits > HEX_DIGITS_MAX)
            return false;
        number = number << 4 | digit;
    }
    *out = number;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str windows_value_name(struct arena *arena, struct str name)
{
    size_t len = 0;
    while (len < name.len && !is_blank(name.ptr[len]))
        len++;
    if (len == name.len)
        return name;
    char *text = arena_alloc(arena, name.len);
    len = 0;
    for (size_t i = 0; i < name.len; i++)
        if (!is_blank(name.ptr[i]))
            text[len++] = name.ptr[i];
    return str_make(text, len);
}

/* Digits from the end: this runs for most events, printf is slow at it. */
static struct str number_text(
    struct arena *arena, uint64_t number, unsigned base, struct str prefix)
{
    static const char digits[] = "0123456789abcdef";
    char text[NUMBER_MAX];
    size_t at = sizeof(text);
    do {
        text[--at] = digits[number % base];
        number /= base;
    } while (number > 0);
    char *out = arena_alloc(arena, prefix.len + sizeof(text) - at);
    memcpy(out, prefix.ptr, prefix.len);
    memcpy(out + prefix.len, text + at, sizeof(text) - at);
    return str_make(out, prefix.len + sizeof(text) - at);
}

static void set_number(struct arena *arena, struct record *record,
    enum field field, struct str value)
{
    uint64_t number;
    if (windows_value_hex(value, &number))
        value = number_text(arena, number, 10, STR(""));
    bool is_port = field == FIELD_SRC_PORT || field == FIELD_DST_PORT;
    if (!is_port || !str_eq(value, STR("0")))
        record_set(record, field, value);
}

static void set_session(
    struct arena *arena, struct record *record, struct str value)
{
    uint64_t number;
    if (windows_value_hex(value, &number))
        value = number == 0 ? (struct str){0}
                            : number_text(arena, number, 16, STR("0x"));
    record_set(record, FIELD_SESSION, value);
}

static struct str without_slashes(struct str name)
{
    while (name.len > 0 && (name.ptr[0] == '\\' || name.ptr[0] == '/'))
        name = str_from_index(name, 1);
    return name;
}

static enum field port_of(enum field field)
{
    return field == FIELD_SRC_IP ? FIELD_SRC_PORT : FIELD_DST_PORT;
}

static enum field host_of(enum field field)
{
    return field == FIELD_SRC_IP ? FIELD_SRC_HOST : FIELD_DST_HOST;
}

static void set_ip(struct arena *arena, struct record *record, enum field field,
    struct str value, const struct ip *ip)
{
    bool is_mapped = str_starts_with(value, STR("::ffff:")) ||
                     str_starts_with(value, STR("::FFFF:"));
    if (is_mapped && ip->family == 4)
        value = str_from_index(value, 7);
    else if (value.ptr[0] == '[' || str_find_char(value, '%') >= 0) {
        char text[IP_TEXT_MAX];
        value = arena_copy(arena, str_make(text, ip_format(ip, text)));
    }
    record_set(record, field, value);
}

static struct str without_brackets(struct str text)
{
    bool is_bracketed =
        text.len > 2 && text.ptr[0] == '[' && text.ptr[text.len - 1] == ']';
    return is_bracketed ? str_sub(text, 1, text.len - 2) : text;
}

/* "192.0.2.1:50124", "[2001:db8::1]:50124". */
static bool set_with_port(struct arena *arena, struct record *record,
    enum field field, struct str value)
{
    struct ip ip;
    ptrdiff_t colon = str_find_last_char(value, ':');
    if (colon <= 0)
        return false;
    struct str address = str_sub(value, 0, (size_t)colon);
    struct str port = str_from_index(value, (size_t)colon + 1);
    uint64_t number;
    if (!str_to_u64(port, &number) || number > UINT16_MAX ||
        !ip_parse(without_brackets(address), &ip))
        return false;
    if (ip.family == 4)
        address = without_brackets(address);
    set_ip(arena, record, field, address, &ip);
    if (!record_has(record, port_of(field)))
        set_number(arena, record, port_of(field), port);
    return true;
}

static void set_address(struct arena *arena, struct record *record,
    enum field field, struct str value)
{
    struct ip ip;
    value = without_slashes(value);
    if (value.len == 0 || str_eq_nocase(value, STR("LOCAL")))
        return;
    if (ip_parse(value, &ip))
        set_ip(arena, record, field, value, &ip);
    else if (!set_with_port(arena, record, field, value) &&
             !record_has(record, host_of(field)))
        record_set(record, host_of(field), value);
}

static void set_host(struct arena *arena, struct record *record,
    enum field field, struct str value)
{
    struct ip ip;
    value = without_slashes(value);
    enum field address = field == FIELD_SRC_HOST ? FIELD_SRC_IP : FIELD_DST_IP;
    if (value.len > 0 && ip_parse(value, &ip) && !record_has(record, address))
        set_ip(arena, record, address, value, &ip);
    else
        record_set(record, field, value);
}

/* Accounts that every Windows has, by SID ([MS-DTYP] 2.4.2.4). */
static const struct {
    struct str sid, name;
} known_sids[] = {
    {STR_INIT("S-1-5-18"), STR_INIT("SYSTEM")},
    {STR_INIT("S-1-5-19"), STR_INIT("LOCAL SERVICE")},
    {STR_INIT("S-1-5-20"), STR_INIT("NETWORK SERVICE")},
    {STR_INIT("S-1-5-7"), STR_INIT("ANONYMOUS LOGON")},
    {STR_INIT("S-1-1-0"), STR_INIT("Everyone")},
    {STR_INIT("S-1-5-11"), STR_INIT("Authenticated Users")},
    {STR_INIT("S-1-5-32-544"), STR_INIT("Administrators")},
    {STR_INIT("S-1-5-32-545"), STR_INIT("Users")},
    {STR_INIT("S-1-5-32-546"), STR_INIT("Guests")},
};

static struct str name_of_sid(struct str value)
{
    if (!str_starts_with(value, STR("S-1-")))
        return value;
    if (str_eq(value, STR("S-1-0-0"))) /* nobody */
        return (struct str){0};
    for (size_t i = 0; i < sizeof(known_sids) / sizeof(known_sids[0]); i++)
        if (str_eq(known_sids[i].sid, value))
            return known_sids[i].name;
    return value;
}

/* "CN=Alice Example,CN=Users,DC=example,DC=com": Alice Example. */
static struct str first_of_dn(struct str value)
{
    if (value.len < 4 || !str_eq_nocase(str_sub(value, 0, 3), STR("CN=")))
        return value;
    value = str_from_index(value, 3);
    ptrdiff_t comma = str_find_char(value, ',');
    return comma > 0 ? str_sub(value, 0, (size_t)comma) : value;
}

static void set_account(
    struct record *record, enum field field, struct str value)
{
    enum field domain =
        field == FIELD_USER ? FIELD_USER_DOMAIN : FIELD_TARGET_DOMAIN;
    value = first_of_dn(name_of_sid(value));
    ptrdiff_t slash = str_find_char(value, '\\');
    if (slash >= 0 && (size_t)slash + 1 < value.len) {
        if (!record_has(record, domain))
            record_set(record, domain, str_sub(value, 0, (size_t)slash));
        value = str_from_index(value, (size_t)slash + 1);
    }
    record_set(record, field, value);
}

/* Of "SHA1=...,MD5=...,SHA256=...,IMPHASH=..." the longest digest; the last is
 * one of imports, not of the file. */
static void set_hash(struct record *record, struct str value)
{
    struct str best = {0};
    if (str_find_char(value, '=') < 0)
        best = value;
    while (value.len > 0) {
        struct str digest = str_cut(&value, ',');
        struct str name = str_cut(&digest, '=');
        if (digest.len > best.len && !str_eq_nocase(name, STR("IMPHASH")))
            best = digest;
    }
    record_set(record, FIELD_FILE_HASH, best);
}

void windows_value_set(struct arena *arena, struct record *record,
    enum field field, struct str value)
{
    switch ((int)field) {
    case FIELD_SRC_IP:
    case FIELD_DST_IP:
        set_address(arena, record, field, value);
        return;
    case FIELD_SRC_HOST:
    case FIELD_DST_HOST:
        set_host(arena, record, field, value);
        return;
    case FIELD_SRC_PORT:
    case FIELD_DST_PORT:
    case FIELD_PID:
    case FIELD_STATUS:
    case FIELD_BYTES_IN:
    case FIELD_BYTES_OUT:
    case FIELD_RECORD:
        set_number(arena, record, field, value);
        return;
    case FIELD_SESSION:
        set_session(arena, record, value);
        return;
    case FIELD_USER:
    case FIELD_TARGET_USER:
        set_account(record, field, value);
        return;
    case FIELD_FILE_HASH:
        set_hash(record, value);
        return;
    default:
        record_set(record, field, value);
    }
}
