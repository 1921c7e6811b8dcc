/* The plan as an SQL condition over one batch's rows: ?1 and ?2 are the range
 * of ids, ?3 the batch's source. A leaf can be put in two ways: `may` holds for
 * every row that could match, `must` only for rows that surely do. Under a NOT
 * the other way is needed, so that the whole never misses a match. Where both
 * ways are the same for every leaf, SQL alone decides (plan->exact). */
#include <stdio.h>
#include <string.h>

#include "src/query/inside.h"

struct writer {
    const struct search *search;
    bool repeats; /* rows may stand for several events */
    struct buf *out;
};

static void put(const struct writer *writer, const char *text)
{
    buf_add_cstr(writer->out, text);
}

static void put_step(
    const struct writer *writer, const struct step *step, bool may);

/* Few kinds are a mask in the statement, many a function over the set. */
static void put_kinds(
    const struct writer *writer, const struct step *step, const char *which)
{
    const struct bits *set = which[0] == 's' ? &step->set : &step->ask;
    if (set->members == 0) {
        put(writer, "0");
    } else if (set->limit <= 64 && !bits_has(set, 63)) {
        uint64_t mask = 0;
        for (int64_t id = bits_next(set, 0); id >= 0;
             id = bits_next(set, id + 1))
            mask |= UINT64_C(1) << id;
        buf_printf(writer->out, "(%llu >> kind & 1)", (unsigned long long)mask);
    } else {
        buf_printf(writer->out, "spoor_%s(%d, kind)", which, step->number);
    }
}

static void put_names(const struct writer *writer, const struct step *step)
{
    enum { LISTED_MAX = 8 };
    if (step->set.members == 0) {
        put(writer, "0");
        return;
    }
    if (step->set.members > LISTED_MAX) {
        buf_printf(
            writer->out, "spoor_set(%d, %s)", step->number, step->column);
        return;
    }
    /* IS is never NULL, so that it may stand under NOT. */
    buf_add_char(writer->out, '(');
    const char *between = "";
    for (int64_t id = bits_next(&step->set, 0); id >= 0;
         id = bits_next(&step->set, id + 1)) {
        buf_printf(
            writer->out, "%s%s IS %lld", between, step->column, (long long)id);
        between = " OR ";
    }
    buf_add_char(writer->out, ')');
}

static const char *compare_sql(enum compare compare)
{
    switch (compare) {
    case COMPARE_LESS:
        return "<";
    case COMPARE_LESS_EQUAL:
        return "<=";
    case COMPARE_GREATER:
        return ">";
    case COMPARE_GREATER_EQUAL:
        return ">=";
    case COMPARE_EQUAL:
    case COMPARE_RANGE:
    case COMPARE_NETWORK:
    case COMPARE_REGEX:
    case COMPARE_PRESENT:
        break;
    }
    return "BETWEEN";
}

static void put_address(const struct writer *writer, const struct ip *ip)
{
    if (ip->family == 4) {
        buf_printf(writer->out, "%lu", (unsigned long)ip_v4(ip));
        return;
    }
    put(writer, "x'");
    for (size_t i = 0; i < sizeof(ip->at); i++)
        buf_printf(writer->out, "%02x", ip->at[i]);
    put(writer, "'");
}

/* INT64_MIN cannot be written as a literal. */
static void put_number(const struct writer *writer, int64_t number)
{
    if (number == INT64_MIN)
        put(writer, "(-9223372036854775807 - 1)");
    else
        buf_add_i64(writer->out, number);
}

static void put_operand(const struct writer *writer, const struct step *step,
    const struct operand *operand)
{
    bool address = step->kind == STEP_ADDRESS;
    const char *sign = compare_sql(operand->compare);
    buf_printf(writer->out, "%s %s ", step->column, sign);
    if (address)
        put_address(writer, &operand->ip_low);
    else
        put_number(writer, operand->low);
    if (sign[0] != 'B')
        return;
    put(writer, " AND ");
    if (address)
        put_address(writer, &operand->ip_high);
    else
        put_number(writer, operand->high);
}

static bool operand_is_sql(
    const struct step *step, const struct operand *operand)
{
    if (operand->pattern || operand->compare == COMPARE_REGEX ||
        operand->compare == COMPARE_PRESENT)
        return false;
    return step->kind == STEP_ADDRESS ? operand->ip_low.family != 0
                                      : operand->number_ok;
}

/* A column that has a value is right; one that has none may have spilled. */
static void put_column(
    const struct writer *writer, const struct step *step, bool may)
{
    const struct node *node = step->node;
    buf_printf(writer->out, "((%s IS NOT NULL AND (0", step->column);
    for (size_t i = 0; i < node->operand_count; i++) {
        const struct operand *operand = &node->operands[i];
        bool present = operand->compare == COMPARE_PRESENT;
        if (!operand_is_sql(step, operand)) {
            put(writer, may || present ? " OR 1" : "");
            continue;
        }
        put(writer, " OR ");
        put_operand(writer, step, operand);
    }
    put(writer, "))");
    if (may && step->ask.members > 0) {
        buf_printf(writer->out, " OR (%s IS NULL AND ", step->column);
        put_kinds(writer, step, "ask");
        put(writer, ")");
    }
    put(writer, ")");
}

/* The row's value, unless its kind's records know better. */
static void put_asking(const struct writer *writer, const struct step *step,
    bool may, void (*put_value)(const struct writer *, const struct step *))
{
    if (step->ask.members == 0) {
        put_value(writer, step);
        return;
    }
    put(writer, "(");
    put_value(writer, step);
    put(writer, may ? " OR " : " AND NOT ");
    put_kinds(writer, step, "ask");
    put(writer, ")");
}

static void put_set_of_kinds(
    const struct writer *writer, const struct step *step)
{
    put_kinds(writer, step, "set");
}

static void put_object(const struct writer *writer, const struct step *step)
{
    put(writer, "(");
    put_kinds(writer, step, "set");
    buf_printf(writer->out, " AND spoor_object(%d, object))", step->number);
}

#define IN_REPEATS "(SELECT event FROM repeat WHERE event BETWEEN ?1 AND ?2)"

static void put_bounds(const struct writer *writer, const struct node *node)
{
    put(writer, "time IS NOT NULL");
    if (node->time_first != STAMP_NONE) {
        put(writer, " AND time >= ");
        buf_add_i64(writer->out, node->time_first);
    }
    if (node->time_last != STAMP_NONE) {
        put(writer, " AND time < ");
        buf_add_i64(writer->out, node->time_last);
    }
}

static void put_time(
    const struct writer *writer, const struct step *step, bool may)
{
    put(writer, "(");
    if (writer->repeats && may)
        put(writer, "(");
    put_bounds(writer, step->node);
    if (writer->repeats)
        put(writer,
            may ? ") OR id IN " IN_REPEATS : " AND id NOT IN " IN_REPEATS);
    put(writer, ")");
}

static void put_repeat(
    const struct writer *writer, const struct step *step, bool may)
{
    const char *single = step->single ? "1" : "0";
    if (!writer->repeats)
        put(writer, single);
    else if (may)
        buf_printf(writer->out, "(%s OR id IN " IN_REPEATS ")", single);
    else
        buf_printf(writer->out, "(%s AND id NOT IN " IN_REPEATS ")", single);
}

static void put_sources(const struct writer *writer, const struct step *step)
{
    put(writer, "?3 IN (");
    const char *between = "";
    for (int64_t id = bits_next(&step->set, 0); id >= 0;
         id = bits_next(&step->set, id + 1)) {
        buf_printf(writer->out, "%s%lld", between, (long long)id);
        between = ", ";
    }
    put(writer, ")");
}

static void put_children(
    const struct writer *writer, const struct step *step, bool may)
{
    put(writer, "(");
    for (size_t i = 0; i < step->child_count; i++) {
        if (i > 0)
            put(writer, step->kind == STEP_AND ? " AND " : " OR ");
        put_step(writer, step->children[i], may);
    }
    put(writer, ")");
}

static void put_value(
    const struct writer *writer, const struct step *step, bool may)
{
    if (may)
        put_kinds(writer, step, "ask");
    else
        put(writer, "0");
}

static void put_step(
    const struct writer *writer, const struct step *step, bool may)
{
    switch (step->kind) {
    case STEP_ALL:
        put(writer, "1");
        return;
    case STEP_NONE:
        put(writer, "0");
        return;
    case STEP_AND:
    case STEP_OR:
        put_children(writer, step, may);
        return;
    case STEP_NOT:
        put(writer, "NOT ");
        put_step(writer, step->children[0], !may);
        return;
    case STEP_KINDS:
        put_asking(writer, step, may, put_set_of_kinds);
        return;
    case STEP_NAMES:
        put_asking(writer, step, may, put_names);
        return;
    case STEP_SOURCES:
        put_sources(writer, step);
        return;
    case STEP_NUMBER:
    case STEP_ADDRESS:
        put_column(writer, step, may);
        return;
    case STEP_OBJECT:
        put_asking(writer, step, may, put_object);
        return;
    case STEP_TIME:
        put_time(writer, step, may);
        return;
    case STEP_UNDATED:
        put(writer, "(time IS NULL)");
        return;
    case STEP_REPEAT:
        put_repeat(writer, step, may);
        return;
    case STEP_TEXT:
        put(writer, may ? "1" : "0");
        return;
    case STEP_VALUE:
        put_value(writer, step, may);
        return;
    }
}

void plan_filter(const struct search *search, bool repeats, struct buf *out)
{
    struct writer writer = {search, repeats, out};
    const struct step *root = search->plan.root;
    if (root->kind != STEP_ALL && root->kind != STEP_TEXT)
        put_step(&writer, root, true);
}
