/* Bytes are gathered until they are a whole character or control sequence, and
 * that is looked up in the tables here. Attributes are folded into one number,
 * the pen: tests ask whether two cells look alike, never how. */
#define _XOPEN_SOURCE 700
#include "tests/emulator.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"

enum { PARAMETERS_MAX = 16 };

/* A control sequence with its parameters read; those left out are -1. */
struct control {
    char marker; /* '?' of a private one, else 0 */
    char final;
    int values[PARAMETERS_MAX];
    int count;
};

/* --- what may not be sent ------------------------------------------------- */

static void add_visible(struct buf *out, struct str bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.ptr[i];
        if (byte > ' ' && byte < 0x7F)
            buf_add_char(out, (char)byte);
        else
            buf_printf(out, "<%02X>", byte);
    }
}

static void refuse(struct emulator *emulator, const char *why)
{
    if (emulator->problem.len > 0)
        return;
    buf_printf(&emulator->problem, "%s: ", why);
    add_visible(&emulator->problem,
        str_make(emulator->sequence, emulator->sequence_len));
}

/* Reorders or hides what the eye reads: Unicode's bidirectional controls, zero
 * widths, separators, tags. */
static bool is_deceiving(uint32_t character)
{
    static const struct {
        uint32_t from, to;
    } ranges[] = {
        {0x061C, 0x061C},
        {0x180E, 0x180E},
        {0x200B, 0x200F},
        {0x2028, 0x202E},
        {0x2060, 0x206F},
        {0xFEFF, 0xFEFF},
        {0xFFF9, 0xFFFB},
        {0xE0000, 0xE007F},
    };
    for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
        if (character >= ranges[i].from && character <= ranges[i].to)
            return true;
    return false;
}

/* --- the grid -------------------------------------------------------------- */

static struct glyph *cell_at(const struct emulator *emulator, int x, int y)
{
    return &emulator->cells[(size_t)y * (size_t)emulator->width + (size_t)x];
}

static void erase(struct emulator *emulator, int y, int from, int to)
{
    for (int x = from; x < to; x++)
        *cell_at(emulator, x, y) =
            (struct glyph){.text = {' '}, .pen = emulator->pen};
}

static void erase_rows(struct emulator *emulator, int from, int to)
{
    for (int y = from; y < to; y++)
        erase(emulator, y, 0, emulator->width);
}

static void move_row(struct emulator *emulator, int from, int to)
{
    memcpy(cell_at(emulator, 0, to), cell_at(emulator, 0, from),
        (size_t)emulator->width * sizeof(struct glyph));
}

/* Rows [top, bottom] go up by one, or, when `by` is negative, down. */
static void scroll(struct emulator *emulator, int top, int bottom, int by)
{
    int rows = bottom - top + 1;
    int steps = abs(by) < rows ? abs(by) : rows;
    for (int i = 0; i < rows - steps; i++)
        if (by > 0)
            move_row(emulator, top + i + steps, top + i);
        else
            move_row(emulator, bottom - i - steps, bottom - i);
    if (by > 0)
        erase_rows(emulator, bottom - steps + 1, bottom + 1);
    else
        erase_rows(emulator, top, top + steps);
}

static void line_feed(struct emulator *emulator)
{
    if (emulator->y == emulator->bottom)
        scroll(emulator, emulator->top, emulator->bottom, 1);
    else if (emulator->y < emulator->height - 1)
        emulator->y++;
}

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static void go_to(struct emulator *emulator, int x, int y)
{
    emulator->x = clamp(x, 0, emulator->width - 1);
    emulator->y = clamp(y, 0, emulator->height - 1);
    emulator->wrap_pending = false;
}

static void combine(struct emulator *emulator, uint32_t character)
{
    int x = emulator->wrap_pending ? emulator->x : emulator->x - 1;
    while (x > 0 && cell_at(emulator, x, emulator->y)->text[0] == 0)
        x--;
    if (x < 0)
        return;
    struct glyph *glyph = cell_at(emulator, x, emulator->y);
    for (int i = 1; i < GLYPH_CHARACTERS; i++)
        if (glyph->text[i] == 0) {
            glyph->text[i] = character;
            return;
        }
}

static void put(struct emulator *emulator, uint32_t character)
{
    int width = wcwidth((wchar_t)character);
    if (width == 0) {
        combine(emulator, character);
        return;
    }
    width = clamp(width, 1, emulator->width);
    if (emulator->wrap_pending || emulator->x + width > emulator->width) {
        line_feed(emulator);
        go_to(emulator, 0, emulator->y);
    }
    for (int i = 0; i < width; i++)
        *cell_at(emulator, emulator->x + i, emulator->y) = (struct glyph){
            .text = {i == 0 ? character : 0}, .pen = emulator->pen};
    emulator->last = character;
    int next = emulator->x + width;
    go_to(emulator, next, emulator->y);
    emulator->wrap_pending = next == emulator->width;
}

/* --- modes ----------------------------------------------------------------- */

/* `resting`: the state a program must leave it in; -1: either. */
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

static uint32_t resting_modes(void)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < MODES; i++)
        if (modes[i].resting == 1)
            bits |= 1u << i;
    return bits;
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
            erase_rows(emulator, 0, emulator->height);
        return;
    }
    refuse(emulator, "a mode that is not on the list");
}

static void change_modes(
    struct emulator *emulator, const struct control *control)
{
    for (int i = 0; i < control->count; i++)
        change_mode(emulator, control, control->values[i]);
}

/* --- looks ----------------------------------------------------------------- */

enum {
    PEN_FOREGROUND = 8,
    PEN_BACKGROUND = 17,
    PEN_COLOUR_MASK = 0x1FF, /* 0: the default, else colour + 1 */
};

static void set_colour(struct emulator *emulator, int shift, int colour)
{
    if (emulator->forbid_colour && colour >= 0)
        refuse(emulator, "a colour");
    if (colour > 255)
        refuse(emulator, "a colour there is not");
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
        {1, 1, 0},
        {2, 2, 0},
        {4, 4, 0},
        {7, 8, 0},
        {22, 0, 3},
        {24, 0, 4},
        {27, 0, 8},
        {10, 0, 0}, /* the console's own character set */
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
            refuse(emulator, "a look that is not on the list");
        }
    }
}

/* --- control sequences ----------------------------------------------------- */

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
    go_to(emulator, x, y);
}

static void erase_in_line(
    struct emulator *emulator, const struct control *control)
{
    int what = value_of(control, 0, 0);
    if (what > 2)
        refuse(emulator, "an erasure that is not on the list");
    erase(emulator, emulator->y, what == 0 ? emulator->x : 0,
        what == 1 ? emulator->x + 1 : emulator->width);
}

static void erase_in_screen(
    struct emulator *emulator, const struct control *control)
{
    int what = value_of(control, 0, 0);
    if (what < 2)
        erase_in_line(emulator, control);
    if (what == 0)
        erase_rows(emulator, emulator->y + 1, emulator->height);
    else if (what == 1)
        erase_rows(emulator, 0, emulator->y);
    else if (what == 2)
        erase_rows(emulator, 0, emulator->height);
    else
        refuse(emulator, "an erasure that is not on the list");
}

static void change_lines(
    struct emulator *emulator, const struct control *control)
{
    if (emulator->y >= emulator->top && emulator->y <= emulator->bottom)
        scroll(emulator, emulator->y, emulator->bottom,
            control->final == 'M' ? amount(control) : -amount(control));
}

static void scroll_region(
    struct emulator *emulator, const struct control *control)
{
    int by = amount(control);
    scroll(emulator, emulator->top, emulator->bottom,
        control->final == 'S' ? by : -by);
}

/* '@' makes room under the cursor, 'P' closes it, 'X' blanks. */
static void change_characters(
    struct emulator *emulator, const struct control *control)
{
    int x = emulator->x, y = emulator->y, left = emulator->width - x;
    int by = amount(control) < left ? amount(control) : left;
    struct glyph *at = cell_at(emulator, x, y);
    size_t rest = (size_t)(left - by) * sizeof(*at);
    if (control->final == 'X') {
        erase(emulator, y, x, x + by);
    } else if (control->final == 'P') {
        memmove(at, at + by, rest);
        erase(emulator, y, emulator->width - by, emulator->width);
    } else {
        memmove(at + by, at, rest);
        erase(emulator, y, x, x + by);
    }
}

static void repeat(struct emulator *emulator, const struct control *control)
{
    int cells = emulator->width * emulator->height;
    for (int i = 0; i < clamp(amount(control), 1, cells); i++)
        put(emulator, emulator->last);
}

static void set_region(struct emulator *emulator, const struct control *control)
{
    int top = value_of(control, 0, 1) - 1;
    int bottom = value_of(control, 1, emulator->height) - 1;
    if (top >= 0 && bottom < emulator->height && top < bottom) {
        emulator->top = top;
        emulator->bottom = bottom;
    }
    go_to(emulator, 0, 0);
}

/* CSI 6 n: where is the cursor? */
static void report(struct emulator *emulator, const struct control *control)
{
    if (value_of(control, 0, 0) == 6)
        buf_printf(&emulator->answers, "\033[%d;%dR", emulator->y + 1,
            emulator->x + 1);
    else
        refuse(emulator, "a question that is not on the list");
}

/* 22;0;0 and 23;0;0 put the window's title aside and bring it back. */
static void keep_title(struct emulator *emulator, const struct control *control)
{
    const int *v = control->values;
    if (control->count != 3 || (v[0] != 22 && v[0] != 23) || v[1] != 0 ||
        v[2] != 0)
        refuse(emulator, "a window operation");
}

/* The Linux console's shape of the cursor: 0, 1 or 8. */
static void shape_cursor(
    struct emulator *emulator, const struct control *control)
{
    int shape = value_of(control, 0, 0);
    if (control->count > 1 || (shape != 0 && shape != 1 && shape != 8))
        refuse(emulator, "a cursor's shape that is not on the list");
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

static void take_control(struct emulator *emulator)
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
    refuse(emulator, "a control sequence that is not on the list");
}

/* --- bytes ----------------------------------------------------------------- */

/* ESC and one character more, two where a character set is designated. */
static void take_escape(struct emulator *emulator)
{
    const char *bytes = emulator->sequence;
    switch (bytes[1]) {
    case '7':
        emulator->saved_x = emulator->x;
        emulator->saved_y = emulator->y;
        break;
    case '8':
        go_to(emulator, emulator->saved_x, emulator->saved_y);
        break;
    case 'M':
        if (emulator->y == emulator->top)
            scroll(emulator, emulator->top, emulator->bottom, -1);
        else
            go_to(emulator, emulator->x, emulator->y - 1);
        break;
    case '=':
    case '>':
        emulator->keypad = bytes[1] == '=';
        break;
    case '(':
    case ')':
        if (bytes[2] != 'B' && bytes[2] != '0')
            refuse(emulator, "a character set that is not on the list");
        else if (bytes[1] == '(')
            emulator->designated = bytes[2];
        break;
    default:
        refuse(emulator, "an escape sequence that is not on the list");
    }
}

static void take_c0(struct emulator *emulator, char byte)
{
    switch (byte) {
    case '\r':
        go_to(emulator, 0, emulator->y);
        break;
    case '\n':
        line_feed(emulator);
        break;
    case '\b':
        go_to(emulator, emulator->x - 1, emulator->y);
        break;
    case 14: /* SO, SI: the other character set and back */
    case 15:
        emulator->shifted = byte == 14;
        break;
    default:
        refuse(emulator, "a control character");
    }
}

static void take_character(struct emulator *emulator)
{
    size_t at = 0;
    struct str bytes = str_make(emulator->sequence, emulator->sequence_len);
    uint32_t character = utf8_next(bytes, &at);
    if (character == UTF8_BAD || at != bytes.len)
        refuse(emulator, "bytes that are no UTF-8");
    else if (character >= 0x7F && character <= 0x9F)
        refuse(emulator, "a control character");
    else if (is_deceiving(character))
        refuse(emulator, "a character that reorders or hides text");
    else if (character > 0x7F && emulator->forbid_high)
        refuse(emulator, "a character past ASCII");
    else
        put(emulator, character);
}

/* How many bytes a UTF-8 sequence has, by its first (RFC 3629, section 3). */
static size_t character_len(unsigned char first)
{
    if (first >= 0xF0)
        return 4;
    return first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
}

static bool control_has_ended(const char *bytes, size_t len)
{
    return len > 2 && bytes[len - 1] >= '@' && bytes[len - 1] <= '~';
}

/* True when what is gathered was whole, and is done. */
static bool take_sequence(struct emulator *emulator)
{
    const char *bytes = emulator->sequence;
    size_t len = emulator->sequence_len;
    unsigned char first = (unsigned char)bytes[0];
    if (first == 27) {
        bool is_control = len > 1 && bytes[1] == '[';
        bool is_set = len > 1 && (bytes[1] == '(' || bytes[1] == ')');
        if (len < 2 || (is_set && len < 3) ||
            (is_control && !control_has_ended(bytes, len)))
            return false;
        if (is_control)
            take_control(emulator);
        else
            take_escape(emulator);
        return true;
    }
    if (first < 0x20) {
        take_c0(emulator, bytes[0]);
        return true;
    }
    if (len < character_len(first))
        return false;
    take_character(emulator);
    return true;
}

void emulator_feed(struct emulator *emulator, struct str bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        if (emulator->sequence_len == SEQUENCE_BYTES) {
            refuse(emulator, "a sequence without an end");
            emulator->sequence_len = 0;
        }
        emulator->sequence[emulator->sequence_len++] = bytes.ptr[i];
        if (take_sequence(emulator))
            emulator->sequence_len = 0;
    }
}

/* --- from start to end ----------------------------------------------------- */

void emulator_init(struct emulator *emulator, int width, int height)
{
    *emulator = (struct emulator){
        .modes = resting_modes(),
        .designated = 'B',
    };
    emulator_resize(emulator, width, height);
}

void emulator_done(struct emulator *emulator)
{
    free(emulator->cells);
    buf_done(&emulator->answers);
    buf_done(&emulator->problem);
}

/* What was shown is kept from the upper left corner on, as xterm does. */
void emulator_resize(struct emulator *emulator, int width, int height)
{
    struct emulator old = *emulator;
    emulator->width = width;
    emulator->height = height;
    emulator->cells =
        xcalloc((size_t)width * (size_t)height, sizeof(struct glyph));
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            *cell_at(emulator, x, y) = x < old.width && y < old.height
                                           ? *cell_at(&old, x, y)
                                           : (struct glyph){.text = {' '}};
    free(old.cells);
    emulator->top = 0;
    emulator->bottom = height - 1;
    go_to(emulator, emulator->x, emulator->y);
}

/* --- what is on the screen ------------------------------------------------- */

void emulator_row(const struct emulator *emulator, int y, struct buf *out)
{
    size_t start = out->len;
    for (int x = 0; x < emulator->width; x++) {
        const struct glyph *glyph = cell_at(emulator, x, y);
        for (int i = 0; i < GLYPH_CHARACTERS && glyph->text[i] != 0; i++) {
            char bytes[4];
            buf_add(out, bytes, utf8_encode(glyph->text[i], bytes));
        }
    }
    while (out->len > start && out->ptr[out->len - 1] == ' ')
        out->len--;
}

void emulator_screen(const struct emulator *emulator, struct buf *out)
{
    for (int y = 0; y < emulator->height; y++) {
        emulator_row(emulator, y, out);
        buf_add_char(out, '\n');
    }
}

bool emulator_shows(const struct emulator *emulator, struct str text, int y)
{
    struct buf row = {0};
    bool found = false;
    int last = y < 0 ? emulator->height - 1 : y;
    for (int i = y < 0 ? 0 : y; i <= last && i < emulator->height; i++) {
        buf_clear(&row);
        emulator_row(emulator, i, &row);
        found = found || str_find(buf_str(&row), text) >= 0;
    }
    buf_done(&row);
    return found;
}

uint64_t emulator_hash(const struct emulator *emulator, int from, int to)
{
    from = clamp(from, 0, emulator->height);
    to = clamp(to + 1, from, emulator->height);
    size_t cells = (size_t)(to - from) * (size_t)emulator->width;
    return str_hash(str_make(
        emulator->cells + (size_t)from * (size_t)emulator->width,
        cells * sizeof(struct glyph)));
}

bool emulator_is_restored(const struct emulator *emulator, struct buf *out)
{
    size_t before = out->len;
    for (size_t i = 0; i < MODES; i++) {
        int set = emulator->modes >> i & 1;
        if (modes[i].resting >= 0 && modes[i].resting != set)
            buf_printf(out, "%s is %s; ", modes[i].name, set ? "on" : "off");
    }
    if (emulator->keypad)
        buf_add_cstr(out, "the keypad is the application's; ");
    if (emulator->shifted || emulator->designated != 'B')
        buf_add_cstr(out, "the character set is another; ");
    if (emulator->pen != 0)
        buf_add_cstr(out, "text is not plain; ");
    if (emulator->top != 0 || emulator->bottom != emulator->height - 1)
        buf_add_cstr(out, "a part of the screen scrolls; ");
    if (emulator->sequence_len > 0)
        buf_add_cstr(out, "a sequence has no end; ");
    return out->len == before;
}
