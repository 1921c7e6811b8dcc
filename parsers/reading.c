/* From a wall time to a moment: years, zones and the source's clock. */
#include "parsers/parser.h"

#include <string.h>

int32_t reading_year(const struct reading *reading, uint64_t offset)
{
    if (reading->year_count == 0)
        return reading->default_year;
    size_t low = 0, high = reading->year_count;
    while (high - low > 1) { /* rows[low].offset <= offset */
        size_t middle = low + (high - low) / 2;
        if (reading->years[middle].offset <= offset)
            low = middle;
        else
            high = middle;
    }
    return reading->years[low].year;
}

static void worsen(struct record *record, enum time_quality quality)
{
    if (quality > record->time_quality)
        record->time_quality = quality;
}

static void set_undated(struct record *record)
{
    record->time = STAMP_NONE;
    record->time_quality = TIME_UNDATED;
}

static bool add_clock(int64_t stamp, int64_t offset, int64_t *out)
{
    if ((offset > 0 && stamp > INT64_MAX - offset) ||
        (offset < 0 && stamp < INT64_MIN + 1 - offset))
        return false;
    *out = stamp + offset;
    return true;
}

/* The moment of a wall time; `inferred`: its year is ours. */
static bool wall_to_stamp(const struct reading *reading, struct civil *wall,
    bool inferred, int64_t *stamp, enum zone_fit *fit)
{
    bool valid =
        civil_is_valid(wall) && zone_to_stamp(reading->zone, wall, stamp, fit);
    if (!inferred || reading->latest <= 0 || !valid ||
        *stamp - STAMP_DAY <= reading->latest)
        return valid;
    wall->year--;
    return civil_is_valid(wall) &&
           zone_to_stamp(reading->zone, wall, stamp, fit);
}

void reading_set_time(const struct reading *reading, uint64_t source_offset,
    const struct civil *civil, struct record *record)
{
    struct civil wall = *civil;
    record->time_quality = TIME_EXACT;
    record->precision = civil->precision;
    if (!wall.has_date) {
        set_undated(record);
        return;
    }
    if (wall.year == CIVIL_NO_YEAR) {
        wall.year = reading_year(reading, source_offset);
        worsen(record, TIME_YEAR_INFERRED);
    }
    enum zone_fit fit = ZONE_EXACT;
    int64_t stamp;
    if (wall.year == CIVIL_NO_YEAR ||
        !wall_to_stamp(
            reading, &wall, civil->year == CIVIL_NO_YEAR, &stamp, &fit) ||
        !add_clock(stamp, reading->clock_offset, &record->time)) {
        set_undated(record);
        return;
    }
    /* a wall time that came twice or never is a guess in any zone */
    if (!wall.has_offset && (!reading->zone_decided || fit != ZONE_EXACT))
        worsen(record, TIME_ZONE_ASSUMED);
    if (reading->clock_offset != 0)
        worsen(record, TIME_OFFSET_APPLIED);
}

void reading_set_moment(const struct reading *reading, int64_t time_ns,
    enum stamp_precision precision, struct record *record)
{
    record->time_quality = TIME_EXACT;
    record->precision = precision;
    if (time_ns == STAMP_NONE ||
        !add_clock(time_ns, reading->clock_offset, &record->time)) {
        set_undated(record);
        return;
    }
    if (reading->clock_offset != 0)
        worsen(record, TIME_OFFSET_APPLIED);
}

static int read_str(
    void *self, uint64_t offset, void *to, size_t len, struct err *err)
{
    const struct str *bytes = self;
    if (offset > bytes->len || len > bytes->len - offset)
        return err_set(err, ERR_INPUT, "past the end of the bytes");
    if (len > 0)
        memcpy(to, bytes->ptr + offset, len);
    return 0;
}

struct blob blob_from_str(struct str *bytes)
{
    return (struct blob){
        .size = bytes->len, .read_at = read_str, .self = bytes};
}
