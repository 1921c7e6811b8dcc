/* A box of lines to choose from, in the middle of the screen. */
#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/inside.h"

enum { GAP = 3, SIDES = 4, EDGES = 2 };

struct menu {
    char *title;
    struct menu_item *items;
    size_t count, cursor, top;
    struct area inside; /* where the items were drawn last */
    void (*done)(struct app *app, void *context, size_t chosen);
    void *context;
};

static void menu_free(void *state)
{
    struct menu *menu = state;
    for (size_t i = 0; i < menu->count; i++) {
        free(menu->items[i].text);
        free(menu->items[i].hint);
    }
    free(menu->items);
    free(menu->title);
    free(menu);
}

/* Columns as they will be drawn, escapes and all. */
static int columns(const char *text, const struct canvas *canvas)
{
    struct buf clean = {0};
    escape_add(&clean, str_from(text));
    int width = (int)utf8_columns(buf_str(&clean), canvas->ambiguous);
    buf_done(&clean);
    return width;
}

struct widths {
    int key, text, hint;
};

static void widen(int *width, int needed)
{
    if (needed > *width)
        *width = needed;
}

static struct widths measure(const struct menu *menu, struct area area)
{
    struct widths widths = {0};
    for (size_t i = 0; i < menu->count; i++) {
        const struct menu_item *item = &menu->items[i];
        if (item->key != UIKEY_NONE)
            widen(&widths.key, columns(key_label(item->key), area.canvas) + 2);
        widen(&widths.text, columns(item->text, area.canvas));
        if (item->hint != NULL)
            widen(&widths.hint, columns(item->hint, area.canvas));
    }
    int least = columns(menu->title, area.canvas) + SIDES;
    widen(&widths.text, least - widths.key);
    return widths;
}

static struct area place(
    const struct menu *menu, struct widths widths, struct area area)
{
    int width = widths.key + widths.text + SIDES +
                (widths.hint > 0 ? widths.hint + GAP : 0);
    int height = menu->count > 1000 ? 1000 : (int)menu->count;
    if (width > area.width)
        width = area.width;
    if (height > area.height - EDGES)
        height = area.height - EDGES;
    area = area_rows(area, (area.height - height - EDGES) / 2, height + EDGES);
    return area_columns(area, (area.width - width) / 2, width);
}

static void scroll(struct menu *menu, size_t rows)
{
    if (menu->cursor < menu->top)
        menu->top = menu->cursor;
    else if (rows > 0 && menu->cursor >= menu->top + rows)
        menu->top = menu->cursor - rows + 1;
}

static void draw_item(const struct menu_item *item, struct widths widths,
    struct area line, bool chosen)
{
    int text_width = line.width - 2 - widths.key;
    if (item->key != UIKEY_NONE)
        area_text(
            line, 1, 0, widths.key, STYLE_MARK, str_from(key_label(item->key)));
    int x = 1 + widths.key;
    int used =
        area_text(line, x, 0, text_width, STYLE_TEXT, str_from(item->text));
    if (item->hint != NULL && used + GAP < text_width) {
        int hint_x = x + (used > widths.text ? used : widths.text) + GAP;
        area_text(line, hint_x, 0, line.width - 1 - hint_x, STYLE_DIM,
            str_from(item->hint));
    }
    if (chosen)
        area_style(line, 0, 0, line.width, STYLE_CURSOR);
}

static void menu_draw(struct app *app, void *state, struct area area)
{
    (void)app;
    struct menu *menu = state;
    struct area body = area_rows(area, 1, area.height - 2);
    struct widths widths = measure(menu, body);
    menu->inside = area_box(place(menu, widths, body), menu->title);
    int rows = menu->inside.height;
    scroll(menu, (size_t)rows);
    for (int y = 0; y < rows && menu->top + (size_t)y < menu->count; y++) {
        size_t i = menu->top + (size_t)y;
        draw_item(&menu->items[i], widths, area_rows(menu->inside, y, 1),
            i == menu->cursor);
    }
    area_cursor(menu->inside, 0, (int)(menu->cursor - menu->top));
}

static void move(struct menu *menu, long by)
{
    long to = (long)menu->cursor + by;
    if (to >= (long)menu->count)
        to = (long)menu->count - 1;
    menu->cursor = to < 0 ? 0 : (size_t)to;
}

static void choose(struct app *app, struct menu *menu, size_t chosen)
{
    dialog_take(app);
    if (chosen < menu->count)
        menu->done(app, menu->context, chosen);
    menu_free(menu);
}

static void menu_mouse(
    struct app *app, struct menu *menu, const struct mouse *mouse)
{
    struct area inside = menu->inside;
    int y = mouse->y - inside.y;
    if (mouse->what == MOUSE_WHEEL_UP || mouse->what == MOUSE_WHEEL_DOWN)
        move(menu, mouse->what == MOUSE_WHEEL_UP ? -3 : 3);
    else if (y >= 0 && y < inside.height && mouse->x >= inside.x &&
             mouse->x < inside.x + inside.width &&
             menu->top + (size_t)y < menu->count)
        choose(app, menu, menu->top + (size_t)y);
    else
        dialog_close(app);
}

static const struct {
    uint32_t key;
    int by; /* pages when beyond +-1 */
} moves[] = {
    {UIKEY_DOWN, 1},
    {'j', 1},
    {UIKEY_CTRL('n'), 1},
    {UIKEY_TAB, 1},
    {UIKEY_UP, -1},
    {'k', -1},
    {UIKEY_CTRL('p'), -1},
    {UIKEY_BACK_TAB, -1},
    {UIKEY_PAGE_DOWN, 10},
    {UIKEY_PAGE_UP, -10},
    {UIKEY_END, 1 << 20},
    {'G', 1 << 20},
    {UIKEY_HOME, -(1 << 20)},
    {'g', -(1 << 20)},
};

static void menu_key(
    struct app *app, void *state, uint32_t key, const struct mouse *mouse)
{
    struct menu *menu = state;
    for (size_t i = 0; i < menu->count; i++) {
        if (menu->items[i].key == key) {
            choose(app, menu, i);
            return;
        }
    }
    for (size_t i = 0; i < sizeof(moves) / sizeof(*moves); i++)
        if (moves[i].key == key)
            move(menu, moves[i].by);
    if (key == UIKEY_MOUSE)
        menu_mouse(app, menu, mouse);
    else if (key == UIKEY_ENTER)
        choose(app, menu, menu->cursor);
    else if (key == UIKEY_ESC || key == 'q' || key == UIKEY_CTRL('c'))
        dialog_close(app);
}

static const struct dialog_ops menu_ops = {
    .draw = menu_draw,
    .key = menu_key,
    .free = menu_free,
};

void app_menu(struct app *app, const char *title, struct menu_item *items,
    size_t count, void (*done)(struct app *app, void *context, size_t chosen),
    void *context)
{
    struct menu *menu = xcalloc(1, sizeof(*menu));
    menu->title = xstrdup(title);
    menu->items = items;
    menu->count = count;
    menu->done = done;
    menu->context = context;
    dialog_open(app, &menu_ops, menu);
}
