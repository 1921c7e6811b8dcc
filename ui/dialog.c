/* What stands before the views: the prompt at the bottom, a question, a menu.
 * Whoever asked is called when the dialog is gone, so that it may open the next
 * one. */
#include "ui/inside.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"

void dialog_open(struct app *app, const struct dialog_ops *ops, void *state)
{
    dialog_close(app);
    app->dialog = (struct dialog){.ops = ops, .state = state};
    app->dirty = true;
}

struct dialog dialog_take(struct app *app)
{
    struct dialog dialog = app->dialog;
    app->dialog = (struct dialog){0};
    app->dirty = true;
    return dialog;
}

void dialog_close(struct app *app)
{
    struct dialog dialog = dialog_take(app);
    if (dialog.ops != NULL)
        dialog.ops->free(dialog.state);
}

static bool gives_up(uint32_t key)
{
    return key == UIKEY_ESC || key == UIKEY_CTRL('c') || key == UIKEY_CTRL('g');
}

/* --- a line of input ----------------------------------------------------- */

struct asking {
    struct prompt *prompt;
    void (*done)(struct app *app, void *context, struct str text);
    void *context;
};

static void asking_free(void *state)
{
    struct asking *asking = state;
    prompt_free(asking->prompt);
    free(asking);
}

static void asking_draw(struct app *app, void *state, struct area area)
{
    (void)app;
    struct asking *asking = state;
    prompt_draw(asking->prompt, area);
}

static void asking_key(
    struct app *app, void *state, uint32_t key, const struct mouse *mouse)
{
    (void)mouse;
    struct asking *asking = state;
    enum prompt_result result = prompt_key(asking->prompt, key);
    if (result == PROMPT_GOING)
        return;
    dialog_take(app);
    if (result == PROMPT_DONE)
        asking->done(app, asking->context, prompt_text(asking->prompt));
    asking_free(asking);
}

static const struct dialog_ops asking_ops = {
    .draw = asking_draw,
    .key = asking_key,
    .free = asking_free,
};

void app_prompt(struct app *app, const struct prompt_options *options,
    void (*done)(struct app *app, void *context, struct str text),
    void *context)
{
    struct asking *asking = xcalloc(1, sizeof(*asking));
    asking->prompt = prompt_new(options);
    asking->done = done;
    asking->context = context;
    dialog_open(app, &asking_ops, asking);
}

void dialog_wake(struct app *app)
{
    if (app->dialog.ops != &asking_ops)
        return;
    struct asking *asking = app->dialog.state;
    prompt_check(asking->prompt);
    app->dirty = true;
}

/* --- yes or no ----------------------------------------------------------- */

struct question {
    char *text;
    void (*done)(struct app *app, void *context);
    void *context;
};

static void question_free(void *state)
{
    struct question *question = state;
    free(question->text);
    free(question);
}

static void question_draw(struct app *app, void *state, struct area area)
{
    (void)app;
    struct question *question = state;
    struct area line = area_rows(area, area.height - 1, 1);
    area_fill(line, STYLE_STATUS);
    int x = 1 + area_text(line, 1, 0, area.width - 12, STYLE_STATUS,
                    str_from(question->text));
    x += area_text(line, x + 1, 0, -1, STYLE_KEY, STR("y")) + 1;
    x += area_text(line, x, 0, -1, STYLE_STATUS, STR(" yes "));
    x += area_text(line, x, 0, -1, STYLE_KEY, STR("n"));
    area_text(line, x, 0, -1, STYLE_STATUS, STR(" no"));
    area_cursor(line, area.width - 1, 0);
}

static void question_key(
    struct app *app, void *state, uint32_t key, const struct mouse *mouse)
{
    (void)mouse;
    struct question *question = state;
    bool yes = key == 'y' || key == 'Y';
    if (!yes && key != 'n' && key != 'N' && key != 'q' && !gives_up(key))
        return;
    dialog_take(app);
    if (yes)
        question->done(app, question->context);
    question_free(question);
}

static const struct dialog_ops question_ops = {
    .draw = question_draw,
    .key = question_key,
    .free = question_free,
};

void app_confirm(struct app *app, const char *text,
    void (*done)(struct app *app, void *context), void *context)
{
    struct question *question = xcalloc(1, sizeof(*question));
    question->text = xstrdup(text);
    question->done = done;
    question->context = context;
    dialog_open(app, &question_ops, question);
}
