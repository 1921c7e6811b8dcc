#include "parsers/regex.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/regex_head.h"
#include "parsers/regex_need.h"
#include "src/base/limit.h"
#include "src/base/mem.h"

enum { JIT_STACK_START = 32 << 10, JIT_STACK_MAX = 512 << 10 };

/* Whether there is machine code. Nobody may match while it is being made. */
struct regex_jit {
    pthread_mutex_t lock;
    _Atomic enum { JIT_UNTRIED, JIT_READY, JIT_NONE } state;
};

static struct regex_jit *jit_new(void)
{
    struct regex_jit *jit = xcalloc(1, sizeof(*jit));
    pthread_mutex_init(&jit->lock, NULL);
    atomic_init(&jit->state, JIT_UNTRIED);
    return jit;
}

static void jit_free(struct regex_jit *jit)
{
    if (jit == NULL)
        return;
    pthread_mutex_destroy(&jit->lock);
    free(jit);
}

/* Whether the pattern runs as machine code, made now if need be. */
static bool has_jit(const struct regex *regex)
{
    struct regex_jit *jit = regex->jit;
    int state = (int)atomic_load_explicit(&jit->state, memory_order_acquire);
    if (state != JIT_UNTRIED)
        return state == JIT_READY;
    pthread_mutex_lock(&jit->lock);
    if (atomic_load(&jit->state) == JIT_UNTRIED) {
        bool done = pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE) == 0;
        atomic_store(&jit->state, done ? JIT_READY : JIT_NONE);
    }
    bool ready = atomic_load(&jit->state) == JIT_READY;
    pthread_mutex_unlock(&jit->lock);
    return ready;
}

static bool needs_characters(struct str pattern)
{
    for (size_t i = 0; i < pattern.len; i++)
        if ((unsigned char)pattern.ptr[i] >= 0x80)
            return true;
    return str_find(pattern, STR("\\p")) >= 0 ||
           str_find(pattern, STR("\\P")) >= 0 ||
           str_find(pattern, STR("\\x{")) >= 0;
}

int regex_compile(struct regex *regex, struct str pattern, struct err *err)
{
    uint32_t options = PCRE2_DUPNAMES | PCRE2_NEVER_BACKSLASH_C;
    if (needs_characters(pattern))
        options |= PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;

    int code = 0;
    PCRE2_SIZE at = 0;
    *regex = (struct regex){0};
    regex->code = pcre2_compile(
        (PCRE2_SPTR)pattern.ptr, pattern.len, options, &code, &at, NULL);
    if (regex->code == NULL) {
        PCRE2_UCHAR why[128];
        pcre2_get_error_message(code, why, sizeof(why));
        return err_set(err, ERR_INPUT, "bad pattern: %s at character %zu",
            (const char *)why, (size_t)at + 1);
    }
    regex->jit = jit_new();
    pcre2_pattern_info(regex->code, PCRE2_INFO_CAPTURECOUNT, &regex->groups);
    regex_find_heads(regex, pattern);
    regex->need = regex_find_need(pattern);
    return 0;
}

void regex_done(struct regex *regex)
{
    pcre2_code_free(regex->code);
    jit_free(regex->jit);
    *regex = (struct regex){0};
}

void regex_room_init(struct regex_room *room, uint32_t groups)
{
    *room = (struct regex_room){0};
    room->data = pcre2_match_data_create(groups + 1, NULL);
    room->context = pcre2_match_context_create(NULL);
    room->stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, NULL);
    if (room->data == NULL || room->context == NULL)
        xmalloc(SIZE_MAX); /* ends the program with the usual message */
    pcre2_set_match_limit(room->context, LIMIT_MATCH_STEPS);
    pcre2_set_heap_limit(room->context, LIMIT_MATCH_HEAP_KIB);
    pcre2_set_depth_limit(room->context, LIMIT_MATCH_DEPTH);
    if (room->stack != NULL)
        pcre2_jit_stack_assign(room->context, NULL, room->stack);
}

void regex_room_done(struct regex_room *room)
{
    pcre2_match_data_free(room->data);
    pcre2_match_context_free(room->context);
    pcre2_jit_stack_free(room->stack);
    *room = (struct regex_room){0};
}

uint64_t regex_start(struct str text)
{
    uint64_t start = 0;
    if (text.len >= sizeof(start))
        memcpy(&start, text.ptr, sizeof(start));
    else if (text.len > 0)
        memcpy(&start, text.ptr, text.len);
    return start;
}

static bool first_fits(const struct regex *regex, uint8_t byte)
{
    return (regex->first[byte / 8] >> (byte % 8) & 1) != 0;
}

bool regex_may_match(const struct regex *regex, struct str text, uint64_t start)
{
    for (size_t i = 0; i < regex->head_count; i++) {
        const struct regex_head *head = &regex->heads[i];
        if (head->mask == 0 ? text.len == 0
                                  ? regex->may_be_empty
                                  : first_fits(regex, (uint8_t)text.ptr[0])
                            : (start & head->mask) == head->want)
            return true;
    }
    return false;
}

struct byte_set regex_bytes(struct str text)
{
    struct byte_set set = {{0}};
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = (uint8_t)text.ptr[i];
        if (byte < 128)
            set.bits[byte / 64] |= UINT64_C(1) << (byte % 64);
    }
    return set;
}

bool regex_head_fits(const struct regex *regex, size_t head, uint8_t byte)
{
    const struct regex_head *it = &regex->heads[head];
    uint8_t want;
    memcpy(&want, &it->want, 1);
    return it->mask == 0 ? first_fits(regex, byte) : want == byte;
}

bool regex_match(
    const struct regex *regex, struct regex_room *room, struct str text)
{
    PCRE2_SPTR subject = (PCRE2_SPTR)(text.ptr != NULL ? text.ptr : "");
    int rc = has_jit(regex) ? pcre2_jit_match(regex->code, subject, text.len, 0,
                                  0, room->data, room->context)
                            : pcre2_match(regex->code, subject, text.len, 0, 0,
                                  room->data, room->context);
    if (rc >= 0)
        return true;
    if (rc != PCRE2_ERROR_NOMATCH)
        room->limits++;
    return false;
}

bool regex_group(const struct regex_room *room, struct str text,
    uint32_t number, struct str *out)
{
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(room->data);
    size_t from = at[2 * (size_t)number], to = at[2 * (size_t)number + 1];
    if (from == PCRE2_UNSET || to < from)
        return false;
    *out = str_sub(text, from, to - from);
    return true;
}
