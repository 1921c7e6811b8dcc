/* source: one piece of evidence in a case, acquired once. */
#ifndef SPOOR_STORE_SOURCE_H
#define SPOOR_STORE_SOURCE_H

#include "parsers/parser.h"
#include "src/base/buf.h"
#include "src/base/encoding.h"
#include "src/store/store.h"

/* The values are stored. */
enum source_kind {
    SOURCE_FILE,      /* a file as it was */
    SOURCE_CONTAINER, /* an archive or compressed file: bytes, no events */
    SOURCE_MEMBER,    /* content out of a container (its parent) */
    SOURCE_STREAM,    /* standard input, a command's output */
};

enum source_state {
    SOURCE_IMPORTING, /* begun; `stored` says how far; may go on */
    SOURCE_COMPLETE,
    SOURCE_PARTIAL,   /* what came is kept; `note` says why it ended */
    SOURCE_DUPLICATE, /* same content as `same_as`: no bytes, no events */
    SOURCE_RECORDED,  /* path, size, times and hash only (unknown binary) */
    SOURCE_SKIPPED,   /* could not be read, is no file: `note` says why */
    SOURCE_REMOVED,   /* tombstone: `note` says why */
};

struct source {
    int64_t id;
    int64_t parent;  /* container, 0 none */
    int64_t same_as; /* SOURCE_DUPLICATE: the one that has the content */
    /* When this one continues another (a log grown since): its bytes
     * [0, continues_at) are those of source `continues`, and the chunks and
     * batches here begin at continues_at. */
    int64_t continues;
    uint64_t continues_at;
    enum source_kind kind;
    enum source_state state;
    char *path;           /* as collected; bytes, NUL-terminated */
    char *host;           /* default host of its events; "" unknown */
    char *host_from;      /* "path", "--host", "record", "name" */
    char *collected_host; /* the machine it was taken from; "" unknown */
    char *note;           /* "" or what to know: cut, damaged, why skipped */
    uint64_t size;        /* of the content */
    uint64_t stored;      /* content bytes committed to chunks, from byte 0 */
    struct digest sha256, sha1, md5; /* of the content; len 0: not known yet */
    int64_t mtime;                   /* ns, STAMP_NONE unknown */
    int64_t acquired;
    char *stat_before, *stat_after; /* JSON, or "" */

    char *format;                 /* "" none */
    char *format_why;             /* how it was chosen */
    struct digest formats_digest; /* the formats in force */
    enum encoding encoding;
    char *encoding_why;
    char *zone; /* name */
    bool zone_decided;
    int64_t clock_offset; /* ns */
    struct buf years;     /* packed year rows, see source_years_* */
    int32_t default_year; /* CIVIL_NO_YEAR if none */
    int64_t latest; /* no stamp without a year is later; 0 or less: no bound */
    char *time_why; /* who decided zone, year, offset, and when */

    /* Counts of events (not rows). */
    uint64_t events, parsed, generic, unparsed, undated;
    uint64_t damaged;      /* records that could not be read */
    uint64_t match_limits; /* records where a pattern gave up */
    int64_t first_time, last_time;
};

void source_done(struct source *source); /* frees the members */

/* The form of struct source's `years`. Unpacking appends to `rows` (of struct
 * year_row); false, with nothing appended, when it is malformed. */
void source_years_pack(
    const struct year_row *rows, size_t count, struct buf *packed);
bool source_years_unpack(struct str packed, struct buf *rows);

int source_get(
    struct store *store, int64_t id, struct source *out, struct err *err);

/* Every source in order of id, removed ones too. `sources` is yours: free with
 * source_list_free. */
int source_list(struct store *store, struct source **sources, size_t *count,
    struct err *err);
void source_list_free(struct source *sources, size_t count);

/* A complete, unremoved source with this content; prefers one of `host`
 * (collected host) when given. 1 found, 0 not, -1 error. */
int source_find_content(struct store *store, const struct digest *sha256,
    struct str host, int64_t *id, struct err *err);

/* A source that was begun from this path and kind and not finished. */
int source_find_unfinished(struct store *store, struct str path, int64_t parent,
    int64_t *id, struct err *err);

/* Complete sources whose whole content could be the beginning of a longer one:
 * their size, and SHA-256, for the reader to compare with its running hash.
 * Sorted by size. `out` is yours to free. */
struct source_prefix {
    int64_t id;
    uint64_t size; /* through all it continues */
    struct digest sha256;
    char collected_host[256];
};
int source_prefixes(struct store *store, struct source_prefix **out,
    size_t *count, struct err *err);

/* Tombstone with reason, custody record included: its events are gone from
 * every query at once, `compact` gives the space back. */
int source_remove(
    struct store *store, int64_t id, struct str why, struct err *err);

#endif
