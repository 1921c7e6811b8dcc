#define _XOPEN_SOURCE 700 /* realpath */

#include "ui/folder.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/escape.h"
#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/base/stamp.h"
#include "ui/prompt.h"

static struct entry make_entry(const char *folder, const char *name)
{
    struct entry entry = {
        .name = xstrdup(name), .kind = ENTRY_OTHER, .mtime = STAMP_NONE};
    char *path = path_join(folder, name);
    struct stat status;
    if (stat(path, &status) == 0) {
        if (S_ISDIR(status.st_mode))
            entry.kind = ENTRY_FOLDER;
        else if (S_ISREG(status.st_mode))
            entry.kind = ENTRY_FILE;
        entry.size = (uint64_t)status.st_size;
        if (!stamp_from_seconds(status.st_mtim.tv_sec, 0, &entry.mtime))
            entry.mtime = STAMP_NONE;
    }
    free(path);
    return entry;
}

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    bool a_folder = a->kind == ENTRY_FOLDER, b_folder = b->kind == ENTRY_FOLDER;
    if (a_folder != b_folder)
        return a_folder ? -1 : 1;
    bool a_up = strcmp(a->name, "..") == 0, b_up = strcmp(b->name, "..") == 0;
    if (a_up != b_up)
        return a_up ? -1 : 1;
    return strcmp(a->name, b->name);
}

static bool is_shown(const char *name, bool hidden, bool is_root)
{
    if (strcmp(name, ".") == 0)
        return false;
    if (strcmp(name, "..") == 0)
        return !is_root;
    return hidden || name[0] != '.';
}

int folder_read(
    const char *path, bool hidden, struct folder *out, struct err *err)
{
    *out = (struct folder){0};
    char *absolute = realpath(path, NULL);
    DIR *open = absolute != NULL ? opendir(absolute) : NULL;
    if (open == NULL) {
        err_errno(err, "opening the folder %s", escape_cstr(path));
        free(absolute);
        return -1;
    }
    out->path = absolute;
    size_t capacity = 0;
    const struct dirent *next;
    bool is_root = strcmp(absolute, "/") == 0;
    while (out->count < FOLDER_ENTRIES_MAX && (next = readdir(open)) != NULL) {
        if (!is_shown(next->d_name, hidden, is_root))
            continue;
        out->entries = mem_grow(
            out->entries, &capacity, out->count + 1, sizeof(*out->entries));
        out->entries[out->count++] = make_entry(absolute, next->d_name);
    }
    closedir(open);
    if (out->count > 0)
        qsort(out->entries, out->count, sizeof(*out->entries), compare_entries);
    return 0;
}

void folder_done(struct folder *folder)
{
    for (size_t i = 0; i < folder->count; i++)
        free(folder->entries[i].name);
    free(folder->entries);
    free(folder->path);
    *folder = (struct folder){0};
}

/* --- typed paths --------------------------------------------------------- */

char *path_expand(struct str typed)
{
    const char *home = getenv("HOME");
    if (home == NULL || typed.len == 0 || typed.ptr[0] != '~' ||
        (typed.len > 1 && typed.ptr[1] != '/'))
        return str_dup(typed);
    return xasprintf("%s%.*s", home, STR_ARG(str_from_index(typed, 1)));
}

void path_complete(
    void *context, struct str text, size_t at, struct completion *out)
{
    struct folder folder;
    struct str typed = str_sub(text, 0, at);
    ptrdiff_t slash = str_find_last_char(typed, '/');
    struct str start = str_from_index(typed, (size_t)(slash + 1));
    char *parent = path_expand(str_sub(typed, 0, (size_t)(slash + 1)));
    (void)context;

    out->start = (size_t)(slash + 1);
    bool hidden = start.len > 0 && start.ptr[0] == '.';
    if (folder_read(parent[0] != '\0' ? parent : ".", hidden, &folder, NULL) ==
        0) {
        for (size_t i = 0; i < folder.count; i++) {
            const struct entry *entry = &folder.entries[i];
            struct str name = str_from(entry->name);
            if (!str_starts_with(name, start) || str_eq(name, STR("..")) ||
                str_find_char(name, '\n') >= 0)
                continue;
            bool is_folder = entry->kind == ENTRY_FOLDER;
            buf_printf(
                &out->texts, "%s%s\n", entry->name, is_folder ? "/" : "");
            buf_add_char(&out->hints, '\n');
        }
        folder_done(&folder);
    }
    free(parent);
}
