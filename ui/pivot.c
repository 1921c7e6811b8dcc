#include "ui/pivot.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "ui/app.h"
#include "ui/filter_inside.h"
#include "ui/filter_text.h"
#include "ui/timeline.h"

/* What "around" means. */
#define AROUND (10 * 60 * STAMP_SECOND)

static const struct group_key host_key = {.field = FIELD_HOST};

/* --- queries ------------------------------------------------------------- */

static void add_term(const struct pivot *pivot, struct buf *out)
{
    filter_add_term(out, &pivot->key, pivot->value);
}

static void add_around(const struct pivot *pivot, struct buf *out)
{
    int64_t first, last;
    if (__builtin_sub_overflow(pivot->time, AROUND, &first))
        first = INT64_MIN + 1;
    if (__builtin_add_overflow(pivot->time, AROUND, &last))
        last = INT64_MAX;
    filter_add_span(out, first, last);
}

static void show(struct app *app, struct buf *text)
{
    filter_show(app, buf_str(text));
    buf_done(text);
}

/* --- choices ------------------------------------------------------------- */

static void show_all(struct app *app, const struct pivot *pivot)
{
    struct buf text = {0};
    add_term(pivot, &text);
    show(app, &text);
}

static void show_narrowed(struct app *app, const struct pivot *pivot)
{
    struct buf text = {0};
    filter_join_value(
        timeline_query(app), FILTER_AND, &pivot->key, pivot->value, &text);
    show(app, &text);
}

static void show_on_host(struct app *app, const struct pivot *pivot)
{
    struct buf text = {0};
    add_term(pivot, &text);
    buf_add_char(&text, ' ');
    filter_add_term(&text, &host_key, pivot->host);
    show(app, &text);
}

/* The cursor to the event it came from: everything around it is shown. */
static void show_around(struct app *app, const struct pivot *pivot)
{
    struct buf text = {0};
    add_around(pivot, &text);
    show(app, &text);
    timeline_go_to(app, pivot->time);
}

static void show_around_on_host(struct app *app, const struct pivot *pivot)
{
    struct buf text = {0};
    filter_add_term(&text, &host_key, pivot->host);
    buf_add_char(&text, ' ');
    add_around(pivot, &text);
    show(app, &text);
    timeline_go_to(app, pivot->time);
}

static void show_first(struct app *app, const struct pivot *pivot)
{
    show_all(app, pivot);
    timeline_go_to(app, INT64_MIN + 1);
}

static void show_last(struct app *app, const struct pivot *pivot)
{
    show_all(app, pivot);
    timeline_go_to(app, INT64_MAX);
}

static void show_others(struct app *app, const struct pivot *pivot)
{
    struct buf text = {0};
    filter_join_value(
        timeline_query(app), FILTER_NOT, &pivot->key, pivot->value, &text);
    show(app, &text);
}

/* --- counting ------------------------------------------------------------ */

static const struct {
    const char *tail, *text;
    uint32_t key;
    enum field field; /* not offered for a value of this field */
} tails[] = {
    {" | count by action, outcome", "count what was done", 'a', FIELD_ACTION},
    {" | count by user", "count by user", 'u', FIELD_USER},
    {" | count by host", "count by host", 'h', FIELD_HOST},
    {" | count by src_ip", "count by source address", 's', FIELD_SRC_IP},
    {" | count by dst_ip", "count by destination address", 'd', FIELD_DST_IP},
    {" | count by process", "count by process", 'p', FIELD_PROCESS},
    {" | count by source", "count by log", 'l', FIELD_SOURCE},
    {" | per 1d", "count per day", '1', FIELD_NONE},
    {" | per 1h", "count per hour", '2', FIELD_NONE},
};
enum { TAILS = sizeof(tails) / sizeof(tails[0]) };

static bool tail_fits(const struct pivot *pivot, size_t i)
{
    return tails[i].field == FIELD_NONE || tails[i].field != pivot->key.field;
}

static void count_chosen(struct app *app, void *context, size_t chosen)
{
    const struct filter *filter = context;
    struct buf text = {0};
    size_t i = 0;
    for (; i < TAILS; i++)
        if (tail_fits(&filter->pivot, i) && chosen-- == 0)
            break;
    if (i == TAILS)
        return;
    add_term(&filter->pivot, &text);
    buf_add_cstr(&text, tails[i].tail);
    show(app, &text);
}

static void show_counts(struct app *app, const struct pivot *pivot)
{
    struct menu_item *items = xcalloc(TAILS, sizeof(*items));
    struct buf title = {0};
    size_t count = 0;
    for (size_t i = 0; i < TAILS; i++)
        if (tail_fits(pivot, i))
            items[count++] = (struct menu_item){
                .text = xstrdup(tails[i].text),
                .hint = xstrdup(tails[i].tail + strlen(" | ")),
                .key = tails[i].key,
            };
    add_term(pivot, &title);
    app_menu(
        app, buf_cstr(&title), items, count, count_chosen, app_filter(app));
    buf_done(&title);
}

/* --- the menu ------------------------------------------------------------ */

enum need { NEED_NOTHING, NEED_HOST, NEED_TIME, NEED_BOTH };

static const struct {
    const char *text;
    uint32_t key;
    enum need need;
    void (*run)(struct app *app, const struct pivot *pivot);
} choices[] = {
    {"all its events", 'a', NEED_NOTHING, show_all},
    {"only it, within this filter", '=', NEED_NOTHING, show_narrowed},
    {"all but it, within this filter", '!', NEED_NOTHING, show_others},
    {"its events on this host", 'h', NEED_HOST, show_on_host},
    {"everything 10 minutes around this event", 't', NEED_TIME, show_around},
    {"these 10 minutes on this host", 'm', NEED_BOTH, show_around_on_host},
    {"its first event", 'f', NEED_NOTHING, show_first},
    {"its last event", 'l', NEED_NOTHING, show_last},
    {"count its events by ...", 'c', NEED_NOTHING, show_counts},
};
enum { CHOICES = sizeof(choices) / sizeof(choices[0]) };

static bool choice_fits(const struct pivot *pivot, size_t i)
{
    bool host = pivot->host.len > 0;
    bool time = pivot->time != STAMP_NONE;
    switch (choices[i].need) {
    case NEED_NOTHING:
        return true;
    case NEED_HOST:
        return host && pivot->key.field != FIELD_HOST;
    case NEED_TIME:
        return time;
    case NEED_BOTH:
        break;
    }
    return host && time;
}

static void chosen_is(struct app *app, void *context, size_t chosen)
{
    const struct filter *filter = context;
    for (size_t i = 0; i < CHOICES; i++)
        if (choice_fits(&filter->pivot, i) && chosen-- == 0) {
            choices[i].run(app, &filter->pivot);
            return;
        }
}

static struct str keep(struct buf *buf, struct str text)
{
    buf_clear(buf);
    buf_add_str(buf, text);
    return buf_str(buf);
}

static void offer(struct filter *filter)
{
    const struct pivot *pivot = &filter->pivot;
    struct menu_item *items = xcalloc(CHOICES, sizeof(*items));
    struct buf title = {0};
    size_t count = 0;
    for (size_t i = 0; i < CHOICES; i++) {
        if (!choice_fits(pivot, i))
            continue;
        bool of_host =
            choices[i].need == NEED_HOST || choices[i].need == NEED_BOTH;
        items[count++] = (struct menu_item){
            .text = xstrdup(choices[i].text),
            .hint = of_host ? str_dup(pivot->host) : xstrdup(""),
            .key = choices[i].key,
        };
    }
    add_term(pivot, &title);
    app_menu(filter->app, buf_cstr(&title), items, count, chosen_is, filter);
    buf_done(&title);
}

void pivot_menu(struct app *app, const struct pivot *pivot)
{
    struct filter *filter = app_filter(app);
    if (filter == NULL)
        return;
    if (!filter_can_name(&pivot->key)) {
        app_message(app, "a query cannot name this value's field");
        return;
    }
    filter->pivot = *pivot;
    filter->pivot.key.name = keep(&filter->pivot_name, pivot->key.name);
    filter->pivot.value = keep(&filter->pivot_value, pivot->value);
    filter->pivot.host = keep(&filter->pivot_host, pivot->host);
    offer(filter);
}

void pivot_here(struct app *app, void *state, struct str argument)
{
    struct pivot pivot = {.time = STAMP_NONE};
    struct buf value = {0};
    const struct fetched *row = NULL;
    (void)state;
    (void)argument;
    if (timeline_event(app, &pivot.event, &pivot.time))
        row = fetch_row(
            timeline_fetch(app), (struct position){pivot.time, pivot.event});
    if (row != NULL)
        pivot.host = row->host;
    if (row == NULL && fetch_is_busy(timeline_fetch(app))) {
        app_message(app, "the event is still being read");
    } else if (timeline_value(app, &pivot.key, &value)) {
        pivot.value = buf_str(&value);
        pivot_menu(app, &pivot);
    } else {
        app_message(app, "there is no value here; Left and Right choose the "
                         "column");
    }
    buf_done(&value);
}
