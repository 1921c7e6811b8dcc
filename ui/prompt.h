/* prompt: one line of input with editing, history and completion. Emacs keys
 * (C-a C-e C-k C-u C-w, M-b M-f), arrows, Tab completes, Up/Down walk the
 * history, Esc gives up. */
#ifndef SPOOR_UI_PROMPT_H
#define SPOOR_UI_PROMPT_H

#include "src/base/buf.h"
#include "ui/canvas.h"
#include "ui/key.h"

/* Candidates for the word that ends at `at`. */
struct completion {
    size_t start;     /* of the word that is being completed */
    struct buf texts; /* candidates, each ended by '\n', best first */
    struct buf hints; /* the same number of lines, shown beside */
};

struct prompt_options {
    const char *label; /* " > " */
    struct str initial;
    const char *history; /* name of the history to walk and extend, or NULL */
    void (*complete)(
        void *context, struct str text, size_t at, struct completion *out);
    /* Called after every change and every wake: a verdict shown behind the text
     * (an error, a count); `start`, `end` mark what is wrong. May be NULL. */
    void (*check)(void *context, struct str text, struct buf *verdict,
        bool *bad, size_t *start, size_t *end);
    void *context;
};

struct prompt;

struct prompt *prompt_new(const struct prompt_options *options);
void prompt_free(struct prompt *prompt);
enum prompt_result { PROMPT_GOING, PROMPT_DONE, PROMPT_GIVEN_UP };
enum prompt_result prompt_key(struct prompt *prompt, uint32_t key);
struct str prompt_text(const struct prompt *prompt);
void prompt_check(struct prompt *prompt); /* the verdict may have changed */
/* The line on the last row of the area, candidates above it. */
void prompt_draw(struct prompt *prompt, struct area area);

/* Histories live in memory and in the case (setting table) through these. */
void prompt_history_add(const char *name, struct str text);
size_t prompt_history_count(const char *name);
struct str prompt_history_at(const char *name, size_t back); /* 0: newest */

#endif
