#include "src/store/stated.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/json.h"
#include "src/store/custody.h"
#include "src/store/internal.h"

enum { DIFFERING_TOLD = 100 };
#define NOT_AS_STATED "is not what source"

static const char LAST_SQL[] = "SELECT last FROM stated_list WHERE list = ?1";
static const char LIST_SQL[] =
    "INSERT INTO stated_list(list, last, entries) VALUES(?1, ?2, ?3)"
    " ON CONFLICT(list) DO UPDATE SET last = excluded.last";
static const char ITEM_SQL[] =
    "INSERT OR REPLACE INTO stated(source, list, what, value, agrees)"
    " VALUES(?1, ?2, ?3, ?4, ?5)";
static const char NOTE_SQL[] =
    "UPDATE source SET note = CASE note WHEN '' THEN ?2"
    " ELSE note || '; ' || ?2 END WHERE id = ?1 AND instr(note, ?2) = 0";
static const char DESCRIBE_SQL[] =
    "SELECT t.what, t.list, t.agrees FROM stated t"
    " JOIN source s ON s.id = t.list"
    " WHERE t.source = ?1 AND s.state <> 6 ORDER BY t.agrees, t.list, t.what";

void stated_list_done(struct stated_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].value);
        free(list->items[i].found);
    }
    free(list->items);
    *list = (struct stated_list){0};
}

/* Run a statement that gives no rows, and forget it. */
static int run(struct store *store, sqlite3_stmt *statement, struct err *err)
{
    int rc = store_run(store, statement, err);
    sqlite3_finalize(statement);
    return rc;
}

int stated_last(
    struct store *store, int64_t list, int64_t *last, struct err *err)
{
    sqlite3_stmt *query = store_prepare(store, LAST_SQL, err);
    if (query == NULL)
        return -1;
    sqlite3_bind_int64(query, 1, list);
    int step = sqlite3_step(query);
    *last = step == SQLITE_ROW ? sqlite3_column_int64(query, 0) : 0;
    int rc =
        step == SQLITE_ROW || step == SQLITE_DONE ? 0 : store_fail(store, err);
    sqlite3_finalize(query);
    return rc;
}

static int keep_list(
    struct store *store, const struct stated_list *list, struct err *err)
{
    sqlite3_stmt *add = store_prepare(store, LIST_SQL, err);
    if (add == NULL)
        return -1;
    sqlite3_bind_int64(add, 1, list->list);
    sqlite3_bind_int64(add, 2, list->last);
    sqlite3_bind_int64(add, 3, list->entries);
    return run(store, add, err);
}

static int keep_item(struct store *store, const struct stated_list *list,
    const struct stated *item, struct err *err)
{
    sqlite3_stmt *add = store_prepare(store, ITEM_SQL, err);
    if (add == NULL)
        return -1;
    sqlite3_bind_int64(add, 1, item->source);
    sqlite3_bind_int64(add, 2, list->list);
    store_bind_str(add, 3, str_from(item->what));
    store_bind_str(add, 4, str_from(item->value));
    sqlite3_bind_int(add, 5, item->agrees);
    return run(store, add, err);
}

static int keep_note(struct store *store, const struct stated_list *list,
    const struct stated *item, struct err *err)
{
    struct buf note = {0};
    sqlite3_stmt *set = store_prepare(store, NOTE_SQL, err);
    if (set == NULL)
        return -1;
    buf_printf(&note, "its %s " NOT_AS_STATED " %" PRId64 " states: %s",
        item->what, list->list, item->value);
    sqlite3_bind_int64(set, 1, item->source);
    store_bind_str(set, 2, buf_str(&note));
    int rc = run(store, set, err);
    buf_done(&note);
    return rc;
}

/* {"entries":9,"agree":4,"differ":1,"differing":[{"source":7,...}]} */
static int keep_custody(
    struct store *store, const struct stated_list *list, struct err *err)
{
    struct buf detail = {0};
    size_t differ = 0;
    for (size_t i = 0; i < list->count; i++)
        differ += !list->items[i].agrees;
    buf_printf(&detail, "{\"entries\":%" PRId64 ",\"agree\":%zu,\"differ\":%zu",
        list->entries, list->count - differ, differ);
    size_t told = 0;
    for (size_t i = 0; i < list->count && told < DIFFERING_TOLD; i++) {
        const struct stated *item = &list->items[i];
        if (item->agrees)
            continue;
        buf_printf(&detail, "%s{\"source\":%" PRId64 ",\"%s\":",
            told++ == 0 ? ",\"differing\":[" : ",", item->source, item->what);
        json_add_string(&detail, str_from(item->found));
        buf_add_cstr(&detail, ",\"stated\":");
        json_add_string(&detail, str_from(item->value));
        buf_add_char(&detail, '}');
    }
    buf_add_cstr(&detail, told > 0 ? "]}" : "}");
    int rc = custody_add(store, "compared", list->list, buf_str(&detail), err);
    buf_done(&detail);
    return rc;
}

int stated_keep(
    struct store *store, const struct stated_list *list, struct err *err)
{
    if (store_begin(store, err) < 0)
        return -1;
    int rc = keep_list(store, list, err);
    for (size_t i = 0; rc == 0 && i < list->count; i++) {
        rc = keep_item(store, list, &list->items[i], err);
        if (rc == 0 && !list->items[i].agrees)
            rc = keep_note(store, list, &list->items[i], err);
    }
    if (rc == 0 && list->count > 0)
        rc = keep_custody(store, list, err);
    if (rc == 0)
        return store_commit(store, err);
    store_rollback(store);
    return -1;
}

bool stated_in_note(const char *note)
{
    return strstr(note, NOT_AS_STATED) != NULL;
}

int stated_describe(
    struct store *store, int64_t source, struct buf *out, struct err *err)
{
    sqlite3_stmt *query = store_prepare(store, DESCRIBE_SQL, err);
    int step, differs = 0;
    size_t start = out->len;
    if (query == NULL)
        return -1;
    sqlite3_bind_int64(query, 1, source);
    while ((step = sqlite3_step(query)) == SQLITE_ROW) {
        struct str what = store_column_str(query, 0);
        bool agrees = sqlite3_column_int(query, 2) != 0;
        differs |= !agrees;
        buf_printf(out,
            agrees ? "%s%.*s as source %" PRId64 " states"
                   : "%sNOT the %.*s that source %" PRId64 " states",
            out->len > start ? ", " : "", STR_ARG(what),
            (int64_t)sqlite3_column_int64(query, 1));
    }
    int rc = step == SQLITE_DONE ? differs : store_fail(store, err);
    sqlite3_finalize(query);
    return rc;
}
