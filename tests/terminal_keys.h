/* terminal_keys: what a terminal sends for a key. */
#ifndef SPOOR_TESTS_TERMINAL_KEYS_H
#define SPOOR_TESTS_TERMINAL_KEYS_H

#include "src/base/buf.h"

/* `key` as in ui/key.h; `application`: cursor keys are the application's
 * (DECCKM). */
void keys_add(uint32_t key, bool application, struct buf *out);

#endif
