/* What an audit event means: what was done to what, and a sentence of it. */
#include <string.h>

#include "parsers/audit_inside.h"

static void add(struct audit_event *event, struct str text)
{
    buf_add_str(&event->text, text);
}

static void add_text(struct audit_event *event, const char *text)
{
    buf_add_cstr(&event->text, text);
}

/* --- the sentence --------------------------------------------------------- */

static void say_user(struct audit_event *event)
{
    struct str user = record_get(event->record, FIELD_USER);
    int64_t number;
    if (str_to_i64(user, &number))
        add_text(event, "uid ");
    add(event, user.len > 0 ? user : STR("somebody"));
}

static void say_process(struct audit_event *event, const char *before)
{
    struct str process = record_get(event->record, FIELD_PROCESS);
    if (process.len == 0)
        return;
    add_text(event, before);
    add(event, last_component(process));
}

static void say_target(struct audit_event *event)
{
    struct str target = record_get(event->record, FIELD_TARGET_USER);
    if (target.len == 0)
        return;
    add_text(event, " as ");
    add(event, target);
}

static void say_failure(struct audit_event *event)
{
    struct str error = audit_error_name(get(event, AUDIT_EXIT));
    bool is_said =
        event->type != NULL &&
        (event->type->refusal != NULL || event->type->role == AUDIT_ACCESS);
    if (!failed(event) || is_said)
        return;
    add_text(event, ", failed");
    if (error.len == 0)
        return;
    add_text(event, ": ");
    add(event, error);
}

static void finish_sentence(struct audit_event *event)
{
    say_failure(event);
    record_set(event->record, FIELD_MESSAGE, buf_str(&event->text));
}

/* --- commands and files --------------------------------------------------- */

static bool needs_quotes(struct str word)
{
    static const char plain[] = "_@%+=:,./-";
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || (unsigned char)c >= 0x80 ||
                        (c != '\0' && strchr(plain, c) != NULL);
        if (!is_plain)
            return true;
    }
    return word.len == 0;
}

/* As one would type it at a shell. */
static void add_quoted(struct buf *out, struct str word)
{
    if (!needs_quotes(word)) {
        buf_add_str(out, word);
        return;
    }
    buf_add_char(out, '\'');
    for (size_t i = 0; i < word.len; i++) {
        if (word.ptr[i] == '\'')
            buf_add_cstr(out, "'\\'");
        buf_add_char(out, word.ptr[i]);
    }
    buf_add_char(out, '\'');
}

static struct str command_of(struct audit_event *event)
{
    struct str words = buf_str(&event->word_text);
    if (event->word_count == 0) {
        struct str line = get(event, AUDIT_CMDLINE);
        return line.len > 0 ? line : get(event, AUDIT_PROCTITLE);
    }
    buf_clear(&event->text);
    for (size_t i = 0; i < event->word_count; i++) {
        if (i > 0)
            buf_add_char(&event->text, ' ');
        add_quoted(&event->text,
            str_sub(words, event->words[i].start, event->words[i].len));
    }
    struct str command = arena_copy(event->arena, buf_str(&event->text));
    buf_clear(&event->text);
    return command;
}

static void set_file(struct audit_event *event, struct str name)
{
    struct str folder = get(event, AUDIT_CWD);
    bool is_relative = name.len > 0 && name.ptr[0] != '/' &&
                       name.ptr[0] != '@' && folder.len > 0 &&
                       folder.ptr[0] == '/';
    if (is_relative && str_starts_with(name, STR("./")))
        name = str_from_index(name, 2);
    if (is_relative)
        name = arena_printf(event->arena, "%.*s%s%.*s", STR_ARG(folder),
            str_ends_with(folder, STR("/")) ? "" : "/", STR_ARG(name));
    record_set(event->record, FIELD_FILE, name);
}

/* --- system calls --------------------------------------------------------- */

static const struct audit_meaning *refine_open(
    const struct audit_event *event, const struct audit_meaning *meaning)
{
    static const struct audit_meaning made = {
        "open", AUDIT_CALL_FILE, -1, "file", "file_create", "made"};
    uint64_t flags = 0;
    if (str_eq(event->path_kind, STR("CREATE")))
        return &made;
    if (meaning->flags_argument < 0)
        return meaning;
    struct str text =
        get(event, (enum audit_key)(AUDIT_A0 + meaning->flags_argument));
    for (size_t i = 0; i < text.len && i < 16; i++) {
        char c = text.ptr[i];
        uint64_t digit =
            c <= '9' ? (uint64_t)(c - '0') : (uint64_t)((c | 0x20) - 'a' + 10);
        flags = flags << 4 | (digit & 15);
    }
    return audit_meaning_of_open(flags);
}

/* i386 has one call for all that sockets do (linux/net.h). */
static const struct audit_meaning *refine_socketcall(struct str number)
{
    static const struct {
        const char *number, *name;
    } calls[] = {{"1", "socket"}, {"2", "bind"}, {"3", "connect"},
        {"4", "listen"}, {"5", "accept"}, {"b", "sendto"}, {"c", "recvfrom"},
        {"10", "sendmsg"}, {"11", "recvmsg"}, {"12", "accept4"}};
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
        if (str_eq(str_from(calls[i].number), number))
            return audit_meaning_find(str_from(calls[i].name));
    return NULL;
}

static const struct audit_meaning *meaning_of(const struct audit_event *event)
{
    struct str call = get(event, AUDIT_SYSCALL_TEXT);
    if (str_eq(call, STR("socketcall")))
        return refine_socketcall(get(event, AUDIT_A0));
    const struct audit_meaning *meaning = audit_meaning_find(call);
    if (meaning != NULL && meaning->call == AUDIT_CALL_OPEN)
        return refine_open(event, meaning);
    return meaning;
}

static void say_call(
    struct audit_event *event, const struct audit_meaning *meaning)
{
    struct str call = get(event, AUDIT_SYSCALL_TEXT);
    say_user(event);
    add_text(event, " ");
    if (meaning != NULL) {
        add_text(event, meaning->verb);
        return;
    }
    add_text(event, "called ");
    add(event, call.len > 0 ? call : get(event, AUDIT_SYSCALL_NUMBER));
}

static void mean_exec(
    struct audit_event *event, const struct audit_meaning *meaning)
{
    struct str command = command_of(event);
    record_set(event->record, FIELD_COMMAND, command);
    set_file(event, event->path_name);
    say_call(event, meaning);
    add_text(event, ": ");
    if (command.len == 0)
        command = get(event, failed(event) ? AUDIT_COMM : AUDIT_EXE);
    add(event, command);
    say_target(event);
}

static void mean_file(
    struct audit_event *event, const struct audit_meaning *meaning)
{
    struct str name = event->path_name;
    set_file(event, name.len > 0 ? name : get(event, AUDIT_NAME));
    say_call(event, meaning);
    add_text(event, " ");
    add(event, record_has(event->record, FIELD_FILE)
                   ? record_get(event->record, FIELD_FILE)
                   : STR("a file"));
    say_target(event);
    say_process(event, " with ");
}

static void set_address(struct audit_event *event,
    const struct audit_address *address, enum audit_call call)
{
    bool theirs = call == AUDIT_CALL_INBOUND;
    struct record *record = event->record;
    record_set(record, theirs ? FIELD_SRC_IP : FIELD_DST_IP, address->address);
    record_set(record, theirs ? FIELD_SRC_PORT : FIELD_DST_PORT, address->port);
    if (call != AUDIT_CALL_LISTEN && address->address.len > 0)
        set_constant(event, FIELD_DIRECTION, theirs ? "inbound" : "outbound");
    set_file(event, address->path);
}

static void mean_network(
    struct audit_event *event, const struct audit_meaning *meaning)
{
    struct str arch = get(event, AUDIT_ARCH_TEXT);
    struct audit_address address;
    bool big_endian = str_eq(arch, STR("s390x")) || str_eq(arch, STR("ppc64"));
    audit_address_read(
        get(event, AUDIT_SADDR), big_endian, event->arena, &address);
    if (address.family.len > 0)
        record_add_extra(event->record, STR("saddr_family"), address.family);
    set_address(event, &address, meaning->call);
    say_call(event, meaning);
    add_text(event, " ");
    add(event, address.address.len > 0 ? address.address
               : address.path.len > 0  ? address.path
                                       : address.family);
    if (address.port.len > 0) {
        add_text(event, " port ");
        add(event, address.port);
    }
    say_target(event);
    say_process(event, " with ");
}

static void mean_call(struct audit_event *event)
{
    const struct audit_meaning *meaning = meaning_of(event);
    if (meaning != NULL) {
        set_constant(event, FIELD_CATEGORY, meaning->category);
        set_constant(event, FIELD_ACTION, meaning->action);
    }
    switch (meaning != NULL ? meaning->call : AUDIT_CALL_OTHER) {
    case AUDIT_CALL_EXEC:
        mean_exec(event, meaning);
        break;
    case AUDIT_CALL_OPEN:
    case AUDIT_CALL_FILE:
        mean_file(event, meaning);
        break;
    case AUDIT_CALL_OUTBOUND:
    case AUDIT_CALL_INBOUND:
    case AUDIT_CALL_LISTEN:
        mean_network(event, meaning);
        break;
    case AUDIT_CALL_OTHER:
        if (event->path_name.len > 0)
            set_file(event, event->path_name);
        say_call(event, meaning);
        say_target(event);
        say_process(event, " with ");
    }
}

/* --- messages of user space ----------------------------------------------- */

static const char *phrase_of(const struct audit_event *event)
{
    if (failed(event) && event->type->refusal != NULL)
        return event->type->refusal;
    return event->type->phrase != NULL ? event->type->phrase
                                       : event->type->name;
}

static void mean_account(struct audit_event *event)
{
    static const struct str login_methods[][2] = {
        {STR_INIT("pubkey_auth"), STR_INIT("publickey")},
        {STR_INIT("pubkey"), STR_INIT("publickey")},
        {STR_INIT("password"), STR_INIT("password")},
        {STR_INIT("challenge-response"), STR_INIT("keyboard-interactive")},
        {STR_INIT("gssapi"), STR_INIT("gssapi")},
        {STR_INIT("hostbased"), STR_INIT("hostbased")},
    };
    struct str op = get(event, AUDIT_OP);
    for (size_t i = 0; i < sizeof(login_methods) / sizeof(login_methods[0]);
         i++)
        if (str_eq(login_methods[i][0], op))
            record_set(event->record, FIELD_AUTH_METHOD, login_methods[i][1]);
    struct str from = record_get(event->record, FIELD_SRC_IP);
    if (from.len == 0)
        from = record_get(event->record, FIELD_SRC_HOST);
    say_user(event);
    add_text(event, " ");
    add_text(event, phrase_of(event));
    say_target(event);
    if (from.len > 0) {
        add_text(event, " from ");
        add(event, from);
    }
    say_process(event, " by ");
}

static void mean_management(struct audit_event *event)
{
    struct str target = record_get(event->record, FIELD_TARGET_USER);
    say_user(event);
    add_text(event, " ");
    add_text(event, phrase_of(event));
    if (target.len > 0) {
        add_text(event, " ");
        add(event, target);
    }
    say_process(event, " with ");
}

/* What was run, or typed. */
static void mean_command(struct audit_event *event, struct str command)
{
    record_set(event->record, FIELD_COMMAND, command);
    say_user(event);
    add_text(event, " ");
    add_text(event, phrase_of(event));
    say_process(event, " with ");
    add_text(event, ": ");
    add(event, command);
}

/* A service's manager says what it did to the unit. */
static void mean_other(struct audit_event *event)
{
    struct str unit = get(event, AUDIT_UNIT);
    struct str op = get(event, AUDIT_OP);
    if (event->type == NULL || event->type->phrase == NULL) {
        add(event, event->first.type);
        say_process(event, " by ");
        if (op.len > 0) {
            add_text(event, ": ");
            add(event, op);
        }
        return;
    }
    if (event->type->phrase[0] == ' ') {
        say_process(event, "");
        add_text(event, event->type->phrase);
        return;
    }
    if (event->type->category != NULL &&
        strcmp(event->type->category, "session") == 0) {
        say_user(event);
        add_text(event, " ");
    }
    add_text(event, event->type->phrase);
    if (unit.len > 0) {
        add_text(event, " ");
        add(event, unit);
    } else if (op.len > 0) {
        add_text(event, " (");
        add(event, op);
        add_text(event, ")");
    }
    say_process(event, " by ");
}

/* --- decisions of policies ------------------------------------------------ */

static void decide(struct audit_event *event, bool denied)
{
    set_constant(event, FIELD_ACTION, denied ? "deny" : "allow");
    set_constant(event, FIELD_OUTCOME, denied ? "failure" : "success");
}

static void mean_apparmor(struct audit_event *event)
{
    struct str verdict = get(event, AUDIT_APPARMOR);
    if (str_eq(verdict, STR("STATUS"))) {
        set_constant(event, FIELD_ACTION, "policy_change");
        set_constant(event, FIELD_OUTCOME, "success");
    } else {
        decide(event,
            str_eq(verdict, STR("DENIED")) || str_eq(verdict, STR("KILL")));
    }
    set_file(event, get(event, AUDIT_NAME));
    add_text(event, "AppArmor ");
    add(event, verdict);
    say_process(event, " ");
    add_text(event, " ");
    add(event, get(event, AUDIT_OPERATION));
    add_text(event, " ");
    add(event, get(event, AUDIT_NAME));
}

static void mean_selinux(struct audit_event *event)
{
    struct str name = get(event, AUDIT_PATH);
    if (name.len == 0)
        name = event->path_name;
    if (name.len == 0)
        name = get(event, AUDIT_NAME);
    bool denied = str_eq(event->verdict, STR("denied"));
    decide(event, denied && !str_eq(get(event, AUDIT_PERMISSIVE), STR("1")));
    set_file(event, name);
    add_text(event, "SELinux ");
    add(event, event->verdict);
    say_process(event, " ");
    add_text(event, " ");
    add(event, event->permissions);
    add_text(event, " on ");
    add(event, name);
}

static void mean_access(struct audit_event *event)
{
    if (get(event, AUDIT_APPARMOR).len > 0) {
        mean_apparmor(event);
    } else if (event->verdict.len > 0) {
        mean_selinux(event);
    } else { /* seccomp: signal 0 when it was only noted */
        decide(event, !str_eq(get(event, AUDIT_SIG), STR("0")));
        mean_other(event);
    }
}

/* --- all ------------------------------------------------------------------ */

/* What belongs to a system call that stands elsewhere: in other logs the
 * records of an event are apart. Only the call itself counts as done. */
static void mean_part(struct audit_event *event)
{
    struct str command = command_of(event);
    if (command.len == 0 && event->path_name.len == 0) {
        mean_other(event);
        return;
    }
    set_constant(event, FIELD_CATEGORY, command.len > 0 ? "process" : "file");
    record_set(event->record, FIELD_COMMAND, command);
    set_file(event, event->path_name);
    add_text(event, command.len > 0 ? "command: " : "path: ");
    add(event, command.len > 0 ? command : event->path_name);
}

/* A system call that stands beside another record, such as AVC, adds to it. */
static enum audit_role role_of(const struct audit_event *event)
{
    bool is_call = event->value[AUDIT_SYSCALL_NUMBER].len > 0;
    enum audit_role role = event->type != NULL ? event->type->role : AUDIT_PART;
    return is_call && (role == AUDIT_PART || role == AUDIT_LAST) ? AUDIT_SYSCALL
                                                                 : role;
}

void audit_event_mean(struct audit_event *event)
{
    enum audit_role role = role_of(event);
    if (event->type != NULL) {
        set_constant(event, FIELD_CATEGORY, event->type->category);
        set_constant(event, FIELD_ACTION, event->type->action);
    }
    audit_event_who(event, role);
    if (str_eq(record_get(event->record, FIELD_ACTION), STR("crash")))
        set_constant(event, FIELD_OUTCOME, "failure");
    switch (role) {
    case AUDIT_SYSCALL:
        mean_call(event);
        break;
    case AUDIT_ACCOUNT:
        mean_account(event);
        break;
    case AUDIT_MANAGEMENT:
        mean_management(event);
        break;
    case AUDIT_COMMAND:
        mean_command(event, get(event, AUDIT_CMD));
        break;
    case AUDIT_TYPED:
        mean_command(event, get(event, AUDIT_DATA));
        break;
    case AUDIT_ACCESS:
        mean_access(event);
        break;
    case AUDIT_PART:
    case AUDIT_LAST:
        mean_part(event);
        break;
    case AUDIT_OTHER:
        mean_other(event);
    }
    finish_sentence(event);
}
