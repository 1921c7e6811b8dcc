/* audit_inside: what the parts of an audit event's meaning share. */
#ifndef SPOOR_PARSERS_AUDIT_INSIDE_H
#define SPOOR_PARSERS_AUDIT_INSIDE_H

#include "parsers/audit.h"

static inline struct str get(
    const struct audit_event *event, enum audit_key key)
{
    return event->value[key];
}

static inline struct str last_component(struct str path)
{
    return str_from_index(path, (size_t)(str_find_last_char(path, '/') + 1));
}

static inline void set_constant(
    struct audit_event *event, enum field field, const char *value)
{
    if (value != NULL)
        record_set(event->record, field, str_from(value));
}

static inline bool failed(const struct audit_event *event)
{
    return str_eq(record_get(event->record, FIELD_OUTCOME), STR("failure"));
}

/* audit_who.c: process, users, hosts and outcome. */
void audit_event_who(struct audit_event *event, enum audit_role role);

#endif
