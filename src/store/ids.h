/* ids: for the writer, from what a batch says to the numbers a case has. */
#ifndef SPOOR_STORE_IDS_H
#define SPOOR_STORE_IDS_H

#include "src/event/batch.h"
#include "src/store/names.h"

enum { ENTITY_TYPES = ENTITY_PROCESS + 1 }; /* that are names alone */

/* One batch in the case's terms. Lives until the next translation. */
struct translation {
    int64_t *kinds; /* [batch->kind_count] */
    int64_t
        *names[ENTITY_TYPES]; /* [batch->names.count]; 0: not of that type */
    struct intern accounts;   /* host and number of users, as in the batch */
    int64_t *account_ids;     /* [accounts.count] */
    uint32_t columns;         /* bits by enum row_column that have values */
    struct buf kind_set;      /* for batch.kinds */
    struct buf filter;        /* for batch.filter */
};

/* The id of a user that is a number on a host; both are names of the batch. */
int64_t translation_account(
    const struct translation *translation, uint32_t host, uint32_t number);

struct ids;

struct ids *ids_new(struct store *store, struct err *err);
void ids_free(struct ids *ids);

/* Adds the kinds and entities that the case does not know yet, inside the open
 * transaction. After a rollback the ids must be thrown away. */
const struct translation *ids_translate(
    struct ids *ids, const struct batch *batch, struct err *err);

#endif
