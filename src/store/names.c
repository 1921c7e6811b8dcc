/* Kinds and entities, for readers. */
#include "src/store/names.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/arena.h"
#include "src/base/mem.h"
#include "src/store/identity.h"
#include "src/store/internal.h"

/* --- kinds -------------------------------------------------------------- */

/* More than any writer makes (see ids.c). */
enum { KIND_ID_MAX = 1 << 20 };

/* A row for each own name, or one. */
static const char KINDS_SQL[] =
    "SELECT id, format, category, action, outcome, severity, provider, channel,"
    " code, understood, time_quality, precision, object_field, fields, spill,"
    " extras, open_names, n.name"
    " FROM kind LEFT JOIN own_name n ON n.kind = kind.id ORDER BY id";

enum { OWN_NAME_COLUMN = 17 };

static struct str copy_text(sqlite3_stmt *query, int column, struct arena *to)
{
    return arena_copy(to, store_column_str(query, column));
}

/* Names that this version does not know are left out. */
static uint64_t parse_fields(struct str names)
{
    uint64_t fields = 0;
    while (names.len > 0) {
        enum field field = field_find(str_cut(&names, ' '));
        if (field != FIELD_NONE)
            fields |= FIELD_BIT(field);
    }
    return fields;
}

static uint8_t column_enum(sqlite3_stmt *query, int column, int last)
{
    int value = sqlite3_column_int(query, column);
    return (uint8_t)(value < 0 || value > last ? last : value);
}

static int8_t column_severity(sqlite3_stmt *query, int column)
{
    int value = sqlite3_column_int(query, column);
    return (int8_t)(value < 0 || value > 7 ? -1 : value);
}

static struct kind read_kind(sqlite3_stmt *query, struct arena *arena)
{
    struct str object = store_column_str(query, 12);
    return (struct kind){
        .format = copy_text(query, 1, arena),
        .category = copy_text(query, 2, arena),
        .action = copy_text(query, 3, arena),
        .outcome = copy_text(query, 4, arena),
        .severity = column_severity(query, 5),
        .provider = copy_text(query, 6, arena),
        .channel = copy_text(query, 7, arena),
        .code = copy_text(query, 8, arena),
        .understood = column_enum(query, 9, UNDERSTOOD_UNPARSED),
        .time_quality = column_enum(query, 10, TIME_QUALITY_COUNT - 1),
        .precision = column_enum(query, 11, STAMP_PRECISION_COUNT - 1),
        .object = (uint8_t)(object.len == 0 ? FIELD_NONE : field_find(object)),
        .fields = parse_fields(store_column_str(query, 13)),
        .spill = parse_fields(store_column_str(query, 14)),
        .extras = sqlite3_column_int(query, 15) != 0,
        .open_names = sqlite3_column_int(query, 16) != 0,
    };
}

/* Ids come ascending; the gaps between them are unused. */
static int add_kind(
    struct kinds *out, size_t *capacity, sqlite3_stmt *query, struct err *err)
{
    int64_t id = sqlite3_column_int64(query, 0);
    if (id < 1 || id > KIND_ID_MAX)
        return err_set(
            err, ERR_CORRUPT, "kind %lld is out of range", (long long)id);
    size_t count = (size_t)id + 1;
    if (count == out->count)
        return 0; /* one more name of the last one */
    out->at = mem_grow(out->at, capacity, count, sizeof(*out->at));
    while (out->count < count)
        out->at[out->count++] =
            (struct kind){.severity = -1, .object = FIELD_NONE};
    out->at[id] = read_kind(query, out->arena);
    return 0;
}

/* No writer keeps more than fits; who does loses speed, not answers. */
static void add_own_name(struct kinds *out, sqlite3_stmt *query)
{
    if (sqlite3_column_type(query, OWN_NAME_COLUMN) == SQLITE_NULL)
        return;
    uint32_t kind = (uint32_t)sqlite3_column_int64(query, 0);
    struct str name = store_column_str(query, OWN_NAME_COLUMN);
    if (own_names_add(&out->own_names, kind, name) < 0)
        out->at[kind].open_names = true;
}

int kinds_load(struct store *store, struct kinds *out, struct err *err)
{
    *out = (struct kinds){.arena = xcalloc(1, sizeof(struct arena))};
    size_t capacity = 0;
    int rc = -1;
    sqlite3_stmt *query = store_prepare(store, KINDS_SQL, err);
    if (query == NULL)
        goto done;
    int step;
    while ((step = sqlite3_step(query)) == SQLITE_ROW) {
        if (add_kind(out, &capacity, query, err) < 0)
            goto done;
        add_own_name(out, query);
    }
    rc = step == SQLITE_DONE ? 0 : store_fail(store, err);
done:
    sqlite3_finalize(query);
    if (rc < 0) {
        kinds_done(out);
        return err_wrap(err, "reading the kinds of events");
    }
    return 0;
}

void kinds_done(struct kinds *kinds)
{
    if (kinds->arena != NULL)
        arena_done(kinds->arena);
    free(kinds->arena);
    free(kinds->at);
    own_names_done(&kinds->own_names);
    *kinds = (struct kinds){0};
}

bool kinds_may_have(const struct kinds *kinds, int64_t id, struct str name)
{
    return id > 0 && (uint64_t)id < kinds->count &&
           (kinds->at[id].open_names ||
               own_names_has(&kinds->own_names, (uint32_t)id, name));
}

/* --- entities ----------------------------------------------------------- */

/* Two generations of answers: when the young one is full it becomes the old
 * one, and the old one's memory is used again. What is asked for moves to the
 * young, so a slice lives at least GENERATION_MAX names long. */
enum { GENERATION_MAX = 100000, SLOT_COUNT = 1 << 18 };

struct name_slot {
    int64_t id; /* 0: empty */
    struct str name;
    bool is_account;
};
struct generation {
    struct name_slot *slots; /* [SLOT_COUNT] */
    size_t count;
    struct arena arena;
};
struct names {
    struct store *store;
    sqlite3_stmt *by_id;
    sqlite3_stmt *by_name;
    struct buf account; /* of names_origin */
    struct identities *identities;
    int64_t first_account; /* lowest id of one; INT64_MAX none; 0 not asked */
    struct generation *young, *old;
    struct generation generations[2];
};

struct names *names_new(struct store *store)
{
    struct names *names = xcalloc(1, sizeof(*names));
    names->store = store;
    names->identities = identities_new(store);
    names->young = &names->generations[0];
    names->old = &names->generations[1];
    return names;
}

void names_free(struct names *names)
{
    if (names == NULL)
        return;
    sqlite3_finalize(names->by_id);
    sqlite3_finalize(names->by_name);
    identities_free(names->identities);
    buf_done(&names->account);
    for (size_t i = 0; i < 2; i++) {
        free(names->generations[i].slots);
        arena_done(&names->generations[i].arena);
    }
    free(names);
}

/* The slot of the id, or the empty one where it would stand. */
static struct name_slot *find_slot(struct generation *generation, int64_t id)
{
    if (generation->slots == NULL)
        generation->slots = xcalloc(SLOT_COUNT, sizeof(struct name_slot));
    size_t at = (size_t)((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 40);
    for (;; at++) {
        struct name_slot *slot = &generation->slots[at % SLOT_COUNT];
        if (slot->id == id || slot->id == 0)
            return slot;
    }
}

static struct str remember(
    struct names *names, int64_t id, struct str name, bool is_account)
{
    if (names->young->count == GENERATION_MAX) {
        struct generation *oldest = names->old;
        names->old = names->young;
        names->young = oldest;
        oldest->count = 0;
        if (oldest->slots != NULL)
            memset(oldest->slots, 0, SLOT_COUNT * sizeof(struct name_slot));
        arena_reset(&oldest->arena);
    }
    struct name_slot *slot = find_slot(names->young, id);
    slot->id = id;
    slot->name = arena_copy(&names->young->arena, name);
    slot->is_account = is_account;
    names->young->count++;
    return slot->name;
}

static struct str account_name(
    struct identities *identities, struct str account)
{
    struct str name;
    return identities_find(identities, account, &name, NULL)
               ? name
               : identity_number(account);
}

static struct str look_up(struct names *names, int64_t id)
{
    if (names->by_id == NULL)
        names->by_id = store_prepare(
            names->store, "SELECT name, type FROM entity WHERE id = ?", NULL);
    if (names->by_id == NULL)
        return (struct str){0};
    sqlite3_bind_int64(names->by_id, 1, id);
    struct str name = {0};
    if (sqlite3_step(names->by_id) == SQLITE_ROW) {
        bool is_account = sqlite3_column_int(names->by_id, 1) == ENTITY_ACCOUNT;
        name = store_column_str(names->by_id, 0);
        if (is_account)
            name = account_name(names->identities, name);
        name = remember(names, id, name, is_account);
    }
    sqlite3_reset(names->by_id);
    return name;
}

struct str names_get(struct names *names, int64_t id)
{
    if (id == 0)
        return (struct str){0};
    const struct name_slot *slot = find_slot(names->young, id);
    if (slot->id == id)
        return slot->name;
    slot = find_slot(names->old, id);
    if (slot->id == id)
        return remember(names, id, slot->name, slot->is_account);
    return look_up(names, id);
}

int64_t names_find(struct names *names, enum entity_type type, struct str name)
{
    if (names->by_name == NULL)
        names->by_name = store_prepare(names->store,
            "SELECT id FROM entity WHERE type = ? AND name = ?", NULL);
    if (names->by_name == NULL)
        return 0;
    sqlite3_bind_int(names->by_name, 1, (int)type);
    store_bind_str(names->by_name, 2, name);
    int64_t id = 0;
    if (sqlite3_step(names->by_name) == SQLITE_ROW)
        id = sqlite3_column_int64(names->by_name, 0);
    sqlite3_reset(names->by_name);
    return id;
}

bool names_is_account(struct names *names, int64_t id)
{
    if (names->first_account == 0 &&
        (store_number(names->store,
             "SELECT coalesce(min(id), 0) FROM entity WHERE type = 3",
             &names->first_account, NULL) < 0 ||
            names->first_account <= 0))
        names->first_account = INT64_MAX;
    if (id < names->first_account)
        return false;
    names_get(names, id);
    return find_slot(names->young, id)->is_account;
}

bool names_origin(
    struct names *names, int64_t id, struct str *number, int64_t *source)
{
    if (!names_is_account(names, id))
        return false;
    buf_clear(&names->account);
    sqlite3_bind_int64(names->by_id, 1, id);
    if (sqlite3_step(names->by_id) == SQLITE_ROW)
        buf_add_str(&names->account, store_column_str(names->by_id, 0));
    sqlite3_reset(names->by_id);
    struct str name;
    *number = identity_number(buf_str(&names->account));
    return identities_find(
        names->identities, buf_str(&names->account), &name, source);
}

struct visiting {
    bool (*visit)(void *context, int64_t id, struct str name);
    void *context;
    struct identities *identities;
};

static bool visit_account(
    const struct visiting *visiting, int64_t id, struct str account)
{
    struct str name;
    if (identities_find(visiting->identities, account, &name, NULL) &&
        !visiting->visit(visiting->context, id, name))
        return false;
    return visiting->visit(visiting->context, id, identity_number(account));
}

static int visit_all(struct store *store, enum entity_type type,
    const struct visiting *visiting, struct err *err)
{
    sqlite3_stmt *query =
        store_prepare(store, "SELECT id, name FROM entity WHERE type = ?", err);
    if (query == NULL)
        return err_wrap(err, "reading names");
    sqlite3_bind_int(query, 1, (int)type);
    int step;
    bool more = true;
    while (more && (step = sqlite3_step(query)) == SQLITE_ROW) {
        int64_t id = sqlite3_column_int64(query, 0);
        struct str name = store_column_str(query, 1);
        more = type == ENTITY_ACCOUNT
                   ? visit_account(visiting, id, name)
                   : visiting->visit(visiting->context, id, name);
    }
    int rc = more && step != SQLITE_DONE ? store_fail(store, err) : more;
    sqlite3_finalize(query);
    return rc < 0 ? err_wrap(err, "reading names") : rc;
}

int names_each(struct store *store, enum entity_type type,
    bool (*visit)(void *context, int64_t id, struct str name), void *context,
    struct err *err)
{
    struct visiting visiting = {visit, context, identities_new(store)};
    int rc = visit_all(store, type, &visiting, err);
    if (rc > 0 && type == ENTITY_USER)
        rc = visit_all(store, ENTITY_ACCOUNT, &visiting, err);
    identities_free(visiting.identities);
    return rc < 0 ? -1 : 0;
}
