/* The files of parsers/windows in force, and which of them an event is for. */
#include <stdlib.h>

#include "parsers/windows_table.h"
#include "src/base/mem.h"

int windows_tables_add(
    struct windows_tables *tables, const struct embedded *file, struct err *err)
{
    struct windows_table *table = windows_table_load(file, err);
    if (table == NULL)
        return -1;
    size_t slot = 0;
    while (slot < tables->count &&
           !str_eq(tables->items[slot]->file->name, table->file->name))
        slot++;
    if (slot < tables->count) {
        windows_table_free(tables->items[slot]);
    } else {
        tables->items = mem_grow(tables->items, &tables->capacity,
            tables->count + 1, sizeof(struct windows_table *));
        tables->count++;
    }
    tables->items[slot] = table;
    return 0;
}

void windows_tables_done(struct windows_tables *tables)
{
    for (size_t i = 0; i < tables->count; i++)
        windows_table_free(tables->items[i]);
    free(tables->items);
    *tables = (struct windows_tables){0};
}

/* "MSSQL$*" is any that begins so. */
static bool is_meant(struct str pattern, struct str name)
{
    if (!str_ends_with(pattern, STR("*")))
        return str_eq_nocase(pattern, name);
    size_t len = pattern.len - 1;
    return name.len >= len &&
           str_eq_nocase(str_sub(pattern, 0, len), str_sub(name, 0, len));
}

static bool is_one_of(const struct str *names, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++)
        if (is_meant(names[i], name))
            return true;
    return false;
}

static bool is_of(
    const struct windows_table *table, struct str provider, struct str channel)
{
    if (provider.len > 0)
        return is_one_of(table->providers, table->provider_count, provider);
    return is_one_of(table->channels, table->channel_count, channel);
}

const struct windows_rule *windows_tables_find(
    const struct windows_tables *tables, struct str provider,
    struct str channel, uint32_t id)
{
    for (size_t i = 0; tables != NULL && i < tables->count; i++) {
        const struct windows_table *table = tables->items[i];
        if (!is_of(table, provider, channel))
            continue;
        for (size_t k = 0; k < table->rule_count; k++)
            if (table->rules[k].id == id)
                return &table->rules[k];
    }
    return NULL;
}

const struct windows_table *windows_tables_of(
    const struct windows_tables *tables, struct str provider,
    struct str channel)
{
    for (size_t i = 0; tables != NULL && i < tables->count; i++)
        if (is_of(tables->items[i], provider, channel))
            return tables->items[i];
    return NULL;
}
