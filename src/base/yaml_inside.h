/* yaml_inside: what a parsed file is made of, for yaml*.c alone. */
#ifndef SPOOR_BASE_YAML_INSIDE_H
#define SPOOR_BASE_YAML_INSIDE_H

#include "src/base/arena.h"
#include "src/base/yaml.h"

struct yaml_file {
    struct arena arena;
    struct yaml *documents; /* from malloc */
    size_t count;
};

#endif
