/* Plans of templates, compiled once however many chunks carry them.
 *
 * Every chunk has its own copy of each definition it uses. The copies differ in
 * the offsets of names, and in which names stand inside of them, because a
 * chunk holds each name once, where it was first used. So a plan keeps its
 * definition as it was seen with those offsets as *holes*, and the names they
 * led to: a copy is the same when all other bytes are, and its holes lead to
 * the same names. A GUID alone proves nothing.
 *
 * Within a chunk a small table, by the definition's place, answers first. */
#include <stdlib.h>
#include <string.h>

#include "parsers/evtx.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

enum {
    NEARBY = 256, /* definitions of a chunk: a power of two */
    BUCKETS = 1024,
    OFFSET_SIZE = 4, /* of a name, and of the next name of the same hash */
};

struct hole {
    size_t at;       /* in the definition */
    bool is_inside;  /* the name stands behind it, with an offset of its own */
    struct str name; /* UTF-16 */
};

struct entry {
    struct entry *next; /* of the same bucket */
    struct evtx_plan plan;
    struct evtx_context context;
    uint64_t piece; /* the last that had it */
    struct str guid, content;
    struct hole *holes;
    size_t hole_count, hole_capacity;
};

struct nearby {
    const char *content; /* of the definition, in the chunk; NULL: none */
    size_t len;
    struct evtx_context context;
    const struct entry *entry; /* NULL: it is broken */
};

struct evtx_cache {
    struct nearby nearby[NEARBY];
    struct entry *buckets[BUCKETS];
    size_t count;
    size_t compiled; /* bytes of definitions, for this chunk */
    uint64_t next_id;
    uint64_t piece; /* which one is at work */
    struct arena arena;
};

struct evtx_cache *evtx_cache_new(void)
{
    struct evtx_cache *cache = xcalloc(1, sizeof(*cache));
    cache->next_id = 1;
    return cache;
}

static void free_entry(struct entry *entry)
{
    evtx_plan_done(&entry->plan);
    free(entry->holes);
    free(entry);
}

static void forget_all(struct evtx_cache *cache)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct entry *entry = cache->buckets[i]; entry != NULL;) {
            struct entry *next = entry->next;
            free_entry(entry);
            entry = next;
        }
        cache->buckets[i] = NULL;
    }
    cache->count = 0;
    arena_reset(&cache->arena);
}

void evtx_cache_free(struct evtx_cache *cache)
{
    if (cache == NULL)
        return;
    forget_all(cache);
    arena_done(&cache->arena);
    free(cache);
}

void evtx_cache_enter_chunk(struct evtx_cache *cache)
{
    memset(cache->nearby, 0, sizeof(cache->nearby));
    cache->compiled = 0;
    if (cache->count >= LIMIT_EVTX_TEMPLATES ||
        cache->arena.used >= LIMIT_EVTX_TEMPLATE_BYTES)
        forget_all(cache);
}

void evtx_cache_enter_piece(struct evtx_cache *cache)
{
    cache->piece++;
}

static bool same_context(
    const struct evtx_context *a, const struct evtx_context *b)
{
    return a->level == b->level && str_eq(a->prefix, b->prefix);
}

/* --- the same definition? ------------------------------------------------- */

static bool same_bytes(
    const struct entry *entry, struct str content, size_t from, size_t to)
{
    return memcmp(entry->content.ptr + from, content.ptr + from, to - from) ==
           0;
}

/* Where the hole of this copy leads: the same name? */
static bool same_name(
    struct str chunk, struct str content, const struct hole *hole)
{
    struct bytes node = bytes_from_str(chunk);
    const uint8_t *field = (const uint8_t *)content.ptr + hole->at;
    size_t offset = evtx_u32(field);
    size_t behind = (size_t)(content.ptr - chunk.ptr) + hole->at + OFFSET_SIZE;
    if (hole->is_inside)
        return offset == behind; /* its letters are among the bytes */
    if (offset == behind)
        return false;
    bytes_skip(&node, offset);
    bytes_skip(&node, OFFSET_SIZE + 2);
    size_t units = bytes_u16le(&node);
    struct str name = bytes_str(&node, 2 * units);
    return !node.failed && str_eq(name, hole->name);
}

static bool is_copy(const struct entry *entry, struct str chunk,
    const struct evtx_definition *definition,
    const struct evtx_context *context)
{
    struct str content = definition->content;
    size_t at = 0;
    if (content.len != entry->content.len ||
        !str_eq(definition->guid, entry->guid) ||
        !same_context(context, &entry->context))
        return false;
    for (size_t i = 0; i < entry->hole_count; i++) {
        const struct hole *hole = &entry->holes[i];
        if (!same_bytes(entry, content, at, hole->at) ||
            !same_name(chunk, content, hole))
            return false;
        at = hole->at + (hole->is_inside ? 2 : 1) * (size_t)OFFSET_SIZE;
    }
    return same_bytes(entry, content, at, content.len);
}

/* --- compiling ------------------------------------------------------------ */

struct watch {
    struct entry *entry;
    struct arena *arena;
    const uint8_t *start; /* of the definition */
};

static void note_hole(void *context, const uint8_t *field, struct str name)
{
    struct watch *watch = context;
    struct entry *entry = watch->entry;
    const uint8_t *letters = (const uint8_t *)name.ptr;
    entry->holes = mem_grow(entry->holes, &entry->hole_capacity,
        entry->hole_count + 1, sizeof(*entry->holes));
    /* between the two: the next name's offset, the hash, the length */
    bool is_inside = letters == field + OFFSET_SIZE + OFFSET_SIZE + 4;
    entry->holes[entry->hole_count++] = (struct hole){
        .at = (size_t)(field - watch->start),
        .is_inside = is_inside,
        .name = is_inside ? (struct str){0} : arena_copy(watch->arena, name)};
}

static struct entry *compile(struct evtx_cache *cache, struct str chunk,
    const struct evtx_definition *definition,
    const struct evtx_context *context)
{
    struct entry *entry = xcalloc(1, sizeof(*entry));
    struct watch watch = {.entry = entry,
        .arena = &cache->arena,
        .start = (const uint8_t *)definition->content.ptr};
    struct evtx_tokens tokens;
    entry->context = *context;
    entry->context.prefix = arena_copy(&cache->arena, context->prefix);
    cache->compiled += definition->content.len;
    bool whole = evtx_tokens_start(
        &tokens, chunk, definition->at, definition->content.len);
    tokens.on_name = note_hole;
    tokens.context = &watch;
    if (!whole || !evtx_plan_compile(
                      &entry->plan, &tokens, &entry->context, &cache->arena)) {
        free_entry(entry);
        return NULL;
    }
    entry->plan.id = cache->next_id++;
    entry->guid = arena_copy(&cache->arena, definition->guid);
    entry->content = arena_copy(&cache->arena, definition->content);
    return entry;
}

/* --- finding -------------------------------------------------------------- */

static struct entry **bucket_of(struct evtx_cache *cache, struct str guid)
{
    return &cache->buckets[evtx_u32((const uint8_t *)guid.ptr) % BUCKETS];
}

static struct entry *find(struct evtx_cache *cache, struct str chunk,
    const struct evtx_definition *definition,
    const struct evtx_context *context)
{
    struct entry **bucket = bucket_of(cache, definition->guid);
    for (struct entry *entry = *bucket; entry != NULL; entry = entry->next) {
        if (!is_copy(entry, chunk, definition, context))
            continue;
        entry->piece = cache->piece;
        return entry;
    }
    if (cache->compiled + definition->content.len > LIMIT_EVTX_COMPILED)
        return NULL;
    struct entry *entry = compile(cache, chunk, definition, context);
    if (entry == NULL)
        return NULL;
    entry->piece = cache->piece;
    entry->next = *bucket;
    *bucket = entry;
    cache->count++;
    return entry;
}

const struct evtx_plan *evtx_cache_get(struct evtx_cache *cache,
    struct str chunk, const struct evtx_definition *definition,
    const struct evtx_context *context)
{
    struct nearby *near =
        &cache->nearby[(definition->at ^ definition->at >> 8) % NEARBY];
    if (near->content != definition->content.ptr ||
        near->len != definition->content.len ||
        !same_context(&near->context, context)) {
        struct entry *entry = find(cache, chunk, definition, context);
        if (entry == NULL && context->prefix.len > 0)
            return NULL; /* nobody keeps that prefix */
        *near = (struct nearby){
            .content = definition->content.ptr,
            .len = definition->content.len,
            .context = entry != NULL ? entry->context : *context,
            .entry = entry,
        };
    }
    return near->entry == NULL ? NULL : &near->entry->plan;
}

/* Copies of one template differ in nothing that matters, but which of them is
 * taken must not depend on pieces before this one: the least. */
static bool is_less(const struct entry *a, const struct entry *b)
{
    return b == NULL || str_compare(a->content, b->content) < 0;
}

const struct evtx_plan *evtx_cache_recall(struct evtx_cache *cache,
    struct str identifier, const struct evtx_context *context)
{
    const struct entry *least = NULL;
    for (const struct entry *entry = *bucket_of(cache, identifier);
         entry != NULL; entry = entry->next)
        if (entry->piece == cache->piece &&
            str_starts_with(entry->guid, identifier) &&
            same_context(&entry->context, context) && is_less(entry, least))
            least = entry;
    return least == NULL ? NULL : &least->plan;
}
