#include "ui/decide.h"

#include <stdlib.h>

#include "parsers/format.h"
#include "src/base/escape.h"
#include "src/base/mem.h"
#include "ui/app.h"
#include "ui/prompt.h"

/* --- values -------------------------------------------------------------- */

static int set_format(
    struct app *app, struct decide *decide, struct str text, struct err *err)
{
    const struct parser *parser;
    const struct format *format;
    (void)decide;
    if (text.len > 0 &&
        !formats_choose(app_formats(app), text, &parser, &format))
        return err_set(
            err, ERR_USAGE, "no format is called '%s'", escape_text(text));
    return 0;
}

static int set_host(
    struct app *app, struct decide *decide, struct str text, struct err *err)
{
    (void)app;
    (void)decide;
    (void)text;
    (void)err;
    return 0;
}

static int set_zone(
    struct app *app, struct decide *decide, struct str text, struct err *err)
{
    (void)app;
    const struct zone *zone = text.len > 0 ? zone_find(text, err) : NULL;
    if (text.len > 0 && zone == NULL)
        return -1;
    decide->zone = zone;
    return 0;
}

static int set_year(
    struct app *app, struct decide *decide, struct str text, struct err *err)
{
    int64_t year = CIVIL_NO_YEAR;
    (void)app;
    if (text.len > 0 &&
        (!str_to_i64(text, &year) || year < 1970 || year > 2261))
        return err_set(err, ERR_USAGE, "a year is 1970 to 2261, not '%s'",
            escape_text(text));
    decide->year = (int32_t)year;
    return 0;
}

static int set_clock(
    struct app *app, struct decide *decide, struct str text, struct err *err)
{
    int64_t offset = 0;
    (void)app;
    if (text.len > 0 && !stamp_parse_span(text, &offset))
        return err_set(err, ERR_USAGE,
            "a correction is a span such as +90s or -1h30m, not '%s'",
            escape_text(text));
    decide->clock_offset = offset;
    decide->has_clock = text.len > 0;
    return 0;
}

static int set_encoding(
    struct app *app, struct decide *decide, struct str text, struct err *err)
{
    (void)app;
    if (text.len > 0 && !encoding_parse(text, &decide->encoding))
        return err_set(err, ERR_USAGE,
            "encodings are UTF-8, UTF-16LE, UTF-16BE, Shift_JIS, EUC-JP and "
            "Latin-1, not '%s'",
            escape_text(text));
    decide->has_encoding = text.len > 0;
    return 0;
}

static void complete_format(
    void *context, struct str text, size_t at, struct completion *out)
{
    const struct formats *formats = app_formats(context);
    struct str start = str_sub(text, 0, at);
    out->start = 0;
    for (size_t i = 0; i < formats_count(formats); i++) {
        const struct format *format = formats_at(formats, i);
        if (!str_starts_with(str_from(format_name(format)), start))
            continue;
        buf_printf(&out->texts, "%s\n", format_name(format));
        buf_printf(&out->hints, "%s\n", format_summary(format));
    }
}

static const struct decide_kind {
    const char *name, *label, *history;
    uint32_t key;
    int (*set)(struct app *app, struct decide *decide, struct str text,
        struct err *err);
    void (*complete)(
        void *context, struct str text, size_t at, struct completion *out);
} kinds[DECIDE_COUNT] = {
    [DECIDE_FORMAT] = {"format", "format (empty: detect): ", NULL, 'f',
        set_format, complete_format},
    [DECIDE_HOST] = {"host", "host of records that name none: ", "host", 'h',
        set_host, NULL},
    [DECIDE_ZONE] = {"zone",
        "zone of stamps without one (Asia/Tokyo, +09:00): ", "zone", 'z',
        set_zone, NULL},
    [DECIDE_YEAR] = {"year", "year of the last stamp without one: ", NULL, 'y',
        set_year, NULL},
    [DECIDE_CLOCK] = {"clock", "correct the clock by (+90s, -1h30m): ", NULL,
        'c', set_clock, NULL},
    [DECIDE_ENCODING] = {"encoding", "encoding (empty: detect): ", NULL, 'e',
        set_encoding, NULL},
};

int decide_set(struct app *app, struct decide *decide, enum decide_row row,
    struct str text, struct err *err)
{
    text = str_trim(text);
    if (kinds[row].set(app, decide, text, err) < 0)
        return -1;
    buf_clear(&decide->given[row]);
    buf_add_str(&decide->given[row], text);
    return 0;
}

/* --- the dialog ---------------------------------------------------------- */

static void take_value(struct app *app, void *context, struct str text)
{
    const struct decide_asking *asking = context;
    struct err err = {0};
    if (decide_set(app, asking->decide, asking->row, text, &err) < 0)
        app_error(app, &err);
    decide_show(app, asking->decide);
}

static void ask(struct app *app, struct decide *decide, enum decide_row row)
{
    app_prompt(app,
        &(struct prompt_options){
            .label = kinds[row].label,
            .initial = buf_str(&decide->given[row]),
            .history = kinds[row].history,
            .complete = kinds[row].complete,
            .context = app,
        },
        take_value, &decide->asking[row]);
}

/* The nth row that is asked. */
static enum decide_row row_at(const struct decide *decide, size_t n)
{
    enum decide_row row = 0;
    for (; row < DECIDE_COUNT; row++)
        if ((decide->rows & 1u << row) != 0 && n-- == 0)
            break;
    return row;
}

static void chosen(struct app *app, void *context, size_t item)
{
    struct decide *decide = context;
    if (item == 0)
        decide->done(app, decide->context);
    else
        ask(app, decide, row_at(decide, item - 1));
}

static struct menu_item make_item(struct decide *decide, enum decide_row row)
{
    bool given = decide->given[row].len > 0;
    return (struct menu_item){
        .text = xasprintf("%-9s %s", kinds[row].name,
            buf_cstr(given ? &decide->given[row] : &decide->now[row])),
        .hint = xstrdup(given ? "decided by you" : ""),
        .key = kinds[row].key,
    };
}

void decide_show(struct app *app, struct decide *decide)
{
    struct menu_item *items = xcalloc(DECIDE_COUNT + 1, sizeof(*items));
    size_t count = 0;
    items[count++] = (struct menu_item){
        .text = xstrdup(decide->go), .hint = xstrdup(""), .key = 'i'};
    for (enum decide_row row = 0; row < DECIDE_COUNT; row++)
        if ((decide->rows & 1u << row) != 0)
            items[count++] = make_item(decide, row);
    app_menu(app, decide->title, items, count, chosen, decide);
}

void decide_init(struct decide *decide)
{
    *decide = (struct decide){.year = CIVIL_NO_YEAR};
    for (enum decide_row row = 0; row < DECIDE_COUNT; row++)
        decide->asking[row] =
            (struct decide_asking){.decide = decide, .row = row};
}

void decide_clear(struct decide *decide)
{
    for (size_t i = 0; i < DECIDE_COUNT; i++) {
        buf_clear(&decide->now[i]);
        buf_clear(&decide->given[i]);
    }
    decide->zone = NULL;
    decide->year = CIVIL_NO_YEAR;
    decide->has_clock = decide->has_encoding = false;
}

void decide_done(struct decide *decide)
{
    for (size_t i = 0; i < DECIDE_COUNT; i++) {
        buf_done(&decide->now[i]);
        buf_done(&decide->given[i]);
    }
}
