/* journal_file: a systemd journal file as objects at offsets.
 *
 * Layouts: systemd's "Journal File Format" (docs/JOURNAL_FILE_FORMAT.md), the
 * sections named below. Everything is little-endian, objects begin at multiples
 * of eight. Nothing the file says is believed before it was compared with the
 * file's size, and the header is not needed: it only says where to begin and
 * how wide the offsets in entries are, which a file without one also shows.
 *
 *     header | object | object | ... | unused zeros
 *               |
 *               +-- DATA "NAME=value"    ENTRY: offsets of its DATA objects
 *                   FIELD, hash tables, entry arrays: indexes over them */
#ifndef SPOOR_PARSERS_JOURNAL_FILE_H
#define SPOOR_PARSERS_JOURNAL_FILE_H

#include "parsers/blob_pages.h"

enum { JOURNAL_ID = 16 }; /* bytes of a 128-bit id */

/* "Objects": the types. */
enum journal_type {
    JOURNAL_UNUSED,
    JOURNAL_DATA,
    JOURNAL_FIELD,
    JOURNAL_ENTRY,
    JOURNAL_DATA_HASH_TABLE,
    JOURNAL_FIELD_HASH_TABLE,
    JOURNAL_ENTRY_ARRAY,
    JOURNAL_TAG,
    JOURNAL_TYPE_COUNT
};

/* How the payload of a DATA object is packed; one at most. */
enum journal_packing {
    JOURNAL_PACKED_XZ = 1,
    JOURNAL_PACKED_LZ4 = 2,
    JOURNAL_PACKED_ZSTD = 4,
};

struct journal_object {
    uint64_t offset, size; /* whole, with its header */
    uint8_t type, flags;   /* enum journal_type, enum journal_packing */
};

struct journal_entry {
    struct journal_object object;
    uint64_t seqnum, realtime, monotonic, xor_hash; /* times in us */
    uint8_t boot_id[JOURNAL_ID];
    const uint64_t *items; /* offsets of its data; live until the next entry */
    size_t item_count;
    bool cut; /* it names more items than LIMIT_EXTRAS */
};

struct journal_file {
    struct blob_pages pages;
    bool has_header;
    bool was_open; /* its state says that journald had not closed it */
    bool is_cut;   /* the header knows of more than there is */
    bool compact;  /* offsets of entries and entry arrays have 32 bits */
    uint64_t header_size;
    uint64_t link_end;    /* no offset is as high, also in what was cut off */
    uint64_t tail;        /* the last object the header knows of; or 0 */
    uint64_t entry_array; /* the first of the chain over all entries; or 0 */
    uint8_t seqnum_id[JOURNAL_ID];
    uint64_t *items; /* of the last entry */
    size_t item_capacity;
};

/* Does a file that begins with these bytes look like a journal? */
bool journal_has_signature(struct str bytes);

/* Begin on a blob. `file` was zeroed or in use; never fails, since a file of
 * any content can be searched for objects. */
void journal_file_open(struct journal_file *file, const struct blob *blob);
void journal_file_done(struct journal_file *file);

/* The object at an offset, when its header and the numbers in it could be
 * those of one. */
bool journal_object_at(
    struct journal_file *file, uint64_t offset, struct journal_object *out);

/* Where the object after this one begins. */
uint64_t journal_object_end(const struct journal_object *object);

/* What an ENTRY object says. */
bool journal_entry_read(struct journal_file *file,
    const struct journal_object *object, struct journal_entry *out);

/* Whether items of an ENTRY object are DATA objects, half of them at least (the
 * others may be damaged): for one found by searching, which could be bytes of
 * anything. */
bool journal_entry_is_sound(
    struct journal_file *file, const struct journal_object *object);

/* The payload of a DATA object as it is stored. Lives until the next call. */
struct str journal_payload(
    struct journal_file *file, const struct journal_object *object);

/* How many entries a DATA object says it is in: a hint. */
uint64_t journal_uses(
    struct journal_file *file, const struct journal_object *object);

/* Item `index` of an ENTRY_ARRAY object, 0 past its end; `next` is the array
 * after it. */
uint64_t journal_array_item(struct journal_file *file,
    const struct journal_object *object, uint64_t index);
uint64_t journal_array_next(
    struct journal_file *file, const struct journal_object *object);

#endif
