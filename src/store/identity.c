#include "src/store/identity.h"

#include <stdlib.h>

#include "src/base/mem.h"
#include "src/store/internal.h"

static void add_lower(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        buf_add_char(out, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
    }
}

/* --- writing -------------------------------------------------------------- */

static const char ADD_SQL[] =
    "INSERT INTO identity(number, host, source, name) VALUES(?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING";

int identity_add(struct store *store, int64_t source, struct str host,
    struct str number, struct str name, struct err *err)
{
    sqlite3_stmt *add = store_prepare(store, ADD_SQL, err);
    if (add == NULL)
        return -1;
    struct buf lower = {0};
    add_lower(&lower, host);
    store_bind_str(add, 1, number);
    store_bind_str(add, 2, buf_str(&lower));
    sqlite3_bind_int64(add, 3, source);
    store_bind_str(add, 4, name);
    int rc = store_run(store, add, err);
    sqlite3_finalize(add);
    buf_done(&lower);
    return rc;
}

int identity_forget(struct store *store, int64_t source, struct err *err)
{
    sqlite3_stmt *forget =
        store_prepare(store, "DELETE FROM identity WHERE source = ?", err);
    if (forget == NULL)
        return -1;
    sqlite3_bind_int64(forget, 1, source);
    int rc = store_run(store, forget, err);
    sqlite3_finalize(forget);
    return rc;
}

/* --- accounts ------------------------------------------------------------- */

void identity_write_account(struct str number, struct str host, struct buf *out)
{
    buf_add_str(out, number);
    buf_add_char(out, '@');
    buf_add_str(out, host);
}

struct str identity_number(struct str account)
{
    return str_cut(&account, '@');
}

/* --- reading -------------------------------------------------------------- */

struct identities {
    struct store *store;
    sqlite3_stmt *find;
    struct buf host, name;
};

/* A host without a domain is the same as one with it. */
static const char FIND_SQL[] =
    "SELECT i.name, i.source FROM identity i JOIN source s ON s.id = i.source"
    " WHERE i.number = ?1 AND s.state <> 6" /* SOURCE_REMOVED */
    " AND (instr(i.host || '.', ?2 || '.') = 1"
    "  OR instr(?2 || '.', i.host || '.') = 1)"
    " ORDER BY i.source DESC LIMIT 1";

struct identities *identities_new(struct store *store)
{
    struct identities *identities = xcalloc(1, sizeof(*identities));
    identities->store = store;
    return identities;
}

void identities_free(struct identities *identities)
{
    if (identities == NULL)
        return;
    sqlite3_finalize(identities->find);
    buf_done(&identities->host);
    buf_done(&identities->name);
    free(identities);
}

bool identities_find(struct identities *identities, struct str account,
    struct str *name, int64_t *source)
{
    struct str host = account;
    struct str number = str_cut(&host, '@');
    if (identities->find == NULL)
        identities->find = store_prepare(identities->store, FIND_SQL, NULL);
    sqlite3_stmt *find = identities->find;
    if (find == NULL)
        return false;
    buf_clear(&identities->host);
    add_lower(&identities->host, host);
    store_bind_str(find, 1, number);
    store_bind_str(find, 2, buf_str(&identities->host));
    bool found = sqlite3_step(find) == SQLITE_ROW;
    if (found) {
        buf_clear(&identities->name);
        buf_add_str(&identities->name, store_column_str(find, 0));
        *name = buf_str(&identities->name);
        if (source != NULL)
            *source = sqlite3_column_int64(find, 1);
    }
    sqlite3_reset(find);
    return found;
}
