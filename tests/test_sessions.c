#include "tests/ingest_kit.h"
#include "tests/login_kit.h"

#include "src/ingest/sessions.h"

/* --- records -------------------------------------------------------------- */

static void add(struct buf *out, int type, uint32_t seconds, const char *line,
    const char *user)
{
    struct kit_login login = {.type = type,
        .pid = 800,
        .line = line,
        .user = user,
        .host = type == KIT_USER ? "203.0.113.9" : "",
        .seconds = seconds};
    kit_login_add(out, KIT_LINUX_32, &login);
}

static void add_shutdown(struct buf *out, uint32_t seconds)
{
    add(out, KIT_RUN_LEVEL, seconds, "~", "shutdown");
}

static void put(struct kit *kit, const char *name, struct buf *bytes)
{
    kit_write(kit, name, bytes->ptr, bytes->len);
    buf_done(bytes);
}

/* A folder whose files are of that host. */
static void make_host(struct kit *kit, const char *host)
{
    char path[64];
    kit_folder(kit, host);
    snprintf(path, sizeof(path), "%s/var", host);
    kit_folder(kit, path);
    snprintf(path, sizeof(path), "%s/var/log", host);
    kit_folder(kit, path);
}

/* --- what comes of them --------------------------------------------------- */

static void write_row(void *context, const struct session_row *row)
{
    struct buf *out = context;
    const struct session *session = &row->session;
    int64_t start = session->start / STAMP_SECOND - KIT_LOGIN_TIME;
    buf_printf(out, "%.*s %.*s %lld", STR_ARG(row->user),
        STR_ARG(session->line), (long long)start);
    if (session->end != STAMP_NONE)
        buf_printf(out, "-%lld",
            (long long)(session->end / STAMP_SECOND - KIT_LOGIN_TIME));
    buf_printf(out, " %s\n", session_end_name(session->how));
}

/* "alice pts/0 0-60 logout" a line. */
static const char *all_sessions(struct kit *kit)
{
    static char text[4096];
    const struct session_filter filter = {0};
    struct buf out = {0};
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_READ);
    assert_true(session_page(store, &filter, INT64_MIN, INT64_MIN, 1000,
                    write_row, &out, &err) >= 0);
    store_close(store);
    snprintf(text, sizeof(text), "%.*s", STR_ARG(buf_str(&out)));
    buf_done(&out);
    return text;
}

static bool is_stale(struct kit *kit)
{
    int64_t *sources = NULL;
    size_t count = 0;
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_READ);
    assert_done(session_stale(store, &sources, &count, &err), err);
    store_close(store);
    free(sources);
    return count > 0;
}

#define assert_sessions(kit, wanted) \
    assert_string_equal(all_sessions(kit), wanted)

/* One wtmp of web01, imported. */
static void import(struct kit *kit, struct buf *wtmp)
{
    make_host(kit, "web01");
    put(kit, "web01/var/log/wtmp", wtmp);
    kit_add(kit, "web01");
}

static void a_logout_ends_the_login_on_its_line(void **state)
{
    struct kit *kit = *state;
    struct buf wtmp = {0};
    add(&wtmp, KIT_USER, 0, "pts/0", "alice");
    add(&wtmp, KIT_USER, 10, "pts/1", "bob");
    add(&wtmp, KIT_DEAD, 60, "pts/0", "");
    add(&wtmp, KIT_DEAD, 70, "pts/1", "");
    import(kit, &wtmp);
    assert_sessions(kit, "alice pts/0 0-60 logout\nbob pts/1 10-70 logout\n");
    assert_false(is_stale(kit));
}

static void another_login_on_the_line_ends_the_one_before(void **state)
{
    struct kit *kit = *state;
    struct buf wtmp = {0};
    add(&wtmp, KIT_USER, 0, "pts/0", "alice");
    add(&wtmp, KIT_USER, 60, "pts/0", "bob");
    import(kit, &wtmp);
    assert_sessions(
        kit, "alice pts/0 0-60 next login\nbob pts/0 60 still open\n");
}

static void a_shutdown_ends_what_is_open_and_a_boot_says_crash(void **state)
{
    struct kit *kit = *state;
    struct buf wtmp = {0};
    add(&wtmp, KIT_USER, 0, "pts/0", "alice");
    add(&wtmp, KIT_USER, 1, "tty1", "bob");
    add_shutdown(&wtmp, 50);
    add(&wtmp, KIT_BOOT, 60, "~", "reboot");
    add(&wtmp, KIT_USER, 70, "pts/0", "carol");
    add(&wtmp, KIT_BOOT, 90, "~", "reboot");
    import(kit, &wtmp);
    assert_sessions(kit, "alice pts/0 0-50 shutdown\n"
                         "bob tty1 1-50 shutdown\n"
                         "carol pts/0 70-90 crash\n");
}

static void events_of_one_moment_keep_the_order_of_the_file(void **state)
{
    struct kit *kit = *state;
    struct buf wtmp = {0};
    add(&wtmp, KIT_USER, 0, "pts/0", "alice");
    add(&wtmp, KIT_DEAD, 9, "pts/0", "");
    add(&wtmp, KIT_USER, 9, "pts/0", "bob");
    import(kit, &wtmp);
    assert_sessions(kit, "alice pts/0 0-9 logout\nbob pts/0 9 still open\n");
}

static void failures_and_last_logins_are_no_sessions(void **state)
{
    struct kit *kit = *state;
    struct buf btmp = {0}, lastlog = {0};
    make_host(kit, "web01");
    add(&btmp, KIT_WAITING, 0, "ssh:notty", "root");
    add(&btmp, KIT_USER, 1, "tty1", "root");
    put(kit, "web01/var/log/btmp", &btmp);
    buf_reserve(&lastlog, 292);
    memset(lastlog.ptr, 0, 292);
    lastlog.len = 292;
    kit_put_number(
        lastlog.ptr, (struct kit_place){0, 4}, false, KIT_LOGIN_TIME);
    put(kit, "web01/var/log/lastlog", &lastlog);
    struct ingest_summary summary = kit_add(kit, "web01");
    assert_int_equal(summary.events, 3);
    assert_sessions(kit, "");
}

static void a_session_may_begin_in_one_file_and_end_in_another(void **state)
{
    struct kit *kit = *state;
    struct buf old = {0}, now = {0};
    make_host(kit, "web01");
    add(&old, KIT_USER, 0, "pts/0", "alice");
    add(&now, KIT_DEAD, 99, "pts/0", "");
    put(kit, "web01/var/log/wtmp.1", &old);
    kit_add(kit, "web01");
    assert_sessions(kit, "alice pts/0 0 still open\n");
    put(kit, "web01/var/log/wtmp", &now);
    kit_add(kit, "web01");
    assert_sessions(kit, "alice pts/0 0-99 logout\n");
}

static void a_login_in_two_files_is_one_session(void **state)
{
    struct kit *kit = *state;
    struct buf wtmp = {0}, utmp = {0};
    make_host(kit, "web01");
    add(&wtmp, KIT_USER, 0, "pts/0", "alice");
    add(&utmp, KIT_USER, 0, "pts/0", "alice");
    add(&utmp, KIT_USER, 5, "pts/1", "bob");
    put(kit, "web01/var/log/wtmp", &wtmp);
    put(kit, "web01/var/log/utmp", &utmp);
    kit_add(kit, "web01");
    assert_sessions(kit, "alice pts/0 0 still open\nbob pts/1 5 still open\n");
}

static void a_log_that_grew_adds_only_its_tail(void **state)
{
    struct kit *kit = *state;
    struct buf before = {0}, grown = {0};
    make_host(kit, "web01");
    add(&before, KIT_USER, 0, "pts/0", "alice");
    add(&before, KIT_USER, 5, "pts/1", "bob");
    buf_add_str(&grown, buf_str(&before));
    add(&grown, KIT_DEAD, 60, "pts/0", "");
    put(kit, "web01/var/log/wtmp", &before);
    kit_add(kit, "web01");
    put(kit, "web01/var/log/wtmp", &grown);
    struct ingest_summary summary = kit_add(kit, "web01");
    assert_int_equal(summary.continued, 1);
    assert_int_equal(summary.events, 1);
    assert_sessions(kit, "alice pts/0 0-60 logout\nbob pts/1 5 still open\n");
}

static void a_log_that_ended_inside_a_record_is_read_anew(void **state)
{
    struct kit *kit = *state;
    struct buf before = {0}, grown = {0};
    make_host(kit, "web01");
    add(&before, KIT_USER, 0, "pts/0", "alice");
    add(&before, KIT_USER, 5, "pts/1", "bob");
    buf_add_str(&grown, buf_str(&before));
    before.len -= 300;
    put(kit, "web01/var/log/wtmp", &before);
    kit_add(kit, "web01");
    put(kit, "web01/var/log/wtmp", &grown);
    kit_add(kit, "web01");
    assert_sessions(kit, "alice pts/0 0 still open\nbob pts/1 5 still open\n");
    assert_int_equal(
        kit_ask(kit, "SELECT count(*) FROM events WHERE user = 'alice'"), 1);
}

static void hosts_are_not_mixed(void **state)
{
    struct kit *kit = *state;
    struct buf one = {0}, two = {0};
    make_host(kit, "web01");
    make_host(kit, "web02");
    add(&one, KIT_USER, 0, "pts/0", "alice");
    add(&two, KIT_DEAD, 60, "pts/0", "");
    add(&two, KIT_BOOT, 70, "~", "reboot");
    put(kit, "web01/var/log/wtmp", &one);
    put(kit, "web02/var/log/wtmp", &two);
    kit_add(kit, "web01 web02");
    assert_sessions(kit, "alice pts/0 0 still open\n");
}

static void files_that_only_share_their_name_are_not_mixed(void **state)
{
    struct kit *kit = *state;
    struct buf one = {0}, two = {0};
    kit_folder(kit, "a");
    kit_folder(kit, "b");
    add(&one, KIT_USER, 0, "pts/0", "alice");
    add(&two, KIT_DEAD, 60, "pts/0", "");
    put(kit, "a/wtmp", &one);
    put(kit, "b/wtmp", &two);
    kit_add(kit, "a b");
    assert_sessions(kit, "alice pts/0 0 still open\n");
}

static void removing_a_source_undoes_what_it_ended(void **state)
{
    struct kit *kit = *state;
    struct buf old = {0}, now = {0};
    struct err err = {0};
    make_host(kit, "web01");
    add(&old, KIT_USER, 0, "pts/0", "alice");
    add(&now, KIT_DEAD, 99, "pts/0", "");
    put(kit, "web01/var/log/wtmp.1", &old);
    kit_add(kit, "web01");
    put(kit, "web01/var/log/wtmp", &now);
    kit_add(kit, "web01");
    struct store *store = kit_open(kit->path, STORE_WRITE);
    assert_done(source_remove(store, 2, STR("wrong machine"), &err), err);
    store_close(store);
    assert_true(is_stale(kit));
    store = kit_open(kit->path, STORE_WRITE);
    struct sessions_summary summary;
    assert_done(sessions_refresh(store, &summary, &err), err);
    assert_int_equal(summary.hosts, 1);
    store_close(store);
    assert_sessions(kit, "alice pts/0 0 still open\n");
    store = kit_open(kit->path, STORE_WRITE);
    assert_done(source_remove(store, 1, STR("wrong machine"), &err), err);
    assert_done(sessions_refresh(store, NULL, &err), err);
    store_close(store);
    assert_sessions(kit, "");
    assert_false(is_stale(kit));
}

static void retiming_a_source_moves_its_sessions(void **state)
{
    struct kit *kit = *state;
    struct buf wtmp = {0};
    struct err err = {0};
    add(&wtmp, KIT_USER, 0, "pts/0", "alice");
    add(&wtmp, KIT_DEAD, 60, "pts/0", "");
    import(kit, &wtmp);
    struct store *store = kit_open(kit->path, STORE_WRITE);
    const struct ingest_retime change = {.year = CIVIL_NO_YEAR,
        .set_clock_offset = true,
        .clock_offset = 100 * STAMP_SECOND};
    assert_done(
        ingest_retime(store, kit_formats(), 1, &change, NULL, &err), err);
    store_close(store);
    assert_sessions(kit, "alice pts/0 100-160 logout\n");
}

static void only_touched_hosts_are_paired_again(void **state)
{
    struct kit *kit = *state;
    struct buf one = {0}, two = {0};
    struct err err = {0};
    make_host(kit, "web01");
    make_host(kit, "web02");
    add(&one, KIT_USER, 0, "pts/0", "alice");
    add(&two, KIT_USER, 0, "pts/0", "bob");
    put(kit, "web01/var/log/wtmp", &one);
    put(kit, "web02/var/log/wtmp", &two);
    kit_add(kit, "web01 web02");
    struct store *store = kit_open(kit->path, STORE_WRITE);
    struct sessions_summary summary;
    assert_done(sessions_refresh(store, &summary, &err), err);
    assert_int_equal(summary.hosts, 0);
    assert_done(source_remove(store, 1, STR("x"), &err), err);
    assert_done(sessions_refresh(store, &summary, &err), err);
    assert_int_equal(summary.hosts, 1);
    store_close(store);
    assert_sessions(kit, "bob pts/0 0 still open\n");
}

static void sshd_sessions_are_paired_by_their_process(void **state)
{
    struct kit *kit = *state;
    make_host(kit, "web01");
    kit_text(kit, "web01/var/log/auth.log",
        "Mar  4 02:11:09 web01 sshd[811]: Accepted password for alice from"
        " 203.0.113.9 port 50022 ssh2\n"
        "Mar  4 02:11:09 web01 sshd[811]: pam_unix(sshd:session): session"
        " opened for user alice by (uid=0)\n"
        "Mar  4 02:11:10 web01 sshd[812]: Accepted password for bob from"
        " 203.0.113.9 port 50023 ssh2\n"
        "Mar  4 02:12:01 web01 CRON[900]: pam_unix(cron:session): session"
        " opened for user root by (uid=0)\n"
        "Mar  4 02:12:09 web01 sshd[811]: pam_unix(sshd:session): session"
        " closed for user alice\n");
    kit_add(kit, "web01");
    assert_sessions(kit, "alice sshd 0-60 logout\n");
    assert_int_equal(kit_ask(kit, "SELECT login FROM session"),
        kit_ask(kit, "SELECT min(id) FROM event"));
}

/* --- last ----------------------------------------------------------------- */

/* Logins and logouts on a few lines, with a crash and a shutdown among them. */
static void add_story(struct buf *wtmp)
{
    uint32_t seed = 7, seconds = 0;
    add(wtmp, KIT_BOOT, 0, "~", "reboot");
    for (int i = 0; i < 300; i++) {
        char line[16];
        seed = seed * 1103515245u + 12345u;
        seconds += 1 + seed / 65536 % 500;
        snprintf(line, sizeof(line), "pts/%u", seed / 7 % 5);
        if (i % 97 == 96)
            add(wtmp, KIT_BOOT, seconds, "~", "reboot");
        else if (i % 83 == 82)
            add_shutdown(wtmp, seconds);
        else if (seed / 131072 % 2 == 0)
            add(wtmp, KIT_USER, seconds, line, "alice");
        else
            add(wtmp, KIT_DEAD, seconds, line, "");
    }
}

static void write_like_last(void *context, const struct session_row *row)
{
    struct buf *out = context;
    char start[STAMP_TEXT_MAX], end[STAMP_TEXT_MAX] = "";
    const struct session *session = &row->session;
    stamp_format(session->start, STAMP_PRECISION_S, 0, start);
    if (session->how == SESSION_LOGOUT || session->how == SESSION_REPLACED)
        stamp_format(session->end, STAMP_PRECISION_S, 0, end);
    buf_printf(out, "%.*s %s %s\n", STR_ARG(session->line), start,
        session->how == SESSION_CRASH      ? "crash"
        : session->how == SESSION_SHUTDOWN ? "down"
        : session->how == SESSION_OPEN     ? "open"
                                           : end);
}

/* "2026-03-04T02:11:09+00:00" without its zone. */
static void cut_zone(char *time)
{
    if (strlen(time) > 19 && time[0] == '2')
        strcpy(time + 19, "Z");
}

/* Its lines, oldest first, in our words: "alice pts/0 HOST START - END", or
 * "gone - no logout" in the place of "- END". */
static void read_last(const char *path, struct buf *out)
{
    char command[512], line[512];
    snprintf(command, sizeof(command),
        "TZ=UTC LC_ALL=C last -w --time-format iso -f '%s' | tac", path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    while (fgets(line, sizeof(line), pipe) != NULL) {
        char user[64], tty[64], host[64], start[64], dash[64], end[64] = "";
        int count = sscanf(line, "%63s %63s %63s %63s %63s %63s", user, tty,
            host, start, dash, end);
        if (count < 5 || strcmp(user, "alice") != 0)
            continue;
        cut_zone(start);
        cut_zone(end);
        bool is_open = strcmp(dash, "-") != 0;
        buf_printf(out, "%s %s %s\n", tty, start, is_open ? "open" : end);
    }
    pclose(pipe);
}

static void sessions_are_those_of_last(void **state)
{
    struct kit *kit = *state;
    struct buf wtmp = {0}, ours = {0}, theirs = {0};
    struct err err = {0};
    const struct session_filter filter = {0};
    if (system("last --version > /dev/null 2>&1") != 0) {
        print_message("skip - there is no last here\n");
        skip();
    }
    add_story(&wtmp);
    import(kit, &wtmp);
    struct store *store = kit_open(kit->path, STORE_READ);
    assert_true(session_page(store, &filter, INT64_MIN, INT64_MIN, 1000,
                    write_like_last, &ours, &err) > 100);
    store_close(store);
    read_last(kit_at(kit, "web01/var/log/wtmp"), &theirs);
    assert_string_equal(buf_cstr(&ours), buf_cstr(&theirs));
    buf_done(&ours);
    buf_done(&theirs);
}

static void pages_follow_each_other(void **state)
{
    struct kit *kit = *state;
    struct buf wtmp = {0}, all = {0}, paged = {0};
    struct err err = {0};
    const struct session_filter filter = {.user = "ALICE"};
    for (uint32_t i = 0; i < 50; i++)
        add(&wtmp, KIT_USER, i / 3, "pts/0", "alice");
    add(&wtmp, KIT_USER, 99, "pts/0", "bob");
    import(kit, &wtmp);
    struct store *store = kit_open(kit->path, STORE_READ);
    assert_true(session_page(store, &filter, INT64_MIN, INT64_MIN, 1000,
                    write_row, &all, &err) > 10);
    int64_t start = INT64_MIN, login = INT64_MIN;
    for (int64_t got = 1; got > 0;) {
        char sql[200];
        got = session_page(
            store, &filter, start, login, 7, write_row, &paged, &err);
        size_t rows = str_count_char(buf_str(&paged), '\n');
        snprintf(sql, sizeof(sql),
            "SELECT login FROM session ORDER BY start, login"
            " LIMIT 1 OFFSET %zu",
            rows - 1);
        login = kit_number(store, sql);
        snprintf(sql, sizeof(sql),
            "SELECT start FROM session ORDER BY start, login"
            " LIMIT 1 OFFSET %zu",
            rows - 1);
        start = kit_number(store, sql);
    }
    assert_string_equal(buf_cstr(&all), buf_cstr(&paged));
    store_close(store);
    buf_done(&all);
    buf_done(&paged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_TEST(a_logout_ends_the_login_on_its_line),
        KIT_TEST(another_login_on_the_line_ends_the_one_before),
        KIT_TEST(a_shutdown_ends_what_is_open_and_a_boot_says_crash),
        KIT_TEST(events_of_one_moment_keep_the_order_of_the_file),
        KIT_TEST(failures_and_last_logins_are_no_sessions),
        KIT_TEST(a_session_may_begin_in_one_file_and_end_in_another),
        KIT_TEST(a_login_in_two_files_is_one_session),
        KIT_TEST(a_log_that_grew_adds_only_its_tail),
        KIT_TEST(a_log_that_ended_inside_a_record_is_read_anew),
        KIT_TEST(hosts_are_not_mixed),
        KIT_TEST(files_that_only_share_their_name_are_not_mixed),
        KIT_TEST(removing_a_source_undoes_what_it_ended),
        KIT_TEST(retiming_a_source_moves_its_sessions),
        KIT_TEST(only_touched_hosts_are_paired_again),
        KIT_TEST(sshd_sessions_are_paired_by_their_process),
        KIT_TEST(sessions_are_those_of_last),
        KIT_TEST(pages_follow_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
