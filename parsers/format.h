/* format: the declarative formats and the registry of everything that reads.
 *
 * A format is one YAML file (schema in doc/formats-howto.md) that tells a
 * general reader (parsers/lines.c, json_lines.c, csv.c, logfmt.c, json_array.c)
 * which patterns, names and times to expect. Formats may nest: sshd reads the
 * message of syslog. A bad format file is set aside with file, line and reason;
 * the rest work. */
#ifndef SPOOR_PARSERS_FORMAT_H
#define SPOOR_PARSERS_FORMAT_H

#include "parsers/parser.h"
#include "src/base/hash.h"

struct formats; /* the registry; immutable and shared by threads once loaded */

/* Load the shipped formats, overridden or joined by those of `folder` (NULL:
 * SPOOR_SHARE/formats or the user's data folder, when there). Never fails as a
 * whole: see formats_problem. */
struct formats *formats_load(const char *folder);
void formats_free(struct formats *formats);

/* What was set aside, "file:line: reason"; NULL past the last. */
const char *formats_problem(const struct formats *formats, size_t index);

/* SHA-256 over every format in force, names and bytes, in order. */
struct digest formats_digest(const struct formats *formats);

size_t formats_count(const struct formats *formats);
const struct format *formats_at(const struct formats *formats, size_t index);
const struct format *formats_find(
    const struct formats *formats, struct str name);

const char *format_name(const struct format *format);
const char *format_summary(const struct format *format);
/* "syslog, journal" or "" for one that reads files. */
const char *format_inside(const struct format *format);
const struct parser *format_parser(const struct format *format);
uint64_t format_fields(const struct format *format); /* it may set; FIELD_BIT */
/* The same with what its reader sets by itself and what events of Windows set;
 * none where the records name short fields themselves (any JSON, any table). */
uint64_t formats_fields_of(
    const struct formats *formats, const struct format *format);
struct digest format_digest(const struct format *format); /* its file */
size_t format_example_count(const struct format *format);
/* Its files are UTF-8, whatever their bytes look like (`encoding`). */
bool format_is_utf8(const struct format *format);
/* The zone the format itself defines for stamps without offset, or NULL. */
const struct zone *format_zone(const struct format *format);

/* The line of an example: what the format looks like; empty past the last. */
struct str format_example(const struct format *format, size_t index);

/* What Sigma calls the logs a format reads; words it does not state are empty.
 */
struct logsource {
    struct str category, product, service;
};
const struct logsource *format_logsources(
    const struct format *format, size_t *count);
/* The same for people: "product:linux service:sshd, product:linux
 * service:auth". */
void format_logsource_text(const struct format *format, struct buf *out);

/* Run the examples inside the file: how many failed; `report` gets a line per
 * failure with what was expected and what came. */
size_t format_test(const struct formats *formats, const struct format *format,
    struct buf *report);

/* One reader's opinion of a sample. */
struct verdict {
    const struct parser *parser;
    const struct format *format;     /* NULL for a parser without one */
    int score;                       /* 0 no .. 1000 certain */
    size_t records, parsed, generic; /* of the sample */
    char reason[160];                /* "412 of 420 lines match syslog" */
};

/* Every reader's opinion, best first; how many were written (at most `max`).
 * The first is what detection takes; there is always one: plain text, or "none"
 * (parser NULL) for a binary nobody reads. */
size_t formats_judge(const struct formats *formats, const struct sample *sample,
    struct verdict *out, size_t max);

/* A reader of binaries that is all but certain by the bytes alone: no encoding
 * needs to be guessed, no format tried. */
bool formats_probe(const struct formats *formats, const struct sample *sample,
    struct verdict *out);

/* The parser by name or format by name, for --format. False if unknown. */
bool formats_choose(const struct formats *formats, struct str name,
    const struct parser **parser, const struct format **format);

/* Where a line stopped matching, per pattern: for `formats explain`. Appends
 * text for a terminal (escaped). */
void format_explain_line(const struct formats *formats,
    const struct format *format, struct str line, struct buf *out);

/* The readers of parsers/registry.c; ends with NULL. */
extern const struct parser *const parser_table[];

#endif
