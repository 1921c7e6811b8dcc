#include "parsers/dig.h"

static bool read_step(struct str name, struct dig *out)
{
    ptrdiff_t open = str_find_char(name, '[');
    if (open <= 0)
        return false;
    struct str rest = str_from_index(name, (size_t)open + 1);
    ptrdiff_t close = str_find(rest, STR("]."));
    if (close < 0)
        return false;
    struct str which = str_sub(rest, 0, (size_t)close);
    *out = (struct dig){.name = str_sub(name, 0, (size_t)open),
        .path = str_from_index(rest, (size_t)close + 2)};
    ptrdiff_t equals = str_find_char(which, '=');
    if (equals > 0) {
        out->key = str_sub(which, 0, (size_t)equals);
        out->word = str_from_index(which, (size_t)equals + 1);
        return out->path.len > 0;
    }
    return out->path.len > 0 &&
           (which.len == 0 || str_to_u64(which, &out->index));
}

size_t dig_read(struct str name, struct dig out[DIG_DEPTH])
{
    size_t count = 0;
    while (count < DIG_DEPTH && read_step(name, &out[count])) {
        if (count > 0)
            out[count - 1].path = out[count].name;
        name = out[count++].path;
    }
    return count;
}

/* One object, already read into `room`. */
static bool find_in_object(
    const struct dig *dig, const struct pairs *room, struct str *out)
{
    struct str value;
    if (dig->key.len > 0 && (!pairs_find_nocase(room, dig->key, &value) ||
                                !str_eq_nocase(value, dig->word)))
        return false;
    return pairs_find_nocase(room, dig->path, out);
}

/* Objects of the array are cut out with a reader of their own, as reading one
 * starts the reader of `room`. */
static bool find_in_array(const struct dig *dig, struct json *json,
    struct pairs *room, struct str *out)
{
    for (uint64_t i = 0; json_next(json) == JSON_OBJECT; i++) {
        size_t start = json->value_start;
        if (!json_skip(json))
            return false;
        if (dig->key.len == 0 && i < dig->index)
            continue;
        struct str object = str_sub(json->text, start, json->at - start);
        if (pairs_read_json(room, object) && find_in_object(dig, room, out))
            return true;
        if (dig->key.len == 0)
            return false;
    }
    return false;
}

bool dig_find(const struct dig *dig, struct str value, struct pairs *room,
    struct str *out)
{
    if (value.len == 0 || (value.ptr[0] != '{' && value.ptr[0] != '['))
        return false;
    if (value.ptr[0] == '{')
        return pairs_read_json(room, value) && find_in_object(dig, room, out);
    struct json json = {0};
    json_start(&json, value);
    bool found =
        json_next(&json) == JSON_ARRAY && find_in_array(dig, &json, room, out);
    json_done(&json);
    return found;
}
