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

#define SYSTEM_FIELDS                                                          \
    (FIELD_BIT(FIELD_TIME) | FIELD_BIT(FIELD_RECORD) | FIELD_BIT(FIELD_HOST) | \
        FIELD_BIT(FIELD_PROVIDER) | FIELD_BIT(FIELD_CHANNEL) |                 \
        FIELD_BIT(FIELD_CODE) | FIELD_BIT(FIELD_SEVERITY) |                    \
        FIELD_BIT(FIELD_LEVEL) | FIELD_BIT(FIELD_MESSAGE))

static uint64_t ref_field(const struct windows_ref *ref)
{
    return ref->field == FIELD_NONE ? 0 : FIELD_BIT(ref->field);
}

static uint64_t settings_fields(const struct windows_settings *settings)
{
    uint64_t fields = 0;
    for (size_t i = 0; i < settings->count; i++)
        fields |= ref_field(&settings->items[i].to);
    return fields;
}

static uint64_t rule_fields(const struct windows_rule *rule)
{
    uint64_t fields = settings_fields(&rule->set);
    for (size_t i = 0; i < rule->place_count; i++)
        if (rule->places[i].field != FIELD_NONE)
            fields |= FIELD_BIT(rule->places[i].field);
    for (size_t i = 0; i < rule->cut_count; i++)
        fields |= ref_field(&rule->cuts[i].to);
    for (size_t i = 0; i < rule->map_count; i++)
        for (size_t k = 0; k < rule->maps[i].choice_count; k++)
            fields |= settings_fields(&rule->maps[i].choices[k].set);
    return fields;
}

uint64_t windows_tables_fields(const struct windows_tables *tables)
{
    uint64_t fields = SYSTEM_FIELDS;
    for (size_t i = 0; i < tables->count; i++)
        for (size_t k = 0; k < tables->items[i]->rule_count; k++)
            fields |= rule_fields(&tables->items[i]->rules[k]);
    return fields;
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
