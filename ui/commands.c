/* What keys and `:` lines do: the tables of actions, the view's first, then the
 * one here, which holds everywhere. */
#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/mem.h"
#include "ui/filter.h"
#include "ui/inside.h"
#include "ui/saved.h"

/* --- actions of the app -------------------------------------------------- */

static bool close_part(struct app *app)
{
    struct view *top = stack_top(app);
    return top != NULL && top->ops->back != NULL &&
           top->ops->back(app, top->state);
}

static void quit_view(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    if (!close_part(app))
        app_pop(app);
}

static void quit_all(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    app_quit(app);
}

static void show_help(struct app *app, void *state, struct str argument)
{
    (void)state;
    struct view *top = stack_top(app);
    if (argument.len == 0 && top != NULL)
        argument = str_from(top->ops->name);
    app_push(app, "help", argument);
}

static void run_line(struct app *app, void *context, struct str text)
{
    (void)context;
    command_line(app, text);
}

static void ask_command(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    app_prompt(app,
        &(struct prompt_options){.label = ":",
            .history = "command",
            .complete = command_complete,
            .context = app},
        run_line, NULL);
}

static void menu_chosen(struct app *app, void *context, size_t chosen)
{
    (void)context;
    struct view *top = stack_top(app);
    size_t i = 0;
    if (top != NULL)
        for (const struct action *a = top->ops->actions; a && a->name; a++)
            if (i++ == chosen) {
                command_run(app, a, true);
                return;
            }
    command_run(app, &app_actions[chosen - i], false);
}

static size_t count_actions(const struct action *actions)
{
    size_t count = 0;
    while (actions != NULL && actions[count].name != NULL)
        count++;
    return count;
}

static struct menu_item item_of(
    const struct app *app, const struct action *action)
{
    return (struct menu_item){
        .text = xstrdup(action->name),
        .hint = xstrdup(action->help),
        .key = command_keys(app, action)[0],
    };
}

/* Everything that can be done here, for whoever has only a mouse. */
static void show_menu(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    struct view *top = stack_top(app);
    const struct action *own = top != NULL ? top->ops->actions : NULL;
    size_t own_count = count_actions(own);
    size_t count = own_count + count_actions(app_actions);
    struct menu_item *items = xcalloc(count, sizeof(*items));
    for (size_t i = 0; i < count; i++)
        items[i] =
            item_of(app, i < own_count ? &own[i] : &app_actions[i - own_count]);
    app_menu(app, top != NULL ? top->ops->title : "Menu", items, count,
        menu_chosen, NULL);
}

static void switch_by(struct app *app, int step)
{
    int count = 0, current = -1;
    const struct view_ops *bar[SPOTS];
    struct view *top = stack_top(app);
    for (const struct view_ops *const *v = view_table; *v && count < SPOTS;
         v++) {
        if ((*v)->key == 0)
            continue;
        if (top != NULL && top->ops == *v)
            current = count;
        bar[count++] = *v;
    }
    if (count == 0 || app->store == NULL)
        return;
    int to = current < 0 ? (step > 0 ? 0 : count - 1)
                         : (current + step + count) % count;
    app_switch(app, bar[to]->name, STR(""));
}

static void next_view(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    switch_by(app, 1);
}

static void previous_view(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    switch_by(app, -1);
}

static void set_zone(struct app *app, void *state, struct str argument)
{
    (void)state;
    struct err err = {0};
    const struct zone *zone = zone_utc();
    if (argument.len > 0) {
        zone = zone_find(argument, &err);
        if (zone == NULL) {
            app_error(app, &err);
            return;
        }
    } else if (app->zone == zone_utc()) {
        zone = app->case_zone;
        if (zone == zone_utc())
            app_message(app, "the case's zone is UTC; :zone NAME sets another");
    }
    app->zone = zone;
    app_refresh(app);
}

static void toggle_relative(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    app->relative = !app->relative;
    app_message(app, app->relative ? "times as distances" : "times as moments");
    app_refresh(app);
}

/* A name, or the next one of the table. */
static void set_theme(struct app *app, void *state, struct str argument)
{
    (void)state;
    const struct theme *theme = theme_table[0];
    if (argument.len > 0) {
        theme = theme_find(argument);
    } else {
        for (const struct theme *const *t = theme_table; *t != NULL; t++)
            if (*t == app->theme && t[1] != NULL)
                theme = t[1];
    }
    if (theme == NULL) {
        app_message(app, "no theme is called %s; dark, light, mono, safe are",
            escape_text(argument));
        return;
    }
    app->theme = theme;
    if (app->has_terminal)
        term_set_theme(theme);
    app_message(app, "theme %s: %s", theme->name, theme->summary);
}

static void toggle_mouse(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    app->mouse = !app->mouse;
    if (app->has_terminal)
        term_set_mouse(app->mouse);
    app_message(app, "mouse %s", app->mouse ? "on" : "off");
}

static void import(struct app *app, void *state, struct str argument)
{
    (void)state;
    app_push(app, "picker", argument);
}

static void redraw(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    if (app->has_terminal)
        term_redraw();
    app->dirty = true;
}

static void cancel(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    if (app->job_count == 0)
        app_message(app, "nothing is running; q goes back, :quit leaves");
    else
        jobs_cancel(app, false);
}

static void suspend(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    if (app->has_terminal)
        term_suspend();
    app->dirty = true;
}

const struct action app_actions[] = {
    {"back", {'q'}, "close the pane, then the view; the last one asks to quit",
        quit_view, false},
    {"help", {'?', UIKEY_F1}, "every key and command of this view", show_help,
        false},
    {"command", {':'}, "type an action's name, with its argument", ask_command,
        false},
    {"filter", {'f'}, "ask for a query, with completion and a count",
        filter_edit, false},
    {"clear-filter", {'X'}, "every event again", filter_clear, false},
    {"saved-queries", {'F'}, "choose a query that was saved", saved_choose,
        false},
    {"save-query", {'S'}, "name to save the query in force under", saved_keep,
        true},
    {"forget-query", {0}, "name of the saved query to remove", saved_forget,
        true},
    {"import", {0}, "choose files to add to the case; :import PATH", import,
        false},
    {"menu", {UIKEY_F1 + 9}, "choose from all actions", show_menu, false},
    {"next-view", {UIKEY_TAB}, "the next view of the bar", next_view, false},
    {"previous-view", {UIKEY_BACK_TAB}, "the view before it", previous_view,
        false},
    {"zone", {'z'}, "times in UTC or in the case's zone; :zone NAME in another",
        set_zone, false},
    {"relative", {0}, "times as distances from the row under the cursor",
        toggle_relative, false},
    {"theme", {0}, "the next theme; :theme dark, light, mono, safe", set_theme,
        false},
    {"mouse", {0}, "mouse on or off", toggle_mouse, false},
    {"redraw", {UIKEY_CTRL('l')}, "draw the screen anew", redraw, false},
    {"cancel", {UIKEY_CTRL('c')}, "stop the work that is running", cancel,
        false},
    {"suspend", {UIKEY_CTRL('z')}, "put the workbench aside; fg brings it back",
        suspend, false},
    {"quit", {0}, "leave the workbench", quit_all, false},
    {0},
};

/* --- their keys ---------------------------------------------------------- */

const uint32_t *command_keys(const struct app *app, const struct action *action)
{
    const struct config_keys *own = config_find(&app->config, action->name);
    return own != NULL ? own->keys : action->keys;
}

void command_add_keys(
    const struct app *app, const struct action *action, struct buf *out)
{
    const uint32_t *keys = command_keys(app, action);
    for (size_t i = 0; i < CONFIG_KEYS_MAX; i++)
        if (keys[i] != UIKEY_NONE)
            buf_printf(out, "%s%s", i > 0 ? " " : "", key_label(keys[i]));
}

/* --- finding and running them -------------------------------------------- */

static bool has_key(
    const struct app *app, const struct action *action, uint32_t key)
{
    const uint32_t *keys = command_keys(app, action);
    for (size_t i = 0; i < CONFIG_KEYS_MAX; i++)
        if (keys[i] == key)
            return true;
    return false;
}

static const struct action *by_key(
    const struct app *app, const struct action *actions, uint32_t key)
{
    for (const struct action *a = actions; a != NULL && a->name; a++)
        if (has_key(app, a, key))
            return a;
    return NULL;
}

static const struct action *by_name(
    const struct action *actions, struct str name)
{
    for (const struct action *a = actions; a != NULL && a->name; a++)
        if (str_eq(str_from(a->name), name))
            return a;
    return NULL;
}

static void run(struct app *app, const struct action *action, bool of_view,
    struct str argument)
{
    struct view *top = stack_top(app);
    app->dirty = true;
    action->run(app, of_view && top != NULL ? top->state : NULL, argument);
}

static void argument_typed(struct app *app, void *context, struct str text)
{
    (void)context;
    run(app, app->asking, app->asking_view, text);
}

void command_run(struct app *app, const struct action *action, bool of_view)
{
    if (!action->takes_argument) {
        run(app, action, of_view, STR(""));
        return;
    }
    struct buf label = {0};
    buf_printf(&label, "%s: ", action->help);
    app->asking = action;
    app->asking_view = of_view;
    app_prompt(app,
        &(struct prompt_options){
            .label = buf_cstr(&label), .history = action->name},
        argument_typed, NULL);
    buf_done(&label);
}

static bool press_digit(struct app *app, uint32_t key)
{
    for (const struct view_ops *const *v = view_table; *v != NULL; v++) {
        if ((*v)->key == 0 || (*v)->key != key)
            continue;
        if (app->store != NULL)
            app_switch(app, (*v)->name, STR(""));
        return true;
    }
    return false;
}

static bool click(struct app *app, const struct mouse *mouse)
{
    bool top = mouse->y == 0, bottom = mouse->y == app->canvas.height - 1;
    if ((!top && !bottom) || mouse->what != MOUSE_PRESS)
        return false;
    const struct spots *spots = top ? &app->tabs : &app->hints;
    for (size_t i = 0; i < spots->count; i++) {
        const struct spot *spot = &spots->at[i];
        if (mouse->x < spot->from || mouse->x >= spot->to)
            continue;
        if (spot->view != NULL)
            app_switch(app, spot->view->name, STR(""));
        else
            command_run(app, spot->action,
                by_name(app_actions, str_from(spot->action->name)) !=
                    spot->action);
        break;
    }
    return true;
}

void command_press(struct app *app, uint32_t key, const struct mouse *mouse)
{
    struct view *top = stack_top(app);
    const struct action *action;

    if (app->dialog.ops != NULL) {
        app->dialog.ops->key(app, app->dialog.state, key, mouse);
        app->dirty = true;
        return;
    }
    if (key & UIKEY_PASTE) /* pasted lines are no commands */
        return;
    buf_clear(&app->message);
    app->dirty = true;
    if (key == UIKEY_MOUSE && click(app, mouse))
        return;
    if (top != NULL && (action = by_key(app, top->ops->actions, key)) != NULL)
        command_run(app, action, true);
    else if (top != NULL && top->ops->press != NULL &&
             top->ops->press(app, top->state, key, mouse))
        return;
    else if ((action = by_key(app, app_actions, key)) != NULL)
        command_run(app, action, false);
    else if (key == UIKEY_ESC)
        close_part(app);
    else if (!press_digit(app, key) && key != UIKEY_MOUSE)
        app_message(
            app, "%s does nothing here; ? shows the keys", key_label(key));
}

void command_line(struct app *app, struct str line)
{
    struct view *top = stack_top(app);
    const struct action *action = NULL;
    struct str rest = str_trim(line);
    struct str name = str_cut(&rest, ' ');
    rest = str_trim(rest);
    if (name.len == 0)
        return;
    if (top != NULL)
        action = by_name(top->ops->actions, name);
    bool of_view = action != NULL;
    if (action == NULL)
        action = by_name(app_actions, name);
    if (action != NULL && rest.len == 0)
        command_run(app, action, of_view);
    else if (action != NULL)
        run(app, action, of_view, rest);
    else if (app->store != NULL && view_find(name) != NULL)
        app_switch(app, view_find(name)->name, rest);
    else
        app_message(app, "no command is called %s; Tab completes, ? lists them",
            escape_text(name));
}

static void offer(
    const struct action *actions, struct str typed, struct completion *out)
{
    for (const struct action *a = actions; a != NULL && a->name; a++) {
        if (!str_starts_with(str_from(a->name), typed))
            continue;
        buf_printf(&out->texts, "%s\n", a->name);
        buf_printf(&out->hints, "%s\n", a->help);
    }
}

/* Names of actions, then of views; nothing behind the first word. */
void command_complete(
    void *context, struct str text, size_t at, struct completion *out)
{
    struct app *app = context;
    struct view *top = stack_top(app);
    struct str typed = str_sub(text, 0, at);
    out->start = 0;
    if (str_find_char(typed, ' ') >= 0)
        return;
    if (top != NULL)
        offer(top->ops->actions, typed, out);
    offer(app_actions, typed, out);
    for (const struct view_ops *const *v = view_table; *v != NULL; v++) {
        if ((*v)->key == 0 || !str_starts_with(str_from((*v)->name), typed))
            continue;
        buf_printf(&out->texts, "%s\n", (*v)->name);
        buf_printf(&out->hints, "%s\n", (*v)->summary);
    }
}
