#include "ui/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"
#include "ui/history.h"

enum { CANDIDATES_SHOWN = 8, CANDIDATES_MAX = 500, GAP = 2 };

struct prompt {
    struct prompt_options options; /* label and history are copies */
    struct buf text;
    size_t at; /* where the cursor stands, in bytes */

    size_t back;       /* how far in the history, 0: not in it */
    struct buf typed;  /* what stood there before walking */
    struct buf killed; /* C-k, C-u, C-w; C-y gives it back */

    bool choosing; /* Tab was pressed: candidates are on screen */
    bool owes_tab; /* it was pressed before the candidates were known */
    struct completion found;
    size_t chosen, count;

    struct buf verdict;
    bool bad;
    size_t bad_start, bad_end;
};

/* --- the text ------------------------------------------------------------ */

static void check(struct prompt *prompt)
{
    buf_clear(&prompt->verdict);
    prompt->bad = false;
    prompt->bad_start = prompt->bad_end = 0;
    if (prompt->options.check != NULL)
        prompt->options.check(prompt->options.context, buf_str(&prompt->text),
            &prompt->verdict, &prompt->bad, &prompt->bad_start,
            &prompt->bad_end);
}

static void changed(struct prompt *prompt)
{
    prompt->choosing = prompt->owes_tab = false;
    check(prompt);
}

static void remove_range(struct prompt *prompt, size_t start, size_t end)
{
    struct buf *text = &prompt->text;
    if (start >= end)
        return;
    memmove(text->ptr + start, text->ptr + end, text->len - end);
    text->len -= end - start;
    prompt->at = start;
    changed(prompt);
}

static void insert(struct prompt *prompt, struct str bytes)
{
    struct buf *text = &prompt->text;
    if (bytes.len == 0 || text->len + bytes.len > LIMIT_QUERY)
        return;
    buf_reserve(text, bytes.len);
    memmove(text->ptr + prompt->at + bytes.len, text->ptr + prompt->at,
        text->len - prompt->at);
    memcpy(text->ptr + prompt->at, bytes.ptr, bytes.len);
    text->len += bytes.len;
    prompt->at += bytes.len;
    changed(prompt);
}

static void set_text(struct prompt *prompt, struct str text)
{
    buf_clear(&prompt->text);
    buf_add_str(&prompt->text, text);
    prompt->at = text.len;
    changed(prompt);
}

static size_t before(const struct prompt *prompt, size_t at)
{
    while (at > 0 && ((unsigned char)prompt->text.ptr[--at] & 0xC0) == 0x80)
        ;
    return at;
}

static size_t after(const struct prompt *prompt, size_t at)
{
    if (at < prompt->text.len)
        utf8_next(buf_str(&prompt->text), &at);
    return at;
}

static bool is_blank(const struct prompt *prompt, size_t at)
{
    return prompt->text.ptr[at] == ' ';
}

static bool is_word(const struct prompt *prompt, size_t at)
{
    unsigned char c = (unsigned char)prompt->text.ptr[at];
    return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z') || c == '_';
}

static size_t word_start(const struct prompt *prompt)
{
    size_t at = prompt->at;
    while (at > 0 && !is_word(prompt, at - 1))
        at--;
    while (at > 0 && is_word(prompt, at - 1))
        at--;
    return at;
}

static size_t word_end(const struct prompt *prompt)
{
    size_t at = prompt->at;
    while (at < prompt->text.len && !is_word(prompt, at))
        at++;
    while (at < prompt->text.len && is_word(prompt, at))
        at++;
    return at;
}

/* To the last blank, as shells do. */
static size_t blank_start(const struct prompt *prompt)
{
    size_t at = prompt->at;
    while (at > 0 && is_blank(prompt, at - 1))
        at--;
    while (at > 0 && !is_blank(prompt, at - 1))
        at--;
    return at;
}

static void kill_range(struct prompt *prompt, size_t start, size_t end)
{
    if (start >= end)
        return;
    buf_clear(&prompt->killed);
    buf_add(&prompt->killed, prompt->text.ptr + start, end - start);
    remove_range(prompt, start, end);
}

/* --- completion ---------------------------------------------------------- */

static struct str line_at(const struct buf *lines, size_t index)
{
    struct str rest = buf_str(lines);
    while (index-- > 0)
        str_cut(&rest, '\n');
    return str_cut(&rest, '\n');
}

static size_t count_lines(const struct buf *lines)
{
    size_t count = 0;
    for (size_t i = 0; i < lines->len && count < CANDIDATES_MAX; i++)
        count += lines->ptr[i] == '\n';
    return count;
}

/* Put a candidate where the word was; the candidates stay as they are. */
static void put_candidate(struct prompt *prompt, struct str candidate)
{
    size_t start = prompt->found.start;
    if (start > prompt->at)
        start = prompt->at;
    remove_range(prompt, start, prompt->at);
    insert(prompt, candidate);
}

/* What all candidates begin with. */
static struct str common_start(const struct prompt *prompt)
{
    struct str common = line_at(&prompt->found.texts, 0);
    struct str rest = buf_str(&prompt->found.texts);
    for (size_t i = 0; i < prompt->count; i++) {
        struct str line = str_cut(&rest, '\n');
        size_t same = 0;
        while (same < common.len && same < line.len &&
               common.ptr[same] == line.ptr[same])
            same++;
        common.len = same;
    }
    while (common.len > 0 && !utf8_is_valid(common))
        common.len--;
    return common;
}

static void find_candidates(struct prompt *prompt)
{
    buf_clear(&prompt->found.texts);
    buf_clear(&prompt->found.hints);
    prompt->found.start = prompt->at;
    prompt->options.complete(prompt->options.context, buf_str(&prompt->text),
        prompt->at, &prompt->found);
    prompt->count = count_lines(&prompt->found.texts);
    prompt->chosen = SIZE_MAX;
}

/* The first Tab goes as far as all candidates agree and shows them; further
 * ones walk through them. */
static void complete(struct prompt *prompt, int step)
{
    if (prompt->options.complete == NULL)
        return;
    if (!prompt->choosing) {
        find_candidates(prompt);
        prompt->owes_tab = prompt->count == 0;
        if (prompt->count == 0)
            return;
        struct str common = common_start(prompt);
        if (common.len > prompt->at - prompt->found.start)
            put_candidate(prompt, common);
        prompt->choosing = prompt->count > 1;
        return;
    }
    if (prompt->chosen == SIZE_MAX)
        prompt->chosen = step > 0 ? 0 : prompt->count - 1;
    else
        prompt->chosen = (prompt->chosen + (step > 0 ? 1 : prompt->count - 1)) %
                         prompt->count;
    put_candidate(prompt, line_at(&prompt->found.texts, prompt->chosen));
    prompt->choosing = true;
}

/* --- keys ---------------------------------------------------------------- */

static void walk_history(struct prompt *prompt, bool back)
{
    const char *name = prompt->options.history;
    if (name == NULL || (!back && prompt->back == 0) ||
        (back && prompt->back >= prompt_history_count(name)))
        return;
    if (prompt->back == 0) {
        buf_clear(&prompt->typed);
        buf_add_str(&prompt->typed, buf_str(&prompt->text));
    }
    prompt->back += back ? 1 : (size_t)-1;
    set_text(prompt, prompt->back == 0
                         ? buf_str(&prompt->typed)
                         : prompt_history_at(name, prompt->back - 1));
}

static void key_left(struct prompt *prompt)
{
    prompt->at = before(prompt, prompt->at);
}

static void key_right(struct prompt *prompt)
{
    prompt->at = after(prompt, prompt->at);
}

static void key_home(struct prompt *prompt)
{
    prompt->at = 0;
}

static void key_end(struct prompt *prompt)
{
    prompt->at = prompt->text.len;
}

static void key_word_left(struct prompt *prompt)
{
    prompt->at = word_start(prompt);
}

static void key_word_right(struct prompt *prompt)
{
    prompt->at = word_end(prompt);
}

static void key_backspace(struct prompt *prompt)
{
    remove_range(prompt, before(prompt, prompt->at), prompt->at);
}

static void key_delete(struct prompt *prompt)
{
    remove_range(prompt, prompt->at, after(prompt, prompt->at));
}

static void key_kill_end(struct prompt *prompt)
{
    kill_range(prompt, prompt->at, prompt->text.len);
}

static void key_kill_start(struct prompt *prompt)
{
    kill_range(prompt, 0, prompt->at);
}

static void key_kill_word(struct prompt *prompt)
{
    kill_range(prompt, blank_start(prompt), prompt->at);
}

static void key_kill_next_word(struct prompt *prompt)
{
    kill_range(prompt, prompt->at, word_end(prompt));
}

static void key_yank(struct prompt *prompt)
{
    insert(prompt, buf_str(&prompt->killed));
}

static void key_older(struct prompt *prompt)
{
    walk_history(prompt, true);
}

static void key_newer(struct prompt *prompt)
{
    walk_history(prompt, false);
}

static void key_complete(struct prompt *prompt)
{
    complete(prompt, 1);
}

static void key_complete_back(struct prompt *prompt)
{
    complete(prompt, -1);
}

static const struct {
    uint32_t keys[2];
    void (*edit)(struct prompt *prompt);
} edits[] = {
    {{UIKEY_LEFT, UIKEY_CTRL('b')}, key_left},
    {{UIKEY_RIGHT, UIKEY_CTRL('f')}, key_right},
    {{UIKEY_HOME, UIKEY_CTRL('a')}, key_home},
    {{UIKEY_END, UIKEY_CTRL('e')}, key_end},
    {{'b' | UIKEY_META, 0}, key_word_left},
    {{'f' | UIKEY_META, 0}, key_word_right},
    {{UIKEY_BACKSPACE, 0}, key_backspace},
    {{UIKEY_DELETE, UIKEY_CTRL('d')}, key_delete},
    {{UIKEY_CTRL('k'), 0}, key_kill_end},
    {{UIKEY_CTRL('u'), 0}, key_kill_start},
    {{UIKEY_CTRL('w'), UIKEY_BACKSPACE | UIKEY_META}, key_kill_word},
    {{'d' | UIKEY_META, 0}, key_kill_next_word},
    {{UIKEY_CTRL('y'), 0}, key_yank},
    {{UIKEY_UP, UIKEY_CTRL('p')}, key_older},
    {{UIKEY_DOWN, UIKEY_CTRL('n')}, key_newer},
    {{UIKEY_TAB, 0}, key_complete},
    {{UIKEY_BACK_TAB, 0}, key_complete_back},
};

static void type(struct prompt *prompt, uint32_t key)
{
    char bytes[4];
    if (key >= ' ' && key < UIKEY_SPECIAL && key != UIKEY_BACKSPACE)
        insert(prompt, str_make(bytes, utf8_encode(key, bytes)));
}

/* Esc leaves the candidates first, if they are up. */
static enum prompt_result give_up(struct prompt *prompt, uint32_t key)
{
    if (!prompt->choosing || key != UIKEY_ESC)
        return PROMPT_GIVEN_UP;
    prompt->choosing = false;
    return PROMPT_GOING;
}

enum prompt_result prompt_key(struct prompt *prompt, uint32_t key)
{
    key &= ~UIKEY_PASTE;
    if (key == UIKEY_ESC || key == UIKEY_CTRL('c') || key == UIKEY_CTRL('g'))
        return give_up(prompt, key);
    if (key == UIKEY_ENTER) {
        if (prompt->options.history != NULL && prompt->text.len > 0)
            prompt_history_add(prompt->options.history, buf_str(&prompt->text));
        return PROMPT_DONE;
    }
    for (size_t i = 0; i < sizeof(edits) / sizeof(*edits); i++) {
        if (edits[i].keys[0] == key || edits[i].keys[1] == key) {
            edits[i].edit(prompt);
            return PROMPT_GOING;
        }
    }
    type(prompt, key);
    return PROMPT_GOING;
}

/* --- life ---------------------------------------------------------------- */

struct prompt *prompt_new(const struct prompt_options *options)
{
    struct prompt *prompt = xcalloc(1, sizeof(*prompt));
    prompt->options = *options;
    prompt->options.label = xstrdup(options->label);
    prompt->options.initial = (struct str){0};
    if (options->history != NULL)
        prompt->options.history = xstrdup(options->history);
    buf_add_str(&prompt->text, options->initial);
    prompt->at = prompt->text.len;
    check(prompt);
    return prompt;
}

void prompt_free(struct prompt *prompt)
{
    if (prompt == NULL)
        return;
    free((void *)(uintptr_t)prompt->options.label);
    free((void *)(uintptr_t)prompt->options.history);
    buf_done(&prompt->text);
    buf_done(&prompt->typed);
    buf_done(&prompt->killed);
    buf_done(&prompt->verdict);
    buf_done(&prompt->found.texts);
    buf_done(&prompt->found.hints);
    free(prompt);
}

struct str prompt_text(const struct prompt *prompt)
{
    return buf_str(&prompt->text);
}

void prompt_check(struct prompt *prompt)
{
    check(prompt);
    if (prompt->owes_tab)
        complete(prompt, 1);
}

/* --- drawing ------------------------------------------------------------- */

/* Columns of a part of the text as it is drawn, escapes and all. */
static int drawn_columns(const struct prompt *prompt, size_t start, size_t end,
    const struct canvas *canvas)
{
    struct buf clean = {0};
    escape_add(&clean, str_sub(buf_str(&prompt->text), start, end - start));
    int columns = (int)utf8_columns(buf_str(&clean), canvas->ambiguous);
    buf_done(&clean);
    return columns;
}

/* The first byte to draw, so that the cursor is inside `width` columns. */
static size_t first_drawn(
    const struct prompt *prompt, int width, const struct canvas *canvas)
{
    size_t start = 0;
    while (start < prompt->at &&
           drawn_columns(prompt, start, prompt->at, canvas) >= width)
        start = after(prompt, start);
    return start;
}

static void draw_text(const struct prompt *prompt, struct area line)
{
    struct str text = buf_str(&prompt->text);
    size_t start = first_drawn(prompt, line.width, line.canvas);
    area_text(line, 0, 0, -1, STYLE_INPUT, str_from_index(text, start));
    if (prompt->bad && prompt->bad_end > prompt->bad_start &&
        prompt->bad_start >= start && prompt->bad_end <= text.len) {
        int from = drawn_columns(prompt, start, prompt->bad_start, line.canvas);
        int to = drawn_columns(prompt, start, prompt->bad_end, line.canvas);
        area_style(line, from, 0, to - from, STYLE_ERROR);
    }
    area_cursor(line, drawn_columns(prompt, start, prompt->at, line.canvas), 0);
}

/* The verdict stands at the right of the text; one that has no room there gets
 * the line above. `rest` becomes what is left for the text, and the answer what
 * is left for candidates. */
static struct area draw_verdict(
    const struct prompt *prompt, struct area area, struct area *rest)
{
    struct str verdict = buf_str(&prompt->verdict);
    enum style style = prompt->bad ? STYLE_ERROR : STYLE_HINT;
    int width = (int)utf8_columns(verdict, area.canvas->ambiguous);
    int text = drawn_columns(prompt, 0, prompt->text.len, area.canvas);
    if (width == 0)
        return area;
    if (text + width + GAP < rest->width || area.height < 3) {
        area_text(*rest, rest->width - width, 0, width, style, verdict);
        rest->width -= width + 1;
        return area;
    }
    struct area above = area_rows(area, area.height - 2, 1);
    area_fill(above, STYLE_TEXT);
    area_text_right(above, 1, 0, above.width - 2, style, verdict);
    return area_rows(area, 0, area.height - 1);
}

static int widest(const struct prompt *prompt, const struct canvas *canvas)
{
    int width = 0;
    struct str rest = buf_str(&prompt->found.texts);
    for (size_t i = 0; i < prompt->count; i++) {
        int columns =
            (int)utf8_columns(str_cut(&rest, '\n'), canvas->ambiguous);
        width = columns > width ? columns : width;
    }
    return width;
}

static void draw_candidates(const struct prompt *prompt, struct area area)
{
    size_t rows = prompt->count;
    if (rows > CANDIDATES_SHOWN)
        rows = CANDIDATES_SHOWN;
    if (area.height - 2 < (int)rows)
        rows = area.height > 2 ? (size_t)(area.height - 2) : 0;
    if (rows == 0)
        return;
    size_t chosen = prompt->chosen == SIZE_MAX ? 0 : prompt->chosen;
    size_t top = chosen < rows ? 0 : chosen - rows + 1;
    int width = widest(prompt, area.canvas);
    if (width > area.width / 2)
        width = area.width / 2;
    for (size_t i = 0; i < rows && top + i < prompt->count; i++) {
        struct area line =
            area_rows(area, area.height - 1 - (int)rows + (int)i, 1);
        area_fill(line, STYLE_TEXT);
        area_text(line, 1, 0, width, STYLE_TEXT,
            line_at(&prompt->found.texts, top + i));
        area_text(line, 1 + width + GAP, 0, -1, STYLE_HINT,
            line_at(&prompt->found.hints, top + i));
        if (top + i == prompt->chosen)
            area_style(line, 0, 0, line.width, STYLE_CURSOR);
    }
}

void prompt_draw(struct prompt *prompt, struct area area)
{
    struct area line = area_rows(area, area.height - 1, 1);
    area_fill(line, STYLE_INPUT);
    int used = area_text(
        line, 0, 0, line.width / 2, STYLE_KEY, str_from(prompt->options.label));
    struct area rest = area_columns(line, used, line.width - used);
    struct area above = draw_verdict(prompt, area, &rest);
    draw_text(prompt, rest);
    if (prompt->choosing)
        draw_candidates(prompt, above);
}
