/* Any bytes as a database of logins, and of last logins. */
#include "tests/fuzz/random.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_random("wtmpdb", data, size);
    fuzz_random("lastlog2", data, size);
    return 0;
}
