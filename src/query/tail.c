#include <string.h>

#include "src/base/escape.h"
#include "src/query/parse.h"

/* One name up to a blank, a comma or the end. */
static int tail_word(struct parse *parse, struct word *out)
{
    lex_skip_blank(parse);
    return lex_word(parse, true, out);
}

static int add_key(
    struct parse *parse, const struct word *word, struct tail *tail)
{
    if (word->text.len == 0)
        return parse_fail(
            parse, word->start, word->start + 1, "expected a field's name");
    if (tail->key_count == GROUP_KEYS_MAX)
        return parse_fail(parse, word->start, word->end,
            "at most %d fields can be counted by", GROUP_KEYS_MAX);
    struct group_key *key = &tail->keys[tail->key_count];
    if (parse_field_name(
            parse, word->start, word->text, &key->field, &key->name) < 0)
        return -1;
    if (key->field != FIELD_NONE &&
        field_table[key->field].place == FIELD_IN_FINDING)
        return parse_fail(parse, word->start, word->end,
            "events cannot be counted by %s", field_table[key->field].name);
    tail->key_count++;
    return 0;
}

/* a, b c: commas and blanks both part names. A number goes to `number`. */
static int parse_keys(struct parse *parse, struct tail *tail, uint64_t *number)
{
    while (!lex_at_end(parse)) {
        struct word word;
        if (tail_word(parse, &word) < 0)
            return -1;
        if (number == NULL || !str_to_u64(word.text, number)) {
            if (add_key(parse, &word, tail) < 0)
                return -1;
        }
        if (lex_peek(parse) == ',') {
            parse->at++;
            if (lex_at_end(parse))
                return parse_fail(parse, parse->at - 1, parse->at,
                    "expected a field's name after the comma");
        }
    }
    return 0;
}

static int need_keys(struct parse *parse, size_t start, struct tail *tail)
{
    if (tail->key_count > 0)
        return 0;
    return parse_fail(
        parse, start, parse->text.len, "expected the name of a field");
}

static int tail_count(struct parse *parse, struct tail *tail)
{
    size_t start = parse->at;
    tail->kind = TAIL_COUNT;
    if (lex_at_end(parse))
        return 0;
    if (!lex_take_keyword(parse, "by"))
        return parse_fail(
            parse, parse->at, parse->text.len, "expected: count by FIELD, ...");
    return parse_keys(parse, tail, NULL) < 0 ? -1
                                             : need_keys(parse, start, tail);
}

static int tail_top(struct parse *parse, struct tail *tail)
{
    size_t start = parse->at;
    tail->kind = TAIL_TOP;
    tail->limit = 10;
    return parse_keys(parse, tail, &tail->limit) < 0
               ? -1
               : need_keys(parse, start, tail);
}

static int tail_per(struct parse *parse, struct tail *tail)
{
    struct word word;
    tail->kind = TAIL_PER;
    if (tail_word(parse, &word) < 0)
        return -1;
    if (!stamp_parse_span(word.text, &tail->interval) || tail->interval <= 0)
        return parse_fail(parse, word.start, word.end,
            "expected an interval such as 1h, 10m or 1d");
    if (lex_at_end(parse))
        return 0;
    if (!lex_take_keyword(parse, "by"))
        return parse_fail(parse, parse->at, parse->text.len,
            "expected: per INTERVAL by FIELD, ...");
    size_t start = parse->at;
    return parse_keys(parse, tail, NULL) < 0 ? -1
                                             : need_keys(parse, start, tail);
}

static int tail_first(struct parse *parse, struct tail *tail)
{
    size_t start = parse->at;
    tail->kind = TAIL_FIRST;
    return parse_keys(parse, tail, NULL) < 0 ? -1
                                             : need_keys(parse, start, tail);
}

static const struct {
    const char *name;
    int (*parse)(struct parse *parse, struct tail *tail);
} tails[] = {
    {"count", tail_count},
    {"top", tail_top},
    {"per", tail_per},
    {"first", tail_first},
};

int parse_tail(struct parse *parse, struct tail *tail)
{
    lex_skip_blank(parse);
    size_t start = parse->at;
    for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++)
        if (lex_take_keyword(parse, tails[i].name))
            return tails[i].parse(parse, tail);
    return parse_fail(parse, start, parse->text.len,
        "expected count, top, per or first after the bar");
}
