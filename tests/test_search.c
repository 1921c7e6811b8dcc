/* Searches over a case made of several kinds of sources, compared with the same
 * query asked of every record by plain code that knows nothing of rows, ids and
 * batches. */
#include "tests/query_kit.h"

#include "src/base/utf8.h"
#include "src/query/inside.h"

/* --- the case ------------------------------------------------------------ */

static uint32_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(*state >> 33);
}

static const char *const users[] = {
    "root", "alice", "Alice", "bob", "carol", "dave-admin"};

static void add_stamp(struct buf *out, uint32_t second)
{
    buf_printf(out, "Mar %2u %02u:%02u:%02u web01 ", 4 + second / 86400 % 20,
        second / 3600 % 24, second / 60 % 60, second % 60);
}

static void add_auth_line(struct buf *out, uint32_t second, uint64_t *random)
{
    uint32_t r = next_random(random);
    const char *user = users[next_random(random) % 6];
    add_stamp(out, second);
    switch (r % 8) {
    case 0:
    case 1:
        buf_printf(out,
            "sshd[%u]: Failed password for %s from 203.0.113.%u port %u "
            "ssh2\n",
            100 + r % 900, user, r / 8 % 40, 1024 + r / 8 % 50);
        return;
    case 2:
        buf_printf(out,
            "sshd[%u]: Accepted password for %s from 2001:db8::%x port %u "
            "ssh2\n",
            100 + r % 900, user, r / 8 % 40, 1024 + r / 8 % 50);
        return;
    case 3:
        buf_printf(out,
            "sudo:    %s : TTY=pts/0 ; PWD=/home ; USER=root ; "
            "COMMAND=/usr/bin/cat /etc/f%u\n",
            user, r / 8 % 30);
        return;
    case 4:
        buf_printf(out,
            "sshd[%u]: message repeated %u times: [ Failed password for %s "
            "from 198.51.100.7 port 22 ssh2]\n",
            100 + r % 900, 2 + r / 8 % 4, user);
        return;
    case 5:
        buf_printf(out, "CRON[%u]: (%s) CMD (run-parts /etc/cron.hourly)\n",
            r % 900, user);
        return;
    case 6:
        buf_printf(out, "oddity[%u]: nobody knows this, K\xC3\x96LN %u\n",
            r % 900, r / 8 % 9);
        return;
    default:
        buf_printf(out,
            "kernel: [UFW BLOCK] IN=eth0 OUT= SRC=198.51.100.%u "
            "DST=192.0.2.1 LEN=40 TTL=50 ID=1 PROTO=TCP SPT=%u DPT=22 "
            "WINDOW=1024 SYN URGP=0\n",
            r / 8 % 3, 1024 + r / 8 % 5000);
    }
}

static void fill_case(struct kit *kit)
{
    uint64_t random = 7;
    struct buf text = {0};
    for (uint32_t i = 0; i < 3000; i++)
        add_auth_line(&text, i * 7, &random);
    struct kit_source source = {"/var/log/auth.log", "web01", "syslog",
        ENCODING_UTF8, buf_str(&text), 8000, false};
    kit_add(kit, &source);

    /* The same days again, out of order and in another source. */
    buf_clear(&text);
    for (uint32_t i = 0; i < 1500; i++)
        add_auth_line(&text, (i * 7919) % 21000, &random);
    source.path = "/srv/b/messages";
    source.host = "db02";
    source.content = buf_str(&text);
    kit_add(kit, &source);

    buf_clear(&text);
    for (uint32_t i = 0; i < 600; i++)
        buf_printf(&text,
            "{\"time\":\"2026-03-04T0%u:%02u:%02uZ\",\"user\":\"%s\","
            "\"message\":\"said \\u00e9t\\u00e9 "
            "\\\"%u\\\"\",\"Own\":\"v%u\"}\n",
            i / 3600, i / 60 % 60, i % 60, users[i % 6], i % 11, i % 7);
    source.path = "/srv/app.jsonl";
    source.format = "json_lines";
    source.content = buf_str(&text);
    kit_add(kit, &source);

    buf_clear(&text);
    for (uint32_t i = 0; i < 300; i++)
        buf_printf(&text,
            "2026-03-04 0%u:%02u:%02u \x83\x8D\x83O%s \x93\xFA\x96{ %u\n",
            i / 3600, i / 60 % 60, i % 60, users[i % 6], i % 13);
    buf_add_cstr(&text, "a line without any time\n");
    source.path = "/srv/sjis.log";
    source.format = "plain";
    source.encoding = ENCODING_SHIFT_JIS;
    source.content = buf_str(&text);
    kit_add(kit, &source);
    buf_done(&text);
    kit_ready(kit);
}

static int setup(void **state)
{
    struct kit *kit = kit_new();
    fill_case(kit);
    *state = kit;
    return 0;
}

static int teardown(void **state)
{
    kit_free(*state);
    return 0;
}

/* --- the plain answer ---------------------------------------------------- */

static void lower(struct str text, struct buf *out)
{
    buf_clear(out);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        buf_add_char(out, (char)(c >= 'A' && c <= 'Z' ? c + 32 : c));
    }
}

static bool like(const char *p, const char *pe, const char *t, const char *te)
{
    if (p == pe)
        return t == te;
    if (*p == '*')
        return like(p + 1, pe, t, te) || (t < te && like(p, pe, t + 1, te));
    return t < te && (*p == '?' || *p == *t) && like(p + 1, pe, t + 1, te);
}

static bool same(struct str pattern, bool is_pattern, struct str value)
{
    const char *p = pattern.ptr, *v = value.ptr;
    if (is_pattern)
        return like(p, p + pattern.len, v, v + value.len);
    return str_eq(pattern, value);
}

static bool plain_text(
    struct str pattern, bool is_pattern, struct str value, bool path)
{
    struct buf a = {0}, b = {0};
    lower(pattern, &a);
    lower(value, &b);
    struct str whole = buf_str(&b);
    ptrdiff_t slash = str_find_last_char(whole, '/');
    bool ok = same(buf_str(&a), is_pattern, whole);
    if (path && slash >= 0)
        ok = ok || same(buf_str(&a), is_pattern,
                       str_from_index(whole, (size_t)slash + 1));
    buf_done(&a);
    buf_done(&b);
    return ok;
}

static bool seen_value(
    const struct seen *seen, const struct node *node, struct str *out)
{
    static const char *const hosts[] = {"", "web01", "db02", "db02", "db02"};
    static const char *const paths[] = {"", "/var/log/auth.log",
        "/srv/b/messages", "/srv/app.jsonl", "/srv/sjis.log"};
    if (node->field == FIELD_NONE) {
        for (size_t i = 0; i < seen->extra_count; i++)
            if (str_eq(seen->extras[i].name, node->name)) {
                *out = seen->extras[i].value;
                return true;
            }
        return false;
    }
    *out = seen->value[node->field];
    if (node->field == FIELD_FORMAT)
        *out = seen->format;
    if (node->field == FIELD_HOST && out->len == 0)
        *out = str_from(hosts[seen->source]);
    if (node->field == FIELD_SOURCE)
        *out = str_from(paths[seen->source]);
    if (node->field == FIELD_COLLECTED_HOST)
        *out = str_from(hosts[seen->source]);
    if (node->field == FIELD_RAW)
        *out = str_trim_end(seen->text);
    return out->len > 0;
}

static bool plain_operand(
    const struct node *node, const struct operand *operand, struct str value)
{
    struct ip ip;
    int64_t number;
    bool path = node->field == FIELD_PROCESS || node->field == FIELD_SOURCE;
    switch (operand->compare) {
    case COMPARE_PRESENT:
        return true;
    case COMPARE_EQUAL:
        if (operand->ip_low.family != 0)
            return ip_parse(value, &ip) && ip_eq(&ip, &operand->ip_low);
        return plain_text(operand->text, operand->pattern, value, path);
    case COMPARE_NETWORK:
        return ip_parse(value, &ip) && ip.family == operand->ip_low.family &&
               ip_compare(&ip, &operand->ip_low) >= 0 &&
               ip_compare(&ip, &operand->ip_high) <= 0;
    case COMPARE_RANGE:
        return str_to_i64(value, &number) && number >= operand->low &&
               number <= operand->high;
    case COMPARE_LESS:
        return str_to_i64(value, &number) && number < operand->low;
    case COMPARE_GREATER_EQUAL:
        return str_to_i64(value, &number) && number >= operand->low;
    default:
        fail_msg("the test cannot do this comparison");
        return false;
    }
}

static bool plain_find(const struct node *node, struct str text)
{
    if (node->exact_case)
        return str_find(text, node->text) >= 0;
    struct buf a = {0}, b = {0};
    utf8_add_folded(&a, text);
    utf8_add_folded(&b, node->text);
    bool found = str_find(buf_str(&a), buf_str(&b)) >= 0;
    buf_done(&a);
    buf_done(&b);
    return found;
}

enum { SOURCE_JSON = 3 };

/* Of JSON the values, which here all become fields or extras. */
static bool plain_search(const struct node *node, const struct seen *seen)
{
    if (seen->source != SOURCE_JSON)
        return plain_find(node, seen->text);
    /* The time is a value, too: the first of the line, plainly written. */
    if (plain_find(node, str_sub(seen->text, strlen("{\"time\":\""), 20)))
        return true;
    for (size_t i = 0; i < FIELD_TOTAL; i++)
        if (plain_find(node, seen->value[i]))
            return true;
    for (size_t i = 0; i < seen->extra_count; i++)
        if (plain_find(node, seen->extras[i].value))
            return true;
    return false;
}

static bool plain_flag(enum query_flag flag, const struct seen *seen)
{
    switch (flag) {
    case FLAG_UNDATED:
        return seen->time == STAMP_NONE;
    case FLAG_PARSED:
        return seen->understood == UNDERSTOOD_PARSED;
    case FLAG_GENERIC:
        return seen->understood == UNDERSTOOD_GENERIC;
    case FLAG_UNPARSED:
        return seen->understood == UNDERSTOOD_UNPARSED;
    default:
        fail_msg("the test cannot do this flag");
        return false;
    }
}

static bool plain_match(const struct node *node, const struct seen *seen)
{
    struct str value;
    switch (node->kind) {
    case NODE_ALL:
        return true;
    case NODE_AND:
        for (size_t i = 0; i < node->child_count; i++)
            if (!plain_match(node->children[i], seen))
                return false;
        return true;
    case NODE_OR:
        for (size_t i = 0; i < node->child_count; i++)
            if (plain_match(node->children[i], seen))
                return true;
        return false;
    case NODE_NOT:
        return !plain_match(node->children[0], seen);
    case NODE_FIELD:
        if (!seen_value(seen, node, &value))
            return false;
        for (size_t i = 0; i < node->operand_count; i++)
            if (plain_operand(node, &node->operands[i], value))
                return true;
        return false;
    case NODE_TEXT:
        return plain_search(node, seen);
    case NODE_TIME:
        return seen->time != STAMP_NONE &&
               (node->time_first == STAMP_NONE ||
                   seen->time >= node->time_first) &&
               (node->time_last == STAMP_NONE || seen->time < node->time_last);
    case NODE_FLAG:
        return plain_flag(node->flag, seen);
    }
    return false;
}

static uint64_t plain_count(const struct kit *kit, const struct query *query)
{
    uint64_t events = 0;
    for (size_t i = 0; i < kit->seen_count; i++)
        if (plain_match(query->root, &kit->seen[i]))
            events += kit->seen[i].count;
    return events;
}

/* --- random queries ------------------------------------------------------ */

static const char *const leaves[] = {"user:alice", "user:ALICE", "user:a*",
    "user:*", "user:root,bob", "user:*-adm?n", "outcome:failure",
    "action:login", "action:log*", "category:*", "src_ip:203.0.113.7",
    "src_ip:203.0.113.0/28", "src_ip:2001:db8::/32", "src_ip:198.51.*",
    "src_ip:*", "dst_port:22", "src_port:1024..1040", "src_port<1030",
    "src_port>=6000", "src_port:*", "pid:100..200", "pid<150", "host:web01",
    "host:db*", "process:sshd", "process:*d", "command:*f7*",
    "command:\"/usr/bin/cat /etc/f12\"", "auth_method:password", "proto:tcp",
    "x.Own:v3", "x.Own:*", "x.own:v3", "x.tty:pts*", "x.length>=40",
    "x.flags:SYN", "x.absent:*", "target_user:root", "format:sshd", "format:s*",
    "source:*auth.log", "source:messages", "collected_host:db02", "is:undated",
    "is:parsed", "is:generic", "is:unparsed", "after:2026-03-04T02:00:00",
    "before:2026-03-04T01:30:10", "on:2026-03-04T00", "on:2026-03-04T03:01",
    "Failed", "cs:Failed", "cs:failed", "nobody", "\"k\xC3\xB6ln\"",
    "cs:\"K\xC3\x96LN\"", "said", "\"\xC3\xA9t\xC3\xA9\"", "\"\\\"3\\\"\"",
    "\xE6\x97\xA5\xE6\x9C\xAC", "2026", "\"SPT=10\"", "session", "repeated",
    "raw:*repeated*", "message:*password*", "id>=0"};
enum { LEAF_COUNT = sizeof(leaves) / sizeof(leaves[0]) };

static void random_query(uint64_t *random, int depth, struct buf *out)
{
    uint32_t r = next_random(random) % 10;
    if (depth == 0 || r < 3) {
        uint32_t leaf = next_random(random) % (LEAF_COUNT - 1);
        buf_add_cstr(out, leaves[leaf]);
        return;
    }
    if (r < 5) {
        buf_add_cstr(out, "NOT ");
        random_query(random, depth - 1, out);
        return;
    }
    buf_add_char(out, '(');
    random_query(random, depth - 1, out);
    buf_add_cstr(out, r < 8 ? " " : " OR ");
    random_query(random, depth - 1, out);
    buf_add_char(out, ')');
}

static uint64_t count_of(struct kit *kit, const char *text)
{
    struct query *query = kit_query(text);
    struct search *search = kit_search(kit, query);
    uint64_t events = 0;
    struct err err = {0};
    assert_done(search_count(search, &events, NULL, &err), err);
    search_close(search);
    query_free(query);
    return events;
}

static void expect_plain_count(struct kit *kit, const char *text)
{
    struct query *query = kit_query(text);
    uint64_t expected = plain_count(kit, query);
    query_free(query);
    uint64_t got = count_of(kit, text);
    if (got != expected)
        fail_msg("%s: %llu events, not %llu", text, (unsigned long long)got,
            (unsigned long long)expected);
}

static void every_leaf_counts_as_plain_code_does(void **state)
{
    for (size_t i = 0; i + 1 < LEAF_COUNT; i++)
        expect_plain_count(*state, leaves[i]);
}

static void random_queries_count_as_plain_code_does(void **state)
{
    uint64_t random = 2026;
    for (int i = 0; i < 400; i++) {
        struct buf text = {0};
        random_query(&random, 3, &text);
        expect_plain_count(*state, buf_cstr(&text));
        buf_done(&text);
    }
}

/* --- own names ----------------------------------------------------------- */

/* How many batches are looked into, and whether any record was read again. */
struct effort {
    size_t batches;
    bool read_again;
};

static struct effort effort_of(struct kit *kit, const char *text)
{
    struct query *query = kit_query(text);
    struct search *search = kit_search(kit, query);
    struct effort effort = {0};
    uint64_t events;
    struct err err = {0};
    for (size_t i = 0; i < search->batches.count; i++)
        effort.batches +=
            plan_prune(search, &search->batches.at[i]) == PRUNE_SOME;
    assert_done(search_count(search, &events, NULL, &err), err);
    for (size_t i = 0; i < search->worker_count; i++)
        effort.read_again |= search->workers[i].reread != NULL;
    search_close(search);
    query_free(query);
    return effort;
}

static size_t batches_of(struct kit *kit, const char *path)
{
    struct buf sql = {0};
    buf_printf(&sql,
        "SELECT count(*) FROM batch JOIN source ON source = "
        "source.id WHERE path = CAST('%s' AS BLOB)",
        path);
    sqlite3_stmt *query = store_prepare(kit->store, buf_cstr(&sql), NULL);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    size_t count = (size_t)sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    buf_done(&sql);
    assert_true(count > 0);
    return count;
}

static void an_own_name_nobody_has_reads_nothing(void **state)
{
    static const char *const texts[] = {
        "x.absent:1", "NOT x.absent:*", "x.own:v3", "user:alice x.absent:1"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct effort effort = effort_of(*state, texts[i]);
        if (effort.batches != 0 || effort.read_again)
            fail_msg("%s looks into %zu batches", texts[i], effort.batches);
    }
}

static void an_own_name_is_looked_for_where_it_was_seen(void **state)
{
    struct effort effort = effort_of(*state, "x.Own:v3");
    assert_int_equal(effort.batches, batches_of(*state, "/srv/app.jsonl"));
    assert_true(effort.read_again);
    assert_true(effort_of(*state, "x.tty:pts*").batches > 0);
}

/* --- pages --------------------------------------------------------------- */

struct walked {
    struct position *at;
    size_t count, capacity;
    uint64_t events;
};

static void walk_pages(
    struct search *search, bool backward, size_t limit, struct walked *out)
{
    struct page page = {0};
    struct err err = {0};
    struct position from = backward ? POSITION_LAST : POSITION_FIRST;
    do {
        assert_done(
            search_page(search, from, backward, limit, &page, NULL, &err), err);
        assert_true(page.count <= limit);
        for (size_t i = 0; i < page.count; i++) {
            size_t place = backward ? page.count - 1 - i : i;
            out->at = mem_grow(
                out->at, &out->capacity, out->count + 1, sizeof(*out->at));
            out->at[out->count++] = page.rows[place].at;
            out->events += page.rows[place].matched;
        }
        if (page.count > 0)
            from = page.rows[backward ? 0 : page.count - 1].at;
    } while (page.more);
    page_done(&page);
}

static void expect_pages(struct kit *kit, const char *text, size_t limit)
{
    struct query *query = kit_query(text);
    struct search *search = kit_search(kit, query);
    uint64_t events;
    struct err err = {0};
    assert_done(search_count(search, &events, NULL, &err), err);
    struct walked forward = {0}, backward = {0};
    walk_pages(search, false, limit, &forward);
    walk_pages(search, true, limit, &backward);
    assert_int_equal(forward.events, events);
    assert_int_equal(backward.count, forward.count);
    for (size_t i = 0; i < forward.count; i++) {
        struct position other = backward.at[forward.count - 1 - i];
        assert_int_equal(position_compare(forward.at[i], other), 0);
        if (i > 0)
            assert_true(position_compare(forward.at[i - 1], forward.at[i]) < 0);
    }
    free(forward.at);
    free(backward.at);
    search_close(search);
    query_free(query);
}

static void pages_join_up_both_ways(void **state)
{
    expect_pages(*state, "", 97);
    expect_pages(*state, "user:alice", 10);
    expect_pages(*state, "NOT user:* OR is:undated", 33);
    expect_pages(*state, "Failed src_port:1024..1060", 7);
    expect_pages(*state, "proto:tcp after:2026-03-04T01:00", 50);
    expect_pages(*state, "nobody-is-here", 50);
}

static bool count_rows(void *context, const struct row *row)
{
    *(uint64_t *)context += row->matched;
    return true;
}

static void each_visits_every_match(void **state)
{
    struct kit *kit = *state;
    struct query *query = kit_query("outcome:failure");
    struct search *search = kit_search(kit, query);
    uint64_t events = 0;
    struct err err = {0};
    assert_done(search_each(search, count_rows, &events, NULL, &err), err);
    assert_int_equal(events, count_of(kit, "outcome:failure"));
    search_close(search);
    query_free(query);
}

/* --- one row ------------------------------------------------------------- */

static void expect_field(struct search *search, const struct row *row,
    enum field field, const char *expected)
{
    struct buf out = {0};
    bool found = search_value(search, row, field, &out);
    assert_int_equal(found, expected != NULL);
    if (expected != NULL)
        assert_string_equal(buf_cstr(&out), expected);
    buf_done(&out);
}

static void values_of_a_row_come_from_everywhere(void **state)
{
    struct kit *kit = *state;
    struct query *query =
        kit_query("action:login outcome:success src_ip:2001:db8::/32");
    struct search *search = kit_search(kit, query);
    struct page page = {0};
    struct err err = {0};
    assert_done(
        search_page(search, POSITION_FIRST, false, 1, &page, NULL, &err), err);
    assert_int_equal(page.count, 1);
    const struct row *row = &page.rows[0];
    expect_field(search, row, FIELD_ACTION, "login");
    expect_field(search, row, FIELD_PROCESS, "sshd");
    expect_field(search, row, FIELD_AUTH_METHOD, "password");
    expect_field(search, row, FIELD_URL, NULL);
    expect_field(search, row, FIELD_COUNT_OF, "1");
    struct buf raw = {0};
    assert_done(search_raw(search, row, &raw, &err), err);
    assert_non_null(strstr(buf_cstr(&raw), "Accepted password"));
    buf_done(&raw);
    const struct record *record = search_record(search, row, &err);
    assert_non_null(record);
    assert_true(str_eq(record_get(record, FIELD_OUTCOME), STR("success")));
    page_done(&page);
    search_close(search);
    query_free(query);
}

static void a_case_without_alerts_says_so(void **state)
{
    struct kit *kit = *state;
    struct query *query = kit_query("alert:high");
    struct err err = {0};
    assert_null(search_open(kit->store, kit->formats, query, &err));
    assert_non_null(strstr(err.text, "no alerts yet"));
    query_free(query);
}

static void a_cancelled_count_stops(void **state)
{
    struct query *query = kit_query("Failed");
    struct search *search = kit_search(*state, query);
    struct progress progress = {0};
    struct err err = {0};
    uint64_t events;
    progress_cancel(&progress);
    assert_int_equal(search_count(search, &events, &progress, &err), -1);
    assert_int_equal(err.code, ERR_CANCELLED);
    search_close(search);
    query_free(query);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_leaf_counts_as_plain_code_does),
        cmocka_unit_test(random_queries_count_as_plain_code_does),
        cmocka_unit_test(pages_join_up_both_ways),
        cmocka_unit_test(each_visits_every_match),
        cmocka_unit_test(values_of_a_row_come_from_everywhere),
        cmocka_unit_test(a_case_without_alerts_says_so),
        cmocka_unit_test(a_cancelled_count_stops),
        cmocka_unit_test(an_own_name_nobody_has_reads_nothing),
        cmocka_unit_test(an_own_name_is_looked_for_where_it_was_seen),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
