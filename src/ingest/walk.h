/* walk: which files the user's paths mean. */
#ifndef SPOOR_INGEST_WALK_H
#define SPOOR_INGEST_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/str.h"

struct walk_entry {
    char *path;       /* owned */
    const char *skip; /* why it is no file to read, or NULL; static or owned by
                         the walk */
    bool is_stream;   /* "-" */
    uint64_t size;
};

struct walk {
    struct walk_entry *entries; /* in the order they are to be read */
    size_t count, capacity;
    uint64_t total; /* bytes of all files */
    char **reasons; /* owned texts of `skip` */
    size_t reason_count, reason_capacity;
    char *missing; /* the first path that is not there, or NULL */
};

/* Gather files, folders (with all below, links followed once), patterns when no
 * file has that very name, "-". Within a folder the sets that rotation leaves
 * behind stand oldest first. `avoid` (NULL none) and its -wal, -shm and
 * -journal files are left out: a case never takes itself in. What cannot be
 * read becomes an entry with `skip`. */
void walk_collect(
    struct walk *walk, char *const *paths, size_t count, const char *avoid);
void walk_done(struct walk *walk);

/* Order of names in a folder: by name, but auth.log.2.gz before auth.log.1
 * before auth.log, and dated suffixes by date. */
int walk_compare(const char *a, const char *b);

/* The date at the end of a rotated name (auth.log-20260304, .gz and the like
 * behind it allowed) as ns at the end of that day in UTC, or STAMP_NONE. */
int64_t walk_rotation_date(const char *path);

/* The name before its rotation suffixes: "auth.log" of "x/auth.log.2.gz". */
struct str walk_stem(const char *path);

#endif
