/* history: what was typed into prompts before, by name (prompt.h has the rest).
 */
#ifndef SPOOR_UI_HISTORY_H
#define SPOOR_UI_HISTORY_H

#include <stdbool.h>

enum { HISTORY_KEPT = 500 };

/* Was anything ever put into it in this run? */
bool history_is_known(const char *name);
/* Another case: its histories are others. */
void history_clear(void);

#endif
