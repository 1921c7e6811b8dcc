/* stamp: moments as int64 nanoseconds UTC since 1970 (1677 to 2262), and how
 * they are written. Zones come from zone.h; nothing here knows the locale or
 * the environment. */
#ifndef SPOOR_BASE_STAMP_H
#define SPOOR_BASE_STAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/str.h"

#define STAMP_NONE INT64_MIN /* no moment */
#define STAMP_SECOND INT64_C(1000000000)
#define STAMP_DAY (86400 * STAMP_SECOND)

/* How many digits after the second the log gave. The values are stored. */
enum stamp_precision {
    STAMP_PRECISION_S,
    STAMP_PRECISION_MS,
    STAMP_PRECISION_US,
    STAMP_PRECISION_NS,
    STAMP_PRECISION_COUNT
};

/* A wall time as written, before a zone is applied. */
struct civil {
    int32_t year;                            /* CIVIL_NO_YEAR if absent */
    int8_t month, day, hour, minute, second; /* 1-12 1-31 0-23 0-59 0-60 */
    bool has_date;                           /* false: time of day only */
    bool has_offset;                         /* offset_s is given */
    int32_t offset_s;                        /* seconds east of UTC */
    uint32_t nanosecond;                     /* 0-999999999 */
    enum stamp_precision precision;
};
#define CIVIL_NO_YEAR INT32_MIN

/* Days since 1970-01-01 of a proleptic Gregorian date. */
int64_t civil_days(int32_t year, int month, int day);
bool civil_is_valid(const struct civil *civil); /* ranges and month lengths */

/* As if in UTC (plus the civil's own offset when it has one). False when it is
 * outside what a stamp can hold. A second of 60 counts as the next second. */
bool civil_to_stamp(const struct civil *civil, int64_t *out);
/* The seconds alone, with no offset applied: wall seconds since 1970. False
 * when there is no full date. */
bool civil_seconds(const struct civil *civil, int64_t *out);
/* Seconds since 1970 and the nanoseconds after them (below a second). False
 * when a stamp cannot hold it. */
bool stamp_from_seconds(int64_t seconds, uint32_t nanosecond, int64_t *out);
/* Whole seconds since 1970, rounded towards the past. */
int64_t stamp_seconds(int64_t stamp);
/* UTC moved by `offset_s`; the result carries that offset. */
void civil_from_stamp(int64_t stamp, int32_t offset_s, struct civil *out);

enum { STAMP_TEXT_MAX = 40 };

/* ISO 8601: "2026-03-04T02:11:09.120Z", or with "+09:00" when offset_s is not
 * 0. Digits as `precision` says. Returns the length; `out` is terminated and
 * empty for STAMP_NONE. */
size_t stamp_format(int64_t stamp, enum stamp_precision precision,
    int32_t offset_s, char out[STAMP_TEXT_MAX]);
/* "2026-03-04 02:11:09.120" with no zone, for tables. */
size_t stamp_format_plain(int64_t stamp, enum stamp_precision precision,
    int32_t offset_s, char out[STAMP_TEXT_MAX]);

/* A span such as "24h", "10m", "90s", "7d", "2w", "500ms", "1h30m", also with a
 * sign and with blanks between the parts. In nanoseconds. Units: w d h m s ms
 * us ns. */
bool stamp_parse_span(struct str text, int64_t *out);
/* The two largest units that matter: "2h 05m", "3d", "1s 250ms"; smaller ones
 * are dropped. stamp_parse_span reads it back. */
void stamp_format_span(int64_t span, char out[STAMP_TEXT_MAX]);

#endif
