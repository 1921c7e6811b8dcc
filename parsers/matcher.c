#include "parsers/matcher.h"

#include <stdlib.h>
#include <string.h>

#include "parsers/audit.h"
#include "parsers/condition.h"
#include "parsers/owner.h"
#include "parsers/windows_pairs.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/event/vocabulary.h"

/* How much may stand before the time of a plain line: "[", "INFO  - ". */
enum { PLAIN_SKIP = 32 };

/* Patterns tried on a text before it is worth while to look at its bytes. */
enum { TRIES_FREE = 3 };

#define LEVELS (FIELD_BIT(FIELD_SEVERITY) | FIELD_BIT(FIELD_LEVEL))

bool format_is_kin(const struct format *a, const struct format *b)
{
    return a->family.len > 0 && str_eq(a->family, b->family);
}

/* The reading's own format, then its family, then all others. */
static void make_chain(struct matcher *matcher)
{
    const struct formats *formats = matcher->formats;
    const struct format *own = matcher->reading->format;
    matcher->chain = xcalloc(formats->count + 1, sizeof(*matcher->chain));
    for (int rank = 0; rank < 3; rank++) {
        for (size_t i = 0; i < formats->count; i++) {
            const struct format *format = formats->items[i];
            int its_rank = format == own                ? 0
                           : format_is_kin(format, own) ? 1
                                                        : 2;
            if (format->reads == READS_LINES && its_rank == rank)
                matcher->chain[matcher->chain_count++] = format;
        }
    }
}

void matcher_init(struct matcher *matcher, const struct reading *reading)
{
    *matcher = (struct matcher){.reading = reading};
    matcher->formats = reading->format->owner;
    regex_room_init(&matcher->room, matcher->formats->groups);
    make_chain(matcher);
    matcher->owner = owner_from_path(reading->path);
    if (owner_is_named(reading->format, reading->path))
        matcher->named = reading->format;
}

void matcher_done(struct matcher *matcher)
{
    inner_done(matcher);
    mapping_done(matcher);
    windows_pairs_done(matcher);
    regex_room_done(&matcher->room);
    pairs_done(&matcher->pairs);
    held_done(matcher);
    pairs_done(&matcher->split);
    pairs_done(&matcher->dug);
    csv_row_done(&matcher->row);
    if (matcher->audit != NULL)
        audit_event_done(matcher->audit);
    free(matcher->audit);
    arena_done(&matcher->arena);
    free(matcher->chain);
}

void matcher_begin(
    struct matcher *matcher, uint64_t source_offset, struct record *record)
{
    record_reset(record);
    if (matcher->arena.used > 0)
        arena_reset(&matcher->arena);
    matcher->offset = source_offset;
    matcher->timed_by = NULL;
    pairs_clear(&matcher->split);
    matcher->moment_count = 0;
    matcher->limits_before = matcher->room.limits;
    matcher->looked_at = (struct str){0};
    matcher->holding = false;
}

static const char severity_digits[] = "01234567";

static void set_severity(struct record *record, int severity)
{
    record_set(record, FIELD_SEVERITY, str_make(severity_digits + severity, 1));
    record_set(record, FIELD_LEVEL, str_from(severity_level(severity)));
}

static void settle_level(struct record *record)
{
    struct str severity = record_get(record, FIELD_SEVERITY);
    struct str level = record_get(record, FIELD_LEVEL);
    if (severity.len == 1 && severity.ptr[0] >= '0' && severity.ptr[0] <= '7') {
        set_severity(record, severity.ptr[0] - '0');
        return;
    }
    int found = severity_from_level(severity.len > 0 ? severity : level);
    if (found < 0 && severity.len > 0)
        found = severity_from_level(level);
    if (found >= 0) {
        set_severity(record, found);
        return;
    }
    /* a scale of the log's own */
    record->present &= ~LEVELS;
    record_add_extra(record, severity.len > 0 ? STR("severity") : STR("level"),
        severity.len > 0 ? severity : level);
}

/* Whoever asks for logins asks how they ended: a log that does not say so says
 * "unknown". */
static void settle_login(struct record *record)
{
    if (!record_has(record, FIELD_OUTCOME) &&
        str_eq(record_get(record, FIELD_ACTION), STR("login")))
        record_set(record, FIELD_OUTCOME, STR("unknown"));
}

void matcher_finish(struct matcher *matcher, struct record *record)
{
    settle_login(record);
    if ((record->present & LEVELS) != 0)
        settle_level(record);
    if (matcher->room.limits != matcher->limits_before)
        matcher->limited++;
}

bool matcher_needs_met(struct matcher *matcher, const struct regex *regex,
    struct str text, size_t tries)
{
    bool known = matcher->looked_at.ptr == text.ptr &&
                 matcher->looked_at.len == text.len;
    if (!known && tries < TRIES_FREE)
        return true;
    if (!known) {
        matcher->bytes = regex_bytes(text);
        matcher->looked_at = text;
    }
    return regex_needs_met(regex, &matcher->bytes);
}

/* Most lines are read by the first pattern that is tried; only then is it worth
 * looking at what they hold. */
static const struct pattern *try_patterns(struct matcher *matcher,
    const struct format *format, struct str text, struct record *record)
{
    uint64_t start = regex_start(text);
    struct known known = {.record = record};
    size_t tries = 0;
    for (size_t i = 0; i < format->pattern_count; i++) {
        const struct pattern *pattern = &format->patterns[i];
        if (pattern->named && matcher->named != format)
            continue;
        if (!regex_may_match(&pattern->regex, text, start) ||
            !matcher_needs_met(matcher, &pattern->regex, text, tries))
            continue;
        if (conditions_hold(&pattern->key_when, &known, &matcher->room) &&
            conditions_hold(&pattern->when, &known, &matcher->room) &&
            regex_match(&pattern->regex, &matcher->room, text))
            return pattern;
        tries++;
    }
    return NULL;
}

static void apply_pattern(struct matcher *matcher,
    const struct pattern *pattern, struct str text, struct record *record)
{
    matcher_apply(matcher, pattern, text, record);
    matcher_inner(matcher, pattern->format, record);
}

const struct pattern *matcher_format(struct matcher *matcher,
    const struct format *format, struct str text, struct record *record)
{
    const struct pattern *pattern = try_patterns(matcher, format, text, record);
    if (pattern != NULL)
        apply_pattern(matcher, pattern, text, record);
    return pattern;
}

size_t matcher_find_time(struct str line, size_t *start, struct civil *civil)
{
    return timefmt_find(line, PLAIN_SKIP, start, civil);
}

void matcher_plain(
    struct matcher *matcher, struct str line, struct record *record)
{
    struct civil civil;
    size_t start = 0;
    size_t len = matcher_find_time(line, &start, &civil);
    record->format = STR("text");
    record_set(record, FIELD_MESSAGE, line);
    if (len == 0)
        return;
    reading_set_time(matcher->reading, matcher->offset, &civil, record);
    if (record->time == STAMP_NONE)
        return;
    record->understood = UNDERSTOOD_GENERIC;
    /* what follows a time that began the line is what the line says */
    struct str rest = str_from_index(line, start + len);
    if (rest.len > 0 && (rest.ptr[0] == ']' || rest.ptr[0] == ','))
        rest = str_from_index(rest, 1);
    rest = str_trim(rest);
    if (start <= 1 && rest.len > 0)
        record_set(record, FIELD_MESSAGE, rest);
}

/* A message that reached the end of what patterns looked at goes on behind it.
 */
void matcher_extend(
    struct str line, struct str looked_at, struct record *record)
{
    struct str message = record_get(record, FIELD_MESSAGE);
    if (looked_at.len < line.len && message.len > 0 &&
        message.ptr + message.len == looked_at.ptr + looked_at.len)
        record_set(record, FIELD_MESSAGE,
            str_make(message.ptr, (size_t)(line.ptr + line.len - message.ptr)));
}

void matcher_line(
    struct matcher *matcher, struct str line, struct record *record)
{
    struct str start = str_sub(line, 0, LIMIT_PATTERN_TEXT);
    matcher->pattern = NULL;
    for (size_t i = 0; i < matcher->chain_count; i++) {
        const struct format *format = matcher->chain[i];
        const struct pattern *pattern =
            try_patterns(matcher, format, start, record);
        if (pattern == NULL || (i > 0 && !pattern->claims))
            continue;
        matcher->pattern = pattern;
        apply_pattern(matcher, pattern, start, record);
        matcher_extend(line, start, record);
        return;
    }
    if (line.len > 0 && line.ptr[0] == '{' &&
        matcher_json(matcher, line, record))
        return;
    matcher_plain(matcher, line, record);
}
