/* spoor sessions: who was logged in, from when to when. */
#include "src/cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "src/cli/output.h"
#include "src/cli/values.h"
#include "src/ingest/sessions.h"

enum { PAGE_ROWS = 1000, CELL_MAX = 64 };

enum {
    COL_LOGIN,
    COL_START,
    COL_END,
    COL_DURATION,
    COL_HOST,
    COL_USER,
    COL_FROM,
    COL_LINE,
    COL_ENDED,
    COL_LOGOUT,
    COL_COUNT
};

static const struct output_column sessions_columns[COL_COUNT] = {
    [COL_LOGIN] = {"login", 9, true},
    [COL_START] = {"start", 19, false},
    [COL_END] = {"end", 19, false},
    [COL_DURATION] = {"duration", 9, true},
    [COL_HOST] = {"host", 14, false},
    [COL_USER] = {"user", 12, false},
    [COL_FROM] = {"from", 17, false},
    [COL_LINE] = {"line", 10, false},
    [COL_ENDED] = {"ended", 10, false},
    [COL_LOGOUT] = {"logout", 9, true},
};

/* One command's way through the pages. */
struct listing {
    struct output output;
    const struct zone *zone; /* of times in tables */
    int64_t start, login;    /* of the last row */
};

/* In a table as the case shows times, elsewhere ISO 8601 in UTC. */
static struct str time_cell(
    const struct listing *listing, int64_t time, char out[CELL_MAX])
{
    if (time == STAMP_NONE)
        return STR("");
    if (listing->output.format != OUTPUT_TABLE)
        return str_make(out, stamp_format(time, STAMP_PRECISION_S, 0, out));
    int32_t offset = zone_offset_at(listing->zone, time);
    return str_make(
        out, stamp_format_plain(time, STAMP_PRECISION_S, offset, out));
}

static struct str id_cell(int64_t id, char out[CELL_MAX])
{
    if (id == 0)
        return STR("");
    return str_make(out, (size_t)snprintf(out, CELL_MAX, "%" PRId64, id));
}

/* For people in a table, in seconds elsewhere. */
static struct str duration_cell(const struct listing *listing,
    const struct session *session, char out[CELL_MAX])
{
    if (session->end == STAMP_NONE)
        return STR("");
    int64_t span = session->end - session->start;
    if (listing->output.format != OUTPUT_TABLE)
        return str_make(out,
            (size_t)snprintf(out, CELL_MAX, "%" PRId64, span / STAMP_SECOND));
    stamp_format_span(span - span % STAMP_SECOND, out);
    return str_from(out);
}

static void put_session(void *context, const struct session_row *row)
{
    struct listing *listing = context;
    const struct session *session = &row->session;
    char text[COL_COUNT][CELL_MAX];
    struct str cells[COL_COUNT] = {
        [COL_LOGIN] = id_cell(session->login, text[COL_LOGIN]),
        [COL_START] = time_cell(listing, session->start, text[COL_START]),
        [COL_END] = time_cell(listing, session->end, text[COL_END]),
        [COL_DURATION] = duration_cell(listing, session, text[COL_DURATION]),
        [COL_HOST] = row->host_name,
        [COL_USER] = row->user,
        [COL_FROM] = session->origin,
        [COL_LINE] = session->line,
        [COL_ENDED] = str_from(session_end_name(session->how)),
        [COL_LOGOUT] = id_cell(session->logout, text[COL_LOGOUT]),
    };
    output_row(&listing->output, cells);
    listing->start = session->start;
    listing->login = session->login;
}

static int list_sessions(struct cli *cli, struct store *store,
    enum output_format format, uint64_t limit, struct err *err)
{
    const struct session_filter filter = {
        .user = cli_option(cli, "user"), .host = cli_option(cli, "host")};
    struct listing listing = {
        .zone = case_zone(store), .start = INT64_MIN, .login = INT64_MIN};
    uint64_t left = limit == 0 ? UINT64_MAX : limit;
    int64_t got = PAGE_ROWS;
    output_begin(&listing.output, format, sessions_columns, COL_COUNT);
    while (got == PAGE_ROWS && left > 0) {
        size_t rows = left < PAGE_ROWS ? (size_t)left : PAGE_ROWS;
        got = session_page(store, &filter, listing.start, listing.login, rows,
            put_session, &listing, err);
        left -= got > 0 ? (uint64_t)got : 0;
    }
    output_end(&listing.output);
    return got < 0 ? -1 : 0;
}

/* Reading writes nothing, so what is old is only said to be. */
static int bring_up_to_date(
    struct cli *cli, struct store *store, struct err *err)
{
    int64_t *sources = NULL;
    size_t count = 0;
    if (cli_has(cli, "update"))
        return sessions_refresh(store, NULL, err);
    int rc = session_stale(store, &sources, &count, err);
    free(sources);
    if (rc == 0 && count > 0)
        cli_note(cli,
            "the evidence has changed since logins were paired: --update does "
            "it anew");
    return rc;
}

static int sessions_run(struct cli *cli)
{
    struct err err = {0};
    int status = EXIT_DONE;
    enum output_format format;
    uint64_t limit = 0;

    if (!output_format_of(cli, &format, &status) ||
        !value_limit(cli, &limit, &status))
        return status;
    bool writes = cli_has(cli, "update");
    struct store *store =
        cli_open_case(cli, writes ? STORE_WRITE : STORE_READ, &status);
    if (store == NULL)
        return status;
    if (bring_up_to_date(cli, store, &err) < 0 ||
        list_sessions(cli, store, format, limit, &err) < 0)
        status = cli_fail(cli, &err);
    store_close(store);
    return status;
}

static const struct option sessions_options[] = {
    {"format", "FORMAT", "table (default), jsonl or csv"},
    {"user", "NAME", "only this user's"},
    {"host", "NAME", "only on this host"},
    {"limit", "N", "at most N rows"},
    {"update", NULL, "pair again what changed, first"},
    {0},
};

const struct command command_sessions = {
    .name = "sessions",
    .usage = "CASE [options]",
    .summary = "list logins with the logouts that ended them",
    .help =
        "One row per session, oldest first: who, on which host, from where, "
        "from when to\nwhen, and how it ended. login and logout are ids of "
        "events (spoor raw shows them).\n\n"
        "  logout       a logout ended it\n"
        "  next login   another login took its line without a logout\n"
        "  shutdown     the system was shut down\n"
        "  crash        the system started again, and nothing says why\n"
        "  still open   nothing ended it as far as the logs go\n\n"
        "Login records (wtmp, wtmpdb) and logs that tell of sessions (sshd, "
        "PAM) are paired\neach among themselves: a login that both tell of is "
        "there twice.",
    .options = sessions_options,
    .least = 1,
    .most = 1,
    .run = sessions_run,
};
