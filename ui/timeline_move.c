/* Jumping about: to failures, days, times, matches of a search, bars of the
 * histogram. What has to be searched for is asked of the fetch and gone on with
 * at each wake. */
#include <string.h>

#include "src/base/escape.h"
#include "ui/timeline_inside.h"

/* --- jumps that are searched for ----------------------------------------- */

static const char *jump_missed(enum jump jump, bool backward)
{
    switch (jump) {
    case JUMP_FAILURE:
        return backward ? "no failure before this" : "no failure after this";
    case JUMP_DAY:
        return "no later day has events";
    case JUMP_DAY_BACK:
        return "no earlier day has events";
    case JUMP_MATCH:
        return backward ? "not found before this (N looks the other way)"
                        : "not found after this (N looks the other way)";
    case JUMP_NONE:
        break;
    }
    return "";
}

/* Midnight of the day of a moment, in the zone that is shown, moved by days.
 * The zone's rules may shift on the way: a wall time is turned back. */
static int64_t day_start(const struct zone *zone, int64_t time, int days)
{
    struct civil civil;
    enum zone_fit fit;
    int64_t start;
    double moved = (double)time + (double)days * (double)STAMP_DAY;
    if (moved <= (double)INT64_MIN || moved >= (double)INT64_MAX)
        return time;
    time += days * STAMP_DAY;
    civil_from_stamp(time, zone_offset_at(zone, time), &civil);
    civil.hour = civil.minute = civil.second = 0;
    civil.nanosecond = 0;
    civil.has_offset = false;
    return zone_to_stamp(zone, &civil, &start, &fit) ? start : time;
}

/* One day on is of the next day, unless this one has 25 hours. */
static struct position next_day(const struct zone *zone, int64_t time)
{
    int64_t next = day_start(zone, time, 1);
    if (next <= time)
        next = day_start(zone, time, 2);
    return (struct position){next, INT64_MIN};
}

/* Where it leads; for a day before, to the day's first event. */
static struct position land(struct timeline *timeline, struct position at)
{
    if (timeline->jump == JUMP_DAY_BACK && at.time != STAMP_NONE)
        at = (struct position){
            day_start(app_zone(timeline->app), at.time, 0), INT64_MIN};
    list_move_to(&timeline->list, timeline_key(at));
    return at;
}

bool timeline_go_on(struct timeline *timeline)
{
    struct position at;
    if (timeline->jump == JUMP_NONE)
        return false;
    int found = fetch_seek(timeline->fetch, buf_str(&timeline->jump_condition),
        timeline->jump_from, timeline->jump_backward, &at);
    if (found < 0)
        return false;
    int again = timeline->jump_again;
    bool useless = found == 1 && timeline->jump == JUMP_DAY &&
                   at.time == STAMP_NONE; /* undated: of no day */
    if (found == 1 && !useless)
        at = land(timeline, at);
    else
        app_message(timeline->app, "%s",
            jump_missed(timeline->jump, timeline->jump_backward));
    if (found == 1 && !useless && again > 0) {
        timeline->jump_again--;
        timeline->jump_from = at;
        if (timeline->jump == JUMP_DAY)
            timeline->jump_from = next_day(app_zone(timeline->app), at.time);
        return timeline_go_on(timeline);
    }
    timeline->jump = JUMP_NONE;
    return true;
}

struct target {
    enum jump jump;
    bool backward;
    struct position from;
    struct str condition;
};

static void go(struct timeline *timeline, const struct target *target)
{
    /* The same key again before the first has arrived: from there on. */
    if (timeline->jump == target->jump &&
        timeline->jump_backward == target->backward &&
        str_eq(buf_str(&timeline->jump_condition), target->condition)) {
        timeline->jump_again++;
        return;
    }
    timeline->jump_again = 0;
    timeline->jump = target->jump;
    timeline->jump_backward = target->backward;
    timeline->jump_from = target->from;
    buf_clear(&timeline->jump_condition);
    buf_add_str(&timeline->jump_condition, target->condition);
    timeline_go_on(timeline);
}

static void go_from_cursor(struct timeline *timeline, enum jump jump,
    bool backward, struct str condition)
{
    struct list_key key;
    if (!list_cursor(&timeline->list, &key))
        return;
    go(timeline, &(struct target){
                     .jump = jump,
                     .backward = backward,
                     .from = timeline_position(key),
                     .condition = condition,
                 });
}

void timeline_next_failure(struct app *app, void *state, struct str argument)
{
    (void)app;
    (void)argument;
    go_from_cursor(state, JUMP_FAILURE, false, STR("outcome:failure"));
}

void timeline_previous_failure(
    struct app *app, void *state, struct str argument)
{
    (void)app;
    (void)argument;
    go_from_cursor(state, JUMP_FAILURE, true, STR("outcome:failure"));
}

/* --- days ---------------------------------------------------------------- */

void timeline_next_day(struct app *app, void *state, struct str argument)
{
    struct timeline *timeline = state;
    struct list_key key;
    (void)argument;
    if (!list_cursor(&timeline->list, &key))
        return;
    int64_t time = timeline_position(key).time;
    if (time == STAMP_NONE) {
        app_message(app, "events without a time are of no day");
        return;
    }
    go(timeline, &(struct target){
                     .jump = JUMP_DAY,
                     .from = next_day(app_zone(app), time),
                 });
}

/* To the first event of this day, or from there of the day before that has
 * any. */
void timeline_previous_day(struct app *app, void *state, struct str argument)
{
    struct timeline *timeline = state;
    struct list_key key;
    (void)argument;
    if (!list_cursor(&timeline->list, &key))
        return;
    struct position from = timeline_position(key);
    go(timeline, &(struct target){
                     .jump = JUMP_DAY_BACK,
                     .backward = true,
                     .from = from.time == STAMP_NONE
                                 ? (struct position){STAMP_NONE, INT64_MIN}
                                 : from,
                 });
    (void)app;
}

/* --- times --------------------------------------------------------------- */

/* "+10m", "-2h": from the cursor. */
static bool relative_time(struct str text, int64_t base, int64_t *out)
{
    int64_t span;
    if (text.len == 0 || (text.ptr[0] != '+' && text.ptr[0] != '-') ||
        base == STAMP_NONE || !stamp_parse_span(text, &span))
        return false;
    double sum = (double)base + (double)span;
    if (sum <= -9.2e18 || sum >= 9.2e18)
        return false;
    *out = base + span;
    return true;
}

/* Whatever `after:` takes; a blank between date and time is allowed. */
static int parse_time(struct app *app, struct str text, int64_t base,
    int64_t *out, struct err *err)
{
    struct query_basis basis = {
        .zone = app_zone(app),
        .newest = store_newest_acquisition(app_store(app)),
        .day = base,
    };
    text = str_trim(text);
    if (relative_time(text, base, out))
        return 0;
    struct buf query = {0};
    buf_add_cstr(&query, "after:");
    for (size_t i = 0; i < text.len; i++)
        buf_add_char(&query, text.ptr[i] == ' ' ? 'T' : text.ptr[i]);
    struct query *parsed = query_parse(buf_str(&query), &basis, NULL, NULL);
    int rc = 0;
    if (parsed != NULL && parsed->root->kind == NODE_TIME &&
        parsed->root->time_first != STAMP_NONE)
        *out = parsed->root->time_first;
    else
        rc = err_set(err, ERR_USAGE,
            "'%s' is no time: 2026-03-04, 2026-03-04 02:11, 02:11, +10m, -2h",
            escape_text(text));
    query_free(parsed);
    buf_done(&query);
    return rc;
}

void timeline_to_time(struct app *app, void *state, struct str argument)
{
    struct timeline *timeline = state;
    struct list_key key = timeline->list.cursor;
    struct err err = {0};
    int64_t time = STAMP_NONE, base = timeline_position(key).time;
    if (!list_cursor(&timeline->list, &key))
        base = histogram_has_span(&timeline->histogram)
                   ? timeline->histogram.full_first
                   : STAMP_NONE;
    if (str_trim(argument).len == 0)
        return;
    if (parse_time(app, argument, base, &time, &err) < 0)
        app_error(app, &err);
    else
        timeline_go_to(app, time);
}

/* --- search -------------------------------------------------------------- */

/* The text as the query language quotes it. */
static void add_quoted(struct buf *out, struct str text)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, text.ptr[i]);
    }
    buf_add_char(out, '"');
}

static void find(struct timeline *timeline, bool backward)
{
    struct buf condition = {0};
    if (timeline->search.len == 0) {
        app_message(timeline->app, "nothing is searched for: / asks");
        return;
    }
    add_quoted(&condition, buf_str(&timeline->search));
    go_from_cursor(timeline, JUMP_MATCH, backward, buf_str(&condition));
    buf_done(&condition);
}

void timeline_search(struct app *app, void *state, struct str argument)
{
    struct timeline *timeline = state;
    (void)app;
    buf_clear(&timeline->search);
    buf_add_str(&timeline->search, argument);
    list_set_search(&timeline->list, argument);
    if (argument.len > 0)
        find(timeline, false);
}

void timeline_next_match(struct app *app, void *state, struct str argument)
{
    (void)app;
    (void)argument;
    find(state, false);
}

void timeline_previous_match(struct app *app, void *state, struct str argument)
{
    (void)app;
    (void)argument;
    find(state, true);
}

/* --- the histogram ------------------------------------------------------- */

static int64_t cursor_time(struct timeline *timeline)
{
    struct list_key key;
    return list_cursor(&timeline->list, &key) ? timeline_position(key).time
                                              : STAMP_NONE;
}

void timeline_zoom_in(struct app *app, void *state, struct str argument)
{
    struct timeline *timeline = state;
    (void)argument;
    if (!histogram_zoom(&timeline->histogram, true, cursor_time(timeline)))
        app_message(app, "no closer");
}

void timeline_zoom_out(struct app *app, void *state, struct str argument)
{
    struct timeline *timeline = state;
    (void)argument;
    if (!histogram_zoom(&timeline->histogram, false, cursor_time(timeline)))
        app_message(app, "all of it is shown");
}

static void step_bar(struct timeline *timeline, bool backward)
{
    struct fetch_bars bars;
    struct histogram *histogram = &timeline->histogram;
    int64_t time, from = cursor_time(timeline);
    if (!histogram_has_span(histogram) || from == STAMP_NONE)
        return;
    fetch_histogram(timeline->fetch, histogram->first, histogram->last,
        histogram_buckets(histogram->area.width), &bars);
    if (histogram_next(histogram, &bars, from, backward, &time))
        timeline_go_to(timeline->app, time);
    else
        app_message(timeline->app, "no further bar here: - shows more");
}

void timeline_next_bar(struct app *app, void *state, struct str argument)
{
    (void)app;
    (void)argument;
    step_bar(state, false);
}

void timeline_previous_bar(struct app *app, void *state, struct str argument)
{
    (void)app;
    (void)argument;
    step_bar(state, true);
}

static void order_selection(struct histogram *histogram)
{
    if (histogram->from == STAMP_NONE || histogram->to == STAMP_NONE ||
        histogram->from <= histogram->to)
        return;
    int64_t swap = histogram->from;
    histogram->from = histogram->to;
    histogram->to = swap;
}

void timeline_select_from(struct app *app, void *state, struct str argument)
{
    struct timeline *timeline = state;
    (void)argument;
    timeline->histogram.from = cursor_time(timeline);
    timeline->histogram.to = STAMP_NONE;
    app_message(app, "begins here: move on, > ends it");
}

void timeline_select_to(struct app *app, void *state, struct str argument)
{
    struct timeline *timeline = state;
    struct histogram *histogram = &timeline->histogram;
    (void)argument;
    if (histogram->from == STAMP_NONE)
        histogram->from = histogram->full_first;
    histogram->to = cursor_time(timeline);
    order_selection(histogram);
    app_message(app, "selected: + shows it larger, Z keeps only its events");
}

/* Narrow the query to the selected time, or to what the histogram shows. */
void timeline_only_shown(struct app *app, void *state, struct str argument)
{
    struct timeline *timeline = state;
    struct histogram *histogram = &timeline->histogram;
    char from[STAMP_TEXT_MAX], to[STAMP_TEXT_MAX];
    struct err err = {0};
    (void)argument;
    bool selected =
        histogram->from != STAMP_NONE && histogram->to != STAMP_NONE;
    if (!selected && !histogram->is_zoomed) {
        app_message(app, "zoom in (+) or select (< and >) first");
        return;
    }
    int64_t end = selected ? histogram->to : histogram->last - 1;
    stamp_format(selected ? histogram->from : histogram->first,
        STAMP_PRECISION_NS, 0, from);
    stamp_format(end < INT64_MAX ? end + 1 : end, STAMP_PRECISION_NS, 0, to);
    struct buf text = {0};
    bool compound = fetch_parsed(timeline->fetch)->root->kind == NODE_OR;
    struct str query = str_trim(timeline_query(app));
    buf_printf(&text, compound ? "(%.*s) " : "%.*s ", STR_ARG(query));
    buf_printf(&text, "after:%s before:%s", from, to);
    if (timeline_set_query(app, str_trim(buf_str(&text)), &err) < 0)
        app_error(app, &err);
    buf_done(&text);
}
