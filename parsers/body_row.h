/* body_row: one file of a Sleuth Kit body file, or of what mactime makes of it,
 * as named values. */
#ifndef SPOOR_PARSERS_BODY_ROW_H
#define SPOOR_PARSERS_BODY_ROW_H

#include "parsers/pairs.h"

/* Read a line of a body file of Sleuth Kit 3 or 2 into `pairs` (which stays as
 * it is when the line is none): md5, file, inode, mode, uid, gid, size, atime,
 * mtime, ctime, crtime, and what body_name adds. */
bool body_row_read(struct pairs *pairs, struct str line);

/* What is no file and yet belongs there: comments and the headers of Sleuth
 * Kit 2. */
bool body_row_is_remark(struct str line);

/* Part what stands in the column of the name: "/a -> /b ($FILE_NAME)
 * (deleted)". Adds `name` (all of it), `file`, and where they are there
 * `link_target`, `attribute`, `deleted`. */
void body_name_add(struct pairs *pairs, struct str name, struct str mode);

#endif
