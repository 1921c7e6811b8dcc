/* Any bytes as login records. */
#include "tests/fuzz/random.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading reading = fuzz_reading("utmp", data, size);
    struct str bytes = str_make(data, size);
    struct blob blob = blob_from_str(&bytes);
    void *cursor = reading.parser->open(&reading);
    fuzz_reader("utmp", data, size);
    fuzz_as_text(&reading, cursor, &blob, 0);
    fuzz_as_text(&reading, cursor, &blob, size / 2);
    reading.parser->close(cursor);
    return 0;
}
