/* sources: the evidence of the case, and what is known of each piece. */
#ifndef SPOOR_UI_SOURCES_H
#define SPOOR_UI_SOURCES_H

#include "ui/view.h"

extern const struct view_ops view_sources;

#endif
