#include "ui/script.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/buf.h"
#include "src/base/escape.h"
#include "src/base/file.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/base/utf8.h"

enum { SIZE_LEAST = 1, SIZE_MOST = 1000 };

struct script {
    char *path;
    struct buf content;
    struct str rest;      /* of the content */
    struct str line;      /* what is left of the current one */
    struct str typing;    /* what is left of a "text" */
    char *file;           /* of the last dump */
    unsigned line_number; /* of `line`, from 1 */
};

struct script *script_open(const char *path, struct err *err)
{
    struct script *script = xcalloc(1, sizeof(*script));
    if (file_read(path, LIMIT_CONFIG_FILE, &script->content, err) < 0) {
        script_free(script);
        return NULL;
    }
    script->path = xstrdup(path);
    script->rest = buf_str(&script->content);
    return script;
}

void script_free(struct script *script)
{
    if (script == NULL)
        return;
    buf_done(&script->content);
    free(script->path);
    free(script->file);
    free(script);
}

static int fail(const struct script *script, struct err *err, const char *why,
    struct str what)
{
    return err_set(err, ERR_USAGE, "%s:%u: %s: %s", escape_cstr(script->path),
        script->line_number, why, escape_text(what));
}

static struct str next_word(struct str *line)
{
    *line = str_trim(*line);
    return str_cut(line, ' ');
}

/* "120x40" */
static bool parse_size(struct str text, struct script_next *out)
{
    uint64_t width, height;
    struct str first = str_cut(&text, 'x');
    if (!str_to_u64(first, &width) || !str_to_u64(text, &height) ||
        width < SIZE_LEAST || width > SIZE_MOST || height < SIZE_LEAST ||
        height > SIZE_MOST)
        return false;
    out->width = (int)width;
    out->height = (int)height;
    return true;
}

/* A line whose first word is no key. Returns 1 when it is one, 0 when it is
 * keys, -1. */
static int take_word_line(
    struct script *script, struct script_next *out, struct err *err)
{
    struct str line = script->line;
    struct str word = next_word(&line);
    struct str rest = str_trim(line);
    if (str_eq(word, STR("wait")) && rest.len == 0) {
        out->step = SCRIPT_WAIT;
    } else if (str_eq(word, STR("resize"))) {
        out->step = SCRIPT_RESIZE;
        if (!parse_size(rest, out))
            return fail(script, err, "no size such as 120x40", rest);
    } else if (str_eq(word, STR("dump"))) {
        out->step = SCRIPT_DUMP;
        free(script->file);
        script->file = str_dup(rest);
        out->file = script->file;
    } else {
        return 0;
    }
    script->line = (struct str){0};
    return 1;
}

static void take_typed(struct script *script, struct script_next *out)
{
    size_t at = 0;
    out->step = SCRIPT_KEY;
    out->key = utf8_next(script->typing, &at);
    script->typing = str_from_index(script->typing, at);
}

/* `"text"`, to the last quote of the line. */
static int begin_typing(struct script *script, struct err *err)
{
    struct str line = script->line;
    script->line = (struct str){0};
    if (line.len < 2 || line.ptr[line.len - 1] != '"')
        return fail(script, err, "no closing quote", line);
    script->typing = str_sub(line, 1, line.len - 2);
    if (!utf8_is_valid(script->typing))
        return fail(script, err, "no UTF-8", line);
    return 0;
}

static int take_key(
    struct script *script, struct script_next *out, struct err *err)
{
    struct str word = next_word(&script->line);
    out->step = SCRIPT_KEY;
    out->key = key_parse(word);
    if (out->key == UIKEY_NONE)
        return fail(script, err, "no key, and no word of a script", word);
    return 0;
}

/* Move to the next line that says something. False at the end. */
static bool next_line(struct script *script)
{
    while (script->rest.len > 0) {
        script->line = str_trim(str_cut(&script->rest, '\n'));
        script->line_number++;
        if (script->line.len > 0 && script->line.ptr[0] != '#')
            return true;
    }
    script->line = (struct str){0};
    return false;
}

int script_next(struct script *script, struct script_next *out, struct err *err)
{
    *out = (struct script_next){.step = SCRIPT_END, .file = ""};
    while (script->typing.len == 0 && script->line.len == 0) {
        if (!next_line(script))
            return 0;
        if (script->line.ptr[0] == '"') {
            if (begin_typing(script, err) < 0)
                return -1;
        } else {
            int taken = take_word_line(script, out, err);
            if (taken != 0)
                return taken < 0 ? -1 : 0;
        }
    }
    if (script->typing.len > 0) {
        take_typed(script, out);
        return 0;
    }
    return take_key(script, out, err);
}
