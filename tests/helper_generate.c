/* Prints N made-up log lines: helper_generate KIND LINES SEED. The same words
 * always give the same bytes. Kinds: auth (sshd, sudo, cron as Debian's
 * auth.log has them), access (combined), json (our own field names), audit,
 * asa, eve, cloudtrail. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/generator.h"

/* --- kinds ---------------------------------------------------------------- */

static void failed(struct generator *g, char *out)
{
    sprintf(out, "sshd[%u]: Failed password for %s from %s port %u ssh2",
        1000 + below(g, 30000), user(g), address(g), 1024 + below(g, 64000));
}

static void failed_invalid(struct generator *g, char *out)
{
    sprintf(out,
        "sshd[%u]: Failed password for invalid user %s from %s port %u ssh2",
        1000 + below(g, 30000), user(g), address(g), 1024 + below(g, 64000));
}

static void invalid(struct generator *g, char *out)
{
    sprintf(out, "sshd[%u]: Invalid user %s from %s port %u",
        1000 + below(g, 30000), user(g), address(g), 1024 + below(g, 64000));
}

static void closed(struct generator *g, char *out)
{
    sprintf(out,
        "sshd[%u]: Connection closed by authenticating user %s %s port %u "
        "[preauth]",
        1000 + below(g, 30000), user(g), address(g), 1024 + below(g, 64000));
}

static void pam_failure(struct generator *g, char *out)
{
    sprintf(out,
        "sshd[%u]: pam_unix(sshd:auth): authentication failure; logname= uid=0 "
        "euid=0 tty=ssh ruser= rhost=%s  user=%s",
        1000 + below(g, 30000), address(g), user(g));
}

static void accepted(struct generator *g, char *out)
{
    sprintf(out,
        "sshd[%u]: Accepted publickey for %s from %s port %u ssh2: ED25519 "
        "SHA256:%08x%08x%08x%08x",
        1000 + below(g, 30000), user(g), address(g), 1024 + below(g, 64000),
        next(g), next(g), next(g), next(g));
}

static void session(struct generator *g, char *out)
{
    sprintf(out,
        "sshd[%u]: pam_unix(sshd:session): session opened for user %s(uid=%u) "
        "by (uid=0)",
        1000 + below(g, 30000), user(g), 1000 + below(g, 50));
}

static void logind(struct generator *g, char *out)
{
    sprintf(out, "systemd-logind[612]: New session %u of user %s.",
        below(g, 100000), user(g));
}

static void sudo(struct generator *g, char *out)
{
    sprintf(out,
        "sudo:    %s : TTY=pts/%u ; PWD=/home/%s ; USER=root ; "
        "COMMAND=/usr/bin/systemctl restart app%u",
        user(g), below(g, 20), user(g), below(g, 40));
}

static void cron(struct generator *g, char *out)
{
    sprintf(out,
        "CRON[%u]: pam_unix(cron:session): session opened for user %s(uid=%u) "
        "by (uid=0)",
        1000 + below(g, 30000), user(g), 1000 + below(g, 50));
}

static void auth_line(struct generator *g, char *out)
{
    static const struct {
        uint32_t share; /* of 100 */
        void (*write)(struct generator *g, char *out);
    } kinds[] = {
        {35, failed},
        {15, failed_invalid},
        {10, invalid},
        {10, closed},
        {8, pam_failure},
        {7, accepted},
        {4, session},
        {3, logind},
        {3, sudo},
        {5, cron},
    };
    struct moment m = now(g);
    int n = sprintf(out, "%s %2d %02d:%02d:%02d %s ", months[m.month], m.day,
        m.hour, m.minute, m.second, hosts[below(g, HOSTS)]);
    uint32_t dice = below(g, 100);
    size_t i = 0;
    while (dice >= kinds[i].share)
        dice -= kinds[i++].share;
    kinds[i].write(g, out + n);
}

static void access_line(struct generator *g, char *out)
{
    static const char *const methods[] = {"GET", "GET", "GET", "POST", "HEAD"};
    static const int statuses[] = {200, 200, 200, 304, 404, 403, 500};
    struct moment m = now(g);
    sprintf(out,
        "%s - %s [%02d/%s/2026:%02d:%02d:%02d +0000] \"%s /shop/item/%u?ref=%u "
        "HTTP/1.1\" %d %u \"https://www.example.com/\" \"Mozilla/5.0 (X11; "
        "Linux x86_64)\"",
        address(g), below(g, 20) == 0 ? user(g) : "-", m.day, months[m.month],
        m.hour, m.minute, m.second, methods[below(g, 5)], below(g, 9000),
        below(g, 100), statuses[below(g, 7)], below(g, 90000));
}

static void json_line(struct generator *g, char *out)
{
    static const char *const outcomes[] = {"failure", "failure", "success"};
    struct moment m = now(g);
    sprintf(out,
        "{\"time\":\"2026-%02d-%02dT%02d:%02d:%02d.%03uZ\",\"host\":\"%s\","
        "\"action\":\"login\",\"outcome\":\"%s\",\"user\":\"%s\","
        "\"src_ip\":\"%s\",\"src_port\":%u,\"message\":\"login of %s\"}",
        m.month + 1, m.day, m.hour, m.minute, m.second,
        (unsigned)g->milliseconds, hosts[below(g, HOSTS)],
        outcomes[below(g, 3)], user(g), address(g), 1024 + below(g, 64000),
        user(g));
}

static void hexadecimal(const char *text, char *out)
{
    for (; *text != '\0'; text++)
        out += sprintf(out, "%02X", (unsigned char)*text);
}

/* The events of one kind each, of as many lines as the kernel writes. */
static void audit_event(struct generator *g, char *out)
{
    static const char *const programs[] = {"cat", "grep", "ls", "rm", "curl"};
    char id[64], title[128], command[64];
    unsigned uid = 1000 + below(g, 20), pid = 300 + below(g, 30000);
    const char *program = programs[below(g, 5)];
    sprintf(id, "msg=audit(%llu.%03llu:%u)",
        1767225600 + (unsigned long long)g->clock,
        (unsigned long long)g->milliseconds, g->serial++);
    if (below(g, 3) == 0) {
        sprintf(out,
            "type=USER_LOGIN %s: pid=%u uid=0 auid=4294967295 ses=4294967295 "
            "msg='op=login acct=\"%s\" exe=\"/usr/sbin/sshd\" hostname=? "
            "addr=%s terminal=sshd res=failed'",
            id, pid, user(g), address(g));
        return;
    }
    sprintf(command, "%s /srv/app%u", program, below(g, 500));
    hexadecimal(command, title);
    out += sprintf(out,
        "type=SYSCALL %s: arch=c000003e syscall=59 success=yes exit=0 a0=55d0 "
        "a1=55d1 a2=55d2 a3=8 items=2 ppid=%u pid=%u auid=%u uid=%u gid=%u "
        "euid=%u suid=%u fsuid=%u egid=%u sgid=%u fsgid=%u tty=pts0 ses=%u "
        "comm=\"%s\" exe=\"/usr/bin/%s\" key=\"commands\"\n",
        id, pid - 1, pid, uid, uid, uid, uid, uid, uid, uid, uid, uid,
        below(g, 900), program, program);
    out += sprintf(out, "type=EXECVE %s: argc=2 a0=\"%s\" a1=\"%s\"\n", id,
        program, strchr(command, ' ') + 1);
    out += sprintf(out, "type=CWD %s: cwd=\"/home/user%u\"\n", id, uid);
    out += sprintf(out,
        "type=PATH %s: item=0 name=\"/usr/bin/%s\" inode=%u dev=08:01 "
        "mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 "
        "cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0\n",
        id, program, below(g, 90000));
    sprintf(out, "type=PROCTITLE %s: proctitle=%s", id, title);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*write)(struct generator *g, char *out);
    } kinds[] = {{"auth", auth_line}, {"access", access_line},
        {"json", json_line}, {"audit", audit_event}, {"asa", generate_asa},
        {"eve", generate_eve}, {"cloudtrail", generate_cloudtrail}};
    static struct generator g;
    if (argc != 4) {
        fprintf(stderr,
            "usage: %s auth|access|json|audit|asa|eve|cloudtrail LINES SEED\n",
            argv[0]);
        return 2;
    }
    uint64_t lines = strtoull(argv[2], NULL, 10);
    generator_init(&g, strtoull(argv[3], NULL, 10), lines);
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        if (strcmp(kinds[k].name, argv[1]) != 0)
            continue;
        char line[LINE_MAX_BYTES];
        for (uint64_t i = 0; i < lines; i++) {
            generator_tick(&g);
            kinds[k].write(&g, line);
            puts(line);
        }
        return ferror(stdout) ? 1 : 0;
    }
    fprintf(stderr, "no kind %s\n", argv[1]);
    return 2;
}
