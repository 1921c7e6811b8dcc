/* Drawing a list. First the rows are laid out: from the top row down, and if
 * the cursor is not among them, so that it is. Then they are drawn. What is not
 * known yet leaves the layout of last time in place. */
#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/list_inside.h"

/* A mark or the cursor's sign stands left of the first column. */
enum { GUTTER = 1, GAP = 1 };

/* --- where columns stand ------------------------------------------------- */

static int column_x(const struct list *list, int column)
{
    int x = GUTTER;
    for (int i = 0; i < column; i++)
        x += list->columns[i].width + GAP;
    return x;
}

static int column_width(const struct list *list, int column, int total)
{
    int width = list->columns[column].width;
    int left = total - column_x(list, column);
    if (width == 0 || width > left)
        width = left;
    return width > 0 ? width : 0;
}

/* Where the further lines of a wrapped row begin: below its last column, unless
 * that is too narrow to be read. */
static int wrap_x(const struct list *list, int total)
{
    int x = column_x(list, list->column_count - 1);
    return x > total / 2 ? GUTTER + 2 : x;
}

/* --- cells --------------------------------------------------------------- */

static struct str cell_text(
    struct list *list, struct list_key key, int column, enum style *style)
{
    *style = STYLE_TEXT;
    buf_clear(&list->text);
    list->ops->cell(list->context, key, column, &list->text, style);
    if (escape_is_clean(buf_str(&list->text)))
        return buf_str(&list->text);
    buf_clear(&list->escaped);
    escape_add(&list->escaped, buf_str(&list->text));
    return buf_str(&list->escaped);
}

/* The first part of a text that takes at most `width` columns, at least one
 * character of it; `text` moves past it. */
static struct str take_columns(struct str *text, int width, int ambiguous)
{
    size_t at = 0, end = 0;
    int columns = 0;
    while (at < text->len) {
        uint32_t character = utf8_next(*text, &at);
        columns += character == UTF8_BAD ? 1 : utf8_width(character, ambiguous);
        if (columns > width && end > 0)
            break;
        end = at;
    }
    struct str part = str_sub(*text, 0, end);
    *text = str_from_index(*text, end);
    return part;
}

static int text_columns(struct str text, int ambiguous)
{
    return (int)utf8_columns(text, ambiguous);
}

/* --- layout -------------------------------------------------------------- */

struct layout {
    struct list *list;
    int width, height; /* of the rows' area */
    int ambiguous;
    struct list_line lines[LIST_ROWS_MAX];
    int count;
    int used; /* lines of the screen */
};

static int wrapped_height(struct layout *layout, struct list_key key)
{
    struct list *list = layout->list;
    enum style style;
    int last = list->column_count - 1;
    struct str text = cell_text(list, key, last, &style);
    int first = column_width(list, last, layout->width);
    int rest = layout->width - wrap_x(list, layout->width);
    int lines = 1;
    take_columns(&text, first > 0 ? first : 1, layout->ambiguous);
    while (text.len > 0 && lines < layout->height) {
        take_columns(&text, rest > 0 ? rest : 1, layout->ambiguous);
        lines++;
    }
    return lines;
}

static struct list_line measure(struct layout *layout, struct list_key key)
{
    struct list *list = layout->list;
    struct list_line line = {.key = key, .height = 1};
    if (list->ops->above != NULL && layout->height > 1) {
        buf_clear(&list->text);
        line.has_above = list->ops->above(list->context, key, &list->text);
    }
    if (list->wrap)
        line.height = wrapped_height(layout, key);
    line.height += line.has_above;
    if (line.height > layout->height)
        line.height = layout->height;
    return line;
}

/* Append rows until the screen is full; the last may be cut at its foot. */
static void add_rows(
    struct layout *layout, const struct list_key *keys, int count)
{
    for (int i = 0; i < count && layout->used < layout->height; i++) {
        if (layout->count == LIST_ROWS_MAX)
            return;
        struct list_line line = measure(layout, keys[i]);
        line.y = layout->used;
        layout->used += line.height;
        layout->lines[layout->count++] = line;
    }
}

/* Put rows before the first, nearest last in `keys`, while they fit whole. */
static void add_before(
    struct layout *layout, const struct list_key *keys, int count)
{
    struct list_line before[LIST_ROWS_MAX];
    int n = 0, height = 0;
    while (n < count && n + layout->count < LIST_ROWS_MAX) {
        struct list_line line = measure(layout, keys[count - 1 - n]);
        if (layout->used + height + line.height > layout->height)
            break;
        height += line.height;
        before[n++] = line;
    }
    memmove(layout->lines + n, layout->lines,
        (size_t)layout->count * sizeof(*layout->lines));
    for (int i = 0; i < n; i++)
        layout->lines[i] = before[n - 1 - i];
    layout->count += n;
    layout->used = 0;
    for (int i = 0; i < layout->count; i++) {
        layout->lines[i].y = layout->used;
        layout->used += layout->lines[i].height;
    }
}

/* The row of the cursor that is whole on the screen, or -1. The cursor is taken
 * to the nearest row after where it was. */
static int cursor_line(struct layout *layout)
{
    struct list *list = layout->list;
    for (int i = 0; i < layout->count; i++) {
        const struct list_line *line = &layout->lines[i];
        if (list_key_compare(line->key, list->cursor) < 0)
            continue;
        if (line->y + line->height > layout->height && i > 0)
            return -1;
        list->cursor = line->key;
        list->is_settled = true;
        return i;
    }
    return -1;
}

/* True if known. An empty list gives no row: `found` stays false. */
static bool nearest_row(struct list *list, struct list_key *key, bool *found)
{
    bool end;
    int n = list_keys(list, list_key_before(*key), false, 1, key, &end);
    *found = n > 0;
    if (n > 0)
        return true;
    if (!end)
        return false;
    n = list_keys(list, *key, true, 1, key, &end);
    *found = n > 0;
    return n > 0 || end;
}

/* Lay out so that the cursor's row is the last, with what stands above it. */
static bool lay_cursor_last(struct layout *layout)
{
    struct list *list = layout->list;
    struct list_key keys[LIST_ROWS_MAX], at = list->cursor;
    bool found, end;
    layout->count = layout->used = 0;
    if (!nearest_row(list, &at, &found))
        return false;
    list->is_settled = found;
    if (!found)
        return true;
    int n = list_keys(list, at, true, layout->height - 1, keys, &end);
    if (n < 0)
        return false;
    list->cursor = at;
    add_rows(layout, &at, 1);
    add_before(layout, keys, n);
    return true;
}

/* Rows past the last of the layout, and, at the end of the list, before its
 * first, until the screen is full. */
static void fill_up(struct layout *layout, bool at_end)
{
    struct list *list = layout->list;
    struct list_key keys[LIST_ROWS_MAX];
    if (layout->count > 0 && !at_end && layout->used < layout->height) {
        struct list_key last = layout->lines[layout->count - 1].key;
        int n = list_keys(
            list, last, false, layout->height - layout->used, keys, &at_end);
        if (n > 0)
            add_rows(layout, keys, n);
    }
    bool end;
    if (layout->count > 0 && at_end && layout->used < layout->height) {
        struct list_key first = layout->lines[0].key;
        int n = list_keys(
            list, first, true, layout->height - layout->used, keys, &end);
        if (n > 0)
            add_before(layout, keys, n);
    }
}

/* False when it cannot be told yet. */
static bool lay_out(struct layout *layout)
{
    struct list *list = layout->list;
    struct list_key keys[LIST_ROWS_MAX];
    bool end;
    if (list_key_compare(list->cursor, list->top) < 0)
        list->top = list->cursor;
    int n = list_keys(
        list, list_key_before(list->top), false, layout->height, keys, &end);
    if (n < 0)
        return false;
    add_rows(layout, keys, n);
    if (cursor_line(layout) < 0) {
        end = false;
        if (!lay_cursor_last(layout))
            return false;
    }
    fill_up(layout, end && layout->used < layout->height);
    return true;
}

static void keep_layout(struct list *list, const struct layout *layout)
{
    list->shown = mem_grow(list->shown, &list->shown_capacity,
        (size_t)layout->count + 1, sizeof(*list->shown));
    memcpy(list->shown, layout->lines,
        (size_t)layout->count * sizeof(*list->shown));
    list->shown_count = (size_t)layout->count;
    if (layout->count > 0)
        list->top = layout->lines[0].key;
}

/* --- drawing ------------------------------------------------------------- */

static void draw_headings(const struct list *list, struct area area)
{
    area_style(area, 0, 0, area.width, STYLE_HEADING);
    for (int i = 0; i < list->column_count; i++) {
        int width = column_width(list, i, area.width);
        struct str title = str_from(list->columns[i].title);
        if (width <= 0)
            return;
        if (list->columns[i].right)
            area_text_right(
                area, column_x(list, i), 0, width, STYLE_HEADING, title);
        else
            area_text(area, column_x(list, i), 0, width, STYLE_HEADING, title);
    }
}

struct drawing {
    struct list *list;
    struct area area;
    enum style row; /* of the whole row, STYLE_TEXT none */
    int y;
};

static void draw_cell(
    const struct drawing *drawing, struct list_key key, int column)
{
    struct list *list = drawing->list;
    struct area area = drawing->area;
    enum style style;
    int x = column_x(list, column);
    int width = column_width(list, column, area.width);
    if (width <= 0)
        return;
    struct str text = cell_text(list, key, column, &style);
    if (style == STYLE_TEXT)
        style = drawing->row;
    bool too_long = text_columns(text, area.canvas->ambiguous) > width;
    if (list->columns[column].right && !too_long) {
        area_text_right(area, x, drawing->y, width, style, text);
        return;
    }
    area_text(area, x, drawing->y, width, style, text);
    if (too_long)
        area_text(area, x + width - 1, drawing->y, 1, STYLE_DIM, STR("~"));
}

/* The last column: shifted, or over several lines. */
static void draw_last(
    const struct drawing *drawing, const struct list_line *line, int lines)
{
    struct list *list = drawing->list;
    struct area area = drawing->area;
    int ambiguous = area.canvas->ambiguous, column = list->column_count - 1;
    enum style style;
    int x = column_x(list, column);
    int width = column_width(list, column, area.width);
    if (list->columns[column].right || list->columns[column].width != 0) {
        draw_cell(drawing, line->key, column);
        return;
    }
    struct str text = cell_text(list, line->key, column, &style);
    if (style == STYLE_TEXT)
        style = drawing->row;
    if (!list->wrap && list->shift > 0)
        take_columns(&text, list->shift, ambiguous);
    int hidden = text_columns(text, ambiguous) - width;
    if (!list->wrap && hidden > list->hidden)
        list->hidden = hidden;
    int y = drawing->y;
    struct str part = take_columns(&text, width > 0 ? width : 1, ambiguous);
    area_text(area, x, y, width, style, part);
    if (!list->wrap && list->shift > 0)
        area_text(area, x - 1, y, 1, STYLE_DIM, STR("<"));
    x = wrap_x(list, area.width);
    for (int i = 1; i < lines && text.len > 0; i++) {
        part =
            take_columns(&text, area.width > x ? area.width - x : 1, ambiguous);
        area_text(area, x, ++y, area.width - x, style, part);
    }
    if (text.len > 0)
        area_text(area, area.width - 1, y, 1, STYLE_DIM, STR(">"));
}

static void draw_gutter(
    const struct drawing *drawing, const struct list_line *line, bool cursor)
{
    bool marked = list_is_marked(drawing->list, line->key);
    if (cursor)
        area_text(drawing->area, 0, drawing->y, 1, STYLE_CURSOR,
            marked ? STR("*") : STR(">"));
    else if (marked)
        area_text(drawing->area, 0, drawing->y, 1, STYLE_MARK, STR("*"));
}

static void draw_above(
    struct list *list, struct area area, const struct list_line *line)
{
    buf_clear(&list->text);
    if (list->ops->above(list->context, line->key, &list->text))
        area_text(area, GUTTER, line->y, area.width - GUTTER, STYLE_DIM,
            buf_str(&list->text));
}

static void draw_row(
    struct list *list, struct area area, const struct list_line *line)
{
    bool cursor =
        list->is_settled && list_key_compare(line->key, list->cursor) == 0;
    struct drawing drawing = {
        .list = list,
        .area = area,
        .row = STYLE_TEXT,
        .y = line->y + line->has_above,
    };
    int lines = line->height - line->has_above;
    if (line->has_above)
        draw_above(list, area, line);
    if (list->ops->row != NULL)
        drawing.row = list->ops->row(list->context, line->key);
    if (list_is_marked(list, line->key))
        drawing.row = STYLE_MARK;
    for (int i = 0; i + 1 < list->column_count; i++)
        draw_cell(&drawing, line->key, i);
    draw_last(&drawing, line, lines);
    for (int i = 0; i < lines && cursor; i++)
        area_style(area, 0, drawing.y + i, area.width, STYLE_CURSOR);
    if (cursor && list->cells)
        area_style(area, column_x(list, list->column), drawing.y,
            column_width(list, list->column, area.width), STYLE_LINK);
    draw_gutter(&drawing, line, cursor);
}

/* --- matches of the search ----------------------------------------------- */

/* Does the search stand at this cell? How many cells it takes, else 0. */
static int match_at(struct list *list, const struct cell *cells, int count)
{
    struct str search = buf_str(&list->search);
    struct buf *folded = &list->escaped;
    buf_clear(folded);
    for (int i = 0; i < count; i++) {
        utf8_add_folded(folded, str_from(cells[i].text));
        struct str text = buf_str(folded);
        if (text.len >= search.len)
            return str_starts_with(text, search) ? i + 1 : 0;
        if (!str_starts_with(search, text))
            return 0;
    }
    return 0;
}

static void show_matches(struct list *list, struct area area)
{
    if (list->search.len == 0)
        return;
    const struct canvas *canvas = area.canvas;
    for (int y = 0; y < area.height; y++) {
        const struct cell *row = canvas->cells +
                                 (size_t)(area.y + y) * (size_t)canvas->width +
                                 area.x;
        for (int x = 0; x < area.width; x++) {
            int cells = match_at(list, row + x, area.width - x);
            if (cells > 0)
                area_style(area, x, y, cells, STYLE_MATCH);
            x += cells > 0 ? cells - 1 : 0;
        }
    }
}

/* --- the whole ----------------------------------------------------------- */

static bool has_headings(const struct list *list)
{
    for (int i = 0; i < list->column_count; i++)
        if (list->columns[i].title != NULL && list->columns[i].title[0] != '\0')
            return true;
    return false;
}

void list_draw(struct list *list, struct area area)
{
    int top = has_headings(list) && area.height > 1;
    struct area body = area_rows(area, top, area.height - top);
    list->body = body;
    list->height = body.height > LIST_ROWS_MAX ? LIST_ROWS_MAX : body.height;
    if (body.height <= 0 || body.width <= 0)
        return;
    if (top)
        draw_headings(list, area_rows(area, 0, 1));
    if (list->owed != 0)
        list_move_by(list, list->owed);
    struct layout *layout = xcalloc(1, sizeof(*layout));
    layout->list = list;
    layout->width = body.width;
    layout->height = list->height;
    layout->ambiguous = body.canvas->ambiguous;
    if (lay_out(layout))
        keep_layout(list, layout);
    free(layout);
    list->hidden = 0;
    for (size_t i = 0; i < list->shown_count; i++)
        if (list->shown[i].y < list->height)
            draw_row(list, body, &list->shown[i]);
    show_matches(list, body);
}
