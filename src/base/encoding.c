/* Detection goes from what cannot be wrong to what is merely likely:
 *
 *   1. a byte order mark;
 *   2. UTF-16 without one: ASCII characters have their zero byte always on the
 *      same side, and there are no zero characters;
 *   3. valid UTF-8, or nearly: a few stray bytes in a log come from whoever
 *      wrote into it and must not change how the rest is read;
 *   4. Shift_JIS against EUC-JP: each is read character by character, and gets
 *      points for the characters Japanese text is made of (score_byte_pairs);
 *   5. CP1252, in which every byte means something.
 *
 * Decoding is iconv's work; its descriptors are kept per thread. */
#include "src/base/encoding.h"

#include <iconv.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/utf8.h"

enum {
    UTF16_SHARE = 5,   /* one unit in so many must be ASCII text */
    UTF16_MARGIN = 4,  /* ASCII on one side against the other */
    ZERO_SHARE = 100,  /* at most one unit in so many may be zero */
    STRAY_SHARE = 4,   /* good UTF-8 sequences for each bad byte */
    BAD_SHARE = 20,    /* good Japanese characters for each bad byte */
    COMMON_POINTS = 4, /* a kana, a first-level kanji, punctuation */
    HALF_POINTS = 1,   /* a half-width katakana, one byte */
};

/* The order is that of enum encoding. `unit` is what to skip of what cannot be
 * decoded. */
static const struct {
    const char *name;
    const char *iconv_name;
    size_t unit;
} encodings[ENCODING_COUNT] = {
    [ENCODING_UTF8] = {"UTF-8", "UTF-8", 1},
    [ENCODING_UTF16LE] = {"UTF-16LE", "UTF-16LE", 2},
    [ENCODING_UTF16BE] = {"UTF-16BE", "UTF-16BE", 2},
    [ENCODING_SHIFT_JIS] = {"Shift_JIS", "CP932", 1},
    [ENCODING_EUC_JP] = {"EUC-JP", "EUC-JP-MS", 1},
    [ENCODING_LATIN1] = {"Latin-1", "CP1252", 1},
};

/* Without '-' and '_', in lower case. */
static const struct {
    const char *name;
    enum encoding encoding;
} aliases[] = {
    {"utf8", ENCODING_UTF8},
    {"ascii", ENCODING_UTF8},
    {"utf16le", ENCODING_UTF16LE},
    {"utf16", ENCODING_UTF16LE},
    {"utf16be", ENCODING_UTF16BE},
    {"shiftjis", ENCODING_SHIFT_JIS},
    {"sjis", ENCODING_SHIFT_JIS},
    {"cp932", ENCODING_SHIFT_JIS},
    {"windows31j", ENCODING_SHIFT_JIS},
    {"eucjp", ENCODING_EUC_JP},
    {"latin1", ENCODING_LATIN1},
    {"iso88591", ENCODING_LATIN1},
    {"cp1252", ENCODING_LATIN1},
    {"windows1252", ENCODING_LATIN1},
};

const char *encoding_name(enum encoding encoding)
{
    return encodings[encoding].name;
}

static bool matches_alias(struct str name, struct str alias)
{
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '-' || name.ptr[i] == '_')
            continue;
        if (!str_eq_nocase(str_sub(name, i, 1), str_sub(alias, 0, 1)))
            return false;
        alias = str_from_index(alias, 1);
    }
    return alias.len == 0;
}

bool encoding_parse(struct str name, enum encoding *out)
{
    for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
        if (!matches_alias(name, str_from(aliases[i].name)))
            continue;
        *out = aliases[i].encoding;
        return true;
    }
    return false;
}

static bool is_text_byte(unsigned char c)
{
    return (c >= 0x20 && c < 0x7F) || c == '\t' || c == '\n' || c == '\r';
}

static bool looks_like_utf16(struct str sample, enum encoding *out)
{
    const unsigned char *at = (const unsigned char *)sample.ptr;
    size_t units = sample.len / 2, zero = 0, little = 0, big = 0;
    for (size_t i = 0; i < units; i++) {
        unsigned char first = at[2 * i], second = at[2 * i + 1];
        zero += first == 0 && second == 0;
        little += second == 0 && is_text_byte(first);
        big += first == 0 && is_text_byte(second);
    }
    size_t more = little > big ? little : big;
    size_t less = little > big ? big : little;
    *out = little > big ? ENCODING_UTF16LE : ENCODING_UTF16BE;
    return more > 0 && more * UTF16_SHARE >= units &&
           more >= less * UTF16_MARGIN && zero * ZERO_SHARE <= units;
}

/* True when what is left at `at` may be a character cut by the sample's end. */
static bool is_cut_utf8(struct str sample, size_t at)
{
    unsigned char lead = (unsigned char)sample.ptr[at];
    size_t needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || sample.len - at >= needed)
        return false;
    for (size_t i = at + 1; i < sample.len; i++)
        if (((unsigned char)sample.ptr[i] & 0xC0) != 0x80)
            return false;
    return true;
}

struct utf8_count {
    size_t good; /* sequences of more than one byte */
    size_t bad;  /* bytes */
};

static struct utf8_count count_utf8(struct str sample)
{
    struct utf8_count count = {0};
    for (size_t at = 0; at < sample.len;) {
        size_t start = at;
        uint32_t character = utf8_next(sample, &at);
        if (character == UTF8_BAD && is_cut_utf8(sample, start))
            break;
        count.bad += character == UTF8_BAD;
        count.good += character != UTF8_BAD && character >= 0x80;
    }
    return count;
}

/* What the bytes at `at` are in one of the two Japanese encodings. */
struct japanese {
    size_t len;      /* bytes of the character; 0: none begins here */
    unsigned points; /* how usual it is in Japanese text */
};

typedef struct japanese read_japanese(const unsigned char *at, size_t left);

static bool between(unsigned byte, unsigned low, unsigned high)
{
    return byte >= low && byte <= high;
}

static struct japanese read_shift_jis(const unsigned char *at, size_t left)
{
    if (between(at[0], 0xA1, 0xDF))
        return (struct japanese){1, HALF_POINTS};
    if (!between(at[0], 0x81, 0x9F) && !between(at[0], 0xE0, 0xFC))
        return (struct japanese){0};
    if (left < 2 || !between(at[1], 0x40, 0xFC) || at[1] == 0x7F)
        return (struct japanese){0};
    bool kana = (at[0] == 0x82 && between(at[1], 0x9F, 0xF1)) ||
                (at[0] == 0x83 && between(at[1], 0x40, 0x96));
    bool common = kana || at[0] == 0x81 || between(at[0], 0x88, 0x97);
    return (struct japanese){2, common ? COMMON_POINTS : 0};
}

static struct japanese read_euc_jp(const unsigned char *at, size_t left)
{
    if (left >= 2 && at[0] == 0x8E && between(at[1], 0xA1, 0xDF))
        return (struct japanese){2, HALF_POINTS};
    if (left >= 3 && at[0] == 0x8F && between(at[1], 0xA1, 0xFE) &&
        between(at[2], 0xA1, 0xFE))
        return (struct japanese){3, 0};
    if (left < 2 || !between(at[0], 0xA1, 0xFE) || !between(at[1], 0xA1, 0xFE))
        return (struct japanese){0};
    bool kana = at[0] == 0xA4 || at[0] == 0xA5;
    bool common = kana || at[0] == 0xA1 || between(at[0], 0xB0, 0xCF);
    return (struct japanese){2, common ? COMMON_POINTS : 0};
}

/* Points for each hundred bytes that are not ASCII; 0 when there are too many
 * bytes that cannot be. Japanese text comes in runs: a character between two
 * ASCII ones is more likely an accented letter or a curly quote of CP1252 that
 * swallowed its neighbour, and gets nothing. */
static size_t score_byte_pairs(struct str sample, read_japanese *read)
{
    const unsigned char *bytes = (const unsigned char *)sample.ptr;
    size_t good = 0, bad = 0, size = 0, points = 0;
    size_t run = 0, run_points = 0;
    for (size_t at = 0; at < sample.len;) {
        struct japanese found = {0};
        if (bytes[at] >= 0x80) {
            found = read(bytes + at, sample.len - at);
            /* Nothing before the last two bytes can be cut by the end. */
            bad += found.len == 0 && at + 2 < sample.len;
            size += found.len == 0 ? 1 : found.len;
        }
        if (found.len > 0) {
            good++;
            run++;
            run_points += found.points;
            at += found.len;
        } else {
            points += run > 1 ? run_points : 0;
            run = run_points = 0;
            at++;
        }
    }
    points += run > 1 ? run_points : 0;
    return size == 0 || bad * BAD_SHARE > good ? 0 : points * 100 / size;
}

/* Above what half-width katakana alone reach: those are also the capital
 * accented letters of CP1252. */
static const size_t japanese_score = 120;

static struct encoding_guess guess_bytes(struct str sample)
{
    size_t shift_jis = score_byte_pairs(sample, read_shift_jis);
    size_t euc_jp = score_byte_pairs(sample, read_euc_jp);
    if (euc_jp >= japanese_score && euc_jp >= shift_jis)
        return (struct encoding_guess){
            ENCODING_EUC_JP, 0, "frequent characters of Japanese"};
    if (shift_jis >= japanese_score)
        return (struct encoding_guess){
            ENCODING_SHIFT_JIS, 0, "frequent characters of Japanese"};
    return (struct encoding_guess){
        ENCODING_LATIN1, 0, "neither UTF-8 nor Japanese"};
}

struct encoding_guess encoding_detect(struct str sample)
{
    if (str_starts_with(sample, STR("\xEF\xBB\xBF")))
        return (struct encoding_guess){ENCODING_UTF8, 3, "byte order mark"};
    if (str_starts_with(sample, STR("\xFF\xFE")))
        return (struct encoding_guess){ENCODING_UTF16LE, 2, "byte order mark"};
    if (str_starts_with(sample, STR("\xFE\xFF")))
        return (struct encoding_guess){ENCODING_UTF16BE, 2, "byte order mark"};

    enum encoding utf16;
    if (looks_like_utf16(sample, &utf16))
        return (struct encoding_guess){utf16, 0, "position of zero bytes"};

    struct utf8_count count = count_utf8(sample);
    if (count.bad == 0)
        return (struct encoding_guess){
            ENCODING_UTF8, 0, count.good > 0 ? "valid UTF-8" : "plain ASCII"};
    if (count.good >= count.bad * STRAY_SHARE)
        return (struct encoding_guess){
            ENCODING_UTF8, 0, "UTF-8 with stray bytes"};
    return guess_bytes(sample);
}

size_t encoding_line_end(enum encoding encoding, struct str bytes, size_t from)
{
    bool little = encoding == ENCODING_UTF16LE;
    bool wide = little || encoding == ENCODING_UTF16BE;
    for (size_t at = from; at < bytes.len; at++) {
        ptrdiff_t found = str_find_char(str_from_index(bytes, at), '\n');
        if (found < 0)
            return 0;
        at += (size_t)found;
        if (!wide)
            return at + 1;
        /* The line feed's other half must be zero, on the right side. */
        size_t unit = at - (at - from) % 2;
        size_t other = little ? unit + 1 : unit;
        if (other != at && other < bytes.len && bytes.ptr[other] == 0)
            return unit + 2;
    }
    return 0;
}

/* One descriptor for each encoding, kept by the thread that first needed it. */
struct decoders {
    iconv_t at[ENCODING_COUNT]; /* (iconv_t)-1 when the system has none */
    bool opened[ENCODING_COUNT];
};

static pthread_key_t decoders_key;
static pthread_once_t decoders_once = PTHREAD_ONCE_INIT;

static void decoders_free(void *kept)
{
    struct decoders *decoders = kept;
    for (int i = 0; i < ENCODING_COUNT; i++)
        if (decoders->opened[i] && decoders->at[i] != (iconv_t)-1)
            iconv_close(decoders->at[i]);
    free(decoders);
}

static void decoders_make_key(void)
{
    pthread_key_create(&decoders_key, decoders_free);
}

static iconv_t decoder_get(enum encoding encoding)
{
    pthread_once(&decoders_once, decoders_make_key);
    struct decoders *decoders = pthread_getspecific(decoders_key);
    if (decoders == NULL) {
        decoders = xcalloc(1, sizeof(*decoders));
        pthread_setspecific(decoders_key, decoders);
    }
    if (!decoders->opened[encoding]) {
        decoders->at[encoding] =
            iconv_open("UTF-8", encodings[encoding].iconv_name);
        decoders->opened[encoding] = true;
    }
    return decoders->at[encoding];
}

/* Decode up to the first thing that cannot be, and move past what was. */
static void decode_some(iconv_t decoder, struct str *bytes, struct buf *out)
{
    /* No character of ours takes more than three times its bytes in UTF-8. */
    buf_reserve(out, bytes->len * 3 + 4);
    union {
        const char *from;
        char *in; /* iconv's type; it does not write there */
    } source = {.from = bytes->ptr};
    char *end = out->ptr + out->len;
    size_t room = out->capacity - out->len;
    iconv(decoder, NULL, NULL, NULL, NULL);
    iconv(decoder, &source.in, &bytes->len, &end, &room);
    bytes->ptr = source.from;
    out->len = (size_t)(end - out->ptr);
}

/* In a byte encoding ASCII stands for itself; most lines are nothing else. */
static void copy_ascii(struct str *bytes, struct buf *out)
{
    size_t len = 0;
    while (len < bytes->len && (unsigned char)bytes->ptr[len] < 0x80)
        len++;
    buf_add(out, bytes->ptr, len);
    *bytes = str_from_index(*bytes, len);
}

void encoding_decode(enum encoding encoding, struct str bytes, struct buf *out)
{
    if (encoding == ENCODING_UTF8) {
        buf_add_str(out, bytes);
        return;
    }
    size_t unit = encodings[encoding].unit;
    iconv_t decoder = (iconv_t)-1;
    while (bytes.len > 0) {
        if (unit == 1)
            copy_ascii(&bytes, out);
        if (bytes.len == 0)
            return;
        if (decoder == (iconv_t)-1)
            decoder = decoder_get(encoding);
        if (decoder != (iconv_t)-1)
            decode_some(decoder, &bytes, out);
        if (bytes.len == 0)
            return;
        buf_add_cstr(out, "\xEF\xBF\xBD");
        bytes = str_from_index(bytes, unit);
    }
}
