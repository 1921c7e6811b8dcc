#include "src/store/saved.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/store/internal.h"

/* --- saved queries ------------------------------------------------------ */

static const char LIST_SQL[] =
    "SELECT name, text, absolute, created FROM saved_query ORDER BY name";
static const char PUT_SQL[] =
    "INSERT OR REPLACE INTO saved_query(name, text, absolute, created)"
    " VALUES(?, ?, ?, ?)";
static const char REMOVE_SQL[] = "DELETE FROM saved_query WHERE name = ?";

static void add_query(
    struct saved_list *list, size_t *capacity, sqlite3_stmt *query)
{
    list->at = mem_grow(list->at, capacity, list->count + 1, sizeof(*list->at));
    list->at[list->count++] = (struct saved_query){
        .name = arena_copy(&list->arena, store_column_str(query, 0)),
        .text = arena_copy(&list->arena, store_column_str(query, 1)),
        .absolute = arena_copy(&list->arena, store_column_str(query, 2)),
        .created = sqlite3_column_int64(query, 3),
    };
}

int saved_load(struct store *store, struct saved_list *out, struct err *err)
{
    *out = (struct saved_list){0};
    sqlite3_stmt *query = store_prepare(store, LIST_SQL, err);
    if (query == NULL)
        return err_wrap(err, "reading the saved queries");
    size_t capacity = 0;
    int step;
    while ((step = sqlite3_step(query)) == SQLITE_ROW)
        add_query(out, &capacity, query);
    int rc = step == SQLITE_DONE ? 0 : store_fail(store, err);
    sqlite3_finalize(query);
    if (rc == 0)
        return 0;
    saved_done(out);
    return err_wrap(err, "reading the saved queries");
}

void saved_done(struct saved_list *list)
{
    free(list->at);
    arena_done(&list->arena);
    *list = (struct saved_list){0};
}

const struct saved_query *saved_find(
    const struct saved_list *list, struct str name)
{
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->at[i].name, name))
            return &list->at[i];
    return NULL;
}

static int check_name(struct str name, struct err *err)
{
    if (name.len == 0)
        return err_set(err, ERR_USAGE, "a saved query needs a name");
    if (name.len > SAVED_NAME_MAX)
        return err_set(err, ERR_USAGE,
            "the name of a saved query is at most %d bytes long",
            SAVED_NAME_MAX);
    if (str_trim(name).len != name.len || !escape_is_clean(name))
        return err_set(err, ERR_USAGE,
            "\"%s\" is no name: one line, no blanks at its ends",
            escape_text(name));
    return 0;
}

int saved_put(struct store *store, struct str name, struct str text,
    struct str absolute, struct err *err)
{
    if (check_name(name, err) < 0)
        return -1;
    if (text.len > LIMIT_QUERY)
        return err_set(err, ERR_LIMIT, "the query is too long to be saved");
    sqlite3_stmt *put = store_prepare(store, PUT_SQL, err);
    if (put == NULL)
        return err_wrap(err, "saving query \"%s\"", escape_text(name));
    store_bind_str(put, 1, name);
    store_bind_str(put, 2, text);
    store_bind_str(put, 3, absolute);
    sqlite3_bind_int64(put, 4, store_now());
    int rc = store_run(store, put, err);
    sqlite3_finalize(put);
    return rc < 0 ? err_wrap(err, "saving query \"%s\"", escape_text(name)) : 0;
}

int saved_remove(struct store *store, struct str name, struct err *err)
{
    sqlite3_stmt *remove = store_prepare(store, REMOVE_SQL, err);
    if (remove == NULL)
        return err_wrap(err, "removing query \"%s\"", escape_text(name));
    store_bind_str(remove, 1, name);
    int rc = store_run(store, remove, err);
    sqlite3_finalize(remove);
    if (rc < 0)
        return err_wrap(err, "removing query \"%s\"", escape_text(name));
    return sqlite3_changes(store->db) > 0;
}

/* --- histories ---------------------------------------------------------- */

static char *history_key(const char *name)
{
    return xasprintf("history.%s", name);
}

int history_load(
    struct store *store, const char *name, struct buf *lines, struct err *err)
{
    buf_clear(lines);
    sqlite3_stmt *query =
        store_prepare(store, "SELECT value FROM setting WHERE key = ?", err);
    if (query == NULL)
        return err_wrap(err, "reading the history");
    char *key = history_key(name);
    store_bind_str(query, 1, str_from(key));
    int step = sqlite3_step(query);
    int rc =
        step == SQLITE_ROW || step == SQLITE_DONE ? 0 : store_fail(store, err);
    if (step == SQLITE_ROW)
        buf_add_str(lines, store_column_str(query, 0));
    sqlite3_finalize(query);
    free(key);
    return rc < 0 ? err_wrap(err, "reading the history") : 0;
}

static int history_write(
    struct store *store, const char *name, struct str lines, struct err *err)
{
    sqlite3_stmt *put = store_prepare(
        store, "INSERT OR REPLACE INTO setting(key, value) VALUES(?, ?)", err);
    if (put == NULL)
        return -1;
    char *key = history_key(name);
    store_bind_str(put, 1, str_from(key));
    store_bind_str(put, 2, lines);
    int rc = store_run(store, put, err);
    sqlite3_finalize(put);
    free(key);
    return rc;
}

static struct str one_line(struct str text, struct buf *out)
{
    buf_add_str(out, str_trim(text));
    for (size_t i = 0; i < out->len; i++)
        if (out->ptr[i] == '\n' || out->ptr[i] == '\r')
            out->ptr[i] = ' ';
    return buf_str(out);
}

static size_t count_lines(struct str lines)
{
    size_t count = 0;
    for (size_t i = 0; i < lines.len; i++)
        count += lines.ptr[i] == '\n';
    return count;
}

/* The old lines but for `line` itself and the oldest ones that are too many,
 * then `line`. */
static void rewrite(struct str old, struct str line, struct buf *out)
{
    size_t count = count_lines(old);
    while (old.len > 0) {
        struct str one = str_cut(&old, '\n');
        if (count-- >= HISTORY_LINES_MAX || str_eq(one, line) || one.len == 0)
            continue;
        buf_add_str(out, one);
        buf_add_char(out, '\n');
    }
    buf_add_str(out, line);
    buf_add_char(out, '\n');
}

int history_add(
    struct store *store, const char *name, struct str line, struct err *err)
{
    struct buf one = {0}, old = {0}, lines = {0};
    struct str added = one_line(line, &one);
    int rc = 0;
    if (added.len == 0 || added.len > LIMIT_QUERY)
        goto done;
    rc = store_begin(store, err);
    if (rc < 0)
        goto done;
    rc = history_load(store, name, &old, err);
    if (rc == 0) {
        rewrite(buf_str(&old), added, &lines);
        rc = history_write(store, name, buf_str(&lines), err);
    }
    if (rc == 0)
        rc = store_commit(store, err);
    else
        store_rollback(store);
done:
    buf_done(&one);
    buf_done(&old);
    buf_done(&lines);
    return rc < 0 ? err_wrap(err, "keeping the history") : 0;
}
