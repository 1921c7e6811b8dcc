/* json: a bounded pull reader and a writer (RFC 8259).
 *
 * The reader never recurses and never allocates beyond its scratch buffer. It
 * is strict about structure and lenient about strings: invalid UTF-8 passes
 * through, lone surrogates become U+FFFD, raw control characters are kept. */
#ifndef SPOOR_BASE_JSON_H
#define SPOOR_BASE_JSON_H

#include "src/base/buf.h"
#include "src/base/err.h"
#include "src/base/limit.h"
#include "src/base/str.h"

enum json_token {
    JSON_END, /* the value is complete */
    JSON_ERROR,
    JSON_OBJECT,
    JSON_OBJECT_END,
    JSON_ARRAY,
    JSON_ARRAY_END,
    JSON_STRING, /* text: unescaped */
    JSON_NUMBER, /* text: as written */
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL,
};

struct json {
    struct str text;
    size_t at;      /* the next byte to read */
    struct str key; /* of the value just read, unescaped; empty in arrays */
    struct str
        value; /* text of a string or number; true, false, null as such */
    bool has_key;
    size_t value_start; /* where the token began, quotes included */
    int depth;
    uint8_t kind[LIMIT_DEPTH]; /* '{' or '[' per open level */
    uint8_t state;
    struct buf key_scratch; /* unescaped text when it differs from the input */
    struct buf value_scratch;
};

/* A zeroed struct json may be started again and again; json_done frees it.
 * `key` and `value` live until the next json_next. */
void json_start(struct json *json, struct str text);
void json_done(struct json *json);
enum json_token json_next(struct json *json);

/* After JSON_OBJECT or JSON_ARRAY: move past its end. False on bad input. */
bool json_skip(struct json *json);

/* Append `text` as a JSON string with quotes; bad UTF-8 becomes U+FFFD,
 * controls and invisible format characters \uNNNN, and `<`, `>`, `&` stay.
 * Returns true when something was replaced. */
bool json_add_string(struct buf *out, struct str text);

#endif
