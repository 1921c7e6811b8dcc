/* years: the years of a source whose stamps have none. */
#ifndef SPOOR_INGEST_YEARS_H
#define SPOOR_INGEST_YEARS_H

#include "parsers/parser.h"
#include "src/ingest/input.h"

struct years;

/* `reading` must outlive it; its parser has `yearless`. */
struct years *years_new(const struct reading *reading);
void years_free(struct years *years);  /* accepts NULL */
void years_reset(struct years *years); /* forgets the lines; accepts NULL */

/* Look at every line of a run of bytes; runs come in order. */
void years_add(struct years *years, uint64_t offset, struct str bytes);

/* Look at a whole input: at its line starts here and there, and at every line
 * where the date moves. */
int years_scan(struct years *years, const struct input *input, struct err *err);

/* True when some line has a stamp without a year. */
bool years_found(const struct years *years);

/* Date the source backwards: its youngest line has `year` or, when that is
 * CIVIL_NO_YEAR, lies at most a day after `anchor` (ns). Appends rows (of
 * struct year_row) when the years differ, none when all lines have one year.
 * Returns that of the youngest line. */
int32_t years_solve(
    const struct years *years, int64_t anchor, int32_t year, struct buf *rows);

#endif
