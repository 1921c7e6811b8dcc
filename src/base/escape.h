/* escape: untrusted text made harmless to look at.
 *
 * Log content may hold terminal escapes, newlines that forge rows, and bidi
 * controls that reorder what the eye reads. Nothing that came from evidence
 * reaches a terminal, a message or a table without passing through here. Data
 * formats (JSON, CSV) have escaping rules of their own. */
#ifndef SPOOR_BASE_ESCAPE_H
#define SPOOR_BASE_ESCAPE_H

#include "src/base/arena.h"
#include "src/base/buf.h"
#include "src/base/str.h"

/* Append `text` with C0, DEL, C1, invalid bytes (\xNN), bidi and other
 * invisible format characters, line and paragraph separators (\u{NNNN}) shown
 * as visible escapes; tab, newline and return as \t \n \r. Backslash stays. */
void escape_add(struct buf *out, struct str text);

/* True when escape_add would change nothing. */
bool escape_is_clean(struct str text);

/* The same as a NUL-terminated string for messages, cut to about 200 bytes
 * with "..." at the end. Lives in a buffer of the calling thread: valid until
 * the eighth call after. */
const char *escape_text(struct str text);
const char *escape_cstr(const char *text);

#endif
