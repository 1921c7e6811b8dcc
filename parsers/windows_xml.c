/* One pass over the text, a tag at a time. A stack remembers only how deep we
 * are and which part of the event this is; leaves become values, in order. */
#include "parsers/windows_xml.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/base/timefmt.h"
#include "src/base/utf8.h"

enum part { PART_NONE, PART_SYSTEM, PART_DATA, PART_USER, PART_RENDERING };

/* Depths: 1 Event, 2 System or EventData, 3 what is in them. */
enum { DEPTH_PART = 2, DEPTH_VALUE = 3 };

struct tag {
    struct str name;       /* without its prefix */
    struct str attributes; /* as written */
    bool closes, empty;    /* </x>, <x/> */
};

struct walk {
    struct windows_xml *xml;
    struct windows_event *event;
    struct str rest;
    int depth;
    enum part part;
    struct str name[LIMIT_DEPTH]; /* of the value an open element gives */
    bool has_child[LIMIT_DEPTH];
    struct str text; /* since the last tag, raw */
    bool is_plain;   /* text is as it will be: a CDATA section */
};

void windows_xml_done(struct windows_xml *xml)
{
    arena_done(&xml->arena);
    free(xml->values);
}

/* --- text ---------------------------------------------------------------- */

static bool read_number(struct str name, uint32_t *out)
{
    uint64_t number = 0;
    bool hex = name.len > 1 && (name.ptr[1] | 0x20) == 'x';
    size_t from = hex ? 2 : 1;
    if (name.len <= from || name.len > 10)
        return false;
    for (size_t i = from; i < name.len; i++) {
        char c = name.ptr[i];
        uint64_t digit = c >= '0' && c <= '9' ? (uint64_t)(c - '0')
                         : hex && (c | 0x20) >= 'a' && (c | 0x20) <= 'f'
                             ? (uint64_t)((c | 0x20) - 'a' + 10)
                             : 99;
        if (digit > 15)
            return false;
        number = number * (hex ? 16 : 10) + digit;
    }
    *out = (uint32_t)number;
    return number <= 0x10FFFF && (number < 0xD800 || number > 0xDFFF);
}

/* The bytes of an entity; 0 when it is none that we know. */
static size_t write_entity(struct str name, char out[4])
{
    static const struct {
        struct str name;
        char c;
    } known[] = {{STR_INIT("lt"), '<'}, {STR_INIT("gt"), '>'},
        {STR_INIT("amp"), '&'}, {STR_INIT("quot"), '"'},
        {STR_INIT("apos"), '\''}};
    uint32_t number;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (str_eq(known[i].name, name)) {
            out[0] = known[i].c;
            return 1;
        }
    }
    if (name.len > 1 && name.ptr[0] == '#' && read_number(name, &number))
        return utf8_encode(number, out);
    return 0;
}

/* What is no entity stays as it stands. */
static struct str unescape(struct windows_xml *xml, struct str text)
{
    enum { NAME_MAX = 10 };
    if (str_find_char(text, '&') < 0)
        return text;
    char *out = arena_alloc(&xml->arena, text.len + 1);
    size_t len = 0;
    while (text.len > 0) {
        char bytes[4];
        size_t count = 0;
        ptrdiff_t end = text.ptr[0] == '&'
                            ? str_find_char(str_sub(text, 0, NAME_MAX + 2), ';')
                            : -1;
        if (end > 0)
            count = write_entity(str_sub(text, 1, (size_t)end - 1), bytes);
        memcpy(out + len, count > 0 ? bytes : text.ptr, count > 0 ? count : 1);
        len += count > 0 ? count : 1;
        text = str_from_index(text, count > 0 ? (size_t)end + 1 : 1);
    }
    return str_make(out, len);
}

/* --- tags ---------------------------------------------------------------- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Where the tag that `rest` begins with ends; quotes may hold a '>'. */
static ptrdiff_t tag_end(struct str rest)
{
    char quote = '\0';
    for (size_t i = 1; i < rest.len; i++) {
        char c = rest.ptr[i];
        if (quote != '\0')
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '>')
            return (ptrdiff_t)i;
        else if (c == '<')
            return -1;
    }
    return -1;
}

static struct str without_prefix(struct str name)
{
    ptrdiff_t colon = str_find_char(name, ':');
    return colon >= 0 ? str_from_index(name, (size_t)colon + 1) : name;
}

static void part_tag(struct str inside, struct tag *out)
{
    *out = (struct tag){.closes = inside.len > 0 && inside.ptr[0] == '/'};
    if (out->closes)
        inside = str_from_index(inside, 1);
    if (inside.len > 0 && inside.ptr[inside.len - 1] == '/') {
        out->empty = true;
        inside = str_sub(inside, 0, inside.len - 1);
    }
    size_t len = 0;
    while (len < inside.len && !is_space(inside.ptr[len]))
        len++;
    out->name = without_prefix(str_sub(inside, 0, len));
    out->attributes = str_from_index(inside, len);
}

/* The value of an attribute; "" when it is not there. */
static struct str attribute(
    struct windows_xml *xml, const struct tag *tag, struct str wanted)
{
    struct str rest = tag->attributes;
    while (rest.len > 0) {
        struct str name = str_trim(str_cut(&rest, '='));
        rest = str_trim(rest);
        if (rest.len == 0 || (rest.ptr[0] != '"' && rest.ptr[0] != '\''))
            break;
        char quote = rest.ptr[0];
        rest = str_from_index(rest, 1);
        struct str value = str_cut(&rest, quote);
        if (str_eq(name, wanted))
            return unescape(xml, value);
    }
    return (struct str){0};
}

/* Text, comments and CDATA up to the next tag, which is read: 1; 0 at the end,
 * -1 at something that has no place here. */
static int next_tag(struct walk *walk, struct tag *tag)
{
    walk->text = (struct str){0};
    walk->is_plain = false;
    for (;;) {
        ptrdiff_t open = str_find_char(walk->rest, '<');
        if (open < 0)
            return 0;
        if (open > 0 && !walk->is_plain)
            walk->text = str_sub(walk->rest, 0, (size_t)open);
        walk->rest = str_from_index(walk->rest, (size_t)open);
        struct str stop = {0};
        if (str_starts_with(walk->rest, STR("<!--")))
            stop = STR("-->");
        else if (str_starts_with(walk->rest, STR("<![CDATA[")))
            stop = STR("]]>");
        else if (str_starts_with(walk->rest, STR("<?")))
            stop = STR("?>");
        if (stop.len == 0)
            break;
        ptrdiff_t end = str_find(walk->rest, stop);
        if (end < 0)
            return -1;
        if (str_starts_with(walk->rest, STR("<![CDATA["))) {
            walk->text = str_sub(walk->rest, 9, (size_t)end - 9);
            walk->is_plain = true;
        }
        walk->rest = str_from_index(walk->rest, (size_t)end + stop.len);
    }
    ptrdiff_t end = tag_end(walk->rest);
    if (end < 0)
        return -1;
    part_tag(str_sub(walk->rest, 1, (size_t)end - 1), tag);
    walk->rest = str_from_index(walk->rest, (size_t)end + 1);
    return tag->name.len > 0 && tag->name.ptr[0] != '!' ? 1 : -1;
}

/* --- System -------------------------------------------------------------- */

static uint64_t number_of(struct str text)
{
    uint64_t number = 0;
    str_to_u64(str_trim(text), &number);
    return number;
}

static void set_time(struct windows_event *event, struct str text)
{
    struct civil civil;
    size_t start;
    int64_t time;
    if (timefmt_find(text, 0, &start, &civil) == 0 ||
        !civil_to_stamp(&civil, &time))
        return;
    event->time = time;
    event->precision = civil.precision;
}

/* [MS-EVEN6] 2.2.13, Event.xsd SystemPropertiesType: what stands in
 * attributes. */
static void read_system_tag(struct walk *walk, const struct tag *tag)
{
    struct windows_event *event = walk->event;
    struct windows_xml *xml = walk->xml;
    if (str_eq(tag->name, STR("Provider"))) {
        event->provider = attribute(xml, tag, STR("Name"));
        if (event->provider.len == 0)
            event->provider = attribute(xml, tag, STR("EventSourceName"));
    } else if (str_eq(tag->name, STR("TimeCreated"))) {
        set_time(event, attribute(xml, tag, STR("SystemTime")));
    } else if (str_eq(tag->name, STR("Execution"))) {
        event->process_id = attribute(xml, tag, STR("ProcessID"));
        event->thread_id = attribute(xml, tag, STR("ThreadID"));
    } else if (str_eq(tag->name, STR("Security"))) {
        event->user_sid = attribute(xml, tag, STR("UserID"));
        if (event->user_sid.len == 0) /* Sysmon for Linux */
            event->user_sid = attribute(xml, tag, STR("UserId"));
    } else if (str_eq(tag->name, STR("Correlation"))) {
        event->activity_id = attribute(xml, tag, STR("ActivityID"));
    } else if (str_eq(tag->name, STR("EventID"))) {
        event->qualifiers =
            (uint32_t)number_of(attribute(xml, tag, STR("Qualifiers")));
    }
}

/* What stands between tags. */
static void read_system_text(
    struct windows_event *event, struct str name, struct str text)
{
    text = str_trim(text);
    if (str_eq(name, STR("EventID")))
        event->event_id = (uint32_t)number_of(text);
    else if (str_eq(name, STR("Version")))
        event->version = (uint8_t)number_of(text);
    else if (str_eq(name, STR("Level")))
        event->level = (uint8_t)number_of(text);
    else if (str_eq(name, STR("Task")))
        event->task = (uint16_t)number_of(text);
    else if (str_eq(name, STR("Opcode")))
        event->opcode = (uint8_t)number_of(text);
    else if (str_eq(name, STR("Keywords")))
        event->keywords = text;
    else if (str_eq(name, STR("EventRecordID")))
        event->record_id = text;
    else if (str_eq(name, STR("Channel")))
        event->channel = text;
    else if (str_eq(name, STR("Computer")))
        event->computer = text;
}

/* --- the event ----------------------------------------------------------- */

static void add_value(struct walk *walk, struct str name, struct str value)
{
    struct windows_xml *xml = walk->xml;
    if (xml->count >= LIMIT_EXTRAS)
        return;
    xml->values = mem_grow(
        xml->values, &xml->capacity, xml->count + 1, sizeof(*xml->values));
    xml->values[xml->count++] = (struct windows_value){name, value};
}

static enum part part_of(struct str name)
{
    return str_eq(name, STR("System"))          ? PART_SYSTEM
           : str_eq(name, STR("EventData"))     ? PART_DATA
           : str_eq(name, STR("UserData"))      ? PART_USER
           : str_eq(name, STR("RenderingInfo")) ? PART_RENDERING
                                                : PART_NONE;
}

/* <Data Name="x"> is named x, <Data> has no name, any other its own. */
static struct str value_name(struct walk *walk, const struct tag *tag)
{
    struct str name = attribute(walk->xml, tag, STR("Name"));
    if (name.len > 0 || str_eq(tag->name, STR("Data")))
        return name;
    return tag->name;
}

static void close_element(struct walk *walk, struct str text)
{
    int depth = walk->depth;
    struct str name = walk->name[depth];
    if (!walk->is_plain)
        text = unescape(walk->xml, text);
    if (walk->part == PART_SYSTEM && depth == DEPTH_VALUE)
        read_system_text(walk->event, name, text);
    else if (walk->part == PART_RENDERING && str_eq(name, STR("Message")))
        walk->event->message = text;
    else if ((walk->part == PART_DATA && depth >= DEPTH_VALUE) ||
             (walk->part == PART_USER && depth > DEPTH_VALUE))
        if (!walk->has_child[depth])
            add_value(walk, name, text);
    if (depth == DEPTH_PART)
        walk->part = PART_NONE;
    walk->depth--;
}

static int open_element(struct walk *walk, const struct tag *tag)
{
    if (walk->depth + 1 >= LIMIT_DEPTH)
        return -1;
    walk->has_child[walk->depth] = true;
    int depth = ++walk->depth;
    walk->has_child[depth] = false;
    walk->name[depth] = tag->name;
    if (depth == DEPTH_PART)
        walk->part = part_of(tag->name);
    else if (walk->part == PART_SYSTEM)
        read_system_tag(walk, tag);
    else if (walk->part == PART_DATA || walk->part == PART_USER)
        walk->name[depth] = value_name(walk, tag);
    if (walk->part == PART_USER && depth == DEPTH_VALUE)
        walk->event->user_data = tag->name;
    return 0;
}

static int walk_tags(struct walk *walk)
{
    struct tag tag;
    while (next_tag(walk, &tag) > 0) {
        if (!tag.closes && open_element(walk, &tag) < 0)
            return -1;
        if (!tag.closes && !tag.empty)
            continue;
        if (walk->depth == 0)
            return -1;
        close_element(walk, tag.closes ? walk->text : (struct str){0});
        if (walk->depth == 0)
            return 0;
    }
    return -1;
}

int windows_xml_read(
    struct windows_xml *xml, struct str text, struct windows_event *out)
{
    struct walk walk = {.xml = xml, .event = out, .rest = text};
    arena_reset(&xml->arena);
    xml->count = 0;
    *out = (struct windows_event){.time = STAMP_NONE};
    int rc = walk_tags(&walk);
    out->values = xml->values;
    out->value_count = xml->count;
    return rc < 0 || (out->provider.len == 0 && out->channel.len == 0) ? -1 : 0;
}

bool windows_xml_is_event(struct str text)
{
    static const struct str start = STR_INIT("<Event");
    return text.len > start.len && str_starts_with(text, start) &&
           (is_space(text.ptr[start.len]) || text.ptr[start.len] == '>');
}
