#include "ui/gaps.h"

#include <stdlib.h>

#include "src/base/mem.h"
#include "src/store/batches.h"

static int by_source_and_time(const void *left, const void *right)
{
    const struct batch_info *const *a = left, *const *b = right;
    if ((*a)->source != (*b)->source)
        return (*a)->source < (*b)->source ? -1 : 1;
    if ((*a)->first_time != (*b)->first_time)
        return (*a)->first_time < (*b)->first_time ? -1 : 1;
    return 0;
}

static int by_source_and_length(const void *left, const void *right)
{
    const struct gap *a = left, *b = right;
    uint64_t a_length = (uint64_t)a->to - (uint64_t)a->from;
    uint64_t b_length = (uint64_t)b->to - (uint64_t)b->from;
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    if (a_length != b_length)
        return a_length > b_length ? -1 : 1;
    return a->from < b->from ? -1 : a->from > b->from;
}

/* Between two batches of one source, where neither reaches into the other. */
static size_t all_gaps(
    const struct batch_info *const *batches, size_t count, struct gap *gaps)
{
    size_t found = 0;
    int64_t covered = STAMP_NONE; /* up to here, in the source at hand */
    for (size_t i = 0; i < count; i++) {
        const struct batch_info *batch = batches[i];
        if (i == 0 || batches[i - 1]->source != batch->source)
            covered = batch->last_time;
        uint64_t length = (uint64_t)batch->first_time - (uint64_t)covered;
        if (batch->first_time > covered && length >= (uint64_t)GAPS_LEAST)
            gaps[found++] =
                (struct gap){batch->source, covered, batch->first_time};
        if (batch->last_time > covered)
            covered = batch->last_time;
    }
    return found;
}

static size_t keep_longest(struct gap *gaps, size_t count)
{
    size_t kept = 0, of_source = 0;
    for (size_t i = 0; i < count; i++) {
        of_source =
            i > 0 && gaps[i].source == gaps[i - 1].source ? of_source + 1 : 0;
        if (of_source < GAPS_A_SOURCE)
            gaps[kept++] = gaps[i];
    }
    return kept;
}

void gaps_find(const struct batches *batches, struct gap **gaps, size_t *count)
{
    const struct batch_info **dated =
        xcalloc(batches->count + 1, sizeof(*dated));
    size_t dated_count = 0;
    for (size_t i = 0; i < batches->count; i++)
        if (batches->at[i].first_time != STAMP_NONE)
            dated[dated_count++] = &batches->at[i];
    qsort(dated, dated_count, sizeof(*dated), by_source_and_time);
    *gaps = xcalloc(dated_count + 1, sizeof(**gaps));
    *count = all_gaps(dated, dated_count, *gaps);
    qsort(*gaps, *count, sizeof(**gaps), by_source_and_length);
    *count = keep_longest(*gaps, *count);
    free(dated);
}
