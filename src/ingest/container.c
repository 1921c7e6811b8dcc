#include "src/ingest/container.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/file.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/base/stamp.h"
#include "src/ingest/gunzip.h"

#define BLOCK ((size_t)256 << 10)

struct container {
    struct archive *archive;
    const struct input *input;
    const char *path;
    uint64_t offset;       /* the next byte libarchive gets */
    struct gunzip *gunzip; /* what it gets comes through this, or NULL */
    uint64_t member_at;    /* packed bytes read before this member */
    size_t count;          /* members so far */
    char *member_path;     /* of the current one */
    char *skip;            /* the same */
    bool is_raw;           /* one compressed stream */
    struct err damage;     /* of the gunzip */
    char *block;           /* BLOCK bytes, what libarchive reads from */
    char *unpacked;        /* BLOCK bytes */
};

/* --- what it is ----------------------------------------------------------- */

enum { TAR_BLOCK = 512, TAR_SUM_AT = 148, TAR_SUM_LEN = 8 };

/* A tar header's checksum is the sum of its bytes with blanks in its own place,
 * in octal (POSIX pax, "ustar Header Block"); true for every variant. */
static bool is_tar(struct str head)
{
    if (head.len < TAR_BLOCK || head.ptr[0] == '\0')
        return false;
    unsigned sum = 0;
    for (size_t i = 0; i < TAR_BLOCK; i++) {
        bool own = i >= TAR_SUM_AT && i < TAR_SUM_AT + TAR_SUM_LEN;
        sum += own ? ' ' : (unsigned char)head.ptr[i];
    }
    unsigned stated = 0;
    size_t digits = 0;
    for (size_t i = 0; i < TAR_SUM_LEN; i++) {
        char c = head.ptr[TAR_SUM_AT + i];
        if (c >= '0' && c <= '7') {
            stated = stated * 8 + (unsigned)(c - '0');
            digits++;
        } else if (c != ' ' && c != '\0') {
            return false;
        }
    }
    return digits > 0 && stated == sum;
}

const char *container_kind(struct str head)
{
    static const struct {
        const char *kind;
        struct str magic;
    } kinds[] = {
        {"gzip", STR_INIT("\x1f\x8b\x08")},
        {"bzip2", STR_INIT("BZh")},
        {"xz", STR_INIT("\xfd"
                        "7zXZ\0")},
        {"zstd", STR_INIT("\x28\xb5\x2f\xfd")},
        {"zip", STR_INIT("PK\x03\x04")},
        {"zip", STR_INIT("PK\x05\x06")},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (str_starts_with(head, kinds[i].magic))
            return kinds[i].kind;
    return is_tar(head) ? "tar" : NULL;
}

/* --- libarchive's way to the bytes ---------------------------------------- */

static la_ssize_t give_block(
    struct archive *archive, void *self, const void **block)
{
    struct container *container = self;
    struct err err = {0};
    size_t got = 0;
    if (container->gunzip != NULL) {
        /* An error here would make libarchive drop what it has not handed on;
         * to it a cut stream just ends, and container_read tells. */
        gunzip_read(container->gunzip, container->block, BLOCK, &got,
            &container->damage);
    } else if (input_read(container->input, container->offset, container->block,
                   BLOCK, &got, &err) < 0) {
        archive_set_error(archive, EIO, "%s", err.text);
        return ARCHIVE_FATAL;
    }
    container->offset += got;
    *block = container->block;
    return (la_ssize_t)got;
}

static la_int64_t seek_to(
    struct archive *archive, void *self, la_int64_t offset, int whence)
{
    (void)archive;
    struct container *container = self;
    int64_t base = whence == SEEK_CUR   ? (int64_t)container->offset
                   : whence == SEEK_END ? (int64_t)container->input->size
                                        : 0;
    int64_t to = base + offset;
    if (to < 0 || (uint64_t)to > container->input->size)
        return ARCHIVE_FATAL;
    container->offset = (uint64_t)to;
    return to;
}

static const char *archive_reason(struct archive *archive)
{
    const char *text = archive_error_string(archive);
    return text == NULL ? "unknown error" : escape_cstr(text);
}

static bool is_gzip(const struct input *input)
{
    char head[2];
    size_t got = 0;
    return input_read(input, 0, head, sizeof(head), &got, NULL) == 0 &&
           got == sizeof(head) && head[0] == '\x1f' && head[1] == '\x8b';
}

/* Bytes of the container that were read for what has come out so far. */
static uint64_t packed_bytes(const struct container *container)
{
    if (container->gunzip != NULL)
        return gunzip_consumed(container->gunzip);
    return (uint64_t)archive_filter_bytes(container->archive, -1);
}

/* `any`: look for archives in the stream too, not only for the stream. */
static int start_archive(struct container *container, bool any, struct err *err)
{
    archive_read_free(container->archive);
    gunzip_free(container->gunzip);
    container->gunzip =
        is_gzip(container->input) ? gunzip_new(container->input) : NULL;
    struct archive *archive = archive_read_new();
    container->archive = archive;
    container->offset = 0;
    archive_read_support_filter_bzip2(archive);
    archive_read_support_filter_xz(archive);
    archive_read_support_filter_zstd(archive);
    archive_read_support_format_raw(archive);
    archive_read_support_format_empty(archive);
    if (any) {
        archive_read_support_format_tar(archive);
        archive_read_support_format_zip(archive);
        /* Names are bytes, whatever the locale makes of them. */
        archive_read_set_options(archive, "tar:hdrcharset=BINARY");
    }
    if (container->gunzip == NULL)
        archive_read_set_seek_callback(archive, seek_to);
    archive_read_set_read_callback(archive, give_block);
    archive_read_set_callback_data(archive, container);
    if (archive_read_open1(archive) == ARCHIVE_OK)
        return 0;
    return err_set(
        err, ERR_INPUT, "cannot be unpacked: %s", archive_reason(archive));
}

int container_open(struct container **out, const struct input *input,
    const char *path, struct err *err)
{
    struct container *container = xcalloc(1, sizeof(*container));
    container->input = input;
    container->path = path;
    container->block = xmalloc(BLOCK);
    container->unpacked = xmalloc(BLOCK);
    if (start_archive(container, true, err) < 0) {
        container_close(container);
        return -1;
    }
    *out = container;
    return 0;
}

void container_close(struct container *container)
{
    if (container == NULL)
        return;
    archive_read_free(container->archive);
    gunzip_free(container->gunzip);
    free(container->block);
    free(container->unpacked);
    free(container->member_path);
    free(container->skip);
    free(container);
}

/* --- members -------------------------------------------------------------- */

/* "auth.log" for "auth.log.gz". */
static char *path_unpacked(const char *path)
{
    static const char *const endings[] = {".gz", ".bz2", ".xz", ".zst", NULL};
    struct str name = str_from(path);
    for (size_t i = 0; endings[i] != NULL; i++) {
        struct str ending = str_from(endings[i]);
        if (str_ends_with(name, ending) && name.len > ending.len)
            return str_dup(str_sub(name, 0, name.len - ending.len));
    }
    if (str_ends_with(name, STR(".tgz")))
        return xasprintf("%.*s.tar", (int)(name.len - 4), path);
    return xstrdup(path);
}

static char *entry_path(
    const struct container *container, struct archive_entry *entry)
{
    if (container->is_raw)
        return path_unpacked(container->path);
    const char *name = archive_entry_pathname(entry);
    if (name == NULL || *name == '\0')
        name = archive_entry_pathname_utf8(entry);
    if (name == NULL || *name == '\0')
        return xasprintf("member %zu", container->count);
    return xstrdup(name);
}

static char *entry_skip(struct archive_entry *entry)
{
    if (archive_entry_is_encrypted(entry) > 0)
        return xstrdup("encrypted: not read");
    const char *hard = archive_entry_hardlink(entry);
    if (hard != NULL)
        return xasprintf(
            "a hard link to %s, which has the content", escape_cstr(hard));
    if (archive_entry_filetype(entry) == AE_IFLNK) {
        const char *link = archive_entry_symlink(entry);
        return xasprintf(
            "a symbolic link to %s", escape_cstr(link == NULL ? "?" : link));
    }
    if (archive_entry_filetype(entry) != AE_IFREG &&
        archive_entry_filetype(entry) != 0)
        return xstrdup("not a file: not read");
    return NULL;
}

static int64_t entry_mtime(struct archive_entry *entry)
{
    int64_t stamp = STAMP_NONE;
    if (!archive_entry_mtime_is_set(entry) || archive_entry_mtime(entry) <= 0 ||
        !stamp_from_seconds(archive_entry_mtime(entry),
            (uint32_t)archive_entry_mtime_nsec(entry), &stamp))
        return STAMP_NONE;
    return stamp;
}

/* Of one compressed stream: as gzip noted it, else the file's own. */
static int64_t raw_mtime(const struct container *container)
{
    int64_t noted = container->gunzip != NULL ? gunzip_mtime(container->gunzip)
                                              : STAMP_NONE;
    return noted != STAMP_NONE ? noted : container->input->mtime;
}

static void fill_member(struct container *container,
    struct archive_entry *entry, struct member *member)
{
    free(container->member_path);
    free(container->skip);
    container->count++;
    container->member_path = entry_path(container, entry);
    container->skip = entry_skip(entry);
    container->member_at = packed_bytes(container);
    *member = (struct member){.path = container->member_path,
        .skip = container->skip,
        .is_whole = container->is_raw,
        .mtime = entry_mtime(entry)};
    if (member->mtime == STAMP_NONE && container->is_raw)
        member->mtime = raw_mtime(container);
}

/* A compressed file of nothing has no header: it is an empty member. */
static int empty_member(struct container *container, struct member *member)
{
    container->count = 1;
    container->member_path = path_unpacked(container->path);
    *member = (struct member){.path = container->member_path,
        .is_whole = true,
        .mtime = container->input->mtime};
    return 1;
}

/* Zeros are an archive without members to libarchive: a packed file that begins
 * with them is looked at once more, as what it is. */
static bool is_mistaken(const struct container *container)
{
    return container->count == 0 && !container->is_raw &&
           archive_filter_count(container->archive) > 1 &&
           archive_format(container->archive) != ARCHIVE_FORMAT_EMPTY;
}

static int at_end(
    struct container *container, struct member *member, struct err *err)
{
    if (is_mistaken(container)) {
        container->is_raw = true;
        if (start_archive(container, false, err) < 0)
            return -1;
        return container_next(container, member, err);
    }
    if (container->count == 0 &&
        archive_format(container->archive) == ARCHIVE_FORMAT_EMPTY)
        return empty_member(container, member);
    return 0;
}

int container_next(
    struct container *container, struct member *member, struct err *err)
{
    for (;;) {
        if (container->count >= LIMIT_MEMBERS)
            return err_set(err, ERR_LIMIT,
                "more than %zu members: the rest is "
                "not read",
                LIMIT_MEMBERS);
        struct archive_entry *entry = NULL;
        int rc = archive_read_next_header(container->archive, &entry);
        if (rc == ARCHIVE_RETRY)
            continue;
        if (rc == ARCHIVE_EOF)
            return at_end(container, member, err);
        if (rc == ARCHIVE_FATAL)
            return err_set(err, ERR_INPUT, "damaged after %zu members: %s",
                container->count, archive_reason(container->archive));
        container->is_raw =
            archive_format(container->archive) == ARCHIVE_FORMAT_RAW;
        /* No filter knows it: this is the packed stream itself. */
        if (container->is_raw && container->gunzip == NULL &&
            archive_filter_count(container->archive) < 2)
            return err_set(
                err, ERR_INPUT, "damaged at its start: it cannot be unpacked");
        if (archive_entry_filetype(entry) == AE_IFDIR)
            continue;
        fill_member(container, entry, member);
        return 1;
    }
}

/* A member that grows out of nearly nothing is a bomb. */
static bool is_bomb(const struct container *container, uint64_t unpacked)
{
    if (unpacked < LIMIT_EXPANSION_FROM)
        return false;
    uint64_t packed = packed_bytes(container) - container->member_at;
    /* libarchive reads ahead by a block. */
    return unpacked / LIMIT_EXPANSION > packed + BLOCK;
}

int container_read(struct container *container, struct spool *spool,
    struct err *reason, struct err *err)
{
    if (archive_format(container->archive) == ARCHIVE_FORMAT_EMPTY)
        return 1;
    uint64_t total = 0;
    for (;;) {
        la_ssize_t got =
            archive_read_data(container->archive, container->unpacked, BLOCK);
        if (got == ARCHIVE_RETRY)
            continue;
        if (got < 0) {
            err_set(reason, ERR_INPUT, "damaged after %llu bytes: %s",
                (unsigned long long)total, archive_reason(container->archive));
            return 0;
        }
        if (got == 0 && container->damage.code != ERR_NONE) {
            err_set(reason, ERR_INPUT, "damaged after %llu bytes: %s",
                (unsigned long long)total, container->damage.text);
            return 0;
        }
        if (got == 0)
            return 1;
        if (spool_add(spool, str_make(container->unpacked, (size_t)got), err) <
            0)
            return -1;
        total += (uint64_t)got;
        if (is_bomb(container, total)) {
            err_set(reason, ERR_LIMIT,
                "expands more than %u times: stopped after %llu bytes",
                LIMIT_EXPANSION, (unsigned long long)total);
            return 0;
        }
    }
}

void container_peek(struct container *container, size_t len, struct buf *out)
{
    if (archive_format(container->archive) == ARCHIVE_FORMAT_EMPTY)
        return;
    buf_reserve(out, len);
    while (len > 0) {
        la_ssize_t got =
            archive_read_data(container->archive, out->ptr + out->len, len);
        if (got == ARCHIVE_RETRY)
            continue;
        if (got <= 0)
            return;
        out->len += (size_t)got;
        len -= (size_t)got;
    }
}
