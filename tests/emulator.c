/* Bytes are gathered until they are a whole character or sequence:
 *
 *     emulator.c           gathering, characters, escapes, what the screen
 * shows emulator_control.c   control sequences emulator_grid.c      the cells
 * and the cursor
 */
#include "tests/emulator.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "tests/emulator_inside.h"

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

void emulator_refuse(struct emulator *emulator, const char *why)
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

/* --- bytes -----------------------------------------------------------------
 */

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
        grid_go_to(emulator, emulator->saved_x, emulator->saved_y);
        break;
    case 'M':
        if (emulator->y == emulator->top)
            grid_scroll(emulator, emulator->top, emulator->bottom, -1);
        else
            grid_go_to(emulator, emulator->x, emulator->y - 1);
        break;
    case '=':
    case '>':
        emulator->keypad = bytes[1] == '=';
        break;
    case '(':
    case ')':
        if (bytes[2] != 'B' && bytes[2] != '0')
            emulator_refuse(
                emulator, "a character set that is not on the list");
        else if (bytes[1] == '(')
            emulator->designated = bytes[2];
        break;
    default:
        emulator_refuse(emulator, "an escape sequence that is not on the list");
    }
}

static void take_c0(struct emulator *emulator, char byte)
{
    switch (byte) {
    case '\r':
        grid_go_to(emulator, 0, emulator->y);
        break;
    case '\n':
        grid_line_feed(emulator);
        break;
    case '\b':
        grid_go_to(emulator, emulator->x - 1, emulator->y);
        break;
    case 14: /* SO, SI: the other character set and back */
    case 15:
        emulator->shifted = byte == 14;
        break;
    default:
        emulator_refuse(emulator, "a control character");
    }
}

static void take_character(struct emulator *emulator)
{
    size_t at = 0;
    struct str bytes = str_make(emulator->sequence, emulator->sequence_len);
    uint32_t character = utf8_next(bytes, &at);
    if (character == UTF8_BAD || at != bytes.len)
        emulator_refuse(emulator, "bytes that are no UTF-8");
    else if (character >= 0x7F && character <= 0x9F)
        emulator_refuse(emulator, "a control character");
    else if (is_deceiving(character))
        emulator_refuse(emulator, "a character that reorders or hides text");
    else if (character > 0x7F && emulator->forbid_high)
        emulator_refuse(emulator, "a character past ASCII");
    else
        grid_put(emulator, character);
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
            emulator_control(emulator);
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
            emulator_refuse(emulator, "a sequence without an end");
            emulator->sequence_len = 0;
        }
        emulator->sequence[emulator->sequence_len++] = bytes.ptr[i];
        if (take_sequence(emulator))
            emulator->sequence_len = 0;
    }
}

/* --- from start to end -----------------------------------------------------
 */

void emulator_init(struct emulator *emulator, int width, int height)
{
    *emulator = (struct emulator){
        .modes = controls_resting_modes(),
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
            *grid_at(emulator, x, y) = x < old.width && y < old.height
                                           ? *grid_at(&old, x, y)
                                           : (struct glyph){.text = {' '}};
    free(old.cells);
    emulator->top = 0;
    emulator->bottom = height - 1;
    grid_go_to(emulator, emulator->x, emulator->y);
}

/* --- what is on the screen -------------------------------------------------
 */

void emulator_row(const struct emulator *emulator, int y, struct buf *out)
{
    size_t start = out->len;
    for (int x = 0; x < emulator->width; x++) {
        const struct glyph *glyph = grid_at(emulator, x, y);
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
    from = grid_clamp(from, 0, emulator->height);
    to = grid_clamp(to + 1, from, emulator->height);
    size_t cells = (size_t)(to - from) * (size_t)emulator->width;
    return str_hash(
        str_make(emulator->cells + (size_t)from * (size_t)emulator->width,
            cells * sizeof(struct glyph)));
}

bool emulator_is_restored(const struct emulator *emulator, struct buf *out)
{
    size_t before = out->len;
    controls_tell_modes(emulator, out);
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
