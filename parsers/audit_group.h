/* audit_group: which lines of a run of bytes belong to one audit event.
 *
 * Lines of one event share node, stamp and serial; those of events that happen
 * at once may stand among one another. A line joins an event that began at most
 * LIMIT_JOIN_LINES lines and LIMIT_JOIN_BYTES bytes before. */
#ifndef SPOOR_PARSERS_AUDIT_GROUP_H
#define SPOOR_PARSERS_AUDIT_GROUP_H

#include "parsers/audit.h"
#include "parsers/linescan.h"

#define AUDIT_NO_LINE UINT32_MAX

struct audit_group_line {
    size_t start, end, next; /* as in struct raw_line */
    struct audit_line line;  /* type is empty: no audit record */
    uint32_t event;          /* index into `events` */
    uint32_t following;      /* line of the same event, or AUDIT_NO_LINE */
};
struct audit_group_event {
    uint32_t first, last; /* lines */
    bool is_closed;       /* its last record, or its only one, was seen */
};

/* A zeroed one is ready for use. */
struct audit_groups {
    struct audit_group_line *lines; /* that are not blank */
    size_t line_count, line_capacity;
    struct audit_group_event *events; /* by first line; others count, too */
    size_t event_count, event_capacity;
    uint32_t *slots; /* of events by id, plus one; 0: empty */
    size_t slot_count;
};
void audit_groups_done(struct audit_groups *groups);

/* Read all lines from `from` on. */
void audit_groups_read(struct audit_groups *groups, enum encoding encoding,
    struct str bytes, size_t from);

/* `cut` of struct parser. */
size_t audit_cut(const struct reading *reading, struct str bytes, bool at_end);

#endif
