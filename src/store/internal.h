/* internal: what the files of src/store share. Nobody else includes this. */
#ifndef SPOOR_STORE_INTERNAL_H
#define SPOOR_STORE_INTERNAL_H

#include "src/base/progress.h"
#include "src/store/db.h"
#include "src/store/source.h"

enum { STORE_BUSY_MS = 10000 }; /* how long another process is waited for */

/* The longest value a case may hold, and what a chunk may unpack to: a record
 * of LIMIT_RECORD with all its values stays far below. */
enum { STORE_CHUNK_MAX = 256 << 20 };

struct store {
    sqlite3 *db;
    char *path;
    char *vfs; /* NULL: SQLite's own */
    enum store_mode mode;
    bool immutable; /* read-only media: nobody can change the file */
    bool wal;       /* this connection asked for a write-ahead log */
    bool locked;    /* we hold the import lock */
    bool lock_left; /* we could not remove it; tried again later */
    int depth;      /* of nested transactions */
    bool doomed;    /* an inner scope was rolled back */
    sqlite3_stmt *version_seen;
};

/* How a chunk's content is kept. The values are stored. */
enum chunk_codec {
    CODEC_STORED, /* as it is */
    CODEC_ZSTD,
    CODEC_HOLE, /* zeros, and no content; hashed by hash_add_hole */
    CODEC_COUNT
};

/* What the first bytes of a file say, without SQLite. */
enum sniff_kind {
    SNIFF_ABSENT,
    SNIFF_EMPTY,
    SNIFF_CASE,
    SNIFF_SQLITE, /* a database of somebody else's */
    SNIFF_OTHER,
    SNIFF_NO_FILE, /* a folder, device, pipe */
};
struct sniff {
    enum sniff_kind kind;
    uint32_t version; /* SNIFF_CASE: of the schema */
};
int case_sniff(const char *path, struct sniff *out, struct err *err);

/* The file name as a SQLite URI, every special byte quoted. Yours to free. */
char *case_uri(const char *path, bool immutable);

/* True on file systems where processes on several machines may meet, and
 * shared memory does not reach them all. */
bool case_is_on_network(const char *path);

/* Open a connection with every protection switched on. `flags` are
 * SQLITE_OPEN_*. When it fails store->db may be there, to ask why. */
int connection_open(struct store *store, int flags, struct err *err);

/* Full SHA-256 column, or NULL when not known. */
int store_bind_digest(
    sqlite3_stmt *statement, int index, const struct digest *digest);
struct digest store_column_digest(sqlite3_stmt *statement, int column);

/* Step a statement that gives no rows, and reset it. */
int store_run(struct store *store, sqlite3_stmt *statement, struct err *err);

/* One number of a query without parameters. */
int store_number(
    struct store *store, const char *sql, int64_t *out, struct err *err);

/* A sign of life of the holder of the import lock. */
int store_refresh_lock(struct store *store, struct err *err);

int64_t store_now(void); /* ns UTC */

/* Every column of the row but those that the writer adds up: stored, events,
 * parsed, generic, unparsed, undated, match_limits, first_time, last_time. */
int source_insert(struct store *store, struct source *source, struct err *err);
int source_write(
    struct store *store, const struct source *source, struct err *err);

/* Let `progress` interrupt what the connection does; NULL takes it away. */
void store_watch(struct store *store, struct progress *progress);

/* Delete the events that no batch names, with all that hangs on them, in slices
 * of a commit each. */
int events_sweep(struct store *store, struct err *err);

#endif
