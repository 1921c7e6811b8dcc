/* processor_time: what this process has used of the processor. */
#ifndef SPOOR_TESTS_PROCESSOR_TIME_H
#define SPOOR_TESTS_PROCESSOR_TIME_H

#include <time.h>

static inline double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

#endif
