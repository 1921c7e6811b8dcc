#include "src/base/escape.h"
#include "src/query/parse.h"

bool query_find_name(
    struct str name, const struct own_names *own_names, struct group_key *out)
{
    *out = (struct group_key){.field = FIELD_NONE};
    if (str_starts_with(name, STR("x.")) && name.len > 2) {
        out->name = str_from_index(name, 2);
        return true;
    }
    out->field = field_find(name);
    if (out->field == FIELD_NONE)
        out->field = field_find_ecs(name);
    if (out->field != FIELD_NONE)
        return true;
    out->name = name;
    return own_names != NULL && own_names_knows(own_names, name);
}

/* An own name must be nearer than any short one: it may be anything. */
struct str query_nearest_name(
    struct str name, const struct own_names *own_names)
{
    size_t least;
    struct str nearest = str_from(field_nearest(name, &least));
    if (own_names == NULL)
        return nearest;
    struct str own = own_names_nearest(own_names, name, &least);
    return own.len > 0 ? own : nearest;
}

static int unknown_name(struct parse *parse, size_t start, struct str name,
    const struct own_names *own_names)
{
    size_t end = start + name.len;
    struct str nearest = query_nearest_name(name, own_names);
    const char *shown = escape_text(str_sub(name, 0, 40));
    if (nearest.len > 0)
        return parse_fail(parse, start, end,
            "no field is called \"%s\"; did you mean %s? (x.%s is the log's "
            "own, quotes search the text)",
            shown, escape_text(nearest), shown);
    return parse_fail(parse, start, end,
        "no field is called \"%s\"; x.%s is the log's own, quotes search the "
        "text",
        shown, shown);
}

int parse_field_name(struct parse *parse, size_t start, struct str name,
    enum field *field, struct str *extra)
{
    const struct query_basis *basis = parse->basis;
    const struct own_names *own_names = NULL;
    struct group_key found;
    if (!query_find_name(name, NULL, &found)) {
        if (basis->own_names != NULL)
            own_names = basis->own_names(basis->context);
        if (!query_find_name(name, own_names, &found))
            return unknown_name(parse, start, name, own_names);
    }
    *field = found.field;
    *extra = found.name;
    return 0;
}
