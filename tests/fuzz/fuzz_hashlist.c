/* Any bytes as a collector's list of digests, and each name in it as the path
 * of something collected. */
#include <stdlib.h>

#include "src/ingest/collection.h"
#include "src/ingest/hashlist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int add_entry(
    void *context, const struct hashlist_entry *entry, struct err *err)
{
    size_t *left = context;
    struct buf path = {0};
    (void)err;
    if (entry->digest.len == 0 && !entry->has_size)
        abort();
    if (collection_original(entry->name, &path) == NULL && path.len > 0)
        abort();
    collection_plain_path(entry->name, &path);
    collection_is_drive(entry->name);
    hashlist_is_name(entry->name);
    buf_done(&path);
    return --*left > 0 ? 0 : -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct buf host = {0};
    struct str text = str_make(data, size);
    size_t left = 1000;
    hashlist_read(text, add_entry, &left, &err);
    collection_read_host(text, &host);
    buf_done(&host);
    return 0;
}
