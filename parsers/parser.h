/* parser: how bytes become records.
 *
 * A parser is pure: no database, clock, locale or globals. It is one const
 * struct and one row in parsers/registry.c. There are two kinds:
 *
 * - A *stream* parser is fed pieces: runs of whole records, cut where its `cut`
 *   says, in any order and by any worker. What later pieces need from earlier
 *   ones (a CSV or W3C header) is `learn`ed by the reader as the bytes pass by,
 *   saved with each chunk, and handed back in piece.state.
 * - A *random-access* parser gets the whole source as a blob it may read
 *   anywhere; one worker takes the source, after its bytes are in the case.
 *
 * One line's way: reader reads bytes -> reader calls `cut` and `learn` ->
 * worker `open`s a cursor once per source, `feed`s it the piece, calls `next`
 * until 0 -> batch_add. A query that wants a field which is only in the record
 * feeds the record's own bytes, with its chunk's state, and calls `next` once:
 * or, where one record is several events (parsers/moments.h), until the one
 * with the event's time comes. They have the same bytes and follow one another.
 */
#ifndef SPOOR_PARSERS_PARSER_H
#define SPOOR_PARSERS_PARSER_H

#include "src/base/buf.h"
#include "src/base/encoding.h"
#include "src/base/err.h"
#include "src/base/zone.h"
#include "src/event/record.h"

struct format;
struct parser;

/* The years of a source whose stamps have none: from offset on, this year.
 * Sorted by offset; the first row's offset is 0. Empty: years_default serves.
 */
struct year_row {
    uint64_t offset;
    int32_t year;
};

/* How one source is read. Immutable while anyone uses it. */
struct reading {
    const struct parser *parser;
    const struct format *format; /* NULL for parsers without one */
    enum encoding encoding;
    const struct zone *zone; /* of stamps without offset; never NULL */
    bool zone_decided;       /* by the user or the format: no mere assumption */
    int64_t clock_offset;    /* ns to add to every stamp; 0 ordinarily */
    const struct year_row *years;
    size_t year_count;
    int32_t default_year; /* when years is empty; CIVIL_NO_YEAR: undated */
    /* A stamp without a year that would be over a day later belongs to the year
     * before: nothing is written after its file was. 0 or less: no bound. */
    int64_t latest;
    struct str path; /* of the source, as collected */
};

/* A run of a source's bytes that begins and ends at a record boundary. */
struct piece {
    struct str bytes;
    uint64_t offset;  /* of bytes in the source */
    struct str state; /* what `learn` had gathered before it */
};

/* The whole source, for random access. */
struct blob {
    uint64_t size;
    /* Read exactly `len` bytes at `offset`; -1 past the end or on error. */
    int (*read_at)(
        void *self, uint64_t offset, void *to, size_t len, struct err *err);
    /* Where the next byte may stand that is no zero: from `offset` up to there
     * is a hole of a sparse file, which need not be read. NULL: none known. */
    uint64_t (*data_at)(void *self, uint64_t offset);
    void *self;
};

/* The same over bytes in memory, which must live as long. */
struct blob blob_from_str(struct str *bytes);

/* The beginning of a source, for detection. */
struct sample {
    struct str bytes; /* as they are, at most SAMPLE_MAX */
    bool whole;       /* this is all there is */
    struct str path;
    enum encoding encoding; /* guessed or forced */
};
#define SAMPLE_MAX ((size_t)256 << 10)

enum parser_access { PARSER_STREAM, PARSER_RANDOM };

struct parser {
    const char *name;
    const char *summary;
    const char *product; /* Sigma's, where no format file says; or NULL */
    enum parser_access access;
    bool is_text;      /* reads decoded lines; encodings apply */
    bool keeps_fields; /* values are stored, for they are dear to read again */
    bool skips_holes; /* it asks the blob's data_at: only then are the long ones
                         of sparse files kept as their length (LIMIT_HOLE) */
    bool names_host;  /* records say which machine wrote them */
    uint64_t fields;  /* FIELD_BIT of those it sets by itself */

    /* How sure it is that it can read this: 0 no, 1000 certain. NULL when only
     * formats (parsers/format.h) decide. */
    int (*probe)(const struct sample *sample);

    /* `bytes` begins at a record boundary. The length of the longest run of
     * whole records in it; 0 when not even the first is complete. The reader
     * holds back the rest for the next chunk, and cuts anyhow when a record
     * passes LIMIT_RECORD. With `at_end` nothing follows: all of it. */
    size_t (*cut)(const struct reading *reading, struct str bytes, bool at_end);

    /* Update `state` with what these bytes (one piece) teach about later ones.
     * NULL when pieces stand alone. */
    void (*learn)(
        const struct reading *reading, struct str bytes, struct buf *state);

    /* The wall time at the start of this line (raw bytes) if it has one
     * without a year; for the pre-scan. NULL when stamps have years. */
    bool (*yearless)(
        const struct reading *reading, struct str line, struct civil *out);

    void *(*open)(const struct reading *reading);
    void (*close)(void *cursor); /* accepts NULL */

    /* Start on a piece (stream) or a source (random). What is fed must live
     * until the next feed or close. */
    void (*feed)(void *cursor, const struct piece *piece);
    int (*feed_blob)(void *cursor, const struct blob *blob, struct err *err);

    /* The next record: 1, 0 at the end, -1 when this one is damaged (offset and
     * length of `out` say where, `err` why; its time is kept, so it is reset or
     * right; the next call goes on after it). */
    int (*next)(void *cursor, struct record *out, struct err *err);

    /* After the last record: what to know of the source that none of them says
     * ("rows may be missing"), appended to `out`, for the source's note. NULL:
     * nothing. Only random access. */
    void (*note)(const void *cursor, struct buf *out);

    /* A binary record as people read it (XML of an EVTX record, the export form
     * of a journal entry): appended to `out`, UTF-8, lines ended by newlines.
     * `offset` is what the record's event has; `source` is the whole of it,
     * also for stream parsers, since templates may stand before the record. A
     * cursor may be asked without having been fed. NULL for text. */
    int (*as_text)(void *cursor, const struct blob *source, uint64_t offset,
        struct buf *out, struct err *err);

    /* Random access without keeps_fields: the record at this offset of its
     * source (the offset of its event) once more, 1 or -1. A cursor may be
     * asked without having been fed, and goes on with the same source. */
    int (*read_at)(void *cursor, const struct blob *source, uint64_t offset,
        struct record *out, struct err *err);

    /* How many records so far made a pattern meet its limit
     * (LIMIT_MATCH_STEPS); NULL when it has no patterns. */
    uint64_t (*match_limits)(const void *cursor);
};

/* The year for a stamp without one at this offset of the source, for parsers.
 */
int32_t reading_year(const struct reading *reading, uint64_t offset);

/* Turn a wall time into the record's time, quality and precision, with the
 * reading's zone, clock and years. For parsers. */
void reading_set_time(const struct reading *reading, uint64_t source_offset,
    const struct civil *civil, struct record *record);

/* The same for a moment the log states by itself (ns, UTC; STAMP_NONE: none):
 * exact but for the source's clock. */
void reading_set_moment(const struct reading *reading, int64_t time_ns,
    enum stamp_precision precision, struct record *record);

#endif
