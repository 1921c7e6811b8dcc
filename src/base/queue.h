/* queue: a bounded queue of pointers between threads. */
#ifndef SPOOR_BASE_QUEUE_H
#define SPOOR_BASE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

struct queue;

struct queue *queue_new(size_t capacity);
void queue_free(struct queue *queue); /* what is still in it is not touched */

/* Wait for room. False when the queue was closed: the item stays yours. */
bool queue_put(struct queue *queue, void *item);

/* Wait for an item. NULL when the queue is closed and empty. */
void *queue_take(struct queue *queue);

/* No more puts; takers drain what is there, then get NULL. */
void queue_close(struct queue *queue);

#endif
