/* A hand is a thread: it takes the most urgent want, does it, hands over the
 * answer, and wakes the screen. The reading hand also looks now and then
 * whether the case has grown. */
#include <string.h>
#include <time.h>

#include "ui/app.h"
#include "ui/background.h"
#include "ui/fetch_inside.h"

/* How often to look for new events: never more of the time than a fifth may go
 * into reading anew while an import runs. */
enum { LOOK_MS = 1000, LOOK_SHARE = 5, BEAT_MS = 250 };

static int64_t clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * STAMP_SECOND + now.tv_nsec;
}

static struct timespec in_ms(int ms)
{
    struct timespec when;
    clock_gettime(CLOCK_MONOTONIC, &when);
    when.tv_sec += ms / 1000;
    when.tv_nsec += (long)(ms % 1000) * 1000000;
    if (when.tv_nsec >= 1000000000) {
        when.tv_sec++;
        when.tv_nsec -= 1000000000;
    }
    return when;
}

static enum task next_task(const struct hand *hand)
{
    bool counts = hand->kind == HAND_COUNTER;
    int first = counts ? TASK_SPAN : TASK_PAGE;
    int last = counts ? TASK_GROUP : TASK_AHEAD;
    for (int task = first; task <= last; task++)
        if (hand->fetch->wants.is[task])
            return (enum task)task;
    return TASK_NONE;
}

static void wake(struct hand *hand)
{
    if (!hand->fetch->closing)
        app_wake(hand->fetch->app);
}

static void fail(struct hand *hand, enum task task, const struct err *err)
{
    if (hand->fetch->closing || err->code == ERR_CANCELLED)
        return;
    hand->fetch->err = *err;
    /* A condition that cannot be sought spoils nothing else. */
    if (task != TASK_SEEK)
        hand->fetch->is_broken = true;
    wake(hand);
}

/* Take the want out of the way, with what it says, so that the screen may put a
 * new one in its place. */
static struct wants take_wants(struct hand *hand, enum task task)
{
    struct fetch *fetch = hand->fetch;
    struct wants wants = fetch->wants;
    wants.seek.condition = (struct buf){0};
    if (task == TASK_SEEK)
        buf_add_str(
            &wants.seek.condition, buf_str(&fetch->wants.seek.condition));
    fetch->wants.is[task] = false;
    hand->current = task;
    memset(&hand->progress, 0, sizeof(hand->progress));
    return wants;
}

/* Called with the lock held, which is let go of for the work. */
static void do_task(struct hand *hand, enum task task)
{
    struct fetch *fetch = hand->fetch;
    struct err err = {0};
    struct wants wants = take_wants(hand, task);
    pthread_mutex_unlock(&fetch->lock);

    int64_t start = clock_ns();
    int rc = task_run(hand, task, &wants, &err);
    buf_done(&wants.seek.condition);

    pthread_mutex_lock(&fetch->lock);
    hand->current = TASK_NONE;
    if (hand->kind == HAND_COUNTER)
        fetch->counting_ns = clock_ns() - start;
    if (rc < 0)
        fail(hand, task, &err);
    wake(hand);
}

/* --- new events ---------------------------------------------------------- */

/* Under the lock: what was counted must be counted again. */
static void count_again(struct fetch *fetch)
{
    fetch->generation++;
    fetch_want(fetch, TASK_SPAN);
    if (fetch->has_count) {
        fetch->has_count = false;
        fetch_want(fetch, TASK_COUNT);
    }
    if (fetch->group != NULL || fetch->answers.group != NULL)
        fetch_want(fetch, TASK_GROUP);
}

static void look_for_news(struct hand *hand)
{
    struct fetch *fetch = hand->fetch;
    struct err err = {0};
    bool forced = fetch->refresh;
    fetch->refresh = false;
    if (forced) { /* counts as work, of which nothing may be expected */
        hand->current = TASK_PAGE;
        progress_cancel(&hand->progress);
    }
    pthread_mutex_unlock(&fetch->lock);
    int rc = task_reopen(hand, forced, &err);
    pthread_mutex_lock(&fetch->lock);
    hand->current = TASK_NONE;
    if (rc > 0) {
        fetch->is_broken = false;
        count_again(fetch);
        hand->generation = fetch->generation;
        wake(hand);
    }
    /* A failure is passed over: what was open still is, and serves. */
}

/* Wait for a want; on the way, look for news and keep the screen's progress
 * moving. */
static void wait_for_want(struct hand *hand, int64_t *looked)
{
    struct fetch *fetch = hand->fetch;
    if (hand->kind == HAND_COUNTER) {
        pthread_cond_wait(&fetch->changed, &fetch->lock);
        return;
    }
    struct timespec when = in_ms(BEAT_MS);
    pthread_cond_timedwait(&fetch->changed, &fetch->lock, &when);
    bool counting = fetch->hands[HAND_COUNTER].current != TASK_NONE;
    if (counting)
        wake(hand);
    int64_t now = clock_ns();
    int64_t pause = LOOK_MS * INT64_C(1000000);
    if (fetch->counting_ns * LOOK_SHARE > pause)
        pause = fetch->counting_ns * LOOK_SHARE;
    if (fetch->closing ||
        (!fetch->refresh && (counting || now - *looked < pause)))
        return;
    *looked = now;
    look_for_news(hand);
}

static void *hand_main(void *context)
{
    struct hand *hand = context;
    struct fetch *fetch = hand->fetch;
    struct err err = {0};
    if (hand->kind == HAND_COUNTER)
        background_thread();
    int rc = task_open(hand, &err);
    int64_t looked = clock_ns();
    pthread_mutex_lock(&fetch->lock);
    if (rc < 0)
        fail(hand, TASK_NONE, &err);
    hand->current = TASK_NONE;
    wake(hand);
    while (rc == 0 && !fetch->closing) {
        enum task task = next_task(hand);
        if (task == TASK_NONE)
            wait_for_want(hand, &looked);
        else
            do_task(hand, task);
    }
    pthread_mutex_unlock(&fetch->lock);
    task_done(hand);
    pthread_mutex_lock(&fetch->lock);
    hand->ended = true;
    pthread_mutex_unlock(&fetch->lock);
    return NULL;
}

int hand_start(struct hand *hand, struct err *err)
{
    /* Opening counts as work, so that nobody takes silence for an answer. */
    hand->current = hand->kind == HAND_READER ? TASK_PAGE : TASK_SPAN;
    progress_cancel(&hand->progress);
    hand->generation = 1;
    if (pthread_create(&hand->thread, NULL, hand_main, hand) != 0)
        return err_set(err, ERR_LIMIT, "starting a thread failed");
    hand->started = true;
    return 0;
}
