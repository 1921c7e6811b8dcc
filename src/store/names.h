/* names: kinds and entities of a case, by id and by value, for readers. */
#ifndef SPOOR_STORE_NAMES_H
#define SPOOR_STORE_NAMES_H

#include "src/event/kind.h"
#include "src/event/own_names.h"
#include "src/store/store.h"

/* The values are stored. */
enum entity_type {
    ENTITY_HOST,
    ENTITY_USER,
    ENTITY_PROCESS,
    ENTITY_ACCOUNT, /* a user known by number, of one host (identity.h) */
};

/* Every kind of the case: few (hundreds). Index is the kind's id; unused ids
 * have an empty format. Reload when store_version_seen changes. */
struct kinds {
    struct kind *at; /* [count] */
    size_t count;
    struct own_names own_names; /* by id */
    struct arena *arena;
};
int kinds_load(struct store *store, struct kinds *out, struct err *err);
void kinds_done(struct kinds *kinds);
/* May an event of the kind have a value x.NAME? */
bool kinds_may_have(const struct kinds *kinds, int64_t id, struct str name);

/* An entity's name; "" for id 0. Cached. An account's is what the case knows it
 * to be called, or else its number. */
struct names;
struct names *names_new(struct store *store);
void names_free(struct names *names);
/* The slice lives until the cache is freed or 100,000 other names later. */
struct str names_get(struct names *names, int64_t id);

/* Exact id of a name, 0 when the case has none. */
int64_t names_find(struct names *names, enum entity_type type, struct str name);

/* Is it an account? Then others may have the same name. */
bool names_is_account(struct names *names, int64_t id);
/* The number of an account and the source that says what it is called; false
 * when nobody does. `number` lives until the next call. */
bool names_origin(
    struct names *names, int64_t id, struct str *number, int64_t *source);

/* Call `visit` with every entity of a type. Stops when it returns false. Users
 * are accounts, too: by number and, where that is known, by name. */
int names_each(struct store *store, enum entity_type type,
    bool (*visit)(void *context, int64_t id, struct str name), void *context,
    struct err *err);

#endif
