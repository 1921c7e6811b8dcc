/* answer: rows, counts or groups, as the query asks. */
#include "src/cli/answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/cli/meter.h"
#include "src/cli/output.h"
#include "src/cli/rows.h"
#include "src/cli/values.h"
#include "src/query/group.h"

struct asking {
    const struct answer_request *request;
    struct search *search;
    const struct query *query;
    const struct zone *zone;
    uint64_t shown;
    struct rows rows;
    uint64_t events;
    struct group group;
};

static bool show_row(void *context, const struct row *row)
{
    struct asking *asking = context;
    rows_put(&asking->rows, row);
    asking->shown++;
    return ferror(stdout) == 0 && (asking->request->limit == 0 ||
                                      asking->shown < asking->request->limit);
}

static int run_rows(void *context, struct progress *progress, struct err *err)
{
    struct asking *asking = context;
    return search_each(asking->search, show_row, asking, progress, err);
}

static int run_count(void *context, struct progress *progress, struct err *err)
{
    struct asking *asking = context;
    return search_count(asking->search, &asking->events, progress, err);
}

static int run_group(void *context, struct progress *progress, struct err *err)
{
    struct asking *asking = context;
    return group_run(asking->search, &asking->group, progress, err);
}

enum { KEY_WIDTH = 24, GROUP_COLUMNS_MAX = GROUP_KEYS_MAX + 4 };

static void format_time(
    const struct asking *asking, int64_t time, char out[STAMP_TEXT_MAX])
{
    if (time == STAMP_NONE)
        out[0] = '\0';
    else
        stamp_format(
            time, STAMP_PRECISION_S, zone_offset_at(asking->zone, time), out);
}

/* count, [time,] keys..., first, last */
static void print_groups(struct asking *asking)
{
    const struct tail *tail = &asking->query->tail;
    struct output_column columns[GROUP_COLUMNS_MAX];
    char names[GROUP_KEYS_MAX][128];
    size_t n = 0;

    columns[n++] = (struct output_column){"count", 10, true};
    if (tail->kind == TAIL_PER)
        columns[n++] = (struct output_column){"time", 25, false};
    for (size_t i = 0; i < tail->key_count; i++) {
        const struct group_key *key = &tail->keys[i];
        if (key->field == FIELD_NONE)
            snprintf(names[i], sizeof(names[i]), "x.%.*s", STR_ARG(key->name));
        else
            snprintf(
                names[i], sizeof(names[i]), "%s", field_table[key->field].name);
        columns[n++] = (struct output_column){names[i], KEY_WIDTH, false};
    }
    columns[n++] = (struct output_column){"first", 25, false};
    columns[n++] = (struct output_column){"last", 25, false};

    struct output output;
    output_begin(&output, asking->request->format, columns, n);
    for (size_t r = 0; r < asking->group.count; r++) {
        const struct group_row *row = &asking->group.rows[r];
        char count[24], bucket[STAMP_TEXT_MAX], first[STAMP_TEXT_MAX],
            last[STAMP_TEXT_MAX];
        struct str cells[GROUP_COLUMNS_MAX];
        size_t c = 0;

        if (asking->request->limit > 0 && r >= asking->request->limit)
            break;
        snprintf(count, sizeof(count), "%" PRIu64, row->count);
        format_time(asking, row->bucket, bucket);
        format_time(asking, row->first, first);
        format_time(asking, row->last, last);
        cells[c++] = str_from(count);
        if (tail->kind == TAIL_PER)
            cells[c++] = str_from(bucket);
        for (size_t i = 0; i < tail->key_count; i++)
            cells[c++] = row->keys[i];
        cells[c++] = str_from(first);
        cells[c++] = str_from(last);
        output_row(&output, cells);
    }
    output_end(&output);
}

static int print_rows(struct asking *asking, struct err *err)
{
    if (rows_begin(&asking->rows, asking->search, asking->request->format,
            asking->zone, asking->request->columns, err) < 0)
        return -1;
    int rc = meter_run(run_rows, asking, "reading", METER_EVENTS, err);
    rows_end(&asking->rows);
    return rc;
}

static int run_asking(struct asking *asking, struct err *err)
{
    if (asking->request->count_only) {
        if (meter_run(run_count, asking, "counting", METER_EVENTS, err) < 0)
            return -1;
        printf("%" PRIu64 "\n", asking->events);
        return 0;
    }
    if (asking->query->tail.kind == TAIL_NONE)
        return print_rows(asking, err);
    if (meter_run(run_group, asking, "counting", METER_EVENTS, err) < 0)
        return -1;
    print_groups(asking);
    group_done(&asking->group);
    return 0;
}

int answer_print(
    struct cli *cli, struct store *store, const struct answer_request *request)
{
    struct asking asking = {.request = request, .zone = case_zone(store)};
    struct err err = {0};
    int status = EXIT_DONE;
    struct query *query = value_query(cli, store, request->query, &status);
    if (query == NULL)
        return status;

    asking.query = query;
    asking.search = search_open(store, cli_formats(cli), query, &err);
    if (asking.search == NULL || run_asking(&asking, &err) < 0)
        status = cli_fail(cli, &err);
    search_close(asking.search);
    query_free(query);
    return status;
}
