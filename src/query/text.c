/* Free text. A chunk is searched as a whole before any of its events is looked
 * at: mostly the text is not there and the batch is done. Where the decoded
 * text is the bytes themselves (UTF-8) the hits are kept by place, so that an
 * event matches when a hit lies inside one of its runs of bytes; else (other
 * encodings, JSON, stored values) each event is looked at by itself.
 *
 * An event has its text in one chunk, because records never straddle chunks; a
 * random-access source may have batches wider than a chunk, whose events are
 * looked at one by one. */
#include <stdlib.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/query/inside.h"

enum hits_state {
    HITS_UNKNOWN, /* not searched yet */
    HITS_NONE,
    HITS_PLACES, /* exactly these */
    HITS_EACH,   /* every event must be looked at */
};

struct hit {
    uint32_t start, end; /* in the chunk */
};

struct hits {
    enum hits_state state;
    struct hit *at;
    size_t count, capacity;
};

struct text_state {
    int64_t batch;     /* that `hits` is of; 0 none */
    uint64_t offset;   /* of the chunk, in the source */
    size_t size;       /* of the chunk */
    struct hits *hits; /* by number of the step */
    struct buf decoded;
    sqlite3_stmt *end;
};

static struct text_state *state_of(struct worker *worker)
{
    if (worker->text == NULL) {
        worker->text = xcalloc(1, sizeof(*worker->text));
        worker->text->hits = xcalloc(
            worker->search->plan.step_count, sizeof(*worker->text->hits));
    }
    return worker->text;
}

void text_done(struct worker *worker)
{
    struct text_state *state = worker->text;
    if (state == NULL)
        return;
    for (size_t i = 0; i < worker->search->plan.step_count; i++)
        free(state->hits[i].at);
    free(state->hits);
    buf_done(&state->decoded);
    sqlite3_finalize(state->end);
    free(state);
    worker->text = NULL;
}

/* --- one chunk ----------------------------------------------------------- */

static void find_places(struct worker *worker, const struct needle *needle,
    struct str text, struct hits *hits)
{
    hits->count = 0;
    size_t from = 0, end = 0;
    ptrdiff_t at;
    while ((at = needle_find(needle, worker->scratch, text, from, &end)) >= 0) {
        hits->at = mem_grow(
            hits->at, &hits->capacity, hits->count + 1, sizeof(*hits->at));
        hits->at[hits->count++] = (struct hit){(uint32_t)at, (uint32_t)end};
        from = end > (size_t)at ? end : (size_t)at + 1;
    }
    hits->state = hits->count > 0 ? HITS_PLACES : HITS_NONE;
}

static bool is_there(
    struct worker *worker, const struct needle *needle, struct str text)
{
    size_t end;
    return needle_find(needle, worker->scratch, text, 0, &end) >= 0;
}

/* JSON may write any character as an escape, but mostly only these are. */
static bool json_may_hide(struct str needle, struct str text)
{
    for (size_t i = 0; i < needle.len; i++) {
        unsigned char c = (unsigned char)needle.ptr[i];
        if (c < 0x20 || c >= 0x7F || strchr("\"\\/<>&'", c) != NULL)
            return true;
    }
    return str_find(text, STR("\\u00")) >= 0;
}

static void search_chunk(struct worker *worker, const struct step *step,
    const struct reader *reader, struct str bytes, struct hits *hits)
{
    const struct needle *needle = step->needle;
    struct str text = needle_text(needle);
    hits->state = HITS_EACH;
    if (reader->text == TEXT_VALUES || str_find_char(text, '\n') >= 0)
        return;
    enum encoding encoding = reader->info->encoding;
    bool raw = encoding == ENCODING_UTF8;
    /* In the other encodings but UTF-16 ASCII is written as ASCII. */
    bool superset = needle_is_ascii(needle) && encoding != ENCODING_UTF16LE &&
                    encoding != ENCODING_UTF16BE;
    if (reader->text == TEXT_JSON) {
        if (superset && !json_may_hide(text, bytes) &&
            !is_there(worker, needle, bytes))
            hits->state = HITS_NONE;
        return;
    }
    if (raw) {
        find_places(worker, needle, bytes, hits);
        return;
    }
    if (!superset) {
        struct buf *decoded = &state_of(worker)->decoded;
        buf_clear(decoded);
        encoding_decode(encoding, bytes, decoded);
        bytes = buf_str(decoded);
    }
    if (!is_there(worker, needle, bytes))
        hits->state = HITS_NONE;
}

/* --- one batch ----------------------------------------------------------- */

/* Does every event of the batch lie inside its chunk? The last event ends
 * last: ids ascend with offsets. */
static bool batch_fits(struct worker *worker, const struct batch_info *batch,
    const struct content_chunk *chunk)
{
    struct text_state *state = state_of(worker);
    if (state->end == NULL)
        state->end = store_prepare(worker->store,
            "SELECT offset + length FROM event WHERE id = ?1", NULL);
    if (state->end == NULL)
        return false;
    sqlite3_bind_int64(state->end, 1, batch->first_event + batch->rows - 1);
    uint64_t end = UINT64_MAX;
    if (sqlite3_step(state->end) == SQLITE_ROW)
        end = batch->base + (uint64_t)sqlite3_column_int64(state->end, 0);
    sqlite3_reset(state->end);
    return batch->base >= chunk->offset &&
           end <= chunk->offset + chunk->bytes.len;
}

/* The chunk of a batch that can be searched as a whole. */
static bool chunk_of(struct worker *worker, const struct batch_info *batch,
    const struct reader *reader, struct content_chunk *chunk)
{
    return reader->reading.parser != NULL &&
           reader->reading.parser->access == PARSER_STREAM &&
           content_chunk_at(
               worker->content, batch->source, batch->base, chunk, NULL) >= 0 &&
           chunk->bytes.len <= UINT32_MAX && batch_fits(worker, batch, chunk);
}

static void begin_batch(struct worker *worker, const struct batch_info *batch)
{
    struct text_state *state = state_of(worker);
    if (state->batch == batch->id)
        return;
    state->batch = batch->id;
    for (size_t i = 0; i < worker->search->plan.step_count; i++)
        state->hits[i].state = HITS_UNKNOWN;
}

static struct hits *hits_of(struct worker *worker, const struct step *step,
    const struct batch_info *batch)
{
    begin_batch(worker, batch);
    struct text_state *state = state_of(worker);
    struct hits *hits = &state->hits[step->number];
    if (hits->state != HITS_UNKNOWN)
        return hits;
    hits->state = HITS_EACH;
    const struct reader *reader = reread_reader(worker, batch->source);
    struct content_chunk chunk;
    if (reader == NULL || !chunk_of(worker, batch, reader, &chunk))
        return hits;
    state->offset = chunk.offset;
    state->size = chunk.bytes.len;
    search_chunk(worker, step, reader, chunk.bytes, hits);
    return hits;
}

/* Is the text a condition of every match, so that a chunk without it can be
 * left out? Behind other conditions it is only asked for the rows that meet
 * them. */
bool text_batch(struct worker *worker, const struct batch_info *batch)
{
    const struct step *root = worker->search->plan.root;
    begin_batch(worker, batch);
    if (root->kind == STEP_TEXT)
        return hits_of(worker, root, batch)->state != HITS_NONE;
    if (root->kind != STEP_AND)
        return true;
    bool only_text = true;
    for (size_t i = 0; i < root->child_count; i++)
        only_text = only_text && (root->children[i]->kind == STEP_TEXT ||
                                     root->children[i]->kind == STEP_TIME ||
                                     root->children[i]->kind == STEP_SOURCES);
    for (size_t i = 0; only_text && i < root->child_count; i++)
        if (root->children[i]->kind == STEP_TEXT &&
            hits_of(worker, root->children[i], batch)->state == HITS_NONE)
            return false;
    return true;
}

/* --- one event ----------------------------------------------------------- */

static bool hit_inside(const struct hits *hits, uint64_t start, uint64_t end)
{
    size_t low = 0, high = hits->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (hits->at[middle].start < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low < hits->count && hits->at[low].end <= end;
}

static bool json_values_match(
    struct worker *worker, const struct needle *needle, struct str text)
{
    struct json json = {0};
    bool found = false;
    json_start(&json, text);
    while (!found) {
        enum json_token token = json_next(&json);
        if (token == JSON_END)
            break;
        if (token == JSON_ERROR) {
            /* Not what it claims to be: then it is a text as any other. */
            found = is_there(worker, needle, text);
            break;
        }
        bool is_value = token == JSON_STRING || token == JSON_NUMBER ||
                        token == JSON_TRUE || token == JSON_FALSE;
        found = is_value && is_there(worker, needle, json.value);
    }
    json_done(&json);
    return found;
}

static bool record_values_match(
    struct worker *worker, const struct needle *needle, struct subject *subject)
{
    const struct record *record = subject_record(worker, subject);
    if (record == NULL)
        return false;
    for (size_t i = 0; i < FIELD_TOTAL; i++)
        if (record_has(record, (enum field)i) &&
            is_there(worker, needle, record->value[i]))
            return true;
    for (size_t i = 0; i < record->extra_count; i++)
        if (is_there(worker, needle, record->extras[i].value))
            return true;
    return false;
}

static bool event_matches(
    struct worker *worker, const struct step *step, struct subject *subject)
{
    const struct reader *reader =
        reread_reader(worker, subject->row->batch->source);
    if (reader != NULL && reader->text == TEXT_VALUES)
        return record_values_match(worker, step->needle, subject);
    struct str text = subject_text(worker, subject);
    if (reader != NULL && reader->text == TEXT_JSON)
        return json_values_match(worker, step->needle, text);
    return is_there(worker, step->needle, text);
}

bool text_matches(
    struct worker *worker, const struct step *step, struct subject *subject)
{
    const struct hits *hits = hits_of(worker, step, subject->row->batch);
    if (hits->state == HITS_NONE)
        return false;
    if (hits->state != HITS_PLACES)
        return event_matches(worker, step, subject);
    uint64_t base = worker->text->offset;
    for (size_t i = 0; i < subject->part_count; i++) {
        uint64_t start = subject->parts[i].offset - base;
        if (hit_inside(hits, start, start + subject->parts[i].length))
            return true;
    }
    return false;
}

/* --- counting lines ------------------------------------------------------ */

static size_t line_count(struct str text)
{
    size_t lines = 0;
    const char *at = text.ptr, *end = text.ptr + text.len;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        lines++;
        if (newline == NULL)
            break;
        at = newline + 1;
    }
    return lines;
}

static uint64_t lines_with(
    struct worker *worker, const struct needle *needle, struct str text)
{
    uint64_t lines = 0;
    size_t from = 0, end = 0;
    while (needle_find(needle, worker->scratch, text, from, &end) >= 0) {
        lines++;
        const char *newline = memchr(text.ptr + end, '\n', text.len - end);
        if (newline == NULL)
            break;
        from = (size_t)(newline - text.ptr) + 1;
    }
    return lines;
}

/* Events of a text are runs of whole lines. When there are as many as lines,
 * each is one line, and no row needs to be read to count those with a hit. */
int text_count_lines(
    struct worker *worker, const struct batch_info *batch, uint64_t *events)
{
    const struct step *root = worker->search->plan.root;
    if (root->kind != STEP_TEXT || batch->has_repeats || batch->has_parts ||
        str_find_char(needle_text(root->needle), '\n') >= 0)
        return 0;
    const struct reader *reader = reread_reader(worker, batch->source);
    struct content_chunk chunk;
    if (reader == NULL || reader->text != TEXT_LINES ||
        reader->info->encoding != ENCODING_UTF8 ||
        !chunk_of(worker, batch, reader, &chunk) || chunk.offset != batch->base)
        return 0;
    *events = lines_with(worker, root->needle, chunk.bytes);
    if (*events == 0 || line_count(chunk.bytes) == batch->rows)
        return 1;
    *events = 0;
    return 0;
}
