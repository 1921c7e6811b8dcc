/* The views that are open. What is popped is closed only at the loop's next
 * turn: an action may pop the view it belongs to and still return into it. */
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "ui/filter.h"
#include "ui/inside.h"

struct view *stack_top(struct app *app)
{
    return app->stack_count > 0 ? &app->stack[app->stack_count - 1] : NULL;
}

static void close_view(struct app *app, struct view *view)
{
    if (view->ops->close != NULL)
        view->ops->close(app, view->state);
    free(view->state);
}

void stack_bury(struct app *app)
{
    while (app->grave_count > 0) {
        struct view view = app->graves[--app->grave_count];
        close_view(app, &view);
    }
    store_close_whole(app->old_store);
    app->old_store = NULL;
}

static void pop_top(struct app *app)
{
    app->graves = mem_grow(app->graves, &app->grave_capacity,
        app->grave_count + 1, sizeof(*app->graves));
    app->graves[app->grave_count++] = app->stack[--app->stack_count];
    app->dirty = true;
}

void stack_clear(struct app *app)
{
    while (app->stack_count > 0)
        pop_top(app);
}

int app_push(struct app *app, const char *name, struct str argument)
{
    const struct view_ops *ops = view_find(str_from(name));
    struct err err = {0};
    if (ops == NULL) {
        app_message(app, "there is no view %s", name);
        return -1;
    }
    struct view view = {.ops = ops, .state = xcalloc(1, ops->state_size + 1)};
    if (ops->open != NULL && ops->open(app, view.state, argument, &err) < 0) {
        free(view.state);
        app_error(app, &err);
        return -1;
    }
    app->stack = mem_grow(app->stack, &app->stack_capacity,
        app->stack_count + 1, sizeof(*app->stack));
    app->stack[app->stack_count++] = view;
    app->dirty = true;
    return 0;
}

void app_pop(struct app *app)
{
    if (app->stack_count > 1)
        pop_top(app);
    else
        app_quit(app);
}

/* An open one comes to the top as it was left; one that is to show something
 * else is a new one, so that `q` leads back. */
int app_switch(struct app *app, const char *name, struct str argument)
{
    for (size_t i = app->stack_count; i-- > 0 && argument.len == 0;) {
        struct view view = app->stack[i];
        if (strcmp(view.ops->name, name) != 0)
            continue;
        memmove(&app->stack[i], &app->stack[i + 1],
            (app->stack_count - i - 1) * sizeof(view));
        app->stack[app->stack_count - 1] = view;
        app->dirty = true;
        return 0;
    }
    return app_push(app, name, argument);
}

void *app_view_state(struct app *app, const struct view_ops *ops)
{
    for (size_t i = app->stack_count; i-- > 0;)
        if (app->stack[i].ops == ops)
            return app->stack[i].state;
    return NULL;
}

bool stack_wake(struct app *app)
{
    bool draw = false;
    for (size_t i = 0; i < app->stack_count; i++) {
        const struct view view = app->stack[i];
        if (view.ops->wake != NULL && view.ops->wake(app, view.state))
            draw = true;
    }
    return draw;
}

bool stack_is_busy(struct app *app)
{
    struct view *top = stack_top(app);
    return (top != NULL && top->ops->busy != NULL &&
               top->ops->busy(app, top->state)) ||
           (app->filter != NULL && filter_is_busy(app->filter));
}

void app_refresh(struct app *app)
{
    if (app->filter != NULL)
        filter_refresh(app->filter);
    for (size_t i = 0; i < app->stack_count; i++)
        if (app->stack[i].ops->refresh != NULL)
            app->stack[i].ops->refresh(app, app->stack[i].state);
    app->dirty = true;
}
