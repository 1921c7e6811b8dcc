#include "src/store/content_blob.h"

static int read_at(
    void *self, uint64_t offset, void *to, size_t len, struct err *err)
{
    const struct content_blob *blob = self;
    return content_copy(blob->content, blob->source, offset, to, len, err);
}

static uint64_t data_at(void *self, uint64_t offset)
{
    const struct content_blob *blob = self;
    return content_data_at(blob->content, blob->source, offset);
}

struct blob content_blob(struct content_blob *self, uint64_t size)
{
    return (struct blob){
        .size = size, .read_at = read_at, .data_at = data_at, .self = self};
}
