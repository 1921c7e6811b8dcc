/* spoor sources: what evidence the case holds and how it was read. */
#include "src/cli/commands.h"

#include <inttypes.h>
#include <stdio.h>

#include "src/cli/output.h"
#include "src/ingest/collection.h"
#include "src/store/record_numbers.h"
#include "src/store/source.h"
#include "src/store/stated.h"

enum {
    COL_ID,
    COL_STATE,
    COL_EVENTS,
    COL_PARSED,
    COL_GENERIC,
    COL_UNPARSED,
    COL_UNDATED,
    COL_DAMAGED,
    COL_FORMAT,
    COL_HOST,
    COL_FIRST,
    COL_LAST,
    COL_PATH,
    COL_KIND,
    COL_PARENT,
    COL_SAME_AS,
    COL_CONTINUES,
    COL_SIZE,
    COL_STORED,
    COL_SHA256,
    COL_MTIME,
    COL_ACQUIRED,
    COL_HOST_FROM,
    COL_COLLECTED_HOST,
    COL_FORMAT_WHY,
    COL_ENCODING,
    COL_ENCODING_WHY,
    COL_ZONE,
    COL_OFFSET,
    COL_TIME_WHY,
    COL_NOTE,
    COL_NUMBERS,
    COL_GAPS,
    COL_COLLECTOR,
    COL_ORIGINAL,
    COL_STATED,
    COL_COUNT,
    COL_TABLE = COL_PATH + 1 /* a table shows the first ones */
};

static const struct output_column sources_columns[COL_COUNT] = {
    [COL_ID] = {"id", 4, true},
    [COL_STATE] = {"state", 9, false},
    [COL_EVENTS] = {"events", 9, true},
    [COL_PARSED] = {"parsed", 9, true},
    [COL_GENERIC] = {"generic", 8, true},
    [COL_UNPARSED] = {"unparsed", 8, true},
    [COL_UNDATED] = {"undated", 7, true},
    [COL_DAMAGED] = {"damaged", 7, true},
    [COL_FORMAT] = {"format", 12, false},
    [COL_HOST] = {"host", 12, false},
    [COL_FIRST] = {"first", 20, false},
    [COL_LAST] = {"last", 20, false},
    [COL_PATH] = {"path", 0, false},
    [COL_KIND] = {"kind", 9, false},
    [COL_PARENT] = {"parent", 4, true},
    [COL_SAME_AS] = {"same_as", 4, true},
    [COL_CONTINUES] = {"continues", 4, true},
    [COL_SIZE] = {"size", 12, true},
    [COL_STORED] = {"stored", 12, true},
    [COL_SHA256] = {"sha256", 64, false},
    [COL_MTIME] = {"mtime", 20, false},
    [COL_ACQUIRED] = {"acquired", 20, false},
    [COL_HOST_FROM] = {"host_from", 8, false},
    [COL_COLLECTED_HOST] = {"collected_host", 12, false},
    [COL_FORMAT_WHY] = {"format_why", 30, false},
    [COL_ENCODING] = {"encoding", 9, false},
    [COL_ENCODING_WHY] = {"encoding_why", 20, false},
    [COL_ZONE] = {"zone", 12, false},
    [COL_OFFSET] = {"clock_offset", 12, false},
    [COL_TIME_WHY] = {"time_why", 30, false},
    [COL_NOTE] = {"note", 0, false},
    [COL_NUMBERS] = {"record_numbers", 20, false},
    [COL_GAPS] = {"record_gaps", 30, false},
    [COL_COLLECTOR] = {"collector", 12, false},
    [COL_ORIGINAL] = {"original_path", 30, false},
    [COL_STATED] = {"stated", 30, false},
};

static const char *const kind_names[] = {
    [SOURCE_FILE] = "file",
    [SOURCE_CONTAINER] = "container",
    [SOURCE_MEMBER] = "member",
    [SOURCE_STREAM] = "stream",
};

static const char *const state_names[] = {
    [SOURCE_IMPORTING] = "importing",
    [SOURCE_COMPLETE] = "complete",
    [SOURCE_PARTIAL] = "partial",
    [SOURCE_DUPLICATE] = "duplicate",
    [SOURCE_RECORDED] = "recorded",
    [SOURCE_SKIPPED] = "skipped",
    [SOURCE_REMOVED] = "removed",
};

enum { CELL_MAX = 80, GAPS_MAX = 1000 };

static struct str number_cell(char out[CELL_MAX], uint64_t number)
{
    snprintf(out, CELL_MAX, "%" PRIu64, number);
    return str_from(out);
}

/* An id of another source; empty for 0. */
static struct str link_cell(char out[CELL_MAX], int64_t id)
{
    return id == 0 ? STR("") : number_cell(out, (uint64_t)id);
}

static struct str time_cell(char out[CELL_MAX], int64_t time)
{
    if (time == STAMP_NONE)
        return STR("");
    return str_make(out, stamp_format(time, STAMP_PRECISION_S, 0, out));
}

/* Numbers of records in the log's own count, and which are missing. */
struct counted {
    struct buf numbers, gaps;
    struct buf original, stated;
    const char *collector;
};

static int count_numbers(struct store *store, const struct source *source,
    struct counted *counted, struct err *err)
{
    struct numbers numbers;
    buf_clear(&counted->numbers);
    buf_clear(&counted->gaps);
    if (record_numbers_get(store, source->id, &numbers, err) < 0)
        return -1;
    numbers_describe(&numbers, &counted->numbers);
    numbers_list_gaps(&numbers, GAPS_MAX, &counted->gaps);
    numbers_done(&numbers);
    return 0;
}

/* Where it lay on its machine, and whether it is what its collector states. */
static int find_origin(struct store *store, const struct source *source,
    struct counted *counted, struct err *err)
{
    buf_clear(&counted->original);
    buf_clear(&counted->stated);
    struct str path = str_from(source->path);
    counted->collector =
        source->kind == SOURCE_CONTAINER ? collection_of_archive(path) : NULL;
    if (source->parent != 0)
        counted->collector = collection_original(path, &counted->original);
    return stated_describe(store, source->id, &counted->stated, err) < 0 ? -1
                                                                         : 0;
}

/* In the table, which has no notes, a source that is not what its collector
 * states says so in place of its state. */
static struct str state_cell(
    const struct output *output, const struct source *source)
{
    if (output->format == OUTPUT_TABLE && stated_in_note(source->note))
        return STR("DIFFERS");
    return str_from(state_names[source->state]);
}

static void put_source(struct output *output, const struct source *source,
    const struct counted *counted)
{
    struct str cells[COL_COUNT];
    char text[COL_COUNT][CELL_MAX];
    char sha256[HASH_HEX_MAX] = "";

    if (source->sha256.len > 0)
        digest_hex(&source->sha256, sha256);
    cells[COL_ID] = number_cell(text[COL_ID], (uint64_t)source->id);
    cells[COL_STATE] = state_cell(output, source);
    cells[COL_EVENTS] = number_cell(text[COL_EVENTS], source->events);
    cells[COL_PARSED] = number_cell(text[COL_PARSED], source->parsed);
    cells[COL_GENERIC] = number_cell(text[COL_GENERIC], source->generic);
    cells[COL_UNPARSED] = number_cell(text[COL_UNPARSED], source->unparsed);
    cells[COL_UNDATED] = number_cell(text[COL_UNDATED], source->undated);
    cells[COL_DAMAGED] = number_cell(text[COL_DAMAGED], source->damaged);
    cells[COL_FORMAT] = str_from(source->format);
    cells[COL_HOST] = str_from(source->host);
    cells[COL_FIRST] = time_cell(text[COL_FIRST], source->first_time);
    cells[COL_LAST] = time_cell(text[COL_LAST], source->last_time);
    cells[COL_PATH] = str_from(source->path);
    cells[COL_KIND] = str_from(kind_names[source->kind]);
    cells[COL_PARENT] = link_cell(text[COL_PARENT], source->parent);
    cells[COL_SAME_AS] = link_cell(text[COL_SAME_AS], source->same_as);
    cells[COL_CONTINUES] = link_cell(text[COL_CONTINUES], source->continues);
    cells[COL_SIZE] = number_cell(text[COL_SIZE], source->size);
    cells[COL_STORED] = number_cell(text[COL_STORED], source->stored);
    cells[COL_SHA256] = str_from(sha256);
    cells[COL_MTIME] = time_cell(text[COL_MTIME], source->mtime);
    cells[COL_ACQUIRED] = time_cell(text[COL_ACQUIRED], source->acquired);
    cells[COL_HOST_FROM] = str_from(source->host_from);
    cells[COL_COLLECTED_HOST] = str_from(source->collected_host);
    cells[COL_FORMAT_WHY] = str_from(source->format_why);
    cells[COL_ENCODING] = str_from(encoding_name(source->encoding));
    cells[COL_ENCODING_WHY] = str_from(source->encoding_why);
    cells[COL_ZONE] = str_from(source->zone);
    stamp_format_span(source->clock_offset, text[COL_OFFSET]);
    cells[COL_OFFSET] =
        source->clock_offset == 0 ? STR("") : str_from(text[COL_OFFSET]);
    cells[COL_TIME_WHY] = str_from(source->time_why);
    cells[COL_NOTE] = str_from(source->note);
    cells[COL_NUMBERS] = buf_str(&counted->numbers);
    cells[COL_GAPS] = buf_str(&counted->gaps);
    cells[COL_COLLECTOR] = str_from(counted->collector);
    cells[COL_ORIGINAL] = buf_str(&counted->original);
    cells[COL_STATED] = buf_str(&counted->stated);
    output_row(output, cells);
}

static int put_sources(struct store *store, enum output_format format,
    const struct source *sources, size_t count, struct err *err)
{
    struct output output;
    struct counted counted = {0};
    int rc = 0;
    output_begin(&output, format, sources_columns,
        format == OUTPUT_TABLE ? COL_TABLE : COL_COUNT);
    for (size_t i = 0; i < count && rc == 0; i++) {
        rc = count_numbers(store, &sources[i], &counted, err);
        if (rc == 0)
            rc = find_origin(store, &sources[i], &counted, err);
        if (rc == 0)
            put_source(&output, &sources[i], &counted);
    }
    output_end(&output);
    buf_done(&counted.numbers);
    buf_done(&counted.gaps);
    buf_done(&counted.original);
    buf_done(&counted.stated);
    return rc;
}

static int sources_run(struct cli *cli)
{
    struct err err = {0};
    int status = EXIT_DONE;
    enum output_format format;
    struct source *sources = NULL;
    size_t count = 0;

    if (!output_format_of(cli, &format, &status))
        return status;
    struct store *store = cli_open_case(cli, STORE_READ, &status);
    if (store == NULL)
        return status;
    if (source_list(store, &sources, &count, &err) < 0 ||
        put_sources(store, format, sources, count, &err) < 0)
        status = cli_fail(cli, &err);
    source_list_free(sources, count);
    store_close(store);
    return status;
}

static const struct option sources_options[] = {
    {"format", "FORMAT", "table (default), jsonl or csv (with every detail)"},
    {0},
};

const struct command command_sources = {
    .name = "sources",
    .usage = "CASE",
    .summary = "list the evidence and how it was read",
    .help = "One row per source: what was understood (parsed: its very "
            "message; generic: only\na time or header; unparsed: nothing), "
            "its host, format and time span. JSON lines\nand CSV add hashes, "
            "sizes, zone, year and clock decisions, and why; of logs that "
            "count their "
            "records also\nthe numbers that are there (record_numbers) and "
            "those that are missing (record_gaps).",
    .options = sources_options,
    .least = 1,
    .most = 1,
    .run = sources_run,
};
