#include "src/store/store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "src/store/schema.h"
#include "tests/store_kit.h"

static void write_file(const char *path, const char *bytes, size_t len)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    fclose(file);
}

static bool exists(const char *path, const char *suffix)
{
    char *name = xasprintf("%s%s", path, suffix);
    bool found = access(name, F_OK) == 0;
    free(name);
    return found;
}

static void a_new_case_is_one_file_with_our_mark(void **state)
{
    struct kit *kit = *state;
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_string_equal(store_path(store), kit->path);
    assert_false(store_is_read_only(store));
    assert_true(kit_number(store, "PRAGMA page_size") >= 8192);
    store_close(store);
    assert_true(exists(kit->path, ""));
    assert_false(exists(kit->path, "-wal"));
    assert_false(exists(kit->path, "-journal"));

    store = kit_open(kit->path, STORE_READ);
    assert_false(store_is_read_only(store));
    assert_int_equal(
        kit_number(store, "PRAGMA application_id"), STORE_APPLICATION_ID);
    assert_int_equal(kit_number(store, "PRAGMA user_version"), STORE_VERSION);
    struct err err = {0};
    char *uuid;
    assert_done(store_info_get(store, "uuid", &uuid, &err), err);
    assert_int_equal(strlen(uuid), 36);
    free(uuid);
    store_close(store);
}

static void every_name_a_file_can_have_opens(void **state)
{
    static const char *const names[] = {":memory:.spoor", "a?mode=memory.spoor",
        "100%25.spoor", "it's \"x\";--.spoor", "\xff\xfe.spoor", "-f.spoor",
        "file:x.spoor"};
    struct kit *kit = *state;
    assert_int_equal(chdir(kit->folder), 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        store_close(kit_open(names[i], STORE_CREATE));
        if (!exists(names[i], ""))
            fail_msg("%s was not made", names[i]);
        store_close(kit_open(names[i], STORE_READ));
    }
    assert_int_equal(chdir("/"), 0);
}

static void what_is_no_case_is_refused_and_not_touched(void **state)
{
    struct kit *kit = *state;
    struct store *store;
    struct err err = {0};
    assert_int_equal(store_open(&store, kit->path, STORE_READ, &err), -1);
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_int_equal(store_open(&store, kit->path, STORE_WRITE, &err), -1);
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_false(exists(kit->path, ""));

    assert_int_equal(store_open(&store, kit->folder, STORE_READ, &err), -1);
    assert_non_null(strstr(err.text, "no ordinary file"));

    write_file(kit->path, "Mar  4 sshd[1]: hello\n", 22);
    for (int mode = STORE_READ; mode <= STORE_CREATE; mode++) {
        assert_int_equal(
            store_open(&store, kit->path, (enum store_mode)mode, &err), -1);
        assert_non_null(strstr(err.text, "no case"));
    }
    struct stat info;
    assert_int_equal(stat(kit->path, &info), 0);
    assert_int_equal(info.st_size, 22);
}

static void a_database_of_another_program_is_refused(void **state)
{
    struct kit *kit = *state;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(kit->path, &db), SQLITE_OK);
    sqlite3_exec(db, "CREATE TABLE t(x)", NULL, NULL, NULL);
    sqlite3_close(db);
    struct store *store;
    struct err err = {0};
    assert_int_equal(store_open(&store, kit->path, STORE_CREATE, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_int_equal(store_open(&store, kit->path, STORE_READ, &err), -1);
    assert_non_null(strstr(err.text, "database, but no case"));
}

static void only_names_of_cases_may_be_made(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    char *log = xasprintf("%s/auth.log", kit->folder);
    assert_false(store_may_create(log, &err));
    assert_int_equal(err.code, ERR_USAGE);
    write_file(log, "", 0);
    assert_false(store_may_create(log, &err));
    free(log);
    assert_true(store_may_create(kit->path, &err));
    write_file(kit->path, "", 0);
    assert_true(store_may_create(kit->path, &err));
    store_close(kit_open(kit->path, STORE_CREATE));
    assert_true(store_may_create(kit->path, &err));

    char *renamed = xasprintf("%s/evidence.bin", kit->folder);
    assert_int_equal(rename(kit->path, renamed), 0);
    assert_true(store_may_create(renamed, &err)); /* by its mark */
    free(renamed);
}

static void a_newer_case_is_refused_with_its_version(void **state)
{
    struct kit *kit = *state;
    store_close(kit_open(kit->path, STORE_CREATE));
    sqlite3 *db;
    assert_int_equal(sqlite3_open(kit->path, &db), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA user_version=77", NULL, NULL, NULL);
    sqlite3_close(db);
    struct store *store;
    struct err err = {0};
    assert_int_equal(store_open(&store, kit->path, STORE_WRITE, &err), -1);
    assert_int_equal(err.code, ERR_VERSION);
    assert_non_null(strstr(err.text, "77"));
}

static void an_older_case_is_brought_up_to_date(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    kit_old_case(kit->path);

    struct store *store;
    assert_int_equal(store_open(&store, kit->path, STORE_READ, &err), -1);
    assert_int_equal(err.code, ERR_VERSION);
    store = kit_open(kit->path, STORE_WRITE);
    assert_int_equal(kit_number(store, "PRAGMA user_version"), STORE_VERSION);
    assert_int_equal(
        kit_number(store, "SELECT count(*) FROM record_number"), 0);
    assert_int_equal(
        kit_number(
            store, "SELECT count(*) FROM custody WHERE action = 'migrated'"),
        STORE_VERSION - 1);
    store_close(store);
}

static void reading_writes_nothing(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_done(kit_import(store, "auth.log", 1, NULL, &err), err);
    store_close(store);
    struct stat before;
    struct stat after;
    assert_int_equal(stat(kit->path, &before), 0);
    store = kit_open(kit->path, STORE_READ);
    assert_int_equal(kit_number(store, "SELECT count(*) FROM event"), 100);
    assert_int_equal(store_exec(store, "DELETE FROM event", &err), -1);
    assert_false(exists(kit->path, "-wal"));
    assert_false(exists(kit->path, "-shm"));
    store_close(store);
    assert_int_equal(stat(kit->path, &after), 0);
    assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    assert_int_equal(before.st_size, after.st_size);
}

/* Run `look` as a user who may not write here. Root may write anywhere. */
static int as_nobody(int (*look)(const char *path), const char *path)
{
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
            _exit(99);
        _exit(look(path));
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

static int count_events(const char *path)
{
    struct store *store;
    struct err err = {0};
    if (store_open(&store, path, STORE_READ, &err) < 0) {
        fprintf(stderr, "%s\n", err.text);
        return strstr(err.text, "copy the case") != NULL ? 50 : 51;
    }
    int64_t count = -1;
    sqlite3_stmt *query =
        store_prepare(store, "SELECT count(*) FROM event", NULL);
    if (query != NULL && sqlite3_step(query) == SQLITE_ROW)
        count = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    store_close(store);
    return count == 100 ? 0 : 52;
}

static int write_to(const char *path)
{
    struct store *store;
    struct err err = {0};
    if (store_open(&store, path, STORE_WRITE, &err) == 0)
        return 1;
    return strstr(err.text, "cannot be written") != NULL ? 0 : 2;
}

static void a_case_on_read_only_media_can_be_read(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_done(kit_import(store, "auth.log", 1, NULL, &err), err);
    store_close(store);
    assert_int_equal(chmod(kit->path, 0444), 0);
    assert_int_equal(chmod(kit->folder, 0555), 0);
    int read = as_nobody(count_events, kit->path);
    int write = as_nobody(write_to, kit->path);
    assert_int_equal(chmod(kit->folder, 0755), 0);
    assert_int_equal(read, 0);
    assert_int_equal(write, 0);
}

/* Leave the case as a killed import does. */
static void kill_while_importing(const char *path)
{
    pid_t child = fork();
    if (child == 0) {
        struct store *store;
        struct import *import;
        struct err err = {0};
        if (store_open(&store, path, STORE_WRITE, &err) < 0 ||
            import_begin(store, &import, &err) < 0 ||
            kit_import_chunks(import, "auth.log", 1, NULL, &err) < 0 ||
            import_commit(import, &err) < 0)
            _exit(1);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_leftover_log_on_read_only_media_asks_for_a_copy(void **state)
{
    struct kit *kit = *state;
    store_close(kit_open(kit->path, STORE_CREATE));
    kill_while_importing(kit->path);
    assert_true(exists(kit->path, "-wal"));
    char *shared = xasprintf("%s-shm", kit->path);
    unlink(shared);
    free(shared);
    assert_int_equal(chmod(kit->path, 0444), 0);
    assert_int_equal(chmod(kit->folder, 0555), 0);
    int rc = as_nobody(count_events, kit->path);
    assert_int_equal(chmod(kit->folder, 0755), 0);
    assert_int_equal(chmod(kit->path, 0644), 0);
    assert_int_equal(rc, 50);
    assert_int_equal(count_events(kit->path), 0); /* where it can be written */
}

static void a_killed_import_leaves_a_case_that_goes_on(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    store_close(kit_open(kit->path, STORE_CREATE));
    kill_while_importing(kit->path);
    struct store *store = kit_open(kit->path, STORE_WRITE);
    assert_done(kit_import(store, "b.log", 1, NULL, &err), err);
    assert_int_equal(kit_number(store, "SELECT count(*) FROM event"), 200);
    store_close(store);
    assert_false(exists(kit->path, "-wal"));
}

static void a_writer_that_closes_beside_others_leaves_them_working(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *first = kit_open(kit->path, STORE_CREATE);
    struct store *second = kit_open(kit->path, STORE_WRITE);
    assert_done(store_info_set(first, "title", STR("one"), &err), err);
    store_close(first);
    char *title;
    assert_done(store_info_get(second, "title", &title, &err), err);
    assert_string_equal(title, "one");
    free(title);
    store_close(second);
    assert_false(exists(kit->path, "-wal"));
}

static void another_connections_changes_are_seen(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *writer = kit_open(kit->path, STORE_CREATE);
    struct store *reader;
    assert_done(store_reopen(writer, &reader, &err), err);
    int64_t seen = store_version_seen(reader);
    assert_true(store_version_seen(reader) == seen);
    assert_done(store_info_set(writer, "title", STR("one"), &err), err);
    assert_true(store_version_seen(reader) != seen);
    store_close(reader);
    store_close(writer);
}

static void a_scope_undone_inside_undoes_the_whole(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_done(store_begin(store, &err), err);
    assert_done(store_info_set(store, "title", STR("lost"), &err), err);
    assert_done(store_begin(store, &err), err);
    store_rollback(store);
    assert_int_equal(store_commit(store, &err), -1);
    char *title;
    assert_done(store_info_get(store, "title", &title, &err), err);
    assert_null(title);
    assert_done(store_begin(store, &err), err);
    assert_done(store_info_set(store, "title", STR("kept"), &err), err);
    assert_done(store_commit(store, &err), err);
    assert_done(store_info_get(store, "title", &title, &err), err);
    assert_string_equal(title, "kept");
    free(title);
    store_close(store);
}

static void a_users_sql_can_only_read(void **state)
{
    static const char *const refused[] = {
        "DELETE FROM event",
        "PRAGMA query_only=OFF",
        "ATTACH '/tmp/x' AS x",
        "SELECT load_extension('x')",
        "VACUUM INTO '/tmp/x'",
        "BEGIN",
        "CREATE TEMP TABLE t(x)",
    };
    struct kit *kit = *state;
    struct err err = {0};
    store_close(kit_open(kit->path, STORE_CREATE));
    struct store *store = kit_open(kit->path, STORE_READ);
    assert_done(store_restrict_sql(store, &err), err);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        if (store_exec(store, refused[i], NULL) == 0)
            fail_msg("%s was run", refused[i]);
    assert_int_equal(
        kit_number(store, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT"
                          " i + 1 FROM n WHERE i < 9) SELECT sum(i) FROM n"),
        45);
    assert_int_equal(kit_number(store, "SELECT count(*) FROM events"), 0);
    store_close(store);
}

static void the_newest_acquisition_is_that_of_sources_still_here(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_true(store_newest_acquisition(store) == STAMP_NONE);
    int64_t id;
    assert_done(kit_import(store, "auth.log", 1, &id, &err), err);
    assert_true(store_newest_acquisition(store) == KIT_START + STAMP_DAY);
    assert_done(source_remove(store, id, STR("wrong machine"), &err), err);
    assert_true(store_newest_acquisition(store) == STAMP_NONE);
    assert_int_equal(source_remove(store, id, STR("again"), &err), -1);
    store_close(store);
}

static void the_last_reader_puts_a_writers_log_back(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *writer, *reader, *again;
    char *title = NULL;
    assert_done(store_open(&writer, kit->path, STORE_CREATE, &err), err);
    assert_done(store_open(&reader, kit->path, STORE_READ, &err), err);
    assert_done(store_info_set(writer, "title", STR("a title"), &err), err);
    assert_false(store_is_read_only(reader));
    store_close(writer);
    assert_true(exists(kit->path, "-wal"));
    store_close_whole(reader);
    assert_false(exists(kit->path, "-wal"));
    assert_false(exists(kit->path, "-shm"));
    assert_done(store_open(&again, kit->path, STORE_READ, &err), err);
    assert_done(store_info_get(again, "title", &title, &err), err);
    assert_string_equal(title, "a title");
    free(title);
    store_close(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_new_case_is_one_file_with_our_mark, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            every_name_a_file_can_have_opens, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            what_is_no_case_is_refused_and_not_touched, kit_setup,
            kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_database_of_another_program_is_refused, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            only_names_of_cases_may_be_made, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_newer_case_is_refused_with_its_version, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            an_older_case_is_brought_up_to_date, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            reading_writes_nothing, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_case_on_read_only_media_can_be_read, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_leftover_log_on_read_only_media_asks_for_a_copy, kit_setup,
            kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_killed_import_leaves_a_case_that_goes_on, kit_setup,
            kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_writer_that_closes_beside_others_leaves_them_working, kit_setup,
            kit_teardown),
        cmocka_unit_test_setup_teardown(
            the_last_reader_puts_a_writers_log_back, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            another_connections_changes_are_seen, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_scope_undone_inside_undoes_the_whole, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_users_sql_can_only_read, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            the_newest_acquisition_is_that_of_sources_still_here, kit_setup,
            kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
