#include "src/event/vocabulary.h"

#include <stddef.h>

const struct word vocabulary_actions[] = {
    {"account_change", "an account's properties, groups or state were changed"},
    {"account_create", "an account was made"},
    {"account_delete", "an account was removed"},
    {"account_disable", "an account was disabled"},
    {"account_enable", "an account was enabled"},
    {"account_lock", "an account was locked, often after failed logins"},
    {"account_unlock", "a locked account was freed"},
    {"allow", "a filter or policy let something pass"},
    {"assign", "an address, role or licence was given out"},
    {"backup", "a backup was made"},
    {"block", "an address or account was shut out from now on"},
    {"boot", "a system started"},
    {"certificate_issue", "a certificate was issued"},
    {"certificate_revoke", "a certificate was revoked"},
    {"config_change", "a setting was changed"},
    {"connect", "a network connection was made or tried"},
    {"crash", "a program or system ended by a fault"},
    {"debug", "a debugger or tracer was attached"},
    {"delegate", "rights to act for another were given"},
    {"deny", "a filter or policy refused something"},
    {"detect", "a detector (antivirus, intrusion detection) raised an alarm"},
    {"device_attach", "a device was plugged in"},
    {"device_detach", "a device was taken out"},
    {"disconnect", "a network connection ended"},
    {"download", "data was fetched from elsewhere"},
    {"driver_load", "a driver or kernel module was loaded"},
    {"error", "something failed"},
    {"exec", "a program was started"},
    {"exit", "a program ended"},
    {"file_change", "a file's owner, mode, name or times were changed"},
    {"file_create", "a file was made"},
    {"file_delete", "a file was removed"},
    {"file_read", "a file was opened or read"},
    {"file_rename", "a file was moved or renamed"},
    {"file_write", "a file's content was written"},
    {"firewall_change", "a packet filter's rules were changed"},
    {"group_add", "an account became member of a group"},
    {"group_change", "a group's properties were changed"},
    {"group_create", "a group was made"},
    {"group_delete", "a group was removed"},
    {"group_remove", "an account was taken out of a group"},
    {"impersonate", "somebody acted as another without logging in"},
    {"inject", "code was put into another process"},
    {"kerberos_request", "a Kerberos ticket was asked for"},
    {"key_create", "a key or other secret was made"},
    {"key_delete", "a key or other secret was removed"},
    {"key_use", "a key or other secret was read or used"},
    {"kill", "a process was ended by another"},
    {"lease", "an address was leased (DHCP)"},
    {"lease_end", "a leased address was given back, or its time ran out"},
    {"listen", "a program began to accept connections"},
    {"lock", "a session's screen was locked"},
    {"log_change", "what is logged was changed"},
    {"log_clear", "a log was emptied"},
    {"log_start", "logging began"},
    {"log_stop", "logging ended"},
    {"login", "an account logged in, or tried to"},
    {"logout", "an account logged out"},
    {"mail_delete", "a message was deleted"},
    {"mail_forward", "mail was set to be passed on, or was"},
    {"mail_queue", "a message was put in a queue or moved in it"},
    {"mail_read", "a mailbox or message was read"},
    {"mail_receive", "a message came in"},
    {"mail_reject", "a message was refused or bounced"},
    {"mail_rule", "a mailbox rule was made or changed"},
    {"mail_send", "a message was sent or delivered"},
    {"mfa_challenge", "a second factor was asked for"},
    {"mfa_change", "a second factor was added, changed or removed"},
    {"module_load", "a library or module was loaded"},
    {"mount", "a file system was mounted"},
    {"package_install", "software was installed"},
    {"package_remove", "software was removed"},
    {"package_update", "software was updated"},
    {"password_change", "an account's owner changed its password"},
    {"password_reset", "a password was set by somebody else"},
    {"permission_change", "who may do what was changed"},
    {"pipe_connect", "a named pipe was opened"},
    {"pipe_create", "a named pipe was made"},
    {"policy_change", "a security or audit policy was changed"},
    {"privilege", "somebody rose to another identity (sudo, su)"},
    {"privilege_use", "a special right was used or assigned"},
    {"process_access", "a process was opened by another"},
    {"quarantine", "a file or message was set apart"},
    {"query", "a name, record or row was asked for"},
    {"registry_delete", "a registry key or value was removed"},
    {"registry_read", "a registry key or value was read"},
    {"registry_write", "a registry key or value was set"},
    {"request", "something was asked of a service"},
    {"response", "a service answered"},
    {"restore", "something was brought back from a backup"},
    {"scan", "a system was probed, or a scan ran"},
    {"service_change", "a service's settings were changed"},
    {"service_install", "a service was installed"},
    {"service_remove", "a service was removed"},
    {"service_start", "a service started"},
    {"service_stop", "a service stopped"},
    {"session_close", "a session ended"},
    {"session_open", "a session began"},
    {"session_reconnect", "a session was taken up again"},
    {"share_access", "a shared folder or file on it was used"},
    {"share_change", "a share was made, changed or removed"},
    {"shutdown", "a system stopped or restarts"},
    {"snapshot_create", "a disk or volume snapshot was made"},
    {"snapshot_delete", "a disk or volume snapshot was removed"},
    {"task_change", "a scheduled task was changed"},
    {"task_create", "a scheduled task was made"},
    {"task_delete", "a scheduled task was removed"},
    {"task_run", "a scheduled task ran"},
    {"time_change", "a system's clock was set"},
    {"token_issue", "a token or ticket was given out"},
    {"token_revoke", "a token or ticket was taken back"},
    {"unblock", "a block was lifted"},
    {"unlock", "a locked session was resumed"},
    {"unmount", "a file system was taken off"},
    {"upload", "data was sent elsewhere"},
    {"wmi_subscribe", "a WMI filter, consumer or binding was made"},
    {0},
};

/* The values of ECS event.category. */
const struct word vocabulary_categories[] = {
    {"api", "calls of a programming or management interface"},
    {"authentication", "proving who one is: logins and their failures"},
    {"configuration", "settings made, changed or removed"},
    {"database", "stores of data and questions to them"},
    {"driver", "operating system drivers"},
    {"email", "messages, attachments and mailboxes"},
    {"file", "files made, read, changed or removed"},
    {"host", "machines: start, stop, hardware, inventory"},
    {"iam", "accounts, groups and their rights"},
    {"intrusion_detection", "alarms of network and host detectors"},
    {"library", "libraries loaded into processes"},
    {"malware", "alarms of antivirus programs"},
    {"network", "connections, packets, addresses and names"},
    {"package", "software installed, updated or removed"},
    {"process", "programs started, ended or touched by others"},
    {"registry", "the Windows registry"},
    {"session", "sessions opened and closed"},
    {"threat", "matches with threat intelligence"},
    {"vulnerability", "results of vulnerability scans"},
    {"web", "web requests and their answers"},
    {0},
};

const struct word vocabulary_outcomes[] = {
    {"failure", "it was refused or did not work"},
    {"success", "it was done"},
    {"unknown", "the log does not say"},
    {0},
};

/* By severity, RFC 5424 6.2.1. */
const struct word vocabulary_levels[] = {
    {"emergency", "0: the system is unusable"},
    {"alert", "1: action must be taken at once"},
    {"critical", "2: critical conditions"},
    {"error", "3: error conditions"},
    {"warning", "4: warning conditions"},
    {"notice", "5: normal but significant"},
    {"informational", "6: for information"},
    {"debug", "7: for those who debug"},
    {0},
};

enum { LEVEL_COUNT = 8 };

/* The words are sorted. */
bool vocabulary_has(const struct word *words, struct str name)
{
    char first = name.len > 0 ? name.ptr[0] : '\0';
    for (; words->name != NULL && words->name[0] <= first; words++)
        if (words->name[0] == first && str_eq(str_from(words->name), name))
            return true;
    return false;
}

struct level {
    struct str name;
    int severity;
};

/* What programs write, compared without case. Single letters are those of
 * Android, glog and the like. */
static const struct level levels[] = {
    {STR_INIT("info"), 6},
    {STR_INIT("error"), 3},
    {STR_INIT("warning"), 4},
    {STR_INIT("warn"), 4},
    {STR_INIT("notice"), 5},
    {STR_INIT("debug"), 7},
    {STR_INIT("err"), 3},
    {STR_INIT("crit"), 2},
    {STR_INIT("critical"), 2},
    {STR_INIT("informational"), 6},
    {STR_INIT("information"), 6},
    {STR_INIT("alert"), 1},
    {STR_INIT("emerg"), 0},
    {STR_INIT("emergency"), 0},
    {STR_INIT("panic"), 0},
    {STR_INIT("fatal"), 2},
    {STR_INIT("severe"), 3},
    {STR_INIT("trace"), 7},
    {STR_INIT("verbose"), 7},
    {STR_INIT("fine"), 7},
    {STR_INIT("finer"), 7},
    {STR_INIT("finest"), 7},
    {STR_INIT("config"), 6},
    {STR_INIT("warnings"), 4},
    {STR_INIT("dbg"), 7},
    {STR_INIT("wrn"), 4},
    {STR_INIT("inf"), 6},
    {STR_INIT("ftl"), 2},
    {STR_INIT("trc"), 7},
    {STR_INIT("default"), 5},
    {STR_INIT("fault"), 2},
    {STR_INIT("log"), 6},
    {STR_INIT("e"), 3},
    {STR_INIT("w"), 4},
    {STR_INIT("i"), 6},
    {STR_INIT("n"), 5},
    {STR_INIT("d"), 7},
    {STR_INIT("f"), 2},
    {STR_INIT("c"), 2},
    {STR_INIT("t"), 7},
    {STR_INIT("v"), 7},
    {STR_INIT("a"), 1},
};

int severity_from_level(struct str level)
{
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
        if (str_eq_nocase(levels[i].name, level))
            return levels[i].severity;
    return -1;
}

const char *severity_level(int severity)
{
    if (severity < 0 || severity >= LEVEL_COUNT)
        return NULL;
    return vocabulary_levels[severity].name;
}
