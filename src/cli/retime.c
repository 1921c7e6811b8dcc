/* spoor retime: change how a source's times are understood. */
#include "src/cli/commands.h"

#include <inttypes.h>

#include "src/cli/meter.h"
#include "src/cli/values.h"
#include "src/ingest/ingest.h"

struct retiming {
    struct store *store;
    const struct formats *formats;
    int64_t source;
    struct ingest_retime change;
};

static int run_retime(void *context, struct progress *progress, struct err *err)
{
    struct retiming *retiming = context;
    return ingest_retime(retiming->store, retiming->formats, retiming->source,
        &retiming->change, progress, err);
}

static int retime_run(struct cli *cli)
{
    struct retiming retiming = {.change = {.year = CIVIL_NO_YEAR}};
    struct ingest_retime *change = &retiming.change;
    struct err err = {0};
    int status = EXIT_DONE;

    if (!value_id(
            cli, cli_argument(cli, 1), "a source", &retiming.source, &status) ||
        !value_zone(cli, &change->zone, NULL, &status) ||
        !value_year(cli, &change->year, &status) ||
        !value_clock_offset(
            cli, &change->clock_offset, &change->set_clock_offset, &status))
        return status;
    if (change->zone == NULL && change->year == CIVIL_NO_YEAR &&
        !change->set_clock_offset)
        return cli_usage_error(cli, "nothing to change: give --zone, --year "
                                    "or --offset");
    retiming.store = cli_open_case(cli, STORE_WRITE, &status);
    if (retiming.store == NULL)
        return status;
    retiming.formats = cli_formats(cli);
    if (meter_run(run_retime, &retiming, "re-timing", METER_BYTES, &err) < 0)
        status = cli_fail(cli, &err);
    else
        cli_note(cli, "source %" PRId64 " re-timed", retiming.source);
    store_close(retiming.store);
    return status;
}

static const struct option retime_options[] = {
    {"zone", "ZONE", "zone of stamps that have none"},
    {"year", "YEAR", "year of the last stamp that has none"},
    {"offset", "SPAN", "correct the source's clock: +90s, -1h30m, 0s"},
    {0},
};

const struct command command_retime = {
    .name = "retime",
    .usage = "CASE SOURCE [options]",
    .summary = "correct a source's zone, year or clock",
    .help = "Reads the source's times again from the bytes in the case. Events "
            "get new ids;\nthe bytes and their hashes stay, and the custody "
            "log says what was changed.\n\n"
            "  spoor retime acme.spoor 3 --zone Europe/Berlin --offset -42s",
    .options = retime_options,
    .least = 2,
    .most = 2,
    .run = retime_run,
};
