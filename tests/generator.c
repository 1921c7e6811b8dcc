#include "tests/generator.h"

#include <stdio.h>

/* Vigna's xorshift64*. */
uint32_t next(struct generator *g)
{
    g->random ^= g->random >> 12;
    g->random ^= g->random << 25;
    g->random ^= g->random >> 27;
    return (uint32_t)((g->random * UINT64_C(2685821657736338717)) >> 32);
}

uint32_t below(struct generator *g, uint32_t limit)
{
    return (uint32_t)(((uint64_t)next(g) * limit) >> 32);
}

const char *const hosts[HOSTS] = {
    "web01", "web02", "db01", "mail01", "bastion", "build01"};

const char *const users[USERS] = {"root", "admin", "alice", "bob", "carol",
    "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "mallory",
    "niaj", "olivia", "peggy", "rupert", "sybil", "trent", "victor", "walter",
    "deploy", "jenkins", "git", "backup", "nagios", "postgres", "mysql",
    "oracle", "tomcat", "www-data", "ubuntu", "debian", "centos", "ec2-user",
    "test", "guest", "user", "ftp", "ftpuser", "pi", "vagrant", "ansible",
    "hadoop", "elastic", "kafka", "redis", "minecraft", "steam", "support",
    "service", "operator"};

const char *user(struct generator *g)
{
    return users[below(g, USERS)];
}

/* A few addresses are busy, most are not. */
const char *address(struct generator *g)
{
    uint32_t a = below(g, ADDRESSES);
    uint32_t b = below(g, ADDRESSES);
    return g->addresses[a < b ? a : b];
}

void generator_tick(struct generator *g)
{
    g->milliseconds += below(g, g->step) + 1;
    g->clock += g->milliseconds / 1000;
    g->milliseconds %= 1000;
}

struct moment now(const struct generator *g)
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

const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
    "Aug", "Sep", "Oct", "Nov", "Dec"};

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

void generator_init(struct generator *g, uint64_t seed, uint64_t lines)
{
    g->random = seed * 2 + 1;
    for (int i = 0; i < 20; i++)
        next(g);
    make_addresses(g);
    /* All of them within about two months. */
    g->step = lines > 5000000 ? 1000 : (unsigned)(10000000000 / (lines + 1000));
}
