#include "parsers/journal_walk.h"

#include <string.h>

enum { ALIGNMENT = 8, SEARCHED = 4096 };

/* --- marks ---------------------------------------------------------------- */

static void open_array(struct journal_walk *walk, uint64_t offset)
{
    struct journal_marks *marks = &walk->marks;
    marks->index = 0;
    if (offset == 0 || offset <= marks->array.offset ||
        !journal_object_at(walk->file, offset, &marks->array) ||
        marks->array.type != JOURNAL_ENTRY_ARRAY)
        marks->array.size = 0;
}

/* Step to the first mark at or behind `from`. Both the arrays and what they
 * list ascend, for a journal is only ever appended to; the first step back ends
 * the marks. */
static void advance_marks(struct journal_walk *walk, uint64_t from)
{
    struct journal_marks *marks = &walk->marks;
    while (marks->array.size > 0 && marks->offset < from) {
        uint64_t next =
            journal_array_item(walk->file, &marks->array, marks->index++);
        if (next == 0)
            open_array(walk, journal_array_next(walk->file, &marks->array));
        else if (next <= marks->offset)
            marks->array.size = 0;
        else
            marks->offset = next;
    }
    if (marks->array.size == 0 && marks->offset < from)
        marks->offset = 0;
}

static bool is_sound_entry(struct journal_walk *walk, uint64_t offset)
{
    struct journal_object object;
    return journal_object_at(walk->file, offset, &object) &&
           object.type == JOURNAL_ENTRY &&
           journal_entry_is_sound(walk->file, &object);
}

/* Does a sound entry stand inside of what this object says is its own? */
static bool steps_over_mark(
    struct journal_walk *walk, const struct journal_object *object)
{
    advance_marks(walk, object->offset + ALIGNMENT);
    uint64_t mark = walk->marks.offset;
    return mark != 0 && mark < journal_object_end(object) &&
           is_sound_entry(walk, mark);
}

/* --- searching ------------------------------------------------------------ */

static uint64_t find_nonzero(struct blob_pages *pages, uint64_t from)
{
    static const char zeros[SEARCHED];
    uint64_t size = pages->blob.size;
    while (from < size) {
        struct str bytes = blob_pages_get_most(pages, from, SEARCHED);
        if (bytes.len == 0)
            return size;
        if (memcmp(bytes.ptr, zeros, bytes.len) != 0) {
            size_t at = 0;
            while (bytes.ptr[at] == '\0')
                at++;
            return from + at - at % ALIGNMENT;
        }
        from += bytes.len;
    }
    return size;
}

/* The first place from `from` on that is not zero; the file's size when there
 * is none. Many objects may claim to end at one run of zeros, so it is
 * remembered. */
static uint64_t skip_zeros(struct journal_walk *walk, uint64_t from)
{
    if (from < walk->zeros_start || from >= walk->zeros_end) {
        walk->zeros_start = from;
        walk->zeros_end = find_nonzero(&walk->file->pages, from);
    }
    return walk->zeros_end;
}

/* Found by searching, an object must be more than plausible: an entry whose
 * items are all there, or one that another object or nothing follows. */
static bool is_found(struct journal_walk *walk, uint64_t offset)
{
    struct journal_object object, next;
    if (!journal_object_at(walk->file, offset, &object))
        return false;
    if (object.type == JOURNAL_ENTRY)
        return journal_entry_is_sound(walk->file, &object);
    uint64_t end = journal_object_end(&object);
    return journal_object_at(walk->file, end, &next) ||
           skip_zeros(walk, end) == walk->file->pages.blob.size;
}

/* A type no object has, at a glance: most places are dismissed here. */
static bool may_begin(const char *word)
{
    unsigned char type = (unsigned char)word[0];
    return type > JOURNAL_UNUSED && type < JOURNAL_TYPE_COUNT &&
           memcmp(word + 2, "\0\0\0\0\0\0", 6) == 0;
}

static uint64_t search(struct journal_walk *walk, uint64_t from)
{
    struct blob_pages *pages = &walk->file->pages;
    uint64_t size = pages->blob.size;
    while (from < size) {
        char words[SEARCHED];
        struct str bytes = blob_pages_get_most(pages, from, SEARCHED);
        if (bytes.len < ALIGNMENT)
            return size;
        memcpy(
            words, bytes.ptr, bytes.len); /* looking at objects turns pages */
        size_t len = bytes.len - bytes.len % ALIGNMENT;
        for (size_t at = 0; at < len; at += ALIGNMENT)
            if (may_begin(words + at) && is_found(walk, from + at))
                return from + at;
        from += len;
    }
    return size;
}

/* --- the walk ------------------------------------------------------------- */

void journal_walk_start(struct journal_walk *walk, struct journal_file *file)
{
    *walk = (struct journal_walk){.file = file, .at = file->header_size};
    open_array(walk, file->entry_array);
}

static int report_damage(struct journal_walk *walk, uint64_t from, uint64_t to,
    struct journal_object *out)
{
    *out = (struct journal_object){.offset = from, .size = to - from};
    walk->at = to;
    walk->last.size = 0;
    return -1;
}

/* No object stands where one should. Whether the size that led here was wrong
 * or these bytes are, is not known: the search begins inside the last object,
 * unless that is an entry, whose items vouch for it. */
static int pass_damage(struct journal_walk *walk, struct journal_object *out)
{
    uint64_t from = walk->at;
    if (walk->last.size > 0 && walk->last.type != JOURNAL_ENTRY)
        from = walk->last.offset + ALIGNMENT;
    uint64_t to = search(walk, from);
    return report_damage(walk, to < walk->at ? from : walk->at, to, out);
}

/* Behind the last object a file is zeros up to its allocated size. Zeros before
 * what the header knows of are damage. */
static bool is_end(struct journal_walk *walk)
{
    uint64_t size = walk->file->pages.blob.size;
    return walk->at > walk->file->tail && skip_zeros(walk, walk->at) == size;
}

int journal_walk_next(struct journal_walk *walk, struct journal_object *out)
{
    uint64_t size = walk->file->pages.blob.size;
    while (walk->at < size) {
        if (!journal_object_at(walk->file, walk->at, out))
            return is_end(walk) ? 0 : pass_damage(walk, out);
        if (steps_over_mark(walk, out))
            return report_damage(walk, out->offset, walk->marks.offset, out);
        walk->last = *out;
        walk->at = journal_object_end(out);
        if (out->type == JOURNAL_ENTRY)
            return 1;
    }
    return 0;
}
