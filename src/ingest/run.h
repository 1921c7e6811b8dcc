/* run: one import as its reader thread sees it. */
#ifndef SPOOR_INGEST_RUN_H
#define SPOOR_INGEST_RUN_H

#include "src/ingest/ingest.h"
#include "src/ingest/known.h"
#include "src/ingest/pipeline.h"

struct run {
    struct store *store; /* the reader's own connection */
    const struct formats *formats;
    const struct ingest_options *options;
    struct pipeline *pipeline;
    struct catalogue *catalogue;
    struct content *content;
    struct progress *progress;
    char *scratch;           /* folder for unpacked content */
    const struct zone *zone; /* of stamps without offset */
    const char *zone_why;    /* static */
    struct digest formats_digest;
    int64_t now;
};

/* What a piece of evidence is called and where it is from. */
struct origin {
    const char *path;
    const char *full_path; /* with the containers' paths before it */
    enum source_kind kind;
    struct known *parent; /* container */
    int depth;            /* of containers around it */
    int64_t mtime;
    const char *damage;    /* why only its beginning is there, or NULL */
    struct known *earlier; /* the row an unfinished import left for it */
    struct str host;       /* as the collection around it says; or empty */
};

/* --- detect.c ------------------------------------------------------------- */

struct detected {
    const struct parser *parser;
    const struct format *format;
    enum encoding encoding;
    const char *encoding_why; /* static */
    char why[192];
};
/* `options` may be NULL. */
void detect(const struct formats *formats, const struct ingest_options *options,
    const struct sample *sample, struct detected *out);
/* The reader of a format by the name a source keeps. */
bool detect_named(
    const struct formats *formats, const char *name, struct detected *out);

/* --- describe.c: items and how they are read ------------------------------ */

/* A new item with the origin's names, hosts and times; no format yet. */
struct item *describe_source(
    struct run *run, const struct input *input, const struct origin *origin);
/* How its bytes are to be read: format, encoding, zone. */
void describe_reading(
    struct run *run, struct item *item, const struct detected *detected);
/* Its years, from what the input says or the options; may be called again. */
void describe_years(
    struct run *run, struct item *item, const struct input *input);
void describe_solved_years(struct item *item, const struct buf *rows,
    int32_t default_year, int64_t latest, const char *why);
/* The moment a source's lines cannot be much younger than. */
int64_t describe_anchor(const struct run *run, const struct item *item);
/* The item of a stored source; without a parser when its format is not known
 * any more. */
int describe_stored(const struct formats *formats, struct store *store,
    int64_t source, struct item **out, struct err *err);

/* --- overlap.c ------------------------------------------------------------ */

struct overlap {
    struct known *same;      /* has the very content, or NULL */
    struct known *continues; /* is the beginning, and may be gone on from */
    struct buf state;        /* of the parser there */
    struct known *supersedes[SUPERSEDES_MAX]; /* held whole by the new one */
    size_t supersedes_count;
};
int overlap_find(struct run *run, const struct item *item,
    const struct input *input, struct overlap *out, struct err *err);
void overlap_done(struct overlap *overlap);
/* A container or unread file with this content. */
int overlap_whole(struct run *run, const struct item *item,
    const struct input *input, struct known **out, struct err *err);
/* The parser's state at the end of a known source. */
int overlap_end_state(struct run *run, const struct item *item,
    const struct known *known, struct buf *state, struct err *err);

/* --- pieces.c ------------------------------------------------------------- */

/* Read an input to its end (or to what of it is there) and send its pieces.
 * `resume`: pieces up to item->source.stored are read and hashed, not sent; 0
 * when they are not what the case holds, and nothing was sent. Else 1, with
 * item->end filled and TASK_END yet to be sent; -1 when the import must stop.
 */
int pieces_read(struct run *run, struct item *item, const struct input *input,
    struct str state, bool resume, struct err *err);
/* A stream, of which `sample` was read already. `years` (NULL none) is shown
 * every line. */
struct years;
int pieces_stream(struct run *run, struct item *item, struct str sample, int fd,
    struct years *years, struct err *err);

/* The stored bytes of a source, cut anew because another parser reads them. */
int pieces_again(struct run *run, struct item *item, struct err *err);

/* --- random.c, again.c ---------------------------------------------------- */

/* Parse a random-access source whose bytes were sent, from the case. */
int random_read(struct run *run, struct item *item, struct err *err);
/* Read a stored source's events again: sends TASK_DROP and pieces. */
int again_read(struct run *run, struct item *item, struct err *err);
/* The same for a stream at its end, with the years it turned out to have; the
 * item is replaced by one with the other reading. */
int again_stream(struct run *run, struct item **item, const struct buf *rows,
    int32_t default_year, struct err *err);

/* Wait for bytes of a stream: 1 there are, 0 it paused for `pause_ms` (0: wait
 * for ever), -1 the import stops. */
int stream_wait(struct run *run, int fd, int pause_ms);

/* --- take.c --------------------------------------------------------------- */

/* What to do with content that can be read anywhere, containers included. */
int take_input(struct run *run, const struct input *input,
    const struct origin *origin, struct err *err);
int take_file(struct run *run, const char *path, struct err *err);
/* The last of an item: what is left to parse, its place in the catalogue, its
 * end. Releases it. */
int take_finish(struct run *run, struct item *item, struct err *err);

/* take_stream.c */
int take_stream(struct run *run, struct err *err);
/* A row for something that is not read. */
int take_skipped(
    struct run *run, const char *path, const char *why, struct err *err);

/* --- take_container.c ----------------------------------------------------- */

int take_container(struct run *run, const struct input *input,
    const struct origin *origin, const char *kind, struct err *err);

/* Shared by the two. Send the row of an item that is complete as it stands. */
int take_row(struct run *run, struct item *item, struct err *err);
/* The case has this content at this very place: say so, add nothing. */
int take_nothing(
    struct run *run, struct item *item, struct known *same, struct err *err);
/* The case has it from elsewhere: a row that says so. */
int take_duplicate(
    struct run *run, struct item *item, struct known *same, struct err *err);
/* Digests of all three kinds. */
int take_digests(
    const struct input *input, struct source *source, struct err *err);
/* Go on with what an unfinished import left: 1 done up to TASK_END, which is
 * yet to be sent for `out`, 0 it is other content, and the old row is closed,
 * -1 the import must stop. */
int take_resume(struct run *run, const struct input *input,
    struct known *earlier, struct item **out, struct err *err);

/* --- writer.c ------------------------------------------------------------- */

struct writer {
    struct import *import;
    struct store *store;
    const struct ingest_options *options;
    struct ingest_summary *summary;
    struct progress *progress;
    struct item *stream; /* standard input under way: a reference, or NULL */
    struct digest stream_hash; /* of what of it was written */
    struct ingest_summary before_stream;
};
int writer_write(struct writer *writer, struct task *task, struct err *err);
/* What came of standard input is kept when the import stops. */
int writer_close_stream(
    struct writer *writer, const char *why, struct err *err);

/* The pipeline stopped because the writer did: nothing for the reader to add.
 */
int run_stopped(struct err *err);

#endif
