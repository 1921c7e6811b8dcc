/* The plan on one row, for what SQL could not decide. A row that stands for
 * several events (count > 1) is asked member by member where members may
 * differ: in time, text and in what did not stand in the row. */
#include <stdlib.h>
#include <string.h>

#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/event/batch.h"
#include "src/query/inside.h"

static bool evaluate(
    struct worker *worker, const struct step *step, struct subject *subject);

/* What the row does not hold, from the record (or the source). */
static bool ask(
    struct worker *worker, const struct step *step, struct subject *subject)
{
    buf_clear(&worker->value);
    if (!value_elsewhere(
            worker, subject, step->field, step->node->name, &worker->value))
        return false;
    return match_text(step->matcher, worker->scratch, buf_str(&worker->value));
}

static bool name_step(
    struct worker *worker, const struct step *step, struct subject *subject)
{
    int64_t id = row_name(subject->row, step->field);
    bool cut = id == 0;
    if (bits_has(&step->ask, subject->row->kind) && !cut)
        cut = names_get(worker->names, id).len + 4 > LIMIT_NAME;
    if (cut && bits_has(&step->ask, subject->row->kind))
        return ask(worker, step, subject);
    return bits_has(&step->set, id);
}

static bool number_step(
    struct worker *worker, const struct step *step, struct subject *subject)
{
    int64_t number = row_number(subject->row, step->field);
    if (number != EVENT_NO_NUMBER)
        return match_number(step->matcher, worker->scratch, number);
    return bits_has(&step->ask, subject->row->kind) &&
           ask(worker, step, subject);
}

static bool address_step(
    struct worker *worker, const struct step *step, struct subject *subject)
{
    const struct ip *ip = row_ip(subject->row, step->field);
    if (ip->family != 0)
        return match_ip(step->matcher, worker->scratch, ip);
    if (!bits_has(&step->ask, subject->row->kind))
        return false;
    buf_clear(&worker->value);
    if (!value_elsewhere(
            worker, subject, step->field, (struct str){0}, &worker->value))
        return false;
    struct ip parsed;
    if (ip_parse(buf_str(&worker->value), &parsed))
        return match_ip(step->matcher, worker->scratch, &parsed);
    return match_text(step->matcher, worker->scratch, buf_str(&worker->value));
}

static bool object_step(
    struct worker *worker, const struct step *step, struct subject *subject)
{
    const struct row *row = subject->row;
    bool here = bits_has(&step->set, row->kind);
    bool whole = row->object.len > 0 && row->object.len + 4 <= LIMIT_OBJECT;
    if (bits_has(&step->ask, row->kind) && !(here && whole))
        return ask(worker, step, subject);
    return here && row->object.len > 0 &&
           match_text(step->matcher, worker->scratch, row->object);
}

static bool kind_step(
    struct worker *worker, const struct step *step, struct subject *subject)
{
    if (bits_has(&step->ask, subject->row->kind))
        return ask(worker, step, subject);
    return bits_has(&step->set, subject->row->kind);
}

static bool time_step(const struct step *step, const struct subject *subject)
{
    const struct node *node = step->node;
    return subject->time != STAMP_NONE &&
           (node->time_first == STAMP_NONE ||
               subject->time >= node->time_first) &&
           (node->time_last == STAMP_NONE || subject->time < node->time_last);
}

static bool repeat_step(
    struct worker *worker, const struct step *step, const struct row *row)
{
    if (step->node->kind == NODE_FLAG)
        return row->count > 1;
    if (step->field == FIELD_COUNT_OF)
        return match_number(step->matcher, worker->scratch, row->count);
    return row->time_end != STAMP_NONE &&
           match_time(step->matcher, row->time_end);
}

static bool evaluate_children(
    struct worker *worker, const struct step *step, struct subject *subject)
{
    bool decides = step->kind == STEP_OR;
    for (size_t i = 0; i < step->child_count; i++)
        if (evaluate(worker, step->children[i], subject) == decides)
            return decides;
    return !decides;
}

/* The depth is that of the query, which its parser bounds. */
static bool evaluate(
    struct worker *worker, const struct step *step, struct subject *subject)
{
    switch (step->kind) {
    case STEP_ALL:
        return true;
    case STEP_NONE:
        return false;
    case STEP_AND:
    case STEP_OR:
        return evaluate_children(worker, step, subject);
    case STEP_NOT:
        return !evaluate(worker, step->children[0], subject);
    case STEP_KINDS:
        return kind_step(worker, step, subject);
    case STEP_SOURCES:
        return bits_has(&step->set, subject->row->batch->source);
    case STEP_NAMES:
        return name_step(worker, step, subject);
    case STEP_NUMBER:
        return number_step(worker, step, subject);
    case STEP_ADDRESS:
        return address_step(worker, step, subject);
    case STEP_OBJECT:
        return object_step(worker, step, subject);
    case STEP_TIME:
        return time_step(step, subject);
    case STEP_UNDATED:
        return subject->time == STAMP_NONE;
    case STEP_REPEAT:
        return repeat_step(worker, step, subject->row);
    case STEP_TEXT:
        return text_matches(worker, step, subject);
    case STEP_VALUE:
        return bits_has(&step->ask, subject->row->kind) &&
               ask(worker, step, subject);
    }
    return false;
}

/* The members of a row are its runs of bytes, each a record of its own; it may
 * say itself that it stands for several. */
static void visit_members(struct worker *worker, const struct row *row,
    size_t count, member_visit *visit, void *context)
{
    /* Copied: reading records may load other parts. */
    struct span *parts = xcalloc(count, sizeof(*parts));
    const struct span *loaded;
    count = reread_parts(worker, row, &loaded);
    memcpy(parts, loaded, count * sizeof(*parts));
    for (size_t i = 0; i < count; i++) {
        struct subject member = {
            .row = row,
            .time = row->at.time,
            .parts = &parts[i],
            .part_count = 1,
        };
        const struct record *record = subject_record(worker, &member);
        uint32_t events = 1;
        if (record != NULL) {
            member.time = record->time;
            events = record->count > 0 ? record->count : 1;
        }
        if (evaluate(worker, worker->search->plan.root, &member))
            visit(context, &member, events);
    }
    free(parts);
}

static size_t member_count(struct worker *worker, const struct row *row)
{
    const struct span *parts;
    return row->count > 1 && row->batch->has_parts
               ? reread_parts(worker, row, &parts)
               : 1;
}

static void add_events(void *context, struct subject *member, uint32_t events)
{
    (void)member;
    *(uint32_t *)context += events;
}

uint32_t evaluate_row(struct worker *worker, const struct row *row)
{
    const struct plan *plan = &worker->search->plan;
    size_t members = plan->asks_members ? member_count(worker, row) : 1;
    if (members > 1) {
        uint32_t matched = 0;
        visit_members(worker, row, members, add_events, &matched);
        return matched;
    }
    struct subject subject;
    subject_of_row(worker, row, &subject);
    return evaluate(worker, plan->root, &subject) ? row->count : 0;
}

void evaluate_each(struct worker *worker, const struct row *row,
    member_visit *visit, void *context)
{
    size_t members = member_count(worker, row);
    if (members > 1) {
        visit_members(worker, row, members, visit, context);
        return;
    }
    struct subject subject;
    subject_of_row(worker, row, &subject);
    visit(context, &subject, row->matched);
}
