/* The values of an audit record: name=value, separated by blanks or, before
 * what an enriched log adds, by GS (0x1D).
 *
 * A value in double quotes is as it stands. The kernel writes what a user chose
 * (names of files, programs, accounts) in quotes when it holds neither blanks,
 * quotes nor controls, and in hexadecimal otherwise, without quotes. Messages
 * of user space stand in msg='...' and are made of such values again. */
#include <stdlib.h>
#include <string.h>

#include "parsers/audit.h"

enum { SEPARATOR = 0x1D };

/* How a key's value is written. */
enum {
    PLAIN = 0,
    ENCODED = 1, /* hexadecimal when not in quotes */
    SENTENCE = 2 /* words with blanks, though not in quotes */
};

struct known_key {
    struct str name;
    enum audit_key key;
    int writing;
};

/* By length, then by name. */
static const struct known_key keys[] = {
    {STR_INIT("ID"), AUDIT_ID_TEXT, PLAIN},
    {STR_INIT("a0"), AUDIT_A0, PLAIN},
    {STR_INIT("a1"), AUDIT_A1, PLAIN},
    {STR_INIT("a2"), AUDIT_A2, PLAIN},
    {STR_INIT("a3"), AUDIT_A3, PLAIN},
    {STR_INIT("id"), AUDIT_ID, PLAIN},
    {STR_INIT("op"), AUDIT_OP, SENTENCE},
    {STR_INIT("vm"), AUDIT_KEY_TOTAL, ENCODED},
    {STR_INIT("UID"), AUDIT_UID_TEXT, PLAIN},
    {STR_INIT("cmd"), AUDIT_CMD, ENCODED | SENTENCE},
    {STR_INIT("cwd"), AUDIT_CWD, ENCODED},
    {STR_INIT("dir"), AUDIT_DIR, ENCODED},
    {STR_INIT("exe"), AUDIT_EXE, ENCODED},
    {STR_INIT("grp"), AUDIT_GROUP, ENCODED},
    {STR_INIT("key"), AUDIT_KEY, ENCODED},
    {STR_INIT("pid"), AUDIT_PID, PLAIN},
    {STR_INIT("res"), AUDIT_RES, PLAIN},
    {STR_INIT("ses"), AUDIT_SES, PLAIN},
    {STR_INIT("sig"), AUDIT_SIG, PLAIN},
    {STR_INIT("uid"), AUDIT_UID, PLAIN},
    {STR_INIT("ARCH"), AUDIT_ARCH_TEXT, PLAIN},
    {STR_INIT("AUID"), AUDIT_AUID_TEXT, PLAIN},
    {STR_INIT("EUID"), AUDIT_EUID_TEXT, PLAIN},
    {STR_INIT("acct"), AUDIT_ACCT, ENCODED},
    {STR_INIT("addr"), AUDIT_ADDR, PLAIN},
    {STR_INIT("arch"), AUDIT_ARCH, PLAIN},
    {STR_INIT("auid"), AUDIT_AUID, PLAIN},
    {STR_INIT("comm"), AUDIT_COMM, ENCODED},
    {STR_INIT("data"), AUDIT_DATA, ENCODED},
    {STR_INIT("euid"), AUDIT_EUID, PLAIN},
    {STR_INIT("exit"), AUDIT_EXIT, PLAIN},
    {STR_INIT("file"), AUDIT_KEY_TOTAL, ENCODED},
    {STR_INIT("item"), AUDIT_ITEM, PLAIN},
    {STR_INIT("name"), AUDIT_NAME, ENCODED},
    {STR_INIT("path"), AUDIT_PATH, ENCODED},
    {STR_INIT("ppid"), AUDIT_PPID, PLAIN},
    {STR_INIT("unit"), AUDIT_UNIT, PLAIN},
    {STR_INIT("user"), AUDIT_USER, PLAIN},
    {STR_INIT("cause"), AUDIT_KEY_TOTAL, SENTENCE},
    {STR_INIT("laddr"), AUDIT_LADDR, PLAIN},
    {STR_INIT("lport"), AUDIT_LPORT, PLAIN},
    {STR_INIT("ocomm"), AUDIT_KEY_TOTAL, ENCODED},
    {STR_INIT("rport"), AUDIT_RPORT, PLAIN},
    {STR_INIT("saddr"), AUDIT_SADDR, PLAIN},
    {STR_INIT("watch"), AUDIT_KEY_TOTAL, ENCODED},
    {STR_INIT("reason"), AUDIT_REASON, SENTENCE},
    {STR_INIT("result"), AUDIT_RESULT, PLAIN},
    {STR_INIT("SYSCALL"), AUDIT_SYSCALL_TEXT, PLAIN},
    {STR_INIT("cmdline"), AUDIT_CMDLINE, ENCODED | SENTENCE},
    {STR_INIT("objtype"), AUDIT_NAMETYPE, PLAIN},
    {STR_INIT("profile"), AUDIT_PROFILE, ENCODED},
    {STR_INIT("success"), AUDIT_SUCCESS, PLAIN},
    {STR_INIT("syscall"), AUDIT_SYSCALL_NUMBER, PLAIN},
    {STR_INIT("apparmor"), AUDIT_APPARMOR, PLAIN},
    {STR_INIT("hostname"), AUDIT_HOSTNAME, PLAIN},
    {STR_INIT("nametype"), AUDIT_NAMETYPE, PLAIN},
    {STR_INIT("operation"), AUDIT_OPERATION, PLAIN},
    {STR_INIT("proctitle"), AUDIT_PROCTITLE, ENCODED | SENTENCE},
    {STR_INIT("audit_user"), AUDIT_AUDIT_USER, PLAIN},
    {STR_INIT("permissive"), AUDIT_PERMISSIVE, PLAIN},
    {STR_INIT("effective_user"), AUDIT_EFFECTIVE_USER, PLAIN},
    {STR_INIT("requested_mask"), AUDIT_REQUESTED, PLAIN},
};
enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

static int compare_key(const void *left, const void *right)
{
    const struct str *name = left;
    const struct known_key *key = right;
    if (name->len != key->name.len)
        return name->len < key->name.len ? -1 : 1;
    return memcmp(name->ptr, key->name.ptr, name->len);
}

static const struct known_key *find_key(struct str name)
{
    if (name.len < 2)
        return NULL;
    return bsearch(&name, keys, KEYS, sizeof(keys[0]), compare_key);
}

enum audit_key audit_key_find(struct str name)
{
    const struct known_key *key = find_key(name);
    return key == NULL ? AUDIT_KEY_TOTAL : key->key;
}

/* --- hexadecimal ---------------------------------------------------------- */

/* The kernel writes capitals. */
static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool is_hex(struct str text)
{
    if (text.len == 0 || text.len % 2 != 0)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (hex_digit(text.ptr[i]) < 0)
            return false;
    return true;
}

/* Words of a command line end in NULs, several keys are parted by 1. */
static char shown(enum audit_key key, char c)
{
    bool is_command =
        key == AUDIT_PROCTITLE || key == AUDIT_CMD || key == AUDIT_DATA;
    if (c == '\0' && is_command)
        return ' ';
    return c == '\1' && key == AUDIT_KEY ? ',' : c;
}

static struct str decode(
    struct str text, enum audit_key key, struct arena *arena)
{
    size_t len = text.len / 2;
    char *out = arena_alloc(arena, len);
    for (size_t i = 0; i < len; i++) {
        int high = hex_digit(text.ptr[2 * i]);
        int low = hex_digit(text.ptr[2 * i + 1]);
        out[i] = shown(key, (char)((unsigned)high << 4 | (unsigned)low));
    }
    while (key == AUDIT_PROCTITLE && len > 0 && out[len - 1] == ' ')
        len--;
    return str_make(out, len);
}

/* --- values --------------------------------------------------------------- */

static bool is_between(char c)
{
    return c == ' ' || c == SEPARATOR || c == '\t' || c == '\n' || c == '\r';
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' ||
           c == '[' || c == ']';
}

/* The length of a name that an equals sign follows at `at`; 0 when none. */
static size_t name_at(struct str text, size_t at)
{
    size_t len = 0;
    if (at < text.len && text.ptr[at] == '-')
        return 0; /* an option of a command */
    while (at + len < text.len && is_name(text.ptr[at + len]))
        len++;
    return at + len < text.len && text.ptr[at + len] == '=' ? len : 0;
}

/* A quote ends a value when nothing of the value can follow it: some programs
 * put quotes inside of quotes. */
static bool ends_value(struct str text, size_t at)
{
    return at >= text.len || is_between(text.ptr[at]) || text.ptr[at] == '\'' ||
           text.ptr[at] == ')' || text.ptr[at] == ',';
}

static size_t quoted_end(struct str text)
{
    for (size_t i = 1; i < text.len; i++)
        if (text.ptr[i] == '"' && ends_value(text, i + 1))
            return i;
    return text.len;
}

static size_t plain_end(const struct audit_values *values, bool sentence)
{
    struct str text = values->rest;
    size_t at = 0;
    for (; at < text.len; at++) {
        char c = text.ptr[at];
        if (c == SEPARATOR || (c == '\'' && values->in_message))
            return at;
        if (!is_between(c))
            continue;
        size_t next = at;
        while (next < text.len && is_between(text.ptr[next]))
            next++;
        if (!sentence || next == text.len || name_at(text, next) > 0 ||
            text.ptr[next] == ':' || text.ptr[next] == '(')
            return at;
        at = next - 1;
    }
    return at;
}

/* Take the value at the cursor; true when it stood in quotes. */
static bool take_value(
    struct audit_values *values, bool sentence, struct str *value)
{
    struct str text = values->rest;
    if (text.len > 0 && text.ptr[0] == '"') {
        size_t end = quoted_end(text);
        *value = str_sub(text, 1, end - 1);
        values->rest = str_from_index(text, end + 1);
        return true;
    }
    size_t end = plain_end(values, sentence);
    *value = str_sub(text, 0, end);
    values->rest = str_from_index(text, end);
    while (values->in_parens && value->len > 0 &&
           (value->ptr[value->len - 1] == ',' ||
               value->ptr[value->len - 1] == ')'))
        value->len--;
    return false;
}

/* `old auid=1 new auid=2`, as kernels before 3.13 wrote a login. */
static bool skip_word(struct audit_values *values)
{
    struct str *rest = &values->rest;
    size_t len = 0;
    while (len < rest->len && !is_between(rest->ptr[len]))
        len++;
    bool is_old = str_eq(str_sub(*rest, 0, len), STR("old"));
    *rest = str_from_index(*rest, len);
    return is_old;
}

/* Move to the next name; false at the end. */
static bool find_name(struct audit_values *values, bool *is_old)
{
    struct str *rest = &values->rest;
    *is_old = false;
    for (;;) {
        while (rest->len > 0 && is_between(rest->ptr[0]))
            *rest = str_from_index(*rest, 1);
        if (rest->len == 0)
            return false;
        if (rest->ptr[0] == '(' || rest->ptr[0] == '\'') {
            values->in_parens |= rest->ptr[0] == '(';
            *rest = str_from_index(*rest, 1);
        } else if (str_starts_with(*rest, STR("msg='"))) {
            values->in_message = true;
            *rest = str_from_index(*rest, strlen("msg='"));
        } else if (name_at(*rest, 0) > 0) {
            return true;
        } else {
            *is_old = skip_word(values);
        }
    }
}

static bool says_nothing(struct str value)
{
    return value.len == 0 || str_eq(value, STR("?")) ||
           str_eq(value, STR("(null)"));
}

/* a0, a12, a3[1] of EXECVE. */
static bool is_word(struct str name)
{
    return name.len > 1 && name.ptr[0] == 'a' && name.ptr[1] >= '0' &&
           name.ptr[1] <= '9' && !str_ends_with(name, STR("_len"));
}

bool audit_values_next(struct audit_values *values, struct audit_value *out)
{
    bool is_old;
    while (find_name(values, &is_old)) {
        size_t len = name_at(values->rest, 0);
        struct str name = str_sub(values->rest, 0, len);
        values->rest = str_from_index(values->rest, len + 1);
        const struct known_key *key = find_key(name);
        bool word = values->words && is_word(name);
        int writing = key == NULL ? PLAIN : key->writing;
        out->name = name;
        out->key = key == NULL || word ? AUDIT_KEY_TOTAL : key->key;
        bool quoted =
            take_value(values, (writing & SENTENCE) != 0, &out->value);
        if (says_nothing(out->value) && !(word && quoted))
            continue;
        if (!quoted && (word || (writing & ENCODED) != 0) && is_hex(out->value))
            out->value = decode(out->value, out->key, values->arena);
        if (is_old) {
            out->name = arena_printf(values->arena, "old-%.*s", STR_ARG(name));
            out->key = AUDIT_KEY_TOTAL;
        }
        return true;
    }
    return false;
}
