/* From named values (JSON, CSV, logfmt) to the fields of a record.
 *
 * Records of one log have the same names again and again. For each set of names
 * (a shape) it is worked out once which formats' `require` holds and where each
 * value goes; only `when` is asked of every record. */
#include <stdlib.h>
#include <string.h>

#include "parsers/condition.h"
#include "parsers/matcher.h"
#include "parsers/moments.h"
#include "parsers/usual.h"
#include "parsers/windows_pairs.h"
#include "src/base/intern.h"
#include "src/base/mem.h"
#include "src/event/vocabulary.h"

enum { SHAPES_MAX = 256, TIMES_MAX = 4 };
#define SHAPE_NAMES_MAX ((size_t)64 << 10)

/* What says who or what. A general reader that found one of these understood
 * its record; a time, level, host or logger alone is only a header. */
static const uint64_t telling =
    FIELD_BIT(FIELD_CATEGORY) | FIELD_BIT(FIELD_ACTION) |
    FIELD_BIT(FIELD_OUTCOME) | FIELD_BIT(FIELD_CODE) | FIELD_BIT(FIELD_USER) |
    FIELD_BIT(FIELD_TARGET_USER) | FIELD_BIT(FIELD_SRC_IP) |
    FIELD_BIT(FIELD_SRC_HOST) | FIELD_BIT(FIELD_DST_IP) |
    FIELD_BIT(FIELD_DST_HOST) | FIELD_BIT(FIELD_PROCESS) |
    FIELD_BIT(FIELD_COMMAND) | FIELD_BIT(FIELD_FILE) |
    FIELD_BIT(FIELD_FILE_HASH) | FIELD_BIT(FIELD_URL) |
    FIELD_BIT(FIELD_DOMAIN) | FIELD_BIT(FIELD_METHOD) |
    FIELD_BIT(FIELD_STATUS) | FIELD_BIT(FIELD_MAIL_FROM) |
    FIELD_BIT(FIELD_MAIL_TO);

/* How one format reads a shape. */
struct view {
    const struct format *format;
    struct target *targets; /* [pairs]; NULL until it is needed */
    struct str *names;      /* what the targets' names point into */
    struct windows_part_of
        *parts;              /* [pairs], where it is an event of Windows */
    size_t times[TIMES_MAX]; /* pairs that may be the time, best first */
    size_t time_count;
    bool has_message;
};

struct shape {
    struct view *views; /* in the order they are asked */
    size_t count, capacity;
    struct arena arena;
};

struct shape_memo {
    struct intern names; /* of each shape, joined */
    struct shape shapes[SHAPES_MAX];
    struct shape large; /* for one with too many names to remember */
    struct buf key, time;
};

static void shape_done(struct shape *shape)
{
    free(shape->views);
    arena_done(&shape->arena);
    *shape = (struct shape){0};
}

static void forget_shapes(struct shape_memo *memo)
{
    for (uint32_t i = 0; i < memo->names.count; i++)
        shape_done(&memo->shapes[i]);
    intern_reset(&memo->names);
}

static void memo_done(struct shape_memo *memo)
{
    if (memo == NULL)
        return;
    forget_shapes(memo);
    shape_done(&memo->large);
    intern_done(&memo->names);
    buf_done(&memo->key);
    buf_done(&memo->time);
    free(memo);
}

void mapping_done(struct matcher *matcher)
{
    memo_done(matcher->shapes);
    memo_done(matcher->held_shapes);
}

static bool is_general(const struct format *format)
{
    return format->require_count == 0 && format->when.count == 0 &&
           format->rename_count == 0 && format->windows == NULL &&
           format->moment_count == 0;
}

/* "a|b": one of several names. */
static bool has_one_of(const struct pairs *pairs, struct str names)
{
    struct str value;
    while (names.len > 0)
        if (pairs_find_nocase(pairs, str_cut(&names, '|'), &value))
            return true;
    return false;
}

bool matcher_has_required(
    const struct format *format, const struct pairs *pairs)
{
    for (size_t i = 0; i < format->require_count; i++)
        if (!has_one_of(pairs, format->require[i]))
            return false;
    return true;
}

static void add_view(
    struct shape *shape, const struct format *format, const struct pairs *pairs)
{
    if (!matcher_has_required(format, pairs))
        return;
    shape->views = mem_grow(shape->views, &shape->capacity, shape->count + 1,
        sizeof(*shape->views));
    shape->views[shape->count++] = (struct view){.format = format};
}

/* The reading's own format first, unless it is one that reads anything. */
static void find_views(
    struct matcher *matcher, enum reads reads, struct shape *shape)
{
    const struct format *own = matcher->reading->format;
    const struct pairs *pairs = &matcher->pairs;
    bool own_first = own->reads == reads && !is_general(own);
    if (own_first)
        add_view(shape, own, pairs);
    for (size_t i = 0; i < matcher->formats->count; i++) {
        const struct format *format = matcher->formats->items[i];
        if (format->reads == reads && !(own_first && format == own))
            add_view(shape, format, pairs);
    }
}

/* A rare shape with more names than one remembers. */
static struct shape *large_shape(
    struct matcher *matcher, enum reads reads, struct shape_memo *memo)
{
    shape_done(&memo->large);
    find_views(matcher, reads, &memo->large);
    return &memo->large;
}

static struct shape *find_shape(struct matcher *matcher, enum reads reads)
{
    if (matcher->shapes == NULL)
        matcher->shapes = xcalloc(1, sizeof(*matcher->shapes));
    struct shape_memo *memo = matcher->shapes;
    buf_clear(&memo->key);
    buf_add_char(&memo->key, (char)('0' + (int)reads));
    for (size_t i = 0; i < matcher->pairs.count; i++) {
        struct str name = matcher->pairs.items[i].name;
        buf_add_varint(&memo->key, name.len);
        buf_add_str(&memo->key, name);
    }
    struct str key = buf_str(&memo->key);
    if (key.len > SHAPE_NAMES_MAX)
        return large_shape(matcher, reads, memo);
    if (memo->names.count == SHAPES_MAX && intern_find(&memo->names, key) < 0)
        forget_shapes(memo);
    uint32_t known = memo->names.count;
    uint32_t number = intern_add(&memo->names, key);
    struct shape *shape = &memo->shapes[number];
    if (number == known)
        find_views(matcher, reads, shape);
    return shape;
}

static bool is_time_name(const struct format *format, struct str name)
{
    for (size_t i = 0; i < format->time_name_count; i++)
        if (str_eq(format->time_names[i], name))
            return true;
    return false;
}

/* The exact name; else, where the record has no such name, one that differs in
 * case, as exports through tables of databases spell them in lower case. */
static const struct rename *find_rename(
    const struct format *format, const struct pairs *pairs, struct str name)
{
    struct str value;
    const struct rename *near = NULL;
    for (size_t i = 0; i < format->rename_count; i++) {
        const struct rename *rename = &format->renames[i];
        if (str_eq(rename->from, name))
            return rename;
        if (near == NULL && str_eq_nocase(rename->from, name) &&
            !pairs_find(pairs, rename->from, &value))
            near = rename;
    }
    return near;
}

static struct target choose_target(const struct format *format,
    const struct pairs *pairs, struct str name, bool is_ours)
{
    const struct rename *rename = find_rename(format, pairs, name);
    if (rename != NULL)
        return rename->to;
    if (is_time_name(format, name))
        return (struct target){TARGET_TIME, FIELD_TIME, name};
    struct target target = target_of_own(name);
    /* only we mean by `count` how many events a record stands for */
    if (target.kind == TARGET_COUNT && !is_ours)
        target = (struct target){TARGET_EXTRA, FIELD_NONE, name};
    if (target.kind == TARGET_TIME || target.kind != TARGET_EXTRA)
        return target;
    if (usual_time_rank(name) >= 0)
        return (struct target){TARGET_TIME, FIELD_TIME, name};
    enum field field = is_general(format) ? usual_field(name) : FIELD_NONE;
    if (field != FIELD_NONE)
        return (struct target){TARGET_FIELD, field, name};
    return target;
}

/* Lower is better. */
static int time_rank(
    const struct format *format, const struct pairs *pairs, struct str name)
{
    const struct rename *rename = find_rename(format, pairs, name);
    if (rename != NULL && rename->to.kind == TARGET_TIME)
        return -2;
    if (is_time_name(format, name))
        return -1;
    int rank = usual_time_rank(name);
    return rank >= 0 ? rank : INT32_MAX;
}

static void rank_times(struct view *view, const struct pairs *pairs)
{
    for (size_t i = 1; i < view->time_count; i++) {
        for (size_t k = i; k > 0; k--) {
            size_t *a = &view->times[k - 1], *b = &view->times[k];
            if (time_rank(view->format, pairs, view->names[*a]) <=
                time_rank(view->format, pairs, view->names[*b]))
                break;
            size_t swapped = *a;
            *a = *b;
            *b = swapped;
        }
    }
}

static void find_targets(
    struct shape *shape, struct view *view, const struct pairs *pairs)
{
    struct str value;
    bool is_ours = pairs_find(pairs, STR("time_quality"), &value);
    size_t count = pairs->count;
    view->targets =
        arena_alloc(&shape->arena, (count + 1) * sizeof(*view->targets));
    view->names =
        arena_alloc(&shape->arena, (count + 1) * sizeof(*view->names));
    for (size_t i = 0; i < count; i++) {
        view->names[i] = arena_copy(&shape->arena, pairs->items[i].name);
        struct target target =
            choose_target(view->format, pairs, view->names[i], is_ours);
        if (target.kind == TARGET_TIME && view->time_count < TIMES_MAX)
            view->times[view->time_count++] = i;
        if (target.field == FIELD_MESSAGE)
            view->has_message = true;
        view->targets[i] = target;
    }
    rank_times(view, pairs);
    if (view->format->windows == NULL)
        return;
    view->parts =
        arena_alloc(&shape->arena, (count + 1) * sizeof(*view->parts));
    for (size_t i = 0; i < count; i++)
        view->parts[i] = windows_shape_find(view->format, view->names[i]);
}

static const struct word *words_of(enum field field)
{
    return field == FIELD_ACTION     ? vocabulary_actions
           : field == FIELD_CATEGORY ? vocabulary_categories
           : field == FIELD_OUTCOME  ? vocabulary_outcomes
                                     : NULL;
}

/* The text at the cursor of a JSON array of plain texts, ["a","b"]; moves the
 * cursor behind it. False at the end, and at anything that is no such text. */
static bool next_text(struct str array, size_t *at, struct str *text)
{
    struct str rest = str_trim(str_from_index(array, *at));
    if (rest.len < 2 || (rest.ptr[0] != '[' && rest.ptr[0] != ','))
        return false;
    rest = str_trim(str_from_index(rest, 1));
    if (rest.len == 0 || rest.ptr[0] != '"')
        return false;
    rest = str_from_index(rest, 1);
    ptrdiff_t end = str_find_char(rest, '"');
    if (end < 0)
        return false;
    *text = str_sub(rest, 0, (size_t)end);
    *at = (size_t)(rest.ptr - array.ptr) + (size_t)end + 1;
    return str_find_char(*text, '\\') < 0;
}

/* Of several categories, which ECS writes as an array, the first that is one;
 * of addresses and headers (no words) the first: proxies add theirs behind it.
 */
static struct str pick_value(struct str value, const struct word *words)
{
    struct str text, first = {0};
    size_t at = 0, count = 0;
    if (value.len == 0 || value.ptr[0] != '[')
        return value;
    while (next_text(value, &at, &text)) {
        if (words != NULL && vocabulary_has(words, text))
            return text;
        if (count++ == 0)
            first = text;
    }
    return count > 0 && words == NULL ? first : value;
}

/* All receivers of a message, or the value as it is. */
static struct str join_texts(struct matcher *matcher, struct str value)
{
    struct str text;
    size_t at = 0;
    struct buf *joined = &matcher->shapes->time;
    if (value.len == 0 || value.ptr[0] != '[')
        return value;
    buf_clear(joined);
    while (next_text(value, &at, &text)) {
        if (joined->len > 0)
            buf_add_cstr(joined, ", ");
        buf_add_str(joined, text);
    }
    bool all = str_eq(str_trim(str_from_index(value, at)), STR("]"));
    return all ? arena_copy(&matcher->arena, buf_str(joined)) : value;
}

static bool may_be_array(enum field field)
{
    return words_of(field) != NULL || field == FIELD_SRC_IP ||
           field == FIELD_DST_IP || field == FIELD_USER_AGENT ||
           field == FIELD_REFERRER || field == FIELD_DOMAIN;
}

static void set_pair(struct matcher *matcher, const struct format *format,
    const struct target *target, const struct pair *pair, struct record *record)
{
    struct target own = {TARGET_EXTRA, FIELD_NONE, pair->name};
    bool is_field = target->kind == TARGET_FIELD;
    const struct word *words = is_field ? words_of(target->field) : NULL;
    struct str value = pair->value;
    if (is_field && may_be_array(target->field))
        value = pick_value(value, words);
    if (is_field && target->field == FIELD_MAIL_TO)
        value = join_texts(matcher, value);
    if (is_field && str_eq(value, STR("[]")))
        return;
    if (words != NULL && !vocabulary_has(words, value)) {
        /* a word of the log's own */
        matcher_set(matcher, format, &own, pair->value, record);
        return;
    }
    matcher_set(matcher, format, target, value, record);
    if (value.ptr != pair->value.ptr && str_find_char(pair->value, ',') >= 0 &&
        target->field != FIELD_MAIL_TO)
        matcher_set(matcher, format, &own, pair->value, record);
}

static struct str join_times(
    struct matcher *matcher, const struct format *format)
{
    struct buf *joined = &matcher->shapes->time;
    buf_clear(joined);
    for (size_t i = 0; i < format->time_name_count; i++) {
        struct str value;
        if (!pairs_find(&matcher->pairs, format->time_names[i], &value))
            return (struct str){0};
        if (i > 0)
            buf_add_char(joined, ' ');
        buf_add_str(joined, value);
    }
    return buf_str(joined);
}

/* "date" and "time" in two values. */
static struct str join_date_and_time(struct matcher *matcher)
{
    struct str date = {0}, time = {0};
    for (size_t i = 0; i < matcher->pairs.count; i++) {
        const struct pair *pair = &matcher->pairs.items[i];
        if (str_eq_nocase(pair->name, STR("date")))
            date = pair->value;
        if (str_eq_nocase(pair->name, STR("time")))
            time = pair->value;
    }
    if (date.len == 0 || time.len == 0)
        return (struct str){0};
    struct buf *joined = &matcher->shapes->time;
    buf_clear(joined);
    buf_add_str(joined, date);
    buf_add_char(joined, ' ');
    buf_add_str(joined, time);
    return buf_str(joined);
}

/* The first value that can be read as a time; the rest are values. */
static void set_time(
    struct matcher *matcher, const struct view *view, struct record *record)
{
    const struct format *format = view->format;
    struct str joined = {0};
    if (record->time != STAMP_NONE)
        joined.len = 0; /* whoever holds the record knows it */
    else if (format->time_name_count > 0)
        joined = join_times(matcher, format);
    else if (view->time_count >= 2)
        joined = join_date_and_time(matcher);
    if (joined.len > 0 && matcher_time(matcher, format, joined, record) &&
        record->time != STAMP_NONE)
        return;
    for (size_t i = 0; i < view->time_count; i++) {
        const struct pair *pair = &matcher->pairs.items[view->times[i]];
        if (record->time == STAMP_NONE &&
            matcher_time(matcher, format, pair->value, record) &&
            record->time != STAMP_NONE)
            continue;
        struct target own = {TARGET_EXTRA, FIELD_NONE, pair->name};
        matcher_set(matcher, format, &own, pair->value, record);
    }
}

/* The value that lies where the steps lead. */
static bool find_dug(
    struct matcher *matcher, const struct rename *rename, struct str *value)
{
    bool found =
        pairs_find_nocase(&matcher->pairs, rename->digs[0].name, value);
    for (size_t i = 0; found && i < rename->dig_count; i++) {
        found = dig_find(&rename->digs[i], *value, &matcher->dug, value);
        if (found)
            *value = arena_copy(&matcher->arena, *value);
    }
    return found;
}

/* Values inside other values, which stay as they are under their own names. */
static void set_dug(
    struct matcher *matcher, const struct format *format, struct record *record)
{
    for (size_t i = 0; i < format->rename_count; i++) {
        const struct rename *rename = &format->renames[i];
        struct pair pair = {.name = rename->from};
        if (rename->dig_count > 0 && find_dug(matcher, rename, &pair.value))
            set_pair(matcher, format, &rename->to, &pair, record);
    }
}

static void apply_view(
    struct matcher *matcher, const struct view *view, struct record *record)
{
    const struct format *format = view->format;
    record->format = format->name;
    matcher->scratch_count = 0;
    if (format->moment_count > 0)
        matcher_moments(matcher, format, record);
    else
        set_time(matcher, view, record);
    for (size_t i = 0; i < matcher->pairs.count; i++) {
        const struct pair *pair = &matcher->pairs.items[i];
        struct target own = {TARGET_EXTRA, FIELD_NONE, pair->name};
        if (view->targets[i].kind != TARGET_TIME)
            set_pair(matcher, format, &view->targets[i], pair, record);
        else if (format->moment_count > 0)
            matcher_set(matcher, format, &own, pair->value, record);
    }
    bool told = !is_general(format) || (record->present & telling) != 0;
    set_dug(matcher, format, record);
    record->understood = told                         ? UNDERSTOOD_PARSED
                         : record->time != STAMP_NONE ? UNDERSTOOD_GENERIC
                                                      : UNDERSTOOD_UNPARSED;
    matcher_splits(
        matcher, format, format->splits, format->split_count, record);
    matcher_cuts(matcher, format, record);
    matcher_accounts(format, record);
    matcher_settings(matcher, format, &format->set, record);
    matcher_mappings(matcher, format, format->maps, format->map_count, record);
    if (format->repeats) {
        record->aggregates = true;
        record->repeat_ignores |= format->repeat_ignores;
    }
    matcher_inner(matcher, format, record);
}

void matcher_pairs(
    struct matcher *matcher, enum reads reads, struct record *record)
{
    struct shape *shape = find_shape(matcher, reads);
    struct known known = {.pairs = &matcher->pairs};
    for (size_t i = 0; i < shape->count; i++) {
        struct view *view = &shape->views[i];
        if (!conditions_hold(&view->format->when, &known, &matcher->room))
            continue;
        if (view->targets == NULL)
            find_targets(shape, view, &matcher->pairs);
        if (view->parts != NULL)
            windows_pairs_read(matcher, view->format, view->parts, record);
        else
            apply_view(matcher, view, record);
        return;
    }
}

bool matcher_json(
    struct matcher *matcher, struct str line, struct record *record)
{
    if (!pairs_read_json(&matcher->pairs, line))
        return false;
    matcher_pairs(matcher, READS_JSON, record);
    if (!record_has(record, FIELD_MESSAGE))
        record_set(record, FIELD_MESSAGE, line);
    return true;
}
