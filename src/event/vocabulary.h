/* vocabulary: the closed sets of words that normalised events use. */
#ifndef SPOOR_EVENT_VOCABULARY_H
#define SPOOR_EVENT_VOCABULARY_H

#include <stdbool.h>

#include "src/base/str.h"

struct word {
    const char *name;
    const char *help;
};

/* Each ends with a NULL name. */
extern const struct word vocabulary_actions[];    /* login, exec, deny ... */
extern const struct word vocabulary_categories[]; /* ECS event.category */
extern const struct word vocabulary_outcomes[];   /* success failure unknown */
extern const struct word vocabulary_levels[];     /* emergency .. debug */

bool vocabulary_has(const struct word *words, struct str name);

/* Severity 0-7 (RFC 5424 6.2.1) of a level name in any of the usual spellings
 * ("warn", "WARNING", "err", "E", "notice", "fatal", "trace"), or -1. */
int severity_from_level(struct str level);
/* "emergency" ... "debug"; NULL outside 0-7. */
const char *severity_level(int severity);

#endif
