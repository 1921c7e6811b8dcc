#include "parsers/owner.h"

#include "parsers/define.h"
#include "src/base/limit.h"

static bool is_separator(char c)
{
    return c == '/' || c == '\\';
}

/* Cut the first component off a path of any system. */
static struct str next_part(struct str *path)
{
    size_t len = 0;
    while (len < path->len && !is_separator(path->ptr[len]))
        len++;
    struct str part = str_sub(*path, 0, len);
    *path = str_from_index(*path, len + 1);
    return part;
}

/* Folders whose own folders are homes. */
static bool holds_homes(struct str name)
{
    static const struct str folders[] = {STR_INIT("home"), STR_INIT("Users"),
        STR_INIT("Documents and Settings")};
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (str_eq_nocase(name, folders[i]))
            return true;
    return false;
}

/* The innermost home counts: what was collected may lie in another's. */
struct str owner_from_path(struct str path)
{
    struct str owner = {0};
    while (path.len > 0) {
        struct str part = next_part(&path);
        struct str rest = path;
        struct str below = next_part(&rest);
        if (holds_homes(part) && below.len > 0 && rest.len > 0)
            owner = below;
        else if (str_eq(part, STR("root")) && below.len > 1 &&
                 below.ptr[0] == '.' && below.ptr[1] != '.')
            owner = part;
    }
    return owner.len <= LIMIT_NAME ? owner : (struct str){0};
}

bool owner_is_named(const struct format *format, struct str path)
{
    struct str name = {0};
    while (path.len > 0)
        name = next_part(&path);
    for (size_t i = 0; i < format->name_count; i++)
        if (name_fits(format->names[i], name))
            return true;
    return false;
}
