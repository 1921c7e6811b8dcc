/* progress: how far long work has come, and the wish to stop it. One thread
 * works and reports, others look and may cancel. A zeroed struct is ready. */
#ifndef SPOOR_BASE_PROGRESS_H
#define SPOOR_BASE_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct progress {
    _Atomic uint64_t done;    /* bytes, or rows: as the work says */
    _Atomic uint64_t total;   /* 0: not known */
    _Atomic uint64_t events;  /* events made or looked at */
    _Atomic uint64_t sources; /* sources finished */
    _Atomic bool cancelled;
};

/* All take NULL. */
void progress_add(struct progress *progress, uint64_t done, uint64_t events);
void progress_cancel(struct progress *progress);
bool progress_is_cancelled(const struct progress *progress);

#endif
