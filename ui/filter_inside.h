/* filter_inside: what the files around the filter bar share.
 *
 *     filter_text.c   queries as text, changed
 *     complete.c      what could be typed next
 *     lookup.c        the thread that asks the case
 *     filter.c        the line, the prompt, the keys
 *     saved.c         saved queries and the history in the case
 *     pivot.c         the menu on a value
 */
#ifndef SPOOR_UI_FILTER_INSIDE_H
#define SPOOR_UI_FILTER_INSIDE_H

#include "src/store/saved.h"
#include "ui/filter.h"
#include "ui/lookup.h"
#include "ui/pivot.h"

#define FILTER_HISTORY "query"

struct filter {
    struct app *app;
    struct lookup *lookup;
    /* What a menu that is open is about. */
    struct saved_list saved;
    struct buf menu_query; /* the query whose terms are offered */
    struct pivot pivot;
    struct buf pivot_name, pivot_value, pivot_host; /* its texts */
};

/* Keep a query in the case's history, beside the keys. */
void history_keep(struct app *app, struct str text);
/* Read the case's history into the prompt's. */
void history_fetch(struct app *app);

#endif
