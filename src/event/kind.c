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

/* By number, else by name. A number out of range spills, as does a name that
 * the number does not stand for. */
static int8_t severity_of(const struct record *record, uint64_t *spill)
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
        int named = severity_from_level(record->value[FIELD_LEVEL]);
        if (severity < 0)
            severity = named;
        if (named < 0 || named != severity)
            *spill |= FIELD_BIT(FIELD_LEVEL);
    }
    return (int8_t)severity;
}

static enum field object_of(const struct record *record)
{
    static const enum field order[] = {
        FIELD_URL, FIELD_COMMAND, FIELD_FILE, FIELD_DOMAIN};
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        if (record_has(record, order[i]))
            return order[i];
    return FIELD_NONE;
}

struct kind kind_describe(const struct record *record, struct str default_host)
{
    uint64_t spill = 0;
    struct kind kind = {
        .format = record_cut(record->format, LIMIT_NAME),
        .category = short_value(record, FIELD_CATEGORY, &spill),
        .action = short_value(record, FIELD_ACTION, &spill),
        .outcome = short_value(record, FIELD_OUTCOME, &spill),
        .provider = short_value(record, FIELD_PROVIDER, &spill),
        .channel = short_value(record, FIELD_CHANNEL, &spill),
        .code = short_value(record, FIELD_CODE, &spill),
        .severity = severity_of(record, &spill),
        .understood = (uint8_t)record->understood,
        .time_quality = (uint8_t)record->time_quality,
        .precision = (uint8_t)record->precision,
        .object = (uint8_t)object_of(record),
        .fields = record->present,
        .extras = record->extra_count > 0,
    };
    kind.spill = spill;
    if (record->time != STAMP_NONE)
        kind.fields |= FIELD_BIT(FIELD_TIME);
    if (record->time_end != STAMP_NONE)
        kind.fields |= FIELD_BIT(FIELD_TIME_END);
    if (record->count > 1)
        kind.fields |= FIELD_BIT(FIELD_COUNT_OF);
    if (default_host.len > 0)
        kind.fields |= FIELD_BIT(FIELD_HOST);
    if (kind.severity >= 0)
        kind.fields |= FIELD_BIT(FIELD_SEVERITY) | FIELD_BIT(FIELD_LEVEL);
    return kind;
}

static bool same_text(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool kind_same(const struct kind *a, const struct kind *b)
{
    return a->severity == b->severity && a->understood == b->understood &&
           a->time_quality == b->time_quality && a->precision == b->precision &&
           a->object == b->object && same_text(a->action, b->action) &&
           same_text(a->outcome, b->outcome) && same_text(a->code, b->code) &&
           same_text(a->provider, b->provider) &&
           same_text(a->channel, b->channel) &&
           same_text(a->category, b->category) &&
           same_text(a->format, b->format);
}

/* A few bits of a text, without reading all of it. */
static size_t glance(struct str text)
{
    if (text.len == 0)
        return 0;
    return text.len + 3 * (size_t)(unsigned char)text.ptr[0] +
           5 * (size_t)(unsigned char)text.ptr[text.len - 1];
}

size_t kind_glance(const struct kind *kind)
{
    size_t sum = glance(kind->format) + 3 * glance(kind->action) +
                 7 * glance(kind->outcome) + 11 * glance(kind->provider) +
                 13 * glance(kind->code) + (size_t)(kind->severity + 1) +
                 17 * (size_t)kind->understood + 19 * (size_t)kind->object;
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
