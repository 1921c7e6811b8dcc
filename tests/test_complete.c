#include "ui/complete.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MARCH_4 (INT64_C(1772589069) * STAMP_SECOND)

static const struct group *users(void *context, enum field field)
{
    static struct group_row rows[] = {
        {.keys = {STR_INIT("alice")}, .count = 31204},
        {.keys = {STR_INIT("")}, .count = 900},
        {.keys = {STR_INIT("Bob Ross")}, .count = 12},
        {.keys = {STR_INIT("evil\033[2J")}, .count = 3},
        {.keys = {STR_INIT("malice")}, .count = 1},
    };
    static struct group_row actions[] = {
        {.keys = {STR_INIT("login")}, .count = 5},
    };
    static const struct group group = {.rows = rows, .count = 5};
    static const struct group of_actions = {.rows = actions, .count = 1};
    (void)context;
    return field == FIELD_USER     ? &group
           : field == FIELD_ACTION ? &of_actions
                                   : NULL;
}

static struct own_names own;

static struct complete_facts facts = {
    .own_names = &own,
    .values = users,
    .first = MARCH_4 - 2 * STAMP_DAY,
    .last = MARCH_4,
};

struct result {
    struct completion completion;
    char texts[16384], hints[16384];
};

/* The caret is where the bar ^ stands. */
static void complete(const char *text, struct result *out)
{
    char typed[200];
    size_t at = (size_t)(strchr(text, '^') - text);
    snprintf(typed, sizeof(typed), "%.*s%s", (int)at, text, text + at + 1);
    memset(out, 0, sizeof(*out));
    complete_query(str_from(typed), at, &facts, &out->completion);
    snprintf(
        out->texts, sizeof(out->texts), "%s", buf_cstr(&out->completion.texts));
    snprintf(
        out->hints, sizeof(out->hints), "%s", buf_cstr(&out->completion.hints));
    buf_done(&out->completion.texts);
    buf_done(&out->completion.hints);
}

static void candidates_begin_with_what_is_typed(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
        size_t start;
    } rows[] = {
        {"us^", "user:\nuser_domain:\nuser_agent:\nstatus:\ntarget_user:\n", 0},
        {"a user:x src_i^", "src_ip:\n", 9},
        {"-us^er", "user:\nuser_domain:\nuser_agent:\nstatus:\ntarget_user:\n",
            1},
        {"(outc^", "outcome:\n", 1},
        {"user:ali^", "alice\nmalice\n", 5},
        {"user:alice,b^", "\"Bob Ross\"\n", 11},
        {"user:\"bob^", "\"Bob Ross\"\n", 5},
        {"user:^", "alice\n\"Bob Ross\"\nmalice\n", 5},
        {"user.name:al^", "alice\nmalice\n", 10},
        {"action:log^",
            "login\nlog_change\nlog_clear\nlog_start\nlog_stop\n"
            "logout\n",
            7},
        {"outcome:f^", "failure\n", 8},
        {"is:un^", "undated\nunparsed\n", 3},
        {"last:2^", "24h\n", 5},
        {"on:^", "2026-03-04\n2026-03-03\n2026-03-02\n", 3},
        {"a | co^", "count by\n", 4},
        {"a | ^", "count by\ntop\nper\nfirst\n", 4},
        {"a | count ^", "by\n", 10},
        {"a | count by src_i^", "src_ip\n", 13},
        {"a | top user, dst_i^", "dst_ip\n", 14},
        {"a | per 1^", "1m\n10m\n1h\n1d\n", 8},
        {"a | per 1h ^", "by\n", 11},
        {"a tena^", "tenant:\n", 2},
        {"x.t^", "x.tenant:\n", 0},
        {"| count by TEN^", "tenant\n", 11},
        {"\"user^", "", 0},
        {"x.FOO:a^", "", 6},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        static struct result result;
        complete(rows[i].text, &result);
        if (strcmp(result.texts, rows[i].expected) != 0)
            fail_msg("%s: %s", rows[i].text, result.texts);
        if (result.texts[0] != '\0' && result.completion.start != rows[i].start)
            fail_msg("%s: at %zu", rows[i].text, result.completion.start);
    }
}

static void hints_say_how_often_and_what(void **state)
{
    (void)state;
    static struct result result;
    complete("user:a^", &result);
    assert_string_equal(result.hints, "31,204\n1\n");
    complete("action:login^", &result);
    assert_true(str_starts_with(str_from(result.hints), STR("5  ")));
    complete("user^", &result);
    assert_non_null(strstr(result.hints, field_table[FIELD_USER].help));
}

static void an_empty_line_offers_the_usual_first(void **state)
{
    (void)state;
    static struct result result;
    complete("^", &result);
    assert_true(str_starts_with(
        str_from(result.texts), STR("user:\nhost:\nsrc_ip:\n")));
    assert_null(strstr(result.texts, "alert:"));
}

static void there_is_a_hint_for_each_candidate(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "^", "e^", "user:^", "action:^", "on:^", "is:^", "| ^", "| count by ^"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        static struct result result;
        complete(texts[i], &result);
        size_t lines = 0, hints = 0;
        for (const char *at = result.texts; *at != '\0'; at++)
            lines += *at == '\n';
        for (const char *at = result.hints; *at != '\0'; at++)
            hints += *at == '\n';
        assert_int_equal(lines, hints);
        assert_true(lines > 0);
    }
}

static int add_own_names(void **state)
{
    (void)state;
    own_names_add(&own, 1, STR("tenant"));
    own_names_add(&own, 2, STR("tenant"));
    own_names_add(&own, 2, STR("ten ant"));
    return 0;
}

static int drop_own_names(void **state)
{
    (void)state;
    own_names_done(&own);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(candidates_begin_with_what_is_typed),
        cmocka_unit_test(hints_say_how_often_and_what),
        cmocka_unit_test(an_empty_line_offers_the_usual_first),
        cmocka_unit_test(there_is_a_hint_for_each_candidate),
    };
    return cmocka_run_group_tests(tests, add_own_names, drop_own_names);
}
