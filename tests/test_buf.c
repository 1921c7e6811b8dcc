#include "src/base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/bytes.h"

static void bytes_are_kept_in_order(void **state)
{
    (void)state;
    struct buf buf = {0};
    buf_add(&buf, "a\0", 2);
    buf_add_str(&buf, STR("bc"));
    buf_add_cstr(&buf, "d");
    buf_add_char(&buf, 'e');
    buf_add_str(&buf, (struct str){0});
    assert_true(str_eq(buf_str(&buf), STR("a\0bcde")));
    buf_done(&buf);
    assert_null(buf.ptr);
}

static void numbers_are_written_in_decimal(void **state)
{
    (void)state;
    struct buf buf = {0};
    buf_add_u64(&buf, 0);
    buf_add_char(&buf, ' ');
    buf_add_u64(&buf, UINT64_MAX);
    buf_add_char(&buf, ' ');
    buf_add_i64(&buf, INT64_MIN);
    buf_add_char(&buf, ' ');
    buf_add_i64(&buf, 42);
    assert_string_equal(
        buf_cstr(&buf), "0 18446744073709551615 -9223372036854775808 42");
    buf_done(&buf);
}

static void printf_grows_to_fit_at_every_length(void **state)
{
    (void)state;
    for (int width = 1; width < 300; width++) {
        struct buf buf = {0};
        buf_add_char(&buf, '<');
        buf_printf(&buf, "%*d", width, 7);
        buf_add_char(&buf, '>');
        assert_int_equal(buf.len, width + 2);
        assert_int_equal(buf.ptr[width], '7');
        buf_done(&buf);
    }
}

static void an_empty_buffer_is_an_empty_text(void **state)
{
    (void)state;
    struct buf buf = {0};
    assert_int_equal(buf_str(&buf).len, 0);
    assert_string_equal(buf_cstr(&buf), "");
    assert_int_equal(buf.len, 0);
    buf_done(&buf);
}

static void clearing_keeps_the_memory(void **state)
{
    (void)state;
    struct buf buf = {0};
    buf_reserve(&buf, 1000);
    char *before = buf.ptr;
    buf_add_cstr(&buf, "x");
    buf_clear(&buf);
    assert_int_equal(buf.len, 0);
    assert_ptr_equal(buf.ptr, before);
    assert_true(buf.capacity >= 1000);
    buf_done(&buf);
}

static void varints_read_back(void **state)
{
    (void)state;
    static const uint64_t numbers[] = {
        0, 1, 127, 128, 300, 16383, 16384, UINT32_MAX, UINT64_MAX};
    struct buf buf = {0};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        buf_add_varint(&buf, numbers[i]);
    struct bytes in = bytes_from_str(buf_str(&buf));
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        assert_true(bytes_varint(&in) == numbers[i]);
    assert_int_equal(bytes_left(&in), 0);
    assert_false(in.failed);
    buf_done(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_kept_in_order),
        cmocka_unit_test(numbers_are_written_in_decimal),
        cmocka_unit_test(printf_grows_to_fit_at_every_length),
        cmocka_unit_test(an_empty_buffer_is_an_empty_text),
        cmocka_unit_test(clearing_keeps_the_memory),
        cmocka_unit_test(varints_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
