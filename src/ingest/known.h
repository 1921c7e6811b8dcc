/* known: what the case holds already, for the reader's decisions: is this
 * content here, does it go on from what is here, was it begun before. */
#ifndef SPOOR_INGEST_KNOWN_H
#define SPOOR_INGEST_KNOWN_H

#include "parsers/parser.h"
#include "src/ingest/input.h"
#include "src/store/content.h"
#include "src/store/source.h"

enum { KNOWN_HEAD = 64 };

struct known {
    /* The writer's alone once the import runs: 0 until it has begun one. */
    int64_t id;

    /* The reader's. */
    struct known *parent;
    enum source_kind kind;
    enum source_state state;
    char *path;
    char *stat; /* JSON of input_stat, or "" */
    char *collected_host;
    char *format;
    uint64_t size;
    uint64_t stored;
    uint64_t continues_at;
    struct digest sha256; /* len 0 until it is complete */
    int64_t case_id;      /* of one from before this import, else 0 */
    int64_t case_parent;

    /* Of its last piece, in this import. */
    bool has_end;
    uint64_t end_offset;
    struct buf end_state;

    /* Its first bytes, when they were looked at. */
    bool has_head;
    char head[KNOWN_HEAD];

    struct known *next; /* with the same hash of its path */
};

struct catalogue;

/* Everything the case holds. */
int catalogue_load(
    struct store *store, struct catalogue **out, struct err *err);
void catalogue_free(struct catalogue *catalogue);

/* A new entry, owned by the catalogue, which keeps it where it is. Complete it
 * with known_finish. */
struct known *catalogue_add(struct catalogue *catalogue,
    const struct source *source, struct known *parent);
void known_finish(struct known *known, enum source_state state, uint64_t size,
    const struct digest *sha256);

/* One of this path in a given state, outside of containers, with this content
 * (NULL: any); NULL none. */
struct known *catalogue_path(const struct catalogue *catalogue,
    const char *path, enum source_state state, const struct digest *sha256);

/* One that was begun from the file with this status (JSON of input_stat), and
 * not finished; NULL none. */
struct known *catalogue_begun(
    const struct catalogue *catalogue, struct str stat);

/* The children of a container from before this import, in their order. `out`
 * is yours to free. */
size_t catalogue_children(const struct catalogue *catalogue,
    const struct known *parent, struct known ***out);

/* Each entry by index, oldest first; NULL past the last. */
struct known *catalogue_at(const struct catalogue *catalogue, size_t index);

/* Two machines known to differ share no content: an unknown one may be any. */
bool same_machine(const char *a, const char *b);

#endif
