#include "src/base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Each test runs in an empty directory of its own, which is gone after it. */
static int enter_folder(void **state)
{
    char folder[] = "/tmp/spoor-test-XXXXXX";
    if (mkdtemp(folder) == NULL || chdir(folder) != 0)
        return -1;
    *state = strdup(folder);
    return 0;
}

static int leave_folder(void **state)
{
    static const char *const left[] = {"f", "a/b/c", "a/b", "a"};
    for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
        remove(left[i]);
    int rc = chdir("/") == 0 ? rmdir(*state) : -1;
    free(*state);
    return rc;
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(file_write("f", STR("first"), &err), 0);
    assert_int_equal(file_write("f", STR("a\0b"), &err), 0);
    struct buf content = {0};
    buf_add_char(&content, '<');
    assert_int_equal(file_read("f", 3, &content, &err), 0);
    assert_true(str_eq(buf_str(&content), STR("<a\0b")));
    buf_done(&content);
}

static void a_long_file_is_refused_whole(void **state)
{
    (void)state;
    static char text[200000];
    struct err err = {0};
    struct buf content = {0};
    file_write("f", str_make(text, sizeof(text)), NULL);
    assert_int_equal(file_read("f", sizeof(text), &content, &err), 0);
    assert_int_equal(content.len, sizeof(text));
    assert_int_equal(file_read("f", sizeof(text) - 1, &content, &err), -1);
    assert_int_equal(err.code, ERR_LIMIT);
    assert_int_equal(content.len, sizeof(text));
    buf_done(&content);
}

static void what_is_not_there_says_so(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf content = {0};
    assert_int_equal(file_read("no\nfile", 10, &content, &err), -1);
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_string_equal(
        err.text, "opening no\\nfile: No such file or directory");
    assert_int_equal(file_read(".", 10, &content, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    assert_false(file_exists("f"));
    buf_done(&content);
}

static void only_files_are_replaced(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(file_write("/dev/null", STR("x"), &err), -1);
    assert_string_equal(
        err.text, "writing /dev/null: it is not a regular file");
    assert_int_equal(file_write("none/f", STR("x"), &err), -1);
    assert_int_equal(err.code, ERR_NOT_FOUND);
}

static void directories_are_made_as_deep_as_needed(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(file_make_directories("a/b//c/", &err), 0);
    assert_int_equal(file_make_directories("a/b/c", &err), 0);
    assert_true(file_exists("a/b/c"));
    file_write("f", STR(""), NULL);
    assert_int_equal(file_make_directories("f/x", &err), -1);
    assert_string_equal(err.text, "making the directory f: File exists");
}

static void paths_come_apart_and_together(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"a/b.log", "a", "b.log"},
        {"b.log", "", "b.log"},
        {"/b.log", "/", "b.log"},
        {"a/b/", "a", "b"},
        {"a//b", "a", "b"},
        {"/", "/", ""},
        {"", "", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct str path = str_from(rows[i][0]);
        if (!str_eq(path_folder(path), str_from(rows[i][1])) ||
            !str_eq(path_last(path), str_from(rows[i][2])))
            fail_msg("%s: %.*s and %.*s", rows[i][0],
                STR_ARG(path_folder(path)), STR_ARG(path_last(path)));
    }
    static const char *const joined[][3] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"", "b", "b"}};
    for (size_t i = 0; i < sizeof(joined) / sizeof(joined[0]); i++) {
        char *path = path_join(joined[i][0], joined[i][1]);
        assert_string_equal(path, joined[i][2]);
        free(path);
    }
}

static void check_place(char *place, const char *expected)
{
    if (expected == NULL)
        assert_null(place);
    else
        assert_string_equal(place, expected);
    free(place);
}

static void places_follow_the_environment(void **state)
{
    (void)state;
    setenv("HOME", "/home/alice", 1);
    setenv("XDG_CONFIG_HOME", "/etc/alice", 1);
    setenv("XDG_DATA_HOME", "relative", 1);
    unsetenv("XDG_STATE_HOME");
    check_place(place_config("config.yaml"), "/etc/alice/spoor/config.yaml");
    check_place(place_data("x"), "/home/alice/.local/share/spoor/x");
    check_place(place_state("x"), "/home/alice/.local/state/spoor/x");
    unsetenv("HOME");
    check_place(place_state("x"), NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            what_is_written_reads_back, enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(
            a_long_file_is_refused_whole, enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(
            what_is_not_there_says_so, enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(
            only_files_are_replaced, enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(
            directories_are_made_as_deep_as_needed, enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(
            paths_come_apart_and_together, enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(
            places_follow_the_environment, enter_folder, leave_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
