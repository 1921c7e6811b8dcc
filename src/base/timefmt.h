/* timefmt: time formats compiled once and read without locale or allocation.
 *
 * Directives (strptime's letters where it has one):
 *   %Y  year, 4 digits
 *   %y  year, 2 digits (69-99 are 19xx)
 *   %m  month, 1 or 2 digits
 *   %b  English month name, short or long, any case
 *   %d  day, 1 or 2 digits, padded with a blank too; %e the same
 *   %j  day of the year, 3 digits
 *   %H  hour, 1 or 2 digits
 *   %I  hour of a 12-hour clock, with %p for AM or PM
 *   %M  minute
 *   %S  second, 60 allowed
 *   %f  fraction of a second, 1 to 9 digits (more are read and dropped)
 *   %F  %Y-%m-%d   %T  %H:%M:%S   %D  %m/%d/%y
 *   %a  English weekday name (read, not checked)
 *   %z  +0900 +09:00 +09 Z, UTC or GMT, UTC+09:00
 *   %Z  zone letters: UTC GMT Z give an offset, others are read and ignored
 *   %s  epoch seconds         %L  epoch milliseconds
 *   %U  epoch microseconds    %N  epoch nanoseconds
 *   %E  epoch seconds, perhaps with a fraction
 *   %X  epoch seconds of 8 hex digits, perhaps a '.' and 8 more of nanoseconds
 *   %@  TAI64N label, '@' and 24 hex digits (leap seconds as TAI-10)
 *   %q  minutes that make it UTC: +300 is -05:00 (Configuration Manager)
 *   %x  12 hex digits, a byte each: years since 1970, month from 0, day, hour,
 *       minute, second (Norton and Symantec AntiVirus)
 *   %%  percent
 *   %?  makes the next item optional: %?%f, %?%z
 * A blank matches one or more blanks. In front of %f a '.' or ',' matches
 * either and belongs to it; %f alone reads one that is there. Any other byte
 * stands for itself. */
#ifndef SPOOR_BASE_TIMEFMT_H
#define SPOOR_BASE_TIMEFMT_H

#include "src/base/err.h"
#include "src/base/stamp.h"
#include "src/base/str.h"

struct timefmt;

struct timefmt *timefmt_new(struct str pattern, struct err *err);
void timefmt_free(struct timefmt *format);

bool timefmt_has_year(const struct timefmt *format);
bool timefmt_has_offset(const struct timefmt *format); /* always, if present */

/* Read a time at the start of `text`. Returns the bytes used, 0 when it is not
 * one (or is no valid date). */
size_t timefmt_read(
    const struct timefmt *format, struct str text, struct civil *out);

/* Find a leading time in any of the usual forms (ISO 8601 with T or blank, with
 * and without fraction and offset, compact forms, syslog, RFC 2822, access-log,
 * US and European slashes where unambiguous, epochs of 10/13/16/19 digits with
 * a delimiter after them, TAI64N, 'yyyy/mm/dd', ordinal dates, French short
 * names of months, time in brackets). Up to `skip` bytes of other text may
 * stand before it ("<34>", "[", "INFO "), not counting what colours a terminal.
 * Sets `start` and returns the length, or 0. */
size_t timefmt_find(
    struct str text, size_t skip, size_t *start, struct civil *out);

#endif
