#include "src/ingest/item.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

void text_set(char **text, const char *to)
{
    char *copy = xstrdup(to);
    free(*text);
    *text = copy;
}

void text_join(char **text, const char *more)
{
    if (more == NULL || *more == '\0')
        return;
    char *joined = *text == NULL || **text == '\0'
                       ? xstrdup(more)
                       : xasprintf("%s; %s", *text, more);
    free(*text);
    *text = joined;
}

void source_fill(struct source *source)
{
    char **const texts[] = {&source->path, &source->host, &source->host_from,
        &source->collected_host, &source->note, &source->stat_before,
        &source->stat_after, &source->format, &source->format_why,
        &source->encoding_why, &source->zone, &source->time_why};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (*texts[i] == NULL)
            *texts[i] = xstrdup("");
}

struct item *item_new(void)
{
    struct item *item = xcalloc(1, sizeof(*item));
    atomic_init(&item->references, 1);
    item->source.mtime = STAMP_NONE;
    item->source.acquired = STAMP_NONE;
    item->source.first_time = STAMP_NONE;
    item->source.last_time = STAMP_NONE;
    item->source.default_year = CIVIL_NO_YEAR;
    item->reading.default_year = CIVIL_NO_YEAR;
    item->reading.zone = zone_utc();
    source_fill(&item->source);
    return item;
}

struct item *item_hold(struct item *item)
{
    atomic_fetch_add_explicit(&item->references, 1, memory_order_relaxed);
    return item;
}

void item_release(struct item *item)
{
    if (item == NULL || atomic_fetch_sub(&item->references, 1) > 1)
        return;
    source_done(&item->source);
    buf_done(&item->years);
    free(item->path);
    free(item->end.note);
    free(item->end.stat_after);
    free(item);
}
