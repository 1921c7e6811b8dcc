#include "parsers/audit_group.h"
#include "src/base/buf.h"
#include "src/base/limit.h"
#include "tests/parsing.h"

static int set_up(void **state)
{
    static const char *const none[] = {NULL};
    *state = parsing_formats(none);
    return 0;
}

static int tear_down(void **state)
{
    formats_free(*state);
    return 0;
}

#define CALL(serial, rest)                                                   \
    "type=SYSCALL msg=audit(1772590269.120:" serial "): arch=c000003e " rest \
    "\n"
#define PART(type, serial, rest) \
    "type=" type " msg=audit(1772590269.120:" serial "): " rest "\n"

static void start(struct parsing *in, void **state, const char *text)
{
    parsing_start(in, *state, "auditd", str_from(text));
}

static void assert_only(
    void **state, const char *text, const char *name, const char *wanted)
{
    struct parsing in;
    start(&in, state, text);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, name, wanted);
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

/* --- lines ---------------------------------------------------------------- */

static void a_record_is_found_behind_any_header(void **state)
{
    (void)state;
    static const struct {
        const char *line, *node, *type, *id, *body;
    } rows[] = {
        {"type=CWD msg=audit(1.000:2): cwd=\"/\"", "", "CWD", "1.000:2",
            "cwd=\"/\""},
        {"node=web01 type=CWD msg=audit(1.000:2): x=1", "web01", "CWD",
            "1.000:2", "x=1"},
        {"Mar  4 02:11:09 web01 audispd: node=a.example.com type=EOE "
         "msg=audit(1.000:2): ",
            "a.example.com", "EOE", "1.000:2", ""},
        {"audit: type =1400 audit(1.000:2): x=1", "", "1400", "1.000:2", "x=1"},
        {"type=UNKNOWN[1334] msg=audit(1.000:2): x=1", "", "1334", "1.000:2",
            "x=1"},
        {"my type=A of type=CWD msg=audit(1.0:2): x=1", "", "CWD", "1.0:2",
            "x=1"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct audit_line line;
        if (!audit_line_read(str_from(rows[i].line), &line) ||
            !str_eq(line.node, str_from(rows[i].node)) ||
            !str_eq(line.type, str_from(rows[i].type)) ||
            !str_eq(line.id, str_from(rows[i].id)) ||
            !str_eq(line.body, str_from(rows[i].body)))
            fail_msg("row %zu: %s", i, rows[i].line);
    }
}

static void what_is_no_record_is_none(void **state)
{
    (void)state;
    static const char *const rows[] = {"", "type", "type=", "type=CWD",
        "type=CWD msg=audit(", "type=CWD msg=audit(1.0",
        "type=CWD audit(1.0):", "{\"m\":\"type=CWD msg=audit(1.0:2): x=1\"}"};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct audit_line line;
        if (audit_line_read(str_from(rows[i]), &line))
            fail_msg("row %zu: %s", i, rows[i]);
    }
}

static void tables_are_in_the_order_they_are_searched_in(void **state)
{
    (void)state;
    static const char *const calls[] = {"accept", "bpf", "execve", "execveat",
        "fchmodat2", "finit_module", "kexec_file_load", "open",
        "open_by_handle_at", "openat", "openat2", "pidfd_send_signal", "ptrace",
        "setresuid32", "sethostname", "umount2", "utimes"};
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
        if (audit_meaning_find(str_from(calls[i])) == NULL)
            fail_msg("no meaning of %s", calls[i]);
    static const char *const types[] = {"AA", "ACCT_LOCK", "AVC", "AVC_PATH",
        "EOE", "LOGIN", "PROCTITLE", "SYSCALL", "SYSTEM_BOOT", "USER_AUTH",
        "USER_TTY", "VIRT_RESOURCE"};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (audit_type_find(str_from(types[i])) == NULL)
            fail_msg("no type %s", types[i]);
    static const char *const keys[] = {"op", "uid", "AUID", "saddr", "reason",
        "SYSCALL", "cmdline", "objtype", "success", "syscall", "apparmor",
        "operation", "audit_user", "effective_user", "requested_mask"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (audit_key_find(str_from(keys[i])) == AUDIT_KEY_TOTAL)
            fail_msg("no key %s", keys[i]);
}

static void calls_are_named_by_the_machine(void **state)
{
    (void)state;
    static const char *const rows[][3] = {{"c000003e", "59", "execve"},
        {"40000003", "11", "execve"}, {"c00000b7", "221", "execve"},
        {"40000028", "11", "execve"}, {"80000016", "11", "execve"},
        {"c0000015", "11", "execve"}, {"c000003e", "435", "clone3"},
        {"c000003e", "100000", ""}, {"12345678", "59", ""}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct str arch = audit_arch_name(str_from(rows[i][0]));
        struct str name = audit_syscall_name(arch, str_from(rows[i][1]));
        if (!str_eq(name, str_from(rows[i][2])))
            fail_msg("row %zu: %.*s", i, STR_ARG(name));
    }
}

/* --- values --------------------------------------------------------------- */

static void hexadecimal_is_decoded_where_users_choose_the_text(void **state)
{
    static const char text[] = CALL("1", "syscall=59 success=yes a0=ABCD "
                                         "comm=6D792070726F67 exe=\"/bin/x\" "
                                         "key=610162");
    assert_only(state, text, "x.comm", "my prog");
    assert_only(state, text, "x.key", "a,b");
    assert_only(state, text, "x.a0", "ABCD");
    assert_only(state, text, "x.exe", "/bin/x");
}

static void a_name_may_end_in_a_blank(void **state)
{
    assert_only(
        state, PART("PATH", "1", "item=0 name=6576696C20"), "x.name", "evil ");
}

static void an_enriched_record_names_the_users(void **state)
{
    static const char text[] =
        CALL("1", "syscall=59 success=yes auid=1000 uid=0 euid=0 exe=\"/x\""
                  "\x1d"
                  "ARCH=x86_64 SYSCALL=execve AUID=\"alice\" UID=\"root\" "
                  "EUID=\"root\"");
    assert_only(state, text, "user", "alice");
    assert_only(state, text, "target_user", "root");
    assert_only(state, text, "x.AUID", "alice");
}

static void a_message_in_quotes_is_values_again(void **state)
{
    static const char text[] = PART("USER_LOGIN", "1",
        "pid=1 uid=0 auid=1000 ses=3 msg='op=adding user acct=\"al'ice\" "
        "exe=\"/usr/sbin/sshd\" hostname=? addr=192.0.2.7 res=success'");
    assert_only(state, text, "x.op", "adding user");
    assert_only(state, text, "src_ip", "192.0.2.7");
    assert_only(state, text, "outcome", "success");
    assert_only(state, text, "x.hostname", "");
}

static void the_older_form_in_parentheses_is_read(void **state)
{
    static const char text[] = PART("USER_ACCT", "1",
        "user pid=1 uid=0 auid=4294967295 msg='PAM: accounting acct=alice : "
        "exe=\"/usr/sbin/sshd\" (hostname=example.com, addr=192.0.2.7, "
        "terminal=ssh res=success)'");
    assert_only(state, text, "user", "alice");
    assert_only(state, text, "src_ip", "192.0.2.7");
    assert_only(state, text, "src_host", "example.com");
    assert_only(state, text, "outcome", "success");
}

static void a_socket_address_is_decoded(void **state)
{
    static const struct {
        const char *saddr, *name, *wanted;
    } rows[] = {
        {"0200115CC63364070000000000000000", "dst_ip", "198.51.100.7"},
        {"0200115CC63364070000000000000000", "dst_port", "4444"},
        {"0A0001BB0000000020010DB800000000000000000000000700000000", "dst_ip",
            "2001:db8::7"},
        {"01002F72756E2F782E736F636B0000", "file", "/run/x.sock"},
        {"0100006162", "file", "@ab"},
        {"1000", "x.saddr_family", "netlink"},
        {"02001", "dst_ip", ""},
        {"0200", "dst_ip", ""},
        {"zz", "dst_ip", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text),
            CALL("1", "syscall=42 success=yes pid=1")
                PART("SOCKADDR", "1", "saddr=%s"),
            rows[i].saddr);
        assert_only(state, text, rows[i].name, rows[i].wanted);
    }
}

static void a_command_is_written_as_one_would_type_it(void **state)
{
    static const char text[] =
        CALL("1", "syscall=59 success=yes") PART("EXECVE", "1",
            "argc=6 a0=\"sh\" a1=\"-c\" a2=6563686F20276869273B6964 a3=\"\" "
            "a4_len=8 a4[0]=\"abc\" a4[1]=642065")
            PART("EXECVE", "1", "a4[2]=\"f\" a5=\"-x\"");
    assert_only(
        state, text, "command", "sh -c 'echo '\\''hi'\\'';id' '' 'abcd ef' -x");
    assert_only(state, text, "x.a2", "echo 'hi';id");
    assert_only(state, text, "x.a4", "abcd ef");
    assert_only(state, text, "x.argc", "6");
}

/* --- meaning -------------------------------------------------------------- */

static void what_was_done_follows_from_the_call(void **state)
{
    static const struct {
        const char *call, *paths, *action, *file;
    } rows[] = {
        {"syscall=257 a1=0 a2=0", "item=0 name=\"a\" nametype=NORMAL",
            "file_read", "/home/a"},
        {"syscall=257 a1=0 a2=241", "item=0 name=\"./a\" nametype=NORMAL",
            "file_write", "/home/a"},
        {"syscall=2 a1=241", "item=1 name=\"/x\" nametype=CREATE",
            "file_create", "/x"},
        {"syscall=87", "item=1 name=\"/x\" nametype=DELETE", "file_delete",
            "/x"},
        {"syscall=82", "item=3 name=\"new\" nametype=CREATE", "file_rename",
            "/home/new"},
        {"syscall=90", "item=0 name=\"/x\" nametype=NORMAL", "file_change",
            "/x"},
        {"syscall=313", "item=0 name=\"/x.ko\" nametype=NORMAL", "driver_load",
            "/x.ko"},
        {"syscall=101", "item=0 name=\"/x\" nametype=NORMAL", "debug", "/x"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text),
            CALL("1", "%s success=yes exit=0 auid=1000 uid=1000")
                PART("CWD", "1", "cwd=\"/home\"")
                    PART("PATH", "1", "item=0 name=\"/home\" nametype=PARENT")
                        PART("PATH", "1", "%s"),
            rows[i].call, rows[i].paths);
        assert_only(state, text, "action", rows[i].action);
        assert_only(state, text, "file", rows[i].file);
    }
}

static void one_login_counts_once(void **state)
{
    struct parsing in;
    size_t logins = 0;
    start(&in, state,
        PART("USER_AUTH", "1", "uid=0 msg='op=password acct=\"a\" res=failed'")
            PART("USER_AUTH", "2", "uid=0 msg='acct=\"a\" res=success'")
                PART("USER_ACCT", "3", "uid=0 msg='acct=\"a\" res=success'")
                    PART("CRED_ACQ", "4", "uid=0 msg='acct=\"a\" res=success'")
                        PART("LOGIN", "5", "uid=0 auid=1000 ses=3 res=1")
                            PART("USER_START", "6", "msg='acct=\"a\"'")
                                PART("USER_LOGIN", "7", "msg='id=1000'"));
    while (parsing_next(&in) == 1)
        logins += strcmp(parsing_get(&in, "action"), "login") == 0;
    assert_int_equal(logins, 1);
    parsing_done(&in);
}

static void sudo_is_of_who_asks(void **state)
{
    static const char text[] = PART("USER_START", "1",
        "uid=0 auid=1000 ses=3 msg='acct=\"root\" exe=\"/usr/bin/sudo\" "
        "res=success'");
    assert_only(state, text, "user", "1000");
    assert_only(state, text, "target_user", "root");
}

static void selinux_and_apparmor_decide(void **state)
{
    static const char denied[] = PART("AVC", "1",
        "avc:  denied  { read write } for  pid=8 comm=\"httpd\" "
        "name=\"shadow\" permissive=0");
    assert_only(state, denied, "action", "deny");
    assert_only(state, denied, "outcome", "failure");
    assert_only(state, denied, "x.permissions", "read write");
    assert_only(state,
        PART("AVC", "1",
            "avc:  denied  { read } for  pid=8 comm=\"x\" permissive=1"),
        "action", "allow");
    assert_only(state,
        PART("1400", "1",
            "apparmor=\"DENIED\" operation=\"open\" name=\"/x\" comm=\"y\""),
        "action", "deny");
}

static void a_part_alone_says_what_it_can(void **state)
{
    assert_only(state, PART("EXECVE", "1", "argc=2 a0=\"id\" a1=\"-u\""),
        "command", "id -u");
    assert_only(state, PART("EXECVE", "1", "argc=1 a0=\"id\""), "action", "");
    assert_only(state, PART("PROCTITLE", "1", "proctitle=6964002D75"),
        "message", "command: id -u");
    assert_only(state, PART("PATH", "1", "item=0 name=\"/x\""), "file", "/x");
    assert_only(state, PART("EOE", "1", ""), "message", "EOE");
}

/* --- joining -------------------------------------------------------------- */

static void lines_of_one_serial_are_one_event(void **state)
{
    struct parsing in;
    start(&in, state,
        CALL("7", "syscall=59 success=yes") CALL("8", "syscall=87 success=yes")
            PART("CWD", "7", "cwd=\"/a\"") PART("CWD", "8", "cwd=\"/b\"")
                PART("PROCTITLE", "7", "proctitle=\"x\""));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "record", "7");
    assert_value(&in, "x.cwd", "/a");
    assert_value(&in, "x.types", "SYSCALL CWD PROCTITLE");
    assert_int_equal(in.record.part_count, 3);
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "record", "8");
    assert_value(&in, "x.cwd", "/b");
    assert_int_equal(in.record.part_count, 2);
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void lines_that_follow_one_another_are_one_run(void **state)
{
    struct parsing in;
    static const char text[] =
        CALL("7", "syscall=59") PART("CWD", "7", "cwd=\"/a\"");
    start(&in, state, text);
    assert_int_equal(parsing_next(&in), 1);
    assert_null(in.record.parts);
    assert_int_equal(in.record.offset, 0);
    assert_int_equal(in.record.length, strlen(text) - 1);
    parsing_done(&in);
}

static void the_same_serial_of_another_host_is_another_event(void **state)
{
    struct parsing in;
    start(&in, state,
        "node=a type=CWD msg=audit(1.0:2): cwd=\"/a\"\n"
        "node=b type=CWD msg=audit(1.0:2): cwd=\"/b\"\n");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "host", "a");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "host", "b");
    assert_int_equal(parsing_next(&in), 0);
    parsing_done(&in);
}

static void a_join_reaches_no_further_than_it_may(void **state)
{
    struct parsing in;
    struct buf text = {0};
    buf_add_cstr(&text, CALL("7", "syscall=59"));
    for (size_t i = 0; i < LIMIT_JOIN_LINES; i++)
        buf_printf(
            &text, "type=TEST msg=audit(1772590269.120:%zu): x=1\n", 100 + i);
    buf_add_cstr(&text, PART("CWD", "7", "cwd=\"/a\""));
    start(&in, state, buf_cstr(&text));
    size_t events = 0;
    while (parsing_next(&in) == 1)
        events++;
    assert_int_equal(events, LIMIT_JOIN_LINES + 2);
    parsing_done(&in);
    buf_done(&text);
}

static void other_lines_stand_between(void **state)
{
    struct parsing in;
    start(&in, state,
        CALL("7", "syscall=59") "Mar  4 02:11:09 web01 sshd[1]: Accepted "
                                "password for alice from 192.0.2.7 port 5 "
                                "ssh2\n" PART("CWD", "7", "cwd=\"/a\""));
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "x.cwd", "/a");
    assert_int_equal(parsing_next(&in), 1);
    assert_value(&in, "user", "alice");
    assert_value(&in, "format", "sshd");
    parsing_done(&in);
}

/* --- cutting -------------------------------------------------------------- */

static void assert_cut(void **state, const char *text, const char *kept)
{
    struct parsing in;
    start(&in, state, text);
    size_t cut = in.reading.parser->cut(&in.reading, str_from(text), false);
    assert_int_equal(cut, strlen(kept));
    parsing_done(&in);
}

static void no_event_is_cut_in_two(void **state)
{
#define ONE PART("USER_LOGIN", "1", "uid=0 msg='id=0'")
#define FOUR PART("USER_LOGIN", "4", "uid=0 msg='id=0'")
#define TWO_A CALL("2", "syscall=59")
#define THREE_A CALL("3", "syscall=59")
#define TWO_B PART("PROCTITLE", "2", "proctitle=\"x\"")
#define THREE_B PART("PROCTITLE", "3", "proctitle=\"x\"")
    assert_cut(state, ONE TWO_A, ONE);
    assert_cut(state, ONE TWO_A TWO_B, ONE);
    assert_cut(state, ONE TWO_A TWO_B THREE_A, ONE TWO_A TWO_B);
    assert_cut(state, ONE TWO_A THREE_A TWO_B, ONE);
    assert_cut(state, ONE TWO_A THREE_A TWO_B THREE_B FOUR,
        ONE TWO_A THREE_A TWO_B THREE_B FOUR);
    assert_cut(state, TWO_A "type=CWD msg=audit(17", "");
    assert_cut(state, TWO_A, "");
}

static void a_newer_stamp_ends_an_event(void **state)
{
    assert_cut(state, TWO_A "type=CWD msg=audit(1772590271.500:9): cwd=\"/\"\n",
        TWO_A);
}

static void a_flood_of_open_events_is_cut_all_the_same(void **state)
{
    struct parsing in;
    struct buf text = {0};
    for (int round = 0; round < 3; round++)
        for (size_t i = 0; i < LIMIT_JOIN_LINES; i++)
            buf_printf(
                &text, "type=CWD msg=audit(1.000:%zu): x=%d\n", i, round);
    start(&in, state, "");
    size_t cut = in.reading.parser->cut(&in.reading, buf_str(&text), false);
    assert_true(cut > 0);
    parsing_done(&in);
    buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_found_behind_any_header),
        cmocka_unit_test(what_is_no_record_is_none),
        cmocka_unit_test(tables_are_in_the_order_they_are_searched_in),
        cmocka_unit_test(calls_are_named_by_the_machine),
        cmocka_unit_test(hexadecimal_is_decoded_where_users_choose_the_text),
        cmocka_unit_test(a_name_may_end_in_a_blank),
        cmocka_unit_test(an_enriched_record_names_the_users),
        cmocka_unit_test(a_message_in_quotes_is_values_again),
        cmocka_unit_test(the_older_form_in_parentheses_is_read),
        cmocka_unit_test(a_socket_address_is_decoded),
        cmocka_unit_test(a_command_is_written_as_one_would_type_it),
        cmocka_unit_test(what_was_done_follows_from_the_call),
        cmocka_unit_test(one_login_counts_once),
        cmocka_unit_test(sudo_is_of_who_asks),
        cmocka_unit_test(selinux_and_apparmor_decide),
        cmocka_unit_test(a_part_alone_says_what_it_can),
        cmocka_unit_test(lines_of_one_serial_are_one_event),
        cmocka_unit_test(lines_that_follow_one_another_are_one_run),
        cmocka_unit_test(the_same_serial_of_another_host_is_another_event),
        cmocka_unit_test(a_join_reaches_no_further_than_it_may),
        cmocka_unit_test(other_lines_stand_between),
        cmocka_unit_test(no_event_is_cut_in_two),
        cmocka_unit_test(a_newer_stamp_ends_an_event),
        cmocka_unit_test(a_flood_of_open_events_is_cut_all_the_same),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
