#include "ui/lookup.h"

#include <pthread.h>

#include "tests/query_kit.h"

/* What the thread says and the test waits for. */
struct news {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned count;
};

static void wake(void *context)
{
    struct news *news = context;
    pthread_mutex_lock(&news->lock);
    news->count++;
    pthread_cond_signal(&news->changed);
    pthread_mutex_unlock(&news->lock);
}

static void wait_for_news(struct news *news)
{
    pthread_mutex_lock(&news->lock);
    while (news->count == 0)
        pthread_cond_wait(&news->changed, &news->lock);
    news->count--;
    pthread_mutex_unlock(&news->lock);
}

static int setup(void **state)
{
    static const char *const users[] = {"root", "alice", "alice"};
    struct kit *kit = kit_new();
    struct buf text = {0};
    for (uint32_t i = 0; i < 300; i++)
        buf_printf(&text,
            "Mar  4 02:%02u:%02u web01 sshd[1]: Failed password for %s from "
            "203.0.113.%u port %u ssh2\n",
            i / 60, i % 60, users[i % 3], i % 5, 1000 + i);
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

static struct lookup *start(struct kit *kit, struct news *news)
{
    pthread_mutex_init(&news->lock, NULL);
    pthread_cond_init(&news->changed, NULL);
    return lookup_new(&(struct lookup_options){
        .store = kit->store,
        .formats = kit->formats,
        .wake = wake,
        .context = news,
    });
}

static uint64_t count(struct lookup *lookup, struct news *news,
    const char *text, enum lookup_state expected)
{
    uint64_t events = 0;
    struct err err = {0};
    enum lookup_state state;
    while ((state = lookup_count(lookup, str_from(text), &events, &err)) ==
           LOOKUP_PENDING)
        wait_for_news(news);
    if (state != expected)
        fail_msg("%s: state %d %s", text, (int)state, err.text);
    return events;
}

static void a_query_is_counted_without_its_tail(void **state)
{
    struct news news = {0};
    struct lookup *lookup = start(*state, &news);
    assert_int_equal(count(lookup, &news, "user:root", LOOKUP_DONE), 100);
    assert_int_equal(
        count(lookup, &news, "user:alice | top user", LOOKUP_DONE), 200);
    assert_int_equal(count(lookup, &news, "last:1d", LOOKUP_DONE), 0);
    count(lookup, &news, "usr:root", LOOKUP_FAILED);
    assert_int_equal(count(lookup, &news, "", LOOKUP_DONE), 300);
    lookup_free(lookup);
}

static void only_the_last_of_what_is_typed_is_counted(void **state)
{
    struct news news = {0};
    struct lookup *lookup = start(*state, &news);
    static const char *const typed[] = {"u", "us", "user:", "user:r"};
    uint64_t events;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(
            lookup_count(lookup, str_from(typed[i]), &events, NULL),
            LOOKUP_PENDING);
    assert_int_equal(count(lookup, &news, "user:root", LOOKUP_DONE), 100);
    lookup_free(lookup);
}

static void values_come_most_frequent_first(void **state)
{
    struct news news = {0};
    struct lookup *lookup = start(*state, &news);
    const struct group *users;
    while ((users = lookup_values(lookup, FIELD_USER)) == NULL)
        wait_for_news(&news);
    assert_int_equal(users->count, 2);
    assert_true(str_eq(users->rows[0].keys[0], STR("alice")));
    assert_int_equal(users->rows[0].count, 200);
    assert_null(lookup_values(lookup, FIELD_MESSAGE));
    assert_null(lookup_values(lookup, FIELD_NONE));
    lookup_forget(lookup, NULL);
    while ((users = lookup_values(lookup, FIELD_USER)) == NULL)
        wait_for_news(&news);
    assert_int_equal(users->count, 2);
    lookup_free(lookup);
}

static void the_span_of_the_case_is_known(void **state)
{
    struct news news = {0};
    struct lookup *lookup = start(*state, &news);
    struct lookup_facts facts;
    while (!lookup_facts(lookup, &facts))
        wait_for_news(&news);
    assert_int_equal(facts.events, 300);
    assert_int_equal(facts.last - facts.first, 299 * STAMP_SECOND);
    lookup_free(lookup);
}

static void it_may_be_left_at_any_moment(void **state)
{
    struct kit *kit = *state;
    for (int i = 0; i < 20; i++) {
        struct lookup *lookup = lookup_new(&(struct lookup_options){
            .store = kit->store, .formats = kit->formats});
        uint64_t events;
        lookup_count(lookup, STR("password"), &events, NULL);
        lookup_values(lookup, FIELD_SRC_IP);
        lookup_free(lookup);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_query_is_counted_without_its_tail),
        cmocka_unit_test(only_the_last_of_what_is_typed_is_counted),
        cmocka_unit_test(values_come_most_frequent_first),
        cmocka_unit_test(the_span_of_the_case_is_known),
        cmocka_unit_test(it_may_be_left_at_any_moment),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
