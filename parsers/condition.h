/* condition: whether a format or pattern may speak about a record. */
#ifndef SPOOR_PARSERS_CONDITION_H
#define SPOOR_PARSERS_CONDITION_H

#include "parsers/define.h"
#include "parsers/pairs.h"

/* What is known when the question is asked. Either may be NULL; the log's own
 * names come before the record's. */
struct known {
    const struct pairs *pairs;
    const struct record *record;
};

/* The value of a name; false when it is absent. */
bool known_find(const struct known *known, struct str name, enum field field,
    struct str *out);

bool conditions_check(const struct conditions *conditions,
    const struct known *known, struct regex_room *room);

/* Most have none. */
static inline bool conditions_hold(const struct conditions *conditions,
    const struct known *known, struct regex_room *room)
{
    return conditions->count == 0 || conditions_check(conditions, known, room);
}

/* A process as conditions see it: the last path component, without "[pid]". */
struct str process_name(struct str process);

#endif
