/* folder: what a folder holds, for the file picker, and paths as they are typed
 * in prompts. Names are bytes. */
#ifndef SPOOR_UI_FOLDER_H
#define SPOOR_UI_FOLDER_H

#include "src/base/buf.h"
#include "src/base/err.h"

struct completion;

enum entry_kind { ENTRY_FOLDER, ENTRY_FILE, ENTRY_OTHER /* no evidence */ };

struct entry {
    char *name;
    enum entry_kind kind;
    uint64_t size;
    int64_t mtime; /* STAMP_NONE: not known */
};

struct folder {
    char *path; /* absolute, without "." and ".." */
    struct entry *entries;
    size_t count;
};

enum { FOLDER_ENTRIES_MAX = 100000 }; /* what is past them is left out */

/* Folders first, then by name; ".." leads where there is one. */
int folder_read(
    const char *path, bool hidden, struct folder *out, struct err *err);
void folder_done(struct folder *folder);

/* "~/x" below HOME; the rest as it is. Yours to free. */
char *path_expand(struct str typed);
/* prompt_options.complete for a path. */
void path_complete(
    void *context, struct str text, size_t at, struct completion *out);

#endif
