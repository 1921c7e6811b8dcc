#include "src/ingest/ingest.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/base/escape.h"
#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/ingest/compare.h"
#include "src/ingest/run.h"
#include "src/ingest/sessions.h"
#include "src/ingest/walk.h"
#include "src/store/import.h"

struct ingest {
    struct run run;
    struct writer writer;
    struct walk walk;
};

static int64_t now_stamp(void)
{
    struct timespec now;
    int64_t stamp = STAMP_NONE;
    clock_gettime(CLOCK_REALTIME, &now);
    stamp_from_seconds(now.tv_sec, (uint32_t)now.tv_nsec, &stamp);
    return stamp;
}

static unsigned worker_count(const struct ingest_options *options)
{
    if (options->workers > 0)
        return options->workers;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors > 0 ? (unsigned)processors : 1;
}

/* The zone of stamps that name none: the user's, else the case's. */
static int choose_zone(struct run *run, struct store *store, struct err *err)
{
    run->zone = run->options->zone;
    run->zone_why = "zone: --zone";
    if (run->zone != NULL)
        return 0;
    char *name = NULL;
    if (store_info_get(store, "zone", &name, err) < 0)
        return -1;
    run->zone_why = "zone: the case's";
    run->zone = name == NULL || *name == '\0' ? zone_utc()
                                              : zone_find(str_from(name), err);
    free(name);
    return run->zone == NULL ? -1 : 0;
}

static int run_init(struct run *run, struct store *store,
    const struct formats *formats, const struct ingest_options *options,
    struct progress *progress, struct err *err)
{
    *run = (struct run){.formats = formats,
        .options = options,
        .progress = progress,
        .formats_digest = formats_digest(formats),
        .now = now_stamp()};
    const struct parser *parser = NULL;
    const struct format *format = NULL;
    if (options->format.len > 0 &&
        !formats_choose(formats, options->format, &parser, &format))
        return err_set(err, ERR_USAGE, "no format is called %s",
            escape_text(options->format));
    struct str folder = path_folder(str_from(store_path(store)));
    run->scratch = folder.len > 0 ? str_dup(folder) : xstrdup(".");
    if (choose_zone(run, store, err) < 0 ||
        store_reopen(store, &run->store, err) < 0 ||
        catalogue_load(store, &run->catalogue, err) < 0)
        return -1;
    run->content = content_new(run->store);
    return 0;
}

static void run_done(struct run *run)
{
    content_free(run->content);
    catalogue_free(run->catalogue);
    store_close(run->store);
    free(run->scratch);
}

static int read_paths(void *context, struct pipeline *pipeline, struct err *err)
{
    struct ingest *ingest = context;
    struct run *run = &ingest->run;
    run->pipeline = pipeline;
    for (size_t i = 0; i < ingest->walk.count; i++) {
        const struct walk_entry *entry = &ingest->walk.entries[i];
        if (pipeline_is_stopped(pipeline))
            return run_stopped(err);
        int rc = entry->skip != NULL
                     ? take_skipped(run, entry->path, entry->skip, err)
                 : entry->is_stream ? take_stream(run, err)
                                    : take_file(run, entry->path, err);
        if (rc < 0)
            return -1;
    }
    return 0;
}

static int write_task(void *context, struct task *task, struct err *err)
{
    struct ingest *ingest = context;
    return writer_write(&ingest->writer, task, err);
}

/* A stream whose import was killed cannot go on: it is what came of it. */
static int close_old_streams(struct ingest *ingest, struct err *err)
{
    struct known *known;
    for (size_t i = 0; (known = catalogue_at(ingest->run.catalogue, i)) != NULL;
         i++) {
        if (known->kind != SOURCE_STREAM || known->state != SOURCE_IMPORTING)
            continue;
        struct source source = {0};
        if (source_get(ingest->writer.store, known->case_id, &source, err) < 0)
            return -1;
        source_fill(&source);
        source.state = known->state = SOURCE_PARTIAL;
        source.size = source.stored;
        text_join(&source.note, "the import was interrupted: this is what "
                                "came before");
        int rc = import_source_end(ingest->writer.import, &source, err);
        source_done(&source);
        if (rc < 0)
            return -1;
    }
    return 0;
}

/* What stopped the import decides whether what is not committed may stay. */
static int finish_import(struct ingest *ingest, int rc, struct err *err)
{
    struct writer *writer = &ingest->writer;
    bool stopped_by_user = rc < 0 && err->code == ERR_CANCELLED;
    if (rc < 0 && !stopped_by_user) {
        import_abort(writer->import);
        return -1;
    }
    struct err own = {0};
    if ((stopped_by_user &&
            writer_close_stream(writer, "stopped before its end", &own) < 0)) {
        import_abort(writer->import);
        *err = own;
        return -1;
    }
    if (import_end(writer->import, &own) < 0) {
        *err = own;
        return -1;
    }
    return rc;
}

static int run_import(struct ingest *ingest, struct store *store,
    const struct ingest_options *options, struct err *err)
{
    if (import_begin(store, &ingest->writer.import, err) < 0)
        return -1;
    const struct pipeline_config config = {.workers = worker_count(options),
        .read = read_paths,
        .write = write_task,
        .context = ingest,
        .progress = ingest->run.progress};
    int rc = close_old_streams(ingest, err);
    if (rc == 0)
        rc = pipeline_run(&config, err);
    return finish_import(ingest, rc, err);
}

/* What the new events say together. */
static int pair_sessions(
    struct store *store, const struct ingest_options *options, struct err *err)
{
    struct sessions_summary summary;
    if (sessions_refresh(store, &summary, err) < 0)
        return -1;
    if (summary.limited > 0 && options->notice != NULL)
        options->notice(options->context, true,
            "some hosts have more logins than are paired with logouts: only "
            "their first were");
    return 0;
}

static bool has_new_sources(const struct ingest_summary *summary)
{
    return summary->added + summary->continued + summary->duplicates +
               summary->recorded + summary->partial >
           0;
}

int ingest_paths(struct store *store, const struct formats *formats,
    const struct ingest_options *options, char *const *paths, size_t count,
    struct ingest_summary *summary, struct progress *progress, struct err *err)
{
    struct ingest ingest = {0};
    struct err own = {0};
    *summary = (struct ingest_summary){0};
    ingest.writer = (struct writer){.store = store,
        .options = options,
        .summary = summary,
        .progress = progress};
    walk_collect(&ingest.walk, paths, count, store_path(store));
    if (progress != NULL)
        atomic_store(&progress->total, ingest.walk.total);

    int rc = run_init(&ingest.run, store, formats, options, progress, &own);
    if (rc == 0)
        rc = run_import(&ingest, store, options, &own);
    if (rc == 0)
        rc = pair_sessions(store, options, &own);
    if (rc == 0 && has_new_sources(summary))
        rc = compare_stated(store, options, &own);
    if (rc == 0 && ingest.walk.missing != NULL)
        rc = err_set(&own, ERR_NOT_FOUND, "%s: there is no such file",
            escape_cstr(ingest.walk.missing));
    item_release(ingest.writer.stream);
    run_done(&ingest.run);
    walk_done(&ingest.walk);
    if (rc < 0 && err != NULL)
        *err = own;
    return rc;
}
