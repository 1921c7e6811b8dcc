/* One thread, one connection. What is wanted and what has been found stand
 * under the lock, which nobody holds while working. A count comes before
 * values; values of a field are found once and kept. */
#include "ui/lookup.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/base/mem.h"
#include "ui/ask.h"

enum values_state { VALUES_UNASKED, VALUES_WANTED, VALUES_KNOWN };

struct values {
    enum values_state state;
    struct group *group; /* NULL: there are none to be had */
};

struct lookup {
    struct lookup_options options;
    pthread_t thread;
    bool started;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool closing;
    uint64_t round; /* bumped by lookup_forget: older answers are dropped */
    struct progress progress; /* of what is under way */
    bool working, counting;

    char *text; /* to be counted, or counted; NULL: none */
    bool wanted;
    struct timespec due;
    enum lookup_state state;
    uint64_t events;
    struct err err;

    struct values values[FIELD_TOTAL];

    struct lookup_facts facts;
    bool has_facts, wants_facts;
    struct kinds *fresh; /* read by the thread, for the screen to take */
    struct kinds *kinds; /* the screen's own */

    struct store *store;     /* the thread's own, as is */
    const struct zone *zone; /* the one in force as its work began */
};

/* --- working, without the lock ------------------------------------------- */

static bool has_connection(struct lookup *lookup, struct err *err)
{
    return lookup->store != NULL ||
           store_reopen(lookup->options.store, &lookup->store, err) == 0;
}

static int count(
    struct lookup *lookup, const char *text, uint64_t *events, struct err *err)
{
    if (!has_connection(lookup, err))
        return -1;
    struct query *query = ask_parse(
        lookup->store, lookup->options.formats, lookup->zone, text, err);
    if (query == NULL)
        return -1;
    struct search *search =
        search_open(lookup->store, lookup->options.formats, query, err);
    int rc = search == NULL
                 ? -1
                 : search_count(search, events, &lookup->progress, err);
    search_close(search);
    query_free(query);
    return rc;
}

/* NULL when they cannot be had, now or ever. */
static struct group *find_values(struct lookup *lookup, enum field field)
{
    if (!has_connection(lookup, NULL))
        return NULL;
    char text[64];
    snprintf(text, sizeof(text), "| top %s %d", field_table[field].name,
        LOOKUP_VALUES);
    struct query *query = ask_parse(
        lookup->store, lookup->options.formats, lookup->zone, text, NULL);
    if (query == NULL)
        return NULL;
    struct search *search =
        search_open(lookup->store, lookup->options.formats, query, NULL);
    struct group *group = xcalloc(1, sizeof(*group));
    if (search == NULL ||
        group_run(search, group, &lookup->progress, NULL) < 0) {
        free(group);
        group = NULL;
    }
    search_close(search);
    query_free(query);
    return group;
}

static void add_span(struct lookup_facts *facts, const struct batch_info *batch)
{
    if (batch->first_time == STAMP_NONE)
        return;
    if (facts->first == STAMP_NONE || batch->first_time < facts->first)
        facts->first = batch->first_time;
    if (facts->last == STAMP_NONE || batch->last_time > facts->last)
        facts->last = batch->last_time;
}

static bool find_facts(struct lookup *lookup, struct lookup_facts *out)
{
    *out = (struct lookup_facts){
        .first = STAMP_NONE, .last = STAMP_NONE, .newest = STAMP_NONE};
    struct batches batches = {0};
    if (!has_connection(lookup, NULL) ||
        batches_load(lookup->store, &batches, NULL) < 0)
        return false;
    for (size_t i = 0; i < batches.count; i++)
        add_span(out, &batches.at[i]);
    out->events = batches.events;
    out->newest = store_newest_acquisition(lookup->store);
    batches_done(&batches);
    return true;
}

static void free_kinds(struct kinds *kinds)
{
    if (kinds != NULL)
        kinds_done(kinds);
    free(kinds);
}

static struct kinds *find_kinds(struct lookup *lookup)
{
    struct kinds *kinds = xcalloc(1, sizeof(*kinds));
    if (has_connection(lookup, NULL) &&
        kinds_load(lookup->store, kinds, NULL) == 0)
        return kinds;
    free(kinds);
    return NULL;
}

/* --- the thread ---------------------------------------------------------- */

static bool is_due(const struct timespec *due)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec > due->tv_sec ||
           (now.tv_sec == due->tv_sec && now.tv_nsec >= due->tv_nsec);
}

static enum field next_field(const struct lookup *lookup)
{
    for (int i = 0; i < FIELD_TOTAL; i++)
        if (lookup->values[i].state == VALUES_WANTED)
            return (enum field)i;
    return FIELD_NONE;
}

/* Each of these is called under the lock and leaves it while working. */
static void begin_work(struct lookup *lookup)
{
    atomic_store(&lookup->progress.cancelled, false);
    lookup->working = true;
    lookup->zone = lookup->options.zone;
    pthread_mutex_unlock(&lookup->lock);
}

static void do_facts(struct lookup *lookup)
{
    struct lookup_facts facts;
    lookup->wants_facts = false;
    begin_work(lookup);
    bool found = find_facts(lookup, &facts);
    struct kinds *kinds = find_kinds(lookup);
    pthread_mutex_lock(&lookup->lock);
    free_kinds(lookup->fresh);
    lookup->fresh = kinds;
    lookup->has_facts = found;
    lookup->facts = facts;
}

static void do_count(struct lookup *lookup)
{
    char *text = xstrdup(lookup->text);
    uint64_t round = lookup->round;
    struct err err = {0};
    uint64_t events = 0;
    lookup->wanted = false;
    lookup->counting = true;
    begin_work(lookup);
    int rc = count(lookup, text, &events, &err);
    pthread_mutex_lock(&lookup->lock);
    lookup->counting = false;
    bool same = lookup->text != NULL && strcmp(text, lookup->text) == 0;
    if (same && !lookup->wanted && round == lookup->round) {
        lookup->state = rc < 0 ? LOOKUP_FAILED : LOOKUP_DONE;
        lookup->events = events;
        lookup->err = err;
    }
    free(text);
}

static void free_group(struct group *group)
{
    if (group != NULL)
        group_done(group);
    free(group);
}

static void do_values(struct lookup *lookup, enum field field)
{
    uint64_t round = lookup->round;
    begin_work(lookup);
    struct group *group = find_values(lookup, field);
    pthread_mutex_lock(&lookup->lock);
    struct values *values = &lookup->values[field];
    if (round == lookup->round) {
        values->state = VALUES_KNOWN;
        values->group = group;
    } else {
        free_group(group); /* nobody has seen it */
    }
}

static void wait_for_wants(struct lookup *lookup)
{
    if (lookup->wanted)
        pthread_cond_timedwait(&lookup->changed, &lookup->lock, &lookup->due);
    else
        pthread_cond_wait(&lookup->changed, &lookup->lock);
}

static void *run(void *context)
{
    struct lookup *lookup = context;
    pthread_mutex_lock(&lookup->lock);
    while (!lookup->closing) {
        enum field field = next_field(lookup);
        if (lookup->wants_facts) {
            do_facts(lookup);
        } else if (lookup->wanted && is_due(&lookup->due)) {
            do_count(lookup);
        } else if (field != FIELD_NONE) {
            do_values(lookup, field);
        } else {
            wait_for_wants(lookup);
            continue;
        }
        lookup->working = false;
        if (!lookup->closing && lookup->options.wake != NULL)
            lookup->options.wake(lookup->options.context);
    }
    pthread_mutex_unlock(&lookup->lock);
    store_close(lookup->store);
    return NULL;
}

/* --- asking -------------------------------------------------------------- */

struct lookup *lookup_new(const struct lookup_options *options)
{
    struct lookup *lookup = xcalloc(1, sizeof(*lookup));
    lookup->options = *options;
    lookup->wants_facts = true;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&lookup->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&lookup->lock, NULL);
    lookup->started = pthread_create(&lookup->thread, NULL, run, lookup) == 0;
    return lookup;
}

void lookup_free(struct lookup *lookup)
{
    if (lookup == NULL)
        return;
    pthread_mutex_lock(&lookup->lock);
    lookup->closing = true;
    progress_cancel(&lookup->progress);
    pthread_cond_signal(&lookup->changed);
    pthread_mutex_unlock(&lookup->lock);
    if (lookup->started)
        pthread_join(lookup->thread, NULL);
    for (int i = 0; i < FIELD_TOTAL; i++)
        free_group(lookup->values[i].group);
    free_kinds(lookup->fresh);
    free_kinds(lookup->kinds);
    pthread_cond_destroy(&lookup->changed);
    pthread_mutex_destroy(&lookup->lock);
    free(lookup->text);
    free(lookup);
}

void lookup_forget(struct lookup *lookup, const struct zone *zone)
{
    pthread_mutex_lock(&lookup->lock);
    lookup->options.zone = zone;
    lookup->round++;
    progress_cancel(&lookup->progress);
    for (int i = 0; i < FIELD_TOTAL; i++) {
        free_group(lookup->values[i].group);
        lookup->values[i] = (struct values){0};
    }
    free(lookup->text);
    lookup->text = NULL;
    lookup->wanted = false;
    lookup->wants_facts = true;
    pthread_cond_signal(&lookup->changed);
    pthread_mutex_unlock(&lookup->lock);
}

static void want_count(struct lookup *lookup, struct str text)
{
    free(lookup->text);
    lookup->text = str_dup(text);
    lookup->wanted = true;
    lookup->state = LOOKUP_PENDING;
    clock_gettime(CLOCK_MONOTONIC, &lookup->due);
    lookup->due.tv_nsec += LOOKUP_PAUSE_MS * 1000000L;
    lookup->due.tv_sec += lookup->due.tv_nsec / STAMP_SECOND;
    lookup->due.tv_nsec %= STAMP_SECOND;
    if (lookup->counting)
        progress_cancel(&lookup->progress);
    pthread_cond_signal(&lookup->changed);
}

enum lookup_state lookup_count(
    struct lookup *lookup, struct str text, uint64_t *events, struct err *err)
{
    pthread_mutex_lock(&lookup->lock);
    if (lookup->text == NULL || !str_eq(str_from(lookup->text), text))
        want_count(lookup, text);
    enum lookup_state state = lookup->state;
    *events = lookup->events;
    if (state == LOOKUP_FAILED && err != NULL)
        *err = lookup->err;
    pthread_mutex_unlock(&lookup->lock);
    return state;
}

static bool can_list(enum field field)
{
    switch (field_table[field].place) {
    case FIELD_IN_ROW:
        return field_table[field].type != FIELD_TYPE_TIME && field != FIELD_ID;
    case FIELD_IN_ENTITY:
    case FIELD_IN_KIND:
    case FIELD_IN_OBJECT:
        return true;
    case FIELD_IN_SOURCE:
        return field == FIELD_SOURCE || field == FIELD_COLLECTED_HOST;
    case FIELD_IN_RECORD:
    case FIELD_IN_FINDING:
        break;
    }
    return false;
}

const struct group *lookup_values(struct lookup *lookup, enum field field)
{
    if (field >= FIELD_TOTAL || !can_list(field))
        return NULL;
    pthread_mutex_lock(&lookup->lock);
    struct values *values = &lookup->values[field];
    if (values->state == VALUES_UNASKED) {
        values->state = VALUES_WANTED;
        pthread_cond_signal(&lookup->changed);
    }
    const struct group *group = values->group;
    pthread_mutex_unlock(&lookup->lock);
    return group;
}

bool lookup_facts(struct lookup *lookup, struct lookup_facts *out)
{
    pthread_mutex_lock(&lookup->lock);
    bool has = lookup->has_facts;
    if (has)
        *out = lookup->facts;
    pthread_mutex_unlock(&lookup->lock);
    return has;
}

const struct own_names *lookup_own_names(struct lookup *lookup)
{
    pthread_mutex_lock(&lookup->lock);
    if (lookup->fresh != NULL) {
        free_kinds(lookup->kinds);
        lookup->kinds = lookup->fresh;
        lookup->fresh = NULL;
    }
    pthread_mutex_unlock(&lookup->lock);
    return lookup->kinds != NULL ? &lookup->kinds->own_names : NULL;
}

bool lookup_is_busy(struct lookup *lookup)
{
    pthread_mutex_lock(&lookup->lock);
    bool busy = lookup->working || lookup->wants_facts || lookup->wanted ||
                next_field(lookup) != FIELD_NONE;
    pthread_mutex_unlock(&lookup->lock);
    return busy;
}
