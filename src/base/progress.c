#include "src/base/progress.h"

#include <stddef.h>

/* Relaxed throughout: the numbers are looked at, nothing is ordered by them. */

void progress_add(struct progress *progress, uint64_t done, uint64_t events)
{
    if (progress == NULL)
        return;
    atomic_fetch_add_explicit(&progress->done, done, memory_order_relaxed);
    atomic_fetch_add_explicit(&progress->events, events, memory_order_relaxed);
}

void progress_cancel(struct progress *progress)
{
    if (progress != NULL)
        atomic_store_explicit(&progress->cancelled, true, memory_order_relaxed);
}

bool progress_is_cancelled(const struct progress *progress)
{
    return progress != NULL &&
           atomic_load_explicit(&progress->cancelled, memory_order_relaxed);
}
