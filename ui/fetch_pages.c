#include <assert.h>
#include <stdlib.h>

#include "ui/fetch_inside.h"

struct position position_after(struct position at)
{
    if (at.id < INT64_MAX)
        at.id++;
    return at;
}

struct position position_before(struct position at)
{
    if (at.id > INT64_MIN)
        at.id--;
    return at;
}

void rows_page_free(struct rows_page *page)
{
    if (page == NULL)
        return;
    free(page->rows);
    arena_done(&page->arena);
    free(page);
}

void pages_done(struct rows_pages *pages)
{
    for (struct rows_page *page = pages->head, *next; page != NULL;
         page = next) {
        next = page->next;
        rows_page_free(page);
    }
    *pages = (struct rows_pages){0};
}

/* Does the page know whatever comes first beyond `at`? */
static bool page_knows(
    const struct rows_page *page, struct position at, bool backward)
{
    if (backward) {
        bool inside = position_compare(at, page->high) <= 0 || page->to_end;
        return inside && (page->from_start || position_compare(page->low,
                                                  position_before(at)) < 0);
    }
    bool inside = position_compare(page->low, at) <= 0 || page->from_start;
    return inside && (page->to_end ||
                         position_compare(position_after(at), page->high) < 0);
}

struct rows_page *pages_find(struct rows_pages *pages, struct position at,
    bool backward, uint64_t generation)
{
    struct rows_page *best = NULL;
    for (struct rows_page *page = pages->head; page != NULL; page = page->next)
        if (page_knows(page, at, backward) &&
            (best == NULL || page->generation > best->generation)) {
            best = page;
            if (page->generation == generation)
                break;
        }
    if (best != NULL)
        best->used = ++pages->clock;
    return best;
}

static const struct fetched *page_row(
    const struct rows_page *page, struct position at)
{
    size_t low = 0, high = page->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (position_compare(page->rows[middle].at, at) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found =
        low < page->count && position_compare(page->rows[low].at, at) == 0;
    return found ? &page->rows[low] : NULL;
}

const struct fetched *pages_row(
    struct rows_pages *pages, struct position at, uint64_t generation)
{
    const struct fetched *best = NULL;
    for (struct rows_page *page = pages->head; page != NULL;
         page = page->next) {
        const struct fetched *row = page_row(page, at);
        if (row == NULL)
            continue;
        best = row;
        page->used = ++pages->clock;
        if (page->generation == generation)
            break;
    }
    return best;
}

static void drop_oldest(struct rows_pages *pages)
{
    struct rows_page **oldest = &pages->head;
    for (struct rows_page **at = &pages->head; *at != NULL; at = &(*at)->next)
        if ((*at)->used < (*oldest)->used)
            oldest = at;
    struct rows_page *page = *oldest;
    assert(page != NULL); /* only called when there are too many */
    *oldest = page->next;
    rows_page_free(page);
    pages->count--;
}

void pages_add(struct rows_pages *pages, struct rows_page *page)
{
    page->used = ++pages->clock;
    page->next = pages->head;
    pages->head = page;
    pages->count++;
    while (pages->count > PAGES_KEPT)
        drop_oldest(pages);
}
