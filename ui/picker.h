/* picker: files to import. Opened with the folder to begin in, "" for the
 * current one. */
#ifndef SPOOR_UI_PICKER_H
#define SPOOR_UI_PICKER_H

#include "ui/view.h"

extern const struct view_ops view_picker;

#endif
