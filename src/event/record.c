#include "src/event/record.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/limit.h"
#include "src/base/mem.h"

const char *time_quality_name(enum time_quality quality)
{
    static const char *const names[TIME_QUALITY_COUNT] = {
        [TIME_EXACT] = "exact",
        [TIME_OFFSET_APPLIED] = "offset applied",
        [TIME_ZONE_ASSUMED] = "zone assumed",
        [TIME_YEAR_INFERRED] = "year inferred",
        [TIME_UNDATED] = "undated",
    };
    return names[quality];
}

void record_init(struct record *record)
{
    memset(record, 0, sizeof(*record));
    record_reset(record);
}

void record_done(struct record *record)
{
    free(record->extras);
    memset(record, 0, sizeof(*record));
}

/* The value array stays as it is: `present` says what of it counts. */
void record_reset(struct record *record)
{
    record->offset = 0;
    record->length = 0;
    record->parts = NULL;
    record->part_count = 0;
    record->time = STAMP_NONE;
    record->time_end = STAMP_NONE;
    record->time_quality = TIME_UNDATED;
    record->precision = STAMP_PRECISION_S;
    record->number = 0;
    record->count = 1;
    record->understood = UNDERSTOOD_UNPARSED;
    record->cut = false;
    record->format = (struct str){0};
    record->present = 0;
    record->extra_count = 0;
    record->repeat_ignores = 0;
    record->aggregates = false;
    record->src.text = (struct str){0};
    record->dst.text = (struct str){0};
}

void record_set(struct record *record, enum field field, struct str value)
{
    if (field == FIELD_NONE || value.len == 0 ||
        (value.len == 1 && value.ptr[0] == '-'))
        return;
    record->value[field] = value;
    record->present |= FIELD_BIT(field);
}

bool record_set_ip(struct record *record, enum field field, struct str value)
{
    struct read_ip *read = field == FIELD_SRC_IP ? &record->src : &record->dst;
    if (!ip_parse(value, &read->ip))
        return false;
    read->text = value;
    record_set(record, field, value);
    return true;
}

bool record_ip(const struct record *record, enum field field, struct ip *out)
{
    const struct read_ip *read =
        field == FIELD_SRC_IP ? &record->src : &record->dst;
    if (!record_has(record, field))
        return false;
    struct str value = record->value[field];
    if (read->text.ptr != value.ptr || read->text.len != value.len)
        return ip_parse(value, out);
    *out = read->ip;
    return true;
}

void record_add_extra(struct record *record, struct str name, struct str value)
{
    if (record->extra_count >= LIMIT_EXTRAS)
        return;
    if (record->extra_count == record->extra_capacity)
        record->extras = mem_grow(record->extras, &record->extra_capacity,
            record->extra_count + 1, sizeof(*record->extras));
    record->extras[record->extra_count++] = (struct extra){name, value};
}

bool record_find_extra(
    const struct record *record, struct str name, struct str *value)
{
    for (size_t i = 0; i < record->extra_count; i++) {
        if (str_eq(record->extras[i].name, name)) {
            *value = record->extras[i].value;
            return true;
        }
    }
    return false;
}

struct str record_cut(struct str value, size_t limit)
{
    enum { CONTINUATIONS_MAX = 3 };
    if (value.len <= limit)
        return value;
    size_t len = limit;
    while (len > 0 && limit - len < CONTINUATIONS_MAX &&
           ((unsigned char)value.ptr[len] & 0xC0) == 0x80)
        len--;
    return str_make(value.ptr, len);
}
