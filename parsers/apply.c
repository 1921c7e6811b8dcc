/* From the groups of a pattern that matched to the fields of a record. */
#include <string.h>

#include "parsers/condition.h"
#include "parsers/matcher.h"
#include "src/base/ip.h"
#include "src/base/limit.h"

enum { EPOCH_DIGITS_MAX = 20 };

/* RFC 5424 6.2.1; the second half has the usual names. */
static const char *const facilities[] = {"kern", "user", "mail", "daemon",
    "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp",
    "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4",
    "local5", "local6", "local7"};

static void set_priority(struct str value, struct record *record)
{
    static const char digits[] = "01234567";
    uint64_t priority;
    if (!str_to_u64(value, &priority) || priority > 191)
        return;
    record_set(record, FIELD_SEVERITY, str_make(digits + priority % 8, 1));
    record_add_extra(
        record, STR("facility"), str_from(facilities[priority / 8]));
}

static void set_count(struct str value, struct record *record)
{
    uint64_t count;
    if (str_to_u64(value, &count) && count >= 1 && count <= UINT32_MAX)
        record->count = (uint32_t)count;
}

/* The unit of an epoch follows from its magnitude: until 2286, seconds have at
 * most ten digits. */
static bool read_epoch(struct str text, struct civil *out)
{
    struct str whole = text;
    ptrdiff_t dot = str_find_char(text, '.');
    if (dot > 0)
        whole = str_sub(text, 0, (size_t)dot);
    uint64_t number;
    if (whole.len < 9 || whole.len > EPOCH_DIGITS_MAX ||
        !str_to_u64(whole, &number))
        return false;
    enum stamp_precision precision = whole.len <= 11   ? STAMP_PRECISION_S
                                     : whole.len <= 14 ? STAMP_PRECISION_MS
                                     : whole.len <= 17 ? STAMP_PRECISION_US
                                                       : STAMP_PRECISION_NS;
    static const uint64_t unit[] = {[STAMP_PRECISION_S] = 1000000000,
        [STAMP_PRECISION_MS] = 1000000,
        [STAMP_PRECISION_US] = 1000,
        [STAMP_PRECISION_NS] = 1};
    if (number > (uint64_t)INT64_MAX / unit[precision])
        return false;
    int64_t stamp = (int64_t)(number * unit[precision]);

    if (dot > 0 && precision == STAMP_PRECISION_S) {
        int64_t digit = STAMP_SECOND / 10, fraction = 0;
        size_t count = 0;
        for (size_t i = (size_t)dot + 1; i < text.len; i++, count++) {
            if (text.ptr[i] < '0' || text.ptr[i] > '9')
                return false;
            fraction += digit * (text.ptr[i] - '0');
            digit /= 10;
        }
        if (stamp > INT64_MAX - fraction)
            return false;
        stamp += fraction;
        precision = count == 0   ? STAMP_PRECISION_S
                    : count <= 3 ? STAMP_PRECISION_MS
                    : count <= 6 ? STAMP_PRECISION_US
                                 : STAMP_PRECISION_NS;
    }
    civil_from_stamp(stamp, 0, out);
    out->has_offset = true;
    out->has_date = true;
    out->precision = precision;
    return true;
}

/* The first of the format's own that reads all of it, or at least its start:
 * "Mar  4 02:11:09 2026" is not done with at the seconds. */
static bool read_own(
    const struct format *format, struct str text, struct civil *out)
{
    bool found = false;
    for (size_t i = 0; format != NULL && i < format->time_count; i++) {
        struct civil civil;
        size_t used = timefmt_read(format->times[i], text, &civil);
        if (used == 0 || (found && used < text.len))
            continue;
        *out = civil;
        found = true;
        if (used == text.len)
            break;
    }
    return found;
}

bool matcher_read_civil(
    const struct format *format, struct str text, struct civil *out)
{
    size_t start;
    if (read_own(format, text, out))
        return true;
    text = str_trim(text);
    return timefmt_find(text, 0, &start, out) > 0 || read_epoch(text, out);
}

static void remember(struct stamp_memo *memo, const struct reading *reading,
    const struct format *format, struct str text, const struct civil *civil,
    uint64_t offset, const struct record *record)
{
    memo->len = 0;
    if (text.len == 0 || text.len > STAMP_MEMO_MAX)
        return;
    memcpy(memo->text, text.ptr, text.len);
    memo->len = text.len;
    memo->format = format;
    memo->yearless = civil->year == CIVIL_NO_YEAR;
    memo->year = memo->yearless ? reading_year(reading, offset) : 0;
    memo->time = record->time;
    memo->quality = record->time_quality;
    memo->precision = record->precision;
}

static bool recall(const struct stamp_memo *memo, const struct reading *reading,
    const struct format *format, struct str text, uint64_t offset,
    struct record *record)
{
    if (text.len == 0 || memo->len != text.len || memo->format != format ||
        memcmp(memo->text, text.ptr, text.len) != 0)
        return false;
    if (memo->yearless && memo->year != reading_year(reading, offset))
        return false;
    record->time = memo->time;
    record->time_quality = memo->quality;
    record->precision = memo->precision;
    return true;
}

bool matcher_time(struct matcher *matcher, const struct format *format,
    struct str text, struct record *record)
{
    struct civil civil;
    struct reading own = *matcher->reading;
    if (text.len == 0)
        return false;
    if (recall(&matcher->memo, &own, format, text, matcher->offset, record))
        return true;
    if (!matcher_read_civil(format, text, &civil))
        return false;
    if (format != NULL && format->zone != NULL && !own.zone_decided) {
        own.zone = format->zone;
        own.zone_decided = true;
    }
    reading_set_time(&own, matcher->offset, &civil, record);
    remember(
        &matcher->memo, &own, format, text, &civil, matcher->offset, record);
    return true;
}

/* The outermost stamp that can be read counts; one of a format with stamps of
 * its `own` counts where it is known better (the header has no year). */
bool matcher_take_time(struct matcher *matcher, const struct format *format,
    struct str text, struct record *record)
{
    int64_t time = record->time;
    enum time_quality quality = record->time_quality;
    enum stamp_precision precision = record->precision;
    bool own = format != NULL && format->own_time;
    if (text.len == 0 ||
        (time != STAMP_NONE && (!own || matcher->timed_by == format)))
        return false;
    if (!matcher_time(matcher, format, text, record))
        return false;
    if (time == STAMP_NONE ||
        (record->time != STAMP_NONE && record->time_quality < quality)) {
        matcher->timed_by = format;
        return true;
    }
    record->time = time;
    record->time_quality = quality;
    record->precision = precision;
    return false;
}

static void set_end(struct matcher *matcher, const struct format *format,
    struct str text, struct record *record)
{
    struct civil civil;
    struct record end = {.time = STAMP_NONE};
    if (!matcher_read_civil(format, text, &civil))
        return;
    reading_set_time(matcher->reading, matcher->offset, &civil, &end);
    record->time_end = end.time;
}

/* "192.0.2.7:443", "[2001:db8::7]:443", also without the port. */
static bool split_port(struct str *address, struct str *port)
{
    ptrdiff_t colon = str_find_last_char(*address, ':');
    struct str before = str_sub(*address, 0, colon > 0 ? (size_t)colon : 0);
    struct ip ip;
    uint64_t number;
    *port = str_from_index(*address, before.len + 1);
    if (!ip_parse(before, &ip) || (ip.family != 4 && before.ptr[0] != '[') ||
        !str_to_u64(*port, &number) || number > UINT16_MAX)
        return false;
    if (before.ptr[0] == '[')
        before = str_sub(before, 1, before.len - 2);
    *address = before;
    return true;
}

/* An IPv4 address written as one of IPv6. */
static struct str unmapped(struct str address)
{
    const struct str mapped = STR("::ffff:");
    bool is_mapped = address.len > mapped.len && address.ptr[0] == ':' &&
                     str_eq_nocase(str_sub(address, 0, mapped.len), mapped) &&
                     str_find_char(address, '.') > 0;
    return is_mapped ? str_from_index(address, mapped.len) : address;
}

/* Logs write a name where others write an address ("from host.example.com"). */
static void set_address(
    struct record *record, enum field field, struct str value)
{
    bool is_source = field == FIELD_SRC_IP;
    struct str port;
    value = unmapped(value);
    if (record_set_ip(record, field, value) ||
        str_eq_nocase(value, STR("[local]"))) /* PostgreSQL: this machine */
        return;
    if (split_port(&value, &port)) {
        record_set(record, is_source ? FIELD_SRC_PORT : FIELD_DST_PORT, port);
        value = unmapped(value);
        if (record_set_ip(record, field, value))
            return;
    }
    record_set(record, is_source ? FIELD_SRC_HOST : FIELD_DST_HOST, value);
}

static void set_field(struct record *record, enum field field, struct str value)
{
    if (field == FIELD_SRC_IP || field == FIELD_DST_IP)
        set_address(record, field, value);
    else
        record_set(record, field, value);
}

void matcher_set(struct matcher *matcher, const struct format *format,
    const struct target *target, struct str value, struct record *record)
{
    switch (target->kind) {
    case TARGET_FIELD:
        set_field(record, target->field, value);
        return;
    case TARGET_EXTRA:
        if (value.len > 0 && !(value.len == 1 && value.ptr[0] == '-'))
            record_add_extra(record, target->name, value);
        return;
    case TARGET_TIME:
        matcher_take_time(matcher, format, value, record);
        return;
    case TARGET_TIME_END:
        set_end(matcher, format, value, record);
        return;
    case TARGET_COUNT:
        set_count(value, record);
        return;
    case TARGET_PRI:
        set_priority(value, record);
        return;
    case TARGET_SCRATCH:
        if (matcher->scratch_count < SCRATCH_MAX)
            matcher->scratch[matcher->scratch_count++] =
                (struct extra){target->name, value};
        return;
    case TARGET_NONE:
        return;
    }
}

struct str matcher_value(const struct matcher *matcher,
    const struct target *target, const struct record *record)
{
    struct str value = {0};
    if (target->kind == TARGET_FIELD)
        return record_get(record, target->field);
    if (target->kind == TARGET_SCRATCH) {
        for (size_t i = 0; i < matcher->scratch_count; i++)
            if (str_eq(matcher->scratch[i].name, target->name))
                return matcher->scratch[i].value;
        return value;
    }
    if (target->kind == TARGET_EXTRA)
        record_find_extra(record, target->name, &value);
    return value;
}

static struct str fill_template(struct matcher *matcher,
    const struct setting *setting, const struct record *record)
{
    const struct template *parts = setting->parts;
    if (setting->part_count == 1 && parts[0].name.kind == TARGET_NONE)
        return parts[0].before;
    if (setting->part_count == 1 && parts[0].before.len == 0)
        return matcher_value(matcher, &parts[0].name, record);

    size_t len = 0;
    for (size_t i = 0; i < setting->part_count; i++)
        len += parts[i].before.len +
               matcher_value(matcher, &parts[i].name, record).len;
    char *text = arena_alloc(&matcher->arena, len + 1);
    size_t at = 0;
    for (size_t i = 0; i < setting->part_count; i++) {
        struct str value = matcher_value(matcher, &parts[i].name, record);
        memcpy(text + at, parts[i].before.ptr, parts[i].before.len);
        at += parts[i].before.len;
        if (value.len > 0)
            memcpy(text + at, value.ptr, value.len);
        at += value.len;
    }
    return str_make(text, at);
}

void matcher_settings(struct matcher *matcher, const struct format *format,
    const struct settings *settings, struct record *record)
{
    for (size_t i = 0; i < settings->count; i++) {
        const struct setting *setting = &settings->items[i];
        struct str value = fill_template(matcher, setting, record);
        if (setting->to.kind == TARGET_FIELD)
            set_field(record, setting->to.field, value);
        else
            matcher_set(matcher, format, &setting->to, value, record);
    }
}

void matcher_accounts(const struct format *format, struct record *record)
{
    struct str user = record_get(record, FIELD_USER);
    ptrdiff_t at = format->accounts ? str_find_last_char(user, '\\') : -1;
    if (at < 0 || record_has(record, FIELD_USER_DOMAIN))
        return;
    record_set(record, FIELD_USER_DOMAIN, str_sub(user, 0, (size_t)at));
    record_set(record, FIELD_USER, str_from_index(user, (size_t)at + 1));
}

static bool same_letter(struct str a, size_t i, struct str b, size_t k)
{
    return i < a.len && str_eq_nocase(str_sub(a, i, 1), str_sub(b, k, 1));
}

/* A '*' stands for any text. What follows the last one met is tried again one
 * byte further on until it fits. */
bool name_fits(struct str choice, struct str value)
{
    size_t at = 0, i = 0, after_star = 0, retry = 0;
    if (str_find_char(choice, '*') < 0)
        return str_eq_nocase(choice, value);
    while (i < value.len) {
        if (at < choice.len && choice.ptr[at] == '*') {
            after_star = ++at;
            retry = i;
        } else if (same_letter(choice, at, value, i)) {
            at++;
            i++;
        } else if (after_star > 0) {
            at = after_star;
            i = ++retry;
        } else {
            return false;
        }
    }
    while (at < choice.len && choice.ptr[at] == '*')
        at++;
    return at == choice.len;
}

void matcher_mappings(struct matcher *matcher, const struct format *format,
    const struct mapping *maps, size_t count, struct record *record)
{
    for (size_t i = 0; i < count; i++) {
        struct str value = matcher_value(matcher, &maps[i].from, record);
        if (value.len == 0)
            continue;
        for (size_t k = 0; k < maps[i].choice_count; k++) {
            const struct choice *choice = &maps[i].choices[k];
            if (name_fits(choice->from, value)) {
                matcher_settings(matcher, format, &choice->set, record);
                break;
            }
        }
    }
}

static void apply_groups(struct matcher *matcher, const struct pattern *pattern,
    struct str text, struct record *record)
{
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(matcher->room.data);
    for (size_t i = 0; i < pattern->group_count; i++) {
        const struct group *group = &pattern->groups[i];
        size_t from = at[2 * (size_t)group->number];
        size_t to = at[2 * (size_t)group->number + 1];
        if (from == PCRE2_UNSET || to <= from || to > text.len)
            continue;
        struct str value = {text.ptr + from, to - from};
        if (group->target.kind == TARGET_FIELD &&
            group->target.field != FIELD_SRC_IP &&
            group->target.field != FIELD_DST_IP)
            record_set(record, group->target.field, value);
        else
            matcher_set(
                matcher, pattern->format, &group->target, value, record);
    }
}

void matcher_cuts(
    struct matcher *matcher, const struct format *format, struct record *record)
{
    if (format->base != NULL)
        matcher_cuts(matcher, format->base, record);
    for (size_t i = 0; i < format->cut_count; i++) {
        const struct pattern *cut = &format->cuts[i];
        struct str text = str_sub(
            matcher_value(matcher, &cut->from, record), 0, LIMIT_PATTERN_TEXT);
        if (text.len > 0 && regex_match(&cut->regex, &matcher->room, text))
            apply_groups(matcher, cut, text, record);
    }
}

static void apply_decodes(struct matcher *matcher,
    const struct pattern *pattern, struct record *record)
{
    for (size_t i = 0; i < pattern->decode_count; i++) {
        const struct decode *decode = &pattern->decodes[i];
        struct str value = matcher_value(matcher, &decode->what, record);
        record_set(record, decode->what.field,
            decode_text(decode->decoding, value, &matcher->arena));
    }
}

/* Nothing in the log says who it was: a guess, and marked as one. */
static void guess_user(const struct matcher *matcher,
    const struct format *format, struct record *record)
{
    if (!format->user_from_path || matcher->owner.len == 0 ||
        record_has(record, FIELD_USER))
        return;
    record_set(record, FIELD_USER, matcher->owner);
    record_add_extra(record, STR("user_from"), STR("path"));
}

void matcher_apply(struct matcher *matcher, const struct pattern *pattern,
    struct str text, struct record *record)
{
    const struct format *format = pattern->format;
    enum understood level =
        pattern->generic ? UNDERSTOOD_GENERIC : UNDERSTOOD_PARSED;
    if (level < record->understood)
        record->understood = level;
    record->format = format->name;
    matcher->scratch_count = 0;
    apply_groups(matcher, pattern, text, record);
    apply_decodes(matcher, pattern, record);
    /* splits come before the maps that may look at what they found */
    matcher_splits(
        matcher, format, pattern->splits, pattern->split_count, record);
    matcher_cuts(matcher, format, record);
    matcher_accounts(format, record);
    matcher_settings(matcher, format, &format->set, record);
    matcher_settings(matcher, format, &pattern->set, record);
    matcher_mappings(matcher, format, format->maps, format->map_count, record);
    matcher_mappings(
        matcher, format, pattern->maps, pattern->map_count, record);
    matcher_accounts(format, record); /* what a map called the user */
    guess_user(matcher, format, record);
    if (format->repeats) {
        record->aggregates = true;
        record->repeat_ignores |= format->repeat_ignores;
    }
}
