/* views: every view of the workbench. */
#ifndef SPOOR_UI_VIEWS_H
#define SPOOR_UI_VIEWS_H

#include "ui/view.h"

extern const struct view_ops view_groups, view_help, view_pager, view_picker,
    view_sources, view_start, view_timeline;

#endif
