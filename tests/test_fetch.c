#include "query_kit.h"

#include <pthread.h>
#include <time.h>

#include "ui/app.h"
#include "ui/fetch.h"

/* The workbench, as far as a fetch sees it. */
struct app {
    struct kit *kit;
    pthread_mutex_t lock;
    pthread_cond_t woken;
    bool news;
};

struct store *app_store(struct app *app)
{
    return app->kit->store;
}

const struct formats *app_formats(struct app *app)
{
    return app->kit->formats;
}

const struct zone *app_zone(struct app *app)
{
    (void)app;
    return zone_utc();
}

void app_wake(struct app *app)
{
    pthread_mutex_lock(&app->lock);
    app->news = true;
    pthread_cond_signal(&app->woken);
    pthread_mutex_unlock(&app->lock);
}

/* Until the fetch has something to say. */
static void wait_for_news(struct app *app)
{
    struct timespec limit;
    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += 30;
    pthread_mutex_lock(&app->lock);
    while (!app->news)
        if (pthread_cond_timedwait(&app->woken, &app->lock, &limit) != 0)
            fail_msg("the fetch said nothing for half a minute");
    app->news = false;
    pthread_mutex_unlock(&app->lock);
}

enum { LINES = 3000 };

/* Ten a minute; every third a failure. */
static struct str make_log(struct buf *out, int from, int count)
{
    for (int i = from; i < from + count; i++)
        buf_printf(out,
            "2026-03-%02dT%02d:%02d:%02dZ web01 sshd[%d]: %s password for "
            "user%d from 192.0.2.%d port %d ssh2\n",
            1 + i / 14400, i / 600 % 24, i / 10 % 60, i % 10 * 6, 100 + i,
            i % 3 == 0 ? "Failed" : "Accepted", i % 7, i % 200, 1024 + i);
    return buf_str(out);
}

static void add_lines(struct kit *kit, const char *path, int from, int count)
{
    struct buf log = {0};
    kit_add(kit, &(struct kit_source){
                     .path = path,
                     .host = "web01",
                     .format = "syslog",
                     .content = make_log(&log, from, count),
                     .chunk = 16384,
                     .forget = true,
                 });
    buf_done(&log);
}

static int open_case(void **state)
{
    struct app *app = xcalloc(1, sizeof(*app));
    pthread_mutex_init(&app->lock, NULL);
    pthread_cond_init(&app->woken, NULL);
    app->kit = kit_new();
    add_lines(app->kit, "auth.log", 0, LINES);
    kit_ready(app->kit);
    *state = app;
    return 0;
}

static int close_case(void **state)
{
    struct app *app = *state;
    kit_free(app->kit);
    pthread_cond_destroy(&app->woken);
    pthread_mutex_destroy(&app->lock);
    free(app);
    return 0;
}

static struct fetch *start(struct app *app, const char *query)
{
    struct err err = {0};
    struct fetch *fetch = fetch_new(app, str_from(query), &err);
    if (fetch == NULL)
        fail_msg("%s: %s", query, err.text);
    return fetch;
}

static int wait_rows(struct app *app, struct fetch *fetch, struct position from,
    bool backward, int n, const struct fetched **rows, bool *end)
{
    int count;
    while (
        (count = fetch_rows(fetch, from, backward, n, rows, end)) < n && !*end)
        wait_for_news(app);
    return count;
}

static void rows_come_in_order_with_their_texts(void **state)
{
    struct app *app = *state;
    struct fetch *fetch = start(app, "");
    const struct fetched *rows[50];
    bool end;
    assert_int_equal(
        wait_rows(app, fetch, POSITION_FIRST, false, 50, rows, &end), 50);
    assert_false(end);
    for (int i = 1; i < 50; i++)
        assert_true(position_compare(rows[i - 1]->at, rows[i]->at) < 0);
    assert_true(str_eq(rows[0]->action, STR("login")));
    assert_true(str_eq(rows[0]->outcome, STR("failure")));
    assert_true(str_eq(rows[0]->user, STR("user0")));
    assert_true(str_eq(rows[0]->src_ip, STR("192.0.2.0")));
    assert_true(str_find(rows[0]->message, STR("Failed password")) >= 0);
    assert_ptr_equal(fetch_row(fetch, rows[3]->at), rows[3]);
    fetch_free(fetch);
}

static void the_end_is_known_from_both_sides(void **state)
{
    struct app *app = *state;
    struct fetch *fetch = start(app, "");
    const struct fetched *rows[50];
    bool end;
    assert_int_equal(
        wait_rows(app, fetch, POSITION_LAST, true, 50, rows, &end), 50);
    assert_true(position_compare(rows[0]->at, rows[49]->at) < 0);
    struct position last = rows[49]->at;
    assert_int_equal(wait_rows(app, fetch, last, false, 50, rows, &end), 0);
    assert_true(end);
    assert_int_equal(
        wait_rows(app, fetch, POSITION_FIRST, true, 50, rows, &end), 0);
    assert_true(end);
    fetch_free(fetch);
}

static void a_walk_in_small_steps_meets_every_row_once(void **state)
{
    struct app *app = *state;
    struct fetch *fetch = start(app, "outcome:failure");
    const struct fetched *rows[37];
    struct position at = POSITION_FIRST;
    int total = 0;
    bool end = false;
    while (!end) {
        int count = wait_rows(app, fetch, at, false, 37, rows, &end);
        total += count;
        if (count > 0)
            at = rows[count - 1]->at;
    }
    assert_int_equal(total, LINES / 3);
    end = false;
    while (!end) {
        int count = wait_rows(app, fetch, at, true, 37, rows, &end);
        total -= count;
        if (count > 0)
            at = rows[0]->at;
    }
    assert_int_equal(total, 1); /* the last itself is left out */
    fetch_free(fetch);
}

static void counts_bars_and_span_agree(void **state)
{
    struct app *app = *state;
    struct fetch *fetch = start(app, "user:user1");
    uint64_t events, so_far, expected = 0;
    for (int i = 0; i < LINES; i++)
        expected += i % 7 == 1;
    while (!fetch_count(fetch, &events, &so_far))
        wait_for_news(app);
    assert_int_equal(events, expected);
    int64_t first, last;
    while (fetch_is_busy(fetch))
        wait_for_news(app);
    assert_true(fetch_span(fetch, &first, &last));
    struct fetch_bars bars;
    while (!fetch_histogram(fetch, first, last + 1, 20, &bars))
        wait_for_news(app);
    uint64_t sum = 0, failures = 0;
    for (size_t i = 0; i < bars.count; i++) {
        sum += bars.counts[i];
        failures += bars.failures[i];
    }
    assert_int_equal(sum, expected);
    assert_true(failures > 0 && failures < sum);
    assert_true(fetch_total(fetch, &events));
    assert_int_equal(events, LINES);
    fetch_free(fetch);
}

static int wait_seek(struct app *app, struct fetch *fetch,
    const char *condition, struct position from, bool backward,
    struct position *out)
{
    int found;
    while ((found = fetch_seek(
                fetch, str_from(condition), from, backward, out)) < 0)
        wait_for_news(app);
    return found;
}

static void the_next_failure_is_found_within_the_query(void **state)
{
    struct app *app = *state;
    struct fetch *fetch = start(app, "user:user1 OR user:user2");
    struct position at, before;
    assert_int_equal(
        wait_seek(app, fetch, "outcome:failure", POSITION_FIRST, false, &at),
        1);
    assert_int_equal(
        wait_seek(app, fetch, "outcome:failure", at, true, &before), 0);
    assert_int_equal(
        wait_seek(app, fetch, "\"for user2\"", at, false, &before), 1);
    assert_true(position_compare(at, before) < 0);
    struct err err = {0};
    assert_int_equal(
        wait_seek(app, fetch, "nosuchfield:1", at, false, &before), 0);
    assert_true(fetch_error(fetch, &err));
    assert_false(fetch_error(fetch, &err));
    fetch_free(fetch);
}

static void a_detail_has_values_bytes_and_neighbours(void **state)
{
    struct app *app = *state;
    struct fetch *fetch = start(app, "");
    const struct fetched *rows[10];
    bool end;
    wait_rows(app, fetch, POSITION_FIRST, false, 10, rows, &end);
    struct position at = rows[5]->at;
    const struct detail *detail;
    while (fetch_detail(fetch, at, &detail) < 0)
        wait_for_news(app);
    assert_true(str_starts_with(detail->raw, STR("2026-03-01T00:00:30Z")));
    assert_true(str_starts_with(detail->after, STR("2026-03-01T00:00:36Z")));
    assert_true(str_starts_with(detail->before, STR("2026-03-01T00:00:00Z")));
    assert_true(str_ends_with(detail->before, STR("\n")));
    bool has_user = false;
    for (size_t i = 0; i < detail->count; i++)
        has_user =
            has_user || (str_eq(detail->values[i].name, STR("user")) &&
                            str_eq(detail->values[i].value, STR("user5")));
    assert_true(has_user);
    fetch_free(fetch);
}

static void an_event_that_is_not_there_has_an_empty_detail(void **state)
{
    struct app *app = *state;
    struct fetch *fetch = start(app, "");
    const struct detail *detail;
    while (fetch_detail(fetch, (struct position){1, 999999}, &detail) < 0)
        wait_for_news(app);
    assert_int_equal(detail->count, 0);
    assert_int_equal(detail->raw.len, 0);
    fetch_free(fetch);
}

static void a_tail_is_counted(void **state)
{
    struct app *app = *state;
    struct fetch *fetch = start(app, "| count by user");
    const struct group *group;
    struct err err = {0};
    while (fetch_group(fetch, &group, &err) < 0) {
        assert_int_equal(err.code, ERR_NONE);
        wait_for_news(app);
    }
    assert_int_equal(group->count, 7);
    assert_int_equal(group->events, LINES);
    fetch_free(fetch);
}

static void a_bad_query_is_told_at_once(void **state)
{
    struct err err = {0};
    assert_null(fetch_new(*state, STR("usr:x"), &err));
    assert_non_null(strstr(err.text, "user"));
}

static void events_that_come_later_are_seen(void **state)
{
    struct app *app = *state;
    struct kit *kit = app->kit;
    struct err err = {0};
    struct fetch *fetch = start(app, "");
    uint64_t events, so_far;
    const struct fetched *rows[10];
    bool end;
    wait_rows(app, fetch, POSITION_LAST, true, 10, rows, &end);
    struct position last = rows[9]->at;
    while (!fetch_count(fetch, &events, &so_far))
        wait_for_news(app);
    assert_int_equal(events, LINES);

    assert_done(import_begin(kit->store, &kit->import, &err), err);
    add_lines(kit, "auth.log.later", LINES, 500);
    kit_ready(kit);
    while (!fetch_count(fetch, &events, &so_far) || events != LINES + 500)
        wait_for_news(app);
    int count;
    while ((count = fetch_rows(fetch, last, false, 10, rows, &end)) < 10)
        wait_for_news(app);
    assert_int_equal(count, 10);
    fetch_free(fetch);
}

static void jumping_about_never_waits_and_ends_at_the_last_wish(void **state)
{
    struct app *app = *state;
    struct fetch *fetch = start(app, "\"password for user3\"");
    const struct fetched *rows[20];
    bool end;
    for (int i = 0; i < 200; i++) {
        struct position at = {INT64_C(1772323200) * STAMP_SECOND +
                                  (i * 7919 % 18000) * STAMP_SECOND,
            0};
        fetch_rows(fetch, at, i % 2 == 0, 20, rows, &end);
    }
    struct position at = {INT64_C(1772323200) * STAMP_SECOND, 0};
    assert_int_equal(wait_rows(app, fetch, at, false, 20, rows, &end), 20);
    assert_true(str_eq(rows[0]->user, STR("user3")));
    fetch_free(fetch);
}

static void a_fetch_may_be_dropped_at_any_moment(void **state)
{
    struct app *app = *state;
    for (int i = 0; i < 30; i++) {
        struct fetch *fetch = start(app, i % 2 ? "\"Failed\"" : "");
        const struct fetched *rows[20];
        uint64_t events, so_far;
        bool end;
        fetch_rows(fetch, POSITION_FIRST, false, 20, rows, &end);
        fetch_count(fetch, &events, &so_far);
        fetch_cancel(fetch);
        fetch_free(fetch);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_case, close_case)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(rows_come_in_order_with_their_texts),
        CASE(the_end_is_known_from_both_sides),
        CASE(a_walk_in_small_steps_meets_every_row_once),
        CASE(counts_bars_and_span_agree),
        CASE(the_next_failure_is_found_within_the_query),
        CASE(a_detail_has_values_bytes_and_neighbours),
        CASE(an_event_that_is_not_there_has_an_empty_detail),
        CASE(a_tail_is_counted),
        CASE(a_bad_query_is_told_at_once),
        CASE(events_that_come_later_are_seen),
        CASE(jumping_about_never_waits_and_ends_at_the_last_wish),
        CASE(a_fetch_may_be_dropped_at_any_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
