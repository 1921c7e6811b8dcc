#include "src/store/import.h"

#include "src/base/limit.h"
#include "tests/store_kit.h"

static void what_is_put_is_there_after_the_end(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    int64_t id;
    assert_done(kit_import(store, "/var/log/auth.log", 3, &id, &err), err);
    store_close(store);

    store = kit_open(kit->path, STORE_READ);
    struct source source;
    assert_done(source_get(store, id, &source, &err), err);
    assert_int_equal(source.state, SOURCE_COMPLETE);
    assert_int_equal(source.events, 300);
    assert_int_equal(source.parsed, 300);
    assert_int_equal(source.unparsed, 0);
    assert_int_equal(source.stored, source.size);
    assert_true(source.first_time == KIT_START);
    assert_true(source.last_time == KIT_START + 299 * STAMP_SECOND);
    assert_string_equal(source.path, "/var/log/auth.log");
    source_done(&source);
    assert_int_equal(kit_number(store, "SELECT count(*) FROM event"), 300);
    assert_int_equal(kit_number(store, "SELECT count(*) FROM kind"), 1);
    store_close(store);
}

/* A batch of events of two actions, each with the own names of its word list.
 */
static void put_names(
    struct import *import, int64_t source, const char *logins, const char *rest)
{
    struct err err = {0};
    struct batch *batch = batch_new();
    struct record record;
    record_init(&record);
    const struct str lists[] = {str_from(logins), str_from(rest)};
    for (size_t i = 0; i < 2; i++) {
        record_reset(&record);
        record.format = STR("sshd");
        record_set(&record, FIELD_ACTION, i == 0 ? STR("login") : STR("exec"));
        for (struct str list = lists[i]; list.len > 0;)
            record_add_extra(&record, str_cut(&list, ' '), STR("v"));
        batch_add(batch, &record, STR(""), false);
    }
    batch_finish(batch);
    struct import_put put = {.source = source, .batch = batch};
    assert_done(import_put(import, &put, &err), err);
    record_done(&record);
    batch_free(batch);
}

static void own_names_are_kept_for_each_kind(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    struct source source = kit_source("app.jsonl");
    for (int round = 0; round < 2; round++) {
        struct import *import;
        assert_done(import_begin(store, &import, &err), err);
        if (round == 0)
            assert_done(import_source_begin(import, &source, &err), err);
        put_names(import, source.id, "tenant node", "");
        put_names(import, source.id, "node tenant", "node");
        if (round == 1)
            put_names(import, source.id, "", "Tenant");
        assert_done(import_end(import, &err), err);
    }
    source_done(&source);
    assert_int_equal(kit_number(store, "SELECT count(*) FROM own_name"), 4);

    struct kinds kinds;
    assert_done(kinds_load(store, &kinds, &err), err);
    assert_int_equal(kinds.count, 3);
    assert_true(str_eq(kinds.at[2].action, STR("exec")));
    assert_true(kinds_may_have(&kinds, 1, STR("tenant")));
    assert_false(kinds_may_have(&kinds, 1, STR("Tenant")));
    assert_true(kinds_may_have(&kinds, 2, STR("Tenant")));
    assert_true(kinds_may_have(&kinds, 2, STR("node")));
    assert_false(kinds_may_have(&kinds, 2, STR("tenant")));
    assert_false(kinds_may_have(&kinds, 0, STR("node")));
    assert_false(kinds_may_have(&kinds, 3, STR("node")));
    kinds_done(&kinds);
    store_close(store);
}

static void a_kind_whose_own_names_have_no_room_may_have_any(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    struct source source = kit_source("app.jsonl");
    struct import *import;
    assert_done(import_begin(store, &import, &err), err);
    assert_done(import_source_begin(import, &source, &err), err);
    for (size_t i = 0; i <= LIMIT_OWN_NAMES; i++) {
        char name[16];
        snprintf(name, sizeof(name), "n%zu", i);
        put_names(import, source.id, name, "few");
    }
    assert_done(import_end(import, &err), err);
    source_done(&source);

    struct kinds kinds;
    assert_done(kinds_load(store, &kinds, &err), err);
    assert_int_equal(kinds.own_names.count, LIMIT_OWN_NAMES + 1);
    assert_true(kinds_may_have(&kinds, 1, STR("never seen")));
    assert_false(kinds_may_have(&kinds, 2, STR("never seen")));
    kinds_done(&kinds);
    store_close(store);
}

static void the_events_view_reads_in_any_sqlite_tool(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_done(kit_import(store, "auth.log", 1, NULL, &err), err);
    sqlite3_stmt *query = store_prepare(store,
        "SELECT time_utc, user, src_ip, src_port, host, process, action,"
        " outcome, count, length FROM events WHERE id IN (6, 10) ORDER BY id",
        &err);
    assert_non_null(query);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    assert_true(
        str_eq(store_column_str(query, 0), STR("2026-03-04T01:51:14Z")));
    assert_true(str_eq(store_column_str(query, 1), STR("alice")));
    assert_true(str_eq(store_column_str(query, 2), STR("203.0.113.5")));
    assert_int_equal(sqlite3_column_int(query, 3), 1029);
    assert_true(str_eq(store_column_str(query, 4), STR("web01")));
    assert_true(str_eq(store_column_str(query, 5), STR("sshd")));
    assert_true(str_eq(store_column_str(query, 6), STR("login")));
    assert_true(str_eq(store_column_str(query, 7), STR("failure")));
    assert_int_equal(sqlite3_column_int(query, 8), 1);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    assert_true(
        str_eq(store_column_str(query, 2), STR("2001:db8:0:0:0:0:0:a")));
    sqlite3_finalize(query);
    store_close(store);
}

static void times_before_1970_and_fractions_read_well_in_the_view(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_done(kit_import(store, "auth.log", 1, NULL, &err), err);
    assert_done(store_exec(store,
                    "UPDATE kind SET precision = 1;"
                    "UPDATE event SET time = -877000000 WHERE id = 1;"
                    "UPDATE event SET time = 59999999999 WHERE id = 2",
                    &err),
        err);
    sqlite3_stmt *query = store_prepare(
        store, "SELECT time_utc FROM events WHERE id <= 2 ORDER BY id", &err);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    assert_true(
        str_eq(store_column_str(query, 0), STR("1969-12-31T23:59:59.123Z")));
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    assert_true(
        str_eq(store_column_str(query, 0), STR("1970-01-01T00:00:59.999Z")));
    sqlite3_finalize(query);
    store_close(store);
}

static void the_bytes_come_back_exactly(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    int64_t id;
    assert_done(kit_import(store, "auth.log", 3, &id, &err), err);

    struct content *content = content_new(store);
    uint64_t size = content_size(content, id);
    struct buf bytes = {0};
    assert_done(content_read(content, id, 0, (size_t)size, &bytes, &err), err);
    struct digest digest = hash_of(HASH_SHA256, buf_str(&bytes));
    struct source source;
    assert_done(source_get(store, id, &source, &err), err);
    assert_true(digest_eq(&digest, &source.sha256));
    source_done(&source);

    assert_int_equal(content_read(content, id, size - 1, 2, &bytes, &err), -1);
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_int_equal(bytes.len, size);
    buf_done(&bytes);
    content_free(content);
    store_close(store);
}

static void an_aborted_import_leaves_what_was_committed(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    struct import *import;
    assert_done(import_begin(store, &import, &err), err);
    struct source source = kit_source("auth.log");
    struct hash *hash = hash_new(HASH_SHA256);
    assert_done(import_source_begin(import, &source, &err), err);
    assert_done(kit_put(import, &source, hash, 0, 50, &err), err);
    assert_done(import_commit(import, &err), err);
    uint64_t mark = source.stored;
    assert_done(kit_put(import, &source, hash, 50, 50, &err), err);
    import_abort(import);

    assert_int_equal(kit_number(store, "SELECT count(*) FROM event"), 50);
    int64_t found;
    assert_int_equal(
        source_find_unfinished(store, STR("auth.log"), 0, &found, &err), 1);
    struct source left;
    assert_done(source_get(store, found, &left, &err), err);
    assert_int_equal(left.stored, mark);
    assert_int_equal(left.events, 50);
    source_done(&left);
    source_done(&source);
    hash_free(hash);
    store_close(store);
}

static void numbers_of_names_are_the_same_when_imported_again(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_done(kit_import(store, "a.log", 2, NULL, &err), err);
    int64_t entities = kit_number(store, "SELECT count(*) FROM entity");
    assert_int_equal(entities, 6); /* web01, sshd, four users */
    assert_done(kit_import(store, "b.log", 2, NULL, &err), err);
    assert_int_equal(
        kit_number(store, "SELECT count(*) FROM entity"), entities);
    assert_int_equal(kit_number(store, "SELECT count(*) FROM kind"), 1);
    store_close(store);
}

static int put_again(
    struct import *import, int64_t id, int64_t shift, struct err *err)
{
    struct batch *batch = batch_new();
    struct buf bytes = {0};
    struct record record;
    record_init(&record);
    for (uint64_t i = 0; i < 100; i++)
        kit_add_line(batch, &bytes, i, &record);
    for (size_t i = 0; i < batch->count; i++)
        batch->events[i].time += shift;
    batch->first_time += shift;
    batch->last_time += shift;
    batch_finish(batch);
    struct import_put put = {.source = id, .batch = batch, .stored = bytes.len};
    int rc = import_put(import, &put, err);
    record_done(&record);
    buf_done(&bytes);
    batch_free(batch);
    return rc;
}

static void a_new_reading_is_seen_whole_or_not_at_all(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    int64_t id;
    assert_done(kit_import(store, "auth.log", 1, &id, &err), err);

    struct import *import;
    struct batches batches;
    assert_done(import_begin(store, &import, &err), err);
    assert_done(import_drop_events(import, id, &err), err);
    assert_done(put_again(import, id, 3600 * STAMP_SECOND, &err), err);
    assert_done(import_commit(import, &err), err);
    assert_done(batches_load(store, &batches, &err), err);
    assert_int_equal(batches.events, 100);
    assert_true(batches.at[0].first_time == KIT_START);
    batches_done(&batches);
    import_abort(import); /* killed */

    assert_done(import_begin(store, &import, &err), err);
    assert_int_equal(kit_number(store, "SELECT count(*) FROM event"), 100);
    assert_done(import_drop_events(import, id, &err), err);
    assert_done(put_again(import, id, 3600 * STAMP_SECOND, &err), err);
    struct source source;
    assert_done(source_get(store, id, &source, &err), err);
    assert_done(import_source_end(import, &source, &err), err);
    source_done(&source);
    assert_done(import_end(import, &err), err);

    assert_done(batches_load(store, &batches, &err), err);
    assert_int_equal(batches.events, 100);
    assert_true(batches.at[0].first_time == KIT_START + 3600 * STAMP_SECOND);
    batches_done(&batches);
    assert_int_equal(kit_number(store, "SELECT count(*) FROM event"), 100);
    assert_done(source_get(store, id, &source, &err), err);
    assert_int_equal(source.events, 100);
    assert_true(source.first_time == KIT_START + 3600 * STAMP_SECOND);
    source_done(&source);
    store_close(store);
}

static void a_second_import_is_told_who_holds_the_lock(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    struct import *import;
    assert_done(import_begin(store, &import, &err), err);
    struct store *other = kit_open(kit->path, STORE_WRITE);
    struct import *second;
    assert_int_equal(import_begin(other, &second, &err), -1);
    assert_int_equal(err.code, ERR_BUSY);
    char pid[24];
    snprintf(pid, sizeof(pid), "process %ld on ", (long)getpid());
    assert_non_null(strstr(err.text, pid));

    assert_done(store_info_set(other, "title", STR("beside"), &err), err);
    assert_done(import_end(import, &err), err);
    assert_done(import_begin(other, &second, &err), err);
    import_abort(second);
    store_close(other);
    store_close(store);
}

static void the_lock_of_a_dead_process_is_taken_over(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    char host[256];
    gethostname(host, sizeof(host));
    char *sql = xasprintf("INSERT INTO setting(key, value) VALUES('import',"
                          " '%s an-older-boot 1 1 9000000000000000000')",
        host);
    assert_done(store_exec(store, sql, &err), err);
    free(sql);
    assert_done(store_lock_import(store, &err), err);
    store_unlock_import(store);

    assert_done(store_exec(store,
                    "INSERT INTO setting(key, value) VALUES('import',"
                    " 'elsewhere.example.com - 1 1 9000000000000000000')",
                    &err),
        err);
    assert_int_equal(store_lock_import(store, &err), -1);
    assert_non_null(strstr(err.text, "elsewhere.example.com"));
    store_close(store);
}

static void continued_sources_read_through_to_the_first(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    int64_t first;
    assert_done(kit_import(store, "auth.log", 1, &first, &err), err);
    struct source whole;
    assert_done(source_get(store, first, &whole, &err), err);

    struct import *import;
    assert_done(import_begin(store, &import, &err), err);
    struct source tail = kit_source("auth.log");
    tail.continues = first;
    tail.continues_at = tail.stored = whole.size;
    assert_done(import_source_begin(import, &tail, &err), err);
    struct hash *hash = hash_new(HASH_SHA256);
    assert_done(kit_put(import, &tail, hash, 100, 20, &err), err);
    assert_done(import_end(import, &err), err);

    struct content *content = content_new(store);
    struct buf bytes = {0};
    assert_int_equal(content_size(content, tail.id), tail.stored);
    assert_done(
        content_read(content, tail.id, whole.size - 6, 24, &bytes, &err), err);
    assert_memory_equal(bytes.ptr, " ssh2\nMar  4 01:51:09 we", 24);
    buf_done(&bytes);
    content_free(content);
    hash_free(hash);
    source_done(&whole);
    source_done(&tail);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            what_is_put_is_there_after_the_end, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            the_events_view_reads_in_any_sqlite_tool, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            times_before_1970_and_fractions_read_well_in_the_view, kit_setup,
            kit_teardown),
        cmocka_unit_test_setup_teardown(
            the_bytes_come_back_exactly, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            an_aborted_import_leaves_what_was_committed, kit_setup,
            kit_teardown),
        cmocka_unit_test_setup_teardown(
            numbers_of_names_are_the_same_when_imported_again, kit_setup,
            kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_new_reading_is_seen_whole_or_not_at_all, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_second_import_is_told_who_holds_the_lock, kit_setup,
            kit_teardown),
        cmocka_unit_test_setup_teardown(
            the_lock_of_a_dead_process_is_taken_over, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            continued_sources_read_through_to_the_first, kit_setup,
            kit_teardown),
        cmocka_unit_test_setup_teardown(
            own_names_are_kept_for_each_kind, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_kind_whose_own_names_have_no_room_may_have_any, kit_setup,
            kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
