#include "parsers/windows_table.h"
#include "tests/parsing.h"

static int set_up(void **state)
{
    static const char *const none[] = {NULL};
    *state = parsing_formats(none);
    return 0;
}

static int tear_down(void **state)
{
    formats_free(*state);
    return 0;
}

static void every_shipped_table_loads_and_passes_its_examples(void **state)
{
    const struct formats *formats = *state;
    struct buf report = {0};
    if (formats_problem(formats, 0) != NULL)
        fail_msg("%s", formats_problem(formats, 0));
    assert_true(formats->windows.count > 0);
    for (size_t i = 0; i < formats->windows.count; i++) {
        const struct windows_table *table = formats->windows.items[i];
        if (table->example_count == 0)
            fail_msg("%s has no examples", table->file->path);
        windows_table_test(formats, table, &report);
    }
    if (report.len > 0)
        fail_msg("%s", buf_cstr(&report));
    buf_done(&report);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_table_loads_and_passes_its_examples),
    };
    return cmocka_run_group_tests_name("windows", tests, set_up, tear_down);
}
