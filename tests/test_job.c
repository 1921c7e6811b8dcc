#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/job/job.h"

static int answer(void *context, struct progress *progress, struct err *err)
{
    (void)err;
    progress_add(progress, 10, 1);
    *(int *)context = 42;
    return 3;
}

static int give_up(void *context, struct progress *progress, struct err *err)
{
    (void)context;
    (void)progress;
    return err_set(err, ERR_INPUT, "no good");
}

static int wait_for_cancel(
    void *context, struct progress *progress, struct err *err)
{
    (void)context;
    while (!progress_is_cancelled(progress))
        poll(NULL, 0, 1);
    return err_set(err, ERR_CANCELLED, "stopped");
}

static void wait_for(const struct job *job)
{
    struct pollfd ready = {.fd = job_fd(job), .events = POLLIN};
    assert_int_equal(poll(&ready, 1, 10000), 1);
}

static void a_job_gives_its_result(void **state)
{
    (void)state;
    int result = 0;
    struct job *job = job_start(answer, &result);
    wait_for(job);
    assert_true(job_is_done(job));
    assert_int_equal(job_progress(job)->done, 10);
    assert_int_equal(job_finish(job, NULL), 3);
    assert_int_equal(result, 42);
}

static void a_job_gives_its_error(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(job_finish(job_start(give_up, NULL), &err), -1);
    assert_int_equal(err.code, ERR_INPUT);
    assert_string_equal(err.text, "no good");
}

static void a_job_can_be_cancelled(void **state)
{
    (void)state;
    struct err err = {0};
    struct job *job = job_start(wait_for_cancel, NULL);
    assert_false(job_is_done(job));
    job_cancel(job);
    wait_for(job);
    assert_int_equal(job_finish(job, &err), -1);
    assert_int_equal(err.code, ERR_CANCELLED);
}

static void the_rate_gives_the_time_left(void **state)
{
    (void)state;
    struct job_rate rate = {0};
    struct progress progress = {0};
    progress.total = 1000;
    job_rate_update(&rate, &progress, 1000000000);
    assert_int_equal(rate.left_s, -1);
    progress.done = 100;
    progress.events = 50;
    job_rate_update(&rate, &progress, 2000000000);
    assert_true(rate.per_second > 99.0 && rate.per_second < 101.0);
    assert_true(rate.events_per_second > 49.0);
    assert_int_equal(rate.left_s, 9);
    job_rate_update(&rate, &progress, 2000000000);
    assert_int_equal(rate.left_s, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_gives_its_result),
        cmocka_unit_test(a_job_gives_its_error),
        cmocka_unit_test(a_job_can_be_cancelled),
        cmocka_unit_test(the_rate_gives_the_time_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
