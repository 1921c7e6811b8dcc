/* Rows in order of (time, id). Each batch that may have rows beyond the
 * position asked for is known by the nearest place it could begin at (its
 * bound); batches are scanned in order of their bounds, a few at a time and in
 * parallel, and their matches gathered. A match is final when it lies before
 * the bound of every batch not scanned yet; with `limit` final ones the page is
 * done. A backward page is the same in a mirror.
 *
 * Matches of scanned batches are kept (as positions only), so that scrolling
 * and sources in disorder do not scan a batch twice. */
#include <stdlib.h>
#include <string.h>

#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/query/inside.h"

int position_compare(struct position a, struct position b)
{
    if (a.time != b.time) {
        if (a.time == STAMP_NONE)
            return 1;
        if (b.time == STAMP_NONE)
            return -1;
        return a.time < b.time ? -1 : 1;
    }
    return (a.id > b.id) - (a.id < b.id);
}

void page_done(struct page *page)
{
    free(page->rows);
    arena_done(&page->arena);
    *page = (struct page){0};
}

/* --- matches of a batch -------------------------------------------------- */

struct match {
    struct position at;
    uint32_t matched;
};

struct matches {
    struct match *at; /* in order; NULL until scanned */
    size_t count, capacity;
    bool known;
    uint64_t used;
};

struct page_cache {
    struct matches *batches; /* by index of the batch */
    uint8_t *pruned;         /* plan_prune of each, asked once */
    size_t count;
    size_t bytes;
    uint64_t clock;
};

void page_cache_free(struct page_cache *cache)
{
    if (cache == NULL)
        return;
    for (size_t i = 0; i < cache->count; i++)
        free(cache->batches[i].at);
    free(cache->batches);
    free(cache->pruned);
    free(cache);
}

static struct page_cache *cache_of(struct search *search)
{
    if (search->cache == NULL) {
        search->cache = xcalloc(1, sizeof(*search->cache));
        search->cache->count = search->batches.count;
        search->cache->batches =
            xcalloc(search->batches.count + 1, sizeof(struct matches));
        search->cache->pruned = xcalloc(search->batches.count + 1, 1);
        for (size_t i = 0; i < search->batches.count; i++)
            search->cache->pruned[i] =
                (uint8_t)plan_prune(search, &search->batches.at[i]);
    }
    return search->cache;
}

/* Forget the batches used longest ago. What a page needs of them it has taken
 * already. */
static void cache_trim(struct page_cache *cache)
{
    while (cache->bytes > LIMIT_CACHE_BYTES) {
        struct matches *oldest = NULL;
        for (size_t i = 0; i < cache->count; i++) {
            struct matches *matches = &cache->batches[i];
            if (matches->capacity > 0 &&
                (oldest == NULL || matches->used < oldest->used))
                oldest = matches;
        }
        if (oldest == NULL)
            return;
        cache->bytes -= oldest->capacity * sizeof(*oldest->at);
        free(oldest->at);
        *oldest = (struct matches){0};
    }
}

static bool add_match(void *context, const struct row *row)
{
    struct matches *matches = context;
    matches->at = mem_grow(matches->at, &matches->capacity, matches->count + 1,
        sizeof(*matches->at));
    matches->at[matches->count++] = (struct match){row->at, row->matched};
    return true;
}

static int compare_matches(const void *left, const void *right)
{
    const struct match *a = left, *b = right;
    return position_compare(a->at, b->at);
}

static void sort_matches(struct matches *matches)
{
    for (size_t i = 1; i < matches->count; i++) {
        if (position_compare(matches->at[i - 1].at, matches->at[i].at) < 0)
            continue;
        qsort(
            matches->at, matches->count, sizeof(*matches->at), compare_matches);
        return;
    }
}

/* --- bounds -------------------------------------------------------------- */

struct bound {
    struct position at;
    size_t batch;
};

/* How many batches are scanned at once at most. */
enum { ASKED_MAX = 64 };

struct walk {
    struct search *search;
    struct position from;
    bool backward;
    struct bound *heap; /* the nearest first */
    size_t count;
    struct match *found; /* in the page's direction, nearest first */
    size_t found_count, limit;
    size_t asked[ASKED_MAX]; /* batches being scanned */
};

static bool nearer(
    const struct walk *walk, struct position a, struct position b)
{
    int order = position_compare(a, b);
    return walk->backward ? order > 0 : order < 0;
}

/* The first place beyond the position where the batch could have a row. */
static bool forward_bound(
    const struct batch_info *batch, struct position from, struct position *out)
{
    if (batch->first_time != STAMP_NONE && from.time != STAMP_NONE &&
        batch->last_time >= from.time) {
        *out = (struct position){batch->first_time, batch->first_event};
        return true;
    }
    *out = (struct position){STAMP_NONE, batch->first_event};
    int64_t last = batch->first_event + batch->rows - 1;
    return batch->undated > 0 && (from.time != STAMP_NONE || last > from.id);
}

static bool backward_bound(
    const struct batch_info *batch, struct position from, struct position *out)
{
    int64_t last = batch->first_event + batch->rows - 1;
    if (from.time == STAMP_NONE && batch->undated > 0 &&
        batch->first_event < from.id) {
        *out = (struct position){STAMP_NONE, last};
        return true;
    }
    *out = (struct position){batch->last_time, last};
    return batch->first_time != STAMP_NONE &&
           (from.time == STAMP_NONE || batch->first_time <= from.time);
}

static void sift_down(struct walk *walk, size_t at)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= walk->count)
            return;
        if (child + 1 < walk->count &&
            nearer(walk, walk->heap[child + 1].at, walk->heap[child].at))
            child++;
        if (!nearer(walk, walk->heap[child].at, walk->heap[at].at))
            return;
        struct bound swap = walk->heap[at];
        walk->heap[at] = walk->heap[child];
        walk->heap[child] = swap;
        at = child;
    }
}

static void walk_begin(struct walk *walk)
{
    struct search *search = walk->search;
    const struct page_cache *cache = cache_of(search);
    walk->heap = xcalloc(search->batches.count + 1, sizeof(*walk->heap));
    for (size_t i = 0; i < search->batches.count; i++) {
        const struct batch_info *batch = &search->batches.at[i];
        struct bound bound = {.batch = i};
        bool beyond = walk->backward
                          ? backward_bound(batch, walk->from, &bound.at)
                          : forward_bound(batch, walk->from, &bound.at);
        if (beyond && cache->pruned[i] != PRUNE_NONE)
            walk->heap[walk->count++] = bound;
    }
    for (size_t i = walk->count / 2; i > 0; i--)
        sift_down(walk, i - 1);
}

static struct bound walk_pop(struct walk *walk)
{
    struct bound top = walk->heap[0];
    walk->heap[0] = walk->heap[--walk->count];
    sift_down(walk, 0);
    return top;
}

/* --- gathering ----------------------------------------------------------- */

/* The first match beyond the position, or how many there are before it. */
static size_t first_beyond(
    const struct walk *walk, const struct matches *matches)
{
    size_t low = 0, high = matches->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = position_compare(matches->at[middle].at, walk->from);
        bool before = walk->backward ? order < 0 : order <= 0;
        if (before)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Merge what a batch has into the nearest `limit` + 1 found. */
static void gather(struct walk *walk, const struct matches *matches)
{
    size_t place = first_beyond(walk, matches);
    size_t left = walk->backward ? place : matches->count - place;
    size_t room = walk->limit + 1;
    if (left == 0)
        return;
    struct match *merged = xcalloc(room, sizeof(*merged));
    size_t old = 0, count = 0, taken = 0;
    while (count < room && (old < walk->found_count || taken < left)) {
        const struct match *next = taken == left ? NULL
                                   : walk->backward
                                       ? &matches->at[place - 1 - taken]
                                       : &matches->at[place + taken];
        bool take =
            next != NULL && (old == walk->found_count ||
                                nearer(walk, next->at, walk->found[old].at));
        merged[count++] = take ? *next : walk->found[old];
        taken += take;
        old += !take;
    }
    free(walk->found);
    walk->found = merged;
    walk->found_count = count;
}

static int scan_asked(struct worker *worker, size_t index, void *context)
{
    struct walk *walk = context;
    size_t number = walk->asked[index];
    struct matches *matches = &walk->search->cache->batches[number];
    if (matches->known)
        return 0;
    const struct batch_info *batch = &walk->search->batches.at[number];
    matches->count = 0;
    if (scan_batch(worker, batch, COLUMN_BIT(COLUMN_ID), add_match, matches,
            &worker->err) < 0)
        return -1;
    sort_matches(matches);
    matches->known = true;
    progress_add(worker->progress, batch->rows, matches->count);
    return 0;
}

static bool is_final(const struct walk *walk)
{
    if (walk->count == 0)
        return true;
    return walk->found_count > walk->limit &&
           nearer(walk, walk->found[walk->limit].at, walk->heap[0].at);
}

/* One batch first: mostly it has the page. Then more and more at once. */
static int walk_run(
    struct walk *walk, struct progress *progress, struct err *err)
{
    size_t *asked = walk->asked;
    size_t wide = 1;
    struct page_cache *cache = cache_of(walk->search);
    while (!is_final(walk)) {
        size_t count = 0;
        while (count < wide && walk->count > 0)
            asked[count++] = walk_pop(walk).batch;
        size_t before = 0, after = 0;
        for (size_t i = 0; i < count; i++)
            before += cache->batches[asked[i]].capacity;
        int rc =
            workers_run(walk->search, count, scan_asked, walk, progress, err);
        for (size_t i = 0; i < count; i++)
            after += cache->batches[asked[i]].capacity;
        cache->bytes += (after - before) * sizeof(struct match);
        if (rc < 0) /* cancelled, mostly: what was scanned stays */
            return -1;
        for (size_t i = 0; i < count; i++) {
            struct matches *matches = &cache->batches[asked[i]];
            matches->used = ++cache->clock;
            gather(walk, matches);
        }
        cache_trim(cache);
        wide = wide * 2 > ASKED_MAX ? ASKED_MAX : wide * 2;
    }
    return 0;
}

/* --- filling ------------------------------------------------------------- */

struct fill {
    struct page *page;
    struct match *matches; /* by id */
    size_t *places;        /* of each in the page */
    size_t count, next;
};

static bool fill_row(void *context, const struct row *row)
{
    struct fill *fill = context;
    while (fill->next < fill->count &&
           fill->matches[fill->next].at.id < row->at.id)
        fill->next++;
    if (fill->next == fill->count)
        return false;
    if (fill->matches[fill->next].at.id != row->at.id)
        return true;
    struct row *out = &fill->page->rows[fill->places[fill->next]];
    *out = *row;
    out->matched = fill->matches[fill->next].matched;
    out->object = arena_copy(&fill->page->arena, row->object);
    return true;
}

struct wanted {
    int64_t id;
    size_t place;
};

static int compare_wanted(const void *left, const void *right)
{
    const struct wanted *a = left, *b = right;
    return (a->id > b->id) - (a->id < b->id);
}

/* Ids that stand near each other are read in one go. */
static int fill_runs(struct walk *walk, struct fill *fill, struct err *err)
{
    enum { GAP_MAX = 16 };
    struct worker *worker = &walk->search->workers[0];
    for (size_t i = 0; i < fill->count;) {
        int64_t first = fill->matches[i].at.id;
        const struct batch_info *batch =
            batches_find(&walk->search->batches, first);
        if (batch == NULL)
            return err_set(
                err, ERR_CORRUPT, "event %lld has no batch", (long long)first);
        size_t end = i + 1;
        while (
            end < fill->count &&
            fill->matches[end].at.id <
                batch->first_event + (int64_t)batch->rows &&
            fill->matches[end].at.id - fill->matches[end - 1].at.id <= GAP_MAX)
            end++;
        fill->next = i;
        if (scan_ids(worker, batch, first, fill->matches[end - 1].at.id,
                fill_row, fill, err) < 0)
            return -1;
        i = end;
    }
    return 0;
}

static int fill_page(struct walk *walk, struct page *page, struct err *err)
{
    size_t count = walk->found_count;
    page->more = count > walk->limit;
    if (page->more)
        count = walk->limit;
    page->count = 0;
    page->rows =
        mem_grow(page->rows, &page->capacity, count + 1, sizeof(*page->rows));
    memset(page->rows, 0, count * sizeof(*page->rows));
    page->count = count;
    struct wanted *wanted = xcalloc(count + 1, sizeof(*wanted));
    for (size_t i = 0; i < count; i++)
        wanted[i] = (struct wanted){walk->found[i].at.id, i};
    qsort(wanted, count, sizeof(*wanted), compare_wanted);
    struct fill fill = {
        .page = page,
        .count = count,
        .matches = xcalloc(count + 1, sizeof(*fill.matches)),
        .places = xcalloc(count + 1, sizeof(*fill.places)),
    };
    for (size_t i = 0; i < count; i++) {
        size_t place = wanted[i].place;
        fill.matches[i] = walk->found[place];
        fill.places[i] = walk->backward ? count - 1 - place : place;
    }
    int rc = fill_runs(walk, &fill, err);
    free(wanted);
    free(fill.matches);
    free(fill.places);
    return rc;
}

int search_page(struct search *search, struct position from, bool backward,
    size_t limit, struct page *page, struct progress *progress, struct err *err)
{
    struct walk walk = {
        .search = search,
        .from = from,
        .backward = backward,
        .limit = limit,
    };
    arena_reset(&page->arena);
    page->count = 0;
    page->more = false;
    if (search_worker(search, err) == NULL)
        return -1;
    walk_begin(&walk);
    int rc = walk_run(&walk, progress, err);
    if (rc == 0)
        rc = fill_page(&walk, page, err);
    free(walk.heap);
    free(walk.found);
    return rc;
}

int search_each(struct search *search,
    bool (*visit)(void *context, const struct row *row), void *context,
    struct progress *progress, struct err *err)
{
    enum { STEP = 8192 };
    struct page page = {0};
    struct position at = POSITION_FIRST;
    int rc;
    bool more = true;
    while ((rc = search_page(search, at, false, STEP, &page, progress, err)) ==
               0 &&
           more) {
        for (size_t i = 0; i < page.count && more; i++)
            more = visit(context, &page.rows[i]);
        if (!page.more || page.count == 0)
            break;
        at = page.rows[page.count - 1].at;
    }
    page_done(&page);
    return rc;
}

static bool take_row(void *context, const struct row *row)
{
    struct page *page = context;
    page->rows[0] = *row;
    page->rows[0].object = arena_copy(&page->arena, row->object);
    page->count = 1;
    return false;
}

int search_row(
    struct search *search, int64_t id, struct page *page, struct err *err)
{
    struct worker *worker = search_worker(search, err);
    if (worker == NULL)
        return -1;
    arena_reset(&page->arena);
    page->more = false;
    page->count = 0;
    page->rows = mem_grow(page->rows, &page->capacity, 1, sizeof(*page->rows));
    const struct batch_info *batch = batches_find(&search->batches, id);
    if (batch == NULL)
        return 0;
    if (scan_ids(worker, batch, id, id, take_row, page, err) < 0)
        return -1;
    return (int)page->count;
}
