/* The bars at the top and at the bottom, and what stands between them. */
#include <string.h>
#include <time.h>

#include "src/base/escape.h"
#include "src/base/utf8.h"
#include "ui/inside.h"

enum { TITLE_MOST = 32, TITLE_LEAST = 8, BADGE_MAX = 16 };

/* How much of the tabs there is room for. */
enum tabs { TABS_ALL, TABS_CURRENT, TABS_KEYS };

static int columns(const struct app *app, struct str text)
{
    return (int)utf8_columns(text, app->canvas.ambiguous);
}

static void add_spot(struct spots *spots, struct spot spot)
{
    if (spots->count < SPOTS)
        spots->at[spots->count++] = spot;
}

/* --- the top ------------------------------------------------------------- */

/* What is at the right: the view's status, the zone, the clock (never in a
 * dump, which must come out the same at any time). */
static void right_text(struct app *app, struct buf *out)
{
    struct view *top = stack_top(app);
    if (top != NULL && top->ops->status != NULL)
        top->ops->status(app, top->state, out);
    if (out->len > 0)
        buf_add_cstr(out, "  ");
    buf_add_cstr(out, zone_name(app->zone));
    if (!app->has_terminal)
        return;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t stamp = now.tv_sec * STAMP_SECOND;
    struct civil civil;
    civil_from_stamp(stamp, zone_offset_at(app->zone, stamp), &civil);
    buf_printf(out, " %02d:%02d", civil.hour, civil.minute);
}

static void tab_text(struct app *app, const struct view_ops *ops, bool current,
    enum tabs tabs, struct buf *out)
{
    struct buf badge = {0};
    buf_printf(out, " %s", key_label(ops->key));
    if (tabs == TABS_ALL || (current && tabs == TABS_CURRENT))
        buf_printf(out, " %s", ops->title);
    if (ops->badge != NULL && app->store != NULL)
        ops->badge(app, &badge);
    if (badge.len > 0 && badge.len < BADGE_MAX)
        buf_printf(out, " %.*s", STR_ARG(buf_str(&badge)));
    buf_add_char(out, ' ');
    buf_done(&badge);
}

/* Draw the tabs, or only measure them (`area` NULL). */
static int draw_tabs(
    struct app *app, const struct area *area, int x, enum tabs tabs)
{
    struct view *top = stack_top(app);
    struct buf text = {0};
    app->tabs.count = 0;
    for (const struct view_ops *const *v = view_table; *v != NULL; v++) {
        bool current = top != NULL && top->ops == *v;
        if ((*v)->key == 0 || app->store == NULL)
            continue;
        buf_clear(&text);
        tab_text(app, *v, current, tabs, &text);
        int width = columns(app, buf_str(&text));
        if (area != NULL)
            area_text(*area, x, 0, width, current ? STYLE_TAB : STYLE_TITLE,
                buf_str(&text));
        add_spot(
            &app->tabs, (struct spot){.from = x, .to = x + width, .view = *v});
        x += width;
    }
    buf_done(&text);
    return x;
}

/* A view that has no tab says its name behind them. */
static const char *untabbed(struct app *app)
{
    struct view *top = stack_top(app);
    bool tabbed = top == NULL || (top->ops->key != 0 && app->store != NULL);
    return tabbed ? "" : top->ops->title;
}

static void draw_top(struct app *app, struct area line)
{
    struct buf right = {0}, title = {0};
    right_text(app, &right);
    escape_add(&title, str_from(app->title != NULL ? app->title : "spoor"));
    const char *name = untabbed(app);
    int right_width = columns(app, buf_str(&right)) + 1;
    int title_width = columns(app, buf_str(&title));
    int name_width = *name != '\0' ? columns(app, str_from(name)) + 3 : 0;
    enum tabs tabs = TABS_ALL;

    area_fill(line, STYLE_TITLE);
    if (title_width > TITLE_MOST)
        title_width = TITLE_MOST;
    int room = line.width - right_width - name_width - 3;
    int needed = draw_tabs(app, NULL, 0, tabs);
    if (title_width + needed > room && title_width > TITLE_LEAST * 2)
        title_width = TITLE_LEAST * 2;
    while (tabs < TABS_KEYS && title_width + needed > room)
        needed = draw_tabs(app, NULL, 0, ++tabs);
    if (title_width + needed > room && title_width > TITLE_LEAST)
        title_width = TITLE_LEAST;

    int x =
        1 + area_text(line, 1, 0, title_width, STYLE_TITLE, buf_str(&title));
    x = draw_tabs(app, &line, x + 1, tabs);
    if (name_width > 0)
        area_printf(line, x + 1, 0, STYLE_TAB, " %s ", name);
    x += name_width + 1;
    if (line.width - 1 - x > 0)
        area_text_right(
            line, x, 0, line.width - 1 - x, STYLE_TITLE, buf_str(&right));
    buf_done(&right);
    buf_done(&title);
}

/* --- the bottom ---------------------------------------------------------- */

/* "next-failure" -> "next failure" */
static void hint_words(const char *name, struct buf *out)
{
    for (; *name != '\0'; name++)
        buf_add_char(out, *name == '-' ? ' ' : *name);
}

static int draw_hint(
    struct app *app, struct area line, int x, const struct action *action)
{
    struct buf words = {0};
    struct str key = str_from(key_label(command_keys(app, action)[0]));
    hint_words(action->name, &words);
    int width = columns(app, key) + 1 + columns(app, buf_str(&words));
    if (x + width > line.width) {
        buf_done(&words);
        return -1;
    }
    int at = x + area_text(line, x, 0, -1, STYLE_KEY, key);
    area_text(line, at + 1, 0, -1, STYLE_STATUS, buf_str(&words));
    add_spot(&app->hints,
        (struct spot){.from = x, .to = x + width, .action = action});
    buf_done(&words);
    return x + width + 2;
}

static const struct action *action_help(void)
{
    const struct action *action = app_actions;
    while (strcmp(action->name, "help") != 0)
        action++;
    return action;
}

/* The first actions of the view as far as there is room, then always how to
 * find the others. */
static void draw_hints(struct app *app, struct area line)
{
    enum { HELP_COLUMNS = 8 };
    struct view *top = stack_top(app);
    struct area most = area_columns(line, 0, line.width - HELP_COLUMNS);
    int x = 1;
    app->hints.count = 0;
    if (top != NULL)
        for (const struct action *a = top->ops->actions; a && a->name; a++) {
            if (command_keys(app, a)[0] == UIKEY_NONE)
                continue;
            int next = draw_hint(app, most, x, a);
            if (next < 0)
                break;
            x = next;
        }
    draw_hint(app, line, x, action_help());
}

static void draw_bottom(struct app *app, struct area line)
{
    struct buf right = {0};
    enum style style = STYLE_STATUS;
    area_fill(line, STYLE_STATUS);
    if (app->message.len > 0) {
        buf_add_str(&right, buf_str(&app->message));
        style = app->message_is_error ? STYLE_ERROR : STYLE_WARNING;
    } else {
        jobs_status(app, &right);
    }
    int width = columns(app, buf_str(&right));
    if (width + 2 > line.width / 2 && app->message.len > 0) {
        app->hints.count = 0;
        area_text(line, 1, 0, line.width - 2, style, buf_str(&right));
    } else {
        draw_hints(app, area_columns(line, 0, line.width - width - 2));
        area_text_right(
            line, line.width - width - 1, 0, width, style, buf_str(&right));
    }
    buf_done(&right);
}

/* --- all of it ----------------------------------------------------------- */

void frame_draw(struct app *app)
{
    struct area all = canvas_area(&app->canvas);
    struct view *top = stack_top(app);
    canvas_clear(&app->canvas);
    if (top != NULL && top->ops->draw != NULL)
        top->ops->draw(app, top->state, area_rows(all, 1, all.height - 2));
    draw_top(app, area_rows(all, 0, 1)); /* tells of what was drawn */
    if (all.height > 1)
        draw_bottom(app, area_rows(all, all.height - 1, 1));
    if (app->dialog.ops != NULL)
        app->dialog.ops->draw(app, app->dialog.state, all);
}
