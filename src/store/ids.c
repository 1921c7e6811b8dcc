/* Numbers for names and kinds.
 *
 * All kinds are known by heart; of the entities, the recent ones are. Each
 * distinct name of a batch is looked up once, in the order in which the events
 * name them, so that the numbers do not depend on what was remembered.
 *
 * Kinds hold texts out of logs (provider, channel, code), and an attacker
 * chooses how many different ones there are. Past KINDS_MAX new kinds go
 * without these texts and say so in their `spill`, so that queries read the
 * records again. */
#include "src/store/ids.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/store/batches.h"
#include "src/store/identity.h"
#include "src/store/internal.h"
#include "src/store/rows.h"

#define KINDS_MAX 65536
#define SLOTS_MIN ((size_t)4096) /* a power of two */
#define KNOWN_NAMES_MAX 200000u
#define KNOWN_BYTES_MAX ((size_t)16 << 20)
#define KIND_TEXTS                                          \
    (FIELD_BIT(FIELD_PROVIDER) | FIELD_BIT(FIELD_CHANNEL) | \
        FIELD_BIT(FIELD_CODE))

struct known_kind {
    int64_t id;
    uint64_t fields, spill;
    bool extras, open_names;
};

struct ids {
    struct store *store;
    sqlite3_stmt *find_name, *add_name, *add_kind, *grow_kind, *add_own_name;

    struct intern kind_keys; /* numbers are indexes into `kinds` */
    struct known_kind *kinds;
    size_t kind_capacity;
    struct own_names own_names; /* by id */

    struct intern name_keys; /* type and name; into `name_ids` */
    int64_t *name_ids;
    size_t name_capacity;

    /* Keys of the batch's filter: a hash table and a list. */
    uint64_t *slots; /* [slot_count]; 0: empty */
    size_t slot_count;
    uint64_t *keys;
    size_t key_count, key_capacity;

    struct translation translation;
    size_t kinds_capacity, names_capacity[ENTITY_TYPES], account_capacity;
    struct buf scratch;
};

static const char ADD_KIND_SQL[] =
    "INSERT INTO kind(format, category, action, outcome, severity, provider,"
    " channel, code, understood, time_quality, precision, object_field, fields,"
    " spill, extras, open_names) VALUES(?, nullif(?, ''), nullif(?, ''),"
    " nullif(?, ''), ?, nullif(?, ''), nullif(?, ''), nullif(?, ''), ?, ?, ?, "
    "?,"
    " ?, ?, ?, ?)";

static int prepare_all(struct ids *ids, struct err *err)
{
    struct store *store = ids->store;
    ids->find_name = store_prepare(
        store, "SELECT id FROM entity WHERE type = ? AND name = ?", err);
    ids->add_name = store_prepare(
        store, "INSERT INTO entity(type, name) VALUES(?, ?)", err);
    ids->add_kind = store_prepare(store, ADD_KIND_SQL, err);
    ids->grow_kind = store_prepare(store,
        "UPDATE kind SET fields = ?2, spill = ?3, extras = ?4, open_names = ?5"
        " WHERE id = ?1",
        err);
    ids->add_own_name = store_prepare(
        store, "INSERT INTO own_name(kind, name) VALUES(?, ?)", err);
    return ids->find_name == NULL || ids->add_name == NULL ||
                   ids->add_kind == NULL || ids->grow_kind == NULL ||
                   ids->add_own_name == NULL
               ? -1
               : 0;
}

static struct known_kind *remember_kind(
    struct ids *ids, const struct kind *kind, int64_t id)
{
    buf_clear(&ids->scratch);
    kind_write_key(kind, &ids->scratch);
    uint32_t number = intern_add(&ids->kind_keys, buf_str(&ids->scratch));
    ids->kinds = mem_grow(ids->kinds, &ids->kind_capacity, (size_t)number + 1,
        sizeof(*ids->kinds));
    ids->kinds[number] = (struct known_kind){
        .id = id,
        .fields = kind->fields,
        .spill = kind->spill,
        .extras = kind->extras,
        .open_names = kind->open_names,
    };
    return &ids->kinds[number];
}

struct ids *ids_new(struct store *store, struct err *err)
{
    struct ids *ids = xcalloc(1, sizeof(*ids));
    ids->store = store;
    struct kinds kinds;
    if (prepare_all(ids, err) < 0 || kinds_load(store, &kinds, err) < 0) {
        ids_free(ids);
        return NULL;
    }
    for (size_t i = 1; i < kinds.count; i++)
        remember_kind(ids, &kinds.at[i], (int64_t)i);
    ids->own_names = kinds.own_names;
    kinds.own_names = (struct own_names){0};
    kinds_done(&kinds);
    return ids;
}

void ids_free(struct ids *ids)
{
    if (ids == NULL)
        return;
    sqlite3_finalize(ids->find_name);
    sqlite3_finalize(ids->add_name);
    sqlite3_finalize(ids->add_kind);
    sqlite3_finalize(ids->grow_kind);
    sqlite3_finalize(ids->add_own_name);
    intern_done(&ids->kind_keys);
    free(ids->kinds);
    own_names_done(&ids->own_names);
    intern_done(&ids->name_keys);
    free(ids->name_ids);
    free(ids->slots);
    free(ids->keys);
    free(ids->translation.kinds);
    for (size_t i = 0; i < ENTITY_TYPES; i++)
        free(ids->translation.names[i]);
    intern_done(&ids->translation.accounts);
    free(ids->translation.account_ids);
    buf_done(&ids->translation.kind_set);
    buf_done(&ids->translation.filter);
    buf_done(&ids->scratch);
    free(ids);
}

/* --- kinds -------------------------------------------------------------- */

static void write_fields(uint64_t fields, struct buf *out)
{
    buf_clear(out);
    for (size_t i = 0; i < FIELD_TOTAL; i++) {
        if ((fields & FIELD_BIT(i)) == 0)
            continue;
        if (out->len > 0)
            buf_add_char(out, ' ');
        buf_add_cstr(out, field_table[i].name);
    }
}

static void bind_fields(
    sqlite3_stmt *to, int first, const struct known_kind *kind)
{
    struct buf names = {0};
    write_fields(kind->fields, &names);
    sqlite3_bind_text(to, first, buf_cstr(&names), -1, SQLITE_TRANSIENT);
    write_fields(kind->spill, &names);
    sqlite3_bind_text(to, first + 1, buf_cstr(&names), -1, SQLITE_TRANSIENT);
    sqlite3_bind_int(to, first + 2, kind->extras);
    sqlite3_bind_int(to, first + 3, kind->open_names);
    buf_done(&names);
}

static int insert_kind(struct ids *ids, const struct kind *kind,
    struct known_kind *known, struct err *err)
{
    sqlite3_stmt *add = ids->add_kind;
    store_bind_str(add, 1, kind->format);
    store_bind_str(add, 2, kind->category);
    store_bind_str(add, 3, kind->action);
    store_bind_str(add, 4, kind->outcome);
    sqlite3_bind_int(add, 5, kind->severity);
    store_bind_str(add, 6, kind->provider);
    store_bind_str(add, 7, kind->channel);
    store_bind_str(add, 8, kind->code);
    sqlite3_bind_int(add, 9, kind->understood);
    sqlite3_bind_int(add, 10, kind->time_quality);
    sqlite3_bind_int(add, 11, kind->precision);
    if (kind->object < FIELD_TOTAL)
        store_bind_str(add, 12, str_from(field_table[kind->object].name));
    else
        sqlite3_bind_null(add, 12);
    bind_fields(add, 13, known);
    int rc = store_run(ids->store, add, err);
    known->id = sqlite3_last_insert_rowid(ids->store->db);
    return rc;
}

static int grow_kind(struct ids *ids, const struct kind *kind,
    struct known_kind *known, struct err *err)
{
    if ((kind->fields & ~known->fields) == 0 &&
        (kind->spill & ~known->spill) == 0 &&
        (known->extras || !kind->extras) &&
        (known->open_names || !kind->open_names))
        return 0;
    known->fields |= kind->fields;
    known->spill |= kind->spill;
    known->extras |= kind->extras;
    known->open_names |= kind->open_names;
    sqlite3_bind_int64(ids->grow_kind, 1, known->id);
    bind_fields(ids->grow_kind, 2, known);
    return store_run(ids->store, ids->grow_kind, err);
}

static struct known_kind *find_kind(struct ids *ids, const struct kind *kind)
{
    buf_clear(&ids->scratch);
    kind_write_key(kind, &ids->scratch);
    int64_t number = intern_find(&ids->kind_keys, buf_str(&ids->scratch));
    return number < 0 ? NULL : &ids->kinds[number];
}

/* The id of a kind, or -1. */
static int64_t kind_id(
    struct ids *ids, const struct kind *kind, struct err *err)
{
    struct kind plain = *kind;
    struct known_kind *known = find_kind(ids, &plain);
    if (known == NULL && ids->kind_keys.count >= KINDS_MAX) {
        plain.provider = plain.channel = plain.code = (struct str){0};
        plain.spill |= KIND_TEXTS & plain.fields;
        known = find_kind(ids, &plain);
    }
    if (known != NULL)
        return grow_kind(ids, &plain, known, err) < 0 ? -1 : known->id;
    known = remember_kind(ids, &plain, 0);
    return insert_kind(ids, &plain, known, err) < 0 ? -1 : known->id;
}

static void set_kind_bit(struct buf *set, int64_t id)
{
    while (set->len <= (size_t)id / 8)
        buf_add_char(set, 0);
    uint8_t *byte = (uint8_t *)set->ptr + id / 8;
    *byte |= (uint8_t)(1 << id % 8);
}

static int translate_kinds(
    struct ids *ids, const struct batch *batch, struct err *err)
{
    struct translation *out = &ids->translation;
    out->kinds = mem_grow(out->kinds, &ids->kinds_capacity,
        batch->kind_count + 1, sizeof(*out->kinds));
    buf_clear(&out->kind_set);
    for (size_t i = 0; i < batch->kind_count; i++) {
        out->kinds[i] = kind_id(ids, &batch->kinds[i], err);
        if (out->kinds[i] < 0)
            return -1;
        set_kind_bit(&out->kind_set, out->kinds[i]);
    }
    return 0;
}

/* --- own names ---------------------------------------------------------- */

static int insert_own_name(
    struct ids *ids, int64_t kind, struct str name, struct err *err)
{
    sqlite3_bind_int64(ids->add_own_name, 1, kind);
    store_bind_str(ids->add_own_name, 2, name);
    return store_run(ids->store, ids->add_own_name, err);
}

/* There is no room for the name: its kind may have any. */
static int open_kind(struct ids *ids, const struct kind *kind, struct err *err)
{
    struct kind open = *kind;
    open.open_names = true;
    return kind_id(ids, &open, err) < 0 ? -1 : 0;
}

static int translate_own_names(
    struct ids *ids, const struct batch *batch, struct err *err)
{
    for (size_t i = 0; i < batch->own_names.count; i++) {
        const struct own_name *own = &batch->own_names.at[i];
        int64_t kind = ids->translation.kinds[own->kind];
        int added = own_names_add(&ids->own_names, (uint32_t)kind, own->name);
        if (added > 0 && insert_own_name(ids, kind, own->name, err) < 0)
            return -1;
        if (added < 0 && open_kind(ids, &batch->kinds[own->kind], err) < 0)
            return -1;
    }
    return 0;
}

/* --- entities ----------------------------------------------------------- */

static int64_t find_or_add_name(
    struct ids *ids, enum entity_type type, struct str name, struct err *err)
{
    int64_t id = -1;
    sqlite3_bind_int(ids->find_name, 1, (int)type);
    store_bind_str(ids->find_name, 2, name);
    int step = sqlite3_step(ids->find_name);
    if (step == SQLITE_ROW)
        id = sqlite3_column_int64(ids->find_name, 0);
    else if (step != SQLITE_DONE)
        store_fail(ids->store, err);
    sqlite3_reset(ids->find_name);
    if (step != SQLITE_DONE)
        return id;

    sqlite3_bind_int(ids->add_name, 1, (int)type);
    store_bind_str(ids->add_name, 2, name);
    if (store_run(ids->store, ids->add_name, err) < 0)
        return -1;
    return sqlite3_last_insert_rowid(ids->store->db);
}

static int64_t name_id(
    struct ids *ids, enum entity_type type, struct str name, struct err *err)
{
    if (ids->name_keys.count >= KNOWN_NAMES_MAX ||
        ids->name_keys.arena.used >= KNOWN_BYTES_MAX)
        intern_reset(&ids->name_keys);
    buf_clear(&ids->scratch);
    buf_add_char(&ids->scratch, (char)type);
    buf_add_str(&ids->scratch, name);
    uint32_t known = ids->name_keys.count;
    uint32_t number = intern_add(&ids->name_keys, buf_str(&ids->scratch));
    if (number < known)
        return ids->name_ids[number];
    ids->name_ids = mem_grow(ids->name_ids, &ids->name_capacity,
        (size_t)number + 1, sizeof(*ids->name_ids));
    ids->name_ids[number] = find_or_add_name(ids, type, name, err);
    return ids->name_ids[number];
}

/* --- the filter --------------------------------------------------------- */

static void clear_slots(struct ids *ids, size_t count)
{
    if (count > ids->slot_count) {
        ids->slots = xrealloc(ids->slots, count, sizeof(*ids->slots));
        ids->slot_count = count;
    }
    memset(ids->slots, 0, ids->slot_count * sizeof(*ids->slots));
}

/* True when the key was not there. */
static bool take_slot(struct ids *ids, uint64_t key)
{
    for (size_t at = (size_t)key;; at++) {
        uint64_t *slot = &ids->slots[at & (ids->slot_count - 1)];
        if (*slot == key)
            return false;
        if (*slot != 0)
            continue;
        *slot = key;
        return true;
    }
}

static void add_key(struct ids *ids, uint64_t key)
{
    if (ids->key_count > BATCH_KEYS_MAX || !take_slot(ids, key))
        return; /* more would not be used */
    ids->keys = mem_grow(
        ids->keys, &ids->key_capacity, ids->key_count + 1, sizeof(*ids->keys));
    ids->keys[ids->key_count++] = key;
    if (ids->key_count * 2 < ids->slot_count)
        return;
    clear_slots(ids, ids->slot_count * 2);
    for (size_t i = 0; i < ids->key_count; i++)
        take_slot(ids, ids->keys[i]);
}

static void add_port(struct ids *ids, int64_t port)
{
    if (port >= 0 && port <= UINT16_MAX)
        add_key(ids, batch_key_port((uint16_t)port));
}

static void add_ip(struct ids *ids, const struct ip *ip)
{
    if (ip->family != 0)
        add_key(ids, batch_key_ip(str_make(ip->at, ip->family == 4 ? 4 : 16)));
}

/* --- a batch ------------------------------------------------------------ */

static int resolve(struct ids *ids, const struct batch *batch,
    enum entity_type type, uint32_t name, struct err *err)
{
    if (name == EVENT_NO_NAME)
        return 0;
    int64_t *id = &ids->translation.names[type][name];
    if (*id != 0)
        return 0;
    *id = name_id(ids, type, batch_name(batch, name), err);
    if (*id < 0)
        return -1;
    add_key(ids, batch_key_name(*id));
    return 0;
}

/* --- accounts ----------------------------------------------------------- */

enum { ACCOUNT_KEY = 2 * sizeof(uint32_t) };

static void write_account_key(
    char out[ACCOUNT_KEY], uint32_t host, uint32_t number)
{
    memcpy(out, &host, sizeof(host));
    memcpy(out + sizeof(host), &number, sizeof(number));
}

int64_t translation_account(
    const struct translation *translation, uint32_t host, uint32_t number)
{
    char key[ACCOUNT_KEY];
    write_account_key(key, host, number);
    int64_t at =
        intern_find(&translation->accounts, str_make(key, sizeof(key)));
    return at < 0 ? 0 : translation->account_ids[at];
}

static int resolve_account(struct ids *ids, const struct batch *batch,
    uint32_t host, uint32_t number, struct err *err)
{
    struct translation *out = &ids->translation;
    char key[ACCOUNT_KEY];
    write_account_key(key, host, number);
    uint32_t known = out->accounts.count;
    uint32_t at = intern_add(&out->accounts, str_make(key, sizeof(key)));
    if (at < known)
        return 0;
    struct buf name = {0};
    identity_write_account(
        batch_name(batch, number), batch_name(batch, host), &name);
    int64_t id = name_id(ids, ENTITY_ACCOUNT, buf_str(&name), err);
    buf_done(&name);
    out->account_ids = mem_grow(out->account_ids, &ids->account_capacity,
        (size_t)at + 1, sizeof(*out->account_ids));
    out->account_ids[at] = id;
    if (id < 0)
        return -1;
    add_key(ids, batch_key_name(id));
    return 0;
}

/* A number means a user on its host only. */
static int resolve_user(struct ids *ids, const struct batch *batch,
    uint32_t host, uint32_t user, bool is_number, struct err *err)
{
    return is_number && host != EVENT_NO_NAME
               ? resolve_account(ids, batch, host, user, err)
               : resolve(ids, batch, ENTITY_USER, user, err);
}

static uint32_t column_bits(const struct event *event)
{
    return (uint32_t)(event->time != STAMP_NONE) << ROW_TIME |
           (uint32_t)(event->user != EVENT_NO_NAME) << ROW_USER |
           (uint32_t)(event->src_ip.family != 0) << ROW_SRC_IP |
           (uint32_t)(event->host != EVENT_NO_NAME) << ROW_HOST |
           (uint32_t)(event->process != EVENT_NO_NAME) << ROW_PROCESS |
           (uint32_t)(event->pid != EVENT_NO_NUMBER) << ROW_PID |
           (uint32_t)(event->src_port != EVENT_NO_NUMBER) << ROW_SRC_PORT |
           (uint32_t)(event->target != EVENT_NO_NAME) << ROW_TARGET |
           (uint32_t)(event->status != EVENT_NO_NUMBER) << ROW_STATUS |
           (uint32_t)(event->bytes != EVENT_NO_NUMBER) << ROW_BYTES |
           (uint32_t)(event->dst_ip.family != 0) << ROW_DST_IP |
           (uint32_t)(event->dst_port != EVENT_NO_NUMBER) << ROW_DST_PORT |
           (uint32_t)(event->object_length != 0) << ROW_OBJECT;
}

static int translate_event(struct ids *ids, const struct batch *batch,
    const struct event *event, struct err *err)
{
    if (resolve(ids, batch, ENTITY_HOST, event->host, err) < 0 ||
        resolve_user(ids, batch, event->host, event->user,
            event->user_is_number, err) < 0 ||
        resolve_user(ids, batch, event->host, event->target,
            event->target_is_number, err) < 0 ||
        resolve(ids, batch, ENTITY_PROCESS, event->process, err) < 0)
        return -1;
    add_ip(ids, &event->src_ip);
    add_ip(ids, &event->dst_ip);
    add_port(ids, event->src_port);
    add_port(ids, event->dst_port);
    ids->translation.columns |= column_bits(event);
    return 0;
}

static void start_names(struct ids *ids, const struct batch *batch)
{
    for (size_t i = 0; i < ENTITY_TYPES; i++) {
        int64_t **names = &ids->translation.names[i];
        *names = mem_grow(*names, &ids->names_capacity[i],
            (size_t)batch->names.count + 1, sizeof(**names));
        memset(*names, 0, batch->names.count * sizeof(**names));
    }
}

const struct translation *ids_translate(
    struct ids *ids, const struct batch *batch, struct err *err)
{
    struct translation *out = &ids->translation;
    out->columns =
        ROW_BIT(ROW_KIND) | ROW_BIT(ROW_OFFSET) | ROW_BIT(ROW_LENGTH);
    ids->key_count = 0;
    clear_slots(ids, SLOTS_MIN);
    start_names(ids, batch);
    intern_reset(&out->accounts);
    if (translate_kinds(ids, batch, err) < 0 ||
        translate_own_names(ids, batch, err) < 0)
        return NULL;
    for (size_t i = 0; i < batch->count; i++)
        if (translate_event(ids, batch, &batch->events[i], err) < 0)
            return NULL;
    buf_clear(&out->filter);
    batch_filter_build(ids->keys, ids->key_count, &out->filter);
    return out;
}
