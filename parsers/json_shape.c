/* The records of a JSON file are the objects that stand directly in the
 * outermost array, or in an array that is a member of the outermost object
 * ({"Records": [ ... ]}), or are members of it that are called event_0, event_1
 * and so on. Whatever lies between them is passed over. */
#include "parsers/json_shape.h"

#include "parsers/linescan.h"

enum { SURE = 900, FAIRLY_SURE = 800 };

/* How many levels stand around a record. */
static uint64_t home_depth(const struct json_scan *scan)
{
    return scan->outer[0] == '[' || scan->keyed ? 1 : 2;
}

static enum json_event open_level(struct json_scan *scan, char c)
{
    bool starts = c == '{' && !scan->in_record && scan->depth > 0 &&
                  scan->depth == home_depth(scan) &&
                  (scan->keyed || scan->outer[scan->depth - 1] == '[');
    if (scan->depth < 2)
        scan->outer[scan->depth] = c;
    scan->depth++;
    if (!starts)
        return JSON_SCAN_NOTHING;
    scan->in_record = true;
    return JSON_SCAN_START;
}

static enum json_event close_level(struct json_scan *scan)
{
    if (scan->depth > 0)
        scan->depth--;
    if (!scan->in_record || scan->depth != home_depth(scan))
        return JSON_SCAN_NOTHING;
    scan->in_record = false;
    return JSON_SCAN_FINISH;
}

/* The first name in the file says whether its members are the records. */
static void follow_key(struct json_scan *scan, char c)
{
    static const char key[] = "event_";
    enum { LENGTH = sizeof(key) - 1, OTHER = UINT8_MAX };
    if (scan->depth != 1 || scan->outer[0] != '{' || scan->key_at >= LENGTH)
        return;
    scan->key_at = c == key[scan->key_at] ? (uint8_t)(scan->key_at + 1) : OTHER;
    scan->keyed = scan->key_at == LENGTH;
}

enum json_event json_scan_byte(struct json_scan *scan, char c)
{
    if (scan->in_string) {
        follow_key(scan, c);
        if (scan->escaped)
            scan->escaped = false;
        else if (c == '\\')
            scan->escaped = true;
        else if (c == '"')
            scan->in_string = false;
        return JSON_SCAN_NOTHING;
    }
    if (c == '"')
        scan->in_string = true;
    if (c == '[' || c == '{')
        return open_level(scan, c);
    if (c == ']' || c == '}')
        return close_level(scan);
    return JSON_SCAN_NOTHING;
}

/* "[ {" begins an array of objects; "[Mon Mar" does not. */
static bool begins_with_objects(struct str text)
{
    text = str_trim(str_from_index(text, 1));
    return text.len > 0 && text.ptr[0] == '{';
}

int json_shape_probe(const struct sample *sample)
{
    struct piece piece = {.bytes = sample->bytes};
    if (sample->encoding == ENCODING_UTF16LE ||
        sample->encoding == ENCODING_UTF16BE)
        return 0;
    struct str text = str_trim(
        str_from_index(sample->bytes, line_bom(sample->encoding, &piece)));
    if (text.len == 0 || (text.ptr[0] != '[' && text.ptr[0] != '{'))
        return 0;
    if (text.ptr[0] == '[')
        return begins_with_objects(text) ? SURE : 0;

    struct json_scan scan = {0};
    size_t inside = 0, records = 0;
    for (size_t i = 0; i < text.len; i++) {
        enum json_event event = json_scan_byte(&scan, text.ptr[i]);
        records += event == JSON_SCAN_START;
        inside += scan.in_record || event == JSON_SCAN_FINISH;
        if (scan.depth == 0 && i + 1 < text.len)
            return 0; /* more follows: objects, one after the other */
    }
    return records > 0 && (scan.keyed || inside * 2 > text.len) ? FAIRLY_SURE
                                                                : 0;
}
