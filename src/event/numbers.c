#include "src/event/numbers.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/bytes.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

void numbers_done(struct numbers *numbers)
{
    free(numbers->runs);
    *numbers = (struct numbers){0};
}

void numbers_clear(struct numbers *numbers)
{
    numbers->count = 0;
    numbers->is_open = false;
}

static void add_run(struct numbers *numbers, uint64_t first, uint64_t last)
{
    if (numbers->count >= LIMIT_NUMBER_RUNS) {
        numbers_join(numbers);
        if (numbers->count >= LIMIT_NUMBER_RUNS) {
            numbers->is_open = true;
            return;
        }
    }
    numbers->runs = mem_grow(numbers->runs, &numbers->capacity,
        numbers->count + 1, sizeof(*numbers->runs));
    numbers->runs[numbers->count++] = (struct number_run){first, last};
}

void numbers_add(struct numbers *numbers, uint64_t number)
{
    if (numbers->count > 0) {
        struct number_run *last = &numbers->runs[numbers->count - 1];
        if (number >= last->first && number <= last->last)
            return;
        if (number - 1 == last->last) {
            last->last = number;
            return;
        }
    }
    add_run(numbers, number, number);
}

static int compare_runs(const void *left, const void *right)
{
    const struct number_run *a = left, *b = right;
    return (a->first > b->first) - (a->first < b->first);
}

/* A run that begins within or right behind the one before belongs to it. */
void numbers_join(struct numbers *numbers)
{
    size_t kept = 0;
    if (numbers->count < 2)
        return;
    qsort(numbers->runs, numbers->count, sizeof(*numbers->runs), compare_runs);
    for (size_t i = 1; i < numbers->count; i++) {
        struct number_run *before = &numbers->runs[kept];
        const struct number_run *run = &numbers->runs[i];
        if (run->first <= before->last || run->first - 1 == before->last) {
            if (run->last > before->last)
                before->last = run->last;
        } else {
            numbers->runs[++kept] = *run;
        }
    }
    numbers->count = kept + 1;
}

/* Each run as its distance from the end of the one before, and its length. */
void numbers_pack(const struct numbers *numbers, struct buf *out)
{
    uint64_t before = 0;
    for (size_t i = 0; i < numbers->count; i++) {
        const struct number_run *run = &numbers->runs[i];
        buf_add_varint(out, run->first - before);
        buf_add_varint(out, run->last - run->first);
        before = run->last;
    }
}

bool numbers_unpack(struct str packed, struct numbers *out)
{
    struct bytes in = bytes_from_str(packed);
    uint64_t before = 0;
    while (bytes_left(&in) > 0) {
        uint64_t first = before + bytes_varint(&in);
        uint64_t last = first + bytes_varint(&in);
        if (in.failed || first < before || last < first)
            return false;
        add_run(out, first, last);
        before = last;
    }
    return true;
}

size_t numbers_gaps(const struct numbers *numbers)
{
    return numbers->count > 0 ? numbers->count - 1 : 0;
}

uint64_t numbers_missing(const struct numbers *numbers)
{
    uint64_t missing = 0;
    for (size_t i = 1; i < numbers->count; i++)
        missing += numbers->runs[i].first - numbers->runs[i - 1].last - 1;
    return missing;
}

void numbers_describe(const struct numbers *numbers, struct buf *out)
{
    size_t gaps = numbers_gaps(numbers);
    if (numbers->count == 0)
        return;
    buf_printf(out, "%" PRIu64 "-%" PRIu64, numbers->runs[0].first,
        numbers->runs[numbers->count - 1].last);
    if (gaps > 0)
        buf_printf(out, ", %zu gap%s, %" PRIu64 " missing", gaps,
            gaps == 1 ? "" : "s", numbers_missing(numbers));
    if (numbers->is_open)
        buf_add_cstr(out, ", too scattered to tell all");
}

void numbers_list_gaps(
    const struct numbers *numbers, size_t most, struct buf *out)
{
    size_t gaps = numbers_gaps(numbers);
    for (size_t i = 1; i <= gaps && i <= most; i++) {
        uint64_t first = numbers->runs[i - 1].last + 1;
        uint64_t last = numbers->runs[i].first - 1;
        buf_printf(out, "%s%" PRIu64, i > 1 ? ", " : "", first);
        if (last > first)
            buf_printf(out, "-%" PRIu64, last);
    }
    if (gaps > most)
        buf_printf(out, ", and %zu more", gaps - most);
}
