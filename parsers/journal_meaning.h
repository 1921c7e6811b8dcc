/* journal_meaning: what the fields of a journal entry mean, in whatever form
 * the entry came: binary, export or JSON (systemd.journal-fields(7)).
 *
 * Which field becomes which short one is written in the reading's format, as
 * `fields: {_HOSTNAME: host, SYSLOG_IDENTIFIER: process, _COMM: process}`: of
 * several that give one short field the first in that list counts. Every field
 * but MESSAGE is kept under its own name, too. The message is read by the
 * formats inside, as that of a syslog line is; so are audit records, which
 * journald passes on as messages of the process "audit". */
#ifndef SPOOR_PARSERS_JOURNAL_MEANING_H
#define SPOOR_PARSERS_JOURNAL_MEANING_H

#include "parsers/matcher.h"

/* Fields that are more than a value. */
enum journal_special {
    JOURNAL_NOT_SPECIAL,
    JOURNAL_MESSAGE,
    JOURNAL_REALTIME,        /* when journald got it */
    JOURNAL_SOURCE_REALTIME, /* when it was written, as the kernel knows */
    JOURNAL_CURSOR,
    JOURNAL_SEQNUM,
    JOURNAL_BOOT_ID,
    JOURNAL_SPECIAL_COUNT
};

/* What a name stands for; it is worked out once for each. */
struct journal_role {
    uint8_t special;     /* enum journal_special */
    uint8_t target_kind; /* enum target_kind: a field or an extra */
    uint8_t field;       /* enum field, of a field */
    uint16_t rank;       /* the lower one wins */
    struct str name;     /* of an extra */
};

struct journal_meaning {
    const struct reading *reading;
    struct matcher matcher;
    struct record *record;
    struct str special[JOURNAL_SPECIAL_COUNT]; /* the first of each */
    uint16_t rank[FIELD_TOTAL];                /* of what is set */
    char seqnum[24];
};

void journal_meaning_init(
    struct journal_meaning *meaning, const struct reading *reading);
void journal_meaning_done(struct journal_meaning *meaning);

struct journal_role journal_role_of(
    const struct journal_meaning *meaning, struct str name);

/* One entry: begin, add each field, end. Slices must live as long as the record
 * is used. `offset` is the entry's in the source. */
void journal_entry_begin(
    struct journal_meaning *meaning, uint64_t offset, struct record *record);
void journal_entry_add(struct journal_meaning *meaning,
    const struct journal_role *role, struct str name, struct str value);
void journal_entry_end(struct journal_meaning *meaning);

#endif
