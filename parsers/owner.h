/* owner: what a file's path says of its content. */
#ifndef SPOOR_PARSERS_OWNER_H
#define SPOOR_PARSERS_OWNER_H

#include "src/base/str.h"

struct format;

/* Whose home the file lies in: home/alice/..., Users/alice/..., root/.name. The
 * slice lies in `path`; empty when the path says nothing. */
struct str owner_from_path(struct str path);

/* Whether the file is called as the format's `names` say. */
bool owner_is_named(const struct format *format, struct str path);

#endif
