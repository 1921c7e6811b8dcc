/* enrich: what sources say that names what others know by number only. */
#ifndef SPOOR_INGEST_ENRICH_H
#define SPOOR_INGEST_ENRICH_H

#include "src/store/source.h"

/* Inside the import's transaction, once all bytes of the source are there.
 * Sources that say nothing of others are passed over. */
int enrich_from(
    struct store *store, const struct source *source, struct err *err);

#endif
