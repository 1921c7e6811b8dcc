#include "tests/store_kit.h"

/* Change a case as a stranger would, with every protection off. */
static void tamper(const char *path, const char *sql)
{
    sqlite3 *db;
    char *message = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
    sqlite3_close(db);
}

static const struct {
    const char *sql;
    const char *named;
} strangers[] = {
    {"CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM custody; END",
        "\"t\""},
    {"CREATE VIEW secrets AS SELECT 1", "\"secrets\""},
    {"CREATE TABLE extra(x)", "\"extra\""},
    {"CREATE INDEX slow ON event(time)", "\"slow\""},
    {"DROP VIEW events; CREATE VIEW events AS SELECT 1 AS id", "\"events\""},
    {"DROP INDEX batch_source", "\"batch_source\""},
    {"DROP TABLE part", "part\""},
    {"ALTER TABLE event ADD COLUMN x", "\"event\""},
    {"CREATE VIRTUAL TABLE f USING fts5(x)", "\"f\""},
    {"PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql ="
     " replace(sql, 'kind', 'kind') || ' ' WHERE name = 'kind'",
        "\"kind\""},
};

static void what_no_case_has_is_refused_and_named(void **state)
{
    struct kit *kit = *state;
    for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
        store_close(kit_open(kit->path, STORE_CREATE));
        tamper(kit->path, strangers[i].sql);
        for (int mode = STORE_READ; mode <= STORE_CREATE; mode++) {
            struct store *store;
            struct err err = {0};
            int rc = store_open(&store, kit->path, (enum store_mode)mode, &err);
            if (rc == 0 || err.code != ERR_CORRUPT ||
                strstr(err.text, strangers[i].named) == NULL)
                fail_msg("%s: %s", strangers[i].sql, err.text);
        }
        assert_int_equal(unlink(kit->path), 0);
    }
}

static void names_in_a_message_are_harmless(void **state)
{
    struct kit *kit = *state;
    store_close(kit_open(kit->path, STORE_CREATE));
    tamper(kit->path, "CREATE TABLE \"a\x1b[2Jb\"(x)");
    struct store *store;
    struct err err = {0};
    assert_int_equal(store_open(&store, kit->path, STORE_READ, &err), -1);
    assert_null(strchr(err.text, '\x1b'));
}

/* Values no writer would store: reading them may fail, never crash or hang. */
static const char *const values[] = {
    "UPDATE source SET kind = 99, state = 0 - 5, encoding = 1000,"
    " size = 0 - 1, stored = 0 - 7, continues_at = 0 - 1",
    "UPDATE source SET continues = id, continues_at = 9223372036854775807",
    "UPDATE source SET continues = 77, continues_at = 9223372036854775807",
    "UPDATE source SET path = x'00ff0a1b5b324a', host = char(27) || 'x'",
    "UPDATE source SET sha256 = zeroblob(100), years = zeroblob(3)",
    "UPDATE batch SET row_count = 9223372036854775807",
    "UPDATE batch SET first_event = 0 - 5",
    "UPDATE batch SET first_event = 9223372036854775807",
    "UPDATE batch SET base = 0 - 5, kinds = x'', filter = x'01'",
    "UPDATE batch SET fields_size = 9223372036854775807, fields = x'28b52ffd'",
    "UPDATE batch SET fields_size = 100, fields = zeroblob(50)",
    "UPDATE chunk SET size = 9223372036854775807, offset = 0 - 10",
    "UPDATE chunk SET codec = 7",
    "UPDATE chunk SET codec = 0",
    "UPDATE chunk SET content = zeroblob(3)",
    "UPDATE kind SET severity = 9000, understood = 77, time_quality = 0 - 3,"
    " precision = 12, object_field = 'nothing', fields = 'x y z  id'",
    "UPDATE kind SET id = 9223372036854775807",
    "UPDATE kind SET id = 0 - 1",
    "UPDATE event SET host = 'text', kind = x'00', time = 'never',"
    " src_ip = x'0102', object = zeroblob(10), offset = 1e300",
    "UPDATE entity SET name = name || char(0) || char(27), type = 9",
    "UPDATE custody SET detail = x'' || char(0), hash = x'', previous = x'01'",
    "DELETE FROM source",
    "DELETE FROM kind",
};

static void report_nothing(void *context, const struct verify_line *line)
{
    (void)context;
    assert_true(strlen(line->text) > 0);
    assert_null(strchr(line->text, '\x1b'));
}

static bool visit_name(void *context, int64_t id, struct str name)
{
    (void)context;
    (void)id;
    (void)name;
    return true;
}

static void read_everything(struct store *store)
{
    struct source *sources;
    size_t count;
    if (source_list(store, &sources, &count, NULL) == 0)
        source_list_free(sources, count);
    struct source_prefix *prefixes;
    if (source_prefixes(store, &prefixes, &count, NULL) == 0)
        free(prefixes);
    struct kinds kinds;
    if (kinds_load(store, &kinds, NULL) == 0)
        kinds_done(&kinds);
    struct custody *rows;
    if (custody_list(store, &rows, &count, NULL) == 0)
        custody_list_free(rows, count);
    struct batches batches;
    if (batches_load(store, &batches, NULL) == 0) {
        for (size_t i = 0; i < batches.count; i++)
            batch_may_hold(&batches.at[i], batch_key_port(22));
        batches_find(&batches, 5);
        batches_done(&batches);
    }
    struct content *content = content_new(store);
    struct buf bytes = {0};
    struct str line;
    content_read(content, 1, 0, 1000, &bytes, NULL);
    content_read(content, 1, UINT64_MAX - 5, 1000, &bytes, NULL);
    content_fields(content, 1, 3, &line, NULL);
    content_size(content, 1);
    content_free(content);
    buf_done(&bytes);
    names_each(store, ENTITY_USER, visit_name, NULL, NULL);
    struct names *names = names_new(store);
    for (int64_t id = -1; id < 10; id++)
        names_get(names, id);
    names_free(names);
    store_verify(store, report_nothing, NULL, NULL, NULL);
    sqlite3_exec(store_db(store), "SELECT * FROM events", NULL, NULL, NULL);
}

static void impossible_values_are_read_without_harm(void **state)
{
    struct kit *kit = *state;
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        struct err err = {0};
        struct store *store = kit_open(kit->path, STORE_CREATE);
        assert_done(kit_import(store, "auth.log", 1, NULL, &err), err);
        store_close(store);
        tamper(kit->path, values[i]);
        store = kit_open(kit->path, STORE_READ);
        read_everything(store);
        store_close(store);
        store = kit_open(kit->path, STORE_WRITE);
        kit_import(store, "b.log", 1, NULL, &err);
        uint64_t saved;
        store_compact(store, &saved, NULL, NULL);
        store_close(store);
        assert_int_equal(unlink(kit->path), 0);
    }
}

static void a_file_cut_short_is_told(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_done(kit_import(store, "auth.log", 3, NULL, &err), err);
    store_close(store);
    static const long sizes[] = {300000, 100000, 16384 * 3, 16384, 100, 71, 5};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        assert_int_equal(truncate(kit->path, sizes[i]), 0);
        if (store_open(&store, kit->path, STORE_READ, &err) == 0) {
            read_everything(store);
            store_close(store);
        } else {
            assert_true(err.text[0] != '\0');
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            what_no_case_has_is_refused_and_named, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            names_in_a_message_are_harmless, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            impossible_values_are_read_without_harm, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_file_cut_short_is_told, kit_setup, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
