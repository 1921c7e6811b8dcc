/* spoor compact: give back the space of removed sources. */
#include "src/cli/commands.h"

#include <inttypes.h>

#include "src/cli/meter.h"
#include "src/store/verify.h"

struct compacting {
    struct store *store;
    uint64_t saved;
};

static int run_compact(
    void *context, struct progress *progress, struct err *err)
{
    struct compacting *compacting = context;
    return store_compact(compacting->store, &compacting->saved, progress, err);
}

static int compact_run(struct cli *cli)
{
    struct compacting compacting = {0};
    struct err err = {0};
    int status = EXIT_DONE;

    compacting.store = cli_open_case(cli, STORE_WRITE, &status);
    if (compacting.store == NULL)
        return status;
    if (meter_run(run_compact, &compacting, "compacting", METER_BYTES, &err) <
        0)
        status = cli_fail(cli, &err);
    else
        cli_note(cli, "%" PRIu64 " bytes given back", compacting.saved);
    store_close(compacting.store);
    return status;
}

const struct command command_compact = {
    .name = "compact",
    .usage = "CASE",
    .summary = "give back the space of removed sources",
    .help = "Drops the bytes and events of removed sources for good; the "
            "custody log says\nwhat left.",
    .least = 1,
    .most = 1,
    .run = compact_run,
};
