/* Archives and compressed files: their own bytes first, then what is in them.
 *
 * A container's row stays unfinished until every member is through, and every
 * member makes exactly one row, in order. So after a kill the rows that have
 * the container for a parent say which members are done. */
#include <stdlib.h>
#include <string.h>

#include "src/base/file.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/ingest/collection.h"
#include "src/ingest/container.h"
#include "src/ingest/run.h"

struct opened {
    struct run *run;
    const struct origin *origin;
    struct item *item; /* of the container */
    struct container *container;
    struct known **done; /* children from an import before */
    size_t done_count;
    size_t next;     /* member */
    struct str host; /* as the collection says; or empty */
};

static int take_unreadable(
    struct opened *opened, const struct member *member, struct err *err)
{
    struct origin origin = {.path = member->path,
        .full_path = member->path,
        .kind = SOURCE_MEMBER,
        .parent = opened->item->self,
        .mtime = member->mtime,
        .host = opened->host};
    struct item *item = describe_source(opened->run, NULL, &origin);
    item->source.state = SOURCE_SKIPPED;
    text_set(&item->source.note, member->skip);
    return take_row(opened->run, item, err);
}

/* Where the member would lie if the container were a folder. */
static char *full_path(const struct opened *opened, const struct member *member)
{
    const char *path = member->path;
    if (member->is_whole)
        return xstrdup(path);
    while (*path == '/' || strncmp(path, "./", 2) == 0)
        path += *path == '/' ? 1 : 2;
    return xasprintf("%s/%s", opened->origin->full_path, path);
}

static int take_member(struct opened *opened, const struct member *member,
    struct known *earlier, struct err *err)
{
    struct run *run = opened->run;
    struct spool spool;
    struct err damage = {0};
    spool_start(&spool, run->scratch);
    int rc = container_read(opened->container, &spool, &damage, err);
    struct input input;
    spool_take(&spool, &input);
    if (rc >= 0) {
        char *full = full_path(opened, member);
        input.mtime = member->mtime;
        struct origin origin = {.path = member->path,
            .full_path = full,
            .kind = SOURCE_MEMBER,
            .parent = opened->item->self,
            .depth = opened->origin->depth + 1,
            .mtime = member->mtime,
            .damage = rc == 0 ? damage.text : NULL,
            .earlier = earlier,
            .host = opened->host};
        if (run->progress != NULL)
            atomic_fetch_add(&run->progress->total, input.size);
        rc = take_input(run, &input, &origin, err);
        free(full);
    }
    input_close(&input);
    return rc;
}

static int take_members(struct opened *opened, struct err *err)
{
    for (;;) {
        struct member member;
        struct err damage = {0};
        int rc = container_next(opened->container, &member, &damage);
        if (rc < 0)
            text_join(&opened->item->end.note, damage.text);
        if (rc <= 0)
            return 0;
        if (pipeline_is_stopped(opened->run->pipeline))
            return run_stopped(err);
        size_t n = opened->next++;
        struct known *earlier = n < opened->done_count ? opened->done[n] : NULL;
        if (earlier != NULL && earlier->state != SOURCE_IMPORTING)
            continue;
        rc = member.skip != NULL ? take_unreadable(opened, &member, err)
                                 : take_member(opened, &member, earlier, err);
        if (rc < 0)
            return -1;
    }
}

/* A collection that says of which machine it is. Only the index of a zip file
 * has to be read for that. */
static void find_host(
    const struct input *input, const char *path, struct buf *host)
{
    struct container *container;
    struct member member;
    char magic[2];
    size_t got = 0;
    if (input_read(input, 0, magic, sizeof(magic), &got, NULL) < 0 ||
        got < sizeof(magic) || memcmp(magic, "PK", sizeof(magic)) != 0 ||
        container_open(&container, input, path, NULL) < 0)
        return;
    while (container_next(container, &member, NULL) > 0) {
        if (member.skip != NULL || !str_eq(path_last(str_from(member.path)),
                                       STR(COLLECTION_DESCRIPTION)))
            continue;
        struct buf text = {0};
        container_peek(container, LIMIT_CHUNK, &text);
        collection_read_host(buf_str(&text), host);
        buf_done(&text);
        break;
    }
    container_close(container);
    if (host->len > LIMIT_NAME)
        host->len = 0;
}

static int take_inside(struct run *run, const struct input *input,
    const struct origin *origin, struct item *item, struct err *err)
{
    struct opened opened = {.run = run, .origin = origin, .item = item};
    struct err damage = {0};
    struct buf host = {0};
    find_host(input, origin->path, &host);
    opened.host = host.len > 0 ? buf_str(&host) : origin->host;
    opened.done_count =
        catalogue_children(run->catalogue, item->self, &opened.done);
    int rc = 0;
    if (container_open(&opened.container, input, origin->path, &damage) < 0)
        text_join(&item->end.note, damage.text);
    else
        rc = take_members(&opened, err);
    container_close(opened.container);
    free(opened.done);
    buf_done(&host);
    if (rc == 0) {
        known_finish(
            item->self, item->end.state, item->end.size, &item->end.sha256);
        if (!pipeline_tell(run->pipeline, TASK_END, item))
            rc = run_stopped(err);
    }
    item_release(item);
    return rc;
}

/* A container that is not kept has its digests from the start, for nothing else
 * tells after a kill whether it is the same. */
static int begin_unkept(struct run *run, struct item *item,
    const struct input *input, struct err *err)
{
    if (take_digests(input, &item->source, err) < 0)
        return -1;
    progress_add(run->progress, input->size, 0);
    item->keep = false;
    item->end.state = SOURCE_COMPLETE;
    item->end.size = input->size;
    item->end.sha256 = item->source.sha256;
    text_join(&item->end.note, "its own bytes are not kept, as asked");
    return pipeline_tell(run->pipeline, TASK_BEGIN, item) ? 0
                                                          : run_stopped(err);
}

static int begin_kept(struct run *run, struct item *item,
    const struct input *input, struct err *err)
{
    if (!pipeline_tell(run->pipeline, TASK_BEGIN, item))
        return run_stopped(err);
    return pieces_read(run, item, input, (struct str){0}, false, err) > 0 ? 0
                                                                          : -1;
}

int take_container(struct run *run, const struct input *input,
    const struct origin *origin, const char *kind, struct err *err)
{
    struct item *item = NULL;
    if (origin->earlier != NULL) {
        int rc = take_resume(run, input, origin->earlier, &item, err);
        if (rc != 0)
            return rc < 0 ? -1 : take_inside(run, input, origin, item, err);
    }
    item = describe_source(run, input, origin);
    item->source.kind = SOURCE_CONTAINER;
    item->as_they_are = true;
    text_set(&item->source.format_why, kind);
    text_set(&item->source.host, "");
    text_set(&item->source.host_from, "");

    struct known *same = NULL;
    struct err changed = {0};
    if (!run->options->again &&
        overlap_whole(run, item, input, &same, &changed) == 0 && same != NULL)
        return take_duplicate(run, item, same, err);

    item->self = catalogue_add(run->catalogue, &item->source, item->parent);
    int rc = run->options->drop_containers ? begin_unkept(run, item, input, err)
                                           : begin_kept(run, item, input, err);
    if (rc < 0) {
        item_release(item);
        return -1;
    }
    return take_inside(run, input, origin, item, err);
}
