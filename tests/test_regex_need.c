#include "parsers/regex_need.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void a_match_holds_its_literals(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *need;
    } rows[] = {
        {"^Failed", "Failed"},
        {"a?b*c+d{2}e{0,3}f{,3}g{1,}h", "cdgh"},
        {"a{x", ""},
        {"ab??c*+d++", "ad"},
        {"^[abc]d[^]e]f[]g]h", "dfh"},
        {"[[:alpha:]]x", ""},
        {"\\d\\.\\w-\\s\\[", ".-["},
        {"\\x41b\\101d\\t", "bd"},
        {"\\x{42}c", ""},
        {"\\p{Lu}a", ""},
        {"a|ab", "a"},
        {"a|", ""},
        {"x(?:a|b)y", "xy"},
        {"x(?:abc|cde)y", "xyc"},
        {"x(?:abc)?y", "xy"},
        {"x(?:abc)+y", "xabcy"},
        {"x(?:abc){0}y", "xy"},
        {"(?<user>ab)(?P<ip>cd)(e)", "abcde"},
        {"(?<user>a|b|)c", "c"},
        {"(?=ab)c(?!d)e(?<=f)g(?<!h)", "ceg"},
        {"(?i:ab)c", "c"},
        {"(?i)abc", ""},
        {"(?x) a b", ""},
        {"(?#comment)a", ""},
        {"(*UCP)a", ""},
        {"\\Qa+b\\E", ""},
        {"(a", ""},
        {"a)", ""},
        {"a\xc3\xa9z", "az"},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct byte_set want = regex_bytes(str_from(rows[i].need));
        struct byte_set need = regex_find_need(str_from(rows[i].pattern));
        if (want.bits[0] != need.bits[0] || want.bits[1] != need.bits[1])
            fail_msg("%s needs %016llx %016llx", rows[i].pattern,
                (unsigned long long)need.bits[1],
                (unsigned long long)need.bits[0]);
    }
}

static void what_a_text_lacks_turns_a_pattern_down(void **state)
{
    (void)state;
    struct regex regex;
    struct err err = {0};
    assert_int_equal(
        regex_compile(&regex, STR("^(?:<(\\d+)>)?[^,]*,(?:\\w+),"), &err), 0);
    struct byte_set with = regex_bytes(STR("1,b,c"));
    struct byte_set without = regex_bytes(STR("no such thing \xff"));
    assert_true(regex_needs_met(&regex, &with));
    assert_false(regex_needs_met(&regex, &without));
    regex_done(&regex);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_match_holds_its_literals),
        cmocka_unit_test(what_a_text_lacks_turns_a_pattern_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
