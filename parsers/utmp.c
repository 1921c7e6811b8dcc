/* Login records: utmp, wtmp and btmp of Linux, and their kin of other systems.
 *
 * A file is a row of records; which layout they have, and whether they are
 * failures, is found at its beginning and handed on from piece to piece. What
 * is no record is skipped up to the next one and told as damage; a run of zeros
 * is one event without a time, for that is what is left where a record was
 * wiped. */
#include <inttypes.h>
#include <stdlib.h>

#include "parsers/readers.h"
#include "parsers/utmp_meaning.h"
#include "src/base/escape.h"
#include "src/base/mem.h"

/* A file not named like one of these must be it nearly from end to end. */
enum {
    SHARE_NAMED = 200,
    SHARE_NAMELESS = 900,
    SCORE_NAMED = 950,
    SCORE_NAMELESS = 850,
    NULS_LEAST = 24, /* that a record begins with, whatever its layout */
    NULS_WITHIN = 400,
    TRAILING_MAX = 64 << 10, /* of damage that a piece is held back for */
    PURPOSE_BYTES = 256 << 10,
};

/* What is found out once per source, and stored with each chunk. */
struct habit {
    const struct utmp_layout *layout; /* NULL: not known yet */
    enum utmp_purpose purpose;
};

struct utmp {
    const struct reading *reading;
    struct habit habit;
    struct utmp_walk walk;
    struct arena arena;
};

/* --- habits --------------------------------------------------------------- */

static struct habit find_habit(struct str path, struct str bytes)
{
    struct habit habit = {.layout = utmp_layout_find(bytes, NULL)};
    if (habit.layout == NULL)
        return habit;
    struct utmp_walk walk = {
        .layout = habit.layout, .bytes = str_sub(bytes, 0, PURPOSE_BYTES)};
    habit.purpose = utmp_purpose_find(path, &walk);
    return habit;
}

/* The state: the layout's number, the purpose. */
static void write_habit(const struct habit *habit, struct buf *state)
{
    buf_add_char(state, (char)utmp_layout_number(habit->layout));
    buf_add_char(state, (char)habit->purpose);
}

static bool read_habit(struct str state, struct habit *habit)
{
    if (state.len != 2 || (uint8_t)state.ptr[1] >= UTMP_PURPOSE_COUNT)
        return false;
    habit->layout = utmp_layout_at((uint8_t)state.ptr[0]);
    habit->purpose = (enum utmp_purpose)state.ptr[1];
    return habit->layout != NULL;
}

static void utmp_learn(
    const struct reading *reading, struct str bytes, struct buf *state)
{
    if (state->len > 0)
        return;
    struct habit habit = find_habit(reading->path, bytes);
    if (habit.layout != NULL)
        write_habit(&habit, state);
}

/* --- detection ------------------------------------------------------------ */

/* Spares every text the trial. */
static bool may_be_records(struct str bytes)
{
    return str_count_char(str_sub(bytes, 0, NULS_WITHIN), '\0') >= NULS_LEAST;
}

static int utmp_probe(const struct sample *sample)
{
    unsigned share = 0;
    if (!may_be_records(sample->bytes) ||
        utmp_layout_find(sample->bytes, &share) == NULL)
        return 0;
    if (share >= SHARE_NAMED && utmp_is_named(sample->path))
        return SCORE_NAMED;
    return share >= SHARE_NAMELESS ? SCORE_NAMELESS : 0;
}

/* --- reading -------------------------------------------------------------- */

/* Behind the last whole record; of what is no record only so much is held back
 * that one which begins in it is seen whole. */
static size_t utmp_cut(
    const struct reading *reading, struct str bytes, bool at_end)
{
    (void)reading;
    if (at_end)
        return bytes.len;
    struct utmp_walk walk = {
        .layout = utmp_layout_find(bytes, NULL), .bytes = bytes};
    struct utmp_span span;
    enum utmp_span_kind kind;
    size_t end = 0;
    while ((kind = utmp_walk_next(&walk, &span)) != UTMP_SPAN_END)
        if (kind == UTMP_SPAN_RECORD)
            end = walk.at;
    if (bytes.len - end < TRAILING_MAX)
        return end;
    return bytes.len - UTMP_RECORD_MAX;
}

static void *utmp_open(const struct reading *reading)
{
    struct utmp *utmp = xcalloc(1, sizeof(*utmp));
    utmp->reading = reading;
    return utmp;
}

static void utmp_close(void *cursor)
{
    struct utmp *utmp = cursor;
    if (utmp == NULL)
        return;
    arena_done(&utmp->arena);
    free(utmp);
}

static void utmp_feed(void *cursor, const struct piece *piece)
{
    struct utmp *utmp = cursor;
    if (!read_habit(piece->state, &utmp->habit))
        utmp->habit = find_habit(utmp->reading->path, piece->bytes);
    utmp->walk = (struct utmp_walk){
        .layout = utmp->habit.layout, .bytes = piece->bytes, .at_end = true};
}

/* A wiped entry, or a slot that was never used. */
static void describe_zeros(
    struct utmp *utmp, size_t length, struct record *record)
{
    const struct utmp_layout *layout = utmp->habit.layout;
    size_t records = layout == NULL ? 0 : length / utmp_layout_size(layout);
    struct str count = arena_printf(&utmp->arena, "%zu", records);
    record->understood = UNDERSTOOD_GENERIC;
    record_add_extra(record, STR("type"), STR("zeros"));
    record_add_extra(record, STR("records"), count);
    record_set(record, FIELD_MESSAGE,
        arena_printf(&utmp->arena,
            "%zu bytes of zeros (%zu records): wiped or never written", length,
            records));
}

static int utmp_next(void *cursor, struct record *record, struct err *err)
{
    struct utmp *utmp = cursor;
    struct utmp_span span;
    arena_reset(&utmp->arena);
    record_reset(record);
    enum utmp_span_kind kind = utmp_walk_next(&utmp->walk, &span);
    if (kind == UTMP_SPAN_END)
        return 0;
    record->offset = span.offset;
    record->length = (uint32_t)span.length;
    record->format = STR("utmp");
    if (kind == UTMP_SPAN_DAMAGE)
        return err_set(err, ERR_INPUT, "no login record");
    if (kind == UTMP_SPAN_ZERO) {
        describe_zeros(utmp, span.length, record);
    } else {
        reading_set_moment(
            utmp->reading, span.entry.time, span.entry.precision, record);
        utmp_describe(&span.entry, utmp->habit.purpose, &utmp->arena, record);
    }
    record_set(record, FIELD_CHANNEL, utmp_channel(utmp->reading->path));
    return 1;
}

/* --- as people read it ---------------------------------------------------- */

static void add_line(struct buf *out, const char *name, struct str value)
{
    buf_printf(out, "%-8s ", name);
    escape_add(out, value);
    buf_add_char(out, '\n');
}

static void add_number_line(struct buf *out, const char *name, int64_t number)
{
    buf_printf(out, "%-8s %" PRId64 "\n", name, number);
}

/* Every member of the record, as utmpdump shows them, a line each. */
static void write_entry(const struct utmp_layout *layout,
    const struct utmp_entry *entry, struct buf *out)
{
    char time[STAMP_TEXT_MAX], address[IP_TEXT_MAX] = "";
    stamp_format(entry->time, entry->precision, 0, time);
    if (entry->address.family != 0)
        ip_format(&entry->address, address);
    add_line(out, "layout", str_from(utmp_layout_name(layout)));
    add_line(out, "type", str_from(utmp_type_name(entry->type)));
    add_number_line(out, "pid", entry->pid);
    add_line(out, "line", entry->line);
    add_line(out, "id", entry->id);
    add_line(out, "user", entry->user);
    add_line(out, "host", entry->host);
    add_line(out, "address", str_from(address));
    add_number_line(out, "session", entry->session);
    add_number_line(out, "signal", entry->termination);
    add_number_line(out, "exit", entry->exit);
    add_line(out, "time", str_from(time));
}

/* At most `most` bytes from `offset` on. */
static int read_some(const struct blob *source, uint64_t offset, size_t most,
    struct buf *out, struct err *err)
{
    uint64_t left = offset < source->size ? source->size - offset : 0;
    size_t len = left < most ? (size_t)left : most;
    buf_reserve(out, len);
    if (source->read_at(source->self, offset, out->ptr, len, err) < 0)
        return -1;
    out->len = len;
    return 0;
}

static int utmp_as_text(void *cursor, const struct blob *source,
    uint64_t offset, struct buf *out, struct err *err)
{
    struct buf head = {0}, bytes = {0};
    struct utmp_span span;
    (void)cursor;
    int rc = read_some(source, 0, PURPOSE_BYTES, &head, err);
    if (rc == 0)
        rc = read_some(source, offset, UTMP_RECORD_MAX, &bytes, err);
    const struct utmp_layout *layout = utmp_layout_find(buf_str(&head), NULL);
    struct utmp_walk walk = {
        .layout = layout, .bytes = buf_str(&bytes), .at_end = true};
    if (rc == 0 && layout != NULL &&
        utmp_walk_next(&walk, &span) == UTMP_SPAN_RECORD)
        write_entry(layout, &span.entry, out);
    else if (rc == 0)
        rc = err_set(err, ERR_INPUT, "no login record begins here");
    buf_done(&head);
    buf_done(&bytes);
    return rc;
}

const struct parser parser_utmp = {
    .name = "utmp",
    .summary = "login records: utmp, wtmp, btmp, utmpx, utx.log",
    .fields = LOGIN_FIELDS | FIELD_BIT(FIELD_CHANNEL) | FIELD_BIT(FIELD_PID) |
              FIELD_BIT(FIELD_SESSION),
    .access = PARSER_STREAM,
    .keeps_fields = true,
    .probe = utmp_probe,
    .cut = utmp_cut,
    .learn = utmp_learn,
    .open = utmp_open,
    .close = utmp_close,
    .feed = utmp_feed,
    .next = utmp_next,
    .as_text = utmp_as_text,
};
