/* fetch: searches that never make the screen wait. A fetch owns a thread with
 * connections of its own and works for one query; the view asks and is woken
 * (app_wake) when an answer is there. Asking again for something else abandons
 * what is under way (cancelled at once). */
#ifndef SPOOR_UI_FETCH_H
#define SPOOR_UI_FETCH_H

#include "src/query/group.h"
#include "src/query/search.h"

struct app;
struct fetch;

/* Start on a query text. A bad query gives NULL and the message in `err`; the
 * search itself is opened in the thread. */
struct fetch *fetch_new(struct app *app, struct str query, struct err *err);
void fetch_free(struct fetch *fetch); /* cancels */

/* Everything one row of the screen may show, read in the thread. */
struct fetched {
    struct position at;
    uint32_t count, matched;
    int64_t time_end;
    int64_t source;
    uint64_t offset;
    uint32_t length;
    enum stamp_precision precision;
    enum time_quality quality;
    enum understood understood;
    /* texts live as long as the fetch keeps the page (FETCH_PAGES) */
    struct str format, category, action, outcome, host, user, target_user,
        process, src_ip, dst_ip, object, message;
};

/* Rows around a position from what has been read: up to `n` after (or before)
 * `from`. -1: not there yet, it has been asked for. */
int fetch_rows(struct fetch *fetch, struct position from, bool backward, int n,
    const struct fetched **out, bool *end);
const struct fetched *fetch_row(struct fetch *fetch, struct position at);

/* How many events match: false while it is being counted (`so_far` then). */
bool fetch_count(struct fetch *fetch, uint64_t *events, uint64_t *so_far);

/* Counts per bucket; false while it is not there. Cached for one range. */
bool fetch_histogram(struct fetch *fetch, int64_t first, int64_t last,
    size_t buckets, const uint64_t **counts, const uint64_t **failures);
/* The span of what matches (by summaries at once, exact later). */
bool fetch_span(struct fetch *fetch, int64_t *first, int64_t *last);

/* The next (previous) failure from a position: 1 found, 0 none, -1 asked. */
int fetch_failure(struct fetch *fetch, struct position from, bool backward,
    struct position *out);

/* Every value of one event, for the detail pane: -1 while it is being read. */
struct detail_value {
    struct str name, value; /* short names, then x.NAME */
};
struct detail {
    struct position at;
    const struct detail_value *values;
    size_t count;
    struct str raw;           /* exact bytes, all parts */
    struct str before, after; /* neighbouring lines of the same source, decoded
                                 and each ended by '\n' */
    struct str source_path;
    uint64_t line_offset;
};
int fetch_detail(
    struct fetch *fetch, struct position at, const struct detail **out);

/* The query's counting tail: -1 while it runs, 0 done. */
int fetch_group(struct fetch *fetch, const struct group **out, struct err *err);

/* An error of the thread (a search that could not be opened), once. */
bool fetch_error(struct fetch *fetch, struct err *err);
struct str fetch_query(const struct fetch *fetch);

#endif
