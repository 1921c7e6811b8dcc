/* Which lines of a sample detection looks at, and whether it has lines at all.
 */
#include "parsers/judge_inside.h"
#include "parsers/linescan.h"

static bool is_control(unsigned char c)
{
    return c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' &&
           c != 0x1B;
}

/* Text may hold a stray byte; a binary is full of them. */
bool sample_is_binary(const struct sample *sample)
{
    if (sample->encoding == ENCODING_UTF16LE ||
        sample->encoding == ENCODING_UTF16BE)
        return false;
    size_t strange = 0;
    for (size_t i = 0; i < sample->bytes.len; i++)
        strange += is_control((unsigned char)sample->bytes.ptr[i]);
    return strange > 8 && strange > sample->bytes.len / 32;
}

/* Lines that are indented go on with the one before. */
static bool is_wanted(
    const struct sample *sample, const struct raw_line *line, bool indented)
{
    return (line->whole || sample->whole || line->start == 0) &&
           !line_is_blank(sample->encoding, sample->bytes, line) &&
           (indented ||
               !line_is_indented(sample->encoding, sample->bytes, line));
}

static size_t count_lines(
    const struct sample *sample, size_t start, bool indented)
{
    struct raw_line line;
    size_t total = 0, at = start;
    for (; line_at(sample->encoding, sample->bytes, at, &line); at = line.next)
        total += is_wanted(sample, &line, indented);
    return total;
}

size_t sample_start(const struct sample *sample)
{
    struct piece piece = {.bytes = sample->bytes};
    return line_bom(sample->encoding, &piece);
}

/* The first half of the lines looked at come from the start, the rest from all
 * over the sample. */
void trial_pick_lines(struct trial *trial)
{
    const struct sample *sample = trial->sample;
    struct raw_line line;
    struct buf scratch = {0};
    size_t at = sample_start(sample);
    size_t total = count_lines(sample, at, false);
    bool indented = total == 0; /* nothing that they could go on with */
    if (indented)
        total = count_lines(sample, at, true);

    const size_t first = LINES_MAX / 2;
    size_t step = total > LINES_MAX
                      ? (total - first + first - 1) / (LINES_MAX - first)
                      : 1;
    size_t number = 0;
    for (; trial->count < LINES_MAX &&
           line_at(sample->encoding, sample->bytes, at, &line);
         at = line.next) {
        if (!is_wanted(sample, &line, indented))
            continue;
        if (number < first || (number - first) % step == 0)
            trial->lines[trial->count++] = arena_copy(&trial->arena,
                line_text(sample->encoding,
                    str_sub(sample->bytes, line.start, line.end - line.start),
                    &scratch));
        number++;
    }
    buf_done(&scratch);
}
