/* spoor remove: take a source out of every answer, with a reason. */
#include "src/cli/commands.h"

#include <inttypes.h>

#include "src/cli/values.h"
#include "src/ingest/sessions.h"
#include "src/store/source.h"

static int remove_run(struct cli *cli)
{
    struct err err = {0};
    int status = EXIT_DONE;
    int64_t id;
    const char *why = cli_option(cli, "why");

    if (why == NULL || why[0] == '\0')
        return cli_usage_error(cli, "--why TEXT is needed: custody keeps it");
    if (!value_id(cli, cli_argument(cli, 1), "a source", &id, &status))
        return status;
    struct store *store = cli_open_case(cli, STORE_WRITE, &status);
    if (store == NULL)
        return status;
    if (source_remove(store, id, str_from(why), &err) < 0 ||
        sessions_refresh(store, NULL, &err) < 0)
        status = cli_fail(cli, &err);
    else
        cli_note(cli,
            "source %" PRId64 " removed; spoor compact gives the space back",
            id);
    store_close(store);
    return status;
}

static const struct option remove_options[] = {
    {"why", "TEXT", "the reason, kept in the custody log"},
    {0},
};

const struct command command_remove = {
    .name = "remove",
    .usage = "CASE SOURCE --why TEXT",
    .summary = "take a source out of every answer",
    .help = "Leaves a tombstone with the reason. The bytes stay until spoor "
            "compact.",
    .options = remove_options,
    .least = 2,
    .most = 2,
    .run = remove_run,
};
