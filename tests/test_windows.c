#include <sys/stat.h>

#include "parsers/windows_table.h"
#include "tests/parsing.h"

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

/* Formats with one table of the test's own beside the shipped ones. */
static struct formats *with_table(const char *text)
{
    char folder[] = "/tmp/spoor-windows-XXXXXX";
    char inner[64], path[80];
    struct err err = {0};
    assert_non_null(mkdtemp(folder));
    snprintf(inner, sizeof(inner), "%s/windows", folder);
    snprintf(path, sizeof(path), "%s/t.yaml", inner);
    assert_int_equal(mkdir(inner, 0700), 0);
    assert_int_equal(file_write(path, str_from(text), &err), 0);
    struct formats *formats = formats_load(folder);
    unlink(path);
    rmdir(inner);
    rmdir(folder);
    return formats;
}

/* One event read by the tables of these formats; the slices of the record live
 * as long as `windows`. */
struct reader {
    struct reading reading;
    struct windows *windows;
    struct parsing parsing; /* for parsing_get */
};

static void reader_start(struct reader *in, const struct formats *formats)
{
    *in = (struct reader){
        .reading = {.format = formats_at(formats, 0), .zone = zone_utc()}};
    in->windows = windows_new(&in->reading);
    record_init(&in->parsing.record);
}

static void reader_read(struct reader *in, const struct windows_event *event)
{
    record_reset(&in->parsing.record);
    windows_read(in->windows, event, &in->parsing.record);
}

static void reader_done(struct reader *in)
{
    windows_free(in->windows);
    record_done(&in->parsing.record);
}

#define VALUE(name, text)              \
    {                                  \
        STR_INIT(name), STR_INIT(text) \
    }

static const struct windows_value logon_values[] = {
    VALUE("TargetUserName", "alice"),
    VALUE("TargetDomainName", "EXAMPLE"),
    VALUE("LogonType", "10"),
    VALUE("WorkstationName", "WS01"),
    VALUE("IpAddress", "203.0.113.9"),
    VALUE("IpPort", "50022"),
};

static const struct windows_event logon = {
    .provider = STR_INIT("Microsoft-Windows-Security-Auditing"),
    .channel = STR_INIT("Security"),
    .computer = STR_INIT("ws01.example.com"),
    .record_id = STR_INIT("77"),
    .keywords = STR_INIT("0x8020000000000000"),
    .event_id = 4624,
    .time = INT64_C(1772590269120000000),
    .precision = STAMP_PRECISION_MS,
    .values = logon_values,
    .value_count = sizeof(logon_values) / sizeof(logon_values[0]),
};

/* --- tables -------------------------------------------------------------- */

static void every_shipped_table_loads_and_passes_its_examples(void **state)
{
    const struct formats *formats = *state;
    struct buf report = {0};
    if (formats_problem(formats, 0) != NULL)
        fail_msg("%s", formats_problem(formats, 0));
    assert_true(formats->windows.count > 0);
    for (size_t i = 0; i < formats->windows.count; i++) {
        const struct windows_table *table = formats->windows.items[i];
        if (table->example_count == 0)
            fail_msg("%s has no examples", table->file->path);
        windows_table_test(formats, table, &report);
    }
    if (report.len > 0)
        fail_msg("%s", buf_cstr(&report));
    buf_done(&report);
}

static void every_rule_of_the_tables_says_what_was_done(void **state)
{
    const struct formats *formats = *state;
    for (size_t i = 0; i < formats->windows.count; i++) {
        const struct windows_table *table = formats->windows.items[i];
        for (size_t k = 0; k < table->rule_count; k++) {
            const struct windows_rule *rule = &table->rules[k];
            uint64_t set = 0;
            for (size_t s = 0; s < rule->set.count; s++)
                if (rule->set.items[s].to.field != FIELD_NONE)
                    set |= FIELD_BIT(rule->set.items[s].to.field);
            bool is_told = (set & FIELD_BIT(FIELD_ACTION)) != 0 &&
                           (set & FIELD_BIT(FIELD_CATEGORY)) != 0 &&
                           rule->says.count > 0;
            if (!is_told && rule->hand_to.len == 0)
                fail_msg("%s:%d: event %u has no category, action or sentence",
                    table->file->path, rule->line, rule->id);
        }
    }
}

#define TABLE "name: t\nsummary: s\nprovider: [P]\n"

static void a_bad_table_is_set_aside_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *reason;
    } rows[] = {
        {"name: t\nsummary: s\nevents: {}\n", "of which `provider`?"},
        {TABLE "evnts: {}\n", ":4: unknown key \"evnts\""},
        {TABLE "events: {x: {says: a}}\n", ":4: expected numbers of events"},
        {TABLE "events: {1: {says: a}, '1, 2': {says: b}}\n",
            ":4: event 1 stands here twice"},
        {TABLE "events: {1: {fields: {A: usr}}}\n", ":4: usr is no field"},
        {TABLE "events: {1: {set: {action: dance}}}\n",
            ":4: \"dance\" is no action"},
        {TABLE "events: {1: {use: a}}\n", ":4: no group is called a"},
        {TABLE "events: {1: {map: [{from: A, to: user, values: l}]}}\n",
            ":4: no list is called l"},
        {TABLE "events: {1: {says: 'a [b'}}\n", ":4: a [ is not closed"},
        {TABLE "events: {1: {says: 'a ${}'}}\n", ":4: ${ without name and }"},
        {TABLE "events: {1: {cut: [{from: A}]}}\n",
            ":4: a cut has `from` and either"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct formats *formats = with_table(rows[i].text);
        const char *problem = formats_problem(formats, 0);
        if (problem == NULL || strstr(problem, rows[i].reason) == NULL)
            fail_msg("row %zu: got %s", i, problem);
        assert_null(formats_problem(formats, 1));
        formats_free(formats);
    }
}

static void a_table_of_the_users_takes_the_place_of_the_shipped_one(
    void **state)
{
    (void)state;
    struct reader in;
    struct formats *formats =
        with_table("name: security\nsummary: mine\n"
                   "provider: [Microsoft-Windows-Security-Auditing]\nevents:\n"
                   "  4624: {set: {category: session, action: session_open},"
                   " says: mine}\n");
    reader_start(&in, formats);
    reader_read(&in, &logon);
    assert_value(&in.parsing, "action", "session_open");
    assert_value(&in.parsing, "message", "mine");
    assert_value(&in.parsing, "x.TargetUserName", "alice");
    reader_done(&in);
    formats_free(formats);
}

/* --- events -------------------------------------------------------------- */

static void an_event_nobody_described_keeps_all_it_says(void **state)
{
    static const struct windows_value values[] = {VALUE("Threat Name", "x"),
        VALUE("", "one"), VALUE("", "two"), VALUE("Empty", "")};
    struct reader in;
    struct str value = STR("?");
    struct windows_event event = {.provider = STR("Nobody"),
        .channel = STR("Nowhere"),
        .event_id = 7,
        .level = 2,
        .keywords = STR("0x10000000000000"),
        .time = STAMP_NONE,
        .values = values,
        .value_count = 4};
    reader_start(&in, *state);
    reader_read(&in, &event);
    assert_value(&in.parsing, "code", "7");
    assert_value(&in.parsing, "severity", "3");
    assert_value(&in.parsing, "outcome", "failure");
    assert_value(&in.parsing, "x.ThreatName", "x");
    assert_value(&in.parsing, "x.Data", "one");
    assert_value(&in.parsing, "x.Data2", "two");
    assert_value(&in.parsing, "x.Level", "2");
    assert_value(
        &in.parsing, "message", "7: ThreatName=x, Data=one, Data2=two");
    assert_true(record_find_extra(&in.parsing.record, STR("Empty"), &value));
    assert_int_equal(value.len, 0);
    reader_done(&in);
}

static void events_of_one_number_and_other_names_are_kept_apart(void **state)
{
    static const struct windows_value other[] = {
        VALUE("LogonType", "3"), VALUE("TargetUserName", "bob")};
    struct reader in;
    struct windows_event event = logon;
    event.values = other;
    event.value_count = 2;
    reader_start(&in, *state);
    for (int i = 0; i < 3; i++) {
        reader_read(&in, &logon);
        assert_value(&in.parsing, "user", "alice");
        assert_value(&in.parsing, "logon_type", "10");
        reader_read(&in, &event);
        assert_value(&in.parsing, "user", "bob");
        assert_value(&in.parsing, "logon_type", "3");
        assert_value(&in.parsing, "src_ip", "");
    }
    reader_done(&in);
}

static void a_shape_spares_the_names_and_changes_nothing(void **state)
{
    struct reader in;
    struct windows_event event = logon;
    event.shape = 5;
    reader_start(&in, *state);
    for (int i = 0; i < 2; i++) {
        reader_read(&in, &event);
        assert_value(&in.parsing, "user", "alice");
        event.event_id = 4634; /* the same names, another number */
        reader_read(&in, &event);
        assert_value(&in.parsing, "action", "logout");
        event.event_id = 4624;
    }
    reader_done(&in);
}

static void more_kinds_of_events_than_are_remembered_are_read_right(
    void **state)
{
    struct reader in;
    struct windows_event event = logon;
    reader_start(&in, *state);
    for (uint64_t i = 1; i < 9000; i++) {
        event.shape = i % 5000 + 1;
        reader_read(&in, &event);
        assert_value(&in.parsing, "user", "alice");
    }
    reader_done(&in);
}

/* --- one logon in every container ---------------------------------------- */

#define XML_SYSTEM                                                   \
    "<System><Provider Name='Microsoft-Windows-Security-Auditing'/>" \
    "<EventID>4624</EventID><Keywords>0x8020000000000000</Keywords>" \
    "<TimeCreated SystemTime='2026-03-04T02:11:09.120Z'/>"           \
    "<EventRecordID>77</EventRecordID><Channel>Security</Channel>"   \
    "<Computer>ws01.example.com</Computer></System>"
#define XML_DATA                                          \
    "<EventData><Data Name='TargetUserName'>alice</Data>" \
    "<Data Name='TargetDomainName'>EXAMPLE</Data>"        \
    "<Data Name='LogonType'>10</Data>"                    \
    "<Data Name='WorkstationName'>WS01</Data>"            \
    "<Data Name='IpAddress'>203.0.113.9</Data>"           \
    "<Data Name='IpPort'>50022</Data></EventData>"
#define XML_EVENT "<Event>" XML_SYSTEM XML_DATA "</Event>"
#define JSON_DATA                                                    \
    "\"TargetUserName\":\"alice\",\"TargetDomainName\":\"EXAMPLE\"," \
    "\"LogonType\":\"10\",\"WorkstationName\":\"WS01\","             \
    "\"IpAddress\":\"203.0.113.9\",\"IpPort\":\"50022\""
#define TEXT                                            \
    "An account was successfully logged on.\n\n"        \
    "Logon Information:\n\tLogon Type:\t\t10\n\n"       \
    "New Logon:\n\tAccount Name:\t\talice\n"            \
    "\tAccount Domain:\t\tEXAMPLE\n\n"                  \
    "Network Information:\n\tWorkstation Name:\tWS01\n" \
    "\tSource Network Address:\t203.0.113.9\n\tSource Port:\t\t50022"

static const struct {
    const char *format, *text;
} containers[] = {
    {"windows_xml", "<Events>" XML_EVENT "</Events>"},
    {"winlogbeat",
        "{\"@timestamp\":\"2026-03-04T02:11:09.120Z\",\"winlog\":{"
        "\"provider_name\":\"Microsoft-Windows-Security-Auditing\","
        "\"channel\":\"Security\",\"computer_name\":\"ws01.example.com\","
        "\"event_id\":4624,\"record_id\":77,\"keywords\":[\"Audit Success\"],"
        "\"event_data\":{" JSON_DATA "}}}\n"},
    {"windows_flat",
        "{\"TimeCreated\":\"2026-03-04T02:11:09.120Z\",\"SourceName\":"
        "\"Microsoft-Windows-Security-Auditing\",\"Channel\":\"Security\","
        "\"Hostname\":\"ws01.example.com\",\"EventID\":4624,\"RecordNumber\":"
        "77,\"Keywords\":-9214364837600034816," JSON_DATA "}\n"},
    {"evtx_json",
        "{\"Event\":{\"System\":{\"Provider\":{\"#attributes\":{\"Name\":"
        "\"Microsoft-Windows-Security-Auditing\"}},\"EventID\":4624,"
        "\"Keywords\":\"0x8020000000000000\",\"TimeCreated\":{\"#attributes\":"
        "{\"SystemTime\":\"2026-03-04T02:11:09.120Z\"}},\"EventRecordID\":77,"
        "\"Channel\":\"Security\",\"Computer\":\"ws01.example.com\"},"
        "\"EventData\":{" JSON_DATA "}}}\n"},
    {"windows_ps_csv",
        "Message,Id,Keywords,RecordId,ProviderName,LogName,MachineName,"
        "TimeCreated\n\"" TEXT "\",4624,-9214364837600034816,77,"
        "Microsoft-Windows-Security-Auditing,Security,ws01.example.com,"
        "2026-03-04T02:11:09.120Z\n"},
    {"windows_xml_json", "{\"SyslogMessage\":\"" XML_EVENT "\"}\n"},
    {"syslog_iso",
        "2026-03-04T02:11:09.120Z ws01.example.com relay[9]: " XML_EVENT "\n"},
};

static void one_logon_is_one_record_whatever_file_it_came_in(void **state)
{
    static const char *const names[] = {"time", "host", "provider", "channel",
        "code", "record", "category", "action", "outcome", "user",
        "user_domain", "src_ip", "src_port", "src_host", "logon_type", "pid",
        "process", "message", "severity", "x.TargetUserName", "x.LogonType",
        "x.Keywords", "understood"};
    struct reader in;
    reader_start(&in, *state);
    reader_read(&in, &logon);
    for (size_t i = 0; i < sizeof(containers) / sizeof(containers[0]); i++) {
        struct parsing parsing;
        parsing_start(&parsing, *state, containers[i].format,
            str_from(containers[i].text));
        assert_int_equal(parsing_next(&parsing), 1);
        for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
            char *wanted =
                str_dup(str_from(parsing_get(&in.parsing, names[k])));
            const char *got = parsing_get(&parsing, names[k]);
            if (strcmp(wanted, got) != 0)
                fail_msg("%s: %s is \"%s\", not \"%s\"", containers[i].format,
                    names[k], got, wanted);
            free(wanted);
        }
        assert_int_equal(parsing_next(&parsing), 0);
        parsing_done(&parsing);
    }
    reader_done(&in);
}

static void a_container_is_known_by_its_beginning(void **state)
{
    for (size_t i = 0; i < sizeof(containers) / sizeof(containers[0]); i++)
        assert_string_equal(
            parsing_judge(*state, str_from(containers[i].text), ENCODING_UTF8),
            containers[i].format);
}

static void the_type_that_powershell_writes_above_a_table_is_no_header(
    void **state)
{
    static const char text[] =
        "#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\r\n"
        "\"Message\",\"Id\",\"ProviderName\",\"LogName\",\"TimeCreated\"\r\n"
        "\"stopped\",\"7036\",\"Service Control Manager\",\"System\","
        "\"3/4/2026 2:11:09 AM\"\r\n";
    struct parsing in;
    assert_string_equal(
        parsing_judge(*state, str_from(text), ENCODING_UTF8), "windows_ps_csv");
    parsing_start(&in, *state, "windows_ps_csv", str_from(text));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "code", "7036");
    assert_value(&in, "message", "stopped");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

/* --- XML ----------------------------------------------------------------- */

static void texts_of_xml_are_unescaped(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "windows_xml",
        STR("<Event>" XML_SYSTEM "<EventData><!-- no --><Data Name='a'>1 &lt; 2"
            " &amp;&#65;&#x42;&bad;&#xD800;</Data><Data Name='b'><![CDATA[<&amp"
            ";>]]></Data><Data/><Data>two</Data></EventData></Event>"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "x.a", "1 < 2 &AB&bad;&#xD800;");
    assert_value(&in, "x.b", "<&amp;>");
    assert_value(&in, "x.Data", "");
    assert_value(&in, "x.Data2", "two");
    parsing_done(&in);
}

static void leaves_of_user_data_are_values(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "windows_xml",
        STR("<Event><System><Provider Name='Microsoft-Windows-Eventlog'/>"
            "<EventID Qualifiers='9'>104</EventID><Channel>System</Channel>"
            "</System><UserData><a:LogFileCleared xmlns:a='x'><a:"
            "SubjectUserName>alice</a:SubjectUserName><a:Deep><a:Leaf>v</a:"
            "Leaf></a:Deep></a:LogFileCleared></UserData></Event>"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "action", "log_clear");
    assert_value(&in, "user", "alice");
    assert_value(&in, "x.Leaf", "v");
    assert_value(&in, "x.Qualifiers", "9");
    parsing_done(&in);
}

static void a_damaged_event_costs_that_event_alone(void **state)
{
    static const char text[] =
        XML_EVENT "<Event>" XML_SYSTEM "<EventData>\n" XML_EVENT
                  "<Event><System></EventData></Event>" XML_EVENT "<Event><Sys";
    static const int expected[] = {1, -1, 1, -1, 1, -1, 0};
    struct parsing in;
    uint64_t end = 0;
    parsing_start(&in, *state, "windows_xml", str_from(text));
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        assert_int_equal(parsing_next(&in), expected[i]);
        if (expected[i] == 0)
            break;
        assert_true(in.record.offset >= end);
        end = in.record.offset + in.record.length;
        assert_true(end <= strlen(text));
        if (expected[i] > 0)
            assert_value(&in, "user", "alice");
    }
    parsing_done(&in);
}

static void pieces_end_behind_an_event(void **state)
{
    const struct parser *parser;
    const struct format *format;
    assert_true(formats_choose(*state, STR("windows_xml"), &parser, &format));
    struct reading reading = {.parser = parser, .format = format};
    struct str text = STR("<Events>" XML_EVENT "\n" XML_EVENT "\n<Event><Sys");
    size_t first = strlen("<Events>" XML_EVENT "\n" XML_EVENT);
    assert_int_equal(parser->cut(&reading, text, false), first);
    assert_int_equal(parser->cut(&reading, text, true), text.len);
    assert_int_equal(parser->cut(&reading, STR("<Events>"), false), 0);
}

static void utf_16_is_cut_and_read_too(void **state)
{
    static const char text[] = "<Events>" XML_EVENT XML_EVENT "</Events>";
    enum { LEN = sizeof(text) - 1 };
    for (int big = 0; big < 2; big++) {
        char wide[2 * LEN] = {0};
        for (size_t i = 0; i < LEN; i++)
            wide[2 * i + (size_t)big] = text[i];
        struct parsing in;
        parsing_start(&in, *state, "windows_xml", str_make(wide, sizeof(wide)));
        in.reading.encoding = big ? ENCODING_UTF16BE : ENCODING_UTF16LE;
        size_t cut = in.reading.parser->cut(
            &in.reading, str_make(wide, sizeof(wide)), false);
        assert_int_equal(cut, 2 * (LEN - strlen("</Events>")));
        for (int i = 0; i < 2; i++) {
            assert_int_equal(parsing_next(&in), 1);
            assert_value(&in, "user", "alice");
            assert_int_equal(in.record.length, 2 * strlen(XML_EVENT));
        }
        assert_int_equal(parsing_next(&in), 0);
        parsing_done(&in);
    }
}

static void xml_that_nests_without_end_is_damaged(void **state)
{
    struct buf text = {0};
    struct parsing in;
    buf_add_cstr(&text, "<Event><System><Provider Name='p'/></System>"
                        "<EventData>");
    for (int i = 0; i < 1000; i++)
        buf_add_cstr(&text, "<a>");
    buf_add_cstr(&text, "</Event>");
    parsing_start(&in, *state, "windows_xml", buf_str(&text));
    assert_int_equal(parsing_next(&in), -1);
    assert_int_equal(in.record.length, text.len);
    parsing_done(&in);
    buf_done(&text);
}

static void other_xml_is_not_taken_for_events(void **state)
{
    assert_string_not_equal(
        parsing_judge(*state,
            STR("<?xml version='1.0'?>\n<Config><Event/></Config>\n"),
            ENCODING_UTF8),
        "windows_xml");
    assert_string_equal(
        parsing_judge(*state,
            STR("\xEF\xBB\xBF<?xml version='1.0'?>\r\n<Events>\r\n" XML_EVENT),
            ENCODING_UTF8),
        "windows_xml");
    assert_string_equal(
        parsing_judge(*state, STR("- " XML_EVENT "\n"), ENCODING_UTF8),
        "windows_xml");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_table_loads_and_passes_its_examples),
        cmocka_unit_test(every_rule_of_the_tables_says_what_was_done),
        cmocka_unit_test(a_bad_table_is_set_aside_with_its_line),
        cmocka_unit_test(
            a_table_of_the_users_takes_the_place_of_the_shipped_one),
        cmocka_unit_test(an_event_nobody_described_keeps_all_it_says),
        cmocka_unit_test(events_of_one_number_and_other_names_are_kept_apart),
        cmocka_unit_test(a_shape_spares_the_names_and_changes_nothing),
        cmocka_unit_test(
            more_kinds_of_events_than_are_remembered_are_read_right),
        cmocka_unit_test(one_logon_is_one_record_whatever_file_it_came_in),
        cmocka_unit_test(a_container_is_known_by_its_beginning),
        cmocka_unit_test(
            the_type_that_powershell_writes_above_a_table_is_no_header),
        cmocka_unit_test(texts_of_xml_are_unescaped),
        cmocka_unit_test(leaves_of_user_data_are_values),
        cmocka_unit_test(a_damaged_event_costs_that_event_alone),
        cmocka_unit_test(pieces_end_behind_an_event),
        cmocka_unit_test(utf_16_is_cut_and_read_too),
        cmocka_unit_test(xml_that_nests_without_end_is_damaged),
        cmocka_unit_test(other_xml_is_not_taken_for_events),
    };
    return cmocka_run_group_tests_name("windows", tests, set_up, tear_down);
}
