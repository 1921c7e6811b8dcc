#include "ui/filter.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/app.h"
#include "ui/complete.h"
#include "ui/filter_inside.h"
#include "ui/filter_text.h"
#include "ui/prompt.h"
#include "ui/show.h"
#include "ui/timeline.h"

/* --- the app's filter ---------------------------------------------------- */

static void wake(void *context)
{
    app_wake(context);
}

struct filter *filter_new(struct app *app)
{
    struct filter *filter = xcalloc(1, sizeof(*filter));
    filter->app = app;
    filter->lookup = lookup_new(&(struct lookup_options){
        .store = app_store(app),
        .formats = app_formats(app),
        .zone = app_zone(app),
        .wake = wake,
        .context = app,
    });
    history_fetch(app);
    return filter;
}

void filter_free(struct filter *filter)
{
    if (filter == NULL)
        return;
    lookup_free(filter->lookup);
    saved_done(&filter->saved);
    buf_done(&filter->menu_query);
    buf_done(&filter->pivot_name);
    buf_done(&filter->pivot_value);
    buf_done(&filter->pivot_host);
    free(filter);
}

void filter_refresh(struct filter *filter)
{
    lookup_forget(filter->lookup, app_zone(filter->app));
}

bool filter_is_busy(struct filter *filter)
{
    return lookup_is_busy(filter->lookup);
}

/* --- drawing ------------------------------------------------------------- */

static enum style style_of(enum token_kind kind)
{
    switch (kind) {
    case TOKEN_TEXT:
    case TOKEN_VALUE:
        return STYLE_INPUT;
    case TOKEN_NOT:
    case TOKEN_AND:
    case TOKEN_OR:
    case TOKEN_BAR:
        return STYLE_WARNING;
    case TOKEN_TAIL:
    case TOKEN_END:
        return STYLE_TEXT;
    case TOKEN_NAME:
    case TOKEN_OPERATOR:
    case TOKEN_COMMA:
    case TOKEN_OPEN:
    case TOKEN_CLOSE:
        break;
    }
    return STYLE_DIM;
}

int filter_draw_query(
    struct area area, int x, int y, int width, struct str text)
{
    struct tokens tokens = {.text = text};
    size_t shown = 0;
    int taken = 0;
    bool more = true;
    while (more && taken < width) {
        struct token token = tokens_next(&tokens);
        more = token.kind != TOKEN_END;
        struct str blank = str_sub(text, shown, token.start - shown);
        struct str part = str_sub(text, token.start, token.end - token.start);
        taken +=
            area_text(area, x + taken, y, width - taken, STYLE_TEXT, blank);
        taken += area_text(
            area, x + taken, y, width - taken, style_of(token.kind), part);
        shown = token.end;
    }
    if (more && width > 3)
        area_text(area, x + width - 3, y, 3, STYLE_HINT, STR("..."));
    return taken;
}

static void add_counts(struct fetch *fetch, struct buf *out)
{
    uint64_t events, so_far, total;
    bool counted = fetch_count(fetch, &events, &so_far);
    show_number(out, counted ? events : so_far);
    if (!counted)
        buf_add_char(out, '+');
    if (!fetch_total(fetch, &total) || (counted && total == events))
        return;
    buf_add_cstr(out, " of ");
    show_number(out, total);
}

/* The days of what was found; without the year where room is scarce. */
static void add_days(
    struct app *app, struct fetch *fetch, bool is_short, struct buf *out)
{
    enum { DATE = 10, YEAR = 5 };
    char first[STAMP_TEXT_MAX], last[STAMP_TEXT_MAX];
    int64_t from, to;
    if (!fetch_span(fetch, &from, &to) || from == STAMP_NONE)
        return;
    const struct zone *zone = app_zone(app);
    stamp_format_plain(
        from, STAMP_PRECISION_S, zone_offset_at(zone, from), first);
    stamp_format_plain(to, STAMP_PRECISION_S, zone_offset_at(zone, to), last);
    bool same_year = memcmp(first, last, YEAR) == 0;
    int skip = is_short && same_year ? YEAR : 0;
    if (memcmp(first, last, DATE) == 0)
        buf_printf(out, "   %.*s", DATE, first);
    else
        buf_printf(out, "   %.*s .. %.*s", DATE - skip, first + skip,
            DATE - skip, last + skip);
}

void filter_draw(struct app *app, struct area area, struct fetch *fetch)
{
    enum { MARK = 3, WIDE = 110 };
    struct buf right = {0};
    struct str query = fetch_query(fetch);
    add_counts(fetch, &right);
    size_t counts = right.len;
    add_days(app, fetch, area.width < WIDE, &right);
    int wanted = MARK + (int)utf8_columns(query, 1) + 2;
    if (wanted + (int)right.len + 1 > area.width)
        right.len = counts; /* the days stand below the histogram, too */
    int room = area.width - MARK - (int)right.len - 3;
    area_text(area, 0, 0, MARK, STYLE_KEY, STR(" > "));
    if (query.len > 0)
        filter_draw_query(area, MARK, 0, room, query);
    else
        area_text(
            area, MARK, 0, room, STYLE_HINT, STR("every event (f filters)"));
    area_text_right(area, area.width - (int)right.len - 1, 0, (int)right.len,
        STYLE_TEXT, buf_str(&right));
    buf_done(&right);
}

/* --- running ------------------------------------------------------------- */

int filter_run(struct app *app, struct str text, struct err *err)
{
    struct str condition, tail;
    filter_split(text, &condition, &tail);
    text = str_trim(text);
    char *copy = str_dup(text); /* it may be the view's own */
    struct str kept = str_from(copy);
    int rc = -1;
    if (tail.len > 0)
        rc = app_push(app, "groups", kept);
    else if (timeline_set_query(app, kept, err) == 0)
        rc = app_switch(app, "timeline", STR(""));
    if (rc == 0 && kept.len > 0)
        history_keep(app, kept);
    free(copy);
    return rc;
}

bool filter_show(struct app *app, struct str text)
{
    struct err err = {0};
    if (filter_run(app, text, &err) == 0)
        return true;
    if (err.text[0] != '\0')
        app_error(app, &err);
    return false;
}

/* --- the prompt ---------------------------------------------------------- */

static const struct group *values(void *context, enum field field)
{
    struct filter *filter = context;
    return lookup_values(filter->lookup, field);
}

static void complete(
    void *context, struct str text, size_t at, struct completion *out)
{
    struct filter *filter = context;
    struct lookup_facts known = {.first = STAMP_NONE, .last = STAMP_NONE};
    lookup_facts(filter->lookup, &known);
    struct complete_facts facts = {
        .values = values,
        .context = filter,
        .own_names = lookup_own_names(filter->lookup),
        .first = known.first,
        .last = known.last,
        .zone = app_zone(filter->app),
    };
    complete_query(text, at, &facts, out);
}

/* Whether an event exists is found when the query is counted, not here, where
 * nothing may wait. */
static bool any_event(void *context, int64_t id, int64_t *time)
{
    (void)context;
    (void)id;
    *time = 0;
    return true;
}

static const struct own_names *own_names(void *context)
{
    struct filter *filter = context;
    return lookup_own_names(filter->lookup);
}

static void add_verdict(
    struct filter *filter, struct str text, struct buf *verdict, bool *bad)
{
    uint64_t events = 0;
    struct err err = {0};
    switch (lookup_count(filter->lookup, text, &events, &err)) {
    case LOOKUP_PENDING:
        buf_add_cstr(verdict, "counting ...");
        break;
    case LOOKUP_DONE:
        show_number(verdict, events);
        buf_add_cstr(verdict, events == 1 ? " event" : " events");
        break;
    case LOOKUP_FAILED:
        buf_add_str(
            verdict, str_sub(str_from(err.text), 0, strcspn(err.text, "\n")));
        *bad = err.code != ERR_CANCELLED;
        break;
    }
}

static void check(void *context, struct str text, struct buf *verdict,
    bool *bad, size_t *start, size_t *end)
{
    struct filter *filter = context;
    struct lookup_facts facts = {.newest = STAMP_NONE};
    bool known = lookup_facts(filter->lookup, &facts);
    struct query_basis basis = {
        .zone = app_zone(filter->app),
        .newest = known ? facts.newest : 0,
        .day = STAMP_NONE,
        .event_time = any_event,
        .own_names = own_names,
        .context = filter,
    };
    struct query_error where = {0};
    struct query *query = query_parse(text, &basis, &where, NULL);
    *bad = query == NULL;
    if (query != NULL) {
        add_verdict(filter, text, verdict, bad);
    } else {
        *start = where.start;
        *end = where.end;
        buf_add_cstr(verdict, where.message);
    }
    query_free(query);
}

static void typed(struct app *app, void *context, struct str text)
{
    (void)context;
    struct err err = {0};
    if (filter_run(app, text, &err) == 0)
        return;
    if (err.text[0] != '\0') {
        filter_ask(app, text); /* nothing typed is lost */
        app_message(app, "%.*s", (int)strcspn(err.text, "\n"), err.text);
    }
}

void filter_ask(struct app *app, struct str text)
{
    struct filter *filter = app_filter(app);
    if (filter == NULL) {
        app_message(app, "no case is open");
        return;
    }
    char *initial = str_dup(text);
    app_prompt(app,
        &(struct prompt_options){
            .label = " > ",
            .initial = str_from(initial),
            .history = FILTER_HISTORY,
            .complete = complete,
            .check = check,
            .context = filter,
        },
        typed, filter);
    free(initial);
}

/* --- actions ------------------------------------------------------------- */

void filter_edit(struct app *app, void *state, struct str argument)
{
    (void)state;
    if (argument.len > 0)
        filter_show(app, argument);
    else
        filter_ask(app, timeline_query(app));
}

void filter_clear(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    if (timeline_query(app).len == 0)
        app_message(app, "no filter is set");
    else
        filter_show(app, STR(""));
}

static void drop_chosen(struct app *app, void *context, size_t chosen)
{
    struct filter *filter = context;
    struct buf text = {0};
    filter_remove_term(buf_str(&filter->menu_query), chosen, &text);
    filter_show(app, buf_str(&text));
    buf_done(&text);
}

static void offer_terms(struct filter *filter, struct str query, size_t count)
{
    struct filter_term *terms = xcalloc(count, sizeof(*terms));
    struct menu_item *items = xcalloc(count, sizeof(*items));
    filter_terms(query, terms, count);
    for (size_t i = 0; i < count; i++) {
        items[i].text = str_dup(
            str_sub(query, terms[i].start, terms[i].end - terms[i].start));
        items[i].hint = xstrdup("");
        items[i].key = i < 9 ? '1' + (uint32_t)i : UIKEY_NONE;
    }
    free(terms);
    app_menu(filter->app, "Take out of the filter", items, count, drop_chosen,
        filter);
}

void filter_drop_term(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    struct filter *filter = app_filter(app);
    struct str query = timeline_query(app);
    size_t count = filter_terms(query, NULL, 0);
    if (filter == NULL || count == 0) {
        app_message(app, "the filter has no terms");
        return;
    }
    buf_clear(&filter->menu_query);
    buf_add_str(&filter->menu_query, query);
    if (count == 1)
        drop_chosen(app, filter, 0);
    else
        offer_terms(filter, buf_str(&filter->menu_query), count);
}

static void join(struct app *app, enum filter_join join)
{
    struct group_key key = {.field = FIELD_NONE};
    struct buf value = {0}, text = {0};
    if (!timeline_value(app, &key, &value))
        app_message(app, "there is no value here; Left and Right choose the "
                         "column");
    else if (!filter_join_value(
                 timeline_query(app), join, &key, buf_str(&value), &text))
        app_message(app, "a query cannot name this value's field");
    else
        filter_show(app, buf_str(&text));
    buf_done(&value);
    buf_done(&text);
}

void filter_only(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    join(app, FILTER_AND);
}

void filter_or(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    join(app, FILTER_OR);
}

void filter_not(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    join(app, FILTER_NOT);
}
