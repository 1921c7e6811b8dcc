#include "src/base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void slices_compare_by_bytes(void **state)
{
    (void)state;
    assert_true(str_eq(STR("root"), STR("root")));
    assert_false(str_eq(STR("root"), STR("Root")));
    assert_true(str_eq((struct str){0}, STR("")));
    assert_true(str_eq_nocase(STR("Failed"), STR("fAILED")));
    assert_false(str_eq_nocase(STR("\xC4"), STR("\xE4")));
    assert_true(str_compare(STR("ab"), STR("abc")) < 0);
    assert_true(str_compare(STR("\xFF"), STR("a")) > 0);
    assert_int_equal(str_compare(STR("a"), STR("a")), 0);
}

static void prefixes_and_suffixes_may_be_longer_than_the_text(void **state)
{
    (void)state;
    assert_true(str_starts_with(STR("sshd[12]"), STR("sshd")));
    assert_false(str_starts_with(STR("ssh"), STR("sshd")));
    assert_true(str_ends_with(STR("auth.log.gz"), STR(".gz")));
    assert_false(str_ends_with(STR("gz"), STR(".gz")));
    assert_true(str_ends_with((struct str){0}, STR("")));
}

static void finding_tells_the_position_or_minus_one(void **state)
{
    (void)state;
    struct str text = STR("a\0b=c=d");
    assert_int_equal(str_find(text, STR("b=")), 2);
    assert_int_equal(str_find(text, STR("x")), -1);
    assert_int_equal(str_find(text, STR("")), 0);
    assert_int_equal(str_find((struct str){0}, STR("a")), -1);
    assert_int_equal(str_find_char(text, '='), 3);
    assert_int_equal(str_find_last_char(text, '='), 5);
    assert_int_equal(str_find_char((struct str){0}, 'a'), -1);
    assert_int_equal(str_find_last_char(text, 'x'), -1);
}

static void parts_are_clipped_to_the_text(void **state)
{
    (void)state;
    struct str text = STR("accepted");
    assert_true(str_eq(str_sub(text, 2, 3), STR("cep")));
    assert_true(str_eq(str_sub(text, 6, SIZE_MAX), STR("ed")));
    assert_int_equal(str_sub(text, SIZE_MAX, 2).len, 0);
    assert_true(str_eq(str_from_index(text, 6), STR("ed")));
    assert_int_equal(str_from_index((struct str){0}, 9).len, 0);
}

static void trimming_takes_white_space_only(void **state)
{
    (void)state;
    assert_true(str_eq(str_trim(STR(" \t a b \r\n")), STR("a b")));
    assert_true(str_eq(str_trim_end(STR(" a\n")), STR(" a")));
    assert_int_equal(str_trim(STR("  ")).len, 0);
    assert_true(str_eq(str_trim(STR("\xA0x")), STR("\xA0x")));
}

static void cutting_walks_through_the_parts(void **state)
{
    (void)state;
    struct str text = STR("a,,b");
    assert_true(str_eq(str_cut(&text, ','), STR("a")));
    assert_true(str_eq(str_cut(&text, ','), STR("")));
    assert_true(str_eq(str_cut(&text, ','), STR("b")));
    assert_int_equal(text.len, 0);
    assert_int_equal(str_cut(&text, ',').len, 0);
}

static void whole_numbers_fit_or_are_refused(void **state)
{
    (void)state;
    uint64_t u = 7;
    assert_true(str_to_u64(STR("18446744073709551615"), &u));
    assert_true(u == UINT64_MAX);
    assert_false(str_to_u64(STR("18446744073709551616"), &u));
    assert_false(str_to_u64(STR("+1"), &u));
    assert_false(str_to_u64(STR("1 "), &u));
    assert_false(str_to_u64(STR(""), &u));
    assert_true(u == UINT64_MAX);

    int64_t i = 7;
    assert_true(str_to_i64(STR("-9223372036854775808"), &i));
    assert_true(i == INT64_MIN);
    assert_false(str_to_i64(STR("-9223372036854775809"), &i));
    assert_false(str_to_i64(STR("9223372036854775808"), &i));
    assert_true(str_to_i64(STR("+9223372036854775807"), &i));
    assert_true(i == INT64_MAX);
    assert_true(str_to_i64(STR("-0"), &i));
    assert_int_equal(i, 0);
    assert_false(str_to_i64(STR("-"), &i));
    assert_false(str_to_i64(STR("--1"), &i));
}

static void decimals_are_finite_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {
        {"0", 0},
        {"-12.5", -12.5},
        {".5", 0.5},
        {"5.", 5},
        {"1e3", 1000},
        {"2.5E-1", 0.25},
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        double value = -1;
        if (!str_to_double(str_from(good[i].text), &value) ||
            value < good[i].value || value > good[i].value)
            fail_msg("%s gave %g", good[i].text, value);
    }
    static const char *const bad[] = {
        "",
        "-",
        ".",
        "e1",
        "1e",
        "1e+",
        "inf",
        "nan",
        "0x10",
        " 1",
        "1 ",
        "1,5",
        "1e999",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        double value;
        if (str_to_double(str_from(bad[i]), &value))
            fail_msg("'%s' was taken for a number", bad[i]);
    }
}

static void a_very_long_decimal_is_read_whole(void **state)
{
    (void)state;
    char digits[200];
    memset(digits, '0', sizeof(digits));
    digits[sizeof(digits) - 1] = '7';
    double value = 0;
    assert_true(str_to_double(str_make(digits, sizeof(digits)), &value));
    assert_true(value > 6.5 && value < 7.5);
}

/* Cases hold these values: a change here makes stored filters lie. */
static void the_hash_never_changes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t hash;
    } known[] = {
        {"", 0x0EDEB4250432BED6},
        {"a", 0xC16421B1C7ABA796},
        {"root", 0xDA9B110E22BCAD88},
        {"192.0.2.7", 0x46EEC3CF92718398},
        {"0123456789abcdef", 0x622BDA53D65C0A34},
        {"0123456789abcdefg", 0x65271DA034C18E3D},
        {"Accepted publickey for alice from 192.0.2.7", 0x00EDEE12B600335F},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        uint64_t hash = str_hash(str_from(known[i].text));
        if (hash != known[i].hash)
            fail_msg("'%s' now hashes to %016llx", known[i].text,
                (unsigned long long)hash);
    }
    assert_true(str_hash((struct str){0}) == str_hash(STR("")));
}

static void the_hash_tells_zeros_of_different_lengths_apart(void **state)
{
    (void)state;
    static const char zeros[64];
    uint64_t seen[sizeof(zeros)];
    for (size_t len = 0; len < sizeof(zeros); len++) {
        seen[len] = str_hash(str_make(zeros, len));
        for (size_t other = 0; other < len; other++)
            assert_true(seen[other] != seen[len]);
    }
}

static void the_hash_changes_about_half_its_bits_with_any_input_bit(
    void **state)
{
    (void)state;
    char text[] = "Failed password for root from 192.0.2.7 port 50022 ssh2";
    size_t len = strlen(text);
    uint64_t before = str_hash(str_make(text, len));
    for (size_t bit = 0; bit < 8 * len; bit++) {
        text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
        uint64_t changed = before ^ str_hash(str_make(text, len));
        text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
        int count = 0;
        for (; changed != 0; changed &= changed - 1)
            count++;
        if (count < 10 || count > 54)
            fail_msg("input bit %zu changes %d bits", bit, count);
    }
}

static void distance_counts_edits_and_ignores_case(void **state)
{
    (void)state;
    assert_int_equal(str_distance(STR("src_ip"), STR("SRC_IP")), 0);
    assert_int_equal(str_distance(STR("srcip"), STR("src_ip")), 1);
    assert_int_equal(str_distance(STR("kitten"), STR("sitting")), 3);
    assert_int_equal(str_distance(STR(""), STR("abc")), 3);
}

static void slices_past_64_bytes_are_entirely_different(void **state)
{
    (void)state;
    char text[65];
    memset(text, 'a', sizeof(text));
    struct str same = str_make(text, sizeof(text));
    assert_int_equal(str_distance(same, same), 65);
    assert_int_equal(str_distance(str_sub(same, 0, 64), STR("")), 64);
}

static void a_copy_is_terminated(void **state)
{
    (void)state;
    char *copy = str_dup(str_sub(STR("alice:x"), 0, 5));
    assert_string_equal(copy, "alice");
    free(copy);
    copy = str_dup((struct str){0});
    assert_string_equal(copy, "");
    free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_compare_by_bytes),
        cmocka_unit_test(prefixes_and_suffixes_may_be_longer_than_the_text),
        cmocka_unit_test(finding_tells_the_position_or_minus_one),
        cmocka_unit_test(parts_are_clipped_to_the_text),
        cmocka_unit_test(trimming_takes_white_space_only),
        cmocka_unit_test(cutting_walks_through_the_parts),
        cmocka_unit_test(whole_numbers_fit_or_are_refused),
        cmocka_unit_test(decimals_are_finite_and_nothing_else),
        cmocka_unit_test(a_very_long_decimal_is_read_whole),
        cmocka_unit_test(the_hash_never_changes),
        cmocka_unit_test(the_hash_tells_zeros_of_different_lengths_apart),
        cmocka_unit_test(
            the_hash_changes_about_half_its_bits_with_any_input_bit),
        cmocka_unit_test(distance_counts_edits_and_ignores_case),
        cmocka_unit_test(slices_past_64_bytes_are_entirely_different),
        cmocka_unit_test(a_copy_is_terminated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
