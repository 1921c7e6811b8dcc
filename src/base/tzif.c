/* A TZif file holds a block with 32-bit times for old readers, since version 2
 * a block with 64-bit times, and behind it a line with a rule in the notation
 * of the TZ variable for the time after the last transition:
 *
 *   header v1 | block v1 | header v2 | block v2 | \n rule \n
 *
 * Both headers are the same, both blocks too except for the size of a time. */
#include "src/base/tzif.h"

#include <assert.h>
#include <stdlib.h>

#include "src/base/bytes.h"
#include "src/base/mem.h"
#include "src/base/stamp.h"

/* A moment past these is no time of ours, and sums stay far from overflow. */
#define FURTHEST (INT64_C(1) << 60)

enum { FIRST_YEAR = 1677, LAST_YEAR = 2263, SECONDS_PER_DAY = 86400 };

static int malformed(struct err *err, const char *what)
{
    return err_set(err, ERR_INPUT, "damaged time zone file: %s", what);
}

/* --- the table ------------------------------------------------------------ */

struct pieces {
    struct zone_table table;
    size_t capacity_until;
    size_t capacity_offset;
};

static void add_piece(struct pieces *pieces, int32_t offset_s)
{
    struct zone_table *table = &pieces->table;
    table->until = mem_grow(table->until, &pieces->capacity_until,
        table->count + 1, sizeof(*table->until));
    table->offset = mem_grow(table->offset, &pieces->capacity_offset,
        table->count + 1, sizeof(*table->offset));
    table->until[table->count] = FURTHEST;
    table->offset[table->count] = offset_s;
    table->count++;
}

/* From `at` on, another offset. Pieces without length (a zone on summer time
 * all year has them) and changes of the name alone leave no trace. */
static void change_offset(struct pieces *pieces, int64_t at, int32_t offset_s)
{
    struct zone_table *table = &pieces->table;
    assert(table->count > 0); /* the first piece is there from the start */
    if (table->count > 1 && table->until[table->count - 2] == at)
        table->count--;
    if (table->offset[table->count - 1] == offset_s) {
        table->until[table->count - 1] = FURTHEST;
        return;
    }
    table->until[table->count - 1] = at;
    add_piece(pieces, offset_s);
}

static void fill_wall_times(struct zone_table *table)
{
    table->wall_until = xcalloc(table->count, sizeof(*table->wall_until));
    int64_t latest = -2 * FURTHEST;
    for (size_t i = 0; i < table->count; i++) {
        int64_t end = table->until[i] + table->offset[i];
        latest = end > latest ? end : latest;
        table->wall_until[i] = latest;
    }
}

void zone_table_init_fixed(struct zone_table *table, int32_t offset_s)
{
    struct pieces pieces = {0};
    add_piece(&pieces, offset_s);
    fill_wall_times(&pieces.table);
    *table = pieces.table;
}

void zone_table_done(struct zone_table *table)
{
    free(table->until);
    free(table->wall_until);
    free(table->offset);
    *table = (struct zone_table){0};
}

/* --- the rule ------------------------------------------------------------- */

/* POSIX.1-2017 section 8.3, with the wider hours of RFC 8536 section 3.3.1. */
struct rule_date {
    char kind; /* 'M': month, week, weekday; 'J': 1-365 without 29 February;
                  'D': 0-365 */
    int month, week, day;
    int32_t time_s; /* wall time after midnight, may be negative */
};

struct rule {
    int32_t standard_s; /* east of UTC */
    int32_t summer_s;
    bool has_summer;
    struct rule_date start; /* of summer time */
    struct rule_date end;
};

static bool take(struct str *text, char c)
{
    if (text->len == 0 || *text->ptr != c)
        return false;
    *text = str_from_index(*text, 1);
    return true;
}

static bool take_number(struct str *text, int low, int high, int *out)
{
    enum { MOST_DIGITS = 3 };
    int number = 0;
    size_t digits = 0;
    while (digits < MOST_DIGITS && text->len > digits &&
           text->ptr[digits] >= '0' && text->ptr[digits] <= '9')
        number = number * 10 + (text->ptr[digits++] - '0');
    if (digits == 0 || number < low || number > high)
        return false;
    *text = str_from_index(*text, digits);
    *out = number;
    return true;
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(struct str *text, int most_hours, int32_t *out)
{
    int sign = take(text, '-') ? -1 : 1;
    if (sign > 0)
        take(text, '+');
    int hours;
    int minutes = 0;
    int seconds = 0;
    if (!take_number(text, 0, most_hours, &hours))
        return false;
    if (take(text, ':') && !take_number(text, 0, 59, &minutes))
        return false;
    if (take(text, ':') && !take_number(text, 0, 59, &seconds))
        return false;
    *out = sign * (hours * 3600 + minutes * 60 + seconds);
    return true;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "CET" or "<+0545>". */
static bool skip_zone_letters(struct str *text)
{
    if (take(text, '<')) {
        while (text->len > 0 && *text->ptr != '>')
            *text = str_from_index(*text, 1);
        return take(text, '>');
    }
    size_t len = 0;
    while (len < text->len && is_letter(text->ptr[len]))
        len++;
    *text = str_from_index(*text, len);
    return len > 0;
}

static bool take_date(struct str *text, struct rule_date *date)
{
    enum { DEFAULT_TIME_S = 2 * 3600, MOST_HOURS = 167 };
    date->time_s = DEFAULT_TIME_S;
    bool ok;
    if (take(text, 'M')) {
        date->kind = 'M';
        ok = take_number(text, 1, 12, &date->month) && take(text, '.') &&
             take_number(text, 1, 5, &date->week) && take(text, '.') &&
             take_number(text, 0, 6, &date->day);
    } else if (take(text, 'J')) {
        date->kind = 'J';
        ok = take_number(text, 1, 365, &date->day);
    } else {
        date->kind = 'D';
        ok = take_number(text, 0, 365, &date->day);
    }
    if (ok && take(text, '/'))
        ok = take_time(text, MOST_HOURS, &date->time_s);
    return ok;
}

/* In a rule, west is positive. */
static bool parse_rule(struct str text, struct rule *rule)
{
    enum { MOST_HOURS = 24, SUMMER_SHIFT_S = 3600 };
    int32_t west_s;
    if (!skip_zone_letters(&text) || !take_time(&text, MOST_HOURS, &west_s))
        return false;
    *rule = (struct rule){.standard_s = -west_s};
    if (text.len == 0)
        return true;
    rule->has_summer = true;
    rule->summer_s = rule->standard_s + SUMMER_SHIFT_S;
    if (!skip_zone_letters(&text))
        return false;
    if (text.len > 0 && *text.ptr != ',') {
        if (!take_time(&text, MOST_HOURS, &west_s))
            return false;
        rule->summer_s = -west_s;
    }
    return take(&text, ',') && take_date(&text, &rule->start) &&
           take(&text, ',') && take_date(&text, &rule->end) && text.len == 0;
}

/* The n-th weekday of a month; the fifth means the last. */
static int64_t weekday_of_month(int32_t year, const struct rule_date *date)
{
    int64_t first = civil_days(year, date->month, 1);
    int64_t next = date->month == 12 ? civil_days(year + 1, 1, 1)
                                     : civil_days(year, date->month + 1, 1);
    /* 1970-01-01 was a Thursday: weekday 4. */
    int64_t weekday = ((first + 4) % 7 + 7) % 7;
    int64_t day = first + (date->day - weekday + 7) % 7 + (date->week - 1) * 7;
    return day < next ? day : day - 7;
}

/* The moment of a rule's date, as wall time. */
static int64_t rule_wall_time(int32_t year, const struct rule_date *date)
{
    int64_t january = civil_days(year, 1, 1);
    int64_t days;
    if (date->kind == 'M') {
        days = weekday_of_month(year, date);
    } else if (date->kind == 'J') {
        bool leap = civil_days(year + 1, 1, 1) - january == 366;
        days = january + date->day - 1 + (leap && date->day >= 60);
    } else {
        days = january + date->day;
    }
    return days * SECONDS_PER_DAY + date->time_s;
}

/* Add what the rule says for the time after `last`, which is before all time
 * when the file has no transitions. */
static void unroll_rule(
    struct pieces *pieces, const struct rule *rule, int64_t last)
{
    if (!rule->has_summer)
        return;
    int32_t first_year = FIRST_YEAR;
    if (last > civil_days(FIRST_YEAR, 1, 1) * SECONDS_PER_DAY) {
        struct civil civil;
        civil_from_stamp(last * STAMP_SECOND, 0, &civil);
        first_year = civil.year;
    }
    for (int32_t year = first_year; year <= LAST_YEAR; year++) {
        int64_t start = rule_wall_time(year, &rule->start) - rule->standard_s;
        int64_t end = rule_wall_time(year, &rule->end) - rule->summer_s;
        bool south = end < start;
        int64_t first = south ? end : start;
        int64_t second = south ? start : end;
        if (first > last)
            change_offset(
                pieces, first, south ? rule->standard_s : rule->summer_s);
        if (second > last)
            change_offset(
                pieces, second, south ? rule->summer_s : rule->standard_s);
    }
}

/* --- the file ------------------------------------------------------------- */

struct header {
    uint8_t version; /* '\0', or '2' and up */
    uint32_t utc_count, standard_count, leap_count;
    uint32_t time_count, type_count, letter_count;
};

/* RFC 8536 section 3.1. */
static int read_header(struct bytes *in, struct header *header, struct err *err)
{
    enum { RESERVED = 15, MOST = 1 << 16 };
    struct str magic = bytes_str(in, 4);
    header->version = bytes_u8(in);
    bytes_skip(in, RESERVED);
    uint32_t *const counts[] = {&header->utc_count, &header->standard_count,
        &header->leap_count, &header->time_count, &header->type_count,
        &header->letter_count};
    bool too_many = false;
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        *counts[i] = bytes_u32be(in);
        too_many = too_many || *counts[i] > MOST;
    }
    if (in->failed || !str_eq(magic, STR("TZif")))
        return err_set(err, ERR_INPUT, "not a time zone file");
    if (too_many || header->type_count == 0)
        return malformed(err, "impossible counts");
    return 0;
}

static void skip_block(struct bytes *in, const struct header *header)
{
    bytes_skip(in, (size_t)header->time_count * 5 + header->type_count * 6 +
                       header->letter_count + (size_t)header->leap_count * 8 +
                       header->standard_count + header->utc_count);
}

/* The columns of a block, RFC 8536 section 3.2. */
struct block {
    struct bytes times, indices, types;
    bool wide; /* times of 64 bits */
};

static int read_block(struct bytes *in, const struct header *header, bool wide,
    struct block *block, struct err *err)
{
    block->wide = wide;
    block->times = bytes_sub(in, (size_t)header->time_count * (wide ? 8 : 4));
    block->indices = bytes_sub(in, header->time_count);
    block->types = bytes_sub(in, (size_t)header->type_count * 6);
    bytes_skip(in, (size_t)header->letter_count + header->standard_count +
                       header->utc_count);
    if (in->failed)
        return malformed(err, "it is cut short");
    if (header->leap_count > 0)
        return err_set(
            err, ERR_INPUT, "zones that count leap seconds are not supported");
    return 0;
}

static bool type_offset(struct bytes types, size_t index, int32_t *out)
{
    enum { TYPE_SIZE = 6 };
    bytes_skip(&types, index * TYPE_SIZE);
    *out = (int32_t)bytes_u32be(&types);
    return !types.failed && *out > -2 * SECONDS_PER_DAY &&
           *out < 2 * SECONDS_PER_DAY;
}

static int64_t next_time(struct block *block)
{
    if (block->wide)
        return (int64_t)bytes_u64be(&block->times);
    return (int32_t)bytes_u32be(&block->times);
}

/* Before the first transition the first type counts. Sets `last` to the time of
 * the last transition. */
static int add_transitions(
    struct pieces *pieces, struct block *block, int64_t *last, struct err *err)
{
    int32_t offset_s;
    if (!type_offset(block->types, 0, &offset_s))
        return malformed(err, "impossible offset");
    add_piece(pieces, offset_s);
    while (bytes_left(&block->indices) > 0) {
        int64_t at = next_time(block);
        if (!type_offset(block->types, bytes_u8(&block->indices), &offset_s))
            return malformed(err, "impossible offset");
        if (at < *last || at >= FURTHEST)
            return malformed(err, "times out of order");
        change_offset(pieces, at, offset_s);
        *last = at;
    }
    return 0;
}

static int add_rule(
    struct pieces *pieces, struct bytes *in, int64_t last, struct err *err)
{
    struct str footer = bytes_str(in, bytes_left(in));
    if (!take(&footer, '\n') || str_find_char(footer, '\n') < 0)
        return malformed(err, "no footer");
    struct str text = str_cut(&footer, '\n');
    struct rule rule;
    if (text.len == 0)
        return 0;
    if (!parse_rule(text, &rule))
        return malformed(err, "footer that is no rule");
    if (last < civil_days(LAST_YEAR, 1, 1) * SECONDS_PER_DAY)
        unroll_rule(pieces, &rule, last);
    return 0;
}

static int read_file(struct pieces *pieces, struct bytes *in, struct err *err)
{
    struct header header;
    if (read_header(in, &header, err) < 0)
        return -1;
    bool wide = header.version >= '2';
    if (wide) {
        skip_block(in, &header);
        if (read_header(in, &header, err) < 0)
            return -1;
    }
    struct block block;
    int64_t last = -FURTHEST;
    if (read_block(in, &header, wide, &block, err) < 0 ||
        add_transitions(pieces, &block, &last, err) < 0)
        return -1;
    if (!wide)
        return 0;
    return add_rule(pieces, in, last, err);
}

int tzif_parse(struct str content, struct zone_table *out, struct err *err)
{
    struct pieces pieces = {0};
    struct bytes in = bytes_from_str(content);
    if (read_file(&pieces, &in, err) < 0) {
        zone_table_done(&pieces.table);
        return -1;
    }
    fill_wall_times(&pieces.table);
    *out = pieces.table;
    return 0;
}
