#define PCRE2_CODE_UNIT_WIDTH 8
#include "src/query/inside.h"

#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"

/* --- sets ---------------------------------------------------------------- */

bool bits_has(const struct bits *bits, int64_t id)
{
    return id >= 0 && id < bits->limit &&
           (bits->at[id / 8] >> (id % 8) & 1) != 0;
}

void bits_add(struct bits *bits, int64_t id)
{
    if (id < 0 || bits_has(bits, id))
        return;
    if (id >= bits->limit) {
        int64_t limit = bits->limit == 0 ? 64 : bits->limit;
        while (limit <= id)
            limit *= 2;
        bits->at = xrealloc(bits->at, (size_t)limit / 8, 1);
        memset(
            bits->at + bits->limit / 8, 0, (size_t)(limit - bits->limit) / 8);
        bits->limit = limit;
    }
    bits->at[id / 8] |= (uint8_t)(1u << (id % 8));
    bits->members++;
}

int64_t bits_next(const struct bits *bits, int64_t from)
{
    for (int64_t id = from; id < bits->limit; id++) {
        if (id % 8 == 0 && bits->at[id / 8] == 0)
            id += 7;
        else if (bits_has(bits, id))
            return id;
    }
    return -1;
}

/* --- patterns ------------------------------------------------------------ */

enum glyph { GLYPH_BYTE, GLYPH_ONE, GLYPH_ANY };

/* A folded pattern: what each byte stands for. */
struct glob {
    uint8_t *glyphs;
    char *bytes;
    size_t len;
};

struct matcher {
    const struct node *node;
    bool is_path;         /* the last component of the value counts too */
    struct glob *globs;   /* per operand; len 0 unless a pattern */
    struct str *folded;   /* per operand */
    pcre2_code **regexes; /* per operand, or NULL */
    struct buf memory;
};

struct match_scratch {
    struct buf folded;
    pcre2_match_data *match;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
};

struct match_scratch *match_scratch_new(void)
{
    struct match_scratch *scratch = xcalloc(1, sizeof(*scratch));
    scratch->match = pcre2_match_data_create(4, NULL);
    scratch->context = pcre2_match_context_create(NULL);
    scratch->stack = pcre2_jit_stack_create(32 << 10, 512 << 10, NULL);
    pcre2_set_match_limit(scratch->context, LIMIT_MATCH_STEPS);
    pcre2_set_heap_limit(scratch->context, LIMIT_MATCH_HEAP_KIB);
    pcre2_set_depth_limit(scratch->context, LIMIT_MATCH_DEPTH);
    pcre2_jit_stack_assign(scratch->context, NULL, scratch->stack);
    return scratch;
}

void match_scratch_free(struct match_scratch *scratch)
{
    if (scratch == NULL)
        return;
    buf_done(&scratch->folded);
    pcre2_match_data_free(scratch->match);
    pcre2_match_context_free(scratch->context);
    pcre2_jit_stack_free(scratch->stack);
    free(scratch);
}

static pcre2_code *compile(struct str text, uint32_t options, struct err *err)
{
    int code = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *compiled = pcre2_compile(
        (PCRE2_SPTR)text.ptr, text.len, options, &code, &offset, NULL);
    if (compiled == NULL) {
        PCRE2_UCHAR reason[120] = "";
        pcre2_get_error_message(code, reason, sizeof(reason));
        err_set(err, ERR_USAGE, "pattern: %s", (const char *)reason);
        return NULL;
    }
    pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE);
    return compiled;
}

static void fold(struct str text, struct buf *out)
{
    buf_clear(out);
    buf_reserve(out, text.len);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c >= 0x80) {
            buf_clear(out);
            utf8_add_folded(out, text);
            return;
        }
        buf_add_char(out, (char)(c >= 'A' && c <= 'Z' ? c + 32 : c));
    }
}

static void glob_compile(struct str text, struct glob *out)
{
    out->glyphs = xmalloc(text.len + 1);
    out->bytes = xmalloc(text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        char next = i + 1 < text.len ? text.ptr[i + 1] : '\0';
        char after = i + 2 < text.len ? text.ptr[i + 2] : '\0';
        uint8_t glyph = c == '*'   ? GLYPH_ANY
                        : c == '?' ? GLYPH_ONE
                                   : GLYPH_BYTE;
        if (c == '\\' && (next == '*' || next == '?'))
            c = text.ptr[++i];
        else if (c == '\\' && next == '\\' && (after == '*' || after == '?'))
            i++;
        if (glyph == GLYPH_ANY && out->len > 0 &&
            out->glyphs[out->len - 1] == GLYPH_ANY)
            continue;
        out->glyphs[out->len] = glyph;
        out->bytes[out->len++] = c;
    }
}

static size_t next_character(struct str text, size_t at)
{
    do
        at++;
    while (at < text.len && ((unsigned char)text.ptr[at] & 0xC0) == 0x80);
    return at;
}

/* The whole of `text`. Only the last star is ever retried, which is enough. */
static bool glob_matches(const struct glob *glob, struct str text)
{
    size_t at = 0, place = 0;
    size_t star = SIZE_MAX, star_at = 0;
    while (at < text.len) {
        bool here = place < glob->len;
        if (here && glob->glyphs[place] == GLYPH_ANY) {
            star = ++place;
            star_at = at;
        } else if (here && glob->glyphs[place] == GLYPH_ONE) {
            at = next_character(text, at);
            place++;
        } else if (here && glob->bytes[place] == text.ptr[at]) {
            at++;
            place++;
        } else if (star != SIZE_MAX) {
            at = ++star_at;
            place = star;
        } else {
            return false;
        }
    }
    while (place < glob->len && glob->glyphs[place] == GLYPH_ANY)
        place++;
    return place == glob->len;
}

/* --- matchers ------------------------------------------------------------ */

struct matcher *matcher_new(const struct node *node, struct err *err)
{
    struct matcher *matcher = xcalloc(1, sizeof(*matcher));
    size_t count = node->operand_count;
    matcher->node = node;
    matcher->is_path =
        node->field == FIELD_PROCESS || node->field == FIELD_PARENT;
    matcher->globs = xcalloc(count, sizeof(*matcher->globs));
    matcher->folded = xcalloc(count, sizeof(*matcher->folded));
    matcher->regexes = xcalloc(count, sizeof(*matcher->regexes));
    for (size_t i = 0; i < count; i++) {
        const struct operand *operand = &node->operands[i];
        struct buf folded = {0};
        fold(operand->text, &folded);
        matcher->folded[i] = str_make(str_dup(buf_str(&folded)), folded.len);
        buf_done(&folded);
        if (operand->pattern)
            glob_compile(matcher->folded[i], &matcher->globs[i]);
        if (operand->compare != COMPARE_REGEX)
            continue;
        matcher->regexes[i] =
            compile(operand->text, PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, err);
        if (matcher->regexes[i] == NULL) {
            matcher_free(matcher);
            return NULL;
        }
    }
    return matcher;
}

void matcher_free(struct matcher *matcher)
{
    if (matcher == NULL)
        return;
    for (size_t i = 0; i < matcher->node->operand_count; i++) {
        free(matcher->globs[i].glyphs);
        free(matcher->globs[i].bytes);
        free((void *)(uintptr_t)matcher->folded[i].ptr);
        pcre2_code_free(matcher->regexes[i]);
    }
    free(matcher->globs);
    free(matcher->folded);
    free(matcher->regexes);
    free(matcher);
}

static bool number_compares(const struct operand *operand, int64_t value)
{
    if (!operand->number_ok)
        return false;
    switch (operand->compare) {
    case COMPARE_EQUAL:
    case COMPARE_RANGE:
        return value >= operand->low && value <= operand->high;
    case COMPARE_LESS:
        return value < operand->low;
    case COMPARE_LESS_EQUAL:
        return value <= operand->low;
    case COMPARE_GREATER:
        return value > operand->low;
    case COMPARE_GREATER_EQUAL:
        return value >= operand->low;
    case COMPARE_NETWORK:
    case COMPARE_REGEX:
    case COMPARE_PRESENT:
        break;
    }
    return false;
}

/* A time operand is a span, [low, high). */
static bool time_compares(const struct operand *operand, int64_t value)
{
    switch (operand->compare) {
    case COMPARE_EQUAL:
    case COMPARE_RANGE:
        return value >= operand->low && value < operand->high;
    case COMPARE_LESS:
        return value < operand->low;
    case COMPARE_LESS_EQUAL:
        return value < operand->high;
    case COMPARE_GREATER:
        return value >= operand->high;
    case COMPARE_GREATER_EQUAL:
        return value >= operand->low;
    case COMPARE_PRESENT:
        return true;
    case COMPARE_NETWORK:
    case COMPARE_REGEX:
        break;
    }
    return false;
}

static bool ip_compares(const struct operand *operand, const struct ip *value)
{
    if (operand->ip_low.family == 0)
        return false;
    int low = ip_compare(value, &operand->ip_low);
    switch (operand->compare) {
    case COMPARE_EQUAL:
    case COMPARE_RANGE:
    case COMPARE_NETWORK:
        return low >= 0 && ip_compare(value, &operand->ip_high) <= 0;
    case COMPARE_LESS:
        return low < 0;
    case COMPARE_LESS_EQUAL:
        return low <= 0;
    case COMPARE_GREATER:
        return low > 0;
    case COMPARE_GREATER_EQUAL:
        return low >= 0;
    case COMPARE_REGEX:
    case COMPARE_PRESENT:
        break;
    }
    return false;
}

static struct str last_component(struct str path)
{
    for (size_t i = path.len; i > 0; i--)
        if (path.ptr[i - 1] == '/' || path.ptr[i - 1] == '\\')
            return str_from_index(path, i);
    return path;
}

static bool regex_matches(
    const pcre2_code *regex, struct match_scratch *scratch, struct str value)
{
    return pcre2_match(regex, (PCRE2_SPTR)(value.ptr ? value.ptr : ""),
               value.len, 0, 0, scratch->match, scratch->context) >= 0;
}

static bool equals(
    const struct matcher *matcher, size_t index, struct str folded)
{
    if (matcher->node->operands[index].pattern)
        return glob_matches(&matcher->globs[index], folded);
    return str_eq(matcher->folded[index], folded);
}

static bool text_compares(const struct matcher *matcher, size_t index,
    struct match_scratch *scratch, struct str value)
{
    const struct operand *operand = &matcher->node->operands[index];
    if (operand->compare == COMPARE_PRESENT)
        return value.len > 0;
    if (operand->compare == COMPARE_REGEX)
        return regex_matches(matcher->regexes[index], scratch, value);
    if (operand->compare == COMPARE_NETWORK) {
        struct ip ip;
        return ip_parse(value, &ip) && ip_compares(operand, &ip);
    }
    if (operand->compare != COMPARE_EQUAL) {
        int64_t number;
        return str_to_i64(value, &number) && number_compares(operand, number);
    }
    fold(value, &scratch->folded);
    struct str folded = buf_str(&scratch->folded);
    if (equals(matcher, index, folded))
        return true;
    return matcher->is_path && equals(matcher, index, last_component(folded));
}

bool match_text(const struct matcher *matcher, struct match_scratch *scratch,
    struct str value)
{
    for (size_t i = 0; i < matcher->node->operand_count; i++)
        if (text_compares(matcher, i, scratch, value))
            return true;
    return false;
}

/* Patterns and expressions look at what is shown. */
static bool wants_text(const struct operand *operand)
{
    return operand->pattern || operand->compare == COMPARE_REGEX ||
           operand->compare == COMPARE_PRESENT;
}

bool match_number(
    const struct matcher *matcher, struct match_scratch *scratch, int64_t value)
{
    struct buf text = {0};
    bool matched = false;
    for (size_t i = 0; i < matcher->node->operand_count && !matched; i++) {
        const struct operand *operand = &matcher->node->operands[i];
        if (wants_text(operand)) {
            buf_clear(&text);
            buf_add_i64(&text, value);
            matched = text_compares(matcher, i, scratch, buf_str(&text));
        } else {
            matched = number_compares(operand, value);
        }
    }
    buf_done(&text);
    return matched;
}

bool match_time(const struct matcher *matcher, int64_t value)
{
    for (size_t i = 0; i < matcher->node->operand_count; i++)
        if (time_compares(&matcher->node->operands[i], value))
            return true;
    return false;
}

bool match_ip(const struct matcher *matcher, struct match_scratch *scratch,
    const struct ip *value)
{
    for (size_t i = 0; i < matcher->node->operand_count; i++) {
        const struct operand *operand = &matcher->node->operands[i];
        if (!wants_text(operand)) {
            if (ip_compares(operand, value))
                return true;
            continue;
        }
        char text[IP_TEXT_MAX];
        if (text_compares(
                matcher, i, scratch, str_make(text, ip_format(value, text))))
            return true;
    }
    return false;
}

/* --- needles ------------------------------------------------------------- */

struct needle {
    struct str text;
    bool ascii;
    pcre2_code *code;
};

struct needle *needle_new(const struct node *node, struct err *err)
{
    struct needle *needle = xcalloc(1, sizeof(*needle));
    needle->text = node->text;
    needle->ascii = true;
    for (size_t i = 0; i < node->text.len; i++)
        if ((unsigned char)node->text.ptr[i] >= 0x80)
            needle->ascii = false;
    uint32_t options = PCRE2_LITERAL;
    if (!node->exact_case)
        options |= PCRE2_CASELESS;
    if (!needle->ascii && !node->exact_case && utf8_is_valid(node->text))
        options |= PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;
    needle->code = compile(node->text, options, err);
    if (needle->code != NULL)
        return needle;
    free(needle);
    return NULL;
}

void needle_free(struct needle *needle)
{
    if (needle == NULL)
        return;
    pcre2_code_free(needle->code);
    free(needle);
}

struct str needle_text(const struct needle *needle)
{
    return needle->text;
}

bool needle_is_ascii(const struct needle *needle)
{
    return needle->ascii;
}

ptrdiff_t needle_find(const struct needle *needle,
    struct match_scratch *scratch, struct str text, size_t from, size_t *end)
{
    if (text.len < needle->text.len && needle->ascii)
        return -1;
    int rc = pcre2_match(needle->code, (PCRE2_SPTR)(text.ptr ? text.ptr : ""),
        text.len, from, 0, scratch->match, NULL);
    if (rc < 0)
        return -1;
    PCRE2_SIZE *place = pcre2_get_ovector_pointer(scratch->match);
    *end = place[1];
    return (ptrdiff_t)place[0];
}
