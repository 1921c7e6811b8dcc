/* Pager: text in lines, such as the result of a verification or the custody
 * log. Opened with its heading, a newline and the text; "BAD " and "warning: "
 * at the start of a line colour it. */
#include "ui/pager.h"

#include <stdlib.h>

#include "src/base/mem.h"
#include "ui/app.h"
#include "ui/rows.h"

struct pager {
    struct list list;
    struct list_column column;
    struct buf heading, text;
    struct str *lines; /* into `text` */
    size_t count, capacity;
};

static int pager_keys(void *context, struct list_key from, bool backward, int n,
    struct list_key *out, bool *end)
{
    const struct pager *pager = context;
    return rows_keys(pager->count, from, backward, n, out, end);
}

static void pager_cell(void *context, struct list_key row, int column,
    struct buf *text, enum style *style)
{
    const struct pager *pager = context;
    struct str line = pager->lines[row.major];
    (void)column;
    buf_add_str(text, line);
    if (str_starts_with(line, STR("BAD ")))
        *style = STYLE_ERROR;
    else if (str_starts_with(line, STR("warning: ")))
        *style = STYLE_WARNING;
    else if (str_starts_with(line, STR("ok ")))
        *style = STYLE_SUCCESS;
}

static const struct list_ops pager_list = {
    .keys = pager_keys,
    .cell = pager_cell,
};

static int pager_open(
    struct app *app, void *state, struct str argument, struct err *err)
{
    struct pager *pager = state;
    (void)app;
    (void)err;
    buf_add_str(&pager->heading, str_cut(&argument, '\n'));
    buf_add_str(&pager->text, argument);
    for (struct str rest = buf_str(&pager->text); rest.len > 0;) {
        pager->lines = mem_grow(pager->lines, &pager->capacity,
            pager->count + 1, sizeof(*pager->lines));
        pager->lines[pager->count++] = str_cut(&rest, '\n');
    }
    pager->column.title = buf_cstr(&pager->heading);
    list_init(&pager->list, &pager_list, pager, &pager->column, 1);
    pager->list.wrap = true;
    return 0;
}

static void pager_close(struct app *app, void *state)
{
    struct pager *pager = state;
    (void)app;
    list_done(&pager->list);
    buf_done(&pager->heading);
    buf_done(&pager->text);
    free(pager->lines);
}

static void pager_draw(struct app *app, void *state, struct area area)
{
    struct pager *pager = state;
    (void)app;
    list_draw(&pager->list, area);
}

static bool pager_press(
    struct app *app, void *state, uint32_t key, const struct mouse *mouse)
{
    struct pager *pager = state;
    (void)app;
    return list_press(&pager->list, key, mouse);
}

static bool pager_back(struct app *app, void *state)
{
    struct pager *pager = state;
    (void)app;
    return list_end_search(&pager->list);
}

static void search(struct app *app, void *state, struct str argument)
{
    rows_search(app, &((struct pager *)state)->list, argument);
}

static void next_match(struct app *app, void *state, struct str argument)
{
    (void)argument;
    rows_search_again(app, &((struct pager *)state)->list, false);
}

static void previous_match(struct app *app, void *state, struct str argument)
{
    (void)argument;
    rows_search_again(app, &((struct pager *)state)->list, true);
}

static void wrap(struct app *app, void *state, struct str argument)
{
    struct pager *pager = state;
    (void)app;
    (void)argument;
    pager->list.wrap = !pager->list.wrap;
}

static void pager_status(struct app *app, void *state, struct buf *out)
{
    const struct pager *pager = state;
    (void)app;
    buf_printf(out, "%zu of %zu", (size_t)(rows_cursor(&pager->list) + 1),
        pager->count);
}

static const struct action pager_actions[] = {
    {"search", {'/'}, "search in the text", search, false},
    {"next-match", {'n'}, "go to where it stands next", next_match, false},
    {"previous-match", {'N'}, "go to where it stood before", previous_match,
        false},
    {"wrap", {'w'}, "wrap or cut long lines", wrap, false},
    {0},
};

const struct view_ops view_pager = {
    .name = "pager",
    .title = "Text",
    .summary = "text in lines: results, notices, the custody log",
    .actions = pager_actions,
    .state_size = sizeof(struct pager),
    .open = pager_open,
    .close = pager_close,
    .draw = pager_draw,
    .press = pager_press,
    .back = pager_back,
    .status = pager_status,
};
