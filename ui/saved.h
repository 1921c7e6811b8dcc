/* saved: the case's saved queries, as actions (view.h). */
#ifndef SPOOR_UI_SAVED_H
#define SPOOR_UI_SAVED_H

#include "src/base/str.h"

struct app;

void saved_choose(struct app *app, void *state, struct str argument);
/* `argument` is the name; what is saved is the timeline's query. */
void saved_keep(struct app *app, void *state, struct str argument);
void saved_forget(struct app *app, void *state, struct str argument);

#endif
