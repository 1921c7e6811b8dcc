#include "src/base/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/buf.h"
#include "src/base/limit.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct yaml_file *parse(const char *text)
{
    struct err err = {0};
    struct yaml_file *file = yaml_parse(str_from(text), "x.yaml", &err);
    if (file == NULL)
        fail_msg("%s", err.text);
    return file;
}

static void check_error(struct str text, enum err_code code, const char *gives)
{
    struct err err = {0};
    struct yaml_file *file = yaml_parse(text, "x.yaml", &err);
    assert_null(file);
    assert_string_equal(err.text, gives);
    assert_int_equal(err.code, code);
}

static void a_file_becomes_a_tree_with_lines(void **state)
{
    (void)state;
    struct yaml_file *file = parse("# a format\n"
                                   "name: sshd\n"
                                   "patterns:\n"
                                   "  - name: login\n"
                                   "    match: '^x'\n"
                                   "  - {name: out}\n"
                                   "empty:\n"
                                   "none: []\n");
    assert_int_equal(yaml_document_count(file), 1);
    assert_null(yaml_document(file, 1));
    const struct yaml *root = yaml_document(file, 0);
    assert_int_equal(root->kind, YAML_MAP);
    assert_int_equal(root->line, 2);
    assert_int_equal(root->count, 4);
    assert_string_equal(yaml_get_text(root, "name").ptr, "sshd");

    const struct yaml *patterns = yaml_get(root, "patterns");
    assert_int_equal(patterns->kind, YAML_LIST);
    assert_int_equal(patterns->count, 2);
    assert_int_equal(patterns->items[0].line, 4);
    const struct yaml *match = yaml_get(&patterns->items[0], "match");
    assert_true(match->quoted);
    assert_int_equal(match->line, 5);
    assert_true(str_eq(match->text, STR("^x")));
    assert_true(str_eq(match->key, STR("match")));
    assert_true(str_eq(yaml_get_text(&patterns->items[1], "name"), STR("out")));

    const struct yaml *empty = yaml_get(root, "empty");
    assert_int_equal(empty->kind, YAML_TEXT);
    assert_int_equal(empty->text.len, 0);
    assert_false(empty->quoted);
    assert_int_equal(yaml_get(root, "none")->count, 0);
    assert_null(yaml_get(root, "absent"));
    assert_null(yaml_get(empty, "absent"));
    yaml_file_free(file);
}

static void every_document_is_read(void **state)
{
    (void)state;
    struct yaml_file *file = parse("a: 1\n---\nb: 2\n---\n- 3\n");
    assert_int_equal(yaml_document_count(file), 3);
    assert_true(str_eq(yaml_get_text(yaml_document(file, 1), "b"), STR("2")));
    assert_int_equal(yaml_document(file, 2)->kind, YAML_LIST);
    assert_int_equal(yaml_document(file, 2)->items[0].line, 5);
    yaml_file_free(file);
    file = parse("");
    assert_int_equal(yaml_document_count(file), 0);
    yaml_file_free(file);
    yaml_file_free(NULL);
}

static void block_texts_and_escapes_are_resolved(void **state)
{
    (void)state;
    struct yaml_file *file = parse("a: |\n  one\n  two\n"
                                   "b: \"x\\ty\\u20ac\"\n"
                                   "c: >-\n  one\n  two\n"
                                   "d: 010\n");
    const struct yaml *root = yaml_document(file, 0);
    assert_true(str_eq(yaml_get_text(root, "a"), STR("one\ntwo\n")));
    assert_true(yaml_get(root, "a")->quoted);
    assert_true(str_eq(yaml_get_text(root, "b"), STR("x\ty\xe2\x82\xac")));
    assert_true(str_eq(yaml_get_text(root, "c"), STR("one two")));
    assert_true(str_eq(yaml_get_text(root, "d"), STR("010")));
    yaml_file_free(file);
}

static void booleans_are_words(void **state)
{
    (void)state;
    struct yaml_file *file = parse("a: yes\nb: True\nc: 'on'\nd: no\ne: 1\n");
    const struct yaml *root = yaml_document(file, 0);
    assert_true(yaml_get_bool(root, "a", false));
    assert_true(yaml_get_bool(root, "b", false));
    assert_true(yaml_get_bool(root, "c", false));
    assert_false(yaml_get_bool(root, "d", true));
    assert_false(yaml_get_bool(root, "e", true));
    assert_true(yaml_get_bool(root, "x", true));
    assert_false(yaml_get_bool(NULL, "x", false));
    yaml_file_free(file);
}

static void mistakes_are_named_with_their_line(void **state)
{
    (void)state;
    check_error(STR("a: 1\nb: 2\na: 3\n"), ERR_INPUT,
        "x.yaml:3: this key is given twice: a");
    check_error(STR("a: &x 1\nb: *x\n"), ERR_INPUT,
        "x.yaml:1: anchors and aliases are not supported");
    check_error(STR("a: 1\n? [x]\n: 2\n"), ERR_INPUT,
        "x.yaml:2: a key must be a plain text");
    check_error(STR("a: 1\nb: [1, 2\nc: 3\n"), ERR_INPUT,
        "x.yaml:3: did not find expected ',' or ']': while parsing a flow "
        "sequence");
    check_error(STR("a:\n\tb: 1\n"), ERR_INPUT,
        "x.yaml:2: found character that cannot start any token: while "
        "scanning for the next token");
    check_error(STR("a: 1\nb: \"x\xff\"\n"), ERR_INPUT,
        "x.yaml:2: invalid leading UTF-8 octet");
}

static void size_depth_and_number_of_values_are_bounded(void **state)
{
    (void)state;
    struct buf text = {0};
    for (int i = 0; i <= LIMIT_DEPTH; i++)
        buf_add_cstr(&text, "[");
    check_error(buf_str(&text), ERR_LIMIT, "x.yaml:1: nested too deep");

    buf_clear(&text);
    buf_add_cstr(&text, "[");
    for (size_t i = 0; i <= LIMIT_CONFIG_VALUES; i++)
        buf_add_cstr(&text, "a,");
    check_error(
        buf_str(&text), ERR_LIMIT, "x.yaml:1: too many values in a file");

    buf_clear(&text);
    while (text.len <= LIMIT_CONFIG_FILE)
        buf_add_cstr(&text, "# a comment that is long enough to matter\n");
    check_error(buf_str(&text), ERR_LIMIT, "x.yaml: longer than 4194304 bytes");
    buf_done(&text);
}

static void every_beginning_of_a_file_is_refused_or_read(void **state)
{
    (void)state;
    static const char text[] = "a: {b: [1, \"x\\n\"]}\nc:\n  - |\n    d\n"
                               "  - ? e\n    : f\n---\n- &g h\n- *g\n";
    for (size_t len = 0; len < sizeof(text); len++) {
        char *exact = malloc(len > 0 ? len : 1);
        assert_non_null(exact);
        memcpy(exact, text, len);
        struct err err = {0};
        struct yaml_file *file = yaml_parse(str_make(exact, len), "x", &err);
        assert_true((file == NULL) == (err.text[0] != '\0'));
        yaml_file_free(file);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_becomes_a_tree_with_lines),
        cmocka_unit_test(every_document_is_read),
        cmocka_unit_test(block_texts_and_escapes_are_resolved),
        cmocka_unit_test(booleans_are_words),
        cmocka_unit_test(mistakes_are_named_with_their_line),
        cmocka_unit_test(size_depth_and_number_of_values_are_bounded),
        cmocka_unit_test(every_beginning_of_a_file_is_refused_or_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
