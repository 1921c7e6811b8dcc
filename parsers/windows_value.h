/* windows_value: values as Windows writes them, as our fields want them. */
#ifndef SPOOR_PARSERS_WINDOWS_VALUE_H
#define SPOOR_PARSERS_WINDOWS_VALUE_H

#include "src/base/arena.h"
#include "src/event/record.h"

/* Set a field, unless the value says that there is none:
 * - addresses: a port behind it goes to the port, "LOCAL" is none, a name
 *   becomes src_host or dst_host;
 * - numbers: hexadecimal ones in decimal; port 0 is none;
 * - accounts: DOMAIN\user is parted, well-known SIDs get their names, of a
 *   distinguished name the first part;
 * - sessions: hexadecimal without leading zeros;
 * - hashes ("SHA1=...,SHA256=..."): the strongest;
 * - hosts: without leading backslashes. */
void windows_value_set(struct arena *arena, struct record *record,
    enum field field, struct str value);

/* "" and "-" stand for none everywhere in Windows events. */
static inline bool windows_value_is_none(struct str value)
{
    return value.len == 0 || (value.len == 1 && value.ptr[0] == '-');
}

/* A name without blanks: rules expect "Threat Name" as ThreatName. */
struct str windows_value_name(struct arena *arena, struct str name);

/* "0x14a0"; false when it is no such number or does not fit. */
bool windows_value_hex(struct str text, uint64_t *out);

#endif
