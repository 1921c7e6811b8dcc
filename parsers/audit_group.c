#include "parsers/audit_group.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/limit.h"
#include "src/base/mem.h"

void audit_groups_done(struct audit_groups *groups)
{
    free(groups->lines);
    free(groups->events);
    free(groups->slots);
    *groups = (struct audit_groups){0};
}

/* --- joining -------------------------------------------------------------- */

static uint64_t hash_of(const struct audit_line *line)
{
    return str_hash(line->id) ^ str_hash(line->node);
}

static bool is_same(const struct audit_line *a, const struct audit_line *b)
{
    return str_eq(a->id, b->id) && str_eq(a->node, b->node);
}

static const struct audit_line *first_of(
    const struct audit_groups *groups, uint32_t event)
{
    return &groups->lines[groups->events[event].first].line;
}

/* The slot of an event of that id, or the empty one where it would stand. */
static uint32_t *find_slot(
    struct audit_groups *groups, const struct audit_line *line)
{
    size_t at = (size_t)hash_of(line);
    for (;; at++) {
        uint32_t *slot = &groups->slots[at & (groups->slot_count - 1)];
        if (*slot == 0 || is_same(first_of(groups, *slot - 1), line))
            return slot;
    }
}

/* Half of the slots stay empty. */
static void grow_slots(struct audit_groups *groups)
{
    enum { SLOTS_MIN = 1024 };
    if (groups->event_count * 2 < groups->slot_count)
        return;
    size_t count =
        groups->slot_count < SLOTS_MIN ? SLOTS_MIN : 2 * groups->slot_count;
    groups->slots = xrealloc(groups->slots, count, sizeof(*groups->slots));
    groups->slot_count = count;
    memset(groups->slots, 0, count * sizeof(*groups->slots));
    for (size_t i = 0; i < groups->event_count; i++)
        if (groups->lines[groups->events[i].first].line.type.len > 0)
            *find_slot(groups, first_of(groups, (uint32_t)i)) =
                (uint32_t)i + 1; /* the later of two that are too far apart */
}

static bool is_near(const struct audit_groups *groups, uint32_t event,
    const struct audit_group_line *line)
{
    uint32_t first = groups->events[event].first;
    return groups->line_count - first < LIMIT_JOIN_LINES &&
           line->end - groups->lines[first].start <= LIMIT_JOIN_BYTES;
}

/* Whether a record is the last, or the only one, of its event. */
static bool is_last(const struct audit_line *line)
{
    const struct audit_type *type = audit_type_find(line->type);
    return type != NULL &&
           (type->role == AUDIT_LAST || audit_type_stands_alone(type));
}

static uint32_t begin_event(struct audit_groups *groups, uint32_t line)
{
    groups->events = mem_grow(groups->events, &groups->event_capacity,
        groups->event_count + 1, sizeof(*groups->events));
    groups->events[groups->event_count] =
        (struct audit_group_event){.first = line, .last = line};
    return (uint32_t)groups->event_count++;
}

static void join(struct audit_groups *groups, uint32_t event, uint32_t line)
{
    groups->lines[groups->events[event].last].following = line;
    groups->events[event].last = line;
}

static void add_line(
    struct audit_groups *groups, const struct raw_line *raw, struct str text)
{
    uint32_t number = (uint32_t)groups->line_count;
    groups->lines = mem_grow(groups->lines, &groups->line_capacity,
        groups->line_count + 1, sizeof(*groups->lines));
    struct audit_group_line *line = &groups->lines[number];
    *line = (struct audit_group_line){.start = raw->start,
        .end = raw->end,
        .next = raw->next,
        .following = AUDIT_NO_LINE};
    if (!audit_line_read(text, &line->line)) {
        line->line = (struct audit_line){0};
        line->event = begin_event(groups, number);
        groups->events[line->event].is_closed = true;
    } else {
        grow_slots(groups);
        uint32_t *slot = find_slot(groups, &line->line);
        if (*slot != 0 && is_near(groups, *slot - 1, line)) {
            join(groups, *slot - 1, number);
        } else {
            uint32_t event = begin_event(groups, number);
            *slot = event + 1;
        }
        line->event = *slot - 1;
        groups->events[line->event].is_closed |= is_last(&line->line);
    }
    groups->line_count++;
}

void audit_groups_read(struct audit_groups *groups, enum encoding encoding,
    struct str bytes, size_t from)
{
    struct raw_line line;
    groups->line_count = groups->event_count = 0;
    if (groups->slot_count > 0)
        memset(groups->slots, 0, groups->slot_count * sizeof(*groups->slots));
    for (size_t at = from; line_at(encoding, bytes, at, &line); at = line.next)
        if (!line_is_blank(encoding, bytes, &line))
            add_line(groups, &line,
                str_sub(bytes, line.start, line.end - line.start));
}

/* --- cutting -------------------------------------------------------------- */

/* Where the lines begin that decide on the cut: a place is looked for among the
 * last LIMIT_JOIN_LINES, and an event may reach as far before that. */
static size_t window_start(enum encoding encoding, struct str bytes, size_t end)
{
    size_t unit =
        encoding == ENCODING_UTF16LE || encoding == ENCODING_UTF16BE ? 2 : 1;
    for (size_t i = 0; i < 2 * LIMIT_JOIN_LINES && end >= unit; i++)
        end = line_last_end(encoding, str_sub(bytes, 0, end - unit));
    return end;
}

/* The kernel writes all lines of an event at once; a newer stamp by so much
 * tells that no more will come. */
static bool is_past(const struct audit_line *line, int64_t newest)
{
    struct str serial;
    int64_t time;
    return !audit_id_read(line->id, &time, &serial) ||
           newest >= time + 2 * STAMP_SECOND;
}

static int64_t newest_time(const struct audit_groups *groups)
{
    int64_t time, newest = STAMP_NONE;
    struct str serial;
    for (size_t i = 0; i < groups->line_count; i++)
        if (groups->lines[i].line.type.len > 0 &&
            audit_id_read(groups->lines[i].line.id, &time, &serial) &&
            time > newest)
            newest = time;
    return newest;
}

/* Lines may follow of an event that is not closed, or whose last record comes
 * last of all: an EOE may stand behind it. */
static bool is_open(
    const struct audit_groups *groups, size_t event, size_t end, int64_t newest)
{
    const struct audit_group_event *at = &groups->events[event];
    const struct audit_line *first = &groups->lines[at->first].line;
    if (first->type.len == 0 ||
        (at->is_closed && at->last + 1 < groups->line_count))
        return false;
    if (at->is_closed && at->first == at->last)
        return false;
    return groups->line_count - at->first < LIMIT_JOIN_LINES &&
           end - groups->lines[at->first].start <= LIMIT_JOIN_BYTES &&
           !is_past(first, newest);
}

/* The last line before which no event is cut in two; 0 when there is none. */
static size_t find_boundary(const struct audit_groups *groups, size_t end)
{
    int64_t newest = newest_time(groups);
    size_t limit = groups->line_count;
    for (size_t i = 0; i < groups->event_count; i++)
        if (groups->events[i].first < limit && is_open(groups, i, end, newest))
            limit = groups->events[i].first;
    size_t boundary = 0, reach = 0; /* of events that began before a line */
    for (size_t i = 0; i <= limit; i++) {
        if (i >= reach)
            boundary = i;
        if (i == groups->line_count)
            break;
        size_t last = groups->events[groups->lines[i].event].last;
        if (last + 1 > reach)
            reach = last + 1;
    }
    return boundary;
}

size_t audit_cut(const struct reading *reading, struct str bytes, bool at_end)
{
    size_t end = line_last_end(reading->encoding, bytes);
    if (at_end)
        return bytes.len;
    if (end == 0)
        return 0;
    struct str whole = str_sub(bytes, 0, end);
    size_t from = window_start(reading->encoding, bytes, end);
    struct audit_groups groups = {0};
    audit_groups_read(&groups, reading->encoding, whole, from);
    size_t boundary = find_boundary(&groups, end);
    size_t cut = 0;
    if (boundary > 0)
        cut = boundary < groups.line_count ? groups.lines[boundary].start : end;
    else if (groups.line_count == 0 || groups.line_count >= LIMIT_JOIN_LINES ||
             end >= LIMIT_JOIN_BYTES)
        cut = end; /* lines again */
    audit_groups_done(&groups);
    return cut;
}
