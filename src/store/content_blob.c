#include "src/store/content_blob.h"

static int read_at(
    void *self, uint64_t offset, void *to, size_t len, struct err *err)
{
    const struct content_blob *blob = self;
    return content_copy(blob->content, blob->source, offset, to, len, err);
}

struct blob content_blob(struct content_blob *self, uint64_t size)
{
    return (struct blob){.size = size, .read_at = read_at, .self = self};
}
