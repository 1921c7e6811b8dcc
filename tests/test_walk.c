#include "tests/ingest_kit.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "src/ingest/walk.h"

static void collect(struct kit *kit, struct walk *walk, const char *name)
{
    char *paths[] = {kit_at(kit, name)};
    walk_collect(walk, paths, 1, NULL);
}

static void assert_name(const struct walk *walk, size_t i, const char *name)
{
    assert_true(i < walk->count);
    const char *slash = strrchr(walk->entries[i].path, '/');
    assert_string_equal(slash + 1, name);
}

static void rotated_sets_come_oldest_first(void **state)
{
    struct kit *kit = *state;
    kit_folder(kit, "d");
    static const char *const names[] = {"auth.log", "auth.log.1",
        "auth.log.10.gz", "auth.log.2.gz", "messages-20260301",
        "messages-20260222", "messages", "b"};
    for (size_t i = 0; i < 8; i++) {
        char path[64];
        snprintf(path, sizeof(path), "d/%s", names[i]);
        kit_text(kit, path, "x");
    }
    struct walk walk;
    collect(kit, &walk, "d");
    static const char *const expected[] = {"auth.log.10.gz", "auth.log.2.gz",
        "auth.log.1", "auth.log", "b", "messages-20260222", "messages-20260301",
        "messages"};
    assert_int_equal(walk.count, 8);
    for (size_t i = 0; i < 8; i++)
        assert_name(&walk, i, expected[i]);
    assert_int_equal(walk.total, 8);
    walk_done(&walk);
}

static void loops_of_links_end(void **state)
{
    struct kit *kit = *state;
    kit_folder(kit, "d");
    kit_folder(kit, "d/e");
    kit_text(kit, "d/e/x.log", "x");
    assert_int_equal(symlink("../..", kit_at(kit, "d/e/up")), 0);
    assert_int_equal(symlink("self", kit_at(kit, "d/self")), 0);
    struct walk walk;
    collect(kit, &walk, "d");
    assert_int_equal(walk.count, 2);
    assert_name(&walk, 0, "x.log");
    assert_name(&walk, 1, "self");
    assert_non_null(walk.entries[1].skip);
    walk_done(&walk);
}

static void pipes_and_sockets_are_named_but_not_read(void **state)
{
    struct kit *kit = *state;
    kit_folder(kit, "d");
    assert_int_equal(mkfifo(kit_at(kit, "d/pipe"), 0600), 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(
        address.sun_path, sizeof(address.sun_path), "%s/d/socket", kit->folder);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    struct walk walk;
    collect(kit, &walk, "d");
    assert_int_equal(walk.count, 2);
    assert_non_null(strstr(walk.entries[0].skip, "pipe"));
    assert_non_null(strstr(walk.entries[1].skip, "socket"));
    assert_int_equal(walk.total, 0);
    walk_done(&walk);
    close(fd);
}

static void a_pattern_is_used_only_when_no_file_has_that_name(void **state)
{
    struct kit *kit = *state;
    kit_folder(kit, "d");
    kit_text(kit, "d/a[1].log", "x");
    kit_text(kit, "d/a1.log", "x");
    struct walk walk;
    collect(kit, &walk, "d/a[1].log");
    assert_int_equal(walk.count, 1);
    assert_name(&walk, 0, "a[1].log");
    walk_done(&walk);
    collect(kit, &walk, "d/a?.log");
    assert_int_equal(walk.count, 1);
    assert_name(&walk, 0, "a1.log");
    walk_done(&walk);
    collect(kit, &walk, "d/none*");
    assert_int_equal(walk.count, 0);
    assert_non_null(walk.missing);
    walk_done(&walk);
}

static void a_case_never_takes_itself_in(void **state)
{
    struct kit *kit = *state;
    kit_folder(kit, "d");
    kit_text(kit, "d/c.spoor", "x");
    kit_text(kit, "d/c.spoor-wal", "x");
    kit_text(kit, "d/c.log", "x");
    struct walk walk;
    char *paths[] = {kit_at(kit, "d")};
    walk_collect(&walk, paths, 1, kit_at(kit, "d/c.spoor"));
    assert_int_equal(walk.count, 1);
    assert_name(&walk, 0, "c.log");
    walk_done(&walk);
}

static void a_rotated_name_gives_its_date(void **state)
{
    (void)state;
    char text[STAMP_TEXT_MAX];
    stamp_format(walk_rotation_date("x/auth.log-20260304.gz"),
        STAMP_PRECISION_S, 0, text);
    assert_string_equal(text, "2026-03-05T00:00:00Z");
    assert_true(walk_rotation_date("auth.log.1") == STAMP_NONE);
    assert_true(walk_rotation_date("auth.log-20269999") == STAMP_NONE);
    struct str stem = walk_stem("x/auth.log.2.gz");
    assert_int_equal(stem.len, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_TEST(rotated_sets_come_oldest_first),
        KIT_TEST(loops_of_links_end),
        KIT_TEST(pipes_and_sockets_are_named_but_not_read),
        KIT_TEST(a_pattern_is_used_only_when_no_file_has_that_name),
        KIT_TEST(a_case_never_takes_itself_in),
        cmocka_unit_test(a_rotated_name_gives_its_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
