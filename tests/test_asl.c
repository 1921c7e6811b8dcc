#include "tests/blob_kit.h"

static struct formats *formats;

static void put(struct buf *file, uint64_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        buf_add_char(file, (char)(value >> (8 * i) & 0xFF));
}

static void put_header(struct buf *file)
{
    buf_add(file, "ASL DB\0\0\0\0\0\0", 12);
    put(file, 2, 4);
    while (file->len < 80)
        put(file, 0, 1);
}

/* A string object; the reference to it. */
static uint64_t put_string(struct buf *file, const char *text)
{
    uint64_t at = file->len;
    put(file, 1, 2);
    put(file, strlen(text) + 1, 4);
    buf_add(file, text, strlen(text) + 1);
    return at;
}

/* What fits into a reference itself. */
static uint64_t short_string(const char *text)
{
    uint64_t reference = UINT64_C(0x80) | strlen(text);
    for (size_t i = 0; i < 7; i++)
        reference =
            reference << 8 | (i < strlen(text) ? (unsigned char)text[i] : 0);
    return reference;
}

static void put_record(struct buf *file, uint64_t sender, uint64_t message,
    uint64_t name, uint64_t value)
{
    put(file, 0, 2);
    put(file, 132, 4);
    put(file, file->len - 6 + 138, 8); /* the next one */
    put(file, 77, 8);
    put(file, 1772590269, 8);
    put(file, 120394000, 4);
    put(file, 4, 2);
    put(file, 0, 2);
    put(file, 812, 4);
    put(file, 501, 4);
    put(file, 20, 4);
    put(file, UINT32_MAX, 4);
    put(file, 0, 4);
    put(file, 0, 4);
    put(file, 2, 4);
    put(file, short_string("mac01"), 8);
    put(file, sender, 8);
    put(file, 0, 8);
    put(file, message, 8);
    put(file, 0, 8);
    put(file, 0, 8);
    put(file, name, 8);
    put(file, value, 8);
    put(file, 0, 8);
}

static void put_login(struct buf *file)
{
    uint64_t message = put_string(
        file, "Accepted password for alice from 192.0.2.7 port 50022 ssh2");
    uint64_t name = put_string(file, "Sender_UUID");
    put_record(file, short_string("sshd"), message, name, short_string("0A1B"));
}

static void records_are_read_with_all_they_name(void **state)
{
    (void)state;
    struct parsing parsing;
    struct buf file = {0};
    put_header(&file);
    put_login(&file);
    struct str bytes = buf_str(&file);
    assert_int_equal(parsing_start_blob(&parsing, formats, "asl", &bytes), 0);
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "time", "2026-03-04T02:11:09.120394000Z");
    assert_value(&parsing, "host", "mac01");
    assert_value(&parsing, "process", "sshd");
    assert_value(&parsing, "pid", "812");
    assert_value(&parsing, "severity", "4");
    assert_value(&parsing, "record", "77");
    assert_value(&parsing, "x.uid", "501");
    assert_value(&parsing, "x.read_uid", "-1");
    assert_value(&parsing, "x.Sender_UUID", "0A1B");
    /* the formats inside syslog read the message */
    assert_value(&parsing, "action", "login");
    assert_value(&parsing, "user", "alice");
    assert_value(&parsing, "format", "sshd");
    assert_int_equal(parsing_next(&parsing), 0);
    parsing_done(&parsing);
    buf_done(&file);
}

static void damage_costs_what_it_covers(void **state)
{
    (void)state;
    struct parsing parsing;
    struct buf file = {0};
    put_header(&file);
    put_login(&file);
    size_t second = file.len;
    put_login(&file);
    put_login(&file);
    struct str bytes = buf_str(&file);
    memset(file.ptr + second, 0xFF, 6); /* the head of its message */
    assert_int_equal(parsing_start_blob(&parsing, formats, "asl", &bytes), 0);
    assert_int_equal(parsing_next(&parsing), 1);
    assert_int_equal(parsing_next(&parsing), -1);
    assert_int_equal(parsing.record.offset, second);
    assert_int_equal(parsing_next(&parsing), 0);
    parsing_done(&parsing);

    for (size_t len = 0; len < bytes.len; len++) { /* cut anywhere */
        struct str part = str_sub(bytes, 0, len);
        parsing_start_blob(&parsing, formats, "asl", &part);
        while (parsing_next(&parsing) != 0)
            continue;
        parsing_done(&parsing);
    }
    buf_done(&file);
}

static void a_record_is_shown_as_text(void **state)
{
    (void)state;
    struct parsing parsing;
    struct buf file = {0}, out = {0};
    put_header(&file);
    put_login(&file);
    struct str bytes = buf_str(&file);
    assert_int_equal(parsing_start_blob(&parsing, formats, "asl", &bytes), 0);
    assert_int_equal(parsing_next(&parsing), 1);
    struct blob blob = kit_blob(&bytes);
    assert_int_equal(parsing.reading.parser->as_text(parsing.cursor, &blob,
                         parsing.record.offset, &out, &parsing.err),
        0);
    assert_non_null(strstr(buf_cstr(&out), "sender sshd\n"));
    assert_int_equal(parsing.reading.parser->as_text(
                         parsing.cursor, &blob, 3, &out, &parsing.err),
        -1);
    parsing_done(&parsing);
    buf_done(&out);
    buf_done(&file);
}

static int load(void **state)
{
    (void)state;
    static const char *const none[] = {NULL};
    formats = parsing_formats(none);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    formats_free(formats);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_read_with_all_they_name),
        cmocka_unit_test(damage_costs_what_it_covers),
        cmocka_unit_test(a_record_is_shown_as_text),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
