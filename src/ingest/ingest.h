/* ingest: local files, folders, archives and streams become sources of a case.
 *
 * Three stages run at once. The *reader* (one thread) walks the paths, opens
 * containers, hashes, decides format, encoding, host and years, and cuts each
 * source into pieces at record boundaries. *Workers* parse pieces into batches
 * and pack them; they know no database. The *writer* (the calling thread) takes
 * the results in order of (source, piece) and alone writes, so the case does
 * not depend on the threads' timing. Memory is bounded by the number of pieces
 * under way. What fails costs only itself and is recorded. */
#ifndef SPOOR_INGEST_INGEST_H
#define SPOOR_INGEST_INGEST_H

#include "parsers/format.h"
#include "src/base/progress.h"
#include "src/store/store.h"

struct ingest_options {
    struct str format;       /* "" detect */
    const struct zone *zone; /* of stamps without offset; NULL: the case's */
    bool zone_decided;       /* the user said so */
    int32_t year;            /* of the youngest stamp without year, the others
                                go back from it; CIVIL_NO_YEAR: infer */
    struct str host;         /* default host; "" from path or name */
    struct str collected_host;
    int64_t clock_offset; /* ns to add */
    bool encoding_forced;
    enum encoding encoding;
    bool drop_containers; /* do not keep archives' own bytes */
    bool keep_unknown;    /* keep the bytes of binaries nobody reads */
    bool again;           /* import although the case has the content */
    unsigned workers;     /* 0: as many as processors */

    /* A line for the user about one source ("auth.log: syslog, 12,003
     * events", "x.gz: damaged at ..."). Called on the writer's thread; `text`
     * is escaped. May be NULL. */
    void (*notice)(void *context, bool is_warning, const char *text);
    void *context;
};

struct ingest_summary {
    uint64_t added, continued, duplicates, recorded, skipped, partial;
    uint64_t bytes; /* of content imported */
    uint64_t events, parsed, generic, unparsed, undated, damaged;
};

/* Import paths: files, folders (recursive), patterns with * ? [ ] when no file
 * of that very name exists, "-" for standard input. Returns 0 when everything
 * readable was imported (what was skipped is in `summary`), -1 when it had to
 * stop: ERR_CANCELLED, ERR_FULL, ERR_NOT_FOUND for a path that is not there
 * (the others are imported first) ... What was committed stays and the next
 * call with the same paths goes on from there. */
int ingest_paths(struct store *store, const struct formats *formats,
    const struct ingest_options *options, char *const *paths, size_t count,
    struct ingest_summary *summary, struct progress *progress, struct err *err);

/* What would be made of a file, without a case: for `formats explain` and file
 * pickers. Decoded containers look at their first member. */
struct ingest_preview {
    struct verdict verdicts[8]; /* best first */
    size_t verdict_count;
    enum encoding encoding;
    const char *encoding_why; /* static */
    struct buf sample;        /* of the (decoded) content */
    char container[64];       /* "gzip", "tar", "" */
    char host[256], host_from[16];
    int32_t default_year; /* CIVIL_NO_YEAR when stamps have years */
};
int ingest_preview(const struct formats *formats, const char *path,
    struct ingest_preview *out, struct err *err);
void ingest_preview_done(struct ingest_preview *preview);

/* Change how a source's times are understood and read its events again from the
 * bytes in the case: ids change, bytes do not; custody tells. Members that are
 * NULL / CIVIL_NO_YEAR / !set stay as they are. Interrupted, it leaves the old
 * or the new reading, never half. */
struct ingest_retime {
    const struct zone *zone;
    int32_t year;
    bool set_clock_offset;
    int64_t clock_offset;
};
int ingest_retime(struct store *store, const struct formats *formats,
    int64_t source, const struct ingest_retime *change,
    struct progress *progress, struct err *err);

/* Read a source's events again with the formats in force now. */
int ingest_renormalise(struct store *store, const struct formats *formats,
    int64_t source, struct str format, struct progress *progress,
    struct err *err);

#endif
