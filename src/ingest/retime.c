/* Reading a stored source again: with another zone, year or clock, or by other
 * formats. Old events go and new ones come in one commit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/ingest/ingest.h"
#include "src/ingest/run.h"
#include "src/ingest/sessions.h"
#include "src/store/custody.h"
#include "src/store/import.h"

struct rereading {
    struct run run;
    struct writer writer;
    struct item *item;
};

static int read_again(void *context, struct pipeline *pipeline, struct err *err)
{
    struct rereading *rereading = context;
    rereading->run.pipeline = pipeline;
    if (again_read(&rereading->run, rereading->item, err) < 0)
        return -1;
    return pipeline_tell(pipeline, TASK_END, rereading->item)
               ? 0
               : run_stopped(err);
}

static int write_task(void *context, struct task *task, struct err *err)
{
    struct rereading *rereading = context;
    return writer_write(&rereading->writer, task, err);
}

/* The item as it is stored, to be read again; what it will be is the caller's
 * to set. */
static int open_stored(struct rereading *rereading, struct store *store,
    const struct formats *formats, int64_t source, struct progress *progress,
    struct err *err)
{
    static const struct ingest_options options = {0};
    *rereading = (struct rereading){
        .run = {.formats = formats, .options = &options, .progress = progress},
        .writer = {.store = store, .options = &options, .progress = progress}};
    struct item *item = NULL;
    if (describe_stored(formats, store, source, &item, err) < 0)
        return -1;
    rereading->item = item;
    item->again = true;
    item->quiet = true;
    item->end.state = item->source.state;
    item->end.size = item->source.size;
    bool has_events = item->source.state == SOURCE_COMPLETE ||
                      item->source.state == SOURCE_PARTIAL;
    if (!has_events)
        return err_set(err, ERR_USAGE,
            "source %lld has no events to read again", (long long)source);
    return 0;
}

static int reread(struct rereading *rereading, const char *action,
    struct str detail, struct err *err)
{
    const struct item *item = rereading->item;
    if (item->reading.parser == NULL)
        return err_set(err, ERR_USAGE,
            "source %lld: nobody here reads the format %s",
            (long long)item->source.id,
            *item->source.format == '\0' ? "it has"
                                         : escape_cstr(item->source.format));
    struct run *run = &rereading->run;
    struct writer *writer = &rereading->writer;
    struct ingest_summary summary = {0};
    writer->summary = &summary;
    if (store_reopen(writer->store, &run->store, err) < 0)
        return -1;
    run->content = content_new(run->store);
    if (import_begin(writer->store, &writer->import, err) < 0)
        return -1;
    if (run->progress != NULL)
        atomic_store(&run->progress->total, rereading->item->source.stored);
    const struct pipeline_config config = {.workers = 2,
        .read = read_again,
        .write = write_task,
        .context = rereading,
        .progress = run->progress};
    if (pipeline_run(&config, err) < 0 ||
        custody_add(writer->store, action, rereading->item->source.id, detail,
            err) < 0) {
        import_abort(writer->import);
        return -1;
    }
    if (import_end(writer->import, err) < 0)
        return -1;
    return sessions_refresh(writer->store, NULL, err);
}

static void rereading_done(struct rereading *rereading)
{
    item_release(rereading->item);
    content_free(rereading->run.content);
    store_close(rereading->run.store);
}

/* --- times ---------------------------------------------------------------- */

static void note_change(
    struct buf *detail, const char *what, const char *from, const char *to)
{
    buf_add_char(detail, detail->len == 0 ? '{' : ',');
    json_add_string(detail, str_from(what));
    buf_add_cstr(detail, ":{\"from\":");
    json_add_string(detail, str_from(from));
    buf_add_cstr(detail, ",\"to\":");
    json_add_string(detail, str_from(to));
    buf_add_char(detail, '}');
}

static void change_zone(
    struct item *item, const struct zone *zone, struct buf *detail)
{
    if (zone == NULL)
        return;
    note_change(detail, "zone", item->source.zone, zone_name(zone));
    item->reading.zone = zone;
    item->reading.zone_decided = true;
    item->source.zone_decided = true;
    text_set(&item->source.zone, zone_name(zone));
    text_join(&item->source.time_why, "zone: re-timed");
}

static void year_text(int32_t year, char *out, size_t size)
{
    if (year == CIVIL_NO_YEAR)
        snprintf(out, size, "none");
    else
        snprintf(out, size, "%ld", (long)year);
}

static void change_year(struct item *item, int32_t year, struct buf *detail)
{
    if (year == CIVIL_NO_YEAR)
        return;
    char from[16];
    char to[16];
    year_text(item->source.default_year, from, sizeof(from));
    year_text(year, to, sizeof(to));
    note_change(detail, "year", from, to);
    /* The years of its other lines move along. */
    struct buf rows = {0};
    buf_add_str(&rows, buf_str(&item->years));
    struct year_row *row = (struct year_row *)(void *)rows.ptr;
    for (size_t i = 0; i < item->reading.year_count; i++)
        row[i].year += year - item->source.default_year;
    describe_solved_years(item, &rows, year, STAMP_NONE, "year: re-timed");
    buf_done(&rows);
}

static void change_clock(
    struct item *item, const struct ingest_retime *change, struct buf *detail)
{
    if (!change->set_clock_offset)
        return;
    char from[STAMP_TEXT_MAX];
    char to[STAMP_TEXT_MAX];
    stamp_format_span(item->source.clock_offset, from);
    stamp_format_span(change->clock_offset, to);
    note_change(detail, "clock offset", from, to);
    item->reading.clock_offset = change->clock_offset;
    item->source.clock_offset = change->clock_offset;
    text_join(&item->source.time_why, "clock: re-timed");
}

int ingest_retime(struct store *store, const struct formats *formats,
    int64_t source, const struct ingest_retime *change,
    struct progress *progress, struct err *err)
{
    struct rereading rereading;
    struct buf detail = {0};
    int rc = open_stored(&rereading, store, formats, source, progress, err);
    if (rc == 0) {
        change_zone(rereading.item, change->zone, &detail);
        change_year(rereading.item, change->year, &detail);
        change_clock(rereading.item, change, &detail);
        buf_add_cstr(&detail, detail.len == 0 ? "{}" : "}");
        rc = reread(&rereading, "re-timed", buf_str(&detail), err);
    }
    buf_done(&detail);
    rereading_done(&rereading);
    return rc;
}

/* --- formats -------------------------------------------------------------- */

int ingest_renormalise(struct store *store, const struct formats *formats,
    int64_t source, struct str format, struct progress *progress,
    struct err *err)
{
    struct rereading rereading;
    struct buf detail = {0};
    int rc = open_stored(&rereading, store, formats, source, progress, err);
    struct item *item = rereading.item;
    const struct parser *parser = NULL;
    const struct format *chosen = NULL;
    if (rc == 0 && format.len > 0 &&
        !formats_choose(formats, format, &parser, &chosen))
        rc = err_set(
            err, ERR_USAGE, "no format is called %s", escape_text(format));
    if (rc == 0) {
        char *name =
            format.len > 0 ? str_dup(format) : xstrdup(item->source.format);
        note_change(&detail, "format", item->source.format, name);
        buf_add_char(&detail, '}');
        if (parser != NULL) {
            item->recut = parser != item->reading.parser;
            item->reading.parser = parser;
            item->reading.format = chosen;
            text_set(&item->source.format_why, "chosen when read again");
        }
        text_set(&item->source.format, name);
        item->source.formats_digest = formats_digest(formats);
        free(name);
        rc = reread(&rereading, "re-normalised", buf_str(&detail), err);
    }
    buf_done(&detail);
    rereading_done(&rereading);
    return rc;
}
