/* temporary: a case nobody has named yet (spoor FILE, the demo). It lies in a
 * folder of its own below TMPDIR that only the user can read, and goes with it
 * unless it is kept. */
#ifndef SPOOR_UI_TEMPORARY_H
#define SPOOR_UI_TEMPORARY_H

#include "src/base/err.h"

struct temporary;

/* Make the folder; the case is not made yet. NULL on error. */
struct temporary *temporary_new(struct err *err);
const char *temporary_folder(const struct temporary *temporary);
const char *temporary_path(const struct temporary *temporary); /* the case */

/* Move the case, which must be closed, to a path where nothing is. On error it
 * is still where it was. */
int temporary_keep(
    struct temporary *temporary, const char *path, struct err *err);

/* Delete the folder with all in it. Accepts NULL. */
void temporary_free(struct temporary *temporary);

#endif
