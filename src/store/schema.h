/* schema: the tables of a case, as numbered migrations.
 *
 * The layout is open to any SQLite tool: `SELECT * FROM events WHERE
 * user='root'` works in the sqlite3 shell. What the columns hold is said beside
 * each in schema.c. */
#ifndef SPOOR_STORE_SCHEMA_H
#define SPOOR_STORE_SCHEMA_H

#include "src/store/store.h"

/* The statements of each step, NULL at their end: [0] makes version 1. */
extern const char *const *const schema_migrations[STORE_VERSION];

/* Bring an open case from its user_version to STORE_VERSION, one transaction
 * and one custody record a step; a new case is made in one. */
int schema_migrate(struct store *store, struct err *err);

/* 1 when the case holds only the tables, indexes and views that its version
 * has, word for word; 0 with the first stranger named in `err`. */
int schema_check(struct store *store, struct err *err);

#endif
