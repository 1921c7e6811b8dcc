#include "parsers/journal_meaning.h"

#include <stdio.h>
#include <string.h>

/* systemd.journal-fields(7), by name. */
static const struct {
    struct str name;
    enum journal_special special;
} specials[] = {
    {STR_INIT("MESSAGE"), JOURNAL_MESSAGE},
    {STR_INIT("__REALTIME_TIMESTAMP"), JOURNAL_REALTIME},
    {STR_INIT("_SOURCE_REALTIME_TIMESTAMP"), JOURNAL_SOURCE_REALTIME},
    {STR_INIT("__CURSOR"), JOURNAL_CURSOR},
    {STR_INIT("__SEQNUM"), JOURNAL_SEQNUM},
    {STR_INIT("_BOOT_ID"), JOURNAL_BOOT_ID},
};

/* Microseconds that are no time: 0, and what systemd refuses. */
#define REALTIME_END (UINT64_C(1) << 55)

void journal_meaning_init(
    struct journal_meaning *meaning, const struct reading *reading)
{
    *meaning = (struct journal_meaning){.reading = reading};
    matcher_init(&meaning->matcher, reading);
}

void journal_meaning_done(struct journal_meaning *meaning)
{
    matcher_done(&meaning->matcher);
}

struct journal_role journal_role_of(
    const struct journal_meaning *meaning, struct str name)
{
    const struct format *format = meaning->reading->format;
    struct journal_role role = {.target_kind = TARGET_NONE};
    for (size_t i = 0; i < sizeof(specials) / sizeof(specials[0]); i++)
        if (str_eq(specials[i].name, name))
            role.special = (uint8_t)specials[i].special;
    for (size_t i = 0; i < format->rename_count; i++) {
        if (!str_eq(format->renames[i].from, name))
            continue;
        const struct target *to = &format->renames[i].to;
        role.target_kind = (uint8_t)to->kind;
        role.field = (uint8_t)to->field;
        role.rank = (uint16_t)i;
        role.name = to->name;
    }
    return role;
}

void journal_entry_begin(
    struct journal_meaning *meaning, uint64_t offset, struct record *record)
{
    meaning->record = record;
    memset(meaning->special, 0, sizeof(meaning->special));
    matcher_begin(&meaning->matcher, offset, record);
    record->format = meaning->reading->format->name;
}

/* Audit ids that were never set are -1 (audit(8)): nothing is known then. */
#define AUDIT_UNSET STR("4294967295")

static void set_field(struct journal_meaning *meaning,
    const struct journal_role *role, struct str value)
{
    enum field field = (enum field)role->field;
    if (field == FIELD_SESSION && str_eq(value, AUDIT_UNSET))
        return;
    if (record_has(meaning->record, field) &&
        meaning->rank[field] <= role->rank)
        return;
    record_set(meaning->record, field, value);
    meaning->rank[field] = role->rank;
}

void journal_entry_add(struct journal_meaning *meaning,
    const struct journal_role *role, struct str name, struct str value)
{
    struct str *special = &meaning->special[role->special];
    if (special->ptr == NULL)
        *special = value;
    if (role->target_kind == TARGET_FIELD)
        set_field(meaning, role, value);
    else if (role->target_kind == TARGET_EXTRA)
        record_add_extra(meaning->record, role->name, value);
    if (role->special != JOURNAL_MESSAGE)
        record_add_extra(meaning->record, name, value);
}

static int64_t moment(struct str text)
{
    uint64_t us;
    if (!str_to_u64(text, &us) || us == 0 || us >= REALTIME_END)
        return STAMP_NONE;
    return us <= INT64_MAX / 1000 ? (int64_t)us * 1000 : STAMP_NONE;
}

/* When a message was written, where that is known, is nearer to what it tells
 * than when journald got round to it; journalctl shows it, too. */
static void set_time(struct journal_meaning *meaning)
{
    int64_t time = moment(meaning->special[JOURNAL_SOURCE_REALTIME]);
    if (time == STAMP_NONE)
        time = moment(meaning->special[JOURNAL_REALTIME]);
    reading_set_moment(
        meaning->reading, time, STAMP_PRECISION_US, meaning->record);
}

/* "...;i=372a;...": the sequence number in a cursor. */
static bool cursor_seqnum(struct str cursor, uint64_t *out)
{
    *out = 0;
    while (cursor.len > 0) {
        struct str part = str_cut(&cursor, ';');
        if (!str_starts_with(part, STR("i=")) || part.len > 2 + 16)
            continue;
        for (size_t i = 2; i < part.len; i++) {
            char c = part.ptr[i];
            unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                             : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                                                    : 16;
            if (digit == 16)
                return false;
            *out = *out << 4 | digit;
        }
        return part.len > 2;
    }
    return false;
}

/* The journal's own number of the entry. */
static void set_number(struct journal_meaning *meaning)
{
    struct str seqnum = meaning->special[JOURNAL_SEQNUM];
    uint64_t number;
    if (seqnum.len == 0 &&
        cursor_seqnum(meaning->special[JOURNAL_CURSOR], &number)) {
        int len = snprintf(meaning->seqnum, sizeof(meaning->seqnum), "%llu",
            (unsigned long long)number);
        seqnum = str_make(meaning->seqnum, (size_t)len);
    }
    record_set(meaning->record, FIELD_RECORD, seqnum);
}

/* As behind the colon of a syslog line: sudo pads the names it writes. */
static struct str message_of(const struct journal_meaning *meaning)
{
    struct str message = meaning->special[JOURNAL_MESSAGE];
    size_t blanks = 0;
    while (blanks < message.len && message.ptr[blanks] == ' ')
        blanks++;
    return str_from_index(message, blanks);
}

void journal_entry_end(struct journal_meaning *meaning)
{
    struct record *record = meaning->record;
    set_time(meaning);
    set_number(meaning);
    record_set(record, FIELD_MESSAGE, message_of(meaning));
    if (record->time != STAMP_NONE || record->present != 0)
        record->understood = UNDERSTOOD_GENERIC;
    matcher_inner(&meaning->matcher, meaning->reading->format, record);
    matcher_finish(&meaning->matcher, record);
}
