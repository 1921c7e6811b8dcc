/* Runs a fuzz harness over files that are there already: the ordinary build's
 * counterpart of libFuzzer.
 *     fuzz_NAME FILE|FOLDER...    prints "NAME: N inputs replayed" */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/buf.h"
#include "src/base/file.h"
#include "src/base/mem.h"

enum { INPUT_LIMIT = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The harness gets memory of exactly the input's size, so that a sanitizer
 * sees the first byte read behind it. */
static int replay_file(const char *path)
{
    struct buf content = {0};
    struct err err = {0};
    if (file_read(path, INPUT_LIMIT, &content, &err) < 0) {
        fprintf(stderr, "%s\n", err.text);
        buf_done(&content);
        return -1;
    }
    uint8_t *exact = xmalloc(content.len);
    if (content.len > 0)
        memcpy(exact, content.ptr, content.len);
    LLVMFuzzerTestOneInput(exact, content.len);
    free(exact);
    buf_done(&content);
    return 1;
}

/* Returns how many inputs there were, or -1. */
static int replay_folder(const char *path)
{
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    if (count < 0) {
        perror(path);
        return -1;
    }
    int replayed = 0;
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.' && replayed >= 0) {
            char *file = path_join(path, entries[i]->d_name);
            replayed = replay_file(file) < 0 ? -1 : replayed + 1;
            free(file);
        }
        free(entries[i]);
    }
    free(entries);
    return replayed;
}

int main(int argc, char **argv)
{
    int total = 0;
    for (int i = 1; i < argc; i++) {
        struct stat stat_of;
        bool folder = stat(argv[i], &stat_of) == 0 && S_ISDIR(stat_of.st_mode);
        int replayed = folder ? replay_folder(argv[i]) : replay_file(argv[i]);
        if (replayed < 0)
            return EXIT_FAILURE;
        total += replayed;
    }
    const char *name = strrchr(argv[0], '/');
    name = name != NULL ? name + 1 : argv[0];
    if (strncmp(name, "fuzz_", 5) == 0)
        name += 5;
    printf("%s: %d inputs replayed\n", name, total);
    return EXIT_SUCCESS;
}
