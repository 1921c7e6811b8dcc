#include "tests/timings.h"

#include <stdio.h>
#include <stdlib.h>

#include "src/base/mem.h"

struct timing {
    char *name;
    double *times;
    size_t count, capacity;
};

static struct timing *find(struct timings *timings, struct str name)
{
    for (size_t i = 0; i < timings->count; i++)
        if (str_eq(str_from(timings->at[i].name), name))
            return &timings->at[i];
    timings->at = mem_grow(timings->at, &timings->capacity, timings->count + 1,
        sizeof(*timings->at));
    timings->at[timings->count] = (struct timing){.name = str_dup(name)};
    return &timings->at[timings->count++];
}

void timings_add(struct timings *timings, struct str name, double ms)
{
    struct timing *timing = find(timings, name);
    timing->times = mem_grow(timing->times, &timing->capacity,
        timing->count + 1, sizeof(*timing->times));
    timing->times[timing->count++] = ms;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void timings_print(struct timings *timings)
{
    for (size_t i = 0; i < timings->count; i++) {
        struct timing *timing = &timings->at[i];
        qsort(timing->times, timing->count, sizeof(double), by_size);
        printf("%s\t%zu\t%.1f\t%.1f\n", timing->name, timing->count,
            timing->times[timing->count / 2], timing->times[timing->count - 1]);
    }
}

void timings_done(struct timings *timings)
{
    for (size_t i = 0; i < timings->count; i++) {
        free(timings->at[i].name);
        free(timings->at[i].times);
    }
    free(timings->at);
}
