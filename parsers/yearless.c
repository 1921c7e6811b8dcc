#include "parsers/yearless.h"

#include <string.h>

#include "parsers/define.h"

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
        civil.second > 60)
        return false;
    *out = civil;
    return true;
}

/* Where the format writes other stamps that have no year. */
static bool read_own(
    const struct format *format, struct str line, struct civil *out)
{
    for (size_t i = 0; format != NULL && i < format->time_count; i++)
        if (!timefmt_has_year(format->times[i]) &&
            timefmt_read(format->times[i], line, out) > 0 && out->has_date &&
            out->year == CIVIL_NO_YEAR)
            return true;
    return false;
}

bool yearless_find(
    const struct reading *reading, struct str line, struct civil *out)
{
    if (reading->encoding == ENCODING_UTF16LE ||
        reading->encoding == ENCODING_UTF16BE)
        return false;
    line = skip_priority(line);
    return read_syslog(line, out) || read_own(reading->format, line, out);
}
