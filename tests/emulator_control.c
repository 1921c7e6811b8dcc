/* Control sequences: the closed list of them, and what they do. Attributes are
 * folded into one number, the pen: tests ask whether two cells look alike,
 * never how. */
#include <stdlib.h>
#include <string.h>

#include "tests/emulator_inside.h"

enum { PARAMETERS_MAX = 16 };

/* A control sequence with its parameters read; those left out are -1. */
struct control {
    char marker; /* '?' of a private one, else 0 */
    char final;
    int values[PARAMETERS_MAX];
    int count;
};

/* --- modes -----------------------------------------------------------------
 */

/* `resting`: the state a program must leave it in; -1: either. The first is
 * MODE_CURSOR_KEYS. */
static const struct mode {
    char marker;
    int number;
    int resting;
    const char *name;
} modes[] = {
    {'?', 1, 0, "application cursor keys"},
    {'?', 7, 1, "wrapping"},
    {'?', 12, -1, "a blinking cursor"},
    {'?', 25, 1, "the cursor"},
    {'?', 1000, 0, "the mouse"},
    {'?', 1006, 0, "the mouse's long form"},
    {'?', 1049, 0, "the alternate screen"},
    {'?', 2004, 0, "bracketed paste"},
    {0, 4, 0, "inserting"},
    {0, 34, -1, "a quiet cursor"},
};
enum { MODES = sizeof(modes) / sizeof(*modes), MODE_ALTERNATE = 6 };

uint32_t controls_resting_modes(void)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < MODES; i++)
        if (modes[i].resting == 1)
            bits |= 1u << i;
    return bits;
}

void controls_tell_modes(const struct emulator *emulator, struct buf *out)
{
    for (size_t i = 0; i < MODES; i++) {
        int set = emulator->modes >> i & 1;
        if (modes[i].resting >= 0 && modes[i].resting != set)
            buf_printf(out, "%s is %s; ", modes[i].name, set ? "on" : "off");
    }
}

static void change_mode(
    struct emulator *emulator, const struct control *control, int number)
{
    for (size_t i = 0; i < MODES; i++) {
        if (modes[i].marker != control->marker || modes[i].number != number)
            continue;
        if (control->final == 'h')
            emulator->modes |= 1u << i;
        else
            emulator->modes &= ~(1u << i);
        if (i == MODE_ALTERNATE)
            grid_erase_rows(emulator, 0, emulator->height);
        return;
    }
    emulator_refuse(emulator, "a mode that is not on the list");
}

static void change_modes(
    struct emulator *emulator, const struct control *control)
{
    for (int i = 0; i < control->count; i++)
        change_mode(emulator, control, control->values[i]);
}

/* --- looks -----------------------------------------------------------------
 */

enum {
    PEN_FOREGROUND = 8,
    PEN_BACKGROUND = 17,
    PEN_COLOUR_MASK = 0x1FF, /* 0: the default, else colour + 1 */
};

static void set_colour(struct emulator *emulator, int shift, int colour)
{
    if (emulator->forbid_colour && colour >= 0)
        emulator_refuse(emulator, "a colour");
    if (colour > 255)
        emulator_refuse(emulator, "a colour there is not");
    emulator->pen &= ~((uint32_t)PEN_COLOUR_MASK << shift);
    emulator->pen |= (uint32_t)(colour + 1) << shift;
}

/* SGR 1 to 7 set an attribute; 22 to 27 end it. */
static bool set_attribute(struct emulator *emulator, int value)
{
    static const struct {
        int value;
        uint32_t set, clear;
    } attributes[] = {
        {1, 1, 0}, {2, 2, 0}, {4, 4, 0}, {7, 8, 0}, {22, 0, 3}, {24, 0, 4},
        {27, 0, 8}, {10, 0, 0}, /* the console's own character set */
    };
    for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++) {
        if (attributes[i].value != value)
            continue;
        emulator->pen &= ~attributes[i].clear;
        emulator->pen |= attributes[i].set;
        return true;
    }
    return false;
}

/* 30-37, 40-47, their bright forms 90-97, 100-107; 39 and 49 the defaults. */
static bool set_basic_colour(struct emulator *emulator, int value)
{
    int bright = value >= 90 ? 8 : 0;
    int basic = bright > 0 ? value - 60 : value;
    int shift = basic >= 40 ? PEN_BACKGROUND : PEN_FOREGROUND;
    int colour = basic % 10;
    if (basic < 30 || basic > 49 || colour == 8 || (bright && colour == 9))
        return false;
    set_colour(emulator, shift, colour == 9 ? -1 : colour + bright);
    return true;
}

static void set_looks(struct emulator *emulator, const struct control *control)
{
    const int *v = control->values;
    if (control->count == 0)
        emulator->pen = 0;
    for (int i = 0; i < control->count; i++) {
        if (v[i] <= 0)
            emulator->pen = 0;
        else if ((v[i] == 38 || v[i] == 48) && i + 2 < control->count &&
                 v[i + 1] == 5) {
            set_colour(emulator, v[i] == 38 ? PEN_FOREGROUND : PEN_BACKGROUND,
                v[i + 2]);
            i += 2;
        } else if (!set_attribute(emulator, v[i]) &&
                   !set_basic_colour(emulator, v[i])) {
            emulator_refuse(emulator, "a look that is not on the list");
        }
    }
}

/* --- control sequences -----------------------------------------------------
 */

static int value_of(const struct control *control, int index, int otherwise)
{
    if (index >= control->count || control->values[index] < 0)
        return otherwise;
    return control->values[index];
}

static int amount(const struct control *control)
{
    int value = value_of(control, 0, 1);
    return value > 0 ? value : 1;
}

static void move_cursor(
    struct emulator *emulator, const struct control *control)
{
    int by = amount(control), x = emulator->x, y = emulator->y;
    switch (control->final) {
    case 'A':
        y -= by;
        break;
    case 'B':
        y += by;
        break;
    case 'C':
        x += by;
        break;
    case 'D':
        x -= by;
        break;
    case 'G':
        x = by - 1;
        break;
    case 'd':
        y = by - 1;
        break;
    default: /* 'H' */
        y = by - 1;
        x = value_of(control, 1, 1) - 1;
    }
    grid_go_to(emulator, x, y);
}

static void erase_in_line(
    struct emulator *emulator, const struct control *control)
{
    int what = value_of(control, 0, 0);
    if (what > 2)
        emulator_refuse(emulator, "an erasure that is not on the list");
    grid_erase(emulator, emulator->y, what == 0 ? emulator->x : 0,
        what == 1 ? emulator->x + 1 : emulator->width);
}

static void erase_in_screen(
    struct emulator *emulator, const struct control *control)
{
    int what = value_of(control, 0, 0);
    if (what < 2)
        erase_in_line(emulator, control);
    if (what == 0)
        grid_erase_rows(emulator, emulator->y + 1, emulator->height);
    else if (what == 1)
        grid_erase_rows(emulator, 0, emulator->y);
    else if (what == 2)
        grid_erase_rows(emulator, 0, emulator->height);
    else
        emulator_refuse(emulator, "an erasure that is not on the list");
}

static void change_lines(
    struct emulator *emulator, const struct control *control)
{
    if (emulator->y >= emulator->top && emulator->y <= emulator->bottom)
        grid_scroll(emulator, emulator->y, emulator->bottom,
            control->final == 'M' ? amount(control) : -amount(control));
}

static void scroll_region(
    struct emulator *emulator, const struct control *control)
{
    int by = amount(control);
    grid_scroll(emulator, emulator->top, emulator->bottom,
        control->final == 'S' ? by : -by);
}

/* '@' makes room under the cursor, 'P' closes it, 'X' blanks. */
static void change_characters(
    struct emulator *emulator, const struct control *control)
{
    int x = emulator->x, y = emulator->y, left = emulator->width - x;
    int by = amount(control) < left ? amount(control) : left;
    struct glyph *at = grid_at(emulator, x, y);
    size_t rest = (size_t)(left - by) * sizeof(*at);
    if (control->final == 'X') {
        grid_erase(emulator, y, x, x + by);
    } else if (control->final == 'P') {
        memmove(at, at + by, rest);
        grid_erase(emulator, y, emulator->width - by, emulator->width);
    } else {
        memmove(at + by, at, rest);
        grid_erase(emulator, y, x, x + by);
    }
}

static void repeat(struct emulator *emulator, const struct control *control)
{
    int cells = emulator->width * emulator->height;
    for (int i = 0; i < grid_clamp(amount(control), 1, cells); i++)
        grid_put(emulator, emulator->last);
}

static void set_region(struct emulator *emulator, const struct control *control)
{
    int top = value_of(control, 0, 1) - 1;
    int bottom = value_of(control, 1, emulator->height) - 1;
    if (top >= 0 && bottom < emulator->height && top < bottom) {
        emulator->top = top;
        emulator->bottom = bottom;
    }
    grid_go_to(emulator, 0, 0);
}

/* CSI 6 n: where is the cursor? */
static void report(struct emulator *emulator, const struct control *control)
{
    if (value_of(control, 0, 0) == 6)
        buf_printf(&emulator->answers, "\033[%d;%dR", emulator->y + 1,
            emulator->x + 1);
    else
        emulator_refuse(emulator, "a question that is not on the list");
}

/* 22;0;0 and 23;0;0 put the window's title aside and bring it back. */
static void keep_title(struct emulator *emulator, const struct control *control)
{
    const int *v = control->values;
    if (control->count != 3 || (v[0] != 22 && v[0] != 23) || v[1] != 0 ||
        v[2] != 0)
        emulator_refuse(emulator, "a window operation");
}

/* The Linux console's shape of the cursor: 0, 1 or 8. */
static void shape_cursor(
    struct emulator *emulator, const struct control *control)
{
    int shape = value_of(control, 0, 0);
    if (control->count > 1 || (shape != 0 && shape != 1 && shape != 8))
        emulator_refuse(emulator, "a cursor's shape that is not on the list");
}

static const struct {
    char marker, final;
    void (*act)(struct emulator *emulator, const struct control *control);
} controls[] = {
    {0, 'A', move_cursor},
    {0, 'B', move_cursor},
    {0, 'C', move_cursor},
    {0, 'D', move_cursor},
    {0, 'G', move_cursor},
    {0, 'H', move_cursor},
    {0, 'd', move_cursor},
    {0, 'J', erase_in_screen},
    {0, 'K', erase_in_line},
    {0, 'L', change_lines},
    {0, 'M', change_lines},
    {0, 'S', scroll_region},
    {0, 'T', scroll_region},
    {0, '@', change_characters},
    {0, 'P', change_characters},
    {0, 'X', change_characters},
    {0, 'b', repeat},
    {0, 'r', set_region},
    {0, 'm', set_looks},
    {0, 'n', report},
    {0, 't', keep_title},
    {0, 'h', change_modes},
    {0, 'l', change_modes},
    {'?', 'h', change_modes},
    {'?', 'l', change_modes},
    {'?', 'c', shape_cursor},
};

/* Digits and semicolons behind CSI and its marker. */
static bool read_control(struct str sequence, struct control *out)
{
    size_t at = 2;
    *out = (struct control){.final = sequence.ptr[sequence.len - 1]};
    if (sequence.ptr[at] == '?')
        out->marker = sequence.ptr[at++];
    if (at == sequence.len - 1)
        return true;
    out->values[out->count++] = -1;
    for (; at < sequence.len - 1; at++) {
        char c = sequence.ptr[at];
        int *value = &out->values[out->count - 1];
        if (c == ';' && out->count < PARAMETERS_MAX)
            out->values[out->count++] = -1;
        else if (c >= '0' && c <= '9' && *value < 100000)
            *value = (*value < 0 ? 0 : *value * 10) + (c - '0');
        else
            return false;
    }
    return true;
}

void emulator_control(struct emulator *emulator)
{
    struct control control;
    struct str sequence = str_make(emulator->sequence, emulator->sequence_len);
    if (read_control(sequence, &control))
        for (size_t i = 0; i < sizeof(controls) / sizeof(*controls); i++)
            if (controls[i].marker == control.marker &&
                controls[i].final == control.final) {
                controls[i].act(emulator, &control);
                return;
            }
    emulator_refuse(emulator, "a control sequence that is not on the list");
}
