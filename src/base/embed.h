/* embed: the files shipped inside the program (formats, rules, demo logs),
 * written by the build from the tree. SPOOR_SHARE or the user's data folder
 * override one by one. */
#ifndef SPOOR_BASE_EMBED_H
#define SPOOR_BASE_EMBED_H

#include "src/base/str.h"

struct embedded {
    const char *path; /* "formats/sshd.yaml", "demo/auth.log" */
    struct str content;
    struct str tree; /* of a YAML file: what it says, see yaml_pack.h */
};

/* Sorted by path; ends with a NULL path. The build generates embedded.c. */
extern const struct embedded embedded_files[];
extern const size_t embedded_count; /* without the end */

/* NULL when there is none. */
const struct embedded *embed_find(const char *path);

#endif
