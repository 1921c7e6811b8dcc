#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/query/query.h"

#define NEWEST (INT64_C(1772600000) * STAMP_SECOND) /* 2026-03-04 04:53:20 */

static bool event_time(void *context, int64_t id, int64_t *time)
{
    (void)context;
    *time = id == 8 ? STAMP_NONE : NEWEST;
    return id == 7 || id == 8;
}

static const struct query_basis basis = {
    .newest = NEWEST,
    .day = STAMP_NONE,
    .event_time = event_time,
};

static struct query *parse(const char *text, struct err *err)
{
    return query_parse(str_from(text), &basis, NULL, err);
}

struct reads_as {
    const char *text;
    const char *canonical;
};

static const struct reads_as good[] = {
    {"", ""},
    {"   ", ""},
    {"user:alice", "user:alice"},
    {"user:alice outcome:failure", "user:alice outcome:failure"},
    {"user:alice AND outcome:failure", "user:alice outcome:failure"},
    {"user:a OR user:b host:c", "user:a OR (user:b host:c)"},
    {"(user:a OR user:b) host:c", "(user:a OR user:b) host:c"},
    {"-user:root", "NOT user:root"},
    {"NOT (a OR b)", "NOT (\"a\" OR \"b\")"},
    {"a -host:web*", "\"a\" NOT host:web*"},
    {"NOT NOT a", "NOT NOT \"a\""},
    {"user:a,b,\"c d\"", "user:a,b,\"c d\""},
    {"user:*", "user:*"},
    {"user:\"*\"", "user:\"*\""},
    {"user:a\\*b", "user:\"a*b\""},
    {"file:C:\\Windows\\\\*", "file:C:\\Windows\\\\*"},
    {"status:500..599", "status:500..599"},
    {"status>500", "status>500"},
    {"status:>=500", "status>=500"},
    {"status<=99", "status<=99"},
    {"src_ip:10.0.0.0/8", "src_ip:10.0.0.0/8"},
    {"src_ip:2001:db8::1", "src_ip:2001:db8::1"},
    {"src_ip:10.0.*", "src_ip:10.0.*"},
    {"src_ip:10.0.0.1..10.0.0.9", "src_ip:10.0.0.1..10.0.0.9"},
    {"url:http://x/y:8080", "url:http://x/y:8080"},
    {"file:../etc", "file:\"../etc\""},
    {"file:\">x\"", "file:\">x\""},
    {"x.net:\"10.0.0.0/8\"", "x.net:\"10.0.0.0/8\""},
    {"x.net:10.0.0.0/8", "x.net:10.0.0.0/8"},
    {"user~^ad(min|m)$", "user~\"^ad(min|m)$\""},
    {"EventID:4624", "code:4624"},
    {"code:4624..4634", "code:4624..4634"},
    {"source.ip:192.0.2.1", "src_ip:192.0.2.1"},
    {"x.LogonType:3", "x.LogonType:3"},
    {"\"session opened\"", "\"session opened\""},
    {"sess*", "\"sess\""},
    {"cs:\"Text\"", "cs:\"Text\""},
    {"\"a \\\"b\\\" \\\\c\"", "\"a \\\"b\\\" \\\\c\""},
    {"12:34:56", "\"12:34:56\""},
    {"is:undated", "is:undated"},
    {"is:Generic", "is:generic"},
    {"after:2026-03-01", "after:2026-03-01T00:00:00Z"},
    {"before:2026-03", "before:2026-03-01T00:00:00Z"},
    {"on:2026-03-04", "after:2026-03-04T00:00:00Z "
                      "before:2026-03-05T00:00:00Z"},
    {"on:2026-12", "after:2026-12-01T00:00:00Z before:2027-01-01T00:00:00Z"},
    {"on:2026-03-04 after:02:11", "(after:2026-03-04T00:00:00Z "
                                  "before:2026-03-05T00:00:00Z) "
                                  "after:2026-03-04T02:11:00Z"},
    {"after:2026-03-04T02:11:09+09:00", "after:2026-03-03T17:11:09Z"},
    {"after:2026-03-04T02:11:09.5Z", "after:2026-03-04T02:11:09.500000000Z"},
    {"time>2026-03-04", "after:2026-03-05T00:00:00Z"},
    {"time:*", "time:*"},
    {"last:24h", "after:2026-03-03T04:53:20Z before:2026-03-05T04:53:20Z"},
    {"around:7+-10m", "after:2026-03-04T04:43:20Z "
                      "before:2026-03-04T05:03:20.000000001Z"},
    {"| count", "| count"},
    {"user:a | count by src_ip, user", "user:a | count by src_ip, user"},
    {"| top user 20", "| top user 20"},
    {"| top 5 user", "| top user 5"},
    {"| per 1h by outcome", "| per 3600s by outcome"},
    {"| first user,src_ip", "| first user, src_ip"},
    {"OUTCOME", "\"OUTCOME\""},
    {"alert:high", "alert:high"},
};

static void queries_read_as_their_canonical_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct err err = {0};
        struct query *query = parse(good[i].text, &err);
        if (query == NULL)
            fail_msg("%s: %s", good[i].text, err.text);
        struct buf out = {0};
        query_format(query, &out);
        assert_string_equal(buf_cstr(&out), good[i].canonical);
        query_free(query);
        buf_done(&out);
    }
}

static void canonical_text_reads_back_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct err err = {0};
        struct query *query = parse(good[i].canonical, &err);
        if (query == NULL)
            fail_msg("%s: %s", good[i].canonical, err.text);
        struct buf out = {0};
        query_format(query, &out);
        assert_string_equal(buf_cstr(&out), good[i].canonical);
        query_free(query);
        buf_done(&out);
    }
}

struct fails {
    const char *text;
    const char *message; /* a part of it */
    size_t start, end;
};

static const struct fails bad[] = {
    {"user:", "expected a value", 0, 5},
    {"user: alice", "expected a value", 0, 5},
    {"usr:alice", "did you mean user?", 0, 3},
    {"http://x", "quotes search the text", 0, 4},
    {"(user:a", "not closed", 0, 1},
    {"user:a)", "no ( before it", 6, 7},
    {"()", "between the parentheses", 0, 2},
    {"\"abc", "not closed", 0, 4},
    {"-enc", "option of a command", 0, 4},
    {"--help x", "option of a command", 0, 6},
    {"a OR", "after OR", 2, 4},
    {"OR a", "both sides", 0, 2},
    {"NOT", "after NOT", 0, 3},
    {"user~a(b", "missing closing parenthesis", 7, 8},
    {"src_ip:10.0.0.0/33", "networks such as", 7, 18},
    {"src_ip:alice", "addresses and networks", 7, 12},
    {"status:abc", "holds numbers", 7, 10},
    {"status:599..500", "before its start", 7, 15},
    {"user>bob", "compare it with numbers", 5, 8},
    {"is:happy", "expected starred", 3, 8},
    {"on:2026-13", "no such date", 3, 10},
    {"on:2026-02-30", "no such date", 3, 13},
    {"on:yesterday", "expected a time", 3, 12},
    {"after:02:11", "needs a date", 6, 11},
    {"last:", "expected a value", 0, 5},
    {"last:soon", "expected a span", 5, 9},
    {"around:9", "no event 9", 7, 8},
    {"around:8", "has no time", 7, 8},
    {"after~x", "expected : after", 5, 6},
    {"| sum user", "expected count", 2, 10},
    {"| count by", "name of a field", 7, 10},
    {"| count by usr", "did you mean user?", 11, 14},
    {"| count by user,", "after the comma", 15, 16},
    {"| per soon", "expected an interval", 6, 10},
    {"a*b", "raw:*a*b*", 0, 3},
};

static void mistakes_are_explained_with_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct err err = {0};
        struct query_error where;
        struct query *query =
            query_parse(str_from(bad[i].text), &basis, &where, &err);
        if (query != NULL)
            fail_msg("%s: was taken", bad[i].text);
        if (strstr(where.message, bad[i].message) == NULL ||
            where.start != bad[i].start || where.end != bad[i].end)
            fail_msg("%s: %zu..%zu %s", bad[i].text, where.start, where.end,
                where.message);
        assert_int_equal(err.code, ERR_USAGE);
    }
}

static void an_error_shows_the_query_and_carets(void **state)
{
    (void)state;
    struct err err = {0};
    assert_null(parse("host:a usr:alice", &err));
    assert_non_null(strstr(err.text, "\n  host:a usr:alice\n         ^^^"));
}

/* A case that knows a few own names. */
static const struct own_names *known_names(void *context)
{
    return context;
}

static void fill_names(struct own_names *names)
{
    static const char *const own[] = {
        "tenant", "EventID2", "userIdentity.arn", "User", "k\x1B"};
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        own_names_add(names, (uint32_t)i % 2, str_from(own[i]));
}

static void names_of_the_logs_own_stand_without_their_x(void **state)
{
    (void)state;
    static const struct reads_as own[] = {
        {"tenant:blue", "x.tenant:blue"},
        {"x.tenant:blue", "x.tenant:blue"},
        {"-tenant:* x.Tenant:a", "NOT x.tenant:* x.Tenant:a"},
        {"userIdentity.arn:a*", "x.userIdentity.arn:a*"},
        {"User:a user:b", "x.User:a user:b"},
        {"EventID:1 EventID2>=2", "code:1 x.EventID2>=2"},
        {"| count by EventID2, tenant", "| count by x.EventID2, x.tenant"},
        {"| top tenant 5", "| top x.tenant 5"},
    };
    struct own_names names = {0};
    fill_names(&names);
    struct query_basis knowing = basis;
    knowing.own_names = known_names;
    knowing.context = &names;
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        struct err err = {0};
        struct query *query =
            query_parse(str_from(own[i].text), &knowing, NULL, &err);
        if (query == NULL)
            fail_msg("%s: %s", own[i].text, err.text);
        struct buf out = {0};
        query_format(query, &out);
        assert_string_equal(buf_cstr(&out), own[i].canonical);
        query_free(query);
        buf_done(&out);
    }
    own_names_done(&names);
}

static void unknown_names_get_the_nearest_of_all(void **state)
{
    (void)state;
    static const struct fails unknown[] = {
        {"Tenant:blue", "did you mean tenant?", 0, 6},
        {"eventid2:1", "did you mean EventID2?", 0, 8},
        {"usr:alice", "did you mean user?", 0, 3},
        {"tenants:blue", "did you mean tenant?", 0, 7},
        {"| count by tenent", "did you mean tenant?", 11, 17},
        {"K\xC3\xA9:1", "x.K\xC3\xA9 is the log's own", 0, 3},
        {"banana:1", "x.banana is the log's own", 0, 6},
    };
    struct own_names names = {0};
    fill_names(&names);
    struct query_basis knowing = basis;
    knowing.own_names = known_names;
    knowing.context = &names;
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        struct query_error where;
        if (query_parse(str_from(unknown[i].text), &knowing, &where, NULL))
            fail_msg("%s: was taken", unknown[i].text);
        if (strstr(where.message, unknown[i].message) == NULL ||
            where.start != unknown[i].start || where.end != unknown[i].end)
            fail_msg("%s: %zu..%zu %s", unknown[i].text, where.start, where.end,
                where.message);
    }
    own_names_done(&names);
}

static void times_without_zone_are_in_the_zone_of_the_case(void **state)
{
    (void)state;
    struct query_basis tokyo = basis;
    tokyo.zone = zone_find(STR("+09:00"), NULL);
    assert_non_null(tokyo.zone);
    struct query *query = query_parse(STR("on:2026-03-04"), &tokyo, NULL, NULL);
    assert_non_null(query);
    struct buf out = {0};
    query_format(query, &out);
    assert_string_equal(buf_cstr(&out), "after:2026-03-03T15:00:00Z "
                                        "before:2026-03-04T15:00:00Z");
    query_free(query);
    buf_done(&out);
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    char text[1000];
    memset(text, '(', sizeof(text));
    struct err err = {0};
    assert_null(query_parse(str_make(text, sizeof(text)), NULL, NULL, &err));
    assert_non_null(strstr(err.text, "nest deeper"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_read_as_their_canonical_text),
        cmocka_unit_test(canonical_text_reads_back_the_same),
        cmocka_unit_test(mistakes_are_explained_with_their_place),
        cmocka_unit_test(names_of_the_logs_own_stand_without_their_x),
        cmocka_unit_test(unknown_names_get_the_nearest_of_all),
        cmocka_unit_test(an_error_shows_the_query_and_carets),
        cmocka_unit_test(times_without_zone_are_in_the_zone_of_the_case),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(names_of_the_logs_own_stand_without_their_x),
        cmocka_unit_test(unknown_names_get_the_nearest_of_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
