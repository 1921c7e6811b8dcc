#include "tests/ingest_kit.h"
#include "tests/login_kit.h"

enum { RECORD = 292, MIB = 1 << 20 };
#define LAST_UID UINT64_C(4000000)

/* A lastlog of more than a gigabyte, nearly all of it a hole. False where the
 * file system has none. */
static bool make_lastlog(const struct kit *kit)
{
    static const uint64_t uids[] = {0, 1000, LAST_UID};
    char *path = kit_at(kit, "lastlog");
    int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
    assert_true(fd >= 0);
    for (size_t i = 0; i < 3; i++) {
        char record[RECORD] = {0};
        kit_put_number(
            record, (struct kit_place){0, 4}, false, KIT_LOGIN_TIME + i);
        kit_put_text(record, (struct kit_place){4, 32}, "pts/0");
        assert_int_equal(
            pwrite(fd, record, sizeof(record), (off_t)(uids[i] * RECORD)),
            sizeof(record));
    }
    struct stat status;
    assert_int_equal(fstat(fd, &status), 0);
    close(fd);
    kit_touch(path, KIT_MTIME);
    return status.st_blocks < 4 * MIB / 512;
}

/* The next test of a machine without holes. */
#define NEED_HOLES(kit)                              \
    do {                                             \
        if (!make_lastlog(kit)) {                    \
            print_message("skip - no holes here\n"); \
            skip();                                  \
        }                                            \
    } while (0)

static void a_long_hole_costs_nothing_and_is_passed_over(void **state)
{
    struct kit *kit = *state;
    NEED_HOLES(kit);
    struct ingest_summary summary = kit_add(kit, "lastlog");
    assert_int_equal(summary.events, 3);
    assert_int_equal(summary.damaged, 0);
    struct source source = kit_stored(kit, 1);
    assert_int_equal(source.state, SOURCE_COMPLETE);
    assert_int_equal(source.size, (LAST_UID + 1) * RECORD);
    assert_int_equal(source.stored, source.size);
    assert_non_null(strstr(source.note, "holes"));
    source_done(&source);
    assert_true(kit_ask(kit, "SELECT count(*) FROM chunk") <= 4);
    assert_int_equal(
        kit_ask(kit, "SELECT count(*) FROM chunk WHERE codec = 2"), 1);
    assert_int_equal(
        kit_ask(kit, "SELECT max(offset) FROM events"), LAST_UID * RECORD);
}

static void a_hole_reads_as_zeros(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct buf bytes = {0};
    NEED_HOLES(kit);
    kit_add(kit, "lastlog");
    struct store *store = kit_open(kit->path, STORE_READ);
    struct content *content = content_new(store);
    uint64_t at = 700 * (uint64_t)MIB - 5;
    assert_done(content_read(content, 1, at, 2 * MIB, &bytes, &err), err);
    assert_int_equal(bytes.len, 2 * MIB);
    assert_int_equal(str_count_char(buf_str(&bytes), '\0'), 2 * MIB);
    assert_int_equal(content_data_at(content, 1, 5), 5);
    uint64_t data = content_data_at(content, 1, at);
    assert_true(data > at && data <= LAST_UID * RECORD);
    assert_int_equal(content_data_at(content, 1, data), data);
    content_free(content);
    store_close(store);
    buf_done(&bytes);
}

static void a_case_with_a_hole_verifies(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    NEED_HOLES(kit);
    kit_add(kit, "lastlog");
    struct store *store = kit_open(kit->path, STORE_WRITE);
    assert_int_equal(store_verify(store, NULL, NULL, NULL, &err), 1);
    assert_done(store_exec(store,
                    "UPDATE chunk SET size = size - 292 WHERE codec = 2", &err),
        err);
    assert_int_equal(store_verify(store, NULL, NULL, NULL, &err), 0);
    store_close(store);
}

static void the_same_sparse_file_adds_nothing(void **state)
{
    struct kit *kit = *state;
    NEED_HOLES(kit);
    kit_add(kit, "lastlog");
    struct ingest_summary summary = kit_add(kit, "lastlog");
    assert_int_equal(summary.duplicates, 1);
    assert_int_equal(summary.added, 0);
    kit_assert_events(kit, 3);
}

/* As a kill right behind the hole leaves it: the bytes up to there. */
static void cut_back(struct kit *kit)
{
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_WRITE);
    assert_done(
        store_exec(store,
            "DELETE FROM event; DELETE FROM batch;"
            "DELETE FROM chunk WHERE offset > (SELECT offset FROM chunk WHERE"
            " codec = 2);"
            "UPDATE source SET state = 0, events = 0, note = '', stored ="
            " (SELECT max(offset + size) FROM chunk)",
            &err),
        err);
    store_close(store);
}

static void an_import_goes_on_behind_a_hole(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    NEED_HOLES(kit);
    kit_add(kit, "lastlog");
    cut_back(kit);
    kit_add(kit, "lastlog");
    kit_assert_events(kit, 3);
    assert_int_equal(kit_ask(kit, "SELECT count(*) FROM source"), 1);
    struct source source = kit_stored(kit, 1);
    assert_int_equal(source.stored, source.size);
    assert_non_null(strstr(source.note, "holes"));
    source_done(&source);
    struct store *store = kit_open(kit->path, STORE_READ);
    assert_int_equal(store_verify(store, NULL, NULL, NULL, &err), 1);
    store_close(store);
}

static void a_short_hole_is_hashed_as_the_zeros_it_is(void **state)
{
    struct kit *kit = *state;
    struct buf bytes = {0};
    buf_reserve(&bytes, 1001 * RECORD);
    memset(bytes.ptr, 0, 1001 * RECORD);
    bytes.len = 1001 * RECORD;
    kit_put_number(bytes.ptr + 1000 * RECORD, (struct kit_place){0, 4}, false,
        KIT_LOGIN_TIME);
    kit_write(kit, "lastlog", bytes.ptr, bytes.len);
    kit_add(kit, "lastlog");
    struct source source = kit_stored(kit, 1);
    struct digest digest = hash_of(HASH_SHA256, buf_str(&bytes));
    assert_true(digest_eq(&digest, &source.sha256));
    assert_string_equal(source.note, "");
    source_done(&source);
    buf_done(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_TEST(a_long_hole_costs_nothing_and_is_passed_over),
        KIT_TEST(a_hole_reads_as_zeros),
        KIT_TEST(a_case_with_a_hole_verifies),
        KIT_TEST(the_same_sparse_file_adds_nothing),
        KIT_TEST(an_import_goes_on_behind_a_hole),
        KIT_TEST(a_short_hole_is_hashed_as_the_zeros_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
