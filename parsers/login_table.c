#include "parsers/login_table.h"

#include <string.h>

#include "src/base/escape.h"

enum { SCORE = 980 };

/* --- detection ------------------------------------------------------------ */

int login_table_probe(
    const struct login_shape *shape, const struct sample *sample)
{
    struct str bytes = sample->bytes;
    if (!sqlite_file_is(bytes))
        return 0;
    struct blob blob = blob_from_str(&bytes);
    struct sqlite_file *file = sqlite_file_open(&blob, NULL);
    if (file == NULL)
        return 0;
    /* one that cannot be walked, or not within the sample, is named, too */
    struct sqlite_table *table = NULL;
    int found = sqlite_table_open(file, str_from(shape->table), &table, NULL);
    bool fits = found != 0;
    for (size_t i = 0; found > 0 && i < shape->column_count; i++)
        fits &= sqlite_table_column(table, str_from(shape->columns[i])) >= 0;
    sqlite_table_close(table);
    sqlite_file_close(file);
    return fits ? SCORE : 0;
}

/* --- the cursor ----------------------------------------------------------- */

void login_table_init(struct login_table *logins, const struct reading *reading,
    const struct login_shape *shape)
{
    *logins = (struct login_table){.reading = reading, .shape = shape};
}

static void close_file(struct login_table *logins)
{
    sqlite_table_close(logins->table);
    sqlite_file_close(logins->file);
    logins->table = NULL;
    logins->file = NULL;
}

void login_table_done(struct login_table *logins)
{
    close_file(logins);
    arena_done(&logins->arena);
}

int login_table_feed(
    struct login_table *logins, const struct blob *blob, struct err *err)
{
    const struct login_shape *shape = logins->shape;
    close_file(logins);
    logins->file = sqlite_file_open(blob, err);
    if (logins->file == NULL)
        return -1;
    int found = sqlite_table_open(
        logins->file, str_from(shape->table), &logins->table, err);
    if (found == 0)
        return err_set(
            err, ERR_INPUT, "the database has no table %s", shape->table);
    if (found < 0)
        return -1;
    for (size_t i = 0; i < shape->column_count; i++)
        logins->columns[i] =
            sqlite_table_column(logins->table, str_from(shape->columns[i]));
    return 0;
}

void login_table_place(struct login_table *logins, struct record *record)
{
    const struct sqlite_row *row = &logins->row;
    record->offset = row->offset;
    record->length = row->length;
    record->parts = row->parts;
    record->part_count = row->part_count;
    record->cut = row->cut;
}

int login_table_next(
    struct login_table *logins, struct record *record, struct err *err)
{
    arena_reset(&logins->arena);
    record_reset(record);
    if (logins->table == NULL)
        return 0;
    int rc = sqlite_table_next(logins->table, &logins->row, err);
    if (rc != 0)
        login_table_place(logins, record);
    return rc;
}

int64_t login_table_number(const struct login_table *logins, size_t column)
{
    struct sqlite_value value =
        sqlite_row_get(logins->table, &logins->row, logins->columns[column]);
    return value.type == SQLITE_WHOLE ? value.whole : 0;
}

struct str login_table_text(const struct login_table *logins, size_t column)
{
    struct sqlite_value value =
        sqlite_row_get(logins->table, &logins->row, logins->columns[column]);
    return value.type == SQLITE_TEXTUAL ? value.bytes : (struct str){0};
}

int64_t login_stamp(int64_t number, int64_t per_second)
{
    int64_t stamp = STAMP_NONE;
    int64_t rest = number % per_second;
    if (number <= 0 ||
        !stamp_from_seconds(number / per_second,
            (uint32_t)(rest * (STAMP_SECOND / per_second)), &stamp))
        return STAMP_NONE;
    return stamp;
}

size_t login_table_cut(
    const struct reading *reading, struct str bytes, bool at_end)
{
    (void)reading;
    (void)at_end;
    return bytes.len < LIMIT_CHUNK ? bytes.len : LIMIT_CHUNK;
}

static void write_value(const struct sqlite_value *value, struct buf *out)
{
    switch (value->type) {
    case SQLITE_NONE:
        buf_add_cstr(out, "NULL");
        break;
    case SQLITE_WHOLE:
        buf_add_i64(out, value->whole);
        break;
    case SQLITE_FLOATING:
        buf_printf(out, "%g", value->floating);
        break;
    case SQLITE_TEXTUAL:
        escape_add(out, value->bytes);
        break;
    case SQLITE_BYTES:
        buf_printf(out, "%zu bytes", value->bytes.len);
    }
}

/* Every column of the row, a line each. */
int login_table_as_text(const struct login_shape *shape,
    const struct blob *source, uint64_t offset, struct buf *out,
    struct err *err)
{
    struct login_table logins;
    struct sqlite_row row;
    login_table_init(&logins, NULL, shape);
    int rc = login_table_feed(&logins, source, err);
    if (rc == 0 && sqlite_table_at(logins.table, offset, &row, err) < 0)
        rc = -1;
    size_t width = rc == 0 ? sqlite_table_width(logins.table) : 0;
    for (size_t i = 0; i < width; i++) {
        struct sqlite_value value = sqlite_row_get(logins.table, &row, (int)i);
        escape_add(out, sqlite_table_name(logins.table, i));
        buf_add_char(out, ' ');
        write_value(&value, out);
        buf_add_char(out, '\n');
    }
    login_table_done(&logins);
    return rc;
}

void login_table_note(const struct login_table *logins, struct buf *out)
{
    if (logins->file != NULL && sqlite_file_has_log(logins->file))
        buf_add_cstr(out,
            "a database with a write-ahead log: its newest rows may stand only "
            "in the file named like it with -wal, which is not read");
}
