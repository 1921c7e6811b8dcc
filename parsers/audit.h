/* audit: records of Linux's audit system, whatever they came in.
 *
 * One event is written as several lines that share a stamp and a serial:
 *
 *     type=SYSCALL msg=audit(1772590269.120:52): arch=c000003e syscall=59 ...
 *     type=EXECVE msg=audit(1772590269.120:52): argc=2 a0="cat" a1="notes"
 *     type=PATH msg=audit(1772590269.120:52): item=0 name="/bin/cat" ...
 *
 * audit_line_read finds what a line is, audit_event_add gathers the values of
 * an event's lines, audit_event_finish says what they mean in a record. The
 * values of the log keep their names (x.NAME):
 *
 * - one that a second line of the event gives another value is x.TYPE.NAME;
 * - of several PATH lines, the values of the one that matters (the program that
 *   was run, the file made, removed or opened) stand under their plain names,
 *   those of the others under x.PATHn.NAME, n being their `item`;
 * - the words of EXECVE are x.a0 ...; else these are the arguments of SYSCALL.
 *
 * Layout: the specifications of linux-audit's documentation project
 * (audit-events, "Auditd Event Fields") and the kernel's kernel/auditsc.c. */
#ifndef SPOOR_PARSERS_AUDIT_H
#define SPOOR_PARSERS_AUDIT_H

#include "parsers/parser.h"
#include "src/base/arena.h"
#include "src/base/ip.h"

/* What an event may set. */
#define AUDIT_FIELDS                                                           \
    (FIELD_BIT(FIELD_TIME) | FIELD_BIT(FIELD_RECORD) | FIELD_BIT(FIELD_HOST) | \
        FIELD_BIT(FIELD_CODE) | FIELD_BIT(FIELD_CATEGORY) |                    \
        FIELD_BIT(FIELD_ACTION) | FIELD_BIT(FIELD_OUTCOME) |                   \
        FIELD_BIT(FIELD_USER) | FIELD_BIT(FIELD_TARGET_USER) |                 \
        FIELD_BIT(FIELD_AUTH_METHOD) | FIELD_BIT(FIELD_SESSION) |              \
        FIELD_BIT(FIELD_SRC_IP) | FIELD_BIT(FIELD_SRC_PORT) |                  \
        FIELD_BIT(FIELD_SRC_HOST) | FIELD_BIT(FIELD_DST_IP) |                  \
        FIELD_BIT(FIELD_DST_PORT) | FIELD_BIT(FIELD_DIRECTION) |               \
        FIELD_BIT(FIELD_PROCESS) | FIELD_BIT(FIELD_PID) |                      \
        FIELD_BIT(FIELD_PARENT) | FIELD_BIT(FIELD_COMMAND) |                   \
        FIELD_BIT(FIELD_FILE) | FIELD_BIT(FIELD_MESSAGE))

/* --- audit_line.c: what a line is ----------------------------------------- */

struct audit_line {
    size_t start;    /* where `node=`, `type=` or the type's name begins */
    struct str node; /* the host, or "" */
    struct str type; /* "SYSCALL", or a number: "1400" */
    struct str id;   /* "1772590269.120:52", or "" in a message that has none */
    struct str body; /* what follows */
};

/* Anything may stand before the record: a syslog header, "audit: ". */
bool audit_line_read(struct str line, struct audit_line *out);
/* `SERVICE_START pid=1 uid=0 ...`: how the journal keeps a record, its stamp
 * and serial apart. */
bool audit_message_read(struct str message, struct audit_line *out);

/* The parts of `id`. False when there is no such moment. */
bool audit_id_read(struct str id, int64_t *time_ns, struct str *serial);

/* --- audit_types.c: kinds of records -------------------------------------- */

enum audit_role {
    AUDIT_OTHER,
    AUDIT_ACCOUNT,    /* acct, or id, is the account it is about */
    AUDIT_MANAGEMENT, /* acct, or id, is the account that was changed */
    AUDIT_COMMAND,    /* cmd was run */
    AUDIT_SYSCALL,    /* the call says what was done */
    AUDIT_ACCESS,     /* a policy's decision */
    AUDIT_TYPED,      /* data: what was typed at a terminal */
    AUDIT_PART,       /* tells more of a system call */
    AUDIT_LAST,       /* the same, and nothing follows it */
};

struct audit_type {
    int number;
    const char *name;
    enum audit_role role;
    const char *category, *action;
    const char *phrase;  /* "logged in", " crashed" (the process did); NULL: the
                            type's name serves */
    const char *refusal; /* "failed to log in"; NULL: phrase, "failed" */
};

/* By name or number; NULL when unknown. */
const struct audit_type *audit_type_find(struct str name);
/* The event is this one line: user space wrote it. */
bool audit_type_stands_alone(const struct audit_type *type);

/* --- audit_names.c, audit_syscalls.c: numbers to names -------------------- */

/* "c000003e" (AUDIT_ARCH_X86_64, linux/audit.h) to "x86_64"; "" if unknown. */
struct str audit_arch_name(struct str arch);
/* "59" on "x86_64" to "execve"; "" if unknown. */
struct str audit_syscall_name(struct str arch_name, struct str number);
/* "-13" to "EACCES"; "" if unknown. */
struct str audit_error_name(struct str exit);

/* What a call does. */
enum audit_call {
    AUDIT_CALL_OTHER,
    AUDIT_CALL_EXEC,
    AUDIT_CALL_OPEN,     /* flags in `flags_argument` say what for */
    AUDIT_CALL_FILE,     /* something with a path */
    AUDIT_CALL_OUTBOUND, /* to the address */
    AUDIT_CALL_INBOUND,  /* from the address */
    AUDIT_CALL_LISTEN,   /* at the address */
};
struct audit_meaning {
    const char *name; /* of the call */
    enum audit_call call;
    int flags_argument; /* of AUDIT_CALL_OPEN: 1 is a1; -1 none */
    const char *category, *action;
    const char *verb; /* "deleted" */
};
/* NULL when nothing is said of it. */
const struct audit_meaning *audit_meaning_find(struct str syscall);

/* A file's action and verb by what `open` was asked for: O_WRONLY and so on of
 * asm-generic/fcntl.h, which all the machines we know share. */
const struct audit_meaning *audit_meaning_of_open(uint64_t flags);

struct audit_address {
    struct str family;        /* "inet", "unix"; "" when none was given */
    struct str path;          /* of a Unix socket; an abstract one has '@' */
    struct str address, port; /* as text */
};
/* `saddr` in hexadecimal: struct sockaddr (sys/socket.h). */
bool audit_address_read(struct str saddr, bool big_endian, struct arena *arena,
    struct audit_address *out);

/* --- audit_values.c: the values of a line --------------------------------- */

enum audit_key {
    AUDIT_ACCT,
    AUDIT_ADDR,
    AUDIT_APPARMOR,
    AUDIT_ARCH,
    AUDIT_ARCH_TEXT, /* ARCH */
    AUDIT_AUDIT_USER,
    AUDIT_AUID,
    AUDIT_AUID_TEXT, /* AUID */
    AUDIT_A0,
    AUDIT_A1,
    AUDIT_A2,
    AUDIT_A3,
    AUDIT_CMD,
    AUDIT_CMDLINE,
    AUDIT_COMM,
    AUDIT_CWD,
    AUDIT_DATA,
    AUDIT_DIR,
    AUDIT_EFFECTIVE_USER,
    AUDIT_EUID,
    AUDIT_EUID_TEXT,
    AUDIT_EXE,
    AUDIT_EXIT,
    AUDIT_GROUP,
    AUDIT_HOSTNAME,
    AUDIT_ID,
    AUDIT_ID_TEXT,
    AUDIT_ITEM,
    AUDIT_KEY,
    AUDIT_LADDR,
    AUDIT_LPORT,
    AUDIT_NAME,
    AUDIT_NAMETYPE,
    AUDIT_OP,
    AUDIT_OPERATION,
    AUDIT_PATH,
    AUDIT_PERMISSIVE,
    AUDIT_PID,
    AUDIT_PPID,
    AUDIT_PROCTITLE,
    AUDIT_PROFILE,
    AUDIT_REASON,
    AUDIT_REQUESTED,
    AUDIT_RES,
    AUDIT_RESULT,
    AUDIT_RPORT,
    AUDIT_SADDR,
    AUDIT_SES,
    AUDIT_SIG,
    AUDIT_SUCCESS,
    AUDIT_SYSCALL_NUMBER, /* syscall */
    AUDIT_SYSCALL_TEXT,   /* SYSCALL */
    AUDIT_UID,
    AUDIT_UID_TEXT,
    AUDIT_UNIT,
    AUDIT_USER,
    AUDIT_KEY_TOTAL /* any other */
};
enum audit_key audit_key_find(struct str name);

/* Walks the values of a body. */
struct audit_values {
    struct str rest;
    struct arena *arena; /* of values that had to be decoded */
    bool words;          /* a0, a1 ... are words (EXECVE) */
    bool in_message;     /* inside of msg='...' */
    bool in_parens;      /* (hostname=?, addr=?, ...), as old versions wrote */
};
struct audit_value {
    enum audit_key key;
    struct str name, value; /* decoded */
};
/* The next `name=value`; values that say nothing ("?", "(null)", "") are left
 * out. False at the end. */
bool audit_values_next(struct audit_values *values, struct audit_value *out);

/* --- audit_event.c -------------------------------------------------------- */

struct audit_word { /* of EXECVE */
    struct str name;
    size_t start, len; /* in word_text, which grows */
};
struct audit_path {
    struct str item, name, nametype;
    size_t first, count; /* in path_values */
};

/* One struct is used over and over; zeroed, it is ready. */
struct audit_event {
    struct arena *arena; /* of the record: lives as long as its values */
    struct record *record;
    struct audit_line first;
    const struct audit_type *type; /* of the first line, or NULL */
    struct str value[AUDIT_KEY_TOTAL];
    struct str verdict, permissions; /* avc:  denied  { read } for */
    struct audit_word *words;
    size_t word_count, word_capacity;
    struct buf word_text, types, text;
    struct str path_name; /* of the PATH that matters */
    struct str path_kind; /* its nametype */
    struct audit_path *paths;
    size_t path_count, path_capacity;
    struct audit_value *path_values;
    size_t path_value_count, path_value_capacity;
};
void audit_event_done(struct audit_event *event);

/* The record is not reset; what it has stays but for what the event says. */
void audit_event_begin(
    struct audit_event *event, struct arena *arena, struct record *record);
void audit_event_add(struct audit_event *event, const struct audit_line *line);
/* Everything that can be said now that all lines are there. */
void audit_event_finish(
    struct audit_event *event, const struct reading *reading);

/* audit_meaning.c: category, action, users, addresses, the sentence. */
void audit_event_mean(struct audit_event *event);

#endif
