/* Keys, movement, marks and search of a list; list_draw.c draws it. */
#include "ui/list.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/list_inside.h"

int list_key_compare(struct list_key a, struct list_key b)
{
    if (a.major != b.major)
        return a.major < b.major ? -1 : 1;
    return (a.minor > b.minor) - (a.minor < b.minor);
}

struct list_key list_key_before(struct list_key key)
{
    if (key.minor > INT64_MIN)
        return (struct list_key){key.major, key.minor - 1};
    if (key.major > INT64_MIN)
        return (struct list_key){key.major - 1, INT64_MAX};
    return key;
}

void list_init(struct list *list, const struct list_ops *ops, void *context,
    const struct list_column *columns, int column_count)
{
    *list = (struct list){
        .ops = ops,
        .context = context,
        .columns = columns,
        .column_count = column_count,
        .top = LIST_FIRST,
        .cursor = LIST_FIRST,
    };
}

void list_done(struct list *list)
{
    free(list->marks);
    free(list->shown);
    buf_done(&list->search);
    buf_done(&list->text);
    buf_done(&list->escaped);
    *list = (struct list){0};
}

void list_reset(struct list *list)
{
    list->shown_count = 0;
    list->is_settled = false;
    list->owed = 0;
}

int list_keys(struct list *list, struct list_key from, bool backward, int n,
    struct list_key *out, bool *end)
{
    *end = false;
    if (n <= 0)
        return 0;
    if (n > LIST_ROWS_MAX)
        n = LIST_ROWS_MAX;
    return list->ops->keys(list->context, from, backward, n, out, end);
}

/* --- movement ------------------------------------------------------------ */

static int page_size(const struct list *list)
{
    int rows = (int)list->shown_count;
    if (rows < 1 || !list->wrap)
        rows = list->height > 1 ? list->height - 1 : 1;
    return rows > LIST_ROWS_MAX ? LIST_ROWS_MAX : rows;
}

/* The row `delta` rows away; *left is what is still to go when the rows there
 * are not known. */
static bool step(struct list *list, struct list_key *key, int delta, int *left)
{
    struct list_key keys[LIST_ROWS_MAX];
    bool backward = delta < 0, end;
    int wanted = backward ? -delta : delta;
    int n = list_keys(list, *key, backward, wanted, keys, &end);
    *left = 0;
    if (n > 0)
        *key = backward ? keys[0] : keys[n - 1];
    if (n < wanted && !end)
        *left = n > 0 ? (backward ? delta + n : delta - n) : delta;
    return n > 0;
}

void list_move_by(struct list *list, int delta)
{
    int left;
    list->owed = 0;
    if (delta == 0)
        return;
    step(list, &list->cursor, delta, &left);
    list->owed = left;
}

/* The rows move under the cursor, which stays at its place of the screen. */
static void scroll_by(struct list *list, int delta)
{
    int left;
    struct list_key top = list->top;
    list_move_by(list, delta);
    if (list->owed == 0 && step(list, &top, delta, &left) && left == 0)
        list->top = top;
}

void list_move_to(struct list *list, struct list_key key)
{
    list->owed = 0;
    list->cursor = key;
    list->is_settled = false;
    for (size_t i = 0; i < list->shown_count; i++)
        if (list_key_compare(list->shown[i].key, key) == 0)
            list->is_settled = true;
    if (list_key_compare(key, LIST_FIRST) == 0)
        list->top = LIST_FIRST;
}

bool list_cursor(const struct list *list, struct list_key *out)
{
    *out = list->cursor;
    return list->is_settled;
}

static void shift_by(struct list *list, int direction)
{
    int last = list->column_count - 1;
    bool at_last = !list->cells || list->column >= last;
    int step_columns = list->body.width / 4 > 8 ? list->body.width / 4 : 8;
    if (list->cells && direction < 0 && list->shift == 0) {
        list->column -= list->column > 0;
    } else if (!at_last) {
        list->column++;
    } else {
        int right = step_columns < list->hidden ? step_columns : list->hidden;
        list->shift += direction > 0 ? right : -step_columns;
        if (list->shift < 0)
            list->shift = 0;
    }
}

/* --- marks --------------------------------------------------------------- */

static size_t mark_place(const struct list *list, struct list_key key)
{
    size_t low = 0, high = list->mark_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list_key_compare(list->marks[middle], key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool list_is_marked(const struct list *list, struct list_key key)
{
    size_t place = mark_place(list, key);
    return place < list->mark_count &&
           list_key_compare(list->marks[place], key) == 0;
}

static void toggle_mark(struct list *list)
{
    if (!list->is_settled)
        return;
    size_t place = mark_place(list, list->cursor);
    bool marked = list_is_marked(list, list->cursor);
    size_t after = list->mark_count - place;
    if (marked) {
        memmove(list->marks + place, list->marks + place + 1,
            (after - 1) * sizeof(*list->marks));
        list->mark_count--;
    } else {
        list->marks = mem_grow(list->marks, &list->mark_capacity,
            list->mark_count + 1, sizeof(*list->marks));
        memmove(list->marks + place + 1, list->marks + place,
            after * sizeof(*list->marks));
        list->marks[place] = list->cursor;
        list->mark_count++;
    }
    list_move_by(list, 1);
}

/* --- keys ---------------------------------------------------------------- */

static void press_first(struct list *list)
{
    list_move_to(list, LIST_FIRST);
}

static void press_last(struct list *list)
{
    list_move_to(list, LIST_LAST);
}

static void press_down(struct list *list)
{
    list_move_by(list, 1);
}

static void press_up(struct list *list)
{
    list_move_by(list, -1);
}

static void press_page_down(struct list *list)
{
    scroll_by(list, page_size(list));
}

static void press_page_up(struct list *list)
{
    scroll_by(list, -page_size(list));
}

static void press_half_down(struct list *list)
{
    scroll_by(list, (page_size(list) + 1) / 2);
}

static void press_half_up(struct list *list)
{
    scroll_by(list, -(page_size(list) + 1) / 2);
}

static void press_left(struct list *list)
{
    shift_by(list, -1);
}

static void press_right(struct list *list)
{
    shift_by(list, 1);
}

static void press_unshift(struct list *list)
{
    list->shift = 0;
}

static const struct {
    uint32_t key;
    void (*run)(struct list *list);
} list_bindings[] = {
    {'j', press_down},
    {UIKEY_DOWN, press_down},
    {UIKEY_CTRL('n'), press_down},
    {'k', press_up},
    {UIKEY_UP, press_up},
    {UIKEY_CTRL('p'), press_up},
    {'g', press_first},
    {UIKEY_HOME, press_first},
    {'G', press_last},
    {UIKEY_END, press_last},
    {UIKEY_CTRL('d'), press_half_down},
    {UIKEY_CTRL('u'), press_half_up},
    {UIKEY_CTRL('f'), press_page_down},
    {UIKEY_PAGE_DOWN, press_page_down},
    {' ', press_page_down},
    {UIKEY_CTRL('b'), press_page_up},
    {UIKEY_PAGE_UP, press_page_up},
    {'h', press_left},
    {UIKEY_LEFT, press_left},
    {'l', press_right},
    {UIKEY_RIGHT, press_right},
    {'0', press_unshift},
    {'m', toggle_mark},
};

static bool press_mouse(struct list *list, const struct mouse *mouse)
{
    enum { WHEEL_ROWS = 3 };
    const struct area *body = &list->body;
    if (mouse->x < body->x || mouse->x >= body->x + body->width ||
        mouse->y < body->y || mouse->y >= body->y + body->height)
        return false;
    if (mouse->what == MOUSE_WHEEL_DOWN || mouse->what == MOUSE_WHEEL_UP) {
        scroll_by(
            list, mouse->what == MOUSE_WHEEL_DOWN ? WHEEL_ROWS : -WHEEL_ROWS);
        return true;
    }
    int y = mouse->y - body->y;
    for (size_t i = 0; i < list->shown_count; i++) {
        const struct list_line *line = &list->shown[i];
        if (y >= line->y && y < line->y + line->height)
            list_move_to(list, line->key);
    }
    return mouse->what == MOUSE_PRESS;
}

bool list_press(struct list *list, uint32_t key, const struct mouse *mouse)
{
    if (key == UIKEY_MOUSE)
        return mouse != NULL && press_mouse(list, mouse);
    for (size_t i = 0; i < sizeof(list_bindings) / sizeof(*list_bindings); i++)
        if (list_bindings[i].key == key) {
            list_bindings[i].run(list);
            return true;
        }
    return false;
}

/* --- search -------------------------------------------------------------- */

void list_set_search(struct list *list, struct str text)
{
    buf_clear(&list->search);
    utf8_add_folded(&list->search, text);
}

bool list_end_search(struct list *list)
{
    bool shown = list->search.len > 0;
    list_set_search(list, STR(""));
    return shown;
}

static bool row_has_text(struct list *list, struct list_key key)
{
    for (int column = 0; column < list->column_count; column++) {
        enum style style = STYLE_TEXT;
        buf_clear(&list->text);
        list->ops->cell(list->context, key, column, &list->text, &style);
        buf_clear(&list->escaped);
        utf8_add_folded(&list->escaped, buf_str(&list->text));
        if (str_find(buf_str(&list->escaped), buf_str(&list->search)) >= 0)
            return true;
    }
    return false;
}

bool list_find(struct list *list, bool backward)
{
    struct list_key keys[LIST_ROWS_MAX], at = list->cursor;
    bool end = false;
    if (list->search.len == 0)
        return false;
    for (int looked = 0; looked < LIST_FIND_ROWS && !end;) {
        int n = list_keys(list, at, backward, LIST_ROWS_MAX, keys, &end);
        if (n <= 0)
            return false;
        for (int i = 0; i < n; i++) {
            struct list_key key = keys[backward ? n - 1 - i : i];
            if (row_has_text(list, key)) {
                list_move_to(list, key);
                return true;
            }
        }
        at = keys[backward ? 0 : n - 1];
        looked += n;
    }
    return false;
}
