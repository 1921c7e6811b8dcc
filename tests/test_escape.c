#include "src/base/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void nothing_dangerous_passes(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        const char *shown;
    } rows[] = {
        {STR_INIT("plain text ~!"), "plain text ~!"},
        {STR_INIT("C:\\tmp"), "C:\\tmp"},
        {STR_INIT("a\tb\nc\rd"), "a\\tb\\nc\\rd"},
        {STR_INIT("\x1B[2J"), "\\x1B[2J"},
        {STR_INIT("nul\0"), "nul\\x00"},
        {STR_INIT("del\x7F"), "del\\x7F"},
        {STR_INIT("\xC2\x9B"
                  "31m"),
            "\\u{009B}31m"},
        {STR_INIT("\x9B"
                  "31m"),
            "\\x9B31m"},
        {STR_INIT("\xFF\xC3"), "\\xFF\\xC3"},
        {STR_INIT("exe\xE2\x80\xAEgpj"), "exe\\u{202E}gpj"},
        {STR_INIT("a\xE2\x81\xA6"), "a\\u{2066}"},
        {STR_INIT("ad\xE2\x80\x8Bmin"), "ad\\u{200B}min"},
        {STR_INIT("\xE2\x80\xA8"), "\\u{2028}"},
        {STR_INIT("\xEF\xBB\xBF"), "\\u{FEFF}"},
        {STR_INIT("\xF3\xA0\x81\x81"), "\\u{E0041}"},
        {STR_INIT("\xE6\x97\xA5\xC3\xA9"), "\xE6\x97\xA5\xC3\xA9"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf out = {0};
        escape_add(&out, rows[i].text);
        bool same = str_eq(buf_str(&out), rows[i].text);
        if (strcmp(buf_cstr(&out), rows[i].shown) != 0)
            fail_msg("row %zu: %s", i, buf_cstr(&out));
        if (escape_is_clean(rows[i].text) != same)
            fail_msg("row %zu is not as clean as it says", i);
        if (!escape_is_clean(buf_str(&out)))
            fail_msg("row %zu is not clean when escaped", i);
        assert_string_equal(escape_text(rows[i].text), rows[i].shown);
        buf_done(&out);
    }
}

static void each_byte_is_seen_at_each_place_of_a_word(void **state)
{
    (void)state;
    char text[17];
    for (int byte = 0; byte < 256; byte++) {
        for (size_t at = 0; at < sizeof(text); at++) {
            memset(text, ' ', sizeof(text));
            text[at] = (char)byte;
            bool clean = escape_is_clean(str_make(text, sizeof(text)));
            if (clean != (byte >= 0x20 && byte < 0x7F))
                fail_msg("byte %02x at %zu", (unsigned)byte, at);
        }
    }
}

static void messages_are_cut_between_characters(void **state)
{
    (void)state;
    char text[400];
    memset(text, 'a', sizeof(text));
    assert_int_equal(strlen(escape_text(str_make(text, 200))), 200);
    const char *shown = escape_text(str_make(text, 201));
    assert_int_equal(strlen(shown), 200);
    assert_string_equal(shown + 196, "a...");

    memset(text, '\x1B', sizeof(text));
    shown = escape_text(str_make(text, sizeof(text)));
    assert_string_equal(shown + strlen(shown) - 7, "\\x1B...");
}

static void eight_messages_live_at_once(void **state)
{
    (void)state;
    const char *shown[8];
    for (int i = 0; i < 8; i++) {
        char digit = (char)('0' + i);
        shown[i] = escape_text(str_make(&digit, 1));
    }
    for (int i = 0; i < 8; i++)
        assert_int_equal(shown[i][0], '0' + i);
    assert_string_equal(escape_cstr(NULL), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_dangerous_passes),
        cmocka_unit_test(each_byte_is_seen_at_each_place_of_a_word),
        cmocka_unit_test(messages_are_cut_between_characters),
        cmocka_unit_test(eight_messages_live_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
