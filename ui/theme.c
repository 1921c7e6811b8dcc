#include "ui/theme.h"

#include <stddef.h>

#define DEFAULTS                                            \
    .colour = COLOUR_DEFAULT, .background = COLOUR_DEFAULT, \
    .colour256 = COLOUR_DEFAULT, .background256 = COLOUR_DEFAULT

/* Foreground alone: of 8 colours, of 256. */
#define LOOK(c8, c256)                                                 \
    .colour = (c8), .background = COLOUR_DEFAULT, .colour256 = (c256), \
    .background256 = COLOUR_DEFAULT
/* With a background. */
#define LOOK_ON(c8, b8, c256, b256)                          \
    .colour = (c8), .background = (b8), .colour256 = (c256), \
    .background256 = (b256)

static const struct theme dark = {
    .name = "dark",
    .summary = "for dark backgrounds",
    .looks =
        {
            [STYLE_TEXT] = {DEFAULTS},
            [STYLE_DIM] = {LOOK(COLOUR_CYAN, 246)},
            [STYLE_TITLE] = {LOOK_ON(COLOUR_WHITE, COLOUR_BLUE, 252, 236)},
            [STYLE_TAB] = {LOOK_ON(COLOUR_BLACK, COLOUR_CYAN, 16, 110),
                .bold = true},
            [STYLE_HEADING] = {LOOK(COLOUR_CYAN, 110), .bold = true},
            [STYLE_CURSOR] = {LOOK_ON(
                COLOUR_DEFAULT, COLOUR_DEFAULT, COLOUR_DEFAULT, 238)},
            [STYLE_MARK] = {LOOK(COLOUR_MAGENTA, 176), .bold = true},
            [STYLE_MATCH] = {LOOK_ON(COLOUR_BLACK, COLOUR_YELLOW, 16, 179)},
            [STYLE_SUCCESS] = {LOOK(COLOUR_GREEN, 114)},
            [STYLE_FAILURE] = {LOOK(COLOUR_RED, 210)},
            [STYLE_WARNING] = {LOOK(COLOUR_YELLOW, 221)},
            [STYLE_ERROR] = {LOOK_ON(COLOUR_WHITE, COLOUR_RED, 231, 124),
                .bold = true},
            [STYLE_LINK] = {LOOK(COLOUR_CYAN, 117), .underline = true},
            [STYLE_INPUT] = {DEFAULTS, .bold = true},
            [STYLE_HINT] = {LOOK(COLOUR_CYAN, 244)},
            [STYLE_KEY] = {LOOK_ON(COLOUR_YELLOW, COLOUR_BLUE, 221, 236),
                .bold = true},
            [STYLE_STATUS] = {LOOK_ON(COLOUR_WHITE, COLOUR_BLUE, 252, 236)},
            [STYLE_BAR] = {LOOK(COLOUR_BLUE, 68)},
            [STYLE_BAR_FAIL] = {LOOK(COLOUR_RED, 203)},
        },
};

static const struct theme light = {
    .name = "light",
    .summary = "for light backgrounds",
    .looks =
        {
            [STYLE_TEXT] = {DEFAULTS},
            [STYLE_DIM] = {LOOK(COLOUR_BLUE, 242)},
            [STYLE_TITLE] = {LOOK_ON(COLOUR_BLACK, COLOUR_CYAN, 235, 253)},
            [STYLE_TAB] = {LOOK_ON(COLOUR_WHITE, COLOUR_BLUE, 231, 25),
                .bold = true},
            [STYLE_HEADING] = {LOOK(COLOUR_BLUE, 25), .bold = true},
            [STYLE_CURSOR] = {LOOK_ON(
                COLOUR_DEFAULT, COLOUR_DEFAULT, COLOUR_DEFAULT, 254)},
            [STYLE_MARK] = {LOOK(COLOUR_MAGENTA, 90), .bold = true},
            [STYLE_MATCH] = {LOOK_ON(COLOUR_BLACK, COLOUR_YELLOW, 16, 222)},
            [STYLE_SUCCESS] = {LOOK(COLOUR_GREEN, 22)},
            [STYLE_FAILURE] = {LOOK(COLOUR_RED, 124)},
            [STYLE_WARNING] = {LOOK(COLOUR_MAGENTA, 130)},
            [STYLE_ERROR] = {LOOK_ON(COLOUR_WHITE, COLOUR_RED, 231, 124),
                .bold = true},
            [STYLE_LINK] = {LOOK(COLOUR_BLUE, 26), .underline = true},
            [STYLE_INPUT] = {DEFAULTS, .bold = true},
            [STYLE_HINT] = {LOOK(COLOUR_BLUE, 243)},
            [STYLE_KEY] = {LOOK_ON(COLOUR_BLUE, COLOUR_CYAN, 25, 253),
                .bold = true},
            [STYLE_STATUS] = {LOOK_ON(COLOUR_BLACK, COLOUR_CYAN, 235, 253)},
            [STYLE_BAR] = {LOOK(COLOUR_BLUE, 32)},
            [STYLE_BAR_FAIL] = {LOOK(COLOUR_RED, 160)},
        },
};

/* No colour at all: bold, underline and reverse alone must tell. */
static const struct theme mono = {
    .name = "mono",
    .summary = "without colours",
    .looks =
        {
            [STYLE_TEXT] = {DEFAULTS},
            [STYLE_DIM] = {DEFAULTS, .dim = true},
            [STYLE_TITLE] = {DEFAULTS, .reverse = true},
            [STYLE_TAB] = {DEFAULTS, .bold = true},
            [STYLE_HEADING] = {DEFAULTS, .bold = true},
            [STYLE_CURSOR] = {DEFAULTS, .reverse = true},
            [STYLE_MARK] = {DEFAULTS, .bold = true, .underline = true},
            [STYLE_MATCH] = {DEFAULTS, .reverse = true},
            [STYLE_SUCCESS] = {DEFAULTS},
            [STYLE_FAILURE] = {DEFAULTS, .bold = true},
            [STYLE_WARNING] = {DEFAULTS, .bold = true},
            [STYLE_ERROR] = {DEFAULTS, .bold = true, .reverse = true},
            [STYLE_LINK] = {DEFAULTS, .underline = true},
            [STYLE_INPUT] = {DEFAULTS, .bold = true},
            [STYLE_HINT] = {DEFAULTS, .dim = true},
            [STYLE_KEY] = {DEFAULTS, .bold = true, .reverse = true},
            [STYLE_STATUS] = {DEFAULTS, .reverse = true},
            [STYLE_BAR] = {DEFAULTS},
            [STYLE_BAR_FAIL] = {DEFAULTS, .bold = true},
        },
};

/* Blue for what succeeded and orange for what failed: apart for every common
 * kind of colour blindness, and failures are bold besides. */
static const struct theme safe =
    {
        .name = "safe",
        .summary = "blue and orange, for colour-blind eyes",
        .looks =
            {
                [STYLE_TEXT] = {DEFAULTS},
                [STYLE_DIM] = {LOOK(COLOUR_WHITE, 246)},
                [STYLE_TITLE] = {LOOK_ON(COLOUR_WHITE, COLOUR_BLUE, 252, 236)},
                [STYLE_TAB] = {LOOK_ON(COLOUR_BLACK, COLOUR_WHITE, 16, 252),
                    .bold = true},
                [STYLE_HEADING] = {LOOK(COLOUR_WHITE, 252), .bold = true},
                [STYLE_CURSOR] = {LOOK_ON(
                    COLOUR_DEFAULT, COLOUR_DEFAULT, COLOUR_DEFAULT, 238)},
                [STYLE_MARK] = {LOOK(COLOUR_WHITE, 231), .bold = true,
                    .underline = true},
                [STYLE_MATCH] = {LOOK_ON(COLOUR_BLACK, COLOUR_WHITE, 16, 252)},
                [STYLE_SUCCESS] = {LOOK(COLOUR_CYAN, 75)},
                [STYLE_FAILURE] = {LOOK(COLOUR_YELLOW, 214), .bold = true},
                [STYLE_WARNING] = {LOOK(COLOUR_YELLOW, 228)},
                [STYLE_ERROR] = {LOOK_ON(COLOUR_BLACK, COLOUR_YELLOW, 16, 214),
                    .bold = true},
                [STYLE_LINK] = {LOOK(COLOUR_CYAN, 117), .underline = true},
                [STYLE_INPUT] = {DEFAULTS, .bold = true},
                [STYLE_HINT] = {LOOK(COLOUR_WHITE, 244)},
                [STYLE_KEY] = {LOOK_ON(COLOUR_YELLOW, COLOUR_BLUE, 228, 236),
                    .bold = true},
                [STYLE_STATUS] = {LOOK_ON(COLOUR_WHITE, COLOUR_BLUE, 252, 236)},
                [STYLE_BAR] = {LOOK(COLOUR_CYAN, 68)},
                [STYLE_BAR_FAIL] = {LOOK(COLOUR_YELLOW, 214), .bold = true},
            },
};

const struct theme *const theme_table[] = {&dark, &light, &mono, &safe, NULL};

const struct theme *theme_find(struct str name)
{
    for (const struct theme *const *t = theme_table; *t != NULL; t++)
        if (str_eq(str_from((*t)->name), name))
            return *t;
    return NULL;
}
