/* gunzip: the content of a gzip file (RFC 1952), all that can be had of it: a
 * file that was cut gives every byte up to the cut, which libarchive's filter
 * does not. Several members in a row are one content, as gzip itself has it. */
#ifndef SPOOR_INGEST_GUNZIP_H
#define SPOOR_INGEST_GUNZIP_H

#include "src/ingest/input.h"

struct gunzip;

/* The input is borrowed and read from its beginning. */
struct gunzip *gunzip_new(const struct input *input);
void gunzip_free(struct gunzip *gunzip); /* accepts NULL */

/* The next bytes: 1 with `got` > 0, 0 at the end, -1 when the file is cut or
 * damaged here (everything before has been given). */
int gunzip_read(
    struct gunzip *gunzip, void *to, size_t size, size_t *got, struct err *err);

uint64_t gunzip_consumed(const struct gunzip *gunzip); /* packed bytes */

/* When the content was last written, by the first header; STAMP_NONE unless it
 * says so and has been read. */
int64_t gunzip_mtime(const struct gunzip *gunzip);

#endif
