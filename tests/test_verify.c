#include "src/store/verify.h"

#include <sys/stat.h>

#include "tests/store_kit.h"

struct findings {
    int bad, good;
    char last[512];
};

static void note(void *context, const struct verify_line *line)
{
    struct findings *findings = context;
    findings->bad += line->bad;
    findings->good += !line->bad;
    snprintf(findings->last, sizeof(findings->last), "%s", line->text);
}

static int verify(struct store *store, struct findings *findings)
{
    struct err err = {0};
    *findings = (struct findings){0};
    int rc = store_verify(store, note, findings, NULL, &err);
    if (rc < 0)
        fail_msg("%s", err.text);
    return rc;
}

static void an_imported_case_is_sound(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct findings findings;
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_int_equal(verify(store, &findings), 1);
    assert_done(kit_import(store, "auth.log", 3, NULL, &err), err);
    assert_done(kit_import(store, "b.log", 2, NULL, &err), err);
    store_close(store);
    store = kit_open(kit->path, STORE_READ);
    if (verify(store, &findings) != 1)
        fail_msg("%s", findings.last);
    assert_int_equal(findings.good, 0);
    store_close(store);
}

/* What a hand in the file does, and the words that must tell of it. */
static const struct {
    const char *sql;
    const char *finding;
} damages[] = {
    {"UPDATE chunk SET running = zeroblob(32) WHERE id = 2", "not those that"},
    {"UPDATE chunk SET content = (SELECT content FROM chunk WHERE id = 1),"
     " size = (SELECT size FROM chunk WHERE id = 1) WHERE id = 2",
        "not those that"},
    {"UPDATE chunk SET content = zeroblob(200) WHERE id = 2", "unpacked"},
    {"UPDATE chunk SET size = -1 WHERE id = 2", "unpacked"},
    {"UPDATE chunk SET size = 9223372036854775807 WHERE id = 2", "unpacked"},
    {"DELETE FROM chunk WHERE id = 2", "do not join up"},
    {"DELETE FROM chunk WHERE id = 3", "should hold"},
    {"UPDATE source SET sha256 = zeroblob(32)", "SHA-256"},
    {"UPDATE source SET size = size + 5", "are here"},
    {"DELETE FROM event WHERE id = 150", "rows are missing"},
    {"UPDATE event SET offset = 99999999 WHERE id = 5", "outside the source"},
    {"UPDATE event SET offset = -1 WHERE id = 5", "outside the source"},
    {"UPDATE event SET time = 1 WHERE id = 5", "outside the times"},
    {"UPDATE event SET kind = 99 WHERE id = 5", "no kind"},
    {"UPDATE batch SET events = 7 WHERE id = 1", "count"},
    {"UPDATE batch SET first_event = 1 WHERE id = 2", "overlaps"},
    {"UPDATE custody SET detail = '{}' WHERE id = 2", "custody"},
    {"DELETE FROM custody WHERE id = 2", "custody"},
    {"UPDATE custody SET actor = 'someone@else' WHERE id = 1", "custody"},
    {"INSERT INTO chunk SELECT 9, 9, offset, size, first_line, codec,"
     " running, state, content FROM chunk WHERE id = 1",
        "no source"},
};

struct search_for {
    const char *words;
    bool found;
};

static void look_for(void *context, const struct verify_line *line)
{
    struct search_for *wanted = context;
    wanted->found |= line->bad && strstr(line->text, wanted->words) != NULL;
}

static void each_kind_of_damage_is_found_and_told(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_done(kit_import(store, "auth.log", 3, NULL, &err), err);
    for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        struct search_for wanted = {.words = damages[i].finding};
        assert_done(store_exec(store, "SAVEPOINT whole", &err), err);
        assert_done(store_exec(store, damages[i].sql, &err), err);
        assert_done(store_exec(store, "RELEASE whole", &err), err);
        int rc = store_verify(store, look_for, &wanted, NULL, &err);
        if (rc != 0 || !wanted.found)
            fail_msg("%s: %d", damages[i].sql, rc);
        store_close(store);
        assert_int_equal(unlink(kit->path), 0);
        store = kit_open(kit->path, STORE_CREATE);
        assert_done(kit_import(store, "auth.log", 3, NULL, &err), err);
    }
    store_close(store);
}

static void a_damaged_file_is_unsound_and_no_crash(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_done(kit_import(store, "auth.log", 3, NULL, &err), err);
    store_close(store);
    struct stat info;
    assert_int_equal(stat(kit->path, &info), 0);
    for (long at = 16384; at < info.st_size; at += 16384 * 3 + 4321) {
        FILE *file = fopen(kit->path, "r+");
        char old[64];
        assert_int_equal(fseek(file, at, SEEK_SET), 0);
        assert_int_equal(fread(old, 1, sizeof(old), file), sizeof(old));
        assert_int_equal(fseek(file, at, SEEK_SET), 0);
        for (size_t i = 0; i < sizeof(old); i++)
            fputc(old[i] ^ 0x5a, file);
        fclose(file);
        struct findings findings;
        if (store_open(&store, kit->path, STORE_READ, &err) == 0) {
            findings = (struct findings){0};
            store_verify(store, note, &findings, NULL, &err);
            store_close(store);
        }
        file = fopen(kit->path, "r+");
        assert_int_equal(fseek(file, at, SEEK_SET), 0);
        assert_int_equal(fwrite(old, 1, sizeof(old), file), sizeof(old));
        fclose(file);
    }
    store = kit_open(kit->path, STORE_READ);
    struct findings findings;
    assert_int_equal(verify(store, &findings), 1);
    store_close(store);
}

static void a_cancelled_verification_says_so(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_CREATE);
    assert_done(kit_import(store, "auth.log", 3, NULL, &err), err);
    struct progress progress = {0};
    progress_cancel(&progress);
    assert_int_equal(store_verify(store, NULL, NULL, &progress, &err), -1);
    assert_int_equal(err.code, ERR_CANCELLED);
    store_close(store);
}

static void compacting_gives_back_what_was_removed_and_says_so(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct findings findings;
    struct store *store = kit_open(kit->path, STORE_CREATE);
    int64_t first;
    int64_t second;
    assert_done(kit_import(store, "auth.log", 40, &first, &err), err);
    assert_done(kit_import(store, "b.log", 2, &second, &err), err);
    assert_done(source_remove(store, first, STR("other customer"), &err), err);
    assert_int_equal(verify(store, &findings), 1);

    struct batches batches;
    assert_done(batches_load(store, &batches, &err), err);
    assert_int_equal(batches.events, 200);
    int64_t id = batches.at[0].first_event;
    batches_done(&batches);

    uint64_t saved;
    assert_done(store_compact(store, &saved, NULL, &err), err);
    assert_true(saved > 100000);
    assert_int_equal(kit_number(store, "SELECT count(*) FROM event"), 200);
    assert_int_equal(kit_number(store, "SELECT min(id) FROM event"), id);
    assert_int_equal(
        kit_number(store, "SELECT count(*) FROM custody WHERE action ="
                          " 'compacted' AND source = 1"),
        1);
    if (verify(store, &findings) != 1)
        fail_msg("%s", findings.last);
    store_close(store);

    store = kit_open(kit->path, STORE_READ);
    struct content *content = content_new(store);
    struct buf bytes = {0};
    assert_done(content_read(content, second, 0, 10, &bytes, &err), err);
    assert_int_equal(content_read(content, first, 0, 10, &bytes, &err), -1);
    buf_done(&bytes);
    content_free(content);
    store_close(store);
}

static void a_source_that_another_continues_stays(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct findings findings;
    struct store *store = kit_open(kit->path, STORE_CREATE);
    struct import *import;
    struct hash *hash = hash_new(HASH_SHA256);
    struct source first = kit_source("auth.log");
    struct source tail = kit_source("auth.log");
    assert_done(import_begin(store, &import, &err), err);
    assert_done(import_source_begin(import, &first, &err), err);
    assert_done(kit_put(import, &first, hash, 0, 100, &err), err);
    first.size = first.stored;
    first.sha256 = hash_digest(hash);
    first.state = SOURCE_COMPLETE;
    assert_done(import_source_end(import, &first, &err), err);
    tail.continues = first.id;
    tail.continues_at = tail.stored = first.size;
    assert_done(import_source_begin(import, &tail, &err), err);
    assert_done(kit_put(import, &tail, hash, 100, 10, &err), err);
    tail.size = tail.stored;
    tail.sha256 = hash_digest(hash);
    tail.state = SOURCE_COMPLETE;
    assert_done(import_source_end(import, &tail, &err), err);
    assert_done(import_end(import, &err), err);
    if (verify(store, &findings) != 1)
        fail_msg("%s", findings.last);

    assert_int_equal(source_remove(store, first.id, STR("x"), &err), -1);
    assert_non_null(strstr(err.text, "source 2 continues it"));
    assert_done(source_remove(store, tail.id, STR("x"), &err), err);
    assert_done(source_remove(store, first.id, STR("x"), &err), err);
    hash_free(hash);
    source_done(&first);
    source_done(&tail);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            an_imported_case_is_sound, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            each_kind_of_damage_is_found_and_told, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_damaged_file_is_unsound_and_no_crash, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_cancelled_verification_says_so, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(
            compacting_gives_back_what_was_removed_and_says_so, kit_setup,
            kit_teardown),
        cmocka_unit_test_setup_teardown(
            a_source_that_another_continues_stays, kit_setup, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
