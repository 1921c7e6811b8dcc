#include <string.h>

#include "src/query/parse.h"

static void add_quoted(struct buf *out, struct str text)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, text.ptr[i]);
    }
    buf_add_char(out, '"');
}

static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if ((unsigned char)c <= ' ' || strchr(",()\"*?\\", c) != NULL)
            return false;
    }
    /* An operator would go on behind the colon. */
    return text.len > 0 && text.ptr[0] != '<' && text.ptr[0] != '>' &&
           str_find(text, STR("..")) < 0;
}

static void add_time(struct buf *out, int64_t time)
{
    char text[STAMP_TEXT_MAX];
    enum stamp_precision precision =
        time % STAMP_SECOND == 0 ? STAMP_PRECISION_S : STAMP_PRECISION_NS;
    buf_add(out, text, stamp_format(time, precision, 0, text));
}

/* --- fields -------------------------------------------------------------- */

static const char *const compare_signs[] = {
    [COMPARE_EQUAL] = ":",
    [COMPARE_LESS] = "<",
    [COMPARE_LESS_EQUAL] = "<=",
    [COMPARE_GREATER] = ">",
    [COMPARE_GREATER_EQUAL] = ">=",
    [COMPARE_RANGE] = ":",
    [COMPARE_NETWORK] = ":",
    [COMPARE_REGEX] = "~",
    [COMPARE_PRESENT] = ":",
};

static bool is_as_written(const struct operand *operand)
{
    return operand->pattern || operand->compare == COMPARE_RANGE ||
           operand->compare == COMPARE_NETWORK;
}

static void add_operand(
    struct buf *out, enum field field, const struct operand *operand)
{
    bool as_written = is_as_written(operand);
    /* The type of an extra is guessed from how it is written: 10.0.0.0/8. */
    bool guessed =
        field == FIELD_NONE && str_find_char(operand->text, '/') >= 0;
    if (operand->compare == COMPARE_PRESENT)
        buf_add_char(out, '*');
    else if (as_written || (is_plain(operand->text) && !guessed))
        buf_add_str(out, operand->text);
    else
        add_quoted(out, operand->text);
}

static void add_name(struct buf *out, enum field field, struct str name)
{
    if (field != FIELD_NONE) {
        buf_add_cstr(out, field_table[field].name);
        return;
    }
    buf_add_cstr(out, "x.");
    buf_add_str(out, name);
}

static void add_field(struct buf *out, const struct node *node)
{
    add_name(out, node->field, node->name);
    buf_add_cstr(out, compare_signs[node->operands[0].compare]);
    for (size_t i = 0; i < node->operand_count; i++) {
        if (i > 0)
            buf_add_char(out, ',');
        add_operand(out, node->field, &node->operands[i]);
    }
    /* An open parenthesis in a bare value would take the group's own. */
    const struct operand *last = &node->operands[node->operand_count - 1];
    if (is_as_written(last) && str_find_char(last->text, '(') >= 0)
        buf_add_char(out, ' ');
}

static void add_span(struct buf *out, const struct node *node, bool inside)
{
    bool first = node->time_first != STAMP_NONE;
    bool last = node->time_last != STAMP_NONE;
    if (!first && !last)
        buf_add_cstr(out, "time:*");
    bool group = inside && first && last;
    if (group)
        buf_add_char(out, '(');
    if (first) {
        buf_add_cstr(out, "after:");
        add_time(out, node->time_first);
    }
    if (first && last)
        buf_add_char(out, ' ');
    if (last) {
        buf_add_cstr(out, "before:");
        add_time(out, node->time_last);
    }
    if (group)
        buf_add_char(out, ')');
}

/* --- the tree ------------------------------------------------------------ */

/* The parser bounds the depth (LIMIT_QUERY_DEPTH). */
static void add_node(struct buf *out, const struct node *node, bool inside)
{
    bool group = inside && (node->kind == NODE_AND || node->kind == NODE_OR);
    if (group)
        buf_add_char(out, '(');
    switch (node->kind) {
    case NODE_ALL:
        break;
    case NODE_AND:
    case NODE_OR:
        for (size_t i = 0; i < node->child_count; i++) {
            if (i > 0)
                buf_add_cstr(out, node->kind == NODE_OR ? " OR " : " ");
            add_node(out, node->children[i], true);
        }
        break;
    case NODE_NOT:
        buf_add_cstr(out, "NOT ");
        add_node(out, node->children[0], true);
        break;
    case NODE_FIELD:
        add_field(out, node);
        break;
    case NODE_TEXT:
        buf_add_cstr(out, node->exact_case ? "cs:" : "");
        add_quoted(out, node->text);
        break;
    case NODE_TIME:
        add_span(out, node, inside);
        break;
    case NODE_FLAG:
        buf_add_cstr(out, "is:");
        buf_add_cstr(out, query_flag_names[node->flag]);
        break;
    }
    if (group)
        buf_add_char(out, ')');
}

void node_format(const struct node *node, struct buf *out)
{
    add_node(out, node, false);
}

static void add_keys(
    struct buf *out, const char *before, const struct tail *tail)
{
    for (size_t i = 0; i < tail->key_count; i++) {
        buf_add_cstr(out, i == 0 ? before : ", ");
        add_name(out, tail->keys[i].field, tail->keys[i].name);
    }
}

void query_format(const struct query *query, struct buf *out)
{
    const struct tail *tail = &query->tail;
    node_format(query->root, out);
    if (tail->kind == TAIL_NONE)
        return;
    buf_add_cstr(out, query->root->kind == NODE_ALL ? "| " : " | ");
    switch (tail->kind) {
    case TAIL_NONE:
        break;
    case TAIL_COUNT:
        buf_add_cstr(out, "count");
        add_keys(out, " by ", tail);
        break;
    case TAIL_TOP:
        buf_add_cstr(out, "top");
        add_keys(out, " ", tail);
        buf_printf(out, " %llu", (unsigned long long)tail->limit);
        break;
    case TAIL_PER:
        /* In seconds or nanoseconds: a span that reads back as it was. */
        if (tail->interval % STAMP_SECOND == 0)
            buf_printf(
                out, "per %llds", (long long)(tail->interval / STAMP_SECOND));
        else
            buf_printf(
                out, "per %lldms", (long long)(tail->interval / 1000000));
        add_keys(out, " by ", tail);
        break;
    case TAIL_FIRST:
        buf_add_cstr(out, "first");
        add_keys(out, " ", tail);
        break;
    }
}
