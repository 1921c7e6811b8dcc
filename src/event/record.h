/* record: one log record as a parser understood it, by field. It is what rules
 * see, and what becomes an event row. One struct is used over and over. */
#ifndef SPOOR_EVENT_RECORD_H
#define SPOOR_EVENT_RECORD_H

#include <stdint.h>

#include "src/base/ip.h"
#include "src/base/stamp.h"
#include "src/base/str.h"
#include "src/event/field.h"

/* How much was understood. These are three different counts everywhere, and a
 * catch-all never makes the first look better. The values are stored. */
enum understood {
    UNDERSTOOD_PARSED,   /* a pattern for this very message matched */
    UNDERSTOOD_GENERIC,  /* only a time or a syslog header */
    UNDERSTOOD_UNPARSED, /* nothing */
};

/* How the time was known. The values are stored; the worst one applies. */
enum time_quality {
    TIME_EXACT,
    TIME_OFFSET_APPLIED, /* the source's clock was corrected */
    TIME_ZONE_ASSUMED,   /* the stamp had no zone and none was decided */
    TIME_YEAR_INFERRED,  /* the stamp had no year */
    TIME_UNDATED,        /* no time at all */
    TIME_QUALITY_COUNT
};
const char *time_quality_name(enum time_quality quality); /* "zone assumed" */

/* A run of bytes: of the source, counted as struct record's offset is. */
struct span {
    uint64_t offset;
    uint32_t length;
};

struct extra {
    struct str name; /* without "x." */
    struct str value;
};

/* An address and the text it was read from, so that it is read once. */
struct read_ip {
    struct str text;
    struct ip ip;
};

struct record {
    /* Where. A stream parser counts from the start of the piece it was fed, a
     * random-access parser from the start of the source. */
    uint64_t offset;
    uint32_t length;
    const struct span *parts; /* every run, when they are not one; else NULL */
    size_t part_count;

    /* When: STAMP_NONE when undated. */
    int64_t time;
    int64_t time_end; /* STAMP_NONE unless the log states a span */
    enum time_quality time_quality;
    enum stamp_precision precision;

    /* Which one it is in the log's own count (EventRecordID); 0: not counted.
     * Only of records that should follow one another without gaps. */
    uint64_t number;

    uint32_t count; /* what the log says this stands for; 1 ordinarily */
    enum understood understood;
    bool cut;          /* the record was longer than LIMIT_RECORD */
    struct str format; /* innermost format's name; lives with the registry */

    /* What. Slices live until the parser's next call. */
    uint64_t present; /* FIELD_BIT of each value that is set */
    struct str value[FIELD_TOTAL];
    struct extra *extras; /* owned by the record */
    size_t extra_count, extra_capacity;
    struct read_ip src, dst; /* for record_ip() */

    /* Fields that do not tell one repeat from another (source ports of dropped
     * packets), as FIELD_BITs; extras never do. Used when `aggregates`. */
    uint64_t repeat_ignores;
    bool aggregates; /* equal records of one batch may share a row */
};

void record_init(struct record *record);
void record_done(struct record *record);

/* Forget the values, keep the memory; undated, unparsed, count 1. */
void record_reset(struct record *record);

/* An empty value and "-" do not count as present; setting the same field again
 * replaces it. FIELD_NONE is ignored. */
void record_set(struct record *record, enum field field, struct str value);

/* Set src_ip or dst_ip; false, and nothing is set, when it is no address. */
bool record_set_ip(struct record *record, enum field field, struct str value);
/* The address in src_ip or dst_ip, whoever set it; false when there is none. */
bool record_ip(const struct record *record, enum field field, struct ip *out);

static inline bool record_has(const struct record *record, enum field field)
{
    return field != FIELD_NONE && (record->present & FIELD_BIT(field)) != 0;
}

/* Empty when it is not set. */
static inline struct str record_get(
    const struct record *record, enum field field)
{
    return record_has(record, field) ? record->value[field] : (struct str){0};
}

/* Values past LIMIT_EXTRAS are dropped (the bytes still hold them). */
void record_add_extra(struct record *record, struct str name, struct str value);
/* The first extra of that exact name; false when there is none. */
bool record_find_extra(
    const struct record *record, struct str name, struct str *value);

/* At most `limit` bytes of a value, not ending inside a UTF-8 character. */
struct str record_cut(struct str value, size_t limit);

#endif
