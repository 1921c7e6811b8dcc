/* usual: names that logs of no known format use for what every log has. */
#ifndef SPOOR_PARSERS_USUAL_H
#define SPOOR_PARSERS_USUAL_H

#include "src/base/str.h"
#include "src/event/field.h"

/* How good a name is for the time: 0 the best; -1 it is none. */
int usual_time_rank(struct str name);

/* The field a name usually means, or FIELD_NONE. */
enum field usual_field(struct str name);

#endif
