/* define: a declarative format in its compiled form. Immutable once loaded and
 * shared by threads; everything in it lives in the format's arena. */
#ifndef SPOOR_PARSERS_DEFINE_H
#define SPOOR_PARSERS_DEFINE_H

#include "parsers/decode.h"
#include "parsers/dig.h"
#include "parsers/format.h"
#include "parsers/regex.h"
#include "src/base/arena.h"
#include "src/base/embed.h"
#include "src/base/timefmt.h"
#include "src/base/yaml.h"

/* Where a value goes. */
enum target_kind {
    TARGET_NONE,
    TARGET_FIELD,
    TARGET_EXTRA,
    TARGET_TIME,     /* the stamp's text */
    TARGET_TIME_END, /* the end of a span */
    TARGET_COUNT,    /* how many events it stands for */
    TARGET_PRI,      /* syslog's <PRI>: severity and x.facility */
    TARGET_SCRATCH,  /* "_name": for `set` and `map` of this pattern only */
};

struct target {
    enum target_kind kind;
    enum field field;
    struct str name; /* of an extra, or as written */
};

/* The target a group or name of ours means: a short field that parsers may
 * set, one of the special names, or an extra. */
struct target target_of(struct str name);
/* The same where dotted names of the log itself occur: ECS names count. */
struct target target_of_own(struct str name);

/* `FIELD in A, B` and the like. */
enum condition_kind { CONDITION_IN, CONDITION_MATCH, CONDITION_PRESENT };

struct condition {
    enum condition_kind kind;
    bool negated;
    struct str name;   /* as written */
    enum field field;  /* FIELD_NONE: an extra */
    struct str *words; /* CONDITION_IN */
    size_t word_count;
    struct regex regex;
};

struct conditions {
    struct condition *items;
    size_t count;
};

/* A constant, or text with ${NAME} in it: runs of literal text, each followed
 * by the value of a name (empty at the end). */
struct template
{
    struct str before;
    struct target name; /* TARGET_NONE: nothing follows */
};

struct setting {
    struct target to;
    struct template *parts;
    size_t part_count;
};

struct settings {
    struct setting *items;
    size_t count;
};

struct choice {
    struct str from; /* "*": any other */
    struct settings set;
};

struct mapping {
    struct target from;
    struct choice *choices;
    size_t choice_count;
};

enum split_kind {
    SPLIT_PAIRS,   /* key=value key="value" */
    SPLIT_CEF,     /* parsers/attributes.h */
    SPLIT_LEEF,    /* the same */
    SPLIT_AUDIT,   /* a record of Linux's audit system */
    SPLIT_COLUMNS, /* values known by their place */
    SPLIT_NAMED,   /* Name: value, Other Name: value */
    SPLIT_PARTS,   /* "Key: value" between texts that part them */
};

struct split {
    struct target from;
    enum split_kind kind;
    char between;                     /* pairs or columns */
    char equals;                      /* of a pair */
    struct str parts_by, parts_equal; /* the same of parts */
    struct target *columns;           /* TARGET_NONE: goes nowhere */
    size_t column_count;
};

struct decode {
    struct target what;
    enum decoding decoding;
};

struct group {
    uint32_t number;
    struct target target;
};

struct pattern {
    const struct format *format;
    struct target from; /* of a cut: whose value it reads */
    struct str name;
    struct str text; /* of the expression */
    int line;        /* in the file */
    struct regex regex;
    struct group *groups;
    size_t group_count;
    struct conditions key_when; /* decided by `process` and `code` */
    struct conditions when;     /* the others */
    struct settings set;
    struct mapping *maps;
    size_t map_count;
    struct split *splits;
    size_t split_count;
    struct decode *decodes;
    size_t decode_count;
    bool generic; /* level: generic */
    bool again;
    bool claims;       /* a file that it matches may be of this format */
    struct str *carry; /* names whose values hold for later records, too */
    size_t carry_count;
    bool named; /* only in files that are called as `names` say */
};

struct rename {
    struct str from;
    struct target to;
    struct dig digs[DIG_DEPTH]; /* where the value lies, one in the other */
    size_t dig_count;           /* 0: under that very name */
};

struct example {
    int line;
    struct str text;
    struct str in;   /* the outer format whose line this is, or "" */
    struct str file; /* the path of the file it stands in, or "" */
    const struct yaml *with, *gives; /* maps or NULL */
};

enum reads {
    READS_INSIDE, /* the message of other formats */
    READS_LINES,
    READS_JSON,
    READS_CSV,
    READS_W3C, /* columns named by directives */
    READS_LOGFMT,
    READS_TEXT,       /* anything: the format of last resort */
    READS_JSON_ARRAY, /* a whole file that is one array */
    READS_JOURNAL,    /* systemd's journal: its files, and both exports */
    READS_JOURNAL_EXPORT,
    READS_JOURNAL_JSON,
    READS_AUDITD,   /* Linux audit records */
    READS_ASL,      /* databases of the Apple System Log */
    READS_BODYFILE, /* files with up to four times */
    READS_MACTIME,  /* the same, sorted by time */
    READS_VC0,      /* what Ivanti Connect Secure keeps on its disk */
    READS_PARSER,   /* what a reader that knows its files itself reads */
};

enum multiline {
    MULTILINE_INDENTED,
    MULTILINE_UNMATCHED,
    MULTILINE_UNTIMED, /* plain text: what has no time behind what has one */
    MULTILINE_GOES_ON, /* behind a line that `goes_on` matches */
    MULTILINE_BEGINS,  /* up to a line that one of `begins` matches */
    MULTILINE_NEVER,
};

struct format {
    const struct formats *owner;
    size_t index; /* in the registry */
    char *path;   /* of its file, for messages */
    struct yaml_file *file;
    bool shipped; /* in the program, so that the tests have seen it */
    struct digest digest;
    struct arena arena;

    struct str name, summary;
    enum reads reads;
    const struct parser *parser; /* READS_PARSER */
    struct str inside_text;      /* "syslog, journal" */
    struct str *inside;
    size_t inside_count;
    struct str family;
    int64_t priority;
    enum multiline multiline;
    bool joins;           /* patterns see the lines of a record as one */
    struct regex *begins; /* a record's first lines, outermost first */
    size_t begin_count;
    struct regex goes_on; /* a line that the next one belongs to */
    bool carries;         /* some patterns have `carry` */
    struct str *columns;  /* csv without a header */
    size_t column_count;
    bool holds_logs; /* its message is a line of some other log */
    char delimiter;  /* csv; 0: found */

    struct str like, below;    /* another format's names and meaning, too */
    const struct format *base; /* that one */

    struct timefmt **times;
    size_t time_count;
    bool times_shared;      /* they are of the format it is like */
    struct str *time_names; /* own names whose values make the time */
    size_t time_name_count;
    bool time_carried;       /* a record without a time has the last one's */
    const struct zone *zone; /* NULL: the source's */
    bool own_time; /* its stamp replaces a header's that is known worse */

    struct conditions key_when; /* decided by `process` and `code` */
    struct conditions when;     /* the others */
    struct settings set;        /* category first */
    struct pattern *cuts;       /* what parts values */
    size_t cut_count;
    struct mapping *maps;
    size_t map_count;
    struct rename *renames;
    size_t rename_count;
    struct str *require;
    size_t require_count;
    struct split *splits; /* of named values */
    size_t split_count;
    struct moment *moments; /* parsers/moments.h */
    size_t moment_count;
    const struct windows_shape *windows; /* pairs are an event of Windows */
    struct str *names; /* of the files it reads: "*_history" */
    size_t name_count;
    bool is_utf8;        /* whatever its bytes look like */
    bool user_from_path; /* of whose home the file lies in */
    bool accounts; /* DOMAIN\name in `user` becomes user_domain and user */
    bool repeats;
    uint64_t repeat_ignores;

    struct pattern *patterns;
    size_t pattern_count;
    struct example *examples;
    size_t example_count;
    uint64_t fields;
    struct logsource *logsources;
    size_t logsource_count;

    const struct format **inner; /* what reads its message, in order */
    size_t inner_count;
    bool inner_by_code; /* `code` decides which of their patterns */
    bool inside_itself; /* it is one of them */
};

/* What events of Windows mean: parsers/windows_table.h. */
struct windows_tables {
    struct windows_table **items;
    size_t count, capacity;
};

struct formats {
    struct format **items; /* by priority (higher first), then name */
    size_t count, capacity;
    uint32_t groups; /* of the pattern that has the most */
    char **problems;
    size_t problem_count, problem_capacity;
    struct digest digest;
    struct windows_tables windows;
};

/* format.c: read one file, parsed by the build or not. NULL with the reason
 * ("file:line: ...") in `err`. */
struct format *format_load(const struct embedded *file, struct err *err);
struct yaml_file *format_tree(const struct embedded *file, struct err *err);
/* like.c: let what `base` (NULL: there is none) says hold for one that is
 * `like` it. `base` must live as long. */
int format_join(
    struct format *format, const struct format *base, struct err *err);
/* For a reader that needs no declaration, so that what it reads has a name. */
struct format *format_of_parser(const struct parser *parser);
void format_free(struct format *format);
/* The most general format that a parser reads, or NULL. */
const struct format *formats_of_parser(
    const struct formats *formats, const struct parser *parser);
/* Whether its records are events of Windows, which mean the same in all. */
bool format_is_of_windows(const struct format *format);
/* Whether both name one family. */
bool format_is_kin(const struct format *a, const struct format *b);

/* Messages about a file: "sshd.yaml:12: ...". Returns -1. */
int format_fail(const struct format *format, const struct yaml *node,
    struct err *err, const char *why, ...)
    __attribute__((format(printf, 4, 5)));

/* pattern.c and condition.c: parts of a file. */
int pattern_load(struct format *format, const struct yaml *node,
    struct pattern *out, struct err *err);
int cuts_load(struct format *format, const struct yaml *list, struct err *err);
void pattern_done(struct pattern *pattern);
int settings_load(struct format *format, const struct yaml *map,
    struct settings *out, struct err *err);
int mappings_load(struct format *format, const struct yaml *list,
    struct mapping **out, size_t *count, struct err *err);
int conditions_load(struct format *format, const struct yaml *node,
    struct conditions *out, struct err *err);
/* A list of splits, of a pattern or of a file of named values. */
int splits_load(struct format *format, const struct yaml *list,
    struct split **out, size_t *count, struct err *err);
/* Move the conditions on `process` and `code`, which can be answered once per
 * name, out of `when`. */
void conditions_part(struct format *format, struct conditions *when,
    struct conditions *key_when);
/* Whether one of them is about this field. */
bool conditions_ask(const struct conditions *conditions, enum field field);
void conditions_done(struct conditions *conditions);

/* logsource.c: `logsource`, one map or a list of them. */
int logsources_load(
    struct format *format, const struct yaml *node, struct err *err);

/* The texts of a list, or of "a, b" written in one. */
int names_load(struct format *format, const struct yaml *node, struct str **out,
    size_t *count, struct err *err);

/* apply.c: whether a value fits a text in which '*' stands for any. */
bool name_fits(struct str name, struct str value);

/* example.c: how many of the wanted values a record does not have; `report`
 * gets a line for each. */
size_t example_compare(const struct format *format, const struct yaml *gives,
    const struct record *record, struct buf *report);

/* Only these keys may stand in `map`; ends with NULL. */
int keys_check(const struct format *format, const struct yaml *map,
    const char *const *allowed, struct err *err);

#endif
