/* Rows separate their values in one of three ways: by runs of blanks (IIS, the
 * Windows firewall), by tabs (CloudFront, whose header has blanks all the same)
 * or by commas (Exchange). Where blanks separate, some writers put quotes
 * around values that hold blanks (Advanced Logging); others never do (IIS,
 * which writes
 * `+` for a blank). There a quote may be what a client sent: a row with too few
 * values while quotes count is read once more as if they did not. */
#include "parsers/w3c_header.h"

#include <stdint.h>

#include "parsers/zeek_value.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

struct directive {
    struct str name;
    enum w3c_directive directive;
};

static const struct directive directives[] = {
    {STR_INIT("Fields"), W3C_FIELDS},
    {STR_INIT("Date"), W3C_DATE},
    {STR_INIT("Start-Date"), W3C_DATE},
    {STR_INIT("GMT-Offset"), W3C_OFFSET},
};

static const struct directive zeek_directives[] = {
    {STR_INIT("separator"), W3C_SEPARATOR},
    {STR_INIT("set_separator"), W3C_SET_SEPARATOR},
    {STR_INIT("empty_field"), W3C_EMPTY},
    {STR_INIT("unset_field"), W3C_UNSET},
    {STR_INIT("path"), W3C_PATH},
    {STR_INIT("fields"), W3C_FIELDS},
    {STR_INIT("types"), W3C_TYPES},
};

void w3c_header_done(struct w3c_header *header)
{
    for (size_t i = 0; i < W3C_DIRECTIVE_COUNT; i++)
        buf_done(&header->values[i]);
    csv_row_done(&header->columns);
    csv_row_done(&header->types);
    csv_row_done(&header->row);
    buf_done(&header->separator);
}

void w3c_header_clear(struct w3c_header *header)
{
    for (size_t i = 0; i < W3C_DIRECTIVE_COUNT; i++)
        buf_clear(&header->values[i]);
    header->columns.count = 0;
    header->types.count = 0;
    header->zeek = false;
    buf_clear(&header->separator);
}

bool w3c_is_directive(struct str line)
{
    return str_starts_with(csv_skip_bom(line), STR("#"));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The length of what stands in quotes at the start of `text`, or -1 when these
 * are no quotes around a value: the closing one is before a blank. */
static ptrdiff_t quoted_length(struct str text)
{
    for (size_t i = 1; i < text.len; i++) {
        if (text.ptr[i] != '"')
            continue;
        if (i + 1 == text.len || is_blank(text.ptr[i + 1]))
            return (ptrdiff_t)i - 1;
        if (text.ptr[i + 1] == '"')
            i++;
    }
    return -1;
}

static struct str undo_doubled(struct arena *arena, struct str value)
{
    if (str_find(value, STR("\"\"")) < 0)
        return value;
    char *out = arena_alloc(arena, value.len);
    size_t len = 0;
    for (size_t i = 0; i < value.len; i++) {
        out[len++] = value.ptr[i];
        if (value.ptr[i] == '"')
            i++;
    }
    return str_make(out, len);
}

static void add_value(struct csv_row *row, struct str value)
{
    row->items = mem_grow(
        row->items, &row->capacity, row->count + 1, sizeof(*row->items));
    row->items[row->count++] = value;
}

static void split_at_blanks(struct csv_row *row, struct str line, bool quotes)
{
    size_t at = 0;
    row->count = 0;
    arena_reset(&row->arena);
    while (row->count < LIMIT_EXTRAS) {
        while (at < line.len && is_blank(line.ptr[at]))
            at++;
        if (at == line.len)
            return;
        struct str rest = str_from_index(line, at);
        ptrdiff_t quoted =
            quotes && rest.ptr[0] == '"' ? quoted_length(rest) : -1;
        size_t len = 0;
        if (quoted >= 0) {
            len = (size_t)quoted + 2;
            add_value(row,
                undo_doubled(&row->arena, str_sub(rest, 1, (size_t)quoted)));
        } else {
            while (len < rest.len && !is_blank(rest.ptr[len]))
                len++;
            add_value(row, str_sub(rest, 0, len));
        }
        at += len;
    }
}

/* Tabs are never inside a value, and quotes nothing special. */
static void split_at_tabs(struct csv_row *row, struct str line)
{
    row->count = 0;
    do
        add_value(row, str_cut(&line, '\t'));
    while (line.len > 0 && row->count < LIMIT_EXTRAS);
}

static struct str zeek_separator(const struct w3c_header *header)
{
    return header->separator.len > 0 ? buf_str(&header->separator) : STR("\t");
}

static void split_zeek(
    const struct w3c_header *header, struct csv_row *row, struct str line)
{
    struct str separator = zeek_separator(header);
    ptrdiff_t end = 0;
    for (row->count = 0; end >= 0 && row->count < LIMIT_EXTRAS;) {
        end = str_find(line, separator);
        add_value(row, str_sub(line, 0, end < 0 ? line.len : (size_t)end));
        line = str_from_index(line, end < 0 ? 0 : (size_t)end + separator.len);
    }
}

static void split_row(struct w3c_header *header, struct str line)
{
    struct csv_row *row = &header->row;
    if (header->zeek) {
        split_zeek(header, row, line);
        return;
    }
    if (header->delimiter == ',') {
        csv_read_row(row, line, ',');
        return;
    }
    if (str_count_char(line, '\t') + 1 >= header->columns.count) {
        split_at_tabs(row, line);
        return;
    }
    split_at_blanks(row, line, true);
    if (row->count < header->columns.count)
        split_at_blanks(row, line, false);
}

static void read_columns(struct w3c_header *header)
{
    struct str names = buf_str(&header->values[W3C_FIELDS]);
    header->delimiter = str_find_char(names, ',') >= 0 ? ',' : ' ';
    if (header->delimiter == ',')
        csv_read_row(&header->columns, names, ',');
    else
        split_at_blanks(&header->columns, names, false);
}

/* A new `#separator` is the head of a new log, behind another in one file. */
static void take_zeek(
    struct w3c_header *header, enum w3c_directive directive, struct str value)
{
    if (directive == W3C_SEPARATOR) {
        w3c_header_clear(header);
        zeek_unescape(value, &header->separator);
    }
    header->zeek = true;
    buf_clear(&header->values[directive]);
    buf_add_str(&header->values[directive], value);
    value = buf_str(&header->values[directive]);
    if (directive == W3C_FIELDS)
        split_zeek(header, &header->columns, value);
    if (directive == W3C_TYPES)
        split_zeek(header, &header->types, value);
}

/* The name ends at what separates values, or in `#separator \x09`, which tells
 * it, at a blank. */
static bool read_zeek(struct w3c_header *header, struct str rest)
{
    const size_t count = sizeof(zeek_directives) / sizeof(zeek_directives[0]);
    for (size_t i = 0; i < count; i++) {
        const struct directive *known = &zeek_directives[i];
        struct str value = str_from_index(rest, known->name.len);
        struct str between = known->directive == W3C_SEPARATOR
                                 ? STR(" ")
                                 : zeek_separator(header);
        if (!str_starts_with(rest, known->name) ||
            !str_starts_with(value, between))
            continue;
        take_zeek(header, known->directive,
            str_sub(value, between.len, LIMIT_JOIN_BYTES));
        return true;
    }
    return false;
}

void w3c_header_read(struct w3c_header *header, struct str line)
{
    struct str rest = str_from_index(csv_skip_bom(line), 1);
    if (read_zeek(header, rest) || str_find_char(rest, ':') < 0)
        return;
    struct str name = str_trim(str_cut(&rest, ':'));
    rest = str_sub(str_trim(rest), 0, LIMIT_JOIN_BYTES);
    for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]); i++) {
        if (!str_eq_nocase(directives[i].name, name))
            continue;
        struct buf *value = &header->values[directives[i].directive];
        buf_clear(value);
        buf_add_str(value, rest);
        if (directives[i].directive == W3C_FIELDS) {
            header->zeek = false;
            read_columns(header);
        }
    }
}

static void save_zeek(const struct w3c_header *header, struct buf *out)
{
    const size_t count = sizeof(zeek_directives) / sizeof(zeek_directives[0]);
    for (size_t i = 0; i < count; i++) {
        enum w3c_directive directive = zeek_directives[i].directive;
        if (header->values[directive].len == 0)
            continue;
        buf_add_char(out, '#');
        buf_add_str(out, zeek_directives[i].name);
        buf_add_str(out,
            directive == W3C_SEPARATOR ? STR(" ") : zeek_separator(header));
        buf_add_str(out, buf_str(&header->values[directive]));
        buf_add_char(out, '\n');
    }
}

void w3c_header_save(const struct w3c_header *header, struct buf *out)
{
    if (header->zeek) {
        save_zeek(header, out);
        return;
    }
    static const char *const names[] = {[W3C_FIELDS] = "Fields",
        [W3C_DATE] = "Date",
        [W3C_OFFSET] = "GMT-Offset"};
    for (size_t i = W3C_FIELDS; i <= W3C_OFFSET; i++) {
        if (header->values[i].len == 0)
            continue;
        buf_add_char(out, '#');
        buf_add_cstr(out, names[i]);
        buf_add_cstr(out, ": ");
        buf_add_str(out, buf_str(&header->values[i]));
        buf_add_char(out, '\n');
    }
}

static struct str name_of(
    const struct w3c_header *header, size_t column, struct arena *arena)
{
    if (column < header->columns.count && header->columns.items[column].len > 0)
        return header->columns.items[column];
    return arena_printf(arena, "column%zu", column + 1);
}

/* The first ten characters of "2026-03-04 02:11:09", if they are a date. */
static struct str date_of(const struct w3c_header *header)
{
    struct str date = str_sub(buf_str(&header->values[W3C_DATE]), 0, 10);
    bool is_date = date.len == 10 && date.ptr[4] == '-' && date.ptr[7] == '-';
    return is_date ? date : (struct str){0};
}

/* What the header says of a time that says less by itself. */
static struct str complete_time(
    const struct w3c_header *header, struct pairs *pairs, struct str time)
{
    struct str offset = buf_str(&header->values[W3C_OFFSET]);
    struct str date;
    if (time.len == 0 || time.ptr[0] == '-')
        return time;
    if (!pairs_find(pairs, STR("date"), &date) && date_of(header).len > 0)
        time = arena_printf(&pairs->arena, "%.*s %.*s",
            STR_ARG(date_of(header)), STR_ARG(time));
    if (offset.len > 0)
        time = arena_printf(
            &pairs->arena, "%.*s %.*s", STR_ARG(time), STR_ARG(offset));
    return time;
}

/* FTP of older IIS numbers its sessions in front of the command: "[2]USER". */
static struct str part_session(struct pairs *pairs, struct str method)
{
    ptrdiff_t end = str_find_char(method, ']');
    uint64_t number;
    if (end < 2 || method.ptr[0] != '[' ||
        !str_to_u64(str_sub(method, 1, (size_t)end - 1), &number))
        return method;
    pairs_add(pairs, STR("x-session"), str_sub(method, 1, (size_t)end - 1));
    return str_from_index(method, (size_t)end + 1);
}

static void add_path(const struct w3c_header *header, struct pairs *pairs)
{
    if (header->zeek)
        pairs_add(pairs, STR("_path"), buf_str(&header->values[W3C_PATH]));
}

void w3c_names(const struct w3c_header *header, struct pairs *pairs)
{
    pairs_clear(pairs);
    if (header->columns.count > 0)
        add_path(header, pairs);
    for (size_t i = 0; i < header->columns.count; i++)
        pairs_add(pairs, header->columns.items[i], STR("?"));
}

static struct str type_of(const struct w3c_header *header, size_t column)
{
    return column < header->types.count ? header->types.items[column]
                                        : STR("string");
}

static void name_zeek(struct w3c_header *header, struct pairs *pairs)
{
    struct zeek_marks marks = {
        .set_separator = buf_str(&header->values[W3C_SET_SEPARATOR]),
        .empty = buf_str(&header->values[W3C_EMPTY]),
        .unset = buf_str(&header->values[W3C_UNSET])};
    add_path(header, pairs);
    for (size_t i = 0; i < header->row.count; i++)
        pairs_add(pairs, name_of(header, i, &pairs->arena),
            zeek_value(&marks, type_of(header, i), header->row.items[i],
                &pairs->arena, &pairs->joined));
}

bool w3c_row_read(
    struct w3c_header *header, struct str line, struct pairs *pairs)
{
    pairs_clear(pairs);
    if (header->columns.count == 0)
        return false;
    split_row(header, line);
    struct csv_row *row = &header->row;
    if (row->count < 2 && header->columns.count > 1)
        return false;
    if (header->zeek) {
        name_zeek(header, pairs);
        return true;
    }
    size_t time = SIZE_MAX;
    for (size_t i = 0; i < row->count; i++) {
        struct str name = name_of(header, i, &pairs->arena);
        struct str value = str_trim(row->items[i]);
        if (str_eq(name, STR("time")))
            time = pairs->count;
        if (str_eq(name, STR("cs-method")))
            value = part_session(pairs, value);
        pairs_add(pairs, name, value);
    }
    if (time < pairs->count)
        pairs->items[time].value =
            complete_time(header, pairs, pairs->items[time].value);
    return true;
}
