#include "parsers/define.h"

static struct target short_name(struct str name)
{
    enum field field = field_find(name);
    struct target target = {TARGET_EXTRA, FIELD_NONE, name};
    if (field == FIELD_NONE || !field_table[field].parsed)
        return target;
    target.field = field;
    target.kind = field == FIELD_TIME       ? TARGET_TIME
                  : field == FIELD_TIME_END ? TARGET_TIME_END
                  : field == FIELD_COUNT_OF ? TARGET_COUNT
                                            : TARGET_FIELD;
    return target;
}

struct target target_of(struct str name)
{
    if (str_starts_with(name, STR("x.")))
        return (struct target){
            TARGET_EXTRA, FIELD_NONE, str_from_index(name, 2)};
    if (str_eq(name, STR("time")))
        return (struct target){TARGET_TIME, FIELD_TIME, name};
    if (str_eq(name, STR("pri")))
        return (struct target){TARGET_PRI, FIELD_NONE, name};
    if (str_starts_with(name, STR("_")))
        return (struct target){TARGET_SCRATCH, FIELD_NONE, name};
    return short_name(name);
}

struct target target_of_own(struct str name)
{
    struct target target = target_of(name);
    if (target.kind == TARGET_PRI || target.kind == TARGET_SCRATCH)
        return (struct target){TARGET_EXTRA, FIELD_NONE, name};
    if (target.kind != TARGET_EXTRA || str_starts_with(name, STR("x.")))
        return target;
    enum field field = field_find_ecs(name);
    if (field == FIELD_NONE)
        return target;
    struct target own = short_name(str_from(field_table[field].name));
    return own.kind == TARGET_EXTRA ? target : own;
}
