/* helper_journal: a systemd journal file of made-up entries, on standard
 * output.
 *
 *     helper_journal KIND COUNT [SEED]
 *
 * KIND is regular, compact, xz, lz4 (both regular) or zstd (compact, as
 * journald writes today). */
#include <stdio.h>

#include "tests/journal_kit.h"

enum { FIELDS_MAX = 40 };

static const struct {
    const char *name;
    bool compact;
    uint8_t packing;
} kinds[] = {
    {"regular", false, 0},
    {"compact", true, 0},
    {"xz", false, JOURNAL_KIT_XZ},
    {"lz4", false, JOURNAL_KIT_LZ4},
    {"zstd", true, JOURNAL_KIT_ZSTD},
};

/* Who writes, as journald knows it. */
static const struct {
    const char *identifier, *exe, *unit, *cgroup, *transport, *priority;
} writers[] = {
    {"sshd", "/usr/sbin/sshd", "ssh.service", "/system.slice/ssh.service",
        "syslog", "6"},
    {"sudo", "/usr/bin/sudo", "session-3.scope",
        "/user.slice/user-1000.slice/session-3.scope", "syslog", "5"},
    {"systemd", "/usr/lib/systemd/systemd", "init.scope", "/init.scope",
        "journal", "6"},
    {"CRON", "/usr/sbin/cron", "cron.service", "/system.slice/cron.service",
        "syslog", "6"},
    {"app", "/srv/app/bin/app", "app.service", "/system.slice/app.service",
        "stdout", "4"},
};
enum { WRITERS = sizeof(writers) / sizeof(writers[0]) };

struct making {
    struct journal_kit kit;
    struct buf text;
    size_t ends[FIELDS_MAX];
    size_t count;
    uint32_t random;
};

static uint32_t next_random(struct making *making)
{
    making->random = making->random * 1664525u + 1013904223u;
    return making->random >> 8;
}

static void add(struct making *making, const char *name, const char *value)
{
    buf_printf(&making->text, "%s=%s", name, value);
    making->ends[making->count++] = making->text.len;
}

static void add_number(struct making *making, const char *name, uint64_t number)
{
    buf_printf(&making->text, "%s=%llu", name, (unsigned long long)number);
    making->ends[making->count++] = making->text.len;
}

static void add_message(struct making *making, size_t writer)
{
    struct buf *text = &making->text;
    uint32_t random = next_random(making);
    buf_add_cstr(text, "MESSAGE=");
    switch (writer) {
    case 0:
        buf_printf(text,
            "%s password for user%u from 203.0.113.%u port %u ssh2",
            random / 64 % 4 == 0 ? "Accepted" : "Failed", random % 50,
            random / 50 % 250, 1024 + random % 60000);
        break;
    case 1:
        buf_printf(text,
            "user%u : TTY=pts/%u ; PWD=/home/user%u ; USER=root ; "
            "COMMAND=/usr/bin/systemctl restart unit%u",
            random % 50, random % 9, random % 50, random % 1000);
        break;
    case 2:
        buf_printf(text, "Started unit%u.service - Made-up Unit %u.",
            random % 1000, random % 1000);
        break;
    case 3:
        buf_printf(text, "(user%u) CMD (/usr/local/bin/job --number %u)",
            random % 50, random);
        break;
    default:
        buf_printf(text, "request %u failed:\n  in step %u\n  after %u ms",
            random, random % 7, random % 5000);
        if (random % 8 == 0)
            for (uint32_t i = 0; i < 40; i++)
                buf_printf(text, "\n  at frame %u of worker %u", i, random);
        if (random % 64 == 0)
            buf_add(text, "\x01\xff\xfe", 3);
    }
    making->ends[making->count++] = text->len;
}

static void add_trusted(struct making *making, size_t writer)
{
    uint32_t random = next_random(making);
    add(making, "_TRANSPORT", writers[writer].transport);
    add(making, "PRIORITY", writers[writer].priority);
    add(making, "SYSLOG_FACILITY", "3");
    add(making, "SYSLOG_IDENTIFIER", writers[writer].identifier);
    add_number(making, "_PID", 300 + random % 4000);
    add(making, "_UID", "0");
    add(making, "_GID", "0");
    add(making, "_COMM", writers[writer].identifier);
    add(making, "_EXE", writers[writer].exe);
    add(making, "_CMDLINE", writers[writer].exe);
    add(making, "_CAP_EFFECTIVE", "1ffffffffff");
    add(making, "_SELINUX_CONTEXT", "unconfined");
    add(making, "_SYSTEMD_CGROUP", writers[writer].cgroup);
    add(making, "_SYSTEMD_UNIT", writers[writer].unit);
    add(making, "_SYSTEMD_SLICE", "system.slice");
    add(making, "_SYSTEMD_INVOCATION_ID", "0123456789abcdef0123456789abcdef");
    add(making, "_BOOT_ID", "b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0");
    add(making, "_MACHINE_ID", "3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a");
    add(making, "_HOSTNAME", "web01");
    add(making, "_RUNTIME_SCOPE", "system");
}

static void make_entry(struct making *making, uint64_t time)
{
    size_t writer = next_random(making) % WRITERS;
    struct str fields[FIELDS_MAX];
    buf_clear(&making->text);
    making->count = 0;
    add_message(making, writer);
    add_trusted(making, writer);
    add_number(making, "_SOURCE_REALTIME_TIMESTAMP", time - 17);
    if (writer == 4) {
        add(making, "TAG", "one");
        add(making, "TAG", "two");
    }
    for (size_t i = 0; i < making->count; i++) {
        size_t start = i == 0 ? 0 : making->ends[i - 1];
        fields[i] = str_make(making->text.ptr + start, making->ends[i] - start);
    }
    journal_kit_entry(&making->kit, time, fields, making->count);
}

int main(int argc, char **argv)
{
    size_t kind = 0;
    while (argc >= 3 && kind < sizeof(kinds) / sizeof(kinds[0]) &&
           strcmp(kinds[kind].name, argv[1]) != 0)
        kind++;
    if (argc < 3 || kind == sizeof(kinds) / sizeof(kinds[0])) {
        fputs("usage: helper_journal KIND COUNT [SEED]\n", stderr);
        return 2;
    }
    struct making making = {
        .random = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 1};
    journal_kit_begin(&making.kit, kinds[kind].compact, kinds[kind].packing);
    uint64_t time = UINT64_C(1772582400000000); /* 2026-03-04 */
    for (unsigned long i = strtoul(argv[2], NULL, 10); i > 0; i--) {
        time += next_random(&making) % 200000;
        make_entry(&making, time);
    }
    journal_kit_end(&making.kit);
    struct buf *bytes = &making.kit.bytes;
    size_t written = fwrite(bytes->ptr, 1, bytes->len, stdout);
    bool failed = written != bytes->len || fflush(stdout) != 0;
    journal_kit_done(&making.kit);
    buf_done(&making.text);
    return failed ? 1 : 0;
}
