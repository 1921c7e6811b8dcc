#define _XOPEN_SOURCE 700 /* realpath */

#include "ui/recent.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/buf.h"
#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/base/stamp.h"

/* The file has a line for each case, newest first:
 *     seconds since 1970 TAB path TAB title
 * Paths are bytes, so that tab, newline and backslash are written \t \n \\. */

enum { RECENT_FILE_MAX = 1 << 20 };

static void write_word(struct buf *out, struct str word)
{
    for (size_t i = 0; i < word.len; i++) {
        switch (word.ptr[i]) {
        case '\t':
            buf_add_cstr(out, "\\t");
            break;
        case '\n':
            buf_add_cstr(out, "\\n");
            break;
        case '\\':
            buf_add_cstr(out, "\\\\");
            break;
        default:
            buf_add_char(out, word.ptr[i]);
        }
    }
}

static char *read_word(struct str word)
{
    struct buf out = {0};
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];
        if (c == '\\' && i + 1 < word.len) {
            c = word.ptr[++i];
            c = c == 't' ? '\t' : c == 'n' ? '\n' : c;
        }
        buf_add_char(&out, c);
    }
    char *text = xstrdup(buf_cstr(&out));
    buf_done(&out);
    return text;
}

static bool read_line(struct str line, struct recent *out)
{
    int64_t seconds;
    struct str opened = str_cut(&line, '\t');
    struct str path = str_cut(&line, '\t');
    if (path.len == 0 || path.ptr[0] != '/' || !str_to_i64(opened, &seconds))
        return false;
    *out = (struct recent){.path = read_word(path), .title = read_word(line)};
    if (!stamp_from_seconds(seconds, 0, &out->opened))
        out->opened = STAMP_NONE;
    return true;
}

static void read_lines(struct str text, struct recent_list *out)
{
    out->at = xcalloc(RECENT_MAX, sizeof(*out->at));
    while (text.len > 0 && out->count < RECENT_MAX)
        if (read_line(str_cut(&text, '\n'), &out->at[out->count]))
            out->count++;
}

int recent_load(struct recent_list *out, struct err *err)
{
    *out = (struct recent_list){0};
    char *file = place_state("recent");
    struct buf text = {0};
    int rc = 0;
    if (file != NULL && file_exists(file))
        rc = file_read(file, RECENT_FILE_MAX, &text, err);
    if (rc == 0)
        read_lines(buf_str(&text), out);
    buf_done(&text);
    free(file);
    return rc;
}

static void recent_done(struct recent *recent)
{
    free(recent->path);
    free(recent->title);
}

void recent_list_done(struct recent_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        recent_done(&list->at[i]);
    free(list->at);
    *list = (struct recent_list){0};
}

static int save(const struct recent_list *list, struct err *err)
{
    char *file = place_state("recent");
    if (file == NULL)
        return 0;
    struct buf text = {0};
    for (size_t i = 0; i < list->count; i++) {
        buf_add_i64(&text, stamp_seconds(list->at[i].opened));
        buf_add_char(&text, '\t');
        write_word(&text, str_from(list->at[i].path));
        buf_add_char(&text, '\t');
        write_word(&text, str_from(list->at[i].title));
        buf_add_char(&text, '\n');
    }
    char *folder = str_dup(path_folder(str_from(file)));
    int rc = file_make_directories(folder, err);
    if (rc == 0)
        rc = file_write(file, buf_str(&text), err);
    free(folder);
    buf_done(&text);
    free(file);
    return rc;
}

/* A path stands at most once. */
static void drop(struct recent_list *list, const char *path)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->at[i].path, path) != 0)
            continue;
        recent_done(&list->at[i]);
        list->count--;
        memmove(list->at + i, list->at + i + 1,
            (list->count - i) * sizeof(*list->at));
        return;
    }
}

static void put_first(struct recent_list *list, struct recent recent)
{
    drop(list, recent.path);
    if (list->count == RECENT_MAX)
        recent_done(&list->at[--list->count]);
    memmove(list->at + 1, list->at, list->count * sizeof(*list->at));
    list->at[0] = recent;
    list->count++;
}

int recent_add(
    const char *path, const char *title, int64_t opened, struct err *err)
{
    struct recent_list list;
    if (recent_load(&list, err) < 0)
        return err_wrap(err, "remembering the case");
    char *absolute = realpath(path, NULL);
    put_first(&list, (struct recent){
                         .path = absolute != NULL ? absolute : xstrdup(path),
                         .title = xstrdup(title != NULL ? title : ""),
                         .opened = opened,
                     });
    int rc = save(&list, err);
    recent_list_done(&list);
    return rc < 0 ? err_wrap(err, "remembering the case") : 0;
}

int recent_forget(const char *path, struct err *err)
{
    struct recent_list list;
    if (recent_load(&list, err) < 0)
        return -1;
    drop(&list, path);
    int rc = save(&list, err);
    recent_list_done(&list);
    return rc;
}
