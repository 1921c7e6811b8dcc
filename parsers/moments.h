/* moments: records that state several times of one thing, such as when a file
 * was made, written and read. Each distinct time is an event of its own, and
 * the record is read once for each of them. */
#ifndef SPOOR_PARSERS_MOMENTS_H
#define SPOOR_PARSERS_MOMENTS_H

#include "parsers/matcher.h"

/* One of the times. A letter of "macb" (written, read, changed, born), with a
 * label where there are several sets of them, or words. */
struct moment {
    struct str name;  /* of the value that is the time */
    char letter;      /* 'm', 'a', 'c', 'b' or '\0' */
    struct str label; /* of the letters; or the words */
};

/* The key `moments`: {NAME: LETTER, NAME: LETTER LABEL, NAME: some words}. */
int moments_load(
    struct format *format, const struct yaml *node, struct err *err);

/* Give the record the time number matcher->moment of those in matcher->pairs,
 * in their order, x.macb or x.moment for what happened then, and its action.
 * matcher->moment_count becomes how many there are. */
void matcher_moments(struct matcher *matcher, const struct format *format,
    struct record *record);

/* For readers: whether the record just read has one more moment. Then the
 * matcher is at that one, and the same bytes are to be read again. */
bool matcher_next_moment(struct matcher *matcher);

#endif
