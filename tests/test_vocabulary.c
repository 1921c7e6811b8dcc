#include "src/event/vocabulary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void check_sorted(const struct word *words)
{
    for (size_t i = 0; words[i].name != NULL; i++) {
        if (words[i].help == NULL || words[i].help[0] == '\0')
            fail_msg("%s has no help", words[i].name);
        if (i > 0 && strcmp(words[i - 1].name, words[i].name) >= 0)
            fail_msg("%s is out of order", words[i].name);
    }
}

static void words_are_sorted_and_explained(void **state)
{
    (void)state;
    check_sorted(vocabulary_actions);
    check_sorted(vocabulary_categories);
    check_sorted(vocabulary_outcomes);
}

static void only_words_of_the_list_are_in_it(void **state)
{
    (void)state;
    assert_true(vocabulary_has(vocabulary_actions, STR("login")));
    assert_true(vocabulary_has(vocabulary_actions, STR("account_create")));
    assert_true(
        vocabulary_has(vocabulary_categories, STR("intrusion_detection")));
    assert_true(vocabulary_has(vocabulary_outcomes, STR("unknown")));
    assert_false(vocabulary_has(vocabulary_actions, STR("log")));
    assert_false(vocabulary_has(vocabulary_actions, STR("Login")));
    assert_false(vocabulary_has(vocabulary_actions, STR("")));
}

static void severities_and_their_names_agree(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++) {
        assert_string_equal(severity_level(i), vocabulary_levels[i].name);
        assert_int_equal(severity_from_level(str_from(severity_level(i))), i);
    }
    assert_null(severity_level(-1));
    assert_null(severity_level(8));
    assert_null(vocabulary_levels[8].name);
}

static void levels_are_known_in_the_usual_spellings(void **state)
{
    (void)state;
    static const struct {
        const char *level;
        int severity;
    } rows[] = {
        {"warn", 4},
        {"WARNING", 4},
        {"err", 3},
        {"E", 3},
        {"Notice", 5},
        {"fatal", 2},
        {"trace", 7},
        {"Information", 6},
        {"emerg", 0},
        {"", -1},
        {"audit", -1},
        {"warn ", -1},
        {"4", -1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int severity = severity_from_level(str_from(rows[i].level));
        if (severity != rows[i].severity)
            fail_msg("\"%s\" gives %d", rows[i].level, severity);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_sorted_and_explained),
        cmocka_unit_test(only_words_of_the_list_are_in_it),
        cmocka_unit_test(severities_and_their_names_agree),
        cmocka_unit_test(levels_are_known_in_the_usual_spellings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
