#include "ui/import.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "ui/app.h"
#include "ui/show.h"

#define IMPORT_JOB "import"

/* More notices than anyone reads: the sources view has all of it. */
enum { NOTICE_BYTES_MAX = 1 << 20 };

struct import {
    char *case_path;
    const struct formats *formats;
    char **paths;
    size_t count;
    struct ingest_options options;
    char *format, *host, *collected_host; /* what its slices point into */

    struct ingest_summary summary;
    struct buf notices;
    size_t warnings;
};

static void import_free(struct import *import)
{
    for (size_t i = 0; i < import->count; i++)
        free(import->paths[i]);
    free(import->paths);
    free(import->case_path);
    free(import->format);
    free(import->host);
    free(import->collected_host);
    buf_done(&import->notices);
    free(import);
}

static void take_notice(void *context, bool is_warning, const char *text)
{
    struct import *import = context;
    import->warnings += is_warning;
    if (import->notices.len > NOTICE_BYTES_MAX)
        return;
    buf_printf(&import->notices, "%s%s\n", is_warning ? "warning: " : "", text);
    if (import->notices.len > NOTICE_BYTES_MAX)
        buf_add_cstr(&import->notices, "... and more: see the sources\n");
}

static int run_import(void *context, struct progress *progress, struct err *err)
{
    struct import *import = context;
    struct store *store;
    if (store_open(&store, import->case_path, STORE_WRITE, err) < 0)
        return -1;
    int rc = ingest_paths(store, import->formats, &import->options,
        import->paths, import->count, &import->summary, progress, err);
    store_close(store);
    return rc;
}

static void describe(const struct ingest_summary *summary, struct buf *out)
{
    static const struct {
        size_t at;
        const char *words;
    } rest[] = {
        {offsetof(struct ingest_summary, continued), " continued"},
        {offsetof(struct ingest_summary, duplicates), " held already"},
        {offsetof(struct ingest_summary, recorded), " only recorded"},
        {offsetof(struct ingest_summary, skipped), " skipped"},
        {offsetof(struct ingest_summary, partial), " partial"},
    };
    show_count(out, summary->added, "source");
    buf_add_cstr(out, " added");
    for (size_t i = 0; i < sizeof(rest) / sizeof(*rest); i++) {
        uint64_t number;
        memcpy(&number, (const char *)summary + rest[i].at, sizeof(number));
        if (number == 0)
            continue;
        buf_add_cstr(out, ", ");
        show_number(out, number);
        buf_add_cstr(out, rest[i].words);
    }
    buf_add_cstr(out, ": ");
    show_count(out, summary->events, "event");
    buf_add_cstr(out, ", ");
    show_number(out, summary->unparsed);
    buf_add_cstr(out, " unparsed");
}

/* What needs reading is shown at once, and stays until it is closed; what went
 * well takes one line, which the next key takes away. */
static void import_done(
    struct app *app, void *context, int result, const struct err *err)
{
    struct import *import = context;
    bool failed = result < 0 && err->code != ERR_CANCELLED;
    struct buf text = {0}, report = {0};
    describe(&import->summary, &text);
    app_refresh(app);
    if (result < 0)
        app_error(app, err);
    else
        app_message(app, "%s", buf_cstr(&text));
    if (failed)
        buf_printf(&report, "The import ended early:\n%s\n\n", err->text);
    if (import->warnings > 0 || failed) {
        buf_printf(&report, "Import: %s\n", buf_cstr(&text));
        buf_add_str(&report, buf_str(&import->notices));
        app_push(app, "pager", buf_str(&report));
    }
    buf_done(&text);
    buf_done(&report);
    import_free(import);
}

static struct str own_copy(char **owned, struct str text)
{
    *owned = str_dup(text);
    return str_from(*owned);
}

bool import_start(struct app *app, char *const *paths, size_t count,
    const struct ingest_options *options)
{
    if (app_store(app) == NULL || app_has_job(app, IMPORT_JOB)) {
        app_message(app, "%s",
            app_store(app) == NULL ? "no case is open"
                                   : "an import is running; C-c cancels it");
        return false;
    }
    struct import *import = xcalloc(1, sizeof(*import));
    import->case_path = xstrdup(store_path(app_store(app)));
    import->formats = app_formats(app);
    import->paths = xcalloc(count, sizeof(*import->paths));
    for (size_t i = 0; i < count; i++)
        import->paths[import->count++] = xstrdup(paths[i]);
    import->options = *options;
    import->options.format = own_copy(&import->format, options->format);
    import->options.host = own_copy(&import->host, options->host);
    import->options.collected_host =
        own_copy(&import->collected_host, options->collected_host);
    import->options.notice = take_notice;
    import->options.context = import;
    app_start_job(app, IMPORT_JOB, run_import, import, import_done);
    return true;
}
