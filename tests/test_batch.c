#include "src/event/batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/limit.h"

#define HOST STR("web01")
#define MINUTE (60 * STAMP_SECOND)
#define NOON (INT64_C(1767268800) * STAMP_SECOND)

/* A failed login, as the sshd format gives it. */
static void fill_login(struct record *record, struct str user)
{
    record_reset(record);
    record->offset = 100;
    record->length = 80;
    record->time = NOON;
    record->time_quality = TIME_EXACT;
    record->understood = UNDERSTOOD_PARSED;
    record->format = STR("sshd");
    record_set(record, FIELD_CATEGORY, STR("authentication"));
    record_set(record, FIELD_ACTION, STR("login"));
    record_set(record, FIELD_OUTCOME, STR("failure"));
    record_set(record, FIELD_USER, user);
    record_set(record, FIELD_PROCESS, STR("sshd"));
    record_set(record, FIELD_PID, STR("4711"));
    record_set(record, FIELD_SRC_IP, STR("192.0.2.7"));
    record_set(record, FIELD_SRC_PORT, STR("50022"));
}

/* A dropped packet: its source port does not matter. */
static void fill_drop(struct record *record, int64_t time, struct str port)
{
    record_reset(record);
    record->length = 10;
    record->time = time;
    record->understood = UNDERSTOOD_PARSED;
    record->format = STR("netfilter");
    record->aggregates = true;
    record->repeat_ignores = FIELD_BIT(FIELD_SRC_PORT);
    record_set(record, FIELD_ACTION, STR("deny"));
    record_set(record, FIELD_SRC_IP, STR("203.0.113.9"));
    record_set(record, FIELD_SRC_PORT, port);
    record_set(record, FIELD_DST_PORT, STR("23"));
}

struct fixture {
    struct batch *batch;
    struct record record;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture.batch = batch_new();
    record_init(&fixture.record);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    batch_free(fixture->batch);
    record_done(&fixture->record);
    return 0;
}

static void add(struct fixture *fixture)
{
    batch_add(fixture->batch, &fixture->record, HOST, false);
}

static const struct kind *kind_of(const struct batch *batch, size_t row)
{
    return &batch->kinds[batch->events[row].kind];
}

static void a_login_becomes_a_row(void **state)
{
    struct fixture *fixture = *state;
    fill_login(&fixture->record, STR("alice"));
    add(fixture);

    const struct batch *batch = fixture->batch;
    const struct event *event = &batch->events[0];
    assert_int_equal(batch->count, 1);
    assert_true(event->time == NOON);
    assert_int_equal(event->offset, 100);
    assert_int_equal(event->length, 80);
    assert_true(str_eq(batch_name(batch, event->host), HOST));
    assert_true(str_eq(batch_name(batch, event->user), STR("alice")));
    assert_true(str_eq(batch_name(batch, event->process), STR("sshd")));
    assert_true(event->target == EVENT_NO_NAME);
    assert_int_equal(batch_name(batch, event->target).len, 0);
    assert_int_equal(event->pid, 4711);
    assert_int_equal(event->src_port, 50022);
    assert_true(event->dst_port == EVENT_NO_NUMBER);
    assert_int_equal(event->src_ip.family, 4);
    assert_int_equal(event->dst_ip.family, 0);
    assert_int_equal(batch_object(batch, event).len, 0);
}

static void a_kind_knows_its_words_and_fields(void **state)
{
    struct fixture *fixture = *state;
    fill_login(&fixture->record, STR("alice"));
    add(fixture);

    const struct kind *kind = kind_of(fixture->batch, 0);
    assert_true(str_eq(kind->format, STR("sshd")));
    assert_true(str_eq(kind->action, STR("login")));
    assert_true(str_eq(kind->outcome, STR("failure")));
    assert_int_equal(kind->severity, -1);
    assert_int_equal(kind->object, FIELD_NONE);
    assert_true(kind->fields & FIELD_BIT(FIELD_USER));
    assert_true(kind->fields & FIELD_BIT(FIELD_HOST));
    assert_true(kind->fields & FIELD_BIT(FIELD_TIME));
    assert_false(kind->fields & FIELD_BIT(FIELD_URL));
    assert_true(kind->spill == 0);
    assert_false(kind->extras);
}

static void kinds_and_names_are_kept_once(void **state)
{
    struct fixture *fixture = *state;
    static const char *const outcomes[] = {"failure", "success", "unknown"};
    for (int i = 0; i < 300; i++) {
        fill_login(&fixture->record, i % 2 ? STR("alice") : STR("bob"));
        record_set(&fixture->record, FIELD_OUTCOME, str_from(outcomes[i % 3]));
        add(fixture);
    }
    const struct batch *batch = fixture->batch;
    assert_int_equal(batch->count, 300);
    assert_int_equal(batch->kind_count, 3);
    assert_int_equal(batch->names.count, 4);
    for (size_t i = 0; i < 300; i++)
        assert_true(
            str_eq(kind_of(batch, i)->outcome, str_from(outcomes[i % 3])));
}

static void texts_of_a_kind_do_not_run_together(void **state)
{
    struct fixture *fixture = *state;
    fill_login(&fixture->record, STR("alice"));
    record_set(&fixture->record, FIELD_PROVIDER, STR("ab"));
    record_set(&fixture->record, FIELD_CODE, STR("c"));
    add(fixture);
    record_set(&fixture->record, FIELD_PROVIDER, STR("a"));
    record_set(&fixture->record, FIELD_CODE, STR("bc"));
    add(fixture);
    assert_int_equal(fixture->batch->kind_count, 2);
}

static void what_fits_no_column_spills(void **state)
{
    struct fixture *fixture = *state;
    struct record *record = &fixture->record;
    static char long_name[LIMIT_NAME + 1];
    memset(long_name, 'n', sizeof(long_name));
    memcpy(long_name + LIMIT_NAME - 1, "\xC3\xA9", 2);

    fill_login(record, str_make(long_name, sizeof(long_name)));
    record_set(record, FIELD_PID, STR("0x12"));
    record_set(record, FIELD_SRC_IP, STR("attacker.example.com"));
    record_set(record, FIELD_SRC_PORT, STR("65536"));
    record_set(record, FIELD_STATUS, STR("-5"));
    add(fixture);

    const struct event *event = &fixture->batch->events[0];
    assert_int_equal(
        batch_name(fixture->batch, event->user).len, LIMIT_NAME - 1);
    assert_true(event->pid == EVENT_NO_NUMBER);
    assert_true(event->src_port == EVENT_NO_NUMBER);
    assert_int_equal(event->status, -5);
    assert_int_equal(event->src_ip.family, 0);
    assert_true(kind_of(fixture->batch, 0)->spill ==
                (FIELD_BIT(FIELD_USER) | FIELD_BIT(FIELD_PID) |
                    FIELD_BIT(FIELD_SRC_IP) | FIELD_BIT(FIELD_SRC_PORT)));
}

static void the_object_is_the_first_of_url_command_file_domain(void **state)
{
    struct fixture *fixture = *state;
    struct record *record = &fixture->record;
    fill_login(record, STR("alice"));
    record_set(record, FIELD_DOMAIN, STR("example.com"));
    record_set(record, FIELD_FILE, STR("/etc/passwd"));
    add(fixture);
    record_set(record, FIELD_COMMAND, STR("cat /etc/passwd"));
    add(fixture);

    const struct batch *batch = fixture->batch;
    assert_int_equal(kind_of(batch, 0)->object, FIELD_FILE);
    assert_true(
        str_eq(batch_object(batch, &batch->events[0]), STR("/etc/passwd")));
    assert_int_equal(kind_of(batch, 1)->object, FIELD_COMMAND);
    assert_true(
        str_eq(batch_object(batch, &batch->events[1]), STR("cat /etc/passwd")));
    assert_true(kind_of(batch, 1)->fields & FIELD_BIT(FIELD_DOMAIN));
}

static void a_long_object_is_cut_and_spills(void **state)
{
    struct fixture *fixture = *state;
    static char url[LIMIT_OBJECT + 100];
    memset(url, '/', sizeof(url));
    fill_login(&fixture->record, STR("alice"));
    record_set(&fixture->record, FIELD_URL, str_make(url, sizeof(url)));
    add(fixture);
    assert_int_equal(fixture->batch->events[0].object_length, LIMIT_OBJECT);
    assert_true(kind_of(fixture->batch, 0)->spill == FIELD_BIT(FIELD_URL));
}

static void severity_comes_by_number_or_by_name(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *severity, *level;
        int gives;
        uint64_t spill;
    } rows[] = {
        {"4", "", 4, 0},
        {"", "WARN", 4, 0},
        {"3", "err", 3, 0},
        {"3", "warning", 3, FIELD_BIT(FIELD_LEVEL)},
        {"9", "info", 6, FIELD_BIT(FIELD_SEVERITY)},
        {"", "audit", -1, FIELD_BIT(FIELD_LEVEL)},
        {"high", "", -1, FIELD_BIT(FIELD_SEVERITY)},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        batch_reset(fixture->batch, 0);
        fill_login(&fixture->record, STR("alice"));
        record_set(
            &fixture->record, FIELD_SEVERITY, str_from(rows[i].severity));
        record_set(&fixture->record, FIELD_LEVEL, str_from(rows[i].level));
        add(fixture);
        const struct kind *kind = kind_of(fixture->batch, 0);
        if (kind->severity != rows[i].gives || kind->spill != rows[i].spill)
            fail_msg("row %zu gives %d", i, kind->severity);
    }
}

static void totals_count_events_not_rows(void **state)
{
    struct fixture *fixture = *state;
    struct batch *batch = fixture->batch;
    fill_login(&fixture->record, STR("alice"));
    fixture->record.count = 5;
    add(fixture);
    fixture->record.count = 1;
    fixture->record.time = STAMP_NONE;
    fixture->record.understood = UNDERSTOOD_UNPARSED;
    add(fixture);
    batch_finish(batch);

    assert_int_equal(batch->total, 6);
    assert_int_equal(batch->undated, 1);
    assert_int_equal(batch->understood[UNDERSTOOD_PARSED], 5);
    assert_int_equal(batch->understood[UNDERSTOOD_UNPARSED], 1);
    assert_int_equal(batch->repeat_count, 1);
    assert_int_equal(batch->repeats[0].event, 0);
    assert_int_equal(batch->repeats[0].count, 5);
    assert_true(batch->repeats[0].time_end == STAMP_NONE);
    assert_true(batch->first_time == NOON && batch->last_time == NOON);
}

static void a_step_back_in_time_is_noticed(void **state)
{
    struct fixture *fixture = *state;
    fill_login(&fixture->record, STR("alice"));
    add(fixture);
    add(fixture);
    assert_true(fixture->batch->in_order);
    fixture->record.time = NOON - 1;
    add(fixture);
    assert_false(fixture->batch->in_order);
    assert_true(fixture->batch->first_time == NOON - 1);
    assert_true(fixture->batch->last_time == NOON);
}

static void parts_of_a_record_are_kept_in_order(void **state)
{
    struct fixture *fixture = *state;
    static const struct span parts[] = {{900, 5}, {100, 7}};
    fill_login(&fixture->record, STR("alice"));
    add(fixture);
    fixture->record.parts = parts;
    fixture->record.part_count = 2;
    add(fixture);
    batch_finish(fixture->batch);
    assert_int_equal(fixture->batch->part_count, 2);
    assert_int_equal(fixture->batch->parts[0].event, 1);
    assert_int_equal(fixture->batch->parts[0].span.offset, 900);
    assert_int_equal(fixture->batch->parts[1].span.offset, 100);
}

static void equal_drops_share_a_row(void **state)
{
    struct fixture *fixture = *state;
    struct batch *batch = fixture->batch;
    static const char *const ports[] = {"1025", "1026", "1027"};
    for (size_t i = 0; i < 3; i++) {
        fill_drop(&fixture->record, NOON + (int64_t)i * 40 * STAMP_SECOND,
            str_from(ports[i]));
        fixture->record.offset = 100 * i;
        add(fixture);
    }
    batch_finish(batch);

    assert_int_equal(batch->count, 1);
    assert_int_equal(batch->total, 3);
    assert_int_equal(batch->repeat_count, 1);
    assert_int_equal(batch->repeats[0].count, 3);
    assert_true(batch->repeats[0].time_end == NOON + 80 * STAMP_SECOND);
    assert_true(batch->events[0].time == NOON);
    assert_true(batch->events[0].src_port == EVENT_NO_NUMBER);
    assert_int_equal(batch->events[0].dst_port, 23);
    assert_true(kind_of(batch, 0)->spill == FIELD_BIT(FIELD_SRC_PORT));
    assert_int_equal(batch->part_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(batch->parts[i].span.offset, 100 * i);
}

static void different_drops_have_rows_of_their_own(void **state)
{
    struct fixture *fixture = *state;
    struct batch *batch = fixture->batch;
    fill_drop(&fixture->record, NOON, STR("1025"));
    add(fixture);
    record_set(&fixture->record, FIELD_DST_PORT, STR("22"));
    add(fixture);
    record_set(&fixture->record, FIELD_USER, STR("alice"));
    add(fixture);
    batch_add(batch, &fixture->record, STR("web02"), false);
    fixture->record.aggregates = false;
    add(fixture);
    assert_int_equal(batch->count, 5);
    assert_int_equal(batch->repeat_count, 0);
    assert_int_equal(batch->part_count, 0);
}

static void late_early_and_undated_drops_begin_a_row(void **state)
{
    struct fixture *fixture = *state;
    static const int64_t times[] = {NOON, NOON + MINUTE + 1, NOON, STAMP_NONE,
        STAMP_NONE, INT64_MIN + 1, INT64_MAX};
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        fill_drop(&fixture->record, times[i], STR("1025"));
        add(fixture);
    }
    assert_int_equal(fixture->batch->count, 7);
    assert_int_equal(fixture->batch->repeat_count, 0);
    assert_int_equal(fixture->batch->undated, 2);
}

static void interleaved_repeats_are_sorted_when_finished(void **state)
{
    struct fixture *fixture = *state;
    struct batch *batch = fixture->batch;
    static const char *const ports[] = {"22", "23", "23", "22", "22"};
    for (size_t i = 0; i < 5; i++) {
        fill_drop(&fixture->record, NOON, STR("1025"));
        record_set(&fixture->record, FIELD_DST_PORT, str_from(ports[i]));
        fixture->record.offset = i;
        add(fixture);
    }
    batch_finish(batch);

    static const struct event_part parts[] = {
        {0, {0, 10}}, {0, {3, 10}}, {0, {4, 10}}, {1, {1, 10}}, {1, {2, 10}}};
    assert_int_equal(batch->count, 2);
    assert_int_equal(batch->repeat_count, 2);
    assert_int_equal(batch->repeats[0].event, 0);
    assert_int_equal(batch->repeats[0].count, 3);
    assert_int_equal(batch->repeats[1].count, 2);
    assert_int_equal(batch->part_count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(batch->parts[i].event, parts[i].event);
        assert_int_equal(batch->parts[i].span.offset, parts[i].span.offset);
    }
}

static void a_repeat_never_overflows_its_count(void **state)
{
    struct fixture *fixture = *state;
    fill_drop(&fixture->record, NOON, STR("1025"));
    add(fixture);
    fixture->record.count = UINT32_MAX;
    add(fixture);
    add(fixture);
    assert_int_equal(fixture->batch->count, 3);
    assert_true(fixture->batch->total == 1 + 2 * (uint64_t)UINT32_MAX);
}

static void values_are_kept_as_json_lines_when_asked(void **state)
{
    struct fixture *fixture = *state;
    struct record *record = &fixture->record;
    record_reset(record);
    record_set(record, FIELD_USER, STR("al\"ice"));
    record_set(record, FIELD_MESSAGE, STR("two\nlines"));
    record_add_extra(record, STR("Key"), STR("1"));
    batch_add(fixture->batch, record, HOST, true);
    record_reset(record);
    batch_add(fixture->batch, record, HOST, true);
    record_add_extra(record, STR("a"), STR("\xFF"));
    batch_add(fixture->batch, record, HOST, true);

    static const char expected[] =
        "{\"user\":\"al\\\"ice\",\"message\":\"two\\nlines\","
        "\"x.Key\":\"1\"}\n\n{\"x.a\":\"\xEF\xBF\xBD\"}\n";
    struct str fields = buf_str(&fixture->batch->fields);
    if (!str_eq(fields, str_from(expected)))
        fail_msg("%.*s", STR_ARG(fields));
    assert_true(kind_of(fixture->batch, 0)->extras);
}

static void expect_names(
    struct fixture *fixture, uint32_t kind, const char *expected)
{
    struct buf names = {0};
    const struct own_names *set = &fixture->batch->own_names;
    for (size_t i = 0; i < set->count; i++)
        if (set->at[i].kind == kind)
            buf_printf(&names, "%.*s ", STR_ARG(set->at[i].name));
    assert_string_equal(buf_cstr(&names), expected);
    buf_done(&names);
}

static void add_with_names(
    struct fixture *fixture, struct str action, const char *names)
{
    record_reset(&fixture->record);
    record_set(&fixture->record, FIELD_ACTION, action);
    struct str rest = str_from(names);
    while (rest.len > 0)
        record_add_extra(&fixture->record, str_cut(&rest, ' '), STR("a value"));
    add(fixture);
}

static void the_own_names_of_each_kind_are_known_once(void **state)
{
    struct fixture *fixture = *state;
    add_with_names(fixture, STR("login"), "tenant node");
    add_with_names(fixture, STR("login"), "tenant node");
    add_with_names(fixture, STR("login"), "tenant zone node");
    add_with_names(fixture, STR("login"), "tenant node");
    add_with_names(fixture, STR("login"), "node zone tenant tenant");
    add_with_names(fixture, STR("logout"), "node Node");
    add_with_names(fixture, STR("query"), "");
    expect_names(fixture, 0, "tenant node zone ");
    expect_names(fixture, 1, "node Node ");
    expect_names(fixture, 2, "");
    const struct own_names *set = &fixture->batch->own_names;
    assert_true(own_names_has(set, 0, STR("zone")));
    assert_false(own_names_has(set, 1, STR("zone")));
    assert_false(own_names_has(set, 2, STR("node")));
    assert_true(own_names_knows(set, STR("Node")));
    assert_false(own_names_knows(set, STR("NODE")));
    assert_false(kind_of(fixture->batch, 0)->open_names);

    batch_reset(fixture->batch, 0);
    add_with_names(fixture, STR("logout"), "later");
    expect_names(fixture, 0, "later ");
}

static void own_names_of_the_members_of_a_row_are_known(void **state)
{
    struct fixture *fixture = *state;
    fill_drop(&fixture->record, NOON, STR("1025"));
    record_add_extra(&fixture->record, STR("TTL"), STR("50"));
    add(fixture);
    fill_drop(&fixture->record, NOON + 1, STR("1026"));
    record_add_extra(&fixture->record, STR("MARK"), STR("1"));
    add(fixture);
    assert_int_equal(fixture->batch->count, 1);
    expect_names(fixture, 0, "TTL MARK ");
}

static void a_kind_with_too_many_own_names_may_have_any(void **state)
{
    struct fixture *fixture = *state;
    struct record *record = &fixture->record;
    for (size_t i = 0; i <= LIMIT_OWN_NAMES; i++) {
        char name[16];
        snprintf(name, sizeof(name), "n%zu", i);
        record_reset(record);
        record_add_extra(record, str_from(name), STR("1"));
        record_add_extra(record, STR("n0"), STR("1"));
        add(fixture);
        assert_int_equal(
            kind_of(fixture->batch, 0)->open_names, i == LIMIT_OWN_NAMES);
    }
    assert_int_equal(fixture->batch->own_names.count, LIMIT_OWN_NAMES);
    assert_false(own_names_has(&fixture->batch->own_names, 0, STR("n512")));
}

static void own_names_that_are_long_or_no_text_are_not_kept(void **state)
{
    struct fixture *fixture = *state;
    char name[LIMIT_NAME + 1];
    memset(name, 'n', sizeof(name));
    const struct str names[] = {
        str_make(name, sizeof(name)),
        STR("\xFF"),
    };
    for (size_t i = 0; i < 2; i++) {
        batch_reset(fixture->batch, 0);
        record_reset(&fixture->record);
        record_add_extra(&fixture->record, names[i], STR("1"));
        record_add_extra(&fixture->record, STR("tenant"), STR("1"));
        add(fixture);
        assert_true(kind_of(fixture->batch, 0)->open_names);
        expect_names(fixture, 0, "tenant ");
    }
}

static void an_ignored_text_of_members_stands_in_no_column(void **state)
{
    struct fixture *fixture = *state;
    struct record *record = &fixture->record;
    static const char *const urls[] = {"/a", "/b"};
    for (size_t i = 0; i < 2; i++) {
        fill_drop(record, NOON, STR("1025"));
        record->repeat_ignores = FIELD_BIT(FIELD_URL) | FIELD_BIT(FIELD_USER) |
                                 FIELD_BIT(FIELD_SRC_IP);
        record_set(record, FIELD_URL, str_from(urls[i]));
        record_set(record, FIELD_USER, str_from(urls[i]));
        add(fixture);
    }
    const struct event *event = &fixture->batch->events[0];
    assert_int_equal(fixture->batch->count, 1);
    assert_int_equal(batch_object(fixture->batch, event).len, 0);
    assert_true(event->user == EVENT_NO_NAME);
    assert_int_equal(event->src_ip.family, 0);
    assert_int_equal(event->src_port, 1025);
    assert_int_equal(fixture->batch->objects.len, 2);
}

static void a_reset_batch_starts_again(void **state)
{
    struct fixture *fixture = *state;
    struct batch *batch = fixture->batch;
    fill_drop(&fixture->record, NOON, STR("1025"));
    add(fixture);
    add(fixture);
    batch_finish(batch);
    batch_reset(batch, 4096);
    assert_int_equal(batch->base, 4096);
    assert_int_equal(batch->count + batch->total + batch->part_count, 0);
    add(fixture);
    assert_int_equal(batch->count, 1);
    assert_int_equal(batch->kind_count, 1);
    assert_int_equal(batch->repeat_count, 0);
    assert_true(kind_of(batch, 0)->spill == 0);
    assert_int_equal(batch->events[0].src_port, 1025);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_login_becomes_a_row, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_kind_knows_its_words_and_fields, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            kinds_and_names_are_kept_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            texts_of_a_kind_do_not_run_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            what_fits_no_column_spills, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            the_object_is_the_first_of_url_command_file_domain, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            a_long_object_is_cut_and_spills, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            severity_comes_by_number_or_by_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            totals_count_events_not_rows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_step_back_in_time_is_noticed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            parts_of_a_record_are_kept_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            equal_drops_share_a_row, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            different_drops_have_rows_of_their_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            late_early_and_undated_drops_begin_a_row, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            interleaved_repeats_are_sorted_when_finished, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_repeat_never_overflows_its_count, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            values_are_kept_as_json_lines_when_asked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            an_ignored_text_of_members_stands_in_no_column, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_reset_batch_starts_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            the_own_names_of_each_kind_are_known_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            own_names_of_the_members_of_a_row_are_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_kind_with_too_many_own_names_may_have_any, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            own_names_that_are_long_or_no_text_are_not_kept, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
