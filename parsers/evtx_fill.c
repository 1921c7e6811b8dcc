/* From a record's BinXml to an event, by the plans of its templates. */
#include <stdlib.h>
#include <string.h>

#include "parsers/evtx.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/base/timefmt.h"

enum { SHAPE_BITS = 20, SHAPE_STEPS = 3 };

struct evtx_fill {
    struct windows_event event;
    struct str source_name; /* for events without a provider's name */
    struct evtx_cache *cache;
    struct evtx_room room;
    struct evtx_value *substitutions; /* of all fragments at work, a stack */
    size_t substitution_count;
    struct windows_value *values;
    int fragments;   /* of this record so far */
    bool borrowed;   /* it has a template of another chunk */
    int shape_steps; /* what is in event.shape; -1: it cannot be told */
    /* Elements without a template. */
    struct evtx_plan own_plans[LIMIT_EVTX_FRAGMENTS];
    struct arena own_arena;
    const struct evtx_place *place;
};

struct evtx_fill *evtx_fill_new(void)
{
    struct evtx_fill *fill = xcalloc(1, sizeof(*fill));
    fill->cache = evtx_cache_new();
    fill->room.at = xmalloc(LIMIT_EVTX_TEXT);
    fill->substitutions =
        xcalloc(LIMIT_EVTX_SUBSTITUTIONS, sizeof(*fill->substitutions));
    fill->values = xcalloc(LIMIT_EXTRAS, sizeof(*fill->values));
    return fill;
}

void evtx_fill_free(struct evtx_fill *fill)
{
    if (fill == NULL)
        return;
    for (size_t i = 0; i < LIMIT_EVTX_FRAGMENTS; i++)
        evtx_plan_done(&fill->own_plans[i]);
    arena_done(&fill->own_arena);
    evtx_cache_free(fill->cache);
    free(fill->room.at);
    free(fill->substitutions);
    free(fill->values);
    free(fill);
}

void evtx_fill_enter_piece(struct evtx_fill *fill)
{
    evtx_cache_enter_piece(fill->cache);
}

bool evtx_fill_borrowed(const struct evtx_fill *fill)
{
    return fill->borrowed;
}

void evtx_fill_enter_chunk(struct evtx_fill *fill)
{
    evtx_cache_enter_chunk(fill->cache);
}

/* --- shape ---------------------------------------------------------------- */

/* What decides the names of values: the plans, in order, and how many items
 * arrays had. Few enough steps are written next to one another; of more, the
 * shape is not known. */
static void note_shape(struct evtx_fill *fill, uint64_t number)
{
    bool fits = number > 0 && number < (UINT64_C(1) << SHAPE_BITS) &&
                fill->shape_steps >= 0 && fill->shape_steps < SHAPE_STEPS;
    if (!fits) {
        fill->shape_steps = -1;
        fill->event.shape = 0;
        return;
    }
    fill->event.shape = fill->event.shape << SHAPE_BITS | number;
    fill->shape_steps++;
}

/* --- values --------------------------------------------------------------- */

static void add_value(struct evtx_fill *fill, struct str name, struct str value)
{
    if (fill->event.value_count < LIMIT_EXTRAS)
        fill->values[fill->event.value_count++] =
            (struct windows_value){name, value};
}

/* The values of one template instance. */
struct instance {
    const struct evtx_value *values;
    size_t count;
};

static const struct evtx_value *value_of(
    const struct instance *instance, const struct evtx_part *part)
{
    static const struct evtx_value none;
    return part->index < instance->count ? &instance->values[part->index]
                                         : &none;
}

/* The slot's only part, if it is a substitution, else NULL. */
static const struct evtx_value *only_value(const struct evtx_plan *plan,
    const struct evtx_slot *slot, const struct instance *instance)
{
    const struct evtx_part *part = &plan->parts[slot->first];
    if (slot->count != 1 || part->text.ptr != NULL)
        return NULL;
    return value_of(instance, part);
}

/* Several parts next to one another, as one text. */
static struct str join_parts(struct evtx_fill *fill,
    const struct evtx_plan *plan, const struct evtx_slot *slot,
    const struct instance *instance)
{
    struct buf text = {0};
    for (size_t i = 0; i < slot->count; i++) {
        const struct evtx_part *part = &plan->parts[slot->first + i];
        struct str one = part->text;
        if (one.ptr == NULL)
            one = evtx_value_text(&fill->room, value_of(instance, part));
        buf_add_str(&text, one);
    }
    struct str kept = evtx_room_keep(&fill->room, buf_str(&text));
    buf_done(&text);
    return kept;
}

static struct str slot_text(struct evtx_fill *fill,
    const struct evtx_plan *plan, const struct evtx_slot *slot,
    const struct instance *instance)
{
    if (slot->count == 0)
        return STR("");
    const struct evtx_value *value = only_value(plan, slot, instance);
    if (value != NULL)
        return evtx_value_text(&fill->room, value);
    if (slot->count == 1)
        return plan->parts[slot->first].text;
    return join_parts(fill, plan, slot, instance);
}

static bool run_fragment(struct evtx_fill *fill, size_t at, size_t len,
    const struct evtx_context *context);

static bool run_value(struct evtx_fill *fill, const struct evtx_value *value,
    const struct evtx_context *context)
{
    const char *at = (const char *)value->at;
    if (value->len == 0)
        return true;
    return run_fragment(
        fill, (size_t)(at - fill->place->chunk.ptr), value->len, context);
}

static void add_items(
    struct evtx_fill *fill, struct str name, const struct evtx_value *array)
{
    struct evtx_value rest = *array, item;
    uint64_t count = 0;
    for (; evtx_array_next(&rest, &item); count++)
        add_value(fill, name, evtx_value_text(&fill->room, &item));
    if (count == 0)
        add_value(fill, name, STR(""));
    note_shape(fill, count + 1);
}

/* An array is as many elements of the name. */
static bool fill_data(struct evtx_fill *fill, const struct evtx_plan *plan,
    const struct evtx_slot *slot, const struct instance *instance)
{
    const struct evtx_value *value =
        slot->count == 1 ? only_value(plan, slot, instance) : NULL;
    if (value != NULL && (value->type & EVTX_TYPE_ARRAY) != 0)
        add_items(fill, slot->name, value);
    else if (value != NULL && value->type == EVTX_TYPE_BINXML)
        return run_value(fill, value, &slot->context);
    else
        add_value(fill, slot->name, slot_text(fill, plan, slot, instance));
    return true;
}

/* --- the fields of System ------------------------------------------------- */

static const struct {
    size_t offset; /* in struct windows_event, of a struct str */
    bool is_text;
} text_fields[] = {
    [EVTX_TO_PROVIDER] = {offsetof(struct windows_event, provider), true},
    [EVTX_TO_CHANNEL] = {offsetof(struct windows_event, channel), true},
    [EVTX_TO_COMPUTER] = {offsetof(struct windows_event, computer), true},
    [EVTX_TO_USER_SID] = {offsetof(struct windows_event, user_sid), true},
    [EVTX_TO_MESSAGE] = {offsetof(struct windows_event, message), true},
    [EVTX_TO_RECORD_ID] = {offsetof(struct windows_event, record_id), true},
    [EVTX_TO_ACTIVITY_ID] = {offsetof(struct windows_event, activity_id), true},
    [EVTX_TO_PROCESS_ID] = {offsetof(struct windows_event, process_id), true},
    [EVTX_TO_THREAD_ID] = {offsetof(struct windows_event, thread_id), true},
    [EVTX_TO_KEYWORDS] = {offsetof(struct windows_event, keywords), true},
};
enum { TEXT_FIELDS = sizeof(text_fields) / sizeof(text_fields[0]) };

static uint64_t slot_number(struct evtx_fill *fill,
    const struct evtx_plan *plan, const struct evtx_slot *slot,
    const struct instance *instance)
{
    uint64_t number = 0;
    const struct evtx_value *value =
        slot->count == 1 ? only_value(plan, slot, instance) : NULL;
    if (value == NULL || !evtx_value_number(value, &number))
        str_to_u64(slot_text(fill, plan, slot, instance), &number);
    return number;
}

static int64_t time_of_text(struct str text)
{
    int64_t stamp;
    struct civil civil;
    size_t start;
    if (timefmt_find(text, 0, &start, &civil) == 0 ||
        !civil_to_stamp(&civil, &stamp))
        return STAMP_NONE;
    return stamp;
}

static void fill_time(struct evtx_fill *fill, const struct evtx_plan *plan,
    const struct evtx_slot *slot, const struct instance *instance)
{
    struct windows_event *event = &fill->event;
    const struct evtx_value *value =
        slot->count == 1 ? only_value(plan, slot, instance) : NULL;
    event->precision = STAMP_PRECISION_NS;
    if (value != NULL && value->type == EVTX_TYPE_FILETIME && value->len == 8)
        event->time = evtx_filetime_stamp(evtx_u64(value->at));
    else if (value != NULL && evtx_systemtime_stamp(value, &event->time))
        event->precision = STAMP_PRECISION_MS;
    else
        event->time = time_of_text(slot_text(fill, plan, slot, instance));
}

static void fill_number(
    struct windows_event *event, enum evtx_target target, uint64_t number)
{
    switch (target) {
    case EVTX_TO_EVENT_ID:
        event->event_id = (uint32_t)number;
        break;
    case EVTX_TO_QUALIFIERS:
        event->qualifiers = (uint32_t)number;
        break;
    case EVTX_TO_VERSION:
        event->version = (uint8_t)number;
        break;
    case EVTX_TO_LEVEL:
        event->level = (uint8_t)number;
        break;
    case EVTX_TO_TASK:
        event->task = (uint16_t)number;
        break;
    case EVTX_TO_OPCODE:
        event->opcode = (uint8_t)number;
        break;
    default:
        break;
    }
}

static bool fill_slot(struct evtx_fill *fill, const struct evtx_plan *plan,
    const struct evtx_slot *slot, const struct instance *instance)
{
    struct windows_event *event = &fill->event;
    switch (slot->target) {
    case EVTX_TO_DATA:
        return fill_data(fill, plan, slot, instance);
    case EVTX_TO_FRAGMENT:
        return run_value(fill, value_of(instance, &plan->parts[slot->first]),
            &slot->context);
    case EVTX_TO_USER_DATA:
        event->user_data = slot->name;
        return true;
    case EVTX_TO_SOURCE_NAME:
        fill->source_name = slot_text(fill, plan, slot, instance);
        return true;
    case EVTX_TO_TIME:
        fill_time(fill, plan, slot, instance);
        return true;
    default:
        break;
    }
    if ((size_t)slot->target < TEXT_FIELDS && text_fields[slot->target].is_text)
        *(struct str *)(void *)((char *)event +
                                text_fields[slot->target].offset) =
            slot_text(fill, plan, slot, instance);
    else
        fill_number(
            event, slot->target, slot_number(fill, plan, slot, instance));
    return true;
}

/* --- fragments ------------------------------------------------------------ */

static bool run_plan(struct evtx_fill *fill, const struct evtx_plan *plan,
    const struct instance *instance)
{
    note_shape(fill, plan->id);
    for (size_t i = 0; i < plan->slot_count; i++)
        if (!fill_slot(fill, plan, &plan->slots[i], instance))
            return false;
    return !fill->room.full;
}

/* A template that damage took from this chunk may have been in others. */
static const struct evtx_plan *find_plan(struct evtx_fill *fill,
    const struct evtx_definition *definition, struct str identifier,
    const struct evtx_context *context)
{
    const struct evtx_plan *plan = NULL;
    if (definition->content.len > 0)
        plan = evtx_cache_get(
            fill->cache, fill->place->chunk, definition, context);
    if (plan != NULL)
        return plan;
    fill->borrowed = true;
    return evtx_cache_recall(fill->cache, identifier, context);
}

static bool run_template(struct evtx_fill *fill, struct evtx_tokens *tokens,
    const struct evtx_token *token, const struct evtx_context *context)
{
    struct evtx_definition definition;
    size_t start = fill->substitution_count;
    struct evtx_value *values = fill->substitutions + start;
    int count = evtx_instance(
        tokens, token, &definition, values, LIMIT_EVTX_SUBSTITUTIONS - start);
    if (count < 0)
        return false;
    const struct evtx_plan *plan =
        find_plan(fill, &definition, token->bytes, context);
    if (plan == NULL)
        return false;
    fill->substitution_count += (size_t)count;
    struct instance instance = {values, (size_t)count};
    bool done = run_plan(fill, plan, &instance);
    fill->substitution_count = start;
    return done;
}

/* Elements that stand in the record itself: a plan for this once. */
static bool run_elements(struct evtx_fill *fill, struct evtx_tokens *tokens,
    const struct evtx_context *context)
{
    struct evtx_plan *plan = &fill->own_plans[fill->fragments];
    struct instance none = {0};
    return evtx_plan_compile(plan, tokens, context, &fill->own_arena) &&
           run_plan(fill, plan, &none);
}

static bool run_fragment(struct evtx_fill *fill, size_t at, size_t len,
    const struct evtx_context *context)
{
    struct evtx_tokens tokens;
    struct evtx_token token;
    if (++fill->fragments >= LIMIT_EVTX_FRAGMENTS ||
        !evtx_tokens_start(&tokens, fill->place->chunk, at, len))
        return false;
    for (;;) {
        struct evtx_tokens before = tokens;
        if (!evtx_token_next(&tokens, &token) || token.kind == EVTX_EOF)
            return !tokens.in.failed;
        if (token.kind == EVTX_TEMPLATE) {
            if (!run_template(fill, &tokens, &token, context))
                return false;
        } else if (token.kind == EVTX_OPEN) {
            return run_elements(fill, &before, context);
        } else if (token.kind != EVTX_FRAGMENT &&
                   token.kind != EVTX_PI_TARGET && token.kind != EVTX_PI_DATA) {
            return false;
        }
    }
}

static void begin(struct evtx_fill *fill, const struct evtx_place *place)
{
    fill->event = (struct windows_event){.time = STAMP_NONE};
    fill->source_name = (struct str){0};
    fill->room.used = 0;
    fill->room.full = false;
    fill->substitution_count = 0;
    fill->fragments = 0;
    fill->borrowed = false;
    fill->shape_steps = 0;
    fill->place = place;
    arena_reset(&fill->own_arena);
}

const struct windows_event *evtx_fill_event(
    struct evtx_fill *fill, const struct evtx_place *place)
{
    static const struct evtx_context top = {.level = EVTX_IN_NOTHING};
    struct windows_event *event = &fill->event;
    begin(fill, place);
    if (!run_fragment(fill, place->at + EVTX_RECORD_HEADER,
            place->size - EVTX_RECORD_LEAST, &top))
        return NULL;
    event->values = fill->values;
    if (event->provider.len == 0)
        event->provider = fill->source_name;
    if (event->time == STAMP_NONE) { /* the record's own time is as good */
        event->time = evtx_filetime_stamp(place->written);
        event->precision = STAMP_PRECISION_NS;
    }
    return event;
}
