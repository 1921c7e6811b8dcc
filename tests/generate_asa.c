/* A Cisco ASA's messages as its syslog server writes them. */
#include <stdio.h>

#include "tests/generator.h"

static const char *inside(struct generator *g, char *room)
{
    sprintf(room, "10.20.%u.%u", below(g, 16), 1 + below(g, 254));
    return room;
}

static void built(struct generator *g, char *out)
{
    char room[24];
    unsigned port = 1024 + below(g, 64000);
    const char *host = inside(g, room);
    sprintf(out,
        "%%ASA-6-302013: Built outbound TCP connection %u for "
        "outside:%s/443 (%s/443) to inside:%s/%u (192.0.2.254/%u)",
        next(g), address(g), address(g), host, port, port);
}

static void teardown(struct generator *g, char *out)
{
    char room[24];
    sprintf(out,
        "%%ASA-6-302014: Teardown TCP connection %u for outside:%s/443 to "
        "inside:%s/%u duration 0:%02u:%02u bytes %u TCP FINs",
        next(g), address(g), inside(g, room), 1024 + below(g, 64000),
        below(g, 60), below(g, 60), below(g, 900000));
}

static void teardown_udp(struct generator *g, char *out)
{
    char room[24];
    sprintf(out,
        "%%ASA-6-302016: Teardown UDP connection %u for outside:%s/53 to "
        "inside:%s/%u duration 0:00:%02u bytes %u",
        next(g), address(g), inside(g, room), 1024 + below(g, 64000),
        below(g, 60), below(g, 900));
}

static void denied(struct generator *g, char *out)
{
    char room[24];
    sprintf(out,
        "%%ASA-4-106023: Deny tcp src outside:%s/%u dst inside:%s/%u by "
        "access-group \"outside_in\" [0x%08x, 0x0]",
        address(g), 1024 + below(g, 64000), inside(g, room), below(g, 9000),
        next(g));
}

static void no_connection(struct generator *g, char *out)
{
    char room[24];
    sprintf(out,
        "%%ASA-6-106015: Deny TCP (no connection) from %s/%u to %s/%u flags "
        "RST ACK  on interface outside",
        address(g), 1024 + below(g, 64000), inside(g, room), below(g, 9000));
}

static void login(struct generator *g, char *out)
{
    sprintf(out,
        "%%ASA-6-113015: AAA user authentication Rejected : reason = Invalid "
        "password : local database : user = %s : user IP = %s",
        user(g), address(g));
}

static void vpn(struct generator *g, char *out)
{
    sprintf(out,
        "%%ASA-6-722022: Group <staff> User <%s> IP <%s> TCP SVC connection "
        "established without compression",
        user(g), address(g));
}

void generate_asa(struct generator *g, char *out)
{
    static const struct {
        uint32_t share; /* of 100 */
        void (*write)(struct generator *g, char *out);
    } kinds[] = {{30, built}, {30, teardown}, {14, teardown_udp}, {15, denied},
        {7, no_connection}, {2, login}, {2, vpn}};
    struct moment m = now(g);
    out += sprintf(out, "%s %02d %02d:%02d:%02d edge-fw ", months[m.month],
        m.day, m.hour, m.minute, m.second);
    uint32_t dice = below(g, 100);
    size_t i = 0;
    while (dice >= kinds[i].share)
        dice -= kinds[i++].share;
    kinds[i].write(g, out);
}
