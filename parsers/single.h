/* single: the cursor of readers whose records are single lines. */
#ifndef SPOOR_PARSERS_SINGLE_H
#define SPOOR_PARSERS_SINGLE_H

#include "parsers/matcher.h"

/* What a reader does with one decoded line. */
typedef void single_read(
    struct matcher *matcher, struct str line, struct record *record);

void *single_open(const struct reading *reading, single_read *read);

/* As in struct parser. */
void single_close(void *cursor);
void single_feed(void *cursor, const struct piece *piece);
int single_next(void *cursor, struct record *record, struct err *err);
uint64_t single_match_limits(const void *cursor);

#endif
