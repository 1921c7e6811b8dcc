/* identity: what the numbers of a host's users are called.
 *
 * A passwd file in the case says that 1000 is alice on web01. An event whose
 * user is known by number only names an entity of type ENTITY_ACCOUNT,
 * "1000@web01"; its name is looked up when it is asked for. So nothing has to
 * be written again: it does not matter which came first, the log or the file,
 * and a file that is removed takes its names along. */
#ifndef SPOOR_STORE_IDENTITY_H
#define SPOOR_STORE_IDENTITY_H

#include "src/base/buf.h"
#include "src/store/store.h"

/* For the writer, inside the open transaction: what a source says. The same
 * number again replaces nothing: the first line of a passwd file counts. */
int identity_add(struct store *store, int64_t source, struct str host,
    struct str number, struct str name, struct err *err);
/* Forget what a source said. */
int identity_forget(struct store *store, int64_t source, struct err *err);

/* The name of an account's entity. */
void identity_write_account(
    struct str number, struct str host, struct buf *out);
/* Its number: "1000" of "1000@web01". */
struct str identity_number(struct str account);

/* For readers. A host is known by its name, case ignored; a bare name and one
 * with a domain are the same host. */
struct identities;
struct identities *identities_new(struct store *store);
void identities_free(struct identities *identities);
/* What the account is called, by the latest source that says so; false when
 * none does. `name` lives until the next call; `source` may be NULL. */
bool identities_find(struct identities *identities, struct str account,
    struct str *name, int64_t *source);

#endif
