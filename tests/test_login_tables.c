#include "tests/sqlite_kit.h"

#define WTMPDB                                                              \
    "CREATE TABLE wtmp(ID INTEGER PRIMARY KEY, Type INTEGER, User TEXT NOT" \
    " NULL, Login INTEGER, Logout INTEGER, TTY TEXT, RemoteHost TEXT,"      \
    " Service TEXT) STRICT;"
#define LASTLOG2                                                           \
    "CREATE TABLE Lastlog2(Name TEXT PRIMARY KEY, Time INTEGER, TTY TEXT," \
    " RemoteHost TEXT, Service TEXT) STRICT;"

static struct formats *formats;

/* A database being read. */
struct reading_kit {
    struct buf bytes;
    struct str view;
    struct parsing parsing;
};

static void start(struct reading_kit *kit, const char *name, const char *sql)
{
    *kit = (struct reading_kit){0};
    kit_database("", sql, &kit->bytes);
    kit->view = buf_str(&kit->bytes);
    if (parsing_start_blob(&kit->parsing, formats, name, &kit->view) < 0)
        fail_msg("%s", kit->parsing.err.text);
}

static void done(struct reading_kit *kit)
{
    parsing_done(&kit->parsing);
    buf_done(&kit->bytes);
}

static const char *judged(const char *sql)
{
    struct buf bytes = {0};
    struct verdict verdict = {0};
    kit_database("", sql, &bytes);
    struct sample sample = {
        .bytes = buf_str(&bytes), .whole = true, .path = STR("x.db")};
    formats_judge(formats, &sample, &verdict, 1);
    buf_done(&bytes);
    return verdict.parser == NULL ? "none" : verdict.parser->name;
}

static void a_database_is_known_by_its_tables(void **state)
{
    (void)state;
    assert_string_equal(judged(WTMPDB), "wtmpdb");
    assert_string_equal(judged(LASTLOG2), "lastlog2");
    assert_string_equal(judged("CREATE TABLE cookies(a)"), "none");
    assert_string_equal(judged("CREATE TABLE wtmp(a)"), "none");
}

static void a_session_that_ended_is_a_login_and_a_logout(void **state)
{
    (void)state;
    struct reading_kit kit;
    struct parsing *parsing = &kit.parsing;
    start(&kit, "wtmpdb",
        WTMPDB "INSERT INTO wtmp VALUES(5, 3, 'alice', 1772590269120000,"
               " 1772590329000001, 'pts/0', '203.0.113.9', 'sshd')");
    assert_int_equal(parsing_next(parsing), 1);
    assert_value(parsing, "time", "2026-03-04T02:11:09.120000Z");
    assert_value(parsing, "category", "authentication");
    assert_value(parsing, "action", "login");
    assert_value(parsing, "outcome", "success");
    assert_value(parsing, "user", "alice");
    assert_value(parsing, "src_ip", "203.0.113.9");
    assert_value(parsing, "session", "5");
    assert_value(parsing, "x.line", "pts/0");
    assert_value(parsing, "x.service", "sshd");
    assert_value(
        parsing, "message", "alice logged in on pts/0 from 203.0.113.9");
    uint64_t offset = parsing->record.offset;
    assert_int_equal(parsing_next(parsing), 1);
    assert_value(parsing, "time", "2026-03-04T02:12:09.000001Z");
    assert_value(parsing, "action", "logout");
    assert_value(parsing, "user", "alice");
    assert_value(parsing, "session", "5");
    assert_int_equal(parsing->record.offset, offset);
    assert_int_equal(parsing_next(parsing), 0);
    done(&kit);
}

static void a_session_without_end_is_a_login_only(void **state)
{
    (void)state;
    struct reading_kit kit;
    start(&kit, "wtmpdb",
        WTMPDB "INSERT INTO wtmp VALUES(1, 3, 'bob', 1772590269000000, NULL,"
               " 'tty1', NULL, 'login')");
    assert_int_equal(parsing_next(&kit.parsing), 1);
    assert_value(&kit.parsing, "message", "bob logged in on tty1");
    assert_value(&kit.parsing, "src_ip", "");
    assert_int_equal(parsing_next(&kit.parsing), 0);
    done(&kit);
}

static void a_boot_row_is_the_start_and_the_stop_of_the_system(void **state)
{
    (void)state;
    struct reading_kit kit;
    start(&kit, "wtmpdb",
        WTMPDB "INSERT INTO wtmp VALUES(1, 1, 'reboot', 1772590269000000,"
               " 1772593869000000, '~', '6.1.0-9-amd64', NULL)");
    assert_int_equal(parsing_next(&kit.parsing), 1);
    assert_value(&kit.parsing, "category", "host");
    assert_value(&kit.parsing, "action", "boot");
    assert_value(&kit.parsing, "user", "");
    assert_value(&kit.parsing, "src_host", "");
    assert_value(&kit.parsing, "x.kernel", "6.1.0-9-amd64");
    assert_value(&kit.parsing, "message", "system boot 6.1.0-9-amd64");
    assert_int_equal(parsing_next(&kit.parsing), 1);
    assert_value(&kit.parsing, "action", "shutdown");
    assert_int_equal(parsing_next(&kit.parsing), 0);
    done(&kit);
}

static void each_row_of_lastlog2_is_a_last_login(void **state)
{
    (void)state;
    struct reading_kit kit;
    start(&kit, "lastlog2",
        LASTLOG2
        "INSERT INTO Lastlog2 VALUES('alice', 1772590269, 'pts/0',"
        " 'gate.example.com', 'sshd'), ('bob', NULL, NULL, NULL, NULL)");
    assert_int_equal(parsing_next(&kit.parsing), 1);
    assert_value(&kit.parsing, "time", "2026-03-04T02:11:09Z");
    assert_value(&kit.parsing, "action", "login");
    assert_value(&kit.parsing, "user", "alice");
    assert_value(&kit.parsing, "src_host", "gate.example.com");
    assert_value(&kit.parsing, "x.service", "sshd");
    assert_value(&kit.parsing, "message",
        "last login: alice logged in on pts/0 from gate.example.com");
    assert_int_equal(parsing_next(&kit.parsing), 1);
    assert_value(&kit.parsing, "time", "");
    assert_value(&kit.parsing, "action", "");
    assert_value(&kit.parsing, "message", "bob never logged in");
    assert_int_equal(parsing_next(&kit.parsing), 0);
    done(&kit);
}

static void rows_that_may_stand_in_a_log_are_told_of(void **state)
{
    (void)state;
    struct reading_kit kit;
    struct buf note = {0};
    const struct parser *parser;
    start(&kit, "wtmpdb", WTMPDB);
    parser = kit.parsing.reading.parser;
    parser->note(kit.parsing.cursor, &note);
    assert_int_equal(note.len, 0);
    kit.bytes.ptr[18] = kit.bytes.ptr[19] = 2;
    struct blob blob = kit_blob(&kit.view);
    assert_int_equal(
        parser->feed_blob(kit.parsing.cursor, &blob, &kit.parsing.err), 0);
    parser->note(kit.parsing.cursor, &note);
    assert_true(str_find(buf_str(&note), STR("-wal")) >= 0);
    buf_done(&note);
    done(&kit);
}

static void a_row_is_shown_column_by_column(void **state)
{
    (void)state;
    struct reading_kit kit;
    struct buf text = {0};
    struct err err = {0};
    start(&kit, "wtmpdb",
        WTMPDB "INSERT INTO wtmp VALUES(5, 3, 'alice', 1772590269120000,"
               " NULL, 'pts/0', '203.0.113.9', 'sshd')");
    const struct parser *parser = kit.parsing.reading.parser;
    assert_int_equal(parsing_next(&kit.parsing), 1);
    struct blob blob = kit_blob(&kit.view);
    uint64_t offset = kit.parsing.record.offset;
    assert_int_equal(
        parser->as_text(kit.parsing.cursor, &blob, offset, &text, &err), 0);
    assert_string_equal(buf_cstr(&text),
        "ID 5\nType 3\nUser alice\nLogin 1772590269120000\nLogout NULL\n"
        "TTY pts/0\nRemoteHost 203.0.113.9\nService sshd\n");
    assert_int_equal(
        parser->as_text(kit.parsing.cursor, &blob, offset + 1, &text, &err),
        -1);
    buf_done(&text);
    done(&kit);
}

static void another_database_is_refused(void **state)
{
    (void)state;
    struct buf bytes = {0};
    struct parsing parsing;
    kit_database("", "CREATE TABLE other(a)", &bytes);
    struct str view = buf_str(&bytes);
    assert_int_equal(
        parsing_start_blob(&parsing, formats, "wtmpdb", &view), -1);
    assert_non_null(strstr(parsing.err.text, "no table wtmp"));
    assert_int_equal(parsing_next(&parsing), 0);
    parsing_done(&parsing);
    buf_done(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_database_is_known_by_its_tables),
        cmocka_unit_test(a_session_that_ended_is_a_login_and_a_logout),
        cmocka_unit_test(a_session_without_end_is_a_login_only),
        cmocka_unit_test(a_boot_row_is_the_start_and_the_stop_of_the_system),
        cmocka_unit_test(each_row_of_lastlog2_is_a_last_login),
        cmocka_unit_test(rows_that_may_stand_in_a_log_are_told_of),
        cmocka_unit_test(a_row_is_shown_column_by_column),
        cmocka_unit_test(another_database_is_refused),
    };
    formats = formats_load("/nonexistent");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    formats_free(formats);
    return failed;
}
