#include "src/query/group_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/bytes.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/base/stamp.h"

/* A run of one part in the file. */
struct run {
    size_t part;
    off_t offset;
    size_t len;
};

struct spill {
    FILE *file;
    off_t size;
    struct run *runs;
    size_t count, capacity;
};

void group_table_done(struct group_table *table)
{
    free(table->entries);
    free(table->slots);
    buf_done(&table->keys);
    if (table->spill != NULL) {
        if (table->spill->file != NULL)
            fclose(table->spill->file);
        free(table->spill->runs);
        free(table->spill);
    }
    *table = (struct group_table){0};
}

void group_table_reset(struct group_table *table)
{
    table->count = 0;
    buf_clear(&table->keys);
    if (table->slot_count > 0)
        memset(table->slots, 0, table->slot_count * sizeof(*table->slots));
}

size_t group_table_size(const struct group_table *table)
{
    return table->count * sizeof(*table->entries) + table->keys.len +
           table->slot_count * sizeof(*table->slots);
}

static size_t part_of(uint64_t hash)
{
    return (size_t)(hash >> 58); /* GROUP_PARTS */
}

/* --- in memory ----------------------------------------------------------- */

static void grow_slots(struct group_table *table)
{
    size_t count = table->slot_count == 0 ? 1024 : table->slot_count * 2;
    free(table->slots);
    table->slots = xcalloc(count, sizeof(*table->slots));
    table->slot_count = count;
    for (size_t i = 0; i < table->count; i++) {
        size_t slot = (size_t)table->entries[i].hash & (count - 1);
        while (table->slots[slot] != 0)
            slot = (slot + 1) & (count - 1);
        table->slots[slot] = (uint32_t)(i + 1);
    }
}

static void entry_add(struct group_entry *entry, const struct group_add *add)
{
    entry->count += add->count;
    if (add->first == STAMP_NONE) {
        if (entry->first == STAMP_NONE && add->first_id < entry->first_id)
            entry->first_id = add->first_id;
        return;
    }
    if (entry->first == STAMP_NONE || add->first < entry->first ||
        (add->first == entry->first && add->first_id < entry->first_id)) {
        entry->first = add->first;
        entry->first_id = add->first_id;
    }
    if (entry->last == STAMP_NONE || add->last > entry->last)
        entry->last = add->last;
}

static void add_hashed(struct group_table *table, struct str key, uint64_t hash,
    const struct group_add *add)
{
    if ((table->count + 1) * 2 > table->slot_count)
        grow_slots(table);
    size_t slot = (size_t)hash & (table->slot_count - 1);
    for (; table->slots[slot] != 0;
         slot = (slot + 1) & (table->slot_count - 1)) {
        struct group_entry *entry = &table->entries[table->slots[slot] - 1];
        if (entry->hash == hash && entry->key_len == key.len &&
            (key.len == 0 ||
                memcmp(table->keys.ptr + entry->key, key.ptr, key.len) == 0)) {
            entry_add(entry, add);
            return;
        }
    }
    table->entries = mem_grow(table->entries, &table->capacity,
        table->count + 1, sizeof(*table->entries));
    table->entries[table->count] = (struct group_entry){
        .hash = hash,
        .key = table->keys.len,
        .key_len = (uint32_t)key.len,
        .count = add->count,
        .first = add->first,
        .last = add->last,
        .first_id = add->first_id,
    };
    buf_add_str(&table->keys, key);
    table->slots[slot] = (uint32_t)++table->count;
}

/* A fast mixer over words: keys are short and chosen by attackers only within
 * one analyst's own case. */
static uint64_t hash_key(struct str key)
{
    uint64_t hash = UINT64_C(0x9E3779B97F4A7C15) ^ key.len;
    size_t at = 0;
    for (; at + 8 <= key.len; at += 8) {
        uint64_t word;
        memcpy(&word, key.ptr + at, 8);
        hash = (hash ^ word) * UINT64_C(0xBF58476D1CE4E5B9);
        hash ^= hash >> 32;
    }
    uint64_t rest = 0;
    for (; at < key.len; at++)
        rest = rest << 8 | (unsigned char)key.ptr[at];
    hash = (hash ^ rest) * UINT64_C(0x94D049BB133111EB);
    hash ^= hash >> 29;
    hash *= UINT64_C(0xBF58476D1CE4E5B9);
    return hash ^ hash >> 32;
}

void group_table_add(
    struct group_table *table, struct str key, const struct group_add *add)
{
    add_hashed(table, key, hash_key(key), add);
}

/* --- in a file ----------------------------------------------------------- */

static int spill_open(
    struct group_table *table, const char *folder, struct err *err)
{
    char *path =
        xasprintf("%s/.spoor-group-XXXXXX", folder[0] != '\0' ? folder : ".");
    int fd = mkstemp(path);
    if (fd < 0) {
        free(path);
        path = xstrdup("/tmp/spoor-group-XXXXXX"); /* read-only media */
        fd = mkstemp(path);
    }
    if (fd < 0) {
        err_errno(err, "making a temporary file for many groups");
        free(path);
        return -1;
    }
    unlink(path);
    free(path);
    table->spill = xcalloc(1, sizeof(*table->spill));
    table->spill->file = fdopen(fd, "w+b");
    if (table->spill->file != NULL)
        return 0;
    close(fd);
    return err_errno(err, "making a temporary file for many groups");
}

static void write_entry(const struct group_table *table,
    const struct group_entry *entry, struct buf *out)
{
    buf_add_varint(out, entry->key_len);
    buf_add(out, table->keys.ptr + entry->key, entry->key_len);
    buf_add_varint(out, entry->count);
    buf_add_varint(out, (uint64_t)entry->first);
    buf_add_varint(out, (uint64_t)entry->last);
    buf_add_varint(out, (uint64_t)entry->first_id);
}

static int write_run(
    struct spill *spill, size_t part, const struct buf *bytes, struct err *err)
{
    if (bytes->len == 0)
        return 0;
    if (fseeko(spill->file, spill->size, SEEK_SET) != 0 ||
        fwrite(bytes->ptr, 1, bytes->len, spill->file) != bytes->len ||
        fflush(spill->file) != 0)
        return err_errno(err, "writing groups that do not fit in memory");
    spill->runs = mem_grow(
        spill->runs, &spill->capacity, spill->count + 1, sizeof(*spill->runs));
    spill->runs[spill->count++] = (struct run){part, spill->size, bytes->len};
    spill->size += (off_t)bytes->len;
    return 0;
}

int group_table_spill(
    struct group_table *table, const char *folder, struct err *err)
{
    if (table->spill == NULL && spill_open(table, folder, err) < 0)
        return -1;
    struct buf bytes = {0};
    int rc = 0;
    for (size_t part = 0; part < GROUP_PARTS && rc == 0; part++) {
        buf_clear(&bytes);
        for (size_t i = 0; i < table->count; i++)
            if (part_of(table->entries[i].hash) == part)
                write_entry(table, &table->entries[i], &bytes);
        rc = write_run(table->spill, part, &bytes, err);
    }
    buf_done(&bytes);
    group_table_reset(table);
    return rc;
}

static int read_run(const struct spill *spill, const struct run *run,
    struct group_table *out, struct err *err)
{
    char *bytes = xmalloc(run->len);
    if (fseeko(spill->file, run->offset, SEEK_SET) != 0 ||
        fread(bytes, 1, run->len, spill->file) != run->len) {
        free(bytes);
        return err_errno(err, "reading groups that did not fit in memory");
    }
    struct bytes in = bytes_from(bytes, run->len);
    while (bytes_left(&in) > 0) {
        size_t len = (size_t)bytes_varint(&in);
        struct str key = bytes_str(&in, len);
        struct group_add add = {.count = bytes_varint(&in)};
        add.first = (int64_t)bytes_varint(&in);
        add.last = (int64_t)bytes_varint(&in);
        add.first_id = (int64_t)bytes_varint(&in);
        if (in.failed)
            break;
        group_table_add(out, key, &add);
    }
    free(bytes);
    return in.failed ? err_set(err, ERR_IO, "a temporary file was damaged") : 0;
}

int group_table_merge(struct group_table *table, const struct group_table *from,
    size_t part, struct err *err)
{
    for (size_t i = 0; i < from->count; i++) {
        const struct group_entry *entry = &from->entries[i];
        if (part_of(entry->hash) != part)
            continue;
        struct group_add add = {
            entry->count, entry->first, entry->last, entry->first_id};
        add_hashed(table, str_make(from->keys.ptr + entry->key, entry->key_len),
            entry->hash, &add);
    }
    if (from->spill == NULL)
        return 0;
    for (size_t i = 0; i < from->spill->count; i++)
        if (from->spill->runs[i].part == part &&
            read_run(from->spill, &from->spill->runs[i], table, err) < 0)
            return -1;
    return 0;
}
