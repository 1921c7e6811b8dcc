/* Any bytes, cut at any place, as body files, whose lines are several events
 * each. */
#include "tests/fuzz/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader("bodyfile", data, size);
    return 0;
}
