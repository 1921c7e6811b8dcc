#include "tests/parsing.h"

static const char *const none[] = {NULL};

static int set_up(void **state)
{
    *state = parsing_formats(none);
    return 0;
}

static int tear_down(void **state)
{
    formats_free(*state);
    return 0;
}

static struct str with_head(struct buf *buf, const char *records)
{
    static const char start[8] = {5, 0, 0, 0, 1, 0, 0, 0};
    buf_add(buf, start, sizeof(start));
    while (buf->len < 8192)
        buf_add_char(buf, '\0');
    buf_add_cstr(buf, records);
    return buf_str(buf);
}

static const char two[] =
    "\x05"
    "69a79a1d.00000011\tics01\tAUT24326\tvc0\tRoot\t203.0.113.20\talice\tUsers"
    "\x02\x01no record\x17"
    "69a79a1e.12\tics01\tAUT24327\tvc0\tRoot\t2001:db8::9\tbob\tx\ty";

static void records_are_found_between_control_bytes(void **state)
{
    struct parsing in;
    struct buf buf = {0};
    parsing_start(&in, *state, "pulse_vc0", with_head(&buf, two));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "time", "2026-03-04T02:34:05Z");
    assert_value(&in, "host", "ics01");
    assert_value(&in, "action", "login");
    assert_value(&in, "outcome", "success");
    assert_value(&in, "src_ip", "203.0.113.20");
    assert_value(&in, "user", "alice");
    assert_value(&in, "x.number", "00000011");
    assert_int_equal(in.record.offset, 8193);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "outcome", "failure");
    assert_value(&in, "src_ip", "2001:db8::9");
    assert_value(&in, "message", "x\ty");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
    buf_done(&buf);
}

static void the_head_tells_the_file(void **state)
{
    static const struct {
        const char *records;
        size_t len; /* of the file; 0: all of it */
        bool is;
    } cases[] = {{two, 0, true}, {"", 0, true}, {two, 8000, false},
        {"\x05text", 0, false}, {"69a79a1d.x\ta", 0, false}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf buf = {0};
        struct verdict verdict;
        struct str bytes = with_head(&buf, cases[i].records);
        if (cases[i].len > 0)
            bytes.len = cases[i].len;
        struct sample sample = {.bytes = bytes, .whole = true};
        bool is = formats_probe(*state, &sample, &verdict) &&
                  strcmp(verdict.parser->name, "pulse_vc0") == 0;
        assert_int_equal(is, cases[i].is);
        buf_done(&buf);
    }
}

static void a_piece_ends_behind_a_control_byte(void **state)
{
    const struct parser *parser;
    const struct format *format;
    assert_true(formats_choose(*state, STR("pulse_vc0"), &parser, &format));
    struct reading reading = {.parser = parser, .format = format};
    struct str bytes = str_from(two);
    size_t end = parser->cut(&reading, bytes, false);
    assert_true(end > 0 && end < bytes.len);
    assert_int_equal(bytes.ptr[end - 1], 0x17);
    assert_int_equal(parser->cut(&reading, bytes, true), bytes.len);
    assert_int_equal(parser->cut(&reading, STR("69a79a1d.1\tx"), false), 0);
}

static void a_record_is_shown_as_text(void **state)
{
    struct parsing in;
    struct buf buf = {0}, out = {0};
    struct err err = {0};
    struct str bytes = with_head(&buf, two);
    struct blob blob = blob_from_str(&bytes);
    parsing_start(&in, *state, "pulse_vc0", bytes);
    assert_int_equal(
        in.reading.parser->as_text(in.cursor, &blob, 8193, &out, &err), 0);
    assert_true(
        str_starts_with(buf_str(&out), STR("69a79a1d.00000011\tics01")));
    assert_true(str_ends_with(buf_str(&out), STR("\tUsers\n")));
    parsing_done(&in);
    buf_done(&buf);
    buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_found_between_control_bytes),
        cmocka_unit_test(the_head_tells_the_file),
        cmocka_unit_test(a_piece_ends_behind_a_control_byte),
        cmocka_unit_test(a_record_is_shown_as_text),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
