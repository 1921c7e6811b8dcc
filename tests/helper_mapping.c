/* helper_mapping: what every event and every kind of log is mapped to, as the
 * tables say it, in the form of the second half of doc/formats.md. */
#include <stdio.h>
#include <string.h>

#include "parsers/windows_table.h"
#include "src/base/buf.h"

enum { WORDS_MAX = 64 };

/* Distinct words in order of arrival. */
struct words {
    struct str items[WORDS_MAX];
    size_t count;
};

static void add_word(struct words *words, struct str word)
{
    for (size_t i = 0; i < words->count; i++)
        if (str_eq(words->items[i], word))
            return;
    if (words->count < WORDS_MAX)
        words->items[words->count++] = word;
}

static void print_words(const struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        printf("%s%.*s", i > 0 ? ", " : "", STR_ARG(words->items[i]));
}

/* --- Windows ------------------------------------------------------------- */

static void collect(const struct windows_settings *settings, enum field field,
    struct words *words)
{
    for (size_t i = 0; i < settings->count; i++) {
        const struct windows_setting *setting = &settings->items[i];
        if (setting->to.field == field && setting->value.count > 0 &&
            !setting->value.parts[0].has_value)
            add_word(words, setting->value.parts[0].before);
    }
}

static struct words words_of(const struct windows_rule *rule, enum field field)
{
    struct words words = {.count = 0};
    collect(&rule->set, field, &words);
    for (size_t i = 0; i < rule->map_count; i++)
        for (size_t k = 0; k < rule->maps[i].choice_count; k++)
            collect(&rule->maps[i].choices[k].set, field, &words);
    return words;
}

/* "TargetUserName: user" */
static void print_places(const struct windows_rule *rule)
{
    bool any = false;
    for (size_t i = 0; i < rule->place_count; i++) {
        const struct windows_place *place = &rule->places[i];
        if (place->field == FIELD_NONE)
            continue;
        printf("%s%.*s: %s", any ? ", " : "", STR_ARG(place->name),
            field_table[place->field].name);
        any = true;
    }
    if (rule->hand_to.len > 0)
        printf("%sread as a message of %.*s", any ? "; " : "",
            STR_ARG(rule->hand_to));
}

/* Events of one entry stand in one row. */
static size_t print_row(const struct windows_table *table, size_t first)
{
    const struct windows_rule *rule = &table->rules[first];
    size_t at = first;
    printf("|");
    for (; at < table->rule_count && table->rules[at].line == rule->line; at++)
        printf("%s %u", at > first ? "," : "", table->rules[at].id);
    static const enum field fields[] = {
        FIELD_CATEGORY, FIELD_ACTION, FIELD_OUTCOME};
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        struct words words = words_of(rule, fields[i]);
        printf(" | ");
        print_words(&words);
    }
    printf(" | ");
    print_places(rule);
    printf(" |\n");
    return at;
}

static void print_table(const struct windows_table *table)
{
    printf("\n### %.*s\n\n", STR_ARG(table->file->summary));
    printf("`parsers/windows/%.*s.yaml`: ", STR_ARG(table->file->name));
    for (size_t i = 0; i < table->provider_count; i++)
        printf("%s%.*s", i > 0 ? ", " : "", STR_ARG(table->providers[i]));
    printf("\n\n| event | category | action | outcome | values |\n"
           "| --- | --- | --- | --- | --- |\n");
    for (size_t at = 0; at < table->rule_count;)
        at = print_row(table, at);
}

/* --- text ---------------------------------------------------------------- */

static void collect_text(
    const struct settings *settings, enum field field, struct words *words)
{
    for (size_t i = 0; i < settings->count; i++) {
        const struct setting *setting = &settings->items[i];
        if (setting->to.field == field && setting->part_count == 1 &&
            setting->parts[0].name.kind == TARGET_NONE)
            add_word(words, setting->parts[0].before);
    }
}

static void collect_maps(const struct mapping *maps, size_t count,
    enum field field, struct words *words)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < maps[i].choice_count; k++)
            collect_text(&maps[i].choices[k].set, field, words);
}

static void print_format_words(const struct format *format, enum field field)
{
    struct words words = {.count = 0};
    collect_text(&format->set, field, &words);
    collect_maps(format->maps, format->map_count, field, &words);
    for (size_t i = 0; i < format->pattern_count; i++) {
        const struct pattern *pattern = &format->patterns[i];
        collect_text(&pattern->set, field, &words);
        collect_maps(pattern->maps, pattern->map_count, field, &words);
    }
    printf(" | ");
    print_words(&words);
}

static void print_fields(
    const struct formats *formats, const struct format *format)
{
    uint64_t fields = formats_fields_of(formats, format) &
                      ~(FIELD_BIT(FIELD_CATEGORY) | FIELD_BIT(FIELD_ACTION) |
                          FIELD_BIT(FIELD_OUTCOME));
    bool any = false;
    for (size_t i = 0; i < FIELD_TOTAL; i++) {
        if ((fields & FIELD_BIT(i)) == 0)
            continue;
        printf("%s%s", any ? ", " : "", field_table[i].name);
        any = true;
    }
}

/* By name: the order of trial is another matter. */
static const struct format *next_format(
    const struct formats *formats, const struct format *last)
{
    const struct format *next = NULL;
    for (size_t i = 0; i < formats->count; i++) {
        const struct format *format = formats->items[i];
        if (last != NULL && str_compare(format->name, last->name) <= 0)
            continue;
        if (next == NULL || str_compare(format->name, next->name) < 0)
            next = format;
    }
    return next;
}

static void print_formats(const struct formats *formats)
{
    printf("\n## Formats\n\n| format | reads | category | action | outcome | "
           "fields |\n| --- | --- | --- | --- | --- | --- |\n");
    const struct format *format = NULL;
    while ((format = next_format(formats, format)) != NULL) {
        printf(
            "| %.*s | %.*s", STR_ARG(format->name), STR_ARG(format->summary));
        print_format_words(format, FIELD_CATEGORY);
        print_format_words(format, FIELD_ACTION);
        print_format_words(format, FIELD_OUTCOME);
        printf(" | ");
        if (format_is_of_windows(format))
            printf("as the Windows events below");
        else
            print_fields(formats, format);
        printf(" |\n");
    }
}

int main(void)
{
    struct formats *formats = formats_load("/nonexistent");
    print_formats(formats);
    printf("\n## Windows events\n");
    for (size_t i = 0; i < formats->windows.count; i++)
        print_table(formats->windows.items[i]);
    formats_free(formats);
    return 0;
}
