/* A file is the number of its documents and their nodes; a node is
 *
 *     u8 kind, and whether it is quoted and has a key
 *     varint line
 *     key, if it has one
 *     its text, or the number of its children and then these
 *
 * and a text its length, its bytes and a NUL. */
#include "src/base/yaml_pack.h"

#include <stdlib.h>

#include "src/base/bytes.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/base/yaml_inside.h"

enum { KIND = 3, QUOTED = 4, KEYED = 8 };

static void pack_text(struct str text, struct buf *out)
{
    buf_add_varint(out, text.len);
    buf_add_str(out, text);
    buf_add_char(out, '\0');
}

/* No deeper than LIMIT_DEPTH: yaml_parse() sees to that. */
static void pack_node(const struct yaml *node, struct buf *out)
{
    bool keyed = node->key.ptr != NULL;
    buf_add_char(out,
        (char)(node->kind | (node->quoted ? QUOTED : 0) | (keyed ? KEYED : 0)));
    buf_add_varint(out, (uint64_t)node->line);
    if (keyed)
        pack_text(node->key, out);
    if (node->kind == YAML_TEXT) {
        pack_text(node->text, out);
        return;
    }
    buf_add_varint(out, node->count);
    for (size_t i = 0; i < node->count; i++)
        pack_node(&node->items[i], out);
}

void yaml_pack(const struct yaml_file *file, struct buf *out)
{
    buf_add_varint(out, file->count);
    for (size_t i = 0; i < file->count; i++)
        pack_node(&file->documents[i], out);
}

static struct str unpack_text(struct bytes *in)
{
    struct str text = bytes_str(in, (size_t)bytes_varint(in));
    if (bytes_u8(in) != 0)
        in->failed = true;
    return text;
}

/* How many nodes follow: each takes some bytes, so there are no more of them
 * than of these. */
static size_t unpack_count(struct bytes *in)
{
    uint64_t count = bytes_varint(in);
    if (count > bytes_left(in))
        in->failed = true;
    return in->failed ? 0 : (size_t)count;
}

static void unpack_node(
    struct arena *arena, struct bytes *in, int depth, struct yaml *out)
{
    uint8_t head = bytes_u8(in);
    *out = (struct yaml){
        .kind = (enum yaml_kind)(head & KIND),
        .quoted = (head & QUOTED) != 0,
        .line = (int)bytes_varint(in),
    };
    if (out->kind > YAML_MAP || depth > LIMIT_DEPTH)
        in->failed = true;
    if (head & KEYED)
        out->key = unpack_text(in);
    if (out->kind == YAML_TEXT) {
        out->text = unpack_text(in);
        return;
    }
    size_t count = unpack_count(in);
    if (count == 0)
        return;
    out->items = arena_alloc(arena, count * sizeof(*out->items));
    for (; out->count < count && !in->failed; out->count++)
        unpack_node(arena, in, depth + 1, &out->items[out->count]);
}

struct yaml_file *yaml_unpack(struct str packed)
{
    struct bytes in = bytes_from_str(packed);
    struct yaml_file *file = xcalloc(1, sizeof(*file));
    size_t count = unpack_count(&in);
    file->documents = xcalloc(count + 1, sizeof(*file->documents));
    for (; file->count < count && !in.failed; file->count++)
        unpack_node(&file->arena, &in, 0, &file->documents[file->count]);
    if (!in.failed && bytes_left(&in) == 0)
        return file;
    yaml_file_free(file);
    return NULL;
}
