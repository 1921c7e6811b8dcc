/* canvas: a grid of styled characters that widgets draw on. It knows no
 * terminal: term.c shows it, dump.c writes it as text, tests compare it. */
#ifndef SPOOR_UI_CANVAS_H
#define SPOOR_UI_CANVAS_H

#include "src/base/buf.h"
#include "src/base/str.h"

/* What a cell means; a theme (theme.h) says how that looks. */
enum style {
    STYLE_TEXT,
    STYLE_DIM,     /* secondary: rules, paths, units */
    STYLE_TITLE,   /* the bar at the top */
    STYLE_TAB,     /* the current view's name in it */
    STYLE_HEADING, /* column headings */
    STYLE_CURSOR,  /* the selected row */
    STYLE_MARK,    /* a marked row */
    STYLE_MATCH,   /* what a search found */
    STYLE_SUCCESS, /* a successful login, an accepted packet */
    STYLE_FAILURE, /* a failed one */
    STYLE_WARNING,
    STYLE_ERROR,
    STYLE_LINK,     /* a value that can be followed */
    STYLE_INPUT,    /* text being typed */
    STYLE_HINT,     /* what could be typed next */
    STYLE_KEY,      /* a key in a hint */
    STYLE_STATUS,   /* the bar at the bottom */
    STYLE_BAR,      /* histogram */
    STYLE_BAR_FAIL, /* its failures */
    STYLE_COUNT
};

enum { CELL_BYTES = 15 };

struct cell {
    char text[CELL_BYTES + 1]; /* one character with its combining marks, UTF-8,
                                  terminated; "" right of a wide one */
    uint8_t style;             /* enum style */
    bool reverse; /* under the cursor bar: the style shows through it */
};

struct canvas {
    int width, height;
    struct cell *cells;     /* [height * width] */
    int cursor_x, cursor_y; /* -1: hidden */
    int ambiguous; /* columns of an East Asian ambiguous character: 1 or 2 */
    bool lines;    /* line characters are known to be one column wide */
};

const char *style_name(enum style style); /* "failure" */

/* A rectangle of a canvas to draw in; everything is clipped to it. */
struct area {
    struct canvas *canvas;
    int x, y, width, height;
};

void canvas_init(struct canvas *canvas, int width, int height);
void canvas_done(struct canvas *canvas);
void canvas_resize(struct canvas *canvas, int width, int height);
void canvas_clear(struct canvas *canvas);
struct area canvas_area(struct canvas *canvas);

/* Parts of an area; sizes are clipped, so that a tiny screen gives empty ones.
 */
struct area area_rows(struct area area, int from, int count); /* full width */
struct area area_columns(struct area area, int from, int count);

/* Draw untrusted text from (x, y) of the area: what could act on a terminal is
 * shown escaped (escape.h). At most `width` columns (-1: to the area's edge).
 * Returns the columns taken. */
int area_text(struct area area, int x, int y, int width, enum style style,
    struct str text);
int area_printf(struct area area, int x, int y, enum style style,
    const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The same, at the right end of `width` columns. */
int area_text_right(struct area area, int x, int y, int width, enum style style,
    struct str text);
void area_fill(struct area area, enum style style); /* blanks */
/* Give the cells of a row a style (the text stays): matches, marks. With
 * STYLE_CURSOR the cells keep their style and get the bar behind it. */
void area_style(struct area area, int x, int y, int width, enum style style);
void area_cursor(struct area area, int x, int y);
/* A box with a title along the area's edge, in ASCII unless canvas.lines; what
 * is inside is blanked. Returns the inside. */
struct area area_box(struct area area, const char *title);

/* The canvas as lines of text, trailing blanks cut; with `styled`, runs that
 * are not STYLE_TEXT are told in a second block after a line "--": row,
 * columns, style name ("3 0-11 title"; "+cursor" behind it under the bar), all
 * counted from 0. */
void canvas_dump(const struct canvas *canvas, bool styled, struct buf *out);

#endif
