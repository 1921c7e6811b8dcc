#include "src/base/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "src/base/mem.h"

struct hash {
    EVP_MD_CTX *context; /* NULL: the library refuses this kind */
};

/* Evidence that is not hashed is no evidence: there is no way to go on. */
static _Noreturn void hash_broken(void)
{
    fprintf(stderr, "spoor: libcrypto failed to hash evidence\n");
    exit(EXIT_FAILURE);
}

static const EVP_MD *kind_method(enum hash_kind kind)
{
    switch (kind) {
    case HASH_SHA256:
        return EVP_sha256();
    case HASH_SHA1:
        return EVP_sha1();
    case HASH_MD5:
        return EVP_md5();
    }
    return NULL;
}

struct hash *hash_new(enum hash_kind kind)
{
    struct hash *hash = xcalloc(1, sizeof(*hash));
    hash->context = EVP_MD_CTX_new();
    if (hash->context != NULL &&
        EVP_DigestInit_ex(hash->context, kind_method(kind), NULL) == 1)
        return hash;
    if (kind == HASH_SHA256)
        hash_broken();
    EVP_MD_CTX_free(hash->context);
    hash->context = NULL;
    return hash;
}

void hash_free(struct hash *hash)
{
    if (hash == NULL)
        return;
    EVP_MD_CTX_free(hash->context);
    free(hash);
}

void hash_add(struct hash *hash, struct str bytes)
{
    if (hash->context == NULL || bytes.len == 0)
        return;
    if (EVP_DigestUpdate(hash->context, bytes.ptr, bytes.len) != 1)
        hash_broken();
}

void hash_add_hole(struct hash *hash, uint64_t length)
{
    char mark[64];
    int len = snprintf(
        mark, sizeof(mark), "hole of %llu bytes\n", (unsigned long long)length);
    hash_add(hash, str_make(mark, (size_t)len));
}

struct digest hash_digest(const struct hash *hash)
{
    struct digest digest = {0};
    if (hash->context == NULL)
        return digest;

    unsigned len = 0;
    EVP_MD_CTX *copy = EVP_MD_CTX_new();
    if (copy == NULL || EVP_MD_CTX_copy_ex(copy, hash->context) != 1 ||
        EVP_DigestFinal_ex(copy, digest.at, &len) != 1)
        hash_broken();
    EVP_MD_CTX_free(copy);
    digest.len = (uint8_t)len;
    return digest;
}

struct digest hash_of(enum hash_kind kind, struct str bytes)
{
    struct hash *hash = hash_new(kind);
    hash_add(hash, bytes);
    struct digest digest = hash_digest(hash);
    hash_free(hash);
    return digest;
}

bool digest_eq(const struct digest *a, const struct digest *b)
{
    return a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

void digest_hex(const struct digest *digest, char out[HASH_HEX_MAX])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < digest->len; i++) {
        *out++ = digits[digest->at[i] >> 4];
        *out++ = digits[digest->at[i] & 15];
    }
    *out = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool digest_parse(struct str hex, struct digest *out)
{
    if (hex.len != 32 && hex.len != 40 && hex.len != 64)
        return false;
    struct digest digest = {.len = (uint8_t)(hex.len / 2)};
    for (size_t i = 0; i < digest.len; i++) {
        int high = hex_value(hex.ptr[2 * i]);
        int low = hex_value(hex.ptr[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        digest.at[i] = (uint8_t)(high << 4 | low);
    }
    *out = digest;
    return true;
}
