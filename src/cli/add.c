/* spoor add: files, folders, archives and streams into a case. */
#include "src/cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/cli/meter.h"
#include "src/cli/values.h"
#include "src/ingest/ingest.h"

struct adding {
    struct cli *cli;
    struct store *store;
    const struct formats *formats;
    struct ingest_options options;
    struct ingest_summary summary;
};

static int run_import(void *context, struct progress *progress, struct err *err)
{
    struct adding *adding = context;
    return ingest_paths(adding->store, adding->formats, &adding->options,
        cli_arguments(adding->cli) + 1,
        (size_t)cli_argument_count(adding->cli) - 1, &adding->summary, progress,
        err);
}

static void print_notice(void *context, bool is_warning, const char *text)
{
    (void)context;
    meter_erase();
    fprintf(stderr, "%s%s\n", is_warning ? "warning: " : "", text);
}

static void print_summary(
    const struct cli *cli, const struct ingest_summary *summary)
{
    cli_note(cli,
        "%" PRIu64 " sources added, %" PRIu64 " continued, %" PRIu64
        " held already, %" PRIu64 " only recorded, %" PRIu64
        " skipped, %" PRIu64 " partial",
        summary->added, summary->continued, summary->duplicates,
        summary->recorded, summary->skipped, summary->partial);
    cli_note(cli,
        "%" PRIu64 " events: %" PRIu64 " parsed, %" PRIu64
        " generic (time or header only), %" PRIu64 " unparsed; %" PRIu64
        " without time, %" PRIu64 " records damaged",
        summary->events, summary->parsed, summary->generic, summary->unparsed,
        summary->undated, summary->damaged);
}

/* Every option that changes how sources are read; false when one is wrong (the
 * message is out, the status set). */
static bool read_options(
    struct cli *cli, struct ingest_options *options, int *status)
{
    const char *format = cli_option(cli, "format");
    const char *host = cli_option(cli, "host");
    const char *encoding = cli_option(cli, "encoding");
    const struct parser *parser;
    const struct format *chosen;

    options->year = CIVIL_NO_YEAR;
    options->format = str_from(format);
    options->host = str_from(host);
    options->drop_containers = cli_has(cli, "drop-containers");
    options->keep_unknown = cli_has(cli, "keep-unknown");
    options->again = cli_has(cli, "again");
    if (format != NULL &&
        !formats_choose(cli_formats(cli), str_from(format), &parser, &chosen)) {
        *status = cli_usage_error(cli,
            "no format '%s'; spoor formats lists them", escape_cstr(format));
        return false;
    }
    if (encoding != NULL) {
        options->encoding_forced =
            encoding_parse(str_from(encoding), &options->encoding);
        if (!options->encoding_forced) {
            *status = cli_usage_error(cli,
                "no encoding '%s': UTF-8, UTF-16LE, UTF-16BE, Shift_JIS, "
                "EUC-JP or Latin-1",
                escape_cstr(encoding));
            return false;
        }
    }
    return value_zone(cli, &options->zone, &options->zone_decided, status) &&
           value_year(cli, &options->year, status) &&
           value_clock_offset(cli, &options->clock_offset, NULL, status);
}

static int add_run(struct cli *cli)
{
    struct adding adding = {.cli = cli};
    struct err err = {0};
    int status = EXIT_DONE;

    if (!read_options(cli, &adding.options, &status))
        return status;
    adding.options.notice = print_notice;
    adding.formats = cli_formats(cli);
    adding.store = cli_open_case(cli, STORE_CREATE, &status);
    if (adding.store == NULL)
        return status;

    int rc = meter_run(run_import, &adding, "importing", METER_BYTES, &err);
    print_summary(cli, &adding.summary);
    if (rc < 0)
        status = cli_fail(cli, &err);
    store_close(adding.store);
    return status;
}

static const struct option add_options[] = {
    {"format", "NAME", "read as this format instead of detecting it"},
    {"zone", "ZONE", "zone of stamps that have none (Asia/Tokyo, +09:00)"},
    {"year", "YEAR", "year of the last stamp that has none"},
    {"host", "NAME", "host of records that name none"},
    {"offset", "SPAN", "correct the source's clock: +90s, -1h30m"},
    {"encoding", "NAME", "UTF-8 UTF-16LE UTF-16BE Shift_JIS EUC-JP Latin-1"},
    {"drop-containers", NULL, "do not keep the archives' own bytes"},
    {"keep-unknown", NULL, "keep the bytes of binaries nobody reads"},
    {"again", NULL, "import even what the case holds already"},
    {0},
};

const struct command command_add = {
    .name = "add",
    .usage = "CASE PATH...|- [options]",
    .summary = "import files, folders, archives or standard input",
    .help =
        "Imports into CASE, which is made when its name ends in .spoor. "
        "Folders are\nread with all below them, archives with their members. "
        "Every byte is kept\nand hashed; adding the same again adds nothing; "
        "a log that has grown adds only\nits tail. Interrupted or killed, the "
        "same command goes on where it stopped.\nLists of digests among the "
        "evidence (sha256sum, hashdeep, of UAC and other\ncollectors) are "
        "compared with what they name.\n\n"
        "  spoor add acme.spoor /evidence/web01 --zone Asia/Tokyo\n"
        "  journalctl -o json | spoor add acme.spoor - --host db01",
    .options = add_options,
    .least = 2,
    .most = -1,
    .run = add_run,
};
