/* spoor demo: a small case from the shipped logs. */
#include "src/cli/commands.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/embed.h"
#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/cli/meter.h"
#include "src/cli/summary.h"
#include "src/ingest/ingest.h"

/* The logs were last written on this day: stamps without a year are dated back
 * from it, whenever the demo is run. 2026-04-01T00:00:00Z. */
static const struct timespec demo_mtime = {.tv_sec = 1775001600};

static const char *const demo_queries[] = {
    "outcome:failure | top 5 src_ip",
    "action:login outcome:success -src_ip:10.0.0.0/8",
    "action:privilege | count by host, user, command",
};
enum { QUERIES = sizeof(demo_queries) / sizeof(*demo_queries) };

/* demo/web01/auth.log -> FOLDER/web01/auth.log */
static int write_log(
    const char *folder, const struct embedded *file, struct err *err)
{
    char *path = path_join(folder, file->path + strlen("demo/"));
    char *parent = str_dup(path_folder(str_from(path)));
    const struct timespec times[2] = {demo_mtime, demo_mtime};
    int rc = file_make_directories(parent, err);
    if (rc == 0)
        rc = file_write(path, file->content, err);
    if (rc == 0 && utimensat(AT_FDCWD, path, times, 0) < 0)
        rc = err_errno(err, "setting the time of %s", path);
    free(parent);
    free(path);
    return rc;
}

static int write_logs(const char *folder, struct err *err)
{
    for (const struct embedded *f = embedded_files; f->path != NULL; f++)
        if (strncmp(f->path, "demo/", strlen("demo/")) == 0 &&
            write_log(folder, f, err) < 0)
            return -1;
    return 0;
}

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
    if (write_logs(demo->logs, err) < 0 ||
        store_open(&demo->store, path, STORE_CREATE, err) < 0)
        return -1;
    if (store_info_set(demo->store, "title", STR("Spoor demo"), err) < 0)
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
            "into\nDIR/demo.spoor, and prints the case and three queries with "
            "their answers.",
    .least = 0,
    .most = 1,
    .run = demo_run,
};
