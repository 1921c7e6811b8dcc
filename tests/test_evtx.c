#include "tests/evtx_reading.h"

#include "parsers/readers.h"
#include "src/base/limit.h"

/* --- values --------------------------------------------------------------- */

static const struct {
    int type;
    const char *bytes;
    size_t len;
    const char *text;
} value_rows[] = {
    {EVTX_TYPE_NULL, BYTES(""), ""},
    {EVTX_TYPE_STRING, BYTES("a\0l\0i\0c\0e\0"), "alice"},
    {EVTX_TYPE_STRING, BYTES("a\0l\0i\0c\0e\0\0\0"), "alice"},
    {EVTX_TYPE_STRING, BYTES("\xE4\0\x3D\xD8\x00\xDE"), "\u00E4\U0001F600"},
    {EVTX_TYPE_STRING, BYTES("x\0\x3D\xD8"), "x\uFFFD"},
    {EVTX_TYPE_STRING, BYTES("\x00\xDEx\0"), "\uFFFDx"},
    {EVTX_TYPE_STRING, BYTES(""), ""},
    {EVTX_TYPE_ANSI, BYTES("caf\xE9\0"), "caf\u00E9"},
    {EVTX_TYPE_INT8, BYTES("\xFF"), "-1"},
    {EVTX_TYPE_UINT8, BYTES("\xFF"), "255"},
    {EVTX_TYPE_INT16, BYTES("\x00\x80"), "-32768"},
    {EVTX_TYPE_UINT16, BYTES("\x00\x80"), "32768"},
    {EVTX_TYPE_INT32, BYTES("\xFE\xFF\xFF\xFF"), "-2"},
    {EVTX_TYPE_UINT32, BYTES("\xFE\xFF\xFF\xFF"), "4294967294"},
    {EVTX_TYPE_INT64, BYTES("\0\0\0\0\0\0\0\x80"), "-9223372036854775808"},
    {EVTX_TYPE_UINT64, BYTES("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"),
        "18446744073709551615"},
    {EVTX_TYPE_REAL32, BYTES("\x00\x00\xC0\x3F"), "1.5"},
    {EVTX_TYPE_REAL64, BYTES("\x9A\x99\x99\x99\x99\x99\xB9\x3F"), "0.1"},
    {EVTX_TYPE_BOOL, BYTES("\x01\0\0\0"), "true"},
    {EVTX_TYPE_BOOL, BYTES("\0\0\0\0"), "false"},
    {EVTX_TYPE_BINARY, BYTES("\x00\xAB\x7F"), "00AB7F"},
    {EVTX_TYPE_GUID,
        BYTES("\x25\x96\x84\x54\x78\x54\x94\x49\xA5\xBA\x3E\x3B\x03\x28\xC3"
              "\x0D"),
        "{54849625-5478-4994-A5BA-3E3B0328C30D}"},
    {EVTX_TYPE_SIZE, BYTES("\xD4\x01\0\0"), "0x1d4"},
    {EVTX_TYPE_SIZE, BYTES("\xD4\x01\0\0\0\0\0\0"), "0x1d4"},
    {EVTX_TYPE_FILETIME, BYTES("\x80\x9C\x67\x2A\x7C\xAB\xDC\x01"),
        "2026-03-04T02:11:09.0000000Z"},
    {EVTX_TYPE_FILETIME, BYTES("\0\0\0\0\0\0\0\0"),
        "1601-01-01T00:00:00.0000000Z"},
    {EVTX_TYPE_FILETIME, BYTES("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F"),
        "0x7fffffffffffffff"},
    {EVTX_TYPE_SYSTEMTIME,
        BYTES("\xEA\x07\x03\0\x03\0\x04\0\x02\0\x0B\0\x09\0\x78\0"),
        "2026-03-04T02:11:09.120Z"},
    {EVTX_TYPE_SID, BYTES("\x01\x01\0\0\0\0\0\x05\x12\0\0\0"), "S-1-5-18"},
    {EVTX_TYPE_SID, BYTES("\x01\x02\0\0\0\0\0\x05\x20\0\0\0\x20\x02\0\0"),
        "S-1-5-32-544"},
    {EVTX_TYPE_SID, BYTES("\x01\x09\0\0\0\0\0\x05\x20\0\0\0"), ""},
    {EVTX_TYPE_HEX32, BYTES("\x0D\0\0\xC0"), "0xc000000d"},
    {EVTX_TYPE_HEX64, BYTES("\0\0\0\0\0\0\x20\x80"), "0x8020000000000000"},
    {EVTX_TYPE_HANDLE, BYTES("\x10\0\0\0\0\0\0\0"), "0x10"},
    {EVTX_TYPE_XML, BYTES("<\0a\0/\0>\0"), "<a/>"},
    {EVTX_TYPE_UINT32, BYTES("\x01\x02"), ""}, /* of the wrong length */
    {0x7E, BYTES("\x01\x02"), "0102"},         /* of no known type */
    {EVTX_TYPE_ARRAY | EVTX_TYPE_UINT16, BYTES("\x01\0\x02\0"), "1 2"},
    {EVTX_TYPE_ARRAY | EVTX_TYPE_BOOL, BYTES("\x01\0\0\0\0\0\0\0"),
        "true false"},
    {EVTX_TYPE_ARRAY | EVTX_TYPE_ANSI, BYTES("ab\0c\0"), "ab c"},
};

static void values_of_every_type_are_written_as_windows_writes_them(
    void **state)
{
    (void)state;
    struct evtx_room room = {.at = xmalloc(LIMIT_EVTX_TEXT)};
    for (size_t i = 0; i < sizeof(value_rows) / sizeof(value_rows[0]); i++) {
        struct evtx_value value = {.at = (const uint8_t *)value_rows[i].bytes,
            .len = (uint16_t)value_rows[i].len,
            .type = (uint8_t)value_rows[i].type};
        struct str text = evtx_value_text(&room, &value);
        if (!str_eq(text, str_from(value_rows[i].text)))
            fail_msg("row %zu: '%.*s', not '%s'", i, STR_ARG(text),
                value_rows[i].text);
    }
    assert_false(room.full);
    free(room.at);
}

static void text_that_has_no_room_is_left_out_and_told(void **state)
{
    (void)state;
    struct evtx_room room = {
        .at = xmalloc(LIMIT_EVTX_TEXT), .used = LIMIT_EVTX_TEXT - 3};
    struct evtx_value value = {
        .at = (const uint8_t *)"a\0b\0", .len = 4, .type = EVTX_TYPE_STRING};
    assert_int_equal(evtx_value_text(&room, &value).len, 0);
    assert_true(room.full);
    free(room.at);
}

/* --- events --------------------------------------------------------------- */

static void system_values_have_their_places(void **state)
{
    (void)state;
    struct evtx_kit kit;
    begin_only(&kit);
    evtx_begin_template(&kit, 0x11111111);
    evtx_open(&kit, "Event");
    evtx_open(&kit, "System");
    evtx_begin_open(&kit, "Provider", true);
    evtx_attribute(&kit, "Name");
    evtx_substitution(&kit, 0, EVTX_TYPE_STRING);
    evtx_attribute(&kit, "EventSourceName");
    evtx_text(&kit, "Old Name");
    evtx_put(&kit, EVTX_CLOSE_EMPTY, 1);
    kit.depth--;
    evtx_begin_open(&kit, "EventID", true);
    evtx_attribute(&kit, "Qualifiers");
    evtx_substitution(&kit, 1, EVTX_TYPE_UINT16);
    evtx_put(&kit, EVTX_CLOSE_START, 1);
    evtx_substitution(&kit, 2, EVTX_TYPE_UINT16);
    evtx_close(&kit);
    evtx_element(&kit, "Version", "2");
    evtx_element(&kit, "Level", "4");
    evtx_element(&kit, "Task", "12544");
    evtx_element(&kit, "Opcode", "1");
    evtx_open(&kit, "Keywords");
    evtx_substitution(&kit, 3, EVTX_TYPE_HEX64);
    evtx_close(&kit);
    evtx_begin_open(&kit, "TimeCreated", true);
    evtx_attribute(&kit, "SystemTime");
    evtx_substitution(&kit, 4, EVTX_TYPE_FILETIME);
    evtx_put(&kit, EVTX_CLOSE_EMPTY, 1);
    kit.depth--;
    evtx_open_with(&kit, "Execution", "ProcessID", "480");
    evtx_close(&kit);
    evtx_element(&kit, "Channel", "Security");
    evtx_element(&kit, "Computer", "pc01.example.com");
    evtx_begin_open(&kit, "Security", true);
    evtx_attribute(&kit, "UserID");
    evtx_substitution(&kit, 5, EVTX_TYPE_SID);
    evtx_put(&kit, EVTX_CLOSE_EMPTY, 1);
    kit.depth--;
    evtx_close(&kit);
    evtx_close(&kit);
    evtx_end_template(&kit);
    const struct evtx_kit_value values[] = {
        {EVTX_TYPE_STRING, BYTES("P\0")},
        {EVTX_TYPE_UINT16, BYTES("\x00\x40")},
        {EVTX_TYPE_UINT16, BYTES("\x10\x12")},
        {EVTX_TYPE_HEX64, BYTES("\0\0\0\0\0\0\x20\x80")},
        {EVTX_TYPE_FILETIME, BYTES("\x80\x9C\x67\x2A\x7C\xAB\xDC\x01")},
        {EVTX_TYPE_NULL, BYTES("")},
    };
    evtx_values(&kit, values, 6);
    struct reading_kit *reading = read_only_record(&kit);
    const struct windows_event *event = reading->event;
    assert_non_null(event);
    assert_text(event->provider, "P");
    assert_int_equal(event->event_id, 4624);
    assert_int_equal(event->qualifiers, 0x4000);
    assert_int_equal(event->version, 2);
    assert_int_equal(event->level, 4);
    assert_int_equal(event->task, 12544);
    assert_int_equal(event->opcode, 1);
    assert_text(event->keywords, "0x8020000000000000");
    assert_int_equal(event->time, INT64_C(1772590269000000000));
    assert_text(event->process_id, "480");
    assert_text(event->channel, "Security");
    assert_text(event->computer, "pc01.example.com");
    assert_text(event->user_sid, "");
    assert_int_equal(event->value_count, 0);
    assert_int_not_equal(event->shape, 0);
    finish(reading, &kit);
}

static void an_array_is_as_many_values_of_its_name(void **state)
{
    (void)state;
    struct evtx_kit kit;
    begin_event_data(&kit, 1);
    evtx_open(&kit, "Data");
    evtx_substitution(&kit, 0, EVTX_TYPE_ARRAY | EVTX_TYPE_STRING);
    evtx_close(&kit);
    evtx_data(&kit, "Empty", 1, EVTX_TYPE_ARRAY | EVTX_TYPE_STRING);
    const struct evtx_kit_value values[] = {
        {EVTX_TYPE_ARRAY | EVTX_TYPE_STRING, BYTES("a\0\0\0\0\0b\0c\0\0\0")},
        {EVTX_TYPE_ARRAY | EVTX_TYPE_STRING, BYTES("")},
    };
    end_event_data(&kit, values, 2);
    struct reading_kit *reading = read_only_record(&kit);
    assert_non_null(reading->event);
    assert_int_equal(reading->event->value_count, 4);
    assert_value(reading->event, 0, "", "a");
    assert_value(reading->event, 1, "", "");
    assert_value(reading->event, 2, "", "bc");
    assert_value(reading->event, 3, "Empty", "");
    finish(reading, &kit);
}

static void null_and_missing_substitutions_are_empty_values(void **state)
{
    (void)state;
    struct evtx_kit kit;
    begin_event_data(&kit, 1);
    evtx_data(&kit, "Null", 0, EVTX_TYPE_STRING);
    evtx_data(&kit, "Missing", 99, EVTX_TYPE_STRING);
    evtx_open_with(&kit, "Data", "Name", "NoText");
    evtx_close(&kit);
    const struct evtx_kit_value values[] = {{EVTX_TYPE_NULL, BYTES("")}};
    end_event_data(&kit, values, 1);
    struct reading_kit *reading = read_only_record(&kit);
    assert_non_null(reading->event);
    assert_int_equal(reading->event->value_count, 3);
    assert_value(reading->event, 0, "Null", "");
    assert_value(reading->event, 1, "Missing", "");
    assert_value(reading->event, 2, "NoText", "");
    finish(reading, &kit);
}

static void text_around_substitutions_is_one_value(void **state)
{
    (void)state;
    struct evtx_kit kit;
    begin_event_data(&kit, 1);
    evtx_open_with(&kit, "Data", "Name", "Path");
    evtx_text(&kit, "C:\\");
    evtx_substitution(&kit, 0, EVTX_TYPE_STRING);
    evtx_put(&kit, EVTX_ENTITY_REF, 1);
    evtx_name(&kit, "amp");
    evtx_put(&kit, EVTX_CHAR_REF, 1);
    evtx_put(&kit, 0x20AC, 2);
    evtx_put(&kit, EVTX_CDATA, 1);
    evtx_put(&kit, 1, 2);
    evtx_utf16(&kit, "<");
    evtx_close(&kit);
    const struct evtx_kit_value values[] = {{EVTX_TYPE_STRING, BYTES("x\0")}};
    end_event_data(&kit, values, 1);
    struct reading_kit *reading = read_only_record(&kit);
    assert_non_null(reading->event);
    assert_int_equal(reading->event->value_count, 1);
    assert_value(reading->event, 0, "Path", "C:\\x&\u20AC<");
    finish(reading, &kit);
}

static void nested_elements_are_named_with_dots(void **state)
{
    (void)state;
    struct evtx_kit kit;
    begin_only(&kit);
    evtx_open(&kit, "Event");
    evtx_open(&kit, "UserData");
    evtx_open_with(&kit, "LogFileCleared", "xmlns", "urn:example");
    evtx_element(&kit, "SubjectUserName", "alice");
    evtx_open(&kit, "Outer");
    evtx_open_with(&kit, "Inner", "unit", "s");
    evtx_text(&kit, "5");
    evtx_close(&kit);
    evtx_close(&kit);
    evtx_close(&kit);
    evtx_close(&kit);
    evtx_close(&kit);
    struct reading_kit *reading = read_only_record(&kit);
    assert_non_null(reading->event);
    assert_text(reading->event->user_data, "LogFileCleared");
    assert_int_equal(reading->event->value_count, 3);
    assert_value(reading->event, 0, "SubjectUserName", "alice");
    assert_value(reading->event, 1, "Outer.Inner.unit", "s");
    assert_value(reading->event, 2, "Outer.Inner", "5");
    finish(reading, &kit);
}

static void a_forwarded_event_brings_its_message(void **state)
{
    (void)state;
    struct evtx_kit kit;
    begin_only(&kit);
    evtx_open(&kit, "Event");
    evtx_open(&kit, "EventData");
    evtx_close(&kit);
    evtx_open_with(&kit, "RenderingInfo", "Culture", "en-US");
    evtx_element(&kit, "Message", "The text.");
    evtx_element(&kit, "Level", "Information");
    evtx_close(&kit);
    evtx_close(&kit);
    struct reading_kit *reading = read_only_record(&kit);
    assert_non_null(reading->event);
    assert_text(reading->event->message, "The text.");
    assert_int_equal(reading->event->value_count, 1);
    assert_value(reading->event, 0, "RenderingInfo.Level", "Information");
    finish(reading, &kit);
}

/* A BinXml value that is an instance of a template of its own. Where it stands
 * must be known to write the definition's place, so it is made in the chunk. */
static void binxml_within_a_value_is_read_in_its_place(void **state)
{
    (void)state;
    struct evtx_kit kit;
    begin_only(&kit);
    evtx_begin_template(&kit, 1);
    evtx_open(&kit, "Event");
    evtx_substitution(&kit, 0, EVTX_TYPE_BINXML);
    evtx_close(&kit);
    evtx_end_template(&kit);
    evtx_put(&kit, 1, 4);
    size_t descriptor = kit.bytes.len;
    evtx_put(&kit, 0, 2);
    evtx_put(&kit, EVTX_TYPE_BINXML, 2);
    size_t start_of_value = kit.bytes.len;
    buf_add(&kit.bytes, "\x0F\x01\x01\x00", 4);
    evtx_begin_template(&kit, 2);
    evtx_open(&kit, "EventData");
    evtx_data(&kit, "User", 0, EVTX_TYPE_STRING);
    evtx_close(&kit);
    evtx_end_template(&kit);
    const struct evtx_kit_value values[] = {{EVTX_TYPE_STRING, BYTES("a\0")}};
    evtx_values(&kit, values, 1);
    evtx_patch(&kit, descriptor, kit.bytes.len - start_of_value, 2);
    struct reading_kit *reading = read_only_record(&kit);
    assert_non_null(reading->event);
    assert_int_equal(reading->event->value_count, 1);
    assert_value(reading->event, 0, "User", "a");
    assert_int_not_equal(reading->event->shape, 0);
    finish(reading, &kit);
}

static void elements_without_template_and_dependency_are_read(void **state)
{
    (void)state;
    struct evtx_kit kit;
    evtx_file(&kit);
    kit.without_dependencies = true;
    evtx_begin_chunk(&kit);
    evtx_simple_record(&kit, "plain");
    evtx_seal_chunk(&kit);
    evtx_end_chunk(&kit);
    assert_words(&kit, "plain");
}

static void a_template_serves_the_records_and_chunks_after_it(void **state)
{
    (void)state;
    struct evtx_kit kit;
    uint64_t shape = 0;
    evtx_file(&kit);
    for (int chunk = 0; chunk < 2; chunk++) {
        evtx_begin_chunk(&kit);
        if (chunk == 1) { /* its names stand at other offsets */
            evtx_begin_record(&kit);
            evtx_open(&kit, "Padding");
            evtx_close(&kit);
            evtx_end_record(&kit);
        }
        size_t definition = 0;
        for (int i = 0; i < 2; i++) {
            evtx_begin_record(&kit);
            if (i == 0) {
                definition = evtx_begin_template(&kit, 5);
                evtx_open(&kit, "Event");
                evtx_open(&kit, "EventData");
                evtx_data(&kit, "N", 0, EVTX_TYPE_UINT8);
                evtx_close(&kit);
                evtx_close(&kit);
                evtx_end_template(&kit);
            } else {
                evtx_use_template(&kit, 5, definition);
            }
            char byte = (char)(10 * chunk + i);
            struct evtx_kit_value value = {EVTX_TYPE_UINT8, &byte, 1};
            evtx_values(&kit, &value, 1);
            evtx_end_record(&kit);
        }
        evtx_seal_chunk(&kit);
        evtx_end_chunk(&kit);
    }
    struct reading_kit *reading = start(&kit);
    static const char *const expected[] = {"0", "1", NULL, "10", "11"};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(next(reading), EVTX_RECORD);
        assert_non_null(reading->event);
        if (expected[i] == NULL)
            continue;
        assert_value(reading->event, 0, "N", expected[i]);
        if (i == 0)
            shape = reading->event->shape;
        assert_true(shape != 0 && reading->event->shape == shape);
    }
    assert_int_equal(next(reading), EVTX_END);
    finish(reading, &kit);
}

static void a_template_that_was_overwritten_breaks_its_records(void **state)
{
    (void)state;
    struct evtx_kit kit;
    begin_event_data(&kit, 0x22222222);
    size_t guid = kit.chunk + kit.definition + 4;
    evtx_data(&kit, "N", 0, EVTX_TYPE_UINT8);
    const struct evtx_kit_value values[] = {{EVTX_TYPE_UINT8, BYTES("\x01")}};
    end_event_data(&kit, values, 1);
    evtx_patch(&kit, guid, 0x33333333, 4);
    struct reading_kit *reading = read_only_record(&kit);
    assert_null(reading->event);
    finish(reading, &kit);
}

/* --- the parser ----------------------------------------------------------- */

static void the_parser_says_where_a_damaged_record_stands(void **state)
{
    (void)state;
    struct evtx_kit kit;
    evtx_file(&kit);
    evtx_begin_chunk(&kit);
    evtx_simple_record(&kit, "one");
    size_t second = kit.bytes.len;
    evtx_simple_record(&kit, "two");
    size_t third = kit.bytes.len;
    evtx_simple_record(&kit, "three");
    evtx_seal_chunk(&kit);
    evtx_end_chunk(&kit);
    kit.bytes.ptr[second + 28] = 0x7F;

    struct reading reading = {.parser = &parser_evtx, .zone = zone_utc()};
    struct piece piece = {.bytes = buf_str(&kit.bytes)};
    struct record record;
    struct err err = {0};
    record_init(&record);
    void *cursor = parser_evtx.open(&reading);
    parser_evtx.feed(cursor, &piece);
    assert_int_equal(parser_evtx.next(cursor, &record, &err), 1);
    assert_int_equal(record.offset, 4096 + 512);
    assert_int_equal(record.number, 1);
    assert_text(record_get(&record, FIELD_CHANNEL), "Example");
    assert_int_equal(parser_evtx.next(cursor, &record, &err), -1);
    assert_int_equal(record.offset, second);
    assert_int_equal(record.length, third - second);
    assert_int_equal(record.time, INT64_C(1772590269000000000));
    assert_string_equal(err.text, "record 2 cannot be read");
    assert_int_equal(parser_evtx.next(cursor, &record, &err), 1);
    assert_int_equal(parser_evtx.next(cursor, &record, &err), 0);
    parser_evtx.close(cursor);
    record_done(&record);
    buf_done(&kit.bytes);
}

static void a_record_is_shown_as_indented_xml(void **state)
{
    (void)state;
    struct evtx_kit kit;
    begin_event_data(&kit, 1);
    size_t record = kit.record;
    evtx_data(&kit, "A", 0, EVTX_TYPE_STRING);
    evtx_data(&kit, "B", 1, EVTX_TYPE_NULL);
    evtx_open(&kit, "Data");
    evtx_substitution(&kit, 2, EVTX_TYPE_ARRAY | EVTX_TYPE_STRING);
    evtx_close(&kit);
    evtx_begin_open(&kit, "C", true);
    evtx_attribute(&kit, "left-out");
    evtx_substitution(&kit, 1, EVTX_TYPE_STRING);
    evtx_put(&kit, EVTX_CLOSE_EMPTY, 1);
    kit.depth--;
    const struct evtx_kit_value values[] = {
        {EVTX_TYPE_STRING, BYTES("<\0\x1B\0&\0")},
        {EVTX_TYPE_NULL, BYTES("")},
        {EVTX_TYPE_ARRAY | EVTX_TYPE_STRING, BYTES("x\0\0\0y\0\0\0")},
    };
    end_event_data(&kit, values, 3);
    evtx_end_record(&kit);
    evtx_seal_chunk(&kit);
    evtx_end_chunk(&kit);
    struct str bytes = buf_str(&kit.bytes);
    struct blob blob = blob_from_str(&bytes);
    struct buf text = {0};
    struct err err = {0};
    assert_int_equal(parser_evtx.as_text(NULL, &blob, record, &text, &err), 0);
    assert_text(buf_str(&text), "<Event>\n"
                                "  <EventData>\n"
                                "    <Data Name=\"A\">&lt;&#x1B;&amp;</Data>\n"
                                "    <Data Name=\"B\" />\n"
                                "    <Data>x</Data>\n"
                                "    <Data>y</Data>\n"
                                "    <C />\n"
                                "  </EventData>\n"
                                "</Event>\n");
    assert_int_equal(
        parser_evtx.as_text(NULL, &blob, record + 1, &text, &err), -1);
    assert_int_equal(
        parser_evtx.as_text(NULL, &blob, kit.bytes.len, &text, &err), -1);
    buf_done(&text);
    buf_done(&kit.bytes);
}

/* Its template was overwritten: an error, and no empty text. */
static void a_record_that_cannot_be_shown_leaves_the_text_as_it_was(
    void **state)
{
    (void)state;
    struct evtx_kit kit;
    begin_event_data(&kit, 0x22222222);
    size_t guid = kit.chunk + kit.definition + 4;
    size_t definition = kit.definition;
    const struct evtx_kit_value none = {EVTX_TYPE_NULL, BYTES("")};
    end_event_data(&kit, &none, 1);
    evtx_end_record(&kit);
    size_t second = kit.bytes.len;
    evtx_begin_record(&kit);
    evtx_use_template(&kit, 0x22222222, definition);
    evtx_values(&kit, &none, 1);
    evtx_end_record(&kit);
    evtx_seal_chunk(&kit);
    evtx_end_chunk(&kit);
    evtx_patch(&kit, guid, 0x33333333, 4);
    struct str bytes = buf_str(&kit.bytes);
    struct blob blob = blob_from_str(&bytes);
    struct buf text = {0};
    struct err err = {0};
    buf_add_cstr(&text, "before");
    assert_int_equal(parser_evtx.as_text(NULL, &blob, second, &text, &err), -1);
    assert_text(buf_str(&text), "before");
    buf_done(&text);
    buf_done(&kit.bytes);
}

static void a_record_of_a_chunk_without_header_is_shown(void **state)
{
    (void)state;
    struct evtx_kit kit;
    three_records(&kit);
    size_t third = kit.record;
    evtx_end_chunk(&kit);
    memset(kit.bytes.ptr + kit.chunk, 0xFF, 512);
    struct str bytes = buf_str(&kit.bytes);
    struct blob blob = blob_from_str(&bytes);
    struct buf text = {0};
    struct err err = {0};
    assert_int_equal(parser_evtx.as_text(NULL, &blob, third, &text, &err), 0);
    assert_true(str_find(buf_str(&text), STR(">three</Data>")) > 0);
    buf_done(&text);
    buf_done(&kit.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            values_of_every_type_are_written_as_windows_writes_them),
        cmocka_unit_test(text_that_has_no_room_is_left_out_and_told),
        cmocka_unit_test(system_values_have_their_places),
        cmocka_unit_test(an_array_is_as_many_values_of_its_name),
        cmocka_unit_test(null_and_missing_substitutions_are_empty_values),
        cmocka_unit_test(text_around_substitutions_is_one_value),
        cmocka_unit_test(nested_elements_are_named_with_dots),
        cmocka_unit_test(a_forwarded_event_brings_its_message),
        cmocka_unit_test(binxml_within_a_value_is_read_in_its_place),
        cmocka_unit_test(elements_without_template_and_dependency_are_read),
        cmocka_unit_test(a_template_serves_the_records_and_chunks_after_it),
        cmocka_unit_test(a_template_that_was_overwritten_breaks_its_records),
        cmocka_unit_test(the_parser_says_where_a_damaged_record_stands),
        cmocka_unit_test(a_record_is_shown_as_indented_xml),
        cmocka_unit_test(
            a_record_that_cannot_be_shown_leaves_the_text_as_it_was),
        cmocka_unit_test(a_record_of_a_chunk_without_header_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
