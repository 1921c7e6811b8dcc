#include "parsers/csv_row.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/limit.h"
#include "src/base/mem.h"

void csv_row_done(struct csv_row *row)
{
    free(row->items);
    arena_done(&row->arena);
    *row = (struct csv_row){0};
}

/* A value in quotes, doubled ones undone; moves `at` to what follows it. */
static struct str read_quoted(struct csv_row *row, struct str text, size_t *at)
{
    size_t start = *at + 1, i = start;
    bool doubled = false;
    for (; i < text.len; i++) {
        if (text.ptr[i] != '"')
            continue;
        if (i + 1 >= text.len || text.ptr[i + 1] != '"')
            break;
        doubled = true;
        i++;
    }
    struct str value = str_sub(text, start, i - start);
    *at = i < text.len ? i + 1 : i;
    if (!doubled)
        return value;
    char *out = arena_alloc(&row->arena, value.len + 1);
    size_t len = 0;
    for (size_t k = 0; k < value.len; k++) {
        out[len++] = value.ptr[k];
        if (value.ptr[k] == '"')
            k++;
    }
    return str_make(out, len);
}

void csv_read_row(struct csv_row *row, struct str text, char delimiter)
{
    size_t at = 0;
    row->count = 0;
    arena_reset(&row->arena);
    while (row->count < LIMIT_EXTRAS) {
        struct str value = {0};
        if (at < text.len && text.ptr[at] == '"')
            value = read_quoted(row, text, &at);
        struct str rest = str_from_index(text, at);
        ptrdiff_t end = str_find_char(rest, delimiter);
        size_t len = end < 0 ? rest.len : (size_t)end;
        if (value.ptr == NULL)
            value = str_sub(rest, 0, len);
        at += len;
        row->items = mem_grow(
            row->items, &row->capacity, row->count + 1, sizeof(*row->items));
        row->items[row->count++] = value;
        if (end < 0)
            return;
        at++;
    }
}

size_t csv_count_quotes(struct str bytes, size_t from, size_t to)
{
    size_t count = 0;
    const char *at = bytes.ptr + from, *end = bytes.ptr + to;
    while (at < end && (at = memchr(at, '"', (size_t)(end - at))) != NULL) {
        count++;
        at++;
    }
    return count;
}

bool csv_row_at(enum encoding encoding, struct str bytes, size_t start,
    struct raw_line *out)
{
    struct raw_line line;
    if (!line_at(encoding, bytes, start, out))
        return false;
    size_t quotes = csv_count_quotes(bytes, out->start, out->end);
    struct raw_line row = *out;
    for (size_t lines = 1; quotes % 2 != 0; lines++) {
        if (lines == LIMIT_JOIN_LINES ||
            !line_at(encoding, bytes, row.next, &line) ||
            line.end - start > LIMIT_JOIN_BYTES) {
            return true; /* the quote is never closed: one line it is */
        }
        quotes += csv_count_quotes(bytes, line.start, line.end);
        row.end = line.end;
        row.next = line.next;
        row.whole = line.whole;
    }
    *out = row;
    return true;
}

struct str csv_skip_bom(struct str text)
{
    return str_starts_with(text, STR("\xEF\xBB\xBF")) ? str_from_index(text, 3)
                                                      : text;
}

bool csv_is_type(struct str text)
{
    return str_starts_with(csv_skip_bom(text), STR("#TYPE "));
}

char csv_find_delimiter(struct str header)
{
    static const char delimiters[] = {'\t', ',', ';', '|'};
    char best = ',';
    size_t most = 0;
    for (size_t i = 0; i < sizeof(delimiters); i++) {
        size_t count = 0;
        bool quoted = false;
        for (size_t k = 0; k < header.len; k++) {
            if (header.ptr[k] == '"')
                quoted = !quoted;
            count += !quoted && header.ptr[k] == delimiters[i];
        }
        if (count > most) {
            most = count;
            best = delimiters[i];
        }
    }
    return best;
}
