/* Any bytes, cut at any place, as records of Ivanti. They must lie inside of
 * what was fed and follow one another, and reading one again alone must give
 * the same.
 */
#include "tests/fuzz/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader("pulse_vc0", data, size);
    return 0;
}
