#include "src/ingest/known.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

enum { PATH_SLOTS = 4096 };

struct catalogue {
    struct known **entries; /* owned, each on its own */
    size_t count, capacity;
    struct known *by_path[PATH_SLOTS];
};

static size_t slot_of(const char *path)
{
    return str_hash(str_from(path)) % PATH_SLOTS;
}

struct known *catalogue_add(struct catalogue *catalogue,
    const struct source *source, struct known *parent)
{
    struct known *known = xcalloc(1, sizeof(*known));
    *known = (struct known){
        .id = source->id,
        .parent = parent,
        .kind = source->kind,
        .state = source->state,
        .path = xstrdup(source->path),
        .stat = xstrdup(source->stat_before != NULL ? source->stat_before : ""),
        .collected_host = xstrdup(source->collected_host),
        .format = xstrdup(source->format),
        .size = source->size,
        .stored = source->stored,
        .continues_at = source->continues_at,
        .sha256 = source->sha256,
        .case_id = source->id,
        .case_parent = source->parent,
    };
    size_t slot = slot_of(known->path);
    known->next = catalogue->by_path[slot];
    catalogue->by_path[slot] = known;
    catalogue->entries = mem_grow(catalogue->entries, &catalogue->capacity,
        catalogue->count + 1, sizeof(*catalogue->entries));
    catalogue->entries[catalogue->count++] = known;
    return known;
}

void known_finish(struct known *known, enum source_state state, uint64_t size,
    const struct digest *sha256)
{
    known->state = state;
    known->size = size;
    known->sha256 = *sha256;
}

int catalogue_load(struct store *store, struct catalogue **out, struct err *err)
{
    struct source *sources = NULL;
    size_t count = 0;
    if (source_list(store, &sources, &count, err) < 0)
        return -1;
    *out = xcalloc(1, sizeof(**out));
    for (size_t i = 0; i < count; i++)
        catalogue_add(*out, &sources[i], NULL);
    source_list_free(sources, count);
    return 0;
}

void catalogue_free(struct catalogue *catalogue)
{
    if (catalogue == NULL)
        return;
    for (size_t i = 0; i < catalogue->count; i++) {
        struct known *known = catalogue->entries[i];
        free(known->path);
        free(known->stat);
        free(known->collected_host);
        free(known->format);
        buf_done(&known->end_state);
        free(known);
    }
    free(catalogue->entries);
    free(catalogue);
}

struct known *catalogue_path(const struct catalogue *catalogue,
    const char *path, enum source_state state, const struct digest *sha256)
{
    struct known *known = catalogue->by_path[slot_of(path)];
    for (; known != NULL; known = known->next)
        if (known->state == state && known->case_parent == 0 &&
            known->parent == NULL && strcmp(known->path, path) == 0 &&
            (sha256 == NULL || digest_eq(sha256, &known->sha256)))
            return known;
    return NULL;
}

/* "device":D,"inode":I of a status; empty when it has none. */
static struct str file_of(struct str stat)
{
    ptrdiff_t start = str_find(stat, STR("\"device\":"));
    ptrdiff_t end = str_find(stat, STR(",\"links\":"));
    if (start < 0 || end < start)
        return (struct str){0};
    return str_sub(stat, (size_t)start, (size_t)(end - start));
}

struct known *catalogue_begun(
    const struct catalogue *catalogue, struct str stat)
{
    struct str file = file_of(stat);
    for (size_t i = 0; i < catalogue->count && file.len > 0; i++) {
        struct known *known = catalogue->entries[i];
        if (known->state == SOURCE_IMPORTING && known->case_parent == 0 &&
            known->parent == NULL &&
            str_eq(file_of(str_from(known->stat)), file))
            return known;
    }
    return NULL;
}

size_t catalogue_children(const struct catalogue *catalogue,
    const struct known *parent, struct known ***out)
{
    size_t count = 0;
    size_t capacity = 0;
    *out = NULL;
    for (size_t i = 0; i < catalogue->count; i++) {
        struct known *known = catalogue->entries[i];
        if (parent->case_id == 0 || known->case_parent != parent->case_id)
            continue;
        *out = mem_grow(*out, &capacity, count + 1, sizeof(**out));
        (*out)[count++] = known;
    }
    return count;
}

struct known *catalogue_at(const struct catalogue *catalogue, size_t index)
{
    return index < catalogue->count ? catalogue->entries[index] : NULL;
}

bool same_machine(const char *a, const char *b)
{
    return *a == '\0' || *b == '\0' || strcmp(a, b) == 0;
}
