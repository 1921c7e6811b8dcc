#include "src/ingest/sessions.h"

#include <stdlib.h>

#include "src/base/limit.h"
#include "src/ingest/session_pair.h"

static int by_number(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* In order, each once; how many there are. */
static size_t sort_hosts(struct buf *hosts)
{
    int64_t *at = (int64_t *)(void *)hosts->ptr;
    size_t count = hosts->len / sizeof(int64_t), kept = 0;
    if (count == 0)
        return 0;
    qsort(at, count, sizeof(int64_t), by_number);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || at[i] != at[i - 1])
            at[kept++] = at[i];
    return kept;
}

/* Pair the steps, which are those of these hosts, and keep what comes of it. */
static int keep_pairs(struct store *store, const int64_t *hosts, size_t count,
    const struct session_steps *steps, struct sessions_summary *summary,
    struct err *err)
{
    struct session_list list = {0};
    session_pair(steps, &list);
    int rc = session_replace(store, hosts, count, &list, err);
    summary->sessions += list.count;
    free(list.at);
    return rc;
}

/* Pair these hosts; when their steps are too many at once, each half alone. */
static int pair_hosts(struct store *store, const int64_t *hosts, size_t count,
    struct sessions_summary *summary, struct err *err)
{
    struct session_steps steps;
    if (count == 0)
        return 0;
    int rc = session_steps_load(
        store, hosts, count, LIMIT_SESSION_STEPS, &steps, err);
    if (rc == 0 && steps.full && count > 1) {
        session_steps_done(&steps);
        size_t half = count / 2;
        if (pair_hosts(store, hosts, half, summary, err) < 0)
            return -1;
        return pair_hosts(store, hosts + half, count - half, summary, err);
    }
    if (rc == 0) {
        rc = keep_pairs(store, hosts, count, &steps, summary, err);
        summary->hosts += count;
        summary->limited += steps.full;
    }
    session_steps_done(&steps);
    return rc;
}

/* At first there is nothing to ask which hosts are touched for: 1 when all were
 * paired at once, 0 when their steps are too many for that. */
static int pair_first(
    struct store *store, struct sessions_summary *summary, struct err *err)
{
    struct session_steps steps;
    int rc =
        session_steps_load(store, NULL, 0, LIMIT_SESSION_STEPS, &steps, err);
    bool done = rc == 0 && !steps.full;
    if (done) {
        rc = keep_pairs(store, NULL, 0, &steps, summary, err);
        for (size_t i = 0; i < steps.count; i++)
            summary->hosts +=
                i == 0 || steps.at[i].host != steps.at[i - 1].host;
    }
    session_steps_done(&steps);
    return rc < 0 ? -1 : done;
}

static int refresh(struct store *store, const int64_t *sources, size_t count,
    struct sessions_summary *summary, struct err *err)
{
    struct buf hosts = {0};
    int first = session_is_first(store, err);
    if (first > 0)
        first = pair_first(store, summary, err);
    if (first != 0)
        return first < 0 ? -1 : session_mark(store, err);
    int rc = session_step_hosts(store, sources, count, &hosts, err);
    if (rc == 0)
        rc = session_lost_hosts(store, &hosts, err);
    if (rc == 0) {
        size_t host_count = sort_hosts(&hosts);
        rc = pair_hosts(store, (const int64_t *)(void *)hosts.ptr, host_count,
            summary, err);
    }
    buf_done(&hosts);
    return rc < 0 ? -1 : session_mark(store, err);
}

int sessions_refresh(
    struct store *store, struct sessions_summary *summary, struct err *err)
{
    struct sessions_summary own = {0};
    int64_t *sources = NULL;
    size_t count = 0;
    struct err busy = {0};
    int rc = session_stale(store, &sources, &count, err);
    if (rc == 0 && count > 0) {
        if (store_lock_import(store, &busy) == 0) {
            rc = refresh(store, sources, count, &own, err);
            store_unlock_import(store);
        } else if (busy.code != ERR_BUSY) {
            rc = err_set(err, busy.code, "%s", busy.text);
        }
    }
    free(sources);
    if (summary != NULL)
        *summary = own;
    return rc < 0 ? err_wrap(err, "pairing logins with logouts") : 0;
}
