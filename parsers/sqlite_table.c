/* Walking a table's b-tree (fileformat 1.6), page by page in order of row ids.
 *
 * A stack holds the interior pages from the root down and which child comes
 * next. No page is entered twice and the stack has a fixed depth, so a tree
 * that was made to go in circles ends. */
#include "parsers/sqlite_table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/sqlite_inside.h"
#include "src/base/mem.h"

enum {
    PAGE_INTERIOR = 0x05,
    PAGE_LEAF = 0x0D,
    FIRST_PAGE_HEADER = 100,
    SCHEMA_COLUMNS = 5, /* type, name, tbl_name, rootpage, sql */
};

/* A page's header and where its cells are. */
struct node {
    uint32_t number;
    uint8_t type;
    uint16_t cells;
    uint32_t right;  /* the last child of an interior page */
    size_t pointers; /* offset of the cell pointers on the page */
    uint32_t next;   /* cell or child to come */
};

struct sqlite_table {
    struct sqlite_file *file;
    struct str *columns;
    size_t column_count;
    int rowid_column;
    char *sql; /* the columns' names lie in it */

    struct node stack[LIMIT_SQLITE_DEPTH];
    size_t depth;     /* of the stack */
    uint32_t pending; /* the page to enter next; 0: none */
    uint64_t from;    /* offset of what pointed at it */
    uint8_t *entered; /* a bit for each page */

    struct sqlite_payload payload;
    struct sqlite_value *values; /* [column_count] */
    struct arena arena;
};

/* --- nodes ---------------------------------------------------------------- */

static uint64_t page_offset(const struct sqlite_file *file, uint32_t number)
{
    return number == 0 ? 0 : (uint64_t)(number - 1) * file->page_size;
}

static int damaged_page(struct sqlite_table *table, uint32_t number,
    struct sqlite_row *row, struct err *err)
{
    bool is_there = number > 0 && number <= table->file->page_count;
    row->offset = is_there ? page_offset(table->file, number) : table->from;
    row->length = is_there ? table->file->page_size : 0;
    return err_wrap(err, "page %" PRIu32 " of the database", number);
}

static bool enter_once(struct sqlite_table *table, uint32_t number)
{
    if (number == 0 || number > table->file->page_count)
        return true; /* reading it will say so */
    uint8_t bit = (uint8_t)(1u << number % 8);
    bool first = (table->entered[number / 8] & bit) == 0;
    table->entered[number / 8] |= bit;
    return first;
}

static int read_node(struct sqlite_file *file, uint32_t number,
    struct node *node, struct err *err)
{
    struct str page = sqlite_page_get(file, number, err);
    if (page.len == 0)
        return -1;
    size_t start = number == 1 ? FIRST_PAGE_HEADER : 0;
    struct bytes in = bytes_from_str(str_from_index(page, start));
    *node = (struct node){.number = number};
    node->type = bytes_u8(&in);
    bytes_skip(&in, 2);
    node->cells = bytes_u16be(&in);
    bytes_skip(&in, 3);
    bool interior = node->type == PAGE_INTERIOR;
    node->right = interior ? bytes_u32be(&in) : 0;
    node->pointers = start + (interior ? 12 : 8);
    if (in.failed || (!interior && node->type != PAGE_LEAF))
        return err_set(err, ERR_INPUT, "is no part of a table");
    /* a page cannot have more cells than there is room for pointers to them */
    size_t most = (file->usable - node->pointers) / 2;
    if (node->cells > most)
        node->cells = (uint16_t)most;
    return 0;
}

/* Go down to the pending page: 1, -1 when it is damaged. */
static int enter_pending(
    struct sqlite_table *table, struct sqlite_row *row, struct err *err)
{
    uint32_t number = table->pending;
    table->pending = 0;
    if (!enter_once(table, number)) {
        err_set(err, ERR_INPUT, "is in the table twice");
        return damaged_page(table, number, row, err);
    }
    if (table->depth == LIMIT_SQLITE_DEPTH) {
        err_set(err, ERR_LIMIT, "stands too deep in the table");
        return damaged_page(table, number, row, err);
    }
    if (read_node(table->file, number, &table->stack[table->depth], err) < 0)
        return damaged_page(table, number, row, err);
    table->depth++;
    return 1;
}

/* The bytes of cell `index`, to the end of the page; empty when its pointer
 * makes no sense. */
static struct str cell_at(struct sqlite_table *table, const struct node *node,
    uint32_t index, size_t *at)
{
    struct str page = sqlite_page_get(table->file, node->number, NULL);
    struct bytes in = bytes_from_str(
        str_from_index(page, node->pointers + (size_t)index * 2));
    *at = bytes_u16be(&in);
    if (in.failed || *at < node->pointers || *at >= table->file->usable)
        return (struct str){0};
    return str_sub(page, *at, table->file->usable - *at);
}

static int damaged_cell(struct sqlite_table *table, const struct node *node,
    size_t at, struct sqlite_row *row, struct err *err)
{
    bool is_there = at < table->file->usable;
    row->offset = page_offset(table->file, node->number) + (is_there ? at : 0);
    row->length = is_there ? (uint32_t)(table->file->usable - at) : 0;
    return err_set(err, ERR_INPUT,
        "a damaged row on page %" PRIu32 " of the "
        "database",
        node->number);
}

/* The next child of an interior page becomes pending: 1, -1 damaged. */
static int next_child(struct sqlite_table *table, struct node *node,
    struct sqlite_row *row, struct err *err)
{
    uint32_t index = node->next++;
    size_t at = node->pointers;
    if (index == node->cells) {
        table->pending = node->right;
    } else {
        struct str cell = cell_at(table, node, index, &at);
        struct bytes in = bytes_from_str(cell);
        table->pending = bytes_u32be(&in);
        if (in.failed) {
            table->pending = 0;
            return damaged_cell(table, node, at, row, err);
        }
    }
    table->from = page_offset(table->file, node->number) + at;
    return 1;
}

/* --- rows ----------------------------------------------------------------- */

/* The row whose cell is `cell`, which stands at `at` of its page. */
static int read_cell(struct sqlite_table *table, const struct node *node,
    struct str cell, size_t at, struct sqlite_row *row, struct err *err)
{
    uint32_t used = 0;
    struct bytes in = bytes_from_str(cell);
    uint64_t size = sqlite_varint(&in);
    row->rowid = (int64_t)sqlite_varint(&in);
    size_t head = cell.len - bytes_left(&in);
    uint64_t start = page_offset(table->file, node->number) + at;
    struct sqlite_payload *payload = &table->payload;
    if (in.failed ||
        sqlite_payload_read(table->file, str_from_index(cell, head), size,
            start + head, payload, &used, err) < 0 ||
        !sqlite_values_read(buf_str(&payload->bytes), table->file->encoding,
            &table->arena, table->values, table->column_count,
            &row->value_count))
        return damaged_cell(table, node, at, row, err);
    row->offset = start;
    row->length = (uint32_t)head + used;
    row->parts = payload->part_count > 0 ? payload->parts : NULL;
    row->part_count = payload->part_count;
    row->values = table->values;
    row->cut = payload->cut;
    return 1;
}

static int read_row(struct sqlite_table *table, const struct node *node,
    uint32_t index, struct sqlite_row *row, struct err *err)
{
    size_t at = 0;
    struct str cell = cell_at(table, node, index, &at);
    return read_cell(table, node, cell, at, row, err);
}

int sqlite_table_at(struct sqlite_table *table, uint64_t offset,
    struct sqlite_row *row, struct err *err)
{
    struct node node;
    uint64_t page = offset / table->file->page_size;
    size_t at = 0, wanted = (size_t)(offset % table->file->page_size);
    arena_reset(&table->arena);
    *row = (struct sqlite_row){0};
    if (page >= table->file->page_count ||
        read_node(table->file, (uint32_t)page + 1, &node, err) < 0)
        return err_set(err, ERR_INPUT, "no row of a table stands there");
    for (uint32_t i = 0; node.type == PAGE_LEAF && i < node.cells; i++) {
        struct str cell = cell_at(table, &node, i, &at);
        if (cell.len > 0 && at == wanted)
            return read_cell(table, &node, cell, at, row, err);
    }
    return err_set(err, ERR_INPUT, "no row of a table stands there");
}

int sqlite_table_next(
    struct sqlite_table *table, struct sqlite_row *row, struct err *err)
{
    arena_reset(&table->arena);
    *row = (struct sqlite_row){0};
    for (;;) {
        if (table->pending != 0) {
            if (enter_pending(table, row, err) < 0)
                return -1;
            continue;
        }
        if (table->depth == 0)
            return 0;
        struct node *node = &table->stack[table->depth - 1];
        bool interior = node->type == PAGE_INTERIOR;
        if (node->next >= (uint32_t)node->cells + interior)
            table->depth--;
        else if (!interior)
            return read_row(table, node, node->next++, row, err);
        else if (next_child(table, node, row, err) < 0)
            return -1;
    }
}

size_t sqlite_table_width(const struct sqlite_table *table)
{
    return table->column_count;
}

struct str sqlite_table_name(const struct sqlite_table *table, size_t column)
{
    return table->columns[column];
}

struct sqlite_value sqlite_row_get(
    const struct sqlite_table *table, const struct sqlite_row *row, int column)
{
    struct sqlite_value value = {0};
    if (column >= 0 && (size_t)column < row->value_count)
        value = row->values[column];
    if (column >= 0 && column == table->rowid_column &&
        value.type == SQLITE_NONE)
        value =
            (struct sqlite_value){.type = SQLITE_WHOLE, .whole = row->rowid};
    return value;
}

/* --- tables --------------------------------------------------------------- */

static struct sqlite_table *table_new(
    struct sqlite_file *file, uint32_t root, size_t columns)
{
    struct sqlite_table *table = xcalloc(1, sizeof(*table));
    table->file = file;
    table->pending = root;
    table->rowid_column = -1;
    table->column_count = columns;
    table->values = xcalloc(columns + 1, sizeof(*table->values));
    table->entered = xcalloc((size_t)file->page_count / 8 + 1, 1);
    return table;
}

void sqlite_table_close(struct sqlite_table *table)
{
    if (table == NULL)
        return;
    sqlite_payload_done(&table->payload);
    arena_done(&table->arena);
    free(table->columns);
    free(table->values);
    free(table->entered);
    free(table->sql);
    free(table);
}

int sqlite_table_column(const struct sqlite_table *table, struct str name)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (str_eq_nocase(table->columns[i], name))
            return (int)i;
    return -1;
}

/* What sqlite_schema (fileformat 2.6) says of a table. */
struct definition {
    uint32_t root;
    char *sql; /* yours to free */
};

/* 1 found, 0 not, -1 found and not readable. */
static int definition_of(
    const struct sqlite_row *row, struct str name, struct definition *out)
{
    if (row->value_count < SCHEMA_COLUMNS ||
        !str_eq(row->values[0].bytes, STR("table")) ||
        !str_eq_nocase(row->values[1].bytes, name))
        return 0;
    int64_t root = row->values[3].whole;
    struct str sql = row->values[4].bytes;
    if (root < 1 || root > UINT32_MAX || sql.len > LIMIT_SQLITE_SCHEMA)
        return -1;
    out->root = (uint32_t)root;
    out->sql = str_dup(sql);
    return 1;
}

static int find_definition(
    struct sqlite_file *file, struct str name, struct definition *out)
{
    struct sqlite_table *schema = table_new(file, 1, SCHEMA_COLUMNS);
    struct sqlite_row row;
    int found = 0, rc;
    while (found == 0 && (rc = sqlite_table_next(schema, &row, NULL)) != 0)
        if (rc > 0)
            found = definition_of(&row, name, out);
    sqlite_table_close(schema);
    return found;
}

static int refuse(struct str name, struct err *err)
{
    return err_set(err, ERR_INPUT,
        "the table %.*s is kept without row ids, is a virtual one or damaged: "
        "it is not read here",
        STR_ARG(name));
}

int sqlite_table_open(struct sqlite_file *file, struct str name,
    struct sqlite_table **out, struct err *err)
{
    struct definition definition = {0};
    struct node root;
    *out = NULL;
    int found = find_definition(file, name, &definition);
    if (found <= 0)
        return found < 0 ? refuse(name, err) : 0;
    struct str *names = xcalloc(LIMIT_SQLITE_COLUMNS, sizeof(*names));
    size_t count = 0;
    int rowid_column = -1;
    if (!sqlite_columns_read(str_from(definition.sql), names,
            LIMIT_SQLITE_COLUMNS, &count, &rowid_column) ||
        read_node(file, definition.root, &root, NULL) < 0) {
        free(names);
        free(definition.sql);
        return refuse(name, err);
    }
    struct sqlite_table *table = table_new(file, definition.root, count);
    table->columns = names;
    table->rowid_column = rowid_column;
    table->sql = definition.sql;
    *out = table;
    return 1;
}
