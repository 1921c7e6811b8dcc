#include "ui/show.h"

#include <inttypes.h>
#include <stdio.h>

#include "src/base/escape.h"
#include "src/base/utf8.h"

void show_number(struct buf *out, uint64_t number)
{
    char digits[24];
    int len = snprintf(digits, sizeof(digits), "%" PRIu64, number);
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            buf_add_char(out, ',');
        buf_add_char(out, digits[i]);
    }
}

void show_size(struct buf *out, uint64_t bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB"};
    if (bytes < 1024) {
        buf_printf(out, "%" PRIu64 " B", bytes);
        return;
    }
    double size = (double)bytes / 1024;
    size_t unit = 0;
    while (size >= 1023.95 && unit < sizeof(units) / sizeof(*units) - 1) {
        size /= 1024;
        unit++;
    }
    buf_printf(out, "%.1f %s", size, units[unit]);
}

void show_time(struct buf *out, int64_t time, const struct zone *zone)
{
    char text[STAMP_TEXT_MAX];
    if (time == STAMP_NONE)
        return;
    stamp_format_plain(
        time, STAMP_PRECISION_S, zone_offset_at(zone, time), text);
    buf_add_cstr(out, text);
}

void show_span(struct buf *out, int64_t from, int64_t to)
{
    char text[STAMP_TEXT_MAX];
    uint64_t span = (uint64_t)to - (uint64_t)from;
    stamp_format_span(span > INT64_MAX ? INT64_MAX : (int64_t)span, text);
    buf_add_cstr(out, text);
}

void show_path(struct buf *out, struct str path, int width)
{
    size_t room = width > 1 ? (size_t)width : 1;
    size_t start = path.len > room ? path.len - room + 1 : 0;
    /* not inside a character */
    while (start > 0 && start < path.len && (path.ptr[start] & 0xC0) == 0x80)
        start++;
    if (start > 0)
        buf_add_char(out, '<');
    buf_add_str(out, str_from_index(path, start));
}

void show_count(struct buf *out, uint64_t count, const char *one)
{
    show_number(out, count);
    buf_printf(out, " %s%s", one, count == 1 ? "" : "s");
}

/* The first part of a text that takes at most `width` columns, cut behind a
 * blank where that leaves more than half a line. */
static struct str take_line(struct str *text, int width, int ambiguous)
{
    size_t at = 0, blank = 0;
    int columns = 0;
    while (at < text->len) {
        size_t next = at;
        uint32_t character = utf8_next(*text, &next);
        columns += utf8_width(character, ambiguous);
        if (columns > width && at > 0)
            break;
        at = next;
        if (character == ' ' && columns > width / 2)
            blank = at;
    }
    if (at < text->len && blank > 0)
        at = blank;
    struct str line = str_sub(*text, 0, at);
    *text = str_from_index(*text, at);
    return line;
}

int show_wrapped(
    struct area area, int x, int y, enum style style, struct str text)
{
    int width = area.width - x;
    if (width <= 0)
        return 1;
    struct buf clean = {0};
    int rows = 0;
    escape_add(&clean, text);
    struct str rest = buf_str(&clean);
    do {
        struct str line = take_line(&rest, width, area.canvas->ambiguous);
        if (y + rows >= 0)
            area_text(area, x, y + rows, width, style, line);
        rows++;
    } while (rest.len > 0);
    buf_done(&clean);
    return rows;
}
