/* attributes: the named values of CEF (Common Event Format) and LEEF (Log Event
 * Extended Format), which have no quotes: what ends a value is the next name,
 * or a character of the writer's choice. */
#ifndef SPOOR_PARSERS_ATTRIBUTES_H
#define SPOOR_PARSERS_ATTRIBUTES_H

#include "parsers/pairs.h"

/* The extension of CEF: `key=value key=value`, values with blanks in them,
 * `\=`, `\\`, `\|`, `\n` and `\r` undone. A value with a label (cs1Label=Rule
 * Name cs1=42) goes by it, blanks and signs dropped: RuleName. */
void attributes_read_cef(struct pairs *pairs, struct str text);

/* What follows the event's id in LEEF: in 2.0 maybe the delimiter and a `|`
 * ("^|", "x5E|", "0x5E|"), else it is a tab, which syslog daemons write as #011
 * and some senders as blanks. */
void attributes_read_leef(struct pairs *pairs, struct str text);

#endif
