/* yearless: the wall time without a year that a line begins with, if any. The
 * pre-scan asks this of every line of a source, so it must be quick to say no.
 */
#ifndef SPOOR_PARSERS_YEARLESS_H
#define SPOOR_PARSERS_YEARLESS_H

#include "parsers/parser.h"

bool yearless_find(
    const struct reading *reading, struct str line, struct civil *out);

#endif
