/* regex_scan: the groups of a pattern, found in its text without compiling it.
 * There are thousands of patterns and a run matches few of them. */
#ifndef SPOOR_PARSERS_REGEX_SCAN_H
#define SPOOR_PARSERS_REGEX_SCAN_H

#include <stdint.h>

#include "src/base/arena.h"
#include "src/base/str.h"

struct regex_name {
    struct str name; /* in the pattern's text */
    uint32_t number;
};

struct regex_names {
    struct regex_name *items; /* by name, then number, as PCRE2 has them */
    uint32_t count;
    uint32_t groups; /* with those that have no name */
};

/* False when the pattern uses something that is not followed here (branch
 * reset, conditions, recursion, extended syntax, verbs). */
bool regex_scan(
    struct str pattern, struct arena *arena, struct regex_names *out);

#endif
