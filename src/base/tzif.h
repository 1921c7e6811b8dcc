/* tzif: a time zone file (RFC 8536) as a table of offsets. Private to src/base;
 * everyone else uses zone.h. */
#ifndef SPOOR_BASE_TZIF_H
#define SPOOR_BASE_TZIF_H

#include "src/base/err.h"
#include "src/base/str.h"

/* Time is cut into pieces of one offset each. Piece i lasts until until[i], the
 * last one for ever. Its wall time ends at wall_until[i]; where clocks went
 * back, that is the latest end of any piece so far, so that both columns are
 * sorted. The columns are apart because a search reads only one of them. */
struct zone_table {
    size_t count;        /* at least 1 */
    int64_t *until;      /* [count] seconds UTC; owned, as are the others */
    int64_t *wall_until; /* [count] seconds of wall time */
    int32_t *offset;     /* [count] seconds east of UTC */
};

/* The rule for times past the last transition is unrolled to the end of what a
 * stamp can hold. */
int tzif_parse(struct str content, struct zone_table *out, struct err *err);
void zone_table_init_fixed(struct zone_table *table, int32_t offset_s);
void zone_table_done(struct zone_table *table);

#endif
