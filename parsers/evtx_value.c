/* Values of BinXml as text: [MS-EVEN6] 2.2.12.3, written as Windows writes them
 * in XML. Nearly all are UTF-16 that is ASCII, so that goes four characters at
 * a time. */
#include <stdio.h>
#include <string.h>

#include "parsers/evtx.h"
#include "src/base/limit.h"
#include "src/base/utf8.h"

/* --- room ----------------------------------------------------------------- */

/* Place for `len` more bytes, or NULL. */
static char *reserve(struct evtx_room *room, size_t len)
{
    if (len <= LIMIT_EVTX_TEXT - room->used)
        return room->at + room->used;
    room->full = true;
    return NULL;
}

static struct str keep(struct evtx_room *room, char *text, size_t len)
{
    room->used += len;
    return str_make(text, len);
}

struct str evtx_room_keep(struct evtx_room *room, struct str text)
{
    char *out = reserve(room, text.len);
    if (out == NULL || text.len == 0)
        return (struct str){0};
    memcpy(out, text.ptr, text.len);
    return keep(room, out, text.len);
}

static struct str put(struct evtx_room *room, const char *text, size_t len)
{
    return evtx_room_keep(room, str_make(text, len));
}

/* --- UTF-16 --------------------------------------------------------------- */

static const char *const EMPTY = "";

/* The character at `*at`, which moves past it; U+FFFD for half a pair. */
static uint32_t next_character(const uint8_t *in, size_t units, size_t *at)
{
    uint32_t unit = evtx_u16(in + 2 * (*at)++);
    if (unit < 0xD800 || unit > 0xDFFF)
        return unit;
    if (unit > 0xDBFF || *at == units)
        return 0xFFFD;
    uint32_t low = evtx_u16(in + 2 * *at);
    if (low < 0xDC00 || low > 0xDFFF)
        return 0xFFFD;
    (*at)++;
    return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
}

/* Four units to four bytes, when all are ASCII: each moves down next to its
 * neighbour, then each pair. */
static bool four_ascii(const uint8_t *in, char *out)
{
    uint64_t units = evtx_u64(in);
    if ((units & UINT64_C(0xFF80FF80FF80FF80)) != 0)
        return false;
    units = (units | units >> 8) & UINT64_C(0x0000FFFF0000FFFF);
    uint32_t four = (uint32_t)(units | units >> 16);
    out[0] = (char)four;
    out[1] = (char)(four >> 8);
    out[2] = (char)(four >> 16);
    out[3] = (char)(four >> 24);
    return true;
}

struct str evtx_utf16_text(struct evtx_room *room, struct str utf16)
{
    enum { MOST_BYTES = 3 }; /* that a unit becomes */
    const uint8_t *in = (const uint8_t *)utf16.ptr;
    size_t units = utf16.len / 2, at = 0, len = 0;
    while (units > 0 && evtx_u16(in + 2 * (units - 1)) == 0)
        units--;
    char *out = reserve(room, MOST_BYTES * units);
    if (out == NULL)
        return str_make(EMPTY, 0);
    while (at < units) {
        while (at + 4 <= units && four_ascii(in + 2 * at, out + len)) {
            at += 4;
            len += 4;
        }
        if (at < units)
            len += utf8_encode(next_character(in, units, &at), out + len);
    }
    return keep(room, out, len);
}

/* In the code page of the machine that wrote it, which nothing names: taken
 * for the western one where it is not ASCII. */
static struct str ansi_text(
    struct evtx_room *room, const struct evtx_value *value)
{
    enum { MOST_BYTES = 2 };
    size_t count = value->len, len = 0;
    while (count > 0 && value->at[count - 1] == 0)
        count--;
    char *out = reserve(room, MOST_BYTES * count);
    if (out == NULL)
        return (struct str){0};
    for (size_t i = 0; i < count; i++)
        len += utf8_encode(value->at[i], out + len);
    return keep(room, out, len);
}

/* --- numbers -------------------------------------------------------------- */

static const struct {
    uint8_t size;
    bool is_signed, is_hex;
} number_types[] = {
    [EVTX_TYPE_INT8] = {1, true, false},
    [EVTX_TYPE_UINT8] = {1, false, false},
    [EVTX_TYPE_INT16] = {2, true, false},
    [EVTX_TYPE_UINT16] = {2, false, false},
    [EVTX_TYPE_INT32] = {4, true, false},
    [EVTX_TYPE_UINT32] = {4, false, false},
    [EVTX_TYPE_INT64] = {8, true, false},
    [EVTX_TYPE_UINT64] = {8, false, false},
    [EVTX_TYPE_BOOL] = {4, false, false},
    [EVTX_TYPE_SIZE] = {0, false, true},
    [EVTX_TYPE_HEX32] = {4, false, true},
    [EVTX_TYPE_HEX64] = {8, false, true},
    [EVTX_TYPE_HANDLE] = {0, false, true},
};
enum { NUMBER_TYPES = sizeof(number_types) / sizeof(number_types[0]) };

/* As many bytes as the type has; one with 0 has what its machine had. */
bool evtx_value_number(const struct evtx_value *value, uint64_t *out)
{
    uint8_t type = value->type;
    if (type >= NUMBER_TYPES ||
        (number_types[type].size == 0 && !number_types[type].is_hex) ||
        (number_types[type].size != 0 && number_types[type].size != value->len))
        return false;
    switch (value->len) {
    case 1:
        *out = value->at[0];
        return true;
    case 2:
        *out = evtx_u16(value->at);
        return true;
    case 4:
        *out = evtx_u32(value->at);
        return true;
    case 8:
        *out = evtx_u64(value->at);
        return true;
    default:
        return false;
    }
}

static struct str decimal_text(
    struct evtx_room *room, uint64_t number, bool is_negative)
{
    char digits[24];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    if (is_negative)
        digits[--at] = '-';
    return put(room, digits + at, sizeof(digits) - at);
}

static struct str hex_text(struct evtx_room *room, uint64_t number)
{
    static const char hex[] = "0123456789abcdef";
    char digits[24];
    size_t at = sizeof(digits);
    do {
        digits[--at] = hex[number & 15];
        number >>= 4;
    } while (number > 0);
    digits[--at] = 'x';
    digits[--at] = '0';
    return put(room, digits + at, sizeof(digits) - at);
}

static struct str number_text(
    struct evtx_room *room, const struct evtx_value *value)
{
    uint64_t number;
    if (!evtx_value_number(value, &number))
        return (struct str){0};
    if (value->type == EVTX_TYPE_BOOL)
        return number != 0 ? STR("true") : STR("false");
    if (number_types[value->type].is_hex)
        return hex_text(room, number);
    unsigned sign = 8u * value->len - 1;
    if (!number_types[value->type].is_signed || (number >> sign) == 0)
        return decimal_text(room, number, false);
    uint64_t negative = 0 - number;
    if (sign < 63)
        negative &= (UINT64_C(1) << (sign + 1)) - 1;
    return decimal_text(room, negative, true);
}

/* The fewest digits that give the number back. */
static struct str real_text(
    struct evtx_room *room, const struct evtx_value *value)
{
    char text[40];
    if (value->type == EVTX_TYPE_REAL32 && value->len == 4) {
        uint32_t bits = evtx_u32(value->at);
        float number, again;
        memcpy(&number, &bits, sizeof(number));
        for (int digits = 6; digits <= 9; digits++) {
            snprintf(text, sizeof(text), "%.*g", digits, (double)number);
            if (sscanf(text, "%f", &again) == 1 && again == number)
                break;
        }
    } else if (value->type == EVTX_TYPE_REAL64 && value->len == 8) {
        uint64_t bits = evtx_u64(value->at);
        double number, again;
        memcpy(&number, &bits, sizeof(number));
        for (int digits = 15; digits <= 17; digits++) {
            snprintf(text, sizeof(text), "%.*g", digits, number);
            if (sscanf(text, "%lf", &again) == 1 && again == number)
                break;
        }
    } else {
        return (struct str){0};
    }
    return put(room, text, strlen(text));
}

/* --- bytes, GUIDs, SIDs --------------------------------------------------- */

static const char upper_hex[] = "0123456789ABCDEF";

static struct str binary_text(
    struct evtx_room *room, const struct evtx_value *value)
{
    char *out = reserve(room, 2 * (size_t)value->len);
    if (out == NULL)
        return (struct str){0};
    for (size_t i = 0; i < value->len; i++) {
        out[2 * i] = upper_hex[value->at[i] >> 4];
        out[2 * i + 1] = upper_hex[value->at[i] & 15];
    }
    return keep(room, out, 2 * (size_t)value->len);
}

/* Three numbers, then eight bytes; -1 is a dash. */
static struct str guid_text(
    struct evtx_room *room, const struct evtx_value *value)
{
    static const int8_t order[] = {
        3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15};
    enum { SIZE = 16, LENGTH = 38 };
    char *out = reserve(room, LENGTH);
    if (out == NULL || value->len != SIZE)
        return (struct str){0};
    size_t len = 0;
    out[len++] = '{';
    for (size_t i = 0; i < sizeof(order); i++) {
        if (order[i] < 0) {
            out[len++] = '-';
            continue;
        }
        out[len++] = upper_hex[value->at[order[i]] >> 4];
        out[len++] = upper_hex[value->at[order[i]] & 15];
    }
    out[len++] = '}';
    return keep(room, out, len);
}

/* [MS-DTYP] 2.4.2.2: revision, count, authority (6 bytes, big-endian), then
 * `count` numbers. */
static struct str sid_text(
    struct evtx_room *room, const struct evtx_value *value)
{
    enum { HEADER = 8, COUNT_MAX = 15, LENGTH_MAX = 24 + COUNT_MAX * 11 };
    char *out = reserve(room, LENGTH_MAX);
    if (out == NULL || value->len < HEADER || value->at[1] > COUNT_MAX ||
        value->len < HEADER + 4 * value->at[1])
        return (struct str){0};
    uint64_t authority = 0;
    for (int i = 2; i < HEADER; i++)
        authority = authority << 8 | value->at[i];
    struct str start = put(room, "S-", 2);
    decimal_text(room, value->at[0], false);
    put(room, "-", 1);
    decimal_text(room, authority, false);
    for (int i = 0; i < value->at[1]; i++) {
        put(room, "-", 1);
        decimal_text(room, evtx_u32(value->at + HEADER + 4 * i), false);
    }
    return str_make(start.ptr, (size_t)(room->at + room->used - start.ptr));
}

/* --- times ---------------------------------------------------------------- */

int64_t evtx_filetime_stamp(uint64_t filetime)
{
    /* 100 ns since 1601; 1970 and the last stamp on that scale */
    const uint64_t epoch = UINT64_C(116444736000000000);
    const uint64_t last = epoch + (uint64_t)(INT64_MAX / 100);
    if (filetime == 0 || filetime > last)
        return STAMP_NONE;
    return ((int64_t)filetime - (int64_t)epoch) < INT64_MIN / 100
               ? STAMP_NONE
               : ((int64_t)filetime - (int64_t)epoch) * 100;
}

/* Years before and after those of a stamp go by a calendar that is the same
 * every 400 years. `years` is what the result lacks. */
static int64_t shift_into_stamp(uint64_t filetime, int *years)
{
    enum { CYCLE_YEARS = 400, CYCLE_DAYS = 146097 };
    const uint64_t cycle = CYCLE_DAYS * UINT64_C(864000000000);
    const uint64_t first = UINT64_C(24000000000000000); /* in 1677 */
    *years = 0;
    if (filetime < first) {
        filetime += cycle;
        *years -= CYCLE_YEARS;
    }
    while (filetime > cycle + first) {
        filetime -= cycle;
        *years += CYCLE_YEARS;
    }
    return evtx_filetime_stamp(filetime);
}

/* With the seven digits that a FILETIME has; a number where the year has five.
 */
static struct str filetime_text(
    struct evtx_room *room, const struct evtx_value *value)
{
    enum { NEEDLESS = 3, YEAR_DIGITS = 4, YEAR_MAX = 9999 };
    char text[STAMP_TEXT_MAX], year[16];
    struct civil civil;
    int years;
    if (value->len != 8)
        return (struct str){0};
    uint64_t filetime = evtx_u64(value->at);
    int64_t stamp = shift_into_stamp(filetime, &years);
    civil_from_stamp(stamp, 0, &civil);
    if (civil.year + years > YEAR_MAX)
        return hex_text(room, filetime);
    size_t len = stamp_format(stamp, STAMP_PRECISION_NS, 0, text);
    snprintf(year, sizeof(year), "%04d", (int)civil.year + years);
    memcpy(text, year, YEAR_DIGITS);
    text[len - NEEDLESS] = 'Z'; /* instead of "00Z" */
    return put(room, text, len - NEEDLESS + 1);
}

/* [MS-DTYP] 2.3.13: year, month, day of week, day, hour, minute, second, ms. */
bool evtx_systemtime_stamp(const struct evtx_value *value, int64_t *out)
{
    enum { SIZE = 16 };
    if (value->type != EVTX_TYPE_SYSTEMTIME || value->len != SIZE)
        return false;
    const uint8_t *at = value->at;
    uint16_t part[8];
    for (int i = 0; i < 8; i++) {
        part[i] = evtx_u16(at + 2 * i);
        if (i > 0 && i < 7 && part[i] > 60)
            return false;
    }
    struct civil civil = {.year = part[0],
        .month = (int8_t)part[1],
        .day = (int8_t)part[3],
        .hour = (int8_t)part[4],
        .minute = (int8_t)part[5],
        .second = (int8_t)part[6],
        .has_date = true,
        .nanosecond = part[7] < 1000 ? part[7] * 1000000u : 0};
    return civil_is_valid(&civil) && civil_to_stamp(&civil, out);
}

static struct str systemtime_text(
    struct evtx_room *room, const struct evtx_value *value)
{
    char text[STAMP_TEXT_MAX];
    int64_t stamp;
    if (!evtx_systemtime_stamp(value, &stamp))
        return binary_text(room, value);
    size_t len = stamp_format(stamp, STAMP_PRECISION_MS, 0, text);
    return put(room, text, len);
}

/* --- any ------------------------------------------------------------------ */

/* The bytes of one item; 0 when items end with a zero or are no arrays. */
static size_t item_size(uint8_t type)
{
    switch (type) {
    case EVTX_TYPE_REAL32:
        return 4;
    case EVTX_TYPE_REAL64:
    case EVTX_TYPE_FILETIME:
        return 8;
    case EVTX_TYPE_GUID:
    case EVTX_TYPE_SYSTEMTIME:
        return 16;
    default:
        return type < NUMBER_TYPES ? number_types[type].size : 0;
    }
}

/* Up to and with the closing zero of `width` bytes. */
static size_t length_to_zero(const struct evtx_value *array, size_t width)
{
    for (size_t at = 0; at + width <= array->len; at += width)
        if (array->at[at] == 0 && array->at[at + width - 1] == 0)
            return at + width;
    return array->len;
}

static size_t next_item_length(const struct evtx_value *array, uint8_t type)
{
    enum { SID_HEADER = 8 };
    if (type == EVTX_TYPE_STRING)
        return length_to_zero(array, 2);
    if (type == EVTX_TYPE_ANSI)
        return length_to_zero(array, 1);
    if (type == EVTX_TYPE_SID && array->len >= SID_HEADER)
        return SID_HEADER + 4 * (size_t)array->at[1];
    size_t size = item_size(type);
    return size > 0 ? size : array->len;
}

bool evtx_array_next(struct evtx_value *array, struct evtx_value *item)
{
    if (array->len == 0)
        return false;
    uint8_t type = (uint8_t)(array->type & ~EVTX_TYPE_ARRAY);
    size_t len = next_item_length(array, type);
    if (len > array->len)
        len = array->len;
    *item = (struct evtx_value){
        .at = array->at, .len = (uint16_t)len, .type = type};
    array->at += len;
    array->len = (uint16_t)(array->len - len);
    return true;
}

static struct str array_text(
    struct evtx_room *room, const struct evtx_value *value)
{
    struct evtx_value rest = *value, item;
    struct str text = str_make(room->at + room->used, 0);
    size_t start = room->used;
    for (bool first = true; evtx_array_next(&rest, &item); first = false) {
        if (!first)
            put(room, " ", 1);
        struct str one = evtx_value_text(room, &item);
        if (item.type == EVTX_TYPE_BOOL) /* that text is not in the room */
            put(room, one.ptr, one.len);
    }
    text.len = room->used - start;
    return text;
}

struct str evtx_value_text(
    struct evtx_room *room, const struct evtx_value *value)
{
    switch (value->type) {
    case EVTX_TYPE_STRING:
    case EVTX_TYPE_XML:
        return evtx_utf16_text(room, str_make(value->at, (size_t)value->len));
    case EVTX_TYPE_NULL:
        return str_make(EMPTY, 0);
    case EVTX_TYPE_ANSI:
        return ansi_text(room, value);
    case EVTX_TYPE_REAL32:
    case EVTX_TYPE_REAL64:
        return real_text(room, value);
    case EVTX_TYPE_GUID:
        return guid_text(room, value);
    case EVTX_TYPE_FILETIME:
        return filetime_text(room, value);
    case EVTX_TYPE_SYSTEMTIME:
        return systemtime_text(room, value);
    case EVTX_TYPE_SID:
        return sid_text(room, value);
    default:
        break;
    }
    if ((value->type & EVTX_TYPE_ARRAY) != 0)
        return array_text(room, value);
    if (value->type < NUMBER_TYPES && (number_types[value->type].size > 0 ||
                                          number_types[value->type].is_hex))
        return number_text(room, value);
    return binary_text(room, value); /* and what is not known */
}
