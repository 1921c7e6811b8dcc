/* A template's elements as a plan: which words and substitutions become which
 * value of an event. It is a flat list, so that a record of that template costs
 * one loop over its slots and no walk through its elements.
 *
 *     <Event><System><Channel>%16</Channel>      slot CHANNEL: %16
 *                    <EventID Qualifiers="%4">   slot QUALIFIERS: %4
 *                        %3</EventID></System>   slot EVENT_ID: %3
 *            %20</Event>                         slot FRAGMENT: %20, in Event
 *
 *     <EventData><Data Name="LogonType">%8</Data></EventData>
 *                                                slot DATA "LogonType": %8
 *
 * Names below UserData's element, and of elements in elements of EventData, are
 * joined with dots; an attribute other than Name is ELEMENT.ATTRIBUTE. */
#include <stdlib.h>
#include <string.h>

#include "parsers/evtx.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"

/* One open element. */
struct frame {
    struct evtx_context inside; /* where its children stand */
    enum evtx_target target;    /* of its text */
    struct str name;            /* of the value it is */
    bool has_children;
};

struct compiler {
    struct evtx_plan *plan;
    struct arena *arena;
    struct frame frames[LIMIT_DEPTH];
    size_t depth; /* frames[depth] is the innermost */
    /* The value being gathered: of an attribute or of the element's text. */
    enum evtx_target target;
    struct str name;
    bool in_attribute, is_name; /* is_name: the attribute that names a value */
    bool has_bad_name;          /* overwritten memory rather than a template */
    size_t first;               /* of its parts */
};

static const struct {
    const char *element, *attribute; /* attribute "": the text */
    enum evtx_target target;
} system_values[] = {
    {"EventID", "", EVTX_TO_EVENT_ID},
    {"EventID", "Qualifiers", EVTX_TO_QUALIFIERS},
    {"Provider", "Name", EVTX_TO_PROVIDER},
    {"Provider", "EventSourceName", EVTX_TO_SOURCE_NAME},
    {"Version", "", EVTX_TO_VERSION},
    {"Level", "", EVTX_TO_LEVEL},
    {"Task", "", EVTX_TO_TASK},
    {"Opcode", "", EVTX_TO_OPCODE},
    {"Keywords", "", EVTX_TO_KEYWORDS},
    {"TimeCreated", "SystemTime", EVTX_TO_TIME},
    {"EventRecordID", "", EVTX_TO_RECORD_ID},
    {"Correlation", "ActivityID", EVTX_TO_ACTIVITY_ID},
    {"Execution", "ProcessID", EVTX_TO_PROCESS_ID},
    {"Execution", "ThreadID", EVTX_TO_THREAD_ID},
    {"Channel", "", EVTX_TO_CHANNEL},
    {"Computer", "", EVTX_TO_COMPUTER},
    {"Security", "UserID", EVTX_TO_USER_SID},
};

static enum evtx_target system_target(struct str element, struct str attribute)
{
    for (size_t i = 0; i < sizeof(system_values) / sizeof(system_values[0]);
         i++)
        if (str_eq(element, str_from(system_values[i].element)) &&
            str_eq(attribute, str_from(system_values[i].attribute)))
            return system_values[i].target;
    return EVTX_TO_NOTHING;
}

/* --- texts ---------------------------------------------------------------- */

/* The words of templates: at most 64 KiB of UTF-16, copied to the arena. */
static struct str keep_utf16(struct compiler *compiler, struct str utf16)
{
    enum { MOST_BYTES = 3 };
    size_t size = MOST_BYTES * (utf16.len / 2) + 1;
    struct evtx_room room = {.at = arena_alloc(compiler->arena, size)};
    return evtx_utf16_text(&room, utf16);
}

static void check_name(struct compiler *compiler, struct str name)
{
    for (size_t i = 0; i < name.len; i++)
        compiler->has_bad_name |= (unsigned char)name.ptr[i] < ' ';
}

/* Names are repeated in those below them, so they are kept short. */
static struct str keep_name(struct compiler *compiler, struct str utf16)
{
    struct str name = keep_utf16(compiler, str_sub(utf16, 0, LIMIT_NAME));
    check_name(compiler, name);
    return name;
}

static struct str join(
    struct compiler *compiler, struct str prefix, struct str name)
{
    if (prefix.len == 0)
        return name;
    if (name.len == 0 || prefix.len + name.len >= LIMIT_NAME)
        return prefix;
    return arena_printf(
        compiler->arena, "%.*s.%.*s", STR_ARG(prefix), STR_ARG(name));
}

/* --- slots ---------------------------------------------------------------- */

static void add_slot(struct compiler *compiler, const struct evtx_slot *slot)
{
    struct evtx_plan *plan = compiler->plan;
    plan->slots = mem_grow(plan->slots, &plan->slot_capacity,
        plan->slot_count + 1, sizeof(*plan->slots));
    plan->slots[plan->slot_count++] = *slot;
}

static void add_part(struct compiler *compiler, struct str text, uint16_t index)
{
    struct evtx_plan *plan = compiler->plan;
    plan->parts = mem_grow(plan->parts, &plan->part_capacity,
        plan->part_count + 1, sizeof(*plan->parts));
    plan->parts[plan->part_count++] =
        (struct evtx_part){.text = text, .index = index};
}

static size_t gathered(const struct compiler *compiler)
{
    return compiler->plan->part_count - compiler->first;
}

static void begin_value(
    struct compiler *compiler, enum evtx_target target, struct str name)
{
    compiler->target = target;
    compiler->name = name;
    compiler->first = compiler->plan->part_count;
}

/* The gathered parts as a slot, or forgotten when nothing is wanted of them. */
static void end_value(struct compiler *compiler)
{
    if (compiler->target == EVTX_TO_NOTHING) {
        compiler->plan->part_count = compiler->first;
        return;
    }
    struct evtx_slot slot = {.target = compiler->target,
        .name = compiler->name,
        .context = {EVTX_IN_DATA, compiler->name},
        .first = compiler->first,
        .count = gathered(compiler)};
    add_slot(compiler, &slot);
}

/* --- elements ------------------------------------------------------------- */

static struct frame event_child(struct str name)
{
    struct frame frame = {0};
    if (str_eq(name, STR("System")))
        frame.inside.level = EVTX_IN_SYSTEM;
    else if (str_eq(name, STR("UserData")))
        frame.inside.level = EVTX_IN_USER_DATA;
    else
        frame.inside.level = EVTX_IN_DATA;
    if (frame.inside.level == EVTX_IN_DATA && !str_eq(name, STR("EventData")))
        frame.inside.prefix = name;
    return frame;
}

/* UserData's own element names the event, not a value of it. */
static struct frame user_data_child(struct compiler *compiler, struct str name)
{
    struct evtx_slot slot = {.target = EVTX_TO_USER_DATA, .name = name};
    add_slot(compiler, &slot);
    return (struct frame){.inside = {.level = EVTX_IN_DATA}};
}

static struct frame data_child(struct compiler *compiler,
    const struct evtx_context *context, struct str name)
{
    bool is_message = str_eq(context->prefix, STR("RenderingInfo")) &&
                      str_eq(name, STR("Message"));
    struct str own = str_eq(name, STR("Data")) ? STR("") : name;
    struct str full = join(compiler, context->prefix, own);
    return (struct frame){.inside = {EVTX_IN_DATA, full},
        .target = is_message ? EVTX_TO_MESSAGE : EVTX_TO_DATA,
        .name = full};
}

static struct frame child_frame(struct compiler *compiler, struct str name)
{
    const struct evtx_context *context =
        &compiler->frames[compiler->depth].inside;
    switch (context->level) {
    case EVTX_IN_NOTHING:
        return (struct frame){.inside = {.level = EVTX_IN_EVENT}};
    case EVTX_IN_EVENT:
        return event_child(name);
    case EVTX_IN_SYSTEM:
        return (struct frame){.inside = {.level = EVTX_IN_SYSTEM_ELEMENT},
            .target = system_target(name, STR("")),
            .name = name};
    case EVTX_IN_SYSTEM_ELEMENT:
        return (struct frame){.inside = {.level = EVTX_IN_SYSTEM_ELEMENT}};
    case EVTX_IN_USER_DATA:
        return user_data_child(compiler, name);
    case EVTX_IN_DATA:
        break;
    }
    return data_child(compiler, context, name);
}

static bool is_blank(const struct compiler *compiler)
{
    const struct evtx_plan *plan = compiler->plan;
    for (size_t i = compiler->first; i < plan->part_count; i++)
        if (plan->parts[i].text.ptr == NULL ||
            str_trim(plan->parts[i].text).len > 0)
            return false;
    return true;
}

/* What stood between this element's start, or a child's end, and here. */
static void end_text(struct compiler *compiler)
{
    if (is_blank(compiler))
        compiler->target = EVTX_TO_NOTHING;
    end_value(compiler);
}

static void begin_text(struct compiler *compiler)
{
    const struct frame *frame = &compiler->frames[compiler->depth];
    compiler->in_attribute = false;
    begin_value(compiler, frame->target, frame->name);
}

static bool open_element(struct compiler *compiler, struct str utf16)
{
    if (compiler->depth + 1 == LIMIT_DEPTH)
        return false;
    end_text(compiler);
    compiler->frames[compiler->depth].has_children = true;
    struct frame frame = child_frame(compiler, keep_name(compiler, utf16));
    compiler->frames[++compiler->depth] = frame;
    begin_text(compiler);
    return true;
}

static bool close_element(struct compiler *compiler)
{
    if (compiler->depth == 0)
        return false;
    const struct frame *frame = &compiler->frames[compiler->depth];
    if (frame->has_children)
        end_text(compiler);
    else
        end_value(compiler); /* an empty element is an empty value */
    compiler->depth--;
    begin_text(compiler);
    return true;
}

/* --- attributes ----------------------------------------------------------- */

static void end_attribute(struct compiler *compiler)
{
    struct frame *frame = &compiler->frames[compiler->depth];
    const struct evtx_plan *plan = compiler->plan;
    if (!compiler->is_name) {
        end_value(compiler);
        return;
    }
    /* a name out of a substitution would be another in each record */
    compiler->is_name = false;
    if (gathered(compiler) == 1 && plan->parts[compiler->first].text.ptr) {
        const struct frame *outer = &compiler->frames[compiler->depth - 1];
        check_name(compiler, plan->parts[compiler->first].text);
        frame->name = join(
            compiler, outer->inside.prefix, plan->parts[compiler->first].text);
        frame->inside.prefix = frame->name;
    }
    compiler->plan->part_count = compiler->first;
}

static void begin_attribute(struct compiler *compiler, struct str utf16)
{
    const struct frame *frame = &compiler->frames[compiler->depth];
    struct str name = keep_name(compiler, utf16);
    enum evtx_target target = EVTX_TO_NOTHING;
    struct str value_name = {0};
    if (compiler->in_attribute)
        end_attribute(compiler);
    compiler->in_attribute = true;
    if (frame->inside.level == EVTX_IN_SYSTEM_ELEMENT) {
        target = system_target(frame->name, name);
    } else if (frame->target == EVTX_TO_DATA) {
        compiler->is_name = str_eq(name, STR("Name"));
        if (!compiler->is_name && !str_starts_with(name, STR("xmlns"))) {
            target = EVTX_TO_DATA;
            value_name = join(compiler, frame->name, name);
        }
    }
    begin_value(compiler, target, value_name);
}

/* --- tokens --------------------------------------------------------------- */

static void add_reference(
    struct compiler *compiler, const struct evtx_token *token)
{
    static const struct {
        const char *name, *text;
    } entities[] = {
        {"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}};
    struct str name = keep_name(compiler, token->name);
    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
        if (str_eq(name, str_from(entities[i].name)))
            name = str_from(entities[i].text);
    add_part(compiler, name, 0);
}

static void add_character(struct compiler *compiler, uint32_t number)
{
    char text[4];
    size_t len = utf8_encode(number, text);
    add_part(compiler, arena_copy(compiler->arena, str_make(text, len)), 0);
}

/* Elements in the place of a text. */
static void add_fragment(struct compiler *compiler, uint16_t index)
{
    struct frame *frame = &compiler->frames[compiler->depth];
    end_text(compiler);
    frame->has_children = true;
    begin_value(compiler, EVTX_TO_FRAGMENT, (struct str){0});
    add_part(compiler, (struct str){0}, index);
    struct evtx_slot slot = {.target = EVTX_TO_FRAGMENT,
        .context = frame->inside,
        .first = compiler->first,
        .count = 1};
    add_slot(compiler, &slot);
    begin_text(compiler);
}

static void add_substitution(
    struct compiler *compiler, const struct evtx_token *token)
{
    if (token->type == EVTX_TYPE_BINXML && !compiler->in_attribute)
        add_fragment(compiler, (uint16_t)token->number);
    else
        add_part(compiler, (struct str){0}, (uint16_t)token->number);
}

static bool end_start_tag(struct compiler *compiler)
{
    if (compiler->in_attribute)
        end_attribute(compiler);
    begin_text(compiler);
    return true;
}

static bool take_token(
    struct compiler *compiler, const struct evtx_token *token)
{
    switch (token->kind) {
    case EVTX_OPEN:
        return open_element(compiler, token->name);
    case EVTX_CLOSE_START:
        return end_start_tag(compiler);
    case EVTX_CLOSE_EMPTY:
        return end_start_tag(compiler) && close_element(compiler);
    case EVTX_CLOSE:
        return close_element(compiler);
    case EVTX_ATTRIBUTE:
        begin_attribute(compiler, token->name);
        return true;
    case EVTX_VALUE:
    case EVTX_CDATA:
        add_part(compiler, keep_utf16(compiler, token->bytes), 0);
        return true;
    case EVTX_CHAR_REF:
        add_character(compiler, token->number);
        return true;
    case EVTX_ENTITY_REF:
        add_reference(compiler, token);
        return true;
    case EVTX_NORMAL:
    case EVTX_OPTIONAL:
        add_substitution(compiler, token);
        return true;
    case EVTX_FRAGMENT:
    case EVTX_EOF:
    case EVTX_PI_TARGET:
    case EVTX_PI_DATA:
        return true;
    default:
        return false; /* a template within a template's elements */
    }
}

bool evtx_plan_compile(struct evtx_plan *plan, struct evtx_tokens *tokens,
    const struct evtx_context *context, struct arena *arena)
{
    struct compiler compiler = {.plan = plan, .arena = arena};
    struct evtx_token token;
    compiler.frames[0].inside = *context;
    evtx_plan_clear(plan);
    begin_text(&compiler);
    while (evtx_token_next(tokens, &token) && token.kind != EVTX_EOF)
        if (!take_token(&compiler, &token))
            return false;
    return !tokens->in.failed && compiler.depth == 0 && !compiler.has_bad_name;
}

void evtx_plan_clear(struct evtx_plan *plan)
{
    plan->slot_count = 0;
    plan->part_count = 0;
}

void evtx_plan_done(struct evtx_plan *plan)
{
    free(plan->slots);
    free(plan->parts);
    *plan = (struct evtx_plan){0};
}
