#include "parsers/carry.h"

#include "src/base/bytes.h"

void carry_init(struct carry *carry)
{
    *carry = (struct carry){.time = STAMP_NONE};
}

void carry_done(struct carry *carry)
{
    buf_done(&carry->text);
    carry_init(carry);
}

static void add(struct carry *carry, struct str name, struct str value)
{
    if (carry->count == CARRY_MAX || value.len == 0)
        return;
    carry->items[carry->count].name = name;
    carry->items[carry->count].at = carry->text.len;
    carry->items[carry->count].len = value.len;
    carry->count++;
    buf_add_str(&carry->text, value);
}

static struct str value_at(const struct carry *carry, size_t i)
{
    return str_sub(
        buf_str(&carry->text), carry->items[i].at, carry->items[i].len);
}

static bool hands_on(const struct pattern *pattern, struct str name)
{
    for (size_t i = 0; i < pattern->carry_count; i++)
        if (str_eq(pattern->carry[i], name))
            return true;
    return false;
}

static struct str value_of(const struct record *record, struct str name)
{
    struct target target = target_of(name);
    struct str value = {0};
    if (target.kind == TARGET_FIELD)
        return record_get(record, target.field);
    record_find_extra(record, target.name, &value);
    return value;
}

void carry_take(struct carry *carry, const struct pattern *pattern,
    const struct record *record)
{
    struct carry next;
    carry_init(&next);
    next.time = carry->time;
    next.time_quality = carry->time_quality;
    next.precision = carry->precision;
    for (size_t i = 0; i < carry->count; i++)
        if (!hands_on(pattern, carry->items[i].name))
            add(&next, carry->items[i].name, value_at(carry, i));
    for (size_t i = 0; i < pattern->carry_count; i++) {
        struct str name = pattern->carry[i];
        if (target_of(name).kind == TARGET_TIME) {
            next.time = record->time;
            next.time_quality = record->time_quality;
            next.precision = record->precision;
        } else {
            add(&next, name, value_of(record, name));
        }
    }
    buf_done(&carry->text);
    *carry = next;
}

void carry_give(const struct carry *carry, struct record *record)
{
    if (record->time == STAMP_NONE && carry->time != STAMP_NONE) {
        record->time = carry->time;
        record->time_quality = carry->time_quality;
        record->precision = carry->precision;
    }
    for (size_t i = 0; i < carry->count; i++) {
        struct target target = target_of(carry->items[i].name);
        struct str known;
        if (target.kind == TARGET_FIELD) {
            if (!record_has(record, target.field))
                record_set(record, target.field, value_at(carry, i));
        } else if (!record_find_extra(record, target.name, &known)) {
            record_add_extra(record, target.name, value_at(carry, i));
        }
    }
}

void carry_save(const struct carry *carry, struct buf *out)
{
    buf_add_varint(out, (uint64_t)carry->time);
    buf_add_varint(out, (uint64_t)carry->time_quality);
    buf_add_varint(out, (uint64_t)carry->precision);
    for (size_t i = 0; i < carry->count; i++) {
        buf_add_varint(out, carry->items[i].name.len);
        buf_add_str(out, carry->items[i].name);
        buf_add_varint(out, carry->items[i].len);
        buf_add_str(out, value_at(carry, i));
    }
}

/* The format's own copy of a name. */
static struct str find_name(const struct format *format, struct str name)
{
    for (size_t i = 0; i < format->pattern_count; i++)
        for (size_t k = 0; k < format->patterns[i].carry_count; k++)
            if (str_eq(format->patterns[i].carry[k], name))
                return format->patterns[i].carry[k];
    return (struct str){0};
}

void carry_load(
    struct carry *carry, const struct format *format, struct str saved)
{
    carry_done(carry);
    if (saved.len == 0)
        return;
    struct bytes in = bytes_from_str(saved);
    int64_t time = (int64_t)bytes_varint(&in);
    uint64_t quality = bytes_varint(&in);
    uint64_t precision = bytes_varint(&in);
    if (!in.failed && quality < TIME_QUALITY_COUNT &&
        precision <= STAMP_PRECISION_NS) {
        carry->time = time;
        carry->time_quality = (enum time_quality)quality;
        carry->precision = (enum stamp_precision)precision;
    }
    while (bytes_left(&in) > 0) {
        struct str name = bytes_str(&in, (size_t)bytes_varint(&in));
        struct str value = bytes_str(&in, (size_t)bytes_varint(&in));
        name = find_name(format, name);
        if (!in.failed && name.len > 0)
            add(carry, name, value);
    }
}
