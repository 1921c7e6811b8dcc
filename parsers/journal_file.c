#include "parsers/journal_file.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/bytes.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

/* "Header": the oldest one, whose members all later ones begin with, ends at
 * 208. Of the incompatible flags only one changes where things stand. */
enum { HEADER_LEAST = 208, FLAG_COMPACT = 1 << 4, STATE_ONLINE = 1 };

/* "Objects": the header of every object, and what follows it by type. */
enum {
    OBJECT_HEADER = 16,
    DATA_USES = 56, /* "Data Objects" */
    DATA_PAYLOAD = 64,
    DATA_PAYLOAD_COMPACT = 72, /* two 32-bit numbers more */
    FIELD_PAYLOAD = 40,        /* "Field Objects" */
    ENTRY_ITEMS = 64,          /* "Entry Objects" */
    ITEM = 16,                 /* offset and hash */
    ITEM_COMPACT = 4,
    ARRAY_ITEMS = 24, /* "Entry Array Objects" */
    ARRAY_ITEM = 8,
    HASH_ITEM = 16, /* "Hash Table Objects" */
    TAG_SIZE = 64,  /* "Tag Object" */
    ALIGNMENT = 8,
};

/* Far above any file. */
#define LINKS_END (UINT64_C(1) << 48)

/* systemd's own bound on times (VALID_REALTIME, VALID_MONOTONIC). */
#define TIME_END (UINT64_C(1) << 55)

bool journal_has_signature(struct str bytes)
{
    return str_starts_with(bytes, STR("LPKSHHRH"));
}

/* "Header". */
static void read_header(struct journal_file *file)
{
    struct str text = blob_pages_get(&file->pages, 0, HEADER_LEAST);
    struct bytes in = bytes_from_str(text);
    if (!journal_has_signature(text))
        return;
    file->has_header = true;
    bytes_skip(&in, 8 + 4); /* signature, compatible flags */
    file->compact = (bytes_u32le(&in) & FLAG_COMPACT) != 0;
    file->was_open = bytes_u8(&in) == STATE_ONLINE;
    bytes_skip(&in, 7 + 3 * JOURNAL_ID); /* file, machine, boot */
    struct str id = bytes_str(&in, JOURNAL_ID);
    if (id.len == JOURNAL_ID)
        memcpy(file->seqnum_id, id.ptr, JOURNAL_ID);
    file->header_size = bytes_u64le(&in);
    uint64_t arena = bytes_u64le(&in);
    if (arena < LINKS_END && file->header_size < LINKS_END)
        file->link_end = file->header_size + arena;
    bytes_skip(&in, 4 * 8); /* hash tables */
    file->tail = bytes_u64le(&in);
    bytes_skip(&in, 2 * 8 + 2 * 8); /* counts, sequence numbers */
    file->entry_array = bytes_u64le(&in);
    file->is_cut = file->tail >= file->pages.blob.size;
    if (file->is_cut)
        file->tail = 0;
}

static bool is_link(const struct journal_file *file, uint64_t offset)
{
    return offset % ALIGNMENT == 0 && offset < file->link_end;
}

static bool is_zero(const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < len; i++)
        if (at[i] != 0)
            return false;
    return true;
}

static size_t item_size(const struct journal_file *file)
{
    return file->compact ? ITEM_COMPACT : ITEM;
}

static size_t array_item_size(const struct journal_file *file)
{
    return file->compact ? ITEM_COMPACT : ARRAY_ITEM;
}

static size_t payload_start(const struct journal_file *file)
{
    return file->compact ? DATA_PAYLOAD_COMPACT : DATA_PAYLOAD;
}

/* The first bytes of a DATA object behind its header: its hash, and four
 * offsets of what it is linked to. */
static bool data_is_plausible(
    const struct journal_file *file, struct bytes in, uint64_t size)
{
    bool linked = true;
    bytes_skip(&in, 8);
    for (int i = 0; i < 4; i++)
        linked = is_link(file, bytes_u64le(&in)) && linked;
    return linked && !in.failed && size > payload_start(file);
}

static bool entry_is_plausible(
    const struct journal_file *file, struct bytes in, uint64_t size)
{
    uint64_t seqnum = bytes_u64le(&in);
    uint64_t realtime = bytes_u64le(&in);
    uint64_t monotonic = bytes_u64le(&in);
    return !in.failed && seqnum > 0 && realtime > 0 && realtime < TIME_END &&
           monotonic < TIME_END && size > ENTRY_ITEMS &&
           (size - ENTRY_ITEMS) % item_size(file) == 0;
}

static bool array_is_plausible(
    const struct journal_file *file, struct bytes in, uint64_t size)
{
    uint64_t next = bytes_u64le(&in);
    return !in.failed && is_link(file, next) && size > ARRAY_ITEMS &&
           (size - ARRAY_ITEMS) % array_item_size(file) == 0;
}

static bool is_plausible(const struct journal_file *file,
    const struct journal_object *object, struct bytes in)
{
    switch ((enum journal_type)object->type) {
    case JOURNAL_DATA:
        return (object->flags & (object->flags - 1)) == 0 &&
               object->flags <= JOURNAL_PACKED_ZSTD &&
               data_is_plausible(file, in, object->size);
    case JOURNAL_ENTRY:
        return object->flags == 0 && entry_is_plausible(file, in, object->size);
    case JOURNAL_ENTRY_ARRAY:
        return object->flags == 0 && array_is_plausible(file, in, object->size);
    case JOURNAL_FIELD:
        return object->flags == 0 && object->size > FIELD_PAYLOAD;
    case JOURNAL_DATA_HASH_TABLE:
    case JOURNAL_FIELD_HASH_TABLE:
        return object->flags == 0 && object->size > OBJECT_HEADER &&
               (object->size - OBJECT_HEADER) % HASH_ITEM == 0;
    case JOURNAL_TAG:
        return object->flags == 0 && object->size == TAG_SIZE;
    case JOURNAL_UNUSED:
    case JOURNAL_TYPE_COUNT:
        break;
    }
    return false;
}

bool journal_object_at(
    struct journal_file *file, uint64_t offset, struct journal_object *out)
{
    if (!is_link(file, offset) || offset == 0)
        return false;
    struct bytes in =
        bytes_from_str(blob_pages_get_most(&file->pages, offset, DATA_PAYLOAD));
    *out = (struct journal_object){.offset = offset};
    out->type = bytes_u8(&in);
    out->flags = bytes_u8(&in);
    struct str reserved = bytes_str(&in, 6);
    out->size = bytes_u64le(&in);
    return !in.failed && is_zero(reserved.ptr, reserved.len) &&
           out->size <= file->pages.blob.size - offset &&
           is_plausible(file, out, in);
}

uint64_t journal_object_end(const struct journal_object *object)
{
    uint64_t end = object->offset + object->size;
    return end + (ALIGNMENT - end % ALIGNMENT) % ALIGNMENT;
}

static size_t item_count(
    const struct journal_file *file, const struct journal_object *object)
{
    uint64_t count = (object->size - ENTRY_ITEMS) / item_size(file);
    return count < LIMIT_EXTRAS ? (size_t)count : LIMIT_EXTRAS;
}

/* "Entry Objects". */
bool journal_entry_read(struct journal_file *file,
    const struct journal_object *object, struct journal_entry *out)
{
    size_t count = item_count(file, object);
    size_t len = ENTRY_ITEMS + count * item_size(file);
    struct bytes in =
        bytes_from_str(blob_pages_get(&file->pages, object->offset, len));
    file->items = mem_grow(
        file->items, &file->item_capacity, count + 1, sizeof(*file->items));
    *out = (struct journal_entry){
        .object = *object, .items = file->items, .item_count = count};
    bytes_skip(&in, OBJECT_HEADER);
    out->seqnum = bytes_u64le(&in);
    out->realtime = bytes_u64le(&in);
    out->monotonic = bytes_u64le(&in);
    struct str boot = bytes_str(&in, JOURNAL_ID);
    if (boot.len == JOURNAL_ID)
        memcpy(out->boot_id, boot.ptr, JOURNAL_ID);
    out->xor_hash = bytes_u64le(&in);
    for (size_t i = 0; i < count; i++) {
        file->items[i] = file->compact ? bytes_u32le(&in) : bytes_u64le(&in);
        if (!file->compact)
            bytes_skip(&in, 8); /* the data's hash */
    }
    out->cut = object->size - ENTRY_ITEMS > (uint64_t)count * item_size(file);
    return !in.failed;
}

bool journal_entry_is_sound(
    struct journal_file *file, const struct journal_object *object)
{
    struct journal_entry entry;
    struct journal_object data;
    if (!journal_entry_read(file, object, &entry))
        return false;
    size_t found = 0;
    for (size_t i = 0; i < entry.item_count; i++)
        found += journal_object_at(file, entry.items[i], &data) &&
                 data.type == JOURNAL_DATA;
    return found * 2 >= entry.item_count;
}

struct str journal_payload(
    struct journal_file *file, const struct journal_object *object)
{
    size_t start = payload_start(file);
    uint64_t len = object->size - start;
    return blob_pages_get(&file->pages, object->offset + start,
        len < LIMIT_RECORD ? (size_t)len : LIMIT_RECORD);
}

uint64_t journal_uses(
    struct journal_file *file, const struct journal_object *object)
{
    struct bytes in = bytes_from_str(
        blob_pages_get(&file->pages, object->offset + DATA_USES, 8));
    return bytes_u64le(&in);
}

/* "Entry Array Objects". */
uint64_t journal_array_item(struct journal_file *file,
    const struct journal_object *object, uint64_t index)
{
    size_t size = array_item_size(file);
    if (index >= (object->size - ARRAY_ITEMS) / size)
        return 0;
    struct bytes in = bytes_from_str(blob_pages_get(
        &file->pages, object->offset + ARRAY_ITEMS + index * size, size));
    return file->compact ? bytes_u32le(&in) : bytes_u64le(&in);
}

uint64_t journal_array_next(
    struct journal_file *file, const struct journal_object *object)
{
    struct bytes in = bytes_from_str(
        blob_pages_get(&file->pages, object->offset + OBJECT_HEADER, 8));
    return bytes_u64le(&in);
}

/* The hash tables before the first entry have some 4 MiB, as journald makes
 * them; entries soon follow. */
#define GUESSED_FROM ((uint64_t)64 << 20)

/* Without a header the first entry that is sound tells how wide offsets are. */
static bool guess_width(struct journal_file *file, bool compact)
{
    struct journal_object object;
    file->compact = compact;
    uint64_t size = file->pages.blob.size;
    uint64_t at = HEADER_LEAST;
    while (at < size && at < GUESSED_FROM) {
        if (!journal_object_at(file, at, &object)) {
            at += ALIGNMENT;
            continue;
        }
        if (object.type == JOURNAL_ENTRY &&
            journal_entry_is_sound(file, &object))
            return true;
        at = object.type == JOURNAL_ENTRY ? at + ALIGNMENT
                                          : journal_object_end(&object);
    }
    return false;
}

void journal_file_open(struct journal_file *file, const struct blob *blob)
{
    blob_pages_open(&file->pages, blob);
    file->has_header = file->was_open = file->is_cut = false;
    file->compact = false;
    file->header_size = file->tail = file->entry_array = 0;
    file->link_end = LINKS_END;
    memset(file->seqnum_id, 0, sizeof(file->seqnum_id));
    read_header(file);
    if (file->link_end < blob->size)
        file->link_end = blob->size;
    if (!file->has_header && !guess_width(file, true))
        guess_width(file, false);
    if (file->header_size < HEADER_LEAST || file->header_size >= blob->size ||
        file->header_size % ALIGNMENT != 0)
        file->header_size = HEADER_LEAST;
}

void journal_file_done(struct journal_file *file)
{
    blob_pages_done(&file->pages);
    free(file->items);
    *file = (struct journal_file){0};
}
