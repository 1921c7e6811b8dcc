/* evtx_kit: EVTX files made token by token, for the tests of their reader.
 * Names are written where they are first used in a chunk, as Windows does. */
#ifndef SPOOR_TESTS_EVTX_KIT_H
#define SPOOR_TESTS_EVTX_KIT_H

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <zlib.h>

#include "src/base/buf.h"

enum { EVTX_KIT_NAMES = 64, EVTX_KIT_DEPTH = 32 };

struct evtx_kit {
    struct buf bytes;
    size_t chunk, record; /* where they begin */
    uint64_t number;      /* of the next record */
    struct {
        const char *name;
        size_t at; /* in the chunk */
    } names[EVTX_KIT_NAMES];
    size_t name_count;
    size_t sizes[EVTX_KIT_DEPTH]; /* of the open elements */
    size_t depth;
    size_t definition;         /* where the open template's begins */
    bool without_dependencies; /* as in fragments that have no template */
};

/* One value of a template instance. */
struct evtx_kit_value {
    int type;
    const void *bytes;
    size_t len;
};

static inline void evtx_put(struct evtx_kit *kit, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++)
        buf_add_char(&kit->bytes, (char)(number >> 8 * i));
}

static inline void evtx_patch(
    struct evtx_kit *kit, size_t at, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++)
        kit->bytes.ptr[at + i] = (char)(number >> 8 * i);
}

static inline void evtx_zeroes(struct evtx_kit *kit, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_add_char(&kit->bytes, 0);
}

static inline void evtx_utf16(struct evtx_kit *kit, const char *ascii)
{
    for (; *ascii != '\0'; ascii++)
        evtx_put(kit, (unsigned char)*ascii, 2);
}

static inline size_t evtx_here(const struct evtx_kit *kit)
{
    return kit->bytes.len - kit->chunk;
}

/* --- file and chunks ------------------------------------------------------ */

static inline void evtx_file(struct evtx_kit *kit)
{
    *kit = (struct evtx_kit){.number = 1};
    buf_add(&kit->bytes, "ElfFile\0", 8);
    evtx_zeroes(kit, 4096 - 8);
}

static inline void evtx_begin_chunk(struct evtx_kit *kit)
{
    kit->chunk = kit->bytes.len;
    kit->name_count = 0;
    buf_add(&kit->bytes, "ElfChnk\0", 8);
    evtx_zeroes(kit, 512 - 8);
}

/* Where live records end, and the checksums of what stands there now. */
static inline void evtx_seal_chunk(struct evtx_kit *kit)
{
    size_t end = evtx_here(kit);
    const Bytef *at = (const Bytef *)kit->bytes.ptr + kit->chunk;
    evtx_patch(kit, kit->chunk + 40, 128, 4);
    evtx_patch(kit, kit->chunk + 48, end, 4);
    evtx_patch(kit, kit->chunk + 52, crc32(0, at + 512, (uInt)(end - 512)), 4);
    uLong sum = crc32(0, at, 120);
    evtx_patch(kit, kit->chunk + 124, crc32(sum, at + 128, 384), 4);
}

static inline void evtx_end_chunk(struct evtx_kit *kit)
{
    assert(evtx_here(kit) <= 65536);
    evtx_zeroes(kit, 65536 - evtx_here(kit));
}

/* --- records and tokens --------------------------------------------------- */

/* 2026-03-04T02:11:09Z */
#define EVTX_KIT_TIME UINT64_C(134170638690000000)

static inline void evtx_begin_record(struct evtx_kit *kit)
{
    kit->record = kit->bytes.len;
    buf_add(&kit->bytes, "**\0\0", 4);
    evtx_put(kit, 0, 4);
    evtx_put(kit, kit->number++, 8);
    evtx_put(kit, EVTX_KIT_TIME, 8);
    buf_add(&kit->bytes, "\x0F\x01\x01\x00", 4);
}

static inline void evtx_end_record(struct evtx_kit *kit)
{
    evtx_put(kit, 0, 1);
    size_t size = kit->bytes.len - kit->record + 4;
    evtx_put(kit, size, 4);
    evtx_patch(kit, kit->record + 4, size, 4);
}

static inline void evtx_name(struct evtx_kit *kit, const char *name)
{
    for (size_t i = 0; i < kit->name_count; i++) {
        if (strcmp(kit->names[i].name, name) != 0)
            continue;
        evtx_put(kit, kit->names[i].at, 4);
        return;
    }
    assert(kit->name_count < EVTX_KIT_NAMES);
    kit->names[kit->name_count].name = name;
    kit->names[kit->name_count++].at = evtx_here(kit) + 4;
    evtx_put(kit, evtx_here(kit) + 4, 4);
    evtx_put(kit, 0, 4);
    evtx_put(kit, 0x5A5A, 2); /* the hash, which nobody needs */
    evtx_put(kit, strlen(name), 2);
    evtx_utf16(kit, name);
    evtx_put(kit, 0, 2);
}

/* An element without attributes, its start tag closed. */
static inline void evtx_begin_open(
    struct evtx_kit *kit, const char *name, bool has_attributes)
{
    evtx_put(kit, has_attributes ? 0x41 : 0x01, 1);
    if (!kit->without_dependencies)
        evtx_put(kit, 0xFFFF, 2);
    assert(kit->depth < EVTX_KIT_DEPTH);
    kit->sizes[kit->depth++] = kit->bytes.len;
    evtx_put(kit, 0, 4);
    evtx_name(kit, name);
    if (has_attributes)
        evtx_put(kit, 0, 4);
}

static inline void evtx_open(struct evtx_kit *kit, const char *name)
{
    evtx_begin_open(kit, name, false);
    evtx_put(kit, 0x02, 1);
}

static inline void evtx_close(struct evtx_kit *kit)
{
    evtx_put(kit, 0x04, 1);
    size_t at = kit->sizes[--kit->depth];
    evtx_patch(kit, at, kit->bytes.len - at - 4, 4);
}

static inline void evtx_text(struct evtx_kit *kit, const char *text)
{
    evtx_put(kit, 0x05, 1);
    evtx_put(kit, 0x01, 1);
    evtx_put(kit, strlen(text), 2);
    evtx_utf16(kit, text);
}

static inline void evtx_substitution(struct evtx_kit *kit, int index, int type)
{
    evtx_put(kit, 0x0E, 1);
    evtx_put(kit, (uint64_t)index, 2);
    evtx_put(kit, (uint64_t)type, 1);
}

static inline void evtx_attribute(struct evtx_kit *kit, const char *name)
{
    evtx_put(kit, 0x06, 1);
    evtx_name(kit, name);
}

/* <name attribute="value"> */
static inline void evtx_open_with(struct evtx_kit *kit, const char *name,
    const char *attribute, const char *value)
{
    evtx_begin_open(kit, name, true);
    evtx_attribute(kit, attribute);
    evtx_text(kit, value);
    evtx_put(kit, 0x02, 1);
}

/* <name>text</name> */
static inline void evtx_element(
    struct evtx_kit *kit, const char *name, const char *text)
{
    evtx_open(kit, name);
    evtx_text(kit, text);
    evtx_close(kit);
}

/* <Data Name="name">%index</Data> */
static inline void evtx_data(
    struct evtx_kit *kit, const char *name, int index, int type)
{
    evtx_open_with(kit, "Data", "Name", name);
    evtx_substitution(kit, index, type);
    evtx_close(kit);
}

/* --- templates ------------------------------------------------------------ */

/* Begin an instance whose definition stands here; returns where that is. */
static inline size_t evtx_begin_template(struct evtx_kit *kit, uint32_t id)
{
    evtx_put(kit, 0x0C, 1);
    evtx_put(kit, 1, 1);
    evtx_put(kit, id, 4);
    evtx_put(kit, evtx_here(kit) + 4, 4);
    size_t at = evtx_here(kit);
    evtx_put(kit, 0, 4);
    evtx_put(kit, id, 4); /* the GUID begins with it */
    evtx_zeroes(kit, 12);
    evtx_put(kit, 0, 4);
    buf_add(&kit->bytes, "\x0F\x01\x01\x00", 4);
    kit->definition = at;
    return at;
}

static inline void evtx_end_template(struct evtx_kit *kit)
{
    evtx_put(kit, 0, 1);
    size_t size = evtx_here(kit) - kit->definition - 24;
    evtx_patch(kit, kit->chunk + kit->definition + 20, size, 4);
}

/* An instance of a definition that stands elsewhere in the chunk. */
static inline void evtx_use_template(
    struct evtx_kit *kit, uint32_t id, size_t definition)
{
    evtx_put(kit, 0x0C, 1);
    evtx_put(kit, 1, 1);
    evtx_put(kit, id, 4);
    evtx_put(kit, definition, 4);
}

static inline void evtx_values(
    struct evtx_kit *kit, const struct evtx_kit_value *values, size_t count)
{
    evtx_put(kit, count, 4);
    for (size_t i = 0; i < count; i++) {
        evtx_put(kit, values[i].len, 2);
        evtx_put(kit, (uint64_t)values[i].type, 1);
        evtx_put(kit, 0, 1);
    }
    for (size_t i = 0; i < count; i++)
        buf_add(&kit->bytes, values[i].bytes, values[i].len);
}

/* --- whole records -------------------------------------------------------- */

/* <System> with what every event has; numbers are the kit's. */
static inline void evtx_system(struct evtx_kit *kit, const char *event_id)
{
    char number[24];
    snprintf(
        number, sizeof(number), "%llu", (unsigned long long)kit->number - 1);
    evtx_open(kit, "System");
    evtx_open_with(kit, "Provider", "Name", "Example-Provider");
    evtx_close(kit);
    evtx_element(kit, "EventID", event_id);
    evtx_element(kit, "EventRecordID", number);
    evtx_element(kit, "Channel", "Example");
    evtx_element(kit, "Computer", "pc01.example.com");
    evtx_close(kit);
}

/* A record without a template: <Data Name="Word">word</Data> */
static inline void evtx_simple_record(struct evtx_kit *kit, const char *word)
{
    evtx_begin_record(kit);
    evtx_open(kit, "Event");
    evtx_system(kit, "7");
    evtx_open(kit, "EventData");
    evtx_open_with(kit, "Data", "Name", "Word");
    evtx_text(kit, word);
    evtx_close(kit);
    evtx_close(kit);
    evtx_close(kit);
    evtx_end_record(kit);
}

#endif
