#include "parsers/regex_scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parsers/define.h"

/* It is turned down by the same first looks. */
static void check_deferred(const struct regex *compiled, uint32_t groups)
{
    struct regex regex;
    regex_defer(&regex, compiled->text, groups);
    assert_int_equal(regex.groups, compiled->groups);
    assert_int_equal(regex.head_count, compiled->head_count);
    assert_memory_equal(regex.heads, compiled->heads, sizeof(regex.heads));
    assert_memory_equal(regex.first, compiled->first, sizeof(regex.first));
    assert_memory_equal(&regex.need, &compiled->need, sizeof(regex.need));
    regex_done(&regex);
}

/* What is found in the text is what PCRE2 finds, or the pattern is left to it.
 */
static bool check(struct str pattern)
{
    struct arena arena = {0};
    struct regex regex;
    struct err err = {0};
    struct regex_names found, compiled;
    if (regex_compile(&regex, pattern, &err) < 0)
        fail_msg("%.*s: %s", STR_ARG(pattern), err.text);
    regex_names(&regex, &arena, &compiled);
    bool followed = regex_scan(pattern, &arena, &found);
    if (followed) {
        assert_int_equal(found.groups, compiled.groups);
        assert_int_equal(found.count, compiled.count);
    }
    for (uint32_t i = 0; followed && i < found.count; i++) {
        assert_true(str_eq(found.items[i].name, compiled.items[i].name));
        assert_int_equal(found.items[i].number, compiled.items[i].number);
    }
    if (followed)
        check_deferred(&regex, found.groups);
    regex_done(&regex);
    arena_done(&arena);
    return followed;
}

static void groups_are_found_without_compiling(void **state)
{
    (void)state;
    static const char *const patterns[] = {
        "",
        "^plain",
        "(a)(?<b>c)(?:d)(?P<e>f)(?'g'h)",
        "(?=a)(?!b)(?<=c)(?<!d)(?>e)(?i)(?s-i:f)(?<name>.)",
        "\\((?<a>[()])\\)[](](?<b>[^]()])[[:alpha:](](?<c>x)",
        "[\\]()]((((?<deep>x))))\\\\(?<z>y)",
        "(?:(?<b>x)|(?<b>y)|(?<a>z)|(?<b>w))",
        "(?<user_name>a)(?<user>b)(?<User>c)(?<user1>d)",
        "a{2}(?<x>b){1,3}+\\x{28}\\p{Lu}(?<y>c)",
    };
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
        if (!check(str_from(patterns[i])))
            fail_msg("not followed: %s", patterns[i]);
}

static void what_is_not_followed_is_said(void **state)
{
    (void)state;
    static const char *const patterns[] = {
        "(?|(?<a>x)|(?<a>y))",
        "\\Q(\\E(?<a>x)",
        "(?x) ( a ) # (",
        "(?n)(a)",
        "(*UCP)(?<a>x)",
        "(?<a>x)(?(<a>)b|c)",
        "(?<a>x(?1)?)",
        "(?#()(?<a>x)",
        "(?C1)(?<a>x)",
    };
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
        if (check(str_from(patterns[i])))
            fail_msg("followed: %s", patterns[i]);
}

/* They are compiled here and, in a run, only when first matched. */
static void every_shipped_pattern_is_good(void **state)
{
    (void)state;
    struct formats *formats = formats_load(NULL);
    size_t followed = 0, patterns = 0;
    for (size_t i = 0; i < formats->count; i++) {
        const struct format *format = formats->items[i];
        for (size_t k = 0; k < format->pattern_count; k++, patterns++)
            followed += check(format->patterns[k].text);
        for (size_t k = 0; k < format->cut_count; k++, patterns++)
            followed += check(format->cuts[k].text);
    }
    assert_true(patterns > 1000);
    assert_true(followed * 100 > patterns * 99);
    formats_free(formats);
}

static void a_deferred_pattern_matches_as_a_compiled_one(void **state)
{
    (void)state;
    struct regex regex;
    struct regex_room room;
    struct str text = STR("user alice"), user;
    regex_room_init(&room, 1);
    regex_defer(&regex, STR("^user (?<user>\\w+)$"), 1);
    assert_true(regex_match(&regex, &room, text));
    assert_true(regex_group(&room, text, 1, &user));
    assert_true(str_eq(user, STR("alice")));
    assert_false(regex_match(&regex, &room, STR("nobody")));
    regex_done(&regex);

    regex_defer(&regex, STR("^user ("), 1);
    assert_false(regex_match(&regex, &room, text));
    regex_done(&regex);
    regex_room_done(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_found_without_compiling),
        cmocka_unit_test(what_is_not_followed_is_said),
        cmocka_unit_test(every_shipped_pattern_is_good),
        cmocka_unit_test(a_deferred_pattern_matches_as_a_compiled_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
