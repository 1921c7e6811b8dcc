/* Opening and closing a case, and what it says of itself. */
#include "src/store/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/escape.h"
#include "src/base/mem.h"
#include "src/store/internal.h"
#include "src/store/schema.h"

static const char NEW_CASE_SQL[] = "PRAGMA page_size=16384;"
                                   "PRAGMA journal_mode=DELETE;"
                                   "PRAGMA synchronous=FULL;";

static struct store *store_new(
    const char *path, enum store_mode mode, const char *vfs)
{
    struct store *store = xcalloc(1, sizeof(*store));
    store->path = xstrdup(path);
    store->vfs = vfs == NULL ? NULL : xstrdup(vfs);
    store->mode = mode;
    return store;
}

/* --- making a case ------------------------------------------------------ */

static void format_uuid(char out[37])
{
    unsigned char random[16];
    sqlite3_randomness(sizeof(random), random);
    random[6] = (unsigned char)((random[6] & 0x0f) | 0x40); /* RFC 9562, v4 */
    random[8] = (unsigned char)((random[8] & 0x3f) | 0x80);
    char *at = out;
    for (size_t i = 0; i < sizeof(random); i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        at += snprintf(at, 3, "%02x", random[i]);
    }
}

static int fill_new_case(struct store *store, struct err *err)
{
    char sql[64];
    snprintf(
        sql, sizeof(sql), "PRAGMA application_id=%d", STORE_APPLICATION_ID);
    char uuid[37];
    format_uuid(uuid);
    char created[STAMP_TEXT_MAX];
    stamp_format(store_now(), STAMP_PRECISION_S, 0, created);

    if (store_exec(store, NEW_CASE_SQL, err) < 0 || store_begin(store, err) < 0)
        return -1;
    if (store_exec(store, sql, err) < 0 || schema_migrate(store, err) < 0 ||
        store_info_set(store, "uuid", str_from(uuid), err) < 0 ||
        store_info_set(store, "created", str_from(created), err) < 0) {
        store_rollback(store);
        return -1;
    }
    return store_commit(store, err);
}

/* An empty file may be replaced, anything else that came meanwhile may not. */
static int put_in_place(
    const char *made, const char *path, bool replace, struct err *err)
{
    if (replace ? rename(made, path) == 0 : link(made, path) == 0) {
        if (!replace)
            unlink(made);
        return 0;
    }
    if (!replace && errno != EEXIST && rename(made, path) == 0)
        return 0; /* a file system without hard links */
    err_errno(err, "%s", escape_cstr(path));
    unlink(made);
    return -1;
}

/* Made under another name first, so that no half-made case is ever seen. */
static int case_create(
    const char *path, bool replace, const char *vfs, struct err *err)
{
    char *made = xasprintf("%s.new-%ld", path, (long)getpid());
    unlink(made);
    struct store *store = store_new(made, STORE_CREATE, vfs);
    int rc =
        connection_open(store, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
    if (rc == 0)
        rc = fill_new_case(store, err);
    store_close(store);
    if (rc < 0)
        unlink(made);
    else
        rc = put_in_place(made, path, replace, err);
    free(made);
    return rc;
}

/* --- opening ------------------------------------------------------------ */

static int refuse(const struct sniff *sniff, const char *path, struct err *err)
{
    const char *name = escape_cstr(path);
    switch (sniff->kind) {
    case SNIFF_CASE:
        break;
    case SNIFF_ABSENT:
        return err_set(err, ERR_NOT_FOUND, "%s: there is no such case", name);
    case SNIFF_EMPTY:
        return err_set(err, ERR_INPUT, "%s is an empty file, no case", name);
    case SNIFF_SQLITE:
        return err_set(err, ERR_INPUT, "%s is a database, but no case", name);
    case SNIFF_OTHER:
        return err_set(err, ERR_INPUT, "%s is a file, but no case", name);
    case SNIFF_NO_FILE:
        return err_set(err, ERR_INPUT, "%s is no ordinary file", name);
    }
    if (sniff->version > STORE_VERSION)
        return err_set(err, ERR_VERSION,
            "%s was made by a newer version of spoor (its schema is %u, this "
            "program knows up to %d); use that version",
            name, sniff->version, STORE_VERSION);
    return 0;
}

/* Bytes that belong to the case but stand in a file beside it. */
static bool has_leftover(const char *path)
{
    static const char *const suffixes[] = {"-wal", "-journal"};
    bool found = false;
    for (size_t i = 0; i < 2; i++) {
        char *name = xasprintf("%s%s", path, suffixes[i]);
        struct stat info;
        found |= stat(name, &info) == 0 && info.st_size > 0;
        free(name);
    }
    return found;
}

static bool can_read(struct store *store, struct err *err)
{
    int64_t version;
    return store_number(store, "PRAGMA schema_version", &version, err) == 0;
}

/* Locks and a log's index need a place to write, which read-only media lack.
 * Then nobody else can write either, and SQLite may do without; but it would
 * not look at what stands beside the case. */
static int open_reading(struct store *store, struct err *err)
{
    if (connection_open(store, SQLITE_OPEN_READONLY, err) == 0 &&
        can_read(store, err))
        return 0;
    int code = sqlite3_extended_errcode(store->db);
    if ((code & 0xff) != SQLITE_CANTOPEN && (code & 0xff) != SQLITE_READONLY &&
        code != SQLITE_IOERR_LOCK)
        return -1;
    if (has_leftover(store->path))
        return err_set(err, ERR_IO,
            "its newest changes stand in a file beside it (-wal or -journal) "
            "and cannot be read where nothing can be written; copy the case "
            "and that file to a writable folder and open it there");
    sqlite3_close(store->db);
    store->immutable = true;
    if (connection_open(store, SQLITE_OPEN_READONLY, err) < 0)
        return -1;
    return can_read(store, err) ? 0 : -1;
}

static int open_writing(struct store *store, struct err *err)
{
    if (connection_open(store, SQLITE_OPEN_READWRITE, err) < 0)
        return -1;
    if (sqlite3_db_readonly(store->db, "main") == 1)
        return err_set(err, ERR_IO,
            "it cannot be written here; work on a copy, or only read it");
    return can_read(store, err) ? 0 : -1;
}

/* The version in the file's header may be older than what its log says. */
static int check_version(struct store *store, struct err *err)
{
    int64_t version;
    int64_t application;
    if (store_number(store, "PRAGMA user_version", &version, err) < 0 ||
        store_number(store, "PRAGMA application_id", &application, err) < 0)
        return -1;
    if (application != STORE_APPLICATION_ID)
        return err_set(err, ERR_INPUT, "it is a database, but no case");
    if (version > STORE_VERSION)
        return err_set(err, ERR_VERSION,
            "it was made by a newer version of spoor (schema %lld)",
            (long long)version);
    if (version < STORE_VERSION && store->mode == STORE_READ)
        return err_set(err, ERR_VERSION,
            "it was made by an older version of spoor (schema %lld); open a "
            "copy of it for writing, which brings it up to date",
            (long long)version);
    return 0;
}

/* A log lets readers go on beside the writer. It needs memory that all
 * processes share; without, SQLite's rollback journal serves. */
static int choose_journal(struct store *store, struct err *err)
{
    if (case_is_on_network(store->path))
        return store_exec(store, "PRAGMA synchronous=FULL", err);
    sqlite3_stmt *query = store_prepare(store, "PRAGMA journal_mode=WAL", err);
    if (query == NULL)
        return -1;
    store->wal = sqlite3_step(query) == SQLITE_ROW &&
                 str_eq(store_column_str(query, 0), STR("wal"));
    sqlite3_finalize(query);
    return store_exec(store,
        store->wal ? "PRAGMA synchronous=NORMAL;PRAGMA wal_autocheckpoint=1000"
                   : "PRAGMA synchronous=FULL",
        err);
}

static int open_checked(struct store *store, struct err *err)
{
    bool reading = store->mode == STORE_READ;
    if ((reading ? open_reading : open_writing)(store, err) < 0 ||
        check_version(store, err) < 0)
        return -1;
    int sound = schema_check(store, err);
    if (sound <= 0)
        return -1;
    if (reading)
        return store_exec(store, "PRAGMA query_only=ON", err);
    return choose_journal(store, err) < 0 ? -1 : schema_migrate(store, err);
}

int store_open_vfs(struct store **store, const char *path, enum store_mode mode,
    const char *vfs, struct err *err)
{
    *store = NULL;
    struct sniff sniff;
    if (case_sniff(path, &sniff, err) < 0)
        return -1;
    if (mode == STORE_CREATE && sniff.kind != SNIFF_CASE) {
        if (!store_may_create(path, err))
            return -1;
        if (case_create(path, sniff.kind == SNIFF_EMPTY, vfs, err) < 0)
            return err_wrap(err, "making case %s", escape_cstr(path));
    } else if (refuse(&sniff, path, err) < 0) {
        return -1;
    }
    struct store *opened = store_new(path, mode, vfs);
    if (open_checked(opened, err) < 0) {
        store_close(opened);
        return err_wrap(err, "opening case %s", escape_cstr(path));
    }
    *store = opened;
    return 0;
}

int store_open(struct store **store, const char *path, enum store_mode mode,
    struct err *err)
{
    return store_open_vfs(store, path, mode, NULL, err);
}

/* Back to a single file that opens on read-only media. Not while others have
 * it open: the last one does it. */
static void leave_log(struct store *store)
{
    sqlite3_busy_timeout(store->db, 0);
    sqlite3_exec(store->db, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    sqlite3_finalize(store->version_seen);
    if (store->db != NULL) {
        if (store->depth > 0) {
            store->depth = 1;
            store_rollback(store);
        }
        store_unlock_import(store);
        if (store->wal)
            leave_log(store);
        sqlite3_close_v2(store->db);
    }
    free(store->path);
    free(store->vfs);
    free(store);
}

void store_close_whole(struct store *store)
{
    if (store == NULL)
        return;
    char *path = xstrdup(store->path);
    bool may_write = !store->immutable;
    store_close(store);
    char *log = xasprintf("%s-wal", path);
    struct store *writer = NULL;
    if (may_write && access(log, F_OK) == 0 &&
        store_open(&writer, path, STORE_WRITE, NULL) == 0)
        store_close(writer);
    free(log);
    free(path);
}

int store_reopen(const struct store *store, struct store **out, struct err *err)
{
    struct store *opened = store_new(store->path, STORE_READ, store->vfs);
    *out = NULL;
    opened->immutable = store->immutable;
    if (connection_open(opened, SQLITE_OPEN_READONLY, err) < 0 ||
        check_version(opened, err) < 0 ||
        store_exec(opened, "PRAGMA query_only=ON", err) < 0) {
        store_close(opened);
        return err_wrap(err, "opening case %s", escape_cstr(store->path));
    }
    *out = opened;
    return 0;
}

/* --- what the case says of itself --------------------------------------- */

const char *store_path(const struct store *store)
{
    return store->path;
}

bool store_is_read_only(const struct store *store)
{
    return store->immutable;
}

int64_t store_version_seen(struct store *store)
{
    if (store->version_seen == NULL)
        store->version_seen = store_prepare(store, "PRAGMA data_version", NULL);
    if (store->version_seen == NULL)
        return 0;
    int64_t version = 0;
    if (sqlite3_step(store->version_seen) == SQLITE_ROW)
        version = sqlite3_column_int64(store->version_seen, 0);
    sqlite3_reset(store->version_seen);
    return version;
}

int store_info_get(
    struct store *store, const char *key, char **out, struct err *err)
{
    *out = NULL;
    sqlite3_stmt *query =
        store_prepare(store, "SELECT value FROM case_info WHERE key = ?", err);
    if (query == NULL)
        return err_wrap(err, "reading %s of the case", key);
    store_bind_str(query, 1, str_from(key));
    int rc = 0;
    int step = sqlite3_step(query);
    if (step == SQLITE_ROW)
        *out = str_dup(store_column_str(query, 0));
    else if (step != SQLITE_DONE)
        rc = store_fail(store, err);
    sqlite3_finalize(query);
    return rc < 0 ? err_wrap(err, "reading %s of the case", key) : 0;
}

int store_info_set(
    struct store *store, const char *key, struct str value, struct err *err)
{
    sqlite3_stmt *insert = store_prepare(store,
        "INSERT OR REPLACE INTO case_info(key, value) VALUES(?, ?)", err);
    if (insert == NULL)
        return err_wrap(err, "setting %s of the case", key);
    store_bind_str(insert, 1, str_from(key));
    store_bind_str(insert, 2, value);
    int rc = store_run(store, insert, err);
    sqlite3_finalize(insert);
    return rc < 0 ? err_wrap(err, "setting %s of the case", key) : 0;
}

int64_t store_newest_acquisition(struct store *store)
{
    int64_t newest;
    if (store_number(store,
            "SELECT coalesce(max(acquired), 0x8000000000000000) FROM source"
            " WHERE state <> 6", /* SOURCE_REMOVED */
            &newest, NULL) < 0)
        return STAMP_NONE;
    return newest;
}
