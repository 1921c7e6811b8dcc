/* The custody chain.
 *
 * Each row's hash covers the hash before it and every column of the row, so
 * that a row changed, inserted or taken out in the middle breaks the chain from
 * there on. What is hashed, numbers little-endian:
 *
 *     previous hash  32 bytes, zeros for the first row
 *     id, time, source  8 bytes each
 *     actor, action, detail  8 bytes of length, then the bytes
 *
 * The chain cannot tell that rows are missing at its very end: note the last
 * hash outside the case (it is in every report) to prove that too. */
#include "src/store/custody.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/store/internal.h"

static void hash_number(struct hash *hash, uint64_t number)
{
    char bytes[8];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)(number >> (8 * i) & 0xff);
    hash_add(hash, str_make(bytes, sizeof(bytes)));
}

static void hash_text(struct hash *hash, const char *text)
{
    struct str bytes = str_from(text);
    hash_number(hash, bytes.len);
    hash_add(hash, bytes);
}

static struct digest row_hash(const struct custody *row)
{
    struct hash *hash = hash_new(HASH_SHA256);
    hash_add(hash, str_make(row->previous.at, sizeof(row->previous.at)));
    hash_number(hash, (uint64_t)row->id);
    hash_number(hash, (uint64_t)row->time);
    hash_number(hash, (uint64_t)row->source);
    hash_text(hash, row->actor);
    hash_text(hash, row->action);
    hash_text(hash, row->detail);
    struct digest digest = hash_digest(hash);
    hash_free(hash);
    return digest;
}

static char *current_actor(void)
{
    char host[256] = "unknown";
    gethostname(host, sizeof(host) - 1);
    host[sizeof(host) - 1] = '\0';

    struct passwd entry;
    struct passwd *found = NULL;
    char scratch[4096];
    if (getpwuid_r(getuid(), &entry, scratch, sizeof(scratch), &found) == 0 &&
        found != NULL)
        return xasprintf("%s@%s", found->pw_name, host);
    return xasprintf("%lu@%s", (unsigned long)getuid(), host);
}

/* The end of the chain: the id and hash of the last row, or 0 and zeros. */
static int read_end(struct store *store, struct custody *row, struct err *err)
{
    sqlite3_stmt *query = store_prepare(
        store, "SELECT id, hash FROM custody ORDER BY id DESC LIMIT 1", err);
    if (query == NULL)
        return -1;
    int rc = 0;
    int step = sqlite3_step(query);
    row->previous = (struct digest){.len = HASH_MAX};
    row->id = 1;
    if (step == SQLITE_ROW) {
        row->id = sqlite3_column_int64(query, 0) + 1;
        row->previous = store_column_digest(query, 1);
    } else if (step != SQLITE_DONE) {
        rc = store_fail(store, err);
    }
    sqlite3_finalize(query);
    return rc;
}

static int insert_row(
    struct store *store, const struct custody *row, struct err *err)
{
    sqlite3_stmt *insert = store_prepare(store,
        "INSERT INTO custody(id, time, actor, action, source, detail,"
        " previous, hash) VALUES(?, ?, ?, ?, nullif(?, 0), ?, ?, ?)",
        err);
    if (insert == NULL)
        return -1;
    sqlite3_bind_int64(insert, 1, row->id);
    sqlite3_bind_int64(insert, 2, row->time);
    store_bind_str(insert, 3, str_from(row->actor));
    store_bind_str(insert, 4, str_from(row->action));
    sqlite3_bind_int64(insert, 5, row->source);
    store_bind_str(insert, 6, str_from(row->detail));
    store_bind_digest(insert, 7, &row->previous);
    store_bind_digest(insert, 8, &row->hash);
    int rc = store_run(store, insert, err);
    sqlite3_finalize(insert);
    return rc;
}

static void row_done(struct custody *row)
{
    free(row->actor);
    free(row->action);
    free(row->detail);
}

int custody_add(struct store *store, const char *action, int64_t source,
    struct str detail, struct err *err)
{
    if (store_begin(store, err) < 0)
        return err_wrap(err, "writing custody");
    struct custody row = {
        .time = store_now(),
        .actor = current_actor(),
        .action = xstrdup(action),
        .source = source,
        .detail = str_dup(detail),
    };
    int rc = read_end(store, &row, err);
    if (rc == 0) {
        row.hash = row_hash(&row);
        rc = insert_row(store, &row, err);
    }
    row_done(&row);
    if (rc < 0)
        store_rollback(store);
    else
        rc = store_commit(store, err);
    return rc < 0 ? err_wrap(err, "writing custody") : 0;
}

/* --- reading ------------------------------------------------------------ */

static const char LIST_SQL[] =
    "SELECT id, time, actor, action, coalesce(source, 0), detail, previous,"
    " hash FROM custody ORDER BY id";

static struct custody read_row(sqlite3_stmt *query)
{
    return (struct custody){
        .id = sqlite3_column_int64(query, 0),
        .time = sqlite3_column_int64(query, 1),
        .actor = str_dup(store_column_str(query, 2)),
        .action = str_dup(store_column_str(query, 3)),
        .source = sqlite3_column_int64(query, 4),
        .detail = str_dup(store_column_str(query, 5)),
        .previous = store_column_digest(query, 6),
        .hash = store_column_digest(query, 7),
    };
}

int custody_list(
    struct store *store, struct custody **rows, size_t *count, struct err *err)
{
    *rows = NULL;
    *count = 0;
    size_t capacity = 0;
    sqlite3_stmt *query = store_prepare(store, LIST_SQL, err);
    if (query == NULL)
        return err_wrap(err, "reading custody");
    int step;
    while ((step = sqlite3_step(query)) == SQLITE_ROW) {
        *rows = mem_grow(*rows, &capacity, *count + 1, sizeof(**rows));
        (*rows)[(*count)++] = read_row(query);
    }
    if (step != SQLITE_DONE) {
        store_fail(store, err);
        custody_list_free(*rows, *count);
        *rows = NULL;
        *count = 0;
    }
    sqlite3_finalize(query);
    return step == SQLITE_DONE ? 0 : err_wrap(err, "reading custody");
}

void custody_list_free(struct custody *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        row_done(&rows[i]);
    free(rows);
}

int custody_check(struct store *store, int64_t *first_bad, struct err *err)
{
    struct custody *rows;
    size_t count;
    if (custody_list(store, &rows, &count, err) < 0)
        return -1;
    int rc = 1;
    struct digest previous = {.len = HASH_MAX};
    for (size_t i = 0; i < count && rc == 1; i++) {
        struct digest hash = row_hash(&rows[i]);
        if (rows[i].id != (int64_t)i + 1 ||
            !digest_eq(&rows[i].previous, &previous) ||
            !digest_eq(&rows[i].hash, &hash)) {
            *first_bad = rows[i].id;
            rc = 0;
        }
        previous = rows[i].hash;
    }
    custody_list_free(rows, count);
    return rc;
}
