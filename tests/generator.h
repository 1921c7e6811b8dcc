/* generator: made-up log lines of a seed, for measuring. The same seed always
 * gives the same bytes. Addresses are of the documentation networks and 10/8.
 */
#ifndef SPOOR_TESTS_GENERATOR_H
#define SPOOR_TESTS_GENERATOR_H

#include <stdint.h>

enum { ADDRESSES = 5000, HOSTS = 6, USERS = 52, LINE_MAX_BYTES = 4096 };

struct generator {
    uint64_t random;
    char addresses[ADDRESSES][16];
    uint64_t clock; /* seconds since 2026-01-01 */
    unsigned step;  /* of the clock, in 1/1000 s */
    uint64_t milliseconds;
    unsigned serial; /* of audit events */
};

struct moment {
    int month, day, hour, minute, second;
};

void generator_init(struct generator *g, uint64_t seed, uint64_t lines);
void generator_tick(struct generator *g);

uint32_t next(struct generator *g);
uint32_t below(struct generator *g, uint32_t limit);
const char *user(struct generator *g);
const char *address(struct generator *g);
struct moment now(const struct generator *g);

extern const char *const hosts[HOSTS];
extern const char *const users[USERS];
extern const char months[12][4];

/* Kinds that need a file of their own; `out` has LINE_MAX_BYTES. */
void generate_asa(struct generator *g, char *out);
void generate_eve(struct generator *g, char *out);
void generate_cloudtrail(struct generator *g, char *out);

#endif
