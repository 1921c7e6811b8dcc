/* carry: values that one record states for those that follow it (who ran a
 * session, when a run began), until another states them anew. */
#ifndef SPOOR_PARSERS_CARRY_H
#define SPOOR_PARSERS_CARRY_H

#include "parsers/define.h"

enum { CARRY_MAX = 16 };

struct carry {
    struct buf text; /* the values, one behind the other */
    struct {
        struct str name; /* of the format's `carry`, and lives with it */
        size_t at, len;
    } items[CARRY_MAX];
    size_t count;
    int64_t time;
    enum time_quality time_quality;
    enum stamp_precision precision;
};

void carry_init(struct carry *carry);
void carry_done(struct carry *carry);

/* What the record says under the names its pattern hands on. */
void carry_take(struct carry *carry, const struct pattern *pattern,
    const struct record *record);
/* Fill in what the record does not say itself. The slices live until the next
 * carry_take. */
void carry_give(const struct carry *carry, struct record *record);

/* As bytes for the next piece, and back; what cannot be read is left out. */
void carry_save(const struct carry *carry, struct buf *out);
void carry_load(
    struct carry *carry, const struct format *format, struct str saved);

#endif
