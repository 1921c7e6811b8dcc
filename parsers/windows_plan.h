/* windows_plan: how events of one provider, channel, number and set of value
 * names are read, worked out once. Private to windows*.c. */
#ifndef SPOOR_PARSERS_WINDOWS_PLAN_H
#define SPOOR_PARSERS_WINDOWS_PLAN_H

#include "parsers/windows_table.h"

/* What every event has beside its values, as further values. */
enum windows_system {
    SYSTEM_VERSION,
    SYSTEM_LEVEL,
    SYSTEM_TASK,
    SYSTEM_OPCODE,
    SYSTEM_KEYWORDS,
    SYSTEM_PROCESS,
    SYSTEM_THREAD,
    SYSTEM_USER,
    SYSTEM_ACTIVITY,
    SYSTEM_QUALIFIERS,
    SYSTEM_COUNT
};
extern const struct str windows_system_names[SYSTEM_COUNT];

enum { PLAN_NUMBER_MAX = 12 };

/* A number as text, kept while it stays the same. */
struct plan_number {
    uint32_t number;
    uint8_t len; /* 0: none yet */
    char text[PLAN_NUMBER_MAX];
};

/* A value that becomes a short field. */
struct plan_step {
    uint32_t value; /* from value_count on: SYSTEM_... */
    enum field field;
};

struct windows_plan {
    /* What it is for. */
    uint64_t shape;
    uint32_t id;
    struct str provider, channel;
    struct str *raw; /* [value_count] names as the event writes them */
    size_t value_count;

    const struct windows_rule *rule; /* NULL: nothing is known of it */
    struct str *names;               /* [value_count] of the extras */
    struct plan_step *steps;
    size_t step_count;
    int32_t *where; /* [rule->name_count] a value's number, -1 none */
    char code[PLAN_NUMBER_MAX];
    uint8_t code_len;
    struct plan_number level, task, opcode, version, qualifiers;
    struct arena arena;
};

/* Bounded; plans of events that do not come any more give way. */
struct windows_plans {
    const struct windows_tables *tables;
    struct windows_plan **slots;
    struct windows_plan *large; /* the last one too large to remember */
};

void windows_plans_init(
    struct windows_plans *plans, const struct windows_tables *tables);
void windows_plans_done(struct windows_plans *plans);

/* Lives until the next call. */
struct windows_plan *windows_plans_get(
    struct windows_plans *plans, const struct windows_event *event);

struct str plan_number_text(struct plan_number *number, uint32_t value);

#endif
