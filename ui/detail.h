/* detail: everything about one event, in a pane that scrolls by itself: its
 * fields, its bytes as text and in hexadecimal, and the lines around it. */
#ifndef SPOOR_UI_DETAIL_H
#define SPOOR_UI_DETAIL_H

#include "ui/canvas.h"
#include "ui/fetch.h"

enum detail_tab {
    DETAIL_FIELDS,
    DETAIL_TEXT,
    DETAIL_HEX,
    DETAIL_CONTEXT,
    DETAIL_TABS
};

struct detail_pane {
    enum detail_tab tab;
    int top;            /* first line shown */
    bool is_placed;     /* false: the context is yet to be centred */
    struct position at; /* whose lines are scrolled: another begins anew */
    int lines, height;  /* of the content and the pane, when drawn last */
    struct area area;   /* where, for the mouse */
};

/* `detail` NULL: being read; without values: there is no such event. */
void detail_draw(
    struct detail_pane *pane, struct area area, const struct detail *detail);
void detail_set_tab(struct detail_pane *pane, enum detail_tab tab);
void detail_scroll(struct detail_pane *pane, int lines);

#endif
