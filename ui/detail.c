/* The pane's content is a run of lines, made anew at each drawing; a sink
 * counts them all and draws those that are in view. */
#include "ui/detail.h"

#include <string.h>

#include "src/base/escape.h"
#include "src/base/utf8.h"

static const char *const tab_names[DETAIL_TABS] = {
    [DETAIL_FIELDS] = "fields",
    [DETAIL_TEXT] = "raw text",
    [DETAIL_HEX] = "hex",
    [DETAIL_CONTEXT] = "context",
};

enum {
    /* What is drawn of one event at most; the command line prints the rest. */
    LINES_MAX = 100000,
    /* Lines below the pane that are still laid out, and bytes that are at once:
     * a megabyte in one line must not cost each key its whole length. */
    LINES_AHEAD = 500,
    PIECE_BYTES = 1 << 14,
    /* " 12345+ more ", at the right of the title. */
    MORE_WIDTH = 13,
};

struct sink {
    struct area area;
    int top, line;
    struct buf escaped;
};

void detail_set_tab(struct detail_pane *pane, enum detail_tab tab)
{
    pane->tab = tab;
    pane->top = 0;
    pane->is_placed = false;
}

void detail_scroll(struct detail_pane *pane, int lines)
{
    int most = pane->lines - pane->height;
    pane->top += lines;
    if (pane->top > most)
        pane->top = most;
    if (pane->top < 0)
        pane->top = 0;
}

/* --- lines --------------------------------------------------------------- */

static bool in_view(const struct sink *sink)
{
    return sink->line >= sink->top &&
           sink->line < sink->top + sink->area.height;
}

/* May another line be laid out? */
static bool has_room(const struct sink *sink)
{
    return sink->line < LINES_MAX &&
           sink->line < sink->top + sink->area.height + LINES_AHEAD;
}

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

/* The next bytes to lay out, cut between characters: before a byte that is none
 * of 80..BF, which continue one. */
static struct str take_piece(struct str *text)
{
    enum { CHARACTER_BYTES = 4 };
    size_t end = text->len < PIECE_BYTES ? text->len : PIECE_BYTES;
    for (size_t back = 0; end < text->len && back < CHARACTER_BYTES; back++)
        if (((unsigned char)text->ptr[end - back] & 0xC0) != 0x80) {
            end -= back;
            break;
        }
    struct str piece = str_sub(*text, 0, end);
    *text = str_from_index(*text, end);
    return piece;
}

/* One line of text, over as many lines of the pane as it needs; each piece of a
 * very long one begins on a line of its own. */
static void put_wrapped(
    struct sink *sink, int x, enum style style, struct str text)
{
    int width = sink->area.width - x > 8 ? sink->area.width - x : 8;
    do {
        buf_clear(&sink->escaped);
        escape_add(&sink->escaped, take_piece(&text));
        struct str rest = buf_str(&sink->escaped);
        do {
            struct str part =
                take_columns(&rest, width, sink->area.canvas->ambiguous);
            if (in_view(sink))
                area_text(
                    sink->area, x, sink->line - sink->top, -1, style, part);
            sink->line++;
        } while (rest.len > 0 && has_room(sink));
    } while (text.len > 0 && has_room(sink));
}

/* One line of text on one line of the pane. */
static void put_line(
    struct sink *sink, const char *sign, enum style style, struct str text)
{
    if (in_view(sink)) {
        int y = sink->line - sink->top;
        int x = area_text(sink->area, 0, y, -1, style, str_from(sign));
        area_text(sink->area, x, y, -1, style, text);
    }
    sink->line++;
}

static struct str next_line(struct str *text)
{
    struct str line = str_cut(text, '\n');
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

/* --- tabs ---------------------------------------------------------------- */

static void put_fields(struct sink *sink, const struct detail *detail)
{
    enum { NAME_WIDTH = 14 };
    int x = sink->area.width >= 40 ? NAME_WIDTH + 1 : 4;
    for (size_t i = 0; i < detail->count && has_room(sink); i++) {
        const struct detail_value *value = &detail->values[i];
        bool own_line = (int)utf8_columns(value->name, 1) >= x;
        if (in_view(sink))
            area_text(sink->area, 0, sink->line - sink->top, -1, STYLE_HEADING,
                value->name);
        sink->line += own_line;
        struct str text = value->value;
        do
            put_wrapped(sink, x, STYLE_TEXT, next_line(&text));
        while (text.len > 0 && has_room(sink));
    }
}

static void put_text(struct sink *sink, const struct detail *detail)
{
    struct str text = detail->text;
    while (text.len > 0 && has_room(sink))
        put_wrapped(sink, 0, STYLE_TEXT, next_line(&text));
    if (detail->cut && has_room(sink))
        put_line(sink, "", STYLE_WARNING,
            STR("(the rest is long: `spoor raw` prints all of it)"));
}

static void put_hex_line(
    struct sink *sink, uint64_t offset, struct str bytes, int wide)
{
    char hex[3 * 16 + 2], text[16 + 1];
    for (int i = 0; i < wide; i++) {
        static const char digits[] = "0123456789abcdef";
        bool there = (size_t)i < bytes.len;
        unsigned char byte = there ? (unsigned char)bytes.ptr[i] : 0;
        hex[3 * i] = there ? digits[byte >> 4] : ' ';
        hex[3 * i + 1] = there ? digits[byte & 15] : ' ';
        hex[3 * i + 2] = ' ';
        text[i] = !there ? ' ' : byte >= 0x20 && byte < 0x7f ? (char)byte : '.';
    }
    hex[3 * wide] = '\0';
    text[wide] = '\0';
    int y = sink->line - sink->top;
    int x = area_printf(
        sink->area, 0, y, STYLE_DIM, "%010llx  ", (unsigned long long)offset);
    x += area_text(sink->area, x, y, -1, STYLE_TEXT, str_from(hex));
    area_text(sink->area, x + 1, y, -1, STYLE_HEADING, str_from(text));
}

static void put_hex(struct sink *sink, const struct detail *detail)
{
    enum { FULL_WIDTH = 12 + 3 * 16 + 1 + 16 };
    int wide = sink->area.width >= FULL_WIDTH ? 16 : 8;
    /* Places in the source, unless the bytes come from several. */
    uint64_t first = detail->joined ? 0 : detail->line_offset;
    for (size_t at = 0; at < detail->raw.len && has_room(sink);
         at += (size_t)wide) {
        if (in_view(sink))
            put_hex_line(
                sink, first + at, str_sub(detail->raw, at, (size_t)wide), wide);
        sink->line++;
    }
}

static int count_lines(struct str text)
{
    int lines = 0;
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n';
    return lines;
}

static void put_context(struct sink *sink, const struct detail *detail)
{
    struct str text = detail->before;
    while (text.len > 0)
        put_line(sink, "  ", STYLE_DIM, next_line(&text));
    text = detail->among;
    do
        put_line(sink, "> ", STYLE_MATCH, next_line(&text));
    while (text.len > 0 && has_room(sink));
    text = detail->after;
    while (text.len > 0)
        put_line(sink, "  ", STYLE_DIM, next_line(&text));
}

static void (*const put_tab[DETAIL_TABS])(
    struct sink *sink, const struct detail *detail) = {
    [DETAIL_FIELDS] = put_fields,
    [DETAIL_TEXT] = put_text,
    [DETAIL_HEX] = put_hex,
    [DETAIL_CONTEXT] = put_context,
};

/* --- the pane ------------------------------------------------------------ */

/* "-- event 8121002 -- fields | raw text | hex | context -- auth.log @ 4711" */
static void draw_title(const struct detail_pane *pane, struct area area,
    const struct detail *detail)
{
    int x = area_text(area, 0, 0, -1, STYLE_DIM, STR("-- "));
    if (detail != NULL)
        x += area_printf(
            area, x, 0, STYLE_DIM, "event %lld -- ", (long long)detail->at.id);
    for (int tab = 0; tab < DETAIL_TABS; tab++) {
        bool current = tab == (int)pane->tab;
        if (tab > 0)
            x += area_text(area, x, 0, -1, STYLE_DIM, STR(" | "));
        x += area_text(area, x, 0, -1, current ? STYLE_TAB : STYLE_DIM,
            current ? STR("[") : STR(""));
        x += area_text(area, x, 0, -1, current ? STYLE_TAB : STYLE_DIM,
            str_from(tab_names[tab]));
        x += area_text(area, x, 0, -1, current ? STYLE_TAB : STYLE_DIM,
            current ? STR("]") : STR(""));
    }
    x += area_text(area, x, 0, -1, STYLE_DIM, STR(" -- "));
    if (detail == NULL || x >= area.width)
        return;
    struct str name = detail->source_path;
    ptrdiff_t slash = str_find_last_char(name, '/');
    if (slash >= 0)
        name = str_from_index(name, (size_t)slash + 1);
    struct buf place = {0};
    int room = area.width - x - MORE_WIDTH;
    buf_add_str(&place, name);
    buf_printf(&place, " @ %llu", (unsigned long long)detail->line_offset);
    /* Half a number would be another one. */
    if ((int)utf8_columns(buf_str(&place), area.canvas->ambiguous) > room)
        place.len = name.len;
    area_text(area, x, 0, room, STYLE_DIM, buf_str(&place));
    buf_done(&place);
}

/* The event in the middle. */
static void place_context(
    struct detail_pane *pane, const struct detail *detail, int height)
{
    int before = count_lines(detail->before);
    pane->top = before - height / 2 > 0 ? before - height / 2 : 0;
}

static void follow(
    struct detail_pane *pane, const struct detail *detail, int height)
{
    if (position_compare(pane->at, detail->at) != 0) {
        pane->at = detail->at;
        pane->top = 0;
        pane->is_placed = false;
    }
    if (!pane->is_placed && pane->tab == DETAIL_CONTEXT)
        place_context(pane, detail, height);
    pane->is_placed = true;
}

void detail_draw(
    struct detail_pane *pane, struct area area, const struct detail *detail)
{
    pane->area = area;
    pane->height = area.height - 1;
    if (area.height < 2 || area.width < 4)
        return;
    bool known = detail != NULL && detail->count > 0;
    draw_title(pane, area_rows(area, 0, 1), known ? detail : NULL);
    struct area body = area_rows(area, 1, area.height - 1);
    if (!known) {
        area_text(body, 0, 0, -1, STYLE_DIM,
            detail == NULL ? STR("reading ...")
                           : STR("there is no event here"));
        return;
    }
    follow(pane, detail, body.height);
    struct sink sink = {.area = body, .top = pane->top};
    put_tab[pane->tab](&sink, detail);
    buf_done(&sink.escaped);
    pane->lines = sink.line;
    if (pane->top > 0 && pane->top > sink.line - body.height) {
        detail_scroll(pane, 0);
        area_fill(body, STYLE_TEXT);
        sink = (struct sink){.area = body, .top = pane->top};
        put_tab[pane->tab](&sink, detail);
        buf_done(&sink.escaped);
    }
    int below = sink.line - pane->top - body.height;
    if (below > 0)
        area_printf(area, area.width - MORE_WIDTH, 0, STYLE_DIM, " %5d%s more ",
            below, below >= LINES_AHEAD ? "+" : "");
}
