#include "src/query/search.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/query/inside.h"

/* --- opening ------------------------------------------------------------- */

static int load(struct search *search, struct err *err)
{
    struct worker *worker = search_worker(search, err);
    if (worker == NULL)
        return -1;
    if (batches_load(worker->store, &search->batches, err) < 0 ||
        kinds_load(worker->store, &search->kinds, err) < 0 ||
        source_list(
            worker->store, &search->sources, &search->source_count, err) < 0 ||
        plan_make(search, err) < 0)
        return -1;
    plan_filter(search, false, &search->filter[0]);
    plan_filter(search, true, &search->filter[1]);
    return 0;
}

struct search *search_open(struct store *store, const struct formats *formats,
    const struct query *query, struct err *err)
{
    struct search *search = xcalloc(1, sizeof(*search));
    search->case_store = store;
    search->formats = formats;
    search->query = query;
    if (load(search, err) == 0)
        return search;
    search_close(search);
    return NULL;
}

void search_close(struct search *search)
{
    if (search == NULL)
        return;
    for (size_t i = 0; i < search->worker_count; i++)
        worker_done(&search->workers[i]);
    free(search->workers);
    plan_done(&search->plan);
    page_cache_free(search->cache);
    buf_done(&search->filter[0]);
    buf_done(&search->filter[1]);
    buf_done(&search->scratch);
    source_list_free(search->sources, search->source_count);
    kinds_done(&search->kinds);
    batches_done(&search->batches);
    free(search);
}

/* --- what it knows ------------------------------------------------------- */

const struct own_names *search_own_names(const struct search *search)
{
    return &search->kinds.own_names;
}

const struct kind *search_kind(const struct search *search, int64_t id)
{
    if (id < 0 || (uint64_t)id >= search->kinds.count ||
        search->kinds.at[id].format.len == 0)
        return NULL;
    return &search->kinds.at[id];
}

const struct source *search_source(const struct search *search, int64_t id)
{
    size_t low = 0, high = search->source_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (search->sources[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < search->source_count && search->sources[low].id == id;
    return found ? &search->sources[low] : NULL;
}

const struct batches *search_batches(const struct search *search)
{
    return &search->batches;
}

struct content *search_content(struct search *search)
{
    return search->workers[0].content;
}

/* --- counting ------------------------------------------------------------ */

struct count_work {
    struct search *search;
    uint64_t *events; /* per batch */
};

static int count_batch(struct worker *worker, size_t index, void *context)
{
    struct count_work *work = context;
    const struct batch_info *batch = &work->search->batches.at[index];
    int rc = scan_count(worker, batch, &work->events[index], &worker->err);
    progress_add(worker->progress, batch->rows, work->events[index]);
    return rc;
}

int search_count(struct search *search, uint64_t *events,
    struct progress *progress, struct err *err)
{
    size_t count = search->batches.count;
    if (search->plan.root->kind == STEP_ALL) {
        *events = search->batches.events;
        return 0;
    }
    struct count_work work = {search, xcalloc(count + 1, sizeof(uint64_t))};
    int rc = workers_run(search, count, count_batch, &work, progress, err);
    *events = 0;
    for (size_t i = 0; i < count; i++)
        *events += work.events[i];
    free(work.events);
    return rc;
}

/* As if a batch's events were spread evenly over its time. */
uint64_t search_rank(const struct search *search, struct position at)
{
    double rank = 0;
    for (size_t i = 0; i < search->batches.count; i++) {
        const struct batch_info *batch = &search->batches.at[i];
        double dated = (double)(batch->events - batch->undated);
        if (at.time == STAMP_NONE) {
            rank += dated;
            if (at.id >= batch->first_event + batch->rows)
                rank += (double)batch->undated;
            continue;
        }
        if (batch->first_time == STAMP_NONE || batch->first_time >= at.time)
            continue;
        double length = (double)batch->last_time - (double)batch->first_time;
        double part =
            batch->last_time < at.time || length <= 0
                ? 1
                : ((double)at.time - (double)batch->first_time) / length;
        rank += dated * part;
    }
    return (uint64_t)rank;
}
