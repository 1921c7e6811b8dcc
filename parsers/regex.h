/* regex: a pattern compiled once, shared by threads, matched under limits.
 *
 * To machine code it is compiled when it is first matched: most runs need few
 * of the patterns there are, and that step is the dear one. One that is known
 * to be good need not be compiled at all before (regex_defer).
 *
 * Patterns work on bytes unless they speak of characters beyond ASCII. What an
 * anchored pattern must begin with and what any must hold is worked out at load
 * time, so that most patterns are turned down by a comparison or two. */
#ifndef SPOOR_PARSERS_REGEX_H
#define SPOOR_PARSERS_REGEX_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "parsers/regex_scan.h"
#include "src/base/err.h"
#include "src/base/str.h"

enum { REGEX_HEADS = 16 };

/* The first 8 bytes of a text, masked, must be `want`. */
struct regex_head {
    uint64_t mask, want;
};

/* A set of ASCII bytes. */
struct byte_set {
    uint64_t bits[2];
};

struct regex {
    struct str text; /* of the pattern; lives as long as its file */
    uint32_t groups;
    struct regex_code *code;              /* owned; shared by all that match */
    struct regex_head heads[REGEX_HEADS]; /* a match has one of these */
    size_t head_count;                    /* at least 1 */
    uint8_t first[32];    /* bits: what a head of no bytes may begin with */
    bool may_be_empty;    /* a head of no bytes fits the empty text, too */
    struct byte_set need; /* a match holds all of these */
};

int regex_compile(struct regex *regex, struct str pattern, struct err *err);
/* The same of a pattern of so many groups that was compiled before, in a test:
 * it is not compiled until it is first matched, and never matches when bad. */
void regex_defer(struct regex *regex, struct str pattern, uint32_t groups);
/* The names of a compiled pattern's groups, as PCRE2 found them. */
void regex_names(
    const struct regex *regex, struct arena *arena, struct regex_names *out);
void regex_done(struct regex *regex);

/* What one thread needs to match; made for patterns of up to `groups`. */
struct regex_room {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    uint64_t limits; /* how many matches met a limit */
};

void regex_room_init(struct regex_room *room, uint32_t groups);
void regex_room_done(struct regex_room *room);

/* The first bytes of a text, for comparison with a head. */
uint64_t regex_start(struct str text);
bool regex_may_match(
    const struct regex *regex, struct str text, uint64_t start);
/* Whether a text that begins with this byte may have this head. */
bool regex_head_fits(const struct regex *regex, size_t head, uint8_t byte);

/* The ASCII bytes of a text. */
struct byte_set regex_bytes(struct str text);
/* Whether all that a match needs is among these. */
static inline bool regex_needs_met(
    const struct regex *regex, const struct byte_set *has)
{
    return (regex->need.bits[0] & ~has->bits[0]) == 0 &&
           (regex->need.bits[1] & ~has->bits[1]) == 0;
}

/* True when it matches; the groups are in room->data. */
bool regex_match(
    const struct regex *regex, struct regex_room *room, struct str text);

/* A group of the last match; false when it took no part. */
bool regex_group(const struct regex_room *room, struct str text,
    uint32_t number, struct str *out);

#endif
