/* record_numbers: the numbers of a source's records in the log's own count. */
#ifndef SPOOR_STORE_RECORD_NUMBERS_H
#define SPOOR_STORE_RECORD_NUMBERS_H

#include "src/event/numbers.h"
#include "src/store/store.h"

/* Of all records of the source, joined; none for formats that do not count.
 * `out` is yours: numbers_done. */
int record_numbers_get(
    struct store *store, int64_t source, struct numbers *out, struct err *err);

#endif
