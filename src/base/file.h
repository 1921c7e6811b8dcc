/* file: small helpers around files and paths. Paths are bytes. */
#ifndef SPOOR_BASE_FILE_H
#define SPOOR_BASE_FILE_H

#include <stdint.h>

#include "src/base/buf.h"
#include "src/base/err.h"
#include "src/base/str.h"

/* The whole file, or an error when it is longer than `limit`. */
int file_read(const char *path, size_t limit, struct buf *out, struct err *err);
/* Written beside and renamed into place, so that it is whole or not there. */
int file_write(const char *path, struct str content, struct err *err);
bool file_exists(const char *path);
int file_make_directories(const char *path, struct err *err);
struct str path_last(struct str path);   /* "b.log" of "a/b.log" */
struct str path_folder(struct str path); /* "a" of "a/b.log", "" of "b.log" */
char *path_join(const char *folder, const char *name); /* yours to free */

/* The user's places (XDG base directories); NULL when HOME is not set either.
 * Yours to free; not created. */
char *place_config(const char *name); /* $XDG_CONFIG_HOME/spoor/NAME */
char *place_data(const char *name);   /* $XDG_DATA_HOME/spoor/NAME */
char *place_state(const char *name);  /* $XDG_STATE_HOME/spoor/NAME */

/* A shipped file ("formats/sshd.yaml"), embedded in the program: see embed.h.
 */

#endif
