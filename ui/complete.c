/* The tokens up to the caret say what the word at it is: a field's name, a
 * value, a word behind the bar. Candidates that begin with what is typed come
 * first, then those that hold it; each source is in an order of its own, the
 * likely first. */
#include "ui/complete.h"

#include <string.h>

#include "src/base/escape.h"
#include "src/event/vocabulary.h"
#include "src/query/query.h"
#include "ui/filter_text.h"
#include "ui/show.h"

/* --- offering ------------------------------------------------------------ */

struct offer {
    struct completion *out;
    struct str typed; /* of the word, without quotes */
    bool inside;      /* second round: those that hold it further in */
    size_t count;
};

static bool holds(struct str text, struct str part)
{
    for (size_t i = 1; i + part.len <= text.len; i++)
        if (str_eq_nocase(str_sub(text, i, part.len), part))
            return true;
    return false;
}

static bool is_wanted(const struct offer *offer, struct str word)
{
    if (offer->count >= COMPLETE_MAX)
        return false;
    bool begins =
        str_eq_nocase(str_sub(word, 0, offer->typed.len), offer->typed);
    return offer->inside ? !begins && holds(word, offer->typed) : begins;
}

/* `text` goes into the query when `word` is what was begun. */
static void put(
    struct offer *offer, struct str word, struct str text, struct str hint)
{
    if (!is_wanted(offer, word) || !escape_is_clean(text))
        return;
    buf_add_str(&offer->out->texts, text);
    buf_add_char(&offer->out->texts, '\n');
    buf_add_str(&offer->out->hints, hint);
    buf_add_char(&offer->out->hints, '\n');
    offer->count++;
}

static void put_word(struct offer *offer, const char *word, const char *hint)
{
    put(offer, str_from(word), str_from(word), str_from(hint));
}

struct pair {
    const char *word, *hint;
};

static void put_pairs(struct offer *offer, const struct pair *pairs)
{
    for (; pairs->word != NULL; pairs++)
        put_word(offer, pairs->word, pairs->hint);
}

/* --- names --------------------------------------------------------------- */

static const enum field usual_fields[] = {FIELD_USER, FIELD_HOST, FIELD_SRC_IP,
    FIELD_ACTION, FIELD_OUTCOME, FIELD_PROCESS, FIELD_COMMAND, FIELD_FORMAT,
    FIELD_STATUS, FIELD_URL, FIELD_DST_IP, FIELD_CODE};
enum { USUAL = sizeof(usual_fields) / sizeof(usual_fields[0]) };

static bool is_usual(enum field field)
{
    for (size_t i = 0; i < USUAL; i++)
        if (usual_fields[i] == field)
            return true;
    return false;
}

static void put_field(struct offer *offer, enum field field, const char *after)
{
    const struct field_info *info = &field_table[field];
    struct buf text = {0};
    if (info->place == FIELD_IN_FINDING)
        return; /* no event is found by it */
    buf_add_cstr(&text, info->name);
    buf_add_cstr(&text, after);
    put(offer, str_from(info->name), buf_str(&text), str_from(info->help));
    buf_done(&text);
}

static void put_fields(struct offer *offer, const char *after)
{
    for (size_t i = 0; i < USUAL; i++)
        put_field(offer, usual_fields[i], after);
    for (int i = 0; i < FIELD_TOTAL; i++)
        if (!is_usual((enum field)i))
            put_field(offer, (enum field)i, after);
}

static void put_names(struct offer *offer)
{
    static const struct pair words[] = {
        {"after:", "from a day or moment on"},
        {"before:", "up to a day or moment"},
        {"on:", "a day, month or span: 2026-03-04, 2026-03-01..2026-03-04"},
        {"last:", "back from the newest acquisition: 24h, 7d"},
        {"around:", "near an event: 1234+-10m"},
        {"is:", "undated, unparsed, generic, repeated, starred"},
        {"cs:", "text in exact case"},
        {NULL, NULL},
    };
    size_t half = USUAL / 2;
    for (size_t i = 0; i < half; i++)
        put_field(offer, usual_fields[i], ":");
    put_pairs(offer, words);
    for (size_t i = half; i < USUAL; i++)
        put_field(offer, usual_fields[i], ":");
    for (int i = 0; i < FIELD_TOTAL; i++)
        if (!is_usual((enum field)i))
            put_field(offer, (enum field)i, ":");
}

static bool is_offered(const struct completion *out, struct str text)
{
    struct str lines = buf_str(&out->texts);
    while (lines.len > 0)
        if (str_eq(str_cut(&lines, '\n'), text))
            return true;
    return false;
}

/* Names of the logs' own values: there may be very many, so that some of one
 * has to be typed first. */
static void put_own_names(
    struct offer *offer, const struct own_names *own, const char *after)
{
    struct buf text = {0};
    for (size_t i = 0; own != NULL && i < own->count; i++) {
        struct group_key key = {.field = FIELD_NONE, .name = own->at[i].name};
        struct str typed = offer->typed;
        bool is_full = str_starts_with(typed, STR("x."));
        buf_clear(&text);
        if (is_full || field_find(key.name) != FIELD_NONE)
            filter_add_name(&text, &key);
        else
            buf_add_str(&text, key.name);
        struct str word = buf_str(&text);
        buf_add_cstr(&text, after);
        word.ptr = text.ptr;
        if (typed.len > 0 && filter_can_name(&key) && is_wanted(offer, word) &&
            !is_offered(offer->out, buf_str(&text)))
            put(offer, word, buf_str(&text), STR("the logs' own"));
    }
    buf_done(&text);
}

/* --- values -------------------------------------------------------------- */

static const struct word *words_of(enum field field)
{
    switch (field) {
    case FIELD_ACTION:
        return vocabulary_actions;
    case FIELD_CATEGORY:
        return vocabulary_categories;
    case FIELD_OUTCOME:
        return vocabulary_outcomes;
    case FIELD_LEVEL:
        return vocabulary_levels;
    default:
        return NULL;
    }
}

static const char *help_of(const struct word *words, struct str value)
{
    for (; words != NULL && words->name != NULL; words++)
        if (str_eq(value, str_from(words->name)))
            return words->help;
    return "";
}

static bool is_known(const struct group *known, struct str value)
{
    for (size_t i = 0; known != NULL && i < known->count; i++)
        if (str_eq(known->rows[i].keys[0], value))
            return true;
    return false;
}

static void put_values(
    struct offer *offer, enum field field, const struct group *known)
{
    const struct word *words = words_of(field);
    struct group_key key = {.field = field};
    struct buf text = {0}, hint = {0};
    for (size_t i = 0; known != NULL && i < known->count; i++) {
        const struct group_row *row = &known->rows[i];
        const char *help = help_of(words, row->keys[0]);
        buf_clear(&text);
        buf_clear(&hint);
        if (row->keys[0].len == 0)
            continue;
        filter_add_value(&text, &key, row->keys[0]);
        show_number(&hint, row->count);
        buf_printf(&hint, "%s%s", help[0] != '\0' ? "  " : "", help);
        put(offer, row->keys[0], buf_str(&text), buf_str(&hint));
    }
    for (; words != NULL && words->name != NULL; words++)
        if (!is_known(known, str_from(words->name)))
            put_word(offer, words->name, words->help);
    buf_done(&text);
    buf_done(&hint);
}

static void format_day(
    const struct zone *zone, int64_t at, char out[STAMP_TEXT_MAX])
{
    stamp_format_plain(at, STAMP_PRECISION_S, zone_offset_at(zone, at), out);
    out[strlen("2026-03-04")] = '\0';
}

/* The days of the case, the newest first. */
static void put_days(struct offer *offer, const struct complete_facts *facts)
{
    enum { DAYS_MAX = 60 };
    if (facts->first == STAMP_NONE || facts->last == STAMP_NONE)
        return;
    const struct zone *zone = facts->zone != NULL ? facts->zone : zone_utc();
    char oldest[STAMP_TEXT_MAX], day[STAMP_TEXT_MAX];
    format_day(zone, facts->first, oldest);
    int64_t at = facts->last;
    for (int i = 0; i < DAYS_MAX; i++) {
        format_day(zone, at, day);
        if (strcmp(day, oldest) < 0)
            break;
        put_word(offer, day, i == 0 ? "the newest events" : "");
        if (__builtin_sub_overflow(at, STAMP_DAY, &at))
            break;
    }
}

static void put_flags(struct offer *offer)
{
    static const struct pair flags[] = {
        {"undated", "without a time"},
        {"unparsed", "no format understood them"},
        {"generic", "only a time or a syslog header was understood"},
        {"parsed", "understood in full"},
        {"repeated", "one row for several events"},
        {"starred", "marked as of interest"},
        {NULL, NULL},
    };
    put_pairs(offer, flags);
}

static void put_spans(struct offer *offer)
{
    static const struct pair spans[] = {
        {"1h", "the last hour before the newest acquisition"},
        {"6h", ""},
        {"24h", "the last day"},
        {"7d", "the last week"},
        {"30d", ""},
        {NULL, NULL},
    };
    put_pairs(offer, spans);
}

static enum field find_field(struct str name)
{
    enum field field = field_find(name);
    return field != FIELD_NONE ? field : field_find_ecs(name);
}

static void put_values_of(
    struct offer *offer, struct str name, const struct complete_facts *facts)
{
    static const struct str days[] = {STR_INIT("after"), STR_INIT("before"),
        STR_INIT("on"), STR_INIT("time")};
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
        if (str_eq_nocase(name, days[i])) {
            put_days(offer, facts);
            return;
        }
    enum field field = find_field(name);
    if (str_eq_nocase(name, STR("is")))
        put_flags(offer);
    else if (str_eq_nocase(name, STR("last")))
        put_spans(offer);
    else if (field != FIELD_NONE)
        put_values(offer, field,
            facts->values != NULL ? facts->values(facts->context, field)
                                  : NULL);
}

/* --- tails --------------------------------------------------------------- */

static void put_tail(struct offer *offer, struct str command, size_t words,
    const struct own_names *own)
{
    static const struct pair commands[] = {
        {"count by", "events for each value, or pair of values"},
        {"top", "the most frequent values: top user 20"},
        {"per", "events per interval: per 1h by outcome"},
        {"first", "when each value was seen first"},
        {NULL, NULL},
    };
    static const struct pair by[] = {{"by", ""}, {NULL, NULL}};
    static const struct pair intervals[] = {
        {"1m", ""}, {"10m", ""}, {"1h", ""}, {"1d", ""}, {NULL, NULL}};
    bool is_per = str_eq(command, STR("per"));
    bool is_count = str_eq(command, STR("count"));
    if (words == 0)
        put_pairs(offer, commands);
    else if ((words == 1 && is_count) || (words == 2 && is_per))
        put_pairs(offer, by);
    else if (words == 1 && is_per)
        put_pairs(offer, intervals);
    else {
        put_fields(offer, "");
        put_own_names(offer, own, "");
    }
}

/* --- the word at the caret ----------------------------------------------- */

struct place {
    enum token_kind kind; /* TOKEN_TEXT: a name; TOKEN_VALUE; TOKEN_TAIL */
    size_t start;
    struct str word;
    struct str name;    /* of the field, TOKEN_VALUE */
    struct str command; /* TOKEN_TAIL */
    size_t words;       /* before this one, TOKEN_TAIL */
};

static struct str token_text(struct str text, const struct token *token)
{
    return str_sub(text, token->start, token->end - token->start);
}

/* What has been typed of a value, without its quotes. */
static struct str bare(struct str word)
{
    if (word.len == 0 || word.ptr[0] != '"')
        return word;
    bool closed = word.len > 1 && word.ptr[word.len - 1] == '"';
    return str_sub(word, 1, word.len - 1 - closed);
}

static struct place find_place(struct str before)
{
    struct place place = {.kind = TOKEN_TEXT, .start = before.len};
    struct tokens tokens = {.text = before};
    struct token token;
    bool in_tail = false;
    while ((token = tokens_next(&tokens)).kind != TOKEN_END) {
        struct str text = token_text(before, &token);
        bool at_caret = token.end == before.len;
        if (token.kind == TOKEN_NAME)
            place.name = text;
        in_tail |= token.kind == TOKEN_BAR;
        if (at_caret &&
            (token.kind == TOKEN_TEXT || token.kind == TOKEN_VALUE ||
                token.kind == TOKEN_TAIL)) {
            place.kind = token.kind;
            place.start = token.start;
            place.word = text;
            return place;
        }
        if (token.kind == TOKEN_TAIL && place.words++ == 0)
            place.command = text;
    }
    if (in_tail)
        place.kind = TOKEN_TAIL;
    return place;
}

static void offer_all(struct offer *offer, const struct place *place,
    const struct complete_facts *facts)
{
    switch (place->kind) {
    case TOKEN_VALUE:
        put_values_of(offer, place->name, facts);
        break;
    case TOKEN_TAIL:
        put_tail(offer, place->command, place->words, facts->own_names);
        break;
    default:
        put_names(offer);
        put_own_names(offer, facts->own_names, ":");
    }
}

void complete_query(struct str text, size_t at,
    const struct complete_facts *facts, struct completion *out)
{
    struct str before = str_sub(text, 0, at);
    struct place place = find_place(before);
    if (place.kind == TOKEN_TEXT && place.word.len > 0) {
        if (place.word.ptr[0] == '"')
            return; /* text is not ours to guess */
        if (str_eq(place.word, STR("-"))) {
            place.start++;
            place.word = STR("");
        }
    }
    out->start = place.start;
    struct offer offer = {.out = out, .typed = bare(place.word)};
    offer_all(&offer, &place, facts);
    offer.inside = true;
    if (offer.typed.len > 0)
        offer_all(&offer, &place, facts);
}
