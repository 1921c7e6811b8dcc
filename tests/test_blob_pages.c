#include "parsers/blob_pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/limit.h"
#include "src/base/mem.h"

/* A blob whose byte at `n` follows from n; how often it was asked. */
struct made {
    uint64_t size, fails_from;
    int calls;
};

static char byte_at(uint64_t n)
{
    return (char)(unsigned char)(n * 31 + (n >> 12));
}

static int read_made(
    void *self, uint64_t offset, void *to, size_t len, struct err *err)
{
    struct made *made = self;
    made->calls++;
    assert_true(offset <= made->size && len <= made->size - offset);
    if (offset + len > made->fails_from)
        return err_set(err, ERR_IO, "unreadable");
    for (size_t i = 0; i < len; i++)
        ((char *)to)[i] = byte_at(offset + i);
    return 0;
}

static void start(struct blob_pages *pages, struct made *made, uint64_t size)
{
    *made = (struct made){.size = size, .fails_from = UINT64_MAX};
    struct blob blob = {.size = size, .read_at = read_made, .self = made};
    *pages = (struct blob_pages){0};
    blob_pages_open(pages, &blob);
}

static void assert_bytes(struct str bytes, uint64_t offset, size_t len)
{
    assert_int_equal(bytes.len, len);
    for (size_t i = 0; i < len; i++)
        assert_int_equal(bytes.ptr[i], byte_at(offset + i));
}

static void bytes_near_the_last_ones_cost_no_call(void **state)
{
    struct blob_pages pages;
    struct made made;
    (void)state;
    start(&pages, &made, 1 << 20);
    for (uint64_t at = 5000; at < 60000; at += 777)
        assert_bytes(blob_pages_get(&pages, at, 64), at, 64);
    assert_int_equal(made.calls, 1);
    blob_pages_done(&pages);
}

static void hops_between_a_few_places_are_remembered(void **state)
{
    struct blob_pages pages;
    struct made made;
    (void)state;
    start(&pages, &made, 64 << 20);
    for (int round = 0; round < 3; round++)
        for (uint64_t i = 0; i < BLOB_PAGES; i++)
            assert_bytes(
                blob_pages_get(&pages, i * 3000001, 100), i * 3000001, 100);
    assert_int_equal(made.calls, BLOB_PAGES);
    for (uint64_t i = 0; i < 3 * BLOB_PAGES; i++)
        assert_bytes(blob_pages_get(&pages, i * 999983, 9), i * 999983, 9);
    blob_pages_done(&pages);
}

static void runs_longer_than_a_page_come_whole(void **state)
{
    struct blob_pages pages;
    struct made made;
    (void)state;
    start(&pages, &made, 1 << 20);
    assert_bytes(blob_pages_get(&pages, 77, 300000), 77, 300000);
    blob_pages_done(&pages);
}

static void what_is_not_there_is_empty(void **state)
{
    static const struct {
        uint64_t offset;
        size_t len;
    } none[] = {{0, 0}, {990, 11}, {1000, 1}, {UINT64_MAX, 1},
        {UINT64_MAX - 3, 64}, {0, 1001}, {0, SIZE_MAX}, {0, LIMIT_RECORD + 1}};
    struct blob_pages pages;
    struct made made;
    (void)state;
    start(&pages, &made, 1000);
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        assert_int_equal(
            blob_pages_get(&pages, none[i].offset, none[i].len).len, 0);
    assert_bytes(blob_pages_get_most(&pages, 990, 64), 990, 10);
    assert_int_equal(blob_pages_get_most(&pages, 1000, 64).len, 0);
    blob_pages_done(&pages);
}

static void what_cannot_be_read_is_empty_and_asked_for_again(void **state)
{
    struct blob_pages pages;
    struct made made;
    (void)state;
    start(&pages, &made, 1000);
    made.fails_from = 0;
    assert_int_equal(blob_pages_get(&pages, 10, 10).len, 0);
    made.fails_from = UINT64_MAX;
    assert_bytes(blob_pages_get(&pages, 10, 10), 10, 10);
    blob_pages_done(&pages);
}

static void another_blob_forgets_the_first(void **state)
{
    struct blob_pages pages;
    struct made made;
    (void)state;
    start(&pages, &made, 1000);
    assert_bytes(blob_pages_get(&pages, 500, 10), 500, 10);
    struct blob blob = {.size = 100, .read_at = read_made, .self = &made};
    made.size = 100;
    blob_pages_open(&pages, &blob);
    assert_int_equal(blob_pages_get(&pages, 500, 10).len, 0);
    assert_bytes(blob_pages_get(&pages, 90, 10), 90, 10);
    blob_pages_done(&pages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_near_the_last_ones_cost_no_call),
        cmocka_unit_test(hops_between_a_few_places_are_remembered),
        cmocka_unit_test(runs_longer_than_a_page_come_whole),
        cmocka_unit_test(what_is_not_there_is_empty),
        cmocka_unit_test(what_cannot_be_read_is_empty_and_asked_for_again),
        cmocka_unit_test(another_blob_forgets_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
