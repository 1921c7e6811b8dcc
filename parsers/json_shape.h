/* json_shape: finding the records of a file that is one JSON value. */
#ifndef SPOOR_PARSERS_JSON_SHAPE_H
#define SPOOR_PARSERS_JSON_SHAPE_H

#include "parsers/parser.h"

/* How sure one is that the sample begins one array of objects, or one object
 * that is mostly such an array: 0 to 1000. */
int json_shape_probe(const struct sample *sample);

/* Follows the structure of JSON byte by byte, in constant memory. A zeroed one
 * stands at the beginning. */
struct json_scan {
    uint64_t depth; /* open brackets and braces */
    char outer[2];  /* the kinds of the two outermost of them */
    bool in_string, escaped, in_record;
    bool keyed;     /* {"event_0": { ... }, "event_1": ... }, as psort writes */
    uint8_t key_at; /* how much of that key was met */
};

enum json_event {
    JSON_SCAN_NOTHING,
    JSON_SCAN_START,  /* this byte begins a record */
    JSON_SCAN_FINISH, /* this byte ends a record */
};

enum json_event json_scan_byte(struct json_scan *scan, char c);

#endif
