/* Everything known of one source, in a pane that scrolls by itself. */
#include <inttypes.h>
#include <string.h>

#include "src/ingest/collection.h"
#include "src/store/record_numbers.h"
#include "src/store/stated.h"
#include "ui/show.h"
#include "ui/sources_inside.h"

enum { LABEL_WIDTH = 12 };

/* A pane being drawn: rows past its ends are counted but not seen. */
struct pane {
    const struct sources *sources;
    struct area area;
    int y;
    struct buf text; /* of the value at hand */
};

static void put_pair(struct pane *pane, const char *label, enum style style)
{
    if (pane->text.len == 0)
        return;
    if (pane->y >= 0)
        area_text(
            pane->area, 1, pane->y, LABEL_WIDTH, STYLE_DIM, str_from(label));
    pane->y += show_wrapped(
        pane->area, LABEL_WIDTH + 1, pane->y, style, buf_str(&pane->text));
    buf_clear(&pane->text);
}

static void put_text(struct pane *pane, const char *label, const char *text)
{
    buf_add_cstr(&pane->text, text);
    put_pair(pane, label, STYLE_TEXT);
}

/* "syslog: 412 of 420 lines match" */
static void put_decision(
    struct pane *pane, const char *label, const char *what, const char *why)
{
    buf_add_cstr(&pane->text, what);
    if (why[0] != '\0')
        buf_printf(&pane->text, "  (%s)", why);
    put_pair(pane, label, STYLE_TEXT);
}

static void put_digest(
    struct pane *pane, const char *label, const struct digest *digest)
{
    char hex[HASH_HEX_MAX] = "";
    if (digest->len > 0)
        digest_hex(digest, hex);
    put_text(pane, label, hex);
}

static void put_time(struct pane *pane, const char *label, int64_t time)
{
    show_time(&pane->text, time, app_zone(pane->sources->app));
    put_pair(pane, label, STYLE_TEXT);
}

static void put_counts(struct pane *pane, const struct source *source)
{
    const struct {
        uint64_t number;
        const char *words;
    } counts[] = {
        {source->parsed, " parsed"},
        {source->generic, " generic (a time or header only)"},
        {source->unparsed, " unparsed"},
        {source->undated, " without a time"},
        {source->damaged, " damaged"},
        {source->match_limits, " where a pattern gave up"},
    };
    show_number(&pane->text, source->events);
    for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
        if (counts[i].number == 0)
            continue;
        buf_add_cstr(&pane->text, i == 0 ? ": " : ", ");
        show_number(&pane->text, counts[i].number);
        buf_add_cstr(&pane->text, counts[i].words);
    }
    put_pair(pane, "events",
        source->unparsed + source->damaged > 0 ? STYLE_WARNING : STYLE_TEXT);
}

static void put_years(struct pane *pane, const struct source *source)
{
    struct buf rows = {0};
    if (source->default_year != CIVIL_NO_YEAR)
        buf_printf(&pane->text, "%d", (int)source->default_year);
    if (source_years_unpack(buf_str(&source->years), &rows) && rows.len > 0) {
        size_t count = rows.len / sizeof(struct year_row);
        struct year_row first, last;
        memcpy(&first, rows.ptr, sizeof(first));
        memcpy(&last, rows.ptr + (count - 1) * sizeof(last), sizeof(last));
        buf_clear(&pane->text);
        buf_printf(&pane->text, "%d", (int)first.year);
        if (last.year != first.year)
            buf_printf(&pane->text, " .. %d", (int)last.year);
    }
    if (pane->text.len > 0)
        buf_add_cstr(&pane->text, ", of stamps that have none");
    buf_done(&rows);
    put_pair(pane, "year", STYLE_TEXT);
}

static void put_times(struct pane *pane, const struct source *source)
{
    char span[STAMP_TEXT_MAX] = "";
    show_time(&pane->text, source->first_time, app_zone(pane->sources->app));
    if (pane->text.len > 0) {
        buf_add_cstr(&pane->text, " .. ");
        show_time(&pane->text, source->last_time, app_zone(pane->sources->app));
        buf_add_cstr(&pane->text, "  (");
        show_span(&pane->text, source->first_time, source->last_time);
        buf_add_char(&pane->text, ')');
    }
    put_pair(pane, "span", STYLE_TEXT);
    put_decision(pane, "zone", source->zone,
        source->zone[0] == '\0' ? ""
        : source->zone_decided  ? "decided"
                               : "assumed of stamps without one; T changes it");
    put_years(pane, source);
    if (source->clock_offset != 0) {
        stamp_format_span(source->clock_offset, span);
        put_text(pane, "clock", span);
    }
    put_text(pane, "decided by", source->time_why);
}

static void put_gaps(struct pane *pane, const struct source *source)
{
    const struct sources *sources = pane->sources;
    for (size_t i = 0; i < sources->gap_count; i++) {
        const struct gap *gap = &sources->gaps[i];
        if (gap->source != source->id)
            continue;
        show_span(&pane->text, gap->from, gap->to);
        buf_add_cstr(&pane->text, " without events, from ");
        show_time(&pane->text, gap->from, app_zone(sources->app));
        buf_add_cstr(&pane->text, " to ");
        show_time(&pane->text, gap->to, app_zone(sources->app));
        put_pair(pane, "gap", STYLE_TEXT);
    }
}

/* What it shares with other sources, from either side. */
static void put_overlaps(struct pane *pane, const struct source *source)
{
    const struct sources *sources = pane->sources;
    if (source->same_as != 0) {
        buf_printf(&pane->text,
            "the same content as source %" PRId64 ", which has the events",
            source->same_as);
        put_pair(pane, "overlap", STYLE_TEXT);
    }
    if (source->continues != 0) {
        buf_printf(&pane->text, "continues source %" PRId64 ": its first ",
            source->continues);
        show_size(&pane->text, source->continues_at);
        buf_add_cstr(&pane->text, " are that one's");
        put_pair(pane, "overlap", STYLE_TEXT);
    }
    for (size_t i = 0; i < sources->count; i++) {
        const struct source *other = &sources->all[i];
        if (other->same_as != source->id && other->continues != source->id &&
            other->parent != source->id)
            continue;
        buf_printf(&pane->text, "source %" PRId64 " %s", other->id,
            other->parent == source->id    ? "came out of it"
            : other->same_as == source->id ? "has the same content"
                                           : "continues it");
        put_pair(pane, "overlap", STYLE_TEXT);
    }
}

/* {"size":5,"mode":"0644"} as "size 5, mode 0644". */
static void put_stat(struct pane *pane, const char *label, const char *json)
{
    bool quoted = false;
    for (const char *c = json; *c != '\0'; c++) {
        if (*c == '"')
            quoted = !quoted;
        else if (quoted || strchr("{},:", *c) == NULL)
            buf_add_char(&pane->text, *c);
        else if (*c == ',' || *c == ':')
            buf_add_cstr(&pane->text, *c == ',' ? ", " : " ");
    }
    put_pair(pane, label, STYLE_DIM);
}

static void put_bytes(struct pane *pane, const struct source *source)
{
    show_number(&pane->text, source->size);
    buf_add_cstr(&pane->text, " bytes");
    if (source->stored != source->size) {
        buf_add_cstr(&pane->text, ", ");
        show_number(&pane->text, source->stored);
        buf_add_cstr(&pane->text, " of them in the case");
    }
    put_pair(pane, "size", STYLE_TEXT);
    put_digest(pane, "sha256", &source->sha256);
    put_digest(pane, "sha1", &source->sha1);
    put_digest(pane, "md5", &source->md5);
    put_time(pane, "modified", source->mtime);
    put_time(pane, "acquired", source->acquired);
    put_stat(pane, "stat", source->stat_before);
    if (strcmp(source->stat_before, source->stat_after) != 0)
        put_stat(pane, "stat after", source->stat_after);
}

/* What the tool that collected it says: where it lay, and what its lists state.
 */
static void put_collection(struct pane *pane, const struct source *source)
{
    struct str path = str_from(source->path);
    const char *collector =
        source->kind == SOURCE_CONTAINER ? collection_of_archive(path) : NULL;
    if (source->parent != 0)
        collector = collection_original(path, &pane->text);
    put_pair(pane, "on the host", STYLE_TEXT);
    buf_add_cstr(&pane->text, collector == NULL ? "" : collector);
    put_pair(pane, "collector", STYLE_TEXT);
    buf_add_str(&pane->text, buf_str(&pane->sources->stated));
    put_pair(pane, "collected",
        pane->sources->stated_differs ? STYLE_WARNING : STYLE_TEXT);
}

static void put_source(struct pane *pane, const struct source *source)
{
    buf_printf(&pane->text, "%" PRId64 ", %s", source->id,
        sources_state_names[source->state]);
    put_pair(pane, "source", STYLE_HEADING);
    put_text(pane, "path", source->path);
    buf_add_cstr(&pane->text, source->note);
    put_pair(pane, "note", STYLE_WARNING);
    put_collection(pane, source);
    put_counts(pane, source);
    buf_add_str(&pane->text, buf_str(&pane->sources->numbers));
    put_pair(pane, "numbers", STYLE_TEXT);
    put_decision(pane, "format", source->format, source->format_why);
    if (source->encoding_why[0] != '\0') /* binaries have none */
        put_decision(pane, "encoding", encoding_name(source->encoding),
            source->encoding_why);
    if (source->host[0] != '\0')
        put_decision(pane, "host", source->host, source->host_from);
    put_text(pane, "taken from", source->collected_host);
    if (source->parent != 0) {
        buf_printf(&pane->text, "source %" PRId64, source->parent);
        put_pair(pane, "out of", STYLE_TEXT);
    }
    put_times(pane, source);
    put_gaps(pane, source);
    put_overlaps(pane, source);
    put_bytes(pane, source);
}

/* The numbers of its records and what lists state of it, read once for each
 * source that is shown. */
static void read_numbers(struct sources *sources, const struct source *source)
{
    enum { GAPS_SHOWN = 20 };
    struct numbers numbers;
    if (sources->numbers_of == source->id &&
        sources->numbers_version == sources->version)
        return;
    sources->numbers_of = source->id;
    sources->numbers_version = sources->version;
    buf_clear(&sources->numbers);
    buf_clear(&sources->stated);
    sources->stated_differs = stated_describe(app_store(sources->app),
                                  source->id, &sources->stated, NULL) > 0;
    if (record_numbers_get(
            app_store(sources->app), source->id, &numbers, NULL) < 0)
        return;
    numbers_describe(&numbers, &sources->numbers);
    if (numbers_gaps(&numbers) > 0)
        buf_add_cstr(&sources->numbers, ": ");
    numbers_list_gaps(&numbers, GAPS_SHOWN, &sources->numbers);
    numbers_done(&numbers);
}

void sources_draw_detail(struct sources *sources, struct area area)
{
    const struct source *source = sources_at_cursor(sources);
    if (source == NULL)
        return;
    read_numbers(sources, source);
    if (sources->detail_of != source->id)
        sources->detail_top = 0;
    sources->detail_of = source->id;
    sources->detail_height = area.height;
    struct pane pane = {
        .sources = sources, .area = area, .y = -sources->detail_top};
    put_source(&pane, source);
    buf_done(&pane.text);
    sources->detail_lines = pane.y + sources->detail_top;
}
