#include "src/base/ip.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    V4_BYTES = 4,
    V6_BYTES = 16,
    MAPPED_BITS = 96, /* of ::ffff:0:0/96 */
};

static const uint8_t mapped_prefix[MAPPED_BITS / 8] = {
    [10] = 0xFF, [11] = 0xFF};

/* Four decimal numbers without leading zeros, which some programs read as octal
 * and others do not. */
static bool parse_v4(struct str text, uint8_t out[V4_BYTES])
{
    unsigned number = 0, digits = 0;
    int filled = 0;
    if (text.len < sizeof("0.0.0.0") - 1 ||
        text.len > sizeof("255.255.255.255") - 1)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned digit = (unsigned)(unsigned char)text.ptr[i] - '0';
        if (digit <= 9) {
            if (digits == 1 && number == 0)
                return false;
            number = number * 10 + digit;
            digits++;
        } else {
            if (text.ptr[i] != '.' || digits == 0 || number > 255 ||
                filled == V4_BYTES - 1)
                return false;
            out[filled++] = (uint8_t)number;
            number = digits = 0;
        }
    }
    if (digits == 0 || number > 255 || filled != V4_BYTES - 1)
        return false;
    out[filled] = (uint8_t)number;
    return true;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One to four hexadecimal digits at the start of `text`, which moves past. */
static bool take_group(struct str *text, unsigned *out)
{
    size_t len = 0;
    unsigned number = 0;
    int value;
    while (len < text->len && len < 5 &&
           (value = hex_value(text->ptr[len])) >= 0) {
        number = number << 4 | (unsigned)value;
        len++;
    }
    if (len == 0 || len > 4)
        return false;
    *out = number;
    *text = str_from_index(*text, len);
    return true;
}

/* Move what was read after "::" to the end; zeros fill the gap. */
static bool close_gap(uint8_t out[V6_BYTES], size_t filled, size_t gap)
{
    size_t tail = filled - gap;
    if (filled > V6_BYTES - 2)
        return false;
    memmove(out + V6_BYTES - tail, out + gap, tail);
    memset(out + gap, 0, V6_BYTES - filled);
    return true;
}

static bool parse_v6(struct str text, uint8_t out[V6_BYTES])
{
    size_t filled = 0, gap = SIZE_MAX;
    if (str_starts_with(text, STR("::"))) {
        gap = 0;
        text = str_from_index(text, 2);
    }
    while (text.len > 0) {
        struct str rest = text;
        unsigned group;
        if (filled == V6_BYTES || !take_group(&rest, &group))
            return false;
        if (rest.len > 0 && rest.ptr[0] == '.') {
            if (filled > V6_BYTES - V4_BYTES || !parse_v4(text, out + filled))
                return false;
            filled += V4_BYTES;
            break;
        }
        text = rest;
        out[filled++] = (uint8_t)(group >> 8);
        out[filled++] = (uint8_t)group;
        if (text.len == 0)
            break;
        if (gap == SIZE_MAX && str_starts_with(text, STR("::"))) {
            gap = filled;
            text = str_from_index(text, 2);
            continue;
        }
        if (text.ptr[0] != ':' || text.len == 1)
            return false;
        text = str_from_index(text, 1);
    }
    return gap == SIZE_MAX ? filled == V6_BYTES : close_gap(out, filled, gap);
}

/* Without the brackets and the zone that may be around an IPv6 address. */
static bool strip_dress(struct str *text)
{
    if (text->len > 0 && text->ptr[0] == '[') {
        if (text->ptr[text->len - 1] != ']')
            return false;
        *text = str_sub(*text, 1, text->len - 2);
    }
    ptrdiff_t zone = str_find_char(*text, '%');
    if (zone < 0)
        return true;
    bool named = (size_t)zone + 1 < text->len;
    text->len = (size_t)zone;
    return named;
}

bool ip_parse(struct str text, struct ip *out)
{
    struct ip ip = {.family = 4};
    if (parse_v4(text, ip.at)) {
        *out = ip;
        return true;
    }

    uint8_t full[V6_BYTES];
    if (text.len < 2 || !strip_dress(&text) || !parse_v6(text, full))
        return false;
    if (memcmp(full, mapped_prefix, sizeof(mapped_prefix)) == 0) {
        ip = (struct ip){.family = 4};
        memcpy(ip.at, full + sizeof(mapped_prefix), V4_BYTES);
    } else {
        ip.family = 6;
        memcpy(ip.at, full, V6_BYTES);
    }
    *out = ip;
    return true;
}

static char *put_decimal(char *out, unsigned number)
{
    if (number >= 100)
        *out++ = (char)('0' + number / 100);
    if (number >= 10)
        *out++ = (char)('0' + number / 10 % 10);
    *out++ = (char)('0' + number % 10);
    return out;
}

static char *format_v4(const uint8_t at[V4_BYTES], char *out)
{
    for (int i = 0; i < V4_BYTES; i++) {
        if (i > 0)
            *out++ = '.';
        out = put_decimal(out, at[i]);
    }
    return out;
}

static unsigned group_at(const uint8_t at[V6_BYTES], int i)
{
    return (unsigned)at[2 * i] << 8 | at[2 * i + 1];
}

/* The longest run of at least two zero groups, the first of equals; its length
 * is 0 when there is none (RFC 5952, section 4.2). */
static int longest_zeros(const uint8_t at[V6_BYTES], int *start)
{
    int best = 1, run = 0;
    *start = -1;
    for (int i = 0; i < V6_BYTES / 2; i++) {
        run = group_at(at, i) == 0 ? run + 1 : 0;
        if (run > best) {
            best = run;
            *start = i - run + 1;
        }
    }
    return *start < 0 ? 0 : best;
}

static char *put_hex(char *out, unsigned group)
{
    static const char digits[] = "0123456789abcdef";
    int shift = group >= 0x1000 ? 12 : group >= 0x100 ? 8 : group >= 16 ? 4 : 0;
    for (; shift >= 0; shift -= 4)
        *out++ = digits[group >> shift & 15];
    return out;
}

static char *format_v6(const uint8_t at[V6_BYTES], char *out)
{
    int gap;
    int gap_len = longest_zeros(at, &gap);
    for (int i = 0; i < V6_BYTES / 2; i++) {
        if (i == gap) {
            *out++ = ':';
            *out++ = ':';
            i += gap_len - 1;
            continue;
        }
        if (i > 0 && i != gap + gap_len)
            *out++ = ':';
        out = put_hex(out, group_at(at, i));
    }
    return out;
}

size_t ip_format(const struct ip *ip, char out[IP_TEXT_MAX])
{
    char *end = out;
    if (ip->family == 4)
        end = format_v4(ip->at, out);
    else if (ip->family == 6)
        end = format_v6(ip->at, out);
    *end = '\0';
    return (size_t)(end - out);
}

static size_t address_bytes(const struct ip *ip)
{
    return ip->family == 4 ? V4_BYTES : ip->family == 6 ? V6_BYTES : 0;
}

bool ip_eq(const struct ip *a, const struct ip *b)
{
    return ip_compare(a, b) == 0;
}

int ip_compare(const struct ip *a, const struct ip *b)
{
    if (a->family != b->family)
        return a->family < b->family ? -1 : 1;
    return memcmp(a->at, b->at, address_bytes(a));
}

uint32_t ip_v4(const struct ip *ip)
{
    assert(ip->family == 4);
    return (uint32_t)ip->at[0] << 24 | (uint32_t)ip->at[1] << 16 |
           (uint32_t)ip->at[2] << 8 | (uint32_t)ip->at[3];
}

struct ip ip_from_v4(uint32_t address)
{
    return (struct ip){
        .family = 4,
        .at = {(uint8_t)(address >> 24), (uint8_t)(address >> 16),
            (uint8_t)(address >> 8), (uint8_t)address},
    };
}

/* All bits past the first `prefix` cleared in `first` and set in `last`. */
static void spread(
    const struct ip *ip, uint64_t prefix, struct ip *first, struct ip *last)
{
    struct ip low = *ip, high = *ip;
    for (size_t i = 0; i < address_bytes(ip); i++) {
        unsigned host = prefix >= 8 ? 0 : 0xFFu >> prefix;
        prefix -= prefix >= 8 ? 8 : prefix;
        low.at[i] = (uint8_t)(ip->at[i] & ~host);
        high.at[i] = (uint8_t)(ip->at[i] | host);
    }
    *first = low;
    *last = high;
}

bool ip_parse_network(struct str text, struct ip *first, struct ip *last)
{
    struct str rest = text;
    struct str address = str_cut(&rest, '/');
    struct ip ip;
    if (!ip_parse(address, &ip))
        return false;
    uint64_t bits = 8 * address_bytes(&ip);
    uint64_t prefix = bits;
    if (address.len < text.len) {
        if (rest.len > 3 || !str_to_u64(rest, &prefix))
            return false;
        /* Written as IPv6, kept as IPv4: the prefix counts the longer form. */
        if (ip.family == 4 && str_find_char(address, ':') >= 0) {
            if (prefix < MAPPED_BITS)
                return false;
            prefix -= MAPPED_BITS;
        }
    }
    if (prefix > bits)
        return false;
    spread(&ip, prefix, first, last);
    return true;
}
