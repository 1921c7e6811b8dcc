/* preview: what a file would be read as, found out in a thread of its own, so
 * that the cursor of the file picker never waits. Asking for another file
 * forgets the one before. */
#ifndef SPOOR_UI_PREVIEW_H
#define SPOOR_UI_PREVIEW_H

#include "src/ingest/ingest.h"

struct app;
struct preview;

struct preview *preview_new(struct app *app);
void preview_free(struct preview *preview); /* accepts NULL */

/* Look at this file next; app_wake tells when it is done. "" nothing. */
void preview_ask(struct preview *preview, const char *path);

/* The answer about the file that was asked for last; false while it is looked
 * at. `out` is NULL when it could not be read, which `err` tells. Both live
 * until the next preview_ask. */
bool preview_get(struct preview *preview, const struct ingest_preview **out,
    const struct err **err);

#endif
