#include "parsers/utmp_layout.h"

#include <string.h>

#include "src/base/bytes.h"

/* How much of a file is looked at to find its layout. */
enum { TRIAL_BYTES = 64 << 10 };

/* A time before 1980 or after 2100 is no time of a login. */
#define SECONDS_LEAST INT64_C(315532800)
#define SECONDS_END INT64_C(4102444800)
#define MICROS_PER_SECOND INT64_C(1000000)

/* The highest process number of any system (Linux, PID_MAX_LIMIT). */
#define PID_MAX UINT64_C(4194304)

/* --- types ---------------------------------------------------------------- */

static const char *const type_names[UTMP_TYPE_COUNT] = {
    [UTMP_EMPTY] = "EMPTY",
    [UTMP_RUN_LEVEL] = "RUN_LVL",
    [UTMP_BOOT] = "BOOT_TIME",
    [UTMP_NEW_TIME] = "NEW_TIME",
    [UTMP_OLD_TIME] = "OLD_TIME",
    [UTMP_INIT] = "INIT_PROCESS",
    [UTMP_LOGIN] = "LOGIN_PROCESS",
    [UTMP_USER] = "USER_PROCESS",
    [UTMP_DEAD] = "DEAD_PROCESS",
    [UTMP_ACCOUNTING] = "ACCOUNTING",
    [UTMP_SIGNATURE] = "SIGNATURE",
    [UTMP_SHUTDOWN] = "SHUTDOWN_TIME",
};

const char *utmp_type_name(enum utmp_type type)
{
    return type_names[type];
}

/* How a family of systems numbers the types. */
struct type_map {
    uint8_t count;
    uint8_t types[12];
};

/* glibc, <utmp.h> */
static const struct type_map linux_types = {
    10, {UTMP_EMPTY, UTMP_RUN_LEVEL, UTMP_BOOT, UTMP_NEW_TIME, UTMP_OLD_TIME,
            UTMP_INIT, UTMP_LOGIN, UTMP_USER, UTMP_DEAD, UTMP_ACCOUNTING}};
/* Solaris, <utmpx.h>: the last is DOWN_TIME */
static const struct type_map solaris_types = {
    11, {UTMP_EMPTY, UTMP_RUN_LEVEL, UTMP_BOOT, UTMP_OLD_TIME, UTMP_NEW_TIME,
            UTMP_INIT, UTMP_LOGIN, UTMP_USER, UTMP_DEAD, UTMP_ACCOUNTING,
            UTMP_SHUTDOWN}};
/* macOS, <utmpx.h> */
static const struct type_map darwin_types = {
    12, {UTMP_EMPTY, UTMP_RUN_LEVEL, UTMP_BOOT, UTMP_OLD_TIME, UTMP_NEW_TIME,
            UTMP_INIT, UTMP_LOGIN, UTMP_USER, UTMP_DEAD, UTMP_ACCOUNTING,
            UTMP_SIGNATURE, UTMP_SHUTDOWN}};
/* FreeBSD, <utmpx.h> */
static const struct type_map freebsd_types = {
    9, {UTMP_EMPTY, UTMP_BOOT, UTMP_OLD_TIME, UTMP_NEW_TIME, UTMP_USER,
           UTMP_INIT, UTMP_LOGIN, UTMP_DEAD, UTMP_SHUTDOWN}};

/* --- layouts -------------------------------------------------------------- */

struct place {
    uint16_t at, len; /* len 0: the layout has no such thing */
};

struct utmp_layout {
    const char *name;
    uint16_t size;
    bool big_endian;
    bool has_length;  /* 16 bits, big-endian, stand before each record, whose
                         zeros at the end are left out */
    bool time_micros; /* `time` counts microseconds */
    const struct type_map *types;
    struct place type, pid, line, id, user, host, time, micros, session;
    struct place termination, exit, address;
};

/* glibc's struct utmp: the same up to ut_session, whose width and that of the
 * time after it depend on the machine (bits/types/struct_utmp.h). */
#define GLIBC_HEAD                                                         \
    .types = &linux_types, .type = {0, 2}, .pid = {4, 4}, .line = {8, 32}, \
    .id = {40, 4}, .user = {44, 32}, .host = {76, 256},                    \
    .termination = {332, 2}, .exit = {334, 2}, .session = {336, 4}
#define GLIBC_32 \
    GLIBC_HEAD, .time = {340, 4}, .micros = {344, 4}, .address = {348, 16}
#define GLIBC_64 \
    GLIBC_HEAD, .time = {344, 8}, .micros = {352, 8}, .address = {360, 16}

/* struct futmpx of <utmpx.h> */
#define SOLARIS                                                                \
    .types = &solaris_types, .user = {0, 32}, .id = {32, 4}, .line = {36, 32}, \
    .pid = {68, 4}, .type = {72, 2}, .termination = {74, 2}, .exit = {76, 2},  \
    .time = {80, 4}, .micros = {84, 4}, .session = {88, 4}, .host = {114, 257}

/* struct utmpx32 of Libc's utmpx-darwin.h */
#define DARWIN                                                              \
    .types = &darwin_types, .user = {0, 256}, .id = {256, 4},               \
    .line = {260, 32}, .pid = {292, 4}, .type = {296, 2}, .time = {300, 4}, \
    .micros = {304, 4}, .host = {308, 256}

/* struct futx of FreeBSD's lib/libc/gen/utxdb.h, packed and big-endian */
#define FREEBSD                                                       \
    .big_endian = true, .time_micros = true, .types = &freebsd_types, \
    .type = {0, 1}, .time = {1, 8}, .id = {9, 8}, .pid = {17, 4},     \
    .user = {21, 32}, .line = {53, 16}, .host = {69, 128}

/* struct utmp of Linux libc 5 */
#define LIBC5                                                              \
    .types = &linux_types, .type = {0, 2}, .pid = {4, 4}, .line = {8, 12}, \
    .id = {20, 2}, .time = {24, 4}, .user = {28, 8}, .host = {36, 16},     \
    .address = {52, 4}

/* Of two that explain a file equally well the first is taken. */
static const struct utmp_layout layouts[] = {
    {.name = "Linux, 384 bytes", .size = 384, GLIBC_32},
    {.name = "Linux, 400 bytes, 64-bit times", .size = 400, GLIBC_64},
    {.name = "Linux, 384 bytes, big-endian",
        .size = 384,
        .big_endian = true,
        GLIBC_32},
    {.name = "Linux, 400 bytes, 64-bit times, big-endian",
        .size = 400,
        .big_endian = true,
        GLIBC_64},
    {.name = "Linux, 396 bytes, 64-bit times", .size = 396, GLIBC_64},
    {.name = "FreeBSD utx.log", .size = 197, .has_length = true, FREEBSD},
    {.name = "FreeBSD utx.active", .size = 197, FREEBSD},
    {.name = "macOS utmpx", .size = 628, DARWIN},
    {.name = "macOS utmpx, big-endian",
        .size = 628,
        .big_endian = true,
        DARWIN},
    {.name = "Solaris wtmpx", .size = 372, SOLARIS},
    {.name = "Solaris wtmpx, big-endian",
        .size = 372,
        .big_endian = true,
        SOLARIS},
    {.name = "Linux libc 5", .size = 56, LIBC5},
};
enum { LAYOUT_COUNT = sizeof(layouts) / sizeof(layouts[0]) };

const char *utmp_layout_name(const struct utmp_layout *layout)
{
    return layout->name;
}

uint8_t utmp_layout_number(const struct utmp_layout *layout)
{
    return (uint8_t)(layout - layouts);
}

const struct utmp_layout *utmp_layout_at(uint8_t number)
{
    return number < LAYOUT_COUNT ? &layouts[number] : NULL;
}

size_t utmp_layout_size(const struct utmp_layout *layout)
{
    return layout->size;
}

/* --- one record ----------------------------------------------------------- */

/* `record` has the layout's size, so no place of it is out of reach. */
static uint64_t number_at(
    const struct utmp_layout *layout, struct str record, struct place place)
{
    struct bytes in = bytes_from_str(str_sub(record, place.at, place.len));
    bool big = layout->big_endian;
    switch (place.len) {
    case 1:
        return bytes_u8(&in);
    case 2:
        return big ? bytes_u16be(&in) : bytes_u16le(&in);
    case 4:
        return big ? bytes_u32be(&in) : bytes_u32le(&in);
    case 8:
        return big ? bytes_u64be(&in) : bytes_u64le(&in);
    default:
        return 0;
    }
}

static struct str text_at(struct str record, struct place place)
{
    struct str text = str_sub(record, place.at, place.len);
    ptrdiff_t end = str_find_char(text, '\0');
    return end < 0 ? text : str_sub(text, 0, (size_t)end);
}

/* The terminal's name is written by programs, never by who logs in. */
static bool is_printable(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 ||
            (unsigned char)text.ptr[i] > 0x7E)
            return false;
    return true;
}

/* False when it is no time of a login. */
static bool read_time(const struct utmp_layout *layout, struct str record,
    struct utmp_entry *entry)
{
    uint64_t seconds = number_at(layout, record, layout->time);
    uint64_t micros = number_at(layout, record, layout->micros);
    if (layout->time_micros) {
        micros = seconds % (uint64_t)MICROS_PER_SECOND;
        seconds /= (uint64_t)MICROS_PER_SECOND;
    }
    entry->time = STAMP_NONE;
    entry->precision = layout->time_micros || layout->micros.len > 0
                           ? STAMP_PRECISION_US
                           : STAMP_PRECISION_S;
    if (seconds == 0 && micros == 0 && entry->type == UTMP_SIGNATURE)
        return true;
    if (seconds < (uint64_t)SECONDS_LEAST || seconds >= (uint64_t)SECONDS_END ||
        micros >= (uint64_t)MICROS_PER_SECOND)
        return false;
    return stamp_from_seconds(
        (int64_t)seconds, (uint32_t)micros * 1000, &entry->time);
}

/* ut_addr_v6 is in network order whatever the machine's; an IPv4 address stands
 * in its first word. */
static struct ip address_at(struct str record, struct place place)
{
    static const uint8_t zero[16];
    struct ip ip = {0};
    struct str bytes = str_sub(record, place.at, place.len);
    if (bytes.len < 4 || memcmp(bytes.ptr, zero, bytes.len) == 0)
        return ip;
    memcpy(ip.at, bytes.ptr, bytes.len);
    bool is_v4 = bytes.len == 4 || memcmp(ip.at + 4, zero, 12) == 0;
    ip.family = is_v4 ? 4 : 6;
    static const uint8_t mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    if (is_v4 || memcmp(ip.at, mapped, sizeof(mapped)) != 0)
        return ip;
    memmove(ip.at, ip.at + 12, 4);
    memset(ip.at + 4, 0, 12);
    ip.family = 4;
    return ip;
}

/* Nothing but zeros stands behind the end of a text. */
static bool is_padded(struct str record, struct place place)
{
    struct str text = text_at(record, place);
    for (size_t i = text.len; i < place.len; i++)
        if (record.ptr[place.at + i] != '\0')
            return false;
    return true;
}

static int64_t signed_16(uint64_t number)
{
    return number < 0x8000 ? (int64_t)number : (int64_t)number - 0x10000;
}

static void read_rest(const struct utmp_layout *layout, struct str record,
    struct utmp_entry *entry)
{
    entry->id = text_at(record, layout->id);
    entry->user = text_at(record, layout->user);
    entry->host = text_at(record, layout->host);
    entry->session = (int64_t)number_at(layout, record, layout->session);
    entry->has_exit = layout->exit.len > 0 && entry->type == UTMP_DEAD;
    entry->termination =
        signed_16(number_at(layout, record, layout->termination));
    entry->exit = signed_16(number_at(layout, record, layout->exit));
    entry->address = address_at(record, layout->address);
}

/* False when no record of this layout looks like this. */
static bool read_record(const struct utmp_layout *layout, struct str record,
    struct utmp_entry *entry)
{
    *entry = (struct utmp_entry){0};
    uint64_t type = number_at(layout, record, layout->type);
    if (type >= layout->types->count)
        return false;
    entry->type = (enum utmp_type)layout->types->types[type];
    uint64_t pid = number_at(layout, record, layout->pid);
    entry->line = text_at(record, layout->line);
    if (pid > PID_MAX || !read_time(layout, record, entry) ||
        !is_printable(entry->line))
        return false;
    entry->pid = (int64_t)pid;
    entry->is_clean =
        is_padded(record, layout->line) && is_padded(record, layout->user);
    read_rest(layout, record, entry);
    return true;
}

/* --- many records --------------------------------------------------------- */

/* Where the time ends: what follows may be missing from the last record. */
static size_t least_size(const struct utmp_layout *layout)
{
    struct place last = layout->time;
    if (layout->micros.at > last.at)
        last = layout->micros;
    size_t end = (size_t)last.at + last.len;
    size_t user = (size_t)layout->user.at + layout->user.len;
    return end > user ? end : user;
}

/* The record at `at` and how many bytes it takes; 0 when there is none. */
static size_t record_at(
    struct utmp_walk *walk, size_t at, struct utmp_entry *entry)
{
    const struct utmp_layout *layout = walk->layout;
    struct str rest = str_from_index(walk->bytes, at);
    size_t head = 0, size = layout->size;
    if (layout->has_length) {
        struct bytes in = bytes_from_str(rest);
        size = bytes_u16be(&in);
        head = 2;
        if (in.failed || size == 0 || size > layout->size)
            return 0;
        rest = str_from_index(rest, head);
    }
    bool is_short = rest.len < size;
    if (is_short &&
        (!walk->at_end || layout->has_length || rest.len < least_size(layout)))
        return 0;
    struct str record = str_sub(rest, 0, size);
    if (record.len < layout->size) {
        memset(walk->padded, 0, sizeof(walk->padded));
        memcpy(walk->padded, record.ptr, record.len);
        record = str_make(walk->padded, layout->size);
    }
    if (!read_record(layout, record, entry))
        return 0;
    entry->is_short = is_short;
    return head + (is_short ? rest.len : size);
}

/* How many zeros there are from here on, `most` being enough; whole records of
 * them where records have a fixed size, so that the next one is met at its
 * beginning. */
static size_t zeros_at(const struct utmp_walk *walk, size_t at, size_t most)
{
    const struct utmp_layout *layout = walk->layout;
    struct str rest = str_sub(walk->bytes, at, most);
    size_t zeros = 0;
    while (zeros < rest.len && rest.ptr[zeros] == '\0')
        zeros++;
    if (at + zeros == walk->bytes.len)
        return zeros;
    if (layout == NULL)
        return 0;
    if (layout->has_length) /* whose first byte may well be a zero */
        return zeros > 1 ? zeros - 1 : 0;
    return zeros - zeros % layout->size;
}

/* A record, and what follows is one, too, or zeros, or the end. Here more is
 * asked of it than where one is expected; empty ones prove nothing: type 0 is
 * found anywhere. */
static bool starts_record(struct utmp_walk *walk, size_t at)
{
    struct utmp_entry entry;
    size_t length = record_at(walk, at, &entry);
    if (length == 0 || entry.type == UTMP_EMPTY || !entry.is_clean)
        return false;
    size_t next = at + length;
    return walk->bytes.len - next < walk->layout->size ||
           record_at(walk, next, &entry) > 0 ||
           zeros_at(walk, next, walk->layout->size) > 0;
}

static size_t find_sync(struct utmp_walk *walk, size_t at)
{
    while (walk->layout != NULL && at < walk->bytes.len &&
           !starts_record(walk, at))
        at++;
    return walk->layout != NULL ? at : walk->bytes.len;
}

static enum utmp_span_kind take(struct utmp_walk *walk, struct utmp_span *span,
    enum utmp_span_kind kind, size_t length)
{
    span->offset = walk->at;
    span->length = length;
    walk->at += length;
    return kind;
}

/* What is damaged in place is told record by record. */
static size_t damage_length(const struct utmp_walk *walk)
{
    size_t length = walk->sync - walk->at;
    bool in_slots = walk->layout != NULL && !walk->layout->has_length;
    return in_slots && length > walk->layout->size ? walk->layout->size
                                                   : length;
}

enum utmp_span_kind utmp_walk_next(
    struct utmp_walk *walk, struct utmp_span *span)
{
    if (walk->at >= walk->bytes.len)
        return UTMP_SPAN_END;
    if (walk->at < walk->sync)
        return take(walk, span, UTMP_SPAN_DAMAGE, damage_length(walk));
    size_t length =
        walk->layout != NULL ? record_at(walk, walk->at, &span->entry) : 0;
    if (length > 0)
        return take(walk, span, UTMP_SPAN_RECORD, length);
    length = zeros_at(walk, walk->at, SIZE_MAX);
    if (length > 0)
        return take(walk, span, UTMP_SPAN_ZERO, length);
    walk->sync = find_sync(walk, walk->at + 1);
    return take(walk, span, UTMP_SPAN_DAMAGE, damage_length(walk));
}

/* --- choosing ------------------------------------------------------------- */

static unsigned share_of(const struct utmp_layout *layout, struct str bytes)
{
    struct utmp_walk walk = {.layout = layout, .bytes = bytes};
    struct utmp_span span;
    size_t met = 0, damaged = 0;
    enum utmp_span_kind kind;
    while ((kind = utmp_walk_next(&walk, &span)) != UTMP_SPAN_END) {
        /* what the trial cuts is neither */
        bool is_tail = walk.at == bytes.len && span.length < layout->size;
        if (kind == UTMP_SPAN_RECORD && span.entry.type != UTMP_EMPTY)
            met += span.length;
        else if (kind == UTMP_SPAN_DAMAGE && !is_tail)
            damaged += span.length;
    }
    return met == 0 ? 0 : (unsigned)(met * 1000 / (met + damaged));
}

const struct utmp_layout *utmp_layout_find(struct str bytes, unsigned *share)
{
    const struct utmp_layout *best = NULL;
    unsigned most = 0;
    bytes = str_sub(bytes, 0, TRIAL_BYTES);
    for (size_t i = 0; i < LAYOUT_COUNT && most < 1000; i++) {
        unsigned own = share_of(&layouts[i], bytes);
        if (own > most) {
            most = own;
            best = &layouts[i];
        }
    }
    if (share != NULL)
        *share = most;
    return best;
}
