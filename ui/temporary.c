#define _XOPEN_SOURCE 700 /* nftw */

#include "ui/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "src/base/escape.h"
#include "src/base/file.h"
#include "src/base/mem.h"

struct temporary {
    char *folder, *path;
};

enum { COPY_STEP = 1 << 20, TREE_FILES = 16 };

struct temporary *temporary_new(struct err *err)
{
    const char *base = getenv("TMPDIR");
    char *folder = path_join(
        base != NULL && base[0] == '/' ? base : "/tmp", "spoor-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        err_errno(err, "making a temporary case at %s", escape_cstr(folder));
        free(folder);
        return NULL;
    }
    struct temporary *temporary = xcalloc(1, sizeof(*temporary));
    temporary->folder = folder;
    temporary->path = path_join(folder, "temporary.spoor");
    return temporary;
}

const char *temporary_folder(const struct temporary *temporary)
{
    return temporary->folder;
}

const char *temporary_path(const struct temporary *temporary)
{
    return temporary->path;
}

static int copy_bytes(int from, int to)
{
    char *step = xmalloc(COPY_STEP);
    ssize_t got;
    while ((got = read(from, step, COPY_STEP)) > 0) {
        ssize_t put = 0;
        while (put < got) {
            ssize_t n = write(to, step + put, (size_t)(got - put));
            if (n < 0)
                break;
            put += n;
        }
        if (put < got) {
            got = -1;
            break;
        }
    }
    free(step);
    return got == 0 ? fsync(to) : -1;
}

/* Never over a file that is there. */
static int copy_case(const char *from, const char *to, struct err *err)
{
    int rc = -1;
    int source = open(from, O_RDONLY | O_CLOEXEC);
    int target = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (source < 0 || target < 0) {
        err_errno(err, "keeping the case as %s", escape_cstr(to));
    } else if (copy_bytes(source, target) < 0) {
        err_errno(err, "keeping the case as %s", escape_cstr(to));
        unlink(to);
    } else {
        rc = 0;
    }
    if (source >= 0)
        close(source);
    if (target >= 0)
        close(target);
    return rc;
}

int temporary_keep(
    struct temporary *temporary, const char *path, struct err *err)
{
    char *log = xasprintf("%s-wal", temporary->path);
    bool unfinished = access(log, F_OK) == 0;
    free(log);
    if (unfinished)
        return err_set(err, ERR_IO,
            "the case is still being written; try again in a moment");
    /* link refuses to replace, where rename would not; some file systems have
     * no links, and other devices cannot be reached by one. */
    if (link(temporary->path, path) < 0) {
        if (errno == EEXIST)
            return err_set(err, ERR_USAGE, "%s exists already; name another",
                escape_cstr(path));
        if (copy_case(temporary->path, path, err) < 0)
            return -1;
    }
    unlink(temporary->path);
    return 0;
}

static int remove_one(
    const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status;
    (void)kind;
    (void)at;
    remove(path);
    return 0; /* what cannot be removed does not keep the rest */
}

void temporary_free(struct temporary *temporary)
{
    if (temporary == NULL)
        return;
    nftw(temporary->folder, remove_one, TREE_FILES, FTW_DEPTH | FTW_PHYS);
    free(temporary->folder);
    free(temporary->path);
    free(temporary);
}
