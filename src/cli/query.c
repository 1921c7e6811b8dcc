/* spoor query: find, count and group events. */
#include "src/cli/commands.h"

#include "src/cli/answer.h"
#include "src/cli/values.h"

static int query_run(struct cli *cli)
{
    const char *text = cli_argument(cli, 1);
    struct answer_request request = {
        .query = text ? text : "",
        .columns = cli_option(cli, "columns"),
        .count_only = cli_has(cli, "count"),
    };
    int status = EXIT_DONE;

    if (!output_format_of(cli, &request.format, &status) ||
        !value_limit(cli, &request.limit, &status))
        return status;
    struct store *store = cli_open_case(cli, STORE_READ, &status);
    if (store == NULL)
        return status;
    status = answer_print(cli, store, &request);
    store_close(store);
    return status;
}

static const struct option query_options[] = {
    {"format", "FORMAT", "table (default), jsonl or csv"},
    {"columns", "A,B", "short names, or x.NAME for a log's own"},
    {"limit", "N", "at most N rows"},
    {"count", NULL, "only how many events match"},
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
        "  is:undated is:unparsed is:generic\n"
        "  ... | count by src_ip, user    | top user 20\n"
        "  ... | per 1h by outcome        | first user,src_ip",
    .options = query_options,
    .least = 1,
    .most = 2,
    .run = query_run,
};
