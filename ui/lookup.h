/* lookup: what the filter bar asks of the case, answered by a thread of its
 * own: how many events a query being typed finds, and what values a field has.
 * Asking never waits; when there is news the owner is woken and asks again. */
#ifndef SPOOR_UI_LOOKUP_H
#define SPOOR_UI_LOOKUP_H

#include "src/base/zone.h"
#include "src/query/group.h"
#include "src/store/names.h"

struct lookup;

struct lookup_options {
    const struct store *store; /* outlives the lookup, as do the others */
    const struct formats *formats;
    const struct zone *zone;     /* of times without one; NULL: UTC */
    void (*wake)(void *context); /* from the thread */
    void *context;
};

struct lookup *lookup_new(const struct lookup_options *options);
void lookup_free(struct lookup *lookup); /* cancels; accepts NULL */

/* The case or the zone has changed: everything is asked anew. */
void lookup_forget(struct lookup *lookup, const struct zone *zone);

enum lookup_state { LOOKUP_PENDING, LOOKUP_DONE, LOOKUP_FAILED };

/* How many events the query finds, its tail aside. Counting begins when nothing
 * else has been asked for LOOKUP_PAUSE_MS; the next other text cancels it. */
enum { LOOKUP_PAUSE_MS = 150 };
enum lookup_state lookup_count(
    struct lookup *lookup, struct str text, uint64_t *events, struct err *err);

/* The most frequent values of a field, at most LOOKUP_VALUES: NULL while they
 * are not known, or when it would take reading every record again. Lives until
 * lookup_forget. */
enum { LOOKUP_VALUES = 500 };
const struct group *lookup_values(struct lookup *lookup, enum field field);

/* False until the case has been looked at. */
struct lookup_facts {
    int64_t first, last; /* of all dated events; STAMP_NONE */
    int64_t newest;      /* acquisition; STAMP_NONE */
    uint64_t events;
};
bool lookup_facts(struct lookup *lookup, struct lookup_facts *out);

/* The logs' own names that queries may use bare; NULL until the case has been
 * looked at. Lives until the next call. */
const struct own_names *lookup_own_names(struct lookup *lookup);

/* Is anything asked that is not answered? */
bool lookup_is_busy(struct lookup *lookup);

#endif
