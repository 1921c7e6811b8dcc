/* ip: addresses and networks. */
#ifndef SPOOR_BASE_IP_H
#define SPOOR_BASE_IP_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/str.h"

enum { IP_TEXT_MAX = 46 };

/* An address. IPv4-mapped IPv6 (::ffff:192.0.2.1) is stored as IPv4. */
struct ip {
    uint8_t family; /* 0 none, 4, 6 */
    uint8_t at[16]; /* network order; IPv4 in the first 4 */
};

/* Parse an address and nothing else. IPv6 may be in brackets ("[2001:db8::1]")
 * and have a zone ("fe80::1%eth0", dropped); ports are refused, and so are
 * leading zeros in IPv4, which some programs take for octal. */
bool ip_parse(struct str text, struct ip *out);

/* Canonical text (RFC 5952), terminated. Returns its length. */
size_t ip_format(const struct ip *ip, char out[IP_TEXT_MAX]);

bool ip_eq(const struct ip *a, const struct ip *b);
/* IPv4 below IPv6, else by value. */
int ip_compare(const struct ip *a, const struct ip *b);
uint32_t ip_v4(const struct ip *ip); /* host order; family must be 4 */
struct ip ip_from_v4(uint32_t address);

/* "10.0.0.0/8", "2001:db8::/32", or an address as a network of its own: the
 * first and last address, both of one family. Bits past the prefix may be set.
 */
bool ip_parse_network(struct str text, struct ip *first, struct ip *last);

#endif
