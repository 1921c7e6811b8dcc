/* recent: the cases opened lately, for the start screen. Kept in the file
 * `recent` of the user's state folder (place_state): names only, nothing from
 * evidence. Without HOME nothing is kept, and that is no error. */
#ifndef SPOOR_UI_RECENT_H
#define SPOOR_UI_RECENT_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/err.h"

enum { RECENT_MAX = 50 }; /* older ones are forgotten */

struct recent {
    char *path, *title; /* "" untitled */
    int64_t opened;     /* STAMP_NONE: not known */
};

struct recent_list {
    struct recent *at; /* [count], newest first */
    size_t count;
};

/* A missing file gives an empty list; lines that are malformed are left out. */
int recent_load(struct recent_list *out, struct err *err);
void recent_list_done(struct recent_list *list);

/* Put a case at the front; a path that is not absolute is made so. */
int recent_add(
    const char *path, const char *title, int64_t opened, struct err *err);
int recent_forget(const char *path, struct err *err);

#endif
