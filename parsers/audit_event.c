/* Gathering an event's lines into a record. */
#include <stdlib.h>
#include <string.h>

#include "parsers/audit.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

void audit_event_done(struct audit_event *event)
{
    free(event->words);
    free(event->paths);
    free(event->path_values);
    buf_done(&event->word_text);
    buf_done(&event->types);
    buf_done(&event->text);
}

void audit_event_begin(
    struct audit_event *event, struct arena *arena, struct record *record)
{
    event->arena = arena;
    event->record = record;
    event->first = (struct audit_line){0};
    event->type = NULL;
    memset(event->value, 0, sizeof(event->value));
    event->verdict = event->permissions = (struct str){0};
    event->path_name = event->path_kind = (struct str){0};
    event->word_count = event->path_count = event->path_value_count = 0;
    buf_clear(&event->word_text);
    buf_clear(&event->types);
    buf_clear(&event->text);
}

/* --- values --------------------------------------------------------------- */

/* TYPE.NAME, or PATH2.NAME. */
static struct str long_name(struct audit_event *event, struct str type,
    struct str number, struct str name)
{
    size_t len = type.len + number.len + 1 + name.len;
    char *text = arena_alloc(event->arena, len);
    memcpy(text, type.ptr, type.len);
    if (number.len > 0)
        memcpy(text + type.len, number.ptr, number.len);
    text[type.len + number.len] = '.';
    memcpy(text + len - name.len, name.ptr, name.len);
    return str_make(text, len);
}

/* Under its own name, unless that has another value already. */
static void add_value(
    struct audit_event *event, struct str type, const struct audit_value *value)
{
    struct record *record = event->record;
    struct str before = {0};
    bool is_known = value->key < AUDIT_KEY_TOTAL;
    if (is_known)
        before = event->value[value->key];
    else if (record->extra_count >= LIMIT_EXTRAS)
        return; /* it would be dropped, and looked for in vain */
    if (before.len == 0 && !record_find_extra(record, value->name, &before)) {
        if (is_known)
            event->value[value->key] = value->value;
        record_add_extra(record, value->name, value->value);
        return;
    }
    if (!str_eq(before, value->value))
        record_add_extra(record,
            long_name(event, type, (struct str){0}, value->name), value->value);
}

static bool is_argument(const struct audit_value *value)
{
    return value->key >= AUDIT_A0 && value->key <= AUDIT_A3;
}

static void add_plain(struct audit_event *event, const struct audit_line *line)
{
    struct audit_values values = {.rest = line->body, .arena = event->arena};
    struct audit_value value;
    while (audit_values_next(&values, &value)) {
        if (!is_argument(&value))
            add_value(event, line->type, &value);
        else if (event->value[value.key].len == 0)
            event->value[value.key] = value.value; /* see add_words */
    }
}

/* --- EXECVE --------------------------------------------------------------- */

/* A long word comes in chunks, a1[0] a1[1] ..., perhaps on several lines. */
static void add_word(struct audit_event *event, struct audit_value *value)
{
    ptrdiff_t bracket = str_find_char(value->name, '[');
    struct str name = str_sub(
        value->name, 0, bracket < 0 ? value->name.len : (size_t)bracket);
    struct audit_word *last =
        event->word_count > 0 ? &event->words[event->word_count - 1] : NULL;
    size_t start = event->word_text.len;
    buf_add_str(&event->word_text, value->value);
    if (bracket >= 0 && last != NULL && str_eq(last->name, name)) {
        last->len += value->value.len;
        return;
    }
    event->words = mem_grow(event->words, &event->word_capacity,
        event->word_count + 1, sizeof(*event->words));
    event->words[event->word_count++] =
        (struct audit_word){name, start, value->value.len};
}

static void add_command(
    struct audit_event *event, const struct audit_line *line)
{
    struct audit_values values = {
        .rest = line->body, .arena = event->arena, .words = true};
    struct audit_value value;
    while (audit_values_next(&values, &value)) {
        bool is_word = value.name.len > 1 && value.name.ptr[0] == 'a' &&
                       value.name.ptr[1] >= '0' && value.name.ptr[1] <= '9';
        if (is_word && !str_ends_with(value.name, STR("_len")))
            add_word(event, &value);
        else
            add_value(event, line->type, &value);
    }
}

/* The words of EXECVE, or else the arguments of the call. */
static void finish_words(struct audit_event *event)
{
    static const struct str names[] = {
        STR_INIT("a0"), STR_INIT("a1"), STR_INIT("a2"), STR_INIT("a3")};
    for (size_t i = 0; i < event->word_count; i++) {
        const struct audit_word *word = &event->words[i];
        record_add_extra(event->record, word->name,
            str_sub(buf_str(&event->word_text), word->start, word->len));
    }
    for (size_t i = 0; event->word_count == 0 && i < 4; i++)
        if (event->value[AUDIT_A0 + i].len > 0)
            record_add_extra(
                event->record, names[i], event->value[AUDIT_A0 + i]);
}

/* --- PATH ----------------------------------------------------------------- */

static void add_path(struct audit_event *event, const struct audit_line *line)
{
    struct audit_values values = {.rest = line->body, .arena = event->arena};
    struct audit_path path = {.first = event->path_value_count};
    struct audit_value value;
    while (audit_values_next(&values, &value)) {
        event->path_values =
            mem_grow(event->path_values, &event->path_value_capacity,
                event->path_value_count + 1, sizeof(*event->path_values));
        event->path_values[event->path_value_count++] = value;
        path.count++;
        if (value.key == AUDIT_ITEM)
            path.item = value.value;
        if (value.key == AUDIT_NAME)
            path.name = value.value;
        if (value.key == AUDIT_NAMETYPE)
            path.nametype = value.value;
    }
    event->paths = mem_grow(event->paths, &event->path_capacity,
        event->path_count + 1, sizeof(*event->paths));
    event->paths[event->path_count++] = path;
}

/* What was made or removed says more than what was there, and that more than
 * the folder around it. */
static int weight_of(const struct audit_path *path)
{
    if (path->name.len == 0)
        return 0;
    if (str_eq(path->nametype, STR("PARENT")))
        return 1;
    if (str_eq(path->nametype, STR("CREATE")) ||
        str_eq(path->nametype, STR("DELETE")))
        return 3;
    return 2;
}

static size_t choose_path(const struct audit_event *event)
{
    size_t best = 0;
    for (size_t i = 1; i < event->path_count; i++) {
        int weight = weight_of(&event->paths[i]);
        int before = weight_of(&event->paths[best]);
        /* of a rename the new name, which comes after the old */
        if (weight > before || (weight == 3 && before == 3))
            best = i;
    }
    return best;
}

static void finish_paths(struct audit_event *event)
{
    size_t best = choose_path(event);
    if (event->path_count > 0) {
        event->path_name = event->paths[best].name;
        event->path_kind = event->paths[best].nametype;
    }
    for (size_t i = 0; i < event->path_count; i++) {
        const struct audit_path *path = &event->paths[i];
        for (size_t k = 0; k < path->count; k++) {
            const struct audit_value *value =
                &event->path_values[path->first + k];
            if (i == best)
                add_value(event, STR("PATH"), value);
            else if (value->key != AUDIT_ITEM)
                record_add_extra(event->record,
                    long_name(event, STR("PATH"), path->item, value->name),
                    value->value);
        }
    }
}

/* --- avc:  denied  { read } for ... --------------------------------------- */

static void read_verdict(struct audit_event *event, struct str body)
{
    struct str text = str_sub(body, 0, 4096);
    ptrdiff_t at = str_find(text, STR("avc: "));
    if (at < 0)
        return;
    text = str_from_index(text, (size_t)at + strlen("avc: "));
    ptrdiff_t open = str_find_char(text, '{');
    ptrdiff_t end = str_find_char(text, '}');
    if (open < 0 || end < open)
        return;
    struct record *record = event->record;
    event->verdict = str_trim(str_sub(text, 0, (size_t)open));
    event->permissions =
        str_trim(str_sub(text, (size_t)open + 1, (size_t)(end - open) - 1));
    record_add_extra(record, STR("avc"), event->verdict);
    record_add_extra(record, STR("permissions"), event->permissions);
}

/* --- an event ------------------------------------------------------------- */

static void note_type(struct audit_event *event, struct str type)
{
    if (event->types.len > 0)
        buf_add_char(&event->types, ' ');
    buf_add_str(&event->types, type);
}

void audit_event_add(struct audit_event *event, const struct audit_line *line)
{
    const struct audit_type *type = audit_type_find(line->type);
    struct audit_line named = *line;
    if (type != NULL)
        named.type = str_from(type->name);
    if (event->first.type.len == 0) {
        event->first = named;
        event->type = type;
    }
    note_type(event, named.type);
    if (type != NULL && type->role == AUDIT_ACCESS)
        read_verdict(event, line->body);
    if (str_eq(named.type, STR("EXECVE")))
        add_command(event, &named);
    else if (str_eq(named.type, STR("PATH")))
        add_path(event, &named);
    else
        add_plain(event, &named);
}

static void finish_names(struct audit_event *event)
{
    struct record *record = event->record;
    struct str *value = event->value;
    if (value[AUDIT_ARCH].len > 0 && value[AUDIT_ARCH_TEXT].len == 0) {
        value[AUDIT_ARCH_TEXT] = audit_arch_name(value[AUDIT_ARCH]);
        if (value[AUDIT_ARCH_TEXT].len > 0)
            record_add_extra(record, STR("ARCH"), value[AUDIT_ARCH_TEXT]);
    }
    if (value[AUDIT_SYSCALL_NUMBER].len > 0 &&
        value[AUDIT_SYSCALL_TEXT].len == 0) {
        struct str number = value[AUDIT_SYSCALL_NUMBER];
        uint64_t call;
        struct str name =
            str_to_u64(number, &call)
                ? audit_syscall_name(value[AUDIT_ARCH_TEXT], number)
                : number; /* some write the name */
        value[AUDIT_SYSCALL_TEXT] = name;
        if (name.len > 0)
            record_add_extra(record, STR("SYSCALL"), name);
    }
    struct str error = audit_error_name(value[AUDIT_EXIT]);
    if (error.len > 0)
        record_add_extra(record, STR("errno"), error);
}

static void finish_header(
    struct audit_event *event, const struct reading *reading)
{
    struct record *record = event->record;
    struct str serial = {0};
    int64_t time;
    if (event->first.id.len > 0 &&
        audit_id_read(event->first.id, &time, &serial))
        reading_set_moment(reading, time, STAMP_PRECISION_MS, record);
    record_set(record, FIELD_RECORD, serial);
    record_set(record, FIELD_HOST, event->first.node);
    record_set(record, FIELD_CODE, event->first.type);
    record_add_extra(record, STR("type"), event->first.type);
    if (event->types.len > event->first.type.len)
        record_add_extra(record, STR("types"), buf_str(&event->types));
}

void audit_event_finish(
    struct audit_event *event, const struct reading *reading)
{
    event->record->understood = UNDERSTOOD_PARSED;
    finish_header(event, reading);
    finish_paths(event);
    finish_words(event);
    finish_names(event);
    audit_event_mean(event);
}
