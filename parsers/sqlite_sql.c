/* Enough of SQL to know the columns of a CREATE TABLE. */
#include "parsers/sqlite_inside.h"

/* A word, a quoted name (without its quotes) or one character. */
struct token {
    struct str text;
    bool quoted;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           (unsigned char)c >= 0x80;
}

/* Past blanks and comments. */
static void skip_space(struct str *sql)
{
    for (;;) {
        size_t at = 0;
        while (at < sql->len && is_blank(sql->ptr[at]))
            at++;
        *sql = str_from_index(*sql, at);
        if (str_starts_with(*sql, STR("--"))) {
            (void)str_cut(sql, '\n');
        } else if (str_starts_with(*sql, STR("/*"))) {
            ptrdiff_t end = str_find(*sql, STR("*/"));
            *sql = end < 0 ? (struct str){0}
                           : str_from_index(*sql, (size_t)end + 2);
        } else {
            return;
        }
    }
}

static bool next_token(struct str *sql, struct token *token)
{
    static const char opening[] = "\"'`[", closing[] = "\"'`]";
    skip_space(sql);
    *token = (struct token){0};
    if (sql->len == 0)
        return false;
    ptrdiff_t quote = str_find_char(STR("\"'`["), sql->ptr[0]);
    if (quote >= 0 && opening[quote] != '\0') {
        *sql = str_from_index(*sql, 1);
        token->text = str_cut(sql, closing[quote]);
        token->quoted = true;
        return true;
    }
    size_t len = 0;
    while (len < sql->len && is_word(sql->ptr[len]))
        len++;
    token->text = str_sub(*sql, 0, len > 0 ? len : 1);
    *sql = str_from_index(*sql, token->text.len);
    return true;
}

static bool token_is(const struct token *token, const char *word)
{
    return !token->quoted && str_eq_nocase(token->text, str_from(word));
}

/* What stands in the place of a column but is none. */
static bool is_constraint(const struct token *token)
{
    static const char *const words[] = {
        "CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (token_is(token, words[i]))
            return true;
    return false;
}

/* On to the comma or bracket that ends a definition; true at a comma. Says
 * whether it made the column the row id. */
static bool end_definition(struct str *sql, bool *is_rowid)
{
    struct token token;
    int depth = 0;
    bool first = true, is_integer = false, primary = false;
    while (next_token(sql, &token)) {
        if (depth == 0 && (token_is(&token, ",") || token_is(&token, ")")))
            return token_is(&token, ",");
        depth += token_is(&token, "(") - token_is(&token, ")");
        is_integer |= first && token_is(&token, "INTEGER");
        *is_rowid |= is_integer && primary && token_is(&token, "KEY");
        primary = token_is(&token, "PRIMARY");
        first = false;
    }
    return false;
}

bool sqlite_columns_read(struct str sql, struct str *names, size_t most,
    size_t *count, int *rowid_column)
{
    struct token token = {0};
    *count = 0;
    *rowid_column = -1;
    if (!next_token(&sql, &token) || !token_is(&token, "CREATE"))
        return false;
    while (next_token(&sql, &token) && !token_is(&token, "("))
        if (token_is(&token, "AS") || token_is(&token, "VIRTUAL"))
            return false;
    for (bool more = token_is(&token, "("); more && *count < most;) {
        bool is_rowid = false;
        if (!next_token(&sql, &token))
            return false;
        bool is_column = !is_constraint(&token);
        more = end_definition(&sql, &is_rowid);
        if (!is_column)
            continue;
        if (is_rowid)
            *rowid_column = (int)*count;
        names[(*count)++] = token.text;
    }
    return *count > 0;
}
