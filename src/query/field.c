#include "src/base/escape.h"
#include "src/query/parse.h"

int parse_field_name(struct parse *parse, size_t start, struct str name,
    enum field *field, struct str *extra)
{
    size_t end = start + name.len;
    *extra = (struct str){0};
    if (str_starts_with(name, STR("x.")) && name.len > 2) {
        *field = FIELD_NONE;
        *extra = str_from_index(name, 2);
        return 0;
    }
    *field = field_find(name);
    if (*field == FIELD_NONE)
        *field = field_find_ecs(name);
    if (*field != FIELD_NONE)
        return 0;
    const char *shown = escape_text(str_sub(name, 0, 40));
    const char *nearest = field_nearest(name);
    if (nearest != NULL)
        return parse_fail(parse, start, end,
            "no field is called \"%s\"; did you mean %s? (x.%s is the log's "
            "own, quotes search the text)",
            shown, nearest, shown);
    return parse_fail(parse, start, end,
        "no field is called \"%s\"; x.%s is the log's own, quotes search the "
        "text",
        shown, shown);
}
