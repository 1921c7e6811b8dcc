/* A worker is a thread's own connection, unpacker and scratch memory. Worker 0
 * serves the caller's thread; the others are opened when there is work for
 * them. Work is handed out one batch at a time. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/query/inside.h"

enum { WORKERS_MAX = 8 };

/* --- functions that the filter calls ------------------------------------- */

static const struct step *step_of(sqlite3_context *context, sqlite3_value *arg)
{
    const struct worker *worker = sqlite3_user_data(context);
    return worker->search->plan.steps[sqlite3_value_int(arg)];
}

static void in_set(sqlite3_context *context, int count, sqlite3_value **args)
{
    (void)count;
    bool in =
        sqlite3_value_type(args[1]) == SQLITE_INTEGER &&
        bits_has(&step_of(context, args[0])->set, sqlite3_value_int64(args[1]));
    sqlite3_result_int(context, in);
}

static void in_ask(sqlite3_context *context, int count, sqlite3_value **args)
{
    (void)count;
    sqlite3_result_int(context, bits_has(&step_of(context, args[0])->ask,
                                    sqlite3_value_int64(args[1])));
}

static void object_matches(
    sqlite3_context *context, int count, sqlite3_value **args)
{
    (void)count;
    const struct worker *worker = sqlite3_user_data(context);
    const struct step *step = step_of(context, args[0]);
    const void *bytes = sqlite3_value_blob(args[1]);
    size_t len = (size_t)sqlite3_value_bytes(args[1]);
    bool matches = len > 0 && match_text(step->matcher, worker->scratch,
                                  str_make(bytes, len));
    sqlite3_result_int(context, matches);
}

static void scan_end(sqlite3_context *context)
{
    sqlite3_result_null(context);
}

static int add_functions(struct worker *worker, struct err *err)
{
    static const struct {
        const char *name;
        void (*function)(sqlite3_context *, int, sqlite3_value **);
    } functions[] = {
        {"spoor_set", in_set},
        {"spoor_ask", in_ask},
        {"spoor_object", object_matches},
    };
    sqlite3 *db = store_db(worker->store);
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
        if (sqlite3_create_function_v2(db, functions[i].name, 2,
                SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, worker,
                functions[i].function, NULL, NULL, NULL) != SQLITE_OK)
            return store_fail(worker->store, err);
    if (sqlite3_create_function_v2(db, "spoor_scan", -1,
            SQLITE_UTF8 | SQLITE_DIRECTONLY, worker, NULL, scan_function,
            scan_end, NULL) != SQLITE_OK)
        return store_fail(worker->store, err);
    return 0;
}

/* --- opening ------------------------------------------------------------- */

static int worker_open(
    struct search *search, struct worker *worker, struct err *err)
{
    if (worker->store != NULL)
        return 0;
    worker->search = search;
    if (store_reopen(search->case_store, &worker->store, err) < 0)
        return -1;
    worker->content = content_new(worker->store);
    worker->names = names_new(worker->store);
    worker->scratch = match_scratch_new();
    return add_functions(worker, err);
}

struct worker *search_worker(struct search *search, struct err *err)
{
    if (search->workers == NULL) {
        long processors = sysconf(_SC_NPROCESSORS_ONLN);
        search->worker_count = processors < 2             ? 2
                               : processors > WORKERS_MAX ? WORKERS_MAX
                                                          : (size_t)processors;
        search->workers =
            xcalloc(search->worker_count, sizeof(*search->workers));
    }
    struct worker *worker = &search->workers[0];
    return worker_open(search, worker, err) < 0 ? NULL : worker;
}

void worker_done(struct worker *worker)
{
    if (worker->store == NULL)
        return;
    for (size_t i = 0; i < worker->statement_count; i++)
        sqlite3_finalize(worker->statements[i].sql);
    sqlite3_finalize(worker->parts);
    sqlite3_finalize(worker->repeats);
    reread_done(worker);
    text_done(worker);
    names_free(worker->names);
    content_free(worker->content);
    match_scratch_free(worker->scratch);
    buf_done(&worker->value);
    free(worker->repeat);
    free(worker->shares);
    store_close(worker->store);
    *worker = (struct worker){0};
}

/* --- statements ---------------------------------------------------------- */

enum { VARIANT_PLAIN, VARIANT_REPEATS, VARIANT_ALL };

/* `columns` 0 counts. */
static void statement_text(
    struct worker *worker, unsigned columns, int variant, struct buf *out)
{
    buf_add_cstr(out, columns == 0 ? "SELECT count(*" : "SELECT spoor_scan(");
    const char *between = "";
    for (unsigned i = 0; i < COLUMN_TOTAL; i++) {
        if ((columns & COLUMN_BIT(i)) == 0)
            continue;
        buf_printf(out, "%s%s", between, column_names[i]);
        between = ", ";
    }
    buf_add_cstr(out, ")");
    buf_add_cstr(out, " FROM event WHERE id BETWEEN ?1 AND ?2");
    if (variant == VARIANT_ALL || worker->search->filter[variant].len == 0)
        return;
    buf_add_cstr(out, " AND ");
    buf_add_str(out, buf_str(&worker->search->filter[variant]));
}

static sqlite3_stmt *find_statement(
    struct worker *worker, unsigned columns, int variant, struct err *err)
{
    for (size_t i = 0; i < worker->statement_count; i++)
        if (worker->statements[i].columns == columns &&
            worker->statements[i].variant == variant)
            return worker->statements[i].sql;
    if (worker->statement_count == STATEMENTS_MAX)
        sqlite3_finalize(worker->statements[--worker->statement_count].sql);
    struct buf text = {0};
    statement_text(worker, columns, variant, &text);
    sqlite3_stmt *sql = store_prepare(worker->store, buf_cstr(&text), err);
    buf_done(&text);
    if (sql != NULL)
        worker->statements[worker->statement_count++] =
            (struct statement){columns, variant, sql};
    return sql;
}

sqlite3_stmt *worker_statement(struct worker *worker, unsigned columns,
    const struct batch_info *batch, bool filtered, struct err *err)
{
    int variant = !filtered            ? VARIANT_ALL
                  : batch->has_repeats ? VARIANT_REPEATS
                                       : VARIANT_PLAIN;
    sqlite3_stmt *sql = find_statement(worker, columns, variant, err);
    if (sql == NULL)
        return NULL;
    sqlite3_reset(sql);
    sqlite3_bind_int64(sql, 1, batch->first_event);
    sqlite3_bind_int64(sql, 2, batch->first_event + batch->rows - 1);
    if (sqlite3_bind_parameter_count(sql) >= 3)
        sqlite3_bind_int64(sql, 3, batch->source);
    return sql;
}

/* --- threads ------------------------------------------------------------- */

struct crew {
    struct search *search;
    worker_task *task;
    void *context;
    size_t count;
    struct progress *progress;
    _Atomic size_t next;
    _Atomic bool stop;
};

struct hand {
    struct crew *crew;
    struct worker *worker;
    pthread_t thread;
    bool started;
    int rc;
};

static void *hand_run(void *context)
{
    struct hand *hand = context;
    struct crew *crew = hand->crew;
    struct worker *worker = hand->worker;
    worker->progress = crew->progress;
    err_clear(&worker->err);
    while (!atomic_load(&crew->stop)) {
        size_t index = atomic_fetch_add(&crew->next, 1);
        if (index >= crew->count)
            break;
        if (progress_is_cancelled(crew->progress))
            hand->rc = err_set(&worker->err, ERR_CANCELLED, "stopped");
        else
            hand->rc = crew->task(worker, index, crew->context);
        if (hand->rc < 0)
            atomic_store(&crew->stop, true);
    }
    return NULL;
}

/* A second thread for a few batches costs more than it saves. */
enum { TASKS_ALONE = 3 };

static int run_hands(struct hand *hands, size_t count)
{
    for (size_t i = 1; i < count; i++)
        hands[i].started =
            pthread_create(&hands[i].thread, NULL, hand_run, &hands[i]) == 0;
    hand_run(&hands[0]);
    int failed = hands[0].rc < 0 ? 0 : -1;
    for (size_t i = 1; i < count; i++) {
        if (hands[i].started)
            pthread_join(hands[i].thread, NULL);
        if (failed < 0 && hands[i].rc < 0)
            failed = (int)i;
    }
    return failed;
}

int workers_run(struct search *search, size_t count, worker_task *task,
    void *context, struct progress *progress, struct err *err)
{
    struct crew crew = {
        .search = search,
        .task = task,
        .context = context,
        .count = count,
        .progress = progress,
    };
    size_t hands = count <= TASKS_ALONE ? 1 : search->worker_count;
    struct hand crew_hands[WORKERS_MAX];
    assert(hands > 0 && hands <= WORKERS_MAX);
    for (size_t i = 0; i < hands; i++) {
        crew_hands[i] =
            (struct hand){.crew = &crew, .worker = &search->workers[i]};
        if (worker_open(search, &search->workers[i], err) < 0)
            return -1;
    }
    int failed = run_hands(crew_hands, hands);
    if (failed < 0)
        return 0;
    if (err != NULL)
        *err = search->workers[failed].err;
    return -1;
}
