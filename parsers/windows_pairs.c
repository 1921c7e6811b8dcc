#include "parsers/windows_pairs.h"

#include <inttypes.h>
#include <stdlib.h>

#include "parsers/windows_table.h"
#include "parsers/windows_value.h"
#include "parsers/windows_xml.h"
#include "src/base/escape.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/event/vocabulary.h"

enum { RANKS = 100 };

struct windows_shape {
    struct str *names[ROLE_COUNT];
    size_t counts[ROLE_COUNT];
};

static const char *const role_keys[] = {
    [ROLE_OTHER] = "other",
    [ROLE_VALUE] = "values",
    [ROLE_LIST] = "list",
    [ROLE_PAYLOAD] = "payload",
    [ROLE_XML] = "xml",
    [ROLE_PROVIDER] = "provider",
    [ROLE_CHANNEL] = "channel",
    [ROLE_COMPUTER] = "computer",
    [ROLE_USER] = "user",
    [ROLE_RECORD] = "record",
    [ROLE_ACTIVITY] = "activity",
    [ROLE_PROCESS] = "process",
    [ROLE_THREAD] = "thread",
    [ROLE_KEYWORDS] = "keywords",
    [ROLE_EVENT_ID] = "event_id",
    [ROLE_QUALIFIERS] = "qualifiers",
    [ROLE_VERSION] = "version",
    [ROLE_LEVEL] = "level",
    [ROLE_OPCODE] = "opcode",
    [ROLE_TASK] = "task",
    [ROLE_TIME] = "time",
    [ROLE_MESSAGE] = "message",
    [ROLE_COUNT] = NULL,
};

int windows_shape_load(
    struct format *format, const struct yaml *node, struct err *err)
{
    if (node == NULL)
        return 0;
    if (format->reads != READS_JSON && format->reads != READS_CSV)
        return format_fail(
            format, node, err, "windows serves json and csv only");
    if (keys_check(format, node, role_keys, err) < 0)
        return -1;
    struct windows_shape *shape = arena_alloc(&format->arena, sizeof(*shape));
    *shape = (struct windows_shape){.names = {NULL}};
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        const struct yaml *names = yaml_get(node, role_keys[i]);
        if (names_load(
                format, names, &shape->names[i], &shape->counts[i], err) < 0)
            return -1;
        if (shape->counts[i] > RANKS)
            return format_fail(format, names, err, "too many names");
    }
    if (shape->counts[ROLE_EVENT_ID] == 0 && shape->counts[ROLE_XML] == 0)
        return format_fail(
            format, node, err, "windows needs `event_id` or `xml`");
    format->windows = shape;
    return 0;
}

/* Names of values are prefixes; "*" is any name that has no role. */
static struct windows_part_of find_value(
    const struct windows_shape *shape, struct str name)
{
    for (size_t i = 0; i < shape->counts[ROLE_VALUE]; i++) {
        struct str prefix = shape->names[ROLE_VALUE][i];
        if (str_eq(prefix, STR("*")))
            return (struct windows_part_of){ROLE_VALUE, 0, 0};
        if (str_starts_with(name, prefix) &&
            str_find(name, STR("#attributes")) < 0)
            return (struct windows_part_of){
                ROLE_VALUE, 0, (uint16_t)prefix.len};
    }
    return (struct windows_part_of){ROLE_OTHER, 0, 0};
}

struct windows_part_of windows_shape_find(
    const struct format *format, struct str name)
{
    const struct windows_shape *shape = format->windows;
    for (size_t role = 0; role < ROLE_COUNT; role++) {
        if (role == ROLE_VALUE)
            continue;
        for (size_t i = 0; i < shape->counts[role]; i++)
            if (str_eq(shape->names[role][i], name))
                return (struct windows_part_of){(uint8_t)role, (uint8_t)i, 0};
    }
    return find_value(shape, name);
}

/* --- one thread's hands -------------------------------------------------- */

struct windows_hands {
    struct windows *windows;
    struct windows_xml xml;
    struct windows_value *values;
    size_t count, capacity;
    struct json json;
    struct buf time;
};

static struct windows_hands *hands_of(struct matcher *matcher)
{
    if (matcher->windows == NULL) {
        matcher->windows = xcalloc(1, sizeof(*matcher->windows));
        matcher->windows->windows = windows_new(matcher->reading);
    }
    return matcher->windows;
}

void windows_pairs_done(struct matcher *matcher)
{
    struct windows_hands *hands = matcher->windows;
    if (hands == NULL)
        return;
    windows_free(hands->windows);
    windows_xml_done(&hands->xml);
    json_done(&hands->json);
    buf_done(&hands->time);
    free(hands->values);
    free(hands);
}

static void add_value(
    struct windows_hands *hands, struct str name, struct str value)
{
    if (hands->count >= LIMIT_EXTRAS)
        return;
    hands->values = mem_grow(hands->values, &hands->capacity, hands->count + 1,
        sizeof(*hands->values));
    hands->values[hands->count++] = (struct windows_value){name, value};
}

/* "LogFileCleared.SubjectUserName" of UserData: the last part. */
static void add_named(struct windows_hands *hands, const struct pair *pair,
    const struct windows_part_of *part)
{
    struct str name = str_from_index(pair->name, part->prefix);
    ptrdiff_t dot = part->prefix > 0 ? str_find_last_char(name, '.') : -1;
    if (dot >= 0)
        name = str_from_index(name, (size_t)dot + 1);
    if (str_eq(name, STR("#text")) || str_eq(name, STR("Data")))
        name = (struct str){0};
    add_value(hands, name, pair->value);
}

static bool is_name_key(struct str key)
{
    return str_eq(key, STR("@Name")) || str_eq(key, STR("Name")) ||
           str_eq(key, STR("_Name"));
}

/* ["a", {"Value": "b"}, {"@Name": "x", "#text": "c"}], or one text. */
static void add_list(
    struct matcher *matcher, struct windows_hands *hands, struct str text)
{
    if (text.len == 0 || text.ptr[0] != '[') {
        add_value(hands, (struct str){0}, text);
        return;
    }
    struct json *json = &hands->json;
    struct str name = {0}, value = {0};
    json_start(json, text);
    for (enum json_token token = json_next(json);
         token != JSON_END && token != JSON_ERROR; token = json_next(json)) {
        bool inside = json->depth > 1;
        if (token == JSON_OBJECT) {
            name = value = (struct str){0};
        } else if (token == JSON_OBJECT_END && !inside) {
            add_value(hands, name, value);
        } else if (token >= JSON_STRING) {
            struct str copy = arena_copy(&matcher->pairs.arena,
                token == JSON_NULL ? STR("") : json->value);
            if (!inside)
                add_value(hands, (struct str){0}, copy);
            else if (is_name_key(json->key))
                name = copy;
            else
                value = copy;
        }
    }
}

/* {"EventData":{"Data":[{"@Name":"a","#text":"b"}]}}, {"EventData":{"Data":
 * "a, b"}}, {"UserData":{"EventXML":{"User":"c"}}}. */
static void add_payload(
    struct matcher *matcher, struct windows_hands *hands, struct str text)
{
    struct json *json = &hands->json;
    struct str name = {0}, value = {0};
    json_start(json, text);
    for (enum json_token token = json_next(json);
         token != JSON_END && token != JSON_ERROR; token = json_next(json)) {
        if (token == JSON_OBJECT || token == JSON_OBJECT_END) {
            if (name.len > 0)
                add_value(hands, name, value);
            name = value = (struct str){0};
        } else if (token >= JSON_STRING) {
            struct str key = json->has_key ? json->key : STR("");
            struct str copy = arena_copy(&matcher->pairs.arena,
                token == JSON_NULL ? STR("") : json->value);
            if (str_eq(key, STR("@Name")))
                name = copy;
            else if (str_eq(key, STR("#text")))
                value = copy;
            else if (!str_starts_with(key, STR("@")))
                add_value(hands,
                    str_eq(key, STR("Data"))
                        ? STR("")
                        : arena_copy(&matcher->pairs.arena, key),
                    copy);
        }
    }
}

/* --- what the event says of itself --------------------------------------- */

static uint64_t number_of(struct str text)
{
    uint64_t number = 0;
    str_to_u64(str_trim(text), &number);
    return number;
}

/* A number, or a word such as "Information". */
static uint8_t level_of(struct str text)
{
    static const uint8_t levels[] = {1, 1, 1, 2, 3, 4, 4, 5};
    uint64_t number;
    if (str_to_u64(text, &number))
        return number < UINT8_MAX ? (uint8_t)number : 0;
    int severity = severity_from_level(text);
    return severity < 0 ? 0 : levels[severity];
}

/* Hexadecimal, a signed number, or the names of the two that matter. */
static struct str keywords_of(struct matcher *matcher, struct str text)
{
    int64_t number;
    if (str_find(text, STR("Audit Failure")) >= 0 ||
        str_find(text, STR("Audit failure")) >= 0)
        return STR("0x8010000000000000");
    if (str_find(text, STR("Audit Success")) >= 0 ||
        str_find(text, STR("Audit success")) >= 0)
        return STR("0x8020000000000000");
    if (str_to_i64(text, &number))
        return arena_printf(
            &matcher->pairs.arena, "0x%" PRIx64, (uint64_t)number);
    return text;
}

static struct str *text_of(struct windows_event *event, size_t role)
{
    switch ((int)role) {
    case ROLE_PROVIDER:
        return &event->provider;
    case ROLE_CHANNEL:
        return &event->channel;
    case ROLE_COMPUTER:
        return &event->computer;
    case ROLE_USER:
        return &event->user_sid;
    case ROLE_RECORD:
        return &event->record_id;
    case ROLE_ACTIVITY:
        return &event->activity_id;
    case ROLE_PROCESS:
        return &event->process_id;
    case ROLE_THREAD:
        return &event->thread_id;
    case ROLE_MESSAGE:
        return &event->message;
    default:
        return NULL;
    }
}

static void set_number(
    struct windows_event *event, size_t role, struct str value)
{
    switch ((int)role) {
    case ROLE_EVENT_ID:
        event->event_id = (uint32_t)number_of(value);
        return;
    case ROLE_QUALIFIERS:
        event->qualifiers = (uint32_t)number_of(value);
        return;
    case ROLE_VERSION:
        event->version = (uint8_t)number_of(value);
        return;
    case ROLE_LEVEL:
        event->level = level_of(value);
        return;
    case ROLE_OPCODE:
        event->opcode = (uint8_t)number_of(value);
        return;
    case ROLE_TASK:
        event->task = (uint16_t)number_of(value);
        return;
    default:
        return;
    }
}

/* Of several names for one thing the first of the list that is there counts. */
struct chosen {
    struct str value[ROLE_COUNT];
    uint8_t rank[ROLE_COUNT]; /* plus 1; 0: none yet */
};

static void choose(
    struct chosen *chosen, const struct windows_part_of *part, struct str value)
{
    uint8_t rank = (uint8_t)(part->rank + 1);
    uint8_t *best = &chosen->rank[part->role];
    if (value.len == 0 || (*best != 0 && *best <= rank))
        return;
    *best = rank;
    chosen->value[part->role] = value;
}

static void fill_event(struct matcher *matcher, const struct chosen *chosen,
    struct windows_event *event)
{
    *event = (struct windows_event){.time = STAMP_NONE};
    for (size_t role = ROLE_PROVIDER; role < ROLE_COUNT; role++) {
        struct str value = chosen->value[role];
        struct str *text = text_of(event, role);
        if (text != NULL)
            *text = value;
        else if (value.len > 0)
            set_number(event, role, value);
    }
    event->keywords = keywords_of(matcher, chosen->value[ROLE_KEYWORDS]);
}

/* "/Date(1772590269120)/" is what PowerShell makes of a moment. */
static struct str bare_time(struct windows_hands *hands, struct str text)
{
    ptrdiff_t at = str_find(text, STR("Date("));
    if (at < 0)
        return text;
    text = str_from_index(text, (size_t)at + 5);
    buf_clear(&hands->time);
    buf_add_str(&hands->time, str_cut(&text, ')'));
    return buf_str(&hands->time);
}

/* Values without names are dear only where the message has no names either. */
static bool text_is_better(const struct matcher *matcher,
    const struct windows_event *event, size_t named)
{
    if (named > 0 || event->message.len == 0)
        return false;
    const struct windows_table *table = windows_tables_of(
        &matcher->formats->windows, event->provider, event->channel);
    return table != NULL && table->label_count > 0;
}

static void read_values(struct matcher *matcher, const struct format *format,
    struct windows_hands *hands, const struct chosen *chosen, size_t named,
    struct record *record)
{
    struct windows_event event;
    fill_event(matcher, chosen, &event);
    event.values = hands->values;
    event.value_count =
        text_is_better(matcher, &event, named) ? 0 : hands->count;
    windows_read(hands->windows, &event, record);
    struct str time = bare_time(hands, chosen->value[ROLE_TIME]);
    if (time.len > 0)
        matcher_time(matcher, format, time, record);
}

void windows_pairs_read(struct matcher *matcher, const struct format *format,
    const struct windows_part_of *parts, struct record *record)
{
    struct windows_hands *hands = hands_of(matcher);
    const struct pairs *pairs = &matcher->pairs;
    struct chosen chosen = {.rank = {0}};
    struct windows_event event;
    size_t named = 0;
    hands->count = 0;
    record->format = format->name;
    for (size_t i = 0; i < pairs->count; i++) {
        const struct pair *pair = &pairs->items[i];
        named += parts[i].role == ROLE_VALUE;
        if (parts[i].role == ROLE_VALUE)
            add_named(hands, pair, &parts[i]);
        else if (parts[i].role == ROLE_LIST)
            add_list(matcher, hands, pair->value);
        else if (parts[i].role == ROLE_PAYLOAD)
            add_payload(matcher, hands, pair->value);
        else
            choose(&chosen, &parts[i], pair->value);
    }
    if (chosen.value[ROLE_XML].len > 0 &&
        windows_xml_read(&hands->xml, chosen.value[ROLE_XML], &event) == 0)
        windows_read(hands->windows, &event, record);
    else
        read_values(matcher, format, hands, &chosen, named, record);
    record->format = format->name;
    for (size_t i = 0; i < pairs->count; i++)
        if (parts[i].role == ROLE_OTHER)
            record_add_extra(record,
                windows_value_name(&matcher->pairs.arena, pairs->items[i].name),
                pairs->items[i].value);
}

bool windows_pairs_message(struct matcher *matcher, struct record *record)
{
    struct str message = str_trim(record_get(record, FIELD_MESSAGE));
    if (message.len == 0 || !windows_xml_is_event(message))
        return false;
    struct windows_event event;
    struct windows_hands *hands = hands_of(matcher);
    if (windows_xml_read(&hands->xml, message, &event) < 0)
        return false;
    struct record header = *record;
    record->present &= FIELD_BIT(FIELD_HOST);
    windows_read(hands->windows, &event, record);
    record->format = STR("windows_xml");
    if (event.time == STAMP_NONE) {
        record->time = header.time;
        record->time_quality = header.time_quality;
        record->precision = header.precision;
    }
    return true;
}
