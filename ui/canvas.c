#include "ui/canvas.h"

#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"

/* No terminal is larger; a size beyond it is a mistake of somebody's. */
enum { SIZE_MAX_CELLS = 1000 };

/* How much of a text is looked at for one column of screen. */
enum { BYTES_PER_COLUMN = 2 * CELL_BYTES, BYTES_LEAST = 64 };

static const char *const style_names[STYLE_COUNT] = {
    [STYLE_TEXT] = "text",
    [STYLE_DIM] = "dim",
    [STYLE_TITLE] = "title",
    [STYLE_TAB] = "tab",
    [STYLE_HEADING] = "heading",
    [STYLE_CURSOR] = "cursor",
    [STYLE_MARK] = "mark",
    [STYLE_MATCH] = "match",
    [STYLE_SUCCESS] = "success",
    [STYLE_FAILURE] = "failure",
    [STYLE_WARNING] = "warning",
    [STYLE_ERROR] = "error",
    [STYLE_LINK] = "link",
    [STYLE_INPUT] = "input",
    [STYLE_HINT] = "hint",
    [STYLE_KEY] = "key",
    [STYLE_STATUS] = "status",
    [STYLE_BAR] = "bar",
    [STYLE_BAR_FAIL] = "bar-fail",
};

const char *style_name(enum style style)
{
    return style_names[style];
}

static int clip(int value, int least, int most)
{
    if (value > most)
        value = most;
    return value < least ? least : value;
}

/* --- the grid ------------------------------------------------------------ */

void canvas_init(struct canvas *canvas, int width, int height)
{
    *canvas = (struct canvas){.ambiguous = 1};
    canvas_resize(canvas, width, height);
}

void canvas_done(struct canvas *canvas)
{
    free(canvas->cells);
    canvas->cells = NULL;
}

void canvas_resize(struct canvas *canvas, int width, int height)
{
    canvas->width = clip(width, 1, SIZE_MAX_CELLS);
    canvas->height = clip(height, 1, SIZE_MAX_CELLS);
    canvas->cells = xrealloc(canvas->cells,
        (size_t)canvas->width * (size_t)canvas->height, sizeof(struct cell));
    canvas_clear(canvas);
}

void canvas_clear(struct canvas *canvas)
{
    size_t count = (size_t)canvas->width * (size_t)canvas->height;
    for (size_t i = 0; i < count; i++)
        canvas->cells[i] = (struct cell){.text = " "};
    canvas->cursor_x = canvas->cursor_y = -1;
}

struct area canvas_area(struct canvas *canvas)
{
    return (struct area){
        .canvas = canvas, .width = canvas->width, .height = canvas->height};
}

/* --- areas --------------------------------------------------------------- */

struct area area_rows(struct area area, int from, int count)
{
    from = clip(from, 0, area.height);
    area.height = clip(count, 0, area.height - from);
    area.y += from;
    return area;
}

struct area area_columns(struct area area, int from, int count)
{
    from = clip(from, 0, area.width);
    area.width = clip(count, 0, area.width - from);
    area.x += from;
    return area;
}

static struct cell *cell_at(struct area area, int x, int y)
{
    struct canvas *canvas = area.canvas;
    x += area.x;
    y += area.y;
    assert(x >= 0 && x < canvas->width && y >= 0 && y < canvas->height);
    return &canvas->cells[(size_t)y * (size_t)canvas->width + (size_t)x];
}

static bool holds(struct area area, int x, int y)
{
    return x >= 0 && x < area.width && y >= 0 && y < area.height;
}

/* A cell is about to be drawn over: what is left of a wide character whose
 * other half it was becomes a blank. */
static void part_wide(struct area area, int x, int y)
{
    struct cell *cell = cell_at(area, x, y);
    if (cell->text[0] == '\0' && area.x + x > 0)
        strcpy(cell[-1].text, " ");
    if (area.x + x + 1 < area.canvas->width && cell[1].text[0] == '\0')
        strcpy(cell[1].text, " ");
}

static void put(struct area area, int x, int y, enum style style,
    struct str character, int columns)
{
    for (int i = 0; i < columns; i++) {
        part_wide(area, x + i, y);
        *cell_at(area, x + i, y) = (struct cell){.style = (uint8_t)style};
    }
    memcpy(cell_at(area, x, y)->text, character.ptr, character.len);
}

/* A combining mark joins the character before it; past a cell's room marks are
 * left out, since nobody can read a tower of them. */
static void put_mark(struct area area, int x, int y, struct str mark)
{
    struct cell *cell = cell_at(area, x, y);
    size_t len = strlen(cell->text);
    if (len + mark.len <= CELL_BYTES)
        memcpy(cell->text + len, mark.ptr, mark.len);
}

/* Text that escape_add has made harmless. Returns the columns taken. */
static int put_clean(struct area area, int x, int y, int width,
    enum style style, struct str text)
{
    int used = 0, last = -1;
    for (size_t at = 0; at < text.len;) {
        size_t start = at;
        uint32_t character = utf8_next(text, &at);
        int columns = utf8_width(character, area.canvas->ambiguous);
        struct str bytes = str_sub(text, start, at - start);
        if (columns == 0) {
            if (last >= 0 && last < area.width)
                put_mark(area, last, y, bytes);
            continue;
        }
        if (used + columns > width)
            break;
        last = x + used;
        used += columns;
        put(area, last, y, style, bytes, columns);
    }
    return used;
}

/* As much of the text as could be seen, ended between two characters. */
static struct str seen(struct str text, int width)
{
    size_t most = (size_t)width * BYTES_PER_COLUMN + BYTES_LEAST;
    if (text.len <= most)
        return text;
    while (most > 0 && ((unsigned char)text.ptr[most] & 0xC0) == 0x80)
        most--;
    return str_sub(text, 0, most);
}

int area_text(struct area area, int x, int y, int width, enum style style,
    struct str text)
{
    if (!holds(area, x, y))
        return 0;
    if (width < 0 || width > area.width - x)
        width = area.width - x;
    text = seen(text, width);
    if (escape_is_clean(text))
        return put_clean(area, x, y, width, style, text);

    struct buf clean = {0};
    escape_add(&clean, text);
    int used = put_clean(area, x, y, width, style, buf_str(&clean));
    buf_done(&clean);
    return used;
}

int area_printf(
    struct area area, int x, int y, enum style style, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    return area_text(area, x, y, -1, style, str_from(text));
}

int area_text_right(struct area area, int x, int y, int width, enum style style,
    struct str text)
{
    struct buf clean = {0};
    if (width < 0 || width > area.width - x)
        width = area.width - x;
    escape_add(&clean, seen(text, width));
    size_t columns = utf8_columns(buf_str(&clean), area.canvas->ambiguous);
    int skip = columns < (size_t)width ? width - (int)columns : 0;
    int used =
        area_text(area, x + skip, y, width - skip, style, buf_str(&clean));
    buf_done(&clean);
    return used;
}

void area_fill(struct area area, enum style style)
{
    for (int y = 0; y < area.height; y++)
        for (int x = 0; x < area.width; x++)
            put(area, x, y, style, STR(" "), 1);
}

void area_style(struct area area, int x, int y, int width, enum style style)
{
    for (int i = 0; i < width; i++) {
        if (!holds(area, x + i, y))
            continue;
        struct cell *cell = cell_at(area, x + i, y);
        if (style == STYLE_CURSOR)
            cell->reverse = true;
        else
            cell->style = (uint8_t)style;
    }
}

void area_cursor(struct area area, int x, int y)
{
    if (!holds(area, x, y))
        return;
    area.canvas->cursor_x = area.x + x;
    area.canvas->cursor_y = area.y + y;
}

/* --- boxes --------------------------------------------------------------- */

struct box_lines {
    struct str across, down, corners[4]; /* corners: row by row */
};

static const struct box_lines ascii_lines = {.across = STR_INIT("-"),
    .down = STR_INIT("|"),
    .corners = {STR_INIT("+"), STR_INIT("+"), STR_INIT("+"), STR_INIT("+")}};

static const struct box_lines drawn_lines = {.across = STR_INIT("─"),
    .down = STR_INIT("│"),
    .corners = {STR_INIT("┌"), STR_INIT("┐"), STR_INIT("└"), STR_INIT("┘")}};

struct area area_box(struct area area, const char *title)
{
    const struct box_lines *lines =
        area.canvas->lines ? &drawn_lines : &ascii_lines;
    int right = area.width - 1, bottom = area.height - 1;

    area_fill(area, STYLE_TEXT);
    for (int x = 0; x <= right; x++) {
        area_text(area, x, 0, 1, STYLE_DIM, lines->across);
        area_text(area, x, bottom, 1, STYLE_DIM, lines->across);
    }
    for (int y = 0; y <= bottom; y++) {
        area_text(area, 0, y, 1, STYLE_DIM, lines->down);
        area_text(area, right, y, 1, STYLE_DIM, lines->down);
    }
    for (int i = 0; i < 4; i++)
        area_text(area, i & 1 ? right : 0, i & 2 ? bottom : 0, 1, STYLE_DIM,
            lines->corners[i]);
    if (title != NULL && area.width > 6) {
        int end = 2 + area_text(area, 3, 0, area.width - 6, STYLE_HEADING,
                          str_from(title));
        area_text(area, 2, 0, 1, STYLE_DIM, STR(" "));
        area_text(area, end + 1, 0, 1, STYLE_DIM, STR(" "));
    }
    area = area_rows(area, 1, area.height - 2);
    return area_columns(area, 1, area.width - 2);
}

/* --- dumps --------------------------------------------------------------- */

static void dump_row(const struct cell *row, int width, struct buf *out)
{
    size_t start = out->len;
    for (int x = 0; x < width; x++)
        buf_add_cstr(out, row[x].text);
    while (out->len > start && out->ptr[out->len - 1] == ' ')
        out->len--;
    buf_add_char(out, '\n');
}

static bool same_look(const struct cell *a, const struct cell *b)
{
    return a->style == b->style && a->reverse == b->reverse;
}

static void dump_styles(
    const struct cell *row, int y, int width, struct buf *out)
{
    for (int x = 0, end; x < width; x = end) {
        for (end = x + 1; end < width && same_look(&row[end], &row[x]);)
            end++;
        if (row[x].style != STYLE_TEXT || row[x].reverse)
            buf_printf(out, "%d %d-%d %s%s\n", y, x, end - 1,
                style_names[row[x].style], row[x].reverse ? "+cursor" : "");
    }
}

void canvas_dump(const struct canvas *canvas, bool styled, struct buf *out)
{
    size_t width = (size_t)canvas->width;
    for (int y = 0; y < canvas->height; y++)
        dump_row(canvas->cells + (size_t)y * width, canvas->width, out);
    if (!styled)
        return;
    buf_add_cstr(out, "--\n");
    for (int y = 0; y < canvas->height; y++)
        dump_styles(canvas->cells + (size_t)y * width, y, canvas->width, out);
    if (canvas->cursor_x >= 0)
        buf_printf(out, "%d %d-%d at\n", canvas->cursor_y, canvas->cursor_x,
            canvas->cursor_x);
}
