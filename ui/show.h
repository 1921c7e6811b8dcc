/* show: numbers, sizes and times as the views write them. */
#ifndef SPOOR_UI_SHOW_H
#define SPOOR_UI_SHOW_H

#include <stdint.h>

#include "src/base/zone.h"
#include "ui/canvas.h"

void show_number(struct buf *out, uint64_t number); /* 10,204,112 */
void show_size(struct buf *out, uint64_t bytes);    /* 9.4 MiB */
/* "2026-03-04 02:11:09" in a zone; nothing for STAMP_NONE. */
void show_time(struct buf *out, int64_t time, const struct zone *zone);
/* "6h 12m", from one time to a later one */
void show_span(struct buf *out, int64_t from, int64_t to);
/* "1 source", "2 sources" */
void show_count(struct buf *out, uint64_t count, const char *one);

/* A path of which the end matters most: "<var/log/auth.log" where it is longer
 * than `width` bytes. */
void show_path(struct buf *out, struct str path, int width);

/* Draw text (raw) over as many rows as it needs from row `y` on, between column
 * `x` and the right edge; rows above the area are left out. Returns how many
 * rows it took, at least one. */
int show_wrapped(
    struct area area, int x, int y, enum style style, struct str text);

#endif
