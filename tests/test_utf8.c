#include "src/base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void characters_of_each_length_are_decoded(void **state)
{
    (void)state;
    struct str text = STR("a\xC3\xA9\xE6\x97\xA5\xF0\x9F\x90\xBE");
    static const uint32_t expected[] = {'a', 0xE9, 0x65E5, 0x1F43E};
    size_t at = 0;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(utf8_next(text, &at), expected[i]);
    assert_int_equal(at, text.len);
}

static void every_character_survives_encoding_and_decoding(void **state)
{
    (void)state;
    for (uint32_t character = 0; character <= 0x10FFFF; character++) {
        char bytes[4];
        struct str text = {bytes, utf8_encode(character, bytes)};
        size_t at = 0;
        bool surrogate = character >= 0xD800 && character <= 0xDFFF;
        uint32_t expected = surrogate ? UTF8_BAD : character;
        if (utf8_next(text, &at) != expected ||
            utf8_is_valid(text) == surrogate)
            fail_msg("U+%04X", (unsigned)character);
    }
}

static void bad_sequences_cost_one_byte(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x80",
        "\xBF",
        "\xC0\xAF",
        "\xC1\xBF",
        "\xE0\x80\xAF",
        "\xED\xA0\x80",
        "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80",
        "\xF5",
        "\xFF",
        "\xC3",
        "\xE6\x97",
        "\xF0\x9F\x90",
        "\xC3(",
        "\xE6\x97(",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        size_t at = 0;
        uint32_t character = utf8_next(str_from(bad[i]), &at);
        if (character != UTF8_BAD || at != 1)
            fail_msg("row %zu gave %x", i, (unsigned)character);
        assert_false(utf8_is_valid(str_from(bad[i])));
    }
}

static void a_bad_byte_is_found_wherever_it_is(void **state)
{
    (void)state;
    char text[40];
    for (size_t at = 0; at < sizeof(text); at++) {
        memset(text, 'a', sizeof(text));
        assert_true(utf8_is_valid(str_make(text, sizeof(text))));
        text[at] = (char)0xFE;
        assert_false(utf8_is_valid(str_make(text, sizeof(text))));
    }
    assert_true(utf8_is_valid((struct str){0}));
}

static void bad_bytes_are_replaced_one_by_one(void **state)
{
    (void)state;
    struct buf out = {0};
    assert_true(utf8_add_lossy(&out, STR("a\xFF\xFE\xC3\xA9\xE6\x97")));
    assert_string_equal(buf_cstr(&out), "a\xEF\xBF\xBD\xEF\xBF\xBD\xC3\xA9"
                                        "\xEF\xBF\xBD\xEF\xBF\xBD");
    buf_clear(&out);
    assert_false(utf8_add_lossy(&out, STR("\xC3\xA9t\xC3\xA9")));
    assert_string_equal(buf_cstr(&out), "\xC3\xA9t\xC3\xA9");
    buf_done(&out);
}

static void folding_is_the_simple_one(void **state)
{
    (void)state;
    static const uint32_t rows[][2] = {
        {'A', 'a'},
        {'z', 'z'},
        {'[', '['},
        {0xC9, 0xE9},
        {0xD7, 0xD7},
        {0xDF, 0xDF},
        {0x100, 0x101},
        {0x101, 0x101},
        {0x130, 0x130},
        {0x178, 0xFF},
        {0x1E9E, 0xDF},
        {0x212A, 'k'},
        {0xB5, 0x3BC},
        {0x3A3, 0x3C3},
        {0x3C2, 0x3C3},
        {0x1F88, 0x1F80},
        {0x410, 0x430},
        {0x401, 0x451},
        {0x531, 0x561},
        {0x10A0, 0x2D00},
        {0x1C90, 0x10D0},
        {0xFF21, 0xFF41},
        {0x13A0, 0x13A0},
        {0x65E5, 0x65E5},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (utf8_fold(rows[i][0]) != rows[i][1])
            fail_msg("U+%04X folds to U+%04X", (unsigned)rows[i][0],
                (unsigned)utf8_fold(rows[i][0]));
}

static void folding_twice_changes_nothing_more(void **state)
{
    (void)state;
    for (uint32_t character = 0; character <= 0x10FFFF; character++) {
        uint32_t folded = utf8_fold(character);
        if (utf8_fold(folded) != folded)
            fail_msg("U+%04X", (unsigned)character);
    }
}

static void folded_text_keeps_its_bad_bytes(void **state)
{
    (void)state;
    struct buf out = {0};
    utf8_add_folded(&out, STR("\xC3\x89T\xC3\x89\xFF!"));
    assert_string_equal(buf_cstr(&out), "\xC3\xA9t\xC3\xA9\xFF!");
    buf_done(&out);
}

static void width_is_what_a_terminal_shows(void **state)
{
    (void)state;
    static const struct {
        uint32_t character;
        int width;
    } rows[] = {
        {'a', 1},
        {'\n', 0},
        {0x7F, 0},
        {0x9B, 0},
        {0xAD, 1},
        {0xE9, 1},
        {0x301, 0},
        {0x200B, 0},
        {0x202E, 0},
        {0x1100, 2},
        {0x1160, 0},
        {0x3042, 2},
        {0x65E5, 2},
        {0xAC00, 2},
        {0xFF21, 2},
        {0xFF71, 1},
        {0x1F43E, 2},
        {0x2FA1D, 2},
        {0x28FF, 1},
        {0xFE0F, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (utf8_width(rows[i].character, 1) != rows[i].width)
            fail_msg("U+%04X is %d wide", (unsigned)rows[i].character,
                utf8_width(rows[i].character, 1));
    assert_int_equal(utf8_width(0x2502, 1), 1);
    assert_int_equal(utf8_width(0x2502, 2), 2);
    assert_int_equal(
        utf8_columns(STR("a\xE6\x97\xA5\xCC\x81\xE2\x94\x82"), 2), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_of_each_length_are_decoded),
        cmocka_unit_test(every_character_survives_encoding_and_decoding),
        cmocka_unit_test(bad_sequences_cost_one_byte),
        cmocka_unit_test(a_bad_byte_is_found_wherever_it_is),
        cmocka_unit_test(bad_bytes_are_replaced_one_by_one),
        cmocka_unit_test(folding_is_the_simple_one),
        cmocka_unit_test(folding_twice_changes_nothing_more),
        cmocka_unit_test(folded_text_keeps_its_bad_bytes),
        cmocka_unit_test(width_is_what_a_terminal_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
