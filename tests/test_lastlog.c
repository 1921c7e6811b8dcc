#include "tests/blob_kit.h"
#include "tests/login_kit.h"

static struct formats *formats;

enum { SIZE_32 = 292, SIZE_64 = 296 };

/* Put a last login at its place. */
static void put_login(struct buf *file, size_t size, bool big, uint64_t uid,
    uint32_t seconds, const char *line, const char *host)
{
    size_t time_len = size == SIZE_64 ? 8 : 4;
    size_t end = (size_t)(uid + 1) * size;
    if (file->len < end) {
        buf_reserve(file, end - file->len);
        memset(file->ptr + file->len, 0, end - file->len);
        file->len = end;
    }
    char *record = file->ptr + uid * size;
    kit_put_number(record, (struct kit_place){0, time_len}, big,
        (uint64_t)KIT_LOGIN_TIME + seconds);
    kit_put_text(record, (struct kit_place){time_len, 32}, line);
    kit_put_text(record, (struct kit_place){time_len + 32, 256}, host);
}

static int probe(struct str bytes, const char *path)
{
    struct sample sample = {
        .bytes = bytes, .whole = true, .path = str_from(path)};
    const struct parser *parser = NULL;
    const struct format *format = NULL;
    assert_true(formats_choose(formats, STR("lastlog"), &parser, &format));
    return parser->probe(&sample);
}

static void each_user_who_ever_logged_in_is_an_event(void **state)
{
    (void)state;
    struct parsing parsing;
    struct buf file = {0};
    put_login(&file, SIZE_32, false, 0, 0, "tty1", "");
    put_login(&file, SIZE_32, false, 1000, 60, "pts/0", "203.0.113.9");
    put_login(&file, SIZE_32, false, 60000, 90, "pts/1", "gate.example.com");
    struct str bytes = buf_str(&file);
    assert_int_equal(
        parsing_start_blob(&parsing, formats, "lastlog", &bytes), 0);
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "x.uid", "0");
    assert_value(&parsing, "user", "");
    assert_value(&parsing, "message", "last login: uid 0 logged in on tty1");
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "x.uid", "1000");
    assert_value(&parsing, "time", "2026-03-04T02:12:09Z");
    assert_value(&parsing, "category", "authentication");
    assert_value(&parsing, "action", "login");
    assert_value(&parsing, "outcome", "success");
    assert_value(&parsing, "src_ip", "203.0.113.9");
    assert_value(&parsing, "x.line", "pts/0");
    assert_value(&parsing, "format", "lastlog");
    assert_int_equal(parsing.record.offset, 1000 * SIZE_32);
    assert_int_equal(parsing.record.length, SIZE_32);
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "x.uid", "60000");
    assert_value(&parsing, "src_host", "gate.example.com");
    assert_int_equal(parsing_next(&parsing), 0);
    parsing_done(&parsing);
    buf_done(&file);
}

static void every_layout_is_found(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        bool big;
    } rows[] = {
        {SIZE_32, false}, {SIZE_64, false}, {SIZE_32, true}, {SIZE_64, true}};
    for (size_t i = 0; i < 4; i++) {
        struct parsing parsing;
        struct buf file = {0};
        put_login(
            &file, rows[i].size, rows[i].big, 33, 1, "pts/0", "192.0.2.1");
        put_login(
            &file, rows[i].size, rows[i].big, 1001, 2, "pts/1", "192.0.2.2");
        struct str bytes = buf_str(&file);
        assert_true(probe(bytes, "lastlog") > 0);
        assert_int_equal(
            parsing_start_blob(&parsing, formats, "lastlog", &bytes), 0);
        assert_int_equal(parsing_next(&parsing), 1);
        assert_value(&parsing, "x.uid", "33");
        assert_value(&parsing, "src_ip", "192.0.2.1");
        assert_int_equal(parsing_next(&parsing), 1);
        assert_value(&parsing, "x.uid", "1001");
        assert_int_equal(parsing_next(&parsing), 0);
        parsing_done(&parsing);
        buf_done(&file);
    }
}

static void a_damaged_entry_costs_itself_only(void **state)
{
    (void)state;
    struct parsing parsing;
    struct buf file = {0};
    for (uint64_t uid = 0; uid < 5; uid++)
        put_login(&file, SIZE_32, false, uid, 1, "pts/0", "");
    memset(file.ptr + 2 * SIZE_32, 0xA5, SIZE_32);
    struct str bytes = buf_str(&file);
    assert_int_equal(
        parsing_start_blob(&parsing, formats, "lastlog", &bytes), 0);
    assert_int_equal(parsing_next(&parsing), 1);
    assert_int_equal(parsing_next(&parsing), 1);
    assert_int_equal(parsing_next(&parsing), -1);
    assert_int_equal(parsing.record.offset, 2 * SIZE_32);
    assert_int_equal(parsing.record.length, SIZE_32);
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "x.uid", "3");
    assert_int_equal(parsing_next(&parsing), 1);
    assert_int_equal(parsing_next(&parsing), 0);
    parsing_done(&parsing);
    buf_done(&file);
}

static void a_cut_file_ends_in_damage(void **state)
{
    (void)state;
    struct parsing parsing;
    struct buf file = {0};
    put_login(&file, SIZE_32, false, 0, 1, "pts/0", "");
    put_login(&file, SIZE_32, false, 1, 1, "pts/0", "");
    struct str bytes = str_sub(buf_str(&file), 0, SIZE_32 + 20);
    assert_int_equal(
        parsing_start_blob(&parsing, formats, "lastlog", &bytes), 0);
    assert_int_equal(parsing_next(&parsing), 1);
    assert_int_equal(parsing_next(&parsing), -1);
    assert_int_equal(parsing.record.length, 20);
    assert_int_equal(parsing_next(&parsing), 0);
    parsing_done(&parsing);
    buf_done(&file);
}

static void zeros_are_a_lastlog_by_name_and_nothing_else(void **state)
{
    (void)state;
    struct parsing parsing;
    char zeros[4096] = {0};
    struct str bytes = str_make(zeros, sizeof(zeros));
    assert_true(probe(bytes, "var/log/lastlog") > 0);
    assert_int_equal(probe(bytes, "var/log/other"), 0);
    assert_int_equal(probe(bytes, "lastlog/other"), 0);
    assert_int_equal(
        parsing_start_blob(&parsing, formats, "lastlog", &bytes), 0);
    assert_int_equal(parsing_next(&parsing), 0);
    parsing_done(&parsing);
}

static void login_records_and_text_are_no_lastlog(void **state)
{
    (void)state;
    struct kit_login login = {.type = KIT_USER, .line = "pts/0", .user = "bob"};
    struct buf file = {0};
    kit_login_add(&file, KIT_LINUX_32, &login);
    kit_login_add(&file, KIT_LINUX_32, &login);
    assert_int_equal(probe(buf_str(&file), "other"), 0);
    assert_int_equal(
        probe(STR("Mar  4 02:11:09 web01 sshd[8]: a line\n"), "lastlog"), 0);
    buf_done(&file);
}

static void an_entry_is_shown_member_by_member(void **state)
{
    (void)state;
    struct parsing parsing;
    struct buf file = {0}, text = {0};
    put_login(&file, SIZE_32, false, 1000, 60, "pts/0", "203.0.113.9");
    struct str bytes = buf_str(&file);
    assert_int_equal(
        parsing_start_blob(&parsing, formats, "lastlog", &bytes), 0);
    const struct parser *parser = parsing.reading.parser;
    struct blob blob = kit_blob(&bytes);
    assert_int_equal(parser->as_text(parsing.cursor, &blob, 1000 * SIZE_32,
                         &text, &parsing.err),
        0);
    assert_string_equal(buf_cstr(&text),
        "uid  1000\ntime 2026-03-04T02:12:09Z\nline pts/0\n"
        "host 203.0.113.9\n");
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "x.uid", "1000");
    parsing_done(&parsing);
    buf_done(&file);
    buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_user_who_ever_logged_in_is_an_event),
        cmocka_unit_test(every_layout_is_found),
        cmocka_unit_test(a_damaged_entry_costs_itself_only),
        cmocka_unit_test(a_cut_file_ends_in_damage),
        cmocka_unit_test(zeros_are_a_lastlog_by_name_and_nothing_else),
        cmocka_unit_test(login_records_and_text_are_no_lastlog),
        cmocka_unit_test(an_entry_is_shown_member_by_member),
    };
    formats = formats_load("/nonexistent");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    formats_free(formats);
    return failed;
}
