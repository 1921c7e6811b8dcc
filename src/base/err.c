#include "src/base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The length of `text` without a UTF-8 character that was cut off at `len`. */
static size_t whole_characters(const char *text, size_t len)
{
    size_t start = len;
    while (start > 0 && len - start < 3 &&
           ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return len;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    return len - start + 1 < needed ? start - 1 : len;
}

/* Into a buffer of its own, because an argument may be err->text itself. */
__attribute__((format(printf, 2, 0))) static void format_text(
    char out[ERR_TEXT_MAX], const char *format, va_list args)
{
    out[0] = '\0';
    int len = vsnprintf(out, ERR_TEXT_MAX, format, args);
    if (len >= ERR_TEXT_MAX)
        out[whole_characters(out, ERR_TEXT_MAX - 1)] = '\0';
}

/* When both do not fit the context gives way: the reason is worth more. */
static void prepend(struct err *err, const char *context)
{
    size_t reason = strlen(err->text);
    size_t separator = reason > 0 ? 2 : 0;
    if (reason + separator >= ERR_TEXT_MAX - 1)
        return;

    size_t room = ERR_TEXT_MAX - 1 - reason - separator;
    size_t len = strlen(context);
    if (len > room)
        len = whole_characters(context, room);
    memmove(err->text + len + separator, err->text, reason + 1);
    memcpy(err->text, context, len);
    memcpy(err->text + len, ": ", separator);
}

int err_set(struct err *err, enum err_code code, const char *format, ...)
{
    if (err == NULL)
        return -1;
    char text[ERR_TEXT_MAX];
    va_list args;
    va_start(args, format);
    format_text(text, format, args);
    va_end(args);
    err->code = code;
    memcpy(err->text, text, strlen(text) + 1);
    return -1;
}

int err_wrap(struct err *err, const char *format, ...)
{
    if (err == NULL)
        return -1;
    char context[ERR_TEXT_MAX];
    va_list args;
    va_start(args, format);
    format_text(context, format, args);
    va_end(args);
    prepend(err, context);
    return -1;
}

static enum err_code code_of_errno(int number)
{
    switch (number) {
    case ENOSPC:
    case EDQUOT:
        return ERR_FULL;
    case ENOENT:
        return ERR_NOT_FOUND;
    default:
        return ERR_IO;
    }
}

int err_errno(struct err *err, const char *format, ...)
{
    int number = errno;
    if (err == NULL)
        return -1;
    char context[ERR_TEXT_MAX];
    va_list args;
    va_start(args, format);
    format_text(context, format, args);
    va_end(args);

    err->code = code_of_errno(number);
    if (strerror_r(number, err->text, sizeof(err->text)) != 0)
        snprintf(err->text, sizeof(err->text), "error %d", number);
    prepend(err, context);
    return -1;
}

void err_clear(struct err *err)
{
    if (err == NULL)
        return;
    err->code = ERR_NONE;
    err->text[0] = '\0';
}
