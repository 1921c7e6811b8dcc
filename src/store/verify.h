/* verify: is the case what it says it is. */
#ifndef SPOOR_STORE_VERIFY_H
#define SPOOR_STORE_VERIFY_H

#include "src/base/progress.h"
#include "src/store/store.h"

/* One finding for the user; `text` is escaped. `bad` ones make the case
 * unsound. */
struct verify_line {
    bool bad;
    int64_t source; /* 0: the case */
    const char *text;
};
typedef void verify_report(void *context, const struct verify_line *line);

/* Re-hash every chunk against its running hash and its source's SHA-256, check
 * that offsets join up, every event lies inside its source, batches and events
 * agree, the custody chain holds, and SQLite's own integrity check. Returns 1
 * sound, 0 not, -1 when it could not be done. */
int store_verify(struct store *store, verify_report *report, void *context,
    struct progress *progress, struct err *err);

/* Give back the space of removed sources; custody says what left. Returns the
 * bytes saved in `saved`. */
int store_compact(struct store *store, uint64_t *saved,
    struct progress *progress, struct err *err);

#endif
