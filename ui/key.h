/* key: what the user pressed, as one number, and its name ("C-d", "PgDn"). */
#ifndef SPOOR_UI_KEY_H
#define SPOOR_UI_KEY_H

#include <stdint.h>

#include "src/base/str.h"

/* A key is a Unicode character, or one of these. Control keys are the control
 * character (C-d is 4; Tab, Enter and Esc are 9, 13, 27). */
enum key {
    UIKEY_NONE = 0,
    UIKEY_TAB = 9,
    UIKEY_ENTER = 13,
    UIKEY_ESC = 27,
    UIKEY_BACKSPACE = 127,
    UIKEY_SPECIAL = 0x200000,
    UIKEY_UP,
    UIKEY_DOWN,
    UIKEY_LEFT,
    UIKEY_RIGHT,
    UIKEY_PAGE_UP,
    UIKEY_PAGE_DOWN,
    UIKEY_HOME,
    UIKEY_END,
    UIKEY_INSERT,
    UIKEY_DELETE,
    UIKEY_BACK_TAB,
    UIKEY_F1, /* .. UIKEY_F1 + 11 */
    UIKEY_RESIZE = UIKEY_SPECIAL + 64,
    UIKEY_MOUSE,  /* where and what: struct mouse of term.h */
    UIKEY_JOB,    /* a job or fetch has something to show */
    UIKEY_HANGUP, /* the terminal is gone */
};
#define UIKEY_CTRL(letter) ((letter)&31)
#define UIKEY_META 0x400000u  /* or'ed to a character: Alt, or Esc before it */
#define UIKEY_PASTE 0x800000u /* or'ed to one that was pasted, not typed */

/* "j", "C-d", "M-b", "PgDn", "F1", "Space", "Enter". Static or one of eight
 * rotating buffers of the calling thread. */
const char *key_label(uint32_t key);
uint32_t key_parse(struct str name); /* UIKEY_NONE when it is no key */

#endif
