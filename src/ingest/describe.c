#include <stdlib.h>
#include <string.h>

#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/ingest/host.h"
#include "src/ingest/run.h"
#include "src/ingest/walk.h"
#include "src/ingest/years.h"

/* Modification times before this are no times: archives made to be
 * reproducible and file systems that lost them say 1970. */
#define MTIME_LEAST (INT64_C(315532800) * STAMP_SECOND) /* 1980-01-01 */

static void describe_host(
    const struct run *run, struct item *item, const struct origin *origin)
{
    const struct ingest_options *options = run->options;
    struct source *source = &item->source;
    struct str from_path = host_from_path(str_from(origin->full_path));
    struct str host = path_last(str_from(origin->path));
    const char *why = "name";
    if (origin->host.len > 0)
        from_path = origin->host;
    if (from_path.len > 0) {
        host = from_path;
        why = origin->host.len > 0 ? "collection" : "path";
    } else if (options->host.len > 0) {
        host = options->host;
        why = "--host";
    } else if (options->collected_host.len > 0) {
        host = options->collected_host;
        why = "pull";
    } else if (origin->kind == SOURCE_STREAM) {
        host = (struct str){0};
        why = "";
    }
    struct str machine = options->collected_host;
    if (machine.len == 0)
        machine = from_path.len > 0 ? from_path : options->host;

    free(source->host);
    free(source->collected_host);
    source->host = str_dup(host);
    source->collected_host = str_dup(machine);
    text_set(&source->host_from, why);
}

struct item *describe_source(
    struct run *run, const struct input *input, const struct origin *origin)
{
    struct item *item = item_new();
    struct source *source = &item->source;
    item->parent = origin->parent;
    item->path = xstrdup(origin->path);
    item->keep = true;
    source->kind = origin->kind;
    source->state = SOURCE_IMPORTING;
    text_set(&source->path, origin->path);
    text_set(&source->note, origin->damage == NULL ? "" : origin->damage);
    source->mtime = origin->mtime;
    source->acquired = run->now;
    source->formats_digest = run->formats_digest;
    describe_host(run, item, origin);
    item->host = str_from(source->host);
    if (input != NULL) {
        struct buf status = {0};
        source->size = input->size;
        input_stat(input, &status);
        text_set(&source->stat_before, buf_cstr(&status));
        buf_done(&status);
    }
    return item;
}

void describe_reading(
    struct run *run, struct item *item, const struct detected *detected)
{
    struct source *source = &item->source;
    struct reading *reading = &item->reading;
    const struct zone *own =
        detected->format == NULL ? NULL : format_zone(detected->format);
    bool by_user = run->options->zone != NULL && run->options->zone_decided;
    reading->parser = detected->parser;
    reading->format = detected->format;
    reading->encoding = detected->encoding;
    reading->zone = !by_user && own != NULL ? own : run->zone;
    reading->zone_decided = by_user || own != NULL;
    reading->clock_offset = run->options->clock_offset;
    reading->path = str_from(item->path);

    const char *name = detected->format != NULL ? format_name(detected->format)
                       : detected->parser != NULL ? detected->parser->name
                                                  : "";
    text_set(&source->format, name);
    text_set(&source->format_why, detected->why);
    text_set(&source->encoding_why, detected->encoding_why);
    text_set(&source->zone, zone_name(reading->zone));
    text_set(&source->time_why, by_user       ? "zone: --zone"
                                : own != NULL ? "zone: the format's"
                                              : run->zone_why);
    if (run->options->clock_offset != 0)
        text_join(&source->time_why, "clock: --offset");
    source->encoding = detected->encoding;
    source->zone_decided = reading->zone_decided;
    source->clock_offset = reading->clock_offset;
    bool names_host =
        (detected->parser != NULL && detected->parser->names_host) ||
        (detected->format != NULL &&
            (format_fields(detected->format) & FIELD_BIT(FIELD_HOST)) != 0);
    if (names_host)
        text_set(&source->host_from, "record");
}

int64_t describe_anchor(const struct run *run, const struct item *item)
{
    int64_t anchor = item->source.mtime;
    if (anchor == STAMP_NONE || anchor < MTIME_LEAST || anchor > run->now)
        anchor = run->now;
    int64_t rotated = walk_rotation_date(item->source.path);
    return rotated != STAMP_NONE && rotated < anchor ? rotated : anchor;
}

void describe_solved_years(struct item *item, const struct buf *rows,
    int32_t default_year, int64_t latest, const char *why)
{
    item->reading.latest = latest;
    item->source.latest = latest;
    buf_clear(&item->years);
    buf_add_str(&item->years, buf_str(rows));
    item->reading.years =
        (const struct year_row *)(const void *)item->years.ptr;
    item->reading.year_count = rows->len / sizeof(struct year_row);
    item->reading.default_year = default_year;
    buf_clear(&item->source.years);
    source_years_pack(
        item->reading.years, item->reading.year_count, &item->source.years);
    item->source.default_year = default_year;
    text_join(&item->source.time_why, why);
}

void describe_years(
    struct run *run, struct item *item, const struct input *input)
{
    const struct parser *parser = item->reading.parser;
    struct buf rows = {0};
    if (parser == NULL || parser->yearless == NULL)
        return;
    /* What cannot be read now will be missed when it is read for good. */
    struct years *years = years_new(&item->reading);
    years_scan(years, input, NULL);
    int64_t anchor = describe_anchor(run, item);
    int32_t year = years_solve(years, anchor, run->options->year, &rows);
    const char *why =
        anchor == item->source.mtime ? "year: back from the modification time"
        : anchor == run->now         ? "year: back from the time of import"
                                     : "year: back from the date in the name";
    bool told = run->options->year != CIVIL_NO_YEAR;
    describe_solved_years(item, &rows, year, told ? STAMP_NONE : anchor,
        years_found(years) ? why : NULL);
    years_free(years);
    buf_done(&rows);
}

int describe_stored(const struct formats *formats, struct store *store,
    int64_t id, struct item **out, struct err *err)
{
    struct item *item = item_new();
    source_done(&item->source);
    item->source = (struct source){0};
    if (source_get(store, id, &item->source, err) < 0) {
        source_fill(&item->source);
        item_release(item);
        return -1;
    }
    struct source *source = &item->source;
    source_fill(source);
    struct detected detected;
    const struct zone *zone = *source->zone == '\0'
                                  ? zone_utc()
                                  : zone_find(str_from(source->zone), err);
    if (zone == NULL) {
        item_release(item);
        return -1;
    }
    detect_named(formats, source->format, &detected);
    item->resumed = true;
    item->keep = true;
    item->as_they_are = source->kind == SOURCE_CONTAINER;
    item->path = xstrdup(source->path);
    item->host = str_from(source->host);
    source_years_unpack(buf_str(&source->years), &item->years);
    item->reading = (struct reading){
        .parser = detected.parser,
        .format = detected.format,
        .encoding = source->encoding,
        .zone = zone,
        .zone_decided = source->zone_decided,
        .clock_offset = source->clock_offset,
        .years = (const struct year_row *)(const void *)item->years.ptr,
        .year_count = item->years.len / sizeof(struct year_row),
        .default_year = source->default_year,
        .latest = source->latest,
        .path = str_from(item->path),
    };
    *out = item;
    return 0;
}
