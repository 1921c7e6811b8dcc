/* session_step: the events of a case that begin and end sessions. */
#ifndef SPOOR_STORE_SESSION_STEP_H
#define SPOOR_STORE_SESSION_STEP_H

#include "src/base/intern.h"
#include "src/store/session.h"

enum session_role {
    STEP_NONE,
    STEP_LOGIN, /* somebody came in; whether it lasts, the log does not say */
    STEP_BEGIN, /* a session begins */
    STEP_END,   /* what the key names ends */
    STEP_SHUTDOWN, /* everything of this kind of log on the host ends */
    STEP_BOOT,     /* the same, and nobody ended it */
};

/* Two kinds of logs see one login: they are not mixed, or every session would
 * be there twice and end twice. */
enum session_family { FAMILY_RECORDS, FAMILY_LOGS };

struct session_step {
    int64_t time;
    int64_t id, source, host, user; /* event, source, entities; 0 none */
    int64_t scope; /* sources of unknown hosts stay apart; 0 ordinarily */
    uint64_t offset;
    uint64_t key; /* what a begin and its end share; not of BOOT, SHUTDOWN */
    uint32_t line, origin; /* into the steps' texts */
    enum session_role role;
    enum session_family family;
};

struct session_steps {
    struct session_step *at;
    size_t count, capacity;
    struct intern texts;
    bool full; /* there are more than `most` */
};
void session_steps_done(struct session_steps *steps);

/* Every host (an entity, 0: unknown) of steps in these sources, appended to
 * `hosts` as int64_t, some of them more than once. */
int session_step_hosts(struct store *store, const int64_t *sources,
    size_t count, struct buf *hosts, struct err *err);

/* The steps of these hosts (sorted; NULL: of all) in all the evidence, in order
 * of host, then (time, source, offset, id). Stops, `full`, when there are more
 * than `most`.
 */
int session_steps_load(struct store *store, const int64_t *hosts, size_t count,
    size_t most, struct session_steps *out, struct err *err);

#endif
