/* What the tests of the store share: a folder of their own, a case, and sources
 * of made-up sshd lines. */
#ifndef SPOOR_TESTS_STORE_KIT_H
#define SPOOR_TESTS_STORE_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/pack.h"
#include "src/store/batches.h"
#include "src/store/content.h"
#include "src/store/custody.h"
#include "src/store/db.h"
#include "src/store/import.h"
#include "src/store/names.h"
#include "src/store/schema.h"
#include "src/store/verify.h"

#define KIT_START (INT64_C(1772589069) * STAMP_SECOND) /* 4 March 2026 */

struct kit {
    char folder[64];
    char path[96];
};

static inline int kit_setup(void **state)
{
    struct kit *kit = xcalloc(1, sizeof(*kit));
    snprintf(kit->folder, sizeof(kit->folder), "/tmp/spoor-test-XXXXXX");
    assert_non_null(mkdtemp(kit->folder));
    snprintf(kit->path, sizeof(kit->path), "%s/a b#%%?.spoor", kit->folder);
    *state = kit;
    return 0;
}

static inline int kit_teardown(void **state)
{
    struct kit *kit = *state;
    char command[128];
    snprintf(command, sizeof(command), "rm -rf '%s'", kit->folder);
    int rc = system(command);
    free(kit);
    return rc;
}

/* Fails the test with the error's text. */
#define assert_done(call, err)                   \
    do {                                         \
        if ((call) < 0)                          \
            fail_msg("%s: %s", #call, err.text); \
    } while (0)

static inline struct store *kit_open(const char *path, enum store_mode mode)
{
    struct err err = {0};
    struct store *store;
    assert_done(store_open(&store, path, mode, &err), err);
    return store;
}

/* A case as the first version of the schema made it. */
static inline void kit_old_case(const char *path)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (size_t i = 0; schema_migrations[0][i] != NULL; i++)
        assert_int_equal(
            sqlite3_exec(db, schema_migrations[0][i], NULL, NULL, NULL),
            SQLITE_OK);
    char sql[96];
    snprintf(sql, sizeof(sql),
        "PRAGMA user_version = 1; PRAGMA application_id = %d",
        STORE_APPLICATION_ID);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static inline int64_t kit_number(struct store *store, const char *sql)
{
    struct err err = {0};
    sqlite3_stmt *query = store_prepare(store, sql, &err);
    if (query == NULL)
        fail_msg("%s: %s", sql, err.text);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return number;
}

static inline struct source kit_source(const char *path)
{
    return (struct source){
        .kind = SOURCE_FILE,
        .state = SOURCE_IMPORTING,
        .path = xstrdup(path),
        .host = xstrdup("web01"),
        .host_from = xstrdup("--host"),
        .collected_host = xstrdup("web01"),
        .note = xstrdup(""),
        .mtime = KIT_START,
        .acquired = KIT_START + STAMP_DAY,
        .stat_before = xstrdup(""),
        .stat_after = xstrdup(""),
        .format = xstrdup("sshd"),
        .format_why = xstrdup("matched"),
        .encoding_why = xstrdup("valid UTF-8"),
        .zone = xstrdup("UTC"),
        .default_year = CIVIL_NO_YEAR,
        .time_why = xstrdup(""),
        .first_time = STAMP_NONE,
        .last_time = STAMP_NONE,
    };
}

/* One line of the log, its record as a parser would make it. */
static inline void kit_add_line(
    struct batch *batch, struct buf *bytes, uint64_t n, struct record *record)
{
    static const char *const users[] = {"root", "alice", "bob", "carol"};
    char port[8];
    char pid[8];
    char ip[IP_TEXT_MAX];
    const char *user = users[n % 4];
    snprintf(port, sizeof(port), "%u", (unsigned)(1024 + n % 60000));
    snprintf(pid, sizeof(pid), "%u", (unsigned)(100 + n / 7 % 30000));
    if (n % 10 == 9)
        snprintf(ip, sizeof(ip), "2001:db8::%x", (unsigned)(1 + n % 0xffff));
    else
        snprintf(ip, sizeof(ip), "203.0.113.%u", (unsigned)(n % 250));

    size_t start = bytes->len;
    buf_printf(bytes, "Mar  4 01:51:09 web01 sshd[%s]: ", pid);
    buf_printf(
        bytes, "Failed password for %s from %s port %s ssh2\n", user, ip, port);
    record_reset(record);
    record->offset = start;
    record->length = (uint32_t)(bytes->len - start - 1);
    record->time = KIT_START + (int64_t)n * STAMP_SECOND;
    record->time_quality = TIME_YEAR_INFERRED;
    record->understood = UNDERSTOOD_PARSED;
    record->format = STR("sshd");
    record_set(record, FIELD_HOST, STR("web01"));
    record_set(record, FIELD_PROCESS, STR("sshd"));
    record_set(record, FIELD_PID, str_from(pid));
    record_set(record, FIELD_USER, str_from(user));
    record_set(record, FIELD_SRC_IP, str_from(ip));
    record_set(record, FIELD_SRC_PORT, str_from(port));
    record_set(record, FIELD_CATEGORY, STR("authentication"));
    record_set(record, FIELD_ACTION, STR("login"));
    record_set(record, FIELD_OUTCOME, STR("failure"));
    batch_add(batch, record, STR(""), false);
}

/* Put one chunk of lines numbered from `first`. `hash` runs over the source;
 * `source->stored` moves on. */
static inline int kit_put(struct import *import, struct source *source,
    struct hash *hash, uint64_t first, size_t lines, struct err *err)
{
    struct batch *batch = batch_new();
    struct packer *packer = packer_new(1);
    struct buf bytes = {0};
    struct buf packed = {0};
    struct record record;
    record_init(&record);
    batch_reset(batch, source->stored);
    for (size_t i = 0; i < lines; i++)
        kit_add_line(batch, &bytes, first + i, &record);
    batch_finish(batch);
    pack(packer, buf_str(&bytes), &packed, NULL);
    hash_add(hash, buf_str(&bytes));
    struct chunk chunk = {
        .offset = source->stored,
        .size = bytes.len,
        .packed = buf_str(&packed),
        .running = hash_digest(hash),
    };
    source->stored += bytes.len;
    struct import_put put = {
        .source = source->id,
        .chunk = &chunk,
        .batch = batch,
        .stored = source->stored,
    };
    int rc = import_put(import, &put, err);
    record_done(&record);
    buf_done(&bytes);
    buf_done(&packed);
    packer_free(packer);
    batch_free(batch);
    return rc;
}

enum { KIT_LINES = 100 }; /* of a chunk */

static inline int kit_import_chunks(struct import *import, const char *path,
    size_t chunks, int64_t *id, struct err *err)
{
    struct source source = kit_source(path);
    struct hash *hash = hash_new(HASH_SHA256);
    int rc = import_source_begin(import, &source, err);
    for (size_t i = 0; i < chunks && rc == 0; i++)
        rc = kit_put(import, &source, hash, i * KIT_LINES, KIT_LINES, err);
    source.size = source.stored;
    source.sha256 = hash_digest(hash);
    source.state = SOURCE_COMPLETE;
    if (rc == 0)
        rc = import_source_end(import, &source, err);
    if (id != NULL)
        *id = source.id;
    hash_free(hash);
    source_done(&source);
    return rc;
}

/* A whole import of one source. */
static inline int kit_import(struct store *store, const char *path,
    size_t chunks, int64_t *id, struct err *err)
{
    struct import *import;
    if (import_begin(store, &import, err) < 0)
        return -1;
    if (kit_import_chunks(import, path, chunks, id, err) < 0) {
        import_abort(import);
        return -1;
    }
    return import_end(import, err);
}

#endif
