/* term: the real terminal. The only file of the program that knows curses is
 * term.c. Nothing is drawn but canvases, and so nothing from evidence reaches
 * the terminal unescaped. */
#ifndef SPOOR_UI_TERM_H
#define SPOOR_UI_TERM_H

#include "src/base/err.h"
#include "ui/canvas.h"
#include "ui/key.h"
#include "ui/theme.h"

struct term_options {
    const struct theme *theme;
    bool mouse;
    int ambiguous; /* 1, 2, or 0: ask the terminal once */
};

/* Take over the terminal; refused with a clear word on TERM=dumb or when stdin
 * or stdout is none. Restored by term_stop, at exit and on fatal signals. */
int term_start(const struct term_options *options, struct err *err);
void term_stop(void);

void term_size(int *width, int *height);
int term_ambiguous(void);
void term_set_theme(const struct theme *theme);
void term_set_mouse(bool on);

/* Show a canvas: only what changed is sent. */
void term_show(const struct canvas *canvas);
void term_redraw(void); /* C-l: everything, on the next show */

struct mouse {
    int x, y;
    enum { MOUSE_PRESS, MOUSE_DOUBLE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN } what;
};

/* Wait for a key, a resize, or a byte on `wake_fd` (then UIKEY_JOB), at most
 * `timeout_ms` (-1: for ever; then UIKEY_NONE). */
uint32_t term_key(int wake_fd, int timeout_ms, struct mouse *mouse);

/* Put the terminal aside for a moment (Ctrl-Z, an editor) and come back. */
void term_suspend(void);

#endif
