/* session_pair: steps in, sessions out; no database. */
#ifndef SPOOR_INGEST_SESSION_PAIR_H
#define SPOOR_INGEST_SESSION_PAIR_H

#include "src/store/session_step.h"

/* Pair steps that come in the order of session_steps_load, and append the
 * sessions to `out`; their texts live as long as the steps. */
void session_pair(const struct session_steps *steps, struct session_list *out);

#endif
