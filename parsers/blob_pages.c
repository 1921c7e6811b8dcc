#include "parsers/blob_pages.h"

#include <stdlib.h>

#include "src/base/limit.h"
#include "src/base/mem.h"

#define PAGE_SIZE ((size_t)64 << 10)

void blob_pages_open(struct blob_pages *pages, const struct blob *blob)
{
    pages->blob = *blob;
    pages->last = NULL;
    for (size_t i = 0; i < BLOB_PAGES; i++) {
        pages->pages[i].len = 0;
        pages->pages[i].used = 0;
    }
}

void blob_pages_done(struct blob_pages *pages)
{
    for (size_t i = 0; i < BLOB_PAGES; i++)
        free(pages->pages[i].bytes);
    buf_done(&pages->large);
    *pages = (struct blob_pages){0};
}

static bool page_holds(
    const struct blob_page *page, uint64_t offset, size_t len)
{
    return offset >= page->offset && offset - page->offset <= page->len &&
           len <= page->len - (size_t)(offset - page->offset);
}

static bool blob_holds(const struct blob *blob, uint64_t offset, size_t len)
{
    return offset <= blob->size && len <= blob->size - offset;
}

static struct str read_large(
    struct blob_pages *pages, uint64_t offset, size_t len)
{
    buf_clear(&pages->large);
    buf_reserve(&pages->large, len);
    if (pages->blob.read_at(
            pages->blob.self, offset, pages->large.ptr, len, NULL) < 0)
        return (struct str){0};
    return str_make(pages->large.ptr, len);
}

/* The page begins where it is wanted: readers mostly go forward. */
static struct blob_page *load_page(struct blob_pages *pages, uint64_t offset)
{
    struct blob_page *page = &pages->pages[0];
    for (size_t i = 1; i < BLOB_PAGES; i++)
        if (pages->pages[i].used < page->used)
            page = &pages->pages[i];
    if (page->bytes == NULL)
        page->bytes = xmalloc(PAGE_SIZE);
    uint64_t left = pages->blob.size - offset;
    size_t len = left < PAGE_SIZE ? (size_t)left : PAGE_SIZE;
    page->offset = offset;
    page->len = 0;
    if (pages->blob.read_at(pages->blob.self, offset, page->bytes, len, NULL) <
        0)
        return NULL;
    page->len = len;
    return page;
}

static struct blob_page *find_page(
    struct blob_pages *pages, uint64_t offset, size_t len)
{
    for (size_t i = 0; i < BLOB_PAGES; i++)
        if (page_holds(&pages->pages[i], offset, len))
            return &pages->pages[i];
    return load_page(pages, offset);
}

struct str blob_pages_get(struct blob_pages *pages, uint64_t offset, size_t len)
{
    struct blob_page *page = pages->last;
    if (page == NULL || !page_holds(page, offset, len)) {
        if (len == 0 || len > LIMIT_RECORD ||
            !blob_holds(&pages->blob, offset, len))
            return (struct str){0};
        if (len > PAGE_SIZE)
            return read_large(pages, offset, len);
        page = find_page(pages, offset, len);
        if (page == NULL)
            return (struct str){0};
        pages->last = page;
        page->used = ++pages->clock;
    }
    return str_make(page->bytes + (offset - page->offset), len);
}

struct str blob_pages_get_most(
    struct blob_pages *pages, uint64_t offset, size_t len)
{
    uint64_t size = pages->blob.size;
    uint64_t left = offset < size ? size - offset : 0;
    return blob_pages_get(pages, offset, left < len ? (size_t)left : len);
}
