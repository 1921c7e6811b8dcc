/* Queries of the timeline: one fetch each. When one gives way to another, its
 * rows stand in until the new ones are there, and it is freed when its threads
 * have ended, so that no key waits. */
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "ui/timeline_inside.h"

static struct timeline *timeline_of(struct app *app)
{
    return app_view_state(app, &view_timeline);
}

/* --- fetches ------------------------------------------------------------- */

static void retire(struct timeline *timeline, struct fetch *fetch)
{
    if (fetch == NULL)
        return;
    fetch_cancel(fetch);
    timeline->retired = mem_grow(timeline->retired, &timeline->retired_capacity,
        timeline->retired_count + 1, sizeof(struct fetch *));
    timeline->retired[timeline->retired_count++] = fetch;
}

void timeline_reap(struct timeline *timeline)
{
    size_t kept = 0;
    for (size_t i = 0; i < timeline->retired_count; i++) {
        if (fetch_has_ended(timeline->retired[i]))
            fetch_free(timeline->retired[i]);
        else
            timeline->retired[kept++] = timeline->retired[i];
    }
    timeline->retired_count = kept;
}

void timeline_drop_before(struct timeline *timeline)
{
    retire(timeline, timeline->before);
    timeline->before = NULL;
}

void timeline_forget(struct timeline *timeline)
{
    for (size_t i = 0; i < timeline->retired_count; i++)
        fetch_free(timeline->retired[i]);
    free(timeline->retired);
    fetch_free(timeline->before);
    fetch_free(timeline->fetch);
    for (size_t i = 0; i < timeline->step_count; i++)
        free(timeline->steps[i]);
    free(timeline->steps);
}

/* Search for it; what was shown is kept for a moment. */
int timeline_start(struct timeline *timeline, struct str text, struct err *err)
{
    struct fetch *fetch = fetch_new(timeline->app, text, err);
    if (fetch == NULL)
        return -1;
    timeline_drop_before(timeline);
    if (timeline->fetch != NULL)
        fetch_cancel(timeline->fetch);
    timeline->before = timeline->fetch;
    timeline->fetch = fetch;
    timeline->jump = JUMP_NONE;
    histogram_init(&timeline->histogram);
    list_move_to(&timeline->list, timeline->list.cursor);
    timeline->list.is_settled = false;
    timeline->list.shift = 0;
    return 0;
}

/* --- steps --------------------------------------------------------------- */

static void add_step(struct timeline *timeline, struct str text)
{
    while (timeline->step_count > timeline->step + 1)
        free(timeline->steps[--timeline->step_count]);
    if (timeline->step_count == TIMELINE_STEPS_MAX) {
        free(timeline->steps[0]);
        memmove(timeline->steps, timeline->steps + 1,
            --timeline->step_count * sizeof(*timeline->steps));
    }
    timeline->steps = mem_grow(timeline->steps, &timeline->step_capacity,
        timeline->step_count + 1, sizeof(*timeline->steps));
    timeline->steps[timeline->step_count] = str_dup(text);
    timeline->step = timeline->step_count++;
}

static int show_step(struct timeline *timeline, size_t step)
{
    struct err err = {0};
    if (timeline_start(timeline, str_from(timeline->steps[step]), &err) < 0) {
        app_error(timeline->app, &err);
        return -1;
    }
    timeline->step = step;
    return 0;
}

int timeline_set_query(struct app *app, struct str text, struct err *err)
{
    struct timeline *timeline = timeline_of(app);
    if (timeline == NULL)
        return app_switch(app, view_timeline.name, text);
    if (str_eq(text, timeline_query(app)))
        return 0;
    if (timeline_start(timeline, text, err) < 0)
        return -1;
    add_step(timeline, text);
    return 0;
}

struct str timeline_query(struct app *app)
{
    const struct timeline *timeline = timeline_of(app);
    return timeline != NULL && timeline->fetch != NULL
               ? fetch_query(timeline->fetch)
               : STR("");
}

bool timeline_undo(struct app *app)
{
    struct timeline *timeline = timeline_of(app);
    return timeline != NULL && timeline->step > 0 &&
           show_step(timeline, timeline->step - 1) == 0;
}

bool timeline_redo(struct app *app)
{
    struct timeline *timeline = timeline_of(app);
    return timeline != NULL && timeline->step + 1 < timeline->step_count &&
           show_step(timeline, timeline->step + 1) == 0;
}

struct fetch *timeline_fetch(struct app *app)
{
    struct timeline *timeline = timeline_of(app);
    return timeline != NULL ? timeline->fetch : NULL;
}

/* --- under the cursor ---------------------------------------------------- */

bool timeline_value(struct app *app, struct group_key *key, struct buf *value)
{
    struct timeline *timeline = timeline_of(app);
    const struct fetched *row =
        timeline != NULL ? timeline_cursor(timeline) : NULL;
    return row != NULL && timeline_column_value(
                              timeline, timeline->list.column, row, key, value);
}

bool timeline_event(struct app *app, int64_t *id, int64_t *time)
{
    struct timeline *timeline = timeline_of(app);
    struct list_key key;
    if (timeline == NULL || !list_cursor(&timeline->list, &key))
        return false;
    *id = timeline_position(key).id;
    *time = timeline_position(key).time;
    return true;
}

void timeline_go_to(struct app *app, int64_t time)
{
    struct timeline *timeline = timeline_of(app);
    if (timeline != NULL)
        list_move_to(
            &timeline->list, timeline_key((struct position){time, INT64_MIN}));
}
