/* ask: queries read as one case understands them. For threads that work beside
 * the screen: it reads the case. */
#ifndef SPOOR_UI_ASK_H
#define SPOOR_UI_ASK_H

#include "src/query/search.h"

/* `text` must live as long as the query. `zone` is of times without one; NULL:
 * UTC. */
struct query *ask_parse(struct store *store, const struct formats *formats,
    const struct zone *zone, const char *text, struct err *err);

#endif
