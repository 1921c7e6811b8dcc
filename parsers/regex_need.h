/* regex_need: bytes that every match of a pattern holds. */
#ifndef SPOOR_PARSERS_REGEX_NEED_H
#define SPOOR_PARSERS_REGEX_NEED_H

#include "parsers/regex.h"

/* When in doubt, none. */
struct byte_set regex_find_need(struct str pattern);

#endif
