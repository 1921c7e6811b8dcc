/* matcher: one thread's hands on the formats. It tries patterns on a text,
 * turns groups and named values into the fields of a record, and hands the
 * message on to the formats inside. Everything it remembers between records is
 * a cache: the same record gives the same answer in any order.
 *
 * matcher_begin, then matcher_line or matcher_pairs, then matcher_finish. */
#ifndef SPOOR_PARSERS_MATCHER_H
#define SPOOR_PARSERS_MATCHER_H

#include "parsers/csv_row.h"
#include "parsers/define.h"
#include "parsers/pairs.h"

enum { SCRATCH_MAX = 16, STAMP_MEMO_MAX = 48 };

struct stamp_memo {
    char text[STAMP_MEMO_MAX];
    size_t len; /* 0: nothing remembered */
    const struct format *format;
    bool yearless;
    int32_t year; /* that was supplied */
    int64_t time;
    enum time_quality quality;
    enum stamp_precision precision;
};

struct matcher {
    const struct reading *reading;
    const struct formats *formats;
    struct regex_room room;
    struct arena arena; /* of this record */
    uint64_t offset;    /* of this record in the source */
    uint64_t limits_before;
    uint64_t limited;    /* records that met a match limit */
    size_t moment;       /* which time of the record is wanted: moments.h */
    size_t moment_count; /* how many the record has */
    struct extra scratch[SCRATCH_MAX];
    size_t scratch_count;
    struct stamp_memo memo;
    struct str looked_at; /* a text of this record, and its bytes */
    struct byte_set bytes;
    const struct format *timed_by; /* whose stamp the record has */
    struct pairs pairs;            /* of this record */
    struct pairs held;             /* of the record that holds it */
    bool holding;                  /* we are in the message of such a one */
    struct pairs split;            /* out of a message */
    struct csv_row row;            /* the same, in columns */
    struct pairs dug;              /* out of a value */
    struct audit_event *audit;     /* the same, or NULL */
    struct dispatch *dispatch;     /* [formats->count], inner.c */
    struct shape_memo *shapes;     /* mapping.c */
    struct shape_memo *held_shapes;
    struct held_lists *held_lists; /* held.c */
    struct windows_hands *windows; /* windows_pairs.c */
    const struct format **chain;   /* the line formats, in the order of trial */
    size_t chain_count;
    const struct pattern *pattern; /* that read the line; NULL: none */
    const struct format *named;    /* the file is called as it says; or NULL */
    struct str owner;              /* whose home the file lies in */
};

void matcher_init(struct matcher *matcher, const struct reading *reading);
void matcher_done(struct matcher *matcher);

void matcher_begin(
    struct matcher *matcher, uint64_t source_offset, struct record *record);
/* What follows from the values: level and severity, repeats. */
void matcher_finish(struct matcher *matcher, struct record *record);

/* Read a line: the reading's format, then its family, then all other line
 * formats, a JSON object, a leading time, in this order. */
void matcher_line(
    struct matcher *matcher, struct str line, struct record *record);
/* The time a plain line begins with: its length and start; 0 when none. */
size_t matcher_find_time(struct str line, size_t *start, struct civil *civil);
/* Only with a leading time, if any. */
void matcher_plain(
    struct matcher *matcher, struct str line, struct record *record);
/* The pattern of `format` that matches, or NULL; then the formats inside have
 * been asked, too. */
const struct pattern *matcher_format(struct matcher *matcher,
    const struct format *format, struct str text, struct record *record);
/* A line that begins with '{': true when it is one whole object. */
bool matcher_json(
    struct matcher *matcher, struct str line, struct record *record);
/* The named values in matcher->pairs, as formats that read `reads` see them. */
void matcher_pairs(
    struct matcher *matcher, enum reads reads, struct record *record);

/* Whether what the format's `require` asks for is there. */
bool matcher_has_required(
    const struct format *format, const struct pairs *pairs);

/* For the parts of the matcher. */
/* Whether a text of this record holds the bytes that a pattern needs. After so
 * few tries that it is not worth while to look: true. */
bool matcher_needs_met(struct matcher *matcher, const struct regex *regex,
    struct str text, size_t tries);
void matcher_apply(struct matcher *matcher, const struct pattern *pattern,
    struct str text, struct record *record);
void matcher_splits(struct matcher *matcher, const struct format *format,
    const struct split *splits, size_t count, struct record *record);
void matcher_settings(struct matcher *matcher, const struct format *format,
    const struct settings *settings, struct record *record);
void matcher_mappings(struct matcher *matcher, const struct format *format,
    const struct mapping *maps, size_t count, struct record *record);
/* What a name stands for once the groups have been set; "" when nothing. */
struct str matcher_value(const struct matcher *matcher,
    const struct target *target, const struct record *record);
/* Part values, those of the format this one is like first. */
void matcher_cuts(struct matcher *matcher, const struct format *format,
    struct record *record);
/* Part DOMAIN\name, where the format asks for it. */
void matcher_accounts(const struct format *format, struct record *record);
void matcher_set(struct matcher *matcher, const struct format *format,
    const struct target *target, struct str value, struct record *record);
/* False when the text is no time; then the record is as before. */
bool matcher_time(struct matcher *matcher, const struct format *format,
    struct str text, struct record *record);
/* The same, unless the record has a time that counts more. */
bool matcher_take_time(struct matcher *matcher, const struct format *format,
    struct str text, struct record *record);
bool matcher_read_civil(
    const struct format *format, struct str text, struct civil *out);
void matcher_inner(
    struct matcher *matcher, const struct format *outer, struct record *record);
/* The message of a format that holds logs, as a line of its own; as it was
 * when nobody knows it. */
void matcher_held(
    struct matcher *matcher, const struct format *outer, struct record *record);
/* A message that reached the end of what patterns looked at goes on behind it.
 */
void matcher_extend(
    struct str line, struct str looked_at, struct record *record);
void inner_done(struct matcher *matcher);
void held_done(struct matcher *matcher);
void mapping_done(struct matcher *matcher);

#endif
