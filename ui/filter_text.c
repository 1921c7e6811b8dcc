/* The tokens are found as the parser (src/query/lex.c, parse.c) finds them, but
 * without a tree and for any text: what is being typed is mostly no query yet,
 * and still has to be coloured and completed. */
#include "ui/filter_text.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

/* --- tokens -------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || (c != '\0' && strchr("_.-@", c) != NULL) ||
           (unsigned char)c >= 0x80;
}

static size_t operator_length(struct str rest)
{
    static const char *const operators[] = {
        ":>=", ":<=", ":>", ":<", ">=", "<=", ">", "<", "~", ":"};
    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
        if (str_starts_with(rest, str_from(operators[i])))
            return strlen(operators[i]);
    return 0;
}

/* The length of a name that an operator follows, else 0. */
static size_t name_length(struct str rest)
{
    size_t len = 0;
    while (len < rest.len && is_name_char(rest.ptr[len]))
        len++;
    if (len == 0 || operator_length(str_from_index(rest, len)) == 0)
        return 0;
    char first = rest.ptr[0];
    return (first >= '0' && first <= '9') || first == '.' || first == '-' ? 0
                                                                          : len;
}

static size_t quoted_length(struct str rest)
{
    for (size_t i = 1; i < rest.len; i++) {
        if (rest.ptr[i] == '"')
            return i + 1;
        if (rest.ptr[i] == '\\' && i + 1 < rest.len &&
            (rest.ptr[i + 1] == '"' || rest.ptr[i + 1] == '\\'))
            i++;
    }
    return rest.len;
}

static size_t word_length(struct str rest, bool comma_ends)
{
    if (rest.len > 0 && rest.ptr[0] == '"')
        return quoted_length(rest);
    int open = 0;
    size_t len = 0;
    for (; len < rest.len && !is_blank(rest.ptr[len]); len++) {
        char c = rest.ptr[len];
        if ((c == ',' && comma_ends) || (c == ')' && open-- == 0))
            break;
        open += c == '(';
    }
    return len;
}

static bool is_keyword(struct str rest, struct str keyword)
{
    if (!str_starts_with(rest, keyword))
        return false;
    char next = rest.len > keyword.len ? rest.ptr[keyword.len] : ' ';
    return is_blank(next) || strchr("()\"", next) != NULL;
}

static struct token take(
    struct tokens *tokens, enum token_kind kind, size_t len)
{
    struct token token = {
        .kind = kind,
        .start = tokens->at,
        .end = tokens->at + len,
        .depth = tokens->depth,
    };
    tokens->at += len;
    return token;
}

static struct token take_parenthesis(struct tokens *tokens, char c)
{
    if (c == ')') {
        tokens->depth -= tokens->depth > 0;
        return take(tokens, TOKEN_CLOSE, 1);
    }
    struct token token = take(tokens, TOKEN_OPEN, 1);
    tokens->depth++;
    return token;
}

/* after:, before: and the like, and cs:, take one value with all its commas. */
static bool takes_commas(struct str name)
{
    static const char *const words[] = {
        "after", "before", "on", "last", "around", "cs"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (str_eq_nocase(name, str_from(words[i])))
            return true;
    return false;
}

static struct token take_term(struct tokens *tokens, struct str rest)
{
    char c = rest.ptr[0];
    if (c == '(' || c == ')')
        return take_parenthesis(tokens, c);
    if (c == '|') {
        tokens->state = TOKENS_TAIL;
        return take(tokens, TOKEN_BAR, 1);
    }
    if (c == '-' && rest.len > 1 && !is_blank(rest.ptr[1]))
        return take(tokens, TOKEN_NOT, 1);
    if (is_keyword(rest, STR("NOT")))
        return take(tokens, TOKEN_NOT, 3);
    if (is_keyword(rest, STR("AND")))
        return take(tokens, TOKEN_AND, 3);
    if (is_keyword(rest, STR("OR")))
        return take(tokens, TOKEN_OR, 2);
    size_t name = name_length(rest);
    if (name == 0)
        return take(tokens, TOKEN_TEXT, word_length(rest, false));
    tokens->state = TOKENS_OPERATOR;
    tokens->commas = !takes_commas(str_sub(rest, 0, name));
    return take(tokens, TOKEN_NAME, name);
}

static struct token take_value(struct tokens *tokens, struct str rest)
{
    struct token value =
        take(tokens, TOKEN_VALUE, word_length(rest, tokens->commas));
    bool comma = tokens->commas && tokens->at < tokens->text.len &&
                 tokens->text.ptr[tokens->at] == ',';
    tokens->state = comma ? TOKENS_COMMA : TOKENS_TERM;
    return value;
}

static struct token take_tail(struct tokens *tokens, struct str rest)
{
    if (rest.ptr[0] == ',')
        return take(tokens, TOKEN_COMMA, 1);
    size_t len = word_length(rest, true);
    return take(tokens, TOKEN_TAIL, len > 0 ? len : 1);
}

struct token tokens_next(struct tokens *tokens)
{
    bool inside = tokens->state != TOKENS_TERM && tokens->state != TOKENS_TAIL;
    while (!inside && tokens->at < tokens->text.len &&
           is_blank(tokens->text.ptr[tokens->at]))
        tokens->at++;
    struct str rest = str_from_index(tokens->text, tokens->at);
    if (tokens->state == TOKENS_VALUE)
        return take_value(tokens, rest);
    if (rest.len == 0)
        return take(tokens, TOKEN_END, 0);
    switch (tokens->state) {
    case TOKENS_TERM:
        return take_term(tokens, rest);
    case TOKENS_OPERATOR:
        tokens->state = TOKENS_VALUE;
        tokens->commas = tokens->commas && rest.ptr[0] != '~';
        return take(tokens, TOKEN_OPERATOR, operator_length(rest));
    case TOKENS_COMMA:
        tokens->state = TOKENS_VALUE;
        return take(tokens, TOKEN_COMMA, 1);
    case TOKENS_VALUE:
    case TOKENS_TAIL:
        break;
    }
    return take_tail(tokens, rest);
}

void filter_split(struct str text, struct str *condition, struct str *tail)
{
    struct tokens tokens = {.text = text};
    struct token token = tokens_next(&tokens);
    while (token.kind != TOKEN_END && token.kind != TOKEN_BAR)
        token = tokens_next(&tokens);
    *condition = str_trim(str_sub(text, 0, token.start));
    *tail = str_trim(str_from_index(text, token.start));
}

/* --- names and values ---------------------------------------------------- */

bool filter_can_name(const struct group_key *key)
{
    if (key->field != FIELD_NONE)
        return true;
    for (size_t i = 0; i < key->name.len; i++)
        if (!is_name_char(key->name.ptr[i]))
            return false;
    return key->name.len > 0;
}

void filter_add_name(struct buf *out, const struct group_key *key)
{
    if (key->field != FIELD_NONE) {
        buf_add_cstr(out, field_table[key->field].name);
        return;
    }
    buf_add_cstr(out, "x.");
    buf_add_str(out, key->name);
}

/* Would the value mean itself without quotes? A backslash is only special
 * before a wildcard, but quoted ones are easier to read. */
static bool is_plain(const struct group_key *key, struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        if ((unsigned char)c <= ' ' || strchr(",()\"*?\\", c) != NULL)
            return false;
    }
    if (value.len == 0 || value.ptr[0] == '<' || value.ptr[0] == '>')
        return false; /* an operator would go on */
    if (str_find(value, STR("..")) >= 0)
        return false;
    /* The type of an extra is guessed from how it is written. */
    return key->field != FIELD_NONE || str_find_char(value, '/') < 0;
}

void filter_add_value(
    struct buf *out, const struct group_key *key, struct str value)
{
    if (is_plain(key, value)) {
        buf_add_str(out, value);
        return;
    }
    buf_add_char(out, '"');
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '"' || value.ptr[i] == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, value.ptr[i]);
    }
    buf_add_char(out, '"');
}

bool filter_add_term(
    struct buf *out, const struct group_key *key, struct str value)
{
    if (!filter_can_name(key))
        return false;
    if (value.len == 0)
        buf_add_char(out, '-');
    filter_add_name(out, key);
    buf_add_char(out, ':');
    if (value.len == 0)
        buf_add_char(out, '*');
    else
        filter_add_value(out, key, value);
    return true;
}

static void add_moment(struct buf *out, const char *word, int64_t time)
{
    char text[STAMP_TEXT_MAX];
    enum stamp_precision precision =
        time % STAMP_SECOND == 0 ? STAMP_PRECISION_S : STAMP_PRECISION_NS;
    buf_add_cstr(out, word);
    buf_add(out, text, stamp_format(time, precision, 0, text));
}

void filter_add_span(struct buf *out, int64_t first, int64_t last)
{
    add_moment(out, "after:", first);
    add_moment(out, " before:", last);
}

/* --- terms --------------------------------------------------------------- */

static bool has_or(struct str condition)
{
    struct tokens tokens = {.text = condition};
    struct token token;
    while ((token = tokens_next(&tokens)).kind != TOKEN_END)
        if (token.kind == TOKEN_OR && token.depth == 0)
            return true;
    return false;
}

/* Does a term go on with this token, after `last`? */
static bool goes_on(const struct token *token, enum token_kind last)
{
    switch (token->kind) {
    case TOKEN_OPERATOR:
    case TOKEN_VALUE:
    case TOKEN_COMMA:
    case TOKEN_CLOSE:
        return true;
    default:
        return token->depth > 0 || last == TOKEN_NOT;
    }
}

size_t filter_terms(struct str text, struct filter_term *out, size_t capacity)
{
    struct str condition, tail;
    filter_split(text, &condition, &tail);
    size_t skipped = condition.len > 0 ? (size_t)(condition.ptr - text.ptr) : 0;
    struct filter_term term = {skipped, skipped + condition.len};
    if (condition.len > 0 && has_or(condition)) {
        if (capacity > 0)
            out[0] = term;
        return 1;
    }
    size_t count = 0;
    enum token_kind last = TOKEN_END;
    struct tokens tokens = {.text = condition};
    struct token token;
    while ((token = tokens_next(&tokens)).kind != TOKEN_END) {
        bool more = count > 0 && goes_on(&token, last);
        last = token.kind;
        if (token.kind == TOKEN_AND && token.depth == 0)
            continue;
        if (!more && count++ < capacity)
            out[count - 1].start = skipped + token.start;
        if (count <= capacity && count > 0)
            out[count - 1].end = skipped + token.end;
    }
    return count;
}

/* The terms of a text, as many as there are. */
static struct filter_term *all_terms(struct str text, size_t *count)
{
    *count = filter_terms(text, NULL, 0);
    struct filter_term *terms = xcalloc(*count + 1, sizeof(*terms));
    filter_terms(text, terms, *count);
    return terms;
}

static struct str term_text(struct str text, const struct filter_term *term)
{
    return str_sub(text, term->start, term->end - term->start);
}

/* `text` with the bytes of a term exchanged. */
static void replace_term(struct str text, const struct filter_term *term,
    struct str with, struct buf *out)
{
    buf_add_str(out, str_sub(text, 0, term->start));
    buf_add_str(out, with);
    buf_add_str(out, str_from_index(text, term->end));
}

void filter_remove_term(struct str text, size_t n, struct buf *out)
{
    size_t count;
    struct filter_term *terms = all_terms(text, &count);
    struct str condition, tail;
    filter_split(text, &condition, &tail);
    size_t before = out->len;
    for (size_t i = 0; i < count; i++) {
        if (i == n)
            continue;
        buf_add_cstr(out, out->len > before ? " " : "");
        buf_add_str(out, term_text(text, &terms[i]));
    }
    if (tail.len > 0) {
        buf_add_cstr(out, out->len > before ? " " : "");
        buf_add_str(out, tail);
    }
    free(terms);
}

/* --- joining ------------------------------------------------------------- */

static void add_grouped(struct buf *out, struct str condition)
{
    bool group = has_or(condition);
    buf_add_cstr(out, group ? "(" : "");
    buf_add_str(out, condition);
    buf_add_cstr(out, group ? ")" : "");
}

static void add_tail(struct buf *out, struct str tail)
{
    if (tail.len > 0) {
        buf_add_char(out, ' ');
        buf_add_str(out, tail);
    }
}

void filter_join_term(struct str text, struct str term, struct buf *out)
{
    struct str condition, tail;
    filter_split(text, &condition, &tail);
    if (condition.len > 0) {
        add_grouped(out, condition);
        buf_add_char(out, ' ');
    }
    if (condition.len > 0)
        add_grouped(out, term);
    else
        buf_add_str(out, term);
    add_tail(out, tail);
}

/* A term without its NOT, which is told apart. */
static struct str strip_not(struct str term, bool *negated)
{
    struct tokens tokens = {.text = term};
    struct token token;
    *negated = false;
    while ((token = tokens_next(&tokens)).kind == TOKEN_NOT)
        *negated = !*negated;
    return str_from_index(term, token.start);
}

/* The term that says the same as `wanted`, or its contrary. */
static const struct filter_term *find_same(struct str text,
    const struct filter_term *terms, size_t count, struct str wanted,
    bool *contrary)
{
    bool not_wanted, not_found;
    struct str body = strip_not(wanted, &not_wanted);
    for (size_t i = 0; i < count; i++) {
        struct str found = strip_not(term_text(text, &terms[i]), &not_found);
        if (str_eq(found, body)) {
            *contrary = not_found != not_wanted;
            return &terms[i];
        }
    }
    return NULL;
}

/* A log's own name may stand without its x where no field has it. */
static bool same_key(struct str name, const struct group_key *key)
{
    enum field field = field_find(name);
    if (field == FIELD_NONE)
        field = field_find_ecs(name);
    if (field == FIELD_NONE && str_starts_with(name, STR("x.")))
        name = str_from_index(name, 2);
    return field == key->field &&
           (field != FIELD_NONE || str_eq(name, key->name));
}

/* Is the term KEY:value[,value...]? Then values can be added to it. */
static bool can_widen(struct str term, const struct group_key *key)
{
    struct tokens tokens = {.text = term};
    struct token name = tokens_next(&tokens);
    struct token sign = tokens_next(&tokens);
    return name.kind == TOKEN_NAME && sign.kind == TOKEN_OPERATOR &&
           same_key(str_sub(term, name.start, name.end - name.start), key) &&
           sign.end - sign.start == 1 && term.ptr[sign.start] == ':' &&
           tokens.commas;
}

static bool has_value(
    struct str term, const struct group_key *key, struct str value)
{
    struct buf wanted = {0};
    filter_add_value(&wanted, key, value);
    struct tokens tokens = {.text = term};
    struct token token;
    bool found = false;
    while ((token = tokens_next(&tokens)).kind != TOKEN_END && !found)
        found = token.kind == TOKEN_VALUE &&
                str_eq(str_sub(term, token.start, token.end - token.start),
                    buf_str(&wanted));
    buf_done(&wanted);
    return found;
}

/* user:alice into user:alice,bob; false if no term is of this key. */
static bool widen(struct str text, const struct group_key *key,
    struct str value, struct buf *out)
{
    size_t count;
    struct filter_term *terms = all_terms(text, &count);
    bool done = false;
    for (size_t i = 0; i < count && !done && value.len > 0; i++) {
        struct str term = term_text(text, &terms[i]);
        if (!can_widen(term, key))
            continue;
        struct buf wider = {0};
        buf_add_str(&wider, term);
        if (!has_value(term, key, value)) {
            buf_add_char(&wider, ',');
            filter_add_value(&wider, key, value);
        }
        replace_term(text, &terms[i], buf_str(&wider), out);
        buf_done(&wider);
        done = true;
    }
    free(terms);
    return done;
}

static void join_or(struct str text, const struct group_key *key,
    struct str value, struct str term, struct buf *out)
{
    if (widen(text, key, value, out))
        return;
    struct str condition, tail;
    filter_split(text, &condition, &tail);
    if (condition.len > 0) {
        buf_add_str(out, condition);
        buf_add_cstr(out, " OR ");
    }
    buf_add_str(out, term);
    add_tail(out, tail);
}

static void join_and(struct str text, struct str term, struct buf *out)
{
    size_t count;
    bool contrary = false;
    struct filter_term *terms = all_terms(text, &count);
    const struct filter_term *same =
        find_same(text, terms, count, term, &contrary);
    if (same == NULL)
        filter_join_term(text, term, out);
    else
        replace_term(text, same, contrary ? term : term_text(text, same), out);
    free(terms);
}

bool filter_join_value(struct str text, enum filter_join join,
    const struct group_key *key, struct str value, struct buf *out)
{
    struct buf term = {0};
    if (!filter_add_term(&term, key, value))
        return false;
    struct str wanted = buf_str(&term);
    struct buf contrary = {0};
    switch (join) {
    case FILTER_AND:
        join_and(text, wanted, out);
        break;
    case FILTER_OR:
        join_or(text, key, value, wanted, out);
        break;
    case FILTER_NOT:
        if (value.len > 0)
            buf_add_char(&contrary, '-');
        buf_add_str(&contrary, str_from_index(wanted, value.len == 0));
        join_and(text, buf_str(&contrary), out);
        break;
    }
    buf_done(&term);
    buf_done(&contrary);
    return true;
}
