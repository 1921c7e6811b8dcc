/* Any bytes as a database of the Apple System Log. */
#include "tests/fuzz/random.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_random("asl", data, size);
    return 0;
}
