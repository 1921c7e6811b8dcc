/* dig: a value that lies deeper than the names of a record reach, in an array
 * of objects or in a text that is JSON itself.
 *
 *     target[0].id          of the first object of an array, [1] the second
 *     parameters[name=To].value   of the object whose `name` is To
 *     AuditData[].UserId    of a value that is one object
 */
#ifndef SPOOR_PARSERS_DIG_H
#define SPOOR_PARSERS_DIG_H

#include "parsers/pairs.h"

enum { DIG_DEPTH = 2 };

/* One step. */
struct dig {
    struct str name;      /* of the outer value */
    struct str key, word; /* what the object must have; "": see below */
    uint64_t index;       /* which object it is, without a key */
    struct str path;      /* inside the object */
};

/* How many steps lead there, the outermost first; 0 when the name is a plain
 * one. events[0].parameters[name=To].value takes two. */
size_t dig_read(struct str name, struct dig out[DIG_DEPTH]);

/* Look into `value`, with `room` to read in; the result lives as long as what
 * `room` holds. */
bool dig_find(const struct dig *dig, struct str value, struct pairs *room,
    struct str *out);

#endif
