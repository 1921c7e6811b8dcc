#define _XOPEN_SOURCE 700 /* wcwidth */
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "tests/emulator_inside.h"

struct glyph *grid_at(const struct emulator *emulator, int x, int y)
{
    return &emulator->cells[(size_t)y * (size_t)emulator->width + (size_t)x];
}

void grid_erase(struct emulator *emulator, int y, int from, int to)
{
    for (int x = from; x < to; x++)
        *grid_at(emulator, x, y) =
            (struct glyph){.text = {' '}, .pen = emulator->pen};
}

void grid_erase_rows(struct emulator *emulator, int from, int to)
{
    for (int y = from; y < to; y++)
        grid_erase(emulator, y, 0, emulator->width);
}

static void move_row(struct emulator *emulator, int from, int to)
{
    memcpy(grid_at(emulator, 0, to), grid_at(emulator, 0, from),
        (size_t)emulator->width * sizeof(struct glyph));
}

void grid_scroll(struct emulator *emulator, int top, int bottom, int by)
{
    int rows = bottom - top + 1;
    int steps = abs(by) < rows ? abs(by) : rows;
    for (int i = 0; i < rows - steps; i++)
        if (by > 0)
            move_row(emulator, top + i + steps, top + i);
        else
            move_row(emulator, bottom - i - steps, bottom - i);
    if (by > 0)
        grid_erase_rows(emulator, bottom - steps + 1, bottom + 1);
    else
        grid_erase_rows(emulator, top, top + steps);
}

void grid_line_feed(struct emulator *emulator)
{
    if (emulator->y == emulator->bottom)
        grid_scroll(emulator, emulator->top, emulator->bottom, 1);
    else if (emulator->y < emulator->height - 1)
        emulator->y++;
}

int grid_clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

void grid_go_to(struct emulator *emulator, int x, int y)
{
    emulator->x = grid_clamp(x, 0, emulator->width - 1);
    emulator->y = grid_clamp(y, 0, emulator->height - 1);
    emulator->wrap_pending = false;
}

static void combine(struct emulator *emulator, uint32_t character)
{
    int x = emulator->wrap_pending ? emulator->x : emulator->x - 1;
    while (x > 0 && grid_at(emulator, x, emulator->y)->text[0] == 0)
        x--;
    if (x < 0)
        return;
    struct glyph *glyph = grid_at(emulator, x, emulator->y);
    for (int i = 1; i < GLYPH_CHARACTERS; i++)
        if (glyph->text[i] == 0) {
            glyph->text[i] = character;
            return;
        }
}

void grid_put(struct emulator *emulator, uint32_t character)
{
    int width = wcwidth((wchar_t)character);
    if (width == 0) {
        combine(emulator, character);
        return;
    }
    width = grid_clamp(width, 1, emulator->width);
    if (emulator->wrap_pending || emulator->x + width > emulator->width) {
        grid_line_feed(emulator);
        grid_go_to(emulator, 0, emulator->y);
    }
    for (int i = 0; i < width; i++)
        *grid_at(emulator, emulator->x + i, emulator->y) = (struct glyph){
            .text = {i == 0 ? character : 0}, .pen = emulator->pen};
    emulator->last = character;
    int next = emulator->x + width;
    grid_go_to(emulator, next, emulator->y);
    emulator->wrap_pending = next == emulator->width;
}
