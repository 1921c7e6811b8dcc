/* account: users that a log knows by number only. What a number's name is, the
 * case may know (src/store/identity.h). */
#ifndef SPOOR_EVENT_ACCOUNT_H
#define SPOOR_EVENT_ACCOUNT_H

#include "src/event/record.h"

/* Whether a user's name is the number of an account (uid) in this record: a
 * whole number that the log states under a name for such. A web server's user
 * who chose to be called 1000 is none. */
bool account_is_number(const struct record *record, struct str user);

/* The number of who did it, where the record names no user; "" when none. */
struct str account_number(const struct record *record);

#endif
