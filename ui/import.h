/* import: evidence into the open case as a job, with a report at its end. */
#ifndef SPOOR_UI_IMPORT_H
#define SPOOR_UI_IMPORT_H

#include "src/ingest/ingest.h"

struct app;

/* Start; paths and options are copied (notice and context are not used). One
 * import runs at a time: while one does, or when no case is open, the user is
 * told so and false returned. */
bool import_start(struct app *app, char *const *paths, size_t count,
    const struct ingest_options *options);

#endif
