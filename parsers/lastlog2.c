/* lastlog2: the database that replaces lastlog, one row for each user who ever
 * logged in. */
#include <stdlib.h>

#include "parsers/login_table.h"
#include "parsers/readers.h"
#include "parsers/utmp_meaning.h"
#include "src/base/mem.h"

enum { NAME, TIME, TTY, REMOTE_HOST, SERVICE, COLUMNS };

static const struct login_shape shape = {
    .table = "Lastlog2",
    .columns = {[NAME] = "Name",
        [TIME] = "Time",
        [TTY] = "TTY",
        [REMOTE_HOST] = "RemoteHost",
        [SERVICE] = "Service"},
    .column_count = COLUMNS,
};

static int lastlog2_probe(const struct sample *sample)
{
    return login_table_probe(&shape, sample);
}

static void *lastlog2_open(const struct reading *reading)
{
    struct login_table *logins = xcalloc(1, sizeof(*logins));
    login_table_init(logins, reading, &shape);
    return logins;
}

static void lastlog2_close(void *cursor)
{
    struct login_table *logins = cursor;
    if (logins == NULL)
        return;
    login_table_done(logins);
    free(logins);
}

static int lastlog2_feed(void *cursor, const struct blob *blob, struct err *err)
{
    return login_table_feed(cursor, blob, err);
}

/* A row without a time is a user who never logged in. */
static void set_login(
    struct login_table *logins, bool is_login, struct record *record)
{
    struct str user = login_table_text(logins, NAME);
    struct str tty = login_table_text(logins, TTY);
    struct str from = login_table_text(logins, REMOTE_HOST);
    record_set(record, FIELD_USER, user);
    if (!is_login) {
        record_set(record, FIELD_MESSAGE,
            arena_printf(
                &logins->arena, "%.*s never logged in", STR_ARG(user)));
        return;
    }
    record_set(record, FIELD_CATEGORY, STR("authentication"));
    record_set(record, FIELD_ACTION, STR("login"));
    record_set(record, FIELD_OUTCOME, STR("success"));
    record_set(record, FIELD_MESSAGE,
        arena_printf(&logins->arena, "last login: %.*s logged in%s%.*s%s%.*s",
            STR_ARG(user), tty.len > 0 ? " on " : "", STR_ARG(tty),
            from.len > 0 ? " from " : "", STR_ARG(from)));
}

static int lastlog2_next(void *cursor, struct record *record, struct err *err)
{
    struct login_table *logins = cursor;
    int rc = login_table_next(logins, record, err);
    record->format = STR("lastlog2");
    if (rc <= 0)
        return rc;
    int64_t time = login_stamp(login_table_number(logins, TIME), 1);
    reading_set_moment(logins->reading, time, STAMP_PRECISION_S, record);
    record->understood = UNDERSTOOD_PARSED;
    utmp_set_host(
        login_table_text(logins, REMOTE_HOST), &logins->arena, record);
    set_login(logins, time != STAMP_NONE, record);
    struct str tty = login_table_text(logins, TTY);
    struct str service = login_table_text(logins, SERVICE);
    if (tty.len > 0)
        record_add_extra(record, STR("line"), tty);
    if (service.len > 0)
        record_add_extra(record, STR("service"), service);
    return 1;
}

static void lastlog2_note(const void *cursor, struct buf *out)
{
    login_table_note(cursor, out);
}

static int lastlog2_as_text(void *cursor, const struct blob *source,
    uint64_t offset, struct buf *out, struct err *err)
{
    (void)cursor;
    return login_table_as_text(&shape, source, offset, out, err);
}

const struct parser parser_lastlog2 = {
    .name = "lastlog2",
    .summary = "last logins in the database that replaces lastlog",
    .fields = LOGIN_FIELDS,
    .access = PARSER_RANDOM,
    .keeps_fields = true,
    .probe = lastlog2_probe,
    .cut = login_table_cut,
    .open = lastlog2_open,
    .close = lastlog2_close,
    .feed_blob = lastlog2_feed,
    .next = lastlog2_next,
    .note = lastlog2_note,
    .as_text = lastlog2_as_text,
};
