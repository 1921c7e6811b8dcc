/* What system calls do, how they fail, and whom they talk to. */
#include <stdlib.h>
#include <string.h>

#include "parsers/audit.h"
#include "src/base/bytes.h"

/* --- errors --------------------------------------------------------------- */

/* asm-generic/errno-base.h and errno.h. Names, for the numbers of another
 * machine's log are not those of this one. */
static const char *const errors[] = {NULL, "EPERM", "ENOENT", "ESRCH", "EINTR",
    "EIO", "ENXIO", "E2BIG", "ENOEXEC", "EBADF", "ECHILD", "EAGAIN", "ENOMEM",
    "EACCES", "EFAULT", "ENOTBLK", "EBUSY", "EEXIST", "EXDEV", "ENODEV",
    "ENOTDIR", "EISDIR", "EINVAL", "ENFILE", "EMFILE", "ENOTTY", "ETXTBSY",
    "EFBIG", "ENOSPC", "ESPIPE", "EROFS", "EMLINK", "EPIPE", "EDOM", "ERANGE",
    "EDEADLK", "ENAMETOOLONG", "ENOLCK", "ENOSYS", "ENOTEMPTY",
    "ELOOP", [61] = "ENODATA", "ETIME", [75] = "EOVERFLOW", [88] = "ENOTSOCK",
    "EDESTADDRREQ", "EMSGSIZE", "EPROTOTYPE", "ENOPROTOOPT", "EPROTONOSUPPORT",
    "ESOCKTNOSUPPORT", "EOPNOTSUPP", "EPFNOSUPPORT", "EAFNOSUPPORT",
    "EADDRINUSE", "EADDRNOTAVAIL", "ENETDOWN", "ENETUNREACH", "ENETRESET",
    "ECONNABORTED", "ECONNRESET", "ENOBUFS", "EISCONN", "ENOTCONN", "ESHUTDOWN",
    "ETOOMANYREFS", "ETIMEDOUT", "ECONNREFUSED", "EHOSTDOWN", "EHOSTUNREACH",
    "EALREADY", "EINPROGRESS", [126] = "ENOKEY", "EKEYEXPIRED", "EKEYREVOKED",
    "EKEYREJECTED"};

struct str audit_error_name(struct str exit)
{
    int64_t code;
    if (!str_to_i64(exit, &code) || code >= 0 ||
        code <= -(int64_t)(sizeof(errors) / sizeof(errors[0])))
        return (struct str){0};
    return str_from(errors[-code]);
}

/* --- calls ---------------------------------------------------------------- */

#define FILE_CALL(name, action, verb)                   \
    {                                                   \
        name, AUDIT_CALL_FILE, -1, "file", action, verb \
    }
#define PROCESS_CALL(name, action, verb)                    \
    {                                                       \
        name, AUDIT_CALL_OTHER, -1, "process", action, verb \
    }

/* By name. */
static const struct audit_meaning meanings[] = {
    {"accept", AUDIT_CALL_INBOUND, -1, "network", "connect",
        "took a connection from"},
    {"accept4", AUDIT_CALL_INBOUND, -1, "network", "connect",
        "took a connection from"},
    FILE_CALL("access", "file_read", "looked at"),
    {"adjtimex", AUDIT_CALL_OTHER, -1, "host", "time_change",
        "adjusted the clock"},
    {"bind", AUDIT_CALL_LISTEN, -1, "network", "listen", "took the address"},
    {"bpf", AUDIT_CALL_OTHER, -1, "driver", NULL, "called bpf"},
    FILE_CALL("chmod", "file_change", "changed the mode of"),
    FILE_CALL("chown", "file_change", "changed the owner of"),
    FILE_CALL("chroot", NULL, "changed its root to"),
    {"clock_adjtime", AUDIT_CALL_OTHER, -1, "host", "time_change",
        "adjusted the clock"},
    {"clock_settime", AUDIT_CALL_OTHER, -1, "host", "time_change",
        "set the clock"},
    {"connect", AUDIT_CALL_OUTBOUND, -1, "network", "connect", "connected to"},
    {"creat", AUDIT_CALL_FILE, -1, "file", "file_create", "made"},
    {"create_module", AUDIT_CALL_OTHER, -1, "driver", "driver_load",
        "loaded a kernel module"},
    {"delete_module", AUDIT_CALL_OTHER, -1, "driver", NULL,
        "took out a kernel module"},
    {"execve", AUDIT_CALL_EXEC, -1, "process", "exec", "ran"},
    {"execveat", AUDIT_CALL_EXEC, -1, "process", "exec", "ran"},
    PROCESS_CALL("exit", "exit", "ended"),
    PROCESS_CALL("exit_group", "exit", "ended"),
    FILE_CALL("faccessat", "file_read", "looked at"),
    FILE_CALL("faccessat2", "file_read", "looked at"),
    FILE_CALL("fallocate", "file_write", "made room in"),
    FILE_CALL("fchmod", "file_change", "changed the mode of"),
    FILE_CALL("fchmodat", "file_change", "changed the mode of"),
    FILE_CALL("fchmodat2", "file_change", "changed the mode of"),
    FILE_CALL("fchown", "file_change", "changed the owner of"),
    FILE_CALL("fchown32", "file_change", "changed the owner of"),
    FILE_CALL("fchownat", "file_change", "changed the owner of"),
    {"finit_module", AUDIT_CALL_OTHER, -1, "driver", "driver_load",
        "loaded a kernel module"},
    FILE_CALL("fremovexattr", "file_change", "took an attribute off"),
    FILE_CALL("fsetxattr", "file_change", "set an attribute of"),
    FILE_CALL("ftruncate", "file_write", "cut"),
    FILE_CALL("ftruncate64", "file_write", "cut"),
    FILE_CALL("futimesat", "file_change", "changed the times of"),
    {"init_module", AUDIT_CALL_OTHER, -1, "driver", "driver_load",
        "loaded a kernel module"},
    {"kexec_file_load", AUDIT_CALL_OTHER, -1, "host", NULL,
        "loaded another kernel"},
    {"kexec_load", AUDIT_CALL_OTHER, -1, "host", NULL, "loaded another kernel"},
    PROCESS_CALL("kill", "kill", "sent a signal to"),
    FILE_CALL("lchown", "file_change", "changed the owner of"),
    FILE_CALL("lchown32", "file_change", "changed the owner of"),
    FILE_CALL("link", "file_create", "made the link"),
    FILE_CALL("linkat", "file_create", "made the link"),
    {"listen", AUDIT_CALL_LISTEN, -1, "network", "listen", "listens"},
    FILE_CALL("lremovexattr", "file_change", "took an attribute off"),
    FILE_CALL("lsetxattr", "file_change", "set an attribute of"),
    FILE_CALL("lstat", "file_read", "looked at"),
    FILE_CALL("lstat64", "file_read", "looked at"),
    FILE_CALL("mkdir", "file_create", "made the directory"),
    FILE_CALL("mkdirat", "file_create", "made the directory"),
    FILE_CALL("mknod", "file_create", "made"),
    FILE_CALL("mknodat", "file_create", "made"),
    {"mount", AUDIT_CALL_FILE, -1, "host", "mount", "mounted on"},
    FILE_CALL("newfstatat", "file_read", "looked at"),
    {"open", AUDIT_CALL_OPEN, 1, "file", "file_read", "opened"},
    {"open_by_handle_at", AUDIT_CALL_OPEN, 2, "file", "file_read", "opened"},
    {"openat", AUDIT_CALL_OPEN, 2, "file", "file_read", "opened"},
    {"openat2", AUDIT_CALL_OPEN, -1, "file", "file_read", "opened"},
    PROCESS_CALL("pidfd_send_signal", "kill", "sent a signal to"),
    PROCESS_CALL("process_vm_readv", "process_access", "read the memory of"),
    PROCESS_CALL("process_vm_writev", "inject", "wrote the memory of"),
    PROCESS_CALL("ptrace", "debug", "traced"),
    FILE_CALL("readlink", "file_read", "looked at"),
    FILE_CALL("readlinkat", "file_read", "looked at"),
    {"reboot", AUDIT_CALL_OTHER, -1, "host", "shutdown", "asked for a reboot"},
    {"recvfrom", AUDIT_CALL_INBOUND, -1, "network", "connect",
        "was sent data by"},
    {"recvmsg", AUDIT_CALL_INBOUND, -1, "network", "connect",
        "was sent data by"},
    FILE_CALL("removexattr", "file_change", "took an attribute off"),
    FILE_CALL("rename", "file_rename", "renamed to"),
    FILE_CALL("renameat", "file_rename", "renamed to"),
    FILE_CALL("renameat2", "file_rename", "renamed to"),
    FILE_CALL("rmdir", "file_delete", "removed the directory"),
    {"sendmsg", AUDIT_CALL_OUTBOUND, -1, "network", "connect", "sent data to"},
    {"sendto", AUDIT_CALL_OUTBOUND, -1, "network", "connect", "sent data to"},
    {"setdomainname", AUDIT_CALL_OTHER, -1, "configuration", "config_change",
        "set the domain's name"},
    PROCESS_CALL("setegid", "privilege", "changed its group"),
    PROCESS_CALL("seteuid", "privilege", "changed its user"),
    PROCESS_CALL("setfsuid", "privilege", "changed its user"),
    PROCESS_CALL("setgid", "privilege", "changed its group"),
    PROCESS_CALL("setgid32", "privilege", "changed its group"),
    {"sethostname", AUDIT_CALL_OTHER, -1, "configuration", "config_change",
        "set the host's name"},
    PROCESS_CALL("setregid", "privilege", "changed its group"),
    PROCESS_CALL("setresgid", "privilege", "changed its group"),
    PROCESS_CALL("setresuid", "privilege", "changed its user"),
    PROCESS_CALL("setresuid32", "privilege", "changed its user"),
    PROCESS_CALL("setreuid", "privilege", "changed its user"),
    {"settimeofday", AUDIT_CALL_OTHER, -1, "host", "time_change",
        "set the clock"},
    PROCESS_CALL("setuid", "privilege", "changed its user"),
    PROCESS_CALL("setuid32", "privilege", "changed its user"),
    FILE_CALL("setxattr", "file_change", "set an attribute of"),
    {"socket", AUDIT_CALL_OTHER, -1, "network", NULL, "opened a socket"},
    FILE_CALL("stat", "file_read", "looked at"),
    FILE_CALL("stat64", "file_read", "looked at"),
    FILE_CALL("statx", "file_read", "looked at"),
    {"stime", AUDIT_CALL_OTHER, -1, "host", "time_change", "set the clock"},
    FILE_CALL("symlink", "file_create", "made the link"),
    FILE_CALL("symlinkat", "file_create", "made the link"),
    PROCESS_CALL("tgkill", "kill", "sent a signal to"),
    PROCESS_CALL("tkill", "kill", "sent a signal to"),
    FILE_CALL("truncate", "file_write", "cut"),
    FILE_CALL("truncate64", "file_write", "cut"),
    {"umount", AUDIT_CALL_FILE, -1, "host", "unmount", "unmounted"},
    {"umount2", AUDIT_CALL_FILE, -1, "host", "unmount", "unmounted"},
    FILE_CALL("unlink", "file_delete", "deleted"),
    FILE_CALL("unlinkat", "file_delete", "deleted"),
    FILE_CALL("utime", "file_change", "changed the times of"),
    FILE_CALL("utimensat", "file_change", "changed the times of"),
    FILE_CALL("utimes", "file_change", "changed the times of"),
};

static int compare_name(const void *key, const void *item)
{
    const struct str *name = key;
    const struct audit_meaning *meaning = item;
    return str_compare(*name, str_from(meaning->name));
}

const struct audit_meaning *audit_meaning_find(struct str syscall)
{
    return bsearch(&syscall, meanings, sizeof(meanings) / sizeof(meanings[0]),
        sizeof(meanings[0]), compare_name);
}

const struct audit_meaning *audit_meaning_of_open(uint64_t flags)
{
    enum { ACCESS_MODE = 3, CREATE = 0100, TRUNCATE = 01000 };
    static const struct audit_meaning reads = {
        "open", AUDIT_CALL_OPEN, -1, "file", "file_read", "opened"};
    static const struct audit_meaning writes = {"open", AUDIT_CALL_OPEN, -1,
        "file", "file_write", "opened for writing"};
    bool to_write =
        (flags & ACCESS_MODE) != 0 || (flags & (CREATE | TRUNCATE)) != 0;
    return to_write ? &writes : &reads;
}

/* --- addresses ------------------------------------------------------------ */

enum { SADDR_MAX = 128 }; /* struct sockaddr_storage */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* How many bytes; 0 when it is not hexadecimal, or more than an address is. */
static size_t unhex(struct str text, uint8_t out[SADDR_MAX])
{
    if (text.len % 2 != 0 || text.len / 2 > SADDR_MAX)
        return 0;
    for (size_t i = 0; i < text.len; i += 2) {
        int high = hex_digit(text.ptr[i]), low = hex_digit(text.ptr[i + 1]);
        if (high < 0 || low < 0)
            return 0;
        out[i / 2] = (uint8_t)(high << 4 | low);
    }
    return text.len / 2;
}

/* struct sockaddr_in: port, address; sockaddr_in6: port, flow, address. */
static void read_internet(struct bytes *in, uint8_t family, struct arena *arena,
    struct audit_address *out)
{
    uint16_t port = bytes_u16be(in);
    if (family == 6)
        bytes_skip(in, 4);
    struct ip ip = {.family = family};
    struct str at = bytes_str(in, family == 6 ? 16 : 4);
    if (in->failed)
        return;
    memcpy(ip.at, at.ptr, at.len);
    char text[IP_TEXT_MAX];
    size_t len = ip_format(&ip, text);
    out->address = arena_copy(arena, str_make(text, len));
    if (port != 0)
        out->port = arena_printf(arena, "%u", (unsigned)port);
}

/* struct sockaddr_un: a path up to a NUL; an abstract name begins with one. */
static void read_unix(
    struct bytes *in, struct arena *arena, struct audit_address *out)
{
    struct str path = bytes_str(in, bytes_left(in));
    bool is_abstract = path.len > 1 && path.ptr[0] == '\0';
    if (is_abstract)
        path = str_from_index(path, 1);
    ptrdiff_t end = str_find_char(path, '\0');
    if (end >= 0)
        path = str_sub(path, 0, (size_t)end);
    out->path = is_abstract ? arena_printf(arena, "@%.*s", STR_ARG(path))
                            : arena_copy(arena, path);
}

bool audit_address_read(struct str saddr, bool big_endian, struct arena *arena,
    struct audit_address *out)
{
    static const struct {
        uint16_t number;
        struct str name;
    } families[] = {
        {1, STR_INIT("unix")},
        {2, STR_INIT("inet")},
        {10, STR_INIT("inet6")},
        {16, STR_INIT("netlink")},
        {17, STR_INIT("packet")},
        {38, STR_INIT("alg")},
        {40, STR_INIT("vsock")},
    };
    uint8_t room[SADDR_MAX];
    struct bytes in = bytes_from(room, unhex(saddr, room));
    *out = (struct audit_address){0};
    uint16_t family = big_endian ? bytes_u16be(&in) : bytes_u16le(&in);
    if (in.failed)
        return false;
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
        if (families[i].number == family)
            out->family = families[i].name;
    if (family == 1)
        read_unix(&in, arena, out);
    if (family == 2 || family == 10)
        read_internet(&in, family == 2 ? 4 : 6, arena, out);
    return true;
}
