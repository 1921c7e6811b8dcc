/* spoor CASE | FILE...: what is in a case, or what would be. */
#include "src/cli/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/escape.h"
#include "src/base/mem.h"
#include "src/cli/meter.h"
#include "src/cli/summary.h"
#include "src/ingest/ingest.h"

static const char *const telling_queries[] = {
    "| count by format",
    "category:authentication | count by outcome, user",
    "outcome:failure | top 5 src_ip",
};
enum { TELLING = sizeof(telling_queries) / sizeof(*telling_queries) };

static int show_case(struct cli *cli, struct store *store, const char *name)
{
    int status = summary_print(cli, store);
    for (size_t i = 0; i < TELLING && status == EXIT_DONE; i++)
        status = summary_ask(cli, store, name, telling_queries[i], 8);
    return status;
}

struct looking {
    struct cli *cli;
    struct store *store;
    struct ingest_options options;
    struct ingest_summary summary;
};

static int run_import(void *context, struct progress *progress, struct err *err)
{
    struct looking *looking = context;
    return ingest_paths(looking->store, cli_formats(looking->cli),
        &looking->options, cli_arguments(looking->cli),
        (size_t)cli_argument_count(looking->cli), &looking->summary, progress,
        err);
}

/* A case in a folder of its own, gone when the answer is out. */
static int show_files(struct cli *cli)
{
    const char *base = getenv("TMPDIR");
    char *folder = xasprintf("%s/spoor-XXXXXX", base ? base : "/tmp");
    struct looking looking = {.cli = cli, .options = {.year = CIVIL_NO_YEAR}};
    struct err err = {0};
    int status;

    if (mkdtemp(folder) == NULL) {
        err_errno(&err, "making a folder for a temporary case");
        free(folder);
        return cli_fail(cli, &err);
    }
    char *path = xasprintf("%s/temporary.spoor", folder);
    if (store_open(&looking.store, path, STORE_CREATE, &err) < 0 ||
        meter_run(run_import, &looking, "reading", METER_BYTES, &err) < 0)
        status = cli_fail(cli, &err);
    else
        status = show_case(cli, looking.store, "temporary.spoor");
    store_close(looking.store);
    unlink(path);
    rmdir(folder);
    free(path);
    free(folder);
    return status;
}

static int show_run(struct cli *cli)
{
    const char *path = cli_argument(cli, 0);
    struct store *store = NULL;
    struct err err = {0};

    if (cli_argument_count(cli) == 1 &&
        (str_ends_with(str_from(path), STR(".spoor")) ||
            store_may_create(path, NULL))) {
        if (store_open(&store, path, STORE_READ, &err) < 0)
            return cli_fail(cli, &err);
        int status = show_case(cli, store, path);
        store_close(store);
        return status;
    }
    return show_files(cli);
}

const struct command command_show = {
    .name = "show",
    .usage = "CASE | FILE...",
    .summary = "what is in a case, or would be made of files",
    .help = "The counts, the span and three telling queries. Files are read "
            "into a temporary\ncase that is gone afterwards. The word show may "
            "be left out when the name has a\ndot or slash.",
    .least = 1,
    .most = -1,
    .run = show_run,
};
