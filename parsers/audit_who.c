/* Who did it, from where, and whether it came off.
 *
 * The login uid (auid) stays what it was at login, whatever su and sudo make of
 * the process: it says who did it. Whose rights were used is `target_user`. A
 * user known by number only is that number (the case may know its name: see
 * src/store/identity.h), but 0, which is root. */
#include "parsers/audit_inside.h"

/* --- users ---------------------------------------------------------------- */

/* An id that was never set is -1, written in one of these ways. */
static bool is_unset(struct str id)
{
    return id.len == 0 || str_eq(id, STR("4294967295")) ||
           str_eq(id, STR("-1")) || str_eq(id, STR("unset"));
}

/* By the name that an enriched log adds, or else by number. */
static struct str user_of(
    const struct audit_event *event, enum audit_key text, enum audit_key number)
{
    struct str name = get(event, text), id = get(event, number);
    if (!is_unset(name) && !str_starts_with(name, STR("unknown(")))
        return name;
    if (is_unset(id))
        return (struct str){0};
    return str_eq(id, STR("0")) ? STR("root") : id;
}

static struct str login_user(const struct audit_event *event)
{
    struct str name = user_of(event, AUDIT_AUID_TEXT, AUDIT_AUID);
    struct str other = get(event, AUDIT_AUDIT_USER);
    return is_unset(other) ? name : other;
}

static struct str process_user(const struct audit_event *event)
{
    struct str name = get(event, AUDIT_USER); /* auoms */
    if (is_unset(name) || get(event, AUDIT_SYSCALL_TEXT).len == 0)
        name = user_of(event, AUDIT_UID_TEXT, AUDIT_UID);
    return name;
}

static struct str effective_user(const struct audit_event *event)
{
    struct str name = get(event, AUDIT_EFFECTIVE_USER);
    if (is_unset(name))
        name = user_of(event, AUDIT_EUID_TEXT, AUDIT_EUID);
    return name.len > 0 ? name : process_user(event);
}

static struct str account(const struct audit_event *event)
{
    struct str name = get(event, AUDIT_ACCT);
    if (name.len == 0 || name.ptr[0] == '(') /* "(invalid user)" */
        name = user_of(event, AUDIT_ID_TEXT, AUDIT_ID);
    return name.len > 0 ? name : get(event, AUDIT_GROUP);
}

/* Programs that somebody who is logged in runs to become another. */
static bool changes_user(const struct audit_event *event)
{
    static const struct str programs[] = {STR_INIT("sudo"), STR_INIT("su"),
        STR_INIT("sudoedit"), STR_INIT("pkexec"), STR_INIT("doas"),
        STR_INIT("runuser")};
    struct str name = last_component(get(event, AUDIT_EXE));
    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
        if (str_eq(programs[i], name))
            return true;
    return false;
}

static void set_users(struct audit_event *event, enum audit_role role)
{
    struct str login = login_user(event), about = account(event);
    struct str actor = login.len > 0 ? login : process_user(event);
    struct str target = {0};
    if (role == AUDIT_ACCOUNT && !changes_user(event))
        actor = about.len > 0 ? about : actor;
    else if (role == AUDIT_ACCOUNT || role == AUDIT_MANAGEMENT)
        target = about;
    else if (login.len > 0 && role != AUDIT_OTHER)
        target = effective_user(event);
    record_set(event->record, FIELD_USER, actor);
    if (!str_eq(target, actor) || role == AUDIT_MANAGEMENT)
        record_set(event->record, FIELD_TARGET_USER, target);
}

/* --- outcome -------------------------------------------------------------- */

static bool is_one_of(struct str value, const struct str *words)
{
    for (; words->ptr != NULL; words++)
        if (str_eq_nocase(*words, value))
            return true;
    return false;
}

static void set_outcome(struct audit_event *event)
{
    static const struct str good[] = {STR_INIT("yes"), STR_INIT("success"),
        STR_INIT("1"), STR_INIT("granted"), {0}};
    static const struct str bad[] = {STR_INIT("no"), STR_INIT("failed"),
        STR_INIT("failure"), STR_INIT("fail"), STR_INIT("0"), {0}};
    struct str value = get(event, AUDIT_SUCCESS);
    if (value.len == 0)
        value = get(event, AUDIT_RES);
    if (value.len == 0)
        value = get(event, AUDIT_RESULT);
    if (str_eq(get(event, AUDIT_EXIT), STR("-115")))
        set_constant(event, FIELD_OUTCOME, "unknown"); /* EINPROGRESS */
    else if (is_one_of(value, good))
        set_constant(event, FIELD_OUTCOME, "success");
    else if (is_one_of(value, bad))
        set_constant(event, FIELD_OUTCOME, "failure");
}

/* --- the rest ----------------------------------------------------------- */

static void set_hosts(struct audit_event *event)
{
    struct record *record = event->record;
    struct str address = get(event, AUDIT_ADDR);
    struct str host = get(event, AUDIT_HOSTNAME);
    struct ip ip;
    if (address.len > 0)
        record_set(record,
            ip_parse(address, &ip) ? FIELD_SRC_IP : FIELD_SRC_HOST, address);
    if (address.len > 0 && host.len > 0 && !ip_parse(host, &ip))
        record_set(record, FIELD_SRC_HOST, host);
    record_set(record, FIELD_SRC_PORT, get(event, AUDIT_RPORT));
    record_set(record, FIELD_DST_IP, get(event, AUDIT_LADDR));
    record_set(record, FIELD_DST_PORT, get(event, AUDIT_LPORT));
}

static void set_process(struct audit_event *event)
{
    struct record *record = event->record;
    struct str exe = get(event, AUDIT_EXE);
    record_set(
        record, FIELD_PROCESS, exe.len > 0 ? exe : get(event, AUDIT_COMM));
    record_set(record, FIELD_PID, get(event, AUDIT_PID));
    record_set(record, FIELD_PARENT, get(event, AUDIT_PPID));
    if (!is_unset(get(event, AUDIT_SES)))
        record_set(record, FIELD_SESSION, get(event, AUDIT_SES));
}

void audit_event_who(struct audit_event *event, enum audit_role role)
{
    set_process(event);
    set_users(event, role);
    set_hosts(event);
    set_outcome(event);
}
