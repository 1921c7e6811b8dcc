#include "ui/histogram.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"

/* The shortest stretch worth showing. */
#define SPAN_MIN (STAMP_SECOND / 100)

enum { DOTS = 4 }; /* of a braille character, from top to bottom */

void histogram_init(struct histogram *histogram)
{
    *histogram = (struct histogram){
        .full_first = STAMP_NONE,
        .full_last = STAMP_NONE,
        .from = STAMP_NONE,
        .to = STAMP_NONE,
    };
}

bool histogram_has_span(const struct histogram *histogram)
{
    return histogram->full_first != STAMP_NONE;
}

/* Spans can pass 63 bits. */
static double length_of(int64_t first, int64_t last)
{
    return (double)last - (double)first;
}

void histogram_show_all(struct histogram *histogram)
{
    histogram->first = histogram->full_first;
    histogram->last = histogram->full_last;
    histogram->is_zoomed = false;
    histogram->outside = 0;
}

void histogram_set_span(
    struct histogram *histogram, int64_t first, int64_t last)
{
    bool known = histogram_has_span(histogram);
    last = last < INT64_MAX ? last + 1 : last;
    if (known && histogram->full_first == first && histogram->full_last == last)
        return;
    histogram->full_first = first;
    histogram->full_last = last;
    if (histogram->full_last - 1 == histogram->full_first &&
        last < INT64_MAX - STAMP_SECOND)
        histogram->full_last = first + STAMP_SECOND;
    if (!histogram->is_zoomed || !known)
        histogram_show_all(histogram);
}

/* --- zooming ------------------------------------------------------------- */

static int64_t clamp(double time, int64_t low, int64_t high)
{
    return time <= (double)low    ? low
           : time >= (double)high ? high
                                  : (int64_t)time;
}

static void show(struct histogram *histogram, double first, double length)
{
    int64_t low = histogram->full_first, high = histogram->full_last;
    double full = length_of(low, high);
    if (length >= full) {
        histogram_show_all(histogram);
        return;
    }
    if (first + length > (double)high)
        first = (double)high - length;
    if (first < (double)low)
        first = (double)low;
    histogram->first = clamp(first, low, high - 1);
    histogram->last = clamp(first + length, histogram->first + 1, high);
    histogram->is_zoomed = true;
}

bool histogram_zoom(struct histogram *histogram, bool in, int64_t around)
{
    if (!histogram_has_span(histogram))
        return false;
    double length = length_of(histogram->first, histogram->last);
    if (in && histogram->from != STAMP_NONE && histogram->to != STAMP_NONE) {
        show(histogram, (double)histogram->from,
            length_of(histogram->from, histogram->to) + 1);
        histogram->from = histogram->to = STAMP_NONE;
        return true;
    }
    if (in ? length / 2 < (double)SPAN_MIN : !histogram->is_zoomed)
        return false;
    double middle = around == STAMP_NONE ? (double)histogram->first + length / 2
                                         : (double)around;
    length = in ? length / 2 : length * 2;
    show(histogram, middle - length / 2, length);
    return true;
}

void histogram_follow(struct histogram *histogram, int64_t time)
{
    if (!histogram->is_zoomed || time == STAMP_NONE ||
        (time >= histogram->first && time < histogram->last))
        return;
    double length = length_of(histogram->first, histogram->last);
    show(histogram, (double)time - length / 2, length);
}

void histogram_fit(struct histogram *histogram, const struct fetch_bars *bars)
{
    /* At most one event in so many may be left out, to gain so much. */
    enum { STRAY = 200, GAIN = 8 };
    uint64_t total = 0, left = 0, right = 0;
    if (histogram->was_fitted || histogram->is_zoomed || bars->count < 2 ||
        bars->first != histogram->full_first)
        return;
    histogram->was_fitted = true;
    for (size_t i = 0; i < bars->count; i++)
        total += bars->counts[i];
    size_t low = 0, high = bars->count;
    while (low + 1 < high && left + bars->counts[low] <= total / STRAY / 2)
        left += bars->counts[low++];
    while (
        low + 1 < high && right + bars->counts[high - 1] <= total / STRAY / 2)
        right += bars->counts[--high];
    if (total == 0 || (high - low) * GAIN > bars->count || left + right == 0)
        return;
    double width = length_of(bars->first, bars->last) / (double)bars->count;
    show(histogram, (double)bars->first + width * (double)low,
        width * (double)(high - low));
    histogram->outside = left + right;
}

bool histogram_next(const struct histogram *histogram,
    const struct fetch_bars *bars, int64_t from, bool backward, int64_t *out)
{
    if (bars->count == 0 || bars->last <= bars->first)
        return false;
    double width = length_of(bars->first, bars->last) / (double)bars->count;
    double place = length_of(bars->first, from) / width;
    double count = (double)bars->count;
    int at = place < 0 ? -1 : place >= count ? (int)bars->count : (int)place;
    for (at += backward ? -1 : 1; at >= 0 && at < (int)bars->count;
         at += backward ? -1 : 1)
        if (bars->counts[at] > 0) {
            *out = clamp((double)bars->first + width * at,
                histogram->full_first, histogram->full_last);
            return true;
        }
    return false;
}

bool histogram_time_at(
    const struct histogram *histogram, int x, int y, int64_t *out)
{
    const struct area *area = &histogram->area;
    if (!histogram_has_span(histogram) || x < area->x || y < area->y ||
        x >= area->x + area->width || y >= area->y + area->height)
        return false;
    double part = (double)(x - area->x) / (double)area->width;
    *out = clamp((double)histogram->first +
                     part * length_of(histogram->first, histogram->last),
        histogram->first, histogram->last);
    return true;
}

/* --- drawing ------------------------------------------------------------- */

size_t histogram_buckets(int width)
{
    return width > 0 ? (size_t)width * 2 : 0;
}

struct bar {
    double count, failures;
};

/* The bars of another stretch (before zooming, say) as if each were even. */
static void stretch(const struct histogram *histogram,
    const struct fetch_bars *bars, struct bar *out, size_t count)
{
    double width = length_of(bars->first, bars->last) / (double)bars->count;
    double step = length_of(histogram->first, histogram->last) / (double)count /
                  width; /* in old bars */
    double start = length_of(bars->first, histogram->first) / width;
    for (size_t i = 0; i < count; i++) {
        double low = start + step * (double)i, high = low + step;
        low = low < 0 ? 0 : low;
        high = high > (double)bars->count ? (double)bars->count : high;
        for (size_t j = (size_t)low; (double)j < high; j++) {
            double from = low > (double)j ? low : (double)j;
            double to = high < (double)j + 1 ? high : (double)j + 1;
            out[i].count += (to - from) * (double)bars->counts[j];
            out[i].failures += (to - from) * (double)bars->failures[j];
        }
    }
}

static void take_bars(const struct histogram *histogram,
    const struct fetch_bars *bars, struct bar *out, size_t count)
{
    if (bars->count == 0)
        return;
    if (bars->count != count || bars->first != histogram->first ||
        bars->last != histogram->last) {
        stretch(histogram, bars, out, count);
        return;
    }
    for (size_t i = 0; i < count; i++)
        out[i] = (struct bar){
            (double)bars->counts[i],
            (double)bars->failures[i],
        };
}

/* Dots from the ground: something is never nothing. */
static int dots_of(double value, double most, int height)
{
    if (value <= 0 || most <= 0)
        return 0;
    int dots = (int)(value / most * height * DOTS + 0.5);
    return dots < 1 ? 1 : dots;
}

/* Dots of one character row that a bar of `dots` fills. */
static int dots_in_row(int dots, int row_from_ground)
{
    int in = dots - row_from_ground * DOTS;
    return in < 0 ? 0 : in > DOTS ? DOTS : in;
}

/* Unicode 14.0, 21.1 "Braille": dots 7 3 2 1 and 8 6 5 4, from the ground. */
static const uint8_t left_dots[DOTS] = {0x40, 0x04, 0x02, 0x01};
static const uint8_t right_dots[DOTS] = {0x80, 0x20, 0x10, 0x08};

static void draw_column(
    struct area area, int x, const struct bar pair[2], double most)
{
    int height = area.height;
    int bars[2], fails[2];
    for (int i = 0; i < 2; i++) {
        bars[i] = dots_of(pair[i].count, most, height);
        fails[i] = dots_of(pair[i].failures, most, height);
    }
    for (int row = 0; row < height; row++) {
        uint32_t mask = 0;
        int left = dots_in_row(bars[0], row), right = dots_in_row(bars[1], row);
        for (int i = 0; i < left; i++)
            mask |= left_dots[i];
        for (int i = 0; i < right; i++)
            mask |= right_dots[i];
        if (mask == 0)
            return;
        int failed = dots_in_row(fails[0], row) + dots_in_row(fails[1], row);
        char text[4];
        size_t len = utf8_encode(0x2800 + mask, text);
        area_text(area, x, height - 1 - row, 1,
            failed * 2 >= left + right ? STYLE_BAR_FAIL : STYLE_BAR,
            str_make(text, len));
    }
}

static void draw_bars(const struct histogram *histogram, struct area area,
    const struct fetch_bars *bars, double *most)
{
    size_t count = histogram_buckets(area.width);
    struct bar *at = xcalloc(count + 1, sizeof(*at));
    take_bars(histogram, bars, at, count);
    *most = 0;
    for (size_t i = 0; i < count; i++)
        if (at[i].count > *most)
            *most = at[i].count;
    for (int x = 0; x < area.width; x++)
        draw_column(area, x, at + (size_t)x * 2, *most);
    free(at);
}

static int column_of(const struct histogram *histogram, int width, int64_t time)
{
    double part = length_of(histogram->first, time) /
                  length_of(histogram->first, histogram->last);
    int x = (int)(part * width);
    return part < 0 ? 0 : x >= width ? width - 1 : x;
}

/* As many parts of a date as the stretch needs. */
static void axis_time(const struct histogram *histogram,
    const struct zone *zone, int64_t time, char out[STAMP_TEXT_MAX])
{
    double length = length_of(histogram->first, histogram->last);
    size_t cut = length < 600 * (double)STAMP_SECOND ? 19
                 : length < 1000 * (double)STAMP_DAY ? 16
                                                     : 10;
    stamp_format_plain(
        time, STAMP_PRECISION_S, zone_offset_at(zone, time), out);
    if (strlen(out) > cut)
        out[cut] = '\0';
}

/* What a bar is; and what is not to be seen. */
static void describe(const struct histogram *histogram, size_t count,
    double most, bool is_final, struct buf *out)
{
    char span[STAMP_TEXT_MAX];
    double bucket =
        length_of(histogram->first, histogram->last) / (double)count;
    stamp_format_span(bucket < 1 ? 1 : (int64_t)bucket, span);
    buf_printf(out, "%s a bar, most %.0f", span, most);
    if (histogram->outside > 0)
        buf_printf(out, "; %llu outside, - shows them",
            (unsigned long long)histogram->outside);
    else if (!is_final)
        buf_add_cstr(out, " (counting)");
}

/* A sign below the bar of the cursor's time; where a label stands, it gets the
 * cursor's style instead. */
static void draw_cursor(
    const struct histogram *histogram, struct area area, int64_t cursor)
{
    if (cursor == STAMP_NONE || cursor < histogram->first ||
        cursor >= histogram->last)
        return;
    int x = column_of(histogram, area.width, cursor);
    const struct canvas *canvas = area.canvas;
    const struct cell *cell =
        canvas->cells + (size_t)area.y * (size_t)canvas->width + area.x + x;
    if (strcmp(cell->text, " ") == 0)
        area_text(area, x, 0, 1, STYLE_CURSOR, STR("^"));
    else
        area_style(area, x, 0, 1, STYLE_CURSOR);
}

static void draw_axis(const struct histogram *histogram, struct area area,
    const struct histogram_look *look, double most)
{
    char first[STAMP_TEXT_MAX], last[STAMP_TEXT_MAX];
    struct buf middle = {0};
    axis_time(histogram, look->zone, histogram->first, first);
    axis_time(histogram, look->zone, histogram->last - 1, last);
    describe(histogram, histogram_buckets(area.width), most, look->is_final,
        &middle);
    int width = area.width, end = (int)strlen(last), text = (int)middle.len;
    int used = area_text(area, 0, 0, width, STYLE_DIM, str_from(first));
    if (width - end > used + 1)
        area_text(area, width - end, 0, end, STYLE_DIM, str_from(last));
    if ((width - text) / 2 > used + 1 && (width + text) / 2 < width - end - 1)
        area_text(
            area, (width - text) / 2, 0, text, STYLE_DIM, buf_str(&middle));
    buf_done(&middle);
    draw_cursor(histogram, area, look->cursor);
}

static void draw_selection(const struct histogram *histogram, struct area area)
{
    if (histogram->from == STAMP_NONE)
        return;
    int64_t to = histogram->to == STAMP_NONE ? histogram->from : histogram->to;
    int x = column_of(histogram, area.width, histogram->from);
    int end = column_of(histogram, area.width, to);
    if (to < histogram->first || histogram->from >= histogram->last)
        return;
    for (int y = 0; y < area.height; y++)
        area_style(area, x, y, end - x + 1, STYLE_MARK);
}

void histogram_draw(struct histogram *histogram, struct area area,
    const struct histogram_look *look)
{
    histogram->area = area;
    if (!histogram_has_span(histogram) || area.width < 1 || area.height < 2)
        return;
    double most;
    struct area bars = area_rows(area, 0, area.height - 1);
    draw_bars(histogram, bars, &look->bars, &most);
    draw_selection(histogram, bars);
    draw_axis(histogram, area_rows(area, area.height - 1, 1), look, most);
}
