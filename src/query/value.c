#include <string.h>

#include "src/base/mem.h"
#include "src/event/batch.h"
#include "src/query/inside.h"

enum { EVENTS_OF_A_RECORD_MAX = 64 };
enum { SHARES_UNKNOWN, SHARES_NONE, SHARES_SOME };

/* --- of a kind ----------------------------------------------------------- */

bool kind_value(const struct kind *kind, enum field field, struct str *out)
{
    static const char *const digits[] = {
        "0", "1", "2", "3", "4", "5", "6", "7"};
    switch (field) {
    case FIELD_FORMAT:
        *out = kind->format;
        break;
    case FIELD_CATEGORY:
        *out = kind->category;
        break;
    case FIELD_ACTION:
        *out = kind->action;
        break;
    case FIELD_OUTCOME:
        *out = kind->outcome;
        break;
    case FIELD_PROVIDER:
        *out = kind->provider;
        break;
    case FIELD_CHANNEL:
        *out = kind->channel;
        break;
    case FIELD_CODE:
        *out = kind->code;
        break;
    case FIELD_SEVERITY:
        *out = kind->severity >= 0 && kind->severity <= 7
                   ? str_from(digits[kind->severity])
                   : (struct str){0};
        break;
    case FIELD_LEVEL:
        *out = str_from(kind_level(kind));
        break;
    case FIELD_TIME_QUALITY:
        *out =
            str_from(time_quality_name((enum time_quality)kind->time_quality));
        break;
    default:
        return false;
    }
    return out->len > 0;
}

/* --- of the source and the bytes ----------------------------------------- */

/* The first holder of a continued source's beginning: its content's hash names
 * the events that both have. */
static const struct source *first_holder(
    const struct search *search, int64_t id)
{
    const struct source *source = search_source(search, id);
    for (size_t hops = 0; source != NULL && source->continues != 0 &&
                          hops < search->source_count;
         hops++) {
        const struct source *before = search_source(search, source->continues);
        if (before == NULL)
            break;
        source = before;
    }
    return source;
}

/* Whether some rows of the batch stand at the same offset (several events out
 * of one record); asked once a batch. */
static bool shares_offsets(
    struct worker *worker, const struct batch_info *batch)
{
    struct search *search = worker->search;
    size_t index = (size_t)(batch - search->batches.at);
    if (worker->shares == NULL)
        worker->shares = xcalloc(search->batches.count, 1);
    if (worker->shares[index] == SHARES_UNKNOWN) {
        sqlite3_stmt *sql = store_prepare(worker->store,
            "SELECT count(*) > count(DISTINCT offset) FROM event"
            " WHERE id BETWEEN ?1 AND ?2",
            NULL);
        bool shares = true;
        if (sql != NULL) {
            sqlite3_bind_int64(sql, 1, batch->first_event);
            sqlite3_bind_int64(sql, 2, batch->first_event + batch->rows - 1);
            if (sqlite3_step(sql) == SQLITE_ROW)
                shares = sqlite3_column_int(sql, 0) != 0;
            sqlite3_finalize(sql);
        }
        worker->shares[index] = shares ? SHARES_SOME : SHARES_NONE;
    }
    return worker->shares[index] == SHARES_SOME;
}

/* How many rows before this one stand at its offset. They are its neighbours:
 * a record's events get ids in a row. */
static int64_t ordinal_of(struct worker *worker, const struct row *row)
{
    if (!shares_offsets(worker, row->batch))
        return 0;
    sqlite3_stmt *sql = store_prepare(worker->store,
        "SELECT count(*) FROM event WHERE id BETWEEN ?1 AND ?2 - 1"
        " AND offset = ?3",
        NULL);
    if (sql == NULL)
        return 0;
    int64_t from = row->at.id - EVENTS_OF_A_RECORD_MAX;
    if (from < row->batch->first_event)
        from = row->batch->first_event;
    sqlite3_bind_int64(sql, 1, from);
    sqlite3_bind_int64(sql, 2, row->at.id);
    sqlite3_bind_int64(sql, 3, (int64_t)(row->offset - row->batch->base));
    int64_t before =
        sqlite3_step(sql) == SQLITE_ROW ? sqlite3_column_int64(sql, 0) : 0;
    sqlite3_finalize(sql);
    return before;
}

/* HASH-OFFSET, and -N for the Nth further event at the same place. */
static bool key_value(
    struct worker *worker, const struct row *row, struct buf *out)
{
    const struct source *source =
        first_holder(worker->search, row->batch->source);
    if (source == NULL || source->sha256.len == 0)
        return false;
    char hex[HASH_HEX_MAX];
    digest_hex(&source->sha256, hex);
    buf_add_cstr(out, hex);
    buf_printf(out, "-%llu", (unsigned long long)row->offset);
    int64_t ordinal = ordinal_of(worker, row);
    if (ordinal > 0)
        buf_printf(out, "-%lld", (long long)ordinal);
    return true;
}

/* Line breaks of a binary are bytes like others. */
static bool has_lines(struct worker *worker, const struct row *row)
{
    struct reader *reader = reread_reader(worker, row->batch->source);
    return reader == NULL || reader->text != TEXT_VALUES;
}

/* Text as it is, a binary record as people read it where that is possible. */
static void raw_value(
    struct worker *worker, struct subject *subject, struct buf *out)
{
    size_t start = out->len;
    if (row_as_text(worker, subject->row, out, NULL) == 1) {
        struct str text = str_from_index(buf_str(out), start);
        out->len = start + str_trim_end(text).len;
        return;
    }
    buf_add_str(out, str_trim_end(subject_text(worker, subject)));
}

static bool source_value(struct worker *worker, struct subject *subject,
    enum field field, struct buf *out)
{
    const struct row *row = subject->row;
    const struct source *source =
        search_source(worker->search, row->batch->source);
    int64_t line;
    switch (field) {
    case FIELD_SOURCE:
        if (source != NULL)
            buf_add_cstr(out, source->path);
        return source != NULL;
    case FIELD_COLLECTED_HOST:
        if (source != NULL)
            buf_add_cstr(out, source->collected_host);
        return source != NULL && source->collected_host[0] != '\0';
    case FIELD_KEY:
        return key_value(worker, row, out);
    case FIELD_LINE:
        if (!has_lines(worker, row))
            return false;
        line =
            content_line_at(worker->content, row->batch->source, row->offset);
        if (line > 0)
            buf_add_i64(out, line);
        return line > 0;
    case FIELD_RAW:
        raw_value(worker, subject, out);
        return true;
    default:
        return false;
    }
}

/* --- of the record ------------------------------------------------------- */

bool value_elsewhere(struct worker *worker, struct subject *subject,
    enum field field, struct str name, struct buf *out)
{
    if (field != FIELD_NONE && field_table[field].place == FIELD_IN_SOURCE)
        return source_value(worker, subject, field, out);
    const struct record *record = subject_record(worker, subject);
    if (record == NULL)
        return false;
    if (field == FIELD_NONE) {
        struct str value;
        if (!record_find_extra(record, name, &value))
            return false;
        buf_add_str(out, value);
        return true;
    }
    if (!record_has(record, field))
        return false;
    buf_add_str(out, record_get(record, field));
    return true;
}

/* --- of the row ---------------------------------------------------------- */

static void add_time(
    struct worker *worker, const struct row *row, int64_t time, struct buf *out)
{
    const struct kind *kind = search_kind(worker->search, row->kind);
    enum stamp_precision precision =
        kind != NULL && kind->precision < STAMP_PRECISION_COUNT
            ? (enum stamp_precision)kind->precision
            : STAMP_PRECISION_NS;
    char text[STAMP_TEXT_MAX];
    buf_add(out, text, stamp_format(time, precision, 0, text));
}

static bool row_value(struct worker *worker, const struct row *row,
    enum field field, struct buf *out)
{
    int64_t time = field == FIELD_TIME_END ? row->time_end : row->at.time;
    if (field == FIELD_TIME || field == FIELD_TIME_END) {
        if (time != STAMP_NONE)
            add_time(worker, row, time, out);
        return time != STAMP_NONE;
    }
    if (field == FIELD_COUNT_OF) {
        buf_add_u64(out, row->count);
        return true;
    }
    if (field == FIELD_SRC_IP || field == FIELD_DST_IP) {
        const struct ip *ip = row_ip(row, field);
        char text[IP_TEXT_MAX];
        if (ip->family != 0)
            buf_add(out, text, ip_format(ip, text));
        return ip->family != 0;
    }
    int64_t number = row_number(row, field);
    if (number != EVENT_NO_NUMBER)
        buf_add_i64(out, number);
    return number != EVENT_NO_NUMBER;
}

static bool spilled(const struct kind *kind, enum field field)
{
    return kind != NULL && (kind->spill & FIELD_BIT(field)) != 0;
}

/* What stands in the row (or follows from it) without reading the record. */
static bool near_value(struct worker *worker, const struct row *row,
    const struct kind *kind, enum field field, struct buf *out)
{
    struct str text = {0};
    switch (field_table[field].place) {
    case FIELD_IN_ROW:
        return row_value(worker, row, field, out);
    case FIELD_IN_ENTITY:
        text = names_get(worker->names, row_name(row, field));
        break;
    case FIELD_IN_KIND:
        if (kind == NULL || !kind_value(kind, field, &text))
            return false;
        break;
    case FIELD_IN_OBJECT:
        if (kind != NULL && kind->object == field)
            text = row->object;
        break;
    case FIELD_IN_SOURCE:
    case FIELD_IN_RECORD:
    case FIELD_IN_FINDING:
        break;
    }
    buf_add_str(out, text);
    return text.len > 0;
}

/* Can the record hold what the row does not? */
static bool may_be_elsewhere(const struct kind *kind, enum field field)
{
    enum field_place place = field_table[field].place;
    if (place == FIELD_IN_SOURCE)
        return true;
    if (place == FIELD_IN_FINDING || kind == NULL)
        return false;
    if (place == FIELD_IN_RECORD || place == FIELD_IN_OBJECT)
        return (kind->fields & FIELD_BIT(field)) != 0;
    return place == FIELD_IN_ROW && column_of(field) == COLUMN_TOTAL
               ? (kind->fields & FIELD_BIT(field)) != 0
               : spilled(kind, field);
}

bool value_of_subject(struct worker *worker, struct subject *subject,
    enum field field, struct str name, struct buf *out)
{
    const struct row *row = subject->row;
    if (field == FIELD_NONE)
        return kinds_may_have(&worker->search->kinds, row->kind, name) &&
               value_elsewhere(worker, subject, field, name, out);
    const struct kind *kind = search_kind(worker->search, row->kind);
    size_t start = out->len;
    enum field_place place = field_table[field].place;
    bool here = near_value(worker, row, kind, field, out);
    bool cut = place != FIELD_IN_ROW && spilled(kind, field);
    if ((here && !cut) || !may_be_elsewhere(kind, field))
        return here;
    struct buf whole = {0};
    bool found = value_elsewhere(worker, subject, field, name, &whole);
    if (found) {
        out->len = start;
        buf_add_str(out, buf_str(&whole));
    }
    buf_done(&whole);
    return found || here;
}

static bool value_of_row(struct search *search, const struct row *row,
    enum field field, struct str name, struct buf *out)
{
    struct worker *worker = search_worker(search, NULL);
    if (worker == NULL)
        return false;
    struct subject subject;
    subject_of_row(worker, row, &subject);
    if (row->count > 1 && field != FIELD_RAW)
        subject.part_count = 1;
    return value_of_subject(worker, &subject, field, name, out);
}

bool search_value(struct search *search, const struct row *row,
    enum field field, struct buf *out)
{
    return value_of_row(search, row, field, (struct str){0}, out);
}

bool search_name_origin(struct search *search, const struct row *row,
    enum field field, struct buf *out)
{
    struct worker *worker = search_worker(search, NULL);
    struct str number;
    int64_t id;
    if (worker == NULL ||
        !names_origin(worker->names, row_name(row, field), &number, &id))
        return false;
    const struct source *source = search_source(search, id);
    buf_printf(out, "uid %.*s, named by source %lld (%s)", STR_ARG(number),
        (long long)id, source != NULL ? source->path : "");
    return true;
}

bool search_own_value(struct search *search, const struct row *row,
    struct str name, struct buf *out)
{
    return value_of_row(search, row, FIELD_NONE, name, out);
}

/* The first member, when the row stands for several. */
const struct record *search_record(
    struct search *search, const struct row *row, struct err *err)
{
    struct worker *worker = search_worker(search, err);
    if (worker == NULL)
        return NULL;
    struct subject subject;
    subject_of_row(worker, row, &subject);
    if (row->count > 1)
        subject.part_count = 1;
    const struct record *record = subject_record(worker, &subject);
    if (record == NULL)
        err_set(err, ERR_NOT_FOUND, "the record of event %lld cannot be read",
            (long long)row->at.id);
    return record;
}

int search_raw(struct search *search, const struct row *row, struct buf *out,
    struct err *err)
{
    struct worker *worker = search_worker(search, err);
    if (worker == NULL)
        return -1;
    struct subject subject;
    subject_of_row(worker, row, &subject);
    return subject_bytes(worker, &subject, out, err);
}

int search_text(struct search *search, const struct row *row, struct buf *out,
    struct err *err)
{
    struct worker *worker = search_worker(search, err);
    if (worker == NULL)
        return -1;
    const struct source *source = search_source(search, row->batch->source);
    const struct span *parts;
    struct buf bytes = {0};
    size_t count = reread_parts(worker, row, &parts);
    int rc = 0;
    for (size_t i = 0; i < count && rc == 0; i++) {
        buf_clear(&bytes);
        rc = content_read(worker->content, row->batch->source, parts[i].offset,
            parts[i].length, &bytes, err);
        encoding_decode(source != NULL ? source->encoding : ENCODING_UTF8,
            buf_str(&bytes), out);
        if (i + 1 < count && !str_ends_with(buf_str(out), STR("\n")))
            buf_add_char(out, '\n');
    }
    buf_done(&bytes);
    return rc;
}

bool search_failed(struct search *search, struct err *err)
{
    struct worker *worker = search->workers;
    if (worker == NULL || !worker->failed)
        return false;
    worker->failed = false;
    if (err != NULL)
        *err = worker->err;
    return true;
}
