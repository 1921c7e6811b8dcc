#include "ui/group_rows.h"

#include <stdlib.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/filter_text.h"

/* --- order --------------------------------------------------------------- */

/* The rows themselves are moved about, not numbers: qsort has no context. */
struct sorted {
    const struct group_row *row;
    enum group_column column;
    uint32_t number;
    bool reversed;
};

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* Numbers by value, others by their bytes; what is absent comes last. */
static int compare_texts(struct str a, struct str b)
{
    int64_t left, right;
    if (a.len == 0 || b.len == 0)
        return (a.len == 0) - (b.len == 0);
    if (str_to_i64(a, &left) && str_to_i64(b, &right))
        return compare_numbers(left, right);
    return str_compare(a, b);
}

static int compare_rows(const struct sorted *a, const struct sorted *b)
{
    switch (a->column) {
    case GROUP_COUNT:
    case GROUP_BAR:
        return (a->row->count < b->row->count) -
               (a->row->count > b->row->count);
    case GROUP_BUCKET:
        return compare_numbers(a->row->bucket, b->row->bucket);
    case GROUP_FIRST:
        return compare_numbers(a->row->first, b->row->first);
    case GROUP_LAST:
        return compare_numbers(b->row->last, a->row->last);
    case GROUP_KEYS:
        break;
    }
    size_t key = (size_t)a->column - GROUP_KEYS;
    return compare_texts(a->row->keys[key], b->row->keys[key]);
}

static int compare_sorted(const void *a, const void *b)
{
    const struct sorted *left = a, *right = b;
    int order = compare_rows(left, right);
    if (order == 0)
        return (left->number > right->number) - (left->number < right->number);
    return left->reversed ? -order : order;
}

uint32_t *group_rows_order(
    const struct group *group, enum group_column column, bool reversed)
{
    struct sorted *rows = xcalloc(group->count + 1, sizeof(*rows));
    uint32_t *order = xcalloc(group->count + 1, sizeof(*order));
    for (size_t i = 0; i < group->count; i++)
        rows[i] = (struct sorted){
            .row = &group->rows[i],
            .column = column,
            .number = (uint32_t)i,
            .reversed = reversed,
        };
    qsort(rows, group->count, sizeof(*rows), compare_sorted);
    for (size_t i = 0; i < group->count; i++)
        order[i] = rows[i].number;
    free(rows);
    return order;
}

/* --- widths and bars ----------------------------------------------------- */

uint64_t group_rows_most(const struct group *group)
{
    uint64_t most = 0;
    for (size_t i = 0; i < group->count; i++)
        if (group->rows[i].count > most)
            most = group->rows[i].count;
    return most;
}

int group_rows_width(const struct group *group, size_t key)
{
    size_t width = 0;
    for (size_t i = 0; i < group->count && i < GROUP_ROWS_SEEN; i++) {
        size_t columns = utf8_columns(group->rows[i].keys[key], 1);
        width = columns > width ? columns : width;
    }
    return width > 1000 ? 1000 : (int)width;
}

void group_rows_bar(uint64_t count, uint64_t most, int width, struct buf *out)
{
    if (count == 0 || most == 0 || width <= 0)
        return;
    /* Two dots side by side make a column. */
    double share = (double)count / (double)most;
    int dots = (int)(share * 2 * width + 0.5);
    if (dots == 0)
        dots = 1;
    for (; dots >= 2; dots -= 2)
        buf_add_cstr(out, "\xe2\xa3\xbf"); /* U+28FF, all eight */
    if (dots == 1)
        buf_add_cstr(out, "\xe2\xa1\x87"); /* U+2847, the left four */
}

/* --- queries ------------------------------------------------------------- */

static void add_bucket(
    const struct tail *tail, const struct group_row *row, struct buf *out)
{
    int64_t end;
    if (row->bucket == STAMP_NONE) {
        buf_add_cstr(out, "is:undated");
        return;
    }
    if (__builtin_add_overflow(row->bucket, tail->interval, &end))
        end = INT64_MAX;
    filter_add_span(out, row->bucket, end);
}

/* The terms of one row; "" when it stands for everything. */
static bool add_row(
    const struct tail *tail, const struct group_row *row, struct buf *out)
{
    size_t before = out->len;
    if (tail->kind == TAIL_PER)
        add_bucket(tail, row, out);
    for (size_t i = 0; i < tail->key_count; i++) {
        if (out->len > before)
            buf_add_char(out, ' ');
        if (!filter_add_term(out, &tail->keys[i], row->keys[i]))
            return false;
    }
    return true;
}

/* user:a,b of rows with one key each. */
static bool add_values(const struct tail *tail,
    const struct group_row *const *rows, size_t count, struct buf *out)
{
    struct buf wider = {0};
    bool named = true;
    for (size_t i = 0; i < count && named; i++) {
        buf_clear(&wider);
        named = filter_join_value(
            buf_str(out), FILTER_OR, &tail->keys[0], rows[i]->keys[0], &wider);
        buf_clear(out);
        buf_add_str(out, buf_str(&wider));
    }
    buf_done(&wider);
    return named;
}

static bool add_rows(const struct tail *tail,
    const struct group_row *const *rows, size_t count, struct buf *out)
{
    if (count == 1)
        return add_row(tail, rows[0], out);
    if (tail->kind != TAIL_PER && tail->key_count == 1)
        return add_values(tail, rows, count, out);
    for (size_t i = 0; i < count; i++) {
        buf_add_cstr(out, i > 0 ? " OR (" : "(");
        if (!add_row(tail, rows[i], out))
            return false;
        buf_add_char(out, ')');
    }
    return true;
}

bool group_rows_query(struct str condition, const struct tail *tail,
    const struct group_row *const *rows, size_t count, struct buf *out)
{
    struct buf terms = {0};
    bool named = add_rows(tail, rows, count, &terms);
    if (named && terms.len > 0)
        filter_join_term(condition, buf_str(&terms), out);
    else if (named)
        buf_add_str(out, condition);
    buf_done(&terms);
    return named;
}
