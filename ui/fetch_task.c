/* What the hands do, without the lock but to hand over. */
#include <stdlib.h>
#include <string.h>

#include "ui/app.h"
#include "ui/fetch_inside.h"

/* --- the search, opened and reopened ------------------------------------- */

/* A number that differs when events came, went or were re-timed. */
static uint64_t signature_of(struct search *search)
{
    const struct batches *batches = search_batches(search);
    uint64_t signature = batches->count;
    for (size_t i = 0; i < batches->count; i++) {
        const struct batch_info *batch = &batches->at[i];
        const uint64_t parts[] = {
            signature,
            (uint64_t)batch->id,
            batch->events,
            batch->undated,
            (uint64_t)batch->first_time,
            (uint64_t)batch->last_time,
            batch->understood[0],
        };
        signature = str_hash(str_make(parts, sizeof(parts)));
    }
    return signature;
}

/* The span of everything: a first answer for the span of what matches. */
static void publish_summaries(struct hand *hand)
{
    struct fetch *fetch = hand->fetch;
    const struct batches *batches = search_batches(hand->search);
    int64_t first = STAMP_NONE, last = STAMP_NONE;
    for (size_t i = 0; i < batches->count; i++) {
        const struct batch_info *batch = &batches->at[i];
        if (batch->first_time == STAMP_NONE)
            continue;
        if (first == STAMP_NONE || batch->first_time < first)
            first = batch->first_time;
        if (last == STAMP_NONE || batch->last_time > last)
            last = batch->last_time;
    }
    pthread_mutex_lock(&fetch->lock);
    fetch->total = batches->events;
    fetch->has_total = true;
    if (!fetch->has_span) {
        fetch->first = first;
        fetch->last = last;
        fetch->has_span = true;
    }
    pthread_mutex_unlock(&fetch->lock);
}

int task_open(struct hand *hand, struct err *err)
{
    struct fetch *fetch = hand->fetch;
    if (store_reopen(fetch->store, &hand->store, err) < 0)
        return -1;
    hand->version = store_version_seen(hand->store);
    hand->search = search_open(hand->store, fetch->formats, fetch->query, err);
    if (hand->search == NULL)
        return -1;
    hand->signature = signature_of(hand->search);
    if (hand->kind == HAND_READER) {
        publish_summaries(hand);
        return 0;
    }
    pthread_mutex_lock(&fetch->lock);
    fetch->wants.is[TASK_SPAN] = fetch->query->root->kind != NODE_ALL;
    pthread_mutex_unlock(&fetch->lock);
    return 0;
}

int task_reopen(struct hand *hand, bool forced, struct err *err)
{
    int64_t version = store_version_seen(hand->store);
    if (version == hand->version && !forced)
        return 0;
    struct search *search =
        search_open(hand->store, hand->fetch->formats, hand->fetch->query, err);
    if (search == NULL)
        return -1;
    hand->version = version;
    uint64_t signature = signature_of(search);
    if (signature == hand->signature && !forced) {
        search_close(search);
        return 0;
    }
    search_close(hand->search);
    hand->search = search;
    hand->signature = signature;
    publish_summaries(hand);
    return 1;
}

/* The counting hand follows the reading one. */
static int follow(struct hand *hand, struct err *err)
{
    struct fetch *fetch = hand->fetch;
    pthread_mutex_lock(&fetch->lock);
    uint64_t generation = fetch->generation;
    pthread_mutex_unlock(&fetch->lock);
    if (hand->generation == generation)
        return 0;
    if (task_reopen(hand, true, err) < 0)
        return -1;
    hand->generation = generation;
    return 0;
}

static void close_seeker(struct hand *hand)
{
    search_close(hand->seeker);
    query_free(hand->seek_query);
    hand->seeker = NULL;
    hand->seek_query = NULL;
}

void task_done(struct hand *hand)
{
    close_seeker(hand);
    search_close(hand->search);
    page_done(&hand->page);
    buf_done(&hand->seek_condition);
    store_close(hand->store);
    hand->search = NULL;
    hand->store = NULL;
}

/* --- rows ---------------------------------------------------------------- */

static int run_page(
    struct hand *hand, const struct page_want *want, struct err *err)
{
    struct fetch *fetch = hand->fetch;
    if (search_page(hand->search, want->from, want->backward, want->rows,
            &hand->page, &hand->progress, err) < 0)
        return -1;
    struct rows_page *page = read_rows(hand, err);
    if (page == NULL)
        return -1;
    bool more = hand->page.more;
    page->low = page->high = want->from;
    page->from_start = want->backward && !more;
    page->to_end = !want->backward && !more;
    if (more && want->backward)
        page->low = position_before(page->rows[0].at);
    if (more && !want->backward)
        page->high = position_after(page->rows[page->count - 1].at);
    if (page->from_start)
        page->low = POSITION_FIRST;
    if (page->to_end)
        page->high = POSITION_LAST;
    page->generation = hand->generation;
    pthread_mutex_lock(&fetch->lock);
    page->next = fetch->answers.pages;
    fetch->answers.pages = page;
    pthread_mutex_unlock(&fetch->lock);
    return 0;
}

static int run_detail(struct hand *hand, struct position at, struct err *err)
{
    struct fetch *fetch = hand->fetch;
    int found = search_row(hand->search, at.id, &hand->page, err);
    if (found < 0)
        return -1;
    /* An event that has gone has no values: that, too, is an answer. */
    struct detail_answer *answer = found > 0
                                       ? read_detail(hand, &hand->page.rows[0])
                                       : xcalloc(1, sizeof(*answer));
    answer->detail.at = at;
    pthread_mutex_lock(&fetch->lock);
    detail_answer_free(fetch->answers.detail);
    fetch->answers.detail = answer;
    pthread_mutex_unlock(&fetch->lock);
    return 0;
}

/* --- seeking ------------------------------------------------------------- */

/* "(the fetch's query) condition", opened once for a condition. */
static int open_seeker(struct hand *hand, struct str condition, struct err *err)
{
    struct fetch *fetch = hand->fetch;
    if (hand->seeker != NULL && hand->seek_generation == hand->generation &&
        str_eq(buf_str(&hand->seek_condition), condition))
        return 0;
    close_seeker(hand);
    struct buf *text = &hand->seek_condition;
    buf_clear(text);
    if (fetch->query->root->kind != NODE_ALL) {
        buf_add_char(text, '(');
        node_format(fetch->query->root, text);
        buf_add_cstr(text, ") ");
    }
    buf_add_str(text, condition);
    struct query_basis basis = {.newest = STAMP_NONE, .day = STAMP_NONE};
    hand->seek_query = query_parse(buf_str(text), &basis, NULL, err);
    if (hand->seek_query == NULL)
        return -1;
    hand->seeker =
        search_open(hand->store, fetch->formats, hand->seek_query, err);
    if (hand->seeker == NULL)
        return -1;
    hand->seek_generation = hand->generation;
    buf_clear(text);
    buf_add_str(text, condition);
    return 0;
}

static int run_seek(
    struct hand *hand, const struct seek_want *want, struct err *err)
{
    struct fetch *fetch = hand->fetch;
    int rc = open_seeker(hand, buf_str(&want->condition), err);
    if (rc == 0)
        rc = search_page(hand->seeker, want->from, want->backward, 1,
            &hand->page, &hand->progress, err);
    pthread_mutex_lock(&fetch->lock);
    if (!progress_is_cancelled(&hand->progress)) {
        fetch->answers.seek_done = true;
        fetch->answers.seek_found = rc == 0 && hand->page.count > 0;
        if (fetch->answers.seek_found)
            fetch->answers.seek_at = hand->page.rows[0].at;
    }
    pthread_mutex_unlock(&fetch->lock);
    return rc;
}

/* --- counting ------------------------------------------------------------ */

static int run_span(struct hand *hand, struct err *err)
{
    struct fetch *fetch = hand->fetch;
    const struct position dated_end = {STAMP_NONE, INT64_MIN};
    int64_t first = STAMP_NONE, last = STAMP_NONE;
    if (search_page(hand->search, POSITION_FIRST, false, 1, &hand->page,
            &hand->progress, err) < 0)
        return -1;
    if (hand->page.count > 0)
        first = hand->page.rows[0].at.time;
    if (search_page(hand->search, dated_end, true, 1, &hand->page,
            &hand->progress, err) < 0)
        return -1;
    if (hand->page.count > 0)
        last = hand->page.rows[0].at.time;
    pthread_mutex_lock(&fetch->lock);
    fetch->first = first;
    fetch->last = last;
    fetch->has_span = true;
    pthread_mutex_unlock(&fetch->lock);
    return 0;
}

static int run_count(struct hand *hand, struct err *err)
{
    struct fetch *fetch = hand->fetch;
    uint64_t events = 0;
    if (search_count(hand->search, &events, &hand->progress, err) < 0)
        return -1;
    pthread_mutex_lock(&fetch->lock);
    if (!progress_is_cancelled(&hand->progress)) {
        fetch->count = events;
        fetch->has_count = hand->generation == fetch->generation;
        fetch->counted_once = true;
    }
    pthread_mutex_unlock(&fetch->lock);
    return 0;
}

static struct bars_answer *bars_new(
    const struct hand *hand, const struct bars_want *want)
{
    struct bars_answer *answer = xcalloc(1, sizeof(*answer));
    *answer = (struct bars_answer){
        .of = *want,
        .counts = xcalloc(want->buckets + 1, sizeof(uint64_t)),
        .failures = xcalloc(want->buckets + 1, sizeof(uint64_t)),
        .generation = hand->generation,
    };
    return answer;
}

static void publish_bars(struct fetch *fetch, struct bars_answer *answer)
{
    pthread_mutex_lock(&fetch->lock);
    bars_answer_free(fetch->answers.bars);
    fetch->answers.bars = answer;
    fetch->has_bars = true;
    pthread_mutex_unlock(&fetch->lock);
}

/* A batch's events as if they were spread evenly over its time. */
static void add_evenly(const struct batch_info *batch, struct bars_answer *bars)
{
    const struct bars_want *of = &bars->of;
    double width = ((double)of->last - (double)of->first) / (double)of->buckets;
    double from = ((double)batch->first_time - (double)of->first) / width;
    double to = ((double)batch->last_time - (double)of->first) / width;
    double events = (double)(batch->events - batch->undated);
    double most = (double)of->buckets - 1;
    from = from < 0 ? 0 : from > most ? most : from;
    to = to < 0 ? 0 : to > most ? most : to;
    size_t first = (size_t)from, last = (size_t)to;
    for (size_t i = first; i <= last; i++)
        bars->counts[i] += (uint64_t)(events / (double)(last - first + 1));
}

/* Something to see at once when everything is asked for: counting takes most of
 * a second for millions. */
static void estimate_bars(struct hand *hand, const struct bars_want *want)
{
    struct fetch *fetch = hand->fetch;
    const struct batches *batches = search_batches(hand->search);
    bool is_wanted = fetch->query->root->kind == NODE_ALL && !fetch->has_bars &&
                     want->buckets > 0 && want->first < want->last;
    if (!is_wanted)
        return;
    struct bars_answer *answer = bars_new(hand, want);
    for (size_t i = 0; i < batches->count; i++)
        if (batches->at[i].first_time != STAMP_NONE)
            add_evenly(&batches->at[i], answer);
    answer->is_estimate = true;
    publish_bars(fetch, answer);
    if (!progress_is_cancelled(&hand->progress))
        app_wake(fetch->app);
}

static int run_bars(
    struct hand *hand, const struct bars_want *want, struct err *err)
{
    estimate_bars(hand, want);
    struct bars_answer *answer = bars_new(hand, want);
    if (group_histogram(hand->search, want->first, want->last, want->buckets,
            answer->counts, answer->failures, &hand->progress, err) < 0) {
        bars_answer_free(answer);
        return -1;
    }
    publish_bars(hand->fetch, answer);
    return 0;
}

static int run_group(struct hand *hand, struct err *err)
{
    struct fetch *fetch = hand->fetch;
    struct group *group = xcalloc(1, sizeof(*group));
    struct err reason = {0};
    int rc = group_run(hand->search, group, &hand->progress, &reason);
    pthread_mutex_lock(&fetch->lock);
    bool stopped = progress_is_cancelled(&hand->progress);
    if (rc == 0 && !stopped) {
        if (fetch->answers.group != NULL)
            group_done(fetch->answers.group);
        free(fetch->answers.group);
        fetch->answers.group = group;
        group = NULL;
    } else if (!stopped) {
        fetch->answers.group_err = reason;
    }
    pthread_mutex_unlock(&fetch->lock);
    if (group != NULL)
        group_done(group);
    free(group);
    (void)err;
    return 0;
}

int task_run(
    struct hand *hand, enum task task, struct wants *wants, struct err *err)
{
    if (hand->kind == HAND_COUNTER && follow(hand, err) < 0)
        return -1;
    switch (task) {
    case TASK_PAGE:
        return run_page(hand, &wants->page, err);
    case TASK_AHEAD:
        return run_page(hand, &wants->ahead, err);
    case TASK_SEEK:
        return run_seek(hand, &wants->seek, err);
    case TASK_DETAIL:
        return run_detail(hand, wants->detail, err);
    case TASK_SPAN:
        return run_span(hand, err);
    case TASK_COUNT:
        return run_count(hand, err);
    case TASK_BARS:
        return run_bars(hand, &wants->bars, err);
    case TASK_GROUP:
        return run_group(hand, err);
    case TASK_NONE:
    case TASK_TOTAL:
        break;
    }
    return 0;
}
