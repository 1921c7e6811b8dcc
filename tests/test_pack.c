#include "src/base/pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct tools {
    struct packer *packer;
    struct unpacker *unpacker;
    struct buf packed;
    struct buf content;
};

static int setup(void **state)
{
    static struct tools tools;
    tools = (struct tools){packer_new(1), unpacker_new(), {0}, {0}};
    *state = &tools;
    return 0;
}

static int teardown(void **state)
{
    struct tools *tools = *state;
    packer_free(tools->packer);
    unpacker_free(tools->unpacker);
    buf_done(&tools->packed);
    buf_done(&tools->content);
    return 0;
}

static void content_comes_back_after_what_is_there(void **state)
{
    struct tools *tools = *state;
    static char text[300000];
    memset(text, 'a', sizeof(text));
    struct str bytes = {text, sizeof(text)};
    buf_add_char(&tools->packed, '<');
    buf_add_char(&tools->content, '<');
    assert_int_equal(pack(tools->packer, bytes, &tools->packed, NULL), 0);
    assert_true(tools->packed.len < 1000);
    struct str packed = str_from_index(buf_str(&tools->packed), 1);
    assert_int_equal(
        unpack(tools->unpacker, packed, bytes.len, &tools->content, NULL), 0);
    assert_int_equal(tools->content.ptr[0], '<');
    assert_true(str_eq(str_from_index(buf_str(&tools->content), 1), bytes));
}

static void nothing_can_be_packed(void **state)
{
    struct tools *tools = *state;
    struct str nothing = {0};
    assert_int_equal(pack(tools->packer, nothing, &tools->packed, NULL), 0);
    assert_int_equal(unpack(tools->unpacker, buf_str(&tools->packed), 0,
                         &tools->content, NULL),
        0);
    assert_int_equal(tools->content.len, 0);
}

static void a_wrong_size_is_corruption(void **state)
{
    struct tools *tools = *state;
    pack(tools->packer, STR("some content"), &tools->packed, NULL);
    static const size_t sizes[] = {0, 11, 13, (size_t)1 << 40, SIZE_MAX};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct err err = {0};
        assert_int_equal(unpack(tools->unpacker, buf_str(&tools->packed),
                             sizes[i], &tools->content, &err),
            -1);
        assert_int_equal(err.code, ERR_CORRUPT);
        assert_int_equal(tools->content.len, 0);
    }
}

static void a_frame_that_lies_about_a_huge_size_is_refused(void **state)
{
    struct tools *tools = *state;
    /* RFC 8878: magic, descriptor (single segment, 8-byte size), the size. */
    struct str frame = STR("\x28\xB5\x2F\xFD\xE0\x00\x00\x00\x00\x00\x10\x00"
                           "\x00\x01\x00\x00");
    struct err err = {0};
    assert_int_equal(
        unpack(tools->unpacker, frame, (size_t)1 << 44, &tools->content, &err),
        -1);
    assert_int_equal(err.code, ERR_CORRUPT);
}

static void every_cut_is_noticed(void **state)
{
    struct tools *tools = *state;
    struct str bytes = STR("the same words, the same words, and others");
    pack(tools->packer, bytes, &tools->packed, NULL);
    struct str packed = buf_str(&tools->packed);
    for (size_t len = 0; len < packed.len; len++)
        assert_int_equal(unpack(tools->unpacker, str_sub(packed, 0, len),
                             bytes.len, &tools->content, NULL),
            -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            content_comes_back_after_what_is_there, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_can_be_packed, setup, teardown),
        cmocka_unit_test_setup_teardown(
            a_wrong_size_is_corruption, setup, teardown),
        cmocka_unit_test_setup_teardown(
            a_frame_that_lies_about_a_huge_size_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(every_cut_is_noticed, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
