/* Times in queries are spans: what is not written is all of it, so that
 * 2026-03 is a month and 02:11 a minute. */
#include <string.h>

#include "src/base/escape.h"
#include "src/query/parse.h"

enum unit {
    UNIT_YEAR,
    UNIT_MONTH,
    UNIT_DAY,
    UNIT_HOUR,
    UNIT_MINUTE,
    UNIT_SECOND,
    UNIT_FRACTION
};

struct moment {
    struct civil civil;
    enum unit unit;   /* the smallest that is written */
    int64_t fraction; /* UNIT_FRACTION: ns of its last digit */
};

/* --- reading ------------------------------------------------------------- */

/* Exactly `digits` digits at the front of `text`. */
static bool take_digits(struct str *text, size_t digits, int *out)
{
    if (text->len < digits)
        return false;
    int number = 0;
    for (size_t i = 0; i < digits; i++) {
        if (text->ptr[i] < '0' || text->ptr[i] > '9')
            return false;
        number = number * 10 + (text->ptr[i] - '0');
    }
    *out = number;
    *text = str_from_index(*text, digits);
    return true;
}

static bool take_char(struct str *text, char c)
{
    if (text->len == 0 || text->ptr[0] != c)
        return false;
    *text = str_from_index(*text, 1);
    return true;
}

static bool read_date(struct str *text, struct moment *out)
{
    int year, month = 1, day = 1;
    if (!take_digits(text, 4, &year))
        return false;
    out->unit = UNIT_YEAR;
    if (take_char(text, '-')) {
        if (!take_digits(text, 2, &month))
            return false;
        out->unit = UNIT_MONTH;
        if (take_char(text, '-')) {
            if (!take_digits(text, 2, &day))
                return false;
            out->unit = UNIT_DAY;
        }
    }
    out->civil.year = year;
    out->civil.month = (int8_t)month;
    out->civil.day = (int8_t)day;
    out->civil.has_date = true;
    return true;
}

static bool read_fraction(struct str *text, struct moment *out)
{
    int64_t worth = STAMP_SECOND;
    int64_t fraction = 0;
    int digit;
    while (worth > 1 && take_digits(text, 1, &digit)) {
        worth /= 10;
        fraction += digit * worth;
    }
    out->civil.nanosecond = (uint32_t)fraction;
    out->fraction = worth;
    out->unit = UNIT_FRACTION;
    return worth < STAMP_SECOND;
}

static bool read_clock(struct str *text, bool hour_alone, struct moment *out)
{
    int hour, minute = 0, second = 0;
    if (!take_digits(text, 2, &hour))
        return false;
    out->unit = UNIT_HOUR;
    if (take_char(text, ':')) {
        if (!take_digits(text, 2, &minute))
            return false;
        out->unit = UNIT_MINUTE;
        if (take_char(text, ':')) {
            if (!take_digits(text, 2, &second))
                return false;
            out->unit = UNIT_SECOND;
            if (take_char(text, '.') && !read_fraction(text, out))
                return false;
        }
    }
    out->civil.hour = (int8_t)hour;
    out->civil.minute = (int8_t)minute;
    out->civil.second = (int8_t)second;
    return hour_alone || out->unit != UNIT_HOUR;
}

/* Z, +09:00, +0900 or +09. */
static bool read_offset(struct str *text, struct moment *out)
{
    if (text->len == 0)
        return true;
    out->civil.has_offset = true;
    if (take_char(text, 'Z'))
        return text->len == 0;
    int sign = take_char(text, '+') ? 1 : take_char(text, '-') ? -1 : 0;
    int hours, minutes = 0;
    if (sign == 0 || !take_digits(text, 2, &hours))
        return false;
    take_char(text, ':');
    if (text->len > 0 && !take_digits(text, 2, &minutes))
        return false;
    out->civil.offset_s = sign * (hours * 3600 + minutes * 60);
    return text->len == 0 && hours < 24 && minutes < 60;
}

static bool read_moment(struct str text, struct moment *out)
{
    *out = (struct moment){.civil = {.month = 1, .day = 1}};
    if (text.len > 2 && text.ptr[2] == ':') {
        out->civil.year = CIVIL_NO_YEAR;
        return read_clock(&text, false, out) && read_offset(&text, out);
    }
    if (!read_date(&text, out))
        return false;
    if (out->unit == UNIT_DAY &&
        (take_char(&text, 'T') || take_char(&text, ' ')))
        return read_clock(&text, true, out) && read_offset(&text, out);
    return text.len == 0;
}

/* --- placing ------------------------------------------------------------- */

static const struct zone *zone_of(const struct parse *parse)
{
    return parse->basis->zone != NULL ? parse->basis->zone : zone_utc();
}

static bool place(
    const struct parse *parse, const struct civil *civil, int64_t *out)
{
    enum zone_fit fit;
    return zone_to_stamp(zone_of(parse), civil, out, &fit);
}

/* The first moment after the span. Days, months and years end by the calendar:
 * a day may have 23 hours. */
static bool span_end(const struct parse *parse, const struct moment *moment,
    int64_t start, int64_t *out)
{
    static const int64_t lengths[] = {
        [UNIT_HOUR] = 3600 * STAMP_SECOND,
        [UNIT_MINUTE] = 60 * STAMP_SECOND,
        [UNIT_SECOND] = STAMP_SECOND,
    };
    if (moment->unit >= UNIT_HOUR) {
        int64_t length = moment->unit == UNIT_FRACTION ? moment->fraction
                                                       : lengths[moment->unit];
        return !__builtin_add_overflow(start, length, out);
    }
    struct civil next = moment->civil;
    if (moment->unit == UNIT_DAY) {
        struct civil noon = moment->civil;
        int64_t at;
        noon.hour = 12;
        noon.has_offset = false;
        if (!civil_to_stamp(&noon, &at) ||
            __builtin_add_overflow(at, STAMP_DAY, &at))
            return false;
        civil_from_stamp(at, 0, &next);
        next.hour = 0;
        next.has_offset = moment->civil.has_offset;
        next.offset_s = moment->civil.offset_s;
        return place(parse, &next, out);
    }
    bool next_year = moment->unit == UNIT_YEAR || next.month == 12;
    next.year += next_year;
    next.month = next_year ? 1 : (int8_t)(next.month + 1);
    return place(parse, &next, out);
}

/* Give a time of day the date in force. */
static int use_day(
    struct parse *parse, const struct word *word, struct civil *civil)
{
    if (parse->day == STAMP_NONE)
        return parse_fail(parse, word->start, word->end,
            "a time of day needs a date before it: on:2026-03-04 after:02:11");
    int32_t offset = civil->has_offset
                         ? civil->offset_s
                         : zone_offset_at(zone_of(parse), parse->day);
    struct civil day;
    civil_from_stamp(parse->day, offset, &day);
    civil->year = day.year;
    civil->month = day.month;
    civil->day = day.day;
    civil->has_date = true;
    return 0;
}

int parse_time(
    struct parse *parse, const struct word *word, int64_t *first, int64_t *last)
{
    struct moment moment;
    if (!read_moment(word->text, &moment))
        return parse_fail(parse, word->start, word->end,
            "expected a time such as 2026-03, 2026-03-04, "
            "2026-03-04T02:11:09+09:00 or 02:11, not \"%s\"",
            escape_text(str_sub(word->text, 0, 60)));
    bool dated = moment.civil.has_date;
    if (!dated && use_day(parse, word, &moment.civil) < 0)
        return -1;
    if (!civil_is_valid(&moment.civil))
        return parse_fail(parse, word->start, word->end,
            "there is no such date or time as \"%s\"",
            escape_text(str_sub(word->text, 0, 60)));
    if (!place(parse, &moment.civil, first) ||
        !span_end(parse, &moment, *first, last))
        return parse_fail(
            parse, word->start, word->end, "times reach from 1677 to 2262");
    if (dated && moment.unit >= UNIT_DAY)
        parse->day = *first;
    return 0;
}

/* --- the words ----------------------------------------------------------- */

static int when_after(
    struct parse *parse, const struct word *word, struct node *node)
{
    int64_t unused;
    return parse_time(parse, word, &node->time_first, &unused);
}

static int when_before(
    struct parse *parse, const struct word *word, struct node *node)
{
    int64_t unused;
    return parse_time(parse, word, &node->time_last, &unused);
}

static int when_on(
    struct parse *parse, const struct word *word, struct node *node)
{
    ptrdiff_t dots = str_find(word->text, STR(".."));
    if (dots <= 0)
        return parse_time(parse, word, &node->time_first, &node->time_last);
    struct word part = *word;
    struct str low = str_sub(word->text, 0, (size_t)dots);
    struct str high = str_from_index(word->text, (size_t)dots + 2);
    int64_t unused;
    part.text = low;
    if (parse_time(parse, &part, &node->time_first, &unused) < 0)
        return -1;
    part.text = high;
    if (parse_time(parse, &part, &unused, &node->time_last) < 0)
        return -1;
    if (node->time_first < node->time_last)
        return 0;
    return parse_fail(
        parse, word->start, word->end, "the range's end lies before its start");
}

static int span_of(
    struct parse *parse, const struct word *word, struct str text, int64_t *out)
{
    if (stamp_parse_span(text, out) && *out > 0)
        return 0;
    return parse_fail(parse, word->start, word->end,
        "expected a span such as 24h, 10m, 7d or 1h30m, not \"%s\"",
        escape_text(str_sub(text, 0, 60)));
}

/* Up to a day past the acquisition: clocks may be wrong, but a stamp of 2106 is
 * not of the last 24 hours. */
static int when_last(
    struct parse *parse, const struct word *word, struct node *node)
{
    int64_t span, newest = parse->basis->newest;
    if (span_of(parse, word, word->text, &span) < 0)
        return -1;
    if (newest == STAMP_NONE)
        return parse_fail(parse, word->start, word->end,
            "last: counts back from the newest acquisition, and this case has "
            "none yet");
    if (__builtin_sub_overflow(newest, span, &node->time_first))
        node->time_first = INT64_MIN + 1;
    if (__builtin_add_overflow(newest, STAMP_DAY, &node->time_last))
        node->time_last = STAMP_NONE;
    return 0;
}

static int when_around(
    struct parse *parse, const struct word *word, struct node *node)
{
    ptrdiff_t sign = str_find(word->text, STR("+-"));
    struct str id_text =
        sign < 0 ? word->text : str_sub(word->text, 0, (size_t)sign);
    struct str span_text =
        sign < 0 ? STR("10m") : str_from_index(word->text, (size_t)sign + 2);
    int64_t id, span, time;
    if (!str_to_i64(id_text, &id))
        return parse_fail(parse, word->start, word->end,
            "expected an event's id and a span, such as around:1234+-10m");
    if (span_of(parse, word, span_text, &span) < 0)
        return -1;
    if (parse->basis->event_time == NULL ||
        !parse->basis->event_time(parse->basis->context, id, &time))
        return parse_fail(parse, word->start, word->end,
            "this case has no event %lld", (long long)id);
    if (time == STAMP_NONE)
        return parse_fail(parse, word->start, word->end,
            "event %lld has no time", (long long)id);
    if (__builtin_sub_overflow(time, span, &node->time_first))
        node->time_first = INT64_MIN + 1;
    if (__builtin_add_overflow(time, span, &node->time_last) ||
        __builtin_add_overflow(node->time_last, 1, &node->time_last))
        node->time_last = STAMP_NONE;
    return 0;
}

static const struct {
    struct str name;
    parse_when *parse;
} whens[] = {
    {STR_INIT("after"), when_after},
    {STR_INIT("before"), when_before},
    {STR_INIT("on"), when_on},
    {STR_INIT("last"), when_last},
    {STR_INIT("around"), when_around},
};

parse_when *parse_when_find(struct str name)
{
    for (size_t i = 0; i < sizeof(whens) / sizeof(whens[0]); i++)
        if (str_eq_nocase(name, whens[i].name))
            return whens[i].parse;
    return NULL;
}

/* --- the field time ------------------------------------------------------ */

static int time_node(
    struct parse *parse, const struct operand *operand, struct node *out)
{
    out->kind = NODE_TIME;
    switch (operand->compare) {
    case COMPARE_EQUAL:
    case COMPARE_RANGE:
        out->time_first = operand->low;
        out->time_last = operand->high;
        return 0;
    case COMPARE_LESS:
        out->time_last = operand->low;
        return 0;
    case COMPARE_LESS_EQUAL:
        out->time_last = operand->high;
        return 0;
    case COMPARE_GREATER:
        out->time_first = operand->high;
        return 0;
    case COMPARE_GREATER_EQUAL:
        out->time_first = operand->low;
        return 0;
    case COMPARE_PRESENT:
        return 0; /* open at both ends: every dated event */
    case COMPARE_NETWORK:
    case COMPARE_REGEX:
        break;
    }
    return parse_fail(parse, out->start, out->end,
        "time takes times, ranges and < >, not a regular expression");
}

int parse_time_field(struct parse *parse, struct node *node)
{
    if (node->operand_count == 1)
        return time_node(parse, &node->operands[0], node);
    node->kind = NODE_OR;
    for (size_t i = 0; i < node->operand_count; i++) {
        struct node *child = parse_node(parse, NODE_TIME, node->start);
        child->end = node->end;
        if (time_node(parse, &node->operands[i], child) < 0)
            return -1;
        node_adopt(parse, node, child);
    }
    return 0;
}
