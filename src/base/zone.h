/* zone: time zones from TZif files (RFC 8536), read by ourselves so that any
 * thread may use any zone. Immutable once loaded. */
#ifndef SPOOR_BASE_ZONE_H
#define SPOOR_BASE_ZONE_H

#include "src/base/err.h"
#include "src/base/stamp.h"
#include "src/base/str.h"

struct zone;

/* By name: "UTC", "Asia/Tokyo", or a fixed "+09:00", "-0330", "UTC+9". Names
 * are looked up below /usr/share/zoneinfo (or SPOOR_ZONEINFO) and may not leave
 * it. Zones are loaded once and live as long as the program: the pointer is
 * borrowed and may be kept and shared. Thread-safe. */
const struct zone *zone_find(struct str name, struct err *err);
const struct zone *zone_utc(void);
const char *zone_name(const struct zone *zone);

int32_t zone_offset_at(const struct zone *zone, int64_t stamp); /* s east */

enum zone_fit {
    ZONE_EXACT,
    ZONE_AMBIGUOUS, /* the clock went back: the first reading was taken */
    ZONE_SKIPPED,   /* the clock went forward: no such time; moved by the gap */
};

/* The moment of a wall time in this zone (a civil with an offset of its own
 * ignores the zone). False when a stamp cannot hold it. */
bool zone_to_stamp(const struct zone *zone, const struct civil *civil,
    int64_t *out, enum zone_fit *fit);

#endif
