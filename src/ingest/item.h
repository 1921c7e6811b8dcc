/* item: one source under way from the reader through the workers to the
 * writer. Counted references, for a worker may hold on to it a little. */
#ifndef SPOOR_INGEST_ITEM_H
#define SPOOR_INGEST_ITEM_H

#include <stdatomic.h>

#include "src/ingest/known.h"
#include "src/store/source.h"

enum { SUPERSEDES_MAX = 16 };

struct item {
    atomic_int references;

    /* Filled by the reader before TASK_BEGIN, then the writer's alone. */
    struct source source;
    bool resumed; /* the case has the row: do not begin another */

    /* Immutable from TASK_BEGIN on. */
    struct reading reading; /* parser NULL: bytes only */
    struct buf years;       /* of struct year_row: reading.years */
    struct str host;        /* default host of its events */
    char *path;             /* reading.path */
    bool keep;              /* its bytes become chunks */
    bool as_they_are;       /* chunks are not compressed */
    bool again;             /* the events of a stored source, read again */
    bool recut;             /* `again` by another parser than its chunks' */
    bool quiet;             /* says nothing at its end */
    struct known *self;     /* its place in the catalogue; NULL if `again` */
    struct known *parent;   /* container, or NULL */
    struct known *same_as;  /* or NULL */
    struct known *continues;

    /* Filled by the reader before TASK_END. */
    struct item_end {
        enum source_state state;
        uint64_t size;
        struct digest sha256, sha1, md5;
        char *note;       /* added to what source.note says; or NULL */
        char *stat_after; /* or NULL */
        struct known *same_as;
        struct known *supersedes[SUPERSEDES_MAX]; /* removed with this end */
        size_t supersedes_count;
    } end;
};

struct item *item_new(void);
struct item *item_hold(struct item *item);
void item_release(struct item *item); /* accepts NULL */

/* Every text of a source set to "" where it is NULL. */
void source_fill(struct source *source);

/* Replace an owned text. */
void text_set(char **text, const char *to);
/* Append to an owned text, "; " between. */
void text_join(char **text, const char *more);

#endif
