#include "tests/ingest_kit.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

/* The case after an import that nobody disturbed, and then no case. */
static char *undisturbed(struct kit *kit, const char *names)
{
    kit_add(kit, names);
    char *dump = kit_dump(kit);
    unlink(kit->path);
    return dump;
}

static void *cancel_in_the_middle(void *self)
{
    struct progress *progress = self;
    while (atomic_load(&progress->events) < 40000)
        sched_yield();
    progress_cancel(progress);
    return NULL;
}

static void stop_early(struct kit *kit, const char *names)
{
    struct kit_import import = {0};
    pthread_t thread;
    assert_int_equal(
        pthread_create(&thread, NULL, cancel_in_the_middle, &import.progress),
        0);
    kit_add_with(kit, &import, names);
    pthread_join(thread, NULL);
    assert_int_equal(import.rc, -1);
    assert_int_equal(import.err.code, ERR_CANCELLED);
}

static void assert_goes_on(struct kit *kit, const char *names)
{
    char *expected = undisturbed(kit, names);
    stop_early(kit, names);
    assert_true(
        kit_ask(kit, "SELECT count(*) FROM source WHERE state = 0") > 0);
    kit_add(kit, names);
    char *resumed = kit_dump(kit);
    assert_string_equal(resumed, expected);
    assert_int_equal(
        kit_ask(kit, "SELECT count(*) FROM source WHERE state = 0"), 0);
    free(expected);
    free(resumed);
}

static void a_stopped_import_goes_on(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "a.log", 0, 10);
    kit_log(kit, "b.log", 100, 150000);
    assert_goes_on(kit, "a.log b.log");
}

static void a_stopped_import_goes_on_by_another_path(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "b.log", 100, 150000);
    char *expected = undisturbed(kit, "b.log");
    stop_early(kit, "b.log");
    kit_add(kit, "./b.log");
    char *resumed = kit_dump(kit);
    assert_string_equal(resumed, expected);
    free(expected);
    free(resumed);
}

static void a_stopped_archive_goes_on(void **state)
{
    struct kit *kit = *state;
    struct buf first = {0};
    struct buf second = {0};
    kit_lines(&first, 0, 100);
    kit_lines(&second, 100, 100000);
    const struct kit_member members[] = {{"a.log", first.ptr, first.len},
        {"b.log", second.ptr, second.len}, {"b.log", first.ptr, first.len}};
    kit_pack(kit, "x.tar.gz", KIT_TAR_GZ, members, 3);
    assert_goes_on(kit, "x.tar.gz");
    buf_done(&first);
    buf_done(&second);
}

static void a_stopped_tail_goes_on(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "b.log", 100, 40000);
    kit_add(kit, "b.log");
    kit_log(kit, "a.log", 0, 10);
    kit_log(kit, "b.log", 100, 150000);
    stop_early(kit, "a.log b.log");
    kit_add(kit, "a.log b.log");
    kit_assert_events(kit, 150010);
}

static void a_file_that_changed_meanwhile_is_another_source(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "a.log", 0, 10);
    kit_log(kit, "b.log", 100, 150000);
    stop_early(kit, "a.log b.log");
    int64_t stored = kit_ask(kit, "SELECT stored FROM source WHERE state = 0");
    assert_true(stored > 0);
    kit_log(kit, "b.log", 200, 150000);
    kit_add(kit, "a.log b.log");
    struct source source = kit_stored(kit, 2);
    assert_int_equal(source.state, SOURCE_PARTIAL);
    assert_int_equal(source.stored, stored);
    assert_int_equal(source.sha256.len, 32);
    source_done(&source);
    source = kit_stored(kit, 3);
    assert_int_equal(source.state, SOURCE_COMPLETE);
    assert_int_equal(source.events, 150000);
    source_done(&source);
}

static void pause_for(long us)
{
    nanosleep(&(struct timespec){.tv_nsec = us * 1000}, NULL);
}

/* An import in a process of its own that dies at some moment. */
static void kill_import(struct kit *kit, const char *names, long after_us)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        kit_add(kit, names);
        _exit(0);
    }
    pause_for(after_us);
    kill(child, SIGKILL);
    int status;
    waitpid(child, &status, 0);
}

static void a_killed_import_goes_on(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "a.log", 0, 60000);
    kit_log(kit, "b.log", 70000, 60000);
    char *expected = undisturbed(kit, "a.log b.log");
    for (int i = 0; i < 5; i++) {
        kill_import(kit, "a.log b.log", 20000 + 40000L * i);
        kill_import(kit, "a.log b.log", 30000 + 30000L * i);
        kit_add(kit, "a.log b.log");
        char *resumed = kit_dump(kit);
        assert_string_equal(resumed, expected);
        free(resumed);
        unlink(kit->path);
    }
    free(expected);
}

static void what_came_of_a_killed_stream_is_partial(void **state)
{
    struct kit *kit = *state;
    struct buf text = {0};
    kit_lines(&text, 0, 20000);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[0], STDIN_FILENO);
        close(ends[1]);
        kit_add(kit, "-");
        _exit(0);
    }
    close(ends[0]);
    assert_int_equal(write(ends[1], text.ptr, text.len), text.len);
    /* The stream stays open: what it said goes into the case by itself. */
    int64_t events = 0;
    for (int tries = 0; tries < 200 && events < 20000; tries++) {
        pause_for(50000);
        struct store *store = NULL;
        if (store_open(&store, kit->path, STORE_READ, NULL) == 0)
            events =
                kit_number(store, "SELECT coalesce(sum(events), 0) FROM batch");
        store_close(store);
    }
    assert_true(events >= 19999);
    kill(child, SIGKILL);
    int status;
    waitpid(child, &status, 0);
    close(ends[1]);
    kit_log(kit, "other.log", 30000, 10);
    kit_add(kit, "other.log");
    struct source source = kit_stored(kit, 1);
    assert_int_equal(source.state, SOURCE_PARTIAL);
    assert_true(*source.note != '\0');
    source_done(&source);
    buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_TEST(a_stopped_import_goes_on),
        KIT_TEST(a_stopped_import_goes_on_by_another_path),
        KIT_TEST(a_stopped_archive_goes_on),
        KIT_TEST(a_stopped_tail_goes_on),
        KIT_TEST(a_file_that_changed_meanwhile_is_another_source),
        KIT_TEST(a_killed_import_goes_on),
        KIT_TEST(what_came_of_a_killed_stream_is_partial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
