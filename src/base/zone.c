/* zone_find() looks a zone up among those that are loaded and loads it when it
 * is new. Both lookups by time are one binary search over a column of the
 * zone's table (tzif.h); future years are part of the table. */
#include "src/base/zone.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/buf.h"
#include "src/base/escape.h"
#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/base/tzif.h"

#define ZONE_FOLDER "/usr/share/zoneinfo"
#define ZONE_FILE_LIMIT ((size_t)256 << 10)

struct zone {
    struct zone *next;
    char *name;
    struct zone_table table;
};

/* The one list that every thread shares. A zone is only ever added and never
 * changes, so that the lock guards the list alone. */
static pthread_mutex_t zones_lock = PTHREAD_MUTEX_INITIALIZER;
static struct zone *zones;

static int64_t utc_until[] = {INT64_MAX};
static int32_t utc_offset[] = {0};
static char utc_name[] = "UTC";
static const struct zone utc = {
    .name = utc_name,
    .table = {.count = 1,
        .until = utc_until,
        .wall_until = utc_until,
        .offset = utc_offset},
};

/* --- finding -------------------------------------------------------------- */

static bool char_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* h, hh, hhmm or hh:mm */
static bool parse_hours_minutes(struct str text, int32_t *seconds)
{
    struct str hours = text;
    struct str minutes = STR("0");
    if (str_find_char(text, ':') >= 0) {
        minutes = text;
        hours = str_cut(&minutes, ':');
    } else if (text.len == 4) {
        hours = str_sub(text, 0, 2);
        minutes = str_from_index(text, 2);
    }
    uint64_t h;
    uint64_t m;
    if (hours.len > 2 || minutes.len > 2 || !str_to_u64(hours, &h) ||
        !str_to_u64(minutes, &m) || h > 15 || m > 59)
        return false;
    *seconds = (int32_t)(h * 3600 + m * 60);
    return true;
}

static bool is_utc_name(struct str name)
{
    return str_eq_nocase(name, STR("UTC")) || str_eq_nocase(name, STR("GMT")) ||
           str_eq_nocase(name, STR("Z"));
}

/* "UTC", "+09:00", "-0330", "UTC+9". */
static bool parse_fixed(struct str name, int32_t *offset_s)
{
    *offset_s = 0;
    if (is_utc_name(name))
        return true;
    if (name.len > 3 && is_utc_name(str_sub(name, 0, 3)))
        name = str_from_index(name, 3);
    if (name.len < 2 || (*name.ptr != '+' && *name.ptr != '-') ||
        !char_is_digit(name.ptr[1]) ||
        !parse_hours_minutes(str_from_index(name, 1), offset_s))
        return false;
    if (*name.ptr == '-')
        *offset_s = -*offset_s;
    return true;
}

/* Letters, digits, '_', '+', '-' in parts divided by '/': nothing that could
 * lead out of the folder. */
static bool name_is_safe(struct str name)
{
    enum { LONGEST = 64 };
    if (name.len == 0 || name.len > LONGEST)
        return false;
    char before = '/';
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool plain =
            letter || char_is_digit(c) || c == '_' || c == '+' || c == '-';
        if (!plain && (c != '/' || before == '/'))
            return false;
        before = c;
    }
    return before != '/';
}

static struct zone *zone_new(char *name)
{
    struct zone *zone = xcalloc(1, sizeof(*zone));
    zone->name = name;
    return zone;
}

static void zone_free(struct zone *zone)
{
    zone_table_done(&zone->table);
    free(zone->name);
    free(zone);
}

static int load_file(struct zone *zone, struct err *err)
{
    const char *folder = getenv("SPOOR_ZONEINFO");
    char *path = path_join(folder != NULL ? folder : ZONE_FOLDER, zone->name);
    struct buf content = {0};
    int rc = file_read(path, ZONE_FILE_LIMIT, &content, err);
    if (rc == 0)
        rc = tzif_parse(buf_str(&content), &zone->table, err);
    buf_done(&content);
    free(path);
    return rc;
}

static struct zone *find_loaded(struct str name)
{
    for (struct zone *zone = zones; zone != NULL; zone = zone->next)
        if (str_eq(str_from(zone->name), name))
            return zone;
    return NULL;
}

static struct zone *load(struct str name, struct err *err)
{
    struct zone *zone = zone_new(str_dup(name));
    int32_t offset_s;
    if (parse_fixed(name, &offset_s)) {
        zone_table_init_fixed(&zone->table, offset_s);
    } else if (load_file(zone, err) < 0) {
        err_wrap(err, "time zone \"%s\"", escape_text(name));
        zone_free(zone);
        return NULL;
    }
    zone->next = zones;
    zones = zone;
    return zone;
}

/* The one name of a fixed offset, however it was written: "+09:00". */
static struct str fixed_name(int32_t offset_s, char out[16])
{
    int minutes = abs(offset_s) / 60;
    int len = snprintf(out, 16, "%c%02d:%02d", offset_s < 0 ? '-' : '+',
        minutes / 60 % 100, minutes % 60);
    return str_make(out, (size_t)len);
}

const struct zone *zone_find(struct str name, struct err *err)
{
    char fixed[16];
    int32_t offset_s;
    if (parse_fixed(name, &offset_s)) {
        if (offset_s == 0)
            return &utc;
        name = fixed_name(offset_s, fixed);
    } else if (!name_is_safe(name)) {
        err_set(err, ERR_INPUT,
            "\"%s\" is no time zone; write Europe/Berlin or +09:00",
            escape_text(name));
        return NULL;
    }
    pthread_mutex_lock(&zones_lock);
    struct zone *zone = find_loaded(name);
    if (zone == NULL)
        zone = load(name, err);
    pthread_mutex_unlock(&zones_lock);
    return zone;
}

const struct zone *zone_utc(void)
{
    return &utc;
}

const char *zone_name(const struct zone *zone)
{
    return zone->name;
}

/* --- looking up ----------------------------------------------------------- */

/* The first piece that ends after `seconds`; the last one has no end. */
static size_t find_piece(const int64_t *ends, size_t count, int64_t seconds)
{
    const int64_t *base = ends;
    size_t left = count - 1;
    while (left > 0) {
        size_t half = (left + 1) / 2;
        base += base[half - 1] <= seconds ? half : 0;
        left -= half;
    }
    return (size_t)(base - ends);
}

int32_t zone_offset_at(const struct zone *zone, int64_t stamp)
{
    const struct zone_table *table = &zone->table;
    size_t piece = find_piece(table->until, table->count, stamp_seconds(stamp));
    return table->offset[piece];
}

/* The offset that a wall time was written in. In a gap it is the one before, so
 * that 02:30 of the night without 02:30 becomes 03:30. */
static int32_t wall_offset(
    const struct zone_table *table, int64_t wall, enum zone_fit *fit)
{
    size_t i = find_piece(table->wall_until, table->count, wall);
    *fit = ZONE_EXACT;
    if (i > 0 && wall < table->until[i - 1] + table->offset[i]) {
        *fit = ZONE_SKIPPED;
        return table->offset[i - 1];
    }
    if (i + 1 < table->count && wall >= table->until[i] + table->offset[i + 1])
        *fit = ZONE_AMBIGUOUS;
    return table->offset[i];
}

bool zone_to_stamp(const struct zone *zone, const struct civil *civil,
    int64_t *out, enum zone_fit *fit)
{
    *fit = ZONE_EXACT;
    if (civil->has_offset)
        return civil_to_stamp(civil, out);
    int64_t wall;
    if (!civil_seconds(civil, &wall))
        return false;
    int32_t offset_s = wall_offset(&zone->table, wall, fit);
    return stamp_from_seconds(wall - offset_s, civil->nanosecond, out);
}
