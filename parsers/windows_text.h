/* windows_text: an event's rendered English message, as exports to CSV have
 * it, back into the values it was made of. */
#ifndef SPOOR_PARSERS_WINDOWS_TEXT_H
#define SPOOR_PARSERS_WINDOWS_TEXT_H

#include "parsers/windows_table.h"

/* A zeroed one is ready for use. */
struct windows_text {
    struct windows_event event;
    struct windows_value *values;
    size_t count, capacity;
    struct arena arena;
};

void windows_text_done(struct windows_text *text);

/* The event with the values its message tells:
 *
 *     Subject:                          a section
 *             Account Name:   alice     SubjectUserName, by the table's `text`
 *     Logon Type:             3         LogonType: no section, blanks dropped
 *
 * A label that the table (may be NULL) does not know is named by its section
 * and itself. Lives until the next call and as long as `event`. */
const struct windows_event *windows_text_read(struct windows_text *text,
    const struct windows_table *table, const struct windows_event *event);

#endif
