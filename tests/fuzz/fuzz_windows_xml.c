/* Any bytes, cut at any place, as Windows events in XML. Records must lie
 * inside of what was fed and follow one another, and reading one again alone
 * must give the same. */
#include "tests/fuzz/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader("windows_xml", data, size);
    return 0;
}
