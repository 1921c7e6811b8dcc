/* histogram: events over time as braille bars, failures apart, with a time axis
 * below. It keeps the stretch of time that is shown, and what is selected in
 * it; the counts come from a fetch. */
#ifndef SPOOR_UI_HISTOGRAM_H
#define SPOOR_UI_HISTOGRAM_H

#include "src/base/zone.h"
#include "ui/canvas.h"
#include "ui/fetch.h"

struct histogram {
    int64_t full_first, full_last; /* of all that matches: [first, last) */
    int64_t first, last;           /* shown */
    bool is_zoomed;                /* by the user: stays when the span grows */
    bool was_fitted;               /* stray times were looked for */
    uint64_t outside;              /* events left out when fitted */
    int64_t from, to;              /* selected; STAMP_NONE: none */
    struct area area;              /* where it was drawn last, for the mouse */
};

/* Nothing known yet. */
void histogram_init(struct histogram *histogram);
/* All that matches lies in [first, last], both included. */
void histogram_set_span(
    struct histogram *histogram, int64_t first, int64_t last);
bool histogram_has_span(const struct histogram *histogram);

/* Two buckets to a column. */
size_t histogram_buckets(int width);

/* Draw bars (which may be of another stretch: they are stretched to fit) and
 * the axis in the last line, with a sign below `cursor` (STAMP_NONE: none).
 * `final` false: the bars are not the ones asked for yet. */
struct histogram_look {
    struct fetch_bars bars;
    const struct zone *zone;
    int64_t cursor;
    bool is_final;
};
void histogram_draw(struct histogram *histogram, struct area area,
    const struct histogram_look *look);

/* Half or twice as much time, around a moment; a selection is what zooming in
 * goes to. False when there is no more to zoom. */
bool histogram_zoom(struct histogram *histogram, bool in, int64_t around);
void histogram_show_all(struct histogram *histogram);
/* When a few stray times make everything else one bar: show the rest. Called
 * with the bars of the full span. */
void histogram_fit(struct histogram *histogram, const struct fetch_bars *bars);
/* Move what is shown so that a moment is in it. */
void histogram_follow(struct histogram *histogram, int64_t time);

/* The start of the next (previous) bar with events, for jumping; false when
 * there is none in what is shown. */
bool histogram_next(const struct histogram *histogram,
    const struct fetch_bars *bars, int64_t from, bool backward, int64_t *out);
/* The time at a place of the screen; false outside. */
bool histogram_time_at(
    const struct histogram *histogram, int x, int y, int64_t *out);

#endif
