/* Timeline: every event in order of time, with a histogram above and the whole
 * of one event below or beside. */
#include "ui/timeline.h"

#include <string.h>

#include "src/base/mem.h"
#include "ui/filter.h"
#include "ui/pivot.h"
#include "ui/timeline_inside.h"

/* A gap is told of when it is so much longer than the mean between events, and
 * longer than this. */
#define GAP_MIN (INT64_C(3600) * STAMP_SECOND)
enum { GAP_TIMES = 20 };

/* --- opening ------------------------------------------------------------- */

static int timeline_open(
    struct app *app, void *state, struct str argument, struct err *err)
{
    struct timeline *timeline = state;
    timeline->app = app;
    timeline->base = STAMP_NONE;
    list_init(
        &timeline->list, &timeline_list_ops, timeline, timeline->columns, 0);
    timeline->list.cells = true;
    timeline_set_columns(timeline, STR(""), NULL);
    timeline->list.column = timeline->column_count - 1;
    histogram_init(&timeline->histogram);
    if (timeline_start(timeline, argument, err) < 0) {
        list_done(&timeline->list);
        return -1;
    }
    timeline->steps =
        mem_grow(NULL, &timeline->step_capacity, 1, sizeof(*timeline->steps));
    timeline->steps[timeline->step_count++] = str_dup(argument);
    return 0;
}

static void timeline_close(struct app *app, void *state)
{
    struct timeline *timeline = state;
    (void)app;
    timeline_forget(timeline);
    list_done(&timeline->list);
    buf_done(&timeline->jump_condition);
    buf_done(&timeline->search);
}

/* --- drawing ------------------------------------------------------------- */

static int histogram_height(int height)
{
    return height < 14 ? 0 : height < 32 ? 3 : height < 48 ? 4 : 5;
}

static void draw_histogram(struct timeline *timeline, struct area area)
{
    struct histogram *histogram = &timeline->histogram;
    uint64_t events, so_far;
    int64_t first, last;
    if (fetch_count(timeline->fetch, &events, &so_far) && events == 0)
        histogram_init(histogram); /* the span was a guess, of all events */
    else if (fetch_span(timeline->fetch, &first, &last))
        histogram_set_span(histogram, first, last);
    histogram->area = area;
    if (area.height < 2 || !histogram_has_span(histogram))
        return;
    struct list_key key;
    struct histogram_look look = {
        .zone = app_zone(timeline->app),
        .cursor = list_cursor(&timeline->list, &key)
                      ? timeline_position(key).time
                      : STAMP_NONE,
    };
    histogram_follow(histogram, look.cursor);
    look.is_final = fetch_histogram(timeline->fetch, histogram->first,
        histogram->last, histogram_buckets(area.width), &look.bars);
    if (look.is_final)
        histogram_fit(histogram, &look.bars);
    histogram_draw(histogram, area, &look);
}

/* What to do when there is nothing. */
static void draw_empty(struct timeline *timeline, struct area area)
{
    uint64_t total, events, so_far;
    if (!fetch_total(timeline->fetch, &total) || area.height < 4)
        return;
    area = area_rows(area, 1, area.height - 1);
    if (total == 0) {
        area_text(
            area, 2, 1, -1, STYLE_TEXT, STR("The case has no events yet."));
        area_text(area, 2, 2, -1, STYLE_DIM,
            STR("Add logs: :import, or `spoor add CASE PATH` in a shell."));
        return;
    }
    if (!fetch_count(timeline->fetch, &events, &so_far)) {
        area_text(area, 2, 1, -1, STYLE_DIM, STR("searching ..."));
        return;
    }
    area_text(area, 2, 1, -1, STYLE_TEXT, STR("No event matches."));
    area_text(area, 2, 2, -1, STYLE_DIM,
        STR("u takes the last filter step back, f changes the filter."));
}

/* A gap is long by what is usual here. */
static void set_gap(struct timeline *timeline)
{
    uint64_t events, so_far;
    int64_t first, last;
    timeline->gap_min = 0;
    if (!fetch_count(timeline->fetch, &events, &so_far) || events < 2 ||
        !fetch_span(timeline->fetch, &first, &last))
        return;
    double mean = ((double)last - (double)first) / (double)events;
    double gap = mean * GAP_TIMES;
    timeline->gap_min = gap < (double)GAP_MIN ? GAP_MIN
                        : gap < 9e18          ? (int64_t)gap
                                              : INT64_MAX;
}

/* Drawing finds how wide the columns must be: again, when they were not. */
static void draw_rows(struct timeline *timeline, struct area area)
{
    int before[TIMELINE_COLUMNS_MAX];
    timeline_fit_columns(timeline, area.width);
    memcpy(before, timeline->widths, sizeof(before));
    area_fill(area, STYLE_TEXT);
    list_draw(&timeline->list, area);
    if (memcmp(before, timeline->widths, sizeof(before)) == 0)
        return;
    timeline_fit_columns(timeline, area.width);
    area_fill(area, STYLE_TEXT);
    list_draw(&timeline->list, area);
}

static void draw_list(struct timeline *timeline, struct area area)
{
    struct list_key key;
    set_gap(timeline);
    draw_rows(timeline, area);
    if (list_cursor(&timeline->list, &key) && timeline->before != NULL) {
        timeline_drop_before(timeline);
        memset(timeline->widths, 0, sizeof(timeline->widths));
        draw_rows(timeline, area);
    }
    if (timeline->list.shown_count == 0)
        draw_empty(timeline, area);
}

static const struct detail no_event = {.at = {STAMP_NONE, INT64_MIN}};

static void draw_detail(struct timeline *timeline, struct area area)
{
    const struct detail *detail = NULL;
    struct list_key key;
    if (list_cursor(&timeline->list, &key))
        fetch_detail(timeline->fetch, timeline_position(key), &detail);
    else if (!fetch_is_busy(timeline->fetch))
        detail = &no_event;
    detail_draw(&timeline->detail, area, detail);
}

enum { BESIDE_WIDTH = 160 };

/* The list and, if open, the pane below it or beside it. */
static void draw_body(struct timeline *timeline, struct area area)
{
    if (!timeline->detail_open || area.height < 6) {
        draw_list(timeline, area);
        return;
    }
    if (area.width >= BESIDE_WIDTH) {
        int width = area.width * 2 / 5;
        draw_list(timeline, area_columns(area, 0, area.width - width - 1));
        for (int y = 0; y < area.height; y++)
            area_text(area, area.width - width - 1, y, 1, STYLE_DIM, STR("|"));
        draw_detail(
            timeline, area_columns(area, area.width - width + 1, width - 1));
        return;
    }
    int height = area.height / 2;
    draw_list(timeline, area_rows(area, 0, area.height - height));
    draw_detail(timeline, area_rows(area, area.height - height, height));
}

static void timeline_draw(struct app *app, void *state, struct area area)
{
    struct timeline *timeline = state;
    struct list_key key = timeline->list.mark_count > 0
                              ? timeline->list.marks[0]
                              : timeline->list.cursor;
    timeline->base = timeline_position(key).time;
    filter_draw(app, area_rows(area, 0, 1), timeline->fetch);
    int bars = histogram_height(area.height);
    draw_histogram(timeline, area_rows(area, 1, bars));
    draw_body(timeline, area_rows(area, 1 + bars, area.height - 1 - bars));
}

/* --- keys and wakes ------------------------------------------------------ */

static bool contains(const struct area *area, const struct mouse *mouse)
{
    return mouse->x >= area->x && mouse->x < area->x + area->width &&
           mouse->y >= area->y && mouse->y < area->y + area->height;
}

static void toggle_detail(struct app *app, void *state, struct str argument)
{
    struct timeline *timeline = state;
    (void)app;
    (void)argument;
    timeline->detail_open = !timeline->detail_open;
}

static bool press_mouse(struct timeline *timeline, const struct mouse *mouse)
{
    enum { WHEEL_LINES = 3 };
    int64_t time;
    bool wheel =
        mouse->what == MOUSE_WHEEL_UP || mouse->what == MOUSE_WHEEL_DOWN;
    if (timeline->detail_open && contains(&timeline->detail.area, mouse)) {
        if (wheel)
            detail_scroll(&timeline->detail,
                mouse->what == MOUSE_WHEEL_UP ? -WHEEL_LINES : WHEEL_LINES);
        else if (mouse->y == timeline->detail.area.y)
            detail_set_tab(
                &timeline->detail, (timeline->detail.tab + 1) % DETAIL_TABS);
        return true;
    }
    if (contains(&timeline->histogram.area, mouse)) {
        if (wheel)
            histogram_zoom(&timeline->histogram, mouse->what == MOUSE_WHEEL_UP,
                timeline_position(timeline->list.cursor).time);
        else if (histogram_time_at(
                     &timeline->histogram, mouse->x, mouse->y, &time))
            timeline_go_to(timeline->app, time);
        return true;
    }
    if (list_press(&timeline->list, UIKEY_MOUSE, mouse))
        return true;
    if (mouse->what != MOUSE_DOUBLE)
        return false;
    toggle_detail(timeline->app, timeline, STR(""));
    return true;
}

static bool timeline_press(
    struct app *app, void *state, uint32_t key, const struct mouse *mouse)
{
    struct timeline *timeline = state;
    (void)app;
    if (key == UIKEY_MOUSE)
        return mouse != NULL && press_mouse(timeline, mouse);
    bool used = list_press(&timeline->list, key, mouse);
    if (used)
        timeline->jump = JUMP_NONE; /* the user has gone elsewhere */
    return used;
}

static bool timeline_back(struct app *app, void *state)
{
    struct timeline *timeline = state;
    (void)app;
    bool closed = list_end_search(&timeline->list);
    if (!closed && timeline->detail_open) {
        timeline->detail_open = false;
        closed = true;
    }
    return closed;
}

static bool timeline_wake(struct app *app, void *state)
{
    struct timeline *timeline = state;
    struct err err = {0};
    timeline_reap(timeline);
    timeline_go_on(timeline);
    if (fetch_error(timeline->fetch, &err))
        app_error(app, &err);
    return true;
}

static bool timeline_busy(struct app *app, void *state)
{
    struct timeline *timeline = state;
    (void)app;
    return timeline->jump != JUMP_NONE || fetch_is_busy(timeline->fetch);
}

static void timeline_refresh(struct app *app, void *state)
{
    struct timeline *timeline = state;
    (void)app;
    fetch_refresh(timeline->fetch);
}

/* --- actions ------------------------------------------------------------- */

static void set_tab(struct timeline *timeline, enum detail_tab tab)
{
    detail_set_tab(&timeline->detail, tab);
    timeline->detail_open = true;
}

static void next_tab(struct app *app, void *state, struct str argument)
{
    struct timeline *timeline = state;
    (void)app;
    (void)argument;
    set_tab(timeline, timeline->detail_open
                          ? (timeline->detail.tab + 1) % DETAIL_TABS
                          : timeline->detail.tab);
}

static void show_fields(struct app *app, void *state, struct str argument)
{
    (void)app;
    (void)argument;
    set_tab(state, DETAIL_FIELDS);
}

static void show_text(struct app *app, void *state, struct str argument)
{
    (void)app;
    (void)argument;
    set_tab(state, DETAIL_TEXT);
}

static void show_hex(struct app *app, void *state, struct str argument)
{
    (void)app;
    (void)argument;
    set_tab(state, DETAIL_HEX);
}

static void show_context(struct app *app, void *state, struct str argument)
{
    (void)app;
    (void)argument;
    set_tab(state, DETAIL_CONTEXT);
}

static void scroll_down(struct app *app, void *state, struct str argument)
{
    struct timeline *timeline = state;
    (void)app;
    (void)argument;
    detail_scroll(&timeline->detail, 1);
}

static void scroll_up(struct app *app, void *state, struct str argument)
{
    struct timeline *timeline = state;
    (void)app;
    (void)argument;
    detail_scroll(&timeline->detail, -1);
}

static void toggle_wrap(struct app *app, void *state, struct str argument)
{
    struct timeline *timeline = state;
    (void)argument;
    timeline->list.wrap = !timeline->list.wrap;
    timeline->list.shift = 0;
    app_message(app,
        timeline->list.wrap ? "long rows are wrapped" : "long rows are cut");
}

static void choose_columns(struct app *app, void *state, struct str argument)
{
    struct err err = {0};
    if (timeline_set_columns(state, argument, &err) < 0)
        app_error(app, &err);
}

static void undo(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    if (!timeline_undo(app))
        app_message(app, "no filter step to take back");
}

static void redo(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    if (!timeline_redo(app))
        app_message(app, "no filter step to make again");
}

static const struct action timeline_actions[] = {
    {"detail", {UIKEY_ENTER}, "show or hide all of this event", toggle_detail,
        false},
    {"next-tab", {UIKEY_TAB}, "the pane's next tab", next_tab, false},
    {"fields", {'i'}, "every field of this event", show_fields, false},
    {"raw-text", {'r'}, "its exact text", show_text, false},
    {"hex", {'x'}, "its exact bytes", show_hex, false},
    {"context", {'c'}, "the lines around it in its own file", show_context,
        false},
    {"unfold", {'o'}, "the lines that a repeated event stands for", show_text,
        false},
    {"scroll-down", {'J'}, "scroll the pane", scroll_down, false},
    {"scroll-up", {'K'}, "scroll the pane back", scroll_up, false},
    {"next-failure", {'e'}, "the next failure", timeline_next_failure, false},
    {"previous-failure", {'E'}, "the failure before", timeline_previous_failure,
        false},
    {"next-day", {'d'}, "the next day with events", timeline_next_day, false},
    {"previous-day", {'D'}, "the start of the day, or the day before",
        timeline_previous_day, false},
    {"go-to", {'T'}, "time to go to (2026-03-04 02:11, 02:11, +10m)",
        timeline_to_time, true},
    {"search", {'/'}, "text to look for in these events", timeline_search,
        true},
    {"next-match", {'n'}, "the next event with that text", timeline_next_match,
        false},
    {"previous-match", {'N'}, "the event with that text before",
        timeline_previous_match, false},
    {"wrap", {'w'}, "wrap long rows, or cut them", toggle_wrap, false},
    {"columns", {'C'}, "columns (time,host,what,user,from,to,process ...)",
        choose_columns, true},
    {"zoom-in", {'+'}, "look closer at the time around the cursor",
        timeline_zoom_in, false},
    {"zoom-out", {'-'}, "show more time", timeline_zoom_out, false},
    {"next-bar", {']'}, "the next bar of the histogram", timeline_next_bar,
        false},
    {"previous-bar", {'['}, "the bar before", timeline_previous_bar, false},
    {"select-from", {'<'}, "select time from here", timeline_select_from,
        false},
    {"select-to", {'>'}, "select time up to here", timeline_select_to, false},
    {"only", {'='}, "filter: only events with the value under the cursor",
        filter_only, false},
    {"or", {'|'}, "filter: events with this value, too", filter_or, false},
    {"not", {'!'}, "filter: leave out events with this value", filter_not,
        false},
    {"pivot", {'p'}, "what else there is on this value", pivot_here, false},
    {"drop-term", {UIKEY_BACKSPACE}, "take one term out of the filter",
        filter_drop_term, false},
    {"only-shown", {'Z'}, "keep only events of the selected or zoomed time",
        timeline_only_shown, false},
    {"undo", {'u'}, "take the last filter step back", undo, false},
    {"redo", {UIKEY_CTRL('r'), 'U'}, "make it again", redo, false},
    {0},
};

/* "at 2026-03-04 02:11:09" is in the list; what is not: marks, zoom. */
static void timeline_status(struct app *app, void *state, struct buf *out)
{
    struct timeline *timeline = state;
    (void)app;
    if (timeline->jump != JUMP_NONE)
        buf_add_cstr(out, "looking ... ");
    if (timeline->list.mark_count > 0)
        buf_printf(out, "%zu marked ", timeline->list.mark_count);
    if (timeline->search.len > 0 && timeline->list.search.len > 0)
        buf_printf(out, "/%.*s ", STR_ARG(buf_str(&timeline->search)));
}

const struct view_ops view_timeline = {
    .name = "timeline",
    .title = "Timeline",
    .summary = "every event in order of time",
    .key = '1',
    .actions = timeline_actions,
    .state_size = sizeof(struct timeline),
    .open = timeline_open,
    .close = timeline_close,
    .draw = timeline_draw,
    .press = timeline_press,
    .back = timeline_back,
    .wake = timeline_wake,
    .status = timeline_status,
    .refresh = timeline_refresh,
    .busy = timeline_busy,
};
