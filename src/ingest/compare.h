/* compare: the digests that collectors state against what the case has. */
#ifndef SPOOR_INGEST_COMPARE_H
#define SPOOR_INGEST_COMPARE_H

#include "src/ingest/ingest.h"

/* Find the lists among the sources, in archives and beside files, and compare
 * what they state of other sources of the same collection, where that was not
 * done before. What differs is told as a warning, kept with the source and in
 * custody. */
int compare_stated(
    struct store *store, const struct ingest_options *options, struct err *err);

/* The digest of a source's content: as recorded, or from the stored bytes; len
 * 0 when neither is there. */
struct content;
struct source;
int compare_digest(struct content *content, const struct source *source,
    enum hash_kind kind, struct digest *out, struct err *err);

#endif
