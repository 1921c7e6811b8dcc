#include "ui/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/file.h"
#include "ui/key.h"
#include "ui/temporary.h"

static int own_folder(void **state)
{
    struct temporary *folder = temporary_new(NULL);
    assert_non_null(folder);
    setenv("XDG_CONFIG_HOME", temporary_folder(folder), 1);
    char *path = place_config("");
    file_make_directories(path, NULL);
    free(path);
    *state = folder;
    return 0;
}

static int no_folder(void **state)
{
    temporary_free(*state);
    return 0;
}

static void load(const char *text, struct config *config)
{
    struct err err = {0};
    char *path = place_config("config.yaml");
    assert_int_equal(file_write(path, str_from(text), NULL), 0);
    if (config_load(NULL, config, &err) < 0)
        fail_msg("%s", err.text);
    free(path);
}

/* Each of these lines must be told, with its number. */
static void expect_problem(const char *text, const char *said)
{
    struct config config;
    load(text, &config);
    if (strstr(buf_cstr(&config.problems), said) == NULL)
        fail_msg("'%s' says: %s", text, buf_cstr(&config.problems));
    config_done(&config);
}

static void without_a_file_nothing_is_said(void **state)
{
    (void)state;
    struct config config;
    assert_int_equal(config_load(NULL, &config, NULL), 0);
    assert_null(config.theme);
    assert_false(config.mouse);
    assert_int_equal(config.ambiguous, 0);
    assert_null(config_find(&config, "filter"));
    assert_int_equal(config.problems.len, 0);
    config_done(&config);
}

static void what_is_said_is_taken(void **state)
{
    (void)state;
    struct config config;
    load("theme: light\nmouse: yes\nambiguous: 2\nkeys:\n  filter: F8\n"
         "  star: [b, '*', C-b]\n  quit: none\n",
        &config);
    assert_string_equal(buf_cstr(&config.problems), "");
    assert_string_equal(config.theme->name, "light");
    assert_true(config.mouse);
    assert_int_equal(config.ambiguous, 2);
    assert_int_equal(config_find(&config, "filter")->keys[0], UIKEY_F1 + 7);
    assert_int_equal(config_find(&config, "filter")->keys[1], UIKEY_NONE);
    assert_int_equal(config_find(&config, "star")->keys[1], '*');
    assert_int_equal(config_find(&config, "star")->keys[2], UIKEY_CTRL('b'));
    assert_int_equal(config_find(&config, "quit")->keys[0], UIKEY_NONE);
    assert_int_equal(config_find(&config, "quit")->line, 7);
    config_done(&config);
}

static void what_is_wrong_is_set_aside_with_its_line(void **state)
{
    (void)state;
    expect_problem("theme: pink\n", "config.yaml:1: no theme 'pink'");
    expect_problem("\nmouse: maybe\n", ":2: mouse is yes or no, not 'maybe'");
    expect_problem("ambiguous: 3\n", ":1: ambiguous is 1, 2 or ask, not '3'");
    expect_problem("colour: 3\n", ":1: no setting is called 'colour'");
    expect_problem("mouse: [yes]\n", ":1: wrong kind of value for 'mouse'");
    expect_problem("keys:\n  a: xyz\n", ":2: no key is called 'xyz'");
    expect_problem(
        "keys:\n  a: [b, c, d, e]\n", ":2: up to three keys are wanted");
    expect_problem("just text\n", ":1: not a list of NAME: VALUE");
}

static void the_rest_holds_beside_a_mistake(void **state)
{
    (void)state;
    struct config config;
    load("theme: pink\nmouse: on\nkeys:\n  a: xyz\n  b: Tab\n", &config);
    assert_true(config.mouse);
    assert_null(config_find(&config, "a"));
    assert_int_equal(config_find(&config, "b")->keys[0], UIKEY_TAB);
    config_done(&config);
}

static void what_is_no_yaml_is_an_error_and_the_defaults_hold(void **state)
{
    (void)state;
    struct config config;
    struct err err = {0};
    char *path = place_config("config.yaml");
    file_write(path, STR("theme: [light\n"), NULL);
    assert_int_equal(config_load(NULL, &config, &err), -1);
    assert_non_null(strstr(err.text, "config.yaml"));
    assert_null(config.theme);
    config_done(&config);
    free(path);
}

int main(void)
{
#define SENTENCE(name) \
    cmocka_unit_test_setup_teardown(name, own_folder, no_folder)
    const struct CMUnitTest tests[] = {
        SENTENCE(without_a_file_nothing_is_said),
        SENTENCE(what_is_said_is_taken),
        SENTENCE(what_is_wrong_is_set_aside_with_its_line),
        SENTENCE(the_rest_holds_beside_a_mistake),
        SENTENCE(what_is_no_yaml_is_an_error_and_the_defaults_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
