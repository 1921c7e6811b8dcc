/* group: counting tails over a search: count by, top, per, first. */
#ifndef SPOOR_QUERY_GROUP_H
#define SPOOR_QUERY_GROUP_H

#include "src/query/search.h"

/* One line of a result. */
struct group_row {
    struct str keys[GROUP_KEYS_MAX]; /* texts, "" where absent; per: the time is
                                        `bucket` */
    int64_t bucket;                  /* TAIL_PER: start of the interval, ns */
    uint64_t count;                  /* events */
    int64_t first, last; /* times of the group's events; STAMP_NONE */
    int64_t first_id;    /* event of `first` */
};

struct group {
    struct group_row *rows; /* count, then keys; per: bucket; first: time */
    size_t count;
    uint64_t events; /* that matched */
    struct arena arena;
};

/* Run the query's tail. Memory is bounded by LIMIT_GROUP_BYTES; past it groups
 * spill to a file beside the case. */
int group_run(struct search *search, struct group *out,
    struct progress *progress, struct err *err);
void group_done(struct group *group);

/* Counts per bucket of time of what matches, failures apart: for histograms.
 * `counts` and `failures` have `buckets` elements, over [first, last). */
int group_histogram(struct search *search, int64_t first, int64_t last,
    size_t buckets, uint64_t *counts, uint64_t *failures,
    struct progress *progress, struct err *err);

#endif
