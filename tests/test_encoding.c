#include "src/base/encoding.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void samples_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        struct str sample;
        enum encoding encoding;
        size_t bom;
    } rows[] = {
        {STR_INIT("plain"), ENCODING_UTF8, 0},
        {STR_INIT(""), ENCODING_UTF8, 0},
        {STR_INIT("2026-03-04 11:02:03 "
                  "\350\252\215\350\250\274\343\201\253\345\244\261\346\225\227"
                  "\343\201\227\343\201\276\343\201\227\343\201\237: "
                  "\343\203\246\343\203\274\343\202\266\343\203\274 alice "
                  "(\347\253\257\346\234\253 web01)\012"),
            ENCODING_UTF8, 0},
        {STR_INIT("2026-03-04 11:02:03 \350\252\215\350\250\274"),
            ENCODING_UTF8, 0},
        {STR_INIT("2026-03-04 11:02:03 "
                  "\350\252\215\350\250\274\343\201\253\345\244\261\346\225\227"
                  "\343\201\227\343\201\276\343\201\227\343\201\237: "
                  "\343\203\246\343\203\274\343\202\266\343\203\274 alice "
                  "(\347\253\257\346\234\253 web01)\012\377\376!\012"),
            ENCODING_UTF8, 0},
        {STR_INIT("\357\273\277x"), ENCODING_UTF8, 3},
        {STR_INIT(
             "\377\3762\0000\0002\0006\000-\0000\0003\000-\0000\0004\000 "
             "\0001\0001\000:\0000\0002\000:\0000\0003\000 "
             "\000\215\212<\212k01YWeW0~0W0_0:\000 \000\3460\3740\2660\3740 "
             "\000a\000l\000i\000c\000e\000 \000(\000\357z+g "
             "\000w\000e\000b\0000\0001\000)\000\012\000"),
            ENCODING_UTF16LE, 2},
        {STR_INIT("\376\377\0002\0000\0002\0006\000-\0000\0003\000-"
                  "\0000\0004\000 \0001\0001\000:\0000\0002\000:\0000\0003\000 "
                  "\212\215\212<0kY1eW0W0~0W0_\000:\000 "
                  "0\3460\3740\2660\374\000 \000a\000l\000i\000c\000e\000 "
                  "\000(z\357g+\000 \000w\000e\000b\0000\0001\000)\000\012"),
            ENCODING_UTF16BE, 2},
        {STR_INIT(
             "2\0000\0002\0006\000-\0000\0003\000-\0000\0004\000 "
             "\0001\0001\000:\0000\0002\000:\0000\0003\000 "
             "\000\215\212<\212k01YWeW0~0W0_0:\000 \000\3460\3740\2660\3740 "
             "\000a\000l\000i\000c\000e\000 \000(\000\357z+g "
             "\000w\000e\000b\0000\0001\000)\000\012\000"),
            ENCODING_UTF16LE, 0},
        {STR_INIT("\0002\0000\0002\0006\000-\0000\0003\000-\0000\0004\000 "
                  "\0001\0001\000:\0000\0002\000:\0000\0003\000 "
                  "\212\215\212<0kY1eW0W0~0W0_\000:\000 "
                  "0\3460\3740\2660\374\000 \000a\000l\000i\000c\000e\000 "
                  "\000(z\357g+\000 \000w\000e\000b\0000\0001\000)\000\012"),
            ENCODING_UTF16BE, 0},
        {STR_INIT(
             "2026-03-04 11:02:03 "
             "\224F\217\330\202\311\216\270\224s\202\265\202\334\202\265\202"
             "\275: \203\206\201[\203U\201[ alice (\222[\226\226 web01)\012"),
            ENCODING_SHIFT_JIS, 0},
        {STR_INIT("\203\215\203O\203C\203\223\202\360\213\226\211\302\202\265"
                  "\202\334\202\265\202\275\201B\220\332\221\261\214\263\202"
                  "\315 192.0.2.7 \202\305\202\267\201B\012"),
            ENCODING_SHIFT_JIS, 0},
        {STR_INIT("2026-03-04 11:02:03 "
                  "\307\247\276\332\244\313\274\272\307\324\244\267\244\336\244"
                  "\267\244\277: \245\346\241\274\245\266\241\274 alice "
                  "(\303\274\313\366 web01)\012"),
            ENCODING_EUC_JP, 0},
        {STR_INIT("\245\355\245\260\245\244\245\363\244\362\265\366\262\304\244"
                  "\267\244\336\244\267\244\277\241\243\300\334\302\263\270\265"
                  "\244\317 192.0.2.7 \244\307\244\271\241\243\012"),
            ENCODING_EUC_JP, 0},
        {STR_INIT("\203\215\203O\203C\203\223\202"), ENCODING_SHIFT_JIS, 0},
        {STR_INIT("\351chec d'authentification: acc\350s refus\351 \340 "
                  "l\222h\364te d\351j\340 vu\012"),
            ENCODING_LATIN1, 0},
        {STR_INIT("Anmeldung fehlgeschlagen f\374r Benutzer m\374ller, "
                  "GR\334SSE aus K\326LN \304\326\334\012"),
            ENCODING_LATIN1, 0},
        {STR_INIT("it\222s alice\222s \223home\224\012"), ENCODING_LATIN1, 0},

    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct encoding_guess guess = encoding_detect(rows[i].sample);
        if (guess.encoding != rows[i].encoding || guess.bom != rows[i].bom)
            fail_msg("row %zu: %s, %s", i, encoding_name(guess.encoding),
                guess.reason);
        assert_non_null(guess.reason);
    }
}

static void binary_data_is_no_utf16(void **state)
{
    (void)state;
    struct str numbers = STR("\x20\x00\x00\x00\x41\x00\x00\x00\x07\x00\x00\x00"
                             "\x22\x00\x00\x00");
    enum encoding encoding = encoding_detect(numbers).encoding;
    assert_true(encoding != ENCODING_UTF16LE && encoding != ENCODING_UTF16BE);
}

static void check_decoded(
    enum encoding encoding, struct str bytes, const char *expected)
{
    struct buf out = {0};
    encoding_decode(encoding, bytes, &out);
    assert_string_equal(buf_cstr(&out), expected);
    buf_done(&out);
}

static void every_encoding_is_decoded(void **state)
{
    (void)state;
    const char *expected = "a\346\227\245\346\234\254 \357\276\203\\~";
    check_decoded(ENCODING_UTF16LE, STR("a\000\345e,g \000\203\377\\\000~\000"),
        expected);
    check_decoded(ENCODING_UTF16BE, STR("\000ae\345g,\000 \377\203\000\\\000~"),
        expected);
    check_decoded(ENCODING_SHIFT_JIS, STR("a\223\372\226{ \303\\~"), expected);
    check_decoded(
        ENCODING_EUC_JP, STR("a\306\374\313\334 \216\303\\~"), expected);
    check_decoded(ENCODING_LATIN1, STR("\351 \200"), "\303\251 \342\202\254");
    check_decoded(ENCODING_UTF16LE, STR("=\330>\334"), "\360\237\220\276");
    check_decoded(ENCODING_UTF8, STR("a\xFF"), "a\xFF");
}

static void what_cannot_be_decoded_is_replaced(void **state)
{
    (void)state;
    check_decoded(ENCODING_SHIFT_JIS, STR("\x81\x20x\xFD\x82"),
        "\xEF\xBF\xBD x"
        "\xEF\xBF\xBD"
        "\xEF\xBF\xBD");
    check_decoded(ENCODING_EUC_JP, STR("\xA4\nx"), "\xEF\xBF\xBD\nx");
    check_decoded(ENCODING_LATIN1, STR("\x81!"), "\xEF\xBF\xBD!");
    check_decoded(ENCODING_UTF16LE, STR("\x00\xD8x\x00"), "\xEF\xBF\xBDx");
    check_decoded(ENCODING_UTF16LE, STR("x\x00y"), "x\xEF\xBF\xBD");
    check_decoded(ENCODING_UTF16BE, STR("\x00x\xD8\x00"), "x\xEF\xBF\xBD");
}

static void lines_end_where_the_encoding_says(void **state)
{
    (void)state;
    assert_int_equal(encoding_line_end(ENCODING_UTF8, STR("ab\ncd"), 0), 3);
    assert_int_equal(encoding_line_end(ENCODING_UTF8, STR("ab\ncd"), 3), 0);
    assert_int_equal(encoding_line_end(ENCODING_UTF8, STR("a"), 1), 0);

    /* U+0A0A and U+010A hold the byte of a line feed and are none. */
    struct str little = STR("\x0A\x0A\x0A\x01x\0\n\0y\0");
    assert_int_equal(encoding_line_end(ENCODING_UTF16LE, little, 0), 8);
    assert_int_equal(encoding_line_end(ENCODING_UTF16LE, little, 8), 0);
    struct str big = STR("\x0A\0\x01\x0A\0\n\0y");
    assert_int_equal(encoding_line_end(ENCODING_UTF16BE, big, 0), 6);
    assert_int_equal(encoding_line_end(ENCODING_UTF16BE, big, 6), 0);
    assert_int_equal(encoding_line_end(ENCODING_UTF16LE, STR("a\0\n"), 0), 0);
}

static void names_are_known_in_any_spelling(void **state)
{
    (void)state;
    for (int i = 0; i < ENCODING_COUNT; i++) {
        enum encoding parsed = ENCODING_COUNT;
        const char *name = encoding_name((enum encoding)i);
        assert_true(encoding_parse(str_from(name), &parsed));
        assert_int_equal(parsed, i);
    }
    enum encoding encoding;
    assert_true(encoding_parse(STR("SJIS"), &encoding));
    assert_int_equal(encoding, ENCODING_SHIFT_JIS);
    assert_true(encoding_parse(STR("iso-8859-1"), &encoding));
    assert_int_equal(encoding, ENCODING_LATIN1);
    assert_false(encoding_parse(STR("utf"), &encoding));
    assert_false(encoding_parse(STR("utf-8x"), &encoding));
    assert_false(encoding_parse(STR(""), &encoding));
}

static void *decode_many(void *result)
{
    struct buf out = {0};
    for (int i = 0; i < 1000; i++) {
        buf_clear(&out);
        encoding_decode(ENCODING_SHIFT_JIS, STR("\x93\xFA"), &out);
        encoding_decode(ENCODING_EUC_JP, STR("\xC6\xFC"), &out);
    }
    *(bool *)result = str_eq(buf_str(&out), STR("\xE6\x97\xA5\xE6\x97\xA5"));
    buf_done(&out);
    return NULL;
}

static void threads_decode_side_by_side(void **state)
{
    (void)state;
    pthread_t threads[4];
    bool right[4] = {false};
    for (int i = 0; i < 4; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, decode_many, &right[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_true(right[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_are_told_apart),
        cmocka_unit_test(binary_data_is_no_utf16),
        cmocka_unit_test(every_encoding_is_decoded),
        cmocka_unit_test(what_cannot_be_decoded_is_replaced),
        cmocka_unit_test(lines_end_where_the_encoding_says),
        cmocka_unit_test(names_are_known_in_any_spelling),
        cmocka_unit_test(threads_decode_side_by_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
