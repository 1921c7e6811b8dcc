/* timescan: reading the parts of a written time, shared by timefmt (patterns)
 * and timefind (guessing). Private to src/base.
 *
 * Every scan_ function reads at `at` and moves past what it read. When it
 * returns false the scan is in an undefined state: keep a copy to go back to.
 */
#ifndef SPOOR_BASE_TIMESCAN_H
#define SPOOR_BASE_TIMESCAN_H

#include "src/base/stamp.h"
#include "src/base/str.h"

enum half_day { HALF_DAY_NONE, HALF_DAY_AM, HALF_DAY_PM };

struct scan {
    const char *at;
    const char *end;
    struct civil civil;
    int16_t day_of_year;    /* 0: the month and day were given */
    enum half_day half_day; /* the hour is of a 12-hour clock */
};

struct scan scan_from(struct str text);

/* Check what was read as a whole and complete it (12-hour clock, day of the
 * year). False when it is no valid time. */
bool scan_finish(struct scan *scan, struct civil *out);

static inline bool char_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool char_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool char_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The next byte, or NUL at the end. */
static inline char scan_peek(const struct scan *scan)
{
    return scan->at < scan->end ? *scan->at : '\0';
}

bool scan_char(struct scan *scan, char c);
bool scan_blanks(struct scan *scan);            /* one or more */
size_t scan_digit_run(const struct scan *scan); /* ahead, at most 20 */

bool scan_year(struct scan *scan);       /* 4 digits */
bool scan_short_year(struct scan *scan); /* 2 digits: 69-99 are 19xx */
bool scan_month(struct scan *scan);      /* 1 or 2 digits, as day and hour */
bool scan_month_name(struct scan *scan);
bool scan_day(struct scan *scan); /* a blank in front is read too */
bool scan_day_of_year(struct scan *scan);
bool scan_weekday(struct scan *scan);
bool scan_hour(struct scan *scan);
bool scan_half_day(struct scan *scan); /* AM or PM */
bool scan_minute(struct scan *scan);
bool scan_second(struct scan *scan);
bool scan_clock(struct scan *scan);     /* 02:11:09 */
bool scan_fraction(struct scan *scan);  /* the digits */
bool scan_offset(struct scan *scan);    /* Z, UTC, +09:00, ... */
bool scan_zone_name(struct scan *scan); /* letters */
bool scan_epoch_s(struct scan *scan);
bool scan_epoch_ms(struct scan *scan);
bool scan_epoch_us(struct scan *scan);
bool scan_epoch_ns(struct scan *scan);
bool scan_epoch_fraction(struct scan *scan); /* seconds, perhaps with .123 */
bool scan_hex_epoch(struct scan *scan);      /* seconds, perhaps with .1f */
bool scan_tai64n(struct scan *scan);         /* '@' and 24 hex digits */
bool scan_bias(struct scan *scan);           /* minutes, "+300" */
bool scan_hex_civil(struct scan *scan);      /* 12 hex digits */

#endif
