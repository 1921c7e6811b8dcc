/* gaps: the longest times without events of every source, from the summaries of
 * its batches (a batch is about 1 MiB of log, so shorter ones go unseen). */
#ifndef SPOOR_UI_GAPS_H
#define SPOOR_UI_GAPS_H

#include "src/store/store.h"

struct batches;

struct gap {
    int64_t source, from, to;
};

enum { GAPS_A_SOURCE = 5 };
#define GAPS_LEAST (3600 * STAMP_SECOND) /* shorter ones are no news */

/* Sorted by source, longest first. `gaps` is yours to free. */
void gaps_find(const struct batches *batches, struct gap **gaps, size_t *count);

#endif
