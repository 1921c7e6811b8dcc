/* decide: the small dialog in which guesses about evidence are confirmed or
 * corrected: a menu of rows such as "zone  UTC  (assumed)"; choosing one asks
 * for another value and comes back, Enter on the first row goes ahead. */
#ifndef SPOOR_UI_DECIDE_H
#define SPOOR_UI_DECIDE_H

#include "src/base/buf.h"
#include "src/base/encoding.h"
#include "src/base/zone.h"

struct app;

enum decide_row {
    DECIDE_FORMAT,
    DECIDE_HOST,
    DECIDE_ZONE,
    DECIDE_YEAR,
    DECIDE_CLOCK,
    DECIDE_ENCODING,
    DECIDE_COUNT
};

struct decide;

/* What the prompt of one row needs to come back to the dialog. */
struct decide_asking {
    struct decide *decide;
    enum decide_row row;
};

struct decide {
    const char *title, *go;       /* static: "Import", "import 3 files" */
    unsigned rows;                /* which are asked: 1 << DECIDE_ZONE | ... */
    struct buf now[DECIDE_COUNT]; /* what holds unless changed, and why */
    struct buf given[DECIDE_COUNT]; /* what the user typed; "" nothing */

    /* The given ones, read. */
    const struct zone *zone; /* NULL: not given */
    int32_t year;            /* CIVIL_NO_YEAR: not given */
    bool has_clock, has_encoding;
    int64_t clock_offset;
    enum encoding encoding;

    void (*done)(struct app *app, void *context);
    void *context;

    struct decide_asking asking[DECIDE_COUNT];
};

void decide_init(struct decide *decide);
void decide_clear(struct decide *decide); /* forget what was decided */
void decide_done(struct decide *decide);
/* Show the dialog; `decide` must live until it is answered or given up. */
void decide_show(struct app *app, struct decide *decide);

/* Take the value of one row, as if it had been typed; "" takes it back. */
int decide_set(struct app *app, struct decide *decide, enum decide_row row,
    struct str text, struct err *err);

#endif
