/* field: the one table of every short field name.
 *
 * The query language, columns, formats, exports and rules all read it. Short
 * names are the contract of the command line and of the `events` view. A log's
 * own further values are "extras", written x.NAME. */
#ifndef SPOOR_EVENT_FIELD_H
#define SPOOR_EVENT_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/str.h"

/* Not stored anywhere: the order may change, but there are at most 64. */
enum field {
    FIELD_ID,
    FIELD_KEY,
    FIELD_RECORD,
    FIELD_TIME,
    FIELD_TIME_END,
    FIELD_COUNT_OF, /* "count" */
    FIELD_TIME_QUALITY,
    FIELD_SOURCE,
    FIELD_LINE,
    FIELD_FORMAT,
    FIELD_HOST,
    FIELD_COLLECTED_HOST,
    FIELD_CATEGORY,
    FIELD_ACTION,
    FIELD_OUTCOME,
    FIELD_SEVERITY,
    FIELD_LEVEL,
    FIELD_CODE,
    FIELD_PROVIDER,
    FIELD_CHANNEL,
    FIELD_USER,
    FIELD_USER_DOMAIN,
    FIELD_TARGET_USER,
    FIELD_TARGET_DOMAIN,
    FIELD_AUTH_METHOD,
    FIELD_LOGON_TYPE,
    FIELD_SESSION,
    FIELD_SRC_IP,
    FIELD_SRC_PORT,
    FIELD_SRC_HOST,
    FIELD_DST_IP,
    FIELD_DST_PORT,
    FIELD_DST_HOST,
    FIELD_PROTO,
    FIELD_DIRECTION,
    FIELD_PROCESS,
    FIELD_PID,
    FIELD_PARENT,
    FIELD_COMMAND,
    FIELD_FILE,
    FIELD_FILE_HASH,
    FIELD_URL,
    FIELD_DOMAIN,
    FIELD_METHOD,
    FIELD_STATUS,
    FIELD_BYTES_IN,
    FIELD_BYTES_OUT,
    FIELD_USER_AGENT,
    FIELD_REFERRER,
    FIELD_MAIL_FROM,
    FIELD_MAIL_TO,
    FIELD_SUBJECT,
    FIELD_SRC_COUNTRY,
    FIELD_SRC_CITY,
    FIELD_SRC_ASN,
    FIELD_SRC_SITE,
    FIELD_MESSAGE,
    FIELD_RAW,
    FIELD_RULE,
    FIELD_ALERT,
    FIELD_TAG,
    FIELD_NOTE,
    FIELD_TOTAL /* how many there are; as an index, "no field" */
};
#define FIELD_NONE FIELD_TOTAL

enum field_type {
    FIELD_TYPE_TEXT,
    FIELD_TYPE_NUMBER, /* a signed 64-bit integer */
    FIELD_TYPE_IP,
    FIELD_TYPE_TIME,
};

/* Where a query finds the value without reading the record again. */
enum field_place {
    FIELD_IN_ROW,     /* a number, time or address column of the event */
    FIELD_IN_ENTITY,  /* a name behind an id in the event */
    FIELD_IN_KIND,    /* part of the event's kind */
    FIELD_IN_OBJECT,  /* the row's one text, when the kind says it is this */
    FIELD_IN_SOURCE,  /* follows from where the event stands */
    FIELD_IN_RECORD,  /* only in the record: it is read again */
    FIELD_IN_FINDING, /* an annotation or alert that points at the event */
};

struct field_info {
    const char *name;
    enum field_type type;
    enum field_place place;
    const char *title; /* column heading, at most 12 characters */
    const char *help;  /* one line */
    const char *ecs; /* Elastic Common Schema names, blank separated, or NULL */
    const char *sigma; /* Sigma taxonomy names, blank separated, or NULL */
    bool parsed;       /* a parser may set it; the others are derived */
};

extern const struct field_info field_table[FIELD_TOTAL];

/* By short name or alias (EventID, event_id: code); FIELD_NONE if unknown. */
enum field field_find(struct str name);

/* By ECS name ("source.ip"), exact; FIELD_NONE if unknown. */
enum field field_find_ecs(struct str name);

/* The short name nearest to a misspelt one, or NULL when none is near. `least`
 * (may be NULL): so many changes away, or so many are too far. */
const char *field_nearest(struct str name, size_t *least);

#define FIELD_BIT(field) (UINT64_C(1) << (field))

#endif
