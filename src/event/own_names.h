/* own_names: which names the events of each kind give to values of their own
 * (extras, x.NAME). It answers whether a name can occur before any event is
 * read. */
#ifndef SPOOR_EVENT_OWN_NAMES_H
#define SPOOR_EVENT_OWN_NAMES_H

#include <stddef.h>

#include "src/base/intern.h"
#include "src/event/record.h"

struct own_name {
    uint32_t kind;
    uint32_t next;   /* private: what came after it in a record, plus 1 */
    struct str name; /* lives until the reset */
};

/* A zeroed struct own_names is empty and ready for use. Kinds are numbers of
 * the caller's, small ones: there is an array of them. */
struct own_names {
    struct own_name *at; /* [count] every kind and name once, as they came */
    size_t count, capacity;
    struct intern keys; /* numbers are indexes into `at` */
    struct own_kind *kinds;
    size_t kind_count, kind_capacity;
};

void own_names_done(struct own_names *set);
void own_names_reset(struct own_names *set); /* empty it, keep the memory */

/* 1 added, 0 known before, -1 not kept: it is longer than LIMIT_NAME or no
 * UTF-8, or the kind has LIMIT_OWN_NAMES or the set LIMIT_OWN_NAMES_CASE. */
int own_names_add(struct own_names *set, uint32_t kind, struct str name);

/* Add the names of the record's extras; false when some were not kept. */
bool own_names_note(
    struct own_names *set, uint32_t kind, const struct record *record);

bool own_names_has(const struct own_names *set, uint32_t kind, struct str name);
/* Has any kind the name? */
bool own_names_knows(const struct own_names *set, struct str name);
/* The name nearest to a misspelt one that is less than `*least` changes away
 * (str_distance), which then becomes the distance; empty if there is none. */
struct str own_names_nearest(
    const struct own_names *set, struct str name, size_t *least);

#endif
