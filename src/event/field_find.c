#include "src/event/field.h"

struct field_name {
    struct str text;
    enum field field;
};

/* Names by length, equal lengths together: a name is compared only with the few
 * of its own length, most of which its last byte rules out. `starts` holds the
 * first row of each length and, after the longest, the number of rows. */
struct field_names {
    const struct field_name *rows;
    const uint8_t *starts;
    size_t longest;
};

static const struct field_name short_rows[] = {
    {STR_INIT("id"), FIELD_ID},
    {STR_INIT("key"), FIELD_KEY},
    {STR_INIT("pid"), FIELD_PID},
    {STR_INIT("raw"), FIELD_RAW},
    {STR_INIT("tag"), FIELD_TAG},
    {STR_INIT("url"), FIELD_URL},
    {STR_INIT("code"), FIELD_CODE},
    {STR_INIT("file"), FIELD_FILE},
    {STR_INIT("host"), FIELD_HOST},
    {STR_INIT("line"), FIELD_LINE},
    {STR_INIT("note"), FIELD_NOTE},
    {STR_INIT("rule"), FIELD_RULE},
    {STR_INIT("time"), FIELD_TIME},
    {STR_INIT("user"), FIELD_USER},
    {STR_INIT("alert"), FIELD_ALERT},
    {STR_INIT("count"), FIELD_COUNT_OF},
    {STR_INIT("level"), FIELD_LEVEL},
    {STR_INIT("proto"), FIELD_PROTO},
    {STR_INIT("action"), FIELD_ACTION},
    {STR_INIT("domain"), FIELD_DOMAIN},
    {STR_INIT("dst_ip"), FIELD_DST_IP},
    {STR_INIT("format"), FIELD_FORMAT},
    {STR_INIT("method"), FIELD_METHOD},
    {STR_INIT("parent"), FIELD_PARENT},
    {STR_INIT("record"), FIELD_RECORD},
    {STR_INIT("source"), FIELD_SOURCE},
    {STR_INIT("src_ip"), FIELD_SRC_IP},
    {STR_INIT("status"), FIELD_STATUS},
    {STR_INIT("EventID"), FIELD_CODE},
    {STR_INIT("channel"), FIELD_CHANNEL},
    {STR_INIT("command"), FIELD_COMMAND},
    {STR_INIT("mail_to"), FIELD_MAIL_TO},
    {STR_INIT("message"), FIELD_MESSAGE},
    {STR_INIT("outcome"), FIELD_OUTCOME},
    {STR_INIT("process"), FIELD_PROCESS},
    {STR_INIT("session"), FIELD_SESSION},
    {STR_INIT("src_asn"), FIELD_SRC_ASN},
    {STR_INIT("subject"), FIELD_SUBJECT},
    {STR_INIT("bytes_in"), FIELD_BYTES_IN},
    {STR_INIT("category"), FIELD_CATEGORY},
    {STR_INIT("dst_host"), FIELD_DST_HOST},
    {STR_INIT("dst_port"), FIELD_DST_PORT},
    {STR_INIT("event_id"), FIELD_CODE},
    {STR_INIT("provider"), FIELD_PROVIDER},
    {STR_INIT("referrer"), FIELD_REFERRER},
    {STR_INIT("severity"), FIELD_SEVERITY},
    {STR_INIT("src_city"), FIELD_SRC_CITY},
    {STR_INIT("src_host"), FIELD_SRC_HOST},
    {STR_INIT("src_port"), FIELD_SRC_PORT},
    {STR_INIT("src_site"), FIELD_SRC_SITE},
    {STR_INIT("time_end"), FIELD_TIME_END},
    {STR_INIT("bytes_out"), FIELD_BYTES_OUT},
    {STR_INIT("direction"), FIELD_DIRECTION},
    {STR_INIT("file_hash"), FIELD_FILE_HASH},
    {STR_INIT("mail_from"), FIELD_MAIL_FROM},
    {STR_INIT("logon_type"), FIELD_LOGON_TYPE},
    {STR_INIT("user_agent"), FIELD_USER_AGENT},
    {STR_INIT("auth_method"), FIELD_AUTH_METHOD},
    {STR_INIT("src_country"), FIELD_SRC_COUNTRY},
    {STR_INIT("target_user"), FIELD_TARGET_USER},
    {STR_INIT("user_domain"), FIELD_USER_DOMAIN},
    {STR_INIT("time_quality"), FIELD_TIME_QUALITY},
    {STR_INIT("target_domain"), FIELD_TARGET_DOMAIN},
    {STR_INIT("collected_host"), FIELD_COLLECTED_HOST},
};
static const uint8_t short_starts[] = {
    0, 0, 0, 1, 6, 14, 18, 28, 38, 51, 55, 57, 61, 62, 63, 64};

static const struct field_name ecs_rows[] = {
    {STR_INIT("tags"), FIELD_TAG},
    {STR_INIT("message"), FIELD_MESSAGE},
    {STR_INIT("url.full"), FIELD_URL},
    {STR_INIT("client.ip"), FIELD_SRC_IP},
    {STR_INIT("event.end"), FIELD_TIME_END},
    {STR_INIT("file.path"), FIELD_FILE},
    {STR_INIT("host.name"), FIELD_HOST},
    {STR_INIT("log.level"), FIELD_LEVEL},
    {STR_INIT("rule.name"), FIELD_RULE},
    {STR_INIT("server.ip"), FIELD_DST_IP},
    {STR_INIT("source.ip"), FIELD_SRC_IP},
    {STR_INIT("user.name"), FIELD_USER},
    {STR_INIT("@timestamp"), FIELD_TIME},
    {STR_INIT("event.code"), FIELD_CODE},
    {STR_INIT("session.id"), FIELD_SESSION},
    {STR_INIT("url.domain"), FIELD_DOMAIN},
    {STR_INIT("client.port"), FIELD_SRC_PORT},
    {STR_INIT("process.pid"), FIELD_PID},
    {STR_INIT("server.port"), FIELD_DST_PORT},
    {STR_INIT("source.port"), FIELD_SRC_PORT},
    {STR_INIT("user.domain"), FIELD_USER_DOMAIN},
    {STR_INIT("event.action"), FIELD_ACTION},
    {STR_INIT("process.name"), FIELD_PROCESS},
    {STR_INIT("source.bytes"), FIELD_BYTES_IN},
    {STR_INIT("url.original"), FIELD_URL},
    {STR_INIT("client.domain"), FIELD_SRC_HOST},
    {STR_INIT("email.subject"), FIELD_SUBJECT},
    {STR_INIT("event.dataset"), FIELD_FORMAT},
    {STR_INIT("event.outcome"), FIELD_OUTCOME},
    {STR_INIT("file.hash.md5"), FIELD_FILE_HASH},
    {STR_INIT("host.hostname"), FIELD_HOST},
    {STR_INIT("log.file.path"), FIELD_SOURCE},
    {STR_INIT("server.domain"), FIELD_DST_HOST},
    {STR_INIT("source.domain"), FIELD_SRC_HOST},
    {STR_INIT("destination.ip"), FIELD_DST_IP},
    {STR_INIT("event.category"), FIELD_CATEGORY},
    {STR_INIT("event.original"), FIELD_RAW},
    {STR_INIT("event.provider"), FIELD_PROVIDER},
    {STR_INIT("event.sequence"), FIELD_LINE},
    {STR_INIT("file.hash.sha1"), FIELD_FILE_HASH},
    {STR_INIT("winlog.channel"), FIELD_CHANNEL},
    {STR_INIT("source.geo.name"), FIELD_SRC_SITE},
    {STR_INIT("winlog.event_id"), FIELD_CODE},
    {STR_INIT("winlog.logon.id"), FIELD_SESSION},
    {STR_INIT("destination.port"), FIELD_DST_PORT},
    {STR_INIT("email.to.address"), FIELD_MAIL_TO},
    {STR_INIT("file.hash.sha256"), FIELD_FILE_HASH},
    {STR_INIT("source.as.number"), FIELD_SRC_ASN},
    {STR_INIT("user.target.name"), FIELD_TARGET_USER},
    {STR_INIT("winlog.record_id"), FIELD_RECORD},
    {STR_INIT("destination.bytes"), FIELD_BYTES_OUT},
    {STR_INIT("dns.question.name"), FIELD_DOMAIN},
    {STR_INIT("network.direction"), FIELD_DIRECTION},
    {STR_INIT("network.transport"), FIELD_PROTO},
    {STR_INIT("destination.domain"), FIELD_DST_HOST},
    {STR_INIT("email.from.address"), FIELD_MAIL_FROM},
    {STR_INIT("http.request.bytes"), FIELD_BYTES_IN},
    {STR_INIT("labels.auth_method"), FIELD_AUTH_METHOD},
    {STR_INIT("process.executable"), FIELD_PROCESS},
    {STR_INIT("user.target.domain"), FIELD_TARGET_DOMAIN},
    {STR_INIT("http.request.method"), FIELD_METHOD},
    {STR_INIT("http.response.bytes"), FIELD_BYTES_OUT},
    {STR_INIT("process.parent.name"), FIELD_PARENT},
    {STR_INIT("user.effective.name"), FIELD_TARGET_USER},
    {STR_INIT("user_agent.original"), FIELD_USER_AGENT},
    {STR_INIT("email.sender.address"), FIELD_MAIL_FROM},
    {STR_INIT("process.command_line"), FIELD_COMMAND},
    {STR_INIT("source.geo.city_name"), FIELD_SRC_CITY},
    {STR_INIT("winlog.provider_name"), FIELD_PROVIDER},
    {STR_INIT("http.request.referrer"), FIELD_REFERRER},
    {STR_INIT("user.effective.domain"), FIELD_TARGET_DOMAIN},
    {STR_INIT("http.response.body.bytes"), FIELD_BYTES_OUT},
    {STR_INIT("log.syslog.severity.code"), FIELD_SEVERITY},
    {STR_INIT("log.syslog.severity.name"), FIELD_LEVEL},
    {STR_INIT("http.response.status_code"), FIELD_STATUS},
    {STR_INIT("process.parent.executable"), FIELD_PARENT},
    {STR_INIT("source.geo.country_iso_code"), FIELD_SRC_COUNTRY},
    {STR_INIT("winlog.event_data.LogonType"), FIELD_LOGON_TYPE},
};
static const uint8_t ecs_starts[] = {0, 0, 0, 0, 0, 1, 1, 1, 2, 3, 12, 16, 21,
    25, 34, 41, 44, 50, 54, 60, 65, 69, 71, 71, 71, 74, 76, 76, 78};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct field_names short_names = {
    .rows = short_rows,
    .starts = short_starts,
    .longest = COUNT_OF(short_starts) - 2,
};

static const struct field_names ecs_names = {
    .rows = ecs_rows,
    .starts = ecs_starts,
    .longest = COUNT_OF(ecs_starts) - 2,
};

static enum field find_name(const struct field_names *names, struct str name)
{
    if (name.len == 0 || name.len > names->longest)
        return FIELD_NONE;
    char last = name.ptr[name.len - 1];
    size_t end = names->starts[name.len + 1];
    for (size_t i = names->starts[name.len]; i < end; i++) {
        const struct field_name *row = &names->rows[i];
        if (row->text.ptr[name.len - 1] == last && str_eq(row->text, name))
            return row->field;
    }
    return FIELD_NONE;
}

enum field field_find(struct str name)
{
    return find_name(&short_names, name);
}

enum field field_find_ecs(struct str name)
{
    return find_name(&ecs_names, name);
}

/* Near is one wrong letter in three: "usr" is user, "banana" is nothing. */
const char *field_nearest(struct str name, size_t *least)
{
    const char *nearest = NULL;
    size_t unasked;
    if (least == NULL)
        least = &unasked;
    *least = (name.len + 2) / 3 + 1;
    for (size_t i = 0; i < FIELD_TOTAL; i++) {
        const char *candidate = field_table[i].name;
        size_t distance = str_distance(name, str_from(candidate));
        if (distance < *least) {
            *least = distance;
            nearest = candidate;
        }
    }
    return nearest;
}
