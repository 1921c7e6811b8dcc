/* container: what is inside archives and compressed files. Names of members are
 * only names: nothing is ever written under them. */
#ifndef SPOOR_INGEST_CONTAINER_H
#define SPOOR_INGEST_CONTAINER_H

#include "src/ingest/input.h"

/* "gzip", "zip", "tar" ... when content that begins so is a container, NULL
 * when it is not. */
const char *container_kind(struct str head);

struct container;

struct member {
    char *path;       /* as the archive has it; yours until the next call */
    const char *skip; /* why it has no content to read, or NULL; the same */
    bool is_whole;    /* the container holds nothing else and has no names */
    int64_t mtime;    /* ns, STAMP_NONE unknown */
};

/* `input` and `path` must outlive it. */
int container_open(struct container **out, const struct input *input,
    const char *path, struct err *err);
void container_close(struct container *container); /* accepts NULL */

/* The next member: 1, 0 at the end, -1 when the archive is damaged here and
 * nothing more can be read. Folders are passed over. */
int container_next(
    struct container *container, struct member *member, struct err *err);

/* The content of the member. 1 all of it, 0 when only its beginning could be
 * read (the reason is in `reason`, escaped), -1 when it could not be kept. */
int container_read(struct container *container, struct spool *spool,
    struct err *reason, struct err *err);

/* The beginning of the member's content, at most `len` bytes, appended. */
void container_peek(struct container *container, size_t len, struct buf *out);

#endif
