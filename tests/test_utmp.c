#include "tests/blob_kit.h"
#include "tests/login_kit.h"

static struct formats *formats;

static const struct kit_login alice = {
    .type = KIT_USER,
    .pid = 811,
    .line = "pts/0",
    .id = "ts/0",
    .user = "alice",
    .host = "203.0.113.9",
    .micros = 120000,
    .address = {203, 0, 113, 9},
    .session = 811,
};

/* As parsing.h, for a parser that no format stands for. */
static void start_at(
    struct parsing *parsing, struct str bytes, const char *path)
{
    parsing_start(parsing, formats, "utmp", bytes);
    parsing->reading.path = str_from(path);
    parsing->reading.parser->feed(parsing->cursor, &parsing->piece);
}

static void read_one(struct parsing *parsing, const struct kit_login *login,
    const char *path, struct buf *bytes)
{
    kit_login_add(bytes, KIT_LINUX_32, login);
    start_at(parsing, buf_str(bytes), path);
    assert_int_equal(parsing_next(parsing), 1);
}

static int probe(struct str bytes, const char *path)
{
    struct sample sample = {
        .bytes = bytes, .whole = true, .path = str_from(path)};
    const struct parser *parser = NULL;
    const struct format *format = NULL;
    assert_true(formats_choose(formats, STR("utmp"), &parser, &format));
    return parser->probe(&sample);
}

static void a_login_says_who_came_from_where(void **state)
{
    (void)state;
    struct parsing parsing;
    struct buf bytes = {0};
    read_one(&parsing, &alice, "var/log/wtmp", &bytes);
    assert_value(&parsing, "time", "2026-03-04T02:11:09.120000Z");
    assert_value(&parsing, "category", "authentication");
    assert_value(&parsing, "action", "login");
    assert_value(&parsing, "outcome", "success");
    assert_value(&parsing, "user", "alice");
    assert_value(&parsing, "src_ip", "203.0.113.9");
    assert_value(&parsing, "src_host", "");
    assert_value(&parsing, "pid", "811");
    assert_value(&parsing, "session", "811");
    assert_value(&parsing, "channel", "wtmp");
    assert_value(&parsing, "x.type", "USER_PROCESS");
    assert_value(&parsing, "x.line", "pts/0");
    assert_value(&parsing, "x.id", "ts/0");
    assert_value(&parsing, "format", "utmp");
    assert_value(&parsing, "understood", "parsed");
    assert_value(
        &parsing, "message", "alice logged in on pts/0 from 203.0.113.9");
    assert_int_equal(parsing.record.offset, 0);
    assert_int_equal(parsing.record.length, 384);
    assert_int_equal(parsing_next(&parsing), 0);
    parsing_done(&parsing);
    buf_done(&bytes);
}

static void the_same_record_in_btmp_is_a_failure(void **state)
{
    (void)state;
    static const char *const paths[] = {"btmp", "var/log/btmp.1",
        "host/var/log/btmp-20260301", "/mnt/x/web01_btmp"};
    for (size_t i = 0; i < 4; i++) {
        struct parsing parsing;
        struct buf bytes = {0};
        read_one(&parsing, &alice, paths[i], &bytes);
        assert_value(&parsing, "action", "login");
        assert_value(&parsing, "outcome", "failure");
        assert_value(&parsing, "message",
            "failed login of alice on pts/0 from 203.0.113.9");
        assert_value(&parsing, "x.btmp", "");
        parsing_done(&parsing);
        buf_done(&bytes);
    }
}

static void a_folder_called_btmp_makes_no_failure(void **state)
{
    (void)state;
    struct parsing parsing;
    struct buf bytes = {0};
    read_one(&parsing, &alice, "btmp/wtmp", &bytes);
    assert_value(&parsing, "outcome", "success");
    assert_value(&parsing, "channel", "wtmp");
    parsing_done(&parsing);
    buf_done(&bytes);
}

static void without_a_name_the_content_says_that_it_is_btmp(void **state)
{
    (void)state;
    struct kit_login tried = {.type = KIT_WAITING,
        .pid = 900,
        .line = "tty1",
        .user = "root",
        .host = ""};
    struct parsing parsing;
    struct buf bytes = {0};
    read_one(&parsing, &tried, "evidence.bin", &bytes);
    assert_value(&parsing, "outcome", "failure");
    assert_value(&parsing, "x.btmp", "by content");
    assert_value(&parsing, "message",
        "failed login of root on tty1 (its content says btmp)");
    parsing_done(&parsing);
    buf_done(&bytes);
}

static void a_file_with_logouts_is_no_btmp(void **state)
{
    (void)state;
    struct kit_login getty = {
        .type = KIT_WAITING, .pid = 900, .line = "tty1", .user = "LOGIN"};
    struct kit_login gone = {.type = KIT_DEAD, .pid = 811, .line = "pts/0"};
    struct parsing parsing;
    struct buf bytes = {0};
    kit_login_add(&bytes, KIT_LINUX_32, &alice);
    kit_login_add(&bytes, KIT_LINUX_32, &getty);
    kit_login_add(&bytes, KIT_LINUX_32, &gone);
    start_at(&parsing, buf_str(&bytes), "evidence.bin");
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "outcome", "success");
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "action", "");
    assert_value(&parsing, "message", "tty1 waits for a login");
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "action", "logout");
    assert_value(&parsing, "message", "logged out on pts/0");
    parsing_done(&parsing);
    buf_done(&bytes);
}

/* Each row: a record, and what its sentence and action are. */
static void every_type_has_its_sentence(void **state)
{
    (void)state;
    static const struct {
        struct kit_login login;
        const char *action, *message;
    } rows[] = {
        {{.type = KIT_BOOT,
             .line = "~",
             .id = "~~",
             .user = "reboot",
             .host = "6.1.0-9-amd64"},
            "boot", "system boot 6.1.0-9-amd64"},
        {{.type = KIT_RUN_LEVEL,
             .pid = '5' + 256 * 'N',
             .line = "~",
             .user = "runlevel"},
            "", "run level 5, before N"},
        {{.type = KIT_RUN_LEVEL,
             .pid = '0' + 256 * '5',
             .line = "~",
             .user = "shutdown"},
            "shutdown", "system shutdown"},
        {{.type = KIT_NEW_TIME, .line = "{"}, "time_change",
            "the clock was set to this time"},
        {{.type = KIT_OLD_TIME, .line = "|"}, "time_change",
            "the clock was set back or forward from this time"},
        {{.type = KIT_INIT, .pid = 44, .id = "1", .line = "tty1"}, "",
            "init started process 44 (id 1) on tty1"},
        {{.type = KIT_DEAD, .pid = 44, .id = "rcS"}, "exit",
            "process 44 (id rcS) ended"},
        {{.type = KIT_DEAD, .pid = 811, .line = "pts/0", .user = "alice"},
            "logout", "alice logged out on pts/0"},
        {{.type = KIT_WAITING,
             .pid = 9,
             .line = "ssh:notty",
             .user = "admin",
             .address = {0x20, 1, 0xD, 0xB8, [15] = 7}},
            "login", "failed login of admin on ssh:notty from 2001:db8::7"},
        {{.type = KIT_USER, .line = "tty7", .user = "bob", .host = ":0"},
            "login", "bob logged in on tty7 from :0"},
        {{.type = KIT_USER,
             .line = "pts/3",
             .user = "bob",
             .host = "gate.example.com"},
            "login", "bob logged in on pts/3 from gate.example.com"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct parsing parsing;
        struct buf bytes = {0};
        read_one(&parsing, &rows[i].login, "wtmp", &bytes);
        assert_value(&parsing, "action", rows[i].action);
        assert_value(&parsing, "message", rows[i].message);
        parsing_done(&parsing);
        buf_done(&bytes);
    }
}

/* Host as written, and what comes of it. */
static void a_host_is_an_address_a_name_or_a_display(void **state)
{
    (void)state;
    static const struct {
        const char *host, *src_ip, *src_host, *ut_host;
    } rows[] = {
        {"198.51.100.4", "198.51.100.4", "", ""},
        {"2001:db8::9", "2001:db8::9", "", ""},
        {"192.0.2.7:S.0", "192.0.2.7", "", "192.0.2.7:S.0"},
        {"gate.example.com", "", "gate.example.com", ""},
        {":0", "", "", ":0"},
        {"tmux(811).%0", "", "", "tmux(811).%0"},
        {"", "", "", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct kit_login login = alice;
        struct parsing parsing;
        struct buf bytes = {0};
        memset(login.address, 0, sizeof(login.address));
        login.host = rows[i].host;
        read_one(&parsing, &login, "wtmp", &bytes);
        assert_value(&parsing, "src_ip", rows[i].src_ip);
        assert_value(&parsing, "src_host", rows[i].src_host);
        assert_value(&parsing, "x.ut_host", rows[i].ut_host);
        parsing_done(&parsing);
        buf_done(&bytes);
    }
}

static void the_address_is_believed_before_the_host(void **state)
{
    (void)state;
    struct kit_login login = alice;
    struct parsing parsing;
    struct buf bytes = {0};
    login.host = "198.51.100.4";
    read_one(&parsing, &login, "wtmp", &bytes);
    assert_value(&parsing, "src_ip", "203.0.113.9");
    assert_value(&parsing, "x.ut_host", "198.51.100.4");
    parsing_done(&parsing);
    buf_done(&bytes);
}

static void every_layout_is_found_from_its_bytes(void **state)
{
    (void)state;
    for (int layout = 0; layout < KIT_LAYOUTS; layout++) {
        struct parsing parsing;
        struct buf bytes = {0};
        struct kit_login login = alice;
        login.type = KIT_USER;
        for (uint32_t i = 0; i < 5; i++) {
            login.seconds = i;
            kit_login_add(&bytes, (enum kit_layout)layout, &login);
        }
        assert_true(probe(buf_str(&bytes), "evidence.bin") > 0);
        start_at(&parsing, buf_str(&bytes), "evidence.bin");
        for (uint32_t i = 0; i < 5; i++) {
            if (parsing_next(&parsing) != 1)
                fail_msg("layout %d, record %u", layout, i);
            assert_value(&parsing, "user", "alice");
            assert_value(&parsing, "action", "login");
            assert_value(&parsing, "src_ip", "203.0.113.9");
            assert_value(&parsing, "pid", "811");
            assert_value(&parsing, "x.line", "pts/0");
            assert_int_equal(parsing.record.time / STAMP_SECOND,
                (int64_t)KIT_LOGIN_TIME + i);
        }
        assert_int_equal(parsing_next(&parsing), 0);
        parsing_done(&parsing);
        buf_done(&bytes);
    }
}

static void one_record_is_enough_to_know_the_layout(void **state)
{
    (void)state;
    for (int layout = 0; layout < KIT_LAYOUTS; layout++) {
        struct parsing parsing;
        struct buf bytes = {0};
        kit_login_add(&bytes, (enum kit_layout)layout, &alice);
        start_at(&parsing, buf_str(&bytes), "wtmp");
        assert_int_equal(parsing_next(&parsing), 1);
        assert_value(&parsing, "user", "alice");
        assert_int_equal(parsing_next(&parsing), 0);
        parsing_done(&parsing);
        buf_done(&bytes);
    }
}

static void text_and_zeros_and_other_binaries_are_not_claimed(void **state)
{
    (void)state;
    char zeros[4096] = {0}, counting[4096];
    for (size_t i = 0; i < sizeof(counting); i++)
        counting[i] = (char)i;
    assert_int_equal(
        probe(STR("Mar  4 02:11:09 web01 sshd[8]: x\n"), "wtmp"), 0);
    assert_int_equal(probe(str_make(zeros, sizeof(zeros)), "wtmp"), 0);
    assert_int_equal(probe(str_make(counting, sizeof(counting)), "wtmp"), 0);
    assert_int_equal(probe(str_make(counting, 4), "wtmp"), 0);
}

/* --- damage --------------------------------------------------------------- */

static void add_logins(struct buf *bytes, uint32_t first, uint32_t count)
{
    struct kit_login login = alice;
    for (uint32_t i = 0; i < count; i++) {
        login.seconds = first + i;
        kit_login_add(bytes, KIT_LINUX_32, &login);
    }
}

/* What comes of the bytes, a letter a record: . read, ! damaged, 0 zeros. */
static const char *outline(struct str bytes, size_t *lost)
{
    static char letters[64];
    struct parsing parsing;
    size_t count = 0;
    int rc;
    *lost = 0;
    start_at(&parsing, bytes, "wtmp");
    while ((rc = parsing_next(&parsing)) != 0 && count < sizeof(letters) - 1) {
        bool zeros = strcmp(parsing_get(&parsing, "x.type"), "zeros") == 0;
        letters[count++] = rc < 0 ? '!' : zeros ? '0' : '.';
        *lost += rc < 0 ? parsing.record.length : 0;
    }
    letters[count] = '\0';
    parsing_done(&parsing);
    return letters;
}

static void a_damaged_record_costs_itself_only(void **state)
{
    (void)state;
    struct buf bytes = {0};
    size_t lost;
    add_logins(&bytes, 0, 5);
    memset(bytes.ptr + 2 * 384, 0xA5, 384);
    assert_string_equal(outline(buf_str(&bytes), &lost), "..!..");
    assert_int_equal(lost, 384);
    buf_done(&bytes);
}

static void two_damaged_records_are_two(void **state)
{
    (void)state;
    struct buf bytes = {0};
    size_t lost;
    add_logins(&bytes, 0, 5);
    bytes.ptr[1 * 384] = 99;
    bytes.ptr[2 * 384] = 99;
    assert_string_equal(outline(buf_str(&bytes), &lost), ".!!..");
    buf_done(&bytes);
}

static void bytes_that_were_put_in_are_skipped(void **state)
{
    (void)state;
    struct buf bytes = {0};
    size_t lost;
    add_logins(&bytes, 0, 2);
    buf_add_cstr(&bytes, "not a record");
    add_logins(&bytes, 2, 3);
    assert_string_equal(outline(buf_str(&bytes), &lost), "..!...");
    assert_int_equal(lost, 12);
    buf_done(&bytes);
}

static void bytes_that_are_missing_cost_one_record(void **state)
{
    (void)state;
    struct buf whole = {0}, bytes = {0};
    size_t lost;
    add_logins(&whole, 0, 5);
    buf_add(&bytes, whole.ptr, 2 * 384 + 100);
    buf_add(&bytes, whole.ptr + 3 * 384, 2 * 384);
    assert_string_equal(outline(buf_str(&bytes), &lost), "..!..");
    assert_int_equal(lost, 100);
    buf_done(&bytes);
    buf_done(&whole);
}

static void a_cut_tail_is_damage(void **state)
{
    (void)state;
    struct buf bytes = {0};
    size_t lost;
    add_logins(&bytes, 0, 2);
    assert_string_equal(
        outline(str_sub(buf_str(&bytes), 0, 384 + 90), &lost), ".!");
    assert_int_equal(lost, 90);
    buf_done(&bytes);
}

static void a_tail_cut_behind_its_time_is_read(void **state)
{
    (void)state;
    struct buf bytes = {0};
    struct parsing parsing;
    add_logins(&bytes, 0, 2);
    start_at(&parsing, str_sub(buf_str(&bytes), 0, 384 + 350), "wtmp");
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "x.cut", "");
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "user", "alice");
    assert_value(&parsing, "x.cut", "the file ends inside the record");
    assert_int_equal(parsing.record.length, 350);
    assert_int_equal(parsing_next(&parsing), 0);
    parsing_done(&parsing);
    buf_done(&bytes);
}

static void wiped_records_are_one_event_without_a_time(void **state)
{
    (void)state;
    struct buf bytes = {0};
    struct parsing parsing;
    add_logins(&bytes, 0, 5);
    memset(bytes.ptr + 384, 0, 2 * 384);
    start_at(&parsing, buf_str(&bytes), "wtmp");
    assert_int_equal(parsing_next(&parsing), 1);
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "time", "");
    assert_value(&parsing, "x.records", "2");
    assert_value(&parsing, "understood", "generic");
    assert_int_equal(parsing.record.length, 768);
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "user", "alice");
    parsing_done(&parsing);
    buf_done(&bytes);
}

static void freebsd_finds_its_way_back_too(void **state)
{
    (void)state;
    struct buf bytes = {0};
    struct kit_login login = alice;
    size_t lost;
    for (uint32_t i = 0; i < 6; i++) {
        login.seconds = i;
        kit_login_add(&bytes, KIT_FREEBSD_LOG, &login);
        if (i == 2)
            buf_add_cstr(&bytes, "\xff\xffjunk");
    }
    assert_string_equal(outline(buf_str(&bytes), &lost), "...!...");
    assert_int_equal(lost, 6);
    buf_done(&bytes);
}

/* --- pieces --------------------------------------------------------------- */

static void a_piece_ends_behind_its_last_record(void **state)
{
    (void)state;
    struct parsing parsing;
    struct buf bytes = {0};
    add_logins(&bytes, 0, 3);
    start_at(&parsing, buf_str(&bytes), "wtmp");
    const struct reading *reading = &parsing.reading;
    struct str part = str_sub(buf_str(&bytes), 0, 2 * 384 + 200);
    assert_int_equal(reading->parser->cut(reading, part, false), 2 * 384);
    assert_int_equal(reading->parser->cut(reading, part, true), part.len);
    part = str_sub(part, 0, 200);
    assert_int_equal(reading->parser->cut(reading, part, false), 0);
    parsing_done(&parsing);
    buf_done(&bytes);
}

static void what_was_learnt_serves_a_later_piece(void **state)
{
    (void)state;
    struct parsing parsing;
    struct buf bytes = {0}, learnt = {0};
    struct kit_login tried = alice;
    tried.type = KIT_WAITING;
    tried.line = "ssh:notty";
    kit_login_add(&bytes, KIT_LINUX_64, &tried);
    start_at(&parsing, buf_str(&bytes), "evidence.bin");
    const struct parser *parser = parsing.reading.parser;
    parser->learn(&parsing.reading, buf_str(&bytes), &learnt);
    size_t len = learnt.len;
    assert_true(len > 0);
    buf_clear(&bytes);
    kit_login_add(&bytes, KIT_LINUX_64, &alice); /* alone it were a success */
    parser->learn(&parsing.reading, buf_str(&bytes), &learnt);
    assert_int_equal(learnt.len, len);
    struct piece piece = {
        .bytes = buf_str(&bytes), .offset = 400, .state = buf_str(&learnt)};
    parser->feed(parsing.cursor, &piece);
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "outcome", "failure");
    parsing_done(&parsing);
    buf_done(&bytes);
    buf_done(&learnt);
}

static void a_clock_offset_moves_the_times(void **state)
{
    (void)state;
    struct parsing parsing;
    struct buf bytes = {0};
    kit_login_add(&bytes, KIT_LINUX_32, &alice);
    start_at(&parsing, buf_str(&bytes), "wtmp");
    parsing.reading.clock_offset = 60 * STAMP_SECOND;
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "time", "2026-03-04T02:12:09.120000Z");
    assert_int_equal(parsing.record.time_quality, TIME_OFFSET_APPLIED);
    parsing_done(&parsing);
    buf_done(&bytes);
}

static void a_record_is_shown_member_by_member(void **state)
{
    (void)state;
    struct parsing parsing;
    struct buf bytes = {0}, text = {0};
    kit_login_add(&bytes, KIT_LINUX_64, &alice);
    kit_login_add(&bytes, KIT_LINUX_64, &alice);
    start_at(&parsing, buf_str(&bytes), "wtmp");
    const struct parser *parser = parsing.reading.parser;
    struct str view = buf_str(&bytes);
    struct blob blob = kit_blob(&view);
    assert_int_equal(
        parser->as_text(parsing.cursor, &blob, 400, &text, &parsing.err), 0);
    assert_string_equal(buf_cstr(&text),
        "layout   Linux, 400 bytes, 64-bit times\n"
        "type     USER_PROCESS\n"
        "pid      811\n"
        "line     pts/0\n"
        "id       ts/0\n"
        "user     alice\n"
        "host     203.0.113.9\n"
        "address  203.0.113.9\n"
        "session  811\n"
        "signal   0\n"
        "exit     0\n"
        "time     2026-03-04T02:11:09.120000Z\n");
    assert_int_equal(
        parser->as_text(parsing.cursor, &blob, 9, &text, &parsing.err), -1);
    parsing_done(&parsing);
    buf_done(&bytes);
    buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_login_says_who_came_from_where),
        cmocka_unit_test(the_same_record_in_btmp_is_a_failure),
        cmocka_unit_test(a_folder_called_btmp_makes_no_failure),
        cmocka_unit_test(without_a_name_the_content_says_that_it_is_btmp),
        cmocka_unit_test(a_file_with_logouts_is_no_btmp),
        cmocka_unit_test(every_type_has_its_sentence),
        cmocka_unit_test(a_host_is_an_address_a_name_or_a_display),
        cmocka_unit_test(the_address_is_believed_before_the_host),
        cmocka_unit_test(every_layout_is_found_from_its_bytes),
        cmocka_unit_test(one_record_is_enough_to_know_the_layout),
        cmocka_unit_test(text_and_zeros_and_other_binaries_are_not_claimed),
        cmocka_unit_test(a_damaged_record_costs_itself_only),
        cmocka_unit_test(two_damaged_records_are_two),
        cmocka_unit_test(bytes_that_were_put_in_are_skipped),
        cmocka_unit_test(bytes_that_are_missing_cost_one_record),
        cmocka_unit_test(a_cut_tail_is_damage),
        cmocka_unit_test(a_tail_cut_behind_its_time_is_read),
        cmocka_unit_test(wiped_records_are_one_event_without_a_time),
        cmocka_unit_test(freebsd_finds_its_way_back_too),
        cmocka_unit_test(a_piece_ends_behind_its_last_record),
        cmocka_unit_test(what_was_learnt_serves_a_later_piece),
        cmocka_unit_test(a_clock_offset_moves_the_times),
        cmocka_unit_test(a_record_is_shown_member_by_member),
    };
    formats = formats_load("/nonexistent");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    formats_free(formats);
    return failed;
}
