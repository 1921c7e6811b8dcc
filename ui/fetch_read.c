/* Rows and details with all their texts, so that the screen reads nothing. */
#include <stdlib.h>

#include "ui/fetch_inside.h"

/* --- rows ---------------------------------------------------------------- */

struct reading_row {
    struct search *search;
    const struct row *row;
    struct arena *arena;
    struct buf scratch;
};

static struct str keep(struct arena *arena, struct str text)
{
    return arena_copy(arena, record_cut(text, FETCHED_TEXT_MAX));
}

static struct str value_of(struct reading_row *reading, enum field field)
{
    buf_clear(&reading->scratch);
    if (!search_value(reading->search, reading->row, field, &reading->scratch))
        return STR("");
    return keep(reading->arena, buf_str(&reading->scratch));
}

/* What a reader wants to see of the event, at worst its bytes. */
static struct str message_of(struct reading_row *reading)
{
    buf_clear(&reading->scratch);
    if (search_says(reading->search, reading->row, &reading->scratch))
        return keep(reading->arena, buf_str(&reading->scratch));
    return value_of(reading, FIELD_RAW);
}

static void read_kind(
    struct reading_row *reading, const struct kind *kind, struct fetched *out)
{
    if (kind == NULL)
        return;
    out->precision = (enum stamp_precision)kind->precision;
    out->quality = (enum time_quality)kind->time_quality;
    out->understood = (enum understood)kind->understood;
    out->object_field = (enum field)kind->object;
    out->format = keep(reading->arena, kind->format);
    out->category = keep(reading->arena, kind->category);
    out->action = keep(reading->arena, kind->action);
    out->outcome = keep(reading->arena, kind->outcome);
}

static void read_row(struct reading_row *reading, struct fetched *out)
{
    const struct row *row = reading->row;
    *out = (struct fetched){
        .at = row->at,
        .count = row->count,
        .matched = row->matched,
        .time_end = row->time_end,
        .source = row->batch->source,
        .offset = row->offset,
        .length = row->length,
        .object_field = FIELD_NONE,
    };
    read_kind(reading, search_kind(reading->search, row->kind), out);
    out->host = value_of(reading, FIELD_HOST);
    out->user = value_of(reading, FIELD_USER);
    out->target_user = value_of(reading, FIELD_TARGET_USER);
    out->process = value_of(reading, FIELD_PROCESS);
    out->src_ip = value_of(reading, FIELD_SRC_IP);
    out->dst_ip = value_of(reading, FIELD_DST_IP);
    out->object = keep(reading->arena, row->object);
    out->message = message_of(reading);
}

struct rows_page *read_rows(struct hand *hand, struct err *err)
{
    struct rows_page *page = xcalloc(1, sizeof(*page));
    struct reading_row reading = {
        .search = hand->search,
        .arena = &page->arena,
    };
    page->count = hand->page.count;
    page->rows = xcalloc(page->count + 1, sizeof(*page->rows));
    for (size_t i = 0; i < page->count; i++) {
        reading.row = &hand->page.rows[i];
        read_row(&reading, &page->rows[i]);
    }
    buf_done(&reading.scratch);
    if (!search_failed(hand->search, err))
        return page;
    rows_page_free(page);
    return NULL;
}

/* --- one event ----------------------------------------------------------- */

/* Values longer than this are cut in the pane; the raw bytes have it all. */
enum { DETAIL_VALUE_MAX = 64 << 10 };
/* How much before and after the event is looked through for lines. */
enum { NEAR_BYTES = 16 << 10, NEAR_LINES = 100, NEAR_RECORDS = 20 };

void detail_answer_free(struct detail_answer *answer)
{
    if (answer == NULL)
        return;
    arena_done(&answer->arena);
    free(answer);
}

struct collecting {
    struct detail_answer *answer;
    struct detail_value *values;
    size_t count, capacity;
    struct buf scratch;
};

static void add_value(
    struct collecting *collecting, struct str name, struct str value)
{
    struct arena *arena = &collecting->answer->arena;
    collecting->values = mem_grow(collecting->values, &collecting->capacity,
        collecting->count + 1, sizeof(*collecting->values));
    collecting->values[collecting->count++] = (struct detail_value){
        arena_copy(arena, name),
        arena_copy(arena, record_cut(value, DETAIL_VALUE_MAX)),
    };
}

/* What happened comes first, where it stands last. */
static const enum field fields_first[] = {
    FIELD_TIME,
    FIELD_TIME_END,
    FIELD_COUNT_OF,
    FIELD_MESSAGE,
};
static const enum field fields_last[] = {
    FIELD_TIME_QUALITY,
    FIELD_FORMAT,
    FIELD_COLLECTED_HOST,
    FIELD_SOURCE,
    FIELD_LINE,
    FIELD_RECORD,
    FIELD_ID,
    FIELD_KEY,
};
enum {
    FIELDS_FIRST = sizeof(fields_first) / sizeof(*fields_first),
    FIELDS_LAST = sizeof(fields_last) / sizeof(*fields_last),
};

static uint64_t bits_of(const enum field *fields, size_t count)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < count; i++)
        bits |= FIELD_BIT(fields[i]);
    return bits;
}

static void add_field(struct collecting *collecting, struct search *search,
    const struct row *row, enum field field)
{
    if (field == FIELD_COUNT_OF && row->count == 1)
        return;
    buf_clear(&collecting->scratch);
    if (search_value(search, row, field, &collecting->scratch))
        add_value(collecting, str_from(field_table[field].name),
            buf_str(&collecting->scratch));
}

/* A name that is not the log's. */
static void add_origin(struct collecting *collecting, struct search *search,
    const struct row *row, enum field field, const char *name)
{
    buf_clear(&collecting->scratch);
    if (search_name_origin(search, row, field, &collecting->scratch))
        add_value(collecting, str_from(name), buf_str(&collecting->scratch));
}

static void add_fields(
    struct collecting *collecting, struct search *search, const struct row *row)
{
    uint64_t elsewhere = bits_of(fields_first, FIELDS_FIRST) |
                         bits_of(fields_last, FIELDS_LAST) |
                         FIELD_BIT(FIELD_RAW);
    for (size_t i = 0; i < FIELDS_FIRST; i++)
        add_field(collecting, search, row, fields_first[i]);
    for (int f = 0; f < FIELD_TOTAL; f++)
        if ((elsewhere & FIELD_BIT(f)) == 0)
            add_field(collecting, search, row, (enum field)f);
    add_origin(collecting, search, row, FIELD_USER, "user from");
    add_origin(collecting, search, row, FIELD_TARGET_USER, "target from");
}

static void add_extras(
    struct collecting *collecting, struct search *search, const struct row *row)
{
    const struct record *record = search_record(search, row, NULL);
    for (size_t i = 0; record != NULL && i < record->extra_count; i++) {
        buf_clear(&collecting->scratch);
        buf_add_cstr(&collecting->scratch, "x.");
        buf_add_str(&collecting->scratch, record->extras[i].name);
        add_value(
            collecting, buf_str(&collecting->scratch), record->extras[i].value);
    }
}

static void add_values(
    struct detail_answer *answer, struct search *search, const struct row *row)
{
    struct collecting collecting = {.answer = answer};
    add_fields(&collecting, search, row);
    add_extras(&collecting, search, row);
    for (size_t i = 0; i < FIELDS_LAST; i++)
        add_field(&collecting, search, row, fields_last[i]);
    size_t size = collecting.count * sizeof(*collecting.values);
    struct detail_value *values = arena_alloc(&answer->arena, size + 1);
    for (size_t i = 0; i < collecting.count; i++)
        values[i] = collecting.values[i];
    answer->detail.values = values;
    answer->detail.count = collecting.count;
    free(collecting.values);
    buf_done(&collecting.scratch);
}

/* Members of a row that stands for several follow each other here. */
static void add_raw(
    struct detail_answer *answer, struct search *search, const struct row *row)
{
    struct buf raw = {0}, text = {0};
    search_raw(search, row, &raw, NULL);
    if (search_as_text(search, row, &text, NULL) != 1)
        search_text(search, row, &text, NULL);
    answer->detail.joined = raw.len != row->length;
    answer->detail.cut = raw.len > DETAIL_RAW_MAX || text.len > DETAIL_RAW_MAX;
    answer->detail.raw =
        arena_copy(&answer->arena, str_sub(buf_str(&raw), 0, DETAIL_RAW_MAX));
    answer->detail.text =
        arena_copy(&answer->arena, record_cut(buf_str(&text), DETAIL_RAW_MAX));
    buf_done(&raw);
    buf_done(&text);
}

/* --- the lines around ---------------------------------------------------- */

/* The last NEAR_LINES whole lines; what stands before the first line break is
 * the end of a line that began earlier, unless the source begins there. */
static struct str last_lines(struct str text, bool from_start)
{
    if (!from_start) {
        ptrdiff_t end = str_find_char(text, '\n');
        text = end < 0 ? STR("") : str_from_index(text, (size_t)end + 1);
    }
    size_t at = text.len, lines = 0;
    while (at > 0) {
        if (text.ptr[at - 1] == '\n' && at < text.len && ++lines == NEAR_LINES)
            break;
        at--;
    }
    return str_from_index(text, at);
}

static struct str first_lines(struct str text, bool to_end)
{
    size_t at = 0, lines = 0, end = 0;
    for (; at < text.len && lines < NEAR_LINES; at++)
        if (text.ptr[at] == '\n') {
            end = at + 1;
            lines++;
        }
    if (to_end && lines < NEAR_LINES)
        end = text.len;
    return str_sub(text, 0, end);
}

/* A record's own line break may stand behind it. */
static struct str without_break(struct str text)
{
    size_t at = text.len > 0 && text.ptr[0] == '\r';
    at += at < text.len && text.ptr[at] == '\n';
    return str_from_index(text, at);
}

static void read_near(struct search *search, const struct source *source,
    uint64_t from, uint64_t to, struct buf *out)
{
    struct buf bytes = {0};
    content_read(search_content(search), source->id, from, (size_t)(to - from),
        &bytes, NULL);
    buf_clear(out);
    encoding_decode(source->encoding, buf_str(&bytes), out);
    buf_done(&bytes);
}

static void add_lines(struct hand *hand, struct detail_answer *answer,
    const struct row *row, const struct source *source)
{
    struct buf text = {0};
    struct arena *arena = &answer->arena;
    uint64_t size = content_size(search_content(hand->search), source->id);
    uint64_t start = row->offset, end = row->offset + row->length;
    uint64_t from =
        start > NEAR_BYTES ? (start - NEAR_BYTES) & ~UINT64_C(1) : 0;
    uint64_t to =
        size > NEAR_BYTES && end < size - NEAR_BYTES ? end + NEAR_BYTES : size;
    if (start <= size) {
        read_near(hand->search, source, from, start, &text);
        answer->detail.before =
            arena_copy(arena, last_lines(buf_str(&text), from == 0));
    }
    if (end <= to) {
        read_near(hand->search, source, end, to, &text);
        answer->detail.after = arena_copy(
            arena, first_lines(without_break(buf_str(&text)), to == size));
    }
    buf_done(&text);
}

static void add_record_line(
    struct search *search, const struct row *row, struct buf *out)
{
    if (!search_value(search, row, FIELD_TIME, out))
        buf_add_cstr(out, "no time");
    buf_add_cstr(out, "  ");
    size_t start = out->len;
    search_value(search, row, FIELD_MESSAGE, out);
    for (size_t i = start; i < out->len; i++)
        if (out->ptr[i] == '\n')
            out->ptr[i] = ' ';
    buf_add_char(out, '\n');
}

/* Ids of one source's events follow each other as its records do. */
static struct str records_between(struct hand *hand, struct arena *arena,
    int64_t source, int64_t from, int64_t to)
{
    struct buf text = {0};
    struct page page = {0};
    for (int64_t id = from; id < to; id++)
        if (search_row(hand->search, id, &page, NULL) > 0 &&
            page.rows[0].batch->source == source)
            add_record_line(hand->search, &page.rows[0], &text);
    struct str kept = arena_copy(arena, buf_str(&text));
    page_done(&page);
    buf_done(&text);
    return kept;
}

static void add_records(
    struct hand *hand, struct detail_answer *answer, const struct row *row)
{
    int64_t source = row->batch->source, id = row->at.id;
    struct detail *detail = &answer->detail;
    struct arena *arena = &answer->arena;
    detail->before =
        records_between(hand, arena, source, id - NEAR_RECORDS, id);
    detail->among = records_between(hand, arena, source, id, id + 1);
    detail->after =
        records_between(hand, arena, source, id + 1, id + 1 + NEAR_RECORDS);
}

static void add_neighbours(struct hand *hand, struct detail_answer *answer,
    const struct row *row, const struct source *source)
{
    const struct parser *parser = NULL;
    const struct format *format = NULL;
    bool is_known = formats_choose(
        hand->fetch->formats, str_from(source->format), &parser, &format);
    answer->detail.among = answer->detail.text;
    if (is_known && parser != NULL && parser->is_text)
        add_lines(hand, answer, row, source);
    else if (is_known)
        add_records(hand, answer, row);
}

struct detail_answer *read_detail(struct hand *hand, const struct row *row)
{
    struct detail_answer *answer = xcalloc(1, sizeof(*answer));
    const struct source *source =
        search_source(hand->search, row->batch->source);
    add_values(answer, hand->search, row);
    add_raw(answer, hand->search, row);
    answer->detail.line_offset = row->offset;
    if (source != NULL) {
        answer->detail.source_path =
            arena_copy(&answer->arena, str_from(source->path));
        add_neighbours(hand, answer, row, source);
    }
    return answer;
}
