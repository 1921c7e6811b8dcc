/* O_NOATIME, O_TMPFILE and SEEK_DATA are Linux's own. */
#define _GNU_SOURCE

#include "src/ingest/input.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/file.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/base/stamp.h"

#define SPOOL_MEMORY ((size_t)16 << 20)
#define HASH_BLOCK ((size_t)256 << 10)

enum { STAT_BLOCK = 512 }; /* the unit of st_blocks */

static int64_t stamp_of(const struct timespec *time)
{
    int64_t stamp = STAMP_NONE;
    if (!stamp_from_seconds(time->tv_sec, (uint32_t)time->tv_nsec, &stamp))
        return STAMP_NONE;
    return stamp;
}

/* O_NOATIME is only for the file's owner and root. O_NONBLOCK: a FIFO that took
 * the file's place must not hold us up. */
static int open_quietly(const char *path)
{
    int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int fd = open(path, flags | O_NOATIME);
    if (fd < 0 && errno == EPERM)
        fd = open(path, flags);
    return fd;
}

int input_open(struct input *input, const char *path, struct err *err)
{
    *input = (struct input){.fd = -1, .mtime = STAMP_NONE};
    int fd = open_quietly(path);
    if (fd < 0)
        return err_errno(err, "cannot be opened");

    struct stat status;
    if (fstat(fd, &status) < 0) {
        err_errno(err, "cannot be examined");
        close(fd);
        return -1;
    }
    if (!S_ISREG(status.st_mode)) {
        close(fd);
        return err_set(err, ERR_INPUT, "is no regular file");
    }
    input->fd = fd;
    input->size = (uint64_t)status.st_size;
    input->sparse = status.st_blocks < status.st_size / STAT_BLOCK;
    input->mtime = stamp_of(&status.st_mtim);
    posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return 0;
}

void input_close(struct input *input)
{
    if (input->fd >= 0)
        close(input->fd);
    buf_done(&input->memory);
    *input = (struct input){.fd = -1, .mtime = STAMP_NONE};
}

static size_t read_memory(
    const struct input *input, uint64_t offset, void *to, size_t len)
{
    if (offset >= input->memory.len)
        return 0;
    size_t left = input->memory.len - (size_t)offset;
    len = len < left ? len : left;
    memcpy(to, input->memory.ptr + offset, len);
    return len;
}

/* How much of [offset, offset + len) is a hole: those bytes are zero and need
 * not be fetched. */
static size_t hole_at(const struct input *input, uint64_t offset, size_t len)
{
    if (!input->sparse)
        return 0;
    off_t data = lseek(input->fd, (off_t)offset, SEEK_DATA);
    if (data < 0 && errno != ENXIO)
        return 0;

    uint64_t end = data < 0 ? input->size : (uint64_t)data;
    if (end <= offset)
        return 0;
    return end - offset < len ? (size_t)(end - offset) : len;
}

uint64_t input_hole(const struct input *input, uint64_t offset)
{
    if (!input->sparse || input->fd < 0 || offset >= input->size ||
        offset % LIMIT_CHUNK != 0)
        return 0;
    off_t data = lseek(input->fd, (off_t)offset, SEEK_DATA);
    if (data < 0 && errno != ENXIO)
        return 0;
    uint64_t end = data < 0 ? input->size : (uint64_t)data;
    uint64_t hole = end > offset ? end - offset : 0;
    return hole >= LIMIT_HOLE ? hole - hole % LIMIT_CHUNK : 0;
}

int input_read(const struct input *input, uint64_t offset, void *to, size_t len,
    size_t *got, struct err *err)
{
    *got = 0;
    if (offset >= input->size)
        return 0;
    if (input->size - offset < len)
        len = (size_t)(input->size - offset);
    if (input->fd < 0) {
        *got = read_memory(input, offset, to, len);
        return 0;
    }
    while (*got < len) {
        char *next = (char *)to + *got;
        size_t hole = hole_at(input, offset + *got, len - *got);
        if (hole > 0) {
            memset(next, 0, hole);
            *got += hole;
            continue;
        }
        ssize_t n = pread(input->fd, next, len - *got, (off_t)(offset + *got));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(
                err, "reading at byte %" PRIu64, offset + (uint64_t)*got);
        if (n == 0)
            break;
        *got += (size_t)n;
    }
    return 0;
}

int input_hash(const struct input *input, uint64_t from, uint64_t to,
    struct hash *hash, struct err *err)
{
    char *block = xmalloc(HASH_BLOCK);
    int rc = 0;
    while (from < to && rc == 0) {
        uint64_t hole = input->holes_apart ? input_hole(input, from) : 0;
        if (hole > 0 && hole <= to - from) {
            hash_add_hole(hash, hole);
            from += hole;
            continue;
        }
        size_t want = to - from < HASH_BLOCK ? (size_t)(to - from) : HASH_BLOCK;
        size_t got = 0;
        rc = input_read(input, from, block, want, &got, err);
        if (rc == 0 && got < want)
            rc = err_set(err, ERR_INPUT, "became shorter while it was read");
        hash_add(hash, str_make(block, got));
        from += got;
    }
    free(block);
    return rc;
}

static void add_time(
    struct buf *out, const char *name, const struct timespec *time)
{
    char text[STAMP_TEXT_MAX];
    stamp_format(stamp_of(time), STAMP_PRECISION_NS, 0, text);
    buf_printf(out, ",\"%s\":\"%s\"", name, text);
}

void input_stat(const struct input *input, struct buf *out)
{
    struct stat status;
    if (input->fd < 0 || fstat(input->fd, &status) < 0)
        return;
    buf_printf(out,
        "{\"size\":%lld,\"mode\":\"%04o\",\"uid\":%lu,\"gid\":%lu,"
        "\"device\":%llu,\"inode\":%llu,\"links\":%llu",
        (long long)status.st_size, (unsigned)status.st_mode & 07777u,
        (unsigned long)status.st_uid, (unsigned long)status.st_gid,
        (unsigned long long)status.st_dev, (unsigned long long)status.st_ino,
        (unsigned long long)status.st_nlink);
    add_time(out, "mtime", &status.st_mtim);
    add_time(out, "ctime", &status.st_ctim);
    add_time(out, "atime", &status.st_atim);
    buf_add_char(out, '}');
}

uint64_t input_size_now(const struct input *input)
{
    struct stat status;
    if (input->fd < 0 || fstat(input->fd, &status) < 0)
        return input->size;
    return (uint64_t)status.st_size;
}

void spool_start(struct spool *spool, const char *folder)
{
    *spool = (struct spool){
        .input = {.fd = -1, .mtime = STAMP_NONE}, .folder = xstrdup(folder)};
}

static int write_all(int fd, struct str bytes, struct err *err)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, "writing unpacked content beside the case");
        bytes = str_from_index(bytes, (size_t)n);
    }
    return 0;
}

/* A file without a name: nothing of an archive ever gets a path on this
 * machine, and a killed import leaves nothing behind. */
static int open_nameless(const char *folder, struct err *err)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd >= 0)
        return fd;

    char *name = path_join(folder, ".spoor-unpack-XXXXXX");
    fd = mkostemp(name, O_CLOEXEC);
    if (fd < 0)
        err_errno(err, "making room for unpacked content beside the case");
    else
        unlink(name);
    free(name);
    return fd;
}

int spool_add(struct spool *spool, struct str bytes, struct err *err)
{
    struct input *input = &spool->input;
    if (input->fd < 0 && input->memory.len + bytes.len > SPOOL_MEMORY) {
        input->fd = open_nameless(spool->folder, err);
        if (input->fd < 0 ||
            write_all(input->fd, buf_str(&input->memory), err) < 0)
            return -1;
        buf_done(&input->memory);
    }
    if (input->fd >= 0) {
        if (write_all(input->fd, bytes, err) < 0)
            return -1;
    } else {
        buf_add_str(&input->memory, bytes);
    }
    input->size += bytes.len;
    return 0;
}

void spool_take(struct spool *spool, struct input *out)
{
    *out = spool->input;
    spool->input = (struct input){.fd = -1};
    spool_done(spool);
}

void spool_done(struct spool *spool)
{
    input_close(&spool->input);
    free(spool->folder);
    spool->folder = NULL;
}
