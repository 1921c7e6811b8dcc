/* journal_data: the DATA objects of a journal file as names and values.
 *
 * A journal stores a value once and names it in every entry that has it. So it
 * is read, unpacked and its name understood once, and found again by its
 * offset. */
#ifndef SPOOR_PARSERS_JOURNAL_DATA_H
#define SPOOR_PARSERS_JOURNAL_DATA_H

#include "parsers/journal_meaning.h"
#include "parsers/journal_unpack.h"
#include "src/base/arena.h"

struct journal_datum {
    uint64_t offset; /* of its object; 0: an empty place */
    struct str name, value;
    struct journal_role role;
    bool readable; /* else name or value are what could be had */
};

struct journal_data {
    const struct journal_meaning *meaning;
    struct journal_datum *places; /* by hash of the offset */
    size_t count, capacity;       /* capacity: a power of two */
    size_t bytes;                 /* of cached names and values */
    uint64_t spent;               /* bytes of values read in all */
    struct arena kept;            /* cached bytes */
    struct arena passing;         /* those of this entry only */
    struct journal_unpacker unpacker;
};

/* `meaning` tells what names stand for, and is borrowed. */
void journal_data_init(
    struct journal_data *data, const struct journal_meaning *meaning);
void journal_data_done(struct journal_data *data);

/* Forget everything: another file follows. */
void journal_data_reset(struct journal_data *data);

/* A new entry: what was gotten for the one before may go. */
void journal_data_begin(struct journal_data *data);

/* The DATA object at an offset. Its name is empty when there is none. Slices
 * live until the next journal_data_begin. */
struct journal_datum journal_data_get(
    struct journal_data *data, struct journal_file *file, uint64_t offset);

#endif
