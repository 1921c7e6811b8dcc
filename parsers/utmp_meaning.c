#include "parsers/utmp_meaning.h"

#include <inttypes.h>

/* OpenSSH's line for a login that failed before there was a terminal. */
#define NO_TERMINAL STR("ssh:notty")

/* --- purpose -------------------------------------------------------------- */

static struct str file_name(struct str path)
{
    ptrdiff_t slash = str_find_last_char(path, '/');
    return str_from_index(path, (size_t)(slash + 1));
}

bool utmp_is_named(struct str path)
{
    static const char *const names[] = {"utmp", "wtmp", "btmp", "utx."};
    struct str name = file_name(path);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (str_find(name, str_from(names[i])) >= 0)
            return true;
    return false;
}

struct str utmp_channel(struct str path)
{
    static const char *const channels[] = {
        "utx.lastlogin", "utx.active", "utx.log", "btmp", "wtmp", "utmp"};
    struct str name = file_name(path);
    for (size_t i = 0; i < sizeof(channels) / sizeof(channels[0]); i++)
        if (str_find(name, str_from(channels[i])) >= 0)
            return str_from(channels[i]);
    return (struct str){0};
}

/* Failures are written as LOGIN_PROCESS with the name that was tried; getty
 * waits under the name LOGIN. */
static bool is_refused(const struct utmp_entry *entry)
{
    return entry->type == UTMP_LOGIN &&
           (str_eq(entry->line, NO_TERMINAL) ||
               (!str_eq(entry->user, STR("LOGIN")) && entry->user.len > 0));
}

/* A file of failures knows neither starts nor ends of anything. */
static bool holds_failures(struct utmp_walk *walk)
{
    struct utmp_span span;
    enum utmp_span_kind kind;
    size_t refused = 0;
    while ((kind = utmp_walk_next(walk, &span)) != UTMP_SPAN_END) {
        if (kind != UTMP_SPAN_RECORD)
            continue;
        if (is_refused(&span.entry))
            refused++;
        else if (span.entry.type != UTMP_USER)
            return false;
    }
    return refused > 0;
}

enum utmp_purpose utmp_purpose_find(struct str path, struct utmp_walk *walk)
{
    struct str name = file_name(path);
    if (str_find(name, STR("btmp")) >= 0)
        return UTMP_FAILURES;
    if (str_find(name, STR("utx.lastlogin")) >= 0)
        return UTMP_LAST_LOGINS;
    if (utmp_is_named(name))
        return UTMP_LOGINS;
    return holds_failures(walk) ? UTMP_FAILURES_CONTENT : UTMP_LOGINS;
}

/* --- values --------------------------------------------------------------- */

static void add_extra(struct record *record, const char *name, struct str value)
{
    if (value.len > 0)
        record_add_extra(record, str_from(name), value);
}

static struct str number_text(struct arena *arena, int64_t number)
{
    return arena_printf(arena, "%" PRId64, number);
}

static void set_address(
    const struct ip *ip, struct arena *arena, struct record *record)
{
    char text[IP_TEXT_MAX];
    size_t len = ip_format(ip, text);
    record_set(record, FIELD_SRC_IP, arena_copy(arena, str_make(text, len)));
}

/* ":0" and "unix:1.0" are displays, "tmux(811).%0" and "mosh [811]" programs
 * of this very machine. */
static bool is_local_place(struct str host)
{
    return host.ptr[0] == ':' || str_starts_with(host, STR("unix:")) ||
           str_starts_with(host, STR("tmux(")) ||
           str_starts_with(host, STR("mosh ["));
}

void utmp_set_host(struct str host, struct arena *arena, struct record *record)
{
    struct ip ip;
    if (host.len == 0)
        return;
    struct str rest = host;
    struct str first = str_cut(&rest, ':');
    bool is_address = ip_parse(host, &ip) || ip_parse(first, &ip);
    if (is_address && !record_has(record, FIELD_SRC_IP))
        set_address(&ip, arena, record);
    else if (!is_address && !is_local_place(host))
        record_set(record, FIELD_SRC_HOST, host);
    if (!str_eq(host, record_get(record, FIELD_SRC_IP)) &&
        !str_eq(host, record_get(record, FIELD_SRC_HOST)))
        record_add_extra(record, STR("ut_host"), host);
}

/* Where somebody came from, for the sentence. */
static struct str origin_text(
    const struct utmp_entry *entry, const struct record *record)
{
    struct str from = record_get(record, FIELD_SRC_IP);
    if (from.len == 0)
        from = record_get(record, FIELD_SRC_HOST);
    return from.len > 0 ? from : entry->host;
}

/* " on pts/0 from 192.0.2.7", what there is of it. */
static struct str place_text(const struct utmp_entry *entry,
    const struct record *record, struct arena *arena)
{
    struct str from = origin_text(entry, record);
    return arena_printf(arena, "%s%.*s%s%.*s",
        entry->line.len > 0 ? " on " : "", STR_ARG(entry->line),
        from.len > 0 ? " from " : "", STR_ARG(from));
}

static void set_message(struct record *record, struct str message)
{
    record_set(record, FIELD_MESSAGE, message);
}

static void set_what(struct record *record, struct str category,
    struct str action, struct str outcome)
{
    record_set(record, FIELD_CATEGORY, category);
    record_set(record, FIELD_ACTION, action);
    record_set(record, FIELD_OUTCOME, outcome);
}

/* --- meanings ------------------------------------------------------------- */

struct describe {
    const struct utmp_entry *entry;
    enum utmp_purpose purpose;
    struct arena *arena;
    struct record *record;
};

static struct str who(const struct describe *d)
{
    return d->entry->user.len > 0 ? d->entry->user : STR("somebody");
}

static void describe_failure(const struct describe *d)
{
    set_what(d->record, STR("authentication"), STR("login"), STR("failure"));
    record_set(d->record, FIELD_USER, d->entry->user);
    struct str place = place_text(d->entry, d->record, d->arena);
    bool guessed = d->purpose == UTMP_FAILURES_CONTENT;
    set_message(d->record,
        arena_printf(d->arena, "failed login of %.*s%.*s%s", STR_ARG(who(d)),
            STR_ARG(place), guessed ? " (its content says btmp)" : ""));
}

static void describe_login(const struct describe *d)
{
    bool is_last = d->purpose == UTMP_LAST_LOGINS;
    set_what(d->record, STR("authentication"), STR("login"), STR("success"));
    record_set(d->record, FIELD_USER, d->entry->user);
    struct str place = place_text(d->entry, d->record, d->arena);
    set_message(d->record,
        arena_printf(d->arena, "%s%.*s logged in%.*s",
            is_last ? "last login: " : "", STR_ARG(who(d)), STR_ARG(place)));
}

static void describe_logout(const struct describe *d)
{
    const struct utmp_entry *entry = d->entry;
    record_set(d->record, FIELD_USER, entry->user);
    struct str place = place_text(entry, d->record, d->arena);
    if (entry->line.len == 0) { /* init's children without a terminal */
        set_what(d->record, STR("process"), STR("exit"), (struct str){0});
        set_message(d->record,
            arena_printf(d->arena, "process %" PRId64 " (id %.*s) ended",
                entry->pid, STR_ARG(entry->id)));
        return;
    }
    set_what(d->record, STR("authentication"), STR("logout"), STR("success"));
    set_message(d->record,
        entry->user.len > 0
            ? arena_printf(d->arena, "%.*s logged out%.*s",
                  STR_ARG(entry->user), STR_ARG(place))
            : arena_printf(d->arena, "logged out%.*s", STR_ARG(place)));
}

/* getty, waiting; under any other name somebody whose password is asked for. */
static void describe_waiting(const struct describe *d)
{
    const struct utmp_entry *entry = d->entry;
    if (str_eq(entry->line, NO_TERMINAL)) {
        describe_failure(d);
        return;
    }
    record_set(d->record, FIELD_CATEGORY, STR("process"));
    record_set(d->record, FIELD_USER, entry->user);
    set_message(d->record,
        arena_printf(d->arena, "%.*s waits for a login", STR_ARG(entry->line)));
}

static void describe_init(const struct describe *d)
{
    record_set(d->record, FIELD_CATEGORY, STR("process"));
    set_message(d->record,
        arena_printf(d->arena, "init started process %" PRId64 " (id %.*s)%.*s",
            d->entry->pid, STR_ARG(d->entry->id),
            STR_ARG(place_text(d->entry, d->record, d->arena))));
}

static void set_kernel(const struct describe *d)
{
    add_extra(d->record, "kernel", d->entry->host);
}

static void describe_boot(const struct describe *d)
{
    set_what(d->record, STR("host"), STR("boot"), (struct str){0});
    set_kernel(d);
    set_message(d->record,
        arena_printf(d->arena, "system boot%s%.*s",
            d->entry->host.len > 0 ? " " : "", STR_ARG(d->entry->host)));
}

static void describe_shutdown(const struct describe *d)
{
    set_what(d->record, STR("host"), STR("shutdown"), (struct str){0});
    set_kernel(d);
    set_message(d->record, STR("system shutdown"));
}

/* ut_pid of RUN_LVL: the level, and 256 times the one before, as characters. */
static char level_of(int64_t pid)
{
    char level = (char)(pid & 0x7F);
    return level > ' ' ? level : 'N';
}

static void describe_run_level(const struct describe *d)
{
    char now = level_of(d->entry->pid), before = level_of(d->entry->pid >> 8);
    struct str level = arena_printf(d->arena, "%c", now);
    if (str_eq(d->entry->user, STR("shutdown")) || now == '0' || now == '6') {
        describe_shutdown(d);
    } else {
        record_set(d->record, FIELD_CATEGORY, STR("host"));
        set_kernel(d);
        set_message(d->record,
            arena_printf(d->arena, "run level %c, before %c", now, before));
    }
    add_extra(d->record, "run_level", level);
    add_extra(
        d->record, "run_level_before", arena_printf(d->arena, "%c", before));
}

static void describe_clock(const struct describe *d)
{
    set_what(d->record, STR("host"), STR("time_change"), (struct str){0});
    set_message(d->record, d->entry->type == UTMP_NEW_TIME
                               ? STR("the clock was set to this time")
                               : STR("the clock was set back or forward from "
                                     "this time"));
}

static void describe_other(const struct describe *d)
{
    d->record->understood = UNDERSTOOD_GENERIC;
    record_set(d->record, FIELD_USER, d->entry->user);
    set_message(d->record,
        arena_printf(d->arena, "%s%.*s", utmp_type_name(d->entry->type),
            STR_ARG(place_text(d->entry, d->record, d->arena))));
}

static void (*const describers[UTMP_TYPE_COUNT])(const struct describe *) = {
    [UTMP_EMPTY] = describe_other,
    [UTMP_RUN_LEVEL] = describe_run_level,
    [UTMP_BOOT] = describe_boot,
    [UTMP_NEW_TIME] = describe_clock,
    [UTMP_OLD_TIME] = describe_clock,
    [UTMP_INIT] = describe_init,
    [UTMP_LOGIN] = describe_waiting,
    [UTMP_USER] = describe_login,
    [UTMP_DEAD] = describe_logout,
    [UTMP_ACCOUNTING] = describe_other,
    [UTMP_SIGNATURE] = describe_other,
    [UTMP_SHUTDOWN] = describe_shutdown,
};

static bool is_failure(const struct describe *d)
{
    bool tried = d->entry->type == UTMP_LOGIN || d->entry->type == UTMP_USER;
    return tried &&
           (d->purpose == UTMP_FAILURES || d->purpose == UTMP_FAILURES_CONTENT);
}

/* The host of these is a kernel's version, no place. */
static bool has_origin(enum utmp_type type)
{
    return type != UTMP_RUN_LEVEL && type != UTMP_BOOT && type != UTMP_SHUTDOWN;
}

static void add_own_values(const struct describe *d)
{
    const struct utmp_entry *entry = d->entry;
    struct record *record = d->record;
    add_extra(record, "type", str_from(utmp_type_name(entry->type)));
    add_extra(record, "line", entry->line);
    add_extra(record, "id", entry->id);
    if (!record_has(record, FIELD_USER))
        add_extra(record, "ut_user", entry->user);
    if (entry->session != 0)
        record_set(
            record, FIELD_SESSION, number_text(d->arena, entry->session));
    if (entry->has_exit) {
        add_extra(
            record, "termination", number_text(d->arena, entry->termination));
        add_extra(record, "exit", number_text(d->arena, entry->exit));
    }
    if (entry->is_short)
        add_extra(record, "cut", STR("the file ends inside the record"));
    if (d->purpose == UTMP_FAILURES_CONTENT)
        add_extra(record, "btmp", STR("by content"));
}

void utmp_describe(const struct utmp_entry *entry, enum utmp_purpose purpose,
    struct arena *arena, struct record *record)
{
    const struct describe d = {entry, purpose, arena, record};
    record->understood = UNDERSTOOD_PARSED;
    if (entry->address.family != 0)
        set_address(&entry->address, arena, record);
    if (has_origin(entry->type))
        utmp_set_host(entry->host, arena, record);
    if (entry->pid > 0 && entry->type != UTMP_RUN_LEVEL)
        record_set(record, FIELD_PID, number_text(arena, entry->pid));
    if (is_failure(&d))
        describe_failure(&d);
    else
        describers[entry->type](&d);
    add_own_values(&d);
}
