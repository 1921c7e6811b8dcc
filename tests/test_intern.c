#include "src/base/intern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void equal_strings_share_a_number(void **state)
{
    (void)state;
    struct intern set = {0};
    char name[] = "alice";
    assert_int_equal(intern_add(&set, str_from(name)), 0);
    assert_int_equal(intern_add(&set, STR("bob")), 1);
    assert_int_equal(intern_add(&set, STR("")), 2);
    memset(name, 'x', 5);
    assert_int_equal(intern_add(&set, STR("alice")), 0);
    assert_int_equal(intern_find(&set, STR("bob")), 1);
    assert_int_equal(intern_find(&set, STR("")), 2);
    assert_int_equal(intern_find(&set, STR("carol")), -1);
    assert_int_equal(set.count, 3);
    assert_true(str_eq(set.text[1], STR("bob")));
    assert_true(set.hashes[1] == str_hash(STR("bob")));
    intern_done(&set);
}

static void an_empty_set_finds_nothing(void **state)
{
    (void)state;
    struct intern set = {0};
    assert_int_equal(intern_find(&set, STR("a")), -1);
    intern_reset(&set);
    intern_done(&set);
}

static void many_strings_keep_their_numbers(void **state)
{
    (void)state;
    enum { MANY = 100000 };
    struct intern set = {0};
    char text[16];
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < MANY; i++) {
            snprintf(text, sizeof(text), "user%u", i);
            assert_int_equal(intern_add(&set, str_from(text)), i);
        }
    }
    assert_int_equal(set.count, MANY);
    intern_done(&set);
}

static void a_reset_set_starts_at_zero_again(void **state)
{
    (void)state;
    struct intern set = {0};
    intern_add(&set, STR("a"));
    intern_add(&set, STR("b"));
    intern_reset(&set);
    assert_int_equal(set.count, 0);
    assert_int_equal(intern_find(&set, STR("b")), -1);
    assert_int_equal(intern_add(&set, STR("b")), 0);
    intern_done(&set);
}

static void arena_memory_is_aligned_and_does_not_overlap(void **state)
{
    (void)state;
    struct arena arena = {0};
    static const size_t sizes[] = {1, 24, 40000, 3, 70000, 65536, 9, 20000};
    enum { COUNT = sizeof(sizes) / sizeof(sizes[0]) };
    for (int round = 0; round < 3; round++) {
        unsigned char *at[COUNT];
        for (size_t i = 0; i < COUNT; i++) {
            at[i] = arena_alloc(&arena, sizes[i]);
            assert_int_equal((uintptr_t)at[i] % _Alignof(max_align_t), 0);
            memset(at[i], (int)i + 1, sizes[i]);
        }
        for (size_t i = 0; i < COUNT; i++) {
            assert_int_equal(at[i][0], i + 1);
            assert_int_equal(at[i][sizes[i] - 1], i + 1);
        }
        assert_int_equal(arena.used, 195573);
        arena_reset(&arena);
        assert_int_equal(arena.used, 0);
    }
    arena_done(&arena);
}

static void arena_copies_text(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct str copy = arena_copy(&arena, STR("a\0b"));
    assert_true(str_eq(copy, STR("a\0b")));
    assert_string_equal(arena_cstr(&arena, STR("root")), "root");
    assert_string_equal(arena_cstr(&arena, (struct str){0}), "");
    struct str text = arena_printf(&arena, "%s:%d", "web01", 22);
    assert_true(str_eq(text, STR("web01:22")));
    assert_int_equal(arena_printf(&arena, "%s", "").len, 0);
    text = arena_printf(&arena, "%1000d", 7);
    assert_int_equal(text.len, 1000);
    assert_int_equal(text.ptr[999], '7');
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_strings_share_a_number),
        cmocka_unit_test(an_empty_set_finds_nothing),
        cmocka_unit_test(many_strings_keep_their_numbers),
        cmocka_unit_test(a_reset_set_starts_at_zero_again),
        cmocka_unit_test(arena_memory_is_aligned_and_does_not_overlap),
        cmocka_unit_test(arena_copies_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
