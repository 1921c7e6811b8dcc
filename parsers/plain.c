/* Text of no known kind: every line is an event, with its leading time if one
 * can be found. */
#include "parsers/linescan.h"
#include "parsers/readers.h"
#include "parsers/single.h"
#include "parsers/yearless.h"

static void *plain_open(const struct reading *reading)
{
    return single_open(reading, matcher_plain);
}

const struct parser parser_plain = {
    .name = "plain",
    .summary = "any text, a line at a time",
    .access = PARSER_STREAM,
    .is_text = true,
    .cut = line_cut,
    .yearless = yearless_find,
    .open = plain_open,
    .close = single_close,
    .feed = single_feed,
    .next = single_next,
    .match_limits = single_match_limits,
};
