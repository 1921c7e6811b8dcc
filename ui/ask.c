#include "ui/ask.h"

/* What parsing a query may ask of the case. */
struct asking {
    struct store *store;
    const struct formats *formats;
    struct kinds kinds; /* loaded when the first name is no field's */
};

/* For around:ID: the time of one event. */
static bool event_time(void *context, int64_t id, int64_t *time)
{
    struct asking *asking = context;
    struct query *all = query_parse(STR(""), NULL, NULL, NULL);
    struct search *search =
        search_open(asking->store, asking->formats, all, NULL);
    struct page page = {0};
    bool found = search != NULL && search_row(search, id, &page, NULL) == 1;
    if (found)
        *time = page.rows[0].at.time;
    page_done(&page);
    search_close(search);
    query_free(all);
    return found;
}

static const struct own_names *own_names(void *context)
{
    struct asking *asking = context;
    if (asking->kinds.arena == NULL &&
        kinds_load(asking->store, &asking->kinds, NULL) < 0)
        return NULL; /* opening the search will say why */
    return &asking->kinds.own_names;
}

struct query *ask_parse(struct store *store, const struct formats *formats,
    const struct zone *zone, const char *text, struct err *err)
{
    struct asking asking = {.store = store, .formats = formats};
    struct query_basis basis = {
        .zone = zone,
        .newest = store_newest_acquisition(store),
        .day = STAMP_NONE,
        .event_time = event_time,
        .own_names = own_names,
        .context = &asking,
    };
    struct query *query = query_parse(str_from(text), &basis, NULL, err);
    kinds_done(&asking.kinds);
    return query;
}
