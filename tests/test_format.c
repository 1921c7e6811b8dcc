#include "parsers/format.h"

#include "parsers/define.h"
#include "tests/parsing.h"

static void a_bad_file_is_set_aside_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *reason;
    } rows[] = {
        {"name: t\n", ":1: no `summary`"},
        {"name: T!\nsummary: s\nreads: json\n", ":1: a name is made of"},
        {"name: t\nsummary: s\n", ":1: give `reads` or `inside`"},
        {"name: t\nsummary: s\nreads: lines\n", ":1: no `patterns`"},
        {"name: t\nsummary: s\nreads: lines\nptterns: []\n",
            ":4: unknown key \"ptterns\""},
        {"name: t\nsummary: s\nreads: lines\npatterns:\n"
         "  - name: a\n    match: '^(oops'\n",
            ":6: pattern a: bad pattern: missing closing parenthesis"},
        {"name: t\nsummary: s\nreads: lines\npatterns:\n"
         "  - name: a\n    match: '^a'\n    set: {action: dance}\n",
            ":7: \"dance\" is no action"},
        {"name: t\nsummary: s\nreads: json\ncategory: stuff\n",
            ":4: \"stuff\" is no category"},
        {"name: t\nsummary: s\nreads: json\nfields: {a: sourc}\n",
            ":4: sourc is no field"},
        {"name: t\nsummary: s\nreads: json\nwhen: process like x\n",
            ":4: expected NAME in A, B"},
        {"name: t\nsummary: s\nreads: json\ntime: {formats: ['%Q']}\n", ":4: "},
        {"name: t\nsummary: s\nreads: json\nset: {id: 1}\n",
            ":4: id is worked out by the program"},
        {"name: t\nsummary: s\nreads: json\nlogsource: {prodct: x}\n",
            ":4: unknown key \"prodct\""},
        {"name: t\nsummary: s\nreads: json\nlogsource: [{}]\n",
            ":4: a log source has"},
        {"name: t\nsummary: [\n", ":"},
        {"", ":1: a format file is one document"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const texts[] = {
            rows[i].text, "name: good\nsummary: s\nreads: json\n", NULL};
        struct formats *formats = parsing_formats(texts);
        const char *problem = formats_problem(formats, 0);
        if (problem == NULL || strstr(problem, rows[i].reason) == NULL)
            fail_msg("row %zu: got %s", i, problem);
        assert_null(formats_find(formats, STR("t")));
        assert_non_null(formats_find(formats, STR("good")));
        assert_null(formats_problem(formats, 1));
        formats_free(formats);
    }
}

static void a_file_overrides_the_shipped_one_of_its_name(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "name: text\nsummary: mine\nreads: text\n", NULL};
    static const char *const none[] = {NULL};
    struct formats *shipped = parsing_formats(none);
    struct formats *mine = parsing_formats(texts);
    struct digest before = formats_digest(shipped);
    struct digest after = formats_digest(mine);
    assert_string_equal(
        format_summary(formats_find(mine, STR("text"))), "mine");
    assert_int_equal(formats_count(shipped), formats_count(mine));
    assert_false(digest_eq(&before, &after));
    formats_free(shipped);
    formats_free(mine);
}

static void formats_are_ordered_by_priority_then_name(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "name: zz9\nsummary: s\nreads: json\npriority: 99999\n",
        "name: zz8\nsummary: s\nreads: json\npriority: 99999\n", NULL};
    struct formats *formats = parsing_formats(texts);
    assert_string_equal(format_name(formats_at(formats, 0)), "zz8");
    assert_string_equal(format_name(formats_at(formats, 1)), "zz9");
    size_t last = formats_count(formats) - 1;
    assert_string_equal(format_name(formats_at(formats, last)), "text");
    formats_free(formats);
}

static void examples_that_fail_are_reported_with_their_line(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "name: t\nsummary: s\nreads: lines\npatterns:\n"
        "  - {name: a, match: '^hello (?<user>\\w+)'}\nexamples:\n"
        "  - line: hello alice\n    gives: {user: alice}\n"
        "  - line: hello bob\n    gives: {user: robert}\n",
        NULL};
    struct formats *formats = parsing_formats(texts);
    struct buf report = {0};
    const struct format *format = formats_find(formats, STR("t"));
    assert_int_equal(format_example_count(format), 2);
    assert_int_equal(format_test(formats, format, &report), 1);
    assert_non_null(strstr(
        buf_cstr(&report), ":10: user: expected \"robert\", got \"bob\""));
    buf_done(&report);
    formats_free(formats);
}

static void every_shipped_format_passes_its_examples(void **state)
{
    (void)state;
    static const char *const none[] = {NULL};
    struct formats *formats = parsing_formats(none);
    struct buf report = {0};
    assert_null(formats_problem(formats, 0));
    for (size_t i = 0; i < formats_count(formats); i++)
        if (format_test(formats, formats_at(formats, i), &report) > 0)
            fail_msg("%s", buf_cstr(&report));
    buf_done(&report);
    formats_free(formats);
}

static void a_parser_can_be_chosen_by_format_or_by_name(void **state)
{
    (void)state;
    static const char *const none[] = {NULL};
    struct formats *formats = parsing_formats(none);
    const struct parser *parser;
    const struct format *format;
    assert_true(formats_choose(formats, STR("json_lines"), &parser, &format));
    assert_string_equal(parser->name, "json_lines");
    assert_string_equal(format_name(format), "jsonl");
    assert_true(formats_choose(formats, STR("text"), &parser, &format));
    assert_string_equal(parser->name, "plain");
    assert_false(formats_choose(formats, STR("nonsense"), &parser, &format));
    formats_free(formats);
}

/* A head that is not there must never turn down a text that matches. */
static void heads_turn_down_only_what_cannot_match(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text;
        bool may;
    } rows[] = {
        {"^Failed password", "Failed password for", true},
        {"^Failed password", "Accepted password", false},
        {"^(?:error: )?PAM: x", "error: PAM: x", true},
        {"^(?:error: )?PAM: x", "PAM: x", true},
        {"^(?:error: )?PAM: x", "fatal: PAM: x", false},
        {"^(?<a>ab|cd)+e", "cdabe", true},
        {"^(?<a>ab|cd)+e", "xe", false},
        {"^[Aa]b?c", "ac", true},
        {"^[Aa]bc", "xbc", false},
        {"^[A-Z]{3} x", "Mar x", true},
        {"^[A-Z][a-z]", "mar", false},
        {"^\\d+:", "12:", true},
        {"^\\d+:", "x12:", false},
        {"^\\d*x", "x", true},
        {"^x*y", "y", true},
        {"^ab*c", "ac", true},
        {"^ab{0}c", "ac", true},
        {"^(?:a|[bc]|)z", "z", true},
        {"^(?i)abc", "ABC", true},
        {"^a|b", "b", true},
        {"abc", "xabc", true},
        {"^(?!x)\\w", "a", true},
        {"^\\(root\\) CMD", "(root) CMD", true},
        {"^(?:a(?:b(?:c(?:d(?:e(?:f)))))) ", "abcdef ", true},
        {"^", "", true},
        {"^$", "", true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct regex regex;
        struct str text = str_from(rows[i].text);
        struct err err = {0};
        assert_int_equal(
            regex_compile(&regex, str_from(rows[i].pattern), &err), 0);
        if (regex_may_match(&regex, text, regex_start(text)) != rows[i].may)
            fail_msg("%s on %s", rows[i].pattern, rows[i].text);
        regex_done(&regex);
    }
}

static void explaining_shows_where_a_line_stops(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "name: t\nsummary: s\nreads: lines\npatterns:\n"
        "  - {name: a, match: '^hello (?<user>\\w+) from (?<src_ip>\\S+)$'}\n",
        NULL};
    struct formats *formats = parsing_formats(texts);
    struct buf out = {0};
    format_explain_line(formats, formats_find(formats, STR("t")),
        STR("hello alice at home"), &out);
    assert_non_null(strstr(buf_cstr(&out), "before \"at home\""));
    buf_done(&out);
    formats_free(formats);
}

static void a_format_says_what_sigma_calls_its_logs(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "name: one\nsummary: s\nreads: json\n"
        "logsource: {product: linux, service: sshd}\n",
        "name: two\nsummary: s\nreads: json\nlogsource:\n"
        "  - {category: proxy}\n  - {service: auth, product: linux}\n",
        "name: none\nsummary: s\nreads: json\n", NULL};
    static const struct {
        const char *name, *text;
        size_t count;
    } rows[] = {
        {"one", "product:linux service:sshd", 1},
        {"two", "category:proxy, product:linux service:auth", 2},
        {"none", "", 0},
        {"evtx", "product:windows", 1},
    };
    struct formats *formats = parsing_formats(texts);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct format *format =
            formats_find(formats, str_from(rows[i].name));
        struct buf text = {0};
        size_t count = 0;
        format_logsource_text(format, &text);
        assert_string_equal(buf_cstr(&text), rows[i].text);
        format_logsources(format, &count);
        assert_int_equal(count, rows[i].count);
        buf_done(&text);
    }
    formats_free(formats);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bad_file_is_set_aside_with_its_line),
        cmocka_unit_test(a_file_overrides_the_shipped_one_of_its_name),
        cmocka_unit_test(formats_are_ordered_by_priority_then_name),
        cmocka_unit_test(examples_that_fail_are_reported_with_their_line),
        cmocka_unit_test(every_shipped_format_passes_its_examples),
        cmocka_unit_test(a_parser_can_be_chosen_by_format_or_by_name),
        cmocka_unit_test(heads_turn_down_only_what_cannot_match),
        cmocka_unit_test(explaining_shows_where_a_line_stops),
        cmocka_unit_test(a_format_says_what_sigma_calls_its_logs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
