#include "src/base/queue.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/progress.h"

enum { MANY = 20000, TAKERS = 3 };

static void items_leave_in_the_order_they_came(void **state)
{
    (void)state;
    int items[3];
    struct queue *queue = queue_new(2);
    assert_true(queue_put(queue, &items[0]));
    assert_true(queue_put(queue, &items[1]));
    assert_ptr_equal(queue_take(queue), &items[0]);
    assert_true(queue_put(queue, &items[2]));
    assert_ptr_equal(queue_take(queue), &items[1]);
    assert_ptr_equal(queue_take(queue), &items[2]);
    queue_free(queue);
}

static void a_closed_queue_drains_and_takes_no_more(void **state)
{
    (void)state;
    int item;
    struct queue *queue = queue_new(4);
    queue_put(queue, &item);
    queue_close(queue);
    assert_false(queue_put(queue, &item));
    assert_ptr_equal(queue_take(queue), &item);
    assert_null(queue_take(queue));
    queue_free(queue);
    queue_free(NULL);
}

static void *sum_items(void *argument)
{
    struct queue *queue = argument;
    uintptr_t sum = 0;
    for (int *item; (item = queue_take(queue)) != NULL;)
        sum += (uintptr_t)*item;
    return (void *)sum;
}

static void every_item_reaches_exactly_one_taker(void **state)
{
    (void)state;
    static int numbers[MANY];
    struct queue *queue = queue_new(8);
    pthread_t takers[TAKERS];
    for (int i = 0; i < TAKERS; i++)
        assert_int_equal(pthread_create(&takers[i], NULL, sum_items, queue), 0);

    uintptr_t expected = 0;
    for (int i = 0; i < MANY; i++) {
        numbers[i] = i;
        expected += (uintptr_t)i;
        assert_true(queue_put(queue, &numbers[i]));
    }
    queue_close(queue);
    uintptr_t sum = 0;
    for (int i = 0; i < TAKERS; i++) {
        void *part;
        pthread_join(takers[i], &part);
        sum += (uintptr_t)part;
    }
    assert_int_equal(sum, expected);
    queue_free(queue);
}

static void *put_until_refused(void *argument)
{
    static int item;
    while (queue_put(argument, &item))
        ;
    return NULL;
}

static void closing_wakes_a_putter_that_waits_for_room(void **state)
{
    (void)state;
    struct queue *queue = queue_new(1);
    pthread_t putter;
    assert_int_equal(
        pthread_create(&putter, NULL, put_until_refused, queue), 0);
    assert_non_null(queue_take(queue));
    queue_close(queue);
    pthread_join(putter, NULL);
    queue_free(queue);
}

static void progress_adds_up_and_can_be_cancelled(void **state)
{
    (void)state;
    struct progress progress = {0};
    progress_add(&progress, 10, 2);
    progress_add(&progress, 5, 1);
    assert_int_equal(progress.done, 15);
    assert_int_equal(progress.events, 3);
    assert_false(progress_is_cancelled(&progress));
    progress_cancel(&progress);
    assert_true(progress_is_cancelled(&progress));
    progress_add(NULL, 1, 1);
    progress_cancel(NULL);
    assert_false(progress_is_cancelled(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_leave_in_the_order_they_came),
        cmocka_unit_test(a_closed_queue_drains_and_takes_no_more),
        cmocka_unit_test(every_item_reaches_exactly_one_taker),
        cmocka_unit_test(closing_wakes_a_putter_that_waits_for_room),
        cmocka_unit_test(progress_adds_up_and_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
