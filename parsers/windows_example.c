/* The examples inside a table of events are its tests. */
#include <stdlib.h>

#include "parsers/windows_table.h"
#include "src/base/mem.h"

static struct str text_or(
    const struct yaml *node, const char *key, struct str fallback)
{
    return yaml_get(node, key) == NULL ? fallback : yaml_get_text(node, key);
}

static struct str first_of(const struct str *names, size_t count)
{
    return count > 0 ? names[0] : (struct str){0};
}

/* Values of a list have no name, those of a map have. */
static size_t fill_values(const struct yaml *list, struct windows_value *values)
{
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        struct str name =
            list->kind == YAML_MAP ? list->items[i].key : (struct str){0};
        values[i] = (struct windows_value){name, list->items[i].text};
    }
    return list == NULL ? 0 : list->count;
}

static size_t test_example(struct windows *windows,
    const struct windows_table *table, const struct windows_example *example,
    struct buf *report)
{
    uint64_t level = 0;
    const struct yaml *node = example->node;
    size_t count = example->values == NULL ? 0 : example->values->count;
    struct windows_value *values = xcalloc(count + 1, sizeof(*values));
    struct windows_event event = {
        .provider = text_or(node, "provider",
            first_of(table->providers, table->provider_count)),
        .channel = text_or(
            node, "channel", first_of(table->channels, table->channel_count)),
        .event_id = example->id,
        .keywords = yaml_get_text(node, "keywords"),
        .user_sid = yaml_get_text(node, "user_sid"),
        .message = yaml_get_text(node, "message"),
        .time = STAMP_NONE,
        .values = values,
        .value_count = fill_values(example->values, values)};
    if (str_to_u64(yaml_get_text(node, "level"), &level))
        event.level = (uint8_t)level;

    struct record record;
    record_init(&record);
    windows_read(windows, &event, &record);
    size_t failures =
        example_compare(table->file, example->gives, &record, report);
    record_done(&record);
    free(values);
    return failures > 0;
}

size_t windows_table_test(const struct formats *formats,
    const struct windows_table *table, struct buf *report)
{
    struct reading reading = {
        .format = formats->items[0], .zone = zone_utc(), .default_year = 2026};
    struct windows *windows = windows_new(&reading);
    size_t failed = 0;
    for (size_t i = 0; i < table->example_count; i++)
        failed += test_example(windows, table, &table->examples[i], report);
    windows_free(windows);
    return failed;
}
