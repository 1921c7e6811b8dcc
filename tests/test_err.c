#include "src/base/err.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void an_error_gains_context_on_the_way_up(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(err_set(&err, ERR_LIMIT, "%d is too big", 7), -1);
    assert_int_equal(err_wrap(&err, "opening case %s", "a.spoor"), -1);
    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(err.text, "opening case a.spoor: 7 is too big");
}

static void errno_becomes_words_and_a_code(void **state)
{
    (void)state;
    static const struct {
        int number;
        enum err_code code;
        const char *text;
    } rows[] = {
        {ENOENT, ERR_NOT_FOUND, "reading x: No such file or directory"},
        {ENOSPC, ERR_FULL, "reading x: No space left on device"},
        {EDQUOT, ERR_FULL, "reading x: Disk quota exceeded"},
        {EACCES, ERR_IO, "reading x: Permission denied"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct err err = {0};
        errno = rows[i].number;
        assert_int_equal(err_errno(&err, "reading %s", "x"), -1);
        assert_int_equal(err.code, rows[i].code);
        assert_string_equal(err.text, rows[i].text);
    }
}

static void nobody_need_listen(void **state)
{
    (void)state;
    assert_int_equal(err_set(NULL, ERR_IO, "x"), -1);
    assert_int_equal(err_wrap(NULL, "x"), -1);
    assert_int_equal(err_errno(NULL, "x"), -1);
    err_clear(NULL);
}

static void clearing_leaves_nothing(void **state)
{
    (void)state;
    struct err err = {0};
    err_set(&err, ERR_IO, "x");
    err_clear(&err);
    assert_int_equal(err.code, ERR_NONE);
    assert_string_equal(err.text, "");
}

static void long_text_is_cut_between_characters(void **state)
{
    (void)state;
    char text[ERR_TEXT_MAX + 8];
    memset(text, 'a', ERR_TEXT_MAX - 2);
    strcpy(text + ERR_TEXT_MAX - 2, "\xE6\x97\xA5");
    struct err err = {0};
    err_set(&err, ERR_INPUT, "%s", text);
    assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 2);
    assert_int_equal(err.text[ERR_TEXT_MAX - 3], 'a');
}

static void context_gives_way_to_the_reason(void **state)
{
    (void)state;
    char context[ERR_TEXT_MAX];
    memset(context, 'c', sizeof(context) - 1);
    context[sizeof(context) - 1] = '\0';
    struct err err = {0};
    err_set(&err, ERR_INPUT, "the reason");
    err_wrap(&err, "%s", context);
    assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 1);
    assert_string_equal(err.text + ERR_TEXT_MAX - 13, ": the reason");
    err_wrap(&err, "no room left for this");
    assert_int_equal(err.text[0], 'c');
}

static void an_error_may_quote_itself(void **state)
{
    (void)state;
    struct err err = {0};
    err_set(&err, ERR_INPUT, "line 3");
    err_set(&err, ERR_LIMIT, "%s, again", err.text);
    assert_string_equal(err.text, "line 3, again");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_gains_context_on_the_way_up),
        cmocka_unit_test(errno_becomes_words_and_a_code),
        cmocka_unit_test(nobody_need_listen),
        cmocka_unit_test(clearing_leaves_nothing),
        cmocka_unit_test(long_text_is_cut_between_characters),
        cmocka_unit_test(context_gives_way_to_the_reason),
        cmocka_unit_test(an_error_may_quote_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
