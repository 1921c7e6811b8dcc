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

/* What there is of a pattern to be matched; set once. Nobody may match while
 * machine code is being made. */
struct regex_code {
    pthread_mutex_t lock;
    _Atomic enum { CODE_UNTRIED, CODE_JIT, CODE_PLAIN, CODE_NONE } state;
    pcre2_code *pcre;
};

static struct regex_code *code_new(pcre2_code *pcre)
{
    struct regex_code *code = xcalloc(1, sizeof(*code));
    pthread_mutex_init(&code->lock, NULL);
    atomic_init(&code->state, CODE_UNTRIED);
    code->pcre = pcre;
    return code;
}

static void code_free(struct regex_code *code)
{
    if (code == NULL)
        return;
    pcre2_code_free(code->pcre);
    pthread_mutex_destroy(&code->lock);
    free(code);
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

static pcre2_code *compile(struct str pattern, int *error, PCRE2_SIZE *at)
{
    uint32_t options = PCRE2_DUPNAMES | PCRE2_NEVER_BACKSLASH_C;
    if (needs_characters(pattern))
        options |= PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;
    return pcre2_compile(
        (PCRE2_SPTR)pattern.ptr, pattern.len, options, error, at, NULL);
}

/* How the pattern runs, made ready now if need be. */
static int code_state(const struct regex *regex)
{
    struct regex_code *code = regex->code;
    int state = (int)atomic_load_explicit(&code->state, memory_order_acquire);
    if (state != CODE_UNTRIED)
        return state;
    pthread_mutex_lock(&code->lock);
    state = (int)atomic_load(&code->state);
    if (state == CODE_UNTRIED) {
        int error = 0;
        PCRE2_SIZE at = 0;
        if (code->pcre == NULL)
            code->pcre = compile(regex->text, &error, &at);
        state = code->pcre == NULL ? CODE_NONE
                : pcre2_jit_compile(code->pcre, PCRE2_JIT_COMPLETE) == 0
                    ? CODE_JIT
                    : CODE_PLAIN;
        atomic_store(&code->state, state);
    }
    pthread_mutex_unlock(&code->lock);
    return state;
}

/* What is known of a pattern from its text. */
static void read_text(struct regex *regex, struct str pattern)
{
    *regex = (struct regex){.text = pattern};
    regex_find_heads(regex, pattern);
    regex->need = regex_find_need(pattern);
}

int regex_compile(struct regex *regex, struct str pattern, struct err *err)
{
    int error = 0;
    PCRE2_SIZE at = 0;
    *regex = (struct regex){0};
    pcre2_code *pcre = compile(pattern, &error, &at);
    if (pcre == NULL) {
        PCRE2_UCHAR why[128];
        pcre2_get_error_message(error, why, sizeof(why));
        return err_set(err, ERR_INPUT, "bad pattern: %s at character %zu",
            (const char *)why, (size_t)at + 1);
    }
    read_text(regex, pattern);
    regex->code = code_new(pcre);
    pcre2_pattern_info(pcre, PCRE2_INFO_CAPTURECOUNT, &regex->groups);
    return 0;
}

void regex_defer(struct regex *regex, struct str pattern, uint32_t groups)
{
    read_text(regex, pattern);
    regex->groups = groups;
    regex->code = code_new(NULL);
}

void regex_names(
    const struct regex *regex, struct arena *arena, struct regex_names *out)
{
    uint32_t size = 0;
    PCRE2_SPTR table = NULL;
    const pcre2_code *pcre = regex->code->pcre;
    *out = (struct regex_names){.groups = regex->groups};
    pcre2_pattern_info(pcre, PCRE2_INFO_NAMECOUNT, &out->count);
    pcre2_pattern_info(pcre, PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info(pcre, PCRE2_INFO_NAMETABLE, &table);
    out->items = arena_alloc(arena, (out->count + 1) * sizeof(*out->items));
    for (uint32_t i = 0; i < out->count; i++) {
        PCRE2_SPTR entry = table + (size_t)i * size;
        out->items[i] = (struct regex_name){
            arena_copy(arena, str_from((const char *)(entry + 2))),
            (uint32_t)entry[0] << 8 | entry[1]};
    }
}

void regex_done(struct regex *regex)
{
    code_free(regex->code);
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

/* Bytes are marked first, each in a place of its own, and then counted
 * together: setting bits of one word, each would wait for the one before. */
struct byte_set regex_bytes(struct str text)
{
    uint8_t seen[256] = {0};
    struct byte_set set = {{0}};
    for (size_t i = 0; i < text.len; i++)
        seen[(uint8_t)text.ptr[i]] = 1;
    for (size_t i = 0; i < 128; i++)
        set.bits[i / 64] |= (uint64_t)seen[i] << (i % 64);
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
    int state = code_state(regex), rc = PCRE2_ERROR_NOMATCH;
    const pcre2_code *pcre = regex->code->pcre;
    if (state == CODE_JIT)
        rc = pcre2_jit_match(
            pcre, subject, text.len, 0, 0, room->data, room->context);
    else if (state == CODE_PLAIN)
        rc = pcre2_match(
            pcre, subject, text.len, 0, 0, room->data, room->context);
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
