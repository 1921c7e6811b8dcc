/* Sources: what evidence the case holds, how it was read, and how well. */
#include "ui/sources.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/mem.h"
#include "src/store/batches.h"
#include "src/store/stated.h"
#include "ui/rows.h"
#include "ui/show.h"
#include "ui/sources_inside.h"
#include "ui/timeline.h"

const char *const sources_state_names[] = {
    [SOURCE_IMPORTING] = "importing",
    [SOURCE_COMPLETE] = "complete",
    [SOURCE_PARTIAL] = "partial",
    [SOURCE_DUPLICATE] = "duplicate",
    [SOURCE_RECORDED] = "recorded",
    [SOURCE_SKIPPED] = "skipped",
    [SOURCE_REMOVED] = "removed",
};

/* `from`: columns the area must have for this one to be shown. */
static const struct {
    struct list_column column;
    int from;
} layout[SOURCES_COLUMNS] = {
    [SOURCES_ID] = {{"id", 4, true}, 0},
    [SOURCES_STATE] = {{"state", 9, false}, 0},
    [SOURCES_EVENTS] = {{"events", 10, true}, 0},
    [SOURCES_PARSED] = {{"parsed", 11, true}, 130},
    [SOURCES_GENERIC] = {{"generic", 9, true}, 150},
    [SOURCES_UNPARSED] = {{"unparsed", 8, true}, 0},
    [SOURCES_FORMAT] = {{"format", 12, false}, 0},
    [SOURCES_HOST] = {{"host", 10, false}, 0},
    [SOURCES_FIRST] = {{"first", 19, false}, 110},
    [SOURCES_LAST] = {{"last", 19, false}, 130},
    [SOURCES_PATH] = {{"path", 0, false}, 0},
};

enum { SIDE_FROM = 160, DETAIL_LEAST = 8 };

/* --- the list ------------------------------------------------------------ */

static int sources_keys(void *context, struct list_key from, bool backward,
    int n, struct list_key *out, bool *end)
{
    const struct sources *sources = context;
    return rows_keys(sources->count, from, backward, n, out, end);
}

static void nonzero(struct buf *text, uint64_t number)
{
    if (number > 0)
        show_number(text, number);
}

static enum style state_style(enum source_state state)
{
    switch (state) {
    case SOURCE_PARTIAL:
    case SOURCE_SKIPPED:
    case SOURCE_IMPORTING:
        return STYLE_WARNING;
    case SOURCE_DUPLICATE:
    case SOURCE_RECORDED:
    case SOURCE_REMOVED:
        return STYLE_DIM;
    case SOURCE_COMPLETE:
        break;
    }
    return STYLE_TEXT;
}

/* The end of a path tells sources apart: what is too long loses its start. */
static void add_path(
    const struct sources *sources, const struct source *source, struct buf *out)
{
    struct str path = str_from_index(str_from(source->path), sources->common);
    bool is_shifted = sources->list.shift != 0;
    show_path(out, path, is_shifted ? INT_MAX : sources->path_width);
}

static void sources_cell(void *context, struct list_key row, int column,
    struct buf *text, enum style *style)
{
    const struct sources *sources = context;
    const struct source *source = sources->sorted[row.major];
    const struct zone *zone = app_zone(sources->app);
    *style = source->state == SOURCE_REMOVED ? STYLE_DIM : STYLE_TEXT;
    switch (sources->shown[column]) {
    case SOURCES_ID:
        buf_add_i64(text, source->id);
        break;
    case SOURCES_STATE:
        /* other than its collector says: nothing is worse to overlook */
        if (stated_in_note(source->note)) {
            buf_add_cstr(text, "DIFFERS");
            *style = STYLE_WARNING;
            break;
        }
        buf_add_cstr(text, sources_state_names[source->state]);
        *style = state_style(source->state);
        break;
    case SOURCES_EVENTS:
        nonzero(text, source->events);
        break;
    case SOURCES_PARSED:
        nonzero(text, source->parsed);
        break;
    case SOURCES_GENERIC:
        nonzero(text, source->generic);
        break;
    case SOURCES_UNPARSED:
        nonzero(text, source->unparsed);
        *style = STYLE_WARNING;
        break;
    case SOURCES_FORMAT:
        buf_add_cstr(text, source->format);
        break;
    case SOURCES_HOST:
        buf_add_cstr(text, source->host);
        break;
    case SOURCES_FIRST:
        show_time(text, source->first_time, zone);
        break;
    case SOURCES_LAST:
        show_time(text, source->last_time, zone);
        break;
    case SOURCES_PATH:
        add_path(sources, source, text);
        break;
    case SOURCES_COLUMNS:
        break;
    }
}

static const struct list_ops sources_list = {
    .keys = sources_keys,
    .cell = sources_cell,
};

const struct source *sources_at_cursor(const struct sources *sources)
{
    ptrdiff_t row = rows_cursor(&sources->list);
    return row < 0 || (size_t)row >= sources->count ? NULL
                                                    : sources->sorted[row];
}

/* --- order --------------------------------------------------------------- */

static int compare_numbers(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int compare_by(
    enum sources_column by, const struct source *a, const struct source *b)
{
    switch (by) {
    case SOURCES_STATE:
        return (int)a->state - (int)b->state;
    case SOURCES_EVENTS:
        return compare_numbers((int64_t)b->events, (int64_t)a->events);
    case SOURCES_PARSED:
        return compare_numbers((int64_t)b->parsed, (int64_t)a->parsed);
    case SOURCES_GENERIC:
        return compare_numbers((int64_t)b->generic, (int64_t)a->generic);
    case SOURCES_UNPARSED:
        return compare_numbers((int64_t)b->unparsed, (int64_t)a->unparsed);
    case SOURCES_FORMAT:
        return strcmp(a->format, b->format);
    case SOURCES_HOST:
        return strcmp(a->host, b->host);
    case SOURCES_FIRST:
        return compare_numbers(a->first_time, b->first_time);
    case SOURCES_LAST:
        return compare_numbers(b->last_time, a->last_time);
    case SOURCES_PATH:
        return strcmp(a->path, b->path);
    case SOURCES_ID:
    case SOURCES_COLUMNS:
        break;
    }
    return 0;
}

/* A stable merge of runs that double: qsort takes no context, and the order is
 * the view's own. */
static void merge(const struct sources *sources, const struct source **from,
    const struct source **to, size_t first, size_t middle, size_t last)
{
    size_t a = first, b = middle;
    for (size_t i = first; i < last; i++) {
        int order = -1;
        if (a < middle && b < last)
            order = compare_by(sources->sort, from[b], from[a]);
        bool takes_b =
            b < last &&
            (a == middle || (sources->reverse ? order > 0 : order < 0));
        to[i] = takes_b ? from[b++] : from[a++];
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* By the column; equal ones by id, for they are read in that order. */
static void sort(struct sources *sources)
{
    size_t count = sources->count;
    const struct source **from = xcalloc(count + 1, sizeof(*from));
    const struct source **to = xcalloc(count + 1, sizeof(*to));
    for (size_t i = 0; i < count; i++)
        from[i] = &sources->all[i];
    if (sources->sort == SOURCES_ID && sources->reverse)
        for (size_t i = 0; i < count; i++)
            from[i] = &sources->all[count - 1 - i];
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t at = 0; at < count; at += 2 * run)
            merge(sources, from, to, at, least(at + run, count),
                least(at + 2 * run, count));
        const struct source **swap = from;
        from = to;
        to = swap;
    }
    free(to);
    free(sources->sorted);
    sources->sorted = from;
}

static void sort_keeping_cursor(struct sources *sources)
{
    const struct source *source = sources_at_cursor(sources);
    int64_t id = source != NULL ? source->id : 0;
    sort(sources);
    list_reset(&sources->list);
    for (size_t i = 0; i < sources->count; i++)
        if (sources->sorted[i]->id == id)
            list_move_to(&sources->list, rows_key(i));
}

/* --- reading ------------------------------------------------------------- */

static int find_gaps(void *context, struct progress *progress, struct err *err)
{
    struct gaps_task *task = context;
    struct batches batches;
    (void)progress;
    int rc = batches_load(task->store, &batches, err);
    if (rc == 0) {
        gaps_find(&batches, &task->gaps, &task->count);
        batches_done(&batches);
    }
    atomic_store(&task->ready, true);
    app_wake(task->app);
    return rc;
}

/* Waits for the thread, which is quick: only the summaries are read. */
static void finish_gaps(struct sources *sources)
{
    if (sources->job == NULL)
        return;
    if (job_finish(sources->job, NULL) == 0) {
        free(sources->gaps);
        sources->gaps = sources->task.gaps;
        sources->gap_count = sources->task.count;
    }
    sources->job = NULL;
    store_close(sources->task.store);
}

static void start_gaps(struct sources *sources)
{
    finish_gaps(sources);
    sources->task = (struct gaps_task){.app = sources->app};
    if (store_reopen(app_store(sources->app), &sources->task.store, NULL) == 0)
        sources->job = job_start(find_gaps, &sources->task);
}

/* How long the folder is in which all sources lie. */
static size_t common_folder(const struct source *all, size_t count)
{
    struct str common = count > 0 ? str_from(all[0].path) : STR("");
    for (size_t i = 1; i < count; i++)
        while (!str_starts_with(str_from(all[i].path), common))
            common.len--;
    return (size_t)(str_find_last_char(common, '/') + 1);
}

/* Read the sources anew; the cursor stays with its one. */
static int load(struct sources *sources, struct err *err)
{
    struct source *all;
    size_t count;
    struct store *store = app_store(sources->app);
    int64_t version = store_version_seen(store);
    if (source_list(store, &all, &count, err) < 0)
        return -1;
    const struct source *source = sources_at_cursor(sources);
    int64_t id = source != NULL ? source->id : 0;
    source_list_free(sources->all, sources->count);
    sources->all = all;
    sources->count = count;
    sources->version = version;
    sources->common = common_folder(all, count);
    sources->laid_out = 0;
    sort(sources);
    list_reset(&sources->list);
    for (size_t i = 0; i < count; i++)
        if (sources->sorted[i]->id == id)
            list_move_to(&sources->list, rows_key(i));
    return 0;
}

/* --- drawing ------------------------------------------------------------- */

static void title_path(struct sources *sources, struct list_column *column)
{
    struct str common =
        str_sub(str_from(sources->all[0].path), 0, sources->common);
    buf_clear(&sources->path_title);
    buf_add_cstr(&sources->path_title, "path");
    if (common.len > 0) {
        buf_add_cstr(&sources->path_title, " in ");
        buf_add_str(&sources->path_title, common);
    }
    column->title = buf_cstr(&sources->path_title);
}

static void lay_out(struct sources *sources, int width)
{
    int count = 0;
    if (sources->laid_out == width)
        return;
    sources->path_width = width - 1;
    for (enum sources_column i = 0; i < SOURCES_COLUMNS; i++) {
        if (width < layout[i].from)
            continue;
        sources->columns[count] = layout[i].column;
        if (i == SOURCES_PATH)
            title_path(sources, &sources->columns[count]);
        else
            sources->path_width -= layout[i].column.width + 1;
        sources->shown[count++] = i;
    }
    sources->column_count = count;
    sources->list.column_count = count;
    sources->laid_out = width;
}

static void draw_rule(struct area area, bool upright)
{
    int length = upright ? area.height : area.width;
    for (int i = 0; i < length; i++)
        area_text(area, upright ? 0 : i, upright ? i : 0, 1, STYLE_DIM,
            upright ? STR("|") : STR("-"));
}

static void sources_draw(struct app *app, void *state, struct area area)
{
    struct sources *sources = state;
    int height = area.height * 3 / 5;
    (void)app;
    if (sources->count == 0) {
        area_text(area, 1, 1, -1, STYLE_DIM,
            STR("The case holds no evidence yet: a adds files."));
        return;
    }
    if (!sources->detail_open || area.height - height < DETAIL_LEAST / 2) {
        lay_out(sources, area.width);
        list_draw(&sources->list, area);
    } else if (area.width >= SIDE_FROM) {
        int width = area.width / 2;
        lay_out(sources, width);
        list_draw(&sources->list, area_columns(area, 0, width));
        draw_rule(area_columns(area, width, 1), true);
        sources_draw_detail(
            sources, area_columns(area, width + 1, area.width - width - 1));
    } else {
        lay_out(sources, area.width);
        list_draw(&sources->list, area_rows(area, 0, area.height - height));
        draw_rule(area_rows(area, area.height - height, 1), false);
        sources_draw_detail(
            sources, area_rows(area, area.height - height + 1, height - 1));
    }
}

/* --- actions ------------------------------------------------------------- */

/* Events of one source in the timeline; `rest` narrows them. */
static void show_events(struct sources *sources, const char *rest)
{
    const struct source *source = sources_at_cursor(sources);
    struct buf query = {0};
    struct err err = {0};
    if (source == NULL)
        return;
    if (source->events == 0) {
        app_message(sources->app, "source %" PRId64 " has no events",
            source->same_as != 0 ? source->same_as : source->id);
        return;
    }
    buf_printf(&query, "source:%" PRId64 "%s", source->id, rest);
    struct app *app = sources->app;
    if (timeline_set_query(app, buf_str(&query), &err) < 0)
        app_error(app, &err);
    else
        app_switch(app, view_timeline.name, STR(""));
    buf_done(&query);
}

static void open_events(struct app *app, void *state, struct str argument)
{
    (void)app;
    (void)argument;
    show_events(state, "");
}

static void open_unparsed(struct app *app, void *state, struct str argument)
{
    struct sources *sources = state;
    const struct source *source = sources_at_cursor(sources);
    (void)argument;
    if (source != NULL && source->unparsed == 0)
        app_message(
            app, "every line of source %" PRId64 " was understood", source->id);
    else
        show_events(sources, " is:unparsed");
}

static void toggle_detail(struct app *app, void *state, struct str argument)
{
    struct sources *sources = state;
    (void)app;
    (void)argument;
    sources->detail_open = !sources->detail_open;
}

static void scroll(struct sources *sources, int lines)
{
    int last = sources->detail_lines - sources->detail_height;
    int top = sources->detail_top + lines;
    sources->detail_top = top > last ? last : top;
    if (sources->detail_top < 0)
        sources->detail_top = 0;
}

static void scroll_down(struct app *app, void *state, struct str argument)
{
    (void)app;
    (void)argument;
    scroll(state, 1);
}

static void scroll_up(struct app *app, void *state, struct str argument)
{
    (void)app;
    (void)argument;
    scroll(state, -1);
}

static void say_order(struct sources *sources)
{
    sort_keeping_cursor(sources);
    app_message(sources->app, "sorted by %s%s",
        layout[sources->sort].column.title,
        sources->reverse ? ", the other way round" : "");
}

/* By the next column that is shown, or the named one. */
static void sort_by(struct app *app, void *state, struct str argument)
{
    struct sources *sources = state;
    int at = 0;
    for (int i = 0; i < sources->column_count; i++)
        if (sources->shown[i] == sources->sort)
            at = (i + 1) % sources->column_count;
    enum sources_column by = sources->shown[at];
    if (argument.len > 0) {
        by = 0;
        while (by < SOURCES_COLUMNS &&
               !str_eq(argument, str_from(layout[by].column.title)))
            by++;
    }
    if (by == SOURCES_COLUMNS) {
        app_message(app, "there is no column '%s'", escape_text(argument));
        return;
    }
    sources->sort = by;
    sources->reverse = false;
    say_order(sources);
}

static void reverse(struct app *app, void *state, struct str argument)
{
    struct sources *sources = state;
    (void)app;
    (void)argument;
    sources->reverse = !sources->reverse;
    say_order(sources);
}

static void add_files(struct app *app, void *state, struct str argument)
{
    (void)state;
    app_push(app, "picker", argument);
}

static void search(struct app *app, void *state, struct str argument)
{
    rows_search(app, &((struct sources *)state)->list, argument);
}

static void next_match(struct app *app, void *state, struct str argument)
{
    (void)argument;
    rows_search_again(app, &((struct sources *)state)->list, false);
}

static void previous_match(struct app *app, void *state, struct str argument)
{
    (void)argument;
    rows_search_again(app, &((struct sources *)state)->list, true);
}

/* --- the view ------------------------------------------------------------ */

static int sources_open(
    struct app *app, void *state, struct str argument, struct err *err)
{
    struct sources *sources = state;
    (void)argument;
    if (app_store(app) == NULL)
        return err_set(err, ERR_USAGE, "no case is open");
    sources->app = app;
    list_init(&sources->list, &sources_list, sources, sources->columns, 0);
    decide_init(&sources->decide);
    if (load(sources, err) < 0) {
        list_done(&sources->list);
        return -1;
    }
    start_gaps(sources);
    return 0;
}

static void sources_close(struct app *app, void *state)
{
    struct sources *sources = state;
    (void)app;
    finish_gaps(sources);
    source_list_free(sources->all, sources->count);
    free(sources->sorted);
    free(sources->gaps);
    decide_done(&sources->decide);
    buf_done(&sources->why);
    buf_done(&sources->numbers);
    buf_done(&sources->stated);
    buf_done(&sources->path_title);
    list_done(&sources->list);
}

static bool sources_press(
    struct app *app, void *state, uint32_t key, const struct mouse *mouse)
{
    struct sources *sources = state;
    (void)app;
    if (list_press(&sources->list, key, mouse))
        return true;
    if (key != UIKEY_MOUSE || mouse->what != MOUSE_DOUBLE)
        return false;
    sources->detail_open = true;
    return true;
}

static bool sources_back(struct app *app, void *state)
{
    struct sources *sources = state;
    (void)app;
    bool closed = list_end_search(&sources->list);
    if (!closed && sources->detail_open) {
        sources->detail_open = false;
        closed = true;
    }
    return closed;
}

static void sources_refresh(struct app *app, void *state)
{
    struct sources *sources = state;
    struct err err = {0};
    if (load(sources, &err) < 0)
        app_error(app, &err);
    else
        start_gaps(sources);
}

/* While something is imported, the counts move. */
static bool sources_wake(struct app *app, void *state)
{
    struct sources *sources = state;
    bool news = false;
    if (sources->job != NULL && atomic_load(&sources->task.ready)) {
        finish_gaps(sources);
        news = true;
    }
    if (store_version_seen(app_store(app)) != sources->version)
        news = load(sources, NULL) == 0 || news;
    return news;
}

static void sources_status(struct app *app, void *state, struct buf *out)
{
    const struct sources *sources = state;
    uint64_t unparsed = 0;
    (void)app;
    for (size_t i = 0; i < sources->count; i++)
        if (sources->all[i].state != SOURCE_REMOVED)
            unparsed += sources->all[i].unparsed;
    show_count(out, sources->count, "source");
    if (unparsed > 0) {
        buf_add_cstr(out, ", ");
        show_number(out, unparsed);
        buf_add_cstr(out, " unparsed");
    }
}

static bool sources_busy(struct app *app, void *state)
{
    (void)app;
    return ((const struct sources *)state)->job != NULL;
}

static const struct action sources_actions[] = {
    {"detail", {UIKEY_ENTER}, "show or hide all that is known of this source",
        toggle_detail, false},
    {"open-events", {'o'}, "its events in the timeline", open_events, false},
    {"unparsed", {'u'}, "its lines that nothing understood", open_unparsed,
        false},
    {"add", {'a'}, "add files", add_files, false},
    {"retime", {'T'}, "change its zone, year or clock", sources_retime, false},
    {"remove", {'x'}, "take it out of every answer, with a reason",
        sources_remove, false},
    {"verify", {'v'}, "check every byte and record of the case", sources_verify,
        false},
    {"custody", {'c'}, "what was done to the evidence", sources_custody, false},
    {"sort", {'s'}, "sort by the next column", sort_by, false},
    {"reverse", {'S'}, "sort the other way round", reverse, false},
    {"scroll-down", {'J'}, "scroll the pane", scroll_down, false},
    {"scroll-up", {'K'}, "scroll the pane back", scroll_up, false},
    {"search", {'/'}, "search in the rows", search, false},
    {"next-match", {'n'}, "the next row with that text", next_match, false},
    {"previous-match", {'N'}, "the row with that text before", previous_match,
        false},
    {0},
};

const struct view_ops view_sources = {
    .name = "sources",
    .title = "Sources",
    .summary = "the evidence, how it was read, and how well",
    .key = '5',
    .actions = sources_actions,
    .state_size = sizeof(struct sources),
    .open = sources_open,
    .close = sources_close,
    .draw = sources_draw,
    .press = sources_press,
    .back = sources_back,
    .wake = sources_wake,
    .status = sources_status,
    .refresh = sources_refresh,
    .busy = sources_busy,
};
