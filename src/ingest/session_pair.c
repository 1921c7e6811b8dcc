/* One pass over the steps of each host, in order of time.
 *
 * For every key there is at most one open session. A begin opens it (and closes
 * what was open: a line has one user at a time), an end closes it, a shutdown
 * or boot closes all of its family. A mere login waits: it becomes a session
 * only when a begin or an end with its key says that there was one, and then it
 * is the login that is linked, for it knows where it came from. */
#include "src/ingest/session_pair.h"

#include <stdlib.h>

#include "src/base/mem.h"

struct open_session {
    const struct session_step *begin; /* NULL: none */
    bool waits; /* a login that nothing has confirmed yet */
};

struct pairing {
    const struct session_steps *steps;
    struct session_list *out;
    struct intern keys;        /* of the host */
    struct open_session *open; /* [capacity], by number of the key */
    size_t capacity;
};

static void close_session(struct pairing *pairing, struct open_session *open,
    const struct session_step *end, enum session_end how)
{
    const struct session_step *begin = open->begin;
    struct session_list *out = pairing->out;
    *open = (struct open_session){0};
    out->at =
        mem_grow(out->at, &out->capacity, out->count + 1, sizeof(*out->at));
    out->at[out->count++] = (struct session){
        .login = begin->id,
        .logout = end == NULL ? 0 : end->id,
        .host = begin->host,
        .start = begin->time,
        .end = end == NULL ? STAMP_NONE : end->time,
        .how = how,
        .line = pairing->steps->texts.text[begin->line],
        .origin = pairing->steps->texts.text[begin->origin],
    };
}

static struct open_session *find_open(
    struct pairing *pairing, const struct session_step *step)
{
    struct str key = str_make(&step->key, sizeof(step->key));
    uint32_t number = intern_add(&pairing->keys, key);
    size_t before = pairing->capacity;
    pairing->open = mem_grow(pairing->open, &pairing->capacity,
        (size_t)number + 1, sizeof(*pairing->open));
    for (size_t i = before; i < pairing->capacity; i++)
        pairing->open[i] = (struct open_session){0};
    return &pairing->open[number];
}

/* The same login out of another file: wtmp and utmp, or a copy. */
static bool is_same(const struct session_step *a, const struct session_step *b)
{
    return a->time == b->time && a->user == b->user;
}

static void take_begin(struct pairing *pairing, struct open_session *open,
    const struct session_step *step)
{
    if (open->begin != NULL && open->waits) {
        open->waits = false;
        return;
    }
    if (open->begin != NULL && is_same(open->begin, step))
        return;
    if (open->begin != NULL)
        close_session(pairing, open, step, SESSION_REPLACED);
    open->begin = step;
}

static void take_login(
    struct open_session *open, const struct session_step *step)
{
    if (open->begin != NULL && !open->waits)
        return;
    *open = (struct open_session){step, true};
}

/* Everything that is open in the step's family and scope, or with NULL
 * everything. */
static void end_all(struct pairing *pairing, const struct session_step *step,
    enum session_end how)
{
    for (size_t i = 0; i < pairing->keys.count; i++) {
        struct open_session *open = &pairing->open[i];
        if (open->begin == NULL ||
            (step != NULL && (open->begin->family != step->family ||
                                 open->begin->scope != step->scope)))
            continue;
        if (open->waits)
            *open = (struct open_session){0};
        else
            close_session(pairing, open, step, how);
    }
}

static void take_step(struct pairing *pairing, const struct session_step *step)
{
    switch (step->role) {
    case STEP_NONE:
        break;
    case STEP_LOGIN:
        take_login(find_open(pairing, step), step);
        break;
    case STEP_BEGIN:
        take_begin(pairing, find_open(pairing, step), step);
        break;
    case STEP_END: {
        struct open_session *open = find_open(pairing, step);
        if (open->begin != NULL)
            close_session(pairing, open, step, SESSION_LOGOUT);
        break;
    }
    case STEP_SHUTDOWN:
        end_all(pairing, step, SESSION_SHUTDOWN);
        break;
    case STEP_BOOT:
        end_all(pairing, step, SESSION_CRASH);
        break;
    }
}

static void end_host(struct pairing *pairing)
{
    end_all(pairing, NULL, SESSION_OPEN);
    intern_reset(&pairing->keys);
}

void session_pair(const struct session_steps *steps, struct session_list *out)
{
    struct pairing pairing = {.steps = steps, .out = out};
    for (size_t i = 0; i < steps->count; i++) {
        if (i > 0 && steps->at[i].host != steps->at[i - 1].host)
            end_host(&pairing);
        take_step(&pairing, &steps->at[i]);
    }
    end_host(&pairing);
    intern_done(&pairing.keys);
    free(pairing.open);
}
