#include "src/base/timescan.h"

struct scan scan_from(struct str text)
{
    return (struct scan){
        .at = text.ptr,
        .end = text.ptr + text.len,
        .civil = {.year = CIVIL_NO_YEAR, .month = 1, .day = 1},
    };
}

static bool apply_half_day(struct scan *scan)
{
    if (scan->half_day == HALF_DAY_NONE)
        return true;
    struct civil *civil = &scan->civil;
    if (civil->hour < 1 || civil->hour > 12)
        return false;
    int noon = scan->half_day == HALF_DAY_PM ? 12 : 0;
    civil->hour = (int8_t)(civil->hour % 12 + noon);
    return true;
}

static bool apply_day_of_year(struct scan *scan)
{
    struct civil *civil = &scan->civil;
    if (scan->day_of_year == 0)
        return true;
    if (civil->year == CIVIL_NO_YEAR)
        return false;
    int64_t first = civil_days(civil->year, 1, 1);
    int64_t length = civil_days(civil->year + 1, 1, 1) - first;
    if (scan->day_of_year > length)
        return false;
    int day = scan->day_of_year;
    int month = 12;
    while (civil_days(civil->year, month, 1) - first >= day)
        month--;
    civil->month = (int8_t)month;
    civil->day = (int8_t)(day - civil_days(civil->year, month, 1) + first);
    return true;
}

bool scan_finish(struct scan *scan, struct civil *out)
{
    if (!apply_half_day(scan) || !apply_day_of_year(scan) ||
        !civil_is_valid(&scan->civil))
        return false;
    *out = scan->civil;
    return true;
}

bool scan_char(struct scan *scan, char c)
{
    if (scan->at == scan->end || *scan->at != c)
        return false;
    scan->at++;
    return true;
}

bool scan_blanks(struct scan *scan)
{
    const char *start = scan->at;
    while (scan->at < scan->end && char_is_blank(*scan->at))
        scan->at++;
    return scan->at > start;
}

size_t scan_digit_run(const struct scan *scan)
{
    enum { LONGEST = 20 };
    size_t count = 0;
    while (count < LONGEST && scan->at + count < scan->end &&
           char_is_digit(scan->at[count]))
        count++;
    return count;
}

/* --- numbers -------------------------------------------------------------- */

static bool scan_two_digits(struct scan *scan, int *out)
{
    if (scan->end - scan->at < 2 || !char_is_digit(scan->at[0]) ||
        !char_is_digit(scan->at[1]))
        return false;
    *out = (scan->at[0] - '0') * 10 + (scan->at[1] - '0');
    scan->at += 2;
    return true;
}

static bool scan_one_or_two_digits(struct scan *scan, int8_t *out)
{
    if (scan->at == scan->end || !char_is_digit(*scan->at))
        return false;
    int number = *scan->at++ - '0';
    if (scan->at < scan->end && char_is_digit(*scan->at))
        number = number * 10 + (*scan->at++ - '0');
    *out = (int8_t)number;
    return true;
}

bool scan_year(struct scan *scan)
{
    int century;
    int year;
    if (!scan_two_digits(scan, &century) || !scan_two_digits(scan, &year))
        return false;
    scan->civil.year = century * 100 + year;
    scan->civil.has_date = true;
    return true;
}

bool scan_short_year(struct scan *scan)
{
    int year;
    if (!scan_two_digits(scan, &year))
        return false;
    scan->civil.year = year + (year >= 69 ? 1900 : 2000);
    scan->civil.has_date = true;
    return true;
}

bool scan_month(struct scan *scan)
{
    scan->civil.has_date = true;
    return scan_one_or_two_digits(scan, &scan->civil.month);
}

bool scan_day(struct scan *scan)
{
    if (scan->at < scan->end && *scan->at == ' ')
        scan->at++;
    scan->civil.has_date = true;
    return scan_one_or_two_digits(scan, &scan->civil.day);
}

bool scan_day_of_year(struct scan *scan)
{
    int tens;
    if (!scan_two_digits(scan, &tens) || scan->at == scan->end ||
        !char_is_digit(*scan->at))
        return false;
    scan->day_of_year = (int16_t)(tens * 10 + (*scan->at++ - '0'));
    scan->civil.has_date = true;
    return scan->day_of_year > 0;
}

bool scan_hour(struct scan *scan)
{
    return scan_one_or_two_digits(scan, &scan->civil.hour);
}

bool scan_minute(struct scan *scan)
{
    int minute;
    if (!scan_two_digits(scan, &minute))
        return false;
    scan->civil.minute = (int8_t)minute;
    return true;
}

bool scan_second(struct scan *scan)
{
    int second;
    if (!scan_two_digits(scan, &second))
        return false;
    scan->civil.second = (int8_t)second;
    return true;
}

bool scan_clock(struct scan *scan)
{
    return scan_hour(scan) && scan_char(scan, ':') && scan_minute(scan) &&
           scan_char(scan, ':') && scan_second(scan);
}

bool scan_fraction(struct scan *scan)
{
    enum { KEPT = 9 };
    uint32_t number = 0;
    int count = 0;
    for (; scan->at < scan->end && char_is_digit(*scan->at); scan->at++) {
        if (count == KEPT)
            continue;
        number = number * 10 + (uint32_t)(*scan->at - '0');
        count++;
    }
    if (count == 0)
        return false;
    scan->civil.precision = count <= 3   ? STAMP_PRECISION_MS
                            : count <= 6 ? STAMP_PRECISION_US
                                         : STAMP_PRECISION_NS;
    for (; count < KEPT; count++)
        number *= 10;
    scan->civil.nanosecond = number;
    return true;
}

/* --- names ---------------------------------------------------------------- */

enum { NAME_SIZE = 10 };

static char lower(char c)
{
    return (char)(c | 0x20); /* only ever compared with letters */
}

/* The index of the name whose first three letters stand here, or -1. As much
 * more of the long name as is there is read too: "Sep", "Sept", "September". */
static int scan_name(
    struct scan *scan, const char names[][NAME_SIZE], int count)
{
    if (scan->end - scan->at < 3)
        return -1;
    char first = lower(scan->at[0]);
    char second = lower(scan->at[1]);
    char third = lower(scan->at[2]);
    for (int i = 0; i < count; i++) {
        const char *name = names[i];
        if (name[0] != first || name[1] != second || name[2] != third)
            continue;
        scan->at += 3;
        for (name += 3;
             *name != '\0' && scan->at < scan->end && lower(*scan->at) == *name;
             name++)
            scan->at++;
        return i;
    }
    return -1;
}

bool scan_month_name(struct scan *scan)
{
    static const char names[12][NAME_SIZE] = {"january", "february", "march",
        "april", "may", "june", "july", "august", "september", "october",
        "november", "december"};
    int index = scan_name(scan, names, 12);
    if (index < 0)
        return false;
    scan->civil.month = (int8_t)(index + 1);
    scan->civil.has_date = true;
    return true;
}

bool scan_weekday(struct scan *scan)
{
    static const char names[7][NAME_SIZE] = {"monday", "tuesday", "wednesday",
        "thursday", "friday", "saturday", "sunday"};
    return scan_name(scan, names, 7) >= 0;
}

bool scan_half_day(struct scan *scan)
{
    if (scan->end - scan->at < 2 || lower(scan->at[1]) != 'm')
        return false;
    char half = lower(scan->at[0]);
    if (half != 'a' && half != 'p')
        return false;
    scan->half_day = half == 'a' ? HALF_DAY_AM : HALF_DAY_PM;
    scan->at += 2;
    return true;
}

/* --- zones ---------------------------------------------------------------- */

static void set_offset(struct scan *scan, int32_t offset_s)
{
    scan->civil.has_offset = true;
    scan->civil.offset_s = offset_s;
}

/* +0900, +09:00, +09; no zone was ever further than 16 hours away. */
static bool scan_signed_offset(struct scan *scan)
{
    enum { FURTHEST_H = 15 };
    int sign = scan_peek(scan) == '-' ? -1 : 1;
    scan->at++;
    int hours;
    int minutes = 0;
    if (!scan_two_digits(scan, &hours))
        return false;
    struct scan before = *scan;
    bool colon = scan_char(scan, ':');
    if (!scan_two_digits(scan, &minutes)) {
        /* "+09:" ends at the colon, "+093" is no offset. */
        if (!colon && char_is_digit(scan_peek(scan)))
            return false;
        *scan = before;
        minutes = 0;
    }
    if (hours > FURTHEST_H || minutes > 59)
        return false;
    set_offset(scan, sign * (hours * 3600 + minutes * 60));
    return true;
}

/* UTC+1, as routers write it. */
static bool scan_single_hour(struct scan *scan)
{
    int sign = scan_peek(scan) == '-' ? -1 : 1;
    scan->at++;
    char digit = scan_peek(scan);
    if (!char_is_digit(digit))
        return false;
    scan->at++;
    if (char_is_digit(scan_peek(scan)))
        return false;
    set_offset(scan, sign * (digit - '0') * 3600);
    return true;
}

static bool is_sign(char c)
{
    return c == '+' || c == '-';
}

/* The letters ahead, at most six: no zone abbreviation is longer. */
static struct str zone_letters(const struct scan *scan)
{
    enum { LONGEST = 6 };
    size_t len = 0;
    while (scan->at + len < scan->end && char_is_letter(scan->at[len]))
        len++;
    return str_make(scan->at, len <= LONGEST ? len : 0);
}

static bool is_utc_name(struct str name)
{
    return str_eq_nocase(name, STR("z")) || str_eq_nocase(name, STR("utc")) ||
           str_eq_nocase(name, STR("gmt"));
}

bool scan_offset(struct scan *scan)
{
    if (is_sign(scan_peek(scan)))
        return scan_signed_offset(scan);
    struct str name = zone_letters(scan);
    if (!is_utc_name(name))
        return false;
    scan->at += name.len;
    set_offset(scan, 0);
    if (name.len == 3 && is_sign(scan_peek(scan))) {
        struct scan before = *scan;
        if (scan_signed_offset(scan))
            return true;
        *scan = before;
        if (!scan_single_hour(scan))
            *scan = before;
    }
    return true;
}

bool scan_zone_name(struct scan *scan)
{
    struct str name = zone_letters(scan);
    if (name.len == 0)
        return false;
    scan->at += name.len;
    if (is_utc_name(name))
        set_offset(scan, 0);
    return true;
}

/* --- counted times -------------------------------------------------------- */

static bool set_moment(struct scan *scan, int64_t seconds, uint32_t nanosecond,
    enum stamp_precision precision)
{
    int64_t stamp;
    if (!stamp_from_seconds(seconds, nanosecond, &stamp))
        return false;
    civil_from_stamp(stamp, 0, &scan->civil);
    scan->civil.precision = precision;
    return true;
}

static bool scan_epoch(
    struct scan *scan, uint64_t per_second, enum stamp_precision precision)
{
    enum { MOST_DIGITS = 19 };
    size_t digits = scan_digit_run(scan);
    if (digits == 0 || digits > MOST_DIGITS)
        return false;
    uint64_t count = 0;
    for (size_t i = 0; i < digits; i++)
        count = count * 10 + (uint64_t)(*scan->at++ - '0');
    uint32_t nanosecond =
        (uint32_t)(count % per_second * ((uint64_t)STAMP_SECOND / per_second));
    uint64_t seconds = count / per_second;
    return seconds <= INT64_MAX &&
           set_moment(scan, (int64_t)seconds, nanosecond, precision);
}

bool scan_epoch_s(struct scan *scan)
{
    return scan_epoch(scan, 1, STAMP_PRECISION_S);
}

bool scan_epoch_ms(struct scan *scan)
{
    return scan_epoch(scan, 1000, STAMP_PRECISION_MS);
}

bool scan_epoch_us(struct scan *scan)
{
    return scan_epoch(scan, 1000000, STAMP_PRECISION_US);
}

bool scan_epoch_ns(struct scan *scan)
{
    return scan_epoch(scan, 1000000000, STAMP_PRECISION_NS);
}

bool scan_epoch_fraction(struct scan *scan)
{
    if (!scan_epoch_s(scan))
        return false;
    if (scan->end - scan->at < 2 || scan->at[0] != '.' ||
        !char_is_digit(scan->at[1]))
        return true;
    scan->at++;
    return scan_fraction(scan);
}

static bool scan_hex(struct scan *scan, int digits, uint64_t *out)
{
    uint64_t number = 0;
    for (int i = 0; i < digits; i++) {
        char c = scan_peek(scan);
        unsigned value;
        if (char_is_digit(c))
            value = (unsigned)(c - '0');
        else if (lower(c) >= 'a' && lower(c) <= 'f')
            value = (unsigned)(lower(c) - 'a') + 10;
        else
            return false;
        number = number << 4 | value;
        scan->at++;
    }
    *out = number;
    return true;
}

/* 8 digits of seconds, perhaps a point and 8 of nanoseconds. */
bool scan_hex_epoch(struct scan *scan)
{
    uint64_t seconds;
    uint64_t nanosecond;
    if (!scan_hex(scan, 8, &seconds))
        return false;
    struct scan before = *scan;
    if (scan_char(scan, '.') && scan_hex(scan, 8, &nanosecond) &&
        nanosecond < (uint64_t)STAMP_SECOND)
        return set_moment(
            scan, (int64_t)seconds, (uint32_t)nanosecond, STAMP_PRECISION_NS);
    *scan = before;
    return set_moment(scan, (int64_t)seconds, 0, STAMP_PRECISION_S);
}

/* Minutes that make it UTC: "+300" is five hours behind. */
bool scan_bias(struct scan *scan)
{
    enum { FURTHEST_MIN = 16 * 60 };
    int minutes = 0;
    if (!is_sign(scan_peek(scan)))
        return false;
    int sign = *scan->at++ == '-' ? 1 : -1;
    const char *start = scan->at;
    while (char_is_digit(scan_peek(scan)) && scan->at - start < 4)
        minutes = minutes * 10 + (*scan->at++ - '0');
    if (scan->at == start || minutes > FURTHEST_MIN)
        return false;
    set_offset(scan, sign * minutes * 60);
    return true;
}

/* Years since 1970, month from 0, day, hour, minute, second: a byte each. */
bool scan_hex_civil(struct scan *scan)
{
    uint64_t parts[6];
    for (size_t i = 0; i < 6; i++)
        if (!scan_hex(scan, 2, &parts[i]) || parts[i] > INT8_MAX)
            return false;
    scan->civil.year = 1970 + (int)parts[0];
    scan->civil.month = (int8_t)(parts[1] + 1);
    scan->civil.day = (int8_t)parts[2];
    scan->civil.hour = (int8_t)parts[3];
    scan->civil.minute = (int8_t)parts[4];
    scan->civil.second = (int8_t)parts[5];
    scan->civil.has_date = true;
    return true;
}

/* 2^62 stands for 1970-01-01 00:00:00 TAI, ten seconds before UTC. */
bool scan_tai64n(struct scan *scan)
{
    uint64_t label;
    uint64_t nanosecond;
    if (!scan_char(scan, '@') || !scan_hex(scan, 16, &label) ||
        !scan_hex(scan, 8, &nanosecond))
        return false;
    if (label >= UINT64_C(1) << 63 || nanosecond >= (uint64_t)STAMP_SECOND)
        return false;
    int64_t seconds = (int64_t)label - (INT64_C(1) << 62) - 10;
    return set_moment(scan, seconds, (uint32_t)nanosecond, STAMP_PRECISION_NS);
}
