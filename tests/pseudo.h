/* pseudo: a program in a pseudo-terminal of its own session, as a terminal
 * window starts one. */
#ifndef SPOOR_TESTS_PSEUDO_H
#define SPOOR_TESTS_PSEUDO_H

#include <sys/types.h>
#include <termios.h>

#include "src/base/err.h"
#include "src/base/str.h"

struct pseudo {
    int master; /* -1: hung up */
    int slave;  /* kept open, so that its settings outlive the program */
    pid_t pid;
    struct termios before; /* settings at the start */
};

int pseudo_start(struct pseudo *pseudo, int width, int height,
    char *const *command, struct err *err);
/* Hangs up, and ends what still runs. */
void pseudo_done(struct pseudo *pseudo);

/* Wait up to `timeout_ms` for bytes: how many came, 0: none did. */
size_t pseudo_read(
    struct pseudo *pseudo, char *bytes, size_t size, int timeout_ms);
/* As typed. Never waits: false when the terminal's queue is full. */
bool pseudo_write(struct pseudo *pseudo, struct str bytes);
void pseudo_resize(struct pseudo *pseudo, int width, int height);
void pseudo_hang_up(struct pseudo *pseudo);
/* Has the program ended? Its wait status then. */
bool pseudo_has_ended(struct pseudo *pseudo, int *status);
/* Are the terminal's settings as they were at the start? */
bool pseudo_is_restored(const struct pseudo *pseudo);

#endif
