/* The query's tree in this case. A leaf is settled as far as it can be before
 * any event is read: what depends on the kind alone becomes a set of kinds,
 * what depends on the source a set of sources, names a set of entity ids. What
 * a row's column may not hold (see struct kind, spill) leaves `ask`: the kinds
 * whose record has the last word. */
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/query/inside.h"

struct maker {
    struct search *search;
    struct plan *plan;
    struct match_scratch *scratch;
    struct err *err;
};

static const struct {
    enum field field;
    enum column column;
} columns[] = {
    {FIELD_ID, COLUMN_ID},
    {FIELD_TIME, COLUMN_TIME},
    {FIELD_USER, COLUMN_USER},
    {FIELD_HOST, COLUMN_HOST},
    {FIELD_TARGET_USER, COLUMN_TARGET},
    {FIELD_PROCESS, COLUMN_PROCESS},
    {FIELD_SRC_IP, COLUMN_SRC_IP},
    {FIELD_DST_IP, COLUMN_DST_IP},
    {FIELD_SRC_PORT, COLUMN_SRC_PORT},
    {FIELD_DST_PORT, COLUMN_DST_PORT},
    {FIELD_PID, COLUMN_PID},
    {FIELD_STATUS, COLUMN_STATUS},
    {FIELD_BYTES_OUT, COLUMN_BYTES},
};

const char *const column_names[COLUMN_TOTAL] = {
    [COLUMN_ID] = "id",
    [COLUMN_TIME] = "time",
    [COLUMN_KIND] = "kind",
    [COLUMN_USER] = "user",
    [COLUMN_SRC_IP] = "src_ip",
    [COLUMN_HOST] = "host",
    [COLUMN_PROCESS] = "process",
    [COLUMN_PID] = "pid",
    [COLUMN_SRC_PORT] = "src_port",
    [COLUMN_OFFSET] = "offset",
    [COLUMN_LENGTH] = "length",
    [COLUMN_TARGET] = "target",
    [COLUMN_STATUS] = "status",
    [COLUMN_BYTES] = "bytes",
    [COLUMN_DST_IP] = "dst_ip",
    [COLUMN_DST_PORT] = "dst_port",
    [COLUMN_OBJECT] = "object",
};

enum column column_of(enum field field)
{
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
        if (columns[i].field == field)
            return columns[i].column;
    return COLUMN_TOTAL;
}

static struct step *step_new(
    struct maker *maker, enum step_kind kind, const struct node *node)
{
    struct plan *plan = maker->plan;
    struct step *step = arena_alloc(&plan->arena, sizeof(*step));
    *step = (struct step){
        .kind = kind,
        .node = node,
        .field = node != NULL ? node->field : FIELD_NONE,
        .number = (int)plan->step_count,
    };
    plan->steps = mem_grow(plan->steps, &plan->step_capacity,
        plan->step_count + 1, sizeof(struct step *));
    plan->steps[plan->step_count++] = step;
    return step;
}

/* --- leaves -------------------------------------------------------------- */

/* Kinds of which some event may have the field beside its column. */
static void ask_spilled(struct maker *maker, struct step *step)
{
    const struct kinds *kinds = &maker->search->kinds;
    for (size_t i = 0; i < kinds->count; i++)
        if ((kinds->at[i].spill & FIELD_BIT(step->field)) != 0)
            bits_add(&step->ask, (int64_t)i);
}

/* Kinds of which some event may have it, of a log's own values by name. */
static void ask_having(struct maker *maker, struct step *step)
{
    const struct kinds *kinds = &maker->search->kinds;
    for (size_t i = 0; i < kinds->count; i++) {
        bool has = step->field == FIELD_NONE
                       ? kinds_may_have(kinds, (int64_t)i, step->node->name)
                       : (kinds->at[i].fields & FIELD_BIT(step->field)) != 0;
        if (has)
            bits_add(&step->ask, (int64_t)i);
    }
}

static void kind_leaf(struct maker *maker, struct step *step)
{
    const struct kinds *kinds = &maker->search->kinds;
    step->kind = STEP_KINDS;
    for (size_t i = 0; i < kinds->count; i++) {
        struct str value;
        bool has = kinds->at[i].format.len > 0 &&
                   kind_value(&kinds->at[i], step->field, &value);
        if (has && match_text(step->matcher, maker->scratch, value))
            bits_add(&step->set, (int64_t)i);
    }
    ask_spilled(maker, step);
}

struct entity_visit {
    struct step *step;
    struct match_scratch *scratch;
};

static bool visit_entity(void *context, int64_t id, struct str name)
{
    struct entity_visit *visit = context;
    if (match_text(visit->step->matcher, visit->scratch, name))
        bits_add(&visit->step->set, id);
    return true;
}

static int name_leaf(struct maker *maker, struct step *step)
{
    enum entity_type type = step->field == FIELD_HOST      ? ENTITY_HOST
                            : step->field == FIELD_PROCESS ? ENTITY_PROCESS
                                                           : ENTITY_USER;
    struct entity_visit visit = {step, maker->scratch};
    step->kind = STEP_NAMES;
    step->column = column_names[column_of(step->field)];
    ask_spilled(maker, step);
    return names_each(maker->search->workers[0].store, type, visit_entity,
        &visit, maker->err);
}

static void row_leaf(struct maker *maker, struct step *step)
{
    if (step->field == FIELD_COUNT_OF || step->field == FIELD_TIME_END) {
        step->kind = STEP_REPEAT;
        step->single = step->field == FIELD_COUNT_OF &&
                       match_number(step->matcher, maker->scratch, 1);
        return;
    }
    enum column column = column_of(step->field);
    if (column == COLUMN_TOTAL) {
        step->kind = STEP_VALUE;
        ask_having(maker, step);
        return;
    }
    step->column = column_names[column];
    step->kind = field_table[step->field].type == FIELD_TYPE_IP ? STEP_ADDRESS
                                                                : STEP_NUMBER;
    ask_spilled(maker, step);
}

static void object_leaf(struct maker *maker, struct step *step)
{
    const struct kinds *kinds = &maker->search->kinds;
    step->kind = STEP_OBJECT;
    for (size_t i = 0; i < kinds->count; i++) {
        const struct kind *kind = &kinds->at[i];
        bool has = (kind->fields & FIELD_BIT(step->field)) != 0;
        if (has && kind->object == step->field)
            bits_add(&step->set, (int64_t)i);
        else if (has)
            bits_add(&step->ask, (int64_t)i);
    }
    ask_spilled(maker, step);
}

/* source: is the number of a source, or (a pattern of) its path or the last
 * component of its path. */
static bool source_matches(
    struct maker *maker, const struct step *step, const struct source *source)
{
    if (step->field == FIELD_COLLECTED_HOST)
        return source->collected_host[0] != '\0' &&
               match_text(step->matcher, maker->scratch,
                   str_from(source->collected_host));
    struct str path = str_from(source->path);
    ptrdiff_t slash = str_find_last_char(path, '/');
    struct str last = str_from_index(path, (size_t)(slash + 1));
    char number[24];
    struct buf text = {0};
    buf_add_i64(&text, source->id);
    size_t len = text.len;
    memcpy(number, text.ptr, len);
    buf_done(&text);
    return match_text(step->matcher, maker->scratch, path) ||
           match_text(step->matcher, maker->scratch, last) ||
           match_text(step->matcher, maker->scratch, str_make(number, len));
}

static void source_leaf(struct maker *maker, struct step *step)
{
    if (step->field != FIELD_SOURCE && step->field != FIELD_COLLECTED_HOST) {
        step->kind = STEP_VALUE; /* raw, line, key: every event has one */
        const struct kinds *kinds = &maker->search->kinds;
        for (size_t i = 0; i < kinds->count; i++)
            bits_add(&step->ask, (int64_t)i);
        return;
    }
    step->kind = STEP_SOURCES;
    for (size_t i = 0; i < maker->search->source_count; i++) {
        const struct source *source = &maker->search->sources[i];
        if (source_matches(maker, step, source))
            bits_add(&step->set, source->id);
    }
}

static int field_leaf(struct maker *maker, struct step *step)
{
    step->matcher = matcher_new(step->node, maker->err);
    if (step->matcher == NULL)
        return -1;
    enum field_place place = step->field == FIELD_NONE
                                 ? FIELD_IN_RECORD
                                 : field_table[step->field].place;
    switch (place) {
    case FIELD_IN_KIND:
        kind_leaf(maker, step);
        return 0;
    case FIELD_IN_ENTITY:
        return name_leaf(maker, step);
    case FIELD_IN_ROW:
        row_leaf(maker, step);
        return 0;
    case FIELD_IN_OBJECT:
        object_leaf(maker, step);
        return 0;
    case FIELD_IN_SOURCE:
        source_leaf(maker, step);
        return 0;
    case FIELD_IN_RECORD:
        step->kind = STEP_VALUE;
        ask_having(maker, step);
        return 0;
    case FIELD_IN_FINDING:
        break;
    }
    return err_set(maker->err, ERR_USAGE,
        "this case has no %ss yet, so %s: has nothing to look at",
        field_table[step->field].name, field_table[step->field].name);
}

static int flag_leaf(struct maker *maker, struct step *step)
{
    const struct kinds *kinds = &maker->search->kinds;
    enum understood wanted = UNDERSTOOD_PARSED;
    switch (step->node->flag) {
    case FLAG_STARRED:
    case FLAG_COUNT:
        return err_set(maker->err, ERR_USAGE,
            "this case has no starred events yet, so is:starred has nothing "
            "to look at");
    case FLAG_UNDATED:
        step->kind = STEP_UNDATED;
        return 0;
    case FLAG_REPEATED:
        step->kind = STEP_REPEAT;
        return 0;
    case FLAG_PARSED:
        break;
    case FLAG_GENERIC:
        wanted = UNDERSTOOD_GENERIC;
        break;
    case FLAG_UNPARSED:
        wanted = UNDERSTOOD_UNPARSED;
        break;
    }
    step->kind = STEP_KINDS;
    for (size_t i = 0; i < kinds->count; i++)
        if (kinds->at[i].format.len > 0 && kinds->at[i].understood == wanted)
            bits_add(&step->set, (int64_t)i);
    return 0;
}

/* --- the tree ------------------------------------------------------------ */

static struct step *make_step(struct maker *maker, const struct node *node);

static int make_children(struct maker *maker, struct step *step)
{
    const struct node *node = step->node;
    step->children = arena_alloc(
        &maker->plan->arena, (node->child_count + 1) * sizeof(struct step *));
    for (size_t i = 0; i < node->child_count; i++) {
        step->children[i] = make_step(maker, node->children[i]);
        if (step->children[i] == NULL)
            return -1;
        step->child_count++;
    }
    return 0;
}

/* The query's depth is bounded by its parser. */
static struct step *make_step(struct maker *maker, const struct node *node)
{
    struct step *step = step_new(maker, STEP_ALL, node);
    int rc = 0;
    switch (node->kind) {
    case NODE_ALL:
        break;
    case NODE_AND:
    case NODE_OR:
    case NODE_NOT:
        step->kind = node->kind == NODE_AND  ? STEP_AND
                     : node->kind == NODE_OR ? STEP_OR
                                             : STEP_NOT;
        maker->plan->has_not |= node->kind == NODE_NOT;
        rc = make_children(maker, step);
        break;
    case NODE_FIELD:
        rc = field_leaf(maker, step);
        break;
    case NODE_TEXT:
        step->kind = STEP_TEXT;
        step->number = (int)maker->plan->step_count - 1;
        step->needle = needle_new(node, maker->err);
        rc = step->needle != NULL ? 0 : -1;
        maker->plan->text_count++;
        break;
    case NODE_TIME:
        step->kind = STEP_TIME;
        break;
    case NODE_FLAG:
        rc = flag_leaf(maker, step);
        break;
    }
    return rc < 0 ? NULL : step;
}

/* --- what it takes ------------------------------------------------------- */

/* A pattern or expression on a number or address is not put as SQL. */
static bool operands_are_plain(const struct node *node)
{
    for (size_t i = 0; i < node->operand_count; i++)
        if (node->operands[i].pattern ||
            node->operands[i].compare == COMPARE_REGEX)
            return false;
    return true;
}

static bool step_is_exact(const struct step *step)
{
    switch (step->kind) {
    case STEP_TEXT:
        return false;
    case STEP_NUMBER:
    case STEP_ADDRESS:
        return step->ask.members == 0 && operands_are_plain(step->node);
    case STEP_KINDS:
    case STEP_NAMES:
    case STEP_OBJECT:
    case STEP_VALUE:
        return step->ask.members == 0;
    case STEP_ALL:
    case STEP_NONE:
    case STEP_AND:
    case STEP_OR:
    case STEP_NOT:
    case STEP_SOURCES:
    case STEP_TIME:
    case STEP_UNDATED:
    case STEP_REPEAT:
        break;
    }
    return true;
}

static void weigh(struct plan *plan, const struct step *step)
{
    bool exact = step_is_exact(step);
    plan->exact = plan->exact && exact;
    plan->asks_members |= step->kind == STEP_TIME || !exact;
    if (step->kind == STEP_OBJECT)
        plan->columns |= COLUMN_BIT(COLUMN_OBJECT);
    enum column column =
        step->field < FIELD_TOTAL ? column_of(step->field) : COLUMN_TOTAL;
    if (column != COLUMN_TOTAL)
        plan->columns |= COLUMN_BIT(column);
}

int plan_make(struct search *search, struct err *err)
{
    struct plan *plan = &search->plan;
    struct maker maker = {
        .search = search,
        .plan = plan,
        .scratch = search->workers[0].scratch,
        .err = err,
    };
    plan->exact = true;
    plan->columns = COLUMNS_PLACE;
    plan->root = make_step(&maker, search->query->root);
    if (plan->root == NULL)
        return -1;
    for (size_t i = 0; i < plan->step_count; i++)
        weigh(plan, plan->steps[i]);
    return 0;
}

void plan_done(struct plan *plan)
{
    for (size_t i = 0; i < plan->step_count; i++) {
        free(plan->steps[i]->set.at);
        free(plan->steps[i]->ask.at);
        matcher_free(plan->steps[i]->matcher);
        needle_free(plan->steps[i]->needle);
    }
    free(plan->steps);
    arena_done(&plan->arena);
    *plan = (struct plan){0};
}
