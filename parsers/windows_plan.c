#include "parsers/windows_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/windows_value.h"
#include "src/base/mem.h"

enum { SLOTS = 1024, WAYS = 4 }; /* powers of two */

/* Names of an event are remembered up to this: whoever writes it chooses. */
#define PLAN_NAMES_MAX ((size_t)16 << 10)

const struct str windows_system_names[SYSTEM_COUNT] = {
    [SYSTEM_VERSION] = STR_INIT("Version"),
    [SYSTEM_LEVEL] = STR_INIT("Level"),
    [SYSTEM_TASK] = STR_INIT("Task"),
    [SYSTEM_OPCODE] = STR_INIT("Opcode"),
    [SYSTEM_KEYWORDS] = STR_INIT("Keywords"),
    [SYSTEM_PROCESS] = STR_INIT("Execution_ProcessID"),
    [SYSTEM_THREAD] = STR_INIT("Execution_ThreadID"),
    [SYSTEM_USER] = STR_INIT("Security_UserID"),
    [SYSTEM_ACTIVITY] = STR_INIT("Correlation_ActivityID"),
    [SYSTEM_QUALIFIERS] = STR_INIT("Qualifiers"),
};

void windows_plans_init(
    struct windows_plans *plans, const struct windows_tables *tables)
{
    plans->tables = tables;
    plans->slots = xcalloc(SLOTS, sizeof(struct windows_plan *));
}

static void plan_free(struct windows_plan *plan)
{
    if (plan == NULL)
        return;
    arena_done(&plan->arena);
    free(plan);
}

void windows_plans_done(struct windows_plans *plans)
{
    for (size_t i = 0; plans->slots != NULL && i < SLOTS; i++)
        plan_free(plans->slots[i]);
    free(plans->slots);
    plan_free(plans->large);
}

/* --- finding ------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
}

/* Cheap and only a hint: is_for has the last word. */
static size_t slot_of(const struct windows_event *event)
{
    uint64_t hash = mix(event->event_id, event->value_count);
    hash = mix(hash, event->shape);
    hash = mix(hash, event->provider.len << 8 | event->channel.len);
    if (event->shape == 0 && event->value_count > 0) {
        const struct windows_value *last =
            &event->values[event->value_count - 1];
        hash = mix(hash, event->values[0].name.len << 8 | last->name.len);
    }
    return (hash >> 32) % (SLOTS / WAYS) * WAYS;
}

static bool has_names(
    const struct windows_plan *plan, const struct windows_event *event)
{
    for (size_t i = 0; i < plan->value_count; i++)
        if (!str_eq(plan->raw[i], event->values[i].name))
            return false;
    return true;
}

static bool is_for(
    const struct windows_plan *plan, const struct windows_event *event)
{
    return plan->id == event->event_id && plan->shape == event->shape &&
           plan->value_count == event->value_count &&
           str_eq(plan->provider, event->provider) &&
           str_eq(plan->channel, event->channel) &&
           (event->shape != 0 || has_names(plan, event));
}

/* --- making -------------------------------------------------------------- */

/* Values without a name are Data, Data2, Data3 ... by their place among them.
 */
static void name_values(
    struct windows_plan *plan, const struct windows_event *event)
{
    struct arena *arena = &plan->arena;
    size_t count = event->value_count, unnamed = 0;
    plan->value_count = count;
    plan->raw = arena_alloc(arena, (count + 1) * sizeof(*plan->raw));
    plan->names = arena_alloc(arena, (count + 1) * sizeof(*plan->names));
    for (size_t i = 0; i < count; i++) {
        plan->raw[i] = arena_copy(arena, event->values[i].name);
        plan->names[i] = windows_value_name(arena, plan->raw[i]);
        if (plan->names[i].len == 0)
            plan->names[i] = ++unnamed == 1
                                 ? STR("Data")
                                 : arena_printf(arena, "Data%zu", unnamed);
    }
}

/* The place a name stands for: "param3", "Param3" or "Data3"; 0 none. */
static uint64_t place_of(struct str name)
{
    uint64_t place = 0;
    if (str_eq(name, STR("Data")))
        return 1;
    bool is_placed = str_starts_with(name, STR("param")) ||
                     str_starts_with(name, STR("Param"));
    if (is_placed)
        str_to_u64(str_from_index(name, 5), &place);
    else if (str_starts_with(name, STR("Data")))
        str_to_u64(str_from_index(name, 4), &place);
    return place;
}

/* Older versions of an event have no names where newer ones say param1. */
static int32_t find_placed(const struct windows_plan *plan, uint64_t place)
{
    for (size_t i = 0; place > 0 && i < plan->value_count; i++)
        if (place_of(plan->names[i]) == place)
            return (int32_t)i;
    return -1;
}

static int32_t find_value(const struct windows_plan *plan, struct str name)
{
    for (size_t i = 0; i < plan->value_count; i++)
        if (str_eq(plan->names[i], name))
            return (int32_t)i;
    for (size_t i = 0; i < SYSTEM_COUNT; i++)
        if (str_eq(windows_system_names[i], name))
            return (int32_t)(plan->value_count + i);
    return find_placed(plan, place_of(name));
}

static void find_places(struct windows_plan *plan)
{
    const struct windows_rule *rule = plan->rule;
    plan->steps = arena_alloc(
        &plan->arena, (rule->place_count + 1) * sizeof(*plan->steps));
    for (size_t i = 0; i < rule->place_count; i++) {
        const struct windows_place *place = &rule->places[i];
        int32_t value = find_value(plan, place->name);
        if (value >= 0 && place->field != FIELD_NONE)
            plan->steps[plan->step_count++] =
                (struct plan_step){(uint32_t)value, place->field};
    }
    plan->where = arena_alloc(
        &plan->arena, (rule->name_count + 1) * sizeof(*plan->where));
    for (size_t i = 0; i < rule->name_count; i++)
        plan->where[i] = find_value(plan, rule->names[i]);
}

static struct windows_plan *plan_new(
    const struct windows_tables *tables, const struct windows_event *event)
{
    struct windows_plan *plan = xcalloc(1, sizeof(*plan));
    plan->shape = event->shape;
    plan->id = event->event_id;
    plan->provider = arena_copy(&plan->arena, event->provider);
    plan->channel = arena_copy(&plan->arena, event->channel);
    plan->code_len = (uint8_t)snprintf(
        plan->code, sizeof(plan->code), "%u", (unsigned)event->event_id);
    plan->rule = windows_tables_find(
        tables, event->provider, event->channel, event->event_id);
    name_values(plan, event);
    if (plan->rule != NULL)
        find_places(plan);
    return plan;
}

static bool is_large(const struct windows_event *event)
{
    size_t bytes = event->provider.len + event->channel.len;
    for (size_t i = 0; i < event->value_count; i++)
        bytes += event->values[i].name.len + sizeof(struct windows_value);
    return bytes > PLAN_NAMES_MAX;
}

struct windows_plan *windows_plans_get(
    struct windows_plans *plans, const struct windows_event *event)
{
    struct windows_plan **way = &plans->slots[slot_of(event)];
    for (size_t i = 0; i < WAYS; i++) {
        struct windows_plan *plan = way[i];
        if (plan == NULL || !is_for(plan, event))
            continue;
        for (; i > 0; i--) /* the busiest stay in front */
            way[i] = way[i - 1];
        return way[0] = plan;
    }
    if (is_large(event)) {
        plan_free(plans->large);
        return plans->large = plan_new(plans->tables, event);
    }
    plan_free(way[WAYS - 1]);
    memmove(way + 1, way, (WAYS - 1) * sizeof(struct windows_plan *));
    return way[0] = plan_new(plans->tables, event);
}

struct str plan_number_text(struct plan_number *number, uint32_t value)
{
    if (number->len == 0 || number->number != value) {
        number->number = value;
        number->len = (uint8_t)snprintf(
            number->text, sizeof(number->text), "%u", (unsigned)value);
    }
    return str_make(number->text, number->len);
}
