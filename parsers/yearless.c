#include "parsers/yearless.h"

#include <string.h>

#include "parsers/matcher.h"

/* Of a UTF-16 line, what is looked at. */
enum { NARROW_MAX = 128 };

/* The start of a UTF-16 line as bytes; '?' for what is not ASCII. */
static struct str narrow_line(
    enum encoding encoding, struct str line, char room[NARROW_MAX])
{
    size_t high = encoding == ENCODING_UTF16LE ? 1 : 0;
    size_t len = line.len / 2 < NARROW_MAX ? line.len / 2 : NARROW_MAX;
    for (size_t i = 0; i < len; i++)
        room[i] =
            line.ptr[2 * i + high] == '\0' ? line.ptr[2 * i + 1 - high] : '?';
    return str_make(room, len);
}

/* "<34>" before a syslog stamp. */
static struct str skip_priority(struct str line)
{
    if (line.len == 0 || line.ptr[0] != '<')
        return line;
    size_t at = 1;
    while (
        at < line.len && at < 4 && line.ptr[at] >= '0' && line.ptr[at] <= '9')
        at++;
    return at > 1 && at < line.len && line.ptr[at] == '>'
               ? str_from_index(line, at + 1)
               : line;
}

static bool two_digits(const char *at, int8_t *out)
{
    int tens = at[0] == ' ' ? 0 : at[0] - '0', ones = at[1] - '0';
    if (tens < 0 || tens > 9 || ones < 0 || ones > 9)
        return false;
    *out = (int8_t)(tens * 10 + ones);
    return true;
}

static int month_of(const char *name)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int month = 0; month < 12; month++)
        if (memcmp(names + (ptrdiff_t)3 * month, name, 3) == 0)
            return month + 1;
    return 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whether what follows the clock is " 2026", a year and nothing longer. */
static bool year_follows(struct str rest)
{
    int16_t year = 0;
    size_t at = 0;
    if (rest.len > 0 && (rest.ptr[0] == '.' || rest.ptr[0] == ','))
        for (at = 1; at < rest.len && is_digit(rest.ptr[at]);)
            at++;
    if (at == rest.len || rest.ptr[at] != ' ')
        return false;
    size_t start = ++at;
    for (; at < rest.len && at < start + 4 && is_digit(rest.ptr[at]); at++)
        year = (int16_t)(year * 10 + (rest.ptr[at] - '0'));
    bool ends = at == rest.len ||
                str_find_char(STR(" \t\r\n,;:|])}\"'"), rest.ptr[at]) >= 0;
    return at == start + 4 && ends && year >= 1970 && year <= 2105;
}

/* "Mar  4 02:11:09", not followed by a year. */
static bool read_syslog(struct str line, struct civil *out)
{
    enum { STAMP_LEN = 15 };
    const char *at = line.ptr;
    if (line.len < STAMP_LEN || at[3] != ' ' || at[6] != ' ' || at[9] != ':' ||
        at[12] != ':')
        return false;
    struct civil civil = {.year = CIVIL_NO_YEAR, .has_date = true};
    civil.month = (int8_t)month_of(at);
    if (civil.month == 0 || !two_digits(at + 4, &civil.day) ||
        !two_digits(at + 7, &civil.hour) ||
        !two_digits(at + 10, &civil.minute) ||
        !two_digits(at + 13, &civil.second) || civil.day < 1 ||
        civil.day > 31 || civil.hour > 23 || civil.minute > 59 ||
        civil.second > 60 || year_follows(str_from_index(line, STAMP_LEN)))
        return false;
    *out = civil;
    return true;
}

/* Where the format writes other stamps that have no year. */
static bool read_own(
    const struct format *format, struct str line, struct civil *out)
{
    for (size_t i = 0; format != NULL && i < format->time_count; i++) {
        if (timefmt_has_year(format->times[i]))
            continue;
        size_t len = timefmt_read(format->times[i], line, out);
        if (len > 0 && out->has_date && out->year == CIVIL_NO_YEAR &&
            !year_follows(str_from_index(line, len)))
            return true;
    }
    return false;
}

/* Plain text: whatever time is found without one. */
static bool read_plain(
    const struct format *format, struct str line, struct civil *out)
{
    size_t start;
    return format != NULL && format->reads == READS_TEXT &&
           matcher_find_time(line, &start, out) > 0 && out->has_date &&
           out->year == CIVIL_NO_YEAR;
}

bool yearless_find(
    const struct reading *reading, struct str line, struct civil *out)
{
    char room[NARROW_MAX];
    enum encoding encoding = reading->encoding;
    if (encoding == ENCODING_UTF16LE || encoding == ENCODING_UTF16BE)
        line = narrow_line(encoding, line, room);
    if (line.len > 0 && line.ptr[0] == '?') /* a byte order mark, maybe */
        line = str_from_index(line, 1);
    if (str_starts_with(line, STR("\xEF\xBB\xBF")))
        line = str_from_index(line, 3);
    line = skip_priority(line);
    return read_syslog(line, out) || read_own(reading->format, line, out) ||
           read_plain(reading->format, line, out);
}
