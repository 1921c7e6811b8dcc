/* Logs in logs: the message of a format that holds them (containers), read as a
 * line of a file of its own.
 *
 * Any format may have written it, so which patterns could match is listed once
 * for each first byte of a message. */
#include <stdlib.h>

#include "parsers/condition.h"
#include "parsers/matcher.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

struct held_list {
    const struct pattern **items; /* in the order of trial */
    size_t count, capacity;
    bool listed;
};

struct held_lists {
    struct held_list first[UINT8_MAX + 1];
};

static bool may_begin_with(const struct pattern *pattern, uint8_t first)
{
    for (size_t h = 0; h < pattern->regex.head_count; h++)
        if (regex_head_fits(&pattern->regex, h, first))
            return true;
    return false;
}

static const struct held_list *list_patterns(
    struct matcher *matcher, uint8_t first)
{
    if (matcher->held_lists == NULL)
        matcher->held_lists = xcalloc(1, sizeof(*matcher->held_lists));
    struct held_list *list = &matcher->held_lists->first[first];
    if (list->listed)
        return list;
    list->listed = true;
    for (size_t i = 0; i < matcher->chain_count; i++) {
        const struct format *format = matcher->chain[i];
        for (size_t k = 0; k < format->pattern_count; k++) {
            const struct pattern *pattern = &format->patterns[k];
            if (!pattern->claims || pattern->named ||
                !may_begin_with(pattern, first))
                continue;
            list->items = mem_grow(list->items, &list->capacity,
                list->count + 1, sizeof(*list->items));
            list->items[list->count++] = pattern;
        }
    }
    return list;
}

static const struct pattern *find_pattern(struct matcher *matcher,
    const struct format *outer, struct str text, const struct record *record)
{
    uint64_t start = regex_start(text);
    struct known known = {.record = record};
    const struct held_list *list = list_patterns(matcher, (uint8_t)text.ptr[0]);
    for (size_t i = 0; i < list->count; i++) {
        const struct pattern *pattern = list->items[i];
        if (pattern->format != outer &&
            regex_may_match(&pattern->regex, text, start) &&
            conditions_hold(&pattern->key_when, &known, &matcher->room) &&
            conditions_hold(&pattern->when, &known, &matcher->room) &&
            regex_match(&pattern->regex, &matcher->room, text))
            return pattern;
    }
    return NULL;
}

/* Objects and key=value pairs in a message. Their names and the holder's may
 * both be referred to until the record is done, so they change places. */
static bool read_pairs(
    struct matcher *matcher, struct str line, struct record *record)
{
    struct pairs pairs = matcher->held;
    struct shape_memo *shapes = matcher->held_shapes;
    enum understood before = record->understood;
    matcher->held = matcher->pairs;
    matcher->held_shapes = matcher->shapes;
    matcher->pairs = pairs;
    matcher->shapes = shapes;
    pairs_clear(&matcher->pairs);
    bool is_object = line.ptr[0] == '{';
    bool found = is_object ? pairs_read_json(&matcher->pairs, line)
                           : pairs_read_logfmt(&matcher->pairs, line) &&
                                 matcher->pairs.count > 1;
    if (found)
        matcher_pairs(matcher, is_object ? READS_JSON : READS_LOGFMT, record);
    if (before < record->understood)
        record->understood = before;
    return found;
}

void matcher_held(
    struct matcher *matcher, const struct format *outer, struct record *record)
{
    struct str message = str_trim_end(record_get(record, FIELD_MESSAGE));
    struct str start = str_sub(message, 0, LIMIT_PATTERN_TEXT);
    if (message.len == 0 || matcher->holding)
        return;
    matcher->holding = true;
    record_set(record, FIELD_MESSAGE, message);
    if (message.ptr[0] == '{' && read_pairs(matcher, message, record))
        return;
    const struct pattern *pattern = find_pattern(matcher, outer, start, record);
    if (pattern != NULL) {
        matcher_apply(matcher, pattern, start, record);
        matcher_inner(matcher, pattern->format, record);
        matcher_extend(message, start, record);
    } else if (message.ptr[0] != '{') {
        read_pairs(matcher, message, record);
    }
}

void held_done(struct matcher *matcher)
{
    for (size_t i = 0; matcher->held_lists != NULL && i <= UINT8_MAX; i++)
        free(matcher->held_lists->first[i].items);
    free(matcher->held_lists);
    pairs_done(&matcher->held);
}
