#include "tests/sqlite_kit.h"

#include "parsers/sqlite_table.h"

/* A database and a walk over its table t. */
struct walk {
    struct buf bytes;
    struct str view;
    struct sqlite_file *file;
    struct sqlite_table *table;
    struct sqlite_row row;
    struct err err;
};

static void walk_open(struct walk *walk)
{
    walk->view = buf_str(&walk->bytes);
    struct blob blob = kit_blob(&walk->view);
    walk->file = sqlite_file_open(&blob, &walk->err);
    if (walk->file == NULL)
        fail_msg("%s", walk->err.text);
}

static void walk_start(struct walk *walk, const char *setup, const char *sql)
{
    *walk = (struct walk){0};
    kit_database(setup, sql, &walk->bytes);
    walk_open(walk);
    if (sqlite_table_open(walk->file, STR("t"), &walk->table, &walk->err) != 1)
        fail_msg("%s: %s", sql, walk->err.text);
}

static void walk_done(struct walk *walk)
{
    sqlite_table_close(walk->table);
    sqlite_file_close(walk->file);
    buf_done(&walk->bytes);
}

static int walk_next(struct walk *walk)
{
    return sqlite_table_next(walk->table, &walk->row, &walk->err);
}

static struct sqlite_value walk_get(struct walk *walk, const char *column)
{
    return sqlite_row_get(walk->table, &walk->row,
        sqlite_table_column(walk->table, str_from(column)));
}

static void assert_text(struct walk *walk, const char *column, const char *text)
{
    struct sqlite_value value = walk_get(walk, column);
    assert_int_equal(value.type, SQLITE_TEXTUAL);
    assert_true(str_eq(value.bytes, str_from(text)));
}

static void values_of_every_type_are_read(void **state)
{
    (void)state;
    struct walk walk;
    walk_start(&walk, "",
        "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b TEXT, \"c d\" BLOB);"
        "INSERT INTO t VALUES(7, NULL, 'text', x'000102'),(8, 0, '', x''),"
        "(9, 1, 'b', 1.5),(10, -1, 'b', 127),(11, -32768, 'b', 8388607),"
        "(12, 2147483647, 'b', -140737488355328),"
        "(13, 9223372036854775807, 'b', -9223372036854775807)");
    assert_int_equal(walk_next(&walk), 1);
    assert_int_equal(walk.row.rowid, 7);
    assert_int_equal(walk_get(&walk, "id").whole, 7);
    assert_int_equal(walk_get(&walk, "A").type, SQLITE_NONE);
    assert_text(&walk, "b", "text");
    assert_int_equal(walk_get(&walk, "c d").type, SQLITE_BYTES);
    assert_int_equal(walk_get(&walk, "c d").bytes.len, 3);
    assert_int_equal(walk_next(&walk), 1);
    assert_int_equal(walk_get(&walk, "a").type, SQLITE_WHOLE);
    assert_int_equal(walk_get(&walk, "a").whole, 0);
    assert_int_equal(walk_next(&walk), 1);
    assert_int_equal(walk_get(&walk, "a").whole, 1);
    assert_true(walk_get(&walk, "c d").floating > 1.4);
    assert_int_equal(walk_next(&walk), 1);
    assert_int_equal(walk_get(&walk, "a").whole, -1);
    assert_int_equal(walk_get(&walk, "c d").whole, 127);
    assert_int_equal(walk_next(&walk), 1);
    assert_int_equal(walk_get(&walk, "a").whole, -32768);
    assert_int_equal(walk_get(&walk, "c d").whole, 8388607);
    assert_int_equal(walk_next(&walk), 1);
    assert_int_equal(walk_get(&walk, "a").whole, 2147483647);
    assert_int_equal(walk_get(&walk, "c d").whole, -140737488355328);
    assert_int_equal(walk_next(&walk), 1);
    assert_int_equal(walk_get(&walk, "a").whole, INT64_MAX);
    assert_int_equal(walk_get(&walk, "c d").whole, -INT64_MAX);
    assert_int_equal(walk_next(&walk), 0);
    assert_int_equal(sqlite_table_column(walk.table, STR("none")), -1);
    assert_int_equal(walk_get(&walk, "none").type, SQLITE_NONE);
    walk_done(&walk);
}

/* Ten thousand rows make a tree of interior pages at any page size. */
static void trees_are_walked_at_every_page_size(void **state)
{
    (void)state;
    static const char *const sizes[] = {
        "512", "1024", "2048", "4096", "8192", "16384", "32768", "65536"};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct walk walk;
        char setup[64];
        snprintf(setup, sizeof(setup), "PRAGMA page_size=%s", sizes[i]);
        walk_start(&walk, setup,
            "CREATE TABLE other(x); CREATE TABLE t(n, v);"
            "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c"
            " LIMIT 10000) INSERT INTO t SELECT n, 'value ' || n FROM c");
        for (int n = 1; n <= 10000; n++) {
            char text[32];
            assert_int_equal(walk_next(&walk), 1);
            assert_int_equal(walk.row.rowid, n);
            assert_int_equal(walk_get(&walk, "n").whole, n);
            snprintf(text, sizeof(text), "value %d", n);
            assert_text(&walk, "v", text);
        }
        assert_int_equal(walk_next(&walk), 0);
        assert_int_equal(walk_next(&walk), 0);
        walk_done(&walk);
    }
}

static void a_row_points_at_its_cell(void **state)
{
    (void)state;
    struct walk walk;
    walk_start(&walk, "", "CREATE TABLE t(v); INSERT INTO t VALUES('needle')");
    assert_int_equal(walk_next(&walk), 1);
    assert_null(walk.row.parts);
    struct str cell =
        str_sub(walk.view, (size_t)walk.row.offset, walk.row.length);
    assert_int_equal(cell.len, 1 + 1 + 2 + 6);
    assert_true(str_ends_with(cell, STR("needle")));
    walk_done(&walk);
}

static void long_rows_are_followed_through_overflow_pages(void **state)
{
    (void)state;
    static const size_t sizes[] = {400, 460, 480, 500, 1000, 5000, 100000};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct walk walk;
        char sql[160];
        snprintf(sql, sizeof(sql),
            "CREATE TABLE t(v); INSERT INTO t VALUES(hex(zeroblob(%zu)))",
            sizes[i] / 2);
        walk_start(&walk, "PRAGMA page_size=512", sql);
        assert_int_equal(walk_next(&walk), 1);
        struct sqlite_value value = walk_get(&walk, "v");
        assert_int_equal(value.bytes.len, sizes[i]);
        assert_int_equal(str_count_char(value.bytes, '0'), sizes[i]);
        size_t total = 0;
        for (size_t k = 0; k < walk.row.part_count; k++)
            total += walk.row.parts[k].length;
        if (walk.row.parts != NULL)
            assert_true(total > sizes[i] && total < sizes[i] + 10);
        assert_true(walk.row.parts != NULL || sizes[i] < 480);
        assert_int_equal(walk_next(&walk), 0);
        walk_done(&walk);
    }
}

static void texts_of_utf16_databases_become_utf8(void **state)
{
    (void)state;
    static const char *const encodings[] = {"PRAGMA encoding='UTF-8'",
        "PRAGMA encoding='UTF-16le'", "PRAGMA encoding='UTF-16be'"};
    for (size_t i = 0; i < 3; i++) {
        struct walk walk;
        walk_start(&walk, encodings[i],
            "CREATE TABLE t(v); INSERT INTO t VALUES('na\xc3\xafve')");
        assert_int_equal(walk_next(&walk), 1);
        assert_text(&walk, "v", "na\xc3\xafve");
        walk_done(&walk);
    }
}

static void deleted_rows_and_vacuums_leave_the_rest(void **state)
{
    (void)state;
    static const char *const setups[] = {"PRAGMA page_size=512",
        "PRAGMA page_size=512; PRAGMA auto_vacuum=FULL",
        "PRAGMA page_size=512; PRAGMA auto_vacuum=INCREMENTAL"};
    for (size_t i = 0; i < 3; i++) {
        struct walk walk;
        int count = 0;
        walk_start(&walk, setups[i],
            "CREATE TABLE t(n, v); CREATE INDEX tn ON t(n);"
            "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c"
            " LIMIT 3000) INSERT INTO t SELECT n, hex(zeroblob(n % 900)) FROM"
            " c; DELETE FROM t WHERE n % 3 = 0");
        while (walk_next(&walk) > 0) {
            count++;
            assert_true(walk_get(&walk, "n").whole % 3 != 0);
        }
        assert_int_equal(count, 2000);
        walk_done(&walk);
    }
}

static void columns_are_read_from_any_definition(void **state)
{
    (void)state;
    struct walk walk;
    walk_start(&walk, "",
        "CREATE TABLE IF NOT EXISTS main.t( -- a (comment), here\n"
        " [first one] TEXT DEFAULT ('a,b') /* , x */ , `second` NUMERIC(10, 2),"
        " \"Third\" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,"
        " fourth CHECK (fourth IN (1, 2)), CONSTRAINT u UNIQUE (fourth));"
        "INSERT INTO t VALUES('x', 2.5, 77, 1)");
    assert_int_equal(walk_next(&walk), 1);
    assert_text(&walk, "first one", "x");
    assert_int_equal(walk_get(&walk, "second").type, SQLITE_FLOATING);
    assert_int_equal(walk_get(&walk, "third").whole, 77);
    assert_int_equal(walk_get(&walk, "fourth").whole, 1);
    assert_int_equal(sqlite_table_column(walk.table, STR("CONSTRAINT")), -1);
    walk_done(&walk);
}

static void a_column_that_was_added_later_is_absent_in_old_rows(void **state)
{
    (void)state;
    struct walk walk;
    walk_start(&walk, "",
        "CREATE TABLE t(a); INSERT INTO t VALUES(1);"
        "ALTER TABLE t ADD COLUMN b; INSERT INTO t VALUES(2, 3)");
    assert_int_equal(walk_next(&walk), 1);
    assert_int_equal(walk_get(&walk, "b").type, SQLITE_NONE);
    assert_int_equal(walk_next(&walk), 1);
    assert_int_equal(walk_get(&walk, "b").whole, 3);
    walk_done(&walk);
}

static void what_is_no_ordinary_table_is_refused_by_name(void **state)
{
    (void)state;
    struct walk walk = {0};
    kit_database("",
        "CREATE TABLE t(a PRIMARY KEY, b) WITHOUT ROWID;"
        "INSERT INTO t VALUES(1, 2); CREATE VIEW v AS SELECT * FROM t",
        &walk.bytes);
    walk_open(&walk);
    assert_int_equal(
        sqlite_table_open(walk.file, STR("t"), &walk.table, &walk.err), -1);
    assert_non_null(strstr(walk.err.text, "without row ids"));
    assert_int_equal(
        sqlite_table_open(walk.file, STR("v"), &walk.table, &walk.err), 0);
    assert_int_equal(
        sqlite_table_open(walk.file, STR("none"), &walk.table, &walk.err), 0);
    walk_done(&walk);
}

static void a_database_in_wal_mode_says_so(void **state)
{
    (void)state;
    struct walk walk;
    walk_start(&walk, "", "CREATE TABLE t(a)");
    assert_false(sqlite_file_has_log(walk.file));
    sqlite_table_close(walk.table);
    sqlite_file_close(walk.file);
    walk.table = NULL;
    walk.bytes.ptr[18] = walk.bytes.ptr[19] = 2;
    walk_open(&walk);
    assert_true(sqlite_file_has_log(walk.file));
    walk_done(&walk);
}

/* --- damage --------------------------------------------------------------- */

enum { PAGE = 1024, ROWS = 2000 };

/* A root and its leaves. */
static void start_big(struct walk *walk)
{
    walk_start(walk, "PRAGMA page_size=1024",
        "CREATE TABLE t(n, v); WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL"
        " SELECT n + 1 FROM c LIMIT 2000) INSERT INTO t SELECT n,"
        " 'value ' || n FROM c");
}

/* After the bytes were changed. */
static void reopen(struct walk *walk)
{
    sqlite_table_close(walk->table);
    sqlite_file_close(walk->file);
    walk_open(walk);
    assert_int_equal(
        sqlite_table_open(walk->file, STR("t"), &walk->table, &walk->err), 1);
}

/* Rows and damage to the end. */
static void count_all(struct walk *walk, int *rows, int *damaged)
{
    int rc;
    *rows = *damaged = 0;
    while ((rc = walk_next(walk)) != 0) {
        *rows += rc > 0;
        *damaged += rc < 0;
        assert_true(walk->row.offset + walk->row.length <= walk->view.len);
    }
}

static void a_damaged_page_costs_its_rows_only(void **state)
{
    (void)state;
    struct walk walk;
    int rows, damaged;
    start_big(&walk);
    for (int i = 0; i < ROWS / 2; i++)
        assert_int_equal(walk_next(&walk), 1);
    uint64_t page = walk.row.offset / PAGE;
    memset(walk.bytes.ptr + page * PAGE, 0xEE, PAGE);
    reopen(&walk);
    count_all(&walk, &rows, &damaged);
    assert_int_equal(damaged, 1);
    assert_true(rows < ROWS && rows > ROWS - 100);
    walk_done(&walk);
}

static void a_damaged_cell_costs_its_row_only(void **state)
{
    (void)state;
    struct walk walk;
    int rows, damaged;
    start_big(&walk);
    for (int i = 0; i < ROWS / 2; i++)
        assert_int_equal(walk_next(&walk), 1);
    memset(walk.bytes.ptr + walk.row.offset, 0xFF, 9); /* its size: too much */
    reopen(&walk);
    count_all(&walk, &rows, &damaged);
    assert_int_equal(damaged, 1);
    assert_int_equal(rows, ROWS - 1);
    walk_done(&walk);
}

static void a_tree_that_goes_in_circles_ends(void **state)
{
    (void)state;
    struct walk walk;
    int rows, damaged;
    start_big(&walk);
    char *root = walk.bytes.ptr + PAGE;
    assert_int_equal(root[0], 5);
    memcpy(root + 8, "\0\0\0\2", 4); /* its last child is itself */
    reopen(&walk);
    count_all(&walk, &rows, &damaged);
    assert_int_equal(damaged, 1);
    assert_true(rows < ROWS);
    walk_done(&walk);
}

static void a_cut_database_gives_what_is_there(void **state)
{
    (void)state;
    struct walk walk;
    int rows, damaged;
    start_big(&walk);
    walk.bytes.len = walk.bytes.len / 2 + 100;
    reopen(&walk);
    count_all(&walk, &rows, &damaged);
    assert_true(rows > ROWS / 3);
    assert_true(rows < ROWS);
    assert_true(damaged > 0);
    walk_done(&walk);
}

static void a_header_that_makes_no_sense_is_refused(void **state)
{
    (void)state;
    struct buf bytes = {0};
    struct err err = {0};
    kit_database("", "CREATE TABLE t(a)", &bytes);
    assert_true(sqlite_file_is(buf_str(&bytes)));
    bytes.ptr[16] = 3; /* a page of 768 bytes */
    bytes.ptr[17] = 0;
    struct str view = buf_str(&bytes);
    struct blob blob = kit_blob(&view);
    assert_null(sqlite_file_open(&blob, &err));
    view.len = blob.size = 60;
    assert_null(sqlite_file_open(&blob, &err));
    assert_false(sqlite_file_is(view));
    assert_false(sqlite_file_is(STR("SQLite format 2")));
    buf_done(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_every_type_are_read),
        cmocka_unit_test(trees_are_walked_at_every_page_size),
        cmocka_unit_test(a_row_points_at_its_cell),
        cmocka_unit_test(long_rows_are_followed_through_overflow_pages),
        cmocka_unit_test(texts_of_utf16_databases_become_utf8),
        cmocka_unit_test(deleted_rows_and_vacuums_leave_the_rest),
        cmocka_unit_test(columns_are_read_from_any_definition),
        cmocka_unit_test(a_column_that_was_added_later_is_absent_in_old_rows),
        cmocka_unit_test(what_is_no_ordinary_table_is_refused_by_name),
        cmocka_unit_test(a_database_in_wal_mode_says_so),
        cmocka_unit_test(a_damaged_page_costs_its_rows_only),
        cmocka_unit_test(a_damaged_cell_costs_its_row_only),
        cmocka_unit_test(a_tree_that_goes_in_circles_ends),
        cmocka_unit_test(a_cut_database_gives_what_is_there),
        cmocka_unit_test(a_header_that_makes_no_sense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
