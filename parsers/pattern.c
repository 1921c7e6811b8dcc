/* One pattern of a format file. */
#include <string.h>

#include "parsers/define.h"
#include "src/base/escape.h"

/* Every named group becomes a target. Names may repeat: the alternatives of one
 * pattern can then give the same field. */
static void find_groups(struct format *format, struct pattern *pattern)
{
    uint32_t count = 0, size = 0;
    PCRE2_SPTR table = NULL;
    const pcre2_code *code = pattern->regex.code;
    pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);

    pattern->groups =
        arena_alloc(&format->arena, (count + 1) * sizeof(*pattern->groups));
    for (uint32_t i = 0; i < count; i++) {
        PCRE2_SPTR entry = table + (size_t)i * size;
        struct str name =
            arena_copy(&format->arena, str_from((const char *)(entry + 2)));
        pattern->groups[pattern->group_count++] = (struct group){
            .number = (uint32_t)entry[0] << 8 | entry[1],
            .target = target_of(name),
        };
    }
}

static int load_splits(struct format *format, const struct yaml *list,
    struct pattern *out, struct err *err)
{
    static const char *const keys[] = {"from", "pairs", "as", NULL};
    if (list == NULL)
        return 0;
    if (list->kind != YAML_LIST)
        return format_fail(format, list, err, "`split` is a list");
    out->splits =
        arena_alloc(&format->arena, (list->count + 1) * sizeof(*out->splits));
    for (size_t i = 0; i < list->count; i++) {
        const struct yaml *node = &list->items[i];
        if (keys_check(format, node, keys, err) < 0)
            return -1;
        struct str from = yaml_get_text(node, "from");
        struct str between = yaml_get_text(node, "pairs");
        bool audit = str_eq(yaml_get_text(node, "as"), STR("audit"));
        if (from.len == 0 || (between.len == 1) == audit)
            return format_fail(format, node, err,
                "a split has `from` and the one character between `pairs`, "
                "or `as: audit`");
        out->splits[out->split_count++] = (struct split){
            target_of(from), audit ? ' ' : between.ptr[0], audit};
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
    static const char *const keys[] = {
        "name", "match", "when", "set", "map", "split", "level", "again", NULL};
    *out = (struct pattern){.format = format, .line = node->line};
    if (keys_check(format, node, keys, err) < 0)
        return -1;
    out->name = yaml_get_text(node, "name");
    const struct yaml *match = yaml_get(node, "match");
    if (match == NULL || match->kind != YAML_TEXT || out->name.len == 0)
        return format_fail(format, node, err, "a pattern needs name and match");

    struct err why = {0};
    out->text = match->text;
    out->line = match->line;
    if (regex_compile(&out->regex, match->text, &why) < 0)
        return format_fail(format, match, err, "pattern %s: %s",
            escape_text(out->name), why.text);
    find_groups(format, out);
    out->again = yaml_get_bool(node, "again", false);
    if (conditions_load(format, yaml_get(node, "when"), &out->when, err) < 0 ||
        settings_load(format, yaml_get(node, "set"), &out->set, err) < 0 ||
        mappings_load(format, yaml_get(node, "map"), &out->maps,
            &out->map_count, err) < 0 ||
        load_splits(format, yaml_get(node, "split"), out, err) < 0)
        return -1;
    if (format->reads == READS_INSIDE)
        conditions_part(format, &out->when, &out->process_when);
    return load_level(format, node, out, err);
}

void pattern_done(struct pattern *pattern)
{
    regex_done(&pattern->regex);
    conditions_done(&pattern->process_when);
    conditions_done(&pattern->when);
}
