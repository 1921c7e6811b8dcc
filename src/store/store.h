/* store: a case, one SQLite file.
 *
 * A store is one connection and belongs to one thread; threads that read in
 * parallel open their own with store_reopen. Reading writes nothing into the
 * case. The case may come from a stranger: see store_open.
 *
 * Order of layers in the file: `source` has `chunk`s (its bytes, packed) and
 * `batch`es (runs of its events); a batch names the range of `event` rows that
 * belongs to it, so an event needs neither source nor chunk of its own. */
#ifndef SPOOR_STORE_STORE_H
#define SPOOR_STORE_STORE_H

#include "src/base/err.h"
#include "src/base/hash.h"
#include "src/base/stamp.h"
#include "src/base/str.h"

#define STORE_APPLICATION_ID 0x53706F72 /* "Spor" */
#define STORE_VERSION 5                 /* of the schema: user_version */

struct store;

enum store_mode {
    STORE_READ,   /* the case must exist; nothing is written */
    STORE_WRITE,  /* the case must exist; migrated when older */
    STORE_CREATE, /* made when it is not there; see store_may_create */
};

/* Open a case. Fails with a message that says what to do when the file is no
 * case, is made by a newer version (ERR_VERSION), is damaged (ERR_CORRUPT), has
 * a leftover write-ahead log on read-only media, or holds triggers, views or
 * tables that no case has. On read-only media or without write permission
 * STORE_READ opens it immutable. */
int store_open(struct store **store, const char *path, enum store_mode mode,
    struct err *err);
void store_close(struct store *store); /* accepts NULL */

/* Close a connection that only read, and bring the case back to one file: a
 * writer that closed beside readers had to leave its log to them, and a reader
 * cannot put it back. Does nothing more where no log is left, others have the
 * case open, or it cannot be written. Accepts NULL. */
void store_close_whole(struct store *store);

/* A second read connection on the same case, for another thread. */
int store_reopen(
    const struct store *store, struct store **out, struct err *err);

/* True when `add` and `new` may make or extend a case at this path: it ends in
 * ".spoor" and is absent or empty, or it carries our application_id. Never
 * opens for writing. The reason stands in `err` (ERR_USAGE). */
bool store_may_create(const char *path, struct err *err);

const char *store_path(const struct store *store);
/* It lies where nothing can be written: nobody can annotate it there, whatever
 * mode this connection was opened in. */
bool store_is_read_only(const struct store *store);

/* A number that changes whenever another connection changed the case. */
int64_t store_version_seen(struct store *store);

/* What the case says of itself: title, examiner, reference, purpose, zone,
 * created, uuid. `out` is yours to free, NULL when unset. */
int store_info_get(
    struct store *store, const char *key, char **out, struct err *err);
int store_info_set(
    struct store *store, const char *key, struct str value, struct err *err);

/* The moment the newest source was acquired (for `last:24h`), or STAMP_NONE. */
int64_t store_newest_acquisition(struct store *store);

/* Reads and annotations are short; an import holds this lock for its length.
 * ERR_BUSY names the host and process that hold it. A lock whose process on
 * this host is gone is taken over. */
int store_lock_import(struct store *store, struct err *err);
void store_unlock_import(struct store *store);

#endif
