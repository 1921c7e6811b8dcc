/* What a format sets besides the groups of its patterns: constants with
 * ${NAME} in them (`set`) and values translated by a table (`map`). */
#include <string.h>

#include "parsers/define.h"
#include "src/base/escape.h"
#include "src/event/vocabulary.h"

/* The words a field is closed to, or NULL. */
static const struct word *words_of(enum field field)
{
    return field == FIELD_ACTION     ? vocabulary_actions
           : field == FIELD_CATEGORY ? vocabulary_categories
           : field == FIELD_OUTCOME  ? vocabulary_outcomes
                                     : NULL;
}

static int load_template(struct format *format, const struct yaml *node,
    struct setting *setting, struct err *err)
{
    struct str rest = node->text;
    size_t most = 1;
    for (size_t i = 0; i < rest.len; i++)
        most += rest.ptr[i] == '$';
    setting->parts =
        arena_alloc(&format->arena, most * sizeof(*setting->parts));
    setting->part_count = 0;
    do {
        struct template part = {.before = rest};
        ptrdiff_t open = str_find(rest, STR("${"));
        if (open >= 0) {
            part.before = str_sub(rest, 0, (size_t)open);
            rest = str_from_index(rest, (size_t)open + 2);
            ptrdiff_t close = str_find_char(rest, '}');
            if (close <= 0)
                return format_fail(format, node, err, "${ without name and }");
            part.name = target_of(str_sub(rest, 0, (size_t)close));
            rest = str_from_index(rest, (size_t)close + 1);
        } else {
            rest = (struct str){0};
        }
        setting->parts[setting->part_count++] = part;
    } while (rest.len > 0);
    return 0;
}

static int load_setting(struct format *format, const struct yaml *node,
    struct str name, struct setting *out, struct err *err)
{
    if (node->kind != YAML_TEXT)
        return format_fail(
            format, node, err, "the value of %s is no text", escape_text(name));
    out->to = target_of(name);
    const struct field_info *info =
        out->to.kind == TARGET_FIELD ? &field_table[out->to.field] : NULL;
    if (out->to.kind == TARGET_EXTRA && field_find(name) != FIELD_NONE)
        return format_fail(format, node, err,
            "%s is worked out by the program and cannot be set",
            escape_text(name));
    if (load_template(format, node, out, err) < 0)
        return -1;

    const struct word *words = info != NULL ? words_of(out->to.field) : NULL;
    bool constant =
        out->part_count == 1 && out->parts[0].name.kind == TARGET_NONE;
    if (words != NULL && constant && !vocabulary_has(words, node->text))
        return format_fail(format, node, err,
            "\"%s\" is no %s (see src/event/vocabulary.c)",
            escape_text(node->text), info->name);
    return 0;
}

/* `map` joins what is in `out` already (a default category). */
int settings_load(struct format *format, const struct yaml *map,
    struct settings *out, struct err *err)
{
    if (map == NULL)
        return 0;
    if (map->kind != YAML_MAP)
        return format_fail(format, map, err, "expected {field: value, ...}");
    struct setting *items = arena_alloc(
        &format->arena, (out->count + map->count + 1) * sizeof(*items));
    if (out->count > 0)
        memcpy(items, out->items, out->count * sizeof(*items));
    out->items = items;
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml *node = &map->items[i];
        struct setting *one = &items[out->count];
        *one = (struct setting){0};
        if (load_setting(format, node, node->key, one, err) < 0)
            return -1;
        out->count++;
    }
    return 0;
}

static int load_choice(struct format *format, const struct yaml *node,
    struct str to, struct choice *out, struct err *err)
{
    *out = (struct choice){.from = node->key};
    if (node->kind == YAML_MAP)
        return settings_load(format, node, &out->set, err);
    if (to.len == 0)
        return format_fail(format, node, err, "`to` says no field for this");
    out->set.items = arena_alloc(&format->arena, sizeof(*out->set.items));
    out->set.items[0] = (struct setting){0};
    out->set.count = 1;
    return load_setting(format, node, to, &out->set.items[0], err);
}

static int load_mapping(struct format *format, const struct yaml *node,
    struct mapping *out, struct err *err)
{
    static const char *const keys[] = {"from", "to", "values", NULL};
    if (keys_check(format, node, keys, err) < 0)
        return -1;
    struct str from = yaml_get_text(node, "from");
    const struct yaml *values = yaml_get(node, "values");
    if (from.len == 0 || values == NULL || values->kind != YAML_MAP)
        return format_fail(
            format, node, err, "a map has `from` and {value: field, ...}");
    *out = (struct mapping){.from = target_of(from)};
    out->choices = arena_alloc(
        &format->arena, (values->count + 1) * sizeof(*out->choices));
    /* '*' comes last, wherever it is written */
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < values->count; i++) {
            const struct yaml *value = &values->items[i];
            if (str_eq(value->key, STR("*")) != (pass == 1))
                continue;
            if (load_choice(format, value, yaml_get_text(node, "to"),
                    &out->choices[out->choice_count++], err) < 0)
                return -1;
        }
    }
    return 0;
}

int mappings_load(struct format *format, const struct yaml *list,
    struct mapping **out, size_t *count, struct err *err)
{
    *count = 0;
    if (list == NULL)
        return 0;
    if (list->kind != YAML_LIST)
        return format_fail(format, list, err, "`map` is a list");
    *out = arena_alloc(&format->arena, (list->count + 1) * sizeof(**out));
    for (size_t i = 0; i < list->count; i++)
        if (load_mapping(format, &list->items[i], &(*out)[(*count)++], err) < 0)
            return -1;
    return 0;
}
