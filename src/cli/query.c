/* spoor query: find, count and group events. */
#include "src/cli/commands.h"

#include <stdlib.h>

#include "src/base/escape.h"
#include "src/cli/answer.h"
#include "src/cli/values.h"
#include "src/store/saved.h"

/* The text to run: of the saved query, with its times made absolute. */
static int use_saved(
    struct store *store, const char *name, char **text, struct err *err)
{
    struct saved_list list;
    if (saved_load(store, &list, err) < 0)
        return -1;
    const struct saved_query *found = saved_find(&list, str_from(name));
    if (found != NULL)
        *text = str_dup(found->absolute);
    saved_done(&list);
    if (found != NULL)
        return 0;
    return err_set(err, ERR_NOT_FOUND,
        "this case has no saved query \"%s\" (--list-saved shows them)",
        escape_cstr(name));
}

static int keep(
    struct cli *cli, struct store *store, const char *name, const char *text)
{
    struct err err = {0};
    int status = EXIT_DONE;
    struct query *query = value_query(cli, store, text, &status);
    if (query == NULL)
        return status;
    struct buf absolute = {0};
    query_format(query, &absolute);
    query_free(query);
    int rc = saved_put(
        store, str_from(name), str_from(text), buf_str(&absolute), &err);
    buf_done(&absolute);
    if (rc < 0)
        return cli_fail(cli, &err);
    cli_note(cli, "saved as \"%s\"", escape_cstr(name));
    return EXIT_DONE;
}

static int forget(struct cli *cli, struct store *store, const char *name)
{
    struct err err = {0};
    int removed = saved_remove(store, str_from(name), &err);
    if (removed == 0)
        err_set(&err, ERR_NOT_FOUND, "this case has no saved query \"%s\"",
            escape_cstr(name));
    return removed == 1 ? EXIT_DONE : cli_fail(cli, &err);
}

static int list_saved(
    struct cli *cli, struct store *store, enum output_format format)
{
    static const struct output_column columns[] = {
        {"name", 24, false}, {"saved", 20, false}, {"query", 0, false}};
    struct err err = {0};
    struct saved_list list;
    if (saved_load(store, &list, &err) < 0)
        return cli_fail(cli, &err);
    struct output output;
    output_begin(&output, format, columns, 3);
    for (size_t i = 0; i < list.count; i++) {
        char created[STAMP_TEXT_MAX];
        stamp_format(list.at[i].created, STAMP_PRECISION_S, 0, created);
        struct str cells[] = {
            list.at[i].name, str_from(created), list.at[i].text};
        output_row(&output, cells);
    }
    output_end(&output);
    saved_done(&list);
    return EXIT_DONE;
}

static int answer(
    struct cli *cli, struct store *store, struct answer_request *request)
{
    struct err err = {0};
    const char *save = cli_option(cli, "save");
    const char *saved = cli_option(cli, "saved");
    char *text = NULL;
    int status = EXIT_DONE;
    if (saved != NULL && use_saved(store, saved, &text, &err) < 0)
        return cli_fail(cli, &err);
    if (text != NULL)
        request->query = text;
    if (save != NULL)
        status = keep(cli, store, save, request->query);
    if (status == EXIT_DONE)
        status = answer_print(cli, store, request);
    free(text);
    return status;
}

static int query_run(struct cli *cli)
{
    const char *text = cli_argument(cli, 1);
    const char *gone = cli_option(cli, "forget");
    struct answer_request request = {
        .query = text ? text : "",
        .columns = cli_option(cli, "columns"),
        .count_only = cli_has(cli, "count"),
    };
    bool writes = gone != NULL || cli_has(cli, "save");
    int status = EXIT_DONE;

    if (text != NULL && cli_has(cli, "saved"))
        return cli_usage_error(cli, "give a query or --saved NAME, not both");
    if (!output_format_of(cli, &request.format, &status) ||
        !value_limit(cli, &request.limit, &status))
        return status;
    struct store *store =
        cli_open_case(cli, writes ? STORE_WRITE : STORE_READ, &status);
    if (store == NULL)
        return status;
    if (gone != NULL)
        status = forget(cli, store, gone);
    else if (cli_has(cli, "list-saved"))
        status = list_saved(cli, store, request.format);
    else
        status = answer(cli, store, &request);
    store_close(store);
    return status;
}

static const struct option query_options[] = {
    {"format", "FORMAT", "table (default), jsonl or csv"},
    {"columns", "A,B", "short names, or a log's own"},
    {"limit", "N", "at most N rows"},
    {"count", NULL, "only how many events match"},
    {"save", "NAME", "keep the query in the case, too"},
    {"saved", "NAME", "run a saved query"},
    {"list-saved", NULL, "show the saved queries"},
    {"forget", "NAME", "remove a saved query"},
    {0},
};

const struct command command_query = {
    .name = "query",
    .usage = "CASE ['QUERY'] [options]",
    .summary = "find, count and group events",
    .help =
        "Prints matching events, oldest first, those without time last.\n\n"
        "  user:alice outcome:failure     fields; * and ? match, a,b is "
        "either\n"
        "  src_ip:10.0.0.0/8 status:>=500 networks, comparisons, ranges a..b\n"
        "  -host:web* NOT user:root       exclusion; an absent value stays in\n"
        "  \"session opened\" cs:\"Root\"     text in the record\n"
        "  after:2026-03-01 before:2026-03-04T02:11 on:2026-03-04 last:24h\n"
        "  around:812100+-10m             near one event\n"
        "  url~'(?i)select.+from' x.SPT:* regular expression, present\n"
        "  tenant:blue                    a log's own field, as x.tenant\n"
        "  is:undated is:unparsed is:generic\n"
        "  ... | count by src_ip, user    | top user 20\n"
        "  ... | per 1h by outcome        | first user,src_ip\n\n"
        "A saved query keeps the moments that last: and 02:11 stood for, so "
        "that it\nfinds the same events when the case has grown.",
    .options = query_options,
    .least = 1,
    .most = 2,
    .run = query_run,
};
