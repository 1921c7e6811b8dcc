#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parsers/attributes.h"

static void expect(
    const struct pairs *pairs, const char *name, const char *value)
{
    struct str got = {0};
    assert_true(pairs_find(pairs, str_from(name), &got));
    assert_int_equal(got.len, str_from(value).len);
    assert_true(str_eq(got, str_from(value)));
}

static void cef_values_end_where_the_next_name_begins(void **state)
{
    struct pairs pairs = {0};
    (void)state;
    attributes_read_cef(&pairs,
        STR(" src=192.0.2.7 msg=two words, a\\=b and c\\|d\\\\e filePath="
            "C:\\Temp\\x request=http://example.com/?q=1&r=2 empty= end=1"));
    assert_int_equal(pairs.count, 6);
    expect(&pairs, "src", "192.0.2.7");
    expect(&pairs, "msg", "two words, a=b and c|d\\e");
    expect(&pairs, "filePath", "C:\\Temp\\x");
    expect(&pairs, "request", "http://example.com/?q=1&r=2");
    expect(&pairs, "empty", "");
    expect(&pairs, "end", "1");
    pairs_done(&pairs);
}

static void cef_labels_name_their_values(void **state)
{
    struct pairs pairs = {0};
    struct str value;
    (void)state;
    attributes_read_cef(
        &pairs, STR("cs1Label=Rule Name cs1=allow all cn1=7 cn1Label=Size (kB) "
                    "cs2Label=Alone Label=x"));
    expect(&pairs, "RuleName", "allow all");
    expect(&pairs, "SizekB", "7");
    expect(&pairs, "cs1Label", "");
    expect(&pairs, "cs2Label", "Alone");
    expect(&pairs, "Label", "x");
    assert_false(pairs_find(&pairs, STR("cs1"), &value));
    pairs_done(&pairs);
}

static void cef_takes_anything(void **state)
{
    static const char *const texts[] = {
        "", " ", "=", "a", "a=", "\\", "a=\\", "= b=c", "no names here", "[=x"};
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct pairs pairs = {0};
        attributes_read_cef(&pairs, str_from(texts[i]));
        attributes_read_leef(&pairs, str_from(texts[i]));
        pairs_done(&pairs);
    }
}

static void leef_is_parted_by_what_it_says(void **state)
{
    static const char *const texts[] = {
        "src=192.0.2.7\tname=a b\tnote=x=y",
        "|src=192.0.2.7\tname=a b\tnote=x=y",
        "^|src=192.0.2.7^name=a b^note=x=y",
        "x5E|src=192.0.2.7^name=a b^note=x=y",
        "0x5e|src=192.0.2.7^name=a b^note=x=y",
        "x005E|src=192.0.2.7^name=a b^note=x=y",
        "0x09|src=192.0.2.7\tname=a b\tnote=x=y",
        "\\t|src=192.0.2.7\tname=a b\tnote=x=y",
        "||src=192.0.2.7|name=a b|note=x=y",
        "src=192.0.2.7#011name=a b#011note=x=y",
        "src=192.0.2.7 name=a b note=x=y",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct pairs pairs = {0};
        attributes_read_leef(&pairs, str_from(texts[i]));
        assert_int_equal(pairs.count, 3);
        expect(&pairs, "src", "192.0.2.7");
        expect(&pairs, "name", "a b");
        expect(&pairs, "note", "x=y");
        pairs_done(&pairs);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cef_values_end_where_the_next_name_begins),
        cmocka_unit_test(cef_labels_name_their_values),
        cmocka_unit_test(cef_takes_anything),
        cmocka_unit_test(leef_is_parted_by_what_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
