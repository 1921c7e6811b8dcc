/* login_kit: login records of many systems, made byte by byte. */
#ifndef SPOOR_TESTS_LOGIN_KIT_H
#define SPOOR_TESTS_LOGIN_KIT_H

#include <stdint.h>
#include <string.h>

#include "src/base/buf.h"

enum kit_layout {
    KIT_LINUX_32,
    KIT_LINUX_32_BIG,
    KIT_LINUX_64,
    KIT_LINUX_64_BIG,
    KIT_DARWIN,
    KIT_SOLARIS,
    KIT_SOLARIS_BIG,
    KIT_LIBC5,
    KIT_FREEBSD,     /* utx.active */
    KIT_FREEBSD_LOG, /* utx.log: a length before each record */
    KIT_LAYOUTS
};

/* Numbers of ut_type on Linux. */
enum {
    KIT_RUN_LEVEL = 1,
    KIT_BOOT,
    KIT_NEW_TIME,
    KIT_OLD_TIME,
    KIT_INIT,
    KIT_WAITING,
    KIT_USER,
    KIT_DEAD
};

/* 4 March 2026, 02:11:09 UTC */
#define KIT_LOGIN_TIME 1772590269u

struct kit_login {
    int type; /* as Linux numbers it */
    uint32_t pid;
    const char *line, *id, *user, *host;
    uint32_t seconds; /* after KIT_LOGIN_TIME */
    uint32_t micros;
    uint8_t address[16];
    uint16_t exit;
    uint32_t session;
};

struct kit_place {
    size_t at, len;
};
struct kit_shape {
    size_t size;
    bool big;
    struct kit_place type, pid, line, id, user, host, time, micros, session,
        exit, address;
};

#define KIT_LINUX_HEAD                                             \
    .type = {0, 2}, .pid = {4, 4}, .line = {8, 32}, .id = {40, 4}, \
    .user = {44, 32}, .host = {76, 256}, .exit = {334, 2}, .session = {336, 4}

static const struct kit_shape kit_shapes[KIT_LAYOUTS] = {
    [KIT_LINUX_32] = {.size = 384,
        KIT_LINUX_HEAD,
        .time = {340, 4},
        .micros = {344, 4},
        .address = {348, 16}},
    [KIT_LINUX_32_BIG] = {.size = 384,
        .big = true,
        KIT_LINUX_HEAD,
        .time = {340, 4},
        .micros = {344, 4},
        .address = {348, 16}},
    [KIT_LINUX_64] = {.size = 400,
        KIT_LINUX_HEAD,
        .time = {344, 8},
        .micros = {352, 8},
        .address = {360, 16}},
    [KIT_LINUX_64_BIG] = {.size = 400,
        .big = true,
        KIT_LINUX_HEAD,
        .time = {344, 8},
        .micros = {352, 8},
        .address = {360, 16}},
    [KIT_DARWIN] = {.size = 628,
        .user = {0, 256},
        .id = {256, 4},
        .line = {260, 32},
        .pid = {292, 4},
        .type = {296, 2},
        .time = {300, 4},
        .micros = {304, 4},
        .host = {308, 256}},
    [KIT_SOLARIS] = {.size = 372,
        .user = {0, 32},
        .id = {32, 4},
        .line = {36, 32},
        .pid = {68, 4},
        .type = {72, 2},
        .exit = {76, 2},
        .time = {80, 4},
        .micros = {84, 4},
        .session = {88, 4},
        .host = {114, 257}},
    [KIT_SOLARIS_BIG] = {.size = 372,
        .big = true,
        .user = {0, 32},
        .id = {32, 4},
        .line = {36, 32},
        .pid = {68, 4},
        .type = {72, 2},
        .exit = {76, 2},
        .time = {80, 4},
        .micros = {84, 4},
        .session = {88, 4},
        .host = {114, 257}},
    [KIT_LIBC5] = {.size = 56,
        .type = {0, 2},
        .pid = {4, 4},
        .line = {8, 12},
        .id = {20, 2},
        .time = {24, 4},
        .user = {28, 8},
        .host = {36, 16},
        .address = {52, 4}},
    [KIT_FREEBSD] = {.size = 197,
        .big = true,
        .type = {0, 1},
        .time = {1, 8},
        .id = {9, 8},
        .pid = {17, 4},
        .user = {21, 32},
        .line = {53, 16},
        .host = {69, 128}},
    [KIT_FREEBSD_LOG] = {.size = 197,
        .big = true,
        .type = {0, 1},
        .time = {1, 8},
        .id = {9, 8},
        .pid = {17, 4},
        .user = {21, 32},
        .line = {53, 16},
        .host = {69, 128}},
};

static inline bool kit_is_freebsd(enum kit_layout layout)
{
    return layout == KIT_FREEBSD || layout == KIT_FREEBSD_LOG;
}

static inline void kit_put_number(
    char *record, struct kit_place place, bool big, uint64_t number)
{
    for (size_t i = 0; i < place.len; i++) {
        size_t at = big ? place.len - 1 - i : i;
        record[place.at + at] = (char)(number >> 8 * i & 0xFF);
    }
}

static inline void kit_put_text(
    char *record, struct kit_place place, const char *text)
{
    size_t len = text == NULL ? 0 : strlen(text);
    if (len > 0)
        memcpy(record + place.at, text, len < place.len ? len : place.len);
}

/* FreeBSD's numbers, and Solaris' and macOS' clock changes, differ. */
static inline uint64_t kit_type(enum kit_layout layout, int type)
{
    static const uint8_t freebsd[] = {0, 0, 1, 3, 2, 5, 6, 4, 7};
    return kit_is_freebsd(layout) ? freebsd[type] : (uint64_t)type;
}

/* Append one record. */
static inline void kit_login_add(
    struct buf *out, enum kit_layout layout, const struct kit_login *login)
{
    const struct kit_shape *shape = &kit_shapes[layout];
    char record[640] = {0};
    uint64_t seconds = (uint64_t)KIT_LOGIN_TIME + login->seconds;
    if (kit_is_freebsd(layout))
        seconds = seconds * 1000000 + login->micros;
    kit_put_number(
        record, shape->type, shape->big, kit_type(layout, login->type));
    kit_put_number(record, shape->pid, shape->big, login->pid);
    kit_put_text(record, shape->line, login->line);
    kit_put_text(record, shape->id, login->id);
    kit_put_text(record, shape->user, login->user);
    kit_put_text(record, shape->host, login->host);
    kit_put_number(record, shape->time, shape->big, seconds);
    kit_put_number(record, shape->micros, shape->big, login->micros);
    kit_put_number(record, shape->session, shape->big, login->session);
    kit_put_number(record, shape->exit, shape->big, login->exit);
    if (shape->address.len > 0)
        memcpy(record + shape->address.at, login->address, shape->address.len);
    size_t size = shape->size;
    if (layout == KIT_FREEBSD_LOG) {
        while (size > 1 && record[size - 1] == '\0')
            size--;
        buf_add_char(out, (char)(size >> 8));
        buf_add_char(out, (char)(size & 0xFF));
    }
    buf_add(out, record, size);
}

#endif
