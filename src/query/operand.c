#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/query/parse.h"

/* --- operators ----------------------------------------------------------- */

static const struct {
    struct str text;
    enum compare compare;
} operators[] = {
    {STR_INIT(":>="), COMPARE_GREATER_EQUAL},
    {STR_INIT(":<="), COMPARE_LESS_EQUAL},
    {STR_INIT(":>"), COMPARE_GREATER},
    {STR_INIT(":<"), COMPARE_LESS},
    {STR_INIT(">="), COMPARE_GREATER_EQUAL},
    {STR_INIT("<="), COMPARE_LESS_EQUAL},
    {STR_INIT(">"), COMPARE_GREATER},
    {STR_INIT("<"), COMPARE_LESS},
    {STR_INIT("~"), COMPARE_REGEX},
    {STR_INIT(":"), COMPARE_EQUAL},
};

static enum compare take_operator(struct parse *parse)
{
    struct str rest = str_from_index(parse->text, parse->at);
    size_t i = 0;
    while (!str_starts_with(rest, operators[i].text))
        i++;
    parse->at += operators[i].text.len;
    return operators[i].compare;
}

/* --- values by type ------------------------------------------------------ */

struct value {
    struct parse *parse;
    const struct node *node;
    struct str name;
    struct word word;
};

static int value_fail(const struct value *value, const char *expected)
{
    return parse_fail(value->parse, value->word.start, value->word.end,
        "%s holds %s, not \"%s\"", escape_text(value->name), expected,
        escape_text(str_sub(value->word.text, 0, 60)));
}

/* Split a..b. Only numbers, times and addresses have ranges, so that "../etc"
 * stays a text. */
static bool split_range(
    const struct word *word, struct str *low, struct str *high)
{
    ptrdiff_t at = word->quoted ? -1 : str_find(word->text, STR(".."));
    if (at <= 0 || (size_t)at + 2 >= word->text.len)
        return false;
    *low = str_sub(word->text, 0, (size_t)at);
    *high = str_from_index(word->text, (size_t)at + 2);
    return true;
}

static int check_order(const struct value *value, bool in_order)
{
    if (in_order)
        return 0;
    return parse_fail(value->parse, value->word.start, value->word.end,
        "the range's end lies before its start");
}

static int number_value(const struct value *value, struct operand *out)
{
    struct str low, high;
    if (split_range(&value->word, &low, &high)) {
        if (!str_to_i64(low, &out->low) || !str_to_i64(high, &out->high))
            return value_fail(value, "numbers (a range is 500..599)");
        out->compare = COMPARE_RANGE;
        out->number_ok = true;
        return check_order(value, out->low <= out->high);
    }
    out->number_ok = str_to_i64(value->word.text, &out->low);
    out->high = out->low;
    if (out->number_ok)
        return 0;
    if (out->pattern && out->compare == COMPARE_EQUAL)
        return 0;
    return value_fail(value, "numbers");
}

static int address_range(const struct value *value, struct str low,
    struct str high, struct operand *out)
{
    if (!ip_parse(low, &out->ip_low) || !ip_parse(high, &out->ip_high) ||
        out->ip_low.family != out->ip_high.family)
        return value_fail(value, "addresses (a range is 10.0.0.1..10.0.0.9)");
    out->compare = COMPARE_RANGE;
    return check_order(value, ip_compare(&out->ip_low, &out->ip_high) <= 0);
}

static int address_value(const struct value *value, struct operand *out)
{
    struct str text = value->word.text, low, high;
    if (split_range(&value->word, &low, &high))
        return address_range(value, low, high, out);
    if (str_find_char(text, '/') >= 0) {
        if (!ip_parse_network(text, &out->ip_low, &out->ip_high))
            return value_fail(
                value, "addresses and networks such as 10.0.0.0/8");
        if (out->compare != COMPARE_EQUAL)
            return value_fail(value, "one address behind < and >");
        out->compare = COMPARE_NETWORK;
        return 0;
    }
    if (ip_parse(text, &out->ip_low)) {
        out->ip_high = out->ip_low;
        return 0;
    }
    if (out->pattern && out->compare == COMPARE_EQUAL)
        return 0;
    return value_fail(value, "addresses and networks such as 10.0.0.0/8");
}

/* Times are spans: 2026-03 begins and ends. low is the first moment, high the
 * first one after it. */
static int time_value(const struct value *value, struct operand *out)
{
    struct word word = value->word;
    struct str low, high;
    int64_t unused;
    if (split_range(&word, &low, &high)) {
        struct word part = word;
        part.text = low;
        if (parse_time(value->parse, &part, &out->low, &unused) < 0)
            return -1;
        part.text = high;
        if (parse_time(value->parse, &part, &unused, &out->high) < 0)
            return -1;
        out->compare = COMPARE_RANGE;
        out->number_ok = true;
        return check_order(value, out->low < out->high);
    }
    out->number_ok = true;
    return parse_time(value->parse, &word, &out->low, &out->high);
}

/* Texts compare as numbers with < > and a..b where both sides are numbers:
 * code:4624..4634. */
static int text_value(const struct value *value, struct operand *out)
{
    struct str low, high;
    if (split_range(&value->word, &low, &high) && str_to_i64(low, &out->low) &&
        str_to_i64(high, &out->high)) {
        out->compare = COMPARE_RANGE;
        out->number_ok = true;
        return check_order(value, out->low <= out->high);
    }
    out->number_ok = str_to_i64(value->word.text, &out->low);
    out->high = out->low;
    if (out->compare == COMPARE_EQUAL || out->number_ok)
        return 0;
    return value_fail(value, "text, and < > compare it with numbers");
}

/* An extra's type is not known: it is compared as what the value looks like. */
static int extra_value(const struct value *value, struct operand *out)
{
    struct str text = value->word.text;
    if (!value->word.quoted && out->compare == COMPARE_EQUAL &&
        str_find_char(text, '/') > 0 &&
        ip_parse_network(text, &out->ip_low, &out->ip_high)) {
        out->compare = COMPARE_NETWORK;
        return 0;
    }
    out->ip_low = out->ip_high = (struct ip){0};
    return text_value(value, out);
}

static int regex_value(const struct value *value, struct operand *out)
{
    (void)out;
    int code = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *compiled =
        pcre2_compile((PCRE2_SPTR)value->word.text.ptr, value->word.text.len,
            PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, &code, &offset, NULL);
    if (compiled != NULL) {
        pcre2_code_free(compiled);
        return 0;
    }
    PCRE2_UCHAR reason[120] = "";
    pcre2_get_error_message(code, reason, sizeof(reason));
    size_t at = value->word.start + (value->word.quoted ? 1 : 0) + offset;
    if (at >= value->word.end)
        at = value->word.end - 1;
    return parse_fail(value->parse, at, at + 1,
        "not a regular expression: %s, at its character %zu",
        (const char *)reason, offset + 1);
}

static int typed_value(const struct value *value, struct operand *out)
{
    if (out->compare == COMPARE_REGEX)
        return regex_value(value, out);
    if (value->node->field == FIELD_NONE)
        return extra_value(value, out);
    switch (field_table[value->node->field].type) {
    case FIELD_TYPE_NUMBER:
        return number_value(value, out);
    case FIELD_TYPE_IP:
        return address_value(value, out);
    case FIELD_TYPE_TIME:
        return time_value(value, out);
    case FIELD_TYPE_TEXT:
        break;
    }
    return text_value(value, out);
}

static int one_value(
    struct value *value, enum compare compare, struct operand *out)
{
    struct parse *parse = value->parse;
    if (lex_word(parse, compare != COMPARE_REGEX, &value->word) < 0)
        return -1;
    const struct word *word = &value->word;
    if (word->text.len == 0)
        return parse_fail(parse, value->node->start, parse->at,
            "expected a value (%s:* finds the events that have one, -%s:* "
            "those that have none)",
            escape_text(value->name), escape_text(value->name));
    *out = (struct operand){.compare = compare, .text = word->text};
    if (compare == COMPARE_EQUAL && !word->quoted) {
        if (str_eq(word->text, STR("*"))) {
            out->compare = COMPARE_PRESENT;
            return 0;
        }
        out->pattern = pattern_has_wildcard(word->text);
        if (!out->pattern)
            out->text = pattern_unescape(&parse->query->arena, word->text);
    }
    return typed_value(value, out);
}

int parse_comparison(struct parse *parse, struct node *node, struct str name)
{
    struct value value = {.parse = parse, .node = node, .name = name};
    enum compare compare = take_operator(parse);
    size_t capacity = 0;
    for (;;) {
        if (node->operand_count == capacity) {
            capacity = capacity == 0 ? 1 : capacity * 2;
            struct operand *grown =
                arena_alloc(&parse->query->arena, capacity * sizeof(*grown));
            if (node->operand_count > 0)
                memcpy(grown, node->operands,
                    node->operand_count * sizeof(*grown));
            node->operands = grown;
        }
        if (one_value(&value, compare, &node->operands[node->operand_count]) <
            0)
            return -1;
        node->operand_count++;
        if (parse->at == parse->text.len || parse->text.ptr[parse->at] != ',' ||
            compare == COMPARE_REGEX)
            return 0;
        parse->at++;
    }
}
