/* From what an event says to the fields of a record.
 *
 *     windows_new -> windows_read per event -> windows_free
 *
 * The plan (windows_plan.c) knows, for events of this kind, which rule applies
 * and where each value goes. In order: values, cuts, `set`, `map`, then the
 * sentence; what comes later replaces what came before, but among values the
 * first that says something stays. */
#include "parsers/windows.h"

#include <stdlib.h>
#include <string.h>

#include "parsers/matcher.h"
#include "parsers/windows_plan.h"
#include "parsers/windows_text.h"
#include "parsers/windows_value.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

/* [MS-EVEN6] and winmeta.xml: the keywords of audits. */
#define KEYWORD_AUDIT_FAILURE UINT64_C(0x0010000000000000)
#define KEYWORD_AUDIT_SUCCESS UINT64_C(0x0020000000000000)

/* How much a sentence about an event nobody described shows of it. */
enum { SENTENCE_VALUES = 8, SENTENCE_VALUE_BYTES = 80 };
enum { CUT_NAME_MAX = 64 }; /* of a "NAME=VALUE" line */

struct windows {
    const struct reading *reading;
    const struct formats *formats;
    struct windows_plans plans;
    struct arena arena; /* of this record */
    struct buf message;
    struct windows_text text;
    struct str *named; /* values of the rule's names */
    size_t named_capacity;
    struct matcher *matcher; /* for messages handed on; NULL until needed */

    /* The event in hand. */
    const struct windows_event *event;
    struct windows_plan *plan;
    struct record *record;
    struct str system[SYSTEM_COUNT];
};

struct windows *windows_new(const struct reading *reading)
{
    struct windows *windows = xcalloc(1, sizeof(*windows));
    windows->reading = reading;
    if (reading->format != NULL)
        windows->formats = reading->format->owner;
    windows_plans_init(&windows->plans,
        windows->formats == NULL ? NULL : &windows->formats->windows);
    return windows;
}

void windows_free(struct windows *windows)
{
    if (windows == NULL)
        return;
    if (windows->matcher != NULL)
        matcher_done(windows->matcher);
    free(windows->matcher);
    windows_plans_done(&windows->plans);
    windows_text_done(&windows->text);
    arena_done(&windows->arena);
    buf_done(&windows->message);
    free(windows->named);
    free(windows);
}

/* --- values -------------------------------------------------------------- */

static struct str value_at(const struct windows *windows, size_t number)
{
    size_t count = windows->event->value_count;
    return number < count ? windows->event->values[number].value
                          : windows->system[number - count];
}

static struct str value_of(
    const struct windows *windows, const struct windows_ref *ref)
{
    return ref->field != FIELD_NONE ? record_get(windows->record, ref->field)
                                    : windows->named[ref->name];
}

static void collect_names(struct windows *windows)
{
    const struct windows_rule *rule = windows->plan->rule;
    windows->named = mem_grow(windows->named, &windows->named_capacity,
        rule->name_count + 1, sizeof(*windows->named));
    for (size_t i = 0; i < rule->name_count; i++) {
        int32_t where = windows->plan->where[i];
        windows->named[i] =
            where < 0 ? (struct str){0} : value_at(windows, (size_t)where);
    }
}

static void set_values(struct windows *windows)
{
    const struct windows_plan *plan = windows->plan;
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct plan_step *step = &plan->steps[i];
        struct str value = value_at(windows, step->value);
        if (!windows_value_is_none(value) &&
            !record_has(windows->record, step->field))
            windows_value_set(
                &windows->arena, windows->record, step->field, value);
    }
}

static void add_extras(struct windows *windows)
{
    const struct windows_event *event = windows->event;
    for (size_t i = 0; i < event->value_count; i++)
        record_add_extra(
            windows->record, windows->plan->names[i], event->values[i].value);
}

/* A name that begins with "_" is for the rule alone. */
static void set_named(struct windows *windows, uint16_t name, struct str value)
{
    const struct windows_rule *rule = windows->plan->rule;
    struct record *record = windows->record;
    struct str text = rule->names[name];
    bool is_new =
        windows->plan->where[name] < 0 && windows->named[name].ptr == NULL;
    windows->named[name] = value;
    if (text.ptr[0] == '_')
        return;
    for (size_t i = 0; !is_new && i < record->extra_count; i++) {
        if (str_eq(record->extras[i].name, text)) {
            record->extras[i].value = value;
            return;
        }
    }
    record_add_extra(record, text, value);
}

static void set_ref(
    struct windows *windows, const struct windows_ref *to, struct str value)
{
    if (windows_value_is_none(value))
        return;
    if (to->field != FIELD_NONE)
        windows_value_set(&windows->arena, windows->record, to->field, value);
    else
        set_named(windows, to->name, value);
}

/* --- templates ----------------------------------------------------------- */

/* Whether all values of the bracket that begins at part `at` are there. */
static bool is_complete(const struct windows *windows,
    const struct windows_template *text, size_t at)
{
    uint8_t option = text->parts[at].option;
    for (; at < text->count && text->parts[at].option == option; at++)
        if (text->parts[at].has_value &&
            windows_value_is_none(value_of(windows, &text->parts[at].value)))
            return false;
    return true;
}

/* `absent` stands for what is not there outside of brackets. */
static void write_template(struct windows *windows,
    const struct windows_template *text, struct str absent)
{
    struct buf *out = &windows->message;
    uint8_t seen = 0;
    bool shown = true;
    buf_clear(out);
    for (size_t i = 0; i < text->count; i++) {
        const struct windows_part *part = &text->parts[i];
        if (part->option != seen)
            shown = part->option == 0 || is_complete(windows, text, i);
        seen = part->option;
        if (!shown)
            continue;
        buf_add_str(out, part->before);
        if (!part->has_value)
            continue;
        struct str value = value_of(windows, &part->value);
        buf_add_str(out, windows_value_is_none(value) ? absent : value);
    }
}

static struct str fill_template(
    struct windows *windows, const struct windows_template *text)
{
    if (text->count == 1 && !text->parts[0].has_value)
        return text->parts[0].before;
    if (text->count == 1 && text->parts[0].before.len == 0)
        return value_of(windows, &text->parts[0].value);
    write_template(windows, text, STR(""));
    return arena_copy(&windows->arena, str_trim(buf_str(&windows->message)));
}

static void apply_settings(
    struct windows *windows, const struct windows_settings *settings)
{
    for (size_t i = 0; i < settings->count; i++) {
        const struct windows_setting *setting = &settings->items[i];
        set_ref(windows, &setting->to, fill_template(windows, &setting->value));
    }
}

static void apply_maps(struct windows *windows)
{
    const struct windows_rule *rule = windows->plan->rule;
    for (size_t i = 0; i < rule->map_count; i++) {
        const struct windows_map *map = &rule->maps[i];
        struct str value = value_of(windows, &map->from);
        if (windows_value_is_none(value))
            continue;
        for (size_t k = 0; k < map->choice_count; k++) {
            const struct windows_choice *choice = &map->choices[k];
            if (!str_eq_nocase(choice->from, value) &&
                !str_eq(choice->from, STR("*")))
                continue;
            apply_settings(windows, &choice->set);
            break;
        }
    }
}

/* --- cuts ---------------------------------------------------------------- */

/* A value found inside another: under its own name, and where that goes. */
static void set_found(
    struct windows *windows, struct str name, struct str value)
{
    const struct windows_rule *rule = windows->plan->rule;
    record_add_extra(windows->record, name, value);
    for (size_t i = 0; i < rule->name_count; i++)
        if (str_eq(rule->names[i], name))
            windows->named[i] = value;
    if (windows_value_is_none(value))
        return;
    for (size_t i = 0; i < rule->place_count; i++) {
        const struct windows_place *place = &rule->places[i];
        if (place->field != FIELD_NONE && str_eq(place->name, name) &&
            !record_has(windows->record, place->field))
            windows_value_set(
                &windows->arena, windows->record, place->field, value);
    }
}

static void cut_lines(struct windows *windows, struct str text, char by)
{
    while (text.len > 0) {
        struct str line = str_trim(str_cut(&text, '\n'));
        ptrdiff_t at = str_find_char(line, by);
        if (at <= 0 || at > CUT_NAME_MAX)
            continue;
        struct str name = str_trim(str_sub(line, 0, (size_t)at));
        struct str value = str_trim(str_from_index(line, (size_t)at + 1));
        set_found(windows, windows_value_name(&windows->arena, name), value);
    }
}

static struct str cut_between(
    struct str text, struct str after, struct str before)
{
    ptrdiff_t start = str_find(text, after);
    if (start < 0)
        return (struct str){0};
    text = str_from_index(text, (size_t)start + after.len);
    ptrdiff_t end = before.len > 0 ? str_find(text, before) : -1;
    return str_trim(end >= 0 ? str_sub(text, 0, (size_t)end) : text);
}

static void apply_cuts(struct windows *windows)
{
    const struct windows_rule *rule = windows->plan->rule;
    for (size_t i = 0; i < rule->cut_count; i++) {
        const struct windows_cut *cut = &rule->cuts[i];
        for (size_t k = 0; k < cut->from_count; k++) {
            struct str text = value_of(windows, &cut->from[k]);
            if (windows_value_is_none(text))
                continue;
            if (cut->by != '\0') {
                cut_lines(windows, text, cut->by);
                break;
            }
            struct str part = cut_between(text, cut->after, cut->before);
            set_ref(windows, &cut->to, part);
            if (part.len > 0)
                break;
        }
    }
}

/* --- the whole ----------------------------------------------------------- */

/* 0 says nothing, and exports that lack the number have it, too. */
static struct str number_or_none(struct plan_number *number, uint32_t value)
{
    return value == 0 ? (struct str){0} : plan_number_text(number, value);
}

static void collect_system(struct windows *windows)
{
    const struct windows_event *event = windows->event;
    struct windows_plan *plan = windows->plan;
    struct str *system = windows->system;
    system[SYSTEM_VERSION] = number_or_none(&plan->version, event->version);
    system[SYSTEM_LEVEL] = number_or_none(&plan->level, event->level);
    system[SYSTEM_TASK] = number_or_none(&plan->task, event->task);
    system[SYSTEM_OPCODE] = number_or_none(&plan->opcode, event->opcode);
    system[SYSTEM_KEYWORDS] = event->keywords;
    system[SYSTEM_PROCESS] = event->process_id;
    system[SYSTEM_THREAD] = event->thread_id;
    system[SYSTEM_USER] = event->user_sid;
    system[SYSTEM_ACTIVITY] = event->activity_id;
    system[SYSTEM_QUALIFIERS] =
        number_or_none(&plan->qualifiers, event->qualifiers);
}

/* Behind the event's own: where names are the same those count. */
static void add_system(struct windows *windows)
{
    for (size_t i = 0; i < SYSTEM_COUNT; i++)
        if (windows->system[i].len > 0)
            record_add_extra(
                windows->record, windows_system_names[i], windows->system[i]);
}

/* Windows' levels as severities; 0, "always", is what audits have.
 */
static void set_severity(struct windows *windows)
{
    static const char severities[] = "6234677";
    uint8_t level = windows->event->level;
    size_t last = sizeof(severities) - 2;
    record_set(windows->record, FIELD_SEVERITY,
        str_make(severities + (level < last ? level : last), 1));
}

static void set_head(struct windows *windows)
{
    const struct windows_event *event = windows->event;
    struct record *record = windows->record;
    reading_set_moment(windows->reading, event->time, event->precision, record);
    record_set(record, FIELD_PROVIDER, event->provider);
    record_set(record, FIELD_CHANNEL, event->channel);
    record_set(record, FIELD_HOST, event->computer);
    record_set(record, FIELD_RECORD, event->record_id);
    record_set(record, FIELD_CODE,
        str_make(windows->plan->code, windows->plan->code_len));
    set_severity(windows);
    record->understood = UNDERSTOOD_PARSED;
}

/* What the rule leaves open an audit's keyword tells. */
static void set_outcome(struct windows *windows)
{
    uint64_t keywords;
    if (record_has(windows->record, FIELD_OUTCOME) ||
        !windows_value_hex(windows->event->keywords, &keywords))
        return;
    if ((keywords & KEYWORD_AUDIT_FAILURE) != 0)
        record_set(windows->record, FIELD_OUTCOME, STR("failure"));
    else if ((keywords & KEYWORD_AUDIT_SUCCESS) != 0)
        record_set(windows->record, FIELD_OUTCOME, STR("success"));
}

/* "7031: Data=Print Spooler, Data2=1" for what no rule describes.
 */
static void write_values(struct windows *windows)
{
    const struct windows_plan *plan = windows->plan;
    struct buf *out = &windows->message;
    buf_clear(out);
    buf_add(out, plan->code, plan->code_len);
    size_t shown = 0;
    for (size_t i = 0; i < plan->value_count && shown < SENTENCE_VALUES; i++) {
        struct str value = str_trim(windows->event->values[i].value);
        if (windows_value_is_none(value))
            continue;
        buf_add_cstr(out, shown++ == 0 ? ": " : ", ");
        buf_add_str(out, plan->names[i]);
        buf_add_char(out, '=');
        buf_add_str(out, record_cut(value, SENTENCE_VALUE_BYTES));
    }
}

/* Whether the sentence knows all it must say. */
static bool is_told(
    const struct windows *windows, const struct windows_template *says)
{
    for (size_t i = 0; i < says->count; i++)
        if (says->parts[i].has_value && says->parts[i].option == 0 &&
            windows_value_is_none(value_of(windows, &says->parts[i].value)))
            return false;
    return says->count > 0;
}

/* Our sentence, where it can be told; else the event's own text. */
static void set_message(struct windows *windows)
{
    const struct windows_rule *rule = windows->plan->rule;
    struct str message = str_trim(windows->event->message);
    bool has_sentence = rule != NULL && rule->says.count > 0;
    if (record_has(windows->record, FIELD_MESSAGE))
        return; /* handed on */
    if (message.len == 0 || (has_sentence && is_told(windows, &rule->says))) {
        if (has_sentence)
            write_template(windows, &rule->says, STR("?"));
        else
            write_values(windows);
        message = buf_str(&windows->message);
    }
    record_set(windows->record, FIELD_MESSAGE, message);
}

/* A log line in a value, read as the formats of that name's
 * messages are. */
static void hand_on(struct windows *windows)
{
    const struct windows_rule *rule = windows->plan->rule;
    const struct format *outer = formats_find(windows->formats, rule->hand_to);
    struct str message = value_of(windows, &rule->hand_on);
    if (outer == NULL || message.len == 0 || message.ptr[0] == '<')
        return;
    if (windows->matcher == NULL) {
        windows->matcher = xcalloc(1, sizeof(*windows->matcher));
        matcher_init(windows->matcher, windows->reading);
    }
    struct str format = windows->record->format;
    arena_reset(&windows->matcher->arena);
    record_set(windows->record, FIELD_MESSAGE, message);
    matcher_inner(windows->matcher, outer, windows->record);
    windows->record->format = format;
}

static void apply_rule(struct windows *windows)
{
    const struct windows_rule *rule = windows->plan->rule;
    collect_names(windows);
    set_values(windows);
    add_extras(windows);
    apply_cuts(windows);
    apply_settings(windows, &rule->set);
    apply_maps(windows);
    if (rule->hand_to.len > 0)
        hand_on(windows);
}

/* An export that has no values has them in its text. */
static const struct windows_event *with_text(
    struct windows *windows, const struct windows_event *event)
{
    if (event->value_count > 0 || event->message.len == 0)
        return event;
    return windows_text_read(&windows->text,
        windows_tables_of(
            windows->plans.tables, event->provider, event->channel),
        event);
}

void windows_read(struct windows *windows, const struct windows_event *event,
    struct record *record)
{
    arena_reset(&windows->arena);
    event = with_text(windows, event);
    windows->event = event;
    windows->record = record;
    windows->plan = windows_plans_get(&windows->plans, event);
    collect_system(windows);
    set_head(windows);
    if (windows->plan->rule != NULL)
        apply_rule(windows);
    else
        add_extras(windows);
    add_system(windows);
    set_outcome(windows);
    set_message(windows);
}
