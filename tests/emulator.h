/* emulator: a terminal that exists in memory only, for tests. It knows what is
 * on its screen, and takes nothing but what a curses program may send: whatever
 * is not on its closed list of characters and control sequences is a problem,
 * and names its bytes. Names and numbers as in ECMA-48 and xterm's ctlseqs. */
#ifndef SPOOR_TESTS_EMULATOR_H
#define SPOOR_TESTS_EMULATOR_H

#include "src/base/buf.h"
#include "src/base/str.h"

enum {
    GLYPH_CHARACTERS = 3,
    SEQUENCE_BYTES = 64,
    MODE_CURSOR_KEYS = 1, /* of `modes`: they are the application's */
};

struct glyph {
    uint32_t text[GLYPH_CHARACTERS]; /* a character and what combines with it;
                                        text[0] is 0 right of a wide one */
    uint32_t pen;                    /* how it looks: equal pens, equal looks */
};

struct emulator {
    int width, height;
    struct glyph *cells; /* [height * width] */
    int x, y;
    bool wrap_pending; /* the last column is written, the next one wraps */
    int top, bottom;   /* scroll region, rows, both included */
    int saved_x, saved_y;
    uint32_t last; /* for REP */
    uint32_t pen;
    uint32_t modes; /* bits, see emulator_control.c */
    bool keypad, shifted;
    char designated; /* G0: 'B' is ASCII */

    /* What this terminal must not be sent, beside what no one may. */
    bool forbid_colour, forbid_high;

    char sequence[SEQUENCE_BYTES]; /* begun and not ended */
    size_t sequence_len;
    struct buf answers; /* what the terminal sends back, to be written */
    struct buf problem; /* the first thing that must not be sent; "" none */
};

void emulator_init(struct emulator *emulator, int width, int height);
void emulator_done(struct emulator *emulator);
void emulator_resize(struct emulator *emulator, int width, int height);

void emulator_feed(struct emulator *emulator, struct str bytes);

/* A row as text, trailing blanks cut; the whole screen, a row a line. */
void emulator_row(const struct emulator *emulator, int y, struct buf *out);
void emulator_screen(const struct emulator *emulator, struct buf *out);

/* Is the text on row `y`, or, when `y` is -1, on any? */
bool emulator_shows(const struct emulator *emulator, struct str text, int y);
/* A number for what rows [from, to] show, looks included. */
uint64_t emulator_hash(const struct emulator *emulator, int from, int to);

/* Has everything been put back that a program must? What has not, to `out`. */
bool emulator_is_restored(const struct emulator *emulator, struct buf *out);

#endif
