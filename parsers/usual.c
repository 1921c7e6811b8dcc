#include "parsers/usual.h"

static const char *const times[] = {"@timestamp", "timestamp", "time", "ts",
    "eventTime", "event_time", "datetime", "date_time", "_time", "date",
    "TimeCreated", "TimeCreated.SystemTime", "System.TimeCreated.SystemTime",
    "Event.System.TimeCreated.#attributes.SystemTime", "SystemTime",
    "EventTime", "UtcTime", "CreationTime", "createdDateTime",
    "activityDateTime", "TimeGenerated", "published", "asctime", "time_iso8601",
    "time_local", "log_time", "logtime", "syslog_timestamp", "created_at",
    "created", "start_time", "startTime", "requestReceivedTimestamp",
    "receiveTimestamp", "_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP",
    "utc", "t", "Mtime", "CreateTime", "LastModified", "LastWriteTime"};

static const struct {
    const char *name;
    enum field field;
} fields[] = {
    {"msg", FIELD_MESSAGE},
    {"log", FIELD_MESSAGE},
    {"text", FIELD_MESSAGE},
    {"short_message", FIELD_MESSAGE},
    {"lvl", FIELD_LEVEL},
    {"log_level", FIELD_LEVEL},
    {"loglevel", FIELD_LEVEL},
    {"levelname", FIELD_LEVEL},
    {"severity_text", FIELD_LEVEL},
    {"hostname", FIELD_HOST},
    {"host_name", FIELD_HOST},
    {"computer", FIELD_HOST},
    {"username", FIELD_USER},
    {"user_name", FIELD_USER},
    {"source_ip", FIELD_SRC_IP},
    {"srcip", FIELD_SRC_IP},
    {"client_ip", FIELD_SRC_IP},
    {"clientip", FIELD_SRC_IP},
    {"remote_ip", FIELD_SRC_IP},
    {"remote_addr", FIELD_SRC_IP},
    {"sourceIPAddress", FIELD_SRC_IP},
    {"source_port", FIELD_SRC_PORT},
    {"srcport", FIELD_SRC_PORT},
    {"dest_ip", FIELD_DST_IP},
    {"dstip", FIELD_DST_IP},
    {"destination_ip", FIELD_DST_IP},
    {"dest_port", FIELD_DST_PORT},
    {"dstport", FIELD_DST_PORT},
    {"destination_port", FIELD_DST_PORT},
    {"protocol", FIELD_PROTO},
    {"useragent", FIELD_USER_AGENT},
    {"cmdline", FIELD_COMMAND},
    {"command_line", FIELD_COMMAND},
    {"CommandLine", FIELD_COMMAND},
    {"OSPath", FIELD_FILE},
    {"FullPath", FIELD_FILE},
};

int usual_time_rank(struct str name)
{
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        if (str_eq_nocase(name, str_from(times[i])))
            return (int)i;
    return -1;
}

enum field usual_field(struct str name)
{
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (str_eq_nocase(name, str_from(fields[i].name)))
            return fields[i].field;
    return FIELD_NONE;
}
