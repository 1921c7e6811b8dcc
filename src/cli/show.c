/* spoor CASE | FILE...: the workbench on a terminal; else what is in a case, or
 * what would be made of files. */
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
#include "ui/app.h"

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

/* Is the only argument a case, or the name of one? */
static bool names_case(struct cli *cli)
{
    const char *path = cli_argument(cli, 0);
    return cli_argument_count(cli) == 1 &&
           (str_ends_with(str_from(path), STR(".spoor")) ||
               store_may_create(path, NULL));
}

/* "120x40"; false when it is no size. */
static bool parse_screen(const char *text, struct app_options *options)
{
    uint64_t width, height;
    struct str rest = str_from(text);
    struct str first = str_cut(&rest, 'x');
    if (!str_to_u64(first, &width) || !str_to_u64(rest, &height) || width < 1 ||
        width > 1000 || height < 1 || height > 1000)
        return false;
    options->width = (int)width;
    options->height = (int)height;
    return true;
}

static int run_workbench(struct cli *cli)
{
    const char *screen = cli_option(cli, "screen");
    struct app_options options = {
        .script = cli_option(cli, "script"),
        .styled = cli_has(cli, "styled"),
        .theme = cli_option(cli, "theme"),
    };
    if (screen != NULL && !parse_screen(screen, &options))
        return cli_usage_error(
            cli, "--screen: no size such as 120x40: %s", escape_cstr(screen));
    if (names_case(cli)) {
        options.path = cli_argument(cli, 0);
    } else {
        options.files = cli_arguments(cli);
        options.file_count = (size_t)cli_argument_count(cli);
    }
    return app_run(&options, cli_formats(cli));
}

static bool wants_workbench(const struct cli *cli)
{
    return cli_has(cli, "screen") || cli_has(cli, "script") ||
           (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO));
}

static int show_run(struct cli *cli)
{
    struct store *store = NULL;
    struct err err = {0};

    if (wants_workbench(cli))
        return run_workbench(cli);
    if (!names_case(cli))
        return show_files(cli);
    const char *path = cli_argument(cli, 0);
    if (store_open(&store, path, STORE_READ, &err) < 0)
        return cli_fail(cli, &err);
    int status = show_case(cli, store, path);
    store_close(store);
    return status;
}

static const struct option show_options[] = {
    {"theme", "NAME", "dark, light, mono or safe (for colour-blind eyes)"},
    {"script", "FILE", "play keys from FILE, then leave"},
    {"screen", "WxH", "use no terminal: print the screen as text"},
    {"styled", NULL, "print the styles behind it, too"},
    {0},
};

const struct command command_show = {
    .name = "show",
    .usage = "CASE | FILE... [options]",
    .summary = "the workbench over a case, or over files",
    .help =
        "On a terminal the workbench opens; ? in it shows every key. Files are "
        "read\ninto a temporary case that is gone afterwards unless you keep "
        "it."
        "\nWhere output is no terminal: the counts, the span and three telling "
        "queries.\nThe word show may be left out when the name has a dot or "
        "slash.\n\nA script holds keys by name (j C-d PgDn Enter), \"text\" to "
        "type, wait, resize WxH\nand dump [FILE], which writes the screen as "
        "text.",
    .options = show_options,
    .least = 0,
    .most = -1,
    .run = show_run,
};
