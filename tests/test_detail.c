#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "ui/detail.h"

enum { WIDTH = 60, HEIGHT = 12, BODY = HEIGHT - 1 };

/* One event whose text is a single line: "é" over and over, then "END". */
static struct buf long_line(size_t size)
{
    struct buf text = {0};
    while (text.len < size)
        buf_add_cstr(&text, "\xC3\xA9");
    buf_add_cstr(&text, "END");
    return text;
}

static bool shows(const struct canvas *canvas, struct str text)
{
    struct buf screen = {0};
    canvas_dump(canvas, false, &screen);
    bool found = str_find(buf_str(&screen), text) >= 0;
    buf_done(&screen);
    return found;
}

static void draw(struct detail_pane *pane, struct canvas *canvas,
    const struct detail *detail)
{
    canvas_clear(canvas);
    detail_draw(pane, canvas_area(canvas), detail);
}

static void a_megabyte_in_one_line_is_laid_out_only_near_the_view(void **state)
{
    (void)state;
    struct canvas canvas = {0};
    struct detail_pane pane = {.tab = DETAIL_TEXT};
    struct buf text = long_line(1 << 20);
    const struct detail_value value = {STR("message"), STR("long")};
    struct detail detail = {
        .values = &value, .count = 1, .text = buf_str(&text)};
    canvas_init(&canvas, WIDTH, HEIGHT);

    draw(&pane, &canvas, &detail);

    assert_in_range(pane.lines, BODY + 1, 1000);
    assert_true(shows(&canvas, STR("+ more")));
    assert_false(shows(&canvas, STR("\\x"))); /* no character was cut */
    canvas_done(&canvas);
    buf_done(&text);
}

static void scrolling_goes_on_to_the_very_end(void **state)
{
    (void)state;
    struct canvas canvas = {0};
    struct detail_pane pane = {.tab = DETAIL_TEXT};
    struct buf text = long_line(100000);
    const struct detail_value value = {STR("message"), STR("long")};
    struct detail detail = {
        .values = &value, .count = 1, .text = buf_str(&text)};
    canvas_init(&canvas, WIDTH, HEIGHT);

    draw(&pane, &canvas, &detail);
    for (int last = -1; pane.top != last;) {
        last = pane.top;
        detail_scroll(&pane, 400);
        draw(&pane, &canvas, &detail);
        assert_false(shows(&canvas, STR("\\x")));
    }

    assert_true(shows(&canvas, STR("END")));
    assert_false(shows(&canvas, STR("more")));
    canvas_done(&canvas);
    buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_megabyte_in_one_line_is_laid_out_only_near_the_view),
        cmocka_unit_test(scrolling_goes_on_to_the_very_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
