#include "src/base/ip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void addresses_have_one_canonical_form(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"192.0.2.1", "192.0.2.1"},
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"2001:DB8::1", "2001:db8::1"},
        {"2001:db8:0:0:0:0:0:1", "2001:db8::1"},
        {"2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
        {"::", "::"},
        {"::1", "::1"},
        {"1::", "1::"},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
        {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"::FFFF:c000:0201", "192.0.2.1"},
        {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
        {"1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"},
        {"fe80::1%eth0", "fe80::1"},
        {"[2001:db8::1]", "2001:db8::1"},
        {"[fe80::1%eth0]", "fe80::1"},
        {"abcd:ef01:2345:6789:abcd:ef01:2345:6789",
            "abcd:ef01:2345:6789:abcd:ef01:2345:6789"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ip ip;
        char text[IP_TEXT_MAX];
        if (!ip_parse(str_from(rows[i][0]), &ip))
            fail_msg("%s is refused", rows[i][0]);
        size_t len = ip_format(&ip, text);
        if (strcmp(text, rows[i][1]) != 0 || len != strlen(text))
            fail_msg("%s became %s", rows[i][0], text);
    }
}

static void anything_else_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "1.2.3.04",
        "1.2.3.",
        ".1.2.3",
        "1..2.3",
        " 1.2.3.4",
        "1.2.3.4 ",
        "1.2.3.4:80",
        "1.2.3.4%e",
        "1.2.3.a",
        "0x1.2.3.4",
        "1.2.3.1000",
        ":",
        ":::",
        "1",
        "12345::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        ":1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7:8:",
        "::1:",
        "g::",
        "::1.2.3",
        "::1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "fe80::1%",
        "[::1",
        "::1]",
        "[::1]:80",
        "[]",
        "[",
        "2001:db8::1/64",
        "-1.2.3.4",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct ip ip;
        if (ip_parse(str_from(bad[i]), &ip))
            fail_msg("'%s' was taken for an address", bad[i]);
    }
    struct ip ip;
    assert_false(ip_parse((struct str){0}, &ip));
}

static void what_is_formatted_reads_back(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int i = 0; i < 20000; i++) {
        struct ip ip = {.family = 6, .at = {0x20, 0x01}}, again;
        for (int j = 2; j < 16; j++) {
            seed = seed * 1664525 + 1013904223;
            ip.at[j] = seed >> 31 ? (uint8_t)(seed >> 16) : 0;
        }
        char text[IP_TEXT_MAX];
        ip_format(&ip, text);
        if (!ip_parse(str_from(text), &again) || !ip_eq(&ip, &again))
            fail_msg("%s", text);
    }
}

static void addresses_have_an_order(void **state)
{
    (void)state;
    struct ip low = ip_from_v4(0xC0000201), high = ip_from_v4(0xC0000202), six;
    assert_true(ip_parse(STR("::"), &six));
    assert_true(ip_compare(&low, &high) < 0);
    assert_true(ip_compare(&six, &high) > 0);
    assert_true(ip_eq(&low, &low));
    assert_int_equal(ip_v4(&high), 0xC0000202);
    char text[IP_TEXT_MAX];
    assert_int_equal(ip_format(&(struct ip){0}, text), 0);
    assert_string_equal(text, "");
}

static void networks_span_their_addresses(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"10.0.0.0/8", "10.0.0.0", "10.255.255.255"},
        {"192.0.2.77/28", "192.0.2.64", "192.0.2.79"},
        {"192.0.2.7", "192.0.2.7", "192.0.2.7"},
        {"0.0.0.0/0", "0.0.0.0", "255.255.255.255"},
        {"2001:db8::/32",
            "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"2001:db8::1/127", "2001:db8::", "2001:db8::1"},
        {"::ffff:192.0.2.0/120", "192.0.2.0", "192.0.2.255"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ip first, last;
        char low[IP_TEXT_MAX], high[IP_TEXT_MAX];
        if (!ip_parse_network(str_from(rows[i][0]), &first, &last))
            fail_msg("%s is refused", rows[i][0]);
        ip_format(&first, low);
        ip_format(&last, high);
        if (strcmp(low, rows[i][1]) != 0 || strcmp(high, rows[i][2]) != 0)
            fail_msg("%s spans %s to %s", rows[i][0], low, high);
    }
    static const char *const bad[] = {"10.0.0.0/33", "::/129", "10.0.0.0/",
        "/8", "10.0.0.0/8/8", "10.0.0.0/-1", "10.0.0/8", "::ffff:192.0.2.0/90"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct ip first, last;
        if (ip_parse_network(str_from(bad[i]), &first, &last))
            fail_msg("'%s' was taken for a network", bad[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_have_one_canonical_form),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(what_is_formatted_reads_back),
        cmocka_unit_test(addresses_have_an_order),
        cmocka_unit_test(networks_span_their_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
