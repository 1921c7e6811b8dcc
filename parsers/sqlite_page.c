/* Pages, payloads and values of a SQLite database. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/sqlite_inside.h"
#include "src/base/mem.h"

#define MAGIC STR("SQLite format 3\0")

enum { HEADER_BYTES = 100, USABLE_LEAST = 480, LOG_VERSION = 2 };

/* --- header: fileformat 1.3 ----------------------------------------------- */

bool sqlite_file_is(struct str head)
{
    return head.len >= HEADER_BYTES && str_starts_with(head, MAGIC);
}

static int read_header(
    struct sqlite_file *file, struct str header, struct err *err)
{
    struct bytes in = bytes_from_str(header);
    bytes_skip(&in, MAGIC.len);
    uint32_t size = bytes_u16be(&in);
    uint8_t write_version = bytes_u8(&in), read_version = bytes_u8(&in);
    uint8_t reserved = bytes_u8(&in);
    bytes_skip(&in, 35); /* to offset 56 */
    uint32_t encoding = bytes_u32be(&in);
    if (size == 1)
        size = SQLITE_PAGE_MAX;
    if (in.failed || size < 512 || (size & (size - 1)) != 0 ||
        size - reserved < USABLE_LEAST)
        return err_set(err, ERR_INPUT,
            "the database's header says pages of %" PRIu32 " bytes", size);
    file->page_size = size;
    file->usable = size - reserved;
    file->encoding = encoding == 2   ? ENCODING_UTF16LE
                     : encoding == 3 ? ENCODING_UTF16BE
                                     : ENCODING_UTF8;
    file->has_log = write_version == LOG_VERSION || read_version == LOG_VERSION;
    return 0;
}

struct sqlite_file *sqlite_file_open(const struct blob *blob, struct err *err)
{
    char header[HEADER_BYTES];
    if (blob->size < sizeof(header)) {
        err_set(err, ERR_INPUT, "the database ends inside its header");
        return NULL;
    }
    if (blob->read_at(blob->self, 0, header, sizeof(header), err) < 0)
        return NULL;
    if (!sqlite_file_is(str_make(header, sizeof(header)))) {
        err_set(err, ERR_INPUT, "no SQLite database");
        return NULL;
    }
    struct sqlite_file *file = xcalloc(1, sizeof(*file));
    file->blob = *blob;
    int rc = read_header(file, str_make(header, sizeof(header)), err);
    uint64_t pages = rc < 0 ? 0 : blob->size / file->page_size;
    if (rc == 0 && pages > LIMIT_SQLITE_PAGES)
        rc = err_set(err, ERR_LIMIT,
            "a database of %" PRIu64 " pages is too big", pages);
    if (rc < 0) {
        free(file);
        return NULL;
    }
    file->page_count = (uint32_t)pages;
    return file;
}

void sqlite_file_close(struct sqlite_file *file)
{
    if (file == NULL)
        return;
    for (size_t i = 0; i < SQLITE_CACHE_PAGES; i++)
        free(file->cache[i].bytes);
    free(file);
}

bool sqlite_file_has_log(const struct sqlite_file *file)
{
    return file->has_log;
}

struct str sqlite_page_get(
    struct sqlite_file *file, uint32_t number, struct err *err)
{
    struct sqlite_page *page = &file->cache[number % SQLITE_CACHE_PAGES];
    if (number == 0 || number > file->page_count) {
        err_set(err, ERR_INPUT, "page %" PRIu32 " is not in the file", number);
        return (struct str){0};
    }
    if (page->bytes == NULL)
        page->bytes = xmalloc(file->page_size);
    if (page->number != number) {
        page->number = 0;
        if (file->blob.read_at(file->blob.self,
                (uint64_t)(number - 1) * file->page_size, page->bytes,
                file->page_size, err) < 0)
            return (struct str){0};
        page->number = number;
    }
    return str_make(page->bytes, file->page_size);
}

uint64_t sqlite_varint(struct bytes *in)
{
    uint64_t number = 0;
    for (int i = 0; i < 8; i++) {
        uint8_t byte = bytes_u8(in);
        number = number << 7 | (byte & 0x7Fu);
        if ((byte & 0x80u) == 0)
            return number;
    }
    return number << 8 | bytes_u8(in);
}

/* --- payload: fileformat 1.6 ---------------------------------------------- */

void sqlite_payload_done(struct sqlite_payload *payload)
{
    buf_done(&payload->bytes);
    free(payload->parts);
}

static void add_part(
    struct sqlite_payload *payload, uint64_t offset, size_t length)
{
    payload->parts = mem_grow(payload->parts, &payload->part_capacity,
        payload->part_count + 1, sizeof(*payload->parts));
    payload->parts[payload->part_count++] =
        (struct span){offset, (uint32_t)length};
}

/* How much of a table leaf's payload stands on the leaf. */
static uint64_t local_size(uint32_t usable, uint64_t size)
{
    if (size <= usable - 35)
        return size;
    uint64_t least = (uint64_t)(usable - 12) * 32 / 255 - 23;
    uint64_t local = least + (size - least) % (usable - 4);
    return local <= usable - 35 ? local : least;
}

/* A chain cannot be longer than what it claims to hold, so it ends. */
static int follow_chain(struct sqlite_file *file, uint32_t number,
    uint64_t left, struct sqlite_payload *payload, struct err *err)
{
    while (left > 0) {
        struct str page = sqlite_page_get(file, number, err);
        if (page.len == 0)
            return err_wrap(err, "following a long row");
        struct bytes in = bytes_from_str(page);
        uint64_t at = (uint64_t)(number - 1) * file->page_size + 4;
        number = bytes_u32be(&in);
        size_t len = file->usable - 4 < left ? file->usable - 4 : (size_t)left;
        buf_add_str(&payload->bytes, bytes_str(&in, len));
        add_part(payload, at, len);
        left -= len;
    }
    return 0;
}

int sqlite_payload_read(struct sqlite_file *file, struct str cell,
    uint64_t size, uint64_t at, struct sqlite_payload *payload, uint32_t *used,
    struct err *err)
{
    buf_clear(&payload->bytes);
    payload->part_count = 0;
    uint64_t local = local_size(file->usable, size);
    struct bytes in = bytes_from_str(cell);
    buf_add_str(&payload->bytes, bytes_str(&in, (size_t)local));
    uint32_t next = local < size ? bytes_u32be(&in) : 0;
    if (in.failed)
        return err_set(err, ERR_INPUT, "a row passes the end of its page");
    *used = (uint32_t)(cell.len - bytes_left(&in));
    payload->cut = size > LIMIT_RECORD;
    uint64_t wanted = payload->cut ? LIMIT_RECORD : size;
    if (local == size)
        return 0;
    add_part(payload, at, (size_t)local);
    return follow_chain(file, next, wanted - local, payload, err);
}

/* --- values: fileformat 2.1 ----------------------------------------------- */

static int64_t read_whole(struct bytes *in, size_t len)
{
    uint64_t number = 0;
    for (size_t i = 0; i < len; i++) {
        uint8_t byte = bytes_u8(in);
        if (i == 0 && (byte & 0x80u) != 0)
            number = UINT64_MAX; /* the sign fills what is above */
        number = number << 8 | byte;
    }
    return (int64_t)number;
}

static struct str read_text(
    struct bytes *in, size_t len, enum encoding encoding, struct arena *arena)
{
    struct str raw = bytes_str(in, len);
    if (encoding == ENCODING_UTF8)
        return raw;
    struct buf decoded = {0};
    encoding_decode(encoding, raw, &decoded);
    struct str text = arena_copy(arena, buf_str(&decoded));
    buf_done(&decoded);
    return text;
}

static struct sqlite_value read_value(struct bytes *in, uint64_t serial,
    enum encoding encoding, struct arena *arena)
{
    static const uint8_t widths[] = {0, 1, 2, 3, 4, 6, 8};
    struct sqlite_value value = {.type = SQLITE_WHOLE};
    if (serial == 0 || serial == 10 || serial == 11) {
        value.type = SQLITE_NONE;
    } else if (serial <= 6) {
        value.whole = read_whole(in, widths[serial]);
    } else if (serial == 7) {
        uint64_t bits = bytes_u64be(in);
        value.type = SQLITE_FLOATING;
        memcpy(&value.floating, &bits, sizeof(bits));
    } else if (serial <= 9) {
        value.whole = (int64_t)serial - 8;
    } else {
        bool is_text = serial % 2 == 1;
        uint64_t len = (serial - 12) / 2;
        value.type = is_text ? SQLITE_TEXTUAL : SQLITE_BYTES;
        if (len > bytes_left(in))
            in->failed = true;
        else if (is_text)
            value.bytes = read_text(in, (size_t)len, encoding, arena);
        else
            value.bytes = bytes_str(in, (size_t)len);
    }
    return value;
}

bool sqlite_values_read(struct str payload, enum encoding encoding,
    struct arena *arena, struct sqlite_value *values, size_t most,
    size_t *count)
{
    struct bytes in = bytes_from_str(payload);
    *count = 0;
    uint64_t header_size = sqlite_varint(&in);
    if (in.failed || header_size > payload.len)
        return false;
    struct bytes header =
        bytes_from_str(str_sub(payload, 0, (size_t)header_size));
    (void)sqlite_varint(&header);
    struct bytes body =
        bytes_from_str(str_from_index(payload, (size_t)header_size));
    while (bytes_left(&header) > 0 && *count < most) {
        uint64_t serial = sqlite_varint(&header);
        struct sqlite_value value = read_value(&body, serial, encoding, arena);
        if (header.failed || body.failed)
            return *count > 0; /* what came before is what there is */
        values[(*count)++] = value;
    }
    return true;
}
