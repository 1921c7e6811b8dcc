/* lastlog: for each user id the last login, at the place that is the id times
 * the size of a record. Between those who ever logged in there is nothing but
 * zeros, on disk mostly holes.
 *
 * The user's name is not in it: the id is, as x.uid. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/readers.h"
#include "parsers/utmp_meaning.h"
#include "src/base/bytes.h"
#include "src/base/escape.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

enum {
    WINDOW = 256 << 10,
    SCORE_NAMED = 940,
    SCORE_NAMELESS = 800,
    GOOD_NAMELESS = 2, /* records, all of them good */
};

/* As utmp_layout.c. */
#define SECONDS_LEAST UINT64_C(315532800)
#define SECONDS_END UINT64_C(4102444800)

/* struct lastlog: a time, a line, a host. */
struct layout {
    uint16_t size, time_len, line_len, host_len;
    bool big_endian;
};
static const struct layout layouts[] = {
    {292, 4, 32, 256, false}, /* glibc, bits/utmp.h */
    {296, 8, 32, 256, false}, /* where its time has 64 bits */
    {292, 4, 32, 256, true},
    {296, 8, 32, 256, true},
    {28, 4, 8, 16, false}, /* Solaris and the old BSDs, <lastlog.h> */
    {28, 4, 8, 16, true},
};
enum {
    LAYOUT_COUNT = sizeof(layouts) / sizeof(layouts[0]),
    LAYOUT_NAMELESS = 4, /* those that are long enough to be known by content */
    RECORD_MAX = 296,
};

struct entry {
    uint64_t seconds;
    struct str line, host;
};

enum entry_state { ENTRY_EMPTY, ENTRY_GOOD, ENTRY_DAMAGED };

struct lastlog {
    const struct reading *reading;
    const struct layout *layout;
    struct blob blob;
    uint64_t start; /* of the window; a multiple of the record's size */
    size_t len, at; /* of the window */
    char *window;   /* [WINDOW] */
    struct arena arena;
};

/* --- one record ----------------------------------------------------------- */

static bool is_zero(struct str bytes)
{
    return bytes.len == 0 ||
           (bytes.ptr[0] == '\0' &&
               memcmp(bytes.ptr, bytes.ptr + 1, bytes.len - 1) == 0);
}

/* A text and the zeros behind it; `good` becomes false when it is none. */
static struct str text_of(struct bytes *in, size_t len, bool *good)
{
    struct str field = bytes_str(in, len);
    ptrdiff_t end = str_find_char(field, '\0');
    struct str text = end < 0 ? field : str_sub(field, 0, (size_t)end);
    for (size_t i = 0; i < text.len; i++)
        *good &= (unsigned char)text.ptr[i] >= 0x20 &&
                 (unsigned char)text.ptr[i] <= 0x7E;
    *good &= is_zero(str_from_index(field, text.len));
    return text;
}

static enum entry_state read_entry(
    const struct layout *layout, struct str record, struct entry *entry)
{
    struct bytes in = bytes_from_str(record);
    bool big = layout->big_endian;
    if (is_zero(record))
        return ENTRY_EMPTY;
    if (layout->time_len == 4)
        entry->seconds = big ? bytes_u32be(&in) : bytes_u32le(&in);
    else
        entry->seconds = big ? bytes_u64be(&in) : bytes_u64le(&in);
    bool good = true;
    entry->line = text_of(&in, layout->line_len, &good);
    entry->host = text_of(&in, layout->host_len, &good);
    good &= entry->line.len < layout->line_len ||
            entry->host.len < layout->host_len; /* no mere text */
    good &= !in.failed && entry->seconds >= SECONDS_LEAST &&
            entry->seconds < SECONDS_END;
    return good ? ENTRY_GOOD : ENTRY_DAMAGED;
}

/* --- the layout ----------------------------------------------------------- */

struct trial {
    size_t good, damaged;
};

/* Try the layout on the bytes that stand at `start` of the file. */
static struct trial try_layout(
    const struct layout *layout, uint64_t start, struct str bytes)
{
    struct trial trial = {0};
    struct entry entry;
    size_t at = (size_t)((layout->size - start % layout->size) % layout->size);
    for (; at + layout->size <= bytes.len; at += layout->size) {
        enum entry_state state =
            read_entry(layout, str_sub(bytes, at, layout->size), &entry);
        trial.good += state == ENTRY_GOOD;
        trial.damaged += state == ENTRY_DAMAGED;
    }
    return trial;
}

static const struct layout *find_layout(
    uint64_t start, struct str bytes, struct trial *best)
{
    const struct layout *found = NULL;
    *best = (struct trial){0};
    for (size_t i = 0; i < LAYOUT_COUNT; i++) {
        struct trial trial = try_layout(&layouts[i], start, bytes);
        bool better =
            trial.good * (best->damaged + 1) > best->good * (trial.damaged + 1);
        if (better) {
            found = &layouts[i];
            *best = trial;
        }
    }
    return found;
}

static bool is_named(struct str path)
{
    ptrdiff_t slash = str_find_last_char(path, '/');
    return str_find(
               str_from_index(path, (size_t)(slash + 1)), STR("lastlog")) >= 0;
}

/* Who never logged in as root, or at all, has a file that begins with zeros. */
static int lastlog_probe(const struct sample *sample)
{
    struct str bytes = sample->bytes;
    struct trial trial;
    bool named = is_named(sample->path);
    if (bytes.len < layouts[LAYOUT_COUNT - 1].size)
        return 0;
    if (is_zero(bytes))
        return named ? SCORE_NAMED : 0;
    if (!named && str_count_char(str_sub(bytes, 0, 292), '\0') < 100)
        return 0; /* spares every text the trial */
    const struct layout *layout = find_layout(0, bytes, &trial);
    if (layout == NULL)
        return 0;
    if (named)
        return SCORE_NAMED;
    bool sure = layout < layouts + LAYOUT_NAMELESS &&
                trial.good >= GOOD_NAMELESS && trial.damaged == 0;
    return sure ? SCORE_NAMELESS : 0;
}

/* --- the cursor ----------------------------------------------------------- */

static size_t lastlog_cut(
    const struct reading *reading, struct str bytes, bool at_end)
{
    (void)reading;
    (void)at_end;
    return bytes.len < LIMIT_CHUNK ? bytes.len : LIMIT_CHUNK;
}

static void *lastlog_open(const struct reading *reading)
{
    struct lastlog *log = xcalloc(1, sizeof(*log));
    log->reading = reading;
    log->window = xmalloc(WINDOW);
    return log;
}

static void lastlog_close(void *cursor)
{
    struct lastlog *log = cursor;
    if (log == NULL)
        return;
    arena_done(&log->arena);
    free(log->window);
    free(log);
}

/* Past zeros that need not be read, to the record in which they end. */
static uint64_t skip_zeros(const struct lastlog *log, uint64_t start)
{
    uint64_t unit = log->layout != NULL ? log->layout->size : 1;
    uint64_t data = start;
    if (log->blob.data_at != NULL)
        data = log->blob.data_at(log->blob.self, start);
    return data > start ? data - data % unit : start;
}

/* Read the window at `start` or, past a hole, behind it: 1, 0 at the end of the
 * file, -1. */
static int read_window(struct lastlog *log, uint64_t start, struct err *err)
{
    start = skip_zeros(log, start);
    uint64_t left = start < log->blob.size ? log->blob.size - start : 0;
    size_t whole = WINDOW;
    if (log->layout != NULL)
        whole -= (size_t)WINDOW % log->layout->size;
    log->start = start;
    log->at = 0;
    log->len = left < whole ? (size_t)left : whole;
    if (log->len == 0)
        return 0;
    if (log->blob.read_at(log->blob.self, start, log->window, log->len, err) <
        0) {
        log->len = 0;
        return -1;
    }
    return 1;
}

/* The first window with anything in it decides. */
static int lastlog_feed(void *cursor, const struct blob *blob, struct err *err)
{
    struct lastlog *log = cursor;
    struct trial trial;
    log->blob = *blob;
    log->layout = NULL;
    int rc = 1;
    for (uint64_t at = 0; log->layout == NULL && rc > 0; at += log->len) {
        rc = read_window(log, at, err);
        at = log->start;
        struct str bytes = str_make(log->window, log->len);
        if (rc > 0 && !is_zero(bytes))
            log->layout = find_layout(at, bytes, &trial);
    }
    if (rc < 0)
        return -1;
    if (log->layout == NULL) /* nobody ever logged in */
        log->layout = &layouts[0];
    log->start = 0;
    log->len = log->at = 0;
    return 0;
}

/* The next record that is not empty; as `next`. */
static int next_entry(struct lastlog *log, struct entry *entry,
    uint64_t *offset, size_t *length, struct err *err)
{
    size_t size = log->layout->size;
    for (;;) {
        if (log->at >= log->len) {
            int rc = read_window(log, log->start + log->len, err);
            *offset = log->start;
            *length = 0;
            if (rc <= 0)
                return rc;
            if (is_zero(str_make(log->window, log->len)))
                log->at = log->len;
            continue;
        }
        struct str record =
            str_sub(str_make(log->window, log->len), log->at, size);
        *offset = log->start + log->at;
        *length = record.len;
        log->at += record.len;
        enum entry_state state = read_entry(log->layout, record, entry);
        if (state == ENTRY_GOOD)
            return 1;
        if (state == ENTRY_DAMAGED)
            return err_set(err, ERR_INPUT, "no entry of lastlog");
    }
}

static void describe(struct lastlog *log, const struct entry *entry,
    uint64_t uid, struct record *record)
{
    int64_t time = STAMP_NONE;
    struct str line = entry->line, from = entry->host;
    stamp_from_seconds((int64_t)entry->seconds, 0, &time);
    reading_set_moment(log->reading, time, STAMP_PRECISION_S, record);
    record->understood = UNDERSTOOD_PARSED;
    record_set(record, FIELD_CATEGORY, STR("authentication"));
    record_set(record, FIELD_ACTION, STR("login"));
    record_set(record, FIELD_OUTCOME, STR("success"));
    utmp_set_host(from, &log->arena, record);
    record_set(record, FIELD_MESSAGE,
        arena_printf(&log->arena,
            "last login: uid %" PRIu64 " logged in%s%.*s%s%.*s", uid,
            line.len > 0 ? " on " : "", STR_ARG(line),
            from.len > 0 ? " from " : "", STR_ARG(from)));
    record_add_extra(
        record, STR("uid"), arena_printf(&log->arena, "%" PRIu64, uid));
    if (line.len > 0)
        record_add_extra(record, STR("line"), line);
}

static int lastlog_next(void *cursor, struct record *record, struct err *err)
{
    struct lastlog *log = cursor;
    struct entry entry;
    size_t length = 0;
    arena_reset(&log->arena);
    record_reset(record);
    record->format = STR("lastlog");
    int rc = next_entry(log, &entry, &record->offset, &length, err);
    record->length = (uint32_t)length;
    if (rc > 0)
        describe(log, &entry, record->offset / log->layout->size, record);
    return rc;
}

/* The layout that makes an entry of what stands there, or NULL. */
static const struct layout *layout_at(const struct blob *source,
    uint64_t offset, char bytes[RECORD_MAX], struct entry *entry)
{
    for (size_t i = 0; i < LAYOUT_COUNT; i++) {
        size_t size = layouts[i].size;
        if (offset % size == 0 && offset < source->size &&
            size <= source->size - offset &&
            source->read_at(source->self, offset, bytes, size, NULL) == 0 &&
            read_entry(&layouts[i], str_make(bytes, size), entry) == ENTRY_GOOD)
            return &layouts[i];
    }
    return NULL;
}

/* The entry's members, a line each. */
static int lastlog_as_text(void *cursor, const struct blob *source,
    uint64_t offset, struct buf *out, struct err *err)
{
    struct entry entry;
    char bytes[RECORD_MAX], time[STAMP_TEXT_MAX];
    int64_t stamp = STAMP_NONE;
    (void)cursor;
    const struct layout *layout = layout_at(source, offset, bytes, &entry);
    if (layout == NULL)
        return err_set(err, ERR_INPUT, "no entry of lastlog stands there");
    stamp_from_seconds((int64_t)entry.seconds, 0, &stamp);
    stamp_format(stamp, STAMP_PRECISION_S, 0, time);
    buf_printf(
        out, "uid  %" PRIu64 "\ntime %s\nline ", offset / layout->size, time);
    escape_add(out, entry.line);
    buf_add_cstr(out, "\nhost ");
    escape_add(out, entry.host);
    buf_add_char(out, '\n');
    return 0;
}

const struct parser parser_lastlog = {
    .name = "lastlog",
    .summary = "the last login of each user id",
    .fields = LOGIN_FIELDS,
    .access = PARSER_RANDOM,
    .keeps_fields = true,
    .skips_holes = true,
    .probe = lastlog_probe,
    .cut = lastlog_cut,
    .open = lastlog_open,
    .close = lastlog_close,
    .feed_blob = lastlog_feed,
    .next = lastlog_next,
    .as_text = lastlog_as_text,
};
