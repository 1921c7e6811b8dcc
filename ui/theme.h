/* theme: how styles look. One table row each: dark, light, mono, safe (for
 * colour-blind eyes). NO_COLOR chooses mono. */
#ifndef SPOOR_UI_THEME_H
#define SPOOR_UI_THEME_H

#include "src/base/str.h"
#include "ui/canvas.h"

enum colour {
    COLOUR_DEFAULT = -1,
    COLOUR_BLACK,
    COLOUR_RED,
    COLOUR_GREEN,
    COLOUR_YELLOW,
    COLOUR_BLUE,
    COLOUR_MAGENTA,
    COLOUR_CYAN,
    COLOUR_WHITE,
    /* 8-255: the xterm palette, used when the terminal has it */
};

struct look {
    int16_t colour, background;       /* of 8-colour terminals */
    int16_t colour256, background256; /* of others; COLOUR_DEFAULT: as above */
    bool bold, underline, reverse, dim;
};

struct theme {
    const char *name, *summary;
    struct look looks[STYLE_COUNT];
};

extern const struct theme *const theme_table[];  /* ends with NULL */
const struct theme *theme_find(struct str name); /* NULL if unknown */

#endif
