#include "ui/preview.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "ui/app.h"

struct preview {
    struct app *app;
    const struct formats *formats;
    pthread_t thread;
    bool has_thread;

    pthread_mutex_t mutex; /* of everything below */
    pthread_cond_t asked;
    bool stop;
    char *path;      /* asked for last; NULL nothing */
    unsigned number; /* of the asking */

    /* The answer, when `answered` is `number`: then the thread leaves it be. */
    unsigned answered;
    struct ingest_preview answer;
    bool readable;
    struct err err;
};

/* Wait for something to look at: its path, the thread's to free, or NULL at the
 * end. */
static char *next_path(struct preview *preview, unsigned *number)
{
    char *path = NULL;
    pthread_mutex_lock(&preview->mutex);
    while (!preview->stop && preview->answered == preview->number)
        pthread_cond_wait(&preview->asked, &preview->mutex);
    if (!preview->stop) {
        *number = preview->number;
        path = xstrdup(preview->path);
    }
    pthread_mutex_unlock(&preview->mutex);
    return path;
}

/* An answer nobody waits for any more is dropped. */
static void put_answer(struct preview *preview, unsigned number,
    struct ingest_preview *answer, bool readable, const struct err *err)
{
    pthread_mutex_lock(&preview->mutex);
    bool wanted = number == preview->number;
    if (wanted) {
        ingest_preview_done(&preview->answer);
        preview->answer = *answer;
        preview->readable = readable;
        preview->err = *err;
        preview->answered = number;
    }
    pthread_mutex_unlock(&preview->mutex);
    if (wanted)
        app_wake(preview->app);
    else
        ingest_preview_done(answer);
}

static void *preview_main(void *self)
{
    struct preview *preview = self;
    unsigned number = 0;
    char *path;
    while ((path = next_path(preview, &number)) != NULL) {
        struct ingest_preview answer;
        struct err err = {0};
        bool readable =
            ingest_preview(preview->formats, path, &answer, &err) == 0;
        put_answer(preview, number, &answer, readable, &err);
        free(path);
    }
    return NULL;
}

struct preview *preview_new(struct app *app)
{
    struct preview *preview = xcalloc(1, sizeof(*preview));
    preview->app = app;
    preview->formats = app_formats(app);
    pthread_mutex_init(&preview->mutex, NULL);
    pthread_cond_init(&preview->asked, NULL);
    preview->has_thread =
        pthread_create(&preview->thread, NULL, preview_main, preview) == 0;
    return preview;
}

void preview_free(struct preview *preview)
{
    if (preview == NULL)
        return;
    pthread_mutex_lock(&preview->mutex);
    preview->stop = true;
    pthread_cond_signal(&preview->asked);
    pthread_mutex_unlock(&preview->mutex);
    /* The look at one file is short: the beginning of it, or of a member. */
    if (preview->has_thread)
        pthread_join(preview->thread, NULL);
    pthread_cond_destroy(&preview->asked);
    pthread_mutex_destroy(&preview->mutex);
    ingest_preview_done(&preview->answer);
    free(preview->path);
    free(preview);
}

void preview_ask(struct preview *preview, const char *path)
{
    pthread_mutex_lock(&preview->mutex);
    if (preview->path == NULL || strcmp(preview->path, path) != 0) {
        free(preview->path);
        preview->path = xstrdup(path);
        preview->number++;
        if (path[0] == '\0')
            preview->answered = preview->number;
        pthread_cond_signal(&preview->asked);
    }
    pthread_mutex_unlock(&preview->mutex);
}

bool preview_get(struct preview *preview, const struct ingest_preview **out,
    const struct err **err)
{
    pthread_mutex_lock(&preview->mutex);
    bool answered = preview->answered == preview->number;
    bool readable = preview->readable;
    pthread_mutex_unlock(&preview->mutex);
    *out = answered && readable ? &preview->answer : NULL;
    *err = &preview->err;
    return answered;
}
