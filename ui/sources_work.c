/* What the sources view does to the case: verify, re-time, remove; and the
 * custody log, which tells of it. Each opens the case anew for itself. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/ingest/sessions.h"
#include "src/store/custody.h"
#include "src/store/verify.h"
#include "ui/prompt.h"
#include "ui/show.h"
#include "ui/sources_inside.h"
#include "ui/start.h"

/* One piece of work on the case. */
struct work {
    char *case_path;
    const struct formats *formats;
    int64_t source;
    struct ingest_retime change;
    struct buf why;
    struct buf report;
    const struct zone *zone; /* of times in the report */
    size_t good, bad;
};

static struct work *work_new(struct app *app)
{
    struct work *work = xcalloc(1, sizeof(*work));
    work->case_path = xstrdup(store_path(app_store(app)));
    work->formats = app_formats(app);
    return work;
}

static void work_free(struct work *work)
{
    free(work->case_path);
    buf_done(&work->why);
    buf_done(&work->report);
    free(work);
}

/* --- verify -------------------------------------------------------------- */

static void take_line(void *context, const struct verify_line *line)
{
    struct work *work = context;
    *(line->bad ? &work->bad : &work->good) += 1;
    buf_add_cstr(&work->report, line->bad ? "BAD  " : "ok   ");
    if (line->source != 0)
        buf_printf(&work->report, "source %" PRId64 ": ", line->source);
    buf_printf(&work->report, "%s\n", line->text);
}

static int run_verify(void *context, struct progress *progress, struct err *err)
{
    struct work *work = context;
    struct store *store;
    if (store_open(&store, work->case_path, STORE_READ, err) < 0)
        return -1;
    int sound = store_verify(store, take_line, work, progress, err);
    store_close(store);
    return sound;
}

static void verify_done(
    struct app *app, void *context, int result, const struct err *err)
{
    struct work *work = context;
    struct buf text = {0};
    if (result < 0) {
        app_error(app, err);
    } else {
        buf_printf(&text, "Verification: the case is %s\n",
            result > 0 ? "sound" : "NOT SOUND");
        if (work->good + work->bad == 0)
            buf_add_cstr(&text, "ok   every byte, event and record of custody "
                                "agrees with its hash\n");
        buf_add_str(&text, buf_str(&work->report));
        app_push(app, "pager", buf_str(&text));
    }
    buf_done(&text);
    work_free(work);
}

void sources_verify(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    if (app_has_job(app, "verify"))
        app_message(app, "a verification is running; C-c cancels it");
    else
        app_start_job(app, "verify", run_verify, work_new(app), verify_done);
}

/* --- re-time ------------------------------------------------------------- */

static int run_retime(void *context, struct progress *progress, struct err *err)
{
    struct work *work = context;
    struct store *store;
    if (store_open(&store, work->case_path, STORE_WRITE, err) < 0)
        return -1;
    int rc = ingest_retime(
        store, work->formats, work->source, &work->change, progress, err);
    store_close(store);
    return rc;
}

static void retime_done(
    struct app *app, void *context, int result, const struct err *err)
{
    struct work *work = context;
    app_refresh(app);
    if (result < 0)
        app_error(app, err);
    else
        app_message(app, "source %" PRId64 " re-timed", work->source);
    work_free(work);
}

void sources_retime_go(struct app *app, void *context)
{
    struct sources *sources = context;
    const struct decide *decide = &sources->decide;
    if (decide->zone == NULL && decide->year == CIVIL_NO_YEAR &&
        !decide->has_clock) {
        app_message(app, "nothing to change: zone, year and clock stay");
        return;
    }
    if (app_has_job(app, "re-time") || app_has_job(app, "import")) {
        app_message(app, "the case is being written; wait, or C-c cancels it");
        return;
    }
    struct work *work = work_new(app);
    work->source = sources->changing;
    work->change = (struct ingest_retime){
        .zone = decide->zone,
        .year = decide->year,
        .set_clock_offset = decide->has_clock,
        .clock_offset = decide->clock_offset,
    };
    app_start_job(app, "re-time", run_retime, work, retime_done);
}

static void describe_times(const struct source *source, struct decide *decide)
{
    char span[STAMP_TEXT_MAX] = "not corrected";
    if (source->clock_offset != 0)
        stamp_format_span(source->clock_offset, span);
    buf_printf(&decide->now[DECIDE_ZONE], "%s (%s)", source->zone,
        source->zone_decided ? "decided" : "assumed");
    if (source->default_year != CIVIL_NO_YEAR)
        buf_printf(&decide->now[DECIDE_YEAR], "%d", (int)source->default_year);
    else
        buf_add_cstr(&decide->now[DECIDE_YEAR],
            source->years.len > 0 ? "found from the file's time"
                                  : "the stamps have years");
    buf_add_cstr(&decide->now[DECIDE_CLOCK], span);
}

/* "zone Asia/Tokyo year 2025 clock +90s", as typed behind the command. */
static int read_words(
    struct app *app, struct decide *decide, struct str words, struct err *err)
{
    static const struct {
        const char *name;
        enum decide_row row;
    } names[] = {
        {"zone", DECIDE_ZONE}, {"year", DECIDE_YEAR}, {"clock", DECIDE_CLOCK}};
    while (words.len > 0) {
        struct str name = str_cut(&words, ' ');
        struct str value = str_cut(&words, ' ');
        size_t i = 0;
        while (i < 3 && !str_eq(name, str_from(names[i].name)))
            i++;
        if (i == 3 || value.len == 0)
            return err_set(err, ERR_USAGE,
                "re-time takes: zone ZONE, year YEAR, clock +90s; not '%s'",
                escape_text(name));
        if (decide_set(app, decide, names[i].row, value, err) < 0)
            return -1;
    }
    return 0;
}

void sources_retime(struct app *app, void *state, struct str argument)
{
    struct sources *sources = state;
    const struct source *source = sources_at_cursor(sources);
    struct decide *decide = &sources->decide;
    struct err err = {0};
    if (source == NULL)
        return;
    sources->changing = source->id;
    decide_clear(decide);
    decide->title = "Re-time: how this source's times are understood";
    decide->go = "read its times again";
    decide->rows = 1u << DECIDE_ZONE | 1u << DECIDE_YEAR | 1u << DECIDE_CLOCK;
    decide->done = sources_retime_go;
    decide->context = sources;
    describe_times(source, decide);
    if (argument.len == 0)
        decide_show(app, decide);
    else if (read_words(app, decide, argument, &err) < 0)
        app_error(app, &err);
    else
        sources_retime_go(app, sources);
}

/* --- remove -------------------------------------------------------------- */

static int run_remove(void *context, struct progress *progress, struct err *err)
{
    struct work *work = context;
    struct store *store;
    (void)progress;
    if (store_open(&store, work->case_path, STORE_WRITE, err) < 0)
        return -1;
    int rc = source_remove(store, work->source, buf_str(&work->why), err);
    if (rc == 0)
        rc = sessions_refresh(store, NULL, err);
    store_close(store);
    return rc;
}

static void remove_done(
    struct app *app, void *context, int result, const struct err *err)
{
    struct work *work = context;
    app_refresh(app);
    if (result < 0)
        app_error(app, err);
    else
        app_message(app,
            "source %" PRId64 " removed; its bytes stay until spoor compact",
            work->source);
    work_free(work);
}

/* A job, for it may have to wait until an import has committed. */
static void remove_it(struct app *app, void *context)
{
    struct sources *sources = context;
    struct work *work = work_new(app);
    work->source = sources->changing;
    buf_add_str(&work->why, buf_str(&sources->why));
    app_start_job(app, "remove", run_remove, work, remove_done);
}

static void take_reason(struct app *app, void *context, struct str text)
{
    struct sources *sources = context;
    text = str_trim(text);
    if (text.len == 0) {
        app_message(app, "not removed: custody needs a reason");
        return;
    }
    buf_clear(&sources->why);
    buf_add_str(&sources->why, text);
    char *question =
        xasprintf("Take source %" PRId64 " and its events out of every answer?",
            sources->changing);
    app_confirm(app, question, remove_it, sources);
    free(question);
}

void sources_remove(struct app *app, void *state, struct str argument)
{
    struct sources *sources = state;
    const struct source *source = sources_at_cursor(sources);
    if (source == NULL)
        return;
    if (source->state == SOURCE_REMOVED) {
        app_message(app, "it is removed already");
        return;
    }
    sources->changing = source->id;
    if (argument.len > 0)
        take_reason(app, sources, argument);
    else
        app_prompt(app,
            &(struct prompt_options){.label = "why (custody keeps it): "},
            take_reason, sources);
}

/* --- custody ------------------------------------------------------------- */

enum { FACT_WIDTH = 14 };

/* What an act says of itself, a JSON object, as "    name  value" lines; as it
 * stands when it is none. */
static void add_facts(struct buf *out, struct str detail)
{
    struct json json = {0};
    json_start(&json, detail);
    enum json_token token = json_next(&json);
    bool is_object = token == JSON_OBJECT;
    if (!is_object && detail.len > 0) {
        buf_add_cstr(out, "    ");
        escape_add(out, detail);
        buf_add_char(out, '\n');
    }
    while (is_object && (token = json_next(&json)) != JSON_END &&
           token != JSON_ERROR) {
        if (!json.has_key || token == JSON_OBJECT || token == JSON_ARRAY)
            continue;
        struct str name = json.key;
        buf_add_cstr(out, "    ");
        escape_add(out, name);
        for (size_t i = name.len; i < FACT_WIDTH; i++)
            buf_add_char(out, ' ');
        buf_add_char(out, ' ');
        escape_add(out, json.value);
        buf_add_char(out, '\n');
    }
    json_done(&json);
}

static void add_custody(
    struct buf *out, const struct custody *row, const struct zone *zone)
{
    show_time(out, row->time, zone);
    buf_printf(out, "  %-10s", row->action);
    if (row->source != 0)
        buf_printf(out, " source %-3" PRId64, row->source);
    else
        buf_add_cstr(out, " the case  ");
    buf_add_cstr(out, "  by ");
    escape_add(out, str_from(row->actor));
    buf_add_char(out, '\n');
    add_facts(out, str_from(row->detail));
}

/* The chain is walked, too: a log that was changed is not shown as if whole. */
static int run_custody(
    void *context, struct progress *progress, struct err *err)
{
    struct work *work = context;
    struct store *store;
    struct custody *rows = NULL;
    size_t count = 0;
    int64_t bad = 0;
    (void)progress;
    if (store_open(&store, work->case_path, STORE_READ, err) < 0)
        return -1;
    int whole = custody_check(store, &bad, err);
    int rc = whole < 0 ? -1 : custody_list(store, &rows, &count, err);
    store_close(store);
    if (rc < 0)
        return -1;
    buf_printf(&work->report, "Custody: %zu records, the chain is %s\n", count,
        whole > 0 ? "whole" : "BROKEN");
    if (whole == 0)
        buf_printf(&work->report,
            "BAD the chain breaks at record %" PRId64
            ": what follows may have been changed\n",
            bad);
    for (size_t i = 0; i < count; i++)
        add_custody(&work->report, &rows[i], work->zone);
    custody_list_free(rows, count);
    return 0;
}

static void custody_done(
    struct app *app, void *context, int result, const struct err *err)
{
    struct work *work = context;
    if (result < 0)
        app_error(app, err);
    else
        app_push(app, "pager", buf_str(&work->report));
    work_free(work);
}

/* A job: a log of thousands of files has tens of thousands of records. */
void sources_custody(struct app *app, void *state, struct str argument)
{
    (void)state;
    (void)argument;
    if (app_has_job(app, "custody"))
        return;
    struct work *work = work_new(app);
    work->zone = app_zone(app);
    app_start_job(app, "custody", run_custody, work, custody_done);
}
