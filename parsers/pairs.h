/* pairs: the named values of one structured record, in their order. */
#ifndef SPOOR_PARSERS_PAIRS_H
#define SPOOR_PARSERS_PAIRS_H

#include "src/base/arena.h"
#include "src/base/json.h"
#include "src/base/str.h"

struct pair {
    struct str name, value;
};

/* A zeroed struct pairs is ready for use. Slices live in what was read and in
 * the arena, until the next pairs_clear. */
struct pairs {
    struct pair *items;
    size_t count, capacity;
    struct arena arena;
    struct json json;
    struct buf path, joined;
};

void pairs_done(struct pairs *pairs);
void pairs_clear(struct pairs *pairs);

/* Past LIMIT_EXTRAS, more are dropped. */
void pairs_add(struct pairs *pairs, struct str name, struct str value);

/* The first of that exact name. */
bool pairs_find(const struct pairs *pairs, struct str name, struct str *out);

/* The first of that name in any case: exports through tables of databases spell
 * names in lower case, some tools of a service begin them with capitals. */
bool pairs_find_nocase(
    const struct pairs *pairs, struct str name, struct str *out);

/* Read one JSON object; nested names are joined with dots, arrays are kept as
 * JSON text. False when the text is not one whole object; what was read before
 * the fault is there. */
bool pairs_read_json(struct pairs *pairs, struct str text);

/* Read `key=value key="value"`. True when all of the text is such pairs. */
bool pairs_read_logfmt(struct pairs *pairs, struct str text);

/* The same with other separators; text that is no pair is stepped over. */
void pairs_read_loose(
    struct pairs *pairs, struct str text, char between, char equals);

/* Read `Name: value, Other Name: value`: a blank follows what stands `between`
 * two. A value goes on until a name follows, so it may hold both. */
void pairs_read_named(struct pairs *pairs, struct str text, char between);

#endif
