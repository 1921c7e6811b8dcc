#include "src/store/record_numbers.h"

#include "src/store/internal.h"

int record_numbers_get(
    struct store *store, int64_t source, struct numbers *out, struct err *err)
{
    *out = (struct numbers){0};
    sqlite3_stmt *query = store_prepare(store,
        "SELECT n.runs FROM batch b JOIN record_number n"
        " ON n.event = b.first_event WHERE b.source = ? AND b.pending = 0"
        " ORDER BY b.first_event",
        err);
    if (query == NULL)
        return err_wrap(err, "reading the record numbers");
    sqlite3_bind_int64(query, 1, source);
    int step;
    bool sound = true;
    while (sound && (step = sqlite3_step(query)) == SQLITE_ROW)
        sound = numbers_unpack(store_column_blob(query, 0), out);
    int rc = 0;
    if (!sound)
        rc = err_set(err, ERR_CORRUPT,
            "the record numbers of source %lld make no sense",
            (long long)source);
    else if (step != SQLITE_DONE)
        rc = store_fail(store, err);
    sqlite3_finalize(query);
    numbers_join(out);
    if (rc < 0)
        numbers_done(out);
    return rc;
}
