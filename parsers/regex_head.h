/* regex_head: what every match of an anchored pattern begins with. */
#ifndef SPOOR_PARSERS_REGEX_HEAD_H
#define SPOOR_PARSERS_REGEX_HEAD_H

#include "parsers/regex.h"

/* Fill the heads of `regex` from its pattern. When in doubt, one head that any
 * text has. */
void regex_find_heads(struct regex *regex, struct str pattern);

#endif
