/* hashlist: the lists of digests that collectors write beside what they took:
 * of sha256sum, sha1sum and md5sum in both forms, of hashdeep, tables and JSON
 * lines with columns for them, and UAC's log of an acquisition. */
#ifndef SPOOR_INGEST_HASHLIST_H
#define SPOOR_INGEST_HASHLIST_H

#include "src/base/err.h"
#include "src/base/hash.h"

/* What a list states of one file. */
struct hashlist_entry {
    struct str name;      /* as written; "" for the file beside the list */
    struct digest digest; /* len 0: none */
    uint64_t size;
    bool has_size;
};
typedef int hashlist_visit(
    void *context, const struct hashlist_entry *entry, struct err *err);

/* Whether a file of this name may be such a list. Tables that state digests of
 * something else (Amcache) are none. */
bool hashlist_is_name(struct str path);

/* Every statement of a list, one call per digest; ends early when `visit` says
 * -1. Returns how many there were, or -1. */
int64_t hashlist_read(
    struct str content, hashlist_visit *visit, void *context, struct err *err);

#endif
