/* Counting tails. Each worker counts into a table of its own, by keys made of
 * ids and columns as they are stored (no text is looked up while scanning); the
 * tables are added up part by part, and only then keys become texts.
 *
 * A key is a run of tagged values, one per field; the same value always has the
 * same form, so that equal texts never become two groups: what must be taken
 * from a record is looked up among the ids first. */
#include "src/query/group.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/bytes.h"
#include "src/base/file.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/event/batch.h"
#include "src/query/group_table.h"
#include "src/query/inside.h"

enum tag {
    TAG_NONE,
    TAG_NAME,   /* entity id */
    TAG_NUMBER, /* 8 bytes */
    TAG_IPV4,
    TAG_IPV6,
    TAG_SHARED, /* number among the key's texts of kinds */
    TAG_TEXT,   /* varint length, bytes */
};

struct key {
    enum field field;
    struct str name;
    enum field_place place;
    bool asks;            /* some record knows better than its row */
    bool ranges;          /* members of one row may differ */
    struct intern shared; /* the texts of all kinds */
    uint32_t *by_kind;    /* number of each kind's text plus 1; 0: absent */
};

struct grouping {
    struct search *search;
    const struct tail *tail;
    struct key keys[GROUP_KEYS_MAX];
    unsigned columns;
    bool splits;                /* rows must be looked at member by member */
    struct group_table *tables; /* per worker */
    char *folder;
};

/* A worker at work on a batch. */
struct counter {
    struct grouping *grouping;
    struct worker *worker;
    struct group_table *table;
    struct buf key, value;
};

/* --- keys of kinds ------------------------------------------------------- */

static void share_kinds(struct grouping *grouping, struct key *key)
{
    const struct kinds *kinds = &grouping->search->kinds;
    key->by_kind = xcalloc(kinds->count + 1, sizeof(*key->by_kind));
    for (size_t i = 0; i < kinds->count; i++) {
        struct str text;
        if (kind_value(&kinds->at[i], key->field, &text))
            key->by_kind[i] = intern_add(&key->shared, text) + 1;
    }
}

static bool key_asks(const struct search *search, const struct key *key)
{
    if (key->place == FIELD_IN_RECORD)
        return true;
    if (key->place == FIELD_IN_OBJECT || key->place == FIELD_IN_SOURCE)
        return true;
    for (size_t i = 0; i < search->kinds.count; i++)
        if ((search->kinds.at[i].spill & FIELD_BIT(key->field)) != 0)
            return true;
    return key->place == FIELD_IN_ROW &&
           column_of(key->field) == COLUMN_TOTAL &&
           key->field != FIELD_COUNT_OF && key->field != FIELD_TIME_END;
}

static void begin_keys(struct grouping *grouping)
{
    const struct tail *tail = grouping->tail;
    grouping->columns = COLUMN_BIT(COLUMN_ID);
    grouping->splits = tail->kind == TAIL_PER;
    for (size_t i = 0; i < tail->key_count; i++) {
        struct key *key = &grouping->keys[i];
        key->field = tail->keys[i].field;
        key->name = tail->keys[i].name;
        key->place = key->field == FIELD_NONE ? FIELD_IN_RECORD
                                              : field_table[key->field].place;
        key->asks = key_asks(grouping->search, key);
        grouping->splits |= key->asks;
        if (key->place == FIELD_IN_KIND)
            share_kinds(grouping, key);
        if (key->place == FIELD_IN_KIND || key->asks)
            grouping->columns |= COLUMN_BIT(COLUMN_KIND);
        if (key->asks)
            grouping->columns |= COLUMNS_PLACE;
        if (key->place == FIELD_IN_OBJECT)
            grouping->columns |= COLUMN_BIT(COLUMN_OBJECT);
        if (key->field != FIELD_NONE && column_of(key->field) != COLUMN_TOTAL)
            grouping->columns |= COLUMN_BIT(column_of(key->field));
    }
    /* A row of several events is read again to tell its members apart. */
    if (grouping->splits)
        grouping->columns |= COLUMNS_PLACE | grouping->search->plan.columns;
}

/* --- writing keys -------------------------------------------------------- */

static void put_number(struct buf *out, enum tag tag, int64_t number)
{
    buf_add_char(out, (char)tag);
    buf_add(out, &number, sizeof(number));
}

static void put_text(struct buf *out, struct str text)
{
    buf_add_char(out, TAG_TEXT);
    buf_add_varint(out, text.len);
    buf_add_str(out, text);
}

static void put_ip(struct buf *out, const struct ip *ip)
{
    buf_add_char(out, ip->family == 4 ? TAG_IPV4 : TAG_IPV6);
    buf_add(out, ip->at, ip->family == 4 ? 4 : 16);
}

static bool put_name_text(
    struct counter *counter, const struct key *key, struct str text)
{
    enum entity_type type = key->field == FIELD_HOST      ? ENTITY_HOST
                            : key->field == FIELD_PROCESS ? ENTITY_PROCESS
                                                          : ENTITY_USER;
    int64_t id = names_find(counter->worker->names, type, text);
    if (id > 0)
        put_number(&counter->key, TAG_NAME, id);
    return id > 0;
}

/* A text in the form that the same value has when it comes from a row. */
static void put_found(
    struct counter *counter, const struct key *key, struct str text)
{
    struct ip ip;
    if (key->place == FIELD_IN_ENTITY && put_name_text(counter, key, text))
        return;
    if (key->place == FIELD_IN_ROW && key->field != FIELD_NONE &&
        field_table[key->field].type == FIELD_TYPE_IP && ip_parse(text, &ip)) {
        put_ip(&counter->key, &ip);
        return;
    }
    int64_t shared =
        key->place == FIELD_IN_KIND ? intern_find(&key->shared, text) : -1;
    if (shared >= 0)
        put_number(&counter->key, TAG_SHARED, shared);
    else
        put_text(&counter->key, text);
}

static void put_asked(
    struct counter *counter, const struct key *key, struct subject *subject)
{
    buf_clear(&counter->value);
    if (value_of_subject(
            counter->worker, subject, key->field, key->name, &counter->value))
        put_found(counter, key, buf_str(&counter->value));
    else
        buf_add_char(&counter->key, TAG_NONE);
}

static bool needs_asking(
    const struct counter *counter, const struct key *key, const struct row *row)
{
    if (!key->asks)
        return false;
    if (key->place == FIELD_IN_RECORD || key->place == FIELD_IN_OBJECT ||
        key->place == FIELD_IN_SOURCE)
        return true;
    const struct kind *kind = search_kind(counter->worker->search, row->kind);
    return kind != NULL && (kind->spill & FIELD_BIT(key->field)) != 0;
}

static void put_row_number(struct counter *counter, const struct key *key,
    const struct subject *subject)
{
    const struct row *row = subject->row;
    if (field_table[key->field].type == FIELD_TYPE_IP) {
        const struct ip *ip = row_ip(row, key->field);
        if (ip->family != 0)
            put_ip(&counter->key, ip);
        else
            buf_add_char(&counter->key, TAG_NONE);
        return;
    }
    int64_t number = row_number(row, key->field);
    if (key->field == FIELD_COUNT_OF)
        number = row->count;
    if (number == EVENT_NO_NUMBER)
        buf_add_char(&counter->key, TAG_NONE);
    else
        put_number(&counter->key, TAG_NUMBER, number);
}

static void put_key(
    struct counter *counter, const struct key *key, struct subject *subject)
{
    const struct row *row = subject->row;
    bool is_time = key->field == FIELD_TIME || key->field == FIELD_TIME_END;
    if (is_time || needs_asking(counter, key, row)) {
        put_asked(counter, key, subject);
        return;
    }
    int64_t id;
    switch (key->place) {
    case FIELD_IN_ENTITY:
        id = row_name(row, key->field);
        if (id != 0 && names_is_account(counter->worker->names, id))
            put_found(counter, key, names_get(counter->worker->names, id));
        else if (id != 0)
            put_number(&counter->key, TAG_NAME, id);
        else
            buf_add_char(&counter->key, TAG_NONE);
        return;
    case FIELD_IN_KIND:
        id = row->kind >= 0 &&
                     (uint64_t)row->kind < counter->worker->search->kinds.count
                 ? key->by_kind[row->kind]
                 : 0;
        if (id != 0)
            put_number(&counter->key, TAG_SHARED, id - 1);
        else
            buf_add_char(&counter->key, TAG_NONE);
        return;
    case FIELD_IN_ROW:
        put_row_number(counter, key, subject);
        return;
    case FIELD_IN_OBJECT:
    case FIELD_IN_SOURCE:
    case FIELD_IN_RECORD:
    case FIELD_IN_FINDING:
        break;
    }
    put_asked(counter, key, subject);
}

/* --- counting ------------------------------------------------------------ */

static int64_t floor_to(int64_t time, int64_t interval)
{
    int64_t rest = time % interval;
    if (rest < 0)
        rest += interval;
    int64_t start;
    return __builtin_sub_overflow(time, rest, &start) || start == STAMP_NONE
               ? INT64_MIN + 1
               : start;
}

static void count_subject(
    void *context, struct subject *subject, uint32_t events)
{
    struct counter *counter = context;
    const struct tail *tail = counter->grouping->tail;
    buf_clear(&counter->key);
    if (tail->kind == TAIL_PER) {
        int64_t bucket = subject->time == STAMP_NONE
                             ? STAMP_NONE
                             : floor_to(subject->time, tail->interval);
        put_number(&counter->key, TAG_NUMBER, bucket);
    }
    for (size_t i = 0; i < tail->key_count; i++)
        put_key(counter, &counter->grouping->keys[i], subject);
    struct group_add add = {
        .count = events,
        .first = subject->time,
        .last = subject->time,
        .first_id = subject->row->at.id,
    };
    group_table_add(counter->table, buf_str(&counter->key), &add);
}

static bool count_row(void *context, const struct row *row)
{
    struct counter *counter = context;
    const struct grouping *grouping = counter->grouping;
    if (row->count > 1 && grouping->splits) {
        evaluate_each(counter->worker, row, count_subject, counter);
        return true;
    }
    struct subject subject;
    if (grouping->splits)
        subject_of_row(counter->worker, row, &subject);
    else
        subject = (struct subject){.row = row, .time = row->at.time};
    count_subject(counter, &subject, row->matched);
    return true;
}

static int count_batch(struct worker *worker, size_t index, void *context)
{
    struct grouping *grouping = context;
    struct search *search = grouping->search;
    const struct batch_info *batch = &search->batches.at[index];
    struct counter counter = {
        .grouping = grouping,
        .worker = worker,
        .table = &grouping->tables[worker - search->workers],
    };
    int rc = scan_batch(
        worker, batch, grouping->columns, count_row, &counter, &worker->err);
    buf_done(&counter.key);
    buf_done(&counter.value);
    progress_add(worker->progress, batch->rows, 0);
    if (rc == 0 && group_table_size(counter.table) >
                       LIMIT_GROUP_BYTES / search->worker_count)
        rc = group_table_spill(counter.table, grouping->folder, &worker->err);
    return rc;
}

/* --- results ------------------------------------------------------------- */

static struct str read_key(struct grouping *grouping, const struct key *key,
    struct bytes *in, struct arena *arena)
{
    struct worker *worker = &grouping->search->workers[0];
    enum tag tag = (enum tag)bytes_u8(in);
    int64_t number = 0;
    struct ip ip = {0};
    char text[IP_TEXT_MAX];
    struct str raw;
    switch (tag) {
    case TAG_NONE:
        break;
    case TAG_TEXT:
        return arena_copy(arena, bytes_str(in, (size_t)bytes_varint(in)));
    case TAG_IPV4:
    case TAG_IPV6:
        ip.family = tag == TAG_IPV4 ? 4 : 6;
        raw = bytes_str(in, tag == TAG_IPV4 ? 4 : 16);
        memcpy(ip.at, raw.ptr, raw.len);
        return arena_copy(arena, str_make(text, ip_format(&ip, text)));
    case TAG_NAME:
    case TAG_NUMBER:
    case TAG_SHARED:
        raw = bytes_str(in, sizeof(number));
        memcpy(&number, raw.ptr, raw.len);
        if (tag == TAG_NAME)
            return arena_copy(arena, names_get(worker->names, number));
        if (tag == TAG_SHARED)
            return arena_copy(arena, key->shared.text[number]);
        return arena_printf(arena, "%lld", (long long)number);
    }
    return STR("");
}

static void add_row(struct grouping *grouping, const struct group_table *table,
    const struct group_entry *entry, struct group *out, size_t *capacity)
{
    const struct tail *tail = grouping->tail;
    struct bytes in = bytes_from(table->keys.ptr + entry->key, entry->key_len);
    struct group_row row = {
        .bucket = STAMP_NONE,
        .count = entry->count,
        .first = entry->first,
        .last = entry->last,
        .first_id = entry->first_id,
    };
    if (tail->kind == TAIL_PER) {
        bytes_skip(&in, 1);
        struct str raw = bytes_str(&in, sizeof(row.bucket));
        memcpy(&row.bucket, raw.ptr, raw.len);
    }
    for (size_t i = 0; i < tail->key_count; i++)
        row.keys[i] = read_key(grouping, &grouping->keys[i], &in, &out->arena);
    out->rows =
        mem_grow(out->rows, capacity, out->count + 1, sizeof(*out->rows));
    out->rows[out->count++] = row;
    out->events += entry->count;
}

static int compare_keys(const struct group_row *a, const struct group_row *b)
{
    for (size_t i = 0; i < GROUP_KEYS_MAX; i++) {
        int order = str_compare(a->keys[i], b->keys[i]);
        if (order != 0)
            return order;
    }
    return 0;
}

static int compare_counts(const void *left, const void *right)
{
    const struct group_row *a = left, *b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return compare_keys(a, b);
}

static int compare_buckets(const void *left, const void *right)
{
    const struct group_row *a = left, *b = right;
    int order = position_compare(
        (struct position){a->bucket, 0}, (struct position){b->bucket, 0});
    return order != 0 ? order : compare_keys(a, b);
}

static int compare_firsts(const void *left, const void *right)
{
    const struct group_row *a = left, *b = right;
    return position_compare((struct position){a->first, a->first_id},
        (struct position){b->first, b->first_id});
}

static void sort_rows(const struct tail *tail, struct group *out)
{
    if (out->count > 1)
        qsort(out->rows, out->count, sizeof(*out->rows),
            tail->kind == TAIL_PER     ? compare_buckets
            : tail->kind == TAIL_FIRST ? compare_firsts
                                       : compare_counts);
    if (tail->kind == TAIL_TOP && tail->limit > 0 && out->count > tail->limit)
        out->count = (size_t)tail->limit;
}

static int add_up(struct grouping *grouping, struct group *out, struct err *err)
{
    struct group_table part = {0};
    size_t capacity = 0;
    int rc = 0;
    for (size_t i = 0; i < GROUP_PARTS && rc == 0; i++) {
        group_table_reset(&part);
        for (size_t w = 0; w < grouping->search->worker_count && rc == 0; w++)
            rc = group_table_merge(&part, &grouping->tables[w], i, err);
        for (size_t e = 0; e < part.count && rc == 0; e++)
            add_row(grouping, &part, &part.entries[e], out, &capacity);
        sort_rows(grouping->tail, out);
    }
    group_table_done(&part);
    /* A count of nothing is still a count. */
    if (rc == 0 && out->count == 0 && grouping->tail->key_count == 0 &&
        grouping->tail->kind == TAIL_COUNT) {
        out->rows = mem_grow(out->rows, &capacity, 1, sizeof(*out->rows));
        out->rows[out->count++] = (struct group_row){
            .bucket = STAMP_NONE, .first = STAMP_NONE, .last = STAMP_NONE};
    }
    return rc;
}

static void grouping_done(struct grouping *grouping)
{
    for (size_t i = 0; i < grouping->search->worker_count; i++)
        group_table_done(&grouping->tables[i]);
    free(grouping->tables);
    for (size_t i = 0; i < grouping->tail->key_count; i++) {
        intern_done(&grouping->keys[i].shared);
        free(grouping->keys[i].by_kind);
    }
    free(grouping->folder);
}

int group_run(struct search *search, struct group *out,
    struct progress *progress, struct err *err)
{
    *out = (struct group){0};
    if (search->query->tail.kind == TAIL_NONE)
        return err_set(err, ERR_USAGE, "the query counts nothing");
    struct str folder = path_folder(str_from(store_path(search->case_store)));
    struct grouping grouping = {
        .search = search,
        .tail = &search->query->tail,
        .tables = xcalloc(search->worker_count, sizeof(struct group_table)),
        .folder = str_dup(folder),
    };
    begin_keys(&grouping);
    int rc = workers_run(
        search, search->batches.count, count_batch, &grouping, progress, err);
    if (rc == 0)
        rc = add_up(&grouping, out, err);
    grouping_done(&grouping);
    if (rc < 0)
        group_done(out);
    return rc;
}

void group_done(struct group *group)
{
    free(group->rows);
    arena_done(&group->arena);
    *group = (struct group){0};
}
