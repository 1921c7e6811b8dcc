/* journal_walk: every entry of a journal file, also of a damaged one.
 *
 * The walk goes from object to object by their sizes. What the file has as an
 * index over its entries (the chain of entry arrays) is followed beside it and
 * used as marks: a size that would step over a mark is not believed. Where no
 * object stands, the bytes behind are searched for the next one. So each damage
 * costs what it covers; an entry that no array names is found too, and none
 * twice, since the walk only ever goes forward. */
#ifndef SPOOR_PARSERS_JOURNAL_WALK_H
#define SPOOR_PARSERS_JOURNAL_WALK_H

#include "parsers/journal_file.h"

/* The chain of entry arrays over all entries ("Entry Array Objects"), as long
 * as its offsets ascend. */
struct journal_marks {
    struct journal_object array;
    uint64_t index;  /* of the mark in the array */
    uint64_t offset; /* of the entry the mark is; 0: no more marks */
};

struct journal_walk {
    struct journal_file *file;
    uint64_t at;                /* where the next object should be */
    struct journal_object last; /* that led here; size 0: none */
    struct journal_marks marks;
    uint64_t zeros_start, zeros_end; /* the last run of zeros that was met */
};

/* From the first object of an opened file. */
void journal_walk_start(struct journal_walk *walk, struct journal_file *file);

/* The next ENTRY object: 1; 0 at the end; -1 for bytes that are no objects,
 * whose place and length `out` gives. */
int journal_walk_next(struct journal_walk *walk, struct journal_object *out);

#endif
