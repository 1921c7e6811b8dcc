/* Which source does a list mean? Names are compared without "./", "/" and
 * drives' prefixes, slashes for backslashes, without case, with the place in
 * the collection and with the place on the machine (collection.h):
 *
 *     sure      the whole name is the same, from the root or the list's folder
 *     likely    one is the end of the other, folder included, and of no other
 *
 * A likely one among several, or a bare name elsewhere, can only agree: lists
 * name much that was not collected. */
#include "src/ingest/compare.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/file.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/ingest/collection.h"
#include "src/ingest/hashlist.h"
#include "src/store/content.h"
#include "src/store/source.h"
#include "src/store/stated.h"

enum { WHATS = 4, TOLD_MAX = 20 };
static const char *const whats[WHATS] = {
    [HASH_SHA256] = "sha256",
    [HASH_SHA1] = "sha1",
    [HASH_MD5] = "md5",
    [WHATS - 1] = "size",
};

/* A source as lists may name it. */
struct named {
    const struct source *source;
    int64_t root;        /* the outermost container, or 0 */
    struct str path;     /* in the collection, plain */
    struct str original; /* on the machine, plain; or empty */
    struct str last;     /* of the path */
    struct digest digests[3];
    size_t items[WHATS]; /* of the list at hand, plus 1 */
};

struct compare {
    struct store *store;
    const struct ingest_options *options;
    struct content *content;
    struct source *sources; /* by id */
    size_t count;
    struct named *names; /* by last part of the path */
    size_t name_count;
    struct arena arena;
    /* the list at hand */
    const struct named *list;
    struct str folder;    /* plain, without slash at its end */
    int64_t last;         /* the sources up to this one were compared before */
    struct named *beside; /* the archive that a log is of, or NULL */
    uint64_t steps;       /* names looked at */
    struct stated_list stated;
    struct buf name, value;
    size_t told;
};

/* --- names ---------------------------------------------------------------- */

static const struct source *find_source(
    const struct compare *compare, int64_t id)
{
    size_t low = 0, high = compare->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare->sources[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < compare->count && compare->sources[low].id == id
               ? &compare->sources[low]
               : NULL;
}

/* Where it lies in the outermost container, or in the file system. */
static int64_t add_path(const struct compare *compare,
    const struct source *source, struct buf *out, int depth)
{
    const struct source *parent =
        source->parent == 0 ? NULL : find_source(compare, source->parent);
    if (parent == NULL || depth > LIMIT_CONTAINER_DEPTH) {
        collection_plain_path(str_from(source->path), out);
        return 0;
    }
    struct str own = str_from(source->path);
    struct str container = str_from(parent->path);
    bool is_whole = str_starts_with(container, own);
    int64_t root = parent->id;
    if (parent->parent != 0) {
        root = add_path(compare, parent, out, depth + 1);
        if (is_whole) {
            out->len -= container.len - own.len < out->len
                            ? container.len - own.len
                            : out->len;
            return root;
        }
        buf_add_char(out, '/');
    }
    collection_plain_path(own, out);
    return root;
}

static int by_last(const void *a, const void *b)
{
    const struct named *one = a, *two = b;
    size_t len = one->last.len < two->last.len ? one->last.len : two->last.len;
    for (size_t i = 0; i < len; i++) {
        int x = (unsigned char)one->last.ptr[i];
        int y = (unsigned char)two->last.ptr[i];
        x += x >= 'A' && x <= 'Z' ? 'a' - 'A' : 0;
        y += y >= 'A' && y <= 'Z' ? 'a' - 'A' : 0;
        if (x != y)
            return x - y;
    }
    return (one->last.len > two->last.len) - (one->last.len < two->last.len);
}

static bool has_content(const struct source *source)
{
    return source->sha256.len > 0 && (source->state == SOURCE_COMPLETE ||
                                         source->state == SOURCE_PARTIAL ||
                                         source->state == SOURCE_DUPLICATE ||
                                         source->state == SOURCE_RECORDED);
}

static void name_sources(struct compare *compare)
{
    struct buf path = {0}, original = {0}, plain = {0};
    compare->names = xcalloc(compare->count + 1, sizeof(*compare->names));
    for (size_t i = 0; i < compare->count; i++) {
        const struct source *source = &compare->sources[i];
        if (!has_content(source))
            continue;
        struct named *named = &compare->names[compare->name_count++];
        buf_clear(&path);
        buf_clear(&original);
        buf_clear(&plain);
        named->source = source;
        named->root = add_path(compare, source, &path, 0);
        if (collection_original(buf_str(&path), &original) != NULL)
            collection_plain_path(buf_str(&original), &plain);
        named->path = arena_copy(&compare->arena, buf_str(&path));
        named->original = arena_copy(&compare->arena, buf_str(&plain));
        named->last =
            path_last(named->original.len > 0 ? named->original : named->path);
    }
    qsort(
        compare->names, compare->name_count, sizeof(*compare->names), by_last);
    buf_done(&path);
    buf_done(&original);
    buf_done(&plain);
}

static bool ends_with_name(struct str path, struct str name)
{
    return path.len > name.len && path.ptr[path.len - name.len - 1] == '/' &&
           str_eq_nocase(str_from_index(path, path.len - name.len), name);
}

enum fit { FIT_NONE, FIT_NAME, FIT_LIKELY, FIT_SURE };

static enum fit fit_path(
    const struct compare *compare, struct str path, struct str name)
{
    struct str folder = compare->folder;
    if (path.len == 0)
        return FIT_NONE;
    if (str_eq_nocase(path, name) ||
        (folder.len > 0 && path.len == folder.len + 1 + name.len &&
            str_starts_with(path, folder) && ends_with_name(path, name)))
        return FIT_SURE;
    if (ends_with_name(path, name))
        return str_find_char(name, '/') < 0 ? FIT_NAME : FIT_LIKELY;
    return ends_with_name(name, path) && str_find_char(path, '/') >= 0
               ? FIT_LIKELY
               : FIT_NONE;
}

static bool in_scope(const struct compare *compare, const struct named *named)
{
    const struct named *list = compare->list;
    if (named->source->id == list->source->id || named->root != list->root)
        return false;
    return list->root != 0 || compare->folder.len == 0 ||
           (named->path.len > compare->folder.len &&
               str_starts_with(named->path, compare->folder) &&
               named->path.ptr[compare->folder.len] == '/');
}

/* --- comparing ------------------------------------------------------------ */

int compare_digest(struct content *content, const struct source *source,
    enum hash_kind kind, struct digest *out, struct err *err)
{
    const struct digest *recorded = kind == HASH_SHA256 ? &source->sha256
                                    : kind == HASH_SHA1 ? &source->sha1
                                                        : &source->md5;
    int64_t id =
        source->state == SOURCE_DUPLICATE ? source->same_as : source->id;
    *out = *recorded;
    if (recorded->len > 0 || source->state == SOURCE_RECORDED)
        return 0;
    struct hash *hash = hash_new(kind);
    struct buf window = {0};
    uint64_t size = content_size(content, id);
    int rc = 0;
    for (uint64_t at = 0; rc == 0 && at < size; at += window.len) {
        uint64_t left = size - at;
        buf_clear(&window);
        rc = content_read(content, id, at,
            left < LIMIT_CHUNK ? (size_t)left : LIMIT_CHUNK, &window, err);
        hash_add(hash, buf_str(&window));
    }
    if (size == source->size)
        *out = hash_digest(hash);
    hash_free(hash);
    buf_done(&window);
    return rc;
}

static enum hash_kind kind_of(const struct digest *digest)
{
    return digest->len == 32   ? HASH_SHA256
           : digest->len == 20 ? HASH_SHA1
                               : HASH_MD5;
}

static void add_item(struct compare *compare, struct named *named, int what,
    const char *value, const char *found, bool agrees)
{
    struct stated_list *stated = &compare->stated;
    if (named->items[what] > 0) {
        struct stated *known = &stated->items[named->items[what] - 1];
        known->agrees = known->agrees || agrees; /* stated twice */
        return;
    }
    stated->items = mem_grow(stated->items, &stated->capacity,
        stated->count + 1, sizeof(*stated->items));
    stated->items[stated->count++] = (struct stated){
        .source = named->source->id,
        .what = whats[what],
        .value = xstrdup(value),
        .found = xstrdup(found),
        .agrees = agrees,
    };
    named->items[what] = stated->count;
}

static bool compare_size(struct compare *compare, struct named *named,
    uint64_t size, bool keep_difference)
{
    char value[HASH_HEX_MAX], found[HASH_HEX_MAX];
    bool same = size == named->source->size;
    snprintf(value, sizeof(value), "%" PRIu64, size);
    snprintf(found, sizeof(found), "%" PRIu64, named->source->size);
    if (same || keep_difference)
        add_item(compare, named, WHATS - 1, value, found, same);
    return same;
}

/* 1 it is as stated, 0 it is not or cannot be told, -1 on error. */
static int compare_entry(struct compare *compare, struct named *named,
    const struct hashlist_entry *entry, bool keep_difference, struct err *err)
{
    char value[HASH_HEX_MAX], found[HASH_HEX_MAX];
    if (named->source->id <= compare->last)
        return 1;
    if (entry->digest.len == 0)
        return compare_size(compare, named, entry->size, keep_difference);
    enum hash_kind kind = kind_of(&entry->digest);
    struct digest *digest = &named->digests[kind];
    if (digest->len == 0 &&
        compare_digest(compare->content, named->source, kind, digest, err) < 0)
        return -1;
    if (digest->len == 0)
        return 0;
    bool same = digest_eq(digest, &entry->digest);
    digest_hex(&entry->digest, value);
    digest_hex(digest, found);
    if (same || keep_difference)
        add_item(compare, named, (int)kind, value, found, same);
    if (entry->has_size && (same || keep_difference))
        compare_size(compare, named, entry->size, keep_difference);
    return same;
}

/* The first source whose last part is this name. */
static size_t first_of(const struct compare *compare, struct str last)
{
    struct named wanted = {.last = last};
    size_t low = 0, high = compare->name_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_last(&compare->names[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* UAC's log beside an archive states that one's digest without its name. */
static struct named *find_beside(const struct compare *compare)
{
    struct str list = compare->list->path;
    ptrdiff_t dot = str_find_last_char(list, '.');
    for (size_t i = 0; dot > 0 && i < compare->name_count; i++) {
        struct named *named = &compare->names[i];
        if (in_scope(compare, named) &&
            str_starts_with(named->path, str_sub(list, 0, (size_t)dot + 1)))
            return named;
    }
    return NULL;
}

static int compare_named(struct compare *compare,
    const struct hashlist_entry *entry, struct str name, struct err *err)
{
    struct named wanted = {.last = path_last(name)};
    struct named *best = NULL;
    enum fit best_fit = FIT_NONE;
    size_t equal_fits = 0;
    bool agreed = false;
    for (size_t i = first_of(compare, wanted.last);
         i < compare->name_count && by_last(&compare->names[i], &wanted) == 0;
         i++) {
        struct named *named = &compare->names[i];
        compare->steps++;
        if (!in_scope(compare, named))
            continue;
        enum fit fit = fit_path(compare, named->path, name);
        enum fit other = fit_path(compare, named->original, name);
        fit = other > fit ? other : fit;
        if (fit == FIT_NONE || fit < best_fit)
            continue;
        equal_fits = fit > best_fit ? 1 : equal_fits + 1;
        best = named;
        best_fit = fit;
        if (fit == FIT_SURE)
            continue;
        int same = compare_entry(compare, named, entry, false, err);
        if (same < 0)
            return -1;
        agreed = agreed || same > 0;
    }
    if (best == NULL || agreed ||
        (best_fit != FIT_SURE && (best_fit == FIT_NAME || equal_fits > 1)))
        return 0;
    return compare_entry(compare, best, entry, true, err) < 0 ? -1 : 0;
}

static int visit(
    void *context, const struct hashlist_entry *entry, struct err *err)
{
    struct compare *compare = context;
    if (entry->name.len == 0)
        return compare->beside == NULL ||
                       compare_entry(
                           compare, compare->beside, entry, true, err) >= 0
                   ? 0
                   : -1;
    if (compare->steps > LIMIT_HASH_LIST_STEPS)
        return 0;
    buf_clear(&compare->name);
    buf_clear(&compare->value);
    if (collection_original(entry->name, &compare->value) != NULL)
        collection_plain_path(buf_str(&compare->value), &compare->name);
    else
        collection_plain_path(entry->name, &compare->name);
    return compare_named(compare, entry, buf_str(&compare->name), err);
}

/* --- lists ---------------------------------------------------------------- */

static void tell_difference(struct compare *compare, const struct stated *item)
{
    const struct source *source = find_source(compare, item->source);
    char text[512];
    if (compare->told++ >= TOLD_MAX || source == NULL)
        return;
    snprintf(text, sizeof(text),
        "%.160s: its %s is NOT what %.100s states: %s, not %s",
        escape_cstr(source->path), item->what,
        escape_text(path_last(compare->list->path)), item->found, item->value);
    compare->options->notice(compare->options->context, true, text);
}

static void tell_limit(struct compare *compare)
{
    char text[256];
    if (compare->steps <= LIMIT_HASH_LIST_STEPS)
        return;
    snprintf(text, sizeof(text),
        "%.120s: too many files have the same names: only its first statements "
        "were compared",
        escape_text(compare->list->path));
    compare->options->notice(compare->options->context, true, text);
}

static void tell_list(struct compare *compare)
{
    const struct stated_list *stated = &compare->stated;
    size_t agree = 0;
    char text[256];
    if (compare->options->notice == NULL)
        return;
    tell_limit(compare);
    if (stated->count == 0)
        return;
    compare->told = 0;
    for (size_t i = 0; i < stated->count; i++) {
        agree += stated->items[i].agrees;
        if (!stated->items[i].agrees)
            tell_difference(compare, &stated->items[i]);
    }
    snprintf(text, sizeof(text),
        "%.120s: %zu of %zu statements about what was collected hold",
        escape_text(compare->list->path), agree, stated->count);
    compare->options->notice(
        compare->options->context, agree < stated->count, text);
}

/* The youngest source that the list may be about. */
static int64_t newest_in_scope(const struct compare *compare)
{
    int64_t newest = 0;
    for (size_t i = 0; i < compare->name_count; i++)
        if (compare->names[i].source->id > newest &&
            in_scope(compare, &compare->names[i]))
            newest = compare->names[i].source->id;
    return newest;
}

static int read_list(
    struct compare *compare, const struct source *source, struct err *err)
{
    struct stated_list *stated = &compare->stated;
    struct buf content = {0};
    int64_t id =
        source->state == SOURCE_DUPLICATE ? source->same_as : source->id;
    uint64_t size = content_size(compare->content, id);
    if (size == 0 || size > LIMIT_HASH_LIST)
        return 0;
    for (size_t i = 0; i < compare->name_count; i++)
        memset(compare->names[i].items, 0, sizeof(compare->names[i].items));
    int rc = content_read(compare->content, id, 0, (size_t)size, &content, err);
    if (rc == 0) {
        stated->entries = hashlist_read(buf_str(&content), visit, compare, err);
        rc = stated->entries < 0 ? -1 : 0;
    }
    buf_done(&content);
    return rc;
}

static int compare_list(struct compare *compare, struct err *err)
{
    const struct source *source = compare->list->source;
    struct stated_list *stated = &compare->stated;
    compare->folder = path_folder(compare->list->path);
    while (str_ends_with(compare->folder, STR("/")))
        compare->folder.len--;
    *stated = (struct stated_list){
        .list = source->id, .last = newest_in_scope(compare)};
    int rc = stated_last(compare->store, source->id, &compare->last, err);
    if (rc == 0 && compare->last < stated->last) {
        compare->beside = find_beside(compare);
        compare->steps = 0;
        rc = read_list(compare, source, err);
        if (rc == 0) {
            tell_list(compare);
            rc = stated_keep(compare->store, stated, err);
        }
    }
    stated_list_done(stated);
    return rc;
}

static int compare_lists(struct compare *compare, struct err *err)
{
    int rc = 0;
    for (size_t i = 0; i < compare->name_count && rc == 0; i++) {
        const struct named *named = &compare->names[i];
        if (named->source->kind == SOURCE_CONTAINER ||
            named->source->state == SOURCE_RECORDED ||
            !hashlist_is_name(named->path))
            continue;
        compare->list = named;
        rc = compare_list(compare, err);
    }
    return rc;
}

int compare_stated(
    struct store *store, const struct ingest_options *options, struct err *err)
{
    struct compare compare = {.store = store, .options = options};
    struct err busy = {0};
    if (store_lock_import(store, &busy) < 0)
        return busy.code == ERR_BUSY ? 0
                                     : err_set(err, busy.code, "%s", busy.text);
    compare.content = content_new(store);
    int rc = source_list(store, &compare.sources, &compare.count, err);
    if (rc == 0) {
        name_sources(&compare);
        rc = compare_lists(&compare, err);
    }
    source_list_free(compare.sources, compare.count);
    content_free(compare.content);
    store_unlock_import(store);
    free(compare.names);
    buf_done(&compare.name);
    buf_done(&compare.value);
    arena_done(&compare.arena);
    return rc < 0 ? err_wrap(err, "comparing with lists of digests") : 0;
}
