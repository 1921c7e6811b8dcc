/* helper_claims: lines that two formats fight over.
 *
 *     helper_claims FILE...
 *
 * Tries every line on every pattern of every format, as a file's line and, once
 * a header is off, as the message of the formats inside. Prints a dispute where
 * the format that speaks first does so only by the order of names, or hides one
 * that would understand more. Exits 1 when there is any. */
#include <stdio.h>
#include <string.h>

#include "parsers/condition.h"
#include "parsers/matcher.h"
#include "src/base/file.h"

enum { CLAIMS_MAX = 32, DEPTH_MAX = 4 };
#define INPUT_MAX ((size_t)16 << 20)

struct court {
    const struct formats *formats;
    const char *path;
    int line;
    int disputes;
};

/* The formats that are asked about one text, and the patterns that match. */
struct claims {
    const struct pattern *items[CLAIMS_MAX];
    size_t count;
};

/* The conditions speak of what is known so far. */
static bool claims_text(struct matcher *matcher, const struct pattern *pattern,
    struct str text, const struct record *record)
{
    struct known known = {.record = record};
    return conditions_hold(&pattern->key_when, &known, &matcher->room) &&
           conditions_hold(&pattern->when, &known, &matcher->room) &&
           regex_match(&pattern->regex, &matcher->room, text);
}

static void hear(struct matcher *matcher, const struct format *format,
    struct str text, const struct record *record, struct claims *claims)
{
    struct known known = {.record = record};
    if (!conditions_hold(&format->key_when, &known, &matcher->room) ||
        !conditions_hold(&format->when, &known, &matcher->room))
        return;
    for (size_t i = 0; i < format->pattern_count; i++) {
        const struct pattern *pattern = &format->patterns[i];
        if (pattern->named || !claims_text(matcher, pattern, text, record))
            continue;
        if (!pattern->claims)
            return;
        if (claims->count < CLAIMS_MAX)
            claims->items[claims->count++] = pattern;
        return;
    }
}

/* The first in order speaks; another may only lose to it for a reason. */
static bool is_disputed(
    const struct pattern *first, const struct pattern *other)
{
    if (first->generic != other->generic)
        return first->generic;
    return first->format->priority == other->format->priority;
}

static void settle(struct court *court, const struct claims *claims)
{
    for (size_t i = 1; i < claims->count; i++) {
        const struct pattern *first = claims->items[0];
        const struct pattern *other = claims->items[i];
        if (!is_disputed(first, other))
            continue;
        printf("%s:%d: %.*s (%.*s) and %.*s (%.*s)\n", court->path, court->line,
            (int)first->format->name.len, first->format->name.ptr,
            (int)first->name.len, first->name.ptr, (int)other->format->name.len,
            other->format->name.ptr, (int)other->name.len, other->name.ptr);
        court->disputes++;
    }
}

/* The formats inside `outer`, on the message it left. */
static void try_message(struct court *court, struct matcher *matcher,
    const struct format *outer, struct record *record)
{
    for (int depth = 0; depth < DEPTH_MAX; depth++) {
        struct claims claims = {.count = 0};
        struct str message = record_get(record, FIELD_MESSAGE);
        for (size_t i = 0; message.len > 0 && i < outer->inner_count; i++)
            hear(matcher, outer->inner[i], message, record, &claims);
        settle(court, &claims);
        if (claims.count == 0 || !claims.items[0]->again)
            return;
        if (claims_text(matcher, claims.items[0], message, record))
            matcher_apply(matcher, claims.items[0], message, record);
    }
}

/* As one line of a file of each kind that claims it. */
static void try_line(
    struct court *court, struct matcher *matcher, struct str line)
{
    struct claims claims = {.count = 0};
    struct record record;
    record_init(&record);
    matcher_begin(matcher, 0, &record);
    for (size_t i = 0; i < court->formats->count; i++)
        if (court->formats->items[i]->reads == READS_LINES)
            hear(matcher, court->formats->items[i], line, &record, &claims);
    settle(court, &claims);
    for (size_t i = 0; i < claims.count; i++) {
        matcher_begin(matcher, 0, &record);
        if (!claims_text(matcher, claims.items[i], line, &record))
            continue;
        matcher_apply(matcher, claims.items[i], line, &record);
        try_message(court, matcher, claims.items[i]->format, &record);
    }
    record_done(&record);
}

static struct str next_line(struct str *rest)
{
    ptrdiff_t end = str_find_char(*rest, '\n');
    struct str line = end < 0 ? *rest : str_sub(*rest, 0, (size_t)end);
    *rest = end < 0 ? (struct str){0} : str_from_index(*rest, (size_t)end + 1);
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

static void try_file(struct court *court, struct str content)
{
    struct reading reading = {
        .format = court->formats->items[0],
        .zone = zone_utc(),
        .default_year = 2026,
    };
    struct matcher matcher;
    matcher_init(&matcher, &reading);
    court->line = 0;
    while (content.len > 0) {
        struct str line = next_line(&content);
        court->line++;
        if (line.len > 0 && line.ptr[0] != ' ' && line.ptr[0] != '\t')
            try_line(court, &matcher, line);
    }
    matcher_done(&matcher);
}

int main(int argc, char **argv)
{
    struct formats *formats = formats_load(NULL);
    struct court court = {.formats = formats};
    for (int i = 1; i < argc; i++) {
        struct buf content = {0};
        struct err err = {0};
        court.path = argv[i];
        if (file_read(argv[i], INPUT_MAX, &content, &err) < 0) {
            fprintf(stderr, "helper_claims: %s\n", err.text);
            return 2;
        }
        try_file(&court, buf_str(&content));
        buf_done(&content);
    }
    formats_free(formats);
    return court.disputes > 0;
}
