/* What the tests of searches share: a case made of texts that the shipped
 * formats read, and every record as it was before it became a row. */
#ifndef SPOOR_TESTS_QUERY_KIT_H
#define SPOOR_TESTS_QUERY_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "parsers/format.h"
#include "src/base/mem.h"
#include "src/base/pack.h"
#include "src/query/group.h"
#include "src/query/query.h"
#include "src/query/search.h"
#include "src/store/import.h"

/* One record, with copies of its values. */
struct seen {
    int64_t source;
    int64_t time;
    uint32_t count;
    enum understood understood;
    enum time_quality quality;
    struct str format, text; /* text: decoded */
    uint64_t present;
    struct str value[FIELD_TOTAL];
    struct extra *extras;
    size_t extra_count;
};

struct kit {
    char folder[64];
    char path[96];
    struct formats *formats;
    struct store *store;
    struct import *import;
    struct seen *seen;
    size_t seen_count, seen_capacity;
    struct arena arena;
};

#define assert_done(call, err)                   \
    do {                                         \
        if ((call) < 0)                          \
            fail_msg("%s: %s", #call, err.text); \
    } while (0)

static inline struct kit *kit_new(void)
{
    struct kit *kit = xcalloc(1, sizeof(*kit));
    struct err err = {0};
    snprintf(kit->folder, sizeof(kit->folder), "/tmp/spoor-test-XXXXXX");
    assert_non_null(mkdtemp(kit->folder));
    snprintf(kit->path, sizeof(kit->path), "%s/case.spoor", kit->folder);
    kit->formats = formats_load(NULL);
    assert_done(store_open(&kit->store, kit->path, STORE_CREATE, &err), err);
    assert_done(import_begin(kit->store, &kit->import, &err), err);
    return kit;
}

/* No more sources: the case is read from here on. */
static inline void kit_ready(struct kit *kit)
{
    struct err err = {0};
    assert_done(import_end(kit->import, &err), err);
    kit->import = NULL;
}

static inline void kit_free(struct kit *kit)
{
    char command[128];
    store_close(kit->store);
    formats_free(kit->formats);
    for (size_t i = 0; i < kit->seen_count; i++)
        free(kit->seen[i].extras);
    free(kit->seen);
    arena_done(&kit->arena);
    snprintf(command, sizeof(command), "rm -rf '%s'", kit->folder);
    if (system(command) != 0)
        print_message("could not remove %s\n", kit->folder);
    free(kit);
}

struct kit_source {
    const char *path, *host, *format;
    enum encoding encoding;
    struct str content;
    size_t chunk; /* about how many bytes of content a chunk has */
    bool forget;  /* do not keep what was seen */
};

static inline void kit_see(struct kit *kit, const struct kit_source *from,
    int64_t source, const struct record *record, struct str bytes)
{
    if (from->forget)
        return;
    kit->seen = mem_grow(kit->seen, &kit->seen_capacity, kit->seen_count + 1,
        sizeof(*kit->seen));
    struct seen *seen = &kit->seen[kit->seen_count++];
    struct buf text = {0};
    encoding_decode(from->encoding, bytes, &text);
    *seen = (struct seen){
        .source = source,
        .time = record->time,
        .count = record->count > 0 ? record->count : 1,
        .understood = record->understood,
        .quality = record->time_quality,
        .format = record->format,
        .text = arena_copy(&kit->arena, buf_str(&text)),
        .present = record->present,
        .extra_count = record->extra_count,
        .extras = xcalloc(record->extra_count + 1, sizeof(struct extra)),
    };
    buf_done(&text);
    for (size_t i = 0; i < FIELD_TOTAL; i++)
        if (record_has(record, (enum field)i))
            seen->value[i] = arena_copy(&kit->arena, record->value[i]);
    for (size_t i = 0; i < record->extra_count; i++)
        seen->extras[i] = (struct extra){
            arena_copy(&kit->arena, record->extras[i].name),
            arena_copy(&kit->arena, record->extras[i].value),
        };
}

static inline struct source kit_row(
    const struct kit_source *from, const struct parser *parser)
{
    (void)parser;
    return (struct source){
        .kind = SOURCE_FILE,
        .state = SOURCE_IMPORTING,
        .path = xstrdup(from->path),
        .host = xstrdup(from->host),
        .host_from = xstrdup("--host"),
        .collected_host = xstrdup(from->host),
        .note = xstrdup(""),
        .acquired = INT64_C(1772700000) * STAMP_SECOND,
        .stat_before = xstrdup(""),
        .stat_after = xstrdup(""),
        .format = xstrdup(from->format),
        .format_why = xstrdup("test"),
        .encoding = from->encoding,
        .encoding_why = xstrdup("test"),
        .zone = xstrdup("UTC"),
        .zone_decided = true,
        .default_year = 2026,
        .time_why = xstrdup("test"),
        .first_time = STAMP_NONE,
        .last_time = STAMP_NONE,
        .size = from->content.len,
    };
}

/* Import a text, cut into chunks; returns the source's id. */
static inline int64_t kit_add(struct kit *kit, const struct kit_source *from)
{
    struct err err = {0};
    struct reading reading = {
        .encoding = from->encoding,
        .zone = zone_utc(),
        .zone_decided = true,
        .default_year = 2026,
        .path = str_from(from->path),
    };
    if (!formats_choose(kit->formats, str_from(from->format), &reading.parser,
            &reading.format))
        fail_msg("no format %s", from->format);
    struct source source = kit_row(from, reading.parser);
    assert_done(import_source_begin(kit->import, &source, &err), err);

    struct hash *hash = hash_new(HASH_SHA256);
    struct packer *packer = packer_new(1);
    struct batch *batch = batch_new();
    struct record record;
    struct buf packed = {0}, fields = {0}, state = {0};
    record_init(&record);
    void *cursor = reading.parser->open(&reading);
    for (size_t at = 0; at < from->content.len;) {
        struct str rest = str_from_index(from->content, at);
        bool last = rest.len <= from->chunk;
        struct str bytes = str_sub(rest, 0, from->chunk);
        bytes.len = reading.parser->cut(&reading, bytes, last);
        assert_true(bytes.len > 0);
        batch_reset(batch, at);
        struct piece piece = {bytes, at, buf_str(&state)};
        reading.parser->feed(cursor, &piece);
        int rc;
        while ((rc = reading.parser->next(cursor, &record, &err)) != 0) {
            if (rc < 0)
                continue;
            kit_see(kit, from, source.id, &record,
                str_sub(bytes, (size_t)record.offset, record.length));
            batch_add(batch, &record, str_from(from->host),
                reading.parser->keeps_fields);
        }
        batch_finish(batch);
        hash_add(hash, bytes);
        buf_clear(&packed);
        buf_clear(&fields);
        assert_done(pack(packer, bytes, &packed, &err), err);
        if (batch->fields.len > 0)
            assert_done(
                pack(packer, buf_str(&batch->fields), &fields, &err), err);
        struct chunk chunk = {
            .offset = at,
            .size = bytes.len,
            .packed = buf_str(&packed),
            .running = hash_digest(hash),
            .first_line =
                1 + str_count_char(str_sub(from->content, 0, at), '\n'),
            .state = buf_str(&state),
        };
        struct import_put put = {
            .source = source.id,
            .chunk = &chunk,
            .batch = batch,
            .batch_fields = buf_str(&fields),
            .stored = at + bytes.len,
        };
        assert_done(import_put(kit->import, &put, &err), err);
        if (reading.parser->learn != NULL)
            reading.parser->learn(&reading, bytes, &state);
        at += bytes.len;
        source.stored = at;
    }
    source.state = SOURCE_COMPLETE;
    source.sha256 = hash_digest(hash);
    assert_done(import_source_end(kit->import, &source, &err), err);
    int64_t id = source.id;
    reading.parser->close(cursor);
    record_done(&record);
    batch_free(batch);
    packer_free(packer);
    hash_free(hash);
    buf_done(&packed);
    buf_done(&fields);
    buf_done(&state);
    source_done(&source);
    return id;
}

static inline struct query *kit_query(const char *text)
{
    struct err err = {0};
    struct query *query = query_parse(str_from(text), NULL, NULL, &err);
    if (query == NULL)
        fail_msg("%s: %s", text, err.text);
    return query;
}

static inline struct search *kit_search(struct kit *kit, struct query *query)
{
    struct err err = {0};
    struct search *search = search_open(kit->store, kit->formats, query, &err);
    if (search == NULL)
        fail_msg("%s", err.text);
    return search;
}

#endif
