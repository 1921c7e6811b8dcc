/* The tree is built from libyaml's events with a stack of open lists and maps.
 * A level collects its children in an array of its own, which is copied into
 * the file's arena when the level ends; so a finished node is one block and the
 * whole tree dies with the arena. */
#include "src/base/yaml.h"

#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "src/base/escape.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/base/yaml_inside.h"

/* A list or map that is not closed yet. */
struct level {
    struct yaml node; /* count and items are set when it ends */
    struct yaml *items;
    size_t count;
    size_t capacity;
    bool has_key;
    struct str key; /* of the value that comes next */
};

struct builder {
    struct yaml_file *file;
    struct str text;
    const char *name;
    struct err *err;
    size_t values;
    size_t document_capacity;
    int depth;
    struct level levels[LIMIT_DEPTH];
};

static int fail(struct builder *builder, enum err_code code, int line,
    const char *what, struct str text)
{
    const char *mark = text.len > 0 ? ": " : "";
    return err_set(builder->err, code, "%s:%d: %s%s%s",
        escape_cstr(builder->name), line, what, mark, escape_text(text));
}

static int line_of(const yaml_event_t *event)
{
    return (int)event->start_mark.line + 1;
}

/* --- adding nodes --------------------------------------------------------- */

static void add_document(struct builder *builder, const struct yaml *node)
{
    struct yaml_file *file = builder->file;
    file->documents = mem_grow(file->documents, &builder->document_capacity,
        file->count + 1, sizeof(*file->documents));
    file->documents[file->count++] = *node;
}

/* Give a finished node to the level it stands in. */
static int add_node(struct builder *builder, struct yaml *node)
{
    if (++builder->values > LIMIT_CONFIG_VALUES)
        return fail(builder, ERR_LIMIT, node->line, "too many values in a file",
            (struct str){0});
    if (builder->depth == 0) {
        add_document(builder, node);
        return 0;
    }
    struct level *level = &builder->levels[builder->depth - 1];
    if (level->node.kind == YAML_MAP && !level->has_key) {
        if (node->kind != YAML_TEXT)
            return fail(builder, ERR_INPUT, node->line,
                "a key must be a plain text", (struct str){0});
        level->key = node->text;
        level->has_key = true;
        return 0;
    }
    node->key = level->key;
    level->key = (struct str){0};
    level->has_key = false;
    level->items = mem_grow(
        level->items, &level->capacity, level->count + 1, sizeof(*node));
    level->items[level->count++] = *node;
    return 0;
}

static int add_text(struct builder *builder, const yaml_event_t *event)
{
    struct str text =
        str_make(event->data.scalar.value, event->data.scalar.length);
    struct yaml node = {
        .kind = YAML_TEXT,
        .line = line_of(event),
        .quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE,
        .text = {arena_cstr(&builder->file->arena, text), text.len},
    };
    return add_node(builder, &node);
}

static int open_level(
    struct builder *builder, const yaml_event_t *event, enum yaml_kind kind)
{
    if (builder->depth == LIMIT_DEPTH)
        return fail(builder, ERR_LIMIT, line_of(event), "nested too deep",
            (struct str){0});
    builder->levels[builder->depth++] =
        (struct level){.node = {.kind = kind, .line = line_of(event)}};
    return 0;
}

static int compare_keys(const void *left, const void *right)
{
    const struct yaml *const *a = left;
    const struct yaml *const *b = right;
    int order = str_compare((*a)->key, (*b)->key);
    return order != 0 ? order : ((*a)->line > (*b)->line) * 2 - 1;
}

/* A key given twice means that one of them is silently lost. Sorted, because a
 * map may have very many keys. */
static int check_keys(struct builder *builder, const struct level *level)
{
    if (level->count < 2)
        return 0;
    const struct yaml **sorted = xcalloc(level->count, sizeof(*sorted));
    for (size_t i = 0; i < level->count; i++)
        sorted[i] = &level->items[i];
    qsort(sorted, level->count, sizeof(*sorted), compare_keys);
    const struct yaml *twice = NULL;
    for (size_t i = 1; i < level->count && twice == NULL; i++)
        if (str_eq(sorted[i - 1]->key, sorted[i]->key))
            twice = sorted[i];
    free(sorted);
    if (twice == NULL)
        return 0;
    return fail(
        builder, ERR_INPUT, twice->line, "this key is given twice", twice->key);
}

static int close_level(struct builder *builder)
{
    struct level *level = &builder->levels[builder->depth - 1];
    if (level->node.kind == YAML_MAP && check_keys(builder, level) < 0)
        return -1;
    struct yaml node = level->node;
    node.count = level->count;
    if (level->count > 0) {
        size_t size = level->count * sizeof(*level->items);
        node.items = arena_alloc(&builder->file->arena, size);
        memcpy(node.items, level->items, size);
    }
    free(level->items);
    level->items = NULL;
    builder->depth--;
    return add_node(builder, &node);
}

/* --- events --------------------------------------------------------------- */

static bool has_anchor(const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return true;
    case YAML_SCALAR_EVENT:
        return event->data.scalar.anchor != NULL;
    case YAML_SEQUENCE_START_EVENT:
        return event->data.sequence_start.anchor != NULL;
    case YAML_MAPPING_START_EVENT:
        return event->data.mapping_start.anchor != NULL;
    default:
        return false;
    }
}

static int take_event(struct builder *builder, const yaml_event_t *event)
{
    /* With aliases a small file can stand for a tree of any size. */
    if (has_anchor(event))
        return fail(builder, ERR_INPUT, line_of(event),
            "anchors and aliases are not supported", (struct str){0});
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return add_text(builder, event);
    case YAML_SEQUENCE_START_EVENT:
        return open_level(builder, event, YAML_LIST);
    case YAML_MAPPING_START_EVENT:
        return open_level(builder, event, YAML_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_level(builder);
    default:
        return 0;
    }
}

static int line_at(struct str text, size_t offset)
{
    int line = 1;
    struct str before = str_sub(text, 0, offset);
    while (str_find_char(before, '\n') >= 0) {
        str_cut(&before, '\n');
        line++;
    }
    return line;
}

/* The scanner and the parser name a line, the reader below them an offset. */
static int fail_parser(struct builder *builder, const yaml_parser_t *parser)
{
    const char *problem =
        parser->problem != NULL ? parser->problem : "it is not YAML";
    int line = parser->error == YAML_READER_ERROR
                   ? line_at(builder->text, parser->problem_offset)
                   : (int)parser->problem_mark.line + 1;
    return fail(builder, ERR_INPUT, line, problem, str_from(parser->context));
}

static int read_events(struct builder *builder, yaml_parser_t *parser)
{
    bool ended = false;
    while (!ended) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return fail_parser(builder, parser);
        int rc = take_event(builder, &event);
        ended = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
        if (rc < 0)
            return -1;
    }
    return 0;
}

static void close_levels(struct builder *builder)
{
    while (builder->depth > 0)
        free(builder->levels[--builder->depth].items);
}

struct yaml_file *yaml_parse(struct str text, const char *name, struct err *err)
{
    if (text.len > LIMIT_CONFIG_FILE) {
        err_set(err, ERR_LIMIT, "%s: longer than %zu bytes", escape_cstr(name),
            LIMIT_CONFIG_FILE);
        return NULL;
    }
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        err_set(err, ERR_IO, "%s: out of memory", escape_cstr(name));
        return NULL;
    }
    yaml_parser_set_input_string(
        &parser, (const unsigned char *)text.ptr, text.len);
    struct yaml_file *file = xcalloc(1, sizeof(*file));
    struct builder *builder = xcalloc(1, sizeof(*builder));
    *builder =
        (struct builder){.file = file, .text = text, .name = name, .err = err};
    if (read_events(builder, &parser) < 0) {
        close_levels(builder);
        yaml_file_free(file);
        file = NULL;
    }
    free(builder);
    yaml_parser_delete(&parser);
    return file;
}

void yaml_file_free(struct yaml_file *file)
{
    if (file == NULL)
        return;
    arena_done(&file->arena);
    free(file->documents);
    free(file);
}

/* --- asking --------------------------------------------------------------- */

size_t yaml_document_count(const struct yaml_file *file)
{
    return file->count;
}

const struct yaml *yaml_document(const struct yaml_file *file, size_t index)
{
    return index < file->count ? &file->documents[index] : NULL;
}

const struct yaml *yaml_get(const struct yaml *map, const char *key)
{
    if (map == NULL || map->kind != YAML_MAP)
        return NULL;
    struct str wanted = str_from(key);
    for (size_t i = 0; i < map->count; i++)
        if (str_eq(map->items[i].key, wanted))
            return &map->items[i];
    return NULL;
}

struct str yaml_get_text(const struct yaml *map, const char *key)
{
    const struct yaml *value = yaml_get(map, key);
    if (value == NULL || value->kind != YAML_TEXT)
        return (struct str){0};
    return value->text;
}

bool yaml_get_bool(const struct yaml *map, const char *key, bool fallback)
{
    const struct yaml *value = yaml_get(map, key);
    if (value == NULL)
        return fallback;
    static const struct str words[] = {
        STR_INIT("yes"), STR_INIT("true"), STR_INIT("on")};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (value->kind == YAML_TEXT && str_eq_nocase(value->text, words[i]))
            return true;
    return false;
}
