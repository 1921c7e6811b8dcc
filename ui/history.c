/* The histories of prompts, by name. They belong to the one thread that draws;
 * the app fills them from the case and writes back what is added. */
#include "ui/history.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "ui/prompt.h"

enum { HISTORIES_MAX = 64 };

static struct history {
    char *name;
    char **lines; /* oldest first */
    size_t count, capacity;
} histories[HISTORIES_MAX];

static struct history *find(const char *name, bool make)
{
    for (size_t i = 0; i < HISTORIES_MAX; i++) {
        if (histories[i].name == NULL && make)
            histories[i].name = xstrdup(name);
        if (histories[i].name == NULL)
            return NULL;
        if (strcmp(histories[i].name, name) == 0)
            return &histories[i];
    }
    return NULL;
}

static void forget(struct history *history, size_t index)
{
    free(history->lines[index]);
    history->count--;
    memmove(&history->lines[index], &history->lines[index + 1],
        (history->count - index) * sizeof(char *));
}

/* A line that is there already moves to the end. */
void prompt_history_add(const char *name, struct str text)
{
    struct history *history = find(name, true);
    if (history == NULL || text.len == 0)
        return;
    for (size_t i = history->count; i-- > 0;)
        if (str_eq(str_from(history->lines[i]), text))
            forget(history, i);
    if (history->count == HISTORY_KEPT)
        forget(history, 0);
    history->lines = mem_grow(
        history->lines, &history->capacity, history->count + 1, sizeof(char *));
    history->lines[history->count++] = str_dup(text);
}

size_t prompt_history_count(const char *name)
{
    const struct history *history = find(name, false);
    return history != NULL ? history->count : 0;
}

struct str prompt_history_at(const char *name, size_t back)
{
    const struct history *history = find(name, false);
    if (history == NULL || back >= history->count)
        return (struct str){0};
    return str_from(history->lines[history->count - 1 - back]);
}

bool history_is_known(const char *name)
{
    return find(name, false) != NULL;
}

void history_clear(void)
{
    for (size_t i = 0; i < HISTORIES_MAX; i++) {
        while (histories[i].count > 0)
            forget(&histories[i], histories[i].count - 1);
        free(histories[i].lines);
        free(histories[i].name);
        histories[i] = (struct history){0};
    }
}
