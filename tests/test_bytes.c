#include "src/base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void numbers_are_read_in_both_orders(void **state)
{
    (void)state;
    struct bytes in = bytes_from_str(STR("\x01\x01\x02\x01\x02\x01\x02\xFE\xFF"
                                         "\x01\x02\xFE\xFF"));
    assert_int_equal(bytes_u8(&in), 1);
    assert_int_equal(bytes_u16le(&in), 0x0201);
    assert_int_equal(bytes_u16be(&in), 0x0102);
    assert_int_equal(bytes_u32le(&in), 0xFFFE0201);
    assert_int_equal(bytes_u32be(&in), 0x0102FEFF);
    assert_int_equal(bytes_left(&in), 0);
    assert_false(in.failed);
}

static void long_numbers_are_read_in_both_orders(void **state)
{
    (void)state;
    struct str text = STR("\x01\x02\x03\x04\x05\x06\x07\xF8");
    struct bytes in = bytes_from_str(text);
    assert_true(bytes_u64le(&in) == 0xF807060504030201);
    in = bytes_from_str(text);
    assert_true(bytes_u64be(&in) == 0x01020304050607F8);
}

static void a_read_past_the_end_fails_and_stays_failed(void **state)
{
    (void)state;
    struct bytes in = bytes_from("\x01\x02\x03", 3);
    assert_int_equal(bytes_u32le(&in), 0);
    assert_true(in.failed);
    assert_int_equal(bytes_u16le(&in), 0);
    assert_int_equal(bytes_u8(&in), 0);
    assert_int_equal(bytes_left(&in), 0);
}

static void an_enormous_length_is_refused(void **state)
{
    (void)state;
    struct bytes in = bytes_from("abc", 3);
    assert_int_equal(bytes_str(&in, SIZE_MAX).len, 0);
    assert_true(in.failed);
}

static void a_part_cannot_see_past_its_own_end(void **state)
{
    (void)state;
    struct bytes in = bytes_from("abcdef", 6);
    bytes_skip(&in, 1);
    struct bytes part = bytes_sub(&in, 2);
    assert_true(str_eq(bytes_str(&part, 2), STR("bc")));
    assert_int_equal(bytes_u8(&part), 0);
    assert_true(part.failed);
    assert_false(in.failed);
    assert_true(str_eq(bytes_str(&in, 3), STR("def")));
}

static void nothing_at_all_can_be_read_from(void **state)
{
    (void)state;
    struct bytes in = bytes_from(NULL, 0);
    assert_int_equal(bytes_str(&in, 0).len, 0);
    assert_false(in.failed);
    assert_int_equal(bytes_u8(&in), 0);
    assert_true(in.failed);
}

static void a_varint_past_64_bits_fails(void **state)
{
    (void)state;
    struct bytes in =
        bytes_from("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", 10);
    assert_int_equal(bytes_varint(&in), 0);
    assert_true(in.failed);
    in = bytes_from("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11);
    assert_int_equal(bytes_varint(&in), 0);
    assert_true(in.failed);
    in = bytes_from("\x80", 1);
    assert_int_equal(bytes_varint(&in), 0);
    assert_true(in.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_in_both_orders),
        cmocka_unit_test(long_numbers_are_read_in_both_orders),
        cmocka_unit_test(a_read_past_the_end_fails_and_stays_failed),
        cmocka_unit_test(an_enormous_length_is_refused),
        cmocka_unit_test(a_part_cannot_see_past_its_own_end),
        cmocka_unit_test(nothing_at_all_can_be_read_from),
        cmocka_unit_test(a_varint_past_64_bits_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
