#include <stdlib.h>

#include "src/base/mem.h"
#include "src/query/group.h"
#include "src/query/inside.h"

struct histogram {
    struct search *search;
    int64_t first, last;
    size_t buckets;
    uint64_t *counts;     /* per worker: counts, then failures */
    struct bits failures; /* kinds whose outcome is failure */
};

struct filling {
    struct histogram *histogram;
    struct worker *worker;
    uint64_t *counts;
};

/* Doubles as wide as the interval may be: it can pass 64 bits of ns times
 * buckets. */
static size_t bucket_of(const struct histogram *histogram, int64_t time)
{
    uint64_t since = (uint64_t)time - (uint64_t)histogram->first;
    uint64_t length = (uint64_t)histogram->last - (uint64_t)histogram->first;
    size_t bucket =
        (size_t)((double)since / (double)length * (double)histogram->buckets);
    return bucket < histogram->buckets ? bucket : histogram->buckets - 1;
}

static bool is_inside(const struct histogram *histogram, int64_t time)
{
    return time != STAMP_NONE && time >= histogram->first &&
           time < histogram->last;
}

static void fill(void *context, struct subject *subject, uint32_t events)
{
    struct filling *filling = context;
    const struct histogram *histogram = filling->histogram;
    if (!is_inside(histogram, subject->time))
        return;
    size_t bucket = bucket_of(histogram, subject->time);
    filling->counts[bucket] += events;
    if (bits_has(&histogram->failures, subject->row->kind))
        filling->counts[histogram->buckets + bucket] += events;
}

static bool fill_row(void *context, const struct row *row)
{
    struct filling *filling = context;
    struct subject subject = {.row = row, .time = row->at.time};
    if (row->count > 1)
        evaluate_each(filling->worker, row, fill, filling);
    else
        fill(filling, &subject, row->matched);
    return true;
}

/* All of it matches, lies in one bucket, and none is a failure. */
static bool fill_whole(
    const struct filling *filling, const struct batch_info *batch)
{
    const struct histogram *histogram = filling->histogram;
    if (plan_prune(histogram->search, batch) != PRUNE_ALL ||
        !is_inside(histogram, batch->first_time) ||
        !is_inside(histogram, batch->last_time))
        return false;
    size_t bucket = bucket_of(histogram, batch->first_time);
    if (bucket != bucket_of(histogram, batch->last_time))
        return false;
    for (int64_t kind = bits_next(&histogram->failures, 0); kind >= 0;
         kind = bits_next(&histogram->failures, kind + 1))
        if (batch_has_kind(batch, kind))
            return false;
    filling->counts[bucket] += batch->events - batch->undated;
    return true;
}

static int fill_batch(struct worker *worker, size_t index, void *context)
{
    struct histogram *histogram = context;
    struct search *search = histogram->search;
    const struct batch_info *batch = &search->batches.at[index];
    progress_add(worker->progress, batch->rows, 0);
    if (batch->first_time == STAMP_NONE ||
        batch->last_time < histogram->first ||
        batch->first_time >= histogram->last)
        return 0;
    struct filling filling = {
        .histogram = histogram,
        .worker = worker,
        .counts = histogram->counts +
                  (size_t)(worker - search->workers) * 2 * histogram->buckets,
    };
    if (fill_whole(&filling, batch))
        return 0;
    return scan_batch(worker, batch,
        COLUMNS_PLACE | (batch->has_repeats ? search->plan.columns : 0),
        fill_row, &filling, &worker->err);
}

int group_histogram(struct search *search, int64_t first, int64_t last,
    size_t buckets, uint64_t *counts, uint64_t *failures,
    struct progress *progress, struct err *err)
{
    for (size_t i = 0; i < buckets; i++)
        counts[i] = failures[i] = 0;
    if (buckets == 0 || first >= last)
        return 0;
    struct histogram histogram = {
        .search = search,
        .first = first,
        .last = last,
        .buckets = buckets,
        .counts = xcalloc(search->worker_count * 2 * buckets, sizeof(uint64_t)),
    };
    for (size_t i = 0; i < search->kinds.count; i++)
        if (str_eq(search->kinds.at[i].outcome, STR("failure")))
            bits_add(&histogram.failures, (int64_t)i);
    int rc = workers_run(
        search, search->batches.count, fill_batch, &histogram, progress, err);
    for (size_t w = 0; w < search->worker_count; w++) {
        const uint64_t *from = histogram.counts + w * 2 * buckets;
        for (size_t i = 0; i < buckets; i++) {
            counts[i] += from[i];
            failures[i] += from[buckets + i];
        }
    }
    free(histogram.counts);
    free(histogram.failures.at);
    return rc;
}
