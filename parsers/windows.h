/* windows: what a Windows event means, whatever file it came in: EVTX, the same
 * exported as XML, JSON or CSV, Sysmon for Linux inside syslog.
 *
 * A reader fills a struct windows_event with what the event says and hands it
 * over; windows_read sets the record's fields by the tables of
 * parsers/windows/NAME.yaml (schema: doc/formats-howto.md), chosen by provider,
 * channel and event id, and keeps every value under its own name (x.NAME).
 *
 * One event's way: evtx.c walks the binary XML of a record -> windows_event
 * {Microsoft-Windows-Security-Auditing, Security, 4624, TargetUserName=alice,
 * IpAddress=203.0.113.9, ...} -> windows_read -> record {category:
 * authentication, action: login, outcome: success, user: alice, src_ip:
 * 203.0.113.9, x.LogonType: 10, message: "alice logged in ..."}. */
#ifndef SPOOR_PARSERS_WINDOWS_H
#define SPOOR_PARSERS_WINDOWS_H

#include "parsers/parser.h"

struct formats;

/* One named value of EventData or UserData. */
struct windows_value {
    struct str name;  /* "TargetUserName"; empty: an unnamed <Data> */
    struct str value; /* as text, UTF-8; "" is a value, too */
};

/* What one event says of itself. Slices are borrowed for the call; those of
 * values live on in the record, until the reader's next record. Text that is
 * absent is empty. */
struct windows_event {
    struct str provider;    /* "Microsoft-Windows-Sysmon", else its source's
                               name for classic events */
    struct str channel;     /* "Security" */
    struct str computer;    /* the host that wrote it */
    struct str user_sid;    /* of System/Security */
    struct str record_id;   /* EventRecordID, decimal */
    struct str activity_id; /* GUID text of System/Correlation */
    struct str process_id, thread_id; /* of System/Execution, decimal */
    struct str keywords;              /* "0x8020000000000000" */
    struct str user_data;             /* name of UserData's element, or "" */
    struct str message; /* the rendered text, where an export has it */
    uint32_t event_id;  /* without the qualifiers */
    uint32_t qualifiers;
    uint8_t version, level, opcode; /* level: 0 to 5, as Windows counts */
    uint16_t task;

    int64_t time; /* ns, UTC; STAMP_NONE: none */
    enum stamp_precision precision;

    const struct windows_value *values; /* in the event's order */
    size_t value_count;

    /* Two events of one cursor with the same number have the same value names
     * in the same order; 0: not known. It lets the work on names be done once.
     */
    uint64_t shape;
};

/* One thread's hands on the tables: caches only, the same event gives the same
 * record in any order. */
struct windows;
struct windows *windows_new(const struct reading *reading);
void windows_free(struct windows *windows); /* accepts NULL */

/* Set everything of `record` (which was reset) but its offset, length, parts
 * and format. Values set live until the next call and as long as those of
 * `event`. */
void windows_read(struct windows *windows, const struct windows_event *event,
    struct record *record);

#endif
