/* Any bytes as a query; what is understood is written and read again. */
#include <stdlib.h>

#include "src/query/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool event_time(void *context, int64_t id, int64_t *time)
{
    (void)context;
    *time = id * STAMP_SECOND;
    return id > 0 && id < 1000;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct query_basis basis = {
        .newest = 1772600000 * STAMP_SECOND,
        .day = 1772600000 * STAMP_SECOND,
        .event_time = event_time,
    };
    struct query_error where;
    struct err err = {0};
    struct query *query =
        query_parse(str_make(data, size), &basis, &where, &err);
    if (query == NULL) {
        if (where.message[0] == '\0' || err.text[0] == '\0')
            abort();
        return 0;
    }
    struct buf first = {0}, second = {0};
    query_format(query, &first);
    struct query *again = query_parse(buf_str(&first), &basis, NULL, NULL);
    if (again != NULL)
        query_format(again, &second);
    if (again == NULL || !str_eq(buf_str(&first), buf_str(&second)))
        abort();
    query_free(again);
    buf_done(&first);
    buf_done(&second);
    query_free(query);
    return 0;
}
