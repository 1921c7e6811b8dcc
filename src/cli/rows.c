/* rows: see rows.h. */
#include "src/cli/rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "src/base/escape.h"

/* Widths in tables; fields that are not here take WIDTH_OTHER. */
enum { WIDTH_OTHER = 14 };
static const int field_widths[FIELD_TOTAL] = {
    [FIELD_ID] = 9,
    [FIELD_TIME] = 25,
    [FIELD_HOST] = 10,
    [FIELD_ACTION] = 14,
    [FIELD_OUTCOME] = 7,
    [FIELD_USER] = 10,
    [FIELD_SRC_IP] = 15,
    [FIELD_DST_IP] = 15,
    [FIELD_PROCESS] = 12,
    [FIELD_KEY] = 40,
};

static const char default_columns[] =
    "id,time,host,action,outcome,user,src_ip,message";

static int add_column(struct rows *rows, struct str name, struct err *err)
{
    if (rows->column_count == ROWS_COLUMNS_MAX)
        return err_set(err, ERR_USAGE, "at most %d columns", ROWS_COLUMNS_MAX);
    const struct own_names *own_names = search_own_names(rows->search);
    struct group_key column;
    if (!query_find_name(name, own_names, &column)) {
        struct str nearest = query_nearest_name(name, own_names);
        bool near = nearest.len > 0;
        return err_set(err, ERR_USAGE,
            "no field '%s'%s%s%s; a log's own are x.NAME", escape_text(name),
            near ? " (did you mean " : "", escape_text(nearest),
            near ? "?)" : "");
    }
    size_t n = rows->column_count++;
    rows->columns[n] = column;
    enum field field = column.field;
    bool own = field == FIELD_NONE;
    snprintf(rows->names[n], sizeof(rows->names[n]), "%s%.*s", own ? "x." : "",
        STR_ARG(own ? column.name : name));
    int width = own ? 0 : field_widths[field];
    rows->heads[n] = (struct output_column){
        .name = rows->names[n],
        .width = width ? width : WIDTH_OTHER,
        .number = !own && field_table[field].type == FIELD_TYPE_NUMBER,
    };
    return 0;
}

int rows_begin(struct rows *rows, struct search *search,
    enum output_format format, const struct zone *zone, const char *columns,
    struct err *err)
{
    *rows = (struct rows){
        .search = search,
        .zone = zone,
        .format = format,
        .chosen = columns != NULL,
    };
    struct str names = str_from(columns ? columns : default_columns);
    while (names.len > 0)
        if (add_column(rows, str_trim(str_cut(&names, ',')), err) < 0)
            return -1;
    if (rows->column_count == 0)
        return err_set(err, ERR_USAGE, "--columns names no column");
    rows->heads[rows->column_count - 1].width = 0;
    output_begin(&rows->output, format, rows->heads, rows->column_count);
    return 0;
}

/* A time as tables show it: in the case's zone, in the digits it has. */
static void add_table_time(
    const struct rows *rows, const struct row *row, struct buf *out)
{
    char text[STAMP_TEXT_MAX];
    if (row->at.time == STAMP_NONE)
        return;
    const struct kind *kind = search_kind(rows->search, row->kind);
    stamp_format_plain(row->at.time,
        kind ? (enum stamp_precision)kind->precision : STAMP_PRECISION_S,
        zone_offset_at(rows->zone, row->at.time), text);
    buf_add_cstr(out, text);
}

static void add_value(struct rows *rows, const struct row *row,
    const struct group_key *column, struct buf *out)
{
    bool table = rows->format == OUTPUT_TABLE;
    if (table && column->field == FIELD_MESSAGE && row->matched > 1)
        buf_printf(out, "%" PRIu32 "x ", row->matched);
    if (table && column->field == FIELD_TIME) {
        add_table_time(rows, row, out);
    } else if (table && column->field == FIELD_MESSAGE) {
        search_says(rows->search, row, out);
    } else if (column->field != FIELD_NONE) {
        search_value(rows->search, row, column->field, out);
    } else {
        search_own_value(rows->search, row, column->name, out);
    }
}

static void put_cells(struct rows *rows, const struct row *row)
{
    struct str cells[ROWS_COLUMNS_MAX];
    for (size_t i = 0; i < rows->column_count; i++) {
        buf_clear(&rows->values[i]);
        add_value(rows, row, &rows->columns[i], &rows->values[i]);
        cells[i] = buf_str(&rows->values[i]);
    }
    output_row(&rows->output, cells);
}

static bool is_plain_number(struct str text)
{
    int64_t number;
    return str_to_i64(text, &number);
}

static void add_extras(
    struct rows *rows, const struct row *row, bool *first, bool *lossy)
{
    const struct record *record = search_record(rows->search, row, NULL);
    struct buf *name = &rows->values[1];
    for (size_t i = 0; record != NULL && i < record->extra_count; i++) {
        buf_clear(name);
        buf_add_cstr(name, "x.");
        buf_add_str(name, record->extras[i].name);
        output_json_member(&rows->line, first, buf_str(name),
            record->extras[i].value, false, lossy);
    }
}

/* Where a name is from that is not the log's. */
static void add_origin(struct rows *rows, const struct row *row,
    enum field field, const char *name, bool *first, bool *lossy)
{
    struct buf *value = &rows->values[0];
    buf_clear(value);
    if (search_name_origin(rows->search, row, field, value))
        output_json_member(
            &rows->line, first, str_from(name), buf_str(value), false, lossy);
}

/* One flat object with every value of the event. */
static void put_object(struct rows *rows, const struct row *row)
{
    bool first = true, lossy = false;
    buf_clear(&rows->line);
    for (int f = 0; f < FIELD_TOTAL; f++) {
        struct buf *value = &rows->values[0];
        buf_clear(value);
        if (!search_value(rows->search, row, (enum field)f, value))
            continue;
        struct str text = buf_str(value);
        output_json_member(&rows->line, &first, str_from(field_table[f].name),
            text,
            field_table[f].type == FIELD_TYPE_NUMBER && is_plain_number(text),
            &lossy);
    }
    add_origin(rows, row, FIELD_USER, "user_from", &first, &lossy);
    add_origin(
        rows, row, FIELD_TARGET_USER, "target_user_from", &first, &lossy);
    add_extras(rows, row, &first, &lossy);
    buf_add_cstr(&rows->line, lossy ? ",\"raw_lossy\":true}\n" : "}\n");
    fwrite(rows->line.ptr, 1, rows->line.len, stdout);
}

void rows_put(struct rows *rows, const struct row *row)
{
    if (rows->format == OUTPUT_JSONL && !rows->chosen)
        put_object(rows, row);
    else
        put_cells(rows, row);
}

void rows_end(struct rows *rows)
{
    output_end(&rows->output);
    for (size_t i = 0; i < ROWS_COLUMNS_MAX; i++)
        buf_done(&rows->values[i]);
    buf_done(&rows->line);
}
