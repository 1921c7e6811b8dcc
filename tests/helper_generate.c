/* Prints N made-up log lines: helper_generate KIND LINES SEED. The same words
 * always give the same bytes. Kinds: auth (sshd, sudo, cron as Debian's
 * auth.log has them), access (combined), json (our own field names). */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ADDRESSES = 5000, HOSTS = 6, USERS = 52, LINE_MAX_BYTES = 2048 };

struct generator {
    uint64_t random;
    char addresses[ADDRESSES][16];
    uint64_t clock; /* seconds since 2026-01-01 */
    unsigned step;  /* of the clock, in 1/1000 s */
    uint64_t milliseconds;
    unsigned serial; /* of audit events */
};

/* Vigna's xorshift64*. */
static uint32_t next(struct generator *g)
{
    g->random ^= g->random >> 12;
    g->random ^= g->random << 25;
    g->random ^= g->random >> 27;
    return (uint32_t)((g->random * UINT64_C(2685821657736338717)) >> 32);
}

static uint32_t below(struct generator *g, uint32_t limit)
{
    return (uint32_t)(((uint64_t)next(g) * limit) >> 32);
}

static const char *const hosts[HOSTS] = {
    "web01", "web02", "db01", "mail01", "bastion", "build01"};

static const char *const users[USERS] = {"root", "admin", "alice", "bob",
    "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy",
    "mallory", "niaj", "olivia", "peggy", "rupert", "sybil", "trent", "victor",
    "walter", "deploy", "jenkins", "git", "backup", "nagios", "postgres",
    "mysql", "oracle", "tomcat", "www-data", "ubuntu", "debian", "centos",
    "ec2-user", "test", "guest", "user", "ftp", "ftpuser", "pi", "vagrant",
    "ansible", "hadoop", "elastic", "kafka", "redis", "minecraft", "steam",
    "support", "service", "operator"};

static const char *user(struct generator *g)
{
    return users[below(g, USERS)];
}

/* A few addresses are busy, most are not. */
static const char *address(struct generator *g)
{
    uint32_t a = below(g, ADDRESSES);
    uint32_t b = below(g, ADDRESSES);
    return g->addresses[a < b ? a : b];
}

static void tick(struct generator *g)
{
    g->milliseconds += below(g, g->step) + 1;
    g->clock += g->milliseconds / 1000;
    g->milliseconds %= 1000;
}

struct moment {
    int month, day, hour, minute, second;
};

static struct moment now(const struct generator *g)
{
    static const int lengths[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct moment m = {.month = 0};
    uint64_t days = g->clock / 86400;
    uint64_t rest = g->clock % 86400;
    while (m.month < 11 && days >= (uint64_t)lengths[m.month])
        days -= (uint64_t)lengths[m.month++];
    m.day = (int)days + 1;
    m.hour = (int)(rest / 3600);
    m.minute = (int)(rest / 60 % 60);
    m.second = (int)(rest % 60);
    return m;
}

static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

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

/* The documentation networks hold 762 addresses: the rest are of 10/8. */
static void make_addresses(struct generator *g)
{
    static const char *const nets[] = {"192.0.2", "198.51.100", "203.0.113"};
    for (unsigned i = 0; i < ADDRESSES; i++) {
        if (i < 3 * 254)
            sprintf(g->addresses[i], "%s.%u", nets[i % 3], i / 3 + 1);
        else
            sprintf(g->addresses[i], "10.%u.%u.%u", below(g, 256),
                below(g, 256), below(g, 256));
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*write)(struct generator *g, char *out);
    } kinds[] = {{"auth", auth_line}, {"access", access_line},
        {"json", json_line}, {"audit", audit_event}};
    static struct generator g;
    if (argc != 4) {
        fprintf(
            stderr, "usage: %s auth|access|json|audit LINES SEED\n", argv[0]);
        return 2;
    }
    uint64_t lines = strtoull(argv[2], NULL, 10);
    g.random = strtoull(argv[3], NULL, 10) * 2 + 1;
    for (int i = 0; i < 20; i++)
        next(&g);
    make_addresses(&g);
    /* All of them within about two months. */
    g.step = lines > 5000000 ? 1000 : (unsigned)(10000000000 / (lines + 1000));
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        if (strcmp(kinds[k].name, argv[1]) != 0)
            continue;
        char line[LINE_MAX_BYTES];
        for (uint64_t i = 0; i < lines; i++) {
            tick(&g);
            kinds[k].write(&g, line);
            puts(line);
        }
        return ferror(stdout) ? 1 : 0;
    }
    fprintf(stderr, "no kind %s\n", argv[1]);
    return 2;
}
