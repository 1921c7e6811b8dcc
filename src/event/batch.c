/* From records to rows.
 *
 *     batch_new -> [ batch_reset -> batch_add ... -> batch_finish -> read ] ...
 *
 * batch_add runs once per line of every log, so its common case must not hash
 * more than it has to: a kind is first looked for among the recent ones, by a
 * few cheap bytes of its texts, and a name is first compared with the one that
 * stood in the same column before.
 *
 * What a column cannot hold (a process id that is no number, a name or text
 * that is too long) leaves the column empty or cut and sets a bit in the kind's
 * `spill`: a query that asks for that field reads such records again.
 *
 * Repeats: a record that `aggregates` is known by a key of its kind, host and
 * all values that tell it from others. The key leads to the row that began with
 * it; if its last member is recent the record becomes one more of that row.
 * Nothing is looked up across batches: a row never leaves its chunk. */
#include "src/event/batch.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/event/account.h"

#define REPEAT_WINDOW (60 * STAMP_SECOND)
#define NO_ROW UINT32_MAX

/* Values that may differ between members whatever their format says. */
#define REPEAT_ALWAYS_IGNORES                                  \
    (FIELD_BIT(FIELD_TIME) | FIELD_BIT(FIELD_TIME_END) |       \
        FIELD_BIT(FIELD_COUNT_OF) | FIELD_BIT(FIELD_MESSAGE) | \
        FIELD_BIT(FIELD_RAW))

enum {
    RECENT_KINDS = 64, /* a power of two */
    NAME_COLUMNS = 4,
    PORT_MAX = 65535,
};

/* The row that a repeat key last began. */
struct repeat_row {
    uint32_t event;    /* NO_ROW: none yet */
    uint32_t repeat;   /* index into batch->repeats; NO_ROW: not counted yet */
    int64_t last_time; /* of the newest member */
    bool has_parts;    /* the first member's bytes are among the parts */
};

struct batch_work {
    uint32_t recent_kinds[RECENT_KINDS]; /* number plus 1; 0: none */
    uint32_t recent_names[NAME_COLUMNS];
    int64_t row_time; /* of the last dated row */
    struct intern repeat_keys;
    struct repeat_row *repeat_rows; /* by number of the key */
    size_t repeat_row_capacity;
    struct buf scratch;
};

struct column {
    enum field field;
    size_t offset; /* in struct event; so below */
};
static const struct column name_columns[NAME_COLUMNS] = {
    {FIELD_HOST, offsetof(struct event, host)},
    {FIELD_USER, offsetof(struct event, user)},
    {FIELD_TARGET_USER, offsetof(struct event, target)},
    {FIELD_PROCESS, offsetof(struct event, process)},
};

static const struct column ip_columns[] = {
    {FIELD_SRC_IP, offsetof(struct event, src_ip)},
    {FIELD_DST_IP, offsetof(struct event, dst_ip)},
};

struct number_column {
    enum field field;
    size_t offset;
    int64_t min, max;
};
static const struct number_column number_columns[] = {
    {FIELD_SRC_PORT, offsetof(struct event, src_port), 0, PORT_MAX},
    {FIELD_DST_PORT, offsetof(struct event, dst_port), 0, PORT_MAX},
    {FIELD_PID, offsetof(struct event, pid), 0, INT64_MAX},
    {FIELD_STATUS, offsetof(struct event, status), -INT64_MAX, INT64_MAX},
    {FIELD_BYTES_OUT, offsetof(struct event, bytes), 0, INT64_MAX},
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* The offsets above are of members of exactly these types. */
static uint32_t *name_at(struct event *event, const struct column *column)
{
    return (uint32_t *)(void *)((char *)event + column->offset);
}

static struct ip *ip_at(struct event *event, const struct column *column)
{
    return (struct ip *)(void *)((char *)event + column->offset);
}

static int64_t *number_at(
    struct event *event, const struct number_column *column)
{
    return (int64_t *)(void *)((char *)event + column->offset);
}

struct batch *batch_new(void)
{
    struct batch *batch = xcalloc(1, sizeof(*batch));
    batch->work = xcalloc(1, sizeof(*batch->work));
    batch_reset(batch, 0);
    return batch;
}

void batch_free(struct batch *batch)
{
    if (batch == NULL)
        return;
    free(batch->events);
    free(batch->kinds);
    intern_done(&batch->kind_keys);
    own_names_done(&batch->own_names);
    intern_done(&batch->names);
    buf_done(&batch->objects);
    free(batch->repeats);
    free(batch->parts);
    buf_done(&batch->fields);
    numbers_done(&batch->numbers);
    arena_done(&batch->arena);
    intern_done(&batch->work->repeat_keys);
    free(batch->work->repeat_rows);
    buf_done(&batch->work->scratch);
    free(batch->work);
    free(batch);
}

static void reset_work(struct batch_work *work)
{
    memset(work->recent_kinds, 0, sizeof(work->recent_kinds));
    for (size_t i = 0; i < NAME_COLUMNS; i++)
        work->recent_names[i] = EVENT_NO_NAME;
    work->row_time = STAMP_NONE;
    intern_reset(&work->repeat_keys);
}

void batch_reset(struct batch *batch, uint64_t base)
{
    batch->base = base;
    batch->count = 0;
    batch->kind_count = 0;
    intern_reset(&batch->kind_keys);
    own_names_reset(&batch->own_names);
    intern_reset(&batch->names);
    buf_clear(&batch->objects);
    batch->repeat_count = 0;
    batch->part_count = 0;
    buf_clear(&batch->fields);
    numbers_clear(&batch->numbers);
    batch->first_time = STAMP_NONE;
    batch->last_time = STAMP_NONE;
    batch->in_order = true;
    batch->undated = 0;
    memset(batch->understood, 0, sizeof(batch->understood));
    batch->total = 0;
    batch->match_limits = 0;
    arena_reset(&batch->arena);
    reset_work(batch->work);
}

static void append_kind(struct batch *batch, const struct kind *kind)
{
    batch->kinds = mem_grow(batch->kinds, &batch->kind_capacity,
        batch->kind_count + 1, sizeof(*batch->kinds));
    batch->kinds[batch->kind_count++] = kind_copy(kind, &batch->arena);
}

static uint32_t find_kind(
    struct batch *batch, const struct record *record, uint64_t *spill)
{
    struct batch_work *work = batch->work;
    uint32_t *recent = &work->recent_kinds[kind_glance(record) % RECENT_KINDS];
    if (*recent > 0 && kind_fits(&batch->kinds[*recent - 1], record))
        return *recent - 1;

    struct kind kind = kind_describe(record, spill);
    buf_clear(&work->scratch);
    kind_write_key(&kind, &work->scratch);
    uint32_t number = intern_add(&batch->kind_keys, buf_str(&work->scratch));
    if (number == batch->kind_count)
        append_kind(batch, &kind);
    *recent = number + 1;
    return number;
}

/* What the record adds to what is known of its kind. */
static void note_fields(struct batch *batch, uint32_t number,
    const struct record *record, struct str default_host, uint64_t spill)
{
    struct kind *kind = &batch->kinds[number];
    uint64_t fields = record->present;
    if (record->time != STAMP_NONE)
        fields |= FIELD_BIT(FIELD_TIME);
    if (record->time_end != STAMP_NONE)
        fields |= FIELD_BIT(FIELD_TIME_END);
    if (record->count > 1)
        fields |= FIELD_BIT(FIELD_COUNT_OF);
    if (default_host.len > 0)
        fields |= FIELD_BIT(FIELD_HOST);
    if (kind->severity >= 0)
        fields |= FIELD_BIT(FIELD_SEVERITY) | FIELD_BIT(FIELD_LEVEL);
    if (record_has(record, FIELD_SEVERITY) || record_has(record, FIELD_LEVEL))
        kind_severity(record, &spill);
    kind->fields |= fields;
    kind->spill |= spill;
    if (record->extra_count == 0)
        return;
    kind->extras = true;
    if (!own_names_note(&batch->own_names, number, record))
        kind->open_names = true;
}

static uint32_t find_name(
    struct batch *batch, size_t column, const struct str *name)
{
    uint32_t *recent = &batch->work->recent_names[column];
    if (*recent != EVENT_NO_NAME) {
        const struct str *known = &batch->names.text[*recent];
        if (known->len == name->len &&
            memcmp(known->ptr, name->ptr, name->len) == 0)
            return *recent;
    }
    return *recent = intern_add(&batch->names, *name);
}

static uint32_t find_cut_name(
    struct batch *batch, size_t column, struct str name)
{
    struct str cut = record_cut(name, LIMIT_NAME);
    return cut.len == 0 ? EVENT_NO_NAME : find_name(batch, column, &cut);
}

static void fill_names(struct batch *batch, const struct record *record,
    struct str default_host, struct event *event, uint64_t *spill)
{
    for (size_t i = 0; i < NAME_COLUMNS; i++) {
        enum field field = name_columns[i].field;
        uint32_t *number = name_at(event, &name_columns[i]);
        const struct str *name = &record->value[field];
        if (!record_has(record, field)) {
            *number = field == FIELD_HOST
                          ? find_cut_name(batch, i, default_host)
                          : EVENT_NO_NAME;
        } else if (name->len <= LIMIT_NAME) {
            *number = find_name(batch, i, name);
        } else {
            *number = find_cut_name(batch, i, *name);
            *spill |= FIELD_BIT(field);
        }
    }
}

/* A user of whom the log knows the number only. */
static void fill_numbers_of_users(
    struct batch *batch, const struct record *record, struct event *event)
{
    struct str user = record_get(record, FIELD_USER);
    if (user.len == 0) {
        struct str number = account_number(record);
        if (number.len > 0)
            event->user = intern_add(&batch->names, number);
        event->user_is_number = number.len > 0;
    } else {
        event->user_is_number = account_is_number(record, user);
    }
    event->target_is_number =
        account_is_number(record, record_get(record, FIELD_TARGET_USER));
}

static void fill_ips(
    const struct record *record, struct event *event, uint64_t *spill)
{
    for (size_t i = 0; i < COUNT_OF(ip_columns); i++) {
        enum field field = ip_columns[i].field;
        struct ip *ip = ip_at(event, &ip_columns[i]);
        if (record_ip(record, field, ip))
            continue;
        *ip = (struct ip){0};
        *spill |= record->present & FIELD_BIT(field);
    }
}

static void fill_numbers(
    const struct record *record, struct event *event, uint64_t *spill)
{
    for (size_t i = 0; i < COUNT_OF(number_columns); i++) {
        const struct number_column *column = &number_columns[i];
        int64_t *number = number_at(event, column);
        *number = EVENT_NO_NUMBER;
        if (!record_has(record, column->field))
            continue;
        int64_t value;
        if (str_to_i64(record->value[column->field], &value) &&
            value >= column->min && value <= column->max)
            *number = value;
        else
            *spill |= FIELD_BIT(column->field);
    }
}

static void fill_object(struct batch *batch, const struct record *record,
    enum field field, struct event *event, uint64_t *spill)
{
    event->object_start = (uint32_t)batch->objects.len;
    event->object_length = 0;
    if (field == FIELD_NONE)
        return;
    struct str whole = record_get(record, field);
    struct str object = record_cut(whole, LIMIT_OBJECT);
    if (object.len < whole.len)
        *spill |= FIELD_BIT(field);
    event->object_length = (uint32_t)object.len;
    buf_add_str(&batch->objects, object);
}

/* Counts are of what the log tells of, not of rows. */
static void count_record(
    struct batch *batch, const struct record *record, uint32_t count)
{
    batch->total += count;
    batch->understood[record->understood] += count;
    if (record->time == STAMP_NONE) {
        batch->undated += count;
        return;
    }
    if (batch->first_time == STAMP_NONE || record->time < batch->first_time)
        batch->first_time = record->time;
    if (batch->last_time == STAMP_NONE || record->time > batch->last_time)
        batch->last_time = record->time;
}

static void add_span(struct batch *batch, uint32_t event, struct span span)
{
    batch->parts = mem_grow(batch->parts, &batch->part_capacity,
        batch->part_count + 1, sizeof(*batch->parts));
    batch->parts[batch->part_count++] = (struct event_part){event, span};
}

static void add_parts(
    struct batch *batch, uint32_t event, const struct record *record)
{
    for (size_t i = 0; i < record->part_count; i++)
        add_span(batch, event, record->parts[i]);
}

static uint32_t add_repeat(
    struct batch *batch, uint32_t event, uint32_t count, int64_t time_end)
{
    batch->repeats = mem_grow(batch->repeats, &batch->repeat_capacity,
        batch->repeat_count + 1, sizeof(*batch->repeats));
    batch->repeats[batch->repeat_count] =
        (struct event_repeat){event, count, time_end};
    return (uint32_t)batch->repeat_count++;
}

static void add_text(struct buf *key, struct str text)
{
    buf_add_varint(key, text.len);
    buf_add_str(key, text);
}

static void write_repeat_key(
    const struct record *record, uint32_t kind, uint32_t host, struct buf *key)
{
    buf_clear(key);
    buf_add_varint(key, kind);
    buf_add_varint(key, host);
    uint64_t fields =
        record->present & ~(record->repeat_ignores | REPEAT_ALWAYS_IGNORES |
                              FIELD_BIT(FIELD_HOST));
    for (size_t i = 0; i < FIELD_TOTAL; i++) {
        if ((fields & FIELD_BIT(i)) == 0)
            continue;
        buf_add_varint(key, i);
        add_text(key, record->value[i]);
    }
}

/* The row of the record's key; its event is NO_ROW when the key is new. Lives
 * until the next call. */
static struct repeat_row *find_repeat_row(struct batch *batch,
    const struct record *record, uint32_t kind, uint32_t host)
{
    struct batch_work *work = batch->work;
    write_repeat_key(record, kind, host, &work->scratch);
    uint32_t known = work->repeat_keys.count;
    uint32_t number = intern_add(&work->repeat_keys, buf_str(&work->scratch));
    if (number == known) {
        work->repeat_rows =
            mem_grow(work->repeat_rows, &work->repeat_row_capacity,
                (size_t)number + 1, sizeof(*work->repeat_rows));
        work->repeat_rows[number] = (struct repeat_row){.event = NO_ROW};
    }
    return &work->repeat_rows[number];
}

/* A step backwards in time is no repeat. The difference cannot overflow as
 * unsigned. */
static bool row_takes(const struct batch *batch, const struct repeat_row *row,
    const struct record *record, uint32_t count)
{
    if (row->event == NO_ROW || record->time == STAMP_NONE ||
        row->last_time == STAMP_NONE || record->time < row->last_time ||
        (uint64_t)record->time - (uint64_t)row->last_time > REPEAT_WINDOW)
        return false;
    uint32_t before =
        row->repeat == NO_ROW ? 1 : batch->repeats[row->repeat].count;
    return before <= UINT32_MAX - count;
}

/* What differs between members stands in no column of their row. */
static void clear_columns(
    struct event *event, const struct kind *kind, uint64_t fields)
{
    for (size_t i = 0; i < NAME_COLUMNS; i++)
        if ((fields & FIELD_BIT(name_columns[i].field)) != 0)
            *name_at(event, &name_columns[i]) = EVENT_NO_NAME;
    for (size_t i = 0; i < COUNT_OF(ip_columns); i++)
        if ((fields & FIELD_BIT(ip_columns[i].field)) != 0)
            *ip_at(event, &ip_columns[i]) = (struct ip){0};
    for (size_t i = 0; i < COUNT_OF(number_columns); i++)
        if ((fields & FIELD_BIT(number_columns[i].field)) != 0)
            *number_at(event, &number_columns[i]) = EVENT_NO_NUMBER;
    if (kind->object != FIELD_NONE && (fields & FIELD_BIT(kind->object)) != 0)
        event->object_length = 0;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b; /* STAMP_NONE is before everything */
}

/* Make the record one more member of the row. */
static void row_take(struct batch *batch, struct repeat_row *row,
    const struct record *record, uint32_t count)
{
    struct event *event = &batch->events[row->event];
    struct kind *kind = &batch->kinds[event->kind];
    if (row->repeat == NO_ROW)
        row->repeat = add_repeat(batch, row->event, 1, STAMP_NONE);
    struct event_repeat *repeat = &batch->repeats[row->repeat];
    repeat->count += count;
    repeat->time_end =
        later(repeat->time_end, later(record->time, record->time_end));
    row->last_time = record->time;

    if (!row->has_parts)
        add_span(
            batch, row->event, (struct span){event->offset, event->length});
    row->has_parts = true;
    if (record->part_count > 0)
        add_parts(batch, row->event, record);
    else
        add_span(
            batch, row->event, (struct span){record->offset, record->length});

    uint64_t ignored = record->repeat_ignores & ~FIELD_BIT(FIELD_HOST);
    clear_columns(event, kind, ignored);
    kind->spill |= ignored & kind->fields;
    kind->fields |= FIELD_BIT(FIELD_COUNT_OF) | FIELD_BIT(FIELD_TIME_END);
}

static void add_field(
    struct buf *out, size_t start, struct str name, struct str value)
{
    buf_add_char(out, out->len == start ? '{' : ',');
    json_add_string(out, name);
    buf_add_char(out, ':');
    json_add_string(out, value);
}

/* One line: {"user":"alice","x.Own Name":"..."}, or an empty one. */
static void add_fields(struct batch *batch, const struct record *record)
{
    struct buf *out = &batch->fields;
    struct buf *name = &batch->work->scratch;
    size_t start = out->len;
    for (size_t i = 0; i < FIELD_TOTAL; i++)
        if ((record->present & FIELD_BIT(i)) != 0)
            add_field(
                out, start, str_from(field_table[i].name), record->value[i]);
    for (size_t i = 0; i < record->extra_count; i++) {
        buf_clear(name);
        buf_add_cstr(name, "x.");
        buf_add_str(name, record->extras[i].name);
        add_field(out, start, buf_str(name), record->extras[i].value);
    }
    if (out->len > start)
        buf_add_char(out, '}');
    buf_add_char(out, '\n');
}

static void watch_order(struct batch *batch, int64_t time)
{
    if (time == STAMP_NONE)
        return;
    if (time < batch->work->row_time)
        batch->in_order = false;
    batch->work->row_time = time;
}

/* What few events have: a count, an end, several runs of bytes. Returns the
 * number of the repeat or NO_ROW. */
static uint32_t append_rare(struct batch *batch, const struct record *record,
    uint32_t event, uint32_t count)
{
    add_parts(batch, event, record);
    if (count == 1 && record->time_end == STAMP_NONE)
        return NO_ROW;
    return add_repeat(batch, event, count, record->time_end);
}

/* The place of the next row, which does not count as one yet. */
static struct event *next_event(struct batch *batch)
{
    if (batch->count == batch->capacity)
        batch->events = mem_grow(batch->events, &batch->capacity,
            batch->count + 1, sizeof(*batch->events));
    return &batch->events[batch->count];
}

void batch_add(struct batch *batch, const struct record *record,
    struct str default_host, bool keep_fields)
{
    uint32_t count = record->count > 0 ? record->count : 1;
    uint64_t spill = 0;
    struct event *event = next_event(batch);
    event->time = record->time;
    event->offset = record->offset;
    event->length = record->length;
    event->kind = find_kind(batch, record, &spill);
    struct kind *kind = &batch->kinds[event->kind];
    fill_names(batch, record, default_host, event, &spill);
    fill_numbers_of_users(batch, record, event);
    fill_ips(record, event, &spill);
    fill_numbers(record, event, &spill);
    fill_object(batch, record, (enum field)kind->object, event, &spill);
    note_fields(batch, event->kind, record, default_host, spill);
    if (event->user != EVENT_NO_NAME)
        kind->fields |= FIELD_BIT(FIELD_USER);
    count_record(batch, record, count);
    if (record->number > 0)
        numbers_add(&batch->numbers, record->number);

    struct repeat_row *row = NULL;
    if (record->aggregates)
        row = find_repeat_row(batch, record, event->kind, event->host);
    if (row != NULL && row_takes(batch, row, record, count)) {
        batch->objects.len = event->object_start;
        row_take(batch, row, record, count);
        return;
    }

    uint32_t number = (uint32_t)batch->count++;
    watch_order(batch, record->time);
    uint32_t repeat = append_rare(batch, record, number, count);
    if (row != NULL)
        *row = (struct repeat_row){
            number, repeat, record->time, record->part_count > 0};
    if (keep_fields)
        add_fields(batch, record);
}

static int compare_repeats(const void *left, const void *right)
{
    const struct event_repeat *a = left, *b = right;
    return (a->event > b->event) - (a->event < b->event);
}

static bool parts_are_sorted(const struct batch *batch)
{
    for (size_t i = 1; i < batch->part_count; i++)
        if (batch->parts[i].event < batch->parts[i - 1].event)
            return false;
    return true;
}

/* By event, those of one event staying in their order (which qsort would not
 * promise): count how many each has, then put every part in its place. */
static void sort_parts(struct batch *batch)
{
    if (parts_are_sorted(batch))
        return;
    size_t *place = xcalloc(batch->count + 1, sizeof(*place));
    for (size_t i = 0; i < batch->part_count; i++)
        place[batch->parts[i].event + 1]++;
    for (size_t i = 1; i <= batch->count; i++)
        place[i] += place[i - 1];

    size_t capacity = 0;
    struct event_part *sorted =
        mem_grow(NULL, &capacity, batch->part_count, sizeof(*sorted));
    for (size_t i = 0; i < batch->part_count; i++)
        sorted[place[batch->parts[i].event]++] = batch->parts[i];
    free(batch->parts);
    batch->parts = sorted;
    batch->part_capacity = capacity;
    free(place);
}

void batch_finish(struct batch *batch)
{
    if (batch->repeat_count > 1)
        qsort(batch->repeats, batch->repeat_count, sizeof(*batch->repeats),
            compare_repeats);
    sort_parts(batch);
    numbers_join(&batch->numbers);
}

struct str batch_object(const struct batch *batch, const struct event *event)
{
    return str_sub(
        buf_str(&batch->objects), event->object_start, event->object_length);
}

struct str batch_name(const struct batch *batch, uint32_t name)
{
    return name == EVENT_NO_NAME ? (struct str){0} : batch->names.text[name];
}
