#include "ui/gaps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "src/store/batches.h"

#define HOURS(n) ((n)*3600 * STAMP_SECOND)

static struct batch_info batch(int64_t source, int64_t first, int64_t last)
{
    return (struct batch_info){
        .source = source, .first_time = first, .last_time = last};
}

static size_t find(struct batch_info *at, size_t count, struct gap **gaps)
{
    size_t found;
    gaps_find(&(struct batches){.at = at, .count = count}, gaps, &found);
    return found;
}

static void an_hour_between_two_batches_is_a_gap(void **state)
{
    (void)state;
    struct gap *gaps;
    struct batch_info at[] = {
        batch(1, HOURS(3), HOURS(4)), batch(1, HOURS(0), HOURS(2))};
    assert_int_equal(find(at, 2, &gaps), 1);
    assert_true(gaps[0].from == HOURS(2) && gaps[0].to == HOURS(3));
    free(gaps);
}

static void what_another_batch_covers_is_none(void **state)
{
    (void)state;
    struct gap *gaps;
    struct batch_info at[] = {batch(1, HOURS(0), HOURS(9)),
        batch(1, HOURS(1), HOURS(2)), batch(1, HOURS(5), HOURS(6)),
        batch(1, HOURS(9) + 1, HOURS(10)), batch(1, STAMP_NONE, STAMP_NONE)};
    assert_int_equal(find(at, 5, &gaps), 0);
    free(gaps);
}

static void sources_do_not_fill_each_others_gaps(void **state)
{
    (void)state;
    struct gap *gaps;
    struct batch_info at[] = {batch(1, HOURS(0), HOURS(1)),
        batch(2, HOURS(1), HOURS(5)), batch(1, HOURS(5), HOURS(6))};
    assert_int_equal(find(at, 3, &gaps), 1);
    assert_true(gaps[0].source == 1);
    free(gaps);
}

static void the_longest_come_first_and_only_some(void **state)
{
    (void)state;
    enum { BATCHES = 12 };
    struct gap *gaps;
    struct batch_info at[BATCHES];
    int64_t time = 0;
    for (int i = 0; i < BATCHES; i++) {
        time += HOURS(i + 1);
        at[i] = batch(7, time, time);
    }
    assert_int_equal(find(at, BATCHES, &gaps), GAPS_A_SOURCE);
    assert_true(gaps[0].to - gaps[0].from == HOURS(BATCHES));
    assert_true(gaps[1].to - gaps[1].from == HOURS(BATCHES - 1));
    free(gaps);
}

static void stamps_at_the_ends_of_time_do_no_harm(void **state)
{
    (void)state;
    struct gap *gaps;
    struct batch_info at[] = {
        batch(1, INT64_MIN + 1, INT64_MIN + 1), batch(1, INT64_MAX, INT64_MAX)};
    assert_int_equal(find(at, 2, &gaps), 1);
    free(gaps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_hour_between_two_batches_is_a_gap),
        cmocka_unit_test(what_another_batch_covers_is_none),
        cmocka_unit_test(sources_do_not_fill_each_others_gaps),
        cmocka_unit_test(the_longest_come_first_and_only_some),
        cmocka_unit_test(stamps_at_the_ends_of_time_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
