/* kind: what is the same for very many events, kept once. An event row names
 * its kind by number. */
#ifndef SPOOR_EVENT_KIND_H
#define SPOOR_EVENT_KIND_H

#include "src/base/arena.h"
#include "src/base/buf.h"
#include "src/event/record.h"

struct kind {
    /* These make two kinds different. */
    struct str format, category, action, outcome, provider, channel, code;
    int8_t severity;      /* 0-7, -1 none */
    uint8_t understood;   /* enum understood */
    uint8_t time_quality; /* enum time_quality */
    uint8_t precision;    /* enum stamp_precision */
    uint8_t object;       /* enum field the row's object is; FIELD_NONE */

    /* These grow as events come. */
    uint64_t fields; /* FIELD_BITs seen in any event of this kind */
    uint64_t spill;  /* FIELD_BITs whose value did not fit its column in some
                        event: cut, not a number, or different between the
                        members of an aggregate. A query that asks for one
                        reads the record again. */
    bool extras;     /* some event of this kind has x. values */
    bool open_names; /* and some of their names are not kept (own_names.h) */
};

/* Level of a kind: the severity's name or NULL. */
const char *kind_level(const struct kind *kind);

/* What the record's severity and level come to; -1 none. Fields that say
 * something else are added to `spill`. */
int8_t kind_severity(const struct record *record, uint64_t *spill);

/* The field that is the row's text: the first of url, command, file, domain. */
enum field kind_object(const struct record *record);

/* The record's kind, with nothing in what grows. Its texts are the record's;
 * those past LIMIT_NAME are cut and added to `spill`. */
struct kind kind_describe(const struct record *record, uint64_t *spill);

/* True when kind_describe would give this very kind and cut nothing. */
bool kind_fits(const struct kind *kind, const struct record *record);

/* A cheap number, mostly equal for records of one kind and mostly different for
 * others: where to look first. */
size_t kind_glance(const struct record *record);

/* Append bytes that are equal for equal kinds only. */
void kind_write_key(const struct kind *kind, struct buf *key);
/* The same with texts that live in the arena. */
struct kind kind_copy(const struct kind *kind, struct arena *arena);

#endif
