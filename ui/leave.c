/* Leaving: what would be lost is asked about first. */
#include <stdlib.h>

#include "src/base/escape.h"
#include "src/base/mem.h"
#include "ui/inside.h"
#include "ui/start.h"
#include "ui/temporary.h"

enum { KEEP, DISCARD, STAY, CHOICES };

static void leave(struct app *app, void *context)
{
    (void)context;
    app->quit = true;
}

void app_set_temporary(struct app *app, struct temporary *temporary)
{
    leave_free(app);
    app->temporary = temporary;
}

void leave_free(struct app *app)
{
    temporary_free(app->temporary);
    app->temporary = NULL;
}

/* The case must be closed before it is moved, and with it all that reads it;
 * what was moved is opened again when it could not be kept. */
static void keep_as(struct app *app, void *context, struct str text)
{
    (void)context;
    struct err err = {0};
    struct buf path = {0};
    struct temporary *temporary = app->temporary;
    buf_add_str(&path, str_trim(text));
    if (path.len == 0) {
        buf_done(&path);
        return;
    }
    if (!str_ends_with(buf_str(&path), STR(".spoor")))
        buf_add_cstr(&path, ".spoor");
    stack_clear(app);
    stack_bury(app);
    app_drop_filter(app);
    store_close_whole(app->store);
    app->store = NULL;
    if (temporary_keep(temporary, buf_cstr(&path), &err) == 0) {
        start_remember(app, buf_cstr(&path), "");
        app->quit = true;
    } else {
        struct err reopening = {0};
        app->temporary = NULL; /* app_open_case would delete it */
        if (app_open_case(app, temporary_path(temporary), &reopening) < 0)
            app_home(app);
        app->temporary = temporary;
        app_error(app, &err);
    }
    buf_done(&path);
}

static void chosen(struct app *app, void *context, size_t choice)
{
    (void)context;
    if (choice == DISCARD)
        app->quit = true;
    if (choice != KEEP)
        return;
    app_prompt(app, &(struct prompt_options){.label = "keep the case as: "},
        keep_as, NULL);
}

static void ask_temporary(struct app *app)
{
    static const struct {
        const char *text;
        uint32_t key;
    } choices[CHOICES] = {
        [KEEP] = {"keep the case", 'k'},
        [DISCARD] = {"delete it and quit", 'd'},
        [STAY] = {"stay", 's'},
    };
    struct menu_item *items = xcalloc(CHOICES, sizeof(*items));
    for (size_t i = 0; i < CHOICES; i++)
        items[i] = (struct menu_item){
            .text = xstrdup(choices[i].text), .key = choices[i].key};
    app_menu(app, "This case has no name yet", items, CHOICES, chosen, NULL);
}

void app_quit(struct app *app)
{
    if (app->job_count > 0)
        app_confirm(app, "Work is running. Stop it and quit?", leave, NULL);
    else if (app->temporary != NULL)
        ask_temporary(app);
    else
        app_confirm(app, "Quit?", leave, NULL);
}
