/* fetch_inside: what the files of a fetch share. How they work together:
 *
 *     fetch.c         asking and answering, on the screen's thread
 *     fetch_pages.c   rows that were read, by what stretch they cover
 *     fetch_hand.c    the two threads: what to do next, cancelling
 *     fetch_task.c    what they do
 *     fetch_read.c    rows and details with their texts
 *
 * The screen writes what it wants into `wants` and signals; a hand takes the
 * most urgent want, works without the lock, and puts the answer into `answers`;
 * the screen takes the answers in at its next call. All of it under `lock`,
 * which nobody holds while working. */
#ifndef SPOOR_UI_FETCH_INSIDE_H
#define SPOOR_UI_FETCH_INSIDE_H

#include <pthread.h>

#include "src/base/mem.h"
#include "ui/fetch.h"

/* Rows read at once, at least and at most; pages kept. */
enum { PAGE_ROWS_MIN = 64, PAGE_ROWS_MAX = 256, PAGES_KEPT = 128 };

/* A page knows every matching row strictly between `low` and `high`. */
struct rows_page {
    struct rows_page *next;
    struct position low, high;
    bool from_start, to_end; /* nothing below or above at all */
    struct fetched *rows;
    size_t count;
    struct arena arena;
    uint64_t generation, used;
};
void rows_page_free(struct rows_page *page);

struct rows_pages {
    struct rows_page *head;
    size_t count;
    uint64_t clock;
};
/* The best page that knows what comes next after (before) `at`: one of this
 * generation if there is, else an older one, else NULL. */
struct rows_page *pages_find(struct rows_pages *pages, struct position at,
    bool backward, uint64_t generation);
const struct fetched *pages_row(
    struct rows_pages *pages, struct position at, uint64_t generation);
void pages_add(struct rows_pages *pages, struct rows_page *page);
void pages_done(struct rows_pages *pages);

struct position position_after(struct position at);
struct position position_before(struct position at);

/* --- asking -------------------------------------------------------------- */

struct page_want {
    struct position from;
    bool backward;
    size_t rows;
};
struct seek_want {
    struct buf condition; /* owned */
    struct position from;
    bool backward;
};
struct bars_want {
    int64_t first, last;
    size_t buckets;
};

enum task {
    TASK_NONE,
    /* of the reading hand, most urgent first */
    TASK_PAGE,
    TASK_SEEK,
    TASK_DETAIL,
    TASK_AHEAD, /* a page that will be asked for soon */
    /* of the counting hand */
    TASK_SPAN,
    TASK_COUNT,
    TASK_BARS,
    TASK_GROUP,
    TASK_TOTAL
};

struct wants {
    bool is[TASK_TOTAL];
    struct page_want page, ahead;
    struct seek_want seek;
    struct position detail;
    struct bars_want bars;
};

/* --- answering ----------------------------------------------------------- */

struct detail_answer {
    struct detail detail;
    struct arena arena;
};
void detail_answer_free(struct detail_answer *answer);

struct bars_answer {
    struct bars_want of;
    uint64_t *counts, *failures;
    uint64_t generation;
    bool is_estimate; /* from summaries, until it has been counted */
};
void bars_answer_free(struct bars_answer *answer);

struct answers {
    struct rows_page *pages;
    struct detail_answer *detail;
    struct bars_answer *bars;
    struct group *group;
    struct err group_err;
    bool seek_done, seek_found;
    struct position seek_at;
};

/* --- the whole ----------------------------------------------------------- */

enum hand_kind { HAND_READER, HAND_COUNTER, HAND_COUNT };

struct hand {
    struct fetch *fetch;
    enum hand_kind kind;
    pthread_t thread;
    bool started, ended;
    enum task current;        /* under the lock */
    struct progress progress; /* of it; cancelled from outside */

    /* The thread's own. */
    struct store *store;
    struct search *search;
    uint64_t generation; /* of `search` */
    struct search *seeker;
    struct query *seek_query;
    struct buf seek_condition;
    uint64_t seek_generation;
    struct page page;
    uint64_t signature; /* of the case's batches, see task_reopen */
    int64_t version;
};

struct fetch {
    struct app *app;
    const struct store *store;
    const struct formats *formats;
    struct query *query;
    char *text;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct hand hands[HAND_COUNT];
    bool closing;
    struct wants wants;
    struct answers answers;
    uint64_t generation; /* bumped by the reader when the case has changed */
    bool refresh;        /* asked for by fetch_refresh */
    struct err err;
    bool is_broken; /* the search cannot be had: nothing is done any more */
    uint64_t total, count;
    bool has_total, has_count, counted_once;
    bool has_bars; /* of any range */
    int64_t first, last;
    bool has_span;
    int64_t counting_ns; /* how long the counter's last round took */

    /* The screen's own. */
    struct rows_pages pages;
    struct detail_answer *detail;
    struct bars_answer *bars;
    struct group *group;
    struct err group_err;
    struct seek_want seek;
    bool seek_asked, seek_done, seek_found;
    struct position seek_at;
};

int hand_start(struct hand *hand, struct err *err);
/* Under the lock: cancel the work under way of this kind. */
void hand_cancel(struct hand *hand, enum task task);
/* Under the lock: want it, and abandon what is under way of its kind. */
void fetch_want(struct fetch *fetch, enum task task);

/* What a hand does; without the lock. */
int task_open(struct hand *hand, struct err *err);
/* Open the search anew if the case differs from what is open: 1, else 0. */
int task_reopen(struct hand *hand, bool forced, struct err *err);
int task_run(
    struct hand *hand, enum task task, struct wants *wants, struct err *err);
void task_done(struct hand *hand);

/* Rows of hand->page into a page of texts. */
struct rows_page *read_rows(struct hand *hand, struct err *err);
struct detail_answer *read_detail(struct hand *hand, const struct row *row);

#endif
