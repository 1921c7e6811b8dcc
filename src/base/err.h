/* err: what went wrong, told once and given context on the way up.
 *
 * Functions that can fail return 0 (or a count) and -1, and take a
 * `struct err *` last, which may be NULL. The text is for an analyst: what we
 * were doing, on what, why not, and what to do about it. */
#ifndef SPOOR_BASE_ERR_H
#define SPOOR_BASE_ERR_H

#include <stdarg.h>

enum err_code {
    ERR_NONE,
    ERR_USAGE,     /* the call's words are wrong: exit 2 */
    ERR_INPUT,     /* the evidence or a file of the user's is malformed */
    ERR_LIMIT,     /* a named limit was met */
    ERR_IO,        /* the operating system said no */
    ERR_FULL,      /* no space left */
    ERR_BUSY,      /* another process holds it */
    ERR_VERSION,   /* made by a newer version */
    ERR_CORRUPT,   /* the case is not sound */
    ERR_NOT_FOUND, /* it is not there */
    ERR_CANCELLED, /* the user asked to stop */
};

enum { ERR_TEXT_MAX = 1024 };

struct err {
    enum err_code code;
    char text[ERR_TEXT_MAX]; /* "" when nothing failed; always terminated */
};

/* Set the error. Always returns -1, so that `return err_set(...)` reads well.
 * Text taken from evidence must be passed through escape_text() first. */
int err_set(struct err *err, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Put "context: " before the text that is there. Returns -1. */
int err_wrap(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same with errno's meaning: "context: No such file or directory".
 * ENOSPC and EDQUOT become ERR_FULL, ENOENT ERR_NOT_FOUND, the rest ERR_IO. */
int err_errno(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void err_clear(struct err *err);

#endif
