/* decode: how programs write what would not fit on a line. */
#ifndef SPOOR_PARSERS_DECODE_H
#define SPOOR_PARSERS_DECODE_H

#include "src/base/arena.h"
#include "src/base/str.h"

enum decoding {
    DECODE_BACKSLASH, /* \n \t \\ \040: fish */
    DECODE_OCTAL,     /* only \040: libedit, where others write readline */
    DECODE_ZSH,      /* 0x83 and a byte; a backslash ends a line that goes on */
    DECODE_BACKTICK, /* a backtick ends a line that goes on: PowerShell */
    DECODE_LABELS,   /* www(7)example(3)com: Windows, names of DNS */
};

bool decoding_find(struct str name, enum decoding *out);

/* The text itself where nothing was written another way. */
struct str decode_text(
    enum decoding decoding, struct str text, struct arena *arena);

#endif
