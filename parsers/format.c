/* One format file, from YAML to its compiled form. Whatever is wrong is said
 * with file and line, and the file is set aside as a whole: a format that half
 * works would be worse than none. */
#include "parsers/format.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/audit.h"
#include "parsers/define.h"
#include "parsers/moments.h"
#include "parsers/windows_pairs.h"
#include "src/base/escape.h"
#include "src/base/mem.h"
#include "src/base/yaml_pack.h"

int format_fail(const struct format *format, const struct yaml *node,
    struct err *err, const char *why, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;
    va_start(args, why);
    vsnprintf(text, sizeof(text), why, args);
    va_end(args);
    return err_set(err, ERR_INPUT, "%s:%d: %s", escape_cstr(format->path),
        node != NULL ? node->line : 1, text);
}

int keys_check(const struct format *format, const struct yaml *map,
    const char *const *allowed, struct err *err)
{
    if (map->kind != YAML_MAP)
        return format_fail(format, map, err, "expected `key: value` lines");
    for (size_t i = 0; i < map->count; i++) {
        size_t k = 0;
        while (allowed[k] != NULL &&
               !str_eq(str_from(allowed[k]), map->items[i].key))
            k++;
        if (allowed[k] == NULL)
            return format_fail(format, &map->items[i], err,
                "unknown key \"%s\"", escape_text(map->items[i].key));
    }
    return 0;
}

static int names_from_list(struct format *format, const struct yaml *node,
    struct str *names, size_t *count, struct err *err)
{
    for (size_t i = 0; i < node->count; i++) {
        if (node->items[i].kind != YAML_TEXT)
            return format_fail(format, &node->items[i], err, "expected a name");
        names[(*count)++] = node->items[i].text;
    }
    return 0;
}

int names_load(struct format *format, const struct yaml *node, struct str **out,
    size_t *count, struct err *err)
{
    *count = 0;
    if (node == NULL)
        return 0;
    if (node->kind == YAML_MAP)
        return format_fail(format, node, err, "expected a list of names");
    size_t most = node->count + 1;
    for (size_t i = 0; node->kind == YAML_TEXT && i < node->text.len; i++)
        most += node->text.ptr[i] == ',';
    *out = arena_alloc(&format->arena, most * sizeof(**out));
    if (node->kind == YAML_LIST)
        return names_from_list(format, node, *out, count, err);

    struct str rest = node->text;
    while (rest.len > 0) {
        struct str name = str_trim(str_cut(&rest, ','));
        if (name.len > 0)
            (*out)[(*count)++] = name;
    }
    return 0;
}

static int load_name(
    struct format *format, const struct yaml *root, struct err *err)
{
    const struct yaml *node = yaml_get(root, "name");
    format->name = yaml_get_text(root, "name");
    format->summary = yaml_get_text(root, "summary");
    if (format->name.len == 0)
        return format_fail(format, root, err, "no `name`");
    if (format->summary.len == 0)
        return format_fail(format, root, err, "no `summary`");
    for (size_t i = 0; i < format->name.len; i++) {
        char c = format->name.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' &&
            c != '-')
            return format_fail(
                format, node, err, "a name is made of a-z, 0-9, _ and -");
    }
    struct str priority = yaml_get_text(root, "priority");
    if (priority.len > 0 && !str_to_i64(priority, &format->priority))
        return format_fail(format, yaml_get(root, "priority"), err,
            "priority is a whole number");
    return 0;
}

static int load_kind(
    struct format *format, const struct yaml *reads, struct err *err)
{
    static const char *const names[] = {[READS_LINES] = "lines",
        [READS_JSON] = "json",
        [READS_CSV] = "csv",
        [READS_W3C] = "w3c",
        [READS_LOGFMT] = "logfmt",
        [READS_TEXT] = "text",
        [READS_JSON_ARRAY] = "json_array",
        [READS_JOURNAL] = "journal",
        [READS_JOURNAL_EXPORT] = "journal_export",
        [READS_JOURNAL_JSON] = "journal_json",
        [READS_AUDITD] = "auditd",
        [READS_ASL] = "asl",
        [READS_BODYFILE] = "bodyfile",
        [READS_MACTIME] = "mactime",
        [READS_VC0] = "vc0"};
    for (size_t i = READS_LINES; i < sizeof(names) / sizeof(names[0]); i++) {
        if (reads->kind == YAML_TEXT &&
            str_eq(reads->text, str_from(names[i]))) {
            format->reads = (enum reads)i;
            if (format->reads == READS_TEXT)
                format->multiline = MULTILINE_UNTIMED;
            return 0;
        }
    }
    return format_fail(
        format, reads, err, "reads is one of lines, json, csv, w3c, logfmt");
}

static int load_reads(
    struct format *format, const struct yaml *root, struct err *err)
{
    const struct yaml *reads = yaml_get(root, "reads");
    const struct yaml *inside = yaml_get(root, "inside");
    if (reads == NULL && inside == NULL)
        return format_fail(format, root, err, "give `reads` or `inside`");
    if (reads != NULL && load_kind(format, reads, err) < 0)
        return -1;
    if (inside == NULL)
        return 0;
    if (reads != NULL && format->reads != READS_LINES)
        return format_fail(
            format, inside, err, "only lines may stand inside others, too");
    if (names_load(
            format, inside, &format->inside, &format->inside_count, err) < 0)
        return -1;
    if (format->inside_count == 0)
        return format_fail(format, inside, err, "inside what?");
    return 0;
}

static int load_multiline(
    struct format *format, const struct yaml *root, struct err *err)
{
    const struct yaml *node = yaml_get(root, "multiline");
    if (node == NULL)
        return 0;
    struct str text = node->kind == YAML_TEXT ? node->text : STR("");
    format->joins = str_eq(text, STR("join"));
    if (format->joins)
        return 0;
    if (!str_eq(text, STR("yes")) && !str_eq(text, STR("no")))
        return format_fail(format, node, err, "multiline is yes, no or join");
    format->multiline =
        str_eq(text, STR("yes")) ? MULTILINE_UNMATCHED : MULTILINE_NEVER;
    return 0;
}

/* A member that is `yes` or absent. */
static int load_flag(struct format *format, const struct yaml *root,
    const char *name, bool *flag, struct err *err)
{
    const struct yaml *node = yaml_get(root, name);
    if (node == NULL)
        return 0;
    if (node->kind != YAML_TEXT || !str_eq(node->text, STR("yes")))
        return format_fail(format, node, err, "%s is yes or absent", name);
    *flag = true;
    return 0;
}

static int load_holds_logs(
    struct format *format, const struct yaml *root, struct err *err)
{
    return load_flag(format, root, "holds_logs", &format->holds_logs, err);
}

/* Expressions that a record's first lines match. */
static int load_begins(
    struct format *format, const struct yaml *root, struct err *err)
{
    const struct yaml *node = yaml_get(root, "begins");
    if (node == NULL)
        return 0;
    if (format->reads != READS_LINES || node->kind == YAML_MAP ||
        yaml_get(root, "multiline") != NULL)
        return format_fail(format, node, err,
            "`begins` is an expression or a list of them, for lines, and "
            "instead of `multiline`");
    const struct yaml *items = node->kind == YAML_LIST ? node->items : node;
    size_t count = node->kind == YAML_LIST ? node->count : 1;
    format->begins =
        arena_alloc(&format->arena, (count + 1) * sizeof(*format->begins));
    for (size_t i = 0; i < count; i++) {
        struct err why = {0};
        if (items[i].kind != YAML_TEXT ||
            regex_compile(&format->begins[i], items[i].text, &why) < 0)
            return format_fail(format, &items[i], err, "%s", why.text);
        format->begin_count++;
    }
    format->multiline = MULTILINE_BEGINS;
    return 0;
}

/* The expression of a line that the next one belongs to. */
static int load_goes_on(
    struct format *format, const struct yaml *root, struct err *err)
{
    const struct yaml *node = yaml_get(root, "goes_on");
    struct err why = {0};
    if (node == NULL)
        return 0;
    if (format->reads != READS_LINES || node->kind != YAML_TEXT ||
        yaml_get(root, "multiline") != NULL || format->begin_count > 0)
        return format_fail(format, node, err,
            "`goes_on` is an expression, for lines, and instead of "
            "`multiline` and `begins`");
    if (regex_compile(&format->goes_on, node->text, &why) < 0)
        return format_fail(format, node, err, "%s", why.text);
    format->multiline = MULTILINE_GOES_ON;
    return 0;
}

static int load_columns(
    struct format *format, const struct yaml *root, struct err *err)
{
    const struct yaml *node = yaml_get(root, "columns");
    if (node != NULL && format->reads != READS_CSV)
        return format_fail(format, node, err, "`columns` serve csv");
    return names_load(
        format, node, &format->columns, &format->column_count, err);
}

static int load_accounts(
    struct format *format, const struct yaml *root, struct err *err)
{
    return load_flag(format, root, "accounts", &format->accounts, err);
}

static int load_names(
    struct format *format, const struct yaml *root, struct err *err)
{
    const struct yaml *from = yaml_get(root, "user_from");
    if (names_load(format, yaml_get(root, "names"), &format->names,
            &format->name_count, err) < 0)
        return -1;
    if (from == NULL)
        return 0;
    if (from->kind != YAML_TEXT || !str_eq(from->text, STR("path")))
        return format_fail(format, from, err, "user_from is `path` or absent");
    format->user_from_path = true;
    return 0;
}

static int load_encoding(
    struct format *format, const struct yaml *root, struct err *err)
{
    const struct yaml *node = yaml_get(root, "encoding");
    if (node == NULL)
        return 0;
    if (node->kind != YAML_TEXT || !str_eq(node->text, STR("utf-8")))
        return format_fail(format, node, err, "encoding is utf-8 or absent");
    format->is_utf8 = true;
    return 0;
}

static int load_delimiter(
    struct format *format, const struct yaml *root, struct err *err)
{
    const struct yaml *node = yaml_get(root, "delimiter");
    if (node == NULL)
        return 0;
    struct str text = node->kind == YAML_TEXT ? node->text : STR("");
    if (str_eq(text, STR("\\t")) || str_eq(text, STR("tab")))
        text = STR("\t");
    if (text.len != 1)
        return format_fail(format, node, err, "a delimiter is one character");
    format->delimiter = text.ptr[0];
    return 0;
}

static int load_time_formats(
    struct format *format, const struct yaml *node, struct err *err)
{
    struct str *texts = NULL;
    size_t count = 0;
    if (node == NULL)
        return 0;
    if (node->kind != YAML_LIST)
        return format_fail(format, node, err, "time formats are a list");
    if (names_load(format, node, &texts, &count, err) < 0)
        return -1;
    format->times =
        arena_alloc(&format->arena, (count + 1) * sizeof(*format->times));
    for (size_t i = 0; i < count; i++) {
        struct err why = {0};
        struct timefmt *time = timefmt_new(texts[i], &why);
        if (time == NULL)
            return format_fail(format, &node->items[i], err, "%s", why.text);
        format->times[format->time_count++] = time;
    }
    return 0;
}

static int load_time(
    struct format *format, const struct yaml *root, struct err *err)
{
    static const char *const keys[] = {
        "formats", "zone", "from", "own", "carried", NULL};
    const struct yaml *node = yaml_get(root, "time");
    if (node == NULL)
        return 0;
    if (keys_check(format, node, keys, err) < 0 ||
        load_time_formats(format, yaml_get(node, "formats"), err) < 0 ||
        names_load(format, yaml_get(node, "from"), &format->time_names,
            &format->time_name_count, err) < 0 ||
        load_flag(format, node, "carried", &format->time_carried, err) < 0)
        return -1;
    format->own_time = yaml_get_bool(node, "own", false);
    struct str zone = yaml_get_text(node, "zone");
    struct err why = {0};
    if (zone.len > 0 && (format->zone = zone_find(zone, &why)) == NULL)
        return format_fail(format, yaml_get(node, "zone"), err, "%s", why.text);
    return 0;
}

static int load_set(
    struct format *format, const struct yaml *root, struct err *err)
{
    const struct yaml *category = yaml_get(root, "category");
    if (category != NULL) {
        /* a map of one, so that it is checked like any other setting */
        struct yaml item = *category;
        item.key = STR("category");
        struct yaml map = {.kind = YAML_MAP,
            .line = category->line,
            .count = 1,
            .items = &item};
        if (settings_load(format, &map, &format->set, err) < 0)
            return -1;
    }
    if (settings_load(format, yaml_get(root, "set"), &format->set, err) < 0)
        return -1;
    if (cuts_load(format, yaml_get(root, "cut"), err) < 0)
        return -1;
    return mappings_load(
        format, yaml_get(root, "map"), &format->maps, &format->map_count, err);
}

static int load_renames(
    struct format *format, const struct yaml *root, struct err *err)
{
    const struct yaml *map = yaml_get(root, "fields");
    if (map == NULL)
        return 0;
    if (map->kind != YAML_MAP)
        return format_fail(format, map, err, "fields is {own name: field}");
    format->renames = arena_alloc(
        &format->arena, (map->count + 1) * sizeof(*format->renames));
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml *to = &map->items[i];
        if (to->kind != YAML_TEXT)
            return format_fail(format, to, err, "expected a field's name");
        struct target target = target_of(to->text);
        if (target.kind == TARGET_EXTRA &&
            !str_starts_with(to->text, STR("x.")))
            return format_fail(format, to, err,
                "%s is no field that can be set (x.NAME for one of its own)",
                escape_text(to->text));
        struct rename *rename = &format->renames[format->rename_count++];
        *rename = (struct rename){.from = to->key, .to = target};
        rename->dig_count = dig_read(to->key, rename->digs);
    }
    return 0;
}

static int load_repeat(
    struct format *format, const struct yaml *root, struct err *err)
{
    static const char *const keys[] = {"ignore", NULL};
    const struct yaml *node = yaml_get(root, "repeat");
    if (node == NULL)
        return 0;
    struct str *names = NULL;
    size_t count = 0;
    if (keys_check(format, node, keys, err) < 0 ||
        names_load(format, yaml_get(node, "ignore"), &names, &count, err) < 0)
        return -1;
    format->repeats = true;
    for (size_t i = 0; i < count; i++) {
        enum field field = field_find(names[i]);
        if (field == FIELD_NONE)
            return format_fail(
                format, node, err, "%s is no field", escape_text(names[i]));
        format->repeat_ignores |= FIELD_BIT(field);
    }
    return 0;
}

static int load_patterns(
    struct format *format, const struct yaml *root, struct err *err)
{
    const struct yaml *list = yaml_get(root, "patterns");
    bool wanted = format->reads == READS_LINES || format->reads == READS_INSIDE;
    if (wanted != (list != NULL && list->count > 0))
        return format_fail(format, list != NULL ? list : root, err,
            wanted ? "no `patterns`" : "patterns serve lines and inside only");
    if (list == NULL)
        return 0;
    if (list->kind != YAML_LIST)
        return format_fail(format, list, err, "patterns are a list");
    format->patterns =
        arena_alloc(&format->arena, list->count * sizeof(*format->patterns));
    for (size_t i = 0; i < list->count; i++) {
        struct pattern *pattern = &format->patterns[format->pattern_count++];
        if (pattern_load(format, &list->items[i], pattern, err) < 0)
            return -1;
        if (pattern->carry_count > 0)
            format->carries = true;
        for (size_t k = 0; k < i; k++)
            if (str_eq(format->patterns[k].name, pattern->name))
                return format_fail(format, &list->items[i], err,
                    "two patterns are called %s", escape_text(pattern->name));
    }
    return 0;
}

static int load_examples(
    struct format *format, const struct yaml *root, struct err *err)
{
    static const char *const keys[] = {
        "line", "gives", "in", "with", "file", NULL};
    const struct yaml *list = yaml_get(root, "examples");
    if (list == NULL)
        return 0;
    if (list->kind != YAML_LIST)
        return format_fail(format, list, err, "examples are a list");
    format->examples = arena_alloc(
        &format->arena, (list->count + 1) * sizeof(*format->examples));
    for (size_t i = 0; i < list->count; i++) {
        const struct yaml *node = &list->items[i];
        if (keys_check(format, node, keys, err) < 0)
            return -1;
        struct example example = {.line = node->line,
            .text = yaml_get_text(node, "line"),
            .in = yaml_get_text(node, "in"),
            .file = yaml_get_text(node, "file"),
            .with = yaml_get(node, "with"),
            .gives = yaml_get(node, "gives")};
        if (example.text.len == 0)
            return format_fail(format, node, err, "an example has a `line`");
        if ((example.with != NULL && example.with->kind != YAML_MAP) ||
            (example.gives != NULL && example.gives->kind != YAML_MAP))
            return format_fail(
                format, node, err, "`with` and `gives` are {field: value}");
        format->examples[format->example_count++] = example;
    }
    return 0;
}

static uint64_t settings_fields(const struct settings *settings)
{
    uint64_t fields = 0;
    for (size_t i = 0; i < settings->count; i++)
        if (settings->items[i].to.field != FIELD_NONE)
            fields |= FIELD_BIT(settings->items[i].to.field);
    return fields;
}

static uint64_t mappings_fields(const struct mapping *maps, size_t count)
{
    uint64_t fields = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < maps[i].choice_count; k++)
            fields |= settings_fields(&maps[i].choices[k].set);
    return fields;
}

static uint64_t pattern_fields(const struct pattern *pattern)
{
    uint64_t fields = settings_fields(&pattern->set) |
                      mappings_fields(pattern->maps, pattern->map_count);
    for (size_t i = 0; i < pattern->group_count; i++) {
        const struct target *target = &pattern->groups[i].target;
        if (target->kind == TARGET_PRI)
            fields |= FIELD_BIT(FIELD_SEVERITY);
        else if (target->field != FIELD_NONE)
            fields |= FIELD_BIT(target->field);
    }
    for (size_t i = 0; i < pattern->split_count; i++)
        if (pattern->splits[i].kind == SPLIT_AUDIT)
            fields |= AUDIT_FIELDS;
    return fields;
}

static void sum_fields(struct format *format)
{
    format->fields = settings_fields(&format->set) |
                     mappings_fields(format->maps, format->map_count);
    for (size_t i = 0; i < format->rename_count; i++)
        if (format->renames[i].to.field != FIELD_NONE)
            format->fields |= FIELD_BIT(format->renames[i].to.field);
    for (size_t i = 0; i < format->pattern_count; i++)
        format->fields |= pattern_fields(&format->patterns[i]);
    for (size_t i = 0; i < format->moment_count; i++)
        format->fields |=
            FIELD_BIT(FIELD_TIME) |
            (format->moments[i].letter != '\0' ? FIELD_BIT(FIELD_ACTION) : 0);
    for (size_t i = 0; i < format->cut_count; i++)
        format->fields |= pattern_fields(&format->cuts[i]);
    if (format->accounts)
        format->fields |= FIELD_BIT(FIELD_USER_DOMAIN);
    if (format->user_from_path)
        format->fields |= FIELD_BIT(FIELD_USER);
}

static void join_inside(struct format *format)
{
    struct buf text = {0};
    for (size_t i = 0; i < format->inside_count; i++) {
        if (i > 0)
            buf_add_cstr(&text, ", ");
        buf_add_str(&text, format->inside[i]);
    }
    format->inside_text = str_from(arena_cstr(&format->arena, buf_str(&text)));
    buf_done(&text);
}

static int load_all(
    struct format *format, const struct yaml *root, struct err *err)
{
    static const char *const keys[] = {"name", "summary", "reads", "inside",
        "family", "when", "priority", "multiline", "time", "category", "set",
        "map", "fields", "require", "repeat", "patterns", "examples",
        "accounts", "delimiter", "windows", "logsource", "moments", "split",
        "like", "below", "cut", "begins", "goes_on", "holds_logs", "names",
        "user_from", "encoding", "columns", NULL};
    static int (*const steps[])(struct format *, const struct yaml *,
        struct err *) = {load_name, load_reads, load_multiline, load_begins,
        load_goes_on, load_columns, load_holds_logs, load_accounts, load_names,
        load_encoding, load_delimiter, load_time, load_set, load_renames,
        load_repeat, load_patterns, load_examples};

    if (keys_check(format, root, keys, err) < 0)
        return -1;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        if (steps[i](format, root, err) < 0)
            return -1;
    format->family = yaml_get_text(root, "family");
    format->like = yaml_get_text(root, "like");
    format->below = yaml_get_text(root, "below");
    if (conditions_load(format, yaml_get(root, "when"), &format->when, err) <
            0 ||
        names_load(format, yaml_get(root, "require"), &format->require,
            &format->require_count, err) < 0)
        return -1;
    if (windows_shape_load(format, yaml_get(root, "windows"), err) < 0 ||
        logsources_load(format, yaml_get(root, "logsource"), err) < 0 ||
        moments_load(format, yaml_get(root, "moments"), err) < 0 ||
        splits_load(format, yaml_get(root, "split"), &format->splits,
            &format->split_count, err) < 0)
        return -1;
    if (format->inside_count > 0)
        conditions_part(format, &format->when, &format->key_when);
    sum_fields(format);
    join_inside(format);
    return 0;
}

struct yaml_file *format_tree(const struct embedded *file, struct err *err)
{
    if (file->tree.len == 0)
        return yaml_parse(file->content, file->path, err);
    struct yaml_file *tree = yaml_unpack(file->tree);
    if (tree == NULL)
        err_set(err, ERR_INPUT, "%s: the program is damaged", file->path);
    return tree;
}

struct format *format_load(const struct embedded *file, struct err *err)
{
    struct format *format = xcalloc(1, sizeof(*format));
    format->path = xstrdup(file->path);
    format->shipped = file->tree.len > 0;
    format->digest = hash_of(HASH_SHA256, file->content);
    format->file = format_tree(file, err);
    if (format->file == NULL)
        goto fail;
    if (yaml_document_count(format->file) != 1) {
        format_fail(format, NULL, err, "a format file is one document");
        goto fail;
    }
    if (load_all(format, yaml_document(format->file, 0), err) < 0)
        goto fail;
    return format;
fail:
    format_free(format);
    return NULL;
}

struct format *format_of_parser(const struct parser *parser)
{
    struct format *format = xcalloc(1, sizeof(*format));
    format->path = xstrdup(parser->name);
    format->name = str_from(parser->name);
    format->summary = str_from(parser->summary);
    format->digest = hash_of(HASH_SHA256, format->name);
    format->reads = READS_PARSER;
    format->parser = parser;
    format->inside_text = STR("");
    if (parser->product != NULL) {
        format->logsources =
            arena_alloc(&format->arena, sizeof(*format->logsources));
        format->logsources[0] =
            (struct logsource){.product = str_from(parser->product)};
        format->logsource_count = 1;
    }
    return format;
}

void format_free(struct format *format)
{
    if (format == NULL)
        return;
    for (size_t i = 0; i < format->pattern_count; i++)
        pattern_done(&format->patterns[i]);
    for (size_t i = 0; i < format->cut_count; i++)
        pattern_done(&format->cuts[i]);
    for (size_t i = 0; i < format->begin_count; i++)
        regex_done(&format->begins[i]);
    regex_done(&format->goes_on);
    for (size_t i = 0; i < format->time_count && !format->times_shared; i++)
        timefmt_free(format->times[i]);
    conditions_done(&format->key_when);
    conditions_done(&format->when);
    yaml_file_free(format->file);
    arena_done(&format->arena);
    free(format->path);
    free(format);
}
