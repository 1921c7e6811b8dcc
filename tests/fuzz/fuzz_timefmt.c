/* The first line is a time format, the rest is text to read and search. */
#include <stdlib.h>

#include "src/base/timefmt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_civil(const struct civil *civil)
{
    int64_t stamp;
    char text[STAMP_TEXT_MAX];
    if (!civil_is_valid(civil))
        abort();
    if (civil_to_stamp(civil, &stamp))
        stamp_format(stamp, civil->precision, civil->offset_s, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = str_make(data, size);
    struct str pattern = str_cut(&text, '\n');
    struct civil civil;
    struct err err = {0};
    struct timefmt *format = timefmt_new(pattern, &err);
    if (format != NULL && timefmt_read(format, text, &civil) > 0)
        check_civil(&civil);
    timefmt_free(format);

    enum { SKIP = 16 };
    size_t start;
    size_t len = timefmt_find(text, SKIP, &start, &civil);
    /* control sequences before the time do not count as skipped */
    if (len > 0 && (start > text.len || len > text.len - start))
        abort();
    if (len > 0)
        check_civil(&civil);
    int64_t span;
    if (stamp_parse_span(pattern, &span))
        stamp_format_span(span, (char[STAMP_TEXT_MAX]){0});
    return 0;
}
