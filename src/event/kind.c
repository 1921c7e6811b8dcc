#include "src/event/kind.h"

#include "src/event/vocabulary.h"

const char *kind_level(const struct kind *kind)
{
    return severity_level(kind->severity);
}
