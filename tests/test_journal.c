#include "src/base/limit.h"
#include "tests/journal_kit.h"
#include "tests/parsing.h"

enum { FIELDS = 5 };
#define TIME UINT64_C(1772590269000000) /* 2026-03-04T02:11:09Z, in us */

static int set_up(void **state)
{
    static const char *const none[] = {NULL};
    *state = parsing_formats(none);
    return 0;
}

static int tear_down(void **state)
{
    formats_free(*state);
    return 0;
}

static void start(struct parsing *in, void **state, struct str *bytes)
{
    struct blob blob = blob_from_str(bytes);
    *in = (struct parsing){.err = {0}};
    assert_true(formats_choose(
        *state, STR("journal"), &in->reading.parser, &in->reading.format));
    in->reading.zone = zone_utc();
    record_init(&in->record);
    in->cursor = in->reading.parser->open(&in->reading);
    assert_int_equal(
        in->reading.parser->feed_blob(in->cursor, &blob, &in->err), 0);
}

/* Entry number `i`, from 0: a login that failed. Returns its offset. */
static uint64_t add_login(struct journal_kit *kit, int i)
{
    char message[128];
    snprintf(message, sizeof(message),
        "MESSAGE=Failed password for user%d from 203.0.113.9 port %d ssh2", i,
        50000 + i);
    const struct str fields[FIELDS] = {str_from(message),
        STR("SYSLOG_IDENTIFIER=sshd"), STR("_PID=811"), STR("PRIORITY=6"),
        STR("_HOSTNAME=web01")};
    return journal_kit_entry(kit, TIME + (uint64_t)i, fields, FIELDS);
}

static struct str make_logins(
    struct journal_kit *kit, bool compact, uint8_t packing, int count)
{
    journal_kit_begin(kit, compact, packing);
    for (int i = 0; i < count; i++)
        add_login(kit, i);
    journal_kit_end(kit);
    return buf_str(&kit->bytes);
}

/* One entry of one message besides. */
static struct str make_entry(
    struct journal_kit *kit, const struct str *fields, size_t count)
{
    journal_kit_begin(kit, false, 0);
    journal_kit_entry(kit, TIME, fields, count);
    journal_kit_end(kit);
    return buf_str(&kit->bytes);
}

/* How many records and damages there are; the users of the records in order of
 * reading, each as a letter ('a' is user0). */
struct outcome {
    int records, damaged;
    char users[64];
};

static struct outcome read_all(void **state, struct str bytes)
{
    struct parsing in;
    struct outcome outcome = {0};
    start(&in, state, &bytes);
    for (int rc; (rc = parsing_next(&in)) != 0;) {
        assert_true(outcome.records + outcome.damaged < 60);
        if (rc < 0) {
            assert_true(in.record.length > 0);
            outcome.damaged++;
            continue;
        }
        const char *user = parsing_get(&in, "user");
        outcome.users[outcome.records++] =
            strncmp(user, "user", 4) == 0 ? (char)('a' + atoi(user + 4)) : '?';
    }
    parsing_done(&in);
    return outcome;
}

static void a_login_reads_as_one_in_a_syslog_file(void **state)
{
    struct journal_kit kit;
    struct parsing in;
    struct str bytes = make_logins(&kit, false, 0, 1);
    start(&in, state, &bytes);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "time", "2026-03-04T02:11:09.000000Z");
    assert_value(&in, "format", "sshd");
    assert_value(&in, "understood", "parsed");
    assert_value(&in, "host", "web01");
    assert_value(&in, "process", "sshd");
    assert_value(&in, "pid", "811");
    assert_value(&in, "severity", "6");
    assert_value(&in, "category", "authentication");
    assert_value(&in, "action", "login");
    assert_value(&in, "outcome", "failure");
    assert_value(&in, "user", "user0");
    assert_value(&in, "src_ip", "203.0.113.9");
    assert_value(&in, "record", "1");
    assert_value(&in, "x._HOSTNAME", "web01");
    assert_value(&in, "x.__REALTIME_TIMESTAMP", "1772590269000000");
    assert_value(&in, "x.__SEQNUM", "1");
    assert_value(&in, "x._BOOT_ID", "b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0");
    assert_int_equal(in.record.offset, kit.entries[0]);
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
    journal_kit_done(&kit);
}

static void a_padded_name_is_read_as_behind_a_syslog_header(void **state)
{
    struct journal_kit kit;
    struct parsing in;
    const struct str fields[] = {STR("SYSLOG_IDENTIFIER=sudo"),
        STR("MESSAGE=   alice : TTY=pts/0 ; PWD=/root ; USER=root ; "
            "COMMAND=/usr/bin/id")};
    struct str bytes = make_entry(&kit, fields, 2);
    start(&in, state, &bytes);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "alice");
    assert_value(&in, "target_user", "root");
    assert_value(&in, "command", "/usr/bin/id");
    parsing_done(&in);
    journal_kit_done(&kit);
}

static void every_layout_and_packing_gives_the_same(void **state)
{
    static const uint8_t packings[] = {
        0, JOURNAL_KIT_XZ, JOURNAL_KIT_LZ4, JOURNAL_KIT_ZSTD};
    char text[1000];
    memset(text, 'z', sizeof(text));
    memcpy(text, "MESSAGE=", 8);
    const struct str field = str_make(text, sizeof(text));
    for (size_t i = 0; i < 8; i++) {
        struct journal_kit kit;
        struct parsing in;
        journal_kit_begin(&kit, i >= 4, packings[i % 4]);
        journal_kit_entry(&kit, TIME, &field, 1);
        journal_kit_end(&kit);
        struct str bytes = buf_str(&kit.bytes);
        assert_true(i % 4 == 0 || str_find(bytes, field) < 0);
        start(&in, state, &bytes);
        assert_int_equal(parsing_next(&in), 1);
        assert_true(str_eq(
            record_get(&in.record, FIELD_MESSAGE), str_from_index(field, 8)));
        assert_value(&in, "x.damaged", "");
        assert_int_equal(parsing_next(&in), 0);
        parsing_done(&in);
        journal_kit_done(&kit);
    }
}

static void the_time_is_when_it_was_written_where_that_is_known(void **state)
{
    struct journal_kit kit;
    struct parsing in;
    const struct str fields[] = {STR("MESSAGE=hello"),
        STR("_SOURCE_REALTIME_TIMESTAMP=1772590268123456")};
    struct str bytes = make_entry(&kit, fields, 2);
    start(&in, state, &bytes);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "time", "2026-03-04T02:11:08.123456Z");
    assert_value(&in, "x.__REALTIME_TIMESTAMP", "1772590269000000");
    assert_value(&in, "understood", "generic");
    parsing_done(&in);
    journal_kit_done(&kit);
}

static void what_wrote_it_is_the_identifier_or_else_the_command(void **state)
{
    struct journal_kit kit;
    struct parsing in;
    const struct str both[] = {
        STR("_COMM=python3"), STR("SYSLOG_IDENTIFIER=backup")};
    const struct str one[] = {STR("_EXE=/usr/bin/x"), STR("_COMM=python3")};
    journal_kit_begin(&kit, false, 0);
    journal_kit_entry(&kit, TIME, both, 2);
    journal_kit_entry(&kit, TIME, one, 2);
    journal_kit_end(&kit);
    struct str bytes = buf_str(&kit.bytes);
    start(&in, state, &bytes);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "process", "backup");
    assert_value(&in, "x._COMM", "python3");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "process", "python3");
    parsing_done(&in);
    journal_kit_done(&kit);
}

static void bytes_lines_and_repeated_fields_are_kept(void **state)
{
    struct journal_kit kit;
    struct parsing in;
    struct buf text = {0};
    const struct str fields[] = {
        STR("MESSAGE=one\ntwo\xff"), STR("TAG=a"), STR("TAG=b"), STR("EMPTY=")};
    struct str bytes = make_entry(&kit, fields, 4);
    struct blob blob = blob_from_str(&bytes);
    start(&in, state, &bytes);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "message", "one\ntwo\xff");
    size_t tags = 0;
    for (size_t i = 0; i < in.record.extra_count; i++)
        tags += str_eq(in.record.extras[i].name, STR("TAG"));
    assert_int_equal(tags, 2);
    assert_int_equal(in.reading.parser->as_text(
                         in.cursor, &blob, in.record.offset, &text, &in.err),
        0);
    assert_non_null(
        strstr(buf_cstr(&text), "MESSAGE=one\n    two\\xff\nTAG=a\nTAG=b\n"));
    buf_done(&text);
    parsing_done(&in);
    journal_kit_done(&kit);
}

static void an_entry_read_again_by_its_place_is_the_same(void **state)
{
    struct journal_kit kit;
    struct parsing in;
    struct str bytes = make_logins(&kit, true, 0, 3);
    struct blob blob = blob_from_str(&bytes);
    start(&in, state, &bytes);
    const struct parser *parser = in.reading.parser;
    void *fresh = parser->open(&in.reading);
    assert_int_equal(
        parser->read_at(fresh, &blob, kit.entries[1], &in.record, &in.err), 1);
    assert_value(&in, "user", "user1");
    assert_value(&in, "record", "2");
    assert_int_equal(in.record.offset, kit.entries[1]);
    assert_int_equal(
        parser->read_at(fresh, &blob, kit.entries[1] + 8, &in.record, &in.err),
        -1);
    parser->close(fresh);
    parsing_done(&in);
    journal_kit_done(&kit);
}

static void a_damaged_object_costs_no_other_entry(void **state)
{
    struct journal_kit kit;
    struct str bytes = make_logins(&kit, false, 0, 5);
    memset(kit.bytes.ptr + kit.entries[2], 0xff, 24);
    struct outcome outcome = read_all(state, bytes);
    assert_string_equal(outcome.users, "abde");
    assert_int_equal(outcome.damaged, 1);
    journal_kit_done(&kit);
}

static void a_size_that_steps_over_entries_is_not_believed(void **state)
{
    struct journal_kit kit;
    struct str bytes = make_logins(&kit, false, 0, 6);
    /* the size of the first entry, up to the very last object */
    journal_kit_put(
        &kit, kit.entries[0] + 8, kit.entries[5] - kit.entries[0], 8);
    struct outcome outcome = read_all(state, bytes);
    assert_int_equal(outcome.records, 5);
    assert_int_equal(outcome.damaged, 1);
    journal_kit_done(&kit);
}

static void entries_that_no_array_names_are_found(void **state)
{
    struct journal_kit kit;
    struct str bytes = make_logins(&kit, true, 0, 9);
    journal_kit_put(&kit, 176, 0, 8);
    struct outcome outcome = read_all(state, bytes);
    assert_string_equal(outcome.users, "abcdefghi");
    assert_int_equal(outcome.damaged, 0);
    journal_kit_done(&kit);
}

static void arrays_in_a_circle_end(void **state)
{
    struct journal_kit kit;
    struct str bytes = make_logins(&kit, false, 0, 9);
    journal_kit_put(&kit, kit.first_array + 16, kit.first_array, 8);
    journal_kit_put(&kit, kit.array + 16, kit.first_array, 8);
    struct outcome outcome = read_all(state, bytes);
    assert_string_equal(outcome.users, "abcdefghi");
    journal_kit_done(&kit);
}

static void a_file_cut_anywhere_keeps_what_stands_before(void **state)
{
    struct journal_kit kit;
    struct str bytes = make_logins(&kit, false, 0, 4);
    for (size_t len = 0; len < bytes.len; len += 13) {
        struct outcome outcome = read_all(state, str_sub(bytes, 0, len));
        int whole = 0;
        for (int i = 0; i < 4; i++)
            whole += kit.entries[i] + 64 + FIELDS * 16 <= len;
        assert_int_equal(outcome.records, whole);
    }
    journal_kit_done(&kit);
}

static void a_file_without_header_is_still_read(void **state)
{
    for (int compact = 0; compact < 2; compact++) {
        struct journal_kit kit;
        struct str bytes = make_logins(&kit, compact != 0, 0, 3);
        memset(kit.bytes.ptr, 0, JOURNAL_KIT_HEADER);
        struct outcome outcome = read_all(state, bytes);
        assert_string_equal(outcome.users, "abc");
        journal_kit_done(&kit);
    }
}

static void zeroed_sectors_cost_what_they_cover(void **state)
{
    struct journal_kit kit;
    struct str bytes = make_logins(&kit, false, 0, 20);
    memset(kit.bytes.ptr + 2048, 0, 512);
    struct outcome outcome = read_all(state, bytes);
    int covered = 0;
    for (int i = 0; i < 20; i++)
        covered += kit.entries[i] < 2560 && kit.entries[i] + 144 > 2048;
    assert_true(covered > 0);
    assert_true(outcome.records >= 20 - covered);
    assert_true(outcome.damaged >= 1);
    journal_kit_done(&kit);
}

static void values_that_are_gone_are_counted_in_their_entry(void **state)
{
    struct journal_kit kit;
    struct parsing in;
    struct str bytes = make_logins(&kit, false, 0, 1);
    /* the second item, the identifier, points behind the file */
    journal_kit_put(&kit, kit.entries[0] + 64 + 16, bytes.len, 8);
    start(&in, state, &bytes);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "x.damaged", "1 of 5 fields");
    assert_value(&in, "host", "web01");
    assert_value(&in, "process", "");
    parsing_done(&in);
    journal_kit_done(&kit);
}

static void a_payload_that_lies_about_its_size_costs_nothing(void **state)
{
    struct journal_kit kit;
    struct parsing in;
    char text[300];
    memset(text, 'a', sizeof(text));
    memcpy(text, "MESSAGE=", 8);
    const struct str field = str_make(text, sizeof(text));
    journal_kit_begin(&kit, false, JOURNAL_KIT_LZ4);
    journal_kit_entry(&kit, TIME, &field, 1);
    journal_kit_end(&kit);
    /* the claimed size of the LZ4 block: 16 EiB */
    journal_kit_put(&kit, kit.offsets[0] + 64, UINT64_MAX, 8);
    struct str bytes = buf_str(&kit.bytes);
    start(&in, state, &bytes);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "x.damaged", "1 of 1 fields");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
    journal_kit_done(&kit);
}

static void a_value_past_the_limit_is_cut(void **state)
{
    struct journal_kit kit;
    struct parsing in;
    struct buf text = {0};
    buf_add_cstr(&text, "MESSAGE=");
    buf_reserve(&text, LIMIT_RECORD + 100);
    memset(text.ptr + text.len, 'b', LIMIT_RECORD + 50);
    text.len += LIMIT_RECORD + 50;
    struct str field = buf_str(&text);
    journal_kit_begin(&kit, false, JOURNAL_KIT_ZSTD);
    journal_kit_entry(&kit, TIME, &field, 1);
    journal_kit_end(&kit);
    struct str bytes = buf_str(&kit.bytes);
    assert_true(bytes.len < LIMIT_RECORD / 100);
    start(&in, state, &bytes);
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(
        record_get(&in.record, FIELD_MESSAGE).len + 8, LIMIT_RECORD);
    assert_true(in.record.cut);
    parsing_done(&in);
    journal_kit_done(&kit);
    buf_done(&text);
}

static void one_large_value_in_many_entries_is_not_read_forever(void **state)
{
    enum { ENTRIES = 100 };
    struct journal_kit kit;
    struct parsing in;
    struct buf text = {0};
    size_t size = 2 * LIMIT_EXPANSION_FROM / ENTRIES;
    buf_reserve(&text, size);
    memset(text.ptr, 'c', size);
    memcpy(text.ptr, "MESSAGE=", 8);
    text.len = size;
    struct str field = buf_str(&text);
    journal_kit_begin(&kit, true, JOURNAL_KIT_ZSTD);
    for (int i = 0; i < ENTRIES; i++)
        journal_kit_entry(&kit, TIME, &field, 1);
    journal_kit_end(&kit);
    struct str bytes = buf_str(&kit.bytes);
    start(&in, state, &bytes);
    int read = 0, refused = 0;
    while (parsing_next(&in) == 1) {
        read += record_has(&in.record, FIELD_MESSAGE);
        refused += *parsing_get(&in, "x.damaged") != '\0';
    }
    assert_int_equal(read + refused, ENTRIES);
    assert_in_range(read, ENTRIES / 2, ENTRIES * 3 / 4);
    parsing_done(&in);
    journal_kit_done(&kit);
    buf_done(&text);
}

static void what_is_wrong_with_the_file_is_noted(void **state)
{
    static const struct {
        size_t len; /* of the file, 0: whole */
        size_t at;  /* a byte of the header that is set */
        unsigned char to;
        const char *note;
    } cases[] = {
        {0, 16, 0, ""},
        {0, 16, 1, "the journal was in use when it was copied"},
        {1500, 16, 0, "the journal is cut: its header knows of more"},
        {0, 0, 'X', "its header is damaged: read by its objects alone"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct journal_kit kit;
        struct parsing in;
        struct buf note = {0};
        struct str bytes = make_logins(&kit, false, 0, 9);
        kit.bytes.ptr[cases[i].at] = (char)cases[i].to;
        if (cases[i].len > 0)
            bytes = str_sub(bytes, 0, cases[i].len);
        start(&in, state, &bytes);
        in.reading.parser->note(in.cursor, &note);
        assert_string_equal(buf_cstr(&note), cases[i].note);
        buf_done(&note);
        parsing_done(&in);
        journal_kit_done(&kit);
    }
}

static void a_journal_is_known_by_its_first_bytes(void **state)
{
    struct journal_kit kit;
    struct str bytes = make_logins(&kit, true, 0, 1);
    assert_string_equal(parsing_judge(*state, bytes, ENCODING_UTF8), "journal");
    kit.bytes.ptr[0] = 'X';
    assert_string_equal(parsing_judge(*state, bytes, ENCODING_UTF8), "none");
    struct verdict verdict;
    struct sample sample = {
        .bytes = bytes, .whole = true, .path = STR("log/system.journal~")};
    assert_int_equal(formats_judge(*state, &sample, &verdict, 1), 1);
    assert_string_equal(format_name(verdict.format), "journal");
    journal_kit_done(&kit);
}

#define JOURNAL_TEST(name) \
    cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        JOURNAL_TEST(a_login_reads_as_one_in_a_syslog_file),
        JOURNAL_TEST(a_padded_name_is_read_as_behind_a_syslog_header),
        JOURNAL_TEST(every_layout_and_packing_gives_the_same),
        JOURNAL_TEST(the_time_is_when_it_was_written_where_that_is_known),
        JOURNAL_TEST(what_wrote_it_is_the_identifier_or_else_the_command),
        JOURNAL_TEST(bytes_lines_and_repeated_fields_are_kept),
        JOURNAL_TEST(an_entry_read_again_by_its_place_is_the_same),
        JOURNAL_TEST(a_damaged_object_costs_no_other_entry),
        JOURNAL_TEST(a_size_that_steps_over_entries_is_not_believed),
        JOURNAL_TEST(entries_that_no_array_names_are_found),
        JOURNAL_TEST(arrays_in_a_circle_end),
        JOURNAL_TEST(a_file_cut_anywhere_keeps_what_stands_before),
        JOURNAL_TEST(a_file_without_header_is_still_read),
        JOURNAL_TEST(zeroed_sectors_cost_what_they_cover),
        JOURNAL_TEST(values_that_are_gone_are_counted_in_their_entry),
        JOURNAL_TEST(a_payload_that_lies_about_its_size_costs_nothing),
        JOURNAL_TEST(a_value_past_the_limit_is_cut),
        JOURNAL_TEST(one_large_value_in_many_entries_is_not_read_forever),
        JOURNAL_TEST(what_is_wrong_with_the_file_is_noted),
        JOURNAL_TEST(a_journal_is_known_by_its_first_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
