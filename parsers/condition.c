#include "parsers/condition.h"

#include <string.h>

#include "src/base/escape.h"

struct str process_name(struct str process)
{
    if (process.len > 0 && process.ptr[process.len - 1] == ']') {
        ptrdiff_t open = str_find_last_char(process, '[');
        if (open > 0)
            process = str_sub(process, 0, (size_t)open);
    }
    ptrdiff_t slash = str_find_last_char(process, '/');
    if (slash >= 0 && (size_t)slash + 1 < process.len)
        process = str_from_index(process, (size_t)slash + 1);
    return process;
}

bool known_find(const struct known *known, struct str name, enum field field,
    struct str *out)
{
    if (known->pairs != NULL && pairs_find(known->pairs, name, out))
        return true;
    if (known->record == NULL)
        return false;
    if (field != FIELD_NONE) {
        *out = record_get(known->record, field);
        return record_has(known->record, field);
    }
    if (str_starts_with(name, STR("x.")))
        name = str_from_index(name, 2);
    return record_find_extra(known->record, name, out);
}

static bool is_one_of(const struct condition *condition, struct str value)
{
    for (size_t i = 0; i < condition->word_count; i++)
        if (str_eq_nocase(condition->words[i], value))
            return true;
    return false;
}

static bool condition_holds(const struct condition *condition,
    const struct known *known, struct regex_room *room)
{
    struct str value;
    if (!known_find(known, condition->name, condition->field, &value))
        return condition->negated;
    struct str whole = value;
    if (condition->field == FIELD_PROCESS)
        value = process_name(value);

    bool holds = true;
    if (condition->kind == CONDITION_IN)
        holds = is_one_of(condition, value);
    if (condition->kind == CONDITION_MATCH)
        holds = regex_match(&condition->regex, room, value) ||
                (whole.len > value.len &&
                    regex_match(&condition->regex, room, whole));
    return holds != condition->negated;
}

bool conditions_check(const struct conditions *conditions,
    const struct known *known, struct regex_room *room)
{
    for (size_t i = 0; i < conditions->count; i++)
        if (!condition_holds(&conditions->items[i], known, room))
            return false;
    return true;
}

/* The next blank-delimited word of `text`. */
static struct str next_word(struct str *text)
{
    *text = str_trim(*text);
    struct str word = str_cut(text, ' ');
    *text = str_trim(*text);
    return word;
}

static int load_words(struct format *format, const struct yaml *node,
    struct str list, struct condition *out, struct err *err)
{
    size_t most = 1;
    for (size_t i = 0; i < list.len; i++)
        most += list.ptr[i] == ',';
    out->words = arena_alloc(&format->arena, most * sizeof(*out->words));
    while (list.len > 0) {
        struct str word = str_trim(str_cut(&list, ','));
        if (word.len == 0)
            return format_fail(format, node, err, "an empty word in a list");
        out->words[out->word_count++] = word;
    }
    if (out->word_count == 0)
        return format_fail(format, node, err, "nothing to compare with");
    return 0;
}

static int load_one(struct format *format, const struct yaml *node,
    struct condition *out, struct err *err)
{
    *out = (struct condition){0};
    if (node->kind != YAML_TEXT)
        return format_fail(format, node, err, "a condition is a text");
    struct str rest = node->text;
    out->name = next_word(&rest);
    out->field = field_find(out->name);
    struct str verb = next_word(&rest);
    if (str_eq(verb, STR("not"))) {
        out->negated = true;
        verb = next_word(&rest);
    }

    if (str_eq(verb, STR("present")) || str_eq(verb, STR("absent"))) {
        out->kind = CONDITION_PRESENT;
        out->negated ^= str_eq(verb, STR("absent"));
        if (rest.len > 0)
            return format_fail(
                format, node, err, "\"%s\" is too much", escape_text(rest));
        return 0;
    }
    if (str_eq(verb, STR("in"))) {
        out->kind = CONDITION_IN;
        return load_words(format, node, rest, out, err);
    }
    if (str_eq(verb, STR("is"))) {
        out->kind = CONDITION_IN;
        out->words = arena_alloc(&format->arena, sizeof(*out->words));
        out->words[out->word_count++] = rest;
        return 0;
    }
    if (str_eq(verb, STR("=~")) || str_eq(verb, STR("!~"))) {
        out->kind = CONDITION_MATCH;
        out->negated ^= str_eq(verb, STR("!~"));
        struct err why = {0};
        if (regex_compile(&out->regex, rest, &why) < 0)
            return format_fail(format, node, err, "%s", why.text);
        return 0;
    }
    return format_fail(format, node, err,
        "expected NAME in A, B | NAME is VALUE | NAME =~ REGEX | NAME present "
        "| NAME absent, got \"%s\"",
        escape_text(node->text));
}

int conditions_load(struct format *format, const struct yaml *node,
    struct conditions *out, struct err *err)
{
    if (node == NULL)
        return 0;
    size_t count = node->kind == YAML_LIST ? node->count : 1;
    out->items = arena_alloc(&format->arena, (count + 1) * sizeof(*out->items));
    for (size_t i = 0; i < count; i++) {
        const struct yaml *item =
            node->kind == YAML_LIST ? &node->items[i] : node;
        if (load_one(format, item, &out->items[i], err) < 0)
            return -1;
        out->count++;
    }
    return 0;
}

void conditions_part(
    struct format *format, struct conditions *when, struct conditions *key_when)
{
    size_t count = when->count;
    key_when->items =
        arena_alloc(&format->arena, (count + 1) * sizeof(*when->items));
    when->count = 0;
    for (size_t i = 0; i < count; i++) {
        enum field field = when->items[i].field;
        struct conditions *to =
            field == FIELD_PROCESS || field == FIELD_CODE ? key_when : when;
        to->items[to->count++] = when->items[i];
    }
}

bool conditions_ask(const struct conditions *conditions, enum field field)
{
    for (size_t i = 0; i < conditions->count; i++)
        if (conditions->items[i].field == field)
            return true;
    return false;
}

void conditions_done(struct conditions *conditions)
{
    for (size_t i = 0; i < conditions->count; i++)
        regex_done(&conditions->items[i].regex);
}
