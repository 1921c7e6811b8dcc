/* script: keys from a file instead of a keyboard, and screens into files; for
 * golden tests, documentation and bug reports.
 *
 * A line of the script is one of
 *     Key Key Key        names as in key.h, blank separated: j j C-d Enter
 *     "text"             typed character by character
 *     wait               until nothing is being fetched and no job runs
 *     resize 120x40
 *     dump [FILE]        the screen as it is now, to FILE or standard output
 *     # comment
 * The end of the script quits without asking. */
#ifndef SPOOR_UI_SCRIPT_H
#define SPOOR_UI_SCRIPT_H

#include "src/base/err.h"
#include "ui/key.h"

struct script;

struct script *script_open(const char *path, struct err *err);
void script_free(struct script *script);

enum script_step {
    SCRIPT_KEY,
    SCRIPT_WAIT,
    SCRIPT_RESIZE,
    SCRIPT_DUMP,
    SCRIPT_END
};
struct script_next {
    enum script_step step;
    uint32_t key;
    int width, height;
    const char *file; /* "" standard output */
};
/* -1: the line is wrong (file:line: reason). */
int script_next(
    struct script *script, struct script_next *out, struct err *err);

#endif
