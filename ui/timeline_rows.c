/* Rows of the timeline: what stands in which column, and how it looks. */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/utf8.h"
#include "ui/timeline_inside.h"

/* --- positions are keys -------------------------------------------------- */

/* Undated events come last, and STAMP_NONE is the least number: times move down
 * by one to make room at the top. */
struct position timeline_position(struct list_key key)
{
    return (struct position){
        .time = key.major == INT64_MAX ? STAMP_NONE : key.major + 1,
        .id = key.minor,
    };
}

struct list_key timeline_key(struct position at)
{
    return (struct list_key){
        .major = at.time == STAMP_NONE ? INT64_MAX : at.time - 1,
        .minor = at.id,
    };
}

const struct fetched *timeline_row(
    struct timeline *timeline, struct list_key key)
{
    struct position at = timeline_position(key);
    const struct fetched *row = fetch_row(timeline->fetch, at);
    return row == NULL && timeline->before != NULL
               ? fetch_row(timeline->before, at)
               : row;
}

const struct fetched *timeline_cursor(struct timeline *timeline)
{
    struct list_key key;
    return list_cursor(&timeline->list, &key) ? timeline_row(timeline, key)
                                              : NULL;
}

static int row_keys(void *context, struct list_key from, bool backward, int n,
    struct list_key *out, bool *end)
{
    struct timeline *timeline = context;
    const struct fetched *rows[LIST_ROWS_MAX];
    int count = fetch_rows(
        timeline->fetch, timeline_position(from), backward, n, rows, end);
    for (int i = 0; i < count; i++)
        out[i] = timeline_key(rows[i]->at);
    return count;
}

/* --- columns ------------------------------------------------------------- */

struct row_column {
    const char *name;
    enum field field; /* for pivots; FIELD_NONE */
    int min, max;     /* width; max 0: the rest of the line */
    int narrow;       /* max on a narrow screen */
    size_t member;    /* the text of struct fetched that it is ... */
    /* ... or, unless NULL, what makes it. */
    void (*add)(const struct timeline *timeline, const struct fetched *row,
        struct buf *text, enum style *style);
};

/* "-2h 05m": a span with its sign. */
static void add_relative(int64_t from, int64_t time, struct buf *text)
{
    char span[STAMP_TEXT_MAX];
    double length = (double)time - (double)from;
    if (length > 9e18 || length < -9e18)
        return;
    int64_t between = time - from;
    stamp_format_span(between < 0 ? -between : between, span);
    buf_printf(text, "%s%s", between < 0 ? "-" : "+", span);
}

/* At most milliseconds in the list; the pane has all digits. */
static void add_time(const struct timeline *timeline, const struct fetched *row,
    struct buf *text, enum style *style)
{
    enum { YEAR_LENGTH = 5 };
    char out[STAMP_TEXT_MAX];
    if (row->at.time == STAMP_NONE) {
        buf_add_cstr(text, "no time");
        *style = STYLE_DIM;
        return;
    }
    if (app_relative_times(timeline->app) && timeline->base != STAMP_NONE) {
        add_relative(timeline->base, row->at.time, text);
        return;
    }
    enum stamp_precision precision = row->precision == STAMP_PRECISION_S
                                         ? STAMP_PRECISION_S
                                         : STAMP_PRECISION_MS;
    stamp_format_plain(row->at.time, precision,
        zone_offset_at(app_zone(timeline->app), row->at.time), out);
    buf_add_cstr(text, timeline->is_narrow && strlen(out) > YEAR_LENGTH
                           ? out + YEAR_LENGTH
                           : out);
}

/* Actions that say by themselves that something was refused or went wrong. */
static const char *const telling_actions[] = {
    "deny",
    "block",
    "error",
    "mail_reject",
    "crash",
    "detect",
    "quarantine",
    "account_lock",
};

static bool is_telling(struct str action)
{
    for (size_t i = 0; i < sizeof(telling_actions) / sizeof(*telling_actions);
         i++)
        if (str_eq(action, str_from(telling_actions[i])))
            return true;
    return false;
}

/* "login fail": action and outcome in few words. */
static void add_what(const struct timeline *timeline, const struct fetched *row,
    struct buf *text, enum style *style)
{
    (void)timeline;
    bool failed = str_eq(row->outcome, STR("failure"));
    struct str action = row->action;
    if (action.len == 0) {
        *style = STYLE_DIM;
        buf_add_str(text, row->category.len > 0 ? row->category : row->format);
        return;
    }
    for (size_t i = 0; i < action.len; i++)
        buf_add_char(text, action.ptr[i] == '_' ? ' ' : action.ptr[i]);
    if (failed && !is_telling(action))
        buf_add_cstr(text, " fail");
    if (failed)
        *style = STYLE_FAILURE;
    else if (str_eq(row->category, STR("authentication")) ||
             str_eq(row->category, STR("iam")) || str_eq(action, STR("allow")))
        *style = STYLE_SUCCESS;
}

/* "24x Failed password for ..." */
static void add_detail(const struct timeline *timeline,
    const struct fetched *row, struct buf *text, enum style *style)
{
    (void)timeline;
    if (row->count > 1 && row->matched < row->count)
        buf_printf(text, "%" PRIu32 " of ", row->matched);
    if (row->count > 1)
        buf_printf(text, "%" PRIu32 "x ", row->count);
    if (row->understood == UNDERSTOOD_UNPARSED)
        *style = STYLE_WARNING;
    buf_add_str(text, str_trim_end(row->message));
}

static void add_id(const struct timeline *timeline, const struct fetched *row,
    struct buf *text, enum style *style)
{
    (void)timeline;
    (void)style;
    buf_add_i64(text, row->at.id);
}

#define MEMBER(name) offsetof(struct fetched, name)

static const struct row_column row_columns[] = {
    {"time", FIELD_TIME, 14, 23, 18, 0, add_time},
    {"host", FIELD_HOST, 4, 16, 8, MEMBER(host), NULL},
    {"what", FIELD_ACTION, 8, 18, 13, 0, add_what},
    {"user", FIELD_USER, 4, 16, 9, MEMBER(user), NULL},
    {"from", FIELD_SRC_IP, 7, 39, 15, MEMBER(src_ip), NULL},
    {"detail", FIELD_MESSAGE, 0, 0, 0, 0, add_detail},
    {"id", FIELD_ID, 6, 12, 9, 0, add_id},
    {"to", FIELD_DST_IP, 7, 39, 15, MEMBER(dst_ip), NULL},
    {"target", FIELD_TARGET_USER, 6, 16, 9, MEMBER(target_user), NULL},
    {"process", FIELD_PROCESS, 7, 16, 10, MEMBER(process), NULL},
    {"object", FIELD_NONE, 6, 30, 16, MEMBER(object), NULL},
    {"format", FIELD_FORMAT, 6, 14, 10, MEMBER(format), NULL},
    {"category", FIELD_CATEGORY, 8, 16, 10, MEMBER(category), NULL},
    {"action", FIELD_ACTION, 6, 16, 10, MEMBER(action), NULL},
    {"outcome", FIELD_OUTCOME, 7, 7, 7, MEMBER(outcome), NULL},
};
enum { ROW_COLUMNS = sizeof(row_columns) / sizeof(*row_columns) };

static const struct row_column *find_column(struct str name)
{
    for (int i = 0; i < ROW_COLUMNS; i++)
        if (str_eq(name, str_from(row_columns[i].name)))
            return &row_columns[i];
    enum field field = field_find(name);
    for (int i = 0; field != FIELD_NONE && i < ROW_COLUMNS; i++)
        if (row_columns[i].field == field)
            return &row_columns[i];
    return NULL;
}

void timeline_column_names(struct buf *out)
{
    for (int i = 0; i < ROW_COLUMNS; i++)
        buf_printf(out, "%s%s", i > 0 ? "," : "", row_columns[i].name);
}

/* `detail` takes the rest of the line and so is always the last. */
int timeline_set_columns(
    struct timeline *timeline, struct str names, struct err *err)
{
    const struct row_column *chosen[TIMELINE_COLUMNS_MAX];
    int count = 0;
    if (str_trim(names).len == 0)
        names = STR("time,host,what,user,from");
    while (names.len > 0) {
        struct str name = str_trim(str_cut(&names, ','));
        const struct row_column *column = find_column(name);
        if (column == NULL)
            return err_set(err, ERR_USAGE, "no column '%s'", escape_text(name));
        if (count == TIMELINE_COLUMNS_MAX - 1)
            return err_set(
                err, ERR_USAGE, "at most %d columns", TIMELINE_COLUMNS_MAX - 1);
        if (column->max > 0)
            chosen[count++] = column;
    }
    chosen[count++] = find_column(STR("detail"));
    memcpy(timeline->chosen, chosen, (size_t)count * sizeof(*chosen));
    memset(timeline->widths, 0, sizeof(timeline->widths));
    timeline->column_count = count;
    timeline->list.column_count = count;
    if (timeline->list.column >= count)
        timeline->list.column = count - 1;
    return 0;
}

/* Columns are as wide as what was seen in them, within bounds; they only grow,
 * so that scrolling does not make them dance. */
void timeline_fit_columns(struct timeline *timeline, int width)
{
    enum { NARROW = 100, MIDDLE = 130, ADDRESS_MIDDLE = 18 };
    timeline->is_narrow = width < NARROW;
    for (int i = 0; i < timeline->column_count; i++) {
        const struct row_column *column = timeline->chosen[i];
        int max = timeline->is_narrow ? column->narrow : column->max;
        if (width < MIDDLE && max > ADDRESS_MIDDLE && column->max > 30)
            max = ADDRESS_MIDDLE;
        int fit = timeline->widths[i];
        if (fit < column->min)
            fit = column->min;
        timeline->columns[i] = (struct list_column){
            .title = column->name,
            .width = column->max == 0 ? 0
                     : fit < max      ? fit
                                      : max,
        };
    }
}

/* --- cells --------------------------------------------------------------- */

static struct str member_text(const struct fetched *row, size_t member)
{
    struct str text;
    memcpy(&text, (const char *)row + member, sizeof(text));
    return text;
}

static void add_cell(const struct timeline *timeline,
    const struct row_column *column, const struct fetched *row,
    struct buf *text, enum style *style)
{
    if (column->add != NULL)
        column->add(timeline, row, text, style);
    else
        buf_add_str(text, member_text(row, column->member));
}

static void row_cell(void *context, struct list_key key, int column,
    struct buf *text, enum style *style)
{
    struct timeline *timeline = context;
    const struct fetched *row = timeline_row(timeline, key);
    if (row == NULL)
        return;
    add_cell(timeline, timeline->chosen[column], row, text, style);
    int width = (int)utf8_columns(buf_str(text), 1);
    if (width > timeline->widths[column])
        timeline->widths[column] = width;
}

/* Much time without events before this one is worth a line. */
static bool row_above(void *context, struct list_key key, struct buf *text)
{
    struct timeline *timeline = context;
    const struct fetched *before[1];
    struct position at = timeline_position(key);
    char span[STAMP_TEXT_MAX];
    bool end;
    if (at.time == STAMP_NONE || timeline->gap_min <= 0 ||
        fetch_rows(timeline->fetch, at, true, 1, before, &end) != 1)
        return false;
    double gap = (double)at.time - (double)before[0]->at.time;
    if (gap < (double)timeline->gap_min || gap > 9e18)
        return false;
    stamp_format_span(at.time - before[0]->at.time, span);
    buf_printf(text, "-- %s without events --", span);
    return true;
}

const struct list_ops timeline_list_ops = {
    .keys = row_keys,
    .cell = row_cell,
    .above = row_above,
};

/* --- for pivots ---------------------------------------------------------- */

bool timeline_column_value(const struct timeline *timeline, int column,
    const struct fetched *row, struct group_key *key, struct buf *value)
{
    enum style style = STYLE_TEXT;
    const struct row_column *chosen = timeline->chosen[column];
    size_t start = value->len;
    *key = (struct group_key){.field = chosen->field};
    if (chosen->max == 0 || chosen->field == FIELD_NONE) {
        /* A message is its own; what was acted on may come again. */
        if (row->object_field != FIELD_NONE && row->object.len > 0) {
            key->field = row->object_field;
            buf_add_str(value, row->object);
            return true;
        }
        if (chosen->field == FIELD_NONE)
            return false;
        buf_add_str(value, row->message);
        return value->len > start;
    }
    if (chosen->field == FIELD_TIME) {
        char text[STAMP_TEXT_MAX];
        stamp_format(row->at.time, row->precision, 0, text);
        buf_add_cstr(value, text);
    } else if (chosen->field == FIELD_ACTION) {
        buf_add_str(value, row->action);
    } else {
        add_cell(timeline, chosen, row, value, &style);
    }
    return value->len > start;
}
