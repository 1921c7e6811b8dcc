/* list_inside: what list.c and list_draw.c share. */
#ifndef SPOOR_UI_LIST_INSIDE_H
#define SPOOR_UI_LIST_INSIDE_H

#include "ui/list.h"

/* The greatest key below. */
struct list_key list_key_before(struct list_key key);
/* ops->keys with bounds. */
int list_keys(struct list *list, struct list_key from, bool backward, int n,
    struct list_key *out, bool *end);
void list_move_by(struct list *list, int delta);

#endif
