#include "src/base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void check_digest(enum hash_kind kind, struct str bytes, const char *hex)
{
    struct digest digest = hash_of(kind, bytes);
    char text[HASH_HEX_MAX];
    digest_hex(&digest, text);
    assert_string_equal(text, hex);
}

/* FIPS 180-2 and RFC 1321 give the digests of "abc". */
static void digests_are_those_of_the_standards(void **state)
{
    (void)state;
    check_digest(HASH_SHA256, STR("abc"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check_digest(
        HASH_SHA1, STR("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    check_digest(HASH_MD5, STR("abc"), "900150983cd24fb0d6963f7d28e17f72");
    check_digest(HASH_SHA256, (struct str){0},
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void a_digest_may_be_taken_on_the_way(void **state)
{
    (void)state;
    struct hash *hash = hash_new(HASH_SHA256);
    hash_add(hash, STR("ab"));
    struct digest half = hash_digest(hash);
    hash_add(hash, STR("c"));
    struct digest whole = hash_digest(hash);
    hash_free(hash);
    hash_free(NULL);

    struct digest expected = hash_of(HASH_SHA256, STR("ab"));
    assert_true(digest_eq(&half, &expected));
    expected = hash_of(HASH_SHA256, STR("abc"));
    assert_true(digest_eq(&whole, &expected));
    assert_false(digest_eq(&half, &whole));
}

static void hexadecimal_reads_back_in_any_case(void **state)
{
    (void)state;
    struct digest digest = {0};
    assert_true(digest_parse(STR("900150983CD24FB0D6963f7d28e17f72"), &digest));
    struct digest expected = hash_of(HASH_MD5, STR("abc"));
    assert_true(digest_eq(&digest, &expected));
    assert_false(digest_parse(STR("900150983cd24fb0d6963f7d28e17f7"), &digest));
    assert_false(
        digest_parse(STR("900150983cd24fb0d6963f7d28e17f7g"), &digest));
    assert_false(digest_parse(STR(""), &digest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_those_of_the_standards),
        cmocka_unit_test(a_digest_may_be_taken_on_the_way),
        cmocka_unit_test(hexadecimal_reads_back_in_any_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
