/* A text inside a record that is parted further: pairs, columns, CEF, LEEF,
 * records of Linux's audit system. */
#include "parsers/attributes.h"
#include "parsers/audit.h"
#include "parsers/matcher.h"
#include "src/base/mem.h"

/* One record alone: in other logs those of an event are not joined. */
static void apply_audit(
    struct matcher *matcher, struct str text, struct record *record)
{
    struct audit_line line;
    if (!audit_message_read(text, &line))
        return;
    if (matcher->audit == NULL)
        matcher->audit = xcalloc(1, sizeof(*matcher->audit));
    /* whoever passed it on is not what it is about */
    record->present &= ~(FIELD_BIT(FIELD_PROCESS) | FIELD_BIT(FIELD_PID));
    audit_event_begin(matcher->audit, &matcher->arena, record);
    audit_event_add(matcher->audit, &line);
    audit_event_finish(matcher->audit, matcher->reading);
}

static void apply_columns(struct matcher *matcher, const struct format *format,
    const struct split *split, struct str text, struct record *record)
{
    struct csv_row *row = &matcher->row;
    csv_read_row(row, text, split->between);
    for (size_t i = 0; i < row->count && i < split->column_count; i++) {
        struct str value = row->items[i];
        const struct target *to = &split->columns[i];
        if (value.len == 0 || str_eq(value, STR("-")))
            continue;
        /* the row's own copies do not outlive the next row */
        if (value.ptr < text.ptr || value.ptr >= text.ptr + text.len)
            value = arena_copy(&matcher->arena, value);
        matcher_set(matcher, format, to, value, record);
    }
}

static void apply_pair(struct matcher *matcher, const struct format *format,
    const struct pair *pair, struct record *record)
{
    struct target own = {TARGET_EXTRA, FIELD_NONE, pair->name}, to = own;
    for (size_t i = 0; i < format->rename_count; i++)
        if (str_eq(format->renames[i].from, pair->name))
            to = format->renames[i].to;
    if (to.kind == TARGET_TIME) {
        if (matcher_take_time(matcher, format, pair->value, record))
            return;
        to = own; /* a time that does not count stays a value */
    }
    matcher_set(matcher, format, &to, pair->value, record);
}

/* "Cmdline: a -b ¦ Proc: C:\a.exe": what has no name is left where it is. */
static void read_parts(
    struct pairs *pairs, const struct split *split, struct str text)
{
    while (text.len > 0) {
        ptrdiff_t end = str_find(text, split->parts_by);
        struct str part = str_sub(text, 0, end < 0 ? text.len : (size_t)end);
        text = end < 0 ? (struct str){0}
                       : str_from_index(text, part.len + split->parts_by.len);
        ptrdiff_t equals = str_find(part, split->parts_equal);
        if (equals > 0)
            pairs_add(pairs, str_trim(str_sub(part, 0, (size_t)equals)),
                str_trim(str_from_index(
                    part, (size_t)equals + split->parts_equal.len)));
    }
}

static void apply_pairs(struct matcher *matcher, const struct format *format,
    const struct split *split, struct str text, struct record *record)
{
    struct pairs *pairs = &matcher->split;
    pairs->count = 0; /* what was found before lives in the arena */
    if (split->kind == SPLIT_CEF)
        attributes_read_cef(pairs, text);
    else if (split->kind == SPLIT_LEEF)
        attributes_read_leef(pairs, text);
    else if (split->kind == SPLIT_NAMED)
        pairs_read_named(pairs, text, split->between);
    else if (split->kind == SPLIT_PARTS)
        read_parts(pairs, split, text);
    else
        pairs_read_loose(pairs, text, split->between, split->equals);
    for (size_t i = 0; i < pairs->count; i++)
        apply_pair(matcher, format, &pairs->items[i], record);
}

void matcher_splits(struct matcher *matcher, const struct format *format,
    const struct split *splits, size_t count, struct record *record)
{
    for (size_t i = 0; i < count; i++) {
        const struct split *split = &splits[i];
        struct str text = matcher_value(matcher, &split->from, record);
        if (split->kind == SPLIT_AUDIT)
            apply_audit(matcher, text, record);
        else if (split->kind == SPLIT_COLUMNS)
            apply_columns(matcher, format, split, text, record);
        else
            apply_pairs(matcher, format, split, text, record);
    }
}
