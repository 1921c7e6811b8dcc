/* blob_pages: a blob seen through a few windows, for readers that hop between
 * linked objects: what was near the last hop costs no call of the blob. */
#ifndef SPOOR_PARSERS_BLOB_PAGES_H
#define SPOOR_PARSERS_BLOB_PAGES_H

#include "parsers/parser.h"

enum { BLOB_PAGES = 16 };

struct blob_page {
    uint64_t offset;
    size_t len;
    uint64_t used; /* when, as a count; 0: never */
    char *bytes;   /* NULL until the page is first needed */
};

/* A zeroed struct blob_pages is ready for blob_pages_open. */
struct blob_pages {
    struct blob blob;
    struct blob_page pages[BLOB_PAGES];
    struct blob_page *last; /* the one that served the last call */
    struct buf large;       /* a run longer than a page */
    uint64_t clock;
};

/* Begin on this blob; what was cached of another one is forgotten. */
void blob_pages_open(struct blob_pages *pages, const struct blob *blob);
void blob_pages_done(struct blob_pages *pages);

/* The bytes [offset, offset + len), which live until the next call. Empty when
 * the blob does not have all of them, cannot be read there, or they are more
 * than LIMIT_RECORD. */
struct str blob_pages_get(
    struct blob_pages *pages, uint64_t offset, size_t len);

/* The same, as many as there are up to `len`. */
struct str blob_pages_get_most(
    struct blob_pages *pages, uint64_t offset, size_t len);

#endif
