/* utmp_meaning: what a login record says, as fields. */
#ifndef SPOOR_PARSERS_UTMP_MEANING_H
#define SPOOR_PARSERS_UTMP_MEANING_H

#include "parsers/utmp_layout.h"
#include "src/base/arena.h"
#include "src/event/record.h"

/* What the records of all readers of logins may set. */
#define LOGIN_FIELDS                                         \
    (FIELD_BIT(FIELD_TIME) | FIELD_BIT(FIELD_CATEGORY) |     \
        FIELD_BIT(FIELD_ACTION) | FIELD_BIT(FIELD_OUTCOME) | \
        FIELD_BIT(FIELD_USER) | FIELD_BIT(FIELD_SRC_IP) |    \
        FIELD_BIT(FIELD_SRC_HOST) | FIELD_BIT(FIELD_MESSAGE))

/* btmp has the same records as wtmp, and only what they are written for tells
 * them apart: the file's name, or else what is in it. The values are stored. */
enum utmp_purpose {
    UTMP_LOGINS,
    UTMP_FAILURES,         /* by its name */
    UTMP_FAILURES_CONTENT, /* by its content */
    UTMP_LAST_LOGINS,      /* one record a user: FreeBSD's utx.lastlogin */
    UTMP_PURPOSE_COUNT
};

/* What the records of a file are for. `path` may tell; `walk` stands at the
 * beginning of the file. */
enum utmp_purpose utmp_purpose_find(struct str path, struct utmp_walk *walk);

/* Does the name of the file say that it holds login records? */
bool utmp_is_named(struct str path);

/* "wtmp", "btmp", "utmp" ... as the name says; empty when it does not. */
struct str utmp_channel(struct str path);

/* Set the fields of a record that was reset, but for its time. Values lie in
 * the entry and in `arena`. */
void utmp_describe(const struct utmp_entry *entry, enum utmp_purpose purpose,
    struct arena *arena, struct record *record);

/* A host as login programs write it: an address, "192.0.2.7:S.0" of screen, a
 * display, a name. Sets src_ip or src_host. */
void utmp_set_host(struct str host, struct arena *arena, struct record *record);

#endif
