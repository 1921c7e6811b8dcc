#include "src/event/field.h"

/* ECS and Sigma names stand in order of preference. A Sigma name may mean a
 * part of the value (cs-uri-query of url). */
const struct field_info field_table[FIELD_TOTAL] = {
    [FIELD_ID] =
        {
            .name = "id",
            .type = FIELD_TYPE_NUMBER,
            .place = FIELD_IN_ROW,
            .title = "id",
            .help = "number of the event in this case",
        },
    [FIELD_KEY] =
        {
            .name = "key",
            .place = FIELD_IN_SOURCE,
            .title = "key",
            .help = "stable name of the event: content hash and place in it",
        },
    [FIELD_RECORD] =
        {
            .name = "record",
            .type = FIELD_TYPE_NUMBER,
            .place = FIELD_IN_RECORD,
            .title = "record",
            .help = "the log's own record number (EventRecordID, audit serial)",
            .ecs = "winlog.record_id",
            .sigma = "EventRecordID",
            .parsed = true,
        },
    [FIELD_TIME] =
        {
            .name = "time",
            .type = FIELD_TYPE_TIME,
            .place = FIELD_IN_ROW,
            .title = "time",
            .help = "when it happened",
            .ecs = "@timestamp",
            .parsed = true,
        },
    [FIELD_TIME_END] =
        {
            .name = "time_end",
            .type = FIELD_TYPE_TIME,
            .place = FIELD_IN_ROW,
            .title = "until",
            .help = "when the last of several happened, or a span ended",
            .ecs = "event.end",
            .parsed = true,
        },
    [FIELD_COUNT_OF] =
        {
            .name = "count",
            .type = FIELD_TYPE_NUMBER,
            .place = FIELD_IN_ROW,
            .title = "count",
            .help = "how many events this row stands for",
            .parsed = true,
        },
    [FIELD_TIME_QUALITY] =
        {
            .name = "time_quality",
            .place = FIELD_IN_KIND,
            .title = "time is",
            .help = "how the time is known: exact, zone assumed, year inferred",
        },
    [FIELD_SOURCE] =
        {
            .name = "source",
            .place = FIELD_IN_SOURCE,
            .title = "source",
            .help = "path of the evidence the event came from",
            .ecs = "log.file.path",
        },
    [FIELD_LINE] =
        {
            .name = "line",
            .type = FIELD_TYPE_NUMBER,
            .place = FIELD_IN_SOURCE,
            .title = "line",
            .help = "number of the record in its source",
            .ecs = "event.sequence",
        },
    [FIELD_FORMAT] =
        {
            .name = "format",
            .place = FIELD_IN_KIND,
            .title = "format",
            .help = "the format that read the record",
            .ecs = "event.dataset",
        },
    [FIELD_HOST] =
        {
            .name = "host",
            .place = FIELD_IN_ENTITY,
            .title = "host",
            .help = "the machine the event is about",
            .ecs = "host.name host.hostname",
            .sigma = "Computer ComputerName Hostname s-computername",
            .parsed = true,
        },
    [FIELD_COLLECTED_HOST] =
        {
            .name = "collected_host",
            .place = FIELD_IN_SOURCE,
            .title = "taken from",
            .help = "the machine the evidence was taken from",
        },
    [FIELD_CATEGORY] =
        {
            .name = "category",
            .place = FIELD_IN_KIND,
            .title = "category",
            .help = "kind of activity, in ECS words",
            .ecs = "event.category",
            .parsed = true,
        },
    [FIELD_ACTION] =
        {
            .name = "action",
            .place = FIELD_IN_KIND,
            .title = "action",
            .help = "what was done: login, exec, deny ...",
            .ecs = "event.action",
            .parsed = true,
        },
    [FIELD_OUTCOME] =
        {
            .name = "outcome",
            .place = FIELD_IN_KIND,
            .title = "outcome",
            .help = "success, failure or unknown",
            .ecs = "event.outcome",
            .parsed = true,
        },
    [FIELD_SEVERITY] =
        {
            .name = "severity",
            .type = FIELD_TYPE_NUMBER,
            .place = FIELD_IN_KIND,
            .title = "severity",
            .help = "0 (emergency) to 7 (debug), as in syslog",
            .ecs = "log.syslog.severity.code",
            .parsed = true,
        },
    [FIELD_LEVEL] =
        {
            .name = "level",
            .place = FIELD_IN_KIND,
            .title = "level",
            .help = "the severity's name, emergency to debug",
            .ecs = "log.level log.syslog.severity.name",
            .sigma = "Level",
            .parsed = true,
        },
    [FIELD_CODE] =
        {
            .name = "code",
            .place = FIELD_IN_KIND,
            .title = "code",
            .help = "the log's number or name for this kind of event",
            .ecs = "event.code winlog.event_id",
            .sigma = "EventID",
            .parsed = true,
        },
    [FIELD_PROVIDER] =
        {
            .name = "provider",
            .place = FIELD_IN_KIND,
            .title = "provider",
            .help = "the component that wrote the event",
            .ecs = "event.provider winlog.provider_name",
            .sigma = "Provider_Name",
            .parsed = true,
        },
    [FIELD_CHANNEL] =
        {
            .name = "channel",
            .place = FIELD_IN_KIND,
            .title = "channel",
            .help = "the log it was written to, such as Security",
            .ecs = "winlog.channel",
            .sigma = "Channel",
            .parsed = true,
        },
    [FIELD_USER] =
        {
            .name = "user",
            .place = FIELD_IN_ENTITY,
            .title = "user",
            .help = "who did it, or tried to",
            .ecs = "user.name",
            .sigma = "User SubjectUserName cs-username username",
            .parsed = true,
        },
    [FIELD_USER_DOMAIN] =
        {
            .name = "user_domain",
            .place = FIELD_IN_RECORD,
            .title = "domain",
            .help = "domain or realm of the user",
            .ecs = "user.domain",
            .sigma = "SubjectDomainName",
            .parsed = true,
        },
    [FIELD_TARGET_USER] =
        {
            .name = "target_user",
            .place = FIELD_IN_ENTITY,
            .title = "target",
            .help = "the account it was done to, or risen to",
            .ecs = "user.target.name user.effective.name",
            .sigma = "TargetUserName",
            .parsed = true,
        },
    [FIELD_TARGET_DOMAIN] =
        {
            .name = "target_domain",
            .place = FIELD_IN_RECORD,
            .title = "target dom.",
            .help = "domain or realm of the target account",
            .ecs = "user.target.domain user.effective.domain",
            .sigma = "TargetDomainName",
            .parsed = true,
        },
    [FIELD_AUTH_METHOD] =
        {
            .name = "auth_method",
            .place = FIELD_IN_RECORD,
            .title = "method",
            .help = "how the user proved who they are: password, publickey ...",
            .ecs = "labels.auth_method",
            .sigma = "AuthenticationPackageName",
            .parsed = true,
        },
    [FIELD_LOGON_TYPE] =
        {
            .name = "logon_type",
            .place = FIELD_IN_RECORD,
            .title = "logon type",
            .help =
                "Windows logon type: 2 console, 3 network, 10 remote desktop",
            .ecs = "winlog.event_data.LogonType",
            .sigma = "LogonType",
            .parsed = true,
        },
    [FIELD_SESSION] =
        {
            .name = "session",
            .place = FIELD_IN_RECORD,
            .title = "session",
            .help = "identifier of the login session",
            .ecs = "session.id winlog.logon.id",
            .sigma = "LogonId SubjectLogonId TargetLogonId",
            .parsed = true,
        },
    [FIELD_SRC_IP] =
        {
            .name = "src_ip",
            .type = FIELD_TYPE_IP,
            .place = FIELD_IN_ROW,
            .title = "from",
            .help = "address it came from",
            .ecs = "source.ip client.ip",
            .sigma = "SourceIp SourceAddress IpAddress src_ip c-ip",
            .parsed = true,
        },
    [FIELD_SRC_PORT] =
        {
            .name = "src_port",
            .type = FIELD_TYPE_NUMBER,
            .place = FIELD_IN_ROW,
            .title = "src port",
            .help = "port it came from",
            .ecs = "source.port client.port",
            .sigma = "SourcePort IpPort src_port c-port",
            .parsed = true,
        },
    [FIELD_SRC_HOST] =
        {
            .name = "src_host",
            .place = FIELD_IN_RECORD,
            .title = "from host",
            .help = "name of the machine it came from",
            .ecs = "source.domain client.domain",
            .sigma = "SourceHostname WorkstationName",
            .parsed = true,
        },
    [FIELD_DST_IP] =
        {
            .name = "dst_ip",
            .type = FIELD_TYPE_IP,
            .place = FIELD_IN_ROW,
            .title = "to",
            .help = "address it went to",
            .ecs = "destination.ip server.ip",
            .sigma = "DestinationIp DestAddress dst_ip s-ip",
            .parsed = true,
        },
    [FIELD_DST_PORT] =
        {
            .name = "dst_port",
            .type = FIELD_TYPE_NUMBER,
            .place = FIELD_IN_ROW,
            .title = "dst port",
            .help = "port it went to",
            .ecs = "destination.port server.port",
            .sigma = "DestinationPort DestPort dst_port s-port",
            .parsed = true,
        },
    [FIELD_DST_HOST] =
        {
            .name = "dst_host",
            .place = FIELD_IN_RECORD,
            .title = "to host",
            .help = "name of the machine it went to",
            .ecs = "destination.domain server.domain",
            .sigma = "DestinationHostname",
            .parsed = true,
        },
    [FIELD_PROTO] =
        {
            .name = "proto",
            .place = FIELD_IN_RECORD,
            .title = "proto",
            .help = "transport protocol: tcp, udp, icmp ...",
            .ecs = "network.transport",
            .sigma = "Protocol",
            .parsed = true,
        },
    [FIELD_DIRECTION] =
        {
            .name = "direction",
            .place = FIELD_IN_RECORD,
            .title = "direction",
            .help = "inbound, outbound, as the log says",
            .ecs = "network.direction",
            .sigma = "Direction",
            .parsed = true,
        },
    [FIELD_PROCESS] =
        {
            .name = "process",
            .place = FIELD_IN_ENTITY,
            .title = "process",
            .help =
                "program that did it or logged it; the last part matches too",
            .ecs = "process.executable process.name",
            .sigma = "Image NewProcessName exe",
            .parsed = true,
        },
    [FIELD_PID] =
        {
            .name = "pid",
            .type = FIELD_TYPE_NUMBER,
            .place = FIELD_IN_ROW,
            .title = "pid",
            .help = "number of the process",
            .ecs = "process.pid",
            .sigma = "ProcessId",
            .parsed = true,
        },
    [FIELD_PARENT] =
        {
            .name = "parent",
            .place = FIELD_IN_RECORD,
            .title = "parent",
            .help = "program that started the process",
            .ecs = "process.parent.executable process.parent.name",
            .sigma = "ParentImage ParentProcessName",
            .parsed = true,
        },
    [FIELD_COMMAND] =
        {
            .name = "command",
            .place = FIELD_IN_OBJECT,
            .title = "command",
            .help = "command line",
            .ecs = "process.command_line",
            .sigma = "CommandLine",
            .parsed = true,
        },
    [FIELD_FILE] =
        {
            .name = "file",
            .place = FIELD_IN_OBJECT,
            .title = "file",
            .help = "file or folder that was touched",
            .ecs = "file.path",
            .sigma = "TargetFilename",
            .parsed = true,
        },
    [FIELD_FILE_HASH] =
        {
            .name = "file_hash",
            .place = FIELD_IN_RECORD,
            .title = "file hash",
            .help = "digest of the file, as the log states it",
            .ecs = "file.hash.sha256 file.hash.sha1 file.hash.md5",
            .sigma = "Hashes sha256 sha1 md5",
            .parsed = true,
        },
    [FIELD_URL] =
        {
            .name = "url",
            .place = FIELD_IN_OBJECT,
            .title = "url",
            .help = "what was asked for, path and query as logged",
            .ecs = "url.original url.full",
            .sigma =
                "c-uri cs-uri cs-uri-stem c-uri-stem cs-uri-query c-uri-query",
            .parsed = true,
        },
    [FIELD_DOMAIN] =
        {
            .name = "domain",
            .place = FIELD_IN_OBJECT,
            .title = "name",
            .help = "web site or name that was looked up",
            .ecs = "url.domain dns.question.name",
            .sigma = "QueryName cs-host r-dns query",
            .parsed = true,
        },
    [FIELD_METHOD] =
        {
            .name = "method",
            .place = FIELD_IN_RECORD,
            .title = "method",
            .help = "HTTP method",
            .ecs = "http.request.method",
            .sigma = "cs-method",
            .parsed = true,
        },
    [FIELD_STATUS] =
        {
            .name = "status",
            .type = FIELD_TYPE_NUMBER,
            .place = FIELD_IN_ROW,
            .title = "status",
            .help = "status or exit code of the answer",
            .ecs = "http.response.status_code",
            .sigma = "sc-status",
            .parsed = true,
        },
    [FIELD_BYTES_IN] =
        {
            .name = "bytes_in",
            .type = FIELD_TYPE_NUMBER,
            .place = FIELD_IN_RECORD,
            .title = "bytes in",
            .help = "bytes received from the source",
            .ecs = "http.request.bytes source.bytes",
            .sigma = "cs-bytes",
            .parsed = true,
        },
    [FIELD_BYTES_OUT] =
        {
            .name = "bytes_out",
            .type = FIELD_TYPE_NUMBER,
            .place = FIELD_IN_ROW,
            .title = "bytes out",
            .help = "bytes sent to the source",
            .ecs = "http.response.bytes http.response.body.bytes "
                   "destination.bytes",
            .sigma = "sc-bytes",
            .parsed = true,
        },
    [FIELD_USER_AGENT] =
        {
            .name = "user_agent",
            .place = FIELD_IN_RECORD,
            .title = "user agent",
            .help = "how the client names itself",
            .ecs = "user_agent.original",
            .sigma = "cs-user-agent c-useragent",
            .parsed = true,
        },
    [FIELD_REFERRER] =
        {
            .name = "referrer",
            .place = FIELD_IN_RECORD,
            .title = "referrer",
            .help = "page the request came from",
            .ecs = "http.request.referrer",
            .sigma = "cs-referrer cs-referer c-referer",
            .parsed = true,
        },
    [FIELD_MAIL_FROM] =
        {
            .name = "mail_from",
            .place = FIELD_IN_RECORD,
            .title = "mail from",
            .help = "sender of a message",
            .ecs = "email.from.address email.sender.address",
            .parsed = true,
        },
    [FIELD_MAIL_TO] =
        {
            .name = "mail_to",
            .place = FIELD_IN_RECORD,
            .title = "mail to",
            .help = "receiver of a message",
            .ecs = "email.to.address",
            .parsed = true,
        },
    [FIELD_SUBJECT] =
        {
            .name = "subject",
            .place = FIELD_IN_RECORD,
            .title = "subject",
            .help = "subject of a message",
            .ecs = "email.subject",
            .parsed = true,
        },
    [FIELD_SRC_COUNTRY] =
        {
            .name = "src_country",
            .place = FIELD_IN_RECORD,
            .title = "country",
            .help = "country of the source address",
            .ecs = "source.geo.country_iso_code",
            .parsed = true,
        },
    [FIELD_SRC_CITY] =
        {
            .name = "src_city",
            .place = FIELD_IN_RECORD,
            .title = "city",
            .help = "city of the source address",
            .ecs = "source.geo.city_name",
            .parsed = true,
        },
    [FIELD_SRC_ASN] =
        {
            .name = "src_asn",
            .type = FIELD_TYPE_NUMBER,
            .place = FIELD_IN_RECORD,
            .title = "asn",
            .help = "autonomous system of the source address",
            .ecs = "source.as.number",
            .parsed = true,
        },
    [FIELD_SRC_SITE] =
        {
            .name = "src_site",
            .place = FIELD_IN_RECORD,
            .title = "site",
            .help = "registered site of the source address",
            .ecs = "source.geo.name",
        },
    [FIELD_MESSAGE] =
        {
            .name = "message",
            .place = FIELD_IN_RECORD,
            .title = "message",
            .help = "what the log says, without its header",
            .ecs = "message",
            .sigma = "Message",
            .parsed = true,
        },
    [FIELD_RAW] =
        {
            .name = "raw",
            .place = FIELD_IN_SOURCE,
            .title = "raw",
            .help = "the original text of the record",
            .ecs = "event.original",
        },
    [FIELD_RULE] =
        {
            .name = "rule",
            .place = FIELD_IN_FINDING,
            .title = "rule",
            .help = "name of a rule the event met",
            .ecs = "rule.name",
        },
    [FIELD_ALERT] =
        {
            .name = "alert",
            .place = FIELD_IN_FINDING,
            .title = "alert",
            .help = "level of an alert the event belongs to",
        },
    [FIELD_TAG] =
        {
            .name = "tag",
            .place = FIELD_IN_FINDING,
            .title = "tag",
            .help = "tag somebody gave it",
            .ecs = "tags",
        },
    [FIELD_NOTE] =
        {
            .name = "note",
            .place = FIELD_IN_FINDING,
            .title = "note",
            .help = "note somebody wrote on it",
        },
};
