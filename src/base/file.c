#include "src/base/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/escape.h"
#include "src/base/mem.h"

enum {
    READ_STEP = 64 << 10,
    TEMPORARY_TRIES = 100,
};

/* Room for one byte past `limit` tells a file that is too long from one that
 * just fits; the size is not asked for, because it may change. */
static int read_all(
    int file, const char *path, size_t limit, struct buf *out, struct err *err)
{
    size_t total = 0;
    for (;;) {
        size_t left = limit - total;
        size_t step = left < READ_STEP ? left + 1 : READ_STEP;
        buf_reserve(out, step);
        ssize_t got = read(file, out->ptr + out->len, step);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_errno(err, "reading %s", escape_cstr(path));
        if (got == 0)
            return 0;
        if ((size_t)got > left)
            return err_set(err, ERR_LIMIT,
                "%s is longer than the %zu bytes allowed", escape_cstr(path),
                limit);
        out->len += (size_t)got;
        total += (size_t)got;
    }
}

int file_read(const char *path, size_t limit, struct buf *out, struct err *err)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return err_errno(err, "opening %s", escape_cstr(path));
    size_t before = out->len;
    int rc = read_all(file, path, limit, out, err);
    if (rc < 0)
        out->len = before;
    close(file);
    return rc;
}

/* A new file beside `path`; its name, yours to free, goes into `name`. */
static int open_beside(const char *path, char **name, struct err *err)
{
    for (int i = 0; i < TEMPORARY_TRIES; i++) {
        *name = xasprintf("%s.%ld.%d.new", path, (long)getpid(), i);
        int file = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file >= 0)
            return file;
        free(*name);
        *name = NULL;
        if (errno != EEXIST)
            break;
    }
    return err_errno(err, "writing %s", escape_cstr(path));
}

static int write_all(int file, struct str content)
{
    while (content.len > 0) {
        ssize_t put = write(file, content.ptr, content.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -1;
        content = str_from_index(content, (size_t)put);
    }
    return fsync(file);
}

int file_write(const char *path, struct str content, struct err *err)
{
    /* Renaming over /dev/stdout would put a file in its place. */
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return err_set(err, ERR_IO, "writing %s: it is not a regular file",
            escape_cstr(path));

    char *name;
    int file = open_beside(path, &name, err);
    if (file < 0)
        return -1;
    assert(name != NULL);
    int rc = write_all(file, content);
    if (rc < 0)
        err_errno(err, "writing %s", escape_cstr(path));
    if (close(file) != 0 && rc == 0)
        rc = err_errno(err, "writing %s", escape_cstr(path));
    if (rc == 0 && rename(name, path) != 0)
        rc = err_errno(err, "writing %s", escape_cstr(path));
    if (rc < 0)
        unlink(name);
    free(name);
    return rc;
}

bool file_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

static int make_directory(const char *path, struct err *err)
{
    struct stat status;
    if (mkdir(path, 0777) == 0)
        return 0;
    int number = errno;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return 0;
    errno = number;
    return err_errno(err, "making the directory %s", escape_cstr(path));
}

int file_make_directories(const char *path, struct err *err)
{
    char *copy = xstrdup(path);
    int rc = 0;
    for (char *at = copy; rc == 0 && *at != '\0'; at++) {
        if (*at != '/' || at == copy)
            continue;
        *at = '\0';
        rc = make_directory(copy, err);
        *at = '/';
    }
    if (rc == 0)
        rc = make_directory(copy, err);
    free(copy);
    return rc;
}

static struct str without_end_slashes(struct str path)
{
    while (path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    return path;
}

struct str path_last(struct str path)
{
    path = without_end_slashes(path);
    ptrdiff_t slash = str_find_last_char(path, '/');
    return str_from_index(path, (size_t)(slash + 1));
}

struct str path_folder(struct str path)
{
    path = without_end_slashes(path);
    ptrdiff_t slash = str_find_last_char(path, '/');
    if (slash < 0)
        return str_sub(path, 0, 0);
    /* The root's slash stays. */
    return without_end_slashes(
        str_sub(path, 0, slash == 0 ? 1 : (size_t)slash));
}

char *path_join(const char *folder, const char *name)
{
    size_t len = strlen(folder);
    bool bare = len == 0 || folder[len - 1] == '/';
    return xasprintf("%s%s%s", folder, bare ? "" : "/", name);
}

/* The specification tells us to ignore a relative path in the variable. */
static char *place(const char *variable, const char *fallback, const char *name)
{
    const char *base = getenv(variable);
    if (base != NULL && base[0] == '/')
        return xasprintf("%s/spoor/%s", base, name);
    const char *home = getenv("HOME");
    if (home == NULL || home[0] == '\0')
        return NULL;
    return xasprintf("%s/%s/spoor/%s", home, fallback, name);
}

char *place_config(const char *name)
{
    return place("XDG_CONFIG_HOME", ".config", name);
}

char *place_data(const char *name)
{
    return place("XDG_DATA_HOME", ".local/share", name);
}

char *place_state(const char *name)
{
    return place("XDG_STATE_HOME", ".local/state", name);
}
