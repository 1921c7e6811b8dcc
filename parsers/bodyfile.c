/* Body files of the Sleuth Kit, as fls, ils, UAC and many others write them:
 * one file a line, with up to four times, each distinct one an event. */
#include "parsers/body_row.h"
#include "parsers/linescan.h"
#include "parsers/readers.h"
#include "parsers/single.h"

static void read_line(
    struct matcher *matcher, struct str line, struct record *record)
{
    if (body_row_read(&matcher->pairs, line)) {
        matcher_pairs(matcher, READS_BODYFILE, record);
    } else if (body_row_is_remark(line)) {
        record->format = matcher->reading->format->name;
        record->understood = UNDERSTOOD_PARSED;
    } else {
        matcher_line(matcher, line, record);
    }
    if (!record_has(record, FIELD_MESSAGE))
        record_set(record, FIELD_MESSAGE, line);
}

static void *bodyfile_open(const struct reading *reading)
{
    return single_open(reading, read_line);
}

const struct parser parser_bodyfile = {
    .name = "bodyfile",
    .summary = "body files of the Sleuth Kit",
    .access = PARSER_STREAM,
    .is_text = true,
    .cut = line_cut,
    .open = bodyfile_open,
    .close = single_close,
    .feed = single_feed,
    .next = single_next,
    .match_limits = single_match_limits,
};
