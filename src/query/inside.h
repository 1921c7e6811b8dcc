/* inside: what the files of a search share. How they work together:
 *
 *     plan.c      the query's tree in this case: what each leaf means in ids
 *     match.c     one value against a leaf's operands
 *     filter.c    the plan as SQL that never misses a match
 *     prune.c     what a batch's summary says about the plan
 *     worker.c    a thread with a connection; work spread over batches
 *     scan.c      the matching rows of one batch
 *     evaluate.c  what SQL could not decide, for one row or its members
 *     text.c      free text, in the chunks
 *     reread.c    a row's bytes and record, read again
 *     as_text.c    a binary record as people read it
 *     value.c     fields of a row as text
 *     page.c      rows in order; search.c: opening, counting
 */
#ifndef SPOOR_QUERY_INSIDE_H
#define SPOOR_QUERY_INSIDE_H

#include "src/query/search.h"
#include "src/store/content_blob.h"
#include "src/store/db.h"

/* --- sets of ids --------------------------------------------------------- */

struct bits {
    uint8_t *at;    /* owned; NULL when empty */
    int64_t limit;  /* ids below it have a bit */
    size_t members; /* how many are set */
};
bool bits_has(const struct bits *bits, int64_t id);
void bits_add(struct bits *bits, int64_t id);
/* The next member at or after `from`, or -1. */
int64_t bits_next(const struct bits *bits, int64_t from);

/* --- matching ------------------------------------------------------------ */

struct matcher; /* a leaf's operands, compiled; shared by threads */
struct match_scratch;

struct matcher *matcher_new(const struct node *node, struct err *err);
void matcher_free(struct matcher *matcher);
struct match_scratch *match_scratch_new(void);
void match_scratch_free(struct match_scratch *scratch);
bool match_text(const struct matcher *matcher, struct match_scratch *scratch,
    struct str value);
bool match_number(const struct matcher *matcher, struct match_scratch *scratch,
    int64_t value);
bool match_time(const struct matcher *matcher, int64_t value);
bool match_ip(const struct matcher *matcher, struct match_scratch *scratch,
    const struct ip *value);

/* A text to be found: compiled once, shared by threads. */
struct needle;
struct needle *needle_new(const struct node *node, struct err *err);
void needle_free(struct needle *needle);
struct str needle_text(const struct needle *needle);
bool needle_is_ascii(const struct needle *needle);
/* The place of the first hit at or after `from`, or -1; `end` is past it. */
ptrdiff_t needle_find(const struct needle *needle,
    struct match_scratch *scratch, struct str text, size_t from, size_t *end);

/* --- plan ---------------------------------------------------------------- */

enum step_kind {
    STEP_ALL,
    STEP_NONE,
    STEP_AND,
    STEP_OR,
    STEP_NOT,
    STEP_KINDS,   /* the event's kind is in `set` */
    STEP_SOURCES, /* its source is in `set` */
    STEP_NAMES,   /* the entity column is in `set` */
    STEP_NUMBER,  /* a number column */
    STEP_ADDRESS, /* an address column */
    STEP_OBJECT,  /* the object column, for the kinds in `set` */
    STEP_TIME,
    STEP_UNDATED,
    STEP_REPEAT, /* count or time_end: `single` when the row is one event */
    STEP_TEXT,
    STEP_VALUE, /* only the record (or the bytes) can tell */
};

struct step {
    enum step_kind kind;
    const struct node *node;
    struct step **children;
    size_t child_count;
    enum field field;
    const char *column; /* of STEP_NAMES, STEP_NUMBER, STEP_ADDRESS */
    int number;         /* of the step, for functions */
    struct bits set;
    struct bits ask; /* kinds whose record knows better than the row */
    bool single;
    struct matcher *matcher;
    struct needle *needle;
};

struct plan {
    struct step *root;
    struct step **steps; /* every step, by number */
    size_t step_count, step_capacity;
    size_t text_count;
    bool has_not;
    bool asks_members; /* members of one row may differ */
    bool exact;        /* SQL decides, for rows without repeats */
    unsigned columns;  /* that evaluating needs */
    struct arena arena;
};

int plan_make(struct search *search, struct err *err);
void plan_done(struct plan *plan);

/* The plan as an SQL condition, "" when it is always true. `repeats`: for
 * batches that have rows of several events. */
void plan_filter(const struct search *search, bool repeats, struct buf *out);

enum prune { PRUNE_NONE, PRUNE_SOME, PRUNE_ALL };
/* Does no event, maybe some, or surely every event of the batch match? */
enum prune plan_prune(
    const struct search *search, const struct batch_info *batch);

/* --- rows ---------------------------------------------------------------- */

enum column {
    COLUMN_ID,
    COLUMN_TIME,
    COLUMN_KIND,
    COLUMN_USER,
    COLUMN_SRC_IP,
    COLUMN_HOST,
    COLUMN_PROCESS,
    COLUMN_PID,
    COLUMN_SRC_PORT,
    COLUMN_OFFSET,
    COLUMN_LENGTH,
    COLUMN_TARGET,
    COLUMN_STATUS,
    COLUMN_BYTES,
    COLUMN_DST_IP,
    COLUMN_DST_PORT,
    COLUMN_OBJECT,
    COLUMN_TOTAL
};
#define COLUMN_BIT(column) (1u << (column))
#define COLUMNS_ALL (COLUMN_BIT(COLUMN_TOTAL) - 1)
#define COLUMNS_PLACE                                         \
    (COLUMN_BIT(COLUMN_ID) | COLUMN_BIT(COLUMN_TIME) |        \
        COLUMN_BIT(COLUMN_KIND) | COLUMN_BIT(COLUMN_OFFSET) | \
        COLUMN_BIT(COLUMN_LENGTH))

/* Where a field's value stands in the row: its column, or COLUMN_TOTAL. */
enum column column_of(enum field field);
extern const char *const column_names[COLUMN_TOTAL];

/* The row's number of a column, EVENT_NO_NUMBER or 0 (entities) if none. */
int64_t row_number(const struct row *row, enum field field);
int64_t row_name(const struct row *row, enum field field);
const struct ip *row_ip(const struct row *row, enum field field);

/* --- workers ------------------------------------------------------------- */

struct repeat_info {
    int64_t event;
    uint32_t count;
    int64_t time_end;
};

struct statement {
    unsigned columns;
    int variant;
    sqlite3_stmt *sql;
};
enum { STATEMENTS_MAX = 12 };

struct worker {
    struct search *search;
    struct store *store;
    struct content *content;
    struct names *names;
    struct match_scratch *scratch;
    struct statement statements[STATEMENTS_MAX];
    size_t statement_count;
    sqlite3_stmt *parts, *repeats;
    struct repeat_info *repeat; /* of the batch being read */
    size_t repeat_count, repeat_capacity;
    struct reread *reread;
    struct text_state *text;
    uint8_t *shares;   /* [batches]: see value.c */
    struct buf value;  /* scratch of evaluate.c */
    struct scan *scan; /* the one at work */
    struct progress *progress;
    struct err err; /* of the work in hand */
    bool failed;
};

struct search {
    struct store *case_store; /* the caller's */
    const struct formats *formats;
    const struct query *query;
    struct batches batches;
    struct kinds kinds;
    struct source *sources;
    size_t source_count;
    struct plan plan;
    struct buf filter[2];   /* plan_filter without and with repeats */
    struct worker *workers; /* [0] is the caller's thread's own */
    size_t worker_count;
    struct page_cache *cache;
    struct buf scratch;
};

struct worker *search_worker(struct search *search, struct err *err);

/* Call `work` for every number below `count`, on all workers. Stops at the
 * first failure and when cancelled. */
typedef int worker_task(struct worker *worker, size_t index, void *context);
int workers_run(struct search *search, size_t count, worker_task *task,
    void *context, struct progress *progress, struct err *err);
void worker_done(struct worker *worker);

/* A statement over a batch's ids with the plan's filter, bound and ready, that
 * hands the columns of the mask to scan_function; 0: that counts. `filtered`
 * false: every row. */
sqlite3_stmt *worker_statement(struct worker *worker, unsigned columns,
    const struct batch_info *batch, bool filtered, struct err *err);

/* The aggregate function that scans are made of. */
void scan_function(sqlite3_context *context, int count, sqlite3_value **values);

/* --- scanning ------------------------------------------------------------ */

typedef bool row_visit(void *context, const struct row *row);

/* Every matching row of the batch in order of id, with the columns asked for,
 * until `visit` returns false. 0 or -1. */
int scan_batch(struct worker *worker, const struct batch_info *batch,
    unsigned columns, row_visit *visit, void *context, struct err *err);
/* The rows of the batch in [first, last] of ids, all columns, matching or not.
 */
int scan_ids(struct worker *worker, const struct batch_info *batch,
    int64_t first, int64_t last, row_visit *visit, void *context,
    struct err *err);
int scan_count(struct worker *worker, const struct batch_info *batch,
    uint64_t *events, struct err *err);
/* How many of the row's events match. */
uint32_t evaluate_row(struct worker *worker, const struct row *row);
/* Call `visit` with each member of a row that stands for several and matches,
 * and how many events the member stands for; or once with the row itself when
 * it has no members to tell apart. */
struct subject;
typedef void member_visit(
    void *context, struct subject *member, uint32_t events);
void evaluate_each(struct worker *worker, const struct row *row,
    member_visit *visit, void *context);

/* --- reading again ------------------------------------------------------- */

/* One event, or one member of a row that stands for several. */
struct subject {
    const struct row *row;
    int64_t time;
    const struct span *parts; /* in the source; part_count at least 1 */
    size_t part_count;
    const struct record *record; /* once read */
    bool record_tried;
};

enum text_class {
    TEXT_LINES,  /* the decoded text */
    TEXT_JSON,   /* the unescaped values */
    TEXT_VALUES, /* the message and every value */
};

struct reader {
    int64_t source;
    const struct source *info;
    struct reading reading; /* parser NULL: cannot be read */
    void *cursor;
    struct record record;
    struct year_row *years;
    struct content_blob stored; /* the source, for random access */
    struct blob blob;           /* the same; read_at NULL: not yet needed */
    enum text_class text;
    uint64_t used;
};
struct reader *reread_reader(struct worker *worker, int64_t source);
/* The runs of bytes of a row; lives until the next call. */
size_t reread_parts(
    struct worker *worker, const struct row *row, const struct span **parts);
void subject_of_row(
    struct worker *worker, const struct row *row, struct subject *out);
/* NULL when it cannot be read. Lives until the next call. */
const struct record *subject_record(
    struct worker *worker, struct subject *subject);
/* The bytes as they are, appended. */
int subject_bytes(struct worker *worker, const struct subject *subject,
    struct buf *out, struct err *err);
/* Lives until the next call. */
struct str subject_text(struct worker *worker, const struct subject *subject);
/* See search_as_text. */
int row_as_text(struct worker *worker, const struct row *row, struct buf *out,
    struct err *err);
void reread_done(struct worker *worker);

/* --- text ---------------------------------------------------------------- */

/* Search the batch's chunk for every text of the plan, once. False when the
 * texts it must hold are not there. */
bool text_batch(struct worker *worker, const struct batch_info *batch);
bool text_matches(
    struct worker *worker, const struct step *step, struct subject *subject);
void text_done(struct worker *worker);
/* Count lines with a hit, when the whole query is one text and every event of
 * the batch is one line: 1 and `events`, 0 when it is not so. */
int text_count_lines(
    struct worker *worker, const struct batch_info *batch, uint64_t *events);

/* --- values -------------------------------------------------------------- */

/* What the kind itself says; false when absent. `out` may borrow. */
bool kind_value(const struct kind *kind, enum field field, struct str *out);
/* A value that is not in the row, as text: from the source or the record. */
bool value_elsewhere(struct worker *worker, struct subject *subject,
    enum field field, struct str name, struct buf *out);
/* The value of a field (FIELD_NONE: of the extra `name`), wherever it is. */
bool value_of_subject(struct worker *worker, struct subject *subject,
    enum field field, struct str name, struct buf *out);

/* --- pages --------------------------------------------------------------- */

void page_cache_free(struct page_cache *cache);

#endif
