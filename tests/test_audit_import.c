/* Audit logs in a case: events whose lines stand apart, and pieces. */
#include "tests/ingest_kit.h"

#include "src/query/search.h"

/* Two events at once, line by line: their lines stand among one another. */
static void add_pair(struct buf *out, unsigned serial)
{
    unsigned long long ms = serial * 3ULL;
    char one[64], two[64];
    snprintf(one, sizeof(one), "msg=audit(%llu.%03llu:%u)",
        1772590269 + ms / 1000, ms % 1000, serial);
    snprintf(two, sizeof(two), "msg=audit(%llu.%03llu:%u)",
        1772590269 + ms / 1000, ms % 1000, serial + 1);
    buf_printf(out,
        "type=SYSCALL %s: arch=c000003e syscall=59 success=yes exit=0 "
        "pid=%u auid=1000 uid=1000 exe=\"/bin/ls\"\n"
        "type=SYSCALL %s: arch=c000003e syscall=87 success=yes exit=0 "
        "pid=%u auid=1000 uid=1000 exe=\"/bin/rm\"\n"
        "type=CWD %s: cwd=\"/home/one\"\n"
        "type=CWD %s: cwd=\"/home/two\"\n"
        "type=PROCTITLE %s: proctitle=\"one\"\n"
        "type=PROCTITLE %s: proctitle=\"two\"\n",
        one, serial, two, serial + 1, one, two, one, two);
}

static void make_log(struct kit *kit, unsigned pairs)
{
    struct buf text = {0};
    for (unsigned i = 0; i < pairs; i++)
        add_pair(&text, 2 * i + 1);
    kit_write(kit, "audit.log", text.ptr, text.len);
    buf_done(&text);
}

static void no_piece_parts_an_event(void **state)
{
    enum { PAIRS = 9000 };
    struct kit *kit = *state;
    make_log(kit, PAIRS);
    kit_add(kit, "audit.log");
    assert_true(kit_ask(kit, "SELECT count(*) FROM chunk") > 3);
    kit_assert_events(kit, 2 * PAIRS);
    assert_int_equal(kit_ask(kit, "SELECT count(*) FROM part"), 2 * PAIRS * 3);
}

static bool check_row(void *context, const struct row *row)
{
    struct search *search = ((void **)context)[0];
    int64_t *count = ((void **)context)[1];
    struct buf folder = {0}, raw = {0};
    bool is_one = row->at.id % 2 == 1;
    assert_true(search_own_value(search, row, STR("cwd"), &folder));
    assert_string_equal(buf_cstr(&folder), is_one ? "/home/one" : "/home/two");
    assert_int_equal(search_raw(search, row, &raw, NULL), 0);
    assert_int_equal(str_count_char(buf_str(&raw), '\n'), 2);
    buf_done(&folder);
    buf_done(&raw);
    ++*count;
    return true;
}

static void an_event_is_read_again_from_its_lines(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct query_basis basis = {
        .zone = zone_utc(), .newest = STAMP_NONE, .day = STAMP_NONE};
    make_log(kit, 20);
    kit_add(kit, "audit.log");
    struct query *query = query_parse(STR(""), &basis, NULL, &err);
    struct store *store = kit_open(kit->path, STORE_READ);
    struct search *search = search_open(store, kit_formats(), query, &err);
    assert_non_null(search);
    int64_t count = 0;
    void *context[] = {search, &count};
    assert_done(search_each(search, check_row, context, NULL, &err), err);
    assert_int_equal(count, 40);
    search_close(search);
    store_close(store);
    query_free(query);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_TEST(no_piece_parts_an_event),
        KIT_TEST(an_event_is_read_again_from_its_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
