#include "src/base/stamp.h"

#include <string.h>

enum { SECONDS_PER_DAY = 86400, NS_PER_S = 1000000000 };

/* Howard Hinnant's algorithm: years begin in March, so that the leap day is the
 * last day, and 400 years are an era of a fixed number of days. */
enum { DAYS_PER_ERA = 146097, DAYS_FROM_ERA_0_TO_1970 = 719468 };

int64_t civil_days(int32_t year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year =
        (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - DAYS_FROM_ERA_0_TO_1970;
}

static void set_date(struct civil *civil, int64_t days)
{
    int64_t z = days + DAYS_FROM_ERA_0_TO_1970;
    int64_t era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
    int64_t day_of_era = z - era * DAYS_PER_ERA;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
                              day_of_era / (DAYS_PER_ERA - 1)) /
                          365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153;
    int64_t month = shifted_month + (shifted_month < 10 ? 3 : -9);
    civil->day = (int8_t)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    civil->month = (int8_t)month;
    civil->year = (int32_t)(year_of_era + era * 400 + (month <= 2));
}

static bool is_leap(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* 29 February is valid when the year is not known. */
static bool date_is_valid(const struct civil *civil)
{
    static const int8_t lengths[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (civil->month < 1 || civil->month > 12 || civil->day < 1)
        return false;
    if (civil->day <= lengths[civil->month - 1])
        return true;
    return civil->month == 2 && civil->day == 29 &&
           (civil->year == CIVIL_NO_YEAR || is_leap(civil->year));
}

bool civil_is_valid(const struct civil *civil)
{
    if (civil->has_date && !date_is_valid(civil))
        return false;
    if (civil->hour < 0 || civil->hour > 23 || civil->minute < 0 ||
        civil->minute > 59 || civil->second < 0 || civil->second > 60)
        return false;
    if (civil->has_offset && (civil->offset_s <= -SECONDS_PER_DAY ||
                                 civil->offset_s >= SECONDS_PER_DAY))
        return false;
    return civil->nanosecond < NS_PER_S;
}

bool civil_seconds(const struct civil *civil, int64_t *out)
{
    if (!civil->has_date || civil->year == CIVIL_NO_YEAR)
        return false;
    *out = civil_days(civil->year, civil->month, civil->day) * SECONDS_PER_DAY +
           civil->hour * 3600 + civil->minute * 60 + civil->second;
    return true;
}

bool stamp_from_seconds(int64_t seconds, uint32_t nanosecond, int64_t *out)
{
    /* Counting down from the next second keeps the product in range for the
     * very first second that a stamp can hold. */
    int64_t rest = nanosecond;
    if (seconds < 0) {
        seconds++;
        rest -= NS_PER_S;
    }
    int64_t stamp;
    if (__builtin_mul_overflow(seconds, STAMP_SECOND, &stamp) ||
        __builtin_add_overflow(stamp, rest, &stamp) || stamp == STAMP_NONE)
        return false;
    *out = stamp;
    return true;
}

bool civil_to_stamp(const struct civil *civil, int64_t *out)
{
    int64_t seconds;
    if (!civil_seconds(civil, &seconds))
        return false;
    if (civil->has_offset)
        seconds -= civil->offset_s;
    return stamp_from_seconds(seconds, civil->nanosecond, out);
}

int64_t stamp_seconds(int64_t stamp)
{
    int64_t seconds = stamp / STAMP_SECOND;
    return seconds - (stamp % STAMP_SECOND < 0);
}

void civil_from_stamp(int64_t stamp, int32_t offset_s, struct civil *out)
{
    int64_t nanosecond = stamp % STAMP_SECOND;
    int64_t seconds = stamp_seconds(stamp) + offset_s;
    int64_t days = seconds / SECONDS_PER_DAY;
    int32_t rest = (int32_t)(seconds % SECONDS_PER_DAY);
    if (rest < 0) {
        rest += SECONDS_PER_DAY;
        days--;
    }
    *out = (struct civil){
        .hour = (int8_t)(rest / 3600),
        .minute = (int8_t)(rest / 60 % 60),
        .second = (int8_t)(rest % 60),
        .has_date = true,
        .has_offset = true,
        .offset_s = offset_s,
        .nanosecond =
            (uint32_t)(nanosecond < 0 ? nanosecond + NS_PER_S : nanosecond),
        .precision = STAMP_PRECISION_NS,
    };
    set_date(out, days);
}

/* Exactly `width` digits with leading zeros; returns the place behind them. */
static char *put_digits(char *at, uint32_t number, int width)
{
    for (int i = width - 1; i >= 0; i--) {
        at[i] = (char)('0' + number % 10);
        number /= 10;
    }
    return at + width;
}

static char *put_date(char *at, const struct civil *civil)
{
    at = put_digits(at, (uint32_t)civil->year, 4);
    *at++ = '-';
    at = put_digits(at, (uint32_t)civil->month, 2);
    *at++ = '-';
    return put_digits(at, (uint32_t)civil->day, 2);
}

static char *put_time(
    char *at, const struct civil *civil, enum stamp_precision precision)
{
    static const uint32_t divisors[STAMP_PRECISION_COUNT] = {
        [STAMP_PRECISION_MS] = 1000000,
        [STAMP_PRECISION_US] = 1000,
        [STAMP_PRECISION_NS] = 1,
    };
    at = put_digits(at, (uint32_t)civil->hour, 2);
    *at++ = ':';
    at = put_digits(at, (uint32_t)civil->minute, 2);
    *at++ = ':';
    at = put_digits(at, (uint32_t)civil->second, 2);
    uint32_t divisor = divisors[precision];
    if (divisor == 0)
        return at;
    *at++ = '.';
    return put_digits(at, civil->nanosecond / divisor, 3 * (int)precision);
}

/* Old local mean times have seconds in their offset. */
static char *put_offset(char *at, int32_t offset_s)
{
    if (offset_s == 0) {
        *at++ = 'Z';
        return at;
    }
    uint32_t distance = (uint32_t)(offset_s < 0 ? -offset_s : offset_s);
    *at++ = offset_s < 0 ? '-' : '+';
    at = put_digits(at, distance / 3600, 2);
    *at++ = ':';
    at = put_digits(at, distance / 60 % 60, 2);
    if (distance % 60 == 0)
        return at;
    *at++ = ':';
    return put_digits(at, distance % 60, 2);
}

static char *put_moment(char *at, int64_t stamp, enum stamp_precision precision,
    int32_t offset_s, char between)
{
    struct civil civil;
    civil_from_stamp(stamp, offset_s, &civil);
    at = put_date(at, &civil);
    *at++ = between;
    return put_time(at, &civil, precision);
}

size_t stamp_format(int64_t stamp, enum stamp_precision precision,
    int32_t offset_s, char out[STAMP_TEXT_MAX])
{
    char *at = out;
    if (stamp != STAMP_NONE) {
        at = put_moment(at, stamp, precision, offset_s, 'T');
        at = put_offset(at, offset_s);
    }
    *at = '\0';
    return (size_t)(at - out);
}

size_t stamp_format_plain(int64_t stamp, enum stamp_precision precision,
    int32_t offset_s, char out[STAMP_TEXT_MAX])
{
    char *at = out;
    if (stamp != STAMP_NONE)
        at = put_moment(at, stamp, precision, offset_s, ' ');
    *at = '\0';
    return (size_t)(at - out);
}

/* --- spans ---------------------------------------------------------------- */

/* Largest first. `width` is how many digits a second part is padded to. Weeks
 * are read but not written: "2w 1d" is harder to grasp than "15d". */
static const struct unit {
    struct str name;
    int64_t size_ns;
    int width;
    bool written;
} units[] = {
    {STR_INIT("w"), 7 * STAMP_DAY, 1, false},
    {STR_INIT("d"), STAMP_DAY, 1, true},
    {STR_INIT("h"), 3600 * STAMP_SECOND, 2, true},
    {STR_INIT("m"), 60 * STAMP_SECOND, 2, true},
    {STR_INIT("s"), STAMP_SECOND, 2, true},
    {STR_INIT("ms"), STAMP_SECOND / 1000, 3, true},
    {STR_INIT("us"), STAMP_SECOND / 1000000, 3, true},
    {STR_INIT("ns"), 1, 3, true},
};
enum { UNIT_COUNT = sizeof(units) / sizeof(units[0]) };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The leading run of digits, or of everything else but blanks. */
static struct str cut_run(struct str *text, bool digits)
{
    size_t len = 0;
    while (len < text->len && text->ptr[len] != ' ' &&
           is_digit(text->ptr[len]) == digits)
        len++;
    struct str run = {text->ptr, len};
    *text = (struct str){text->ptr + len, text->len - len};
    return run;
}

static const struct unit *find_unit(struct str name)
{
    for (size_t i = 0; i < UNIT_COUNT; i++)
        if (str_eq(units[i].name, name))
            return &units[i];
    return NULL;
}

/* One part such as "30m", added to `sum`. */
static bool add_span_part(struct str *text, int64_t *sum)
{
    int64_t number;
    if (!str_to_i64(cut_run(text, true), &number))
        return false;
    const struct unit *unit = find_unit(cut_run(text, false));
    return unit != NULL &&
           !__builtin_mul_overflow(number, unit->size_ns, &number) &&
           !__builtin_add_overflow(*sum, number, sum);
}

bool stamp_parse_span(struct str text, int64_t *out)
{
    text = str_trim(text);
    bool negative = text.len > 0 && text.ptr[0] == '-';
    if (negative || (text.len > 0 && text.ptr[0] == '+'))
        text = str_from_index(text, 1);
    if (text.len == 0)
        return false;
    int64_t sum = 0;
    while (text.len > 0) {
        if (!add_span_part(&text, &sum))
            return false;
        while (text.len > 0 && text.ptr[0] == ' ')
            text = str_from_index(text, 1);
    }
    *out = negative ? -sum : sum;
    return true;
}

static char *put_part(
    char *at, uint64_t number, int width, const struct unit *unit)
{
    char digits[20];
    int count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0 || count < width);
    while (count > 0)
        *at++ = digits[--count];
    memcpy(at, unit->name.ptr, unit->name.len);
    return at + unit->name.len;
}

static const struct unit *largest_unit(uint64_t span)
{
    const struct unit *unit = units;
    while (unit < units + UNIT_COUNT - 1 &&
           (!unit->written || span < (uint64_t)unit->size_ns))
        unit++;
    return unit;
}

void stamp_format_span(int64_t span, char out[STAMP_TEXT_MAX])
{
    char *at = out;
    uint64_t rest = (uint64_t)span;
    if (span < 0) {
        *at++ = '-';
        rest = 0 - rest;
    }
    if (rest == 0) {
        memcpy(out, "0s", sizeof("0s"));
        return;
    }
    const struct unit *unit = largest_unit(rest);
    at = put_part(at, rest / (uint64_t)unit->size_ns, 1, unit);
    rest %= (uint64_t)unit->size_ns;
    if (rest > 0 && ++unit < units + UNIT_COUNT &&
        rest >= (uint64_t)unit->size_ns) {
        *at++ = ' ';
        at = put_part(at, rest / (uint64_t)unit->size_ns, unit->width, unit);
    }
    *at = '\0';
}
