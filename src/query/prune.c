#include "src/query/inside.h"

static enum prune prune_not(enum prune prune)
{
    return prune == PRUNE_NONE  ? PRUNE_ALL
           : prune == PRUNE_ALL ? PRUNE_NONE
                                : PRUNE_SOME;
}

static enum prune prune_kinds(const struct search *search,
    const struct step *step, const struct batch_info *batch)
{
    bool inside = false, outside = false;
    for (size_t i = 0; i < search->kinds.count; i++) {
        int64_t kind = (int64_t)i;
        if (!batch_has_kind(batch, kind))
            continue;
        if (bits_has(&step->ask, kind))
            return PRUNE_SOME;
        if (bits_has(&step->set, kind))
            inside = true;
        else
            outside = true;
    }
    return !inside ? PRUNE_NONE : outside ? PRUNE_SOME : PRUNE_ALL;
}

static bool asks_any(const struct step *step, const struct batch_info *batch)
{
    for (int64_t kind = bits_next(&step->ask, 0); kind >= 0;
         kind = bits_next(&step->ask, kind + 1))
        if (batch_has_kind(batch, kind))
            return true;
    return false;
}

/* Past a few values nearly every batch holds one of them. */
enum { ASKED_MAX = 64 };

static enum prune prune_names(
    const struct step *step, const struct batch_info *batch)
{
    if (step->set.members > ASKED_MAX || asks_any(step, batch))
        return PRUNE_SOME;
    for (int64_t id = bits_next(&step->set, 0); id >= 0;
         id = bits_next(&step->set, id + 1))
        if (batch_may_hold(batch, batch_key_name(id)))
            return PRUNE_SOME;
    return PRUNE_NONE;
}

static enum prune prune_column(
    const struct step *step, const struct batch_info *batch)
{
    bool port = step->field == FIELD_SRC_PORT || step->field == FIELD_DST_PORT;
    if (asks_any(step, batch) || (step->kind == STEP_NUMBER && !port))
        return PRUNE_SOME;
    for (size_t i = 0; i < step->node->operand_count; i++) {
        const struct operand *operand = &step->node->operands[i];
        if (operand->compare != COMPARE_EQUAL || operand->pattern)
            return PRUNE_SOME;
        const struct ip *ip = &operand->ip_low;
        struct str bytes = str_make(ip->at, ip->family == 4 ? 4 : 16);
        if (!port && batch_may_hold(batch, batch_key_ip(bytes)))
            return PRUNE_SOME;
        if (port && operand->low >= 0 && operand->low <= UINT16_MAX &&
            batch_may_hold(batch, batch_key_port((uint16_t)operand->low)))
            return PRUNE_SOME;
    }
    return PRUNE_NONE;
}

/* The id is a range that a batch's own may miss. */
static enum prune prune_id(
    const struct step *step, const struct batch_info *batch)
{
    for (size_t i = 0; i < step->node->operand_count; i++) {
        const struct operand *operand = &step->node->operands[i];
        bool ranged = operand->compare == COMPARE_EQUAL ||
                      operand->compare == COMPARE_RANGE;
        if (!ranged || !operand->number_ok ||
            (operand->low < batch->first_event + batch->rows &&
                operand->high >= batch->first_event))
            return PRUNE_SOME;
    }
    return PRUNE_NONE;
}

static enum prune prune_time(
    const struct step *step, const struct batch_info *batch)
{
    const struct node *node = step->node;
    if (batch->first_time == STAMP_NONE)
        return PRUNE_NONE;
    bool from = node->time_first != STAMP_NONE;
    bool to = node->time_last != STAMP_NONE;
    if ((from && batch->last_time < node->time_first) ||
        (to && batch->first_time >= node->time_last))
        return PRUNE_NONE;
    bool inside = (!from || batch->first_time >= node->time_first) &&
                  (!to || batch->last_time < node->time_last);
    return inside && batch->undated == 0 ? PRUNE_ALL : PRUNE_SOME;
}

static enum prune prune_step(const struct search *search,
    const struct step *step, const struct batch_info *batch);

static enum prune prune_children(const struct search *search,
    const struct step *step, const struct batch_info *batch)
{
    enum prune decides = step->kind == STEP_AND ? PRUNE_NONE : PRUNE_ALL;
    enum prune result = step->kind == STEP_AND ? PRUNE_ALL : PRUNE_NONE;
    for (size_t i = 0; i < step->child_count; i++) {
        enum prune child = prune_step(search, step->children[i], batch);
        if (child == decides)
            return decides;
        if (child == PRUNE_SOME)
            result = PRUNE_SOME;
    }
    return result;
}

static enum prune prune_step(const struct search *search,
    const struct step *step, const struct batch_info *batch)
{
    switch (step->kind) {
    case STEP_ALL:
        return PRUNE_ALL;
    case STEP_NONE:
        return PRUNE_NONE;
    case STEP_AND:
    case STEP_OR:
        return prune_children(search, step, batch);
    case STEP_NOT:
        return prune_not(prune_step(search, step->children[0], batch));
    case STEP_KINDS:
        return prune_kinds(search, step, batch);
    case STEP_SOURCES:
        return bits_has(&step->set, batch->source) ? PRUNE_ALL : PRUNE_NONE;
    case STEP_NAMES:
        return prune_names(step, batch);
    case STEP_NUMBER:
        return step->field == FIELD_ID ? prune_id(step, batch)
                                       : prune_column(step, batch);
    case STEP_ADDRESS:
        return prune_column(step, batch);
    case STEP_TIME:
        return prune_time(step, batch);
    case STEP_UNDATED:
        return batch->undated == 0               ? PRUNE_NONE
               : batch->undated == batch->events ? PRUNE_ALL
                                                 : PRUNE_SOME;
    case STEP_REPEAT:
        return batch->has_repeats ? PRUNE_SOME
               : step->single     ? PRUNE_ALL
                                  : PRUNE_NONE;
    case STEP_OBJECT:
        for (int64_t kind = bits_next(&step->set, 0); kind >= 0;
             kind = bits_next(&step->set, kind + 1))
            if (batch_has_kind(batch, kind))
                return PRUNE_SOME;
        return asks_any(step, batch) ? PRUNE_SOME : PRUNE_NONE;
    case STEP_VALUE:
        return asks_any(step, batch) ? PRUNE_SOME : PRUNE_NONE;
    case STEP_TEXT:
        break;
    }
    return PRUNE_SOME;
}

enum prune plan_prune(
    const struct search *search, const struct batch_info *batch)
{
    return prune_step(search, search->plan.root, batch);
}
