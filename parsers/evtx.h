/* evtx: what the files of the reader of Windows event logs share.
 *
 * One record's way: evtx_walk.c finds it in a piece of the file (header, chunk,
 * slack) -> evtx_fill.c goes through its binary XML; where that names a
 * template, evtx_cache.c has the template's *plan*, compiled once by
 * evtx_plan.c: which substitution, or which words of the template, become
 * which value of the event -> evtx_value.c writes values as text -> a struct
 * windows_event. evtx_xml.c renders the same tokens as XML, for the eye only.
 *
 * Layouts: [MS-EVEN6] 2.2.12 (BinXml) and libyal's "Windows XML Event Log
 * (EVTX) format", cited as EVTX with the section's name. All numbers are
 * little-endian; offsets inside BinXml count from the chunk's first byte. */
#ifndef SPOOR_PARSERS_EVTX_H
#define SPOOR_PARSERS_EVTX_H

#include "parsers/windows.h"
#include "src/base/arena.h"
#include "src/base/bytes.h"

/* --- the file: evtx_walk.c ------------------------------------------------ */

enum {
    EVTX_FILE_HEADER = 4096,
    EVTX_CHUNK = 65536,
    EVTX_CHUNK_HEADER = 512, /* of it, tables of names and templates included */
    EVTX_RECORD_HEADER = 24,
    EVTX_RECORD_LEAST = EVTX_RECORD_HEADER + 4, /* the size stands again at
                                                   the end */
    EVTX_RECORDS_MAX = EVTX_CHUNK / EVTX_RECORD_LEAST,
};

/* A record as found: `chunk` is what its offsets count in. */
struct evtx_place {
    struct str chunk;
    size_t chunk_offset; /* in the piece */
    size_t offset;       /* of the record in the piece */
    size_t at, size;     /* in the chunk, header and trailing size included */
    uint64_t number;     /* of the record's header */
    uint64_t written;    /* FILETIME */
    bool recovered;      /* from slack, or from a chunk without header */
    bool is_slack;       /* it may have been the log's long ago */
    bool is_moved;       /* bytes of its chunk are missing before it */
    bool bad_checksum;   /* of the chunk */
};

struct evtx_walk {
    struct str bytes;
    size_t at; /* of the next region */
    struct evtx_place place;
    bool is_open;     /* a chunk is being read */
    size_t pos;       /* in it */
    size_t free_from; /* live records end here, says the chunk */
    bool is_orphan;   /* the chunk's header is lost */
    size_t live_end;  /* of the last live record, and its number */
    uint64_t live_number;
    char *rebuilt;      /* [EVTX_CHUNK] owned, see evtx_repair.c; or NULL */
    size_t moved_at;    /* from here on the chunk was moved in it */
    ptrdiff_t moved_by; /* so far; 0: not at all */
    uint64_t seen[EVTX_RECORDS_MAX]; /* numbers of the chunk's live records */
    size_t seen_count;
};

enum evtx_found { EVTX_END, EVTX_RECORD, EVTX_DAMAGE };

/* `walk` is zeroed before the first start. */
void evtx_walk_start(struct evtx_walk *walk, struct str bytes);
void evtx_walk_done(struct evtx_walk *walk);
/* The next record, or a run of bytes where one should be, in walk->place. */
enum evtx_found evtx_walk_next(struct evtx_walk *walk);
/* As a parser's `cut`. */
size_t evtx_cut(struct str bytes, bool at_end);
/* A valid record at `at` of a chunk; fills place->size, number, written. */
bool evtx_record_at(struct str chunk, size_t at, struct evtx_place *place);

/* evtx_repair.c: behind damage that begins at `damage` the next record stands
 * at `at`. When the records from there on were moved, put the chunk together
 * anew: true, with walk->place.chunk and walk->pos as they are then. */
bool evtx_repair(struct evtx_walk *walk, size_t damage, size_t at);

/* --- tokens: evtx_token.c ------------------------------------------------- */

/* [MS-EVEN6] 2.2.12.2, with the flag "more follows" (0x40) taken off. */
enum evtx_token_kind {
    EVTX_EOF = 0x00,
    EVTX_OPEN = 0x01,        /* element: name */
    EVTX_CLOSE_START = 0x02, /* end of the start tag */
    EVTX_CLOSE_EMPTY = 0x03, /* end of a tag without content */
    EVTX_CLOSE = 0x04,       /* end of the element */
    EVTX_VALUE = 0x05,       /* text: type, bytes */
    EVTX_ATTRIBUTE = 0x06,   /* name */
    EVTX_CDATA = 0x07,       /* bytes */
    EVTX_CHAR_REF = 0x08,    /* number */
    EVTX_ENTITY_REF = 0x09,  /* name */
    EVTX_PI_TARGET = 0x0A,   /* name */
    EVTX_PI_DATA = 0x0B,     /* bytes */
    EVTX_TEMPLATE = 0x0C,    /* number: where its definition stands */
    EVTX_NORMAL = 0x0D,      /* substitution: number, type */
    EVTX_OPTIONAL = 0x0E,
    EVTX_FRAGMENT = 0x0F, /* header */
};

struct evtx_token {
    uint8_t kind;
    uint8_t type;     /* of a value or substitution */
    uint32_t number;  /* index, character or offset */
    struct str name;  /* UTF-16 */
    struct str bytes; /* of a value; of a template its identifier */
};

/* A place in a chunk's BinXml. */
struct evtx_tokens {
    struct str chunk;
    struct bytes in;
    /* Element starts carry a dependency identifier: those of templates do,
     * those of fragments without one do not. Found out at the first. */
    enum { EVTX_DEPENDS_UNKNOWN, EVTX_DEPENDS, EVTX_DEPENDS_NOT } depends;
    /* Called for each name's offset field, as read. May be NULL. */
    void (*on_name)(void *context, const uint8_t *field, struct str name);
    void *context;
};

/* False, with tokens->in.failed, when the range does not lie in the chunk. */
bool evtx_tokens_start(
    struct evtx_tokens *tokens, struct str chunk, size_t at, size_t len);
/* The next token: false at the end of the range and where it is broken
 * (tokens->in.failed). Definitions and value arrays of a template instance are
 * left to evtx_instance. */
bool evtx_token_next(struct evtx_tokens *tokens, struct evtx_token *token);

/* A template's definition at `offset` of the chunk: EVTX "template
 * definition". */
struct evtx_definition {
    size_t at;          /* of its tokens, in the chunk */
    struct str guid;    /* 16 bytes */
    struct str content; /* its tokens */
};
bool evtx_definition_at(
    struct str chunk, uint32_t offset, struct evtx_definition *out);

/* One value of a template instance. */
struct evtx_value {
    const uint8_t *at; /* `len` bytes, in the chunk */
    uint16_t len;
    uint8_t type;
};
/* Behind an EVTX_TEMPLATE token: its definition, which is stepped over when it
 * stands here, and its values. How many there are; -1 when broken or more than
 * `max`. A definition elsewhere that was overwritten is empty. */
int evtx_instance(struct evtx_tokens *tokens, const struct evtx_token *token,
    struct evtx_definition *definition, struct evtx_value *values, size_t max);

/* --- values as text: evtx_value.c ----------------------------------------- */

/* [MS-EVEN6] 2.2.12.3 (BinXml value types). */
enum evtx_type {
    EVTX_TYPE_NULL = 0x00,
    EVTX_TYPE_STRING = 0x01,
    EVTX_TYPE_ANSI = 0x02,
    EVTX_TYPE_INT8 = 0x03,
    EVTX_TYPE_UINT8 = 0x04,
    EVTX_TYPE_INT16 = 0x05,
    EVTX_TYPE_UINT16 = 0x06,
    EVTX_TYPE_INT32 = 0x07,
    EVTX_TYPE_UINT32 = 0x08,
    EVTX_TYPE_INT64 = 0x09,
    EVTX_TYPE_UINT64 = 0x0A,
    EVTX_TYPE_REAL32 = 0x0B,
    EVTX_TYPE_REAL64 = 0x0C,
    EVTX_TYPE_BOOL = 0x0D,
    EVTX_TYPE_BINARY = 0x0E,
    EVTX_TYPE_GUID = 0x0F,
    EVTX_TYPE_SIZE = 0x10,
    EVTX_TYPE_FILETIME = 0x11,
    EVTX_TYPE_SYSTEMTIME = 0x12,
    EVTX_TYPE_SID = 0x13,
    EVTX_TYPE_HEX32 = 0x14,
    EVTX_TYPE_HEX64 = 0x15,
    EVTX_TYPE_HANDLE = 0x20,
    EVTX_TYPE_BINXML = 0x21,
    EVTX_TYPE_XML = 0x23,
    EVTX_TYPE_ARRAY = 0x80, /* flag */
};

/* Where texts of one record are written; nothing moves until it is emptied. */
struct evtx_room {
    char *at; /* [LIMIT_EVTX_TEXT] */
    size_t used;
    bool full; /* a text had no place */
};

/* The value as text in the room; "" for EVTX_TYPE_NULL, and what has no room
 * or the wrong length (room->full tells the former). Items of an array are
 * joined by a blank. */
struct str evtx_value_text(
    struct evtx_room *room, const struct evtx_value *value);
/* A copy in the room; "" when it has no place. */
struct str evtx_room_keep(struct evtx_room *room, struct str text);
/* UTF-16 as UTF-8; lone surrogates become U+FFFD. */
struct str evtx_utf16_text(struct evtx_room *room, struct str utf16);
/* The number of an integer, boolean or hexadecimal value. */
bool evtx_value_number(const struct evtx_value *value, uint64_t *out);
/* Split the next item off an array; false when there is none left. */
bool evtx_array_next(struct evtx_value *array, struct evtx_value *item);
/* ns since 1970; STAMP_NONE when a stamp cannot hold it. */
int64_t evtx_filetime_stamp(uint64_t filetime);
bool evtx_systemtime_stamp(const struct evtx_value *value, int64_t *out);

/* --- plans: evtx_plan.c --------------------------------------------------- */

enum evtx_target {
    EVTX_TO_NOTHING,
    EVTX_TO_PROVIDER,
    EVTX_TO_SOURCE_NAME,
    EVTX_TO_EVENT_ID,
    EVTX_TO_QUALIFIERS,
    EVTX_TO_VERSION,
    EVTX_TO_LEVEL,
    EVTX_TO_TASK,
    EVTX_TO_OPCODE,
    EVTX_TO_KEYWORDS,
    EVTX_TO_TIME,
    EVTX_TO_RECORD_ID,
    EVTX_TO_ACTIVITY_ID,
    EVTX_TO_PROCESS_ID,
    EVTX_TO_THREAD_ID,
    EVTX_TO_CHANNEL,
    EVTX_TO_COMPUTER,
    EVTX_TO_USER_SID,
    EVTX_TO_MESSAGE,   /* of RenderingInfo, in events that were forwarded */
    EVTX_TO_DATA,      /* a value under `name` */
    EVTX_TO_FRAGMENT,  /* more elements, whose context is the slot's */
    EVTX_TO_USER_DATA, /* `name` is UserData's element */
};

/* Where elements stand. */
enum evtx_level {
    EVTX_IN_NOTHING, /* outside of Event */
    EVTX_IN_EVENT,
    EVTX_IN_SYSTEM,
    EVTX_IN_SYSTEM_ELEMENT,
    EVTX_IN_USER_DATA,
    EVTX_IN_DATA, /* every element is a named value */
};
struct evtx_context {
    enum evtx_level level;
    struct str prefix; /* of the names of values here; "" none */
};

/* Words of the template, or a substitution. */
struct evtx_part {
    struct str text; /* UTF-8; ptr NULL: a substitution */
    uint16_t index;
};

struct evtx_slot {
    enum evtx_target target;
    struct str name;
    struct evtx_context context; /* of EVTX_TO_FRAGMENT, and of BinXml found
                                    where text was announced */
    size_t first, count;         /* of the plan's parts */
};

struct evtx_plan {
    struct evtx_slot *slots;
    size_t slot_count, slot_capacity;
    struct evtx_part *parts;
    size_t part_count, part_capacity;
    uint64_t id; /* of a template's: not 0, never used again */
};

/* Compile elements up to the end of `tokens`. Texts go to `arena`. False when
 * they are broken or nest too deep. */
bool evtx_plan_compile(struct evtx_plan *plan, struct evtx_tokens *tokens,
    const struct evtx_context *context, struct arena *arena);
void evtx_plan_clear(struct evtx_plan *plan); /* keeps the memory */
void evtx_plan_done(struct evtx_plan *plan);

/* --- plans of templates: evtx_cache.c ------------------------------------- */

struct evtx_cache;
struct evtx_cache *evtx_cache_new(void);
void evtx_cache_free(struct evtx_cache *cache);
/* To be called for each chunk, before its first record: nothing that was handed
 * out before may be in use. */
void evtx_cache_enter_chunk(struct evtx_cache *cache);
/* To be called for each piece of a file. */
void evtx_cache_enter_piece(struct evtx_cache *cache);
/* The plan of a template that this piece had in another chunk, by the first
 * bytes of its GUID; NULL when there was none. */
const struct evtx_plan *evtx_cache_recall(struct evtx_cache *cache,
    struct str identifier, const struct evtx_context *context);
/* The plan of a definition; NULL when it is broken. */
const struct evtx_plan *evtx_cache_get(struct evtx_cache *cache,
    struct str chunk, const struct evtx_definition *definition,
    const struct evtx_context *context);

/* --- events: evtx_fill.c -------------------------------------------------- */

struct evtx_fill;
struct evtx_fill *evtx_fill_new(void);
void evtx_fill_free(struct evtx_fill *fill);
/* As evtx_cache_enter_piece, evtx_cache_enter_chunk. */
void evtx_fill_enter_piece(struct evtx_fill *fill);
void evtx_fill_enter_chunk(struct evtx_fill *fill);
/* The event of a record; NULL when its BinXml is broken. Lives until the next
 * call. */
const struct windows_event *evtx_fill_event(
    struct evtx_fill *fill, const struct evtx_place *place);
/* Whether that event's template was lost, and the one of another chunk took its
 * place. */
bool evtx_fill_borrowed(const struct evtx_fill *fill);

/* --- XML: evtx_xml.c ------------------------------------------------------ */

/* Append the record as indented XML; false when it is broken (what there is of
 * it was appended). */
bool evtx_xml_render(struct str chunk, size_t at, size_t len, struct buf *out);

/* --- numbers in memory whose length was checked --------------------------- */

static inline uint16_t evtx_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static inline uint32_t evtx_u32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
           (uint32_t)at[3] << 24;
}

static inline uint64_t evtx_u64(const uint8_t *at)
{
    return (uint64_t)evtx_u32(at) | (uint64_t)evtx_u32(at + 4) << 32;
}

#endif
