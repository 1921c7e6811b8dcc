/* What of a new input the case holds already.
 *
 * The digest of each complete source is compared with the running hash of the
 * input at that source's size: equal at the input's own size, it is the same
 * content; equal before, the input begins with that source and only the tail is
 * new. One pass over the input serves all candidates; those that are long are
 * first compared by their first bytes, so that an unrelated file is rarely
 * hashed twice.
 *
 * A tail may only be imported on its own when the source before ended at the
 * end of a record. Where it did not (it was taken while a line was being
 * written, or the tail begins with the continuation of its last record) the new
 * source is imported whole and takes the place of the old one, which becomes a
 * tombstone: nothing counts twice. */
#include <stdlib.h>
#include <string.h>

#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/ingest/run.h"

/* Candidates up to this size are hashed without a look at their beginning. */
#define SMALL LIMIT_CHUNK
/* With more candidates than this, small ones must end in a line break. */
#define MANY ((size_t)512)
/* How far into the tail its first line is looked for. */
#define LOOK_AHEAD ((size_t)64 << 10)

struct candidates {
    struct known **at;
    size_t count, capacity;
};

static int by_size(const void *a, const void *b)
{
    const struct known *x = *(struct known *const *)a;
    const struct known *y = *(struct known *const *)b;
    return (x->size > y->size) - (x->size < y->size);
}

/* Content that cannot be read only makes it no candidate. */
static bool head_matches(
    struct run *run, const struct input *input, struct known *known)
{
    if (!known->has_head && known->case_id != 0) {
        struct buf head = {0};
        if (content_read(run->content, known->case_id, 0, KNOWN_HEAD, &head,
                NULL) == 0 &&
            head.len == KNOWN_HEAD) {
            memcpy(known->head, head.ptr, KNOWN_HEAD);
            known->has_head = true;
        }
        buf_done(&head);
    }
    char own[KNOWN_HEAD];
    size_t got = 0;
    return known->has_head &&
           input_read(input, 0, own, sizeof(own), &got, NULL) == 0 &&
           got == sizeof(own) && memcmp(own, known->head, sizeof(own)) == 0;
}

static bool ends_in_line(const struct input *input, uint64_t size)
{
    char last[2] = {0};
    size_t got = 0;
    uint64_t from = size < 2 ? 0 : size - 2;
    return input_read(input, from, last, (size_t)(size - from), &got, NULL) ==
               0 &&
           (last[0] == '\n' || last[1] == '\n');
}

static bool may_match(const struct item *item, const struct known *known,
    uint64_t size, bool containers)
{
    return known != item->self && known->state == SOURCE_COMPLETE &&
           (known->kind == SOURCE_CONTAINER) == containers &&
           known->sha256.len > 0 && known->size > 0 && known->size <= size &&
           same_machine(known->collected_host, item->source.collected_host);
}

static struct candidates gather(
    struct run *run, const struct item *item, const struct input *input)
{
    struct candidates found = {0};
    struct known *known;
    for (size_t i = 0; (known = catalogue_at(run->catalogue, i)) != NULL; i++) {
        if (!may_match(item, known, input->size, false))
            continue;
        found.at = mem_grow(
            found.at, &found.capacity, found.count + 1, sizeof(*found.at));
        found.at[found.count++] = known;
    }
    size_t all = found.count;
    found.count = 0;
    for (size_t i = 0; i < all; i++) {
        struct known *one = found.at[i];
        bool plausible = one->size > SMALL ? head_matches(run, input, one)
                         : all > MANY && one->size < input->size
                             ? ends_in_line(input, one->size)
                             : true;
        if (plausible)
            found.at[found.count++] = one;
    }
    if (found.count > 0)
        qsort(found.at, found.count, sizeof(*found.at), by_size);
    return found;
}

int overlap_end_state(struct run *run, const struct item *item,
    const struct known *known, struct buf *state, struct err *err)
{
    if (known->has_end) {
        buf_add_str(state, buf_str(&known->end_state));
        return 0;
    }
    struct content_chunk chunk;
    if (content_chunk_at(
            run->content, known->case_id, known->size - 1, &chunk, err) < 0)
        return -1;
    buf_add_str(state, chunk.state);
    if (item->reading.parser->learn != NULL)
        item->reading.parser->learn(&item->reading, chunk.bytes, state);
    return 0;
}

static int last_piece_start(struct run *run, const struct known *known,
    uint64_t *start, struct err *err)
{
    if (known->has_end) {
        *start = known->end_offset;
        return 0;
    }
    struct content_chunk chunk;
    if (content_chunk_at(
            run->content, known->case_id, known->size - 1, &chunk, err) < 0)
        return -1;
    *start = chunk.offset;
    return 0;
}

/* Is the end of `known` the end of a record, seen with what follows it? */
static int ends_cleanly(struct run *run, const struct item *item,
    const struct input *input, const struct known *known, bool *clean,
    struct err *err)
{
    const struct reading *reading = &item->reading;
    const char *format = item->source.format;
    *clean = false;
    if (strcmp(known->format, format) != 0)
        return 0;
    uint64_t start = 0;
    if (last_piece_start(run, known, &start, err) < 0)
        return -1;
    size_t size = (size_t)(known->size - start);
    char *bytes = xmalloc(size + LOOK_AHEAD);
    size_t got = 0;
    int rc = input_read(input, start, bytes, size + LOOK_AHEAD, &got, err);
    if (rc == 0 && got > size) {
        size_t line =
            encoding_line_end(reading->encoding, str_make(bytes, got), size);
        struct str alone = str_make(bytes, size);
        struct str more = str_make(bytes, line == 0 ? got : line);
        /* what is linked is another whole when it has grown */
        bool may_go_on =
            reading->parser->access == PARSER_STREAM &&
            (!reading->parser->is_text || ends_in_line(input, known->size));
        *clean = may_go_on &&
                 (reading->parser->cut(reading, alone, false) == size ||
                     reading->parser->cut(reading, more, false) == size);
    }
    free(bytes);
    return rc;
}

/* Fill `matching` with the candidates whose content the input begins with. */
static int match(const struct input *input, const struct candidates *candidates,
    struct candidates *matching, struct err *err)
{
    struct hash *hash = hash_new(HASH_SHA256);
    uint64_t at = 0;
    int rc = 0;
    for (size_t i = 0; i < candidates->count && rc == 0; i++) {
        struct known *known = candidates->at[i];
        rc = input_hash(input, at, known->size, hash, err);
        at = known->size;
        struct digest digest = hash_digest(hash);
        if (rc < 0 || !digest_eq(&digest, &known->sha256))
            continue;
        matching->at = mem_grow(matching->at, &matching->capacity,
            matching->count + 1, sizeof(*matching->at));
        matching->at[matching->count++] = known;
    }
    hash_free(hash);
    return rc;
}

static int choose(struct run *run, const struct item *item,
    const struct input *input, const struct candidates *matching,
    struct overlap *out, struct err *err)
{
    for (size_t i = matching->count; i-- > 0;) {
        struct known *known = matching->at[i];
        if (known->size == input->size) {
            if (out->same == NULL ||
                strcmp(known->path, item->source.path) == 0)
                out->same = known;
            continue;
        }
        if (out->same != NULL || item->reading.parser == NULL ||
            item->reading.parser->access != PARSER_STREAM ||
            *known->format == '\0')
            break;
        bool clean = false;
        if (ends_cleanly(run, item, input, known, &clean, err) < 0)
            return -1;
        if (clean) {
            out->continues = known;
            return overlap_end_state(run, item, known, &out->state, err);
        }
        if (out->supersedes_count < SUPERSEDES_MAX)
            out->supersedes[out->supersedes_count++] = known;
    }
    return 0;
}

int overlap_find(struct run *run, const struct item *item,
    const struct input *input, struct overlap *out, struct err *err)
{
    *out = (struct overlap){0};
    struct candidates candidates = gather(run, item, input);
    struct candidates matching = {0};
    struct err changed = {0};
    int rc = 0;
    /* An input that shrinks meanwhile matches nothing; reading it will tell. */
    if (match(input, &candidates, &matching, &changed) == 0)
        rc = choose(run, item, input, &matching, out, err);
    free(candidates.at);
    free(matching.at);
    return rc;
}

void overlap_done(struct overlap *overlap)
{
    buf_done(&overlap->state);
}

int overlap_whole(struct run *run, const struct item *item,
    const struct input *input, struct known **out, struct err *err)
{
    struct hash *hash = NULL;
    struct known *known;
    int rc = 0;
    *out = NULL;
    for (size_t i = 0; (known = catalogue_at(run->catalogue, i)) != NULL; i++) {
        if (known->size != input->size ||
            !may_match(item, known, input->size,
                item->source.kind == SOURCE_CONTAINER))
            continue;
        if (hash == NULL) {
            hash = hash_new(HASH_SHA256);
            rc = input_hash(input, 0, input->size, hash, err);
            if (rc < 0)
                break;
        }
        struct digest digest = hash_digest(hash);
        if (digest_eq(&digest, &known->sha256)) {
            *out = known;
            break;
        }
    }
    hash_free(hash);
    return rc;
}
