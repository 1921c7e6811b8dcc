#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "ui/list.h"

/* Rows 0 .. count - 1 without any memory of them; key (number, 0). */
struct numbers {
    int64_t count;
    bool is_known; /* false: nothing is there yet */
    int asked;
    int64_t gap_at; /* a line above this row; -1 none */
    const char *text;
};

static int number_keys(void *context, struct list_key from, bool backward,
    int n, struct list_key *out, bool *end)
{
    struct numbers *numbers = context;
    numbers->asked++;
    if (!numbers->is_known)
        return -1;
    /* The first row above `from`, and the first not below it. */
    int64_t above = from.major >= numbers->count ? numbers->count
                    : from.major < 0             ? 0
                    : from.minor >= 0            ? from.major + 1
                                                 : from.major;
    int64_t below = from.major >= numbers->count ? numbers->count
                    : from.major < 0             ? 0
                    : from.minor > 0             ? from.major + 1
                                                 : from.major;
    int64_t low = above, high = below;
    if (backward)
        low = high > n ? high - n : 0;
    else
        high = numbers->count - low > n ? low + n : numbers->count;
    *end = backward ? low == 0 : high == numbers->count;
    for (int64_t i = low; i < high; i++)
        out[i - low] = (struct list_key){i, 0};
    return (int)(high - low);
}

static void number_cell(void *context, struct list_key row, int column,
    struct buf *text, enum style *style)
{
    struct numbers *numbers = context;
    (void)style;
    if (column == 0)
        buf_add_i64(text, row.major);
    else if (numbers->text != NULL)
        buf_add_cstr(text, numbers->text);
    else
        buf_printf(text, "row %lld", (long long)row.major);
}

static bool number_above(void *context, struct list_key row, struct buf *text)
{
    struct numbers *numbers = context;
    if (row.major != numbers->gap_at)
        return false;
    buf_add_cstr(text, "-- a gap --");
    return true;
}

static const struct list_ops number_ops = {
    .keys = number_keys,
    .cell = number_cell,
    .above = number_above,
};

static const struct list_column number_columns[] = {
    {"number", 12, true},
    {"text", 0, false},
};

struct fixture {
    struct numbers numbers;
    struct list list;
    struct canvas canvas;
};

static int set_up(void **state)
{
    struct fixture *fixture = xcalloc(1, sizeof(*fixture));
    fixture->numbers = (struct numbers){
        .count = 1000000000,
        .is_known = true,
        .gap_at = -1,
    };
    list_init(
        &fixture->list, &number_ops, &fixture->numbers, number_columns, 2);
    canvas_init(&fixture->canvas, 40, 11); /* headings and ten rows */
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    list_done(&fixture->list);
    canvas_done(&fixture->canvas);
    free(fixture);
    return 0;
}

static void draw(struct fixture *fixture)
{
    canvas_clear(&fixture->canvas);
    list_draw(&fixture->list, canvas_area(&fixture->canvas));
}

static void press(struct fixture *fixture, uint32_t key)
{
    assert_true(list_press(&fixture->list, key, NULL));
    draw(fixture);
}

static int64_t cursor(const struct fixture *fixture)
{
    struct list_key key;
    return list_cursor(&fixture->list, &key) ? key.major : -1;
}

/* The line of the screen, its trailing blanks cut. */
static const char *line_at(struct fixture *fixture, int y)
{
    static struct buf text;
    buf_clear(&text);
    for (int x = 0; x < fixture->canvas.width; x++)
        buf_add_cstr(
            &text, fixture->canvas.cells[y * fixture->canvas.width + x].text);
    text.len = str_trim_end(buf_str(&text)).len;
    return buf_cstr(&text);
}

static void the_first_rows_are_shown_below_headings(void **state)
{
    struct fixture *fixture = *state;
    draw(fixture);
    assert_string_equal(line_at(fixture, 0), "       number text");
    assert_string_equal(line_at(fixture, 1), ">           0 row 0");
    assert_string_equal(line_at(fixture, 10), "            9 row 9");
    assert_int_equal(cursor(fixture), 0);
}

static void every_movement_lands_where_it_says(void **state)
{
    static const struct {
        uint32_t key;
        int64_t cursor;
        const char *first; /* line of the screen afterwards */
    } steps[] = {
        {'j', 1, "            0 row 0"},
        {UIKEY_DOWN, 2, "            0 row 0"},
        {'k', 1, "            0 row 0"},
        {UIKEY_UP, 0, ">           0 row 0"},
        {'k', 0, ">           0 row 0"},
        {' ', 9, ">           9 row 9"},
        {UIKEY_PAGE_DOWN, 18, ">          18 row 18"},
        {UIKEY_CTRL('d'), 23, ">          23 row 23"},
        {UIKEY_CTRL('u'), 18, ">          18 row 18"},
        {UIKEY_CTRL('b'), 9, ">           9 row 9"},
        {'G', 999999999, "    999999990 row 999999990"},
        {'j', 999999999, "    999999990 row 999999990"},
        {'k', 999999998, "    999999990 row 999999990"},
        {UIKEY_PAGE_DOWN, 999999999, "    999999990 row 999999990"},
        {UIKEY_PAGE_UP, 999999990, "    999999981 row 999999981"},
        {UIKEY_END, 999999999, "    999999990 row 999999990"},
        {UIKEY_HOME, 0, ">           0 row 0"},
        {UIKEY_PAGE_UP, 0, ">           0 row 0"},
    };
    struct fixture *fixture = *state;
    draw(fixture);
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
        press(fixture, steps[i].key);
        if (cursor(fixture) != steps[i].cursor)
            fail_msg("step %zu: cursor at %lld", i, (long long)cursor(fixture));
        if (strcmp(line_at(fixture, 1), steps[i].first) != 0)
            fail_msg("step %zu: '%s'", i, line_at(fixture, 1));
    }
}

static void a_far_row_is_reached_without_walking(void **state)
{
    struct fixture *fixture = *state;
    draw(fixture);
    fixture->numbers.asked = 0;
    list_move_to(&fixture->list, (struct list_key){500000000, 0});
    draw(fixture);
    assert_int_equal(cursor(fixture), 500000000);
    assert_true(fixture->numbers.asked < 10);
}

static void an_absent_row_gives_the_next_one(void **state)
{
    struct fixture *fixture = *state;
    list_move_to(&fixture->list, (struct list_key){77, 5});
    draw(fixture);
    assert_int_equal(cursor(fixture), 78);
}

static void the_old_screen_stays_until_the_new_one_is_known(void **state)
{
    struct fixture *fixture = *state;
    draw(fixture);
    fixture->numbers.is_known = false;
    press(fixture, 'G');
    assert_string_equal(line_at(fixture, 2), "            1 row 1");
    assert_int_equal(cursor(fixture), -1);
    fixture->numbers.is_known = true;
    draw(fixture);
    assert_int_equal(cursor(fixture), 999999999);
}

static void a_move_into_the_unknown_is_made_up_for(void **state)
{
    struct fixture *fixture = *state;
    draw(fixture);
    fixture->numbers.is_known = false;
    press(fixture, UIKEY_CTRL('d'));
    assert_int_equal(cursor(fixture), 0);
    fixture->numbers.is_known = true;
    draw(fixture);
    assert_int_equal(cursor(fixture), 5);
}

static void the_cursor_stays_on_its_row_when_rows_come_and_go(void **state)
{
    struct fixture *fixture = *state;
    fixture->numbers.count = 50;
    list_move_to(&fixture->list, (struct list_key){45, 0});
    draw(fixture);
    fixture->numbers.count = 5000;
    list_reset(&fixture->list);
    draw(fixture);
    assert_int_equal(cursor(fixture), 45);
    fixture->numbers.count = 20;
    list_reset(&fixture->list);
    draw(fixture);
    assert_int_equal(cursor(fixture), 19);
    assert_string_equal(line_at(fixture, 1), "           10 row 10");
    fixture->numbers.count = 0;
    list_reset(&fixture->list);
    draw(fixture);
    assert_int_equal(cursor(fixture), -1);
    assert_string_equal(line_at(fixture, 1), "");
    fixture->numbers.count = 3;
    draw(fixture);
    assert_int_equal(cursor(fixture), 2);
    assert_string_equal(line_at(fixture, 1), "            0 row 0");
}

static void a_smaller_screen_keeps_the_cursor_on_it(void **state)
{
    struct fixture *fixture = *state;
    list_move_to(&fixture->list, (struct list_key){9, 0});
    draw(fixture);
    for (int height = 11; height > 0; height--)
        for (int width = 40; width > 0; width -= 13) {
            canvas_resize(&fixture->canvas, width, height);
            draw(fixture);
            assert_int_equal(cursor(fixture), 9);
        }
    canvas_resize(&fixture->canvas, 40, 11);
    draw(fixture);
    assert_int_equal(cursor(fixture), 9);
}

static void marks_are_toggled_and_shown(void **state)
{
    struct fixture *fixture = *state;
    draw(fixture);
    press(fixture, 'm');
    press(fixture, 'j');
    press(fixture, 'm');
    assert_true(list_is_marked(&fixture->list, (struct list_key){0, 0}));
    assert_false(list_is_marked(&fixture->list, (struct list_key){1, 0}));
    assert_true(list_is_marked(&fixture->list, (struct list_key){2, 0}));
    assert_string_equal(line_at(fixture, 1), "*           0 row 0");
    list_move_to(&fixture->list, (struct list_key){0, 0});
    press(fixture, 'm');
    assert_false(list_is_marked(&fixture->list, (struct list_key){0, 0}));
    assert_int_equal(fixture->list.mark_count, 1);
}

static void a_long_row_is_cut_shifted_or_wrapped(void **state)
{
    struct fixture *fixture = *state;
    fixture->numbers.text = "abcdefghijklmnopqrstuvwxyz0123456789";
    draw(fixture);
    assert_string_equal(
        line_at(fixture, 1), ">           0 abcdefghijklmnopqrstuvwxy>");
    press(fixture, 'l');
    assert_string_equal(
        line_at(fixture, 1), ">           0<klmnopqrstuvwxyz0123456789");
    press(fixture, '0');
    fixture->list.wrap = true;
    draw(fixture);
    assert_string_equal(
        line_at(fixture, 1), ">           0 abcdefghijklmnopqrstuvwxyz");
    assert_string_equal(line_at(fixture, 2), "              0123456789");
    assert_string_equal(
        line_at(fixture, 3), "            1 abcdefghijklmnopqrstuvwxyz");
    press(fixture, 'G');
    assert_string_equal(
        line_at(fixture, 9), ">   999999999 abcdefghijklmnopqrstuvwxyz");
    assert_string_equal(line_at(fixture, 10), "              0123456789");
}

static void a_row_longer_than_the_screen_still_shows(void **state)
{
    struct fixture *fixture = *state;
    char text[4000];
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    fixture->numbers.text = text;
    fixture->list.wrap = true;
    draw(fixture);
    press(fixture, 'j');
    assert_int_equal(cursor(fixture), 1);
    press(fixture, 'G');
    assert_int_equal(cursor(fixture), 999999999);
    press(fixture, 'k');
    assert_int_equal(cursor(fixture), 999999998);
}

static void a_line_above_a_row_takes_a_line(void **state)
{
    struct fixture *fixture = *state;
    fixture->numbers.gap_at = 1;
    draw(fixture);
    assert_string_equal(line_at(fixture, 1), ">           0 row 0");
    assert_string_equal(line_at(fixture, 2), " -- a gap --");
    assert_string_equal(line_at(fixture, 3), "            1 row 1");
}

static void hostile_text_is_shown_escaped(void **state)
{
    struct fixture *fixture = *state;
    fixture->numbers.text = "a\x1b[2Jb\r\nc";
    draw(fixture);
    assert_string_equal(line_at(fixture, 1), ">           0 a\\x1B[2Jb\\r\\nc");
}

static void what_is_searched_is_shown_and_found(void **state)
{
    struct fixture *fixture = *state;
    list_set_search(&fixture->list, STR("ROW 7"));
    draw(fixture);
    const struct cell *row = fixture->canvas.cells + 8 * fixture->canvas.width;
    assert_int_equal(row[14].style, STYLE_MATCH);
    assert_int_equal(row[18].style, STYLE_MATCH);
    assert_int_not_equal(row[13].style, STYLE_MATCH);
    assert_true(list_find(&fixture->list, false));
    draw(fixture);
    assert_int_equal(cursor(fixture), 7);
    assert_true(list_find(&fixture->list, false));
    draw(fixture);
    assert_int_equal(cursor(fixture), 70);
    assert_true(list_find(&fixture->list, true));
    draw(fixture);
    assert_int_equal(cursor(fixture), 7);
}

static void the_mouse_chooses_the_row_it_points_at(void **state)
{
    struct fixture *fixture = *state;
    struct mouse mouse = {.x = 5, .y = 4, .what = MOUSE_PRESS};
    draw(fixture);
    assert_true(list_press(&fixture->list, UIKEY_MOUSE, &mouse));
    draw(fixture);
    assert_int_equal(cursor(fixture), 3);
    mouse.what = MOUSE_DOUBLE;
    assert_false(list_press(&fixture->list, UIKEY_MOUSE, &mouse));
    mouse.what = MOUSE_WHEEL_DOWN;
    assert_true(list_press(&fixture->list, UIKEY_MOUSE, &mouse));
    draw(fixture);
    assert_int_equal(cursor(fixture), 6);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_first_rows_are_shown_below_headings),
        CASE(every_movement_lands_where_it_says),
        CASE(a_far_row_is_reached_without_walking),
        CASE(an_absent_row_gives_the_next_one),
        CASE(the_old_screen_stays_until_the_new_one_is_known),
        CASE(a_move_into_the_unknown_is_made_up_for),
        CASE(the_cursor_stays_on_its_row_when_rows_come_and_go),
        CASE(a_smaller_screen_keeps_the_cursor_on_it),
        CASE(marks_are_toggled_and_shown),
        CASE(a_long_row_is_cut_shifted_or_wrapped),
        CASE(a_row_longer_than_the_screen_still_shows),
        CASE(a_line_above_a_row_takes_a_line),
        CASE(hostile_text_is_shown_escaped),
        CASE(what_is_searched_is_shown_and_found),
        CASE(the_mouse_chooses_the_row_it_points_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
