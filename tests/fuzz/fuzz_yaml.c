/* Any bytes as a YAML file; the tree is walked to its leaves. */
#include <stdint.h>
#include <stdlib.h>

#include "src/base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As deep as LIMIT_DEPTH at most, which yaml_parse() sees to. */
static void walk(const struct yaml *node)
{
    if (node->line < 1 ||
        (node->kind == YAML_TEXT && node->text.ptr[node->text.len] != '\0'))
        abort();
    for (size_t i = 0; i < node->count; i++)
        walk(&node->items[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct yaml_file *file = yaml_parse(str_make(data, size), "fuzz", &err);
    if (file == NULL)
        return 0;
    for (size_t i = 0; i < yaml_document_count(file); i++)
        walk(yaml_document(file, i));
    yaml_file_free(file);
    return 0;
}
