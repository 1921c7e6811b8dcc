/* sql: SELECTs of the user's over a case, with functions that reach what the
 * tables do not spell out: raw(id), message(id), field(id, 'name'). */
#ifndef SPOOR_QUERY_SQL_H
#define SPOOR_QUERY_SQL_H

#include "parsers/format.h"
#include "src/base/progress.h"
#include "src/store/store.h"

enum sql_type { SQL_NULL, SQL_INTEGER, SQL_REAL, SQL_TEXT, SQL_BLOB };

struct sql_cell {
    enum sql_type type;
    struct str text; /* of any type as text; a blob's bytes; "" for null */
};

/* Called with the column names first (each SQL_TEXT), then with every row. The
 * cells live for the call. False ends the statement. */
typedef bool sql_visit(
    void *context, bool is_header, const struct sql_cell *cells, size_t count);

/* Run one statement. Anything but reading (and anything after the first
 * statement) is refused with ERR_USAGE, as is bad SQL. The case may hold
 * whatever a stranger put there: nothing is written, attached or loaded. */
int sql_run(struct store *store, const struct formats *formats,
    struct str statement, sql_visit *visit, void *context,
    struct progress *progress, struct err *err);

const char *sql_library_version(void);

#endif
