/* What an event says in a line of its own: its message where it has one, else
 * what was acted on, put together from its fields. */
#include "src/query/search.h"

/* The message of a record that has none is all of it, stamp and columns and
 * what stands in columns of their own beside it. */
enum { LINE_BREAK = 2 };

static struct str message_of(const struct record *record, const struct row *row)
{
    struct str message = record_get(record, FIELD_MESSAGE);
    bool is_all = message.len + LINE_BREAK >= row->length;
    return is_all ? STR("") : message;
}

static void add_word(struct buf *out, size_t start, struct str word)
{
    if (word.len == 0)
        return;
    if (out->len > start)
        buf_add_char(out, ' ');
    buf_add_str(out, word);
}

static void add_named(
    struct buf *out, size_t start, struct str number, const char *what)
{
    if (number.len == 0)
        return;
    buf_add_cstr(out, out->len > start ? ", " : "");
    buf_add_str(out, number);
    buf_add_cstr(out, what);
}

/* "404 GET www.example.com/a" */
static void add_request(
    const struct record *record, struct buf *out, size_t start)
{
    struct str url = record_get(record, FIELD_URL);
    struct str domain = record_get(record, FIELD_DOMAIN);
    add_word(out, start, record_get(record, FIELD_STATUS));
    add_word(out, start, record_get(record, FIELD_METHOD));
    if (url.len == 0 || url.ptr[0] != '/') {
        add_word(out, start, url.len > 0 ? url : domain);
        return;
    }
    add_word(out, start, domain.len > 0 ? domain : url);
    if (domain.len > 0)
        buf_add_str(out, url);
}

/* "to 192.0.2.7:443 tcp, 12 in, 345 out" */
static void add_connection(
    const struct record *record, struct buf *out, size_t start)
{
    struct str to = record_get(record, FIELD_DST_IP);
    struct str port = record_get(record, FIELD_DST_PORT);
    if (to.len == 0)
        to = record_get(record, FIELD_DST_HOST);
    if (to.len == 0)
        return;
    bool is_v6 = port.len > 0 && str_find_char(to, ':') >= 0;
    add_word(out, start, STR("to "));
    buf_printf(out, is_v6 ? "[%.*s]" : "%.*s", STR_ARG(to));
    if (port.len > 0)
        buf_printf(out, ":%.*s", STR_ARG(port));
    add_word(out, start, record_get(record, FIELD_PROTO));
    add_named(out, start, record_get(record, FIELD_BYTES_IN), " in");
    add_named(out, start, record_get(record, FIELD_BYTES_OUT), " out");
}

static void add_mail(const struct record *record, struct buf *out, size_t start)
{
    struct str to = record_get(record, FIELD_MAIL_TO);
    add_word(out, start, record_get(record, FIELD_MAIL_FROM));
    if (to.len > 0)
        add_word(out, start, STR("to"));
    add_word(out, start, to);
    add_word(out, start, record_get(record, FIELD_SUBJECT));
}

static bool is_request(const struct record *record)
{
    return record_has(record, FIELD_URL) || record_has(record, FIELD_METHOD) ||
           record_has(record, FIELD_DOMAIN);
}

static void add_fields(
    const struct record *record, struct buf *out, size_t start)
{
    if (is_request(record)) {
        add_request(record, out, start);
    } else {
        add_word(out, start, record_get(record, FIELD_COMMAND));
        add_word(out, start, record_get(record, FIELD_FILE));
        add_mail(record, out, start);
    }
    if (!record_has(record, FIELD_URL))
        add_connection(record, out, start);
    if (out->len > start)
        return;
    add_word(out, start, record_get(record, FIELD_TARGET_USER));
    add_word(out, start, record_get(record, FIELD_PROVIDER));
    add_word(out, start, record_get(record, FIELD_CODE));
}

bool search_says(struct search *search, const struct row *row, struct buf *out)
{
    const struct record *record = search_record(search, row, NULL);
    size_t start = out->len;
    if (record == NULL)
        return false;
    buf_add_str(out, message_of(record, row));
    if (out->len == start)
        add_fields(record, out, start);
    if (out->len == start)
        buf_add_str(out, record_get(record, FIELD_MESSAGE));
    return out->len > start;
}
