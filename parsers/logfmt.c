/* Lines of key=value. A line that is none is read as text would be. */
#include "parsers/linescan.h"
#include "parsers/readers.h"
#include "parsers/single.h"

static void read_line(
    struct matcher *matcher, struct str line, struct record *record)
{
    pairs_clear(&matcher->pairs);
    if (!pairs_read_logfmt(&matcher->pairs, line)) {
        matcher_line(matcher, line, record);
        return;
    }
    matcher_pairs(matcher, READS_LOGFMT, record);
    if (!record_has(record, FIELD_MESSAGE))
        record_set(record, FIELD_MESSAGE, line);
}

static void *logfmt_open(const struct reading *reading)
{
    return single_open(reading, read_line);
}

const struct parser parser_logfmt = {
    .name = "logfmt",
    .summary = "lines of key=value",
    .access = PARSER_STREAM,
    .is_text = true,
    .cut = line_cut,
    .open = logfmt_open,
    .close = single_close,
    .feed = single_feed,
    .next = single_next,
    .match_limits = single_match_limits,
};
