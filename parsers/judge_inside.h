/* judge_inside: what the parts of detection (judge*.c) share. */
#ifndef SPOOR_PARSERS_JUDGE_INSIDE_H
#define SPOOR_PARSERS_JUDGE_INSIDE_H

#include "parsers/matcher.h"

enum {
    LINES_MAX = 200,     /* that every format is tried on */
    GIVE_UP_AFTER = 60,  /* lines in a row that a format did not match */
    LINE_BYTES = 8192,   /* of a line, for patterns */
    SCORE_CERTAIN = 900, /* of a binary */
    SCORE_PARSED = 1000,
    SCORE_HEADER = 600,
    SCORE_JSON = 500,
    SCORE_TABLE = 450,
    SCORE_LOGFMT = 400,
    SCORE_TIME = 50,
    SCORE_TEXT = 10,
};

/* The lines that are looked at, decoded. */
struct trial {
    const struct formats *formats;
    const struct sample *sample;
    struct reading reading;
    struct matcher matcher;
    struct record record;
    struct arena arena;
    struct str lines[LINES_MAX];
    size_t count;
};

/* --- judge_sample.c: the lines that are looked at ------------------------- */

bool sample_is_binary(const struct sample *sample);
size_t sample_start(const struct sample *sample); /* past a byte order mark */
void trial_pick_lines(struct trial *trial);

/* --- judge.c -------------------------------------------------------------- */

struct verdict verdict_of(
    const struct trial *trial, const struct format *format);
void count_understood(struct verdict *verdict, enum understood level);
int score_of(const struct verdict *verdict, int parsed, int generic);
/* Whether a format of named values claims what is in the matcher's pairs. */
bool trial_claims(struct trial *trial, const struct format *format);
/* It says which values it claims, rather than any. */
bool format_is_declared(const struct format *format);

/* --- judge_table.c -------------------------------------------------------- */

struct verdict judge_csv(struct trial *trial, const struct format *format);
struct verdict judge_w3c(struct trial *trial, const struct format *format);

#endif
