#include "ui/recent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/base/stamp.h"
#include "ui/temporary.h"

static int own_state(void **state)
{
    struct temporary *folder = temporary_new(NULL);
    assert_non_null(folder);
    setenv("XDG_STATE_HOME", temporary_folder(folder), 1);
    *state = folder;
    return 0;
}

static int no_state(void **state)
{
    temporary_free(*state);
    return 0;
}

static void nothing_was_opened_at_first(void **state)
{
    (void)state;
    struct recent_list list;
    assert_int_equal(recent_load(&list, NULL), 0);
    assert_int_equal(list.count, 0);
    recent_list_done(&list);
}

static void the_newest_is_first_and_nothing_twice(void **state)
{
    (void)state;
    struct recent_list list;
    recent_add("/cases/a.spoor", "first", 1 * STAMP_SECOND, NULL);
    recent_add("/cases/b.spoor", NULL, 2 * STAMP_SECOND, NULL);
    recent_add("/cases/a.spoor", "new title", 3 * STAMP_SECOND, NULL);
    assert_int_equal(recent_load(&list, NULL), 0);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.at[0].path, "/cases/a.spoor");
    assert_string_equal(list.at[0].title, "new title");
    assert_true(list.at[0].opened == 3 * STAMP_SECOND);
    assert_string_equal(list.at[1].path, "/cases/b.spoor");
    assert_string_equal(list.at[1].title, "");
    recent_list_done(&list);
}

static void odd_names_come_back_as_they_were(void **state)
{
    (void)state;
    static const char path[] = "/c/tab\there\nand \\t\xff.spoor";
    struct recent_list list;
    recent_add(path, "a\tb\\", 0, NULL);
    assert_int_equal(recent_load(&list, NULL), 0);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.at[0].path, path);
    assert_string_equal(list.at[0].title, "a\tb\\");
    recent_list_done(&list);
}

static void a_forgotten_case_is_gone(void **state)
{
    (void)state;
    struct recent_list list;
    recent_add("/cases/a.spoor", "", 0, NULL);
    recent_add("/cases/b.spoor", "", 0, NULL);
    assert_int_equal(recent_forget("/cases/b.spoor", NULL), 0);
    assert_int_equal(recent_load(&list, NULL), 0);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.at[0].path, "/cases/a.spoor");
    recent_list_done(&list);
}

static void only_so_many_are_kept(void **state)
{
    (void)state;
    struct recent_list list;
    char path[64];
    for (int i = 0; i < RECENT_MAX + 5; i++) {
        snprintf(path, sizeof(path), "/cases/%d.spoor", i);
        recent_add(path, "", i * STAMP_SECOND, NULL);
    }
    assert_int_equal(recent_load(&list, NULL), 0);
    assert_int_equal(list.count, RECENT_MAX);
    assert_string_equal(list.at[0].path, path);
    recent_list_done(&list);
}

static void malformed_lines_are_left_out(void **state)
{
    (void)state;
    char *file = place_state("recent");
    struct recent_list list;
    recent_add("/cases/a.spoor", "", 0, NULL);
    assert_int_equal(
        file_write(
            file, STR("\n\t\t\nx\t/a\tb\n5\trelative\tb\n7\n9\t/ok\n"), NULL),
        0);
    free(file);
    assert_int_equal(recent_load(&list, NULL), 0);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.at[0].path, "/ok");
    recent_list_done(&list);
}

static void a_kept_case_is_moved_and_never_over_another(void **state)
{
    struct temporary *there = *state;
    struct temporary *temporary = temporary_new(NULL);
    struct err err = {0};
    char *kept = path_join(temporary_folder(there), "kept.spoor");
    file_write(kept, STR("another"), NULL);
    file_write(temporary_path(temporary), STR("case"), NULL);

    assert_int_equal(temporary_keep(temporary, kept, &err), -1);
    assert_non_null(strstr(err.text, "exists already"));
    assert_true(file_exists(temporary_path(temporary)));

    unlink(kept);
    assert_int_equal(temporary_keep(temporary, kept, &err), 0);
    assert_true(file_exists(kept));
    char *folder = xstrdup(temporary_folder(temporary));
    temporary_free(temporary);
    assert_false(file_exists(folder));
    free(folder);
    free(kept);
}

int main(void)
{
#define SENTENCE(name) \
    cmocka_unit_test_setup_teardown(name, own_state, no_state)
    const struct CMUnitTest tests[] = {
        SENTENCE(nothing_was_opened_at_first),
        SENTENCE(the_newest_is_first_and_nothing_twice),
        SENTENCE(odd_names_come_back_as_they_were),
        SENTENCE(a_forgotten_case_is_gone),
        SENTENCE(only_so_many_are_kept),
        SENTENCE(malformed_lines_are_left_out),
        SENTENCE(a_kept_case_is_moved_and_never_over_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
