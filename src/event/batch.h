/* batch: the events of one run of bytes, compact and without any database, on
 * their way from a worker to the writer. Strings are numbered within the batch;
 * the writer turns the numbers into the case's ids once per distinct string. */
#ifndef SPOOR_EVENT_BATCH_H
#define SPOOR_EVENT_BATCH_H

#include "src/base/buf.h"
#include "src/base/intern.h"
#include "src/base/ip.h"
#include "src/event/kind.h"
#include "src/event/numbers.h"
#include "src/event/own_names.h"
#include "src/event/record.h"

#define EVENT_NO_NAME UINT32_MAX
#define EVENT_NO_NUMBER INT64_MIN

/* One row. */
struct event {
    int64_t time;    /* STAMP_NONE: undated */
    uint64_t offset; /* from batch->base */
    uint32_t length;
    uint32_t kind;                         /* index into batch->kinds */
    uint32_t host, user, target, process;  /* into batch->names, or none */
    uint32_t object_start, object_length;  /* into batch->objects */
    bool user_is_number, target_is_number; /* of an account of the host */
    struct ip src_ip, dst_ip;              /* family 0: none */
    int64_t src_port, dst_port, pid, status, bytes; /* bytes: bytes_out */
};

/* What few events have. Sorted by event. */
struct event_repeat {
    uint32_t event; /* index into batch->events */
    uint32_t count;
    int64_t time_end; /* STAMP_NONE: as the event's time */
};
struct event_part {
    uint32_t event;
    struct span span; /* from batch->base; in reading order */
};

struct batch {
    uint64_t base; /* where in the source offsets count from */
    struct event *events;
    size_t count, capacity;
    struct kind *kinds;
    size_t kind_count, kind_capacity;
    struct intern kind_keys;    /* numbers are indexes into kinds */
    struct own_names own_names; /* by index into kinds */
    struct intern names;
    struct buf objects;
    struct event_repeat *repeats;
    size_t repeat_count, repeat_capacity;
    struct event_part *parts;
    size_t part_count, part_capacity;
    struct buf fields; /* empty, or a line per event: a JSON object of its
                          values (of the first member's) or nothing */

    struct numbers numbers; /* the records' own, joined by batch_finish */

    /* Summary: what lets a query skip the batch. */
    int64_t first_time, last_time; /* over dated events; STAMP_NONE if none */
    bool in_order;                 /* dated events never step back in time */
    uint64_t undated;              /* events (counts, not rows) */
    uint64_t understood[3];        /* events by enum understood */
    uint64_t total;                /* events: the sum of counts */
    uint64_t match_limits;         /* records where a pattern gave up */

    struct batch_work *work; /* private to batch.c */
    struct arena arena;      /* the kinds' texts */
};

struct batch *batch_new(void);
void batch_free(struct batch *batch);
void batch_reset(struct batch *batch, uint64_t base); /* keeps the memory */

/* Append the record as an event (or, when it `aggregates` and an equal record
 * came within a minute before in this batch, as one more of that row: its bytes
 * become a part). `default_host` serves records that name none. `keep_fields`
 * stores the record's values, too; it is the same from one reset to the next.
 */
void batch_add(struct batch *batch, const struct record *record,
    struct str default_host, bool keep_fields);

/* After the last add: repeats and parts are in the order of their events. No
 * more adds until the next reset. */
void batch_finish(struct batch *batch);

struct str batch_object(const struct batch *batch, const struct event *event);
struct str batch_name(
    const struct batch *batch, uint32_t name); /* "" if none */

#endif
