/* Help: every key and command of a view and of the workbench, read from the
 * same tables that dispatch them. */
#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/mem.h"
#include "ui/inside.h"
#include "ui/show.h"
#include "ui/views.h"

enum { KEYS_COLUMN = 2, HELP_KEYS = 15, GAP = 2 };

/* A row is a heading, a sentence, or keys with a name and what they do. */
struct row {
    enum { ROW_BLANK, ROW_HEADING, ROW_TEXT, ROW_ACTION } kind;
    char *keys, *name, *help;
};

struct help {
    struct row *rows;
    size_t count, capacity;
    size_t top, lines, height; /* of what was drawn last, wrapped */
    int name_width;
};

static void add_row(struct help *help, struct row row)
{
    help->rows = mem_grow(
        help->rows, &help->capacity, help->count + 1, sizeof(*help->rows));
    help->rows[help->count++] = row;
}

static void add_heading(struct help *help, const char *text)
{
    if (help->count > 0)
        add_row(help, (struct row){.kind = ROW_BLANK});
    add_row(help, (struct row){.kind = ROW_HEADING, .help = xstrdup(text)});
}

static void add_text(struct help *help, const char *text)
{
    add_row(help, (struct row){.kind = ROW_TEXT, .help = xstrdup(text)});
}

static void add_actions(
    struct app *app, struct help *help, const struct action *actions)
{
    for (const struct action *a = actions; a != NULL && a->name; a++) {
        struct buf keys = {0};
        command_add_keys(app, a, &keys);
        char *name =
            xasprintf(":%s%s", a->name, a->takes_argument ? " ..." : "");
        if ((int)strlen(name) > help->name_width)
            help->name_width = (int)strlen(name);
        add_row(help, (struct row){.kind = ROW_ACTION,
                          .keys = xstrdup(buf_cstr(&keys)),
                          .name = name,
                          .help = xstrdup(a->help)});
        buf_done(&keys);
    }
}

#define IN_LISTS "In every list"
#define IN_PROMPTS "Where text is typed"

/* What the widgets take by themselves. */
static const struct key_row widget_keys[] = {
    {IN_LISTS, "j k Down Up", NULL, "one row"},
    {IN_LISTS, "C-d C-u", NULL, "half a page"},
    {IN_LISTS, "PgDn PgUp Space", NULL, "a page"},
    {IN_LISTS, "g G Home End", NULL, "the first, the last row"},
    {IN_LISTS, "h l Left Right", NULL, "sideways"},
    {IN_LISTS, "m", NULL, "mark the row"},
    {IN_PROMPTS, "Enter Esc", NULL, "take it, give up"},
    {IN_PROMPTS, "Tab S-Tab", NULL, "complete; walk the candidates"},
    {IN_PROMPTS, "Up Down", NULL, "earlier and later lines"},
    {IN_PROMPTS, "C-a C-e M-b M-f", NULL, "start, end, a word back, a word on"},
    {IN_PROMPTS, "C-k C-u C-w", NULL,
        "cut to the end, the start, a word; C-y puts it back"},
};
enum { WIDGET_KEYS = sizeof(widget_keys) / sizeof(*widget_keys) };

static void add_key_rows(struct help *help)
{
    const char *where = "";
    for (size_t i = 0; i < WIDGET_KEYS; i++) {
        const struct key_row *row = &widget_keys[i];
        if (strcmp(where, row->where) != 0)
            add_heading(help, row->where);
        where = row->where;
        add_row(help, (struct row){.kind = ROW_ACTION,
                          .keys = xstrdup(row->keys),
                          .help = xstrdup(row->help)});
    }
}

static void add_views(struct help *help)
{
    add_heading(help, "Views");
    for (const struct view_ops *const *v = view_table; *v != NULL; v++)
        if ((*v)->key != 0)
            add_row(help, (struct row){.kind = ROW_ACTION,
                              .keys = xstrdup(key_label((*v)->key)),
                              .name = xasprintf(":%s", (*v)->name),
                              .help = xstrdup((*v)->summary)});
}

static int help_open(
    struct app *app, void *state, struct str argument, struct err *err)
{
    struct help *help = state;
    const struct view_ops *view = view_find(argument);
    (void)err;
    if (view != NULL && view != &view_help) {
        add_heading(help, view->title);
        add_text(help, view->summary);
        add_actions(app, help, view->actions);
    }
    add_heading(help, "Everywhere");
    add_actions(app, help, app_actions);
    add_views(help);
    add_key_rows(help);
    return 0;
}

static void help_close(struct app *app, void *state)
{
    (void)app;
    struct help *help = state;
    for (size_t i = 0; i < help->count; i++) {
        free(help->rows[i].keys);
        free(help->rows[i].name);
        free(help->rows[i].help);
    }
    free(help->rows);
}

/* Draw a row from `y` on, which may be above the area; returns its height. */
static int draw_row(
    const struct help *help, const struct row *row, struct area area, int y)
{
    int keys_width = HELP_KEYS, name_x = KEYS_COLUMN + keys_width + GAP;
    int help_x = name_x;
    struct area line = area_rows(area, y, 1);
    bool seen = y >= 0 && y < area.height;
    switch (row->kind) {
    case ROW_BLANK:
        return 1;
    case ROW_HEADING:
        return show_wrapped(area, 1, y, STYLE_HEADING, str_from(row->help));
    case ROW_TEXT:
        return show_wrapped(
            area, KEYS_COLUMN, y, STYLE_DIM, str_from(row->help));
    case ROW_ACTION:
        break;
    }
    if (row->name != NULL)
        help_x += help->name_width + GAP;
    if (seen) {
        area_text(
            line, KEYS_COLUMN, 0, keys_width, STYLE_MARK, str_from(row->keys));
        area_text(
            line, name_x, 0, help->name_width, STYLE_LINK, str_from(row->name));
    }
    return show_wrapped(area, help_x, y, STYLE_TEXT, str_from(row->help));
}

static void draw_rows(struct help *help, struct area area)
{
    int top = (int)help->top, lines = 0;
    for (size_t i = 0; i < help->count; i++)
        lines += draw_row(help, &help->rows[i], area, lines - top);
    help->lines = (size_t)lines;
}

static void help_draw(struct app *app, void *state, struct area area)
{
    (void)app;
    struct help *help = state;
    help->height = (size_t)area.height;
    draw_rows(help, area);
    if (help->top == 0 || help->top + help->height <= help->lines)
        return;
    help->top = help->lines > help->height ? help->lines - help->height : 0;
    area_fill(area, STYLE_TEXT);
    draw_rows(help, area);
}

static void scroll(struct help *help, long by)
{
    long top = (long)help->top + by;
    long last = (long)help->lines - (long)help->height;
    if (top > last)
        top = last;
    help->top = top < 0 ? 0 : (size_t)top;
}

static bool help_press(
    struct app *app, void *state, uint32_t key, const struct mouse *mouse)
{
    (void)app;
    struct help *help = state;
    long page = (long)help->height, by = 0;
    if (key == 'j' || key == UIKEY_DOWN || key == UIKEY_ENTER)
        by = 1;
    else if (key == 'k' || key == UIKEY_UP)
        by = -1;
    else if (key == ' ' || key == UIKEY_PAGE_DOWN || key == UIKEY_CTRL('f'))
        by = page;
    else if (key == 'b' || key == UIKEY_PAGE_UP || key == UIKEY_CTRL('b'))
        by = -page;
    else if (key == UIKEY_CTRL('d') || key == UIKEY_CTRL('u'))
        by = key == UIKEY_CTRL('d') ? page / 2 : -page / 2;
    else if (key == 'g' || key == UIKEY_HOME)
        by = -(long)help->lines;
    else if (key == 'G' || key == UIKEY_END)
        by = (long)help->lines;
    else if (key == UIKEY_MOUSE)
        by = mouse->what == MOUSE_WHEEL_UP     ? -3
             : mouse->what == MOUSE_WHEEL_DOWN ? 3
                                               : 0;
    else
        return false;
    scroll(help, by);
    return true;
}

static void help_status(struct app *app, void *state, struct buf *out)
{
    (void)app;
    struct help *help = state;
    size_t end = help->top + help->height;
    if (help->height > 0 && help->lines > help->height)
        buf_printf(out, "%zu of %zu", end, help->lines);
}

/* Esc and ? lead back, too. */
static void leave(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    app_pop(app);
}

static const struct action help_actions[] = {
    {"close", {'q', UIKEY_ESC, '?'}, "back to where you were", leave, false},
    {0},
};

/* --- for the man page ---------------------------------------------------- */

static void visit_actions(const char *where, const struct action *actions,
    void (*visit)(void *context, const struct key_row *row), void *context)
{
    for (const struct action *a = actions; a != NULL && a->name; a++) {
        struct buf keys = {0};
        for (size_t i = 0; i < sizeof(a->keys) / sizeof(*a->keys); i++)
            if (a->keys[i] != UIKEY_NONE)
                buf_printf(
                    &keys, "%s%s", i > 0 ? " " : "", key_label(a->keys[i]));
        visit(context,
            &(struct key_row){where, buf_cstr(&keys), a->name, a->help});
        buf_done(&keys);
    }
}

void keys_each(
    void (*visit)(void *context, const struct key_row *row), void *context)
{
    visit_actions("Everywhere", app_actions, visit, context);
    for (const struct view_ops *const *v = view_table; *v != NULL; v++)
        visit_actions((*v)->title, (*v)->actions, visit, context);
    for (size_t i = 0; i < WIDGET_KEYS; i++)
        visit(context, &widget_keys[i]);
}

const struct view_ops view_help = {
    .name = "help",
    .title = "Help",
    .summary = "keys and commands",
    .actions = help_actions,
    .state_size = sizeof(struct help),
    .open = help_open,
    .close = help_close,
    .draw = help_draw,
    .press = help_press,
    .status = help_status,
};
