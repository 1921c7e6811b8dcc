/* group_table: counts by key, in bounded memory. Keys are bytes; what does not
 * fit goes to an unlinked file in parts by hash, and is added up part by part.
 */
#ifndef SPOOR_QUERY_GROUP_TABLE_H
#define SPOOR_QUERY_GROUP_TABLE_H

#include "src/base/buf.h"
#include "src/base/err.h"

struct group_entry {
    uint64_t hash;
    size_t key; /* place in the table's keys */
    uint32_t key_len;
    uint64_t count;
    int64_t first, last; /* STAMP_NONE: only undated events */
    int64_t first_id;
};

struct group_table {
    struct group_entry *entries;
    size_t count, capacity;
    uint32_t *slots; /* index of an entry plus 1; 0: free */
    size_t slot_count;
    struct buf keys;
    struct spill *spill; /* NULL until memory was short */
};

enum { GROUP_PARTS = 64 };

void group_table_done(struct group_table *table);

/* What one event (or several of one time) adds to a group. */
struct group_add {
    uint64_t count;
    int64_t first, last, first_id;
};
void group_table_add(
    struct group_table *table, struct str key, const struct group_add *add);

/* The memory it takes. */
size_t group_table_size(const struct group_table *table);
/* Move all entries to a file in `folder`. */
int group_table_spill(
    struct group_table *table, const char *folder, struct err *err);
/* Add what `from` holds of one part, in memory and file, to `table`. */
int group_table_merge(struct group_table *table, const struct group_table *from,
    size_t part, struct err *err);
/* Forget the entries, keep the memory. */
void group_table_reset(struct group_table *table);

#endif
