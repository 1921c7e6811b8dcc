/* search: a query at work in a case.
 *
 * A search owns its connections and knows the case as it was when opened (or
 * refreshed). Rows come in order of (time, id), undated ones last in order of
 * id. How: batches that the summaries rule out are skipped; the others are
 * scanned in order of their first time with what SQLite can decide as SQL over
 * the batch's range of ids; what only the record can tell is decided by reading
 * it again. A row is final when no batch still to be scanned can begin before
 * it. All threads of one search belong to it alone. */
#ifndef SPOOR_QUERY_SEARCH_H
#define SPOOR_QUERY_SEARCH_H

#include "parsers/format.h"
#include "src/base/progress.h"
#include "src/query/query.h"
#include "src/store/batches.h"
#include "src/store/content.h"
#include "src/store/names.h"
#include "src/store/source.h"

struct search;

/* Where a row stands in the order. */
struct position {
    int64_t time; /* STAMP_NONE: undated, after all dated ones */
    int64_t id;
};
#define POSITION_FIRST ((struct position){INT64_MIN + 1, INT64_MIN})
#define POSITION_LAST ((struct position){STAMP_NONE, INT64_MAX})
int position_compare(struct position a, struct position b);

/* One event as stored; names and record are asked for when needed. */
struct row {
    struct position at;
    const struct batch_info *batch;
    int64_t kind;
    int64_t host, user, target, process; /* entity ids, 0 none */
    struct ip src_ip, dst_ip;
    int64_t src_port, dst_port, pid, status, bytes; /* EVENT_NO_NUMBER none */
    uint64_t offset;                                /* in the source */
    uint32_t length;
    uint32_t count;    /* as stored */
    uint32_t matched;  /* of count, how many members match the query */
    int64_t time_end;  /* STAMP_NONE unless count > 1 */
    struct str object; /* lives as long as the page */
};

struct page {
    struct row *rows;
    size_t count, capacity;
    struct arena arena;
    bool more; /* there are rows beyond in this direction */
};
void page_done(struct page *page);

/* `store` is used for settings only and must outlive the search. `query` is
 * borrowed. */
struct search *search_open(struct store *store, const struct formats *formats,
    const struct query *query, struct err *err);
void search_close(struct search *search);

/* Up to `limit` rows after (`backward`: before) a position, itself left out;
 * the rows of a backward page ascend too. 0, or -1 (ERR_CANCELLED included). */
int search_page(struct search *search, struct position from, bool backward,
    size_t limit, struct page *page, struct progress *progress,
    struct err *err);

/* Every row in order, to the end or until `visit` returns false. `row` lives
 * for the call. */
int search_each(struct search *search,
    bool (*visit)(void *context, const struct row *row), void *context,
    struct progress *progress, struct err *err);

/* How many events (counts, not rows) match. */
int search_count(struct search *search, uint64_t *events,
    struct progress *progress, struct err *err);

/* About how many events come before a position, from summaries alone. */
uint64_t search_rank(const struct search *search, struct position at);

/* The row of an event id whether it matches or not: 1, 0 no such event, -1. */
int search_row(
    struct search *search, int64_t id, struct page *page, struct err *err);

/* --- values of a row, for showing and exporting -------------------------- */

/* The value of a short field as text (numbers in decimal, addresses canonical,
 * time ISO 8601 UTC), appended to `out`; false when absent. Reads the record
 * again only for fields that need it. */
bool search_value(struct search *search, const struct row *row,
    enum field field, struct buf *out);

/* What the event says, for a list of events: its message, else (a record of
 * columns or a JSON object, whose message is all of it) a line made of its
 * fields: "404 GET www.example.com/a". False when there is nothing but bytes.
 */
bool search_says(struct search *search, const struct row *row, struct buf *out);

/* Where the name in `field` (user, target_user) is from, when the log has its
 * number only: "uid 1000, named by source 3 (PATH)"; false when it is the
 * log's. */
bool search_name_origin(struct search *search, const struct row *row,
    enum field field, struct buf *out);

/* As search_value, of a log's own value, x.NAME; of the first member, when the
 * row stands for several. */
bool search_own_value(struct search *search, const struct row *row,
    struct str name, struct buf *out);

/* The record read again, with all its fields and extras; lives until the next
 * search_* call. NULL when it cannot be read. */
const struct record *search_record(
    struct search *search, const struct row *row, struct err *err);

/* The exact original bytes, all parts in order. */
int search_raw(struct search *search, const struct row *row, struct buf *out,
    struct err *err);

/* The same decoded to UTF-8, each part on a line of its own. */
int search_text(struct search *search, const struct row *row, struct buf *out,
    struct err *err);

/* Whether bytes could not be read since this was last asked, with the reason:
 * to search_value and search_own_value such a value is absent like any other.
 */
bool search_failed(struct search *search, struct err *err);

/* A binary record as its reader writes it for people (the XML of an EVTX
 * record), appended: 1; 0 when the source is text and its bytes are it; -1. */
int search_as_text(struct search *search, const struct row *row,
    struct buf *out, struct err *err);

/* The logs' own names in the case. */
const struct own_names *search_own_names(const struct search *search);
const struct kind *search_kind(const struct search *search, int64_t id);
const struct source *search_source(const struct search *search, int64_t id);
const struct batches *search_batches(const struct search *search);
struct content *search_content(struct search *search);

#endif
