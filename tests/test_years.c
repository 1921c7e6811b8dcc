#include "tests/ingest_kit.h"

#include "src/ingest/years.h"

/* A parser that knows lines like "Mar 04 ..." and nothing else. */
static bool find_date(
    const struct reading *reading, struct str line, struct civil *out)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    (void)reading;
    for (int m = 0; m < 12 && line.len >= 6; m++) {
        if (memcmp(line.ptr, months + 3 * m, 3) != 0)
            continue;
        *out = (struct civil){.year = CIVIL_NO_YEAR,
            .month = (int8_t)(m + 1),
            .day = (int8_t)((line.ptr[4] - '0') * 10 + line.ptr[5] - '0')};
        return true;
    }
    return false;
}

static const struct parser dated = {.name = "dated", .yearless = find_date};
static const struct reading reading = {.parser = &dated};

static int64_t stamp_on(int32_t year, int month, int day)
{
    return civil_days(year, month, day) * STAMP_DAY;
}

struct answer {
    int32_t year;
    struct year_row rows[8];
    size_t count;
};

static struct answer solve(const char *text, int64_t anchor)
{
    struct answer answer = {0};
    struct buf rows = {0};
    struct years *years = years_new(&reading);
    years_add(years, 0, str_from(text));
    answer.year = years_solve(years, anchor, CIVIL_NO_YEAR, &rows);
    answer.count = rows.len / sizeof(struct year_row);
    assert_true(answer.count <= 8);
    if (rows.len > 0)
        memcpy(answer.rows, rows.ptr, rows.len);
    buf_done(&rows);
    years_free(years);
    return answer;
}

static void a_file_of_this_year_has_this_year(void **state)
{
    (void)state;
    struct answer answer =
        solve("Mar 01 x\nMar 02 x\nMar 04 x\n", stamp_on(2026, 3, 5));
    assert_int_equal(answer.year, 2026);
    assert_int_equal(answer.count, 0);
}

static void december_read_in_january_is_last_years(void **state)
{
    (void)state;
    assert_int_equal(
        solve("Dec 30 x\nDec 31 x\n", stamp_on(2026, 1, 3)).year, 2025);
}

static void a_day_after_the_anchor_is_allowed(void **state)
{
    (void)state;
    assert_int_equal(solve("Mar 05 x\n", stamp_on(2026, 3, 4)).year, 2026);
    assert_int_equal(solve("Mar 06 x\n", stamp_on(2026, 3, 4)).year, 2025);
}

static void the_turn_of_the_year_is_found(void **state)
{
    (void)state;
    struct answer answer =
        solve("Nov 01 x\nDec 31 x\nJan 01 x\nMar 02 x\n", stamp_on(2026, 3, 5));
    assert_int_equal(answer.year, 2026);
    assert_int_equal(answer.count, 2);
    assert_int_equal(answer.rows[0].year, 2025);
    assert_int_equal(answer.rows[0].offset, 0);
    assert_int_equal(answer.rows[1].year, 2026);
    assert_int_equal(answer.rows[1].offset, 18);
}

static void several_years_go_back_one_by_one(void **state)
{
    (void)state;
    struct answer answer = solve("Jun 01 x\nDec 01 x\nMay 01 x\nSep 02 x\n"
                                 "Dec 02 x\nApr 01 x\n",
        stamp_on(2026, 5, 5));
    assert_int_equal(answer.count, 3);
    assert_int_equal(answer.rows[0].year, 2024);
    assert_int_equal(answer.rows[1].year, 2025);
    assert_int_equal(answer.rows[2].year, 2026);
}

static void lines_out_of_order_at_new_year_keep_their_years(void **state)
{
    (void)state;
    struct answer answer =
        solve("Dec 31 x\nJan 01 x\nDec 31 x\nJan 01 x\n", stamp_on(2026, 1, 2));
    assert_int_equal(answer.count, 4);
    assert_int_equal(answer.rows[2].year, 2025);
    assert_int_equal(answer.rows[3].year, 2026);
}

static void a_small_step_back_is_no_turn(void **state)
{
    (void)state;
    struct answer answer =
        solve("Mar 01 x\nMar 04 x\nMar 02 x\nMar 05 x\n", stamp_on(2026, 3, 6));
    assert_int_equal(answer.year, 2026);
    assert_int_equal(answer.count, 0);
}

static void one_stray_line_moves_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Aug 05 x\nJan 01 boot\nAug 06 x\n",
        "Aug 05 x\nJan 01 boot\nJan 01 boot\nJan 02 x\nAug 06 x\n",
        "Aug 05 x\nDec 24 x\nAug 06 x\n",
        "Jan 01 boot\nAug 05 x\nAug 06 x\n",
        "Aug 05 x\nAug 06 x\nJan 01 x\n",
        "Aug 05 x\nAug 06 x\nDec 01 x\n",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct answer answer = solve(texts[i], stamp_on(2026, 8, 7));
        if (answer.year != 2026 || answer.count > 0)
            fail_msg("row %d: %d, %d rows", (int)i, (int)answer.year,
                (int)answer.count);
    }
}

static void a_quiet_log_that_ends_after_new_year_is_no_stray(void **state)
{
    (void)state;
    struct answer answer =
        solve("Aug 05 x\nAug 06 x\nJan 03 x\n", stamp_on(2026, 1, 3));
    assert_int_equal(answer.year, 2026);
    assert_int_equal(answer.count, 2);
    assert_int_equal(answer.rows[0].year, 2025);
}

static void a_year_that_was_told_is_the_youngest_lines(void **state)
{
    (void)state;
    struct buf rows = {0};
    struct years *years = years_new(&reading);
    years_add(years, 0, STR("Dec 31 x\nJan 01 x\n"));
    assert_int_equal(
        years_solve(years, stamp_on(2026, 3, 3), 2020, &rows), 2020);
    assert_int_equal(rows.len, 2 * sizeof(struct year_row));
    const struct year_row *row = (const struct year_row *)(void *)rows.ptr;
    assert_int_equal(row[0].year, 2019);
    buf_done(&rows);
    years_free(years);
}

static void add_day(struct buf *text, const char *day, int lines)
{
    for (int i = 0; i < lines; i++)
        buf_printf(text, "%s 10:00:00 web01 sshd[1]: line %d\n", day, i);
}

/* What years_scan samples must agree with what every line says. */
static void check_sampled(struct kit *kit, struct buf *text, size_t turns)
{
    kit_write(kit, "big.log", text->ptr, text->len);
    struct input input;
    assert_int_equal(input_open(&input, kit_at(kit, "big.log"), NULL), 0);
    struct years *sampled = years_new(&reading);
    struct years *dense = years_new(&reading);
    struct buf rows[2] = {{0}, {0}};
    assert_int_equal(years_scan(sampled, &input, NULL), 0);
    years_add(dense, 0, buf_str(text));
    int64_t anchor = stamp_on(2026, 1, 2);
    assert_int_equal(
        years_solve(sampled, anchor, CIVIL_NO_YEAR, &rows[0]), 2026);
    assert_int_equal(years_solve(dense, anchor, CIVIL_NO_YEAR, &rows[1]), 2026);
    assert_int_equal(rows[1].len, turns * sizeof(struct year_row));
    assert_int_equal(rows[0].len, rows[1].len);
    assert_memory_equal(rows[0].ptr, rows[1].ptr, rows[0].len);
    buf_done(&rows[0]);
    buf_done(&rows[1]);
    buf_done(text);
    years_free(sampled);
    years_free(dense);
    input_close(&input);
}

static void a_big_file_is_sampled_to_the_same_answer(void **state)
{
    struct buf text = {0};
    add_day(&text, "Oct 30", 30000);
    add_day(&text, "Dec 31", 30000);
    add_day(&text, "Jan 01", 3);
    add_day(&text, "Dec 31", 1);
    add_day(&text, "Jan 01", 30000);
    add_day(&text, "Aug 01", 1);
    add_day(&text, "Jan 02", 30000);
    check_sampled(*state, &text, 4);
}

static void stamps_that_lose_their_year_late_are_found(void **state)
{
    struct buf text = {0};
    add_day(&text, "2025-12-30", 60000);
    add_day(&text, "Dec 31", 9000);
    add_day(&text, "Jan 01", 9000);
    add_day(&text, "2026-01-02", 60000);
    check_sampled(*state, &text, 2);
}

static void a_date_in_the_name_counts_when_the_file_was_copied(void **state)
{
    struct kit *kit = *state;
    kit_text(kit, "auth.log-20240107",
        "Jan  6 10:00:00 web01 sshd[1]: x\nJan  7 10:00:00 web01 sshd[1]: x\n");
    kit_add(kit, "auth.log-20240107");
    struct source source = kit_stored(kit, 1);
    assert_int_equal(source.default_year, 2024);
    assert_non_null(strstr(source.time_why, "name"));
    source_done(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_of_this_year_has_this_year),
        cmocka_unit_test(december_read_in_january_is_last_years),
        cmocka_unit_test(a_day_after_the_anchor_is_allowed),
        cmocka_unit_test(the_turn_of_the_year_is_found),
        cmocka_unit_test(several_years_go_back_one_by_one),
        cmocka_unit_test(lines_out_of_order_at_new_year_keep_their_years),
        cmocka_unit_test(a_small_step_back_is_no_turn),
        cmocka_unit_test(one_stray_line_moves_nothing),
        cmocka_unit_test(a_quiet_log_that_ends_after_new_year_is_no_stray),
        cmocka_unit_test(a_year_that_was_told_is_the_youngest_lines),
        KIT_TEST(a_big_file_is_sampled_to_the_same_answer),
        KIT_TEST(stamps_that_lose_their_year_late_are_found),
        KIT_TEST(a_date_in_the_name_counts_when_the_file_was_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
