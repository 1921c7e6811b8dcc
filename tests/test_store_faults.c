#include "tests/faulty_vfs.h"
#include "tests/store_kit.h"

static const struct {
    int code;
    enum err_code meaning;
} kinds[] = {
    {SQLITE_FULL, ERR_FULL},
    {SQLITE_IOERR_WRITE, ERR_IO},
};

enum { CHUNKS = 12 };

static void set_faults(long after, int code)
{
    faults = (struct faults){.left = after, .code = code};
}

/* An import with a commit after every third chunk. */
static int import_slowly(struct store *store, struct err *err)
{
    struct import *import;
    if (import_begin(store, &import, err) < 0)
        return -1;
    struct source source = kit_source("auth.log");
    struct hash *hash = hash_new(HASH_SHA256);
    int rc = import_source_begin(import, &source, err);
    for (size_t i = 0; i < CHUNKS && rc == 0; i++) {
        rc = kit_put(import, &source, hash, i * KIT_LINES, KIT_LINES, err);
        if (rc == 0 && i % 3 == 2)
            rc = import_commit(import, err);
    }
    source.size = source.stored;
    source.sha256 = hash_digest(hash);
    source.state = SOURCE_COMPLETE;
    if (rc == 0)
        rc = import_source_end(import, &source, err);
    hash_free(hash);
    source_done(&source);
    if (rc == 0)
        return import_end(import, err);
    import_abort(import);
    return -1;
}

static int import_with_faults(
    const char *path, long after, int code, struct err *err)
{
    struct store *store;
    set_faults(after, code);
    int rc = store_open_vfs(&store, path, STORE_WRITE, "faulty", err);
    if (rc == 0) {
        rc = import_slowly(store, err);
        store_close(store);
    }
    set_faults(-1, 0);
    return rc;
}

static void print_finding(void *context, const struct verify_line *line)
{
    (void)context;
    if (line->bad)
        fprintf(stderr, "%s\n", line->text);
}

/* Whole chunks with their events and mark, and nothing else. */
static void check_sound(const char *path, long after)
{
    struct err err = {0};
    struct store *store = kit_open(path, STORE_WRITE);
    if (store_verify(store, print_finding, NULL, NULL, &err) != 1)
        fail_msg("unsound after %ld changes %s", after, err.text);
    int64_t events = kit_number(store, "SELECT count(*) FROM event");
    assert_int_equal(events % KIT_LINES, 0);
    assert_int_equal(
        kit_number(store, "SELECT coalesce(sum(events), 0) FROM source"),
        events);
    assert_int_equal(
        kit_number(store, "SELECT count(*) FROM chunk"), events / KIT_LINES);
    store_close(store);
}

static long count_changes(const char *path)
{
    struct err err = {0};
    store_close(kit_open(path, STORE_CREATE));
    assert_done(import_with_faults(path, -1, 0, &err), err);
    struct store *store;
    set_faults(-1, 0);
    assert_int_equal(unlink(path), 0);
    store_close(kit_open(path, STORE_CREATE));
    assert_done(store_open_vfs(&store, path, STORE_WRITE, "faulty", &err), err);
    assert_done(import_slowly(store, &err), err);
    store_close(store);
    long count = faults.done;
    assert_int_equal(unlink(path), 0);
    return count;
}

static void an_import_that_meets_a_full_disk_leaves_a_sound_case(void **state)
{
    struct kit *kit = *state;
    long count = count_changes(kit->path);
    assert_true(count > 50);
    long step = count / 60 + 1;
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        for (long after = 0; after < count; after += step) {
            struct err err = {0};
            store_close(kit_open(kit->path, STORE_CREATE));
            int rc = import_with_faults(kit->path, after, kinds[k].code, &err);
            /* The last changes of all are of the way back from the log, which
             * may fail without any harm. */
            if (rc < 0 && (err.code != kinds[k].meaning || err.text[0] == 0))
                fail_msg("after %ld: %d %s", after, err.code, err.text);
            if (rc == 0 && after < count / 2)
                fail_msg("after %ld: no error", after);
            check_sound(kit->path, after);
            assert_int_equal(unlink(kit->path), 0);
        }
    }
}

static void the_import_goes_on_when_there_is_room_again(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store;
    store_close(kit_open(kit->path, STORE_CREATE));
    assert_done(
        store_open_vfs(&store, kit->path, STORE_WRITE, "faulty", &err), err);
    set_faults(40, SQLITE_FULL);
    assert_int_equal(import_slowly(store, &err), -1);
    assert_int_equal(err.code, ERR_FULL);
    assert_non_null(strstr(err.text, "disk is full"));
    assert_int_equal(kit_import(store, "again.log", 5, NULL, &err), -1);
    assert_int_equal(err.code, ERR_FULL);
    set_faults(-1, 0);
    assert_done(kit_import(store, "again.log", 5, NULL, &err), err);
    assert_int_equal(store_verify(store, NULL, NULL, NULL, &err), 1);
    store_close(store);
}

static void a_case_that_cannot_be_made_leaves_nothing(void **state)
{
    struct kit *kit = *state;
    for (long after = 0; after < 12; after++) {
        struct store *store;
        struct err err = {0};
        set_faults(after, SQLITE_FULL);
        int rc =
            store_open_vfs(&store, kit->path, STORE_CREATE, "faulty", &err);
        if (rc == 0)
            store_close(store);
        set_faults(-1, 0);
        if (rc < 0 && access(kit->path, F_OK) == 0)
            check_sound(kit->path, after);
        if (rc < 0)
            assert_int_equal(err.code, ERR_FULL);
        unlink(kit->path);
        char *made = xasprintf("%s.new-%ld", kit->path, (long)getpid());
        assert_int_not_equal(access(made, F_OK), 0);
        free(made);
    }
}

/* Remove the bigger source and compact, with faults. */
static void compacting_with_a_full_disk_leaves_a_sound_case(void **state)
{
    struct kit *kit = *state;
    for (long after = 0; after < 60; after += 7) {
        struct err err = {0};
        struct store *store = kit_open(kit->path, STORE_CREATE);
        int64_t id = 0;
        assert_done(kit_import(store, "a.log", 8, &id, &err), err);
        assert_done(kit_import(store, "b.log", 2, NULL, &err), err);
        assert_done(source_remove(store, id, STR("not ours"), &err), err);
        store_close(store);

        uint64_t saved;
        assert_done(
            store_open_vfs(&store, kit->path, STORE_WRITE, "faulty", &err),
            err);
        set_faults(after, SQLITE_FULL);
        int rc = store_compact(store, &saved, NULL, &err);
        set_faults(-1, 0);
        store_close(store);
        if (rc < 0)
            assert_int_equal(err.code, ERR_FULL);

        store = kit_open(kit->path, STORE_WRITE);
        assert_int_equal(
            store_verify(store, print_finding, NULL, NULL, &err), 1);
        struct batches batches;
        assert_done(batches_load(store, &batches, &err), err);
        assert_int_equal(batches.events, 200);
        batches_done(&batches);
        assert_done(store_compact(store, &saved, NULL, &err), err);
        assert_int_equal(kit_number(store, "SELECT count(*) FROM event"), 200);
        store_close(store);
        assert_int_equal(unlink(kit->path), 0);
    }
}

static int register_faults(void **state)
{
    (void)state;
    faulty_register();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            an_import_that_meets_a_full_disk_leaves_a_sound_case, kit_setup,
            kit_teardown),
        cmocka_unit_test_setup_teardown(
            the_import_goes_on_when_there_is_room_again, kit_setup,
            kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_case_that_cannot_be_made_leaves_nothing, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            compacting_with_a_full_disk_leaves_a_sound_case, kit_setup,
            kit_teardown),
    };
    return cmocka_run_group_tests(tests, register_faults, NULL);
}
