#include "src/base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The tokens of a text in short: {a="x",b=[1,true,]} ! for an error. The text
 * is read from memory of exactly its size. */
static void show(struct json *json, struct str text, struct buf *out)
{
    static const char *const marks[] = {
        [JSON_END] = "",
        [JSON_ERROR] = "!",
        [JSON_OBJECT] = "{",
        [JSON_OBJECT_END] = "},",
        [JSON_ARRAY] = "[",
        [JSON_ARRAY_END] = "],",
        [JSON_STRING] = "'",
        [JSON_NUMBER] = "#",
        [JSON_TRUE] = "?",
        [JSON_FALSE] = "?",
        [JSON_NULL] = "?",
    };
    char *exact = malloc(text.len > 0 ? text.len : 1);
    assert_non_null(exact);
    memcpy(exact, text.ptr, text.len);
    buf_clear(out);
    json_start(json, str_make(exact, text.len));
    enum json_token token;
    do {
        token = json_next(json);
        if (json->has_key && token != JSON_ERROR) {
            buf_add_str(out, json->key);
            buf_add_char(out, '=');
        }
        buf_add_cstr(out, marks[token]);
        if (token >= JSON_STRING) {
            buf_add_str(out, json->value);
            buf_add_char(out, ',');
        }
        assert_true(json->at <= text.len);
    } while (token != JSON_END && token != JSON_ERROR);
    assert_int_equal(json_next(json), token);
    free(exact);
}

static void check(const char *text, const char *gives)
{
    struct json json = {0};
    struct buf out = {0};
    show(&json, str_from(text), &out);
    if (strcmp(buf_cstr(&out), gives) != 0)
        fail_msg("%s gives %s", text, buf_cstr(&out));
    buf_done(&out);
    json_done(&json);
}

static void values_of_every_kind_are_read(void **state)
{
    (void)state;
    check("{}", "{},");
    check(" [ ] ", "[],");
    check("\"x\"", "'x,");
    check("0", "#0,");
    check("true", "?true,");
    check("{\"a\":1,\"b\":{\"c\":[null,false,\"x\"]},\"d\":\"\"}",
        "{a=#1,b={c=[?null,?false,'x,],},d=',},");
    check("\t{ \"a\" :\r\n[ 1 , 2 ] }\n", "{a=[#1,#2,],},");
}

static void numbers_are_checked_and_kept_as_written(void **state)
{
    (void)state;
    check("[-0,1.50,1e5,1E+05,-2.5e-3,123456789012345678901234567890]",
        "[#-0,#1.50,#1e5,#1E+05,#-2.5e-3,#123456789012345678901234567890,],");
    static const char *const bad[] = {"01", "+1", ".5", "1.", "1e", "1e+", "-",
        "--1", "0x10", "NaN", "Infinity", "1 2", "1a"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct json json = {0};
        struct buf out = {0};
        show(&json, str_from(bad[i]), &out);
        if (out.len == 0 || out.ptr[out.len - 1] != '!')
            fail_msg("%s gives %s", bad[i], buf_cstr(&out));
        buf_done(&out);
        json_done(&json);
    }
}

static void escapes_are_undone(void **state)
{
    (void)state;
    check("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "'\"\\/\b\f\n\r\t,");
    check("\"a\\u0041\\u00e9\\u20ac\\ud83d\\ude00z\"",
        "'aA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z,");
    check("{\"k\\u0065y\":\"v\\n\"}", "{key='v\n,},");
    check("\"C:\\\\Windows\\\\System32\\\\cmd.exe\"",
        "'C:\\Windows\\System32\\cmd.exe,");
}

static void lone_surrogates_become_replacement_characters(void **state)
{
    (void)state;
    check("\"\\ud83d\"", "'\xef\xbf\xbd,");
    check("\"\\ude00x\"", "'\xef\xbf\xbdx,");
    check("\"\\ud83d\\n\"", "'\xef\xbf\xbd\n,");
    check("\"\\ud83d\\ud83d\\ude00\"", "'\xef\xbf\xbd\xf0\x9f\x98\x80,");
    check("\"\\ud83d\\u00e9\"", "'\xef\xbf\xbd\xc3\xa9,");
}

static void strings_keep_invalid_utf8_and_control_characters(void **state)
{
    (void)state;
    check("\"\xff\xc3\x01\n\"", "'\xff\xc3\x01\n,");
    struct json json = {0};
    json_start(&json, STR("\"a\0b\\u0000\""));
    assert_int_equal(json_next(&json), JSON_STRING);
    assert_true(str_eq(json.value, STR("a\0b\0")));
    json_done(&json);
}

static void a_key_outlives_the_reading_of_its_value(void **state)
{
    (void)state;
    struct json json = {0};
    json_start(&json, STR("{\"a\\tb\":\"c\\td\"}"));
    assert_int_equal(json_next(&json), JSON_OBJECT);
    assert_int_equal(json_next(&json), JSON_STRING);
    assert_true(str_eq(json.key, STR("a\tb")));
    assert_true(str_eq(json.value, STR("c\td")));
    assert_int_equal(json.value_start, 8);
    json_done(&json);
}

static void text_without_escapes_is_not_copied(void **state)
{
    (void)state;
    struct str text = STR("{\"user\":\"a name of more than eight bytes\"}");
    struct json json = {0};
    json_start(&json, text);
    json_next(&json);
    assert_int_equal(json_next(&json), JSON_STRING);
    assert_ptr_equal(json.key.ptr, text.ptr + 2);
    assert_ptr_equal(json.value.ptr, text.ptr + 9);
    assert_null(json.value_scratch.ptr);
    json_done(&json);
}

static void bad_structure_is_an_error(void **state)
{
    (void)state;
    static const char *const rows[] = {"", " ", "{", "}", "[", "]", "[1,]",
        "[,1]", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:1}",
        "[1}", "{\"a\":1]", "[1 2]", "{\"a\":1 \"b\":2}", "{} {}", "{}x", "tru",
        "nul", "\"", "\"\\\"", "\"\\x41\"", "\"\\u12g4\"", "'a'", "[1]]",
        "{\"a\"::1}", "\"\\"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct json json = {0};
        struct buf out = {0};
        show(&json, str_from(rows[i]), &out);
        if (out.len == 0 || out.ptr[out.len - 1] != '!')
            fail_msg("%s gives %s", rows[i], buf_cstr(&out));
        buf_done(&out);
        json_done(&json);
    }
}

static void every_cut_of_a_document_is_an_error(void **state)
{
    (void)state;
    static const char document[] =
        "{\"time\":\"2026-03-04T02:11:09Z\",\"n\":[-1.5e+10,0,{}],"
        "\"s\":\"a\\ud83d\\ude00\\n\\\\ long enough text\",\"t\":true,"
        "\"f\":false,\"z\":null,\"deep\":[[[[{\"x\":[]}]]]]}";
    struct json json = {0};
    struct buf out = {0};
    for (size_t len = 0; len < sizeof(document) - 1; len++) {
        show(&json, str_make(document, len), &out);
        assert_true(out.len > 0 && out.ptr[out.len - 1] == '!');
    }
    show(&json, str_make(document, sizeof(document) - 1), &out);
    assert_int_equal(out.ptr[out.len - 1], ',');
    buf_done(&out);
    json_done(&json);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    char text[LIMIT_DEPTH * 2 + 2];
    memset(text, '[', sizeof(text));
    memset(text + LIMIT_DEPTH, ']', LIMIT_DEPTH);
    struct json json = {0};
    json_start(&json, str_make(text, (size_t)LIMIT_DEPTH * 2));
    for (int i = 0; i < LIMIT_DEPTH; i++)
        assert_int_equal(json_next(&json), JSON_ARRAY);
    for (int i = 0; i < LIMIT_DEPTH; i++)
        assert_int_equal(json_next(&json), JSON_ARRAY_END);
    assert_int_equal(json_next(&json), JSON_END);

    text[LIMIT_DEPTH] = '[';
    json_start(&json, str_make(text, sizeof(text)));
    for (int i = 0; i < LIMIT_DEPTH; i++)
        assert_int_equal(json_next(&json), JSON_ARRAY);
    assert_int_equal(json_next(&json), JSON_ERROR);
    json_done(&json);
}

static void a_skipped_value_leaves_the_reader_behind_it(void **state)
{
    (void)state;
    struct json json = {0};
    json_start(&json, STR("{\"a\":{\"b\":[1,{\"c\":2}]},\"d\":3}"));
    assert_int_equal(json_next(&json), JSON_OBJECT);
    assert_int_equal(json_next(&json), JSON_OBJECT);
    assert_true(json_skip(&json));
    assert_int_equal(json_next(&json), JSON_NUMBER);
    assert_true(str_eq(json.key, STR("d")));
    assert_int_equal(json_next(&json), JSON_OBJECT_END);
    assert_int_equal(json_next(&json), JSON_END);

    json_start(&json, STR("[[1,2"));
    json_next(&json);
    json_next(&json);
    assert_false(json_skip(&json));
    json_done(&json);
}

static void strings_are_written_escaped(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        const char *gives;
        bool replaced;
    } rows[] = {
        {STR_INIT(""), "\"\"", false},
        {STR_INIT("plain"), "\"plain\"", false},
        {STR_INIT("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"", false},
        {STR_INIT("\b\t\n\f\r\x01\x1f\x7f"),
            "\"\\b\\t\\n\\f\\r\\u0001\\u001f\\u007f\"", false},
        {STR_INIT("a\0b"), "\"a\\u0000b\"", false},
        {STR_INIT("<a&b>"), "\"<a&b>\"", false},
        {STR_INIT("\xe2\x82\xac\xf0\x9f\x98\x80"),
            "\"\xe2\x82\xac\xf0\x9f\x98\x80\"", false},
        {STR_INIT("a\xe2\x80\xae"
                  "b\xc2\x9b"),
            "\"a\\u202eb\\u009b\"", false},
        {STR_INIT("\xf3\xa0\x80\xa1"), "\"\\udb40\\udc21\"", false},
        {STR_INIT("x\xff\xc3y\xe2\x82"),
            "\"x\xef\xbf\xbd\xef\xbf\xbdy\xef\xbf\xbd\xef\xbf\xbd\"", true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out = {0};
        bool replaced = json_add_string(&out, rows[i].text);
        assert_string_equal(buf_cstr(&out), rows[i].gives);
        assert_int_equal(replaced, rows[i].replaced);
        struct json json = {0};
        json_start(&json, buf_str(&out));
        assert_int_equal(json_next(&json), JSON_STRING);
        if (!replaced)
            assert_true(str_eq(json.value, rows[i].text));
        json_done(&json);
        buf_done(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_every_kind_are_read),
        cmocka_unit_test(numbers_are_checked_and_kept_as_written),
        cmocka_unit_test(escapes_are_undone),
        cmocka_unit_test(lone_surrogates_become_replacement_characters),
        cmocka_unit_test(strings_keep_invalid_utf8_and_control_characters),
        cmocka_unit_test(a_key_outlives_the_reading_of_its_value),
        cmocka_unit_test(text_without_escapes_is_not_copied),
        cmocka_unit_test(bad_structure_is_an_error),
        cmocka_unit_test(every_cut_of_a_document_is_an_error),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(a_skipped_value_leaves_the_reader_behind_it),
        cmocka_unit_test(strings_are_written_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
