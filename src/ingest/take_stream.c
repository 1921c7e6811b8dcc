/* Standard input. It cannot be read twice: what is only known at its end (that
 * the case has it, how the years went) is put right there. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/ingest/container.h"
#include "src/ingest/run.h"
#include "src/ingest/years.h"

static const char STREAM_PATH[] = "-";

/* The next bytes of the stream; 0 at its end and when the import stops. */
static size_t read_some(struct run *run, char *to, size_t len)
{
    for (;;) {
        if (stream_wait(run, STDIN_FILENO, 0) < 0)
            return 0;
        ssize_t got = read(STDIN_FILENO, to, len);
        if (got >= 0)
            return (size_t)got;
        if (errno != EINTR && errno != EAGAIN)
            return 0;
    }
}

/* The beginning of the stream, as much as detection wants. */
static void read_head(struct run *run, struct buf *head)
{
    buf_reserve(head, SAMPLE_MAX);
    for (size_t got;
         head->len < SAMPLE_MAX && (got = read_some(run, head->ptr + head->len,
                                        SAMPLE_MAX - head->len)) > 0;)
        head->len += got;
}

/* A container must be readable from its end: all of it is put aside first. */
static int take_stream_container(
    struct run *run, struct str head, struct err *err)
{
    struct spool spool;
    spool_start(&spool, run->scratch);
    char *block = xmalloc(SAMPLE_MAX);
    int rc = spool_add(&spool, head, err);
    for (size_t got; rc == 0 && (got = read_some(run, block, SAMPLE_MAX)) > 0;)
        rc = spool_add(&spool, str_make(block, got), err);
    if (rc == 0 && pipeline_is_stopped(run->pipeline))
        rc = run_stopped(err);
    free(block);
    struct input input;
    spool_take(&spool, &input);
    struct origin origin = {.path = STREAM_PATH,
        .full_path = STREAM_PATH,
        .kind = SOURCE_STREAM,
        .mtime = STAMP_NONE};
    if (rc == 0)
        rc = take_input(run, &input, &origin, err);
    input_close(&input);
    return rc;
}

/* A finished source of the case with what came, or NULL. */
static struct known *same_content(struct run *run, const struct item *item)
{
    struct known *known;
    if (run->options->again || item->end.size == 0)
        return NULL;
    for (size_t i = 0; (known = catalogue_at(run->catalogue, i)) != NULL; i++)
        if (known != item->self && known->state == SOURCE_COMPLETE &&
            known->kind != SOURCE_CONTAINER && known->size == item->end.size &&
            digest_eq(&known->sha256, &item->end.sha256) &&
            same_machine(known->collected_host, item->source.collected_host))
            return known;
    return NULL;
}

/* May replace the item by one that is read otherwise. */
static int correct_stream(struct run *run, struct item **item,
    const struct years *years, struct err *err)
{
    struct item_end *end = &(*item)->end;
    end->same_as = same_content(run, *item);
    if (end->same_as != NULL) {
        end->state = SOURCE_DUPLICATE;
        return pipeline_tell(run->pipeline, TASK_DROP, *item)
                   ? 0
                   : run_stopped(err);
    }
    if (years == NULL || !years_found(years))
        return 0;
    struct buf rows = {0};
    int32_t year = years_solve(years, run->now, run->options->year, &rows);
    bool same = rows.len == 0 && year == (*item)->reading.default_year;
    int rc = same ? 0 : again_stream(run, item, &rows, year, err);
    buf_done(&rows);
    return rc;
}

/* A year for now: the whole stream will tell. */
static struct years *provisional_year(
    struct run *run, struct item *item, struct str head)
{
    const struct parser *parser = item->reading.parser;
    struct buf rows = {0};
    if (parser == NULL || parser->yearless == NULL)
        return NULL;
    struct years *years = years_new(&item->reading);
    years_add(years, 0, head);
    int32_t year = years_solve(years, run->now, run->options->year, &rows);
    buf_clear(&rows);
    bool told = run->options->year != CIVIL_NO_YEAR;
    describe_solved_years(item, &rows, year, told ? STAMP_NONE : run->now,
        told                 ? "year: --year"
        : years_found(years) ? "year: back from the time of import"
                             : NULL);
    years_reset(years);
    buf_done(&rows);
    return years;
}

static int take_lines(struct run *run, struct str head, struct err *err)
{
    struct origin origin = {.path = STREAM_PATH,
        .full_path = STREAM_PATH,
        .kind = SOURCE_STREAM,
        .mtime = STAMP_NONE};
    struct item *item = describe_source(run, NULL, &origin);
    struct sample sample = {.bytes = head,
        .whole = head.len < SAMPLE_MAX,
        .path = str_from(STREAM_PATH)};
    struct detected detected = {.encoding_why = ""};
    if (head.len > 0)
        detect(run->formats, run->options, &sample, &detected);
    describe_reading(run, item, &detected);

    struct years *years = provisional_year(run, item, head);
    item->self = catalogue_add(run->catalogue, &item->source, NULL);
    int rc =
        pipeline_tell(run->pipeline, TASK_BEGIN, item) &&
                pieces_stream(run, item, head, STDIN_FILENO, years, err) > 0
            ? correct_stream(run, &item, years, err)
            : run_stopped(err);
    years_free(years);
    if (rc < 0) {
        item_release(item);
        return -1;
    }
    return take_finish(run, item, err);
}

int take_stream(struct run *run, struct err *err)
{
    struct buf head = {0};
    read_head(run, &head);
    int rc = container_kind(buf_str(&head)) != NULL
                 ? take_stream_container(run, buf_str(&head), err)
                 : take_lines(run, buf_str(&head), err);
    buf_done(&head);
    return rc;
}
