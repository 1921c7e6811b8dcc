/* The case as a file: what it is before SQLite touches it, and how it is named
 * to SQLite. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#ifdef __linux__
#include <sys/vfs.h>
#endif
#include <unistd.h>

#include "src/base/buf.h"
#include "src/base/bytes.h"
#include "src/base/escape.h"
#include "src/base/mem.h"
#include "src/store/internal.h"

/* https://www.sqlite.org/fileformat2.html, 1.3: the database header. */
enum { HEADER_SIZE = 72, HEADER_USER_VERSION = 60, HEADER_APPLICATION = 68 };
static const char magic[16] = "SQLite format 3";

static void sniff_header(struct str head, struct sniff *out)
{
    out->kind = SNIFF_OTHER;
    struct bytes in = bytes_from_str(head);
    struct str name = bytes_str(&in, sizeof(magic));
    if (in.failed || memcmp(name.ptr, magic, sizeof(magic)) != 0)
        return;
    out->kind = SNIFF_SQLITE;
    bytes_skip(&in, HEADER_USER_VERSION - sizeof(magic));
    uint32_t version = bytes_u32be(&in);
    bytes_skip(&in, HEADER_APPLICATION - HEADER_USER_VERSION - 4);
    uint32_t application = bytes_u32be(&in);
    if (in.failed || application != STORE_APPLICATION_ID)
        return;
    out->kind = SNIFF_CASE;
    out->version = version;
}

int case_sniff(const char *path, struct sniff *out, struct err *err)
{
    *out = (struct sniff){.kind = SNIFF_ABSENT};
    struct stat info;
    if (stat(path, &info) < 0) {
        if (errno == ENOENT)
            return 0;
        return err_errno(err, "%s", escape_cstr(path));
    }
    if (!S_ISREG(info.st_mode)) {
        out->kind = SNIFF_NO_FILE;
        return 0;
    }
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, "%s", escape_cstr(path));
    char head[HEADER_SIZE];
    ssize_t got = read(fd, head, sizeof(head));
    if (got < 0)
        err_errno(err, "%s", escape_cstr(path));
    close(fd);
    if (got < 0)
        return -1;
    if (got == 0)
        out->kind = SNIFF_EMPTY;
    else
        sniff_header(str_make(head, (size_t)got), out);
    return 0;
}

bool store_may_create(const char *path, struct err *err)
{
    struct sniff sniff;
    if (case_sniff(path, &sniff, err) < 0)
        return false;
    const char *name = escape_cstr(path);
    bool named = str_ends_with(str_from(path), STR(".spoor"));
    switch (sniff.kind) {
    case SNIFF_CASE:
        return true;
    case SNIFF_ABSENT:
        if (!named)
            err_set(err, ERR_USAGE,
                "%s is no case; the name of a new one ends in .spoor", name);
        return named;
    case SNIFF_EMPTY:
        if (!named)
            err_set(err, ERR_USAGE, "%s is an empty file, no case", name);
        return named;
    case SNIFF_SQLITE:
        err_set(err, ERR_USAGE, "%s is a database, but no case", name);
        return false;
    case SNIFF_OTHER:
        err_set(err, ERR_USAGE, "%s is a file, but no case", name);
        return false;
    case SNIFF_NO_FILE:
        err_set(err, ERR_USAGE, "%s is no ordinary file", name);
        return false;
    }
    return false;
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '-' ||
           c == '_';
}

char *case_uri(const char *path, bool immutable)
{
    struct buf uri = {0};
    /* An empty authority, or "./", keeps names such as ":memory:" and
     * "//server" from meaning something else. */
    buf_add_cstr(&uri, path[0] == '/' ? "file://" : "file:./");
    for (const char *at = path; *at != '\0'; at++) {
        if (is_plain(*at))
            buf_add_char(&uri, *at);
        else
            buf_printf(&uri, "%%%02X", (unsigned char)*at);
    }
    if (immutable)
        buf_add_cstr(&uri, "?immutable=1");
    buf_add_char(&uri, '\0');
    return uri.ptr;
}

#ifdef __linux__
/* linux/magic.h, and the drivers' own headers. */
static const unsigned long network_types[] = {
    0x6969,     /* NFS */
    0x517b,     /* SMB */
    0xff534d42, /* CIFS */
    0xfe534d42, /* SMB2 */
    0x65735546, /* FUSE: sshfs and many more */
    0x01021997, /* 9P */
    0x5346414f, /* AFS */
    0x00c36400, /* Ceph */
    0x01161970, /* GFS2 */
    0x7461636f, /* OCFS2 */
    0x0bd00bd0, /* Lustre */
};

bool case_is_on_network(const char *path)
{
    struct statfs info;
    if (statfs(path, &info) < 0)
        return false;
    unsigned long type = (unsigned long)info.f_type & 0xffffffff;
    for (size_t i = 0; i < sizeof(network_types) / sizeof(unsigned long); i++)
        if (network_types[i] == type)
            return true;
    return false;
}
#else
bool case_is_on_network(const char *path)
{
    (void)path;
    return false;
}
#endif
