/* timings: times under names, and their medians. */
#ifndef SPOOR_TESTS_TIMINGS_H
#define SPOOR_TESTS_TIMINGS_H

#include "src/base/str.h"

/* Zeroed, it is empty. */
struct timings {
    struct timing *at;
    size_t count, capacity;
};

void timings_add(struct timings *timings, struct str name, double ms);
/* "NAME, how many, median, worst", tabs between, a line each; in the order in
 * which the names came. */
void timings_print(struct timings *timings);
void timings_done(struct timings *timings);

#endif
