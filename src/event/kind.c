#include "src/event/kind.h"

#include <string.h>

#include "src/base/limit.h"
#include "src/event/vocabulary.h"

enum { SEVERITY_MAX = 7 };

const char *kind_level(const struct kind *kind)
{
    return severity_level(kind->severity);
}

/* The value, cut to what a name may be; when it was, its bit goes to `spill`.
 */
static struct str short_value(
    const struct record *record, enum field field, uint64_t *spill)
{
    struct str value = record_get(record, field);
    if (value.len <= LIMIT_NAME)
        return value;
    *spill |= FIELD_BIT(field);
    return record_cut(value, LIMIT_NAME);
}

/* Most levels are the names of the numbers beside them, word for word. */
static int severity_named(int severity, struct str level)
{
    if (severity >= 0 && level.ptr == severity_level(severity))
        return severity;
    return severity_from_level(level);
}

/* By number, else by name. */
int8_t kind_severity(const struct record *record, uint64_t *spill)
{
    uint64_t number;
    int severity = -1;
    if (record_has(record, FIELD_SEVERITY)) {
        if (str_to_u64(record->value[FIELD_SEVERITY], &number) &&
            number <= SEVERITY_MAX)
            severity = (int)number;
        else
            *spill |= FIELD_BIT(FIELD_SEVERITY);
    }
    if (record_has(record, FIELD_LEVEL)) {
        int named = severity_named(severity, record->value[FIELD_LEVEL]);
        if (severity < 0)
            severity = named;
        if (named < 0 || named != severity)
            *spill |= FIELD_BIT(FIELD_LEVEL);
    }
    return (int8_t)severity;
}

enum field kind_object(const struct record *record)
{
    static const enum field order[] = {
        FIELD_URL, FIELD_COMMAND, FIELD_FILE, FIELD_DOMAIN};
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        if (record_has(record, order[i]))
            return order[i];
    return FIELD_NONE;
}

struct kind kind_describe(const struct record *record, uint64_t *spill)
{
    uint64_t said = 0;
    return (struct kind){
        .format = record_cut(record->format, LIMIT_NAME),
        .category = short_value(record, FIELD_CATEGORY, spill),
        .action = short_value(record, FIELD_ACTION, spill),
        .outcome = short_value(record, FIELD_OUTCOME, spill),
        .provider = short_value(record, FIELD_PROVIDER, spill),
        .channel = short_value(record, FIELD_CHANNEL, spill),
        .code = short_value(record, FIELD_CODE, spill),
        .severity = kind_severity(record, &said),
        .understood = (uint8_t)record->understood,
        .time_quality = (uint8_t)record->time_quality,
        .precision = (uint8_t)record->precision,
        .object = (uint8_t)kind_object(record),
    };
}

/* Values are looked at where they stand: copying slices that were just written
 * costs more than comparing them. */
static bool text_is(
    const struct str *text, const struct record *record, enum field field)
{
    const struct str *value = &record->value[field];
    if (!record_has(record, field))
        return text->len == 0;
    return text->len == value->len &&
           memcmp(text->ptr, value->ptr, text->len) == 0;
}

bool kind_fits(const struct kind *kind, const struct record *record)
{
    uint64_t said = 0;
    return kind->understood == record->understood &&
           kind->time_quality == record->time_quality &&
           kind->precision == record->precision &&
           text_is(&kind->action, record, FIELD_ACTION) &&
           text_is(&kind->outcome, record, FIELD_OUTCOME) &&
           text_is(&kind->code, record, FIELD_CODE) &&
           text_is(&kind->provider, record, FIELD_PROVIDER) &&
           text_is(&kind->channel, record, FIELD_CHANNEL) &&
           text_is(&kind->category, record, FIELD_CATEGORY) &&
           str_eq(kind->format, record->format) &&
           kind->object == kind_object(record) &&
           kind->severity == kind_severity(record, &said);
}

/* A few bits of a value, without reading all of it. */
static size_t glance(const struct record *record, enum field field)
{
    if (!record_has(record, field))
        return 0;
    const struct str *value = &record->value[field];
    return value->len + 3 * (size_t)(unsigned char)value->ptr[0] +
           5 * (size_t)(unsigned char)value->ptr[value->len - 1];
}

size_t kind_glance(const struct record *record)
{
    size_t sum = record->format.len + 3 * glance(record, FIELD_ACTION) +
                 7 * glance(record, FIELD_OUTCOME) +
                 11 * glance(record, FIELD_PROVIDER) +
                 13 * glance(record, FIELD_CODE) +
                 17 * (size_t)record->understood;
    return sum ^ sum >> 6;
}

static void add_text(struct buf *key, struct str text)
{
    buf_add_varint(key, text.len);
    buf_add_str(key, text);
}

void kind_write_key(const struct kind *kind, struct buf *key)
{
    buf_add_char(key, (char)kind->severity);
    buf_add_char(key, (char)kind->understood);
    buf_add_char(key, (char)kind->time_quality);
    buf_add_char(key, (char)kind->precision);
    buf_add_char(key, (char)kind->object);
    add_text(key, kind->format);
    add_text(key, kind->category);
    add_text(key, kind->action);
    add_text(key, kind->outcome);
    add_text(key, kind->provider);
    add_text(key, kind->channel);
    add_text(key, kind->code);
}

struct kind kind_copy(const struct kind *kind, struct arena *arena)
{
    struct kind copy = *kind;
    copy.format = arena_copy(arena, kind->format);
    copy.category = arena_copy(arena, kind->category);
    copy.action = arena_copy(arena, kind->action);
    copy.outcome = arena_copy(arena, kind->outcome);
    copy.provider = arena_copy(arena, kind->provider);
    copy.channel = arena_copy(arena, kind->channel);
    copy.code = arena_copy(arena, kind->code);
    return copy;
}
