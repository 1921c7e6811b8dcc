/* The case file.
 *
 * `event` is narrow and append-only, and has no index: a batch names its range
 * of ids, and a batch's summary says whether a query needs to look inside. Rows
 * in order of time come from merging the batches by their first times
 * (src/query), which costs nothing at import and no bytes in the file. Columns
 * that filters ask for most stand first, because SQLite walks a row's header
 * from the left.
 *
 * A step once released never changes: a case of any age must have, word for
 * word, what its steps made, or schema_check refuses it. */
#include "src/store/schema.h"

#include <string.h>

#include "src/base/escape.h"
#include "src/base/mem.h"
#include "src/store/custody.h"
#include "src/store/internal.h"

/* The part of a second, also before 1970. */
#define NANOSECOND "((e.time % 1000000000 + 1000000000) % 1000000000)"

/* An address as text; IPv6 in full, without leading zeros. */
#define GROUP(column, at)                            \
    "ltrim(substr(hex(" column "), " at ", 3), '0')" \
    " || substr(hex(" column "), " at " + 3, 1)"
#define HALF(column, at)                                        \
    GROUP(column, at)                                           \
    " || ':' || " GROUP(column, at " + 4") " || ':' || " GROUP( \
        column, at " + 8") " || ':' || " GROUP(column, at " + 12")
#define ADDRESS(column)                                                  \
    "CASE typeof(" column ") WHEN 'integer' THEN"                        \
    " printf('%d.%d.%d.%d', " column " >> 24, (" column " >> 16) & 255," \
    " (" column " >> 8) & 255, " column " & 255)"                        \
    " WHEN 'blob' THEN lower(" HALF(column, "1") " || ':' || " HALF(     \
        column, "17") ") END"
#define SRC_IP ADDRESS("e.src_ip")
#define DST_IP ADDRESS("e.dst_ip")

static const char *const version_1[] = {
    /* title, examiner, reference, purpose, zone, created, uuid */
    "CREATE TABLE case_info("
    " key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",

    "CREATE TABLE setting("
    " key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID",

    /* See struct source. kind, state, encoding: the enums' values. */
    "CREATE TABLE source("
    " id INTEGER PRIMARY KEY,"
    " parent INTEGER REFERENCES source,"
    " same_as INTEGER REFERENCES source,"
    " continues INTEGER REFERENCES source,"
    " continues_at INTEGER NOT NULL DEFAULT 0,"
    " kind INTEGER NOT NULL,"
    " state INTEGER NOT NULL,"
    " path BLOB NOT NULL,"
    " host TEXT NOT NULL,"
    " host_from TEXT NOT NULL,"
    " collected_host TEXT NOT NULL,"
    " note TEXT NOT NULL,"
    " size INTEGER NOT NULL,"
    " stored INTEGER NOT NULL,"
    " sha256 BLOB,"
    " sha1 BLOB,"
    " md5 BLOB,"
    " mtime INTEGER,"
    " acquired INTEGER NOT NULL,"
    " stat_before TEXT NOT NULL,"
    " stat_after TEXT NOT NULL,"
    " format TEXT NOT NULL,"
    " format_why TEXT NOT NULL,"
    " formats_digest BLOB,"
    " encoding INTEGER NOT NULL,"
    " encoding_why TEXT NOT NULL,"
    " zone TEXT NOT NULL,"
    " zone_decided INTEGER NOT NULL,"
    " clock_offset INTEGER NOT NULL,"
    " years BLOB,"
    " default_year INTEGER,"
    " time_why TEXT NOT NULL,"
    " latest INTEGER,"
    " events INTEGER NOT NULL DEFAULT 0,"
    " parsed INTEGER NOT NULL DEFAULT 0,"
    " generic INTEGER NOT NULL DEFAULT 0,"
    " unparsed INTEGER NOT NULL DEFAULT 0,"
    " undated INTEGER NOT NULL DEFAULT 0,"
    " damaged INTEGER NOT NULL DEFAULT 0,"
    " match_limits INTEGER NOT NULL DEFAULT 0,"
    " first_time INTEGER,"
    " last_time INTEGER"
    ") STRICT",
    "CREATE INDEX source_sha256 ON source(sha256)",

    /* A run of a source's original bytes. codec: enum chunk_codec. */
    "CREATE TABLE chunk("
    " id INTEGER PRIMARY KEY,"
    " source INTEGER NOT NULL REFERENCES source,"
    " offset INTEGER NOT NULL,"
    " size INTEGER NOT NULL,"
    " first_line INTEGER NOT NULL," /* number of the line at offset */
    " codec INTEGER NOT NULL,"
    " running BLOB NOT NULL," /* SHA-256 of the source up to here */
    " state BLOB,"            /* the parser's, at the start */
    " content BLOB NOT NULL"
    ") STRICT",
    "CREATE UNIQUE INDEX chunk_place ON chunk(source, offset)",

    /* A run of events and its summary. pending: a new reading of the source,
     * unseen until its last batch is there. */
    "CREATE TABLE batch("
    " id INTEGER PRIMARY KEY,"
    " source INTEGER NOT NULL REFERENCES source,"
    " pending INTEGER NOT NULL,"
    " base INTEGER NOT NULL,"
    " first_event INTEGER NOT NULL,"
    " row_count INTEGER NOT NULL,"
    " events INTEGER NOT NULL,"
    " undated INTEGER NOT NULL,"
    " parsed INTEGER NOT NULL,"
    " generic INTEGER NOT NULL,"
    " unparsed INTEGER NOT NULL,"
    " match_limits INTEGER NOT NULL,"
    " first_time INTEGER,"
    " last_time INTEGER,"
    " in_order INTEGER NOT NULL,"
    " repeat_count INTEGER NOT NULL,"
    " part_count INTEGER NOT NULL,"
    " kinds BLOB NOT NULL,"
    " filter BLOB NOT NULL,"
    " fields_size INTEGER NOT NULL," /* unpacked */
    " fields BLOB"
    ") STRICT",
    "CREATE INDEX batch_first_event ON batch(first_event)",
    "CREATE INDEX batch_source ON batch(source)",

    /* Not STRICT and without types: conversions that are never needed would
     * cost a fifth of the insert, and the writer is the only one who inserts.
     * Whole numbers everywhere, but for addresses (IPv4 a number, IPv6 16
     * bytes, so that a network is a BETWEEN) and object, a text. Absent values,
     * and the time of what is undated, are NULL. host, user, process and target
     * are entities; offset counts from the batch's base. */
    "CREATE TABLE event("
    " id INTEGER PRIMARY KEY,"
    " time, kind, user, src_ip, host, process, pid, src_port, offset, length,"
    " target, status, bytes, dst_ip, dst_port, object)",

    /* What is the same for very many events. severity -1: none. object_field:
     * the short name of what event.object is. */
    "CREATE TABLE kind("
    " id INTEGER PRIMARY KEY,"
    " format TEXT NOT NULL,"
    " category TEXT,"
    " action TEXT,"
    " outcome TEXT,"
    " severity INTEGER NOT NULL,"
    " provider TEXT,"
    " channel TEXT,"
    " code TEXT,"
    " understood INTEGER NOT NULL,"
    " time_quality INTEGER NOT NULL,"
    " precision INTEGER NOT NULL,"
    " object_field TEXT,"
    " fields TEXT NOT NULL,"    /* blank separated short names seen */
    " spill TEXT NOT NULL,"     /* those whose column may lack the value */
    " extras INTEGER NOT NULL," /* some event has values of its own, x.NAME */
    " open_names INTEGER NOT NULL" /* and own_name lacks some of the names */
    ") STRICT",

    /* How the events of a kind name values of their own. */
    "CREATE TABLE own_name("
    " kind INTEGER NOT NULL REFERENCES kind,"
    " name TEXT NOT NULL,"
    " PRIMARY KEY(kind, name)"
    ") STRICT, WITHOUT ROWID",

    /* type: enum entity_type. Names are bytes, shown as text. */
    "CREATE TABLE entity("
    " id INTEGER PRIMARY KEY,"
    " type INTEGER NOT NULL,"
    " name TEXT NOT NULL,"
    " UNIQUE(type, name)"
    ") STRICT",

    "CREATE TABLE repeat("
    " event INTEGER PRIMARY KEY,"
    " count INTEGER NOT NULL,"
    " time_end INTEGER"
    ") STRICT",

    /* Bytes of an event that are not one run, counted from its batch's base. */
    "CREATE TABLE part("
    " event INTEGER NOT NULL,"
    " n INTEGER NOT NULL,"
    " offset INTEGER NOT NULL,"
    " length INTEGER NOT NULL,"
    " PRIMARY KEY(event, n)"
    ") STRICT, WITHOUT ROWID",

    /* absolute: the text with every time a moment; created: ns UTC. */
    "CREATE TABLE saved_query("
    " name TEXT PRIMARY KEY,"
    " text TEXT NOT NULL,"
    " absolute TEXT NOT NULL,"
    " created INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID",

    "CREATE TABLE custody("
    " id INTEGER PRIMARY KEY,"
    " time INTEGER NOT NULL,"
    " actor TEXT NOT NULL,"
    " action TEXT NOT NULL,"
    " source INTEGER,"
    " detail TEXT NOT NULL,"
    " previous BLOB NOT NULL,"
    " hash BLOB NOT NULL"
    ") STRICT",

    "CREATE VIEW events AS SELECT"
    " e.id, e.time,"
    " strftime('%Y-%m-%dT%H:%M:%S', (e.time - " NANOSECOND ") / 1000000000,"
    "  'unixepoch') || CASE k.precision WHEN 0 THEN '' ELSE"
    "  '.' || substr(printf('%09d', " NANOSECOND "), 1, 3 * k.precision)"
    "  END || 'Z' AS time_utc,"
    " b.source, s.host AS source_host, s.collected_host,"
    " CAST(s.path AS TEXT) AS source_path,"
    " k.format, k.category, k.action, k.outcome,"
    " CASE WHEN k.severity >= 0 THEN k.severity END AS severity,"
    " k.provider, k.channel, k.code,"
    " h.name AS host, u.name AS user, t.name AS target_user,"
    " p.name AS process, e.pid,"
    " " SRC_IP " AS src_ip, e.src_port,"
    " " DST_IP " AS dst_ip, e.dst_port,"
    " e.status, e.bytes AS bytes_out,"
    " k.object_field, e.object,"
    " COALESCE(r.count, 1) AS count, r.time_end,"
    " b.base + e.offset AS offset, e.length"
    " FROM batch b"
    " CROSS JOIN source s ON s.id = b.source"
    " CROSS JOIN event e ON e.id BETWEEN b.first_event"
    "  AND b.first_event + b.row_count - 1"
    " CROSS JOIN kind k ON k.id = e.kind"
    " LEFT JOIN entity h ON h.id = e.host"
    " LEFT JOIN entity u ON u.id = e.user"
    " LEFT JOIN entity t ON t.id = e.target"
    " LEFT JOIN entity p ON p.id = e.process"
    " LEFT JOIN repeat r ON r.event = e.id"
    " WHERE b.pending = 0 AND s.state <> 6", /* SOURCE_REMOVED */

    NULL,
};

static const char *const version_2[] = {
    /* The numbers of a batch's records in the log's own count, by the batch's
     * first event; runs: numbers_pack. */
    "CREATE TABLE record_number("
    " event INTEGER PRIMARY KEY,"
    " runs BLOB NOT NULL"
    ") STRICT",

    NULL,
};

static const char *const version_3[] = {
    /* Logins with what ended them; login and logout are events, host an entity
     * or 0. how: enum session_end. */
    "CREATE TABLE session("
    " login INTEGER PRIMARY KEY,"
    " logout INTEGER,"
    " host INTEGER NOT NULL,"
    " start INTEGER NOT NULL,"
    " finish INTEGER,"
    " how INTEGER NOT NULL,"
    " line TEXT NOT NULL,"
    " origin TEXT NOT NULL"
    ") STRICT",
    "CREATE INDEX session_start ON session(start, login)",
    "CREATE INDEX session_host ON session(host)",

    /* The batches of each source that the sessions were made of: the highest
     * id, and how many. */
    "CREATE TABLE session_source("
    " source INTEGER PRIMARY KEY,"
    " last INTEGER NOT NULL,"
    " batches INTEGER NOT NULL"
    ") STRICT",

    NULL,
};

/* The parts of an account's name, and who says what it is called: of a host of
 * the same name, or where one of the two lacks the other's domain. */
#define ACCOUNT_HOST "substr(e.name, instr(e.name, '@') + 1)"
#define ACCOUNT_NUMBER "substr(e.name, 1, instr(e.name, '@') - 1)"
#define STATED_BY                                                    \
    "FROM identity i JOIN source s ON s.id = i.source"               \
    " WHERE i.number = " ACCOUNT_NUMBER " AND s.state <> 6"          \
    " AND (instr(i.host || '.', lower(" ACCOUNT_HOST ") || '.') = 1" \
    "  OR instr(lower(" ACCOUNT_HOST ") || '.', i.host || '.') = 1)" \
    " ORDER BY i.source DESC LIMIT 1"

/* What a user's entity is called: an account (type 3) by what the case knows.
 */
#define USER_NAME(entity)                                                 \
    "CASE " entity ".type WHEN 3 THEN (SELECT coalesce(a.name, a.number)" \
    " FROM account a WHERE a.entity = " entity ".id) ELSE " entity ".name END"

static const char *const version_4[] = {
    /* Users of hosts by number (uid), as passwd files say. host: lower case. */
    "CREATE TABLE identity("
    " number TEXT NOT NULL,"
    " host TEXT NOT NULL,"
    " source INTEGER NOT NULL REFERENCES source,"
    " name TEXT NOT NULL,"
    " PRIMARY KEY(number, host, source)"
    ") STRICT, WITHOUT ROWID",

    /* Entities that are numbers of users ("1000@web01"), and what they are
     * called by which source: the same as identity.c finds. */
    "CREATE VIEW account AS SELECT e.id AS entity,"
    " " ACCOUNT_HOST " AS host, " ACCOUNT_NUMBER " AS number,"
    " (SELECT i.name " STATED_BY ") AS name,"
    " (SELECT i.source " STATED_BY ") AS source"
    " FROM entity e WHERE e.type = 3",

    "DROP VIEW events",
    "CREATE VIEW events AS SELECT"
    " e.id, e.time,"
    " strftime('%Y-%m-%dT%H:%M:%S', (e.time - " NANOSECOND ") / 1000000000,"
    "  'unixepoch') || CASE k.precision WHEN 0 THEN '' ELSE"
    "  '.' || substr(printf('%09d', " NANOSECOND "), 1, 3 * k.precision)"
    "  END || 'Z' AS time_utc,"
    " b.source, s.host AS source_host, s.collected_host,"
    " CAST(s.path AS TEXT) AS source_path,"
    " k.format, k.category, k.action, k.outcome,"
    " CASE WHEN k.severity >= 0 THEN k.severity END AS severity,"
    " k.provider, k.channel, k.code,"
    " h.name AS host, " USER_NAME("u") " AS user, " USER_NAME(
        "t") " AS target_user,"
             " p.name AS process, e.pid,"
             " " SRC_IP " AS src_ip, e.src_port,"
             " " DST_IP " AS dst_ip, e.dst_port,"
             " e.status, e.bytes AS bytes_out,"
             " k.object_field, e.object,"
             " COALESCE(r.count, 1) AS count, r.time_end,"
             " b.base + e.offset AS offset, e.length"
             " FROM batch b"
             " CROSS JOIN source s ON s.id = b.source"
             " CROSS JOIN event e ON e.id BETWEEN b.first_event"
             "  AND b.first_event + b.row_count - 1"
             " CROSS JOIN kind k ON k.id = e.kind"
             " LEFT JOIN entity h ON h.id = e.host"
             " LEFT JOIN entity u ON u.id = e.user"
             " LEFT JOIN entity t ON t.id = e.target"
             " LEFT JOIN entity p ON p.id = e.process"
             " LEFT JOIN repeat r ON r.event = e.id"
             " WHERE b.pending = 0 AND s.state <> 6", /* SOURCE_REMOVED */

    NULL,
};

static const char *const version_5[] = {
    /* What the lists that collectors wrote state of sources: see stated.h. */
    "CREATE TABLE stated("
    " source INTEGER NOT NULL REFERENCES source,"
    " list INTEGER NOT NULL REFERENCES source,"
    " what TEXT NOT NULL,"
    " value TEXT NOT NULL,"
    " agrees INTEGER NOT NULL,"
    " PRIMARY KEY(source, list, what)"
    ") STRICT, WITHOUT ROWID",

    /* The lists that were read; last: no source above it was compared. */
    "CREATE TABLE stated_list("
    " list INTEGER PRIMARY KEY REFERENCES source,"
    " last INTEGER NOT NULL,"
    " entries INTEGER NOT NULL"
    ") STRICT",

    NULL,
};

const char *const *const schema_migrations[STORE_VERSION] = {
    version_1, version_2, version_3, version_4, version_5};

/* --- migrating ---------------------------------------------------------- */

static int set_version(struct store *store, int64_t version, struct err *err)
{
    char sql[64];
    sqlite3_snprintf(
        sizeof(sql), sql, "PRAGMA user_version=%lld", (long long)version);
    return store_exec(store, sql, err);
}

static int run_step(sqlite3 *db, int64_t step)
{
    int code = SQLITE_OK;
    const char *const *statements = schema_migrations[step];
    for (size_t i = 0; statements[i] != NULL && code == SQLITE_OK; i++)
        code = sqlite3_exec(db, statements[i], NULL, NULL, NULL);
    return code;
}

/* Steps [from, to) in one transaction, with one custody record. */
static int migrate(
    struct store *store, int64_t from, int64_t to, struct err *err)
{
    if (store_begin(store, err) < 0)
        return -1;
    char detail[160];
    sqlite3_snprintf(sizeof(detail), detail,
        "{\"schema\":%lld,\"spoor\":\"%s\",\"sqlite\":\"%s\"}", (long long)to,
        SPOOR_VERSION, sqlite3_libversion());
    for (int64_t step = from; step < to; step++) {
        if (run_step(store->db, step) != SQLITE_OK) {
            store_fail(store, err);
            store_rollback(store);
            return -1;
        }
    }
    if (set_version(store, to, err) < 0 ||
        custody_add(store, from == 0 ? "created" : "migrated", 0,
            str_from(detail), err) < 0) {
        store_rollback(store);
        return -1;
    }
    return store_commit(store, err);
}

/* A new case is made as a whole; an old one step by step. */
int schema_migrate(struct store *store, struct err *err)
{
    int64_t version;
    if (store_number(store, "PRAGMA user_version", &version, err) < 0)
        return -1;
    while (version < STORE_VERSION) {
        int64_t next = version == 0 ? STORE_VERSION : version + 1;
        if (migrate(store, version, next, err) < 0)
            return err_wrap(
                err, "bringing the case to schema %lld", (long long)next);
        version = next;
    }
    return 0;
}

/* --- checking ----------------------------------------------------------- */

static const char OBJECTS_SQL[] =
    "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema"
    " ORDER BY type, name";

/* An empty case of that version, in memory. */
static sqlite3 *make_model(int64_t version)
{
    sqlite3 *model = NULL;
    if (sqlite3_open(":memory:", &model) != SQLITE_OK)
        return model;
    for (int64_t step = 0; step < version; step++)
        run_step(model, step);
    return model;
}

static bool same_object(sqlite3_stmt *a, sqlite3_stmt *b)
{
    for (int column = 0; column < 4; column++)
        if (!str_eq(store_column_str(a, column), store_column_str(b, column)))
            return false;
    return true;
}

/* By type, then name; an object that is not there comes after all. */
static int compare_places(sqlite3_stmt *a, sqlite3_stmt *b)
{
    if (a == NULL || b == NULL)
        return a == NULL ? 1 : -1;
    int order = str_compare(store_column_str(a, 0), store_column_str(b, 0));
    return order != 0
               ? order
               : str_compare(store_column_str(a, 1), store_column_str(b, 1));
}

/* Both lists are in one order, so the one that stands first has no partner. */
static int name_difference(
    sqlite3_stmt *ours, sqlite3_stmt *model, struct err *err)
{
    bool lost = compare_places(ours, model) > 0;
    sqlite3_stmt *object = lost ? model : ours;
    const char *type = escape_text(store_column_str(object, 0));
    const char *name = escape_text(store_column_str(object, 1));
    if (lost)
        err_set(
            err, ERR_CORRUPT, "the case has lost its %s \"%s\"", type, name);
    else
        err_set(err, ERR_CORRUPT,
            "its %s \"%s\" is not what a case has and may be there to "
            "mislead; if you made it, drop it with the sqlite3 shell",
            type, name);
    return 0;
}

/* 1 alike, 0 not, -1 error. */
static int compare_objects(struct store *store, sqlite3_stmt *ours,
    sqlite3_stmt *model, struct err *err)
{
    for (;;) {
        int have = sqlite3_step(ours);
        int want = sqlite3_step(model);
        if (have != SQLITE_ROW && have != SQLITE_DONE)
            return store_fail(store, err);
        if (have == SQLITE_DONE && want == SQLITE_DONE)
            return 1;
        if (have == SQLITE_ROW && want == SQLITE_ROW &&
            same_object(ours, model))
            continue;
        return name_difference(have == SQLITE_ROW ? ours : NULL,
            want == SQLITE_ROW ? model : NULL, err);
    }
}

int schema_check(struct store *store, struct err *err)
{
    int64_t version;
    if (store_number(store, "PRAGMA user_version", &version, err) < 0)
        return -1;
    if (version < 1 || version > STORE_VERSION) {
        err_set(err, ERR_CORRUPT, "it says it has schema %lld, which is none",
            (long long)version);
        return 0;
    }
    int rc = -1;
    sqlite3 *model = make_model(version);
    sqlite3_stmt *want = NULL;
    sqlite3_stmt *have = store_prepare(store, OBJECTS_SQL, err);
    if (have == NULL)
        goto done;
    if (sqlite3_prepare_v2(model, OBJECTS_SQL, -1, &want, NULL) != SQLITE_OK) {
        err_set(err, ERR_IO, "no memory for a look at the schema");
        goto done;
    }
    rc = compare_objects(store, have, want, err);
done:
    sqlite3_finalize(have);
    sqlite3_finalize(want);
    sqlite3_close(model);
    return rc;
}
