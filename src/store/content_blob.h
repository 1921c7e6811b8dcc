/* content_blob: a source of the case as random-access parsers read it. */
#ifndef SPOOR_STORE_CONTENT_BLOB_H
#define SPOOR_STORE_CONTENT_BLOB_H

#include "parsers/parser.h"
#include "src/store/content.h"

struct content_blob {
    struct content *content; /* borrowed, as long as the blob is used */
    int64_t source;
};

/* The first `size` bytes of what `self` names. */
struct blob content_blob(struct content_blob *self, uint64_t size);

#endif
