#include "src/base/queue.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "src/base/mem.h"

/* A ring; `items[(first + n) % capacity]` is the nth waiting item. */
struct queue {
    pthread_mutex_t lock; /* guards all that follows */
    pthread_cond_t has_room;
    pthread_cond_t has_item;
    size_t capacity;
    size_t first;
    size_t count;
    bool closed;
    void *items[];
};

struct queue *queue_new(size_t capacity)
{
    assert(capacity > 0);
    struct queue *queue =
        xcalloc(1, sizeof(*queue) + capacity * sizeof(queue->items[0]));
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->has_room, NULL);
    pthread_cond_init(&queue->has_item, NULL);
    queue->capacity = capacity;
    return queue;
}

void queue_free(struct queue *queue)
{
    if (queue == NULL)
        return;
    pthread_cond_destroy(&queue->has_item);
    pthread_cond_destroy(&queue->has_room);
    pthread_mutex_destroy(&queue->lock);
    free(queue);
}

bool queue_put(struct queue *queue, void *item)
{
    assert(item != NULL);
    pthread_mutex_lock(&queue->lock);
    while (queue->count == queue->capacity && !queue->closed)
        pthread_cond_wait(&queue->has_room, &queue->lock);
    bool open = !queue->closed;
    if (open) {
        size_t end = (queue->first + queue->count) % queue->capacity;
        queue->items[end] = item;
        queue->count++;
        pthread_cond_signal(&queue->has_item);
    }
    pthread_mutex_unlock(&queue->lock);
    return open;
}

void *queue_take(struct queue *queue)
{
    void *item = NULL;
    pthread_mutex_lock(&queue->lock);
    while (queue->count == 0 && !queue->closed)
        pthread_cond_wait(&queue->has_item, &queue->lock);
    if (queue->count > 0) {
        item = queue->items[queue->first];
        queue->first = (queue->first + 1) % queue->capacity;
        queue->count--;
        pthread_cond_signal(&queue->has_room);
    }
    pthread_mutex_unlock(&queue->lock);
    return item;
}

void queue_close(struct queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->has_room);
    pthread_cond_broadcast(&queue->has_item);
    pthread_mutex_unlock(&queue->lock);
}
