/* Every view of the workbench, in the order of the bar. */
#include "ui/views.h"

#include <stddef.h>

const struct view_ops *const view_table[] = {
    &view_timeline,
    &view_sources,
    &view_groups,
    &view_start,
    &view_picker,
    &view_pager,
    &view_help,
    NULL,
};

const struct view_ops *view_find(struct str name)
{
    for (const struct view_ops *const *v = view_table; *v != NULL; v++)
        if (str_eq(str_from((*v)->name), name))
            return *v;
    return NULL;
}
