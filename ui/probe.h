/* probe: questions put to the terminal before it is taken over. */
#ifndef SPOOR_UI_PROBE_H
#define SPOOR_UI_PROBE_H

#include "src/base/buf.h"

/* How many columns the terminal gives an East Asian ambiguous character: 1 or
 * 2, or 0 when it does not answer in time. What the user typed meanwhile is
 * appended to `typed`. Leaves the modes of the terminal as they were. */
int probe_ambiguous(struct buf *typed);

#endif
