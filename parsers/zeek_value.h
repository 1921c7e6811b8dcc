/* zeek_value: the values of Zeek's tables as Zeek writes them in JSON, so that
 * both forms of a log mean the same (Zeek, ASCII writer). */
#ifndef SPOOR_PARSERS_ZEEK_VALUE_H
#define SPOOR_PARSERS_ZEEK_VALUE_H

#include "src/base/arena.h"
#include "src/base/buf.h"
#include "src/base/str.h"

/* How this file marks what; empty: as Zeek does unless told otherwise. */
struct zeek_marks {
    struct str set_separator, empty, unset;
};

/* `\xHH` and `\\` are bytes again; appended to `out`. */
void zeek_unescape(struct str text, struct buf *out);

/* `bool` becomes true or false, a set or vector an array of JSON, all else the
 * text; no value, and one without elements, the empty text. The answer lives in
 * `text` or the arena; `scratch` is for the call. */
struct str zeek_value(const struct zeek_marks *marks, struct str type,
    struct str text, struct arena *arena, struct buf *scratch);

#endif
