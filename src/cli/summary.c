/* summary: see summary.h. */
#include "src/cli/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "src/base/escape.h"
#include "src/cli/answer.h"
#include "src/cli/values.h"
#include "src/store/source.h"

struct totals {
    uint64_t sources, bytes, events, parsed, generic, unparsed, undated;
    int64_t first, last;
};

static void add_source(struct totals *totals, const struct source *source)
{
    if (source->state == SOURCE_REMOVED)
        return;
    totals->sources++;
    totals->bytes += source->stored;
    totals->events += source->events;
    totals->parsed += source->parsed;
    totals->generic += source->generic;
    totals->unparsed += source->unparsed;
    totals->undated += source->undated;
    if (source->first_time != STAMP_NONE && source->first_time < totals->first)
        totals->first = source->first_time;
    if (source->last_time != STAMP_NONE && source->last_time > totals->last)
        totals->last = source->last_time;
}

static void print_info(struct store *store, const char *key)
{
    char *value = NULL;
    if (store_info_get(store, key, &value, NULL) == 0 && value != NULL &&
        value[0] != '\0')
        printf("%-10s %s\n", key, escape_cstr(value));
    free(value);
}

static void print_span(struct store *store, const struct totals *totals)
{
    const struct zone *zone = case_zone(store);
    char first[STAMP_TEXT_MAX], last[STAMP_TEXT_MAX];
    if (totals->first > totals->last)
        return;
    stamp_format_plain(totals->first, STAMP_PRECISION_S,
        zone_offset_at(zone, totals->first), first);
    stamp_format_plain(totals->last, STAMP_PRECISION_S,
        zone_offset_at(zone, totals->last), last);
    printf("%-10s %s .. %s %s\n", "span", first, last, zone_name(zone));
}

int summary_print(struct cli *cli, struct store *store)
{
    struct totals totals = {.first = INT64_MAX, .last = INT64_MIN};
    struct source *sources = NULL;
    struct err err = {0};
    size_t count = 0;

    if (source_list(store, &sources, &count, &err) < 0)
        return cli_fail(cli, &err);
    for (size_t i = 0; i < count; i++)
        add_source(&totals, &sources[i]);
    source_list_free(sources, count);

    printf("%-10s %s\n", "case", escape_cstr(store_path(store)));
    print_info(store, "title");
    print_info(store, "reference");
    print_info(store, "examiner");
    printf("%-10s %" PRIu64 ", %" PRIu64 " bytes\n", "sources", totals.sources,
        totals.bytes);
    printf("%-10s %" PRIu64 ": %" PRIu64 " parsed, %" PRIu64
           " generic, %" PRIu64 " unparsed; %" PRIu64 " without time\n",
        "events", totals.events, totals.parsed, totals.generic, totals.unparsed,
        totals.undated);
    print_span(store, &totals);
    return EXIT_DONE;
}

int summary_ask(struct cli *cli, struct store *store, const char *name,
    const char *query, uint64_t limit)
{
    printf("\n$ spoor query %s '%s'%s\n", escape_cstr(name), query,
        limit > 0 ? " --limit ..." : "");
    fflush(stdout);
    return answer_print(
        cli, store, &(struct answer_request){.query = query, .limit = limit});
}
