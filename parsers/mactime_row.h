/* mactime_row: one line of what mactime of the Sleuth Kit prints, as text or
 * separated by commas. */
#ifndef SPOOR_PARSERS_MACTIME_ROW_H
#define SPOOR_PARSERS_MACTIME_ROW_H

#include "parsers/pairs.h"

/* The date that a line begins with: "Wed Mar 04 2026 02:11:09", in ISO 8601, or
 * what stands for none; empty when the line says that it is that of the line
 * before. False when the line is no row. */
bool mactime_date(struct str line, struct str *date, struct str *rest);

/* Read a row into `pairs`: time, size, macb, mode, uid, gid, inode, and what
 * body_name_add adds. `before` is the date of the lines before. */
bool mactime_row_read(struct pairs *pairs, struct str line, struct str before);

/* What stands above the rows. */
bool mactime_is_header(struct str line);

#endif
