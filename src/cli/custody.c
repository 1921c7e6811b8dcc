/* spoor custody: what was done to the evidence. */
#include "src/cli/commands.h"

#include <inttypes.h>
#include <stdio.h>

#include "src/cli/output.h"
#include "src/store/custody.h"

static const struct output_column custody_columns[] = {
    {"id", 5, true},
    {"time", 24, false},
    {"actor", 16, false},
    {"action", 11, false},
    {"source", 6, true},
    {"hash", 16, false},
    {"detail", 0, false},
};
enum { CUSTODY_COLUMNS = sizeof(custody_columns) / sizeof(*custody_columns) };

static void put_custody(struct output *output, const struct custody *row)
{
    char id[24], source[24] = "", time[STAMP_TEXT_MAX], hash[HASH_HEX_MAX];
    snprintf(id, sizeof(id), "%" PRId64, row->id);
    if (row->source != 0)
        snprintf(source, sizeof(source), "%" PRId64, row->source);
    stamp_format(row->time, STAMP_PRECISION_MS, 0, time);
    digest_hex(&row->hash, hash);
    output_row(output, (struct str[CUSTODY_COLUMNS]){
                           str_from(id),
                           str_from(time),
                           str_from(row->actor),
                           str_from(row->action),
                           str_from(source),
                           str_from(hash),
                           str_from(row->detail),
                       });
}

static int custody_run(struct cli *cli)
{
    struct err err = {0};
    int status = EXIT_DONE;
    enum output_format format;
    struct custody *rows = NULL;
    size_t count = 0;
    int64_t first_bad = 0;

    if (!output_format_of(cli, &format, &status))
        return status;
    struct store *store = cli_open_case(cli, STORE_READ, &status);
    if (store == NULL)
        return status;

    int whole = -1;
    if (custody_list(store, &rows, &count, &err) == 0)
        whole = custody_check(store, &first_bad, &err);
    if (whole >= 0) {
        struct output output;
        output_begin(&output, format, custody_columns, CUSTODY_COLUMNS);
        for (size_t i = 0; i < count; i++)
            put_custody(&output, &rows[i]);
        output_end(&output);
    }
    if (whole < 0) {
        status = cli_fail(cli, &err);
    } else if (whole == 0) {
        cli_note(cli, "the chain is BROKEN at record %" PRId64, first_bad);
        status = EXIT_FAILED;
    }
    custody_list_free(rows, count);
    store_close(store);
    return status;
}

static const struct option custody_options[] = {
    {"format", "FORMAT", "table (default), jsonl or csv"},
    {0},
};

const struct command command_custody = {
    .name = "custody",
    .usage = "CASE",
    .summary = "print the custody log and check its chain",
    .help = "Every act on the evidence, oldest first; each record's hash "
            "covers the one\nbefore. Exit 1 when the chain is broken.",
    .options = custody_options,
    .least = 1,
    .most = 1,
    .run = custody_run,
};
