/* emulator_inside: what the files of the emulator share; see emulator.c. */
#ifndef SPOOR_TESTS_EMULATOR_INSIDE_H
#define SPOOR_TESTS_EMULATOR_INSIDE_H

#include "tests/emulator.h"

/* What is gathered must not be sent: remember why, if it is the first. */
void emulator_refuse(struct emulator *emulator, const char *why);

/* Carry out the control sequence that is gathered. */
void emulator_control(struct emulator *emulator);
uint32_t controls_resting_modes(void);
/* Modes that are not as they must be left. */
void controls_tell_modes(const struct emulator *emulator, struct buf *out);

/* Columns and rows count from 0. */
int grid_clamp(int value, int low, int high);
struct glyph *grid_at(const struct emulator *emulator, int x, int y);
void grid_erase(struct emulator *emulator, int y, int from, int to);
void grid_erase_rows(struct emulator *emulator, int from, int to);
/* Rows [top, bottom] go up by so many, or, when `by` is negative, down. */
void grid_scroll(struct emulator *emulator, int top, int bottom, int by);
void grid_line_feed(struct emulator *emulator);
void grid_go_to(struct emulator *emulator, int x, int y);
void grid_put(struct emulator *emulator, uint32_t character);

#endif
