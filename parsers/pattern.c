/* One pattern of a format file. */
#include <string.h>

#include "parsers/define.h"
#include "src/base/escape.h"

/* Every named group becomes a target. Names may repeat: the alternatives of one
 * pattern can then give the same field. Shipped patterns are known to be good
 * (tests compile them all), so that they can wait until they are needed. */
static int load_regex(struct format *format, const struct yaml *node,
    struct pattern *pattern, struct err *err)
{
    struct regex_names names;
    struct err why = {0};
    if (format->shipped && regex_scan(node->text, &format->arena, &names)) {
        regex_defer(&pattern->regex, node->text, names.groups);
    } else {
        if (regex_compile(&pattern->regex, node->text, &why) < 0)
            return format_fail(format, node, err, "pattern %s: %s",
                escape_text(pattern->name), why.text);
        regex_names(&pattern->regex, &format->arena, &names);
    }
    pattern->text = node->text;
    pattern->line = node->line;
    pattern->groups = arena_alloc(
        &format->arena, (names.count + 1) * sizeof(*pattern->groups));
    for (uint32_t i = 0; i < names.count; i++)
        pattern->groups[pattern->group_count++] =
            (struct group){.number = names.items[i].number,
                .target = target_of(names.items[i].name)};
    return 0;
}

/* `columns`: where each value goes, named as groups are; "-": nowhere. */
static int load_columns(struct format *format, const struct yaml *list,
    struct split *out, struct err *err)
{
    struct str *names;
    if (names_load(format, list, &names, &out->column_count, err) < 0)
        return -1;
    out->kind = SPLIT_COLUMNS;
    out->columns = arena_alloc(
        &format->arena, (out->column_count + 1) * sizeof(*out->columns));
    for (size_t i = 0; i < out->column_count; i++)
        out->columns[i] = str_eq(names[i], STR("-"))
                              ? (struct target){.kind = TARGET_NONE}
                              : target_of(names[i]);
    return 0;
}

static bool split_named(struct str name, enum split_kind *kind)
{
    if (str_eq(name, STR("audit")))
        *kind = SPLIT_AUDIT;
    else if (str_eq(name, STR("cef")))
        *kind = SPLIT_CEF;
    else if (str_eq(name, STR("leef")))
        *kind = SPLIT_LEEF;
    else if (str_eq(name, STR("named")))
        *kind = SPLIT_NAMED;
    else
        return false;
    return true;
}

static int load_split(struct format *format, const struct yaml *node,
    struct split *out, struct err *err)
{
    static const char *const keys[] = {
        "from", "pairs", "equals", "as", "columns", "by", "parts", NULL};
    if (keys_check(format, node, keys, err) < 0)
        return -1;
    struct str from = yaml_get_text(node, "from");
    struct str pairs = yaml_get_text(node, "pairs");
    struct str equals = yaml_get_text(node, "equals");
    struct str as = yaml_get_text(node, "as");
    struct str by = yaml_get_text(node, "by");
    struct str parts = yaml_get_text(node, "parts");
    const struct yaml *columns = yaml_get(node, "columns");
    *out =
        (struct split){.from = target_of(from), .between = ',', .equals = '='};
    if (from.len == 0 ||
        (pairs.len > 0) + (as.len > 0) + (columns != NULL) + (parts.len > 0) !=
            1)
        return format_fail(format, node, err,
            "a split has `from` and one of `pairs`, `parts`, `columns` and "
            "`as`");
    if (parts.len > 0) {
        out->kind = SPLIT_PARTS;
        out->parts_by = parts;
        out->parts_equal = equals.len > 0 ? equals : STR(": ");
        return 0;
    }
    if (pairs.len > 1 || equals.len > 1 || by.len > 1)
        return format_fail(
            format, node, err, "what separates values is one character");
    if (as.len > 0 && !split_named(as, &out->kind))
        return format_fail(
            format, node, err, "`as` is audit, cef, leef or named");
    if (pairs.len + by.len > 0)
        out->between = pairs.len > 0 ? pairs.ptr[0] : by.ptr[0];
    if (equals.len > 0)
        out->equals = equals.ptr[0];
    return columns != NULL ? load_columns(format, columns, out, err) : 0;
}

int splits_load(struct format *format, const struct yaml *list,
    struct split **out, size_t *count, struct err *err)
{
    if (list == NULL)
        return 0;
    if (list->kind != YAML_LIST)
        return format_fail(format, list, err, "`split` is a list");
    *out = arena_alloc(&format->arena, (list->count + 1) * sizeof(**out));
    for (size_t i = 0; i < list->count; i++)
        if (load_split(format, &list->items[i], &(*out)[(*count)++], err) < 0)
            return -1;
    return 0;
}

/* {FIELD: how it is written} */
static int load_decodes(struct format *format, const struct yaml *map,
    struct pattern *out, struct err *err)
{
    if (map == NULL)
        return 0;
    if (map->kind != YAML_MAP)
        return format_fail(format, map, err, "`decode` is {field: how}");
    out->decodes =
        arena_alloc(&format->arena, (map->count + 1) * sizeof(*out->decodes));
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml *how = &map->items[i];
        struct decode *decode = &out->decodes[out->decode_count++];
        decode->what = target_of(how->key);
        if (decode->what.kind != TARGET_FIELD)
            return format_fail(format, how, err, "%s is no field to decode",
                escape_text(how->key));
        if (how->kind != YAML_TEXT ||
            !decoding_find(how->text, &decode->decoding))
            return format_fail(format, how, err,
                "decode as backslash, octal, zsh, backtick or labels");
    }
    return 0;
}

static int load_level(struct format *format, const struct yaml *node,
    struct pattern *out, struct err *err)
{
    struct str level = yaml_get_text(node, "level");
    out->generic = str_eq(level, STR("generic"));
    if (level.len > 0 && !out->generic && !str_eq(level, STR("parsed")))
        return format_fail(format, yaml_get(node, "level"), err,
            "level is `parsed` or `generic`");
    return 0;
}

int pattern_load(struct format *format, const struct yaml *node,
    struct pattern *out, struct err *err)
{
    static const char *const keys[] = {"name", "match", "when", "set", "map",
        "split", "level", "again", "claims", "decode", "named", "carry", NULL};
    *out = (struct pattern){.format = format, .line = node->line};
    if (keys_check(format, node, keys, err) < 0)
        return -1;
    out->name = yaml_get_text(node, "name");
    const struct yaml *match = yaml_get(node, "match");
    if (match == NULL || match->kind != YAML_TEXT || out->name.len == 0)
        return format_fail(format, node, err, "a pattern needs name and match");

    if (load_regex(format, match, out, err) < 0)
        return -1;
    out->again = yaml_get_bool(node, "again", false);
    out->claims = yaml_get_bool(node, "claims", true);
    out->named = yaml_get_bool(node, "named", false);
    if (names_load(format, yaml_get(node, "carry"), &out->carry,
            &out->carry_count, err) < 0)
        return -1;
    if (out->carry_count > 0 &&
        (format->reads != READS_LINES || format->time_carried))
        return format_fail(format, node, err,
            "`carry` is for lines, and instead of `time: {carried: yes}`");
    if (out->named && format->name_count == 0)
        return format_fail(format, node, err, "`named`, but no `names`");
    if (conditions_load(format, yaml_get(node, "when"), &out->when, err) < 0 ||
        settings_load(format, yaml_get(node, "set"), &out->set, err) < 0 ||
        mappings_load(format, yaml_get(node, "map"), &out->maps,
            &out->map_count, err) < 0 ||
        splits_load(format, yaml_get(node, "split"), &out->splits,
            &out->split_count, err) < 0 ||
        load_decodes(format, yaml_get(node, "decode"), out, err) < 0)
        return -1;
    if (format->inside_count > 0)
        conditions_part(format, &out->when, &out->key_when);
    return load_level(format, node, out, err);
}

int cuts_load(struct format *format, const struct yaml *list, struct err *err)
{
    static const char *const keys[] = {"from", "match", NULL};
    if (list == NULL)
        return 0;
    if (list->kind != YAML_LIST)
        return format_fail(format, list, err, "`cut` is a list");
    format->cuts =
        arena_alloc(&format->arena, (list->count + 1) * sizeof(*format->cuts));
    for (size_t i = 0; i < list->count; i++) {
        const struct yaml *node = &list->items[i];
        if (keys_check(format, node, keys, err) < 0)
            return -1;
        struct str from = yaml_get_text(node, "from");
        const struct yaml *match = yaml_get(node, "match");
        if (from.len == 0 || match == NULL || match->kind != YAML_TEXT)
            return format_fail(
                format, node, err, "a cut has `from` and `match`");
        struct pattern *cut = &format->cuts[format->cut_count++];
        *cut = (struct pattern){
            .format = format, .name = STR("cut"), .from = target_of(from)};
        if (load_regex(format, match, cut, err) < 0)
            return -1;
    }
    return 0;
}

void pattern_done(struct pattern *pattern)
{
    regex_done(&pattern->regex);
    conditions_done(&pattern->key_when);
    conditions_done(&pattern->when);
}
