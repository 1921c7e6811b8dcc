/* The reader's decisions about one piece of evidence: is it a container, was it
 * begun before, does the case have it or its beginning, who reads it. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/ingest/container.h"
#include "src/ingest/run.h"

/* --- rows without content ------------------------------------------------- */

int take_row(struct run *run, struct item *item, struct err *err)
{
    item->end.state = item->source.state;
    item->end.size = item->source.size;
    item->self = catalogue_add(run->catalogue, &item->source, item->parent);
    bool sent = pipeline_tell(run->pipeline, TASK_BEGIN, item) &&
                pipeline_tell(run->pipeline, TASK_END, item);
    item_release(item);
    return sent ? 0 : run_stopped(err);
}

int take_nothing(
    struct run *run, struct item *item, struct known *same, struct err *err)
{
    item->same_as = same;
    progress_add(run->progress, item->source.size, 0);
    bool sent = pipeline_tell(run->pipeline, TASK_SAY, item);
    item_release(item);
    return sent ? 0 : run_stopped(err);
}

int take_duplicate(
    struct run *run, struct item *item, struct known *same, struct err *err)
{
    bool in_container = item->parent != NULL;
    const char *path = item->source.path;
    item->source.sha256 = same->sha256;
    struct known *row =
        catalogue_path(run->catalogue, path, SOURCE_DUPLICATE, &same->sha256);
    if (!in_container && row != NULL)
        return take_nothing(run, item, same, err);
    if (!in_container && same->parent == NULL && same->case_parent == 0 &&
        strcmp(same->path, path) == 0)
        return take_nothing(run, item, same, err);
    progress_add(run->progress, item->source.size, 0);
    item->same_as = same;
    item->source.state = SOURCE_DUPLICATE;
    return take_row(run, item, err);
}

int take_skipped(
    struct run *run, const char *path, const char *why, struct err *err)
{
    if (catalogue_path(run->catalogue, path, SOURCE_SKIPPED, NULL) != NULL)
        return 0;
    struct origin origin = {.path = path,
        .full_path = path,
        .kind = SOURCE_FILE,
        .mtime = STAMP_NONE};
    struct item *item = describe_source(run, NULL, &origin);
    item->source.state = SOURCE_SKIPPED;
    text_set(&item->source.note, why);
    return take_row(run, item, err);
}

int take_digests(
    const struct input *input, struct source *source, struct err *err)
{
    static const enum hash_kind kinds[] = {HASH_SHA256, HASH_SHA1, HASH_MD5};
    struct digest *const digests[] = {
        &source->sha256, &source->sha1, &source->md5};
    for (size_t i = 0; i < 3; i++) {
        struct hash *hash = hash_new(kinds[i]);
        int rc = input_hash(input, 0, input->size, hash, err);
        *digests[i] = hash_digest(hash);
        hash_free(hash);
        if (rc < 0)
            return -1;
    }
    return 0;
}

/* A binary nobody reads: its name, times and digests. */
static int take_recorded(struct run *run, struct item *item,
    const struct input *input, struct err *err)
{
    struct source *source = &item->source;
    struct err damage = {0};
    source->state = SOURCE_RECORDED;
    if (take_digests(input, source, &damage) < 0)
        text_join(&source->note, damage.text);
    struct known *row = catalogue_path(
        run->catalogue, source->path, SOURCE_RECORDED, &source->sha256);
    if (item->parent == NULL && row != NULL)
        return take_nothing(run, item, row, err);
    progress_add(run->progress, input->size, 0);
    return take_row(run, item, err);
}

/* --- going on ------------------------------------------------------------- */

/* An import that was begun and can not go on keeps what it has. */
static int close_unfinished(
    struct run *run, struct item *item, struct known *earlier, struct err *err)
{
    struct source *source = &item->source;
    item->end.state = SOURCE_PARTIAL;
    item->end.size = source->stored;
    free(item->end.note);
    item->end.note =
        xstrdup("its import was interrupted, and the content is not the same "
                "any more");
    struct content_chunk chunk;
    if (source->stored > source->continues_at &&
        content_chunk_at(
            run->content, source->id, source->stored - 1, &chunk, NULL) == 0)
        item->end.sha256 = chunk.running;
    earlier->state = SOURCE_PARTIAL;
    return pipeline_tell(run->pipeline, TASK_END, item) ? 0 : run_stopped(err);
}

static int resume_state(
    struct run *run, struct item *item, struct buf *state, struct err *err)
{
    struct known *known;
    if (item->source.continues == 0)
        return 0;
    for (size_t i = 0; (known = catalogue_at(run->catalogue, i)) != NULL; i++)
        if (known->case_id == item->source.continues)
            return overlap_end_state(run, item, known, state, err);
    return err_set(err, ERR_CORRUPT, "the source it continues is not there");
}

/* Without chunks of its own a container is the same when its digest is. */
static int resume_unkept(
    struct item *item, const struct input *input, struct err *err)
{
    struct source now = {0};
    if (take_digests(input, &now, err) < 0)
        return -1;
    item->end.state = SOURCE_COMPLETE;
    item->end.size = input->size;
    return digest_eq(&now.sha256, &item->source.sha256);
}

int take_resume(struct run *run, const struct input *input,
    struct known *earlier, struct item **out, struct err *err)
{
    struct item *item = NULL;
    struct buf state = {0};
    *out = NULL;
    if (describe_stored(
            run->formats, run->store, earlier->case_id, &item, err) < 0)
        return -1;
    assert(item != NULL);
    item->self = earlier;
    item->keep = item->source.stored > 0 || item->source.sha256.len == 0;
    bool readable =
        *item->source.format == '\0' || item->reading.parser != NULL;
    int rc = 0;
    if (readable && !item->keep)
        rc = resume_unkept(item, input, err);
    else if (readable)
        rc = resume_state(run, item, &state, err) < 0
                 ? -1
                 : pieces_read(run, item, input, buf_str(&state), true, err);
    buf_done(&state);
    if (rc > 0) {
        *out = item;
        return 1;
    }
    if (rc == 0)
        rc = close_unfinished(run, item, earlier, err);
    item_release(item);
    return rc;
}

/* --- content -------------------------------------------------------------- */

int take_finish(struct run *run, struct item *item, struct err *err)
{
    assert(item != NULL);
    const struct parser *parser = item->reading.parser;
    int rc = 0;
    if (parser != NULL && parser->access == PARSER_RANDOM)
        rc = random_read(run, item, err);
    if (rc == 0) {
        known_finish(
            item->self, item->end.state, item->end.size, &item->end.sha256);
        for (size_t i = 0; i < item->end.supersedes_count; i++)
            item->end.supersedes[i]->state = SOURCE_REMOVED;
        if (!pipeline_tell(run->pipeline, TASK_END, item))
            rc = run_stopped(err);
    }
    item_release(item);
    return rc;
}

static int take_overlap(struct run *run, struct item *item,
    const struct input *input, struct overlap *overlap, struct err *err)
{
    if (run->options->again)
        return 0;
    if (overlap_find(run, item, input, overlap, err) < 0)
        return -1;
    struct source *source = &item->source;
    item->end.supersedes_count = overlap->supersedes_count;
    memcpy(
        item->end.supersedes, overlap->supersedes, sizeof(overlap->supersedes));
    item->continues = overlap->continues;
    if (overlap->continues != NULL)
        source->continues_at = overlap->continues->size;
    source->stored = source->continues_at;
    return 0;
}

/* Content that is new, in whole or from continues_at on. */
static int take_new(struct run *run, struct item *item,
    const struct input *input, struct str state, struct err *err)
{
    item->self = catalogue_add(run->catalogue, &item->source, item->parent);
    describe_years(run, item, input);
    if (!pipeline_tell(run->pipeline, TASK_BEGIN, item)) {
        item_release(item);
        return run_stopped(err);
    }
    int rc = pieces_read(run, item, input, state, false, err);
    if (rc < 0) {
        item_release(item);
        return -1;
    }
    if (rc == 0) {
        item->end.state = SOURCE_PARTIAL;
        item->end.size = item->source.continues_at;
        text_join(&item->end.note, "the file changed while it was read");
    }
    return take_finish(run, item, err);
}

static int take_content(struct run *run, const struct input *input,
    const struct origin *origin, struct str head, struct err *err)
{
    struct item *item = describe_source(run, input, origin);
    struct sample sample = {.bytes = head,
        .whole = head.len == input->size,
        .path = str_from(origin->path)};
    struct detected detected = {.encoding_why = ""};
    if (head.len > 0)
        detect(run->formats, run->options, &sample, &detected);
    describe_reading(run, item, &detected);
    if (detected.parser == NULL && head.len > 0 && !run->options->keep_unknown)
        return take_recorded(run, item, input, err);

    /* compared as it is kept */
    struct input view = *input;
    view.holes_apart = detected.parser != NULL && detected.parser->skips_holes;
    struct overlap overlap = {0};
    int rc = take_overlap(run, item, &view, &overlap, err);
    if (rc < 0)
        item_release(item);
    else if (overlap.same != NULL)
        rc = take_duplicate(run, item, overlap.same, err);
    else
        rc = take_new(run, item, input, buf_str(&overlap.state), err);
    overlap_done(&overlap);
    return rc;
}

/* By its path, or else as the same file: a path may be absolute one time and
 * relative the next. */
static struct known *find_earlier(const struct run *run,
    const struct input *input, const struct origin *origin)
{
    if (origin->earlier != NULL || origin->parent != NULL)
        return origin->earlier;
    struct known *known =
        catalogue_path(run->catalogue, origin->path, SOURCE_IMPORTING, NULL);
    struct buf stat = {0};
    if (known == NULL) {
        input_stat(input, &stat);
        known = catalogue_begun(run->catalogue, buf_str(&stat));
    }
    buf_done(&stat);
    return known;
}

int take_input(struct run *run, const struct input *input,
    const struct origin *origin, struct err *err)
{
    struct buf head = {0};
    size_t got = 0;
    struct err unread = {0};
    buf_reserve(&head, SAMPLE_MAX);
    if (input_read(input, 0, head.ptr, SAMPLE_MAX, &got, &unread) < 0) {
        buf_done(&head);
        return take_skipped(run, origin->path, unread.text, err);
    }
    head.len = got;

    struct origin own = *origin;
    const char *kind = container_kind(buf_str(&head));
    own.earlier = find_earlier(run, input, origin);
    struct item *item = NULL;
    int rc = 0;
    if (kind != NULL && origin->depth < LIMIT_CONTAINER_DEPTH)
        rc = take_container(run, input, &own, kind, err);
    else if (own.earlier != NULL &&
             (rc = take_resume(run, input, own.earlier, &item, err)) != 0)
        rc = rc > 0 ? take_finish(run, item, err) : -1;
    else
        rc = take_content(run, input, &own, buf_str(&head), err);
    buf_done(&head);
    return rc;
}

int take_file(struct run *run, const char *path, struct err *err)
{
    struct input input;
    struct err unread = {0};
    if (input_open(&input, path, &unread) < 0)
        return take_skipped(run, path, unread.text, err);
    struct origin origin = {.path = path,
        .full_path = path,
        .kind = SOURCE_FILE,
        .mtime = input.mtime};
    int rc = take_input(run, &input, &origin, err);
    input_close(&input);
    return rc;
}
