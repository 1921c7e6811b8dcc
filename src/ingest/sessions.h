/* sessions: the ordered pass that pairs logins with logouts.
 *
 * It looks at what changed since it last ran (sources that are new, were read
 * again or removed) and pairs anew the hosts these speak of, in order of time
 * across all sources; other hosts' sessions stay as they are. A pass that was
 * interrupted is made up for by the next. */
#ifndef SPOOR_INGEST_SESSIONS_H
#define SPOOR_INGEST_SESSIONS_H

#include "src/store/session.h"

struct sessions_summary {
    size_t hosts;    /* that were paired anew */
    size_t sessions; /* of them */
    size_t limited;  /* hosts with more steps than LIMIT_SESSION_STEPS: only
                        their first ones were paired */
};

/* Bring the sessions of the case up to date. Does nothing, and is no error,
 * while another process imports: that one will do it. `summary` may be NULL. */
int sessions_refresh(
    struct store *store, struct sessions_summary *summary, struct err *err);

#endif
