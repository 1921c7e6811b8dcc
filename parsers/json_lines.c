/* One JSON object a line. A line that is none is read as text would be. */
#include "parsers/linescan.h"
#include "parsers/readers.h"
#include "parsers/single.h"

static void read_line(
    struct matcher *matcher, struct str line, struct record *record)
{
    struct str text = str_trim(line);
    if (text.len == 0 || text.ptr[0] != '{' ||
        !matcher_json(matcher, text, record))
        matcher_line(matcher, line, record);
}

static void *json_lines_open(const struct reading *reading)
{
    return single_open(reading, read_line);
}

const struct parser parser_json_lines = {
    .name = "json_lines",
    .summary = "one JSON object a line",
    .access = PARSER_STREAM,
    .is_text = true,
    .cut = line_cut,
    .open = json_lines_open,
    .close = single_close,
    .feed = single_feed,
    .next = single_next,
    .match_limits = single_match_limits,
};
