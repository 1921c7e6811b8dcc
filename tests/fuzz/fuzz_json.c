/* Any bytes as JSON; strings that were read are written and read again. */
#include <stdlib.h>

#include "src/base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(struct str text)
{
    struct buf first = {0};
    struct buf second = {0};
    struct json json = {0};
    json_add_string(&first, text);
    json_start(&json, buf_str(&first));
    if (json_next(&json) != JSON_STRING)
        abort();
    json_add_string(&second, json.value);
    if (!str_eq(buf_str(&first), buf_str(&second)))
        abort();
    json_done(&json);
    buf_done(&first);
    buf_done(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json json = {0};
    json_start(&json, str_make(data, size));
    enum json_token token;
    do {
        token = json_next(&json);
        if (json.at > size || json.depth < 0 || json.depth > LIMIT_DEPTH)
            abort();
        if (token == JSON_STRING)
            check_round_trip(json.value);
    } while (token != JSON_END && token != JSON_ERROR);
    json_done(&json);
    return 0;
}
