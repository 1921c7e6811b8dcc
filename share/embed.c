/* Write a C file that holds the given files byte for byte, sorted by the path
 * the program knows them by: parsers/formats/x.yaml is "formats/x.yaml",
 * share/demo/web01/x.log is "demo/web01/x.log", rules/x.yml is "rules/x.yml".
 * What the YAML files say is packed beside them, into a file of its own.
 *     embed OUT.c OUT.trees FILE... */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/base/yaml_pack.h"

static const size_t most_bytes = (size_t)256 << 20; /* of one file */

struct entry {
    const char *path;  /* in the tree */
    const char *known; /* to the program */
    size_t size;
    size_t tree_at, tree_size; /* in the file of trees; 0: none */
};

static const char *known_as(const char *path)
{
    static const char *const tops[] = {"parsers/", "share/"};
    for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++)
        if (strncmp(path, tops[i], strlen(tops[i])) == 0)
            return path + strlen(tops[i]);
    return path;
}

static int by_known_path(const void *a, const void *b)
{
    return strcmp(
        ((const struct entry *)a)->known, ((const struct entry *)b)->known);
}

/* Formats and tables are one document; what is no YAML fails the build. */
static int add_tree(
    struct entry *entry, struct str content, struct buf *trees, struct err *err)
{
    if (!str_ends_with(str_from(entry->path), STR(".yaml")))
        return 0;
    struct yaml_file *file = yaml_parse(content, entry->path, err);
    if (file == NULL)
        return -1;
    entry->tree_at = trees->len;
    yaml_pack(file, trees);
    entry->tree_size = trees->len - entry->tree_at;
    yaml_file_free(file);
    return 0;
}

static int read_entry(struct entry *entry, struct buf *trees, struct err *err)
{
    struct buf content = {0};
    int rc = file_read(entry->path, most_bytes, &content, err);
    entry->size = content.len;
    if (rc == 0)
        rc = add_tree(entry, buf_str(&content), trees, err);
    buf_done(&content);
    return rc;
}

/* `part`: ", OFFSET, LENGTH", or nothing for the whole file. */
static void write_bytes(FILE *out, const char *name, size_t number,
    const char *path, const char *part)
{
    fprintf(out,
        "__asm__(\".section .rodata\\n.balign 16\\n\"\n"
        "        \"spoor_%s_%zu: .incbin \\\"%s\\\"%s\\n\"\n"
        "        \".byte 0\\n.previous\\n\");\n"
        "extern const char spoor_%s_%zu[];\n",
        name, number, path, part, name, number);
}

static void write_tree(
    FILE *out, size_t number, const char *path, const struct entry *entry)
{
    char part[64];
    snprintf(
        part, sizeof(part), ", %zu, %zu", entry->tree_at, entry->tree_size);
    write_bytes(out, "tree", number, path, part);
}

static void write_code(
    FILE *out, const char *trees, const struct entry *entries, size_t count)
{
    fputs("#include \"src/base/embed.h\"\n\n", out);
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = &entries[i];
        write_bytes(out, "embedded", i, entry->path, "");
        if (entry->tree_size > 0)
            write_tree(out, i, trees, entry);
    }
    fputs("\nconst struct embedded embedded_files[] = {\n", out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "    {\"%s\", {spoor_embedded_%zu, %zu}, ",
            entries[i].known, i, entries[i].size);
        if (entries[i].tree_size > 0)
            fprintf(out, "{spoor_tree_%zu, %zu}},\n", i, entries[i].tree_size);
        else
            fputs("{0}},\n", out);
    }
    fputs("    {0},\n};\nconst size_t embedded_count =\n"
          "    sizeof(embedded_files) / sizeof(embedded_files[0]) - 1;\n",
        out);
}

static int close_file(FILE *file, const char *path)
{
    bool bad = ferror(file) != 0;
    if (fclose(file) == 0 && !bad)
        return 0;
    perror(path);
    return -1;
}

static int write_trees(const char *path, const struct buf *trees)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        perror(path);
        return -1;
    }
    fwrite(trees->ptr, 1, trees->len, file);
    return close_file(file, path);
}

static int write_all(char **paths, struct entry *entries, size_t count)
{
    struct buf trees = {0};
    struct err err = {0};
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = read_entry(&entries[i], &trees, &err);
    if (rc < 0)
        fprintf(stderr, "embed: %s\n", err.text);
    else
        rc = write_trees(paths[1], &trees);
    buf_done(&trees);
    FILE *code = rc == 0 ? fopen(paths[0], "w") : NULL;
    if (code == NULL)
        return -1;
    write_code(code, paths[1], entries, count);
    return close_file(code, paths[0]);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("embed OUT.c OUT.trees FILE...\n", stderr);
        return 2;
    }
    size_t count = (size_t)argc - 3;
    struct entry *entries = xcalloc(count + 1, sizeof(*entries));
    for (size_t i = 0; i < count; i++)
        entries[i] =
            (struct entry){.path = argv[i + 3], .known = known_as(argv[i + 3])};
    qsort(entries, count, sizeof(*entries), by_known_path);
    int rc = write_all(argv + 1, entries, count);
    free(entries);
    return rc < 0;
}
