/* pivot: from one value to what else the case knows of it. */
#ifndef SPOOR_UI_PIVOT_H
#define SPOOR_UI_PIVOT_H

#include "src/query/query.h"

struct app;

struct pivot {
    struct group_key key;
    struct str value;    /* "": it is absent */
    struct str host;     /* of the event; "" unknown */
    int64_t event, time; /* 0 and STAMP_NONE without one */
};

/* Open the menu; the pivot is copied. */
void pivot_menu(struct app *app, const struct pivot *pivot);

/* Action (view.h): on the value under the timeline's cursor. */
void pivot_here(struct app *app, void *state, struct str argument);

#endif
