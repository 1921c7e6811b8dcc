/* helper_hostile: what lines made to be slow cost.
 *
 *     helper_hostile [--each N] FILE...
 *
 * Takes N lines of each file (6), stretches each in many ways to STRETCHED
 * bytes (a token of no end, very many tokens, blanks, quotes ...), and reads
 * them as import would. A line may cost MOST_MS of the processor: patterns
 * whose time grows with the square of a line do not stay below. Prints the slow
 * ones with the pattern that took longest, and exits 1 when there are any. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/condition.h"
#include "parsers/matcher.h"
#include "src/base/file.h"
#include "src/base/zone.h"
#include "tests/processor_time.h"

enum {
    STRETCHED = 32 << 10,
    PLACES = 8, /* where a line is stretched */
    LINE_BYTES = 2000,
};
#define INPUT_MAX ((size_t)16 << 20)
#ifdef __SANITIZE_ADDRESS__
static const double MOST_MS = 200;
#else
static const double MOST_MS = 20;
#endif

static const char *const stuffings[] = {
    "a", "1", " ", "a ", "1.", ": ", "\"a", "=a,", "][", "(a) ", "-1:"};

struct trial {
    const struct formats *formats;
    struct matcher matcher;
    struct record record;
    const char *path;
    size_t lines, slow;
    double worst;
};

static double cost_of(struct trial *trial, struct str line)
{
    double start = milliseconds();
    matcher_begin(&trial->matcher, 0, &trial->record);
    matcher_line(&trial->matcher, line, &trial->record);
    return milliseconds() - start;
}

/* Which pattern it is, tried on the line and on the message in it. */
static void name_pattern(struct trial *trial, struct str line)
{
    struct str texts[] = {line, record_get(&trial->record, FIELD_MESSAGE)};
    const struct pattern *worst = NULL;
    double most = 0;
    for (size_t i = 0; i < trial->formats->count; i++) {
        const struct format *format = trial->formats->items[i];
        for (size_t k = 0; k < 2 * format->pattern_count; k++) {
            const struct pattern *pattern = &format->patterns[k / 2];
            double start = milliseconds();
            if (texts[k % 2].len > 0)
                regex_match(
                    &pattern->regex, &trial->matcher.room, texts[k % 2]);
            double cost = milliseconds() - start;
            if (cost > most) {
                most = cost;
                worst = pattern;
            }
        }
    }
    if (worst != NULL)
        printf("    %.*s, pattern %.*s: %.1f ms\n",
            (int)worst->format->name.len, worst->format->name.ptr,
            (int)worst->name.len, worst->name.ptr, most);
}

static void try_stretched(struct trial *trial, struct str line, size_t at,
    const char *stuffing, size_t number)
{
    char text[STRETCHED];
    size_t size = strlen(stuffing), tail = line.len - at;
    memcpy(text, line.ptr, at);
    for (size_t i = at; i + tail < STRETCHED; i++)
        text[i] = stuffing[(i - at) % size];
    memcpy(text + STRETCHED - tail, line.ptr + at, tail);

    struct str stretched = str_make(text, STRETCHED);
    double cost = cost_of(trial, stretched);
    for (int again = 0; again < 2 && cost > MOST_MS; again++) {
        double once_more = cost_of(trial, stretched);
        cost = once_more < cost ? once_more : cost;
    }
    trial->worst = cost > trial->worst ? cost : trial->worst;
    trial->lines++;
    if (cost <= MOST_MS)
        return;
    trial->slow++;
    printf("%s:%zu: %.1f ms with \"%s\" repeated from byte %zu\n", trial->path,
        number, cost, stuffing, at);
    name_pattern(trial, stretched);
}

static void try_line(struct trial *trial, struct str line, size_t number)
{
    line = str_sub(line, 0, LINE_BYTES);
    for (size_t place = 0; place <= PLACES; place++)
        for (size_t i = 0; i < sizeof(stuffings) / sizeof(stuffings[0]); i++)
            try_stretched(
                trial, line, line.len * place / PLACES, stuffings[i], number);
}

static int try_file(struct trial *trial, const char *path, size_t each)
{
    struct buf content = {0};
    struct err err = {0};
    if (file_read(path, INPUT_MAX, &content, &err) < 0) {
        fprintf(stderr, "helper_hostile: %s\n", err.text);
        return -1;
    }
    struct str rest = buf_str(&content);
    size_t total = str_count_char(rest, '\n'), number = 0;
    trial->path = path;
    while (rest.len > 0) {
        struct str line = str_cut(&rest, '\n');
        if (line.len > 0 && (total <= each || number * each / total !=
                                                  (number + 1) * each / total))
            try_line(trial, line, number + 1);
        number++;
    }
    buf_done(&content);
    return 0;
}

int main(int argc, char **argv)
{
    size_t each = 6;
    struct formats *formats = formats_load(NULL);
    struct trial *trial = calloc(1, sizeof(*trial));
    if (trial == NULL)
        return 2;
    trial->formats = formats;
    struct reading reading = {.format = formats_find(formats, STR("syslog")),
        .zone = zone_utc(),
        .default_year = 2026};
    matcher_init(&trial->matcher, &reading);
    record_init(&trial->record);
    int rc = 0;
    for (int i = 1; i < argc && rc == 0; i++) {
        if (strcmp(argv[i], "--each") == 0 && i + 1 < argc)
            each = (size_t)strtoul(argv[++i], NULL, 10);
        else
            rc = try_file(trial, argv[i], each);
    }
    printf("%zu lines, %zu slow, worst %.1f ms\n", trial->lines, trial->slow,
        trial->worst);
    rc = rc < 0 || trial->slow > 0;
    record_done(&trial->record);
    matcher_done(&trial->matcher);
    formats_free(formats);
    free(trial);
    return rc;
}
