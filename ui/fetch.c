/* The screen's side of a fetch: wants go out, answers come in. */
#include "ui/fetch.h"

#include <stdlib.h>
#include <string.h>

#include "ui/app.h"
#include "ui/fetch_inside.h"

/* --- opening and closing ------------------------------------------------- */

/* What parsing a query may ask of the case. */
struct asking {
    struct app *app;
    struct kinds kinds; /* loaded when the first name is no field's */
};

/* For around:ID: the time of one event. */
static bool event_time(void *context, int64_t id, int64_t *time)
{
    struct app *app = ((struct asking *)context)->app;
    struct query_basis basis = {.newest = STAMP_NONE, .day = STAMP_NONE};
    struct query *all = query_parse(STR(""), &basis, NULL, NULL);
    struct search *search =
        search_open(app_store(app), app_formats(app), all, NULL);
    struct page page = {0};
    bool found = search != NULL && search_row(search, id, &page, NULL) == 1 &&
                 page.rows[0].at.time != STAMP_NONE;
    if (found)
        *time = page.rows[0].at.time;
    page_done(&page);
    search_close(search);
    query_free(all);
    return found;
}

static const struct own_names *own_names(void *context)
{
    struct asking *asking = context;
    if (asking->kinds.arena == NULL &&
        kinds_load(app_store(asking->app), &asking->kinds, NULL) < 0)
        return NULL; /* opening the search will say why */
    return &asking->kinds.own_names;
}

static void init_lock(struct fetch *fetch)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&fetch->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&fetch->lock, NULL);
}

struct fetch *fetch_new(struct app *app, struct str text, struct err *err)
{
    struct asking asking = {.app = app};
    struct query_basis basis = {
        .zone = app_zone(app),
        .newest = store_newest_acquisition(app_store(app)),
        .day = STAMP_NONE,
        .event_time = event_time,
        .own_names = own_names,
        .context = &asking,
    };
    char *copy = str_dup(text); /* the query's slices point into it */
    struct query *query = query_parse(str_from(copy), &basis, NULL, err);
    kinds_done(&asking.kinds);
    if (query == NULL) {
        free(copy);
        return NULL;
    }
    struct fetch *fetch = xcalloc(1, sizeof(*fetch));
    *fetch = (struct fetch){
        .app = app,
        .store = app_store(app),
        .formats = app_formats(app),
        .query = query,
        .text = copy,
        .generation = 1,
    };
    init_lock(fetch);
    for (int i = 0; i < HAND_COUNT; i++) {
        fetch->hands[i].fetch = fetch;
        fetch->hands[i].kind = (enum hand_kind)i;
        if (hand_start(&fetch->hands[i], err) < 0) {
            fetch_free(fetch);
            return NULL;
        }
    }
    return fetch;
}

void fetch_cancel(struct fetch *fetch)
{
    pthread_mutex_lock(&fetch->lock);
    fetch->closing = true;
    for (int i = 0; i < HAND_COUNT; i++)
        progress_cancel(&fetch->hands[i].progress);
    pthread_cond_broadcast(&fetch->changed);
    pthread_mutex_unlock(&fetch->lock);
}

bool fetch_has_ended(struct fetch *fetch)
{
    bool ended = true;
    pthread_mutex_lock(&fetch->lock);
    for (int i = 0; i < HAND_COUNT; i++)
        ended = ended && (!fetch->hands[i].started || fetch->hands[i].ended);
    pthread_mutex_unlock(&fetch->lock);
    return ended;
}

static void group_free(struct group *group)
{
    if (group != NULL)
        group_done(group);
    free(group);
}

void bars_answer_free(struct bars_answer *answer)
{
    if (answer == NULL)
        return;
    free(answer->counts);
    free(answer->failures);
    free(answer);
}

static void answers_done(struct answers *answers)
{
    for (struct rows_page *page = answers->pages, *next; page != NULL;
         page = next) {
        next = page->next;
        rows_page_free(page);
    }
    detail_answer_free(answers->detail);
    bars_answer_free(answers->bars);
    group_free(answers->group);
}

void fetch_free(struct fetch *fetch)
{
    if (fetch == NULL)
        return;
    fetch_cancel(fetch);
    for (int i = 0; i < HAND_COUNT; i++)
        if (fetch->hands[i].started)
            pthread_join(fetch->hands[i].thread, NULL);
    answers_done(&fetch->answers);
    pages_done(&fetch->pages);
    detail_answer_free(fetch->detail);
    bars_answer_free(fetch->bars);
    group_free(fetch->group);
    buf_done(&fetch->seek.condition);
    buf_done(&fetch->wants.seek.condition);
    pthread_cond_destroy(&fetch->changed);
    pthread_mutex_destroy(&fetch->lock);
    query_free(fetch->query);
    free(fetch->text);
    free(fetch);
}

/* --- wants and answers --------------------------------------------------- */

static enum hand_kind hand_of(enum task task)
{
    return task >= TASK_SPAN ? HAND_COUNTER : HAND_READER;
}

void hand_cancel(struct hand *hand, enum task task)
{
    if (hand->current == task)
        progress_cancel(&hand->progress);
}

void fetch_want(struct fetch *fetch, enum task task)
{
    struct hand *hand = &fetch->hands[hand_of(task)];
    if (fetch->is_broken) /* asking again would fail again, for ever */
        return;
    hand_cancel(hand, task);
    if (task == TASK_PAGE) /* it cannot wait for a guess */
        hand_cancel(hand, TASK_AHEAD);
    fetch->wants.is[task] = true;
    pthread_cond_broadcast(&fetch->changed);
}

/* Take in what has come. Under the lock. */
static void settle(struct fetch *fetch)
{
    struct answers *answers = &fetch->answers;
    for (struct rows_page *page = answers->pages, *next; page != NULL;
         page = next) {
        next = page->next;
        pages_add(&fetch->pages, page);
    }
    if (answers->detail != NULL) {
        detail_answer_free(fetch->detail);
        fetch->detail = answers->detail;
    }
    if (answers->bars != NULL) {
        bars_answer_free(fetch->bars);
        fetch->bars = answers->bars;
    }
    if (answers->group != NULL) {
        group_free(fetch->group);
        fetch->group = answers->group;
    }
    if (answers->group_err.code != ERR_NONE)
        fetch->group_err = answers->group_err;
    if (answers->seek_done) {
        fetch->seek_done = true;
        fetch->seek_found = answers->seek_found;
        fetch->seek_at = answers->seek_at;
    }
    *answers = (struct answers){0};
}

static void enter(struct fetch *fetch)
{
    pthread_mutex_lock(&fetch->lock);
    settle(fetch);
}

static void leave(struct fetch *fetch)
{
    pthread_mutex_unlock(&fetch->lock);
}

struct str fetch_query(const struct fetch *fetch)
{
    return str_from(fetch->text);
}

const struct query *fetch_parsed(const struct fetch *fetch)
{
    return fetch->query;
}

uint64_t fetch_generation(struct fetch *fetch)
{
    pthread_mutex_lock(&fetch->lock);
    uint64_t generation = fetch->generation;
    pthread_mutex_unlock(&fetch->lock);
    return generation;
}

void fetch_refresh(struct fetch *fetch)
{
    pthread_mutex_lock(&fetch->lock);
    fetch->refresh = true;
    pthread_cond_broadcast(&fetch->changed);
    pthread_mutex_unlock(&fetch->lock);
}

bool fetch_is_busy(struct fetch *fetch)
{
    bool busy = false;
    enter(fetch);
    busy = fetch->refresh;
    for (int task = 0; task < TASK_TOTAL; task++)
        busy = busy || (fetch->wants.is[task] && task != TASK_AHEAD);
    for (int i = 0; i < HAND_COUNT; i++)
        busy = busy || fetch->hands[i].current != TASK_NONE;
    busy = busy && !fetch->is_broken;
    leave(fetch);
    return busy;
}

/* --- rows ---------------------------------------------------------------- */

static bool same_page(const struct page_want *a, const struct page_want *b)
{
    return position_compare(a->from, b->from) == 0 &&
           a->backward == b->backward && a->rows >= b->rows;
}

static bool is_under_way(const struct fetch *fetch, enum task task)
{
    const struct hand *hand = &fetch->hands[hand_of(task)];
    return fetch->wants.is[task] ||
           (hand->current == task && !progress_is_cancelled(&hand->progress));
}

static void want_page(
    struct fetch *fetch, struct position from, bool backward, int n, bool ahead)
{
    enum task task = ahead ? TASK_AHEAD : TASK_PAGE;
    struct page_want *slot = ahead ? &fetch->wants.ahead : &fetch->wants.page;
    size_t rows = n < PAGE_ROWS_MIN   ? PAGE_ROWS_MIN
                  : n > PAGE_ROWS_MAX ? PAGE_ROWS_MAX
                                      : (size_t)n;
    struct page_want want = {from, backward, rows};
    if (is_under_way(fetch, task) && same_page(slot, &want))
        return;
    *slot = want;
    fetch_want(fetch, task);
}

/* Copy the rows that the page has beyond `at`, nearest first. */
static int take_rows(const struct rows_page *page, struct position at,
    bool backward, int n, const struct fetched **out)
{
    size_t low = 0, high = page->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = position_compare(page->rows[middle].at, at);
        if (backward ? order < 0 : order <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    size_t left = backward ? low : page->count - low;
    int count = left < (size_t)n ? (int)left : n;
    for (int i = 0; i < count; i++)
        out[i] = backward ? &page->rows[low - 1 - (size_t)i]
                          : &page->rows[low + (size_t)i];
    return count;
}

struct gathering {
    struct position at;
    bool backward;
    int count;
    bool missing; /* a page that was asked for */
    bool end;
};

static void gather(struct fetch *fetch, struct gathering *gathering, int n,
    const struct fetched **out)
{
    bool backward = gathering->backward;
    while (gathering->count < n && !gathering->end && !gathering->missing) {
        struct rows_page *page = pages_find(
            &fetch->pages, gathering->at, backward, fetch->generation);
        if (page == NULL || page->generation != fetch->generation)
            want_page(fetch, gathering->at, backward, n, false);
        if (page == NULL) {
            gathering->missing = true;
            break;
        }
        int room = n - gathering->count;
        int taken = take_rows(
            page, gathering->at, backward, room, out + gathering->count);
        gathering->count += taken;
        if (taken == room) {
            gathering->at = out[gathering->count - 1]->at;
        } else if (backward ? page->from_start : page->to_end) {
            gathering->end = true;
        } else {
            gathering->at = backward ? position_after(page->low)
                                     : position_before(page->high);
        }
    }
}

static void reverse(const struct fetched **rows, int count)
{
    for (int i = 0; i < count / 2; i++) {
        const struct fetched *swap = rows[i];
        rows[i] = rows[count - 1 - i];
        rows[count - 1 - i] = swap;
    }
}

int fetch_rows(struct fetch *fetch, struct position from, bool backward, int n,
    const struct fetched **out, bool *end)
{
    struct gathering gathering = {.at = from, .backward = backward};
    enter(fetch);
    gather(fetch, &gathering, n, out);
    /* Whoever reads on in this direction shall find the next page there. */
    if (!gathering.end && !gathering.missing &&
        pages_find(&fetch->pages, gathering.at, backward, fetch->generation) ==
            NULL)
        want_page(fetch, gathering.at, backward, n, true);
    leave(fetch);
    if (backward)
        reverse(out, gathering.count);
    *end = gathering.end;
    return gathering.count == 0 && gathering.missing ? -1 : gathering.count;
}

const struct fetched *fetch_row(struct fetch *fetch, struct position at)
{
    enter(fetch);
    const struct fetched *row = pages_row(&fetch->pages, at, fetch->generation);
    leave(fetch);
    return row;
}

/* --- counts -------------------------------------------------------------- */

bool fetch_count(struct fetch *fetch, uint64_t *events, uint64_t *so_far)
{
    enter(fetch);
    struct hand *counter = &fetch->hands[HAND_COUNTER];
    if (!fetch->has_count && !is_under_way(fetch, TASK_COUNT))
        fetch_want(fetch, TASK_COUNT);
    *events = fetch->count;
    *so_far = fetch->counted_once ? fetch->count
              : counter->current == TASK_COUNT
                  ? atomic_load(&counter->progress.events)
                  : 0;
    bool known = fetch->has_count;
    leave(fetch);
    return known;
}

bool fetch_total(struct fetch *fetch, uint64_t *events)
{
    enter(fetch);
    *events = fetch->total;
    bool known = fetch->has_total;
    leave(fetch);
    return known;
}

static bool same_bars(const struct bars_want *a, const struct bars_want *b)
{
    return a->first == b->first && a->last == b->last &&
           a->buckets == b->buckets;
}

bool fetch_histogram(struct fetch *fetch, int64_t first, int64_t last,
    size_t buckets, struct fetch_bars *out)
{
    struct bars_want want = {first, last, buckets};
    enter(fetch);
    const struct bars_answer *bars = fetch->bars;
    bool known =
        bars != NULL && same_bars(&bars->of, &want) && !bars->is_estimate;
    bool fresh = known && bars->generation == fetch->generation;
    if (!fresh && !(is_under_way(fetch, TASK_BARS) &&
                      same_bars(&fetch->wants.bars, &want))) {
        fetch->wants.bars = want;
        fetch_want(fetch, TASK_BARS);
    }
    *out = (struct fetch_bars){0};
    if (bars != NULL)
        *out = (struct fetch_bars){bars->of.first, bars->of.last,
            bars->of.buckets, bars->counts, bars->failures};
    leave(fetch);
    return known;
}

bool fetch_span(struct fetch *fetch, int64_t *first, int64_t *last)
{
    enter(fetch);
    bool known = fetch->has_span && fetch->first != STAMP_NONE;
    *first = fetch->first;
    *last = fetch->last;
    leave(fetch);
    return known;
}

/* --- single events ------------------------------------------------------- */

int fetch_seek(struct fetch *fetch, struct str condition, struct position from,
    bool backward, struct position *out)
{
    enter(fetch);
    struct seek_want *seek = &fetch->seek;
    bool same = fetch->seek_asked && seek->backward == backward &&
                str_eq(buf_str(&seek->condition), condition) &&
                position_compare(seek->from, from) == 0;
    if (!same) {
        fetch->seek_asked = true;
        fetch->seek_done = false;
        seek->from = from;
        seek->backward = backward;
        buf_clear(&seek->condition);
        buf_add_str(&seek->condition, condition);
        struct seek_want *want = &fetch->wants.seek;
        want->from = from;
        want->backward = backward;
        buf_clear(&want->condition);
        buf_add_str(&want->condition, condition);
        fetch_want(fetch, TASK_SEEK);
    }
    int rc = !fetch->seek_done ? -1 : fetch->seek_found ? 1 : 0;
    if (rc >= 0)
        fetch->seek_asked = false; /* the same may be asked anew */
    *out = fetch->seek_at;
    leave(fetch);
    return rc;
}

int fetch_detail(
    struct fetch *fetch, struct position at, const struct detail **out)
{
    enter(fetch);
    struct detail_answer *detail = fetch->detail;
    bool there = detail != NULL && position_compare(detail->detail.at, at) == 0;
    if (!there && !(is_under_way(fetch, TASK_DETAIL) &&
                      position_compare(fetch->wants.detail, at) == 0)) {
        fetch->wants.detail = at;
        fetch_want(fetch, TASK_DETAIL);
    }
    *out = detail != NULL ? &detail->detail : NULL;
    leave(fetch);
    return there ? 0 : -1;
}

int fetch_group(struct fetch *fetch, const struct group **out, struct err *err)
{
    enter(fetch);
    bool failed = fetch->group_err.code != ERR_NONE;
    if (fetch->group == NULL && !failed && !is_under_way(fetch, TASK_GROUP))
        fetch_want(fetch, TASK_GROUP);
    if (failed && err != NULL)
        *err = fetch->group_err;
    *out = fetch->group;
    leave(fetch);
    return *out != NULL ? 0 : -1;
}

bool fetch_error(struct fetch *fetch, struct err *err)
{
    enter(fetch);
    bool failed = fetch->err.code != ERR_NONE;
    if (failed) {
        *err = fetch->err;
        err_clear(&fetch->err);
    }
    leave(fetch);
    return failed;
}
