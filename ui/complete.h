/* complete: what could be typed next in a query. Knows no screen; values come
 * from whoever knows the case. */
#ifndef SPOOR_UI_COMPLETE_H
#define SPOOR_UI_COMPLETE_H

#include "src/query/group.h"
#include "ui/prompt.h"

/* What is known of the case. All may be absent. */
struct complete_facts {
    /* Values of a field, the most frequent first; NULL while none are known. */
    const struct group *(*values)(void *context, enum field field);
    void *context;
    const struct own_names *own_names; /* the logs' own; NULL: none known */
    int64_t first, last;     /* days between are offered; STAMP_NONE: none */
    const struct zone *zone; /* of those days */
};

/* Candidates at byte `at` of the text: names of fields, values, times, words of
 * a counting tail. At most COMPLETE_MAX. */
enum { COMPLETE_MAX = 200 };
void complete_query(struct str text, size_t at,
    const struct complete_facts *facts, struct completion *out);

#endif
