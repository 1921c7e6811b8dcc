/* values: see values.h. */
#include "src/cli/values.h"

#include <stdlib.h>

#include "src/base/escape.h"
#include "src/query/search.h"
#include "src/store/names.h"

bool value_zone(
    const struct cli *cli, const struct zone **out, bool *given, int *status)
{
    struct err err = {0};
    const char *name = cli_option(cli, "zone");
    if (name == NULL)
        return true;
    const struct zone *zone = zone_find(str_from(name), &err);
    if (zone == NULL) {
        *status = cli_usage_error(cli, "%s", err.text);
        return false;
    }
    *out = zone;
    if (given != NULL)
        *given = true;
    return true;
}

bool value_year(const struct cli *cli, int32_t *out, int *status)
{
    const char *text = cli_option(cli, "year");
    uint64_t year;
    if (text == NULL)
        return true;
    if (!str_to_u64(str_from(text), &year) || year < 1678 || year > 2261) {
        *status = cli_usage_error(cli,
            "--year is a year from 1678 to 2261, not '%s'", escape_cstr(text));
        return false;
    }
    *out = (int32_t)year;
    return true;
}

bool value_clock_offset(
    const struct cli *cli, int64_t *out, bool *given, int *status)
{
    const char *text = cli_option(cli, "offset");
    if (text == NULL)
        return true;
    if (!stamp_parse_span(str_from(text), out)) {
        *status = cli_usage_error(cli,
            "--offset is a span such as +90s or -1h30m, not '%s'",
            escape_cstr(text));
        return false;
    }
    if (given != NULL)
        *given = true;
    return true;
}

bool value_limit(const struct cli *cli, uint64_t *out, int *status)
{
    const char *text = cli_option(cli, "limit");
    if (text == NULL)
        return true;
    if (!str_to_u64(str_from(text), out)) {
        *status = cli_usage_error(
            cli, "--limit is a whole number, not '%s'", escape_cstr(text));
        return false;
    }
    return true;
}

bool value_id(const struct cli *cli, const char *text, const char *what,
    int64_t *out, int *status)
{
    if (str_to_i64(str_from(text), out) && *out > 0)
        return true;
    *status = cli_usage_error(
        cli, "%s is a number, not '%s'", what, escape_cstr(text));
    return false;
}

const struct zone *case_zone(struct store *store)
{
    char *name = NULL;
    const struct zone *zone = NULL;
    if (store_info_get(store, "zone", &name, NULL) == 0 && name != NULL)
        zone = zone_find(str_from(name), NULL);
    free(name);
    return zone ? zone : zone_utc();
}

/* What parsing a query may ask of the case. */
struct asking {
    struct cli *cli;
    struct store *store;
    struct kinds kinds; /* loaded when the first name is no field's */
};

/* For around:ID: the time of one event. */
static bool event_time(void *context, int64_t id, int64_t *time)
{
    struct asking *asking = context;
    struct query_basis basis = {.newest = STAMP_NONE, .day = STAMP_NONE};
    struct query *all = query_parse(STR(""), &basis, NULL, NULL);
    struct search *search =
        all ? search_open(asking->store, cli_formats(asking->cli), all, NULL)
            : NULL;
    struct page page = {0};
    bool found = search != NULL && search_row(search, id, &page, NULL) == 1 &&
                 page.rows[0].at.time != STAMP_NONE;
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

struct query *value_query(
    struct cli *cli, struct store *store, const char *text, int *status)
{
    struct err err = {0};
    struct asking asking = {.cli = cli, .store = store};
    struct query_basis basis = {
        .zone = case_zone(store),
        .newest = store_newest_acquisition(store),
        .day = STAMP_NONE,
        .event_time = event_time,
        .own_names = own_names,
        .context = &asking,
    };
    struct query *query = query_parse(str_from(text), &basis, NULL, &err);
    kinds_done(&asking.kinds);
    if (query == NULL) {
        cli_note(cli, "%s", err.text);
        *status = EXIT_USAGE;
    }
    return query;
}
