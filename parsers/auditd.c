/* Linux audit logs: audit.log, and what relays made of it.
 *
 * The lines of an event are found for a whole piece when it is fed
 * (audit_group.h); `cut` never parts them. An event stands where its first line
 * does. Lines that are no audit records are read as any line is. */
#include <stdlib.h>
#include <string.h>

#include "parsers/audit_group.h"
#include "parsers/matcher.h"
#include "parsers/readers.h"
#include "parsers/yearless.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

struct auditd {
    struct matcher matcher;
    const struct reading *reading;
    struct piece piece;
    struct audit_groups groups;
    size_t at; /* the next event */
    struct audit_event event;
    struct span *parts;
    size_t part_count, part_capacity;
    struct buf text; /* a line, decoded */
};

static void *auditd_open(const struct reading *reading)
{
    struct auditd *auditd = xcalloc(1, sizeof(*auditd));
    auditd->reading = reading;
    matcher_init(&auditd->matcher, reading);
    return auditd;
}

static void auditd_close(void *cursor)
{
    struct auditd *auditd = cursor;
    if (auditd == NULL)
        return;
    matcher_done(&auditd->matcher);
    audit_groups_done(&auditd->groups);
    audit_event_done(&auditd->event);
    free(auditd->parts);
    buf_done(&auditd->text);
    free(auditd);
}

static void auditd_feed(void *cursor, const struct piece *piece)
{
    struct auditd *auditd = cursor;
    enum encoding encoding = auditd->reading->encoding;
    auditd->piece = *piece;
    auditd->at = 0;
    audit_groups_read(
        &auditd->groups, encoding, piece->bytes, line_bom(encoding, piece));
}

static struct str bytes_of(
    const struct auditd *auditd, const struct audit_group_line *line)
{
    return str_sub(auditd->piece.bytes, line->start, line->end - line->start);
}

/* --- places --------------------------------------------------------------- */

/* Lines that follow one another are one part. Each but the last has its line
 * break, so that the parts make lines again. */
static void find_parts(struct auditd *auditd, uint32_t first)
{
    const struct audit_group_line *lines = auditd->groups.lines;
    auditd->part_count = 0;
    for (uint32_t i = first; i != AUDIT_NO_LINE; i = lines[i].following) {
        bool is_end = lines[i].following == AUDIT_NO_LINE;
        uint64_t end = is_end ? lines[i].end : lines[i].next;
        struct span *last = auditd->part_count > 0
                                ? &auditd->parts[auditd->part_count - 1]
                                : NULL;
        if (last != NULL && last->offset + last->length == lines[i].start) {
            last->length = (uint32_t)(end - last->offset);
            continue;
        }
        auditd->parts = mem_grow(auditd->parts, &auditd->part_capacity,
            auditd->part_count + 1, sizeof(*auditd->parts));
        auditd->parts[auditd->part_count++] =
            (struct span){lines[i].start, (uint32_t)(end - lines[i].start)};
    }
}

static void set_place(
    struct auditd *auditd, uint32_t first, struct record *record)
{
    find_parts(auditd, first);
    record->offset = auditd->parts[0].offset;
    record->length = auditd->parts[0].length;
    record->cut = record->length >= LIMIT_RECORD;
    if (auditd->part_count > 1) {
        record->parts = auditd->parts;
        record->part_count = auditd->part_count;
    }
}

/* --- records -------------------------------------------------------------- */

/* In UTF-8, for as long as the record. */
static struct str text_of(struct auditd *auditd, struct str bytes)
{
    enum encoding encoding = auditd->reading->encoding;
    if (encoding == ENCODING_UTF8)
        return bytes;
    return arena_copy(
        &auditd->matcher.arena, line_text(encoding, bytes, &auditd->text));
}

/* A relay's header: of it the host counts, and how urgent it was. The program
 * that relayed is not what the event is about. */
static void read_header(
    struct auditd *auditd, struct str header, struct record *record)
{
    const uint64_t relay = FIELD_BIT(FIELD_PROCESS) | FIELD_BIT(FIELD_PID) |
                           FIELD_BIT(FIELD_MESSAGE);
    matcher_line(&auditd->matcher, header, record);
    record->present &= ~relay;
}

static struct audit_line line_of(
    struct auditd *auditd, const struct audit_group_line *line)
{
    struct audit_line decoded;
    if (auditd->reading->encoding == ENCODING_UTF8)
        return line->line;
    struct str text = text_of(auditd, bytes_of(auditd, line));
    return audit_line_read(text, &decoded) ? decoded : line->line;
}

static void read_event(
    struct auditd *auditd, uint32_t first, struct record *record)
{
    const struct audit_group_line *lines = auditd->groups.lines;
    struct audit_event *event = &auditd->event;
    size_t header = lines[first].line.start;
    if (header > 0)
        read_header(auditd,
            text_of(
                auditd, str_sub(bytes_of(auditd, &lines[first]), 0, header)),
            record);
    record->format = STR("auditd");
    audit_event_begin(event, &auditd->matcher.arena, record);
    for (uint32_t i = first; i != AUDIT_NO_LINE; i = lines[i].following) {
        struct audit_line line = line_of(auditd, &lines[i]);
        audit_event_add(event, &line);
    }
    audit_event_finish(event, auditd->reading);
}

static int auditd_next(void *cursor, struct record *record, struct err *err)
{
    struct auditd *auditd = cursor;
    struct matcher *matcher = &auditd->matcher;
    (void)err;
    if (auditd->at == auditd->groups.event_count)
        return 0;
    uint32_t first = auditd->groups.events[auditd->at++].first;
    const struct audit_group_line *line = &auditd->groups.lines[first];
    matcher_begin(matcher, auditd->piece.offset + line->start, record);
    if (line->line.type.len > 0)
        read_event(auditd, first, record);
    else
        matcher_line(matcher,
            line_text(auditd->reading->encoding, bytes_of(auditd, line),
                &auditd->text),
            record);
    set_place(auditd, first, record);
    matcher_finish(matcher, record);
    return 1;
}

static uint64_t auditd_match_limits(const void *cursor)
{
    const struct auditd *auditd = cursor;
    return auditd->matcher.limited;
}

const struct parser parser_auditd = {
    .name = "auditd",
    .summary = "Linux audit records, those of one event joined",
    .access = PARSER_STREAM,
    .is_text = true,
    .fields = AUDIT_FIELDS,
    .cut = audit_cut,
    .yearless = yearless_find,
    .open = auditd_open,
    .close = auditd_close,
    .feed = auditd_feed,
    .next = auditd_next,
    .match_limits = auditd_match_limits,
};
