/* Groups: what a counting tail found, as a table: sorted by any column, each
 * row with its share as a bar, and Enter leads to its events.
 *
 * Counting, and sorting what is long, are jobs with a search of their own. A
 * job that is under way when the view closes is cancelled, and what it works on
 * is its own from then on. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/app.h"
#include "ui/ask.h"
#include "ui/filter.h"
#include "ui/filter_text.h"
#include "ui/group_rows.h"
#include "ui/pivot.h"
#include "ui/rows.h"
#include "ui/show.h"
#include "ui/views.h"

/* count, bar, time, keys, first, last */
enum { COLUMNS_MAX = GROUP_KEYS_MAX + 5 };
/* More rows than these are sorted beside the keys. */
enum { SORT_AT_ONCE = 20000 };
/* Marked rows that are narrowed to at once. */
enum { NARROW_MAX = 100 };

struct work;

struct groups {
    struct app *app;
    char *text;
    struct query *query; /* of the text; its tail names the keys */
    struct work *work;   /* under way; NULL: none */

    struct group *group; /* NULL: not counted (yet) */
    uint32_t *order;     /* [group->count] */
    uint64_t most;
    bool stopped; /* the user cancelled */
    struct err err;

    enum group_column sorted;
    bool reversed;
    enum group_column columns[COLUMNS_MAX]; /* what they are */
    struct buf titles[COLUMNS_MAX];
    struct list_column shown[COLUMNS_MAX];
    int column_count;
    struct list list;
    bool is_short; /* times without the year */
};

/* --- work ---------------------------------------------------------------- */

/* Counting, then sorting; or sorting alone, when there is a group already. */
struct work {
    struct groups *owner; /* NULL: the view is gone, and `group` is ours */
    struct store *store;  /* an own connection, for counting */
    const struct formats *formats;
    const struct zone *zone;
    char *text;
    struct group *group;
    enum group_column sorted;
    bool reversed;
    uint32_t *order;
    _Atomic(struct progress *) progress; /* NULL before it began */
    atomic_bool unwanted;
};

static void group_free(struct group *group)
{
    if (group != NULL)
        group_done(group);
    free(group);
}

static void work_free(struct work *work)
{
    store_close(work->store);
    free(work->order);
    free(work->text);
    free(work);
}

static int work_count(
    struct work *work, struct progress *progress, struct err *err)
{
    struct query *query =
        ask_parse(work->store, work->formats, work->zone, work->text, err);
    if (query == NULL)
        return -1;
    struct search *search = search_open(work->store, work->formats, query, err);
    struct group *group = xcalloc(1, sizeof(*group));
    int rc = search == NULL ? -1 : group_run(search, group, progress, err);
    search_close(search);
    query_free(query);
    if (rc == 0)
        work->group = group;
    else
        free(group);
    return rc;
}

static int work_run(void *context, struct progress *progress, struct err *err)
{
    struct work *work = context;
    atomic_store(&work->progress, progress);
    if (atomic_load(&work->unwanted)) /* closed before it began */
        return err_set(err, ERR_CANCELLED, "nobody waits for it");
    if (work->group == NULL && work_count(work, progress, err) < 0)
        return -1;
    work->order = group_rows_order(work->group, work->sorted, work->reversed);
    return 0;
}

static void take_counted(struct groups *groups, struct group *group)
{
    if (groups->group == group)
        return;
    group_free(groups->group);
    groups->group = group;
    groups->most = group_rows_most(group);
}

static void work_ended(
    struct app *app, void *context, int result, const struct err *err)
{
    struct work *work = context;
    struct groups *groups = work->owner;
    (void)app;
    if (groups == NULL) {
        group_free(work->group);
    } else {
        groups->work = NULL;
        groups->stopped = result < 0 && err->code == ERR_CANCELLED;
        groups->err = *err;
        if (result == 0) {
            take_counted(groups, work->group);
            free(groups->order);
            groups->order = work->order;
            work->order = NULL;
            list_reset(&groups->list);
        }
    }
    work_free(work);
}

static void begin(struct groups *groups, struct work *work, const char *name)
{
    work->owner = groups;
    work->sorted = groups->sorted;
    work->reversed = groups->reversed;
    groups->work = work;
    groups->stopped = false;
    app_start_job(groups->app, name, work_run, work, work_ended);
}

/* The view no longer waits for what is under way. */
static void abandon(struct groups *groups)
{
    struct work *work = groups->work;
    if (work == NULL)
        return;
    work->owner = NULL;
    if (work->group != NULL) { /* it is being sorted: the job frees it */
        groups->group = NULL;
        free(groups->order);
        groups->order = NULL;
    }
    atomic_store(&work->unwanted, true);
    progress_cancel(atomic_load(&work->progress));
    groups->work = NULL;
}

static void start_counting(struct groups *groups)
{
    struct work *work = xcalloc(1, sizeof(*work));
    abandon(groups);
    if (store_reopen(app_store(groups->app), &work->store, &groups->err) < 0) {
        work_free(work);
        return;
    }
    err_clear(&groups->err);
    work->formats = app_formats(groups->app);
    work->zone = app_zone(groups->app);
    work->text = xstrdup(groups->text);
    begin(groups, work, "counting");
}

static void sort_rows(struct groups *groups)
{
    if (groups->work != NULL || groups->group == NULL)
        return;
    if (groups->group->count > SORT_AT_ONCE) {
        struct work *work = xcalloc(1, sizeof(*work));
        work->group = groups->group;
        begin(groups, work, "sorting");
        return;
    }
    free(groups->order);
    groups->order =
        group_rows_order(groups->group, groups->sorted, groups->reversed);
    list_reset(&groups->list);
    list_move_to(&groups->list, rows_key(0));
}

/* --- the table ----------------------------------------------------------- */

static const struct tail *tail_of(const struct groups *groups)
{
    return &groups->query->tail;
}

static const struct group_row *row_at(
    const struct groups *groups, struct list_key key)
{
    if (groups->group == NULL || groups->order == NULL || key.major < 0 ||
        (uint64_t)key.major >= groups->group->count)
        return NULL;
    return &groups->group->rows[groups->order[key.major]];
}

static int groups_keys(void *context, struct list_key from, bool backward,
    int n, struct list_key *out, bool *end)
{
    const struct groups *groups = context;
    size_t count = groups->order != NULL ? groups->group->count : 0;
    return rows_keys(count, from, backward, n, out, end);
}

static void add_time(
    const struct groups *groups, int64_t time, struct buf *text)
{
    enum { YEAR_LENGTH = 5 };
    struct buf whole = {0};
    show_time(&whole, time, app_zone(groups->app));
    struct str shown = buf_str(&whole);
    buf_add_str(text, groups->is_short && shown.len > 0
                          ? str_from_index(shown, YEAR_LENGTH)
                          : shown);
    buf_done(&whole);
}

static void add_bucket(const struct groups *groups, const struct group_row *row,
    struct buf *text, enum style *style)
{
    if (row->bucket != STAMP_NONE) {
        add_time(groups, row->bucket, text);
        return;
    }
    buf_add_cstr(text, "no time");
    *style = STYLE_DIM;
}

/* Outcomes have the colours that they have in the timeline. */
static void add_key(const struct groups *groups, const struct group_row *row,
    size_t key, struct buf *text, enum style *style)
{
    struct str value = row->keys[key];
    if (value.len == 0) {
        buf_add_cstr(text, "(none)");
        *style = STYLE_DIM;
        return;
    }
    buf_add_str(text, value);
    if (tail_of(groups)->keys[key].field != FIELD_OUTCOME)
        return;
    if (str_eq(value, STR("failure")))
        *style = STYLE_FAILURE;
    else if (str_eq(value, STR("success")))
        *style = STYLE_SUCCESS;
}

static void groups_cell(void *context, struct list_key key, int column,
    struct buf *text, enum style *style)
{
    const struct groups *groups = context;
    const struct group_row *row = row_at(groups, key);
    enum group_column is = groups->columns[column];
    if (row == NULL)
        return;
    switch (is) {
    case GROUP_COUNT:
        show_number(text, row->count);
        return;
    case GROUP_BAR:
        *style = STYLE_BAR;
        group_rows_bar(
            row->count, groups->most, groups->shown[column].width, text);
        return;
    case GROUP_BUCKET:
        add_bucket(groups, row, text, style);
        return;
    case GROUP_FIRST:
        add_time(groups, row->first, text);
        return;
    case GROUP_LAST:
        add_time(groups, row->last, text);
        return;
    case GROUP_KEYS:
        break;
    }
    add_key(groups, row, (size_t)is - GROUP_KEYS, text, style);
}

static const struct list_ops groups_list_ops = {
    .keys = groups_keys,
    .cell = groups_cell,
};

/* --- columns ------------------------------------------------------------- */

static void choose_columns(struct groups *groups)
{
    const struct tail *tail = tail_of(groups);
    int n = 0;
    groups->columns[n++] = GROUP_COUNT;
    groups->columns[n++] = GROUP_BAR;
    if (tail->kind == TAIL_PER)
        groups->columns[n++] = GROUP_BUCKET;
    for (size_t i = 0; i < tail->key_count; i++)
        groups->columns[n++] = (enum group_column)(GROUP_KEYS + i);
    groups->columns[n++] = GROUP_FIRST;
    groups->columns[n++] = GROUP_LAST;
    groups->column_count = n;
}

static void add_title(
    const struct groups *groups, enum group_column is, struct buf *out)
{
    static const char *const titles[] = {
        [GROUP_COUNT] = "events",
        [GROUP_BAR] = "share",
        [GROUP_BUCKET] = "time",
        [GROUP_FIRST] = "first",
        [GROUP_LAST] = "last",
    };
    if (is < GROUP_KEYS)
        buf_add_cstr(out, titles[is]);
    else
        filter_add_name(out, &tail_of(groups)->keys[(size_t)is - GROUP_KEYS]);
    bool falls = is == GROUP_COUNT || is == GROUP_LAST;
    if (is == groups->sorted)
        buf_add_cstr(out, falls != groups->reversed ? " v" : " ^");
}

static int number_width(uint64_t number)
{
    struct buf digits = {0};
    show_number(&digits, number);
    int width = (int)digits.len;
    buf_done(&digits);
    return width;
}

static int wanted_width(
    const struct groups *groups, enum group_column is, int width)
{
    enum { WIDE = 110, NARROW = 60 };
    int time = groups->is_short ? 14 : 19;
    switch (is) {
    case GROUP_COUNT:
        return number_width(groups->most);
    case GROUP_BAR:
        return width >= WIDE ? 20 : width >= NARROW ? 8 : 4;
    case GROUP_BUCKET:
    case GROUP_FIRST:
    case GROUP_LAST:
        return time;
    case GROUP_KEYS:
        break;
    }
    return groups->group == NULL
               ? 8
               : group_rows_width(groups->group, (size_t)is - GROUP_KEYS);
}

/* Take from the widest key until all fits. */
static void shrink(struct groups *groups, int excess)
{
    enum { LEAST = 8 };
    while (excess > 0) {
        struct list_column *widest = NULL;
        for (int i = 0; i < groups->column_count; i++)
            if (groups->columns[i] >= GROUP_KEYS &&
                (widest == NULL || groups->shown[i].width > widest->width))
                widest = &groups->shown[i];
        if (widest == NULL || widest->width <= LEAST)
            return;
        widest->width--;
        excess--;
    }
}

static void fit_columns(struct groups *groups, int width)
{
    enum { WIDE = 110 };
    int total = 1;
    groups->is_short = width < WIDE;
    for (int i = 0; i < groups->column_count; i++) {
        enum group_column is = groups->columns[i];
        struct buf *title = &groups->titles[i];
        buf_clear(title);
        add_title(groups, is, title);
        int wanted = wanted_width(groups, is, width);
        int least = (int)utf8_columns(buf_str(title), 1);
        groups->shown[i] = (struct list_column){
            .title = buf_cstr(title),
            .width = wanted > least ? wanted : least,
            .right = is == GROUP_COUNT,
        };
        total += groups->shown[i].width + 1;
    }
    shrink(groups, total - width);
}

/* --- opening and closing ------------------------------------------------- */

static void groups_close(struct app *app, void *state)
{
    struct groups *groups = state;
    (void)app;
    abandon(groups);
    group_free(groups->group);
    free(groups->order);
    query_free(groups->query);
    free(groups->text);
    for (int i = 0; i < COLUMNS_MAX; i++)
        buf_done(&groups->titles[i]);
    list_done(&groups->list);
}

/* First and per say what came when: in order of time; others by count. */
static enum group_column usual_order(const struct tail *tail)
{
    return tail->kind == TAIL_PER     ? GROUP_BUCKET
           : tail->kind == TAIL_FIRST ? GROUP_FIRST
                                      : GROUP_COUNT;
}

static int groups_open(
    struct app *app, void *state, struct str argument, struct err *err)
{
    struct groups *groups = state;
    groups->app = app;
    groups->text = str_dup(argument);
    groups->query = ask_parse(
        app_store(app), app_formats(app), app_zone(app), groups->text, err);
    int rc = groups->query == NULL ? -1 : 0;
    if (rc == 0 && tail_of(groups)->kind == TAIL_NONE)
        rc = err_set(err, ERR_USAGE,
            "this query counts nothing: put | count by FIELD behind it");
    if (rc < 0) {
        query_free(groups->query);
        free(groups->text);
        return -1;
    }
    groups->sorted = usual_order(tail_of(groups));
    choose_columns(groups);
    list_init(&groups->list, &groups_list_ops, groups, groups->shown,
        groups->column_count);
    groups->list.cells = true;
    groups->list.column = groups->column_count > 4 ? 2 : 0;
    start_counting(groups);
    return 0;
}

/* --- drawing ------------------------------------------------------------- */

static void draw_query(struct groups *groups, struct area area)
{
    enum { MARK = 3 };
    struct buf right = {0};
    if (groups->group != NULL) {
        show_count(&right, groups->group->count, "row");
        buf_add_cstr(&right, "   ");
        show_count(&right, groups->group->events, "event");
    }
    int room = area.width - MARK - (int)right.len - 3;
    area_text(area, 0, 0, MARK, STYLE_KEY, STR(" > "));
    filter_draw_query(area, MARK, 0, room, str_from(groups->text));
    area_text_right(area, area.width - (int)right.len - 1, 0, (int)right.len,
        STYLE_TEXT, buf_str(&right));
    buf_done(&right);
}

static void add_progress(const struct groups *groups, struct buf *out)
{
    const struct progress *progress = atomic_load(&groups->work->progress);
    buf_add_cstr(out, "counting ...");
    if (progress == NULL)
        return;
    uint64_t done = atomic_load(&progress->done);
    uint64_t total = atomic_load(&progress->total);
    buf_add_char(out, ' ');
    show_count(out, atomic_load(&progress->events), "event");
    if (total > 0 && done <= total)
        buf_printf(out, ", %d%% looked at",
            (int)(100.0 * (double)done / (double)total));
}

static void draw_waiting(struct groups *groups, struct area area)
{
    struct buf text = {0};
    const char *hint = "C-c stops it, q goes back.";
    if (groups->work != NULL) {
        add_progress(groups, &text);
    } else if (groups->stopped) {
        buf_add_cstr(&text, "Stopped before it was counted.");
        hint = "R counts anew, q goes back.";
    } else if (groups->err.text[0] != '\0') {
        buf_add_cstr(&text, groups->err.text);
        hint = "R tries again, f changes the query.";
    } else {
        buf_add_cstr(&text, "No event matches.");
        hint = "f changes the query, q goes back.";
    }
    area_text(area, 2, 1, -1, STYLE_TEXT, buf_str(&text));
    area_text(area, 2, 2, -1, STYLE_DIM, str_from(hint));
    buf_done(&text);
}

static void groups_draw(struct app *app, void *state, struct area area)
{
    struct groups *groups = state;
    struct area body = area_rows(area, 1, area.height - 1);
    (void)app;
    draw_query(groups, area_rows(area, 0, 1));
    if (groups->order == NULL || groups->group->count == 0) {
        draw_waiting(groups, body);
        return;
    }
    fit_columns(groups, area.width);
    list_draw(&groups->list, body);
}

/* --- actions ------------------------------------------------------------- */

/* The marked rows, or the one under the cursor. */
static size_t chosen_rows(
    const struct groups *groups, const struct group_row **out)
{
    struct list_key key;
    size_t count = 0;
    for (size_t i = 0; i < groups->list.mark_count && count < NARROW_MAX; i++) {
        const struct group_row *row = row_at(groups, groups->list.marks[i]);
        if (row != NULL)
            out[count++] = row;
    }
    if (count == 0 && list_cursor(&groups->list, &key)) {
        out[0] = row_at(groups, key);
        count = out[0] != NULL;
    }
    return count;
}

static void narrow(struct app *app, void *state, struct str argument)
{
    struct groups *groups = state;
    const struct group_row *rows[NARROW_MAX];
    size_t count = chosen_rows(groups, rows);
    struct str condition, tail;
    struct buf text = {0};
    (void)argument;
    if (count == 0)
        return;
    filter_split(str_from(groups->text), &condition, &tail);
    if (group_rows_query(condition, tail_of(groups), rows, count, &text))
        filter_show(app, buf_str(&text));
    else
        app_message(app, "a query cannot name this value's field");
    buf_done(&text);
}

/* The next column, but for the bar, which is the count. */
static void sort_next(struct app *app, void *state, struct str argument)
{
    struct groups *groups = state;
    (void)app;
    (void)argument;
    int i = 0;
    while (i < groups->column_count && groups->columns[i] != groups->sorted)
        i++;
    do
        i = (i + 1) % groups->column_count;
    while (groups->columns[i] == GROUP_BAR);
    groups->sorted = groups->columns[i];
    groups->reversed = false;
    sort_rows(groups);
}

static void sort_reversed(struct app *app, void *state, struct str argument)
{
    struct groups *groups = state;
    (void)app;
    (void)argument;
    groups->reversed = !groups->reversed;
    sort_rows(groups);
}

static void recount(struct app *app, void *state, struct str argument)
{
    (void)app;
    (void)argument;
    start_counting(state);
}

static void edit(struct app *app, void *state, struct str argument)
{
    const struct groups *groups = state;
    if (argument.len > 0)
        filter_show(app, argument);
    else
        filter_ask(app, str_from(groups->text));
}

/* The key that the cursor is on, else the first. */
static size_t cursor_key(const struct groups *groups)
{
    enum group_column is = groups->columns[groups->list.column];
    return is >= GROUP_KEYS ? (size_t)is - GROUP_KEYS : 0;
}

static void pivot(struct app *app, void *state, struct str argument)
{
    const struct groups *groups = state;
    const struct tail *tail = tail_of(groups);
    struct list_key key;
    (void)argument;
    const struct group_row *row =
        list_cursor(&groups->list, &key) ? row_at(groups, key) : NULL;
    if (row == NULL || tail->key_count == 0) {
        app_message(app, "there is no value here");
        return;
    }
    size_t n = cursor_key(groups);
    pivot_menu(app, &(struct pivot){
                        .key = tail->keys[n],
                        .value = row->keys[n],
                        .time = STAMP_NONE,
                    });
}

static void search(struct app *app, void *state, struct str argument)
{
    struct groups *groups = state;
    rows_search(app, &groups->list, argument);
}

static void next_match(struct app *app, void *state, struct str argument)
{
    struct groups *groups = state;
    (void)argument;
    rows_search_again(app, &groups->list, false);
}

static void previous_match(struct app *app, void *state, struct str argument)
{
    struct groups *groups = state;
    (void)argument;
    rows_search_again(app, &groups->list, true);
}

static const struct action groups_actions[] = {
    {"narrow", {UIKEY_ENTER}, "show the events of this row, or of marked ones",
        narrow, false},
    {"sort", {'s'}, "sort by the next column", sort_next, false},
    {"reverse", {'r'}, "turn the order round", sort_reversed, false},
    {"search", {'/'}, "text to look for in the rows", search, true},
    {"next-match", {'n'}, "the next row with that text", next_match, false},
    {"previous-match", {'N'}, "the row with that text before", previous_match,
        false},
    {"filter", {'f'}, "change the query", edit, false},
    {"pivot", {'p'}, "what else there is on this value", pivot, false},
    {"recount", {'R'}, "count anew", recount, false},
    {0},
};

/* --- the view ------------------------------------------------------------ */

static bool groups_press(
    struct app *app, void *state, uint32_t key, const struct mouse *mouse)
{
    struct groups *groups = state;
    if (list_press(&groups->list, key, mouse))
        return true;
    if (key != UIKEY_MOUSE || mouse->what != MOUSE_DOUBLE)
        return false;
    narrow(app, state, STR(""));
    return true;
}

static bool groups_back(struct app *app, void *state)
{
    struct groups *groups = state;
    (void)app;
    return list_end_search(&groups->list);
}

static bool groups_wake(struct app *app, void *state)
{
    const struct groups *groups = state;
    (void)app;
    return groups->work != NULL;
}

static void groups_status(struct app *app, void *state, struct buf *out)
{
    const struct groups *groups = state;
    (void)app;
    if (groups->list.mark_count > 0)
        buf_printf(out, "%zu marked ", groups->list.mark_count);
}

static void groups_refresh(struct app *app, void *state)
{
    (void)app;
    start_counting(state);
}

static bool groups_busy(struct app *app, void *state)
{
    const struct groups *groups = state;
    (void)app;
    return groups->work != NULL;
}

const struct view_ops view_groups = {
    .name = "groups",
    .title = "Groups",
    .summary = "what a counting query found, as a table",
    .actions = groups_actions,
    .state_size = sizeof(struct groups),
    .open = groups_open,
    .close = groups_close,
    .draw = groups_draw,
    .press = groups_press,
    .back = groups_back,
    .wake = groups_wake,
    .status = groups_status,
    .refresh = groups_refresh,
    .busy = groups_busy,
};
