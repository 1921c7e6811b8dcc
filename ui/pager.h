/* pager: text in lines. Opened with its heading, a newline and the text. */
#ifndef SPOOR_UI_PAGER_H
#define SPOOR_UI_PAGER_H

#include "ui/view.h"

extern const struct view_ops view_pager;

#endif
