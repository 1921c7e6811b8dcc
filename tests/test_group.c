#include "tests/query_kit.h"

static void add_line(struct buf *out, uint32_t second, const char *rest)
{
    buf_printf(out, "Mar  4 %02u:%02u:%02u web01 %s\n", second / 3600,
        second / 60 % 60, second % 60, rest);
}

static int setup(void **state)
{
    static const char *const users[] = {"root", "alice", "bob"};
    struct kit *kit = kit_new();
    struct buf text = {0};
    char rest[200];
    for (uint32_t i = 0; i < 600; i++) {
        snprintf(rest, sizeof(rest),
            "sshd[1]: %s password for %s from 203.0.113.%u port %u ssh2",
            i % 3 == 0 ? "Accepted" : "Failed", users[i % 3], i % 5, 1000 + i);
        add_line(&text, i * 20, rest);
    }
    add_line(&text, 13000,
        "sshd[1]: message repeated 4 times: [ Failed password for bob from "
        "203.0.113.9 port 9 ssh2]");
    for (uint32_t i = 0; i < 30; i++) {
        snprintf(rest, sizeof(rest),
            "kernel: [UFW BLOCK] IN=eth0 OUT= SRC=198.51.100.7 DST=192.0.2.1 "
            "LEN=40 TTL=50 ID=1 PROTO=TCP SPT=%u DPT=22 WINDOW=1024 SYN "
            "URGP=0",
            5000 + i % 3);
        add_line(&text, 14350 + 10 * i, rest);
    }
    struct kit_source source = {"auth.log", "web01", "syslog", ENCODING_UTF8,
        buf_str(&text), 6000, true};
    kit_add(kit, &source);
    buf_done(&text);
    kit_ready(kit);
    *state = kit;
    return 0;
}

static int teardown(void **state)
{
    kit_free(*state);
    return 0;
}

/* The rows as lines "count key,key", or "bucket count key" for per. */
static void run(struct kit *kit, const char *text, struct buf *out)
{
    struct query *query = kit_query(text);
    struct search *search = kit_search(kit, query);
    struct group group;
    struct err err = {0};
    assert_done(group_run(search, &group, NULL, &err), err);
    for (size_t i = 0; i < group.count; i++) {
        const struct group_row *row = &group.rows[i];
        char time[STAMP_TEXT_MAX];
        if (query->tail.kind == TAIL_PER) {
            buf_add(out, time,
                stamp_format(row->bucket, STAMP_PRECISION_S, 0, time));
            buf_add_char(out, ' ');
        }
        buf_add_u64(out, row->count);
        for (size_t k = 0; k < query->tail.key_count; k++) {
            buf_add_char(out, k == 0 ? ' ' : ',');
            buf_add_str(out, row->keys[k]);
        }
        buf_add_char(out, '\n');
    }
    group_done(&group);
    search_close(search);
    query_free(query);
}

struct counted {
    const char *query, *lines;
};

static const struct counted table[] = {
    {"| count", "634\n"},
    {"user:nobody | count", "0\n"},
    {"| count by user", "204 bob\n200 alice\n200 root\n30 \n"},
    {"action:login outcome:failure | count by user", "204 bob\n200 alice\n"},
    {"user:root | count by user, outcome", "200 root,success\n"},
    {"| top user 1", "204 bob\n"},
    {"user:root | top src_ip 2", "40 203.0.113.0\n40 203.0.113.1\n"},
    {"action:login | count by auth_method", "604 password\n"},
    {"action:login | count by process,host", "604 sshd,web01\n"},
    {"proto:tcp | count by src_port", "10 5000\n10 5001\n10 5002\n"},
    {"src_port:5001 | count by src_port", "10 5001\n"},
    {"proto:tcp | per 1h", "2026-03-04T03:00:00Z 5\n2026-03-04T04:00:00Z 25\n"},
    {"proto:tcp before:2026-03-04T04:00 | count by src_ip", "5 198.51.100.7\n"},
    {"action:login | per 2h by outcome",
        "2026-03-04T00:00:00Z 240 failure\n2026-03-04T00:00:00Z 120 success\n"
        "2026-03-04T02:00:00Z 164 failure\n"
        "2026-03-04T02:00:00Z 80 success\n"},
    {"action:login | first user", "200 root\n200 alice\n204 bob\n"},
    {"| count by source", "634 auth.log\n"},
    {"| count by x.nothing", "634 \n"},
};

static void tails_count_events(void **state)
{
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct buf out = {0};
        run(*state, table[i].query, &out);
        if (strcmp(buf_cstr(&out), table[i].lines) != 0)
            fail_msg("%s:\n%s", table[i].query, buf_cstr(&out));
        buf_done(&out);
    }
}

static void a_group_knows_its_first_and_last_event(void **state)
{
    struct query *query = kit_query("| count by user");
    struct search *search = kit_search(*state, query);
    struct group group;
    struct err err = {0};
    assert_done(group_run(search, &group, NULL, &err), err);
    char first[STAMP_TEXT_MAX], last[STAMP_TEXT_MAX];
    assert_true(str_eq(group.rows[0].keys[0], STR("bob")));
    stamp_format(group.rows[0].first, STAMP_PRECISION_S, 0, first);
    stamp_format(group.rows[0].last, STAMP_PRECISION_S, 0, last);
    assert_string_equal(first, "2026-03-04T00:00:40Z");
    assert_string_equal(last, "2026-03-04T03:36:40Z");
    assert_int_equal(group.rows[0].first_id, 3);
    assert_int_equal(group.events, 634);
    group_done(&group);
    search_close(search);
    query_free(query);
}

static void a_histogram_adds_up_to_the_count(void **state)
{
    struct query *query = kit_query("action:login");
    struct search *search = kit_search(*state, query);
    struct err err = {0};
    uint64_t counts[7], failures[7], all = 0, failed = 0;
    const struct batches *batches = search_batches(search);
    int64_t first = batches->at[0].first_time;
    int64_t last = batches->at[batches->count - 1].last_time + 1;
    assert_done(
        group_histogram(search, first, last, 7, counts, failures, NULL, &err),
        err);
    for (size_t i = 0; i < 7; i++) {
        all += counts[i];
        failed += failures[i];
    }
    assert_int_equal(all, 604);
    assert_int_equal(failed, 404);
    search_close(search);
    query_free(query);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tails_count_events),
        cmocka_unit_test(a_group_knows_its_first_and_last_event),
        cmocka_unit_test(a_histogram_adds_up_to_the_count),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
