/* wtmpdb: the database that replaces wtmp where times must pass 2038. One row
 * is one session; its end is filled in when it comes.
 *
 * A row that has both becomes two events, login and logout, which point at the
 * same bytes: a timeline shows the logout when it happened, and action:logout
 * finds it. `session` is the row's ID in both. */
#include <inttypes.h>
#include <stdlib.h>

#include "parsers/login_table.h"
#include "parsers/readers.h"
#include "parsers/utmp_meaning.h"
#include "src/base/mem.h"

/* Type, of wtmpdb.h */
enum { TYPE_EMPTY, TYPE_BOOT, TYPE_RUN_LEVEL, TYPE_USER, TYPE_COUNT };

enum { ID, TYPE, USER, LOGIN, LOGOUT, TTY, REMOTE_HOST, SERVICE, COLUMNS };

static const struct login_shape shape = {
    .table = "wtmp",
    .columns = {[ID] = "ID",
        [TYPE] = "Type",
        [USER] = "User",
        [LOGIN] = "Login",
        [LOGOUT] = "Logout",
        [TTY] = "TTY",
        [REMOTE_HOST] = "RemoteHost",
        [SERVICE] = "Service"},
    .column_count = COLUMNS,
};

#define MICROS INT64_C(1000000)

struct wtmpdb {
    struct login_table logins;
    int64_t end; /* of the row in hand, still to be told; STAMP_NONE: none */
};

static int wtmpdb_probe(const struct sample *sample)
{
    return login_table_probe(&shape, sample);
}

static void *wtmpdb_open(const struct reading *reading)
{
    struct wtmpdb *db = xcalloc(1, sizeof(*db));
    login_table_init(&db->logins, reading, &shape);
    db->end = STAMP_NONE;
    return db;
}

static void wtmpdb_close(void *cursor)
{
    struct wtmpdb *db = cursor;
    if (db == NULL)
        return;
    login_table_done(&db->logins);
    free(db);
}

static int wtmpdb_feed(void *cursor, const struct blob *blob, struct err *err)
{
    struct wtmpdb *db = cursor;
    db->end = STAMP_NONE;
    return login_table_feed(&db->logins, blob, err);
}

/* --- meaning -------------------------------------------------------------- */

/* What a row's beginning and end are, and how one says so. */
struct meaning {
    const char *category, *action, *outcome; /* NULL: none */
    const char *sentence;
};
static const struct meaning meanings[TYPE_COUNT][2] = {
    [TYPE_EMPTY] = {{NULL, NULL, NULL, "an empty row"},
        {NULL, NULL, NULL, "an empty row ends"}},
    [TYPE_BOOT] = {{"host", "boot", NULL, "system boot"},
        {"host", "shutdown", NULL, "system shutdown"}},
    [TYPE_RUN_LEVEL] = {{"host", NULL, NULL, "run level"},
        {"host", NULL, NULL, "run level ends"}},
    [TYPE_USER] = {{"authentication", "login", "success", "logged in"},
        {"authentication", "logout", "success", "logged out"}},
};

static void set_message(struct wtmpdb *db, const struct meaning *meaning,
    bool is_user, struct record *record)
{
    struct login_table *logins = &db->logins;
    struct str user = login_table_text(logins, USER);
    struct str tty = login_table_text(logins, TTY);
    struct str from = login_table_text(logins, REMOTE_HOST);
    if (!is_user) {
        record_set(record, FIELD_MESSAGE,
            arena_printf(&logins->arena, "%s%s%.*s", meaning->sentence,
                from.len > 0 ? " " : "", STR_ARG(from)));
        return;
    }
    record_set(record, FIELD_MESSAGE,
        arena_printf(&logins->arena, "%.*s %s%s%.*s%s%.*s", STR_ARG(user),
            meaning->sentence, tty.len > 0 ? " on " : "", STR_ARG(tty),
            from.len > 0 ? " from " : "", STR_ARG(from)));
}

static void add_extra(struct record *record, const char *name, struct str value)
{
    if (value.len > 0)
        record_add_extra(record, str_from(name), value);
}

static void add_number(
    struct wtmpdb *db, struct record *record, const char *name, size_t column)
{
    add_extra(record, name,
        arena_printf(&db->logins.arena, "%" PRId64,
            login_table_number(&db->logins, column)));
}

static void set_user(struct wtmpdb *db, struct record *record)
{
    struct login_table *logins = &db->logins;
    record_set(record, FIELD_USER, login_table_text(logins, USER));
    record_set(record, FIELD_SESSION,
        arena_printf(
            &logins->arena, "%" PRId64, login_table_number(logins, ID)));
    utmp_set_host(
        login_table_text(logins, REMOTE_HOST), &logins->arena, record);
}

/* The row as an event: of its beginning, or of its end. */
static void describe(
    struct wtmpdb *db, int64_t time, bool is_end, struct record *record)
{
    struct login_table *logins = &db->logins;
    int64_t type = login_table_number(logins, TYPE);
    bool is_known = type >= 0 && type < TYPE_COUNT;
    const struct meaning *meaning =
        &meanings[is_known ? type : TYPE_EMPTY][is_end];
    reading_set_moment(logins->reading, time, STAMP_PRECISION_US, record);
    record->format = STR("wtmpdb");
    record->understood =
        is_known && type != TYPE_EMPTY ? UNDERSTOOD_PARSED : UNDERSTOOD_GENERIC;
    record_set(record, FIELD_CATEGORY, str_from(meaning->category));
    record_set(record, FIELD_ACTION, str_from(meaning->action));
    record_set(record, FIELD_OUTCOME, str_from(meaning->outcome));
    if (type == TYPE_USER)
        set_user(db, record);
    else
        add_extra(record, "kernel", login_table_text(logins, REMOTE_HOST));
    set_message(db, meaning, type == TYPE_USER, record);
    add_extra(record, "line", login_table_text(logins, TTY));
    add_extra(record, "service", login_table_text(logins, SERVICE));
    add_number(db, record, "ID", ID);
    add_number(db, record, "Type", TYPE);
    if (type != TYPE_USER)
        add_extra(record, "User", login_table_text(logins, USER));
}

static int wtmpdb_next(void *cursor, struct record *record, struct err *err)
{
    struct wtmpdb *db = cursor;
    struct login_table *logins = &db->logins;
    if (db->end != STAMP_NONE) {
        arena_reset(&logins->arena);
        record_reset(record);
        login_table_place(logins, record);
        describe(db, db->end, true, record);
        db->end = STAMP_NONE;
        return 1;
    }
    int rc = login_table_next(logins, record, err);
    record->format = STR("wtmpdb");
    if (rc <= 0)
        return rc;
    describe(db, login_stamp(login_table_number(logins, LOGIN), MICROS), false,
        record);
    db->end = login_stamp(login_table_number(logins, LOGOUT), MICROS);
    return 1;
}

static void wtmpdb_note(const void *cursor, struct buf *out)
{
    const struct wtmpdb *db = cursor;
    login_table_note(&db->logins, out);
}

static int wtmpdb_as_text(void *cursor, const struct blob *source,
    uint64_t offset, struct buf *out, struct err *err)
{
    (void)cursor;
    return login_table_as_text(&shape, source, offset, out, err);
}

const struct parser parser_wtmpdb = {
    .name = "wtmpdb",
    .summary = "sessions in the database that replaces wtmp",
    .fields = LOGIN_FIELDS | FIELD_BIT(FIELD_SESSION),
    .access = PARSER_RANDOM,
    .keeps_fields = true,
    .probe = wtmpdb_probe,
    .cut = login_table_cut,
    .open = wtmpdb_open,
    .close = wtmpdb_close,
    .feed_blob = wtmpdb_feed,
    .next = wtmpdb_next,
    .note = wtmpdb_note,
    .as_text = wtmpdb_as_text,
};
