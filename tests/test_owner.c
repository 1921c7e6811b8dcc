#include "parsers/owner.h"

#include "parsers/define.h"
#include "tests/parsing.h"

static void a_path_says_whose_home_it_is_in(void **state)
{
    (void)state;
    static const struct {
        const char *path, *owner;
    } rows[] = {
        {"home/alice/.bash_history", "alice"},
        {"/evidence/[root]/home/bob/.zsh_history", "bob"},
        {"C:\\Users\\alice\\AppData\\Roaming\\x.txt", "alice"},
        {"uploads/auto/C%3A/Users/alice/x.txt", "alice"},
        {"Documents and Settings/alice/x.txt", "alice"},
        {"[root]/root/.bash_history", "root"},
        {"root/.local/share/fish/fish_history", "root"},
        {"home/analyst/case/home/bob/.bash_history", "bob"},
        {"home/.bash_history", ""},
        {"root/passwd", ""},
        {"var/log/dpkg.log", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct str owner = owner_from_path(str_from(rows[i].path));
        if (!str_eq(owner, str_from(rows[i].owner)))
            fail_msg("%s: %.*s", rows[i].path, STR_ARG(owner));
    }
}

static const char *const texts[] = {
    "name: t\nsummary: s\nreads: lines\nnames: ['.thing*']\n"
    "priority: -10\npatterns:\n"
    "  - {name: sure, match: '^! (?<command>.*)'}\n"
    "  - {name: any, named: yes, match: '^(?<command>.*)'}\n",
    NULL};

static const char *judge(
    const struct formats *formats, const char *path, const char *bytes)
{
    struct verdict verdict;
    struct sample sample = {
        .bytes = str_from(bytes), .whole = true, .path = str_from(path)};
    assert_int_equal(formats_judge(formats, &sample, &verdict, 1), 1);
    return format_name(verdict.format);
}

static void a_name_lets_patterns_claim_what_has_no_sign(void **state)
{
    (void)state;
    struct formats *formats = parsing_formats(texts);
    assert_string_equal(judge(formats, "a/.thing.1", "ls\nid\n"), "t");
    assert_string_equal(judge(formats, "a/.other", "ls\nid\n"), "text");
    assert_string_equal(judge(formats, "a/.other", "! ls\n! id\n"), "t");
    assert_string_equal(
        judge(formats, ".thing", "Mar  4 02:11:09 web01 sshd[8]: x\n"),
        "syslog");
    formats_free(formats);
}

static void without_the_name_its_lines_stay_unknown(void **state)
{
    (void)state;
    struct formats *formats = parsing_formats(texts);
    struct parsing parsing;
    parsing_start(&parsing, formats, "t", STR("! ls\nid\n"));
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "command", "ls");
    assert_int_equal(parsing_next(&parsing), 1);
    assert_value(&parsing, "format", "text");
    parsing_done(&parsing);
    formats_free(formats);
}

static void a_format_may_know_its_encoding(void **state)
{
    (void)state;
    struct formats *formats = parsing_formats(texts);
    assert_true(format_is_utf8(formats_find(formats, STR("zsh_history"))));
    assert_false(format_is_utf8(formats_find(formats, STR("t"))));
    formats_free(formats);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_says_whose_home_it_is_in),
        cmocka_unit_test(a_name_lets_patterns_claim_what_has_no_sign),
        cmocka_unit_test(without_the_name_its_lines_stay_unknown),
        cmocka_unit_test(a_format_may_know_its_encoding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
