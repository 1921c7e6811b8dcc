/* stated: what lists of collectors state of the sources of a case, and whether
 * it is so. */
#ifndef SPOOR_STORE_STATED_H
#define SPOOR_STORE_STATED_H

#include "src/base/buf.h"
#include "src/store/store.h"

/* One statement of a list about a source. */
struct stated {
    int64_t source;
    const char *what; /* static: "sha256", "sha1", "md5" or "size" */
    char *value;      /* as stated */
    char *found;      /* what it is */
    bool agrees;
};

struct stated_list {
    int64_t list;    /* the source that is the list */
    int64_t last;    /* no source with a higher id was looked at */
    int64_t entries; /* that the list has */
    struct stated *items;
    size_t count, capacity;
};

void stated_list_done(struct stated_list *list); /* frees the items */

/* The highest source a list was compared with, 0 when it never was. */
int stated_last(
    struct store *store, int64_t list, int64_t *last, struct err *err);

/* Keep what came of a comparison, in one transaction, with a custody record
 * ("compared") when something was. A source that differs says so in its note.
 */
int stated_keep(
    struct store *store, const struct stated_list *list, struct err *err);

/* Whether the note of a source says that a list states otherwise. */
bool stated_in_note(const char *note);

/* For people: "sha256 as source 7 states", "NOT the md5 that source 7 states";
 * appended, nothing when no list names the source. 1 when one of them differs,
 * 0 when not, -1 on error. */
int stated_describe(
    struct store *store, int64_t source, struct buf *out, struct err *err);

#endif
