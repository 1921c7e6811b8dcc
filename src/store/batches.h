/* batches: what is known of every run of events without looking at one, kept in
 * memory while a case is open (about 200 bytes a batch, plus its filters). */
#ifndef SPOOR_STORE_BATCHES_H
#define SPOOR_STORE_BATCHES_H

#include "src/store/store.h"

struct batch_info {
    int64_t id;
    int64_t source;
    uint64_t base;       /* events' offsets count from here in the source */
    int64_t first_event; /* ids first_event .. first_event + rows - 1 */
    uint32_t rows;
    uint64_t events;  /* the sum of counts */
    uint64_t undated; /* events */
    uint64_t understood[3];
    int64_t first_time, last_time; /* of dated events; STAMP_NONE if none */
    bool in_order;                 /* rows never step back in time */
    bool has_repeats, has_parts, has_fields;
    struct str kinds;  /* bit set: kind id n is bit n % 8 of byte n / 8 */
    struct str filter; /* Bloom filter, see batch_may_hold */
};

struct batches {
    struct batch_info
        *at; /* [count] by first_event, removed sources left out */
    size_t count;
    uint64_t events, undated; /* totals */
    uint64_t understood[3];
};

int batches_load(struct store *store, struct batches *out, struct err *err);
void batches_done(struct batches *batches);

/* The batch an event id belongs to, or NULL. */
const struct batch_info *batches_find(
    const struct batches *batches, int64_t event);

bool batch_has_kind(const struct batch_info *batch, int64_t kind);

/* False only when no event of the batch has this value. Keys are made by the
 * batch_key_* functions; names are entity ids. */
bool batch_may_hold(const struct batch_info *batch, uint64_t key);
uint64_t batch_key_name(int64_t entity);  /* host, user, target, process */
uint64_t batch_key_ip(struct str column); /* 4 or 16 bytes, network order */
uint64_t batch_key_port(uint16_t port);

/* For the writer: the filter over `count` distinct keys, appended to `out`.
 * With more than BATCH_KEYS_MAX it would be wrong a third of the time: nothing
 * is appended, and everything may be there. */
enum { BATCH_KEYS_MAX = 7680 * 8 / 3 };
struct buf;
void batch_filter_build(const uint64_t *keys, size_t count, struct buf *out);

#endif
