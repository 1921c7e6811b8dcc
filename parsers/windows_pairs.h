/* windows_pairs: Windows events out of named values: JSON of several shippers
 * and of PowerShell, tables of the Event Viewer. Which name says what stands in
 * the format file, under `windows` (doc/formats-howto.md). */
#ifndef SPOOR_PARSERS_WINDOWS_PAIRS_H
#define SPOOR_PARSERS_WINDOWS_PAIRS_H

#include "parsers/matcher.h"

/* What a named value is to the event. */
enum windows_role {
    ROLE_OTHER,   /* nothing: it becomes x.NAME */
    ROLE_VALUE,   /* one of its values */
    ROLE_LIST,    /* an array of values */
    ROLE_PAYLOAD, /* its EventData or UserData as the text of a JSON object */
    ROLE_XML,     /* the event as XML */
    ROLE_PROVIDER,
    ROLE_CHANNEL,
    ROLE_COMPUTER,
    ROLE_USER,
    ROLE_RECORD,
    ROLE_ACTIVITY,
    ROLE_PROCESS,
    ROLE_THREAD,
    ROLE_KEYWORDS,
    ROLE_EVENT_ID,
    ROLE_QUALIFIERS,
    ROLE_VERSION,
    ROLE_LEVEL,
    ROLE_OPCODE,
    ROLE_TASK,
    ROLE_TIME,
    ROLE_MESSAGE,
    ROLE_COUNT
};

/* Of one name: its role, how far down the role's list of names it stands, and
 * how long the prefix is that its own name has not. */
struct windows_part_of {
    uint8_t role, rank;
    uint16_t prefix;
};

/* `windows:` of a format file. */
int windows_shape_load(
    struct format *format, const struct yaml *node, struct err *err);
struct windows_part_of windows_shape_find(
    const struct format *format, struct str name);

/* The event in matcher->pairs; `parts` has one per pair. */
void windows_pairs_read(struct matcher *matcher, const struct format *format,
    const struct windows_part_of *parts, struct record *record);

/* A message that is an event as XML (Sysmon for Linux): read over what the
 * header said. False when it is none. */
bool windows_pairs_message(struct matcher *matcher, struct record *record);

void windows_pairs_done(struct matcher *matcher);

#endif
