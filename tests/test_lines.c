#include "src/base/limit.h"
#include "tests/parsing.h"

static const char *const formats_texts[] = {
    "name: simple\nsummary: s\nreads: lines\npriority: 100\n"
    "time: {formats: ['%b %d %T', '%F %T']}\npatterns:\n"
    "  - name: a\n"
    "    match: '^(?<time>\\w+ +\\d+ [\\d:]+|\\d+-\\d+-\\d+ [\\d:]+) "
    "(?<level>[A-Z]+) (?<message>.*)'\n",
    "name: trace\nsummary: s\nreads: lines\nmultiline: yes\npriority: -5\n"
    "patterns:\n  - {name: a, match: '^#(?<code>\\d+) (?<message>.*)'}\n",
    "name: single\nsummary: s\nreads: lines\nmultiline: no\npriority: -6\n"
    "patterns:\n  - {name: a, match: '^#(?<code>\\d+) (?<message>.*)'}\n",
    "name: dropped\nsummary: s\nreads: lines\npriority: -7\n"
    "repeat: {ignore: [src_port]}\npatterns:\n"
    "  - {name: a, match: '^DROP (?<src_ip>\\S+):(?<src_port>\\d+)', "
    "set: {action: deny}}\n",
    "name: folded\nsummary: s\nreads: lines\nmultiline: join\npriority: -8\n"
    "patterns:\n  - {name: a, match: '^@(?<code>\\d+) (?<message>.*)'}\n",
    "name: loose\nsummary: s\nreads: lines\npriority: 90\npatterns:\n"
    "  - {name: a, match: '^LOOSE (?<code>\\d+)'}\n"
    "  - {name: b, claims: no, match: '^(?<user>\\w+) \\w+$'}\n",
    NULL};

static int set_up(void **state)
{
    *state = parsing_formats(formats_texts);
    return 0;
}

static int tear_down(void **state)
{
    formats_free(*state);
    return 0;
}

static void each_line_is_a_record_with_its_place(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "simple",
        STR("Mar  4 02:11:09 WARN one\r\n\nMar  4 02:11:10 INFO two"));
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(in.record.offset, 0);
    assert_int_equal(in.record.length, 24);
    assert_value(&in, "time", "2026-03-04T02:11:09Z");
    assert_value(&in, "level", "warning");
    assert_value(&in, "severity", "4");
    assert_value(&in, "message", "one");
    assert_int_equal(in.record.time_quality, TIME_YEAR_INFERRED);
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(in.record.offset, 27);
    assert_value(&in, "message", "two");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void indented_lines_continue_the_record_before(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "simple",
        STR("2026-03-04 02:11:09 ERROR oops\n\tat a\n\n  at b\n"
            "2026-03-04 02:11:10 INFO fine\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "message", "oops\n\tat a\n\n  at b");
    assert_int_equal(in.record.length, 44);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "message", "fine");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void a_format_may_join_all_it_does_not_match(void **state)
{
    struct parsing in;
    struct str text = STR("#1 one\nmore\nstill more\n#2 two\n");
    parsing_start(&in, *state, "trace", text);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "message", "one\nmore\nstill more");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "code", "2");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);

    parsing_start(&in, *state, "single", STR("#1 one\n  more\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "message", "one");
    parsing_done(&in);
}

static void a_format_may_see_the_lines_of_a_record_as_one(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "folded", STR("@7\n  one\n\ttwo  \n@8 x\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "code", "7");
    assert_value(&in, "message", "one two");
    assert_int_equal(in.record.length, 15);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "message", "x");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void a_pattern_that_claims_nothing_reads_what_others_claimed(
    void **state)
{
    struct parsing in;
    struct str bytes = STR("LOOSE 7\nalice came\n");
    assert_string_equal(parsing_judge(*state, bytes, ENCODING_UTF8), "loose");
    assert_string_equal(
        parsing_judge(*state, STR("alice came\nbob went\n"), ENCODING_UTF8),
        "text");
    parsing_start(&in, *state, "loose", bytes);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "code", "7");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "alice");
    parsing_done(&in);
}

static void a_cut_never_parts_a_record_from_its_continuation(void **state)
{
    static const struct {
        const char *format, *text;
        size_t cut;
    } rows[] = {
        {"simple", "a\nb\nc", 4},
        {"simple", "a\nb\n", 2},      /* b may go on */
        {"simple", "a\nb\n c\nd", 7}, /* d starts anew */
        {"simple", "a\nb\n c\n", 2},  /* b may go on */
        {"simple", "a\n\tb\n", 0},    /* so may a */
        {"simple", "a\nb\n\n", 2},    /* a blank line decides nothing */
        {"simple", "no end", 0},
        {"single", "a\nb\n", 4},
        {"trace", "#1 a\n#2 b\nmore\nx", 5},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct parsing in;
        struct str text = str_from(rows[i].text);
        parsing_start(&in, *state, rows[i].format, text);
        size_t cut = in.reading.parser->cut(&in.reading, text, false);
        if (cut != rows[i].cut)
            fail_msg("row %zu: %zu, not %zu", i, cut, rows[i].cut);
        assert_int_equal(
            in.reading.parser->cut(&in.reading, text, true), text.len);
        parsing_done(&in);
    }
}

static void endless_continuation_is_cut_at_the_limit(void **state)
{
    struct parsing in;
    struct buf text = {0};
    buf_add_cstr(&text, "first\n");
    for (size_t i = 0; i < LIMIT_JOIN_LINES + 5; i++)
        buf_add_cstr(&text, " x\n");
    parsing_start(&in, *state, "simple", buf_str(&text));
    assert_int_equal(
        in.reading.parser->cut(&in.reading, buf_str(&text), false), text.len);
    assert_int_equal(parsing_next(&in), 1);
    for (int i = 0; i < 6; i++) { /* then lines are lines again */
        assert_int_equal(parsing_next(&in), 1);
        assert_value(&in, "message", " x");
    }
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
    buf_done(&text);
}

static void a_record_read_again_alone_is_the_same(void **state)
{
    struct parsing in, again;
    struct str text = STR("x\n2026-03-04 02:11:09 INFO a\n  b\n\nlast\n");
    parsing_start(&in, *state, "simple", text);
    while (parsing_next(&in) == 1) {
        parsing_start(&again, *state, "simple",
            str_sub(text, in.record.offset, in.record.length));
        again.piece.offset = in.record.offset;
        again.reading.parser->feed(again.cursor, &again.piece);
        assert_int_equal(parsing_next(&again), 1);
        assert_int_equal(again.record.length, in.record.length);
        assert_int_equal(again.record.time, in.record.time);
        assert_int_equal(again.record.present, in.record.present);
        assert_true(str_eq(record_get(&again.record, FIELD_MESSAGE),
            record_get(&in.record, FIELD_MESSAGE)));
        assert_int_equal(parsing_next(&again), 0);
        parsing_done(&again);
    }
    parsing_done(&in);
}

static void other_formats_in_the_file_are_understood_too(void **state)
{
    struct parsing in;
    parsing_start(&in, *state, "simple",
        STR("DROP 192.0.2.7:1234\n"
            "{\"time\":\"2026-03-04T02:11:09Z\",\"user\":\"alice\"}\n"
            "2026-03-04T02:11:09Z hello\n"
            "who knows\n"));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "format", "dropped");
    assert_value(&in, "action", "deny");
    assert_true(in.record.aggregates);
    assert_int_equal(in.record.repeat_ignores, FIELD_BIT(FIELD_SRC_PORT));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "alice");
    assert_false(in.record.aggregates);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "understood", "generic");
    assert_value(&in, "message", "hello");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "understood", "unparsed");
    assert_value(&in, "message", "who knows");
    assert_int_equal(in.record.time, STAMP_NONE);
    parsing_done(&in);
}

static void utf16_is_decoded_and_its_offsets_are_of_the_bytes(void **state)
{
    static const char text[] = "\xFF\xFE#\0"
                               "1\0 \0\xE9\0\r\0\n\0#\0"
                               "2\0 \0x\0\n";
    struct parsing in;
    parsing_start(&in, *state, "single", str_make(text, sizeof(text)));
    in.reading.encoding = ENCODING_UTF16LE;
    in.reading.parser->feed(in.cursor, &in.piece);
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(in.record.offset, 2);
    assert_int_equal(in.record.length, 8);
    assert_value(&in, "message", "\xC3\xA9");
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(in.record.offset, 14);
    assert_value(&in, "message", "x");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void nul_bytes_and_bad_utf8_do_no_harm(void **state)
{
    static const char text[] = "#1 a\0b\xFF\xC0\n\0\0\n";
    struct parsing in;
    parsing_start(&in, *state, "single", str_make(text, sizeof(text) - 1));
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(record_get(&in.record, FIELD_MESSAGE).len, 5);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "understood", "unparsed");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void years_follow_the_place_in_the_source(void **state)
{
    static const struct year_row years[] = {{0, 2024}, {30, 2025}};
    struct parsing in;
    parsing_start(&in, *state, "simple",
        STR("Dec 31 23:59:59 INFO last one\nDec 31 23:59:59 INFO again\n"));
    in.reading.years = years;
    in.reading.year_count = 2;
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "time", "2024-12-31T23:59:59Z");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "time", "2025-12-31T23:59:59Z");
    parsing_done(&in);
}

static void clock_and_zone_show_in_the_quality(void **state)
{
    struct parsing in;
    struct str text = STR("2026-03-04 02:11:09 INFO x\n");
    parsing_start(&in, *state, "simple", text);
    in.reading.zone = zone_find(STR("Asia/Tokyo"), NULL);
    assert_non_null(in.reading.zone);
    in.reading.zone_decided = false;
    in.reading.clock_offset = -9 * STAMP_SECOND;
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "time", "2026-03-03T17:11:00Z");
    assert_int_equal(in.record.time_quality, TIME_ZONE_ASSUMED);
    parsing_done(&in);
}

static void a_start_without_a_year_is_found_quickly(void **state)
{
    static const struct {
        const char *line;
        int month, day;
    } rows[] = {{"Mar  4 02:11:09 host x", 3, 4},
        {"<34>Dec 31 23:59:59 host x", 12, 31}, {"2026-03-04 02:11:09", 0, 0},
        {"Mar  4 2026 02:11:09", 0, 0}, {"<34", 0, 0}, {"", 0, 0},
        {"Mar  4 02:11:09 2026", 0, 0}, {"Mar  4 02:11:09.120 2026 x", 0, 0},
        {"Mar  4 02:11:09 2026x x", 3, 4}, {"Mar  4 02:11:09 10.0.0.1 x", 3, 4},
        {"\xEF\xBB\xBFMar  4 02:11:09 host x", 3, 4}};
    struct parsing in;
    parsing_start(&in, *state, "simple", STR("x"));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct civil civil = {0};
        bool found = in.reading.parser->yearless(
            &in.reading, str_from(rows[i].line), &civil);
        assert_int_equal(found, rows[i].month != 0);
        assert_int_equal(found ? civil.month : 0, rows[i].month);
        assert_int_equal(found ? civil.day : 0, rows[i].day);
    }
    parsing_done(&in);
}

static void a_stamp_without_a_year_is_found_in_utf16(void **state)
{
    static const char line[] = "<13>Mar  4 02:11:09 h x";
    for (int little = 0; little < 2; little++) {
        char wide[2 * sizeof(line)];
        size_t len = 0;
        wide[len++] = (char)(little ? 0xFF : 0xFE); /* the byte order mark */
        wide[len++] = (char)(little ? 0xFE : 0xFF);
        for (size_t i = 0; i + 1 < sizeof(line); i++) {
            wide[len + (little ? 0 : 1)] = line[i];
            wide[len + (little ? 1 : 0)] = '\0';
            len += 2;
        }
        struct parsing in;
        struct civil civil = {0};
        parsing_start(&in, *state, "simple", STR("x"));
        in.reading.encoding = little ? ENCODING_UTF16LE : ENCODING_UTF16BE;
        assert_true(in.reading.parser->yearless(
            &in.reading, str_make(wide, len), &civil));
        assert_int_equal(civil.month, 3);
        assert_true(in.reading.parser->yearless(
            &in.reading, str_make(wide + 2, len - 2), &civil));
        assert_false(in.reading.parser->yearless(
            &in.reading, str_make(wide + 1, len - 1), &civil));
        parsing_done(&in);
    }
}

static void patterns_see_only_the_start_of_a_very_long_line(void **state)
{
    struct parsing in;
    struct buf text = {0};
    buf_add_cstr(&text, "2026-03-04 02:11:09 INFO ");
    while (text.len < 3 * LIMIT_PATTERN_TEXT)
        buf_add_cstr(&text, "long ");
    buf_add_cstr(&text, "end\n");
    parsing_start(&in, *state, "simple", buf_str(&text));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "format", "simple");
    assert_int_equal(record_get(&in.record, FIELD_MESSAGE).len, text.len - 26);
    assert_false(in.record.cut);
    parsing_done(&in);
    buf_done(&text);
}

static void a_pattern_that_never_ends_gives_up_and_is_counted(void **state)
{
    struct parsing in;
    struct buf text = {0};
    (void)state;
    static const char *const texts[] = {
        "name: evil\nsummary: s\nreads: lines\npatterns:\n"
        "  - {name: a, match: '^(?:(?:a+)+)+$'}\n",
        NULL};
    struct formats *formats = parsing_formats(texts);
    for (int i = 0; i < 200; i++)
        buf_add_char(&text, 'a');
    buf_add_cstr(&text, "b\nfine\n");
    parsing_start(&in, formats, "evil", buf_str(&text));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "understood", "unparsed");
    assert_int_equal(parsing_next(&in), 1);
    assert_int_equal(in.reading.parser->match_limits(in.cursor), 1);
    parsing_done(&in);
    buf_done(&text);
    formats_free(formats);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_is_a_record_with_its_place),
        cmocka_unit_test(indented_lines_continue_the_record_before),
        cmocka_unit_test(a_format_may_join_all_it_does_not_match),
        cmocka_unit_test(a_format_may_see_the_lines_of_a_record_as_one),
        cmocka_unit_test(
            a_pattern_that_claims_nothing_reads_what_others_claimed),
        cmocka_unit_test(a_cut_never_parts_a_record_from_its_continuation),
        cmocka_unit_test(endless_continuation_is_cut_at_the_limit),
        cmocka_unit_test(a_record_read_again_alone_is_the_same),
        cmocka_unit_test(other_formats_in_the_file_are_understood_too),
        cmocka_unit_test(utf16_is_decoded_and_its_offsets_are_of_the_bytes),
        cmocka_unit_test(nul_bytes_and_bad_utf8_do_no_harm),
        cmocka_unit_test(years_follow_the_place_in_the_source),
        cmocka_unit_test(clock_and_zone_show_in_the_quality),
        cmocka_unit_test(a_start_without_a_year_is_found_quickly),
        cmocka_unit_test(a_stamp_without_a_year_is_found_in_utf16),
        cmocka_unit_test(patterns_see_only_the_start_of_a_very_long_line),
        cmocka_unit_test(a_pattern_that_never_ends_gives_up_and_is_counted),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
