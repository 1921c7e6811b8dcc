#include "parsers/windows_text.h"

#include <stdlib.h>

#include "src/base/limit.h"
#include "src/base/mem.h"

enum { LABEL_MAX = 64 };

void windows_text_done(struct windows_text *text)
{
    free(text->values);
    arena_done(&text->arena);
}

static bool is_label_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == ' ' || c == '-' || c == '_' ||
           c == '(' || c == ')' || c == '/';
}

/* "Account Name:\t\talice" in label and value; false for other text. */
static bool part_line(struct str line, struct str *label, struct str *value)
{
    ptrdiff_t colon = str_find_char(line, ':');
    if (colon <= 0 || colon > LABEL_MAX)
        return false;
    for (ptrdiff_t i = 0; i < colon; i++)
        if (!is_label_char(line.ptr[i]))
            return false;
    struct str rest = str_from_index(line, (size_t)colon + 1);
    if (rest.len > 0 && rest.ptr[0] != ' ' && rest.ptr[0] != '\t')
        return false; /* "C:\Windows", "https://" */
    *label = str_trim(str_sub(line, 0, (size_t)colon));
    *value = str_trim(rest);
    return label->len > 0;
}

static struct str name_of(struct windows_text *text,
    const struct windows_table *table, struct str section, struct str label)
{
    for (size_t i = 0; table != NULL && i < table->label_count; i++) {
        const struct windows_label *known = &table->labels[i];
        if (str_eq(known->label, label) &&
            (known->section.len == 0 || str_eq(known->section, section)))
            return known->name;
    }
    char *name = arena_alloc(&text->arena, section.len + label.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < section.len; i++)
        if (section.ptr[i] != ' ')
            name[len++] = section.ptr[i];
    for (size_t i = 0; i < label.len; i++)
        if (label.ptr[i] != ' ')
            name[len++] = label.ptr[i];
    return str_make(name, len);
}

static void add_value(
    struct windows_text *text, struct str name, struct str value)
{
    if (text->count >= LIMIT_EXTRAS)
        return;
    text->values = mem_grow(
        text->values, &text->capacity, text->count + 1, sizeof(*text->values));
    text->values[text->count++] = (struct windows_value){name, value};
}

static bool is_indented(struct str line)
{
    return line.len > 0 && (line.ptr[0] == '\t' || line.ptr[0] == ' ');
}

const struct windows_event *windows_text_read(struct windows_text *text,
    const struct windows_table *table, const struct windows_event *event)
{
    struct str rest = event->message, section = {0};
    arena_reset(&text->arena);
    text->count = 0;
    while (rest.len > 0) {
        struct str line = str_trim_end(str_cut(&rest, '\n'));
        struct str label, value;
        if (line.len == 0)
            continue;
        bool inner = is_indented(line);
        if (!inner)
            section = (struct str){0};
        if (!part_line(str_trim(line), &label, &value))
            continue;
        if (!inner && value.len == 0)
            section = label;
        else
            add_value(text, name_of(text, table, section, label), value);
    }
    text->event = *event;
    text->event.values = text->values;
    text->event.value_count = text->count;
    text->event.shape = 0;
    return &text->event;
}
