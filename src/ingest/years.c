/* Dating a log whose stamps have no year.
 *
 * What the lines say is reduced to groups: runs of lines of one day, with the
 * offset of the first. years_solve walks the groups and counts how often the
 * year turned, then hangs the whole on the one moment that is known: when the
 * file was last written.
 *
 *   day      Nov 30   Dec 31   Jan 1   Dec 31   Jan 1   Aug 5   Jan 1   Aug 6
 *   turns       0        0       1       0        1       1     stray     1
 *
 * From one group to the next time steps forward, or a little back (SMALL_BACK:
 * lines of several programs out of order). A step forward past the end of the
 * year is a turn. A few lines that leap away and come back (a machine that
 * boots on January 1st until it has asked the time) are strays: they take the
 * year of their neighbours and move nothing.
 *
 * years_scan reads one line in STEP bytes and every line only between two that
 * are not of the same or the next day, so half a gigabyte costs 50 ms. Where
 * the first hundred show no stamp without a year it looks in fewer places. */
#include "src/ingest/years.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

enum {
    DAYS = 12 * 31, /* a year of 31-day months: only order matters */
    SMALL_BACK = 7, /* days a line may step back */
    SMALL_STEP = 31,
    STRAY_SPAN = 2,  /* days a stray run may cover */
    STRAY_LINES = 3, /* lines a stray run at the very end may have */
    GROUPS_MAX = 200000,
    SAMPLE_LINES = 4, /* looked at in one place for a dated one */
};

#define STEP ((uint64_t)8 << 10)
#define WIDE_STEP ((uint64_t)256 << 10) /* none seen in WIDE_AFTER bytes */
#define WIDE_AFTER (100 * STEP)
#define WINDOW ((size_t)2 << 10)
#define DENSE_BELOW ((uint64_t)1 << 20) /* smaller: every line */
#define BLOCK ((size_t)256 << 10)

struct group {
    uint64_t offset; /* of its first line */
    uint32_t lines;
    int16_t day;  /* (month - 1) * 31 + day - 1 */
    bool stray;   /* while solving */
    int32_t turn; /* years after the first group's; while solving */
};

struct years {
    const struct reading *reading;
    struct group *groups;
    size_t count, capacity;
};

struct years *years_new(const struct reading *reading)
{
    struct years *years = xcalloc(1, sizeof(*years));
    years->reading = reading;
    return years;
}

void years_free(struct years *years)
{
    if (years == NULL)
        return;
    free(years->groups);
    free(years);
}

void years_reset(struct years *years)
{
    if (years != NULL)
        years->count = 0;
}

/* --- looking at lines ----------------------------------------------------- */

static int day_of(const struct years *years, struct str line)
{
    struct civil civil;
    if (!years->reading->parser->yearless(years->reading, line, &civil))
        return -1;
    return (civil.month - 1) * 31 + civil.day - 1;
}

static void add_day(struct years *years, uint64_t offset, int day)
{
    if (years->count > 0 && years->groups[years->count - 1].day == day) {
        years->groups[years->count - 1].lines++;
        return;
    }
    if (years->count == GROUPS_MAX)
        return;
    years->groups = mem_grow(years->groups, &years->capacity, years->count + 1,
        sizeof(*years->groups));
    years->groups[years->count++] =
        (struct group){.offset = offset, .lines = 1, .day = (int16_t)day};
}

static bool is_wide(enum encoding encoding)
{
    return encoding == ENCODING_UTF16LE || encoding == ENCODING_UTF16BE;
}

/* The end of the line that starts at `from`, past its break; 0: no break. */
static size_t line_end(const struct years *years, struct str bytes, size_t from)
{
    if (is_wide(years->reading->encoding))
        return encoding_line_end(years->reading->encoding, bytes, from);
    const char *end = memchr(bytes.ptr + from, '\n', bytes.len - from);
    return end == NULL ? 0 : (size_t)(end - bytes.ptr) + 1;
}

void years_add(struct years *years, uint64_t offset, struct str bytes)
{
    for (size_t from = 0; from < bytes.len;) {
        size_t end = line_end(years, bytes, from);
        if (end == 0)
            end = bytes.len;
        int day = day_of(years, str_sub(bytes, from, end - from));
        if (day >= 0)
            add_day(years, offset + from, day);
        from = end;
    }
}

/* Every line that starts in [from, to); `from` is a line's start. */
static int scan_lines(struct years *years, const struct input *input,
    uint64_t from, uint64_t to, struct err *err)
{
    char *block = xmalloc(BLOCK);
    int rc = 0;
    while (from < to && rc == 0) {
        size_t want = to - from < BLOCK ? (size_t)(to - from) : BLOCK;
        size_t got = 0;
        rc = input_read(input, from, block, want, &got, err);
        if (rc < 0 || got == 0)
            break;
        struct str bytes = str_make(block, got);
        size_t whole = 0;
        for (size_t end; (end = line_end(years, bytes, whole)) > 0;)
            whole = end;
        /* A line longer than a block is nothing we can date. */
        if (whole == 0 || from + got >= to)
            whole = got;
        years_add(years, from, str_sub(bytes, 0, whole));
        from += whole;
    }
    free(block);
    return rc;
}

/* The first dated line that starts in the window at `from` (a line's start only
 * when it is 0): its day and offset, or -1. */
static int sample_at(struct years *years, const struct input *input,
    uint64_t from, uint64_t *offset, struct err *err)
{
    char window[WINDOW];
    size_t got = 0;
    if (input_read(input, from, window, sizeof(window), &got, err) < 0)
        return -1;
    struct str bytes = str_make(window, got);
    size_t start = from == 0 ? 0 : line_end(years, bytes, 0);
    if (from > 0 && start == 0)
        return -1;
    int tries = 0;
    for (size_t end;
         tries < SAMPLE_LINES && (end = line_end(years, bytes, start)) > 0;
         start = end, tries++) {
        int day = day_of(years, str_sub(bytes, start, end - start));
        if (day >= 0) {
            *offset = from + start;
            return day;
        }
    }
    return -1;
}

static bool is_calm(int before, int day)
{
    return before >= 0 && (day == before || day == before + 1);
}

static uint64_t step_at(uint64_t at, bool found)
{
    return found || at < WIDE_AFTER ? STEP : WIDE_STEP;
}

int years_scan(struct years *years, const struct input *input, struct err *err)
{
    if (input->size < DENSE_BELOW || is_wide(years->reading->encoding))
        return scan_lines(years, input, 0, input->size, err);

    int before = -1;
    uint64_t seen = 0; /* lines up to here were looked at */
    for (uint64_t at = 0; at < input->size; at += step_at(at, before >= 0)) {
        uint64_t offset = 0;
        int day = sample_at(years, input, at, &offset, err);
        if (day < 0)
            continue;
        if (is_calm(before, day))
            add_day(years, offset, day);
        else if (scan_lines(years, input, seen, offset, err) < 0)
            return -1;
        else
            add_day(years, offset, day);
        before = day;
        seen = offset;
    }
    if (before < 0) /* its stamps have years, as far as one can see */
        return 0;
    return scan_lines(years, input, seen, input->size, err);
}

bool years_found(const struct years *years)
{
    return years->count > 0;
}

/* --- solving -------------------------------------------------------------- */

static int forward(int from, int to)
{
    return (to - from + DAYS) % DAYS;
}

static bool is_small_step(int from, int to)
{
    int step = forward(from, to);
    return step <= SMALL_STEP || step >= DAYS - SMALL_BACK;
}

static bool is_near(int a, int b)
{
    int step = forward(a, b);
    return step <= STRAY_SPAN || step >= DAYS - STRAY_SPAN;
}

static int anchor_day(int64_t anchor, int32_t *year)
{
    struct civil civil;
    civil_from_stamp(anchor, 0, &civil);
    *year = civil.year;
    return (civil.month - 1) * 31 + civil.day - 1;
}

/* Does the run [first, end) stand apart from what is before and after it? */
static bool is_stray(const struct group *groups, size_t count, size_t before,
    size_t first, size_t end, int newest)
{
    if (end < count)
        return is_small_step(groups[before].day, groups[end].day);

    uint64_t lines = 0;
    for (size_t i = first; i < end; i++)
        lines += groups[i].lines;
    return lines <= STRAY_LINES && forward(groups[before].day, newest) <
                                       forward(groups[first].day, newest);
}

static size_t run_end(const struct group *groups, size_t count, size_t first)
{
    size_t end = first + 1;
    while (end < count && is_near(groups[first].day, groups[end].day))
        end++;
    return end;
}

static int32_t turns_between(int from, int to)
{
    bool back = forward(from, to) >= DAYS - SMALL_BACK;
    if (back)
        return to > from ? -1 : 0;
    return to < from ? 1 : 0;
}

/* Fill `turn` and `stray`. */
static void count_turns(struct group *groups, size_t count, int newest)
{
    size_t before = 0;
    size_t i = 1;
    groups[0].stray = false;
    groups[0].turn = 0;
    while (i < count) {
        int day = groups[i].day;
        if (!is_small_step(groups[before].day, day)) {
            size_t end = run_end(groups, count, i);
            if (is_stray(groups, count, before, i, end, newest)) {
                for (; i < end; i++)
                    groups[i].stray = true;
                continue;
            }
        }
        groups[i].stray = false;
        groups[i].turn =
            groups[before].turn + turns_between(groups[before].day, day);
        before = i++;
    }
}

static const struct group *youngest(const struct group *groups, size_t count)
{
    const struct group *best = &groups[0];
    for (size_t i = 1; i < count; i++) {
        const struct group *group = &groups[i];
        if (!group->stray &&
            (group->turn > best->turn ||
                (group->turn == best->turn && group->day > best->day)))
            best = group;
    }
    return best;
}

int32_t years_solve(
    const struct years *years, int64_t anchor, int32_t year, struct buf *rows)
{
    int32_t anchor_year = 0;
    int newest = anchor_day(anchor + STAMP_DAY, &anchor_year);
    bool told = year != CIVIL_NO_YEAR;
    if (!told)
        year = anchor_year;
    if (years->count == 0)
        return year;

    size_t size = years->count * sizeof(*years->groups);
    struct group *groups = memcpy(xmalloc(size), years->groups, size);
    count_turns(groups, years->count, newest);
    const struct group *last = youngest(groups, years->count);
    if (!told && last->day > newest)
        year--;

    size_t start = rows->len;
    int32_t now = 0;
    for (size_t i = 0; i < years->count; i++) {
        int32_t its = year - (last->turn - groups[i].turn);
        if (groups[i].stray || (rows->len > start && its == now))
            continue;
        struct year_row row = {
            .offset = rows->len == start ? 0 : groups[i].offset, .year = its};
        buf_add(rows, &row, sizeof(row));
        now = its;
    }
    if (rows->len == start + sizeof(struct year_row))
        rows->len = start;
    free(groups);
    return year;
}
