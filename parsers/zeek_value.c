#include "parsers/zeek_value.h"

#include "src/base/json.h"
#include "src/base/utf8.h"

static int digit_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

void zeek_unescape(struct str text, struct buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        bool escaped = text.ptr[i] == '\\' && i + 1 < text.len;
        int high = -1, low = -1;
        if (escaped && text.ptr[i + 1] == 'x' && i + 3 < text.len) {
            high = digit_of(text.ptr[i + 2]);
            low = digit_of(text.ptr[i + 3]);
        }
        if (high >= 0 && low >= 0) {
            buf_add_char(out, (char)(high * 16 + low));
            i += 3;
        } else {
            i += escaped && text.ptr[i + 1] == '\\';
            buf_add_char(out, text.ptr[i]);
        }
    }
}

/* Bytes that are no text stay escaped. */
static struct str plain(struct str text, struct arena *arena, struct buf *room)
{
    if (str_find_char(text, '\\') < 0)
        return text;
    buf_clear(room);
    zeek_unescape(text, room);
    struct str out = buf_str(room);
    return utf8_is_valid(out) && str_find_char(out, '\0') < 0
               ? arena_copy(arena, out)
               : text;
}

static struct str or_else(struct str mark, struct str usual)
{
    return mark.len > 0 ? mark : usual;
}

/* What JSON writes without quotes. */
static bool is_bare(struct str type)
{
    return str_eq(type, STR("count")) || str_eq(type, STR("int")) ||
           str_eq(type, STR("port")) || str_eq(type, STR("double")) ||
           str_eq(type, STR("interval")) || str_eq(type, STR("time")) ||
           str_eq(type, STR("bool"));
}

static struct str scalar(struct str type, struct str text)
{
    if (!str_eq(type, STR("bool")))
        return text;
    return str_eq(text, STR("T"))   ? STR("true")
           : str_eq(text, STR("F")) ? STR("false")
                                    : text;
}

static struct str cut_element(struct str *text, struct str separator)
{
    ptrdiff_t end = str_find(*text, separator);
    struct str element = str_sub(*text, 0, end < 0 ? text->len : (size_t)end);
    *text = str_from_index(
        *text, end < 0 ? text->len : (size_t)end + separator.len);
    return element;
}

/* "set[addr]": the elements' type. */
static bool is_list(struct str type, struct str *element)
{
    ptrdiff_t open = str_find_char(type, '[');
    if (open < 0 || !str_ends_with(type, STR("]")) ||
        (!str_starts_with(type, STR("set[")) &&
            !str_starts_with(type, STR("vector[")) &&
            !str_starts_with(type, STR("list["))))
        return false;
    size_t start = (size_t)open + 1;
    *element = str_sub(type, start, type.len - start - 1);
    return true;
}

static struct str array(const struct zeek_marks *marks, struct str type,
    struct str text, struct arena *arena, struct buf *out)
{
    struct str separator = or_else(marks->set_separator, STR(","));
    struct buf room = {0};
    buf_clear(out);
    buf_add_char(out, '[');
    while (text.len > 0) {
        struct str element = plain(cut_element(&text, separator), arena, &room);
        if (out->len > 1)
            buf_add_char(out, ',');
        if (is_bare(type))
            buf_add_str(out, scalar(type, element));
        else
            json_add_string(out, element);
    }
    buf_add_char(out, ']');
    buf_done(&room);
    return arena_copy(arena, buf_str(out));
}

struct str zeek_value(const struct zeek_marks *marks, struct str type,
    struct str text, struct arena *arena, struct buf *scratch)
{
    struct str element;
    if (str_eq(text, or_else(marks->unset, STR("-"))) ||
        str_eq(text, or_else(marks->empty, STR("(empty)"))))
        return STR("");
    if (is_list(type, &element))
        return array(marks, element, text, arena, scratch);
    return scalar(type, plain(text, arena, scratch));
}
