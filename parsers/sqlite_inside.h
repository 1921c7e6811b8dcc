/* sqlite_inside: what the files of the SQLite reader share. */
#ifndef SPOOR_PARSERS_SQLITE_INSIDE_H
#define SPOOR_PARSERS_SQLITE_INSIDE_H

#include "parsers/sqlite_table.h"
#include "src/base/arena.h"
#include "src/base/bytes.h"
#include "src/base/limit.h"

enum { SQLITE_CACHE_PAGES = 32, SQLITE_PAGE_MAX = 65536 };

struct sqlite_page {
    uint32_t number; /* 0: none */
    char *bytes;     /* [page_size] */
};

struct sqlite_file {
    struct blob blob;
    uint32_t page_size;
    uint32_t usable; /* of a page: without what extensions reserve */
    uint32_t page_count;
    enum encoding encoding;
    bool has_log;
    struct sqlite_page cache[SQLITE_CACHE_PAGES];
};

/* The bytes of a page, from 1; empty when it is not wholly there. They live
 * until SQLITE_CACHE_PAGES other pages were asked for. */
struct str sqlite_page_get(
    struct sqlite_file *file, uint32_t number, struct err *err);

/* fileformat 1.6: big-endian, 7 bits a byte, the ninth has 8. */
uint64_t sqlite_varint(struct bytes *in);

/* A leaf cell's payload, out of its page and the chain of overflow pages. */
struct sqlite_payload {
    struct buf bytes; /* at most LIMIT_RECORD */
    struct span *parts;
    size_t part_count, part_capacity;
    bool cut;
};
void sqlite_payload_done(struct sqlite_payload *payload);

/* `cell` begins at the payload, `size` is what the cell claims; `at` is where
 * that is in the file. Sets the payload and `used`, what of `cell` belongs to
 * it. -1 when the chain is broken. */
int sqlite_payload_read(struct sqlite_file *file, struct str cell,
    uint64_t size, uint64_t at, struct sqlite_payload *payload, uint32_t *used,
    struct err *err);

/* A payload as values (fileformat 2.1), at most `most`; texts are decoded into
 * `arena`. False when its header makes no sense. */
bool sqlite_values_read(struct str payload, enum encoding encoding,
    struct arena *arena, struct sqlite_value *values, size_t most,
    size_t *count);

/* The columns of a CREATE TABLE statement: names, in order, and which of them
 * is the row id (-1: none). Names lie in `sql`. False when it is none. */
bool sqlite_columns_read(struct str sql, struct str *names, size_t most,
    size_t *count, int *rowid_column);

#endif
