/* fetch: searches that never make the screen wait. A fetch owns two threads
 * with connections of their own (one reads rows, one counts) and works for one
 * query; the view asks and is woken (app_wake) when an answer is there. Asking
 * again for something else abandons what is under way (cancelled at once). When
 * the case grows, everything is read anew, old answers standing meanwhile. */
#ifndef SPOOR_UI_FETCH_H
#define SPOOR_UI_FETCH_H

#include "src/query/group.h"
#include "src/query/search.h"

struct app;
struct fetch;

/* Start on a query text. A bad query gives NULL and the message in `err`; the
 * search itself is opened in the thread. */
struct fetch *fetch_new(struct app *app, struct str query, struct err *err);
/* Cancels and waits for the threads, which notice within milliseconds, or at
 * the end of a tail's sorting. Accepts NULL. */
void fetch_free(struct fetch *fetch);
/* The two halves, for whoever must not wait: cancel now, and free later, once
 * the threads have ended. A cancelled fetch wakes nobody. */
void fetch_cancel(struct fetch *fetch);
bool fetch_has_ended(struct fetch *fetch);

/* Read everything again (findings changed, which no count shows). */
void fetch_refresh(struct fetch *fetch);
/* Is there anything asked that is not answered? */
bool fetch_is_busy(struct fetch *fetch);
struct str fetch_query(const struct fetch *fetch);
/* Parsed; has a tail or not. Lives as long as the fetch. */
const struct query *fetch_parsed(const struct fetch *fetch);
/* A number that changes whenever the case was read anew. */
uint64_t fetch_generation(struct fetch *fetch);

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
    enum field object_field; /* what `object` is; FIELD_NONE */
    /* Texts live as long as the fetch keeps the page, at least until the next
     * call that could take in another (fetch_rows, fetch_row). Cut at
     * FETCHED_TEXT_MAX bytes. */
    struct str format, category, action, outcome, host, user, target_user,
        process, src_ip, dst_ip, object, message;
};
enum { FETCHED_TEXT_MAX = 4096 };

/* Rows around a position from what has been read: up to `n` after (or before)
 * `from`, ascending either way. -1: not there yet, it has been asked for. Fewer
 * than `n` without `end`: the rest has been asked for. */
int fetch_rows(struct fetch *fetch, struct position from, bool backward, int n,
    const struct fetched **out, bool *end);
/* NULL when it has not been read (lately). */
const struct fetched *fetch_row(struct fetch *fetch, struct position at);

/* How many events match: false while it is being counted (`so_far` then). */
bool fetch_count(struct fetch *fetch, uint64_t *events, uint64_t *so_far);
/* How many events the case has: false until it has been opened. */
bool fetch_total(struct fetch *fetch, uint64_t *events);

/* Counts per bucket; false while it is not there: then the last ones that were
 * are given, for whatever range they had, or NULL. Kept for one range. */
struct fetch_bars {
    int64_t first, last; /* [first, last) */
    size_t count;
    const uint64_t *counts, *failures; /* live until the next call */
};
bool fetch_histogram(struct fetch *fetch, int64_t first, int64_t last,
    size_t buckets, struct fetch_bars *out);
/* The times of the first and last dated event that match (both included); by
 * summaries at once, exact later. False: not known yet, or none. */
bool fetch_span(struct fetch *fetch, int64_t *first, int64_t *last);

/* The next (previous) event from a position that matches the fetch's query and
 * a further `condition` ("outcome:failure", "\"text\""): 1 found, 0 none, -1
 * asked. A condition that is no query finds none, with fetch_error. */
int fetch_seek(struct fetch *fetch, struct str condition, struct position from,
    bool backward, struct position *out);

/* Every value of one event, for the detail pane: -1 while it is being read. */
struct detail_value {
    struct str name, value; /* short names, then x.NAME */
};
struct detail {
    struct position at;
    const struct detail_value *values;
    size_t count;
    struct str raw;  /* exact bytes, all parts */
    struct str text; /* the same decoded, each part on a line of its own */
    /* The event among its neighbours in its own source, lines each ended by
     * '\n': text as it stands there, binary records as time and message. */
    struct str before, among, after;
    struct str source_path;
    uint64_t line_offset;
    bool cut;    /* raw was longer than DETAIL_RAW_MAX */
    bool joined; /* raw is several runs of the source, one after the other */
};
enum { DETAIL_RAW_MAX = 1 << 20 };
/* 0: `out` is the event's. While -1, `out` is the one read last, or NULL. */
int fetch_detail(
    struct fetch *fetch, struct position at, const struct detail **out);

/* The query's counting tail: -1 while it runs (or failed: `err`), 0 done. */
int fetch_group(struct fetch *fetch, const struct group **out, struct err *err);

/* An error of the thread (a search that could not be opened), once. */
bool fetch_error(struct fetch *fetch, struct err *err);

#endif
