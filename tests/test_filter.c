#include "ui/filter_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FIELD(f) (&(struct group_key){.field = FIELD_##f})
#define EXTRA(n) (&(struct group_key){.field = FIELD_NONE, .name = STR_INIT(n)})

static const struct query_basis basis = {.newest = 0, .day = 0};

static struct query *parse(struct str text)
{
    struct err err = {0};
    struct query *query = query_parse(text, &basis, NULL, &err);
    if (query == NULL)
        fail_msg("%.*s: %s", STR_ARG(text), err.text);
    return query;
}

/* --- tokens -------------------------------------------------------------- */

static void tokens_are_what_the_parser_sees(void **state)
{
    (void)state;
    static const struct {
        const char *text, *kinds;
    } rows[] = {
        {"user:alice", "n:v"},
        {"user:alice,\"b, c\" text", "n:v,vt"},
        {"-host:web* NOT \"a | b\"", "!n:v!t"},
        {"(a OR b) AND status:>=500", "(t|t)&n:v"},
        {"url:http://x/y:8080", "n:v"},
        {"after:2026-03-01,02 x", "n:vt"},
        {"message~a|b,c", "n:v"},
        {"f(x) user:f(a,b)", "tn:v,v)"},
        {"user:alice | count by src_ip, user", "n:vBTTT,T"},
        {"12:30 -enc -", "t!tt"},
        {"user:", "n:v"},
        {"user:\"open", "n:v"},
        {"ORACLE ANDROID NOTE", "ttt"},
        {"", ""},
    };
    static const char letters[] = {
        [TOKEN_TEXT] = 't',
        [TOKEN_NAME] = 'n',
        [TOKEN_OPERATOR] = ':',
        [TOKEN_VALUE] = 'v',
        [TOKEN_COMMA] = ',',
        [TOKEN_NOT] = '!',
        [TOKEN_AND] = '&',
        [TOKEN_OR] = '|',
        [TOKEN_OPEN] = '(',
        [TOKEN_CLOSE] = ')',
        [TOKEN_BAR] = 'B',
        [TOKEN_TAIL] = 'T',
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct tokens tokens = {.text = str_from(rows[i].text)};
        struct token token;
        struct buf kinds = {0};
        while ((token = tokens_next(&tokens)).kind != TOKEN_END)
            buf_add_char(&kinds, letters[token.kind]);
        if (strcmp(buf_cstr(&kinds), rows[i].kinds) != 0)
            fail_msg("%s: %s, not %s", rows[i].text, buf_cstr(&kinds),
                rows[i].kinds);
        buf_done(&kinds);
    }
}

static void any_bytes_have_tokens_that_end(void **state)
{
    (void)state;
    static const char alphabet[] = "a:,\"\\()|-~<> OR\t\xff";
    uint32_t random = 7;
    for (int round = 0; round < 20000; round++) {
        char text[24];
        size_t len = 0;
        for (; len < sizeof(text); len++) {
            random = random * 1664525u + 1013904223u;
            text[len] = alphabet[(random >> 16) % (sizeof(alphabet) - 1)];
        }
        struct tokens tokens = {.text = str_make(text, len)};
        struct token token;
        size_t last = 0, count = 0;
        while ((token = tokens_next(&tokens)).kind != TOKEN_END) {
            assert_true(token.start >= last && token.end >= token.start);
            assert_true(token.end <= len && count++ < 4 * sizeof(text));
            last = token.end;
        }
    }
}

static void the_tail_is_split_off(void **state)
{
    (void)state;
    struct str condition, tail;
    filter_split(STR(" \"a | b\" user:x|y | top user 5 "), &condition, &tail);
    assert_true(str_eq(condition, STR("\"a | b\" user:x|y")));
    assert_true(str_eq(tail, STR("| top user 5")));
    filter_split(STR("user:x"), &condition, &tail);
    assert_int_equal(tail.len, 0);
    filter_split(STR("| count"), &condition, &tail);
    assert_int_equal(condition.len, 0);
}

/* --- values -------------------------------------------------------------- */

static void a_value_reads_back_as_itself(void **state)
{
    (void)state;
    static const char *const values[] = {"alice", "two words", "a,b", "f(x)",
        "(", ")", "\"", "say \"hi\"", "*", "wh?t", "C:\\Users\\a", "\\",
        "\\\\srv\\x", "\\*", "1..5", "../etc/passwd", ">5", "<script>", "=x",
        "10.0.0.0/8", "10.0.0.1", "2001:db8::1", "|", "a|b", "-x", "OR",
        "\xe6\x97\xa5\xe6\x9c\xac", "\xff\xfe", "a\nb", "\t", "~x", ":",
        ":>=", "http://example.com:80/?q=a*b", "x ", " "};
    const struct group_key *keys[] = {FIELD(USER), EXTRA("My-Key.0")};
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
            struct buf text = {0};
            assert_true(filter_add_term(&text, keys[k], str_from(values[i])));
            buf_add_cstr(&text, " last | count by user");
            struct query *query = parse(buf_str(&text));
            const struct node *node = query->root->children[0];
            const struct operand *operand = &node->operands[0];
            bool same = node->kind == NODE_FIELD && node->operand_count == 1 &&
                        operand->compare == COMPARE_EQUAL &&
                        !operand->pattern &&
                        str_eq(operand->text, str_from(values[i])) &&
                        query->tail.kind == TAIL_COUNT;
            if (!same)
                fail_msg("%s became %s", values[i], buf_cstr(&text));
            query_free(query);
            buf_done(&text);
        }
    }
}

static void an_absent_value_is_asked_for_as_such(void **state)
{
    (void)state;
    struct buf text = {0};
    assert_true(filter_add_term(&text, FIELD(USER), STR("")));
    assert_string_equal(buf_cstr(&text), "-user:*");
    buf_done(&text);
}

static void an_extra_that_cannot_be_named_is_refused(void **state)
{
    (void)state;
    struct buf text = {0};
    assert_false(filter_add_term(&text, EXTRA("two words"), STR("a")));
    assert_false(filter_add_term(&text, EXTRA("a:b"), STR("a")));
    assert_false(filter_join_value(
        STR("x"), FILTER_AND, EXTRA("a[0]"), STR("a"), &text));
    assert_int_equal(text.len, 0);
}

/* --- joining ------------------------------------------------------------- */

static void a_value_is_joined_to_a_query(void **state)
{
    (void)state;
    enum { AND = FILTER_AND, OR = FILTER_OR, NOT = FILTER_NOT };
    static const struct {
        const char *query;
        int join;
        const char *value, *result;
    } rows[] = {
        {"", AND, "bob", "user:bob"},
        {"", OR, "bob", "user:bob"},
        {"", NOT, "bob", "-user:bob"},
        {"", NOT, "", "user:*"},
        {"action:login", AND, "bob", "action:login user:bob"},
        {"action:login", NOT, "bob", "action:login -user:bob"},
        {"action:login", OR, "bob", "action:login OR user:bob"},
        {"a OR b", AND, "bob", "(a OR b) user:bob"},
        {"a OR b", NOT, "bob", "(a OR b) -user:bob"},
        {"a OR b", OR, "bob", "a OR b OR user:bob"},
        {"(a OR b)", AND, "bob", "(a OR b) user:bob"},
        {"a | top user", AND, "bob", "a user:bob | top user"},
        {"| top user", AND, "bob", "user:bob | top user"},
        {"| top user", OR, "bob", "user:bob | top user"},
        /* what is there already, and its contrary */
        {"a user:bob", AND, "bob", "a user:bob"},
        {"-user:bob a", AND, "bob", "user:bob a"},
        {"a NOT user:bob b", AND, "bob", "a user:bob b"},
        {"user:bob | count", NOT, "bob", "-user:bob | count"},
        {"a -user:*", NOT, "", "a user:*"},
        /* another value of the field */
        {"user:alice a", OR, "bob", "user:alice,bob a"},
        {"user:alice,bob", OR, "bob", "user:alice,bob"},
        {"a user.name:alice", OR, "b c", "a user.name:alice,\"b c\""},
        {"-user:alice", OR, "bob", "-user:alice OR user:bob"},
        {"user~ali", OR, "bob", "user~ali OR user:bob"},
        {"user:alice", OR, "", "user:alice OR -user:*"},
        {"(user:alice a)", OR, "bob", "(user:alice a) OR user:bob"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf out = {0};
        assert_true(filter_join_value(str_from(rows[i].query),
            (enum filter_join)rows[i].join, FIELD(USER),
            str_from(rows[i].value), &out));
        if (strcmp(buf_cstr(&out), rows[i].result) != 0)
            fail_msg("row %zu, %s: %s, not %s", i, rows[i].query,
                buf_cstr(&out), rows[i].result);
        query_free(parse(buf_str(&out)));
        buf_done(&out);
    }
}

static void a_term_of_its_own_keeps_its_meaning(void **state)
{
    (void)state;
    struct buf out = {0};
    filter_join_term(STR("a OR b | count"), STR("c OR d"), &out);
    assert_string_equal(buf_cstr(&out), "(a OR b) (c OR d) | count");
    buf_clear(&out);
    filter_join_term(STR(""), STR("c OR d"), &out);
    assert_string_equal(buf_cstr(&out), "c OR d");
    buf_done(&out);
}

static void a_span_is_absolute(void **state)
{
    (void)state;
    struct buf out = {0};
    filter_add_span(&out, INT64_C(1772589069) * STAMP_SECOND,
        INT64_C(1772589070) * STAMP_SECOND + 1);
    assert_string_equal(buf_cstr(&out),
        "after:2026-03-04T01:51:09Z before:2026-03-04T01:51:10.000000001Z");
    query_free(parse(buf_str(&out)));
    buf_done(&out);
}

static void terms_are_what_all_must_hold(void **state)
{
    (void)state;
    struct str text = STR(
        " user:a,\"b c\" AND -(x OR NOT y) NOT z \"q r\" is:undated | count");
    static const char *const expected[] = {
        "user:a,\"b c\"", "-(x OR NOT y)", "NOT z", "\"q r\"", "is:undated"};
    struct filter_term terms[8];
    assert_int_equal(filter_terms(text, terms, 8), 5);
    for (size_t i = 0; i < 5; i++) {
        struct str term =
            str_sub(text, terms[i].start, terms[i].end - terms[i].start);
        if (!str_eq(term, str_from(expected[i])))
            fail_msg("%.*s, not %s", STR_ARG(term), expected[i]);
    }
    assert_int_equal(filter_terms(text, terms, 2), 5);
    assert_int_equal(filter_terms(STR("a b OR c"), terms, 8), 1);
    assert_int_equal(terms[0].end, 8);
    assert_int_equal(filter_terms(STR("| count"), terms, 8), 0);
    assert_int_equal(filter_terms(STR(""), terms, 8), 0);
}

static void a_term_can_be_taken_out(void **state)
{
    (void)state;
    struct buf out = {0};
    filter_remove_term(STR("a AND user:b -c | top user"), 1, &out);
    assert_string_equal(buf_cstr(&out), "a -c | top user");
    buf_clear(&out);
    filter_remove_term(STR("a | top user"), 0, &out);
    assert_string_equal(buf_cstr(&out), "| top user");
    buf_clear(&out);
    filter_remove_term(STR("a"), 0, &out);
    assert_int_equal(out.len, 0);
    buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_are_what_the_parser_sees),
        cmocka_unit_test(any_bytes_have_tokens_that_end),
        cmocka_unit_test(the_tail_is_split_off),
        cmocka_unit_test(a_value_reads_back_as_itself),
        cmocka_unit_test(an_absent_value_is_asked_for_as_such),
        cmocka_unit_test(an_extra_that_cannot_be_named_is_refused),
        cmocka_unit_test(a_value_is_joined_to_a_query),
        cmocka_unit_test(a_term_of_its_own_keeps_its_meaning),
        cmocka_unit_test(a_span_is_absolute),
        cmocka_unit_test(terms_are_what_all_must_hold),
        cmocka_unit_test(a_term_can_be_taken_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
