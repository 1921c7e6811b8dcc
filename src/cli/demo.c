/* spoor demo: a small case from the shipped logs. */
#include "src/cli/commands.h"

#include <stdlib.h>
#include <unistd.h>

#include "src/base/file.h"
#include "src/cli/demo_logs.h"
#include "src/cli/meter.h"
#include "src/cli/summary.h"
#include "src/ingest/ingest.h"
#include "ui/app.h"

static const char *const demo_queries[] = {
    "outcome:failure | top 5 src_ip",
    "action:login outcome:success -src_ip:10.0.0.0/8",
    "action:privilege | count by host, user, command",
};
enum { QUERIES = sizeof(demo_queries) / sizeof(*demo_queries) };

struct demo {
    struct cli *cli;
    struct store *store;
    char *logs;
    struct ingest_summary summary;
};

static int run_import(void *context, struct progress *progress, struct err *err)
{
    struct demo *demo = context;
    struct ingest_options options = {.year = CIVIL_NO_YEAR};
    return ingest_paths(demo->store, cli_formats(demo->cli), &options,
        &demo->logs, 1, &demo->summary, progress, err);
}

static int fill_case(struct demo *demo, const char *path, struct err *err)
{
    if (demo_logs_write(demo->logs, err) < 0 ||
        store_open(&demo->store, path, STORE_CREATE, err) < 0)
        return -1;
    if (store_info_set(demo->store, "title", STR(DEMO_TITLE), err) < 0)
        return -1;
    return meter_run(run_import, demo, "importing", METER_BYTES, err);
}

static int demo_run(struct cli *cli)
{
    const char *folder = cli_argument(cli, 0);
    struct demo demo = {.cli = cli};
    struct err err = {0};
    int status;

    if (folder == NULL)
        folder = "spoor-demo";
    char *path = path_join(folder, "demo.spoor");
    demo.logs = path_join(folder, "logs");
    if (fill_case(&demo, path, &err) < 0) {
        status = cli_fail(cli, &err);
    } else if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
        store_close(demo.store);
        demo.store = NULL;
        status = app_run(&(struct app_options){.path = path}, cli_formats(cli));
    } else {
        status = summary_print(cli, demo.store);
        for (size_t i = 0; i < QUERIES && status == EXIT_DONE; i++)
            status = summary_ask(cli, demo.store, path, demo_queries[i], 0);
    }
    store_close(demo.store);
    free(demo.logs);
    free(path);
    return status;
}

const struct command command_demo = {
    .name = "demo",
    .usage = "[DIR]",
    .summary = "make a demo case from shipped logs and ask it",
    .help = "Writes the logs to DIR/logs (default spoor-demo), imports them "
            "into\nDIR/demo.spoor, and opens it; where output is no terminal, "
            "prints the\ncase and three queries with their answers.",
    .least = 0,
    .most = 1,
    .run = demo_run,
};
