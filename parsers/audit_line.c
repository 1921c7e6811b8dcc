#include <string.h>

#include "parsers/audit.h"

/* How far into a line the record may begin: behind headers of relays. */
enum { BEFORE_MAX = 512 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name(char c)
{
    return (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

static void skip_blanks(struct str *text)
{
    while (text->len > 0 && text->ptr[0] == ' ')
        *text = str_from_index(*text, 1);
}

static bool skip(struct str *text, struct str what)
{
    if (!str_starts_with(*text, what))
        return false;
    *text = str_from_index(*text, what.len);
    return true;
}

static struct str take_name(struct str *text)
{
    size_t len = 0;
    while (len < text->len && is_name(text->ptr[len]))
        len++;
    struct str name = str_sub(*text, 0, len);
    *text = str_from_index(*text, len);
    return name;
}

/* UNKNOWN[1335], as a library names what is newer than it is. */
static struct str take_type(struct str *text)
{
    struct str rest = *text;
    if (skip(&rest, STR("UNKNOWN[")) || skip(&rest, STR("<audit-"))) {
        struct str number = take_name(&rest);
        if (skip(&rest, STR("]")) || skip(&rest, STR(">"))) {
            *text = rest;
            return number;
        }
    }
    return take_name(text);
}

/* `audit(1772590269.120:52):`, perhaps behind `msg=`. */
static bool take_id(struct str *text, struct str *id)
{
    skip_blanks(text);
    skip(text, STR("msg="));
    if (!skip(text, STR("audit(")))
        return false;
    size_t len = 0;
    bool colon = false;
    while (
        len < text->len && (is_digit(text->ptr[len]) || text->ptr[len] == '.' ||
                               text->ptr[len] == ':'))
        colon |= text->ptr[len++] == ':';
    *id = str_sub(*text, 0, len);
    *text = str_from_index(*text, len);
    if (!colon || !skip(text, STR(")")))
        return false;
    skip(text, STR(":"));
    skip_blanks(text);
    return true;
}

/* The record from `type` on: `=SYSCALL msg=audit(...): ...`. */
static bool read_type(struct str rest, struct audit_line *out)
{
    skip_blanks(&rest); /* some write `type =` */
    if (!skip(&rest, STR("=")))
        return false;
    out->type = take_type(&rest);
    if (out->type.len == 0 || !take_id(&rest, &out->id))
        return false;
    out->body = str_trim_end(rest);
    return true;
}

/* `node=HOST ` right before the type belongs to the record. */
static void find_node(struct str line, struct audit_line *out)
{
    if (out->start == 0 || line.ptr[out->start - 1] != ' ')
        return;
    struct str before = str_sub(line, 0, out->start - 1);
    struct str word =
        str_from_index(before, (size_t)(str_find_last_char(before, ' ') + 1));
    if (!str_starts_with(word, STR("node=")))
        return;
    out->node = str_from_index(word, strlen("node="));
    out->start = (size_t)(word.ptr - line.ptr);
}

bool audit_line_read(struct str line, struct audit_line *out)
{
    *out = (struct audit_line){0};
    struct str head = str_sub(line, 0, BEFORE_MAX);
    if (head.len > 0 && head.ptr[0] == '{')
        return false; /* an object around it, which readers of JSON unpack */
    for (size_t at = 0; at < head.len; at += strlen("type")) {
        ptrdiff_t found = str_find(str_from_index(head, at), STR("type"));
        if (found < 0)
            return false;
        at += (size_t)found;
        if (!read_type(str_from_index(line, at + strlen("type")), out))
            continue;
        out->start = at;
        find_node(line, out);
        return true;
    }
    return false;
}

bool audit_message_read(struct str message, struct audit_line *out)
{
    if (audit_line_read(message, out))
        return true;
    *out = (struct audit_line){0};
    out->type = take_type(&message);
    if (audit_type_find(out->type) == NULL || !skip(&message, STR(" ")))
        return false;
    out->body = str_trim_end(message);
    return true;
}

bool audit_id_read(struct str id, int64_t *time_ns, struct str *serial)
{
    struct str stamp = str_cut(&id, ':');
    struct str whole = str_cut(&stamp, '.');
    int64_t seconds;
    uint32_t nanosecond = 0, unit = 100000000;
    *serial = id;
    if (!str_to_i64(whole, &seconds))
        return false;
    for (size_t i = 0; i < stamp.len && is_digit(stamp.ptr[i]); i++) {
        nanosecond += (uint32_t)(stamp.ptr[i] - '0') * unit;
        unit /= 10;
    }
    return stamp_from_seconds(seconds, nanosecond, time_ns);
}
