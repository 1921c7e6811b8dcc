#include "src/event/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void every_field_has_its_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < FIELD_TOTAL; i++) {
        const struct field_info *info = &field_table[i];
        if (info->name == NULL || info->title == NULL || info->help == NULL)
            fail_msg("field %zu has no name, title or help", i);
        if (strlen(info->title) > 12)
            fail_msg("%s: title \"%s\" is too long", info->name, info->title);
    }
}

static void every_short_name_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < FIELD_TOTAL; i++) {
        const char *name = field_table[i].name;
        if (field_find(str_from(name)) != (enum field)i)
            fail_msg("%s is not found: mend short_rows or short_starts", name);
    }
}

static void every_ecs_name_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < FIELD_TOTAL; i++) {
        struct str names = str_from(field_table[i].ecs);
        while (names.len > 0) {
            struct str name = str_cut(&names, ' ');
            if (field_find_ecs(name) != (enum field)i)
                fail_msg("%.*s is not found: mend ecs_rows or ecs_starts",
                    STR_ARG(name));
        }
    }
}

static void event_ids_of_other_tools_mean_the_code(void **state)
{
    (void)state;
    assert_int_equal(field_find(STR("EventID")), FIELD_CODE);
    assert_int_equal(field_find(STR("event_id")), FIELD_CODE);
}

static void other_names_are_no_fields(void **state)
{
    (void)state;
    static const char *const names[] = {"", "u", "User", "users", "use",
        "source.ip", "x.user", "eventid", "a_name_longer_than_any_of_ours"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (field_find(str_from(names[i])) != FIELD_NONE)
            fail_msg("\"%s\" should be no field", names[i]);
    assert_int_equal(field_find_ecs(STR("user")), FIELD_NONE);
    assert_int_equal(field_find_ecs(STR("Source.ip")), FIELD_NONE);
    assert_int_equal(field_find_ecs(STR("")), FIELD_NONE);
}

static void a_misspelt_name_has_a_nearest_one(void **state)
{
    (void)state;
    assert_string_equal(field_nearest(STR("usr"), NULL), "user");
    assert_string_equal(field_nearest(STR("srcip"), NULL), "src_ip");
    assert_string_equal(field_nearest(STR("Outcom"), NULL), "outcome");
    assert_null(field_nearest(STR("banana"), NULL));
    assert_null(field_nearest(STR(""), NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_has_its_words),
        cmocka_unit_test(every_short_name_is_found),
        cmocka_unit_test(every_ecs_name_is_found),
        cmocka_unit_test(event_ids_of_other_tools_mean_the_code),
        cmocka_unit_test(other_names_are_no_fields),
        cmocka_unit_test(a_misspelt_name_has_a_nearest_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
