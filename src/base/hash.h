/* hash: digests of evidence. All three are computed while the bytes stream by;
 * SHA-256 is the one we promise by, MD5 and SHA-1 only serve to compare with
 * the lists that collectors write. */
#ifndef SPOOR_BASE_HASH_H
#define SPOOR_BASE_HASH_H

#include <stdint.h>

#include "src/base/str.h"

enum hash_kind { HASH_SHA256, HASH_SHA1, HASH_MD5 };

enum { HASH_MAX = 32, HASH_HEX_MAX = 2 * HASH_MAX + 1 };

/* A library in FIPS mode refuses MD5: then the length is 0. */
struct digest {
    uint8_t at[HASH_MAX];
    uint8_t len; /* 32, 20, 16 or 0 */
};

struct hash; /* a running digest; not thread-safe */

struct hash *hash_new(enum hash_kind kind);
void hash_free(struct hash *hash);
void hash_add(struct hash *hash, struct str bytes);

/* In the place of so many zeros, which nobody could hash in a lifetime: their
 * number. */
void hash_add_hole(struct hash *hash, uint64_t length);

/* The digest of all bytes so far; more may be added after it. */
struct digest hash_digest(const struct hash *hash);

/* One call for bytes at hand. */
struct digest hash_of(enum hash_kind kind, struct str bytes);

bool digest_eq(const struct digest *a, const struct digest *b);

/* Lower-case hexadecimal into `out`, terminated. */
void digest_hex(const struct digest *digest, char out[HASH_HEX_MAX]);
/* From hexadecimal of 32, 40 or 64 digits. */
bool digest_parse(struct str hex, struct digest *out);

#endif
