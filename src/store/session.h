/* session: logins with the logouts that ended them.
 *
 * A link between two events, made after an import by src/ingest/sessions.h and
 * never by a parser. Which sources it was made from is kept, so that a case
 * whose evidence changed since is known by looking. */
#ifndef SPOOR_STORE_SESSION_H
#define SPOOR_STORE_SESSION_H

#include "src/base/buf.h"
#include "src/store/store.h"

/* How a session ended. The values are stored. */
enum session_end {
    SESSION_OPEN,     /* not, as far as the logs go */
    SESSION_LOGOUT,   /* by a logout */
    SESSION_REPLACED, /* another login took its line */
    SESSION_SHUTDOWN, /* the system was shut down */
    SESSION_CRASH,    /* the system started again without a shutdown */
    SESSION_END_COUNT
};
const char *session_end_name(enum session_end end); /* "logout" */

struct session {
    int64_t login;      /* the event that began it */
    int64_t logout;     /* the event that ended it; 0: none */
    int64_t host;       /* an entity; 0: not known */
    int64_t start, end; /* ns UTC; end STAMP_NONE: still open */
    enum session_end how;
    struct str line;   /* terminal, or what else the log calls it by */
    struct str origin; /* address or name it came from */
};

/* --- for the pass --------------------------------------------------------- */

/* Sources whose events differ from those that the sessions were made of (new,
 * read again, removed). `sources` is yours to free. */
int session_stale(
    struct store *store, int64_t **sources, size_t *count, struct err *err);

/* Hosts of sessions that hang on events which are no longer there, appended to
 * `hosts` (of int64_t). */
int session_lost_hosts(struct store *store, struct buf *hosts, struct err *err);

/* In place of the sessions of those hosts. One transaction. */
struct session_list {
    struct session *at;
    size_t count, capacity;
};
int session_replace(struct store *store, const int64_t *hosts, size_t count,
    const struct session_list *list, struct err *err);

/* 1 when no evidence was ever paired in this case, 0, or -1. */
int session_is_first(struct store *store, struct err *err);

/* The sessions are what the evidence says now. */
int session_mark(struct store *store, struct err *err);

/* --- for showing ---------------------------------------------------------- */

struct session_row {
    struct session session;
    struct str user, host_name;
};

struct session_filter {
    const char *user, *host; /* NULL: any; ASCII case ignored */
};

/* Call `visit` with up to `limit` sessions that begin after (start, login), in
 * that order: how many, or -1. Slices live for the call. */
int64_t session_page(struct store *store, const struct session_filter *filter,
    int64_t start, int64_t login, size_t limit,
    void (*visit)(void *context, const struct session_row *row), void *context,
    struct err *err);

#endif
