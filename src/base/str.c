/* memmem and memrchr are not POSIX, and far faster than what we would write. */
#define _GNU_SOURCE

#include "src/base/str.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

enum {
    NUMBER_MAX = 64,   /* longer numbers are copied to the heap to be read */
    DISTANCE_MAX = 64, /* what str_distance compares */
};

struct str str_from(const char *text)
{
    return text == NULL ? (struct str){0} : (struct str){text, strlen(text)};
}

struct str str_make(const void *ptr, size_t len)
{
    return (struct str){ptr, len};
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

int str_compare(struct str a, struct str b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common == 0 ? 0 : memcmp(a.ptr, b.ptr, common);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

bool str_starts_with(struct str text, struct str prefix)
{
    return text.len >= prefix.len &&
           str_eq(str_make(text.ptr, prefix.len), prefix);
}

bool str_ends_with(struct str text, struct str suffix)
{
    return text.len >= suffix.len &&
           str_eq(str_from_index(text, text.len - suffix.len), suffix);
}

ptrdiff_t str_find(struct str text, struct str needle)
{
    if (needle.len == 0)
        return 0;
    if (needle.len > text.len)
        return -1;
    const char *found = memmem(text.ptr, text.len, needle.ptr, needle.len);
    return found == NULL ? -1 : found - text.ptr;
}

ptrdiff_t str_find_char(struct str text, char c)
{
    if (text.len == 0)
        return -1;
    const char *found = memchr(text.ptr, (unsigned char)c, text.len);
    return found == NULL ? -1 : found - text.ptr;
}

ptrdiff_t str_find_last_char(struct str text, char c)
{
    if (text.len == 0)
        return -1;
    const char *found = memrchr(text.ptr, (unsigned char)c, text.len);
    return found == NULL ? -1 : found - text.ptr;
}

/* Sixteen counters of a byte each, added up before one can overflow: the
 * compiler makes vector code of it, 20 times as fast as a memchr a line. */
size_t str_count_char(struct str text, char c)
{
    enum { LANES = 16, ROUNDS = 255 };
    size_t count = 0, at = 0;
    while (text.len - at >= LANES) {
        uint8_t lanes[LANES] = {0};
        for (int round = 0; round < ROUNDS && text.len - at >= LANES; round++) {
            for (size_t i = 0; i < LANES; i++)
                lanes[i] = (uint8_t)(lanes[i] + (text.ptr[at + i] == c));
            at += LANES;
        }
        for (size_t i = 0; i < LANES; i++)
            count += lanes[i];
    }
    for (; at < text.len; at++)
        count += text.ptr[at] == c;
    return count;
}

struct str str_sub(struct str text, size_t start, size_t len)
{
    struct str rest = str_from_index(text, start);
    if (rest.len > len)
        rest.len = len;
    return rest;
}

struct str str_from_index(struct str text, size_t start)
{
    if (start == 0)
        return text;
    if (start > text.len)
        start = text.len;
    return start == 0 ? text : (struct str){text.ptr + start, text.len - start};
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str text)
{
    size_t start = 0;
    while (start < text.len && is_space(text.ptr[start]))
        start++;
    return str_trim_end(str_from_index(text, start));
}

struct str str_trim_end(struct str text)
{
    while (text.len > 0 && is_space(text.ptr[text.len - 1]))
        text.len--;
    return text;
}

struct str str_cut(struct str *text, char sep)
{
    struct str part = *text;
    ptrdiff_t at = str_find_char(part, sep);
    if (at < 0) {
        *text = str_from_index(part, part.len);
        return part;
    }
    *text = str_from_index(part, (size_t)at + 1);
    part.len = (size_t)at;
    return part;
}

bool str_to_u64(struct str text, uint64_t *out)
{
    uint64_t number = 0;
    if (text.len == 0)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(text.ptr[i] - '0');
        if (number > (UINT64_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *out = number;
    return true;
}

static bool is_sign(char c)
{
    return c == '+' || c == '-';
}

bool str_to_i64(struct str text, int64_t *out)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    if (text.len > 0 && is_sign(text.ptr[0]))
        text = str_from_index(text, 1);

    uint64_t size;
    if (!str_to_u64(text, &size) || size > (uint64_t)INT64_MAX + negative)
        return false;
    if (!negative)
        *out = (int64_t)size;
    else
        *out = size == 0 ? 0 : -(int64_t)(size - 1) - 1;
    return true;
}

static size_t skip_digits(struct str *text)
{
    size_t count = 0;
    while (
        count < text->len && text->ptr[count] >= '0' && text->ptr[count] <= '9')
        count++;
    *text = str_from_index(*text, count);
    return count;
}

/* [sign] digits [. digits] [e [sign] digits], with a digit on either side of
 * the point. strtod alone also takes blanks, hexadecimal, "inf" and "nan". */
static bool is_decimal(struct str text)
{
    if (text.len > 0 && is_sign(text.ptr[0]))
        text = str_from_index(text, 1);
    size_t digits = skip_digits(&text);
    if (text.len > 0 && text.ptr[0] == '.') {
        text = str_from_index(text, 1);
        digits += skip_digits(&text);
    }
    if (digits == 0)
        return false;
    if (text.len == 0)
        return true;
    if (lower(text.ptr[0]) != 'e')
        return false;
    text = str_from_index(text, 1);
    if (text.len > 0 && is_sign(text.ptr[0]))
        text = str_from_index(text, 1);
    return skip_digits(&text) > 0 && text.len == 0;
}

bool str_to_double(struct str text, double *out)
{
    if (!is_decimal(text))
        return false;

    double number;
    if (text.len < NUMBER_MAX) {
        char copy[NUMBER_MAX];
        memcpy(copy, text.ptr, text.len);
        copy[text.len] = '\0';
        number = strtod(copy, NULL);
    } else {
        char *copy = str_dup(text);
        number = strtod(copy, NULL);
        free(copy);
    }
    if (!isfinite(number))
        return false;
    *out = number;
    return true;
}

char *str_dup(struct str text)
{
    char *copy = xmalloc(text.len + 1);
    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    return copy;
}

static uint64_t load_u32(const unsigned char *at)
{
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 |
           (uint64_t)at[3] << 24;
}

static uint64_t load_u64(const unsigned char *at)
{
    return load_u32(at) | load_u32(at + 4) << 32;
}

/* The 128-bit product of a and b, folded to 64 bits. The operands are folded in
 * too: else an operand of zero, which who writes the text can arrange, would
 * erase all that was hashed before. */
static uint64_t mix(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    uint64_t low = (uint64_t)product;
    uint64_t high = (uint64_t)(product >> 64);
#else
    uint64_t a_high = a >> 32, a_low = a & UINT32_MAX;
    uint64_t b_high = b >> 32, b_low = b & UINT32_MAX;
    uint64_t middle = a_high * b_low + (a_low * b_low >> 32);
    uint64_t carry = a_low * b_high + (middle & UINT32_MAX);
    uint64_t low = a * b;
    uint64_t high = a_high * b_high + (middle >> 32) + (carry >> 32);
#endif
    return low ^ high ^ a ^ b;
}

/* Sixteen bytes a step through one multiplication. Bytes are put together by
 * shifts, so the value is the same on every machine; cases hold such values in
 * their Bloom filters: the constants and the order of steps are a file format.
 * The constants are the fractions of the square roots of 2, 3 and 5, made odd.
 */
uint64_t str_hash(struct str text)
{
    static const uint64_t key_a = 0x6A09E667F3BCC909;
    static const uint64_t key_b = 0xBB67AE8584CAA73B;
    static const uint64_t key_c = 0x3C6EF372FE94F82B;
    const unsigned char *at = (const unsigned char *)text.ptr;
    size_t left = text.len;
    uint64_t state = key_a;
    for (; left > 16; at += 16, left -= 16)
        state = mix(load_u64(at) ^ key_b, load_u64(at + 8) ^ state);

    /* The two reads overlap; the length, mixed in below, tells them apart. */
    uint64_t first = 0, last = 0;
    if (left >= 8) {
        first = load_u64(at);
        last = load_u64(at + left - 8);
    } else if (left >= 4) {
        first = load_u32(at);
        last = load_u32(at + left - 4);
    } else if (left > 0) {
        first = (uint64_t)at[0] << 16 | (uint64_t)at[left / 2] << 8 |
                (uint64_t)at[left - 1];
    }
    state = mix(first ^ key_b, last ^ state);
    return mix(state ^ key_c, (uint64_t)text.len ^ key_b);
}

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Levenshtein's table, one row at a time: row[j] is the distance from the part
 * of `a` seen so far to the first j bytes of `b`. */
size_t str_distance(struct str a, struct str b)
{
    if (a.len > DISTANCE_MAX || b.len > DISTANCE_MAX)
        return a.len > b.len ? a.len : b.len;

    size_t row[DISTANCE_MAX + 1];
    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 0; i < a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b.len; j++) {
            size_t replaced = diagonal + (lower(a.ptr[i]) != lower(b.ptr[j]));
            diagonal = row[j + 1];
            row[j + 1] = smallest(replaced, row[j] + 1, row[j + 1] + 1);
        }
    }
    return row[b.len];
}
