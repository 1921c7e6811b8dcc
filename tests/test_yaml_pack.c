#include "src/base/yaml_pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/embed.h"

static struct yaml_file *parse(struct str text)
{
    struct err err = {0};
    struct yaml_file *file = yaml_parse(text, "x.yaml", &err);
    if (file == NULL)
        fail_msg("%s", err.text);
    return file;
}

static void same_node(const struct yaml *got, const struct yaml *want)
{
    assert_int_equal(got->kind, want->kind);
    assert_int_equal(got->line, want->line);
    assert_int_equal(got->quoted, want->quoted);
    assert_true(str_eq(got->key, want->key));
    assert_true((got->key.ptr == NULL) == (want->key.ptr == NULL));
    assert_int_equal(got->count, want->count);
    if (want->kind == YAML_TEXT)
        assert_string_equal(got->text.ptr, want->text.ptr);
    for (size_t i = 0; i < want->count; i++)
        same_node(&got->items[i], &want->items[i]);
}

static void same_file(const struct yaml_file *got, const struct yaml_file *want)
{
    assert_non_null(got);
    assert_int_equal(yaml_document_count(got), yaml_document_count(want));
    for (size_t i = 0; i < yaml_document_count(want); i++)
        same_node(yaml_document(got, i), yaml_document(want, i));
}

static void a_tree_comes_back_as_it_was(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "a: 1\nb: 'q'\nc: [x, {d: e}, []]\n'': ''\n---\n- |\n  two\n  lines\n",
        "plain",
        "---\n---\n",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct yaml_file *file = parse(str_from(texts[i]));
        struct buf packed = {0};
        yaml_pack(file, &packed);
        struct yaml_file *again = yaml_unpack(buf_str(&packed));
        same_file(again, file);
        yaml_file_free(again);
        yaml_file_free(file);
        buf_done(&packed);
    }
}

static void the_shipped_trees_are_those_of_the_shipped_files(void **state)
{
    (void)state;
    size_t trees = 0;
    for (const struct embedded *shipped = embedded_files; shipped->path != NULL;
         shipped++) {
        bool yaml = str_ends_with(str_from(shipped->path), STR(".yaml"));
        assert_true(yaml == (shipped->tree.len > 0));
        if (!yaml)
            continue;
        struct yaml_file *file = parse(shipped->content);
        struct yaml_file *tree = yaml_unpack(shipped->tree);
        same_file(tree, file);
        yaml_file_free(tree);
        yaml_file_free(file);
        trees++;
    }
    assert_true(trees > 50);
}

static void cut_or_changed_bytes_are_refused_or_read_within_bounds(void **state)
{
    (void)state;
    struct yaml_file *file = parse(STR("a: [b, {c: d}]\ne: 'f'\n"));
    struct buf packed = {0};
    yaml_pack(file, &packed);
    yaml_file_free(file);
    for (size_t len = 0; len < packed.len; len++) {
        char *exact = malloc(len + 1);
        assert_non_null(exact);
        memcpy(exact, packed.ptr, len);
        assert_null(yaml_unpack(str_make(exact, len)));
        free(exact);
    }
    for (size_t i = 0; i < packed.len * 8; i++) {
        packed.ptr[i / 8] = (char)(packed.ptr[i / 8] ^ (1 << i % 8));
        yaml_file_free(yaml_unpack(buf_str(&packed)));
        packed.ptr[i / 8] = (char)(packed.ptr[i / 8] ^ (1 << i % 8));
    }
    buf_done(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_comes_back_as_it_was),
        cmocka_unit_test(the_shipped_trees_are_those_of_the_shipped_files),
        cmocka_unit_test(
            cut_or_changed_bytes_are_refused_or_read_within_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
