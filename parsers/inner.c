/* The formats inside: who reads the message of a record.
 *
 * Which formats may speak depends mostly on the process that wrote the line, or
 * on the number that the device gave it, so for every outer format, process
 * name, code and first byte of the message the patterns in question are listed
 * once, with what they must begin with, and found again by the name. A line
 * then costs a comparison of eight bytes for each of a few patterns that do not
 * match. */
#include <stdlib.h>
#include <string.h>

#include "parsers/condition.h"
#include "parsers/matcher.h"
#include "parsers/windows_pairs.h"
#include "src/base/intern.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

/* How often a message is handed on, and how many process names are remembered
 * before we begin anew: whoever writes the log chooses the names. */
enum { INNER_DEPTH = 5, NAMES_MAX = 4096 };

struct candidate {
    struct regex_head head;
    const struct pattern *pattern;
};

struct candidates {
    struct candidate *items; /* one per head of a pattern, in order */
    size_t count, capacity;
};

/* By first byte, code and process name, for one outer format. */
struct dispatch {
    struct intern names;
    struct candidates *lists; /* [names.count] */
    size_t capacity;
    struct candidates unnamed; /* for a name too long to remember */
};

static void list_format(struct matcher *matcher, const struct known *known,
    const struct format *format, uint8_t first, bool generic,
    struct candidates *list)
{
    for (size_t i = 0; i < format->pattern_count; i++) {
        const struct pattern *pattern = &format->patterns[i];
        if (pattern->generic != generic ||
            !conditions_hold(&pattern->key_when, known, &matcher->room))
            continue;
        for (size_t h = 0; h < pattern->regex.head_count; h++) {
            if (!regex_head_fits(&pattern->regex, h, first))
                continue;
            list->items = mem_grow(list->items, &list->capacity,
                list->count + 1, sizeof(*list->items));
            list->items[list->count++] =
                (struct candidate){pattern->regex.heads[h], pattern};
        }
    }
}

/* Those that ask for this very process or code, or the others. */
static void list_some(struct matcher *matcher, const struct format *outer,
    const struct known *known, uint8_t first, bool asking, bool generic,
    struct candidates *list)
{
    for (size_t i = 0; i < outer->inner_count; i++) {
        const struct format *format = outer->inner[i];
        if ((format->key_when.count > 0) == asking &&
            conditions_hold(&format->key_when, known, &matcher->room))
            list_format(matcher, known, format, first, generic, list);
    }
}

/* Whoever asks for the process or code knows more of the message than who does
 * not, and mostly matches: others that a line could be for are not tried.
 * Patterns that understand little come last. Otherwise in order of priority. */
static void list_candidates(struct matcher *matcher, const struct format *outer,
    const struct record *record, uint8_t first, struct candidates *list)
{
    struct known known = {.record = record};
    list->count = 0;
    for (int generic = 0; generic < 2; generic++)
        for (int asking = 1; asking >= 0; asking--)
            list_some(
                matcher, outer, &known, first, asking == 1, generic == 1, list);
}

static void forget(struct dispatch *dispatch)
{
    for (uint32_t i = 0; i < dispatch->names.count; i++)
        free(dispatch->lists[i].items);
    intern_reset(&dispatch->names);
}

/* What the list of a record's candidates goes by; empty when it is too long to
 * be remembered. */
static struct str key_of(const struct format *outer,
    const struct record *record, uint8_t first, char room[2 * LIMIT_NAME + 2])
{
    struct str process = record_get(record, FIELD_PROCESS);
    struct str code = {0};
    if (outer->inner_by_code)
        code = record_get(record, FIELD_CODE);
    if (process.len > LIMIT_NAME || code.len > LIMIT_NAME)
        return (struct str){0};
    size_t len = 0;
    room[len++] = (char)first;
    if (code.len > 0)
        memcpy(room + len, code.ptr, code.len);
    len += code.len;
    room[len++] = '\0';
    if (process.len > 0)
        memcpy(room + len, process.ptr, process.len);
    return str_make(room, len + process.len);
}

static const struct candidates *find_candidates(struct matcher *matcher,
    const struct format *outer, const struct record *record, uint8_t first)
{
    if (matcher->dispatch == NULL)
        matcher->dispatch =
            xcalloc(matcher->formats->count, sizeof(*matcher->dispatch));
    struct dispatch *dispatch = &matcher->dispatch[outer->index];
    char room[2 * LIMIT_NAME + 2];
    struct str key = key_of(outer, record, first, room);
    if (key.len == 0) {
        list_candidates(matcher, outer, record, first, &dispatch->unnamed);
        return &dispatch->unnamed;
    }
    if (dispatch->names.count == NAMES_MAX &&
        intern_find(&dispatch->names, key) < 0)
        forget(dispatch);
    uint32_t known = dispatch->names.count;
    uint32_t number = intern_add(&dispatch->names, key);
    if (number < known)
        return &dispatch->lists[number];
    dispatch->lists = mem_grow(dispatch->lists, &dispatch->capacity,
        (size_t)number + 1, sizeof(*dispatch->lists));
    dispatch->lists[number] = (struct candidates){0};
    list_candidates(matcher, outer, record, first, &dispatch->lists[number]);
    return &dispatch->lists[number];
}

static const struct pattern *match_candidates(struct matcher *matcher,
    const struct candidates *list, struct str text, const struct record *record)
{
    uint64_t start = regex_start(text);
    struct known known = {.record = record};
    size_t tries = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct candidate *candidate = &list->items[i];
        if ((start & candidate->head.mask) != candidate->head.want)
            continue;
        const struct pattern *pattern = candidate->pattern;
        if (!matcher_needs_met(matcher, &pattern->regex, text, tries))
            continue;
        if (conditions_hold(&pattern->format->when, &known, &matcher->room) &&
            conditions_hold(&pattern->when, &known, &matcher->room) &&
            regex_match(&pattern->regex, &matcher->room, text))
            return pattern;
        tries++;
    }
    return NULL;
}

void matcher_inner(
    struct matcher *matcher, const struct format *outer, struct record *record)
{
    bool again = false;
    const char *read = NULL; /* the message that `outer` itself has read */
    if (windows_pairs_message(matcher, record))
        return;
    for (int depth = 0;
         depth < INNER_DEPTH && (outer->inner_count > 0 || outer->holds_logs);
         depth++) {
        if (outer->holds_logs) {
            matcher_held(matcher, outer, record);
            return;
        }
        struct str message =
            str_sub(record_get(record, FIELD_MESSAGE), 0, LIMIT_PATTERN_TEXT);
        if (message.len == 0)
            return;
        const struct pattern *pattern = match_candidates(matcher,
            find_candidates(matcher, outer, record, (uint8_t)message.ptr[0]),
            message, record);
        /* a format inside itself reads what its header left, once */
        if (pattern == NULL ||
            (pattern->format == outer && message.ptr == read))
            return;
        matcher_apply(matcher, pattern, message, record);
        read = message.ptr;
        if (!pattern->again) {
            /* a format inside itself has read what it left as it was */
            if (pattern->format->inside_itself &&
                record_get(record, FIELD_MESSAGE).ptr == message.ptr)
                return;
            outer = pattern->format;
        } else if (again) {
            return; /* a repetition of a repetition is none */
        } else {
            again = true;
        }
    }
}

void inner_done(struct matcher *matcher)
{
    for (size_t i = 0; matcher->dispatch != NULL && i < matcher->formats->count;
         i++) {
        struct dispatch *dispatch = &matcher->dispatch[i];
        forget(dispatch);
        intern_done(&dispatch->names);
        free(dispatch->lists);
        free(dispatch->unnamed.items);
    }
    free(matcher->dispatch);
}
