/* From parsers/windows/NAME.yaml to rules. The general loaders of the format
 * engine (settings, mappings, targets) read and check what they know; here
 * their names become references. */
#include "parsers/windows_table.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

enum { NAMES_MAX = 256, OPTIONS_MAX = 32 };

/* One file being read. */
struct loading {
    struct windows_table *table;
    struct format *file;
    const struct yaml *groups, *lists;
    struct windows_rule *rule;
};

static int fail(struct loading *load, const struct yaml *node, struct err *err,
    const char *why)
{
    return format_fail(load->file, node, err, "%s", why);
}

/* --- names become references --------------------------------------------- */

static uint16_t number_of(struct loading *load, struct str name)
{
    struct windows_rule *rule = load->rule;
    for (size_t i = 0; i < rule->name_count; i++)
        if (str_eq(rule->names[i], name))
            return (uint16_t)i;
    rule->names = mem_grow(rule->names, &rule->name_capacity,
        rule->name_count + 1, sizeof(*rule->names));
    rule->names[rule->name_count] = name;
    return (uint16_t)rule->name_count++;
}

static int refer(struct loading *load, const struct yaml *node,
    const struct target *target, struct windows_ref *out, struct err *err)
{
    *out = (struct windows_ref){FIELD_NONE, 0};
    if (target->kind == TARGET_FIELD) {
        out->field = target->field;
        return 0;
    }
    if (target->kind != TARGET_EXTRA && target->kind != TARGET_SCRATCH)
        return format_fail(load->file, node, err, "%s cannot stand here",
            escape_text(target->name));
    if (load->rule->name_count >= NAMES_MAX)
        return fail(load, node, err, "too many names in one event");
    out->name = number_of(load, target->name);
    return 0;
}

static int refer_name(struct loading *load, const struct yaml *node,
    struct str name, struct windows_ref *out, struct err *err)
{
    struct target target = target_of(name);
    return refer(load, node, &target, out, err);
}

static int take_template(struct loading *load, const struct yaml *node,
    const struct setting *from, struct windows_template *out, struct err *err)
{
    out->parts = arena_alloc(
        &load->file->arena, (from->part_count + 1) * sizeof(*out->parts));
    for (size_t i = 0; i < from->part_count; i++) {
        struct windows_part *part = &out->parts[out->count++];
        *part = (struct windows_part){.before = from->parts[i].before};
        part->has_value = from->parts[i].name.kind != TARGET_NONE;
        if (part->has_value &&
            refer(load, node, &from->parts[i].name, &part->value, err) < 0)
            return -1;
    }
    return 0;
}

static int take_settings(struct loading *load, const struct yaml *node,
    const struct settings *from, struct windows_settings *out, struct err *err)
{
    out->items = arena_alloc(
        &load->file->arena, (from->count + 1) * sizeof(*out->items));
    for (size_t i = 0; i < from->count; i++) {
        struct windows_setting *setting = &out->items[out->count++];
        *setting = (struct windows_setting){{FIELD_NONE, 0}, {NULL, 0}};
        if (refer(load, node, &from->items[i].to, &setting->to, err) < 0 ||
            take_template(load, node, &from->items[i], &setting->value, err) <
                0)
            return -1;
    }
    return 0;
}

static int load_set(struct loading *load, const struct yaml *root,
    const struct yaml *node, struct err *err)
{
    struct settings set = {0};
    if (settings_load(load->file, yaml_get(root, "set"), &set, err) < 0 ||
        settings_load(load->file, yaml_get(node, "set"), &set, err) < 0)
        return -1;
    return take_settings(load, node, &set, &load->rule->set, err);
}

/* --- maps ---------------------------------------------------------------- */

/* The map with its `values` written out where it names one of the lists. */
static int spell_out(struct loading *load, const struct yaml *map,
    struct yaml *out, struct err *err)
{
    *out = *map;
    const struct yaml *values = yaml_get(map, "values");
    if (values == NULL || values->kind != YAML_TEXT)
        return 0;
    const struct yaml *list =
        load->lists == NULL ? NULL : yaml_get(load->lists, values->text.ptr);
    if (list == NULL)
        return format_fail(load->file, values, err, "no list is called %s",
            escape_text(values->text));
    out->items =
        arena_alloc(&load->file->arena, map->count * sizeof(*out->items));
    memcpy(out->items, map->items, map->count * sizeof(*out->items));
    for (size_t i = 0; i < map->count; i++) {
        if (!str_eq(map->items[i].key, STR("values")))
            continue;
        out->items[i] = *list;
        out->items[i].key = STR("values");
    }
    return 0;
}

static int take_map(struct loading *load, const struct yaml *node,
    const struct mapping *from, struct windows_map *out, struct err *err)
{
    *out = (struct windows_map){.from = {FIELD_NONE, 0}};
    if (refer(load, node, &from->from, &out->from, err) < 0)
        return -1;
    out->choices = arena_alloc(
        &load->file->arena, (from->choice_count + 1) * sizeof(*out->choices));
    for (size_t i = 0; i < from->choice_count; i++) {
        struct windows_choice *choice = &out->choices[out->choice_count++];
        *choice = (struct windows_choice){.from = from->choices[i].from};
        if (take_settings(
                load, node, &from->choices[i].set, &choice->set, err) < 0)
            return -1;
    }
    return 0;
}

static int load_maps(struct loading *load, const struct yaml *list,
    struct windows_rule *rule, struct err *err)
{
    if (list == NULL)
        return 0;
    if (list->kind != YAML_LIST)
        return fail(load, list, err, "`map` is a list");
    struct yaml spelt = *list;
    spelt.items =
        arena_alloc(&load->file->arena, (list->count + 1) * sizeof(*list));
    for (size_t i = 0; i < list->count; i++)
        if (spell_out(load, &list->items[i], &spelt.items[i], err) < 0)
            return -1;
    struct mapping *maps = NULL;
    size_t count = 0;
    if (mappings_load(load->file, &spelt, &maps, &count, err) < 0)
        return -1;
    rule->maps =
        arena_alloc(&load->file->arena, (count + 1) * sizeof(*rule->maps));
    for (size_t i = 0; i < count; i++)
        if (take_map(load, &list->items[i], &maps[i],
                &rule->maps[rule->map_count++], err) < 0)
            return -1;
    return 0;
}

/* --- places -------------------------------------------------------------- */

static bool has_place(const struct windows_rule *rule, struct str name)
{
    for (size_t i = 0; i < rule->place_count; i++)
        if (str_eq(rule->places[i].name, name))
            return true;
    return false;
}

/* What came before has the say: an event's own `fields`, then the groups it
 * uses, then the file's. */
static int add_places(
    struct loading *load, const struct yaml *map, struct err *err)
{
    struct windows_rule *rule = load->rule;
    if (map == NULL)
        return 0;
    if (map->kind != YAML_MAP)
        return fail(load, map, err, "fields are {event's name: field}");
    struct windows_place *places = arena_alloc(&load->file->arena,
        (rule->place_count + map->count + 1) * sizeof(*places));
    if (rule->place_count > 0)
        memcpy(places, rule->places, rule->place_count * sizeof(*places));
    rule->places = places;
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml *to = &map->items[i];
        struct target target = target_of(to->text);
        bool nowhere = to->kind == YAML_TEXT && str_eq(to->text, STR("x"));
        if (to->kind != YAML_TEXT || (target.kind != TARGET_FIELD && !nowhere))
            return format_fail(load->file, to, err,
                "%s is no field that can be set (x: none)",
                escape_text(to->text));
        if (!has_place(rule, to->key))
            places[rule->place_count++] = (struct windows_place){
                to->key, nowhere ? FIELD_NONE : target.field};
    }
    return 0;
}

static int load_places(struct loading *load, const struct yaml *root,
    const struct yaml *node, struct err *err)
{
    struct str *groups = NULL;
    size_t count = 0;
    const struct yaml *use = yaml_get(node, "use");
    if (add_places(load, yaml_get(node, "fields"), err) < 0 ||
        names_load(load->file, use, &groups, &count, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        char *name = arena_cstr(&load->file->arena, groups[i]);
        const struct yaml *group =
            load->groups == NULL ? NULL : yaml_get(load->groups, name);
        if (group == NULL)
            return format_fail(load->file, use, err, "no group is called %s",
                escape_text(groups[i]));
        if (add_places(load, group, err) < 0)
            return -1;
    }
    return add_places(load, yaml_get(root, "fields"), err);
}

/* --- cuts ---------------------------------------------------------------- */

static int load_cut(struct loading *load, const struct yaml *node,
    struct windows_cut *out, struct err *err)
{
    static const char *const keys[] = {
        "from", "by", "after", "before", "to", NULL};
    struct str *names = NULL;
    size_t count = 0;
    *out = (struct windows_cut){.to = {FIELD_NONE, 0}};
    if (keys_check(load->file, node, keys, err) < 0 ||
        names_load(load->file, yaml_get(node, "from"), &names, &count, err) < 0)
        return -1;
    struct str by = yaml_get_text(node, "by"), to = yaml_get_text(node, "to");
    if (count == 0 || (by.len == 1) == (to.len > 0))
        return fail(load, node, err,
            "a cut has `from` and either one character `by` or `to`");
    out->from = arena_alloc(&load->file->arena, count * sizeof(*out->from));
    for (size_t i = 0; i < count; i++)
        if (refer_name(
                load, node, names[i], &out->from[out->from_count++], err) < 0)
            return -1;
    out->by = by.len == 1 ? by.ptr[0] : '\0';
    out->after = yaml_get_text(node, "after");
    out->before = yaml_get_text(node, "before");
    return to.len == 0 ? 0 : refer_name(load, node, to, &out->to, err);
}

static int load_cuts(
    struct loading *load, const struct yaml *list, struct err *err)
{
    struct windows_rule *rule = load->rule;
    if (list == NULL)
        return 0;
    if (list->kind != YAML_LIST)
        return fail(load, list, err, "`cut` is a list");
    rule->cuts = arena_alloc(
        &load->file->arena, (list->count + 1) * sizeof(*rule->cuts));
    for (size_t i = 0; i < list->count; i++)
        if (load_cut(
                load, &list->items[i], &rule->cuts[rule->cut_count++], err) < 0)
            return -1;
    return 0;
}

/* --- sentences ----------------------------------------------------------- */

/* The text up to the next ${, [ or ], whichever comes first. */
static struct str cut_literal(struct str *rest)
{
    size_t at = 0;
    while (at < rest->len && rest->ptr[at] != '[' && rest->ptr[at] != ']' &&
           !(rest->ptr[at] == '$' && at + 1 < rest->len &&
               rest->ptr[at + 1] == '{'))
        at++;
    struct str literal = str_sub(*rest, 0, at);
    *rest = str_from_index(*rest, at);
    return literal;
}

static int load_value(struct loading *load, const struct yaml *node,
    struct str *rest, struct windows_part *part, struct err *err)
{
    ptrdiff_t close = str_find_char(*rest, '}');
    if (close <= 2)
        return fail(load, node, err, "${ without name and }");
    struct str name = str_sub(*rest, 2, (size_t)close - 2);
    *rest = str_from_index(*rest, (size_t)close + 1);
    part->has_value = true;
    return refer_name(load, node, name, &part->value, err);
}

static int load_says(
    struct loading *load, const struct yaml *node, struct err *err)
{
    struct windows_template *says = &load->rule->says;
    if (node == NULL)
        return 0;
    if (node->kind != YAML_TEXT)
        return fail(load, node, err, "`says` is a sentence");
    struct str rest = node->text;
    says->parts =
        arena_alloc(&load->file->arena, (rest.len + 1) * sizeof(*says->parts));
    uint8_t option = 0, options = 0;
    while (rest.len > 0) {
        struct windows_part part = {
            .before = cut_literal(&rest), .option = option};
        char mark = rest.len > 0 ? rest.ptr[0] : '\0';
        if (mark == '$' && load_value(load, node, &rest, &part, err) < 0)
            return -1;
        says->parts[says->count++] = part;
        if (mark != '[' && mark != ']')
            continue;
        if ((mark == '[') != (option == 0) || options == OPTIONS_MAX)
            return fail(load, node, err, "brackets of a sentence do not nest");
        option = mark == '[' ? ++options : 0;
        rest = str_from_index(rest, 1);
    }
    return option == 0 ? 0 : fail(load, node, err, "a [ is not closed");
}

static int load_hand(
    struct loading *load, const struct yaml *node, struct err *err)
{
    static const char *const keys[] = {"value", "to", NULL};
    if (node == NULL)
        return 0;
    if (keys_check(load->file, node, keys, err) < 0)
        return -1;
    load->rule->hand_to = yaml_get_text(node, "to");
    if (load->rule->hand_to.len == 0)
        return fail(load, node, err, "`hand_on` to what?");
    return refer_name(
        load, node, yaml_get_text(node, "value"), &load->rule->hand_on, err);
}

/* --- rules --------------------------------------------------------------- */

static int load_rule(struct loading *load, const struct yaml *root,
    const struct yaml *node, uint32_t id, struct err *err)
{
    static const char *const keys[] = {
        "set", "fields", "use", "map", "cut", "says", "hand_on", NULL};
    struct windows_table *table = load->table;
    for (size_t i = 0; i < table->rule_count; i++)
        if (table->rules[i].id == id)
            return format_fail(
                load->file, node, err, "event %u stands here twice", id);
    load->rule = &table->rules[table->rule_count++];
    *load->rule = (struct windows_rule){.table = table,
        .id = id,
        .line = node->line,
        .hand_on = {FIELD_NONE, 0}};
    if (keys_check(load->file, node, keys, err) < 0 ||
        load_places(load, root, node, err) < 0 ||
        load_set(load, root, node, err) < 0 ||
        load_maps(load, yaml_get(node, "map"), load->rule, err) < 0 ||
        load_cuts(load, yaml_get(node, "cut"), err) < 0 ||
        load_hand(load, yaml_get(node, "hand_on"), err) < 0)
        return -1;
    return load_says(load, yaml_get(node, "says"), err);
}

static bool read_id(struct str text, uint32_t *id)
{
    uint64_t number;
    if (!str_to_u64(text, &number) || number > UINT32_MAX)
        return false;
    *id = (uint32_t)number;
    return true;
}

/* "4727, 4731, 4754": they mean the same. */
static int load_rules(struct loading *load, const struct yaml *root,
    const struct yaml *node, struct err *err)
{
    struct str rest = node->key;
    while (rest.len > 0) {
        uint32_t id;
        if (!read_id(str_trim(str_cut(&rest, ',')), &id))
            return fail(load, node, err, "expected numbers of events");
        if (load_rule(load, root, node, id, err) < 0)
            return -1;
    }
    return 0;
}

static int load_events(
    struct loading *load, const struct yaml *root, struct err *err)
{
    const struct yaml *events = yaml_get(root, "events");
    if (events == NULL || events->kind != YAML_MAP)
        return fail(load, root, err, "no `events`");
    size_t count = 0;
    for (size_t i = 0; i < events->count; i++)
        count += 1 + str_count_char(events->items[i].key, ',');
    load->table->rules = xcalloc(count + 1, sizeof(*load->table->rules));
    for (size_t i = 0; i < events->count; i++)
        if (load_rules(load, root, &events->items[i], err) < 0)
            return -1;
    return 0;
}

/* --- the rest of the file ------------------------------------------------ */

static int load_labels(
    struct loading *load, const struct yaml *map, struct err *err)
{
    struct windows_table *table = load->table;
    if (map == NULL)
        return 0;
    if (map->kind != YAML_MAP)
        return fail(load, map, err, "text is {Section/Label: event's name}");
    table->labels = arena_alloc(
        &load->file->arena, (map->count + 1) * sizeof(*table->labels));
    for (size_t i = 0; i < map->count; i++) {
        struct str label = map->items[i].key, section = {0};
        ptrdiff_t slash = str_find_char(label, '/');
        if (slash >= 0) {
            section = str_sub(label, 0, (size_t)slash);
            label = str_from_index(label, (size_t)slash + 1);
        }
        table->labels[table->label_count++] =
            (struct windows_label){section, label, map->items[i].text};
    }
    return 0;
}

static int load_examples(
    struct loading *load, const struct yaml *list, struct err *err)
{
    static const char *const keys[] = {"id", "provider", "channel", "level",
        "keywords", "user_sid", "message", "values", "gives", NULL};
    struct windows_table *table = load->table;
    if (list == NULL)
        return 0;
    if (list->kind != YAML_LIST)
        return fail(load, list, err, "examples are a list");
    table->examples = arena_alloc(
        &load->file->arena, (list->count + 1) * sizeof(*table->examples));
    for (size_t i = 0; i < list->count; i++) {
        const struct yaml *node = &list->items[i];
        if (keys_check(load->file, node, keys, err) < 0)
            return -1;
        struct windows_example example = {.node = node,
            .values = yaml_get(node, "values"),
            .gives = yaml_get(node, "gives")};
        if (!read_id(yaml_get_text(node, "id"), &example.id) ||
            example.gives == NULL || example.gives->kind != YAML_MAP)
            return fail(load, node, err, "an example has `id` and `gives`");
        table->examples[table->example_count++] = example;
    }
    return 0;
}

static int load_file(
    struct loading *load, const struct yaml *root, struct err *err)
{
    static const char *const keys[] = {"name", "summary", "provider", "channel",
        "lists", "groups", "set", "fields", "text", "events", "examples", NULL};
    struct windows_table *table = load->table;
    if (keys_check(load->file, root, keys, err) < 0)
        return -1;
    load->file->name = yaml_get_text(root, "name");
    load->file->summary = yaml_get_text(root, "summary");
    load->groups = yaml_get(root, "groups");
    load->lists = yaml_get(root, "lists");
    if (load->file->name.len == 0 || load->file->summary.len == 0)
        return fail(load, root, err, "no `name` or no `summary`");
    if (names_load(load->file, yaml_get(root, "provider"), &table->providers,
            &table->provider_count, err) < 0 ||
        names_load(load->file, yaml_get(root, "channel"), &table->channels,
            &table->channel_count, err) < 0)
        return -1;
    if (table->provider_count == 0)
        return fail(load, root, err, "of which `provider`?");
    if (load_labels(load, yaml_get(root, "text"), err) < 0 ||
        load_events(load, root, err) < 0)
        return -1;
    return load_examples(load, yaml_get(root, "examples"), err);
}

struct windows_table *windows_table_load(
    const struct embedded *source, struct err *err)
{
    struct windows_table *table = xcalloc(1, sizeof(*table));
    struct format *file = table->file = xcalloc(1, sizeof(*table->file));
    struct loading load = {.table = table, .file = file};
    file->path = xstrdup(source->path);
    file->digest = hash_of(HASH_SHA256, source->content);
    file->file = format_tree(source, err);
    if (file->file == NULL)
        goto fail;
    if (yaml_document_count(file->file) != 1) {
        format_fail(file, NULL, err, "a table of events is one document");
        goto fail;
    }
    if (load_file(&load, yaml_document(file->file, 0), err) < 0)
        goto fail;
    return table;
fail:
    windows_table_free(table);
    return NULL;
}

void windows_table_free(struct windows_table *table)
{
    if (table == NULL)
        return;
    for (size_t i = 0; i < table->rule_count; i++)
        free(table->rules[i].names);
    free(table->rules);
    format_free(table->file);
    free(table);
}
