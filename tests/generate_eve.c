/* Suricata's EVE, one object a line. */
#include <stdio.h>

#include "tests/generator.h"

static char *head(struct generator *g, char *out, const char *type,
    unsigned port, const char *proto)
{
    struct moment m = now(g);
    return out +
           sprintf(out,
               "{\"timestamp\":\"2026-%02d-%02dT%02d:%02d:%02d.%03u%03u+0000\","
               "\"flow_id\":%llu,\"in_iface\":\"ens4\",\"event_type\":\"%s\","
               "\"src_ip\":\"10.20.%u.%u\",\"src_port\":%u,\"dest_ip\":\"%s\","
               "\"dest_port\":%u,\"proto\":\"%s\",",
               m.month + 1, m.day, m.hour, m.minute, m.second,
               (unsigned)g->milliseconds, below(g, 1000),
               (unsigned long long)next(g) << 20 | below(g, 1 << 20), type,
               below(g, 16), 1 + below(g, 254), 1024 + below(g, 64000),
               address(g), port, proto);
}

static void dns(struct generator *g, char *out)
{
    out = head(g, out, "dns", 53, "UDP");
    sprintf(out,
        "\"dns\":{\"type\":\"query\",\"id\":%u,\"rrname\":"
        "\"host%u.example.com\",\"rrtype\":\"A\",\"tx_id\":0}}",
        below(g, 65536), below(g, 4000));
}

static void http(struct generator *g, char *out)
{
    static const char *const methods[] = {"GET", "GET", "POST"};
    out = head(g, out, "http", 80, "TCP");
    sprintf(out,
        "\"tx_id\":0,\"http\":{\"hostname\":\"www%u.example.com\",\"url\":"
        "\"/shop/item/%u?ref=%u\",\"http_user_agent\":\"Mozilla/5.0 (X11; "
        "Linux x86_64)\",\"http_content_type\":\"text/html\",\"http_method\":"
        "\"%s\",\"protocol\":\"HTTP/1.1\",\"status\":200,\"length\":%u}}",
        below(g, 40), below(g, 9000), below(g, 100), methods[below(g, 3)],
        below(g, 90000));
}

static void tls(struct generator *g, char *out)
{
    out = head(g, out, "tls", 443, "TCP");
    sprintf(out,
        "\"tls\":{\"subject\":\"CN=www%u.example.com\",\"issuerdn\":"
        "\"C=XX, O=Example Trust, CN=Example CA\",\"serial\":"
        "\"%02X:%02X:%02X:%02X\",\"sni\":\"www%u.example.com\",\"version\":"
        "\"TLS 1.2\",\"notbefore\":\"2025-11-01T00:00:00\",\"notafter\":"
        "\"2026-11-01T00:00:00\"}}",
        below(g, 40), below(g, 256), below(g, 256), below(g, 256),
        below(g, 256), below(g, 40));
}

static void flow(struct generator *g, char *out)
{
    out = head(g, out, "flow", 443, "TCP");
    sprintf(out,
        "\"app_proto\":\"tls\",\"flow\":{\"pkts_toserver\":%u,"
        "\"pkts_toclient\":%u,\"bytes_toserver\":%u,\"bytes_toclient\":%u,"
        "\"age\":%u,\"state\":\"closed\",\"reason\":\"timeout\",\"alerted\":"
        "false},\"tcp\":{\"tcp_flags\":\"1b\",\"tcp_flags_ts\":\"1b\","
        "\"tcp_flags_tc\":\"1b\",\"syn\":true,\"fin\":true,\"psh\":true,"
        "\"ack\":true,\"state\":\"closed\"}}",
        below(g, 400), below(g, 400), below(g, 90000), below(g, 900000),
        below(g, 120));
}

static void alert(struct generator *g, char *out)
{
    out = head(g, out, "alert", 445, "TCP");
    sprintf(out,
        "\"alert\":{\"action\":\"allowed\",\"gid\":1,\"signature_id\":%u,"
        "\"rev\":3,\"signature\":\"EXAMPLE probe of a share, kind %u\","
        "\"category\":\"Attempted Information Leak\",\"severity\":2}}",
        2000000 + below(g, 300), below(g, 300));
}

void generate_eve(struct generator *g, char *out)
{
    static void (*const kinds[])(struct generator *, char *) = {
        dns, dns, dns, http, http, tls, tls, flow, flow, flow, alert};
    kinds[below(g, sizeof(kinds) / sizeof(kinds[0]))](g, out);
}
