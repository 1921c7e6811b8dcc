/* numbers: the numbers that records of a log have in its own count
 * (EventRecordID of Windows, a journal's sequence), as runs, so that what is
 * missing shows. */
#ifndef SPOOR_EVENT_NUMBERS_H
#define SPOOR_EVENT_NUMBERS_H

#include "src/base/buf.h"

/* `first` to `last`, both there. */
struct number_run {
    uint64_t first, last;
};

/* A zeroed struct numbers is empty and ready for use. */
struct numbers {
    struct number_run *runs; /* [count] owned */
    size_t count, capacity;
    bool is_open; /* past LIMIT_NUMBER_RUNS: some are not among them */
};

void numbers_done(struct numbers *numbers);
void numbers_clear(struct numbers *numbers); /* keeps the memory */

/* In any order; the same number again changes nothing. Cheap when they ascend
 * by one. */
void numbers_add(struct numbers *numbers, uint64_t number);

/* Put the runs in order and join those that meet. */
void numbers_join(struct numbers *numbers);

/* The stored form of joined runs, appended; and back, appended to the runs:
 * false when it is malformed. */
void numbers_pack(const struct numbers *numbers, struct buf *out);
bool numbers_unpack(struct str packed, struct numbers *out);

/* Of joined runs. Between the first and the last number: */
size_t numbers_gaps(const struct numbers *numbers);
uint64_t numbers_missing(const struct numbers *numbers);

/* "1-5021, 3 gaps, 120 missing", and the gaps "17-19, 40, ..." (the first
 * `most`, what is left out counted), appended. Nothing for no numbers. */
void numbers_describe(const struct numbers *numbers, struct buf *out);
void numbers_list_gaps(
    const struct numbers *numbers, size_t most, struct buf *out);

#endif
