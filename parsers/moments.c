#include "parsers/moments.h"

#include <string.h>

#include "src/base/escape.h"

enum { MOMENTS_MAX = 32 };

/* Strongest first: a file that is new was written, too. */
static const struct {
    char letter;
    int place; /* in "macb" */
    struct str action;
} letters[] = {
    {'b', 3, STR_INIT("file_create")},
    {'m', 0, STR_INIT("file_write")},
    {'c', 2, STR_INIT("file_change")},
    {'a', 1, STR_INIT("file_read")},
};
enum { LETTER_COUNT = sizeof(letters) / sizeof(letters[0]) };

/* --- the key of a format ------------------------------------------------- */

static void read_words(struct str text, struct moment *out)
{
    struct str rest = text;
    struct str first = str_cut(&rest, ' ');
    out->label = text;
    if (first.len != 1)
        return;
    for (size_t i = 0; i < LETTER_COUNT; i++) {
        if (letters[i].letter != first.ptr[0])
            continue;
        out->letter = first.ptr[0];
        out->label = rest;
    }
}

int moments_load(
    struct format *format, const struct yaml *node, struct err *err)
{
    if (node == NULL)
        return 0;
    if (node->kind != YAML_MAP || node->count == 0 || node->count > MOMENTS_MAX)
        return format_fail(
            format, node, err, "moments is {NAME: letter of macb or words}");
    format->moments =
        arena_alloc(&format->arena, node->count * sizeof(*format->moments));
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml *one = &node->items[i];
        if (one->kind != YAML_TEXT || one->text.len == 0)
            return format_fail(format, one, err, "what happened at %s?",
                escape_text(one->key));
        struct moment *moment = &format->moments[format->moment_count++];
        *moment = (struct moment){.name = one->key};
        read_words(one->text, moment);
    }
    return 0;
}

/* --- the times of a record ----------------------------------------------- */

/* What happened at one time, as bits of format->moments. */
struct instant {
    int64_t time;
    enum time_quality quality;
    enum stamp_precision precision;
    uint32_t moments;
};

/* What programs write for "never". */
static bool is_never(struct str value)
{
    static const char *const dates[] = {
        "0000-00-00", "0001-01-01", "1601-01-01", "1/1/0001", "1/1/1601"};
    uint64_t number;
    if (value.len == 0 || (str_to_u64(value, &number) && number == 0))
        return true;
    for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++)
        if (str_starts_with(value, str_from(dates[i])))
            return true;
    return false;
}

/* In order of time; equal ones become one. */
static void add_instant(
    struct instant *instants, size_t *count, const struct instant *one)
{
    size_t at = *count;
    while (at > 0 && instants[at - 1].time > one->time)
        at--;
    if (at > 0 && instants[at - 1].time == one->time) {
        instants[at - 1].moments |= one->moments;
        return;
    }
    memmove(instants + at + 1, instants + at, (*count - at) * sizeof(*one));
    instants[at] = *one;
    ++*count;
}

static size_t find_instants(struct matcher *matcher,
    const struct format *format, struct instant *instants)
{
    size_t count = 0;
    for (size_t i = 0; i < format->moment_count; i++) {
        struct str value;
        struct record at = {.time = STAMP_NONE};
        if (!pairs_find_nocase(
                &matcher->pairs, format->moments[i].name, &value) ||
            is_never(value) || !matcher_time(matcher, format, value, &at) ||
            at.time == STAMP_NONE)
            continue;
        struct instant one = {
            at.time, at.time_quality, at.precision, UINT32_C(1) << i};
        add_instant(instants, &count, &one);
    }
    return count;
}

static bool is_told(const struct format *format, const struct instant *instant,
    char letter, struct str label)
{
    for (size_t i = 0; i < format->moment_count; i++)
        if ((instant->moments >> i & 1) != 0 &&
            format->moments[i].letter == letter &&
            str_eq(format->moments[i].label, label))
            return true;
    return false;
}

/* "m..b", as mactime writes it. */
static void add_letters(struct matcher *matcher, const struct format *format,
    const struct instant *instant, struct str label, struct record *record)
{
    char macb[] = "....";
    for (size_t i = 0; i < LETTER_COUNT; i++)
        if (is_told(format, instant, letters[i].letter, label))
            macb[letters[i].place] = letters[i].letter;
    struct str name = STR("macb");
    if (label.len > 0)
        name = arena_printf(&matcher->arena, "macb_%.*s", STR_ARG(label));
    struct str known;
    if (!record_find_extra(record, name, &known))
        record_add_extra(record, name,
            arena_copy(&matcher->arena, str_make(macb, sizeof(macb) - 1)));
}

/* Where a file's letters could stand, and none does. */
static void add_no_letters(const struct format *format, struct record *record)
{
    struct str known;
    if (record_find_extra(record, STR("macb"), &known))
        return;
    for (size_t i = 0; i < format->moment_count; i++)
        if (format->moments[i].letter != '\0' &&
            format->moments[i].label.len == 0) {
            record_add_extra(record, STR("macb"), STR("...."));
            return;
        }
}

static void add_words(
    struct matcher *matcher, struct str words, struct record *record)
{
    struct str known;
    for (size_t i = 0; i < record->extra_count; i++) {
        struct extra *extra = &record->extras[i];
        if (!str_eq(extra->name, STR("moment")))
            continue;
        known = extra->value;
        extra->value = arena_printf(
            &matcher->arena, "%.*s, %.*s", STR_ARG(known), STR_ARG(words));
        return;
    }
    record_add_extra(record, STR("moment"), words);
}

static void set_action(const struct format *format,
    const struct instant *instant, struct record *record)
{
    for (size_t i = 0; i < LETTER_COUNT; i++)
        for (size_t k = 0; k < format->moment_count; k++)
            if ((instant->moments >> k & 1) != 0 &&
                format->moments[k].letter == letters[i].letter) {
                record_set(record, FIELD_ACTION, letters[i].action);
                return;
            }
}

void matcher_moments(
    struct matcher *matcher, const struct format *format, struct record *record)
{
    struct instant instants[MOMENTS_MAX];
    size_t count = find_instants(matcher, format, instants);
    matcher->moment_count = count;
    if (count == 0) {
        add_no_letters(format, record);
        return;
    }
    const struct instant *instant =
        &instants[matcher->moment < count ? matcher->moment : count - 1];
    record->time = instant->time;
    record->time_quality = instant->quality;
    record->precision = instant->precision;
    for (size_t i = 0; i < format->moment_count; i++) {
        const struct moment *moment = &format->moments[i];
        if ((instant->moments >> i & 1) == 0)
            continue;
        if (moment->letter != '\0')
            add_letters(matcher, format, instant, moment->label, record);
        else
            add_words(matcher, moment->label, record);
    }
    add_no_letters(format, record);
    set_action(format, instant, record);
}

bool matcher_next_moment(struct matcher *matcher)
{
    if (matcher->moment + 1 < matcher->moment_count) {
        matcher->moment++;
        return true;
    }
    matcher->moment = 0;
    return false;
}
