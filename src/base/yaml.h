/* yaml: a YAML file as a tree (libyaml), with the line of every node, for
 * formats, rules, profiles and configuration. Aliases and anchors are refused;
 * size and depth are limited. */
#ifndef SPOOR_BASE_YAML_H
#define SPOOR_BASE_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/err.h"
#include "src/base/str.h"

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml {
    enum yaml_kind kind;
    int line;           /* 1 for the first */
    bool quoted;        /* a text in quotes: never a number or null */
    struct str text;    /* YAML_TEXT; NUL-terminated behind its length */
    struct str key;     /* when it is a value of a map */
    size_t count;       /* children of a list or map, in the file's order */
    struct yaml *items; /* [count] */
};

struct yaml_file;

/* Parse every document of `text`. `name` is used in messages, which read
 * "NAME:LINE: what is wrong". A key given twice in a map is an error. */
struct yaml_file *yaml_parse(
    struct str text, const char *name, struct err *err);
void yaml_file_free(struct yaml_file *file); /* libyaml owns yaml_free() */
/* An empty text has no documents; an index past the end gives NULL. */
size_t yaml_document_count(const struct yaml_file *file);
const struct yaml *yaml_document(const struct yaml_file *file, size_t index);

/* The value of a key, or NULL. */
const struct yaml *yaml_get(const struct yaml *map, const char *key);
/* The text of a key, or the empty slice when it is absent or no text. */
struct str yaml_get_text(const struct yaml *map, const char *key);
/* "yes", "true", "on" (any case); `fallback` when absent. */
bool yaml_get_bool(const struct yaml *map, const char *key, bool fallback);

#endif
