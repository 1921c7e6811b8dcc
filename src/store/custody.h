/* custody: what was done to the evidence, append-only and hash-chained. */
#ifndef SPOOR_STORE_CUSTODY_H
#define SPOOR_STORE_CUSTODY_H

#include "src/store/store.h"

struct custody {
    int64_t id;
    int64_t time;
    char *actor;    /* user@host of who ran the program */
    char *action;   /* created acquired imported duplicate skipped verified
                       re-timed exported removed compacted migrated compared */
    int64_t source; /* 0: the case as a whole */
    char *detail;   /* JSON object */
    struct digest previous, hash; /* hash = SHA-256 over previous and the row */
};

/* Append a row inside the transaction that is open, or one of its own. */
int custody_add(struct store *store, const char *action, int64_t source,
    struct str detail, struct err *err);

int custody_list(
    struct store *store, struct custody **rows, size_t *count, struct err *err);
void custody_list_free(struct custody *rows, size_t count);

/* Walk the chain: 1 whole, 0 broken (`first_bad` gets the row), -1 error. */
int custody_check(struct store *store, int64_t *first_bad, struct err *err);

#endif
