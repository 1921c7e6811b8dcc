/* Which events begin and end sessions, and what makes two of them belong
 * together:
 *
 *  - login records (utmp, wtmp): the line, as `last` does it;
 *  - wtmpdb: both events of a row stand at the same bytes;
 *  - logs that keep their values: the session they name;
 *  - other logs: the process, for sshd and its like have one for each session.
 */
#include "src/store/session_step.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/ip.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/store/batches.h"
#include "src/store/content.h"
#include "src/store/internal.h"
#include "src/store/names.h"

/* --- roles ---------------------------------------------------------------- */

struct kind_role {
    enum session_role role;
    enum session_family family;
    bool by_line;    /* utmp */
    bool by_place;   /* wtmpdb */
    bool by_process; /* the process id stands for the session */
};

static const struct {
    const char *action;
    enum session_role role;
} action_roles[] = {
    {"login", STEP_LOGIN},
    {"session_open", STEP_BEGIN},
    {"session_close", STEP_END},
    {"logout", STEP_END},
    {"shutdown", STEP_SHUTDOWN},
    {"boot", STEP_BOOT},
};

/* Formats whose process speaks for every session, and those that tell of no
 * session but of the last login. */
static bool is_one_of(struct str name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (str_eq(name, str_from(*names)))
            return true;
    return false;
}
static const char *const shared_process[] = {"logind", "systemd", NULL};
static const char *const last_logins[] = {"lastlog", "lastlog2", NULL};

static struct kind_role role_of(const struct kind *kind)
{
    struct kind_role role = {.family = FAMILY_LOGS};
    bool is_of_host = str_eq(kind->category, STR("host"));
    for (size_t i = 0; i < sizeof(action_roles) / sizeof(action_roles[0]); i++)
        if (str_eq(kind->action, str_from(action_roles[i].action)))
            role.role = action_roles[i].role;
    role.by_line = str_eq(kind->format, STR("utmp"));
    role.by_place = str_eq(kind->format, STR("wtmpdb"));
    role.by_process = !is_one_of(kind->format, shared_process);
    if (role.by_line || role.by_place) {
        role.family = FAMILY_RECORDS;
        if (role.role == STEP_LOGIN)
            role.role = STEP_BEGIN;
    }
    if (str_eq(kind->outcome, STR("failure")) ||
        str_eq(kind->channel, STR("utx.lastlogin")) ||
        is_one_of(kind->format, last_logins) ||
        (role.role >= STEP_SHUTDOWN && !is_of_host))
        role.role = STEP_NONE;
    return role;
}

/* --- reading -------------------------------------------------------------- */

/* The kinds that have a role follow: very many events have none, and giving
 * each of them out would cost as much as its import. A mask serves the first
 * kinds, for a list is looked up in a tree. */
#define WHERE_SQL " WHERE id BETWEEN ?1 AND ?2 AND "
#define STEPS_SQL                                                     \
    "SELECT id, time, kind, user, host, process, pid, offset, src_ip" \
    " FROM event" WHERE_SQL
#define HOSTS_SQL "SELECT DISTINCT host FROM event" WHERE_SQL
enum { C_ID, C_TIME, C_KIND, C_USER, C_HOST, C_PROCESS, C_PID, C_OFFSET, C_IP };

struct loader {
    struct store *store;
    struct kinds kinds;
    struct kind_role *roles; /* [kinds.count] */
    struct batches batches;
    struct content *content;
    struct names *names;
    sqlite3_stmt *rows;
    struct json json;
};

static void loader_done(struct loader *loader)
{
    sqlite3_finalize(loader->rows);
    json_done(&loader->json);
    names_free(loader->names);
    content_free(loader->content);
    batches_done(&loader->batches);
    kinds_done(&loader->kinds);
    free(loader->roles);
}

/* A job of cron is nobody's session. */
static const char *const jobs[] = {
    "CRON", "cron", "crond", "atd", "systemd-user", NULL};

/* Most of what opens sessions are such jobs: those that go by the bare name are
 * left out before they become rows. Records of logins have no process. */
static void add_jobs(struct buf *sql, struct names *names)
{
    const char *before = " AND ifnull(process, 0) NOT IN (", *after = "";
    for (const char *const *job = jobs; *job != NULL; job++) {
        int64_t id = names_find(names, ENTITY_PROCESS, str_from(*job));
        if (id <= 0)
            continue;
        buf_printf(sql, "%s%lld", before, (long long)id);
        before = ",";
        after = ")";
    }
    buf_add_cstr(sql, after);
}

static sqlite3_stmt *prepare_rows(
    struct loader *loader, const char *select, struct err *err)
{
    enum { MASK_BITS = 63 };
    struct buf sql = {0};
    uint64_t mask = 0;
    buf_add_cstr(&sql, select);
    for (size_t i = 0; i < loader->kinds.count; i++)
        if (i < MASK_BITS && loader->roles[i].role != STEP_NONE)
            mask |= UINT64_C(1) << i;
    buf_printf(&sql, "((%llu >> kind) & 1", (unsigned long long)mask);
    const char *before = " OR kind IN (", *after = ")";
    for (size_t i = MASK_BITS; i < loader->kinds.count; i++) {
        if (loader->roles[i].role == STEP_NONE)
            continue;
        buf_printf(&sql, "%s%zu", before, i);
        before = ",";
        after = "))";
    }
    buf_add_cstr(&sql, after);
    buf_add_cstr(&sql, " AND time IS NOT NULL");
    add_jobs(&sql, loader->names);
    sqlite3_stmt *rows = store_prepare(loader->store, buf_cstr(&sql), err);
    buf_done(&sql);
    return rows;
}

static int loader_init(struct loader *loader, struct store *store,
    const char *select, struct err *err)
{
    *loader = (struct loader){.store = store};
    loader->content = content_new(store);
    loader->names = names_new(store);
    if (kinds_load(store, &loader->kinds, err) < 0 ||
        batches_load(store, &loader->batches, err) < 0)
        return -1;
    loader->roles = xcalloc(loader->kinds.count + 1, sizeof(*loader->roles));
    for (size_t i = 0; i < loader->kinds.count; i++)
        loader->roles[i] = role_of(&loader->kinds.at[i]);
    loader->rows = prepare_rows(loader, select, err);
    return loader->rows == NULL ? -1 : 0;
}

static bool has_steps(
    const struct loader *loader, const struct batch_info *batch)
{
    for (size_t i = 0; i < loader->kinds.count; i++)
        if (loader->roles[i].role != STEP_NONE &&
            batch_has_kind(batch, (int64_t)i))
            return true;
    return false;
}

/* The role of the row at hand, or NULL. */
static const struct kind_role *row_role(const struct loader *loader)
{
    int64_t kind = sqlite3_column_int64(loader->rows, C_KIND);
    if (kind < 0 || (uint64_t)kind >= loader->kinds.count ||
        loader->roles[kind].role == STEP_NONE)
        return NULL;
    return &loader->roles[kind];
}

static int start_batch(struct loader *loader, const struct batch_info *batch)
{
    sqlite3_reset(loader->rows);
    sqlite3_bind_int64(loader->rows, 1, batch->first_event);
    return sqlite3_bind_int64(
        loader->rows, 2, batch->first_event + batch->rows - 1);
}

/* --- hosts ---------------------------------------------------------------- */

static bool is_among(int64_t id, const int64_t *ids, size_t count)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ids[middle] == id)
            return true;
        if (ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static int batch_hosts(struct loader *loader, const struct batch_info *batch,
    struct buf *hosts, struct err *err)
{
    int step;
    start_batch(loader, batch);
    while ((step = sqlite3_step(loader->rows)) == SQLITE_ROW) {
        int64_t host = sqlite3_column_int64(loader->rows, 0);
        buf_add(hosts, &host, sizeof(host));
    }
    return step == SQLITE_DONE ? 0 : store_fail(loader->store, err);
}

int session_step_hosts(struct store *store, const int64_t *sources,
    size_t count, struct buf *hosts, struct err *err)
{
    struct loader loader;
    int rc = loader_init(&loader, store, HOSTS_SQL, err);
    for (size_t i = 0; i < loader.batches.count && rc == 0; i++) {
        const struct batch_info *batch = &loader.batches.at[i];
        if (is_among(batch->source, sources, count) &&
            has_steps(&loader, batch))
            rc = batch_hosts(&loader, batch, hosts, err);
    }
    loader_done(&loader);
    return rc < 0 ? err_wrap(err, "looking for sessions") : 0;
}

/* --- steps ---------------------------------------------------------------- */

/* What the values that were stored with an event add. */
struct stored_values {
    struct str line, session, from;
};

/* Slices live until the next call. */
static int read_values(struct loader *loader, const struct batch_info *batch,
    int64_t id, struct arena *arena, struct stored_values *out, struct err *err)
{
    static const char *const names[] = {
        "x.line", "session", "src_ip", "src_host", "x.ut_host"};
    struct str *const to[] = {
        &out->line, &out->session, &out->from, &out->from, &out->from};
    struct str line;
    *out = (struct stored_values){0};
    if (!batch->has_fields)
        return 0;
    if (content_fields(loader->content, batch->id,
            (size_t)(id - batch->first_event), &line, err) < 0)
        return -1;
    json_start(&loader->json, line);
    enum json_token token;
    while (
        (token = json_next(&loader->json)) != JSON_END && token != JSON_ERROR)
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
            if (token == JSON_STRING && loader->json.has_key &&
                to[i]->len == 0 && str_eq(loader->json.key, str_from(names[i])))
                *to[i] = arena_copy(arena, loader->json.value);
    return 0;
}

static struct str address_text(sqlite3_stmt *rows, struct arena *arena)
{
    char text[IP_TEXT_MAX];
    struct ip ip = {0};
    int type = sqlite3_column_type(rows, C_IP);
    if (type == SQLITE_INTEGER) {
        ip = ip_from_v4((uint32_t)sqlite3_column_int64(rows, C_IP));
    } else if (type == SQLITE_BLOB && sqlite3_column_bytes(rows, C_IP) == 16) {
        ip.family = 6;
        memcpy(ip.at, sqlite3_column_blob(rows, C_IP), sizeof(ip.at));
    }
    if (ip.family == 0)
        return (struct str){0};
    size_t len = ip_format(&ip, text);
    return arena_copy(arena, str_make(text, len));
}

/* "sshd" of /usr/sbin/sshd. */
static struct str process_name(struct loader *loader)
{
    struct str process =
        names_get(loader->names, sqlite3_column_int64(loader->rows, C_PROCESS));
    ptrdiff_t slash = str_find_last_char(process, '/');
    return str_from_index(process, (size_t)(slash + 1));
}

enum { KEY_NUMBERS = 4 };

static uint64_t key_of(const int64_t numbers[KEY_NUMBERS], struct str text)
{
    uint64_t parts[2] = {
        str_hash(str_make(numbers, KEY_NUMBERS * sizeof(*numbers))),
        str_hash(text)};
    return str_hash(str_make(parts, sizeof(parts))) | 1;
}

/* The same for what belongs together; 0 when nothing can. */
static uint64_t make_key(const struct kind_role *role, int64_t scope,
    const struct batch_info *batch, sqlite3_stmt *rows,
    const struct stored_values *values)
{
    enum { BY_PLACE, BY_LINE, BY_SESSION, BY_PROCESS };
    int64_t pid = sqlite3_column_int64(rows, C_PID);
    if (role->by_place)
        return key_of((int64_t[]){BY_PLACE, batch->source,
                          sqlite3_column_int64(rows, C_OFFSET), 0},
            STR(""));
    if (role->by_line)
        return key_of((int64_t[]){BY_LINE, scope, 0, 0}, values->line);
    if (values->session.len > 0)
        return key_of((int64_t[]){BY_SESSION, scope, 0, 0}, values->session);
    if (pid > 0 && role->by_process)
        return key_of((int64_t[]){BY_PROCESS, scope,
                          sqlite3_column_int64(rows, C_PROCESS), pid},
            STR(""));
    return 0;
}

/* The row at hand as a step; false when it is none after all. */
static int make_step(struct loader *loader, const struct batch_info *batch,
    const struct kind_role *role, int64_t scope, struct arena *arena,
    struct session_steps *out, struct session_step *step, struct err *err)
{
    sqlite3_stmt *rows = loader->rows;
    struct stored_values values;
    int64_t id = sqlite3_column_int64(rows, C_ID);
    struct str process = process_name(loader);
    if (role->family == FAMILY_LOGS && is_one_of(process, jobs))
        return 0;
    arena_reset(arena);
    if (read_values(loader, batch, id, arena, &values, err) < 0)
        return -1;
    struct str from = address_text(rows, arena);
    struct str line = values.line.len > 0      ? values.line
                      : values.session.len > 0 ? values.session
                                               : process;
    *step = (struct session_step){
        .time = sqlite3_column_int64(rows, C_TIME),
        .id = id,
        .source = batch->source,
        .host = sqlite3_column_int64(rows, C_HOST),
        .user = sqlite3_column_int64(rows, C_USER),
        .scope = scope,
        .offset = batch->base + (uint64_t)sqlite3_column_int64(rows, C_OFFSET),
        .key = make_key(role, scope, batch, rows, &values),
        .line = intern_add(&out->texts, line),
        .origin = intern_add(&out->texts, from.len > 0 ? from : values.from),
        .role = role->role,
        .family = role->family,
    };
    return step->key != 0 || role->role >= STEP_SHUTDOWN;
}

/* Sources that only a file's name stands for as a host (two files called wtmp)
 * may be of different machines. */
static int scope_of(
    struct store *store, int64_t source, int64_t *scope, struct err *err)
{
    sqlite3_stmt *query = store_prepare(
        store, "SELECT host_from = 'name' FROM source WHERE id = ?", err);
    if (query == NULL)
        return -1;
    sqlite3_bind_int64(query, 1, source);
    bool apart =
        sqlite3_step(query) == SQLITE_ROW && sqlite3_column_int(query, 0) != 0;
    sqlite3_finalize(query);
    *scope = apart ? source : 0;
    return 0;
}

static int load_batch(struct loader *loader, const struct batch_info *batch,
    const int64_t *hosts, size_t count, size_t most, struct session_steps *out,
    struct err *err)
{
    struct arena arena = {0};
    int64_t scope;
    int rc = scope_of(loader->store, batch->source, &scope, err);
    int sql = SQLITE_ROW;
    start_batch(loader, batch);
    while (rc >= 0 && !out->full &&
           (sql = sqlite3_step(loader->rows)) == SQLITE_ROW) {
        const struct kind_role *role = row_role(loader);
        struct session_step step;
        int64_t host = sqlite3_column_int64(loader->rows, C_HOST);
        if (role == NULL || (hosts != NULL && !is_among(host, hosts, count)))
            continue;
        rc = make_step(loader, batch, role, scope, &arena, out, &step, err);
        if (rc <= 0)
            continue;
        out->full = out->count == most;
        if (out->full)
            break;
        out->at =
            mem_grow(out->at, &out->capacity, out->count + 1, sizeof(*out->at));
        out->at[out->count++] = step;
    }
    arena_done(&arena);
    if (sql != SQLITE_ROW && sql != SQLITE_DONE)
        rc = store_fail(loader->store, err);
    return rc < 0 ? -1 : 0;
}

#define COMPARE(a, b) ((a) < (b) ? -1 : (a) > (b))

static int by_time(const void *left, const void *right)
{
    const struct session_step *a = left, *b = right;
    int order = COMPARE(a->host, b->host);
    if (order == 0)
        order = COMPARE(a->time, b->time);
    if (order == 0)
        order = COMPARE(a->source, b->source);
    if (order == 0)
        order = COMPARE(a->offset, b->offset);
    return order != 0 ? order : COMPARE(a->id, b->id);
}

void session_steps_done(struct session_steps *steps)
{
    free(steps->at);
    intern_done(&steps->texts);
    *steps = (struct session_steps){0};
}

int session_steps_load(struct store *store, const int64_t *hosts, size_t count,
    size_t most, struct session_steps *out, struct err *err)
{
    struct loader loader;
    *out = (struct session_steps){0};
    int rc = loader_init(&loader, store, STEPS_SQL, err);
    for (size_t i = 0; i < loader.batches.count && rc == 0 && !out->full; i++)
        if (has_steps(&loader, &loader.batches.at[i]))
            rc = load_batch(
                &loader, &loader.batches.at[i], hosts, count, most, out, err);
    loader_done(&loader);
    if (rc < 0)
        return err_wrap(err, "reading logins and logouts");
    if (out->count > 1)
        qsort(out->at, out->count, sizeof(*out->at), by_time);
    return 0;
}
