/* Picker: files and folders to take as evidence. Beside them stands what the
 * file under the cursor would be read as, before it is taken: format, encoding,
 * host, and what would be assumed of its times. Without an open case it also
 * opens cases, and what it takes goes into a temporary one. */
#include "ui/picker.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/file.h"
#include "src/base/mem.h"
#include "ui/app.h"
#include "ui/decide.h"
#include "ui/folder.h"
#include "ui/import.h"
#include "ui/preview.h"
#include "ui/prompt.h"
#include "ui/rows.h"
#include "ui/show.h"
#include "ui/start.h"

struct picker {
    struct app *app;
    struct list list;
    struct list_column columns[3];
    struct folder folder;
    bool no_hidden;
    struct preview *preview;
    struct decide decide;
};

enum { COL_NAME, COL_SIZE, COL_TIME, COLUMNS };
enum { SIZE_WIDTH = 10, TIME_WIDTH = 19, SIDE_FROM = 110, PANE_ROWS = 11 };

/* --- the list ------------------------------------------------------------ */

static int picker_keys(void *context, struct list_key from, bool backward,
    int n, struct list_key *out, bool *end)
{
    const struct picker *picker = context;
    return rows_keys(picker->folder.count, from, backward, n, out, end);
}

static void picker_cell(void *context, struct list_key row, int column,
    struct buf *text, enum style *style)
{
    const struct picker *picker = context;
    const struct entry *entry = &picker->folder.entries[row.major];
    if (entry->kind == ENTRY_OTHER)
        *style = STYLE_DIM;
    switch (column) {
    case COL_NAME:
        buf_printf(
            text, "%s%s", entry->name, entry->kind == ENTRY_FOLDER ? "/" : "");
        if (entry->kind == ENTRY_FOLDER)
            *style = STYLE_LINK;
        break;
    case COL_SIZE:
        if (entry->kind == ENTRY_FILE)
            show_size(text, entry->size);
        break;
    case COL_TIME:
        show_time(text, entry->mtime, app_zone(picker->app));
        break;
    default:
        break;
    }
}

static const struct list_ops picker_list = {
    .keys = picker_keys,
    .cell = picker_cell,
};

static const struct entry *at_cursor(const struct picker *picker)
{
    ptrdiff_t row = rows_cursor(&picker->list);
    return row < 0 ? NULL : &picker->folder.entries[row];
}

static char *entry_path(const struct picker *picker, const struct entry *entry)
{
    assert(entry != NULL);
    return path_join(picker->folder.path, entry->name);
}

static bool is_case(const struct entry *entry)
{
    return entry->kind == ENTRY_FILE &&
           str_ends_with(str_from(entry->name), STR(".spoor"));
}

/* --- going about --------------------------------------------------------- */

/* Show a folder, with the cursor on `name` of it (NULL: the first). */
static int go_to(
    struct picker *picker, const char *path, const char *name, struct err *err)
{
    struct folder folder;
    if (folder_read(path, !picker->no_hidden, &folder, err) < 0)
        return -1;
    size_t row = folder.count > 1 && strcmp(folder.entries[0].name, "..") == 0;
    for (size_t i = 0; name != NULL && i < folder.count; i++)
        if (strcmp(folder.entries[i].name, name) == 0)
            row = i;
    folder_done(&picker->folder);
    picker->folder = folder;
    picker->list.mark_count = 0;
    list_reset(&picker->list);
    list_move_to(&picker->list, rows_key(row));
    return 0;
}

static void go_or_say(struct picker *picker, const char *path, const char *name)
{
    struct err err = {0};
    if (go_to(picker, path, name, &err) < 0)
        app_error(picker->app, &err);
}

static void go_up(struct app *app, void *state, struct str argument)
{
    struct picker *picker = state;
    (void)app;
    (void)argument;
    char *from = str_dup(path_last(str_from(picker->folder.path)));
    char *to = path_join(picker->folder.path, "..");
    go_or_say(picker, to, from);
    free(from);
    free(to);
}

static void toggle_hidden(struct app *app, void *state, struct str argument)
{
    struct picker *picker = state;
    const struct entry *entry = at_cursor(picker);
    (void)app;
    (void)argument;
    char *name = xstrdup(entry != NULL ? entry->name : "");
    char *path = xstrdup(picker->folder.path);
    picker->no_hidden = !picker->no_hidden;
    go_or_say(picker, path, name);
    free(name);
    free(path);
}

static void go_typed(struct app *app, void *context, struct str text)
{
    struct picker *picker = context;
    struct err err = {0};
    char *path = path_expand(text);
    char *parent = str_dup(path_folder(str_from(path)));
    char *name = str_dup(path_last(str_from(path)));
    /* A file's path shows it in its folder. */
    if (go_to(picker, path, NULL, NULL) < 0 &&
        (!file_exists(path) ||
            go_to(picker, parent[0] != '\0' ? parent : ".", name, &err) < 0)) {
        err_set(&err, ERR_NOT_FOUND, "there is no %s", escape_cstr(path));
        app_error(app, &err);
    }
    free(name);
    free(parent);
    free(path);
}

static void go_path(struct app *app, void *state, struct str argument)
{
    struct picker *picker = state;
    if (argument.len > 0) {
        go_typed(app, picker, argument);
        return;
    }
    /* With a slash behind it, names are completed from here on. */
    char *here = path_join(picker->folder.path, "");
    app_prompt(app,
        &(struct prompt_options){.label = "go to: ",
            .initial = str_from(here),
            .history = "path",
            .complete = path_complete},
        go_typed, picker);
    free(here);
}

/* --- taking -------------------------------------------------------------- */

static size_t taken_count(const struct picker *picker)
{
    if (picker->list.mark_count > 0)
        return picker->list.mark_count;
    return at_cursor(picker) != NULL ? 1 : 0;
}

/* The marked ones, or that under the cursor. */
static const struct entry *taken_at(const struct picker *picker, size_t i)
{
    if (picker->list.mark_count == 0)
        return at_cursor(picker);
    return &picker->folder.entries[picker->list.marks[i].major];
}

static struct ingest_options read_decisions(const struct decide *decide)
{
    return (struct ingest_options){
        .format = buf_str(&decide->given[DECIDE_FORMAT]),
        .host = buf_str(&decide->given[DECIDE_HOST]),
        .zone = decide->zone,
        .zone_decided = decide->zone != NULL,
        .year = decide->year,
        .clock_offset = decide->clock_offset,
        .encoding_forced = decide->has_encoding,
        .encoding = decide->encoding,
    };
}

/* Goes ahead: the picker has done its part. */
static void take(struct app *app, void *context)
{
    struct picker *picker = context;
    struct ingest_options options = read_decisions(&picker->decide);
    size_t count = taken_count(picker);
    char **paths = xcalloc(count, sizeof(*paths));
    struct err err = {0};

    for (size_t i = 0; i < count; i++)
        paths[i] = entry_path(picker, taken_at(picker, i));
    bool started = app_store(app) == NULL
                       ? start_temporary(app, paths, count, &options, &err) == 0
                       : import_start(app, paths, count, &options);
    for (size_t i = 0; i < count; i++)
        free(paths[i]);
    free(paths);
    if (err.code != ERR_NONE)
        app_error(app, &err);
    if (started)
        start_show_case(app);
}

static void add_verdict(struct buf *out, const struct verdict *verdict)
{
    const char *name = verdict->format != NULL   ? format_name(verdict->format)
                       : verdict->parser != NULL ? verdict->parser->name
                                                 : "nothing we read";
    buf_printf(
        out, "%s, %d%% sure (%s)", name, verdict->score / 10, verdict->reason);
}

static void add_year(struct buf *out, const struct ingest_preview *preview)
{
    if (preview->default_year == CIVIL_NO_YEAR)
        buf_add_cstr(out, "the stamps have years");
    else
        buf_printf(out,
            "%d, guessed: the stamps have none, the file's time "
            "says so",
            (int)preview->default_year);
}

static void add_host(struct buf *out, const struct ingest_preview *preview)
{
    if (preview->host[0] != '\0')
        buf_printf(out, "%s (from the %s)", preview->host, preview->host_from);
    else
        buf_add_cstr(out, "what the records say, else the file's name");
}

static void add_zone(const struct picker *picker, struct buf *out)
{
    const struct zone *zone = start_case_zone(picker->app);
    buf_printf(out, "%s, assumed of stamps without one", zone_name(zone));
}

static const struct ingest_preview *answer(const struct picker *picker)
{
    const struct ingest_preview *preview;
    const struct err *err;
    return preview_get(picker->preview, &preview, &err) ? preview : NULL;
}

/* What holds unless the user decides otherwise. */
static void fill_decisions(struct picker *picker)
{
    struct decide *decide = &picker->decide;
    const struct ingest_preview *preview = answer(picker);
    bool one = taken_count(picker) == 1 && preview != NULL &&
               preview->verdict_count > 0 &&
               taken_at(picker, 0) == at_cursor(picker);
    add_zone(picker, &decide->now[DECIDE_ZONE]);
    buf_add_cstr(&decide->now[DECIDE_CLOCK], "not corrected");
    if (one) {
        add_verdict(&decide->now[DECIDE_FORMAT], &preview->verdicts[0]);
        add_host(&decide->now[DECIDE_HOST], preview);
        add_year(&decide->now[DECIDE_YEAR], preview);
        buf_printf(&decide->now[DECIDE_ENCODING], "%s (%s)",
            encoding_name(preview->encoding), preview->encoding_why);
        return;
    }
    buf_add_cstr(&decide->now[DECIDE_FORMAT], "detected for each file");
    buf_add_cstr(&decide->now[DECIDE_HOST], "records, path, or file name");
    buf_add_cstr(&decide->now[DECIDE_YEAR], "from each file's own time");
    buf_add_cstr(&decide->now[DECIDE_ENCODING], "detected for each file");
}

static void import(struct app *app, void *state, struct str argument)
{
    struct picker *picker = state;
    (void)argument;
    if (taken_count(picker) == 0)
        return;
    decide_clear(&picker->decide);
    fill_decisions(picker);
    picker->decide.go =
        taken_count(picker) == 1 ? "import it" : "import the marked ones";
    decide_show(app, &picker->decide);
}

static void open_entry(struct app *app, void *state, struct str argument)
{
    struct picker *picker = state;
    const struct entry *entry = at_cursor(picker);
    if (entry == NULL)
        return;
    char *path = entry_path(picker, entry);
    if (strcmp(entry->name, "..") == 0)
        go_up(app, state, argument);
    else if (entry->kind == ENTRY_FOLDER)
        go_or_say(picker, path, NULL);
    else if (is_case(entry) && app_store(app) == NULL)
        start_open(app, path);
    else
        import(app, state, argument);
    free(path);
}

/* --- drawing ------------------------------------------------------------- */

static int draw_pair(struct area area, int y, const char *label,
    enum style style, struct buf *of)
{
    enum { LABEL_WIDTH = 10 };
    area_text(area, 1, y, LABEL_WIDTH, STYLE_DIM, str_from(label));
    int rows = show_wrapped(area, LABEL_WIDTH + 1, y, style, buf_str(of));
    buf_clear(of);
    return y + rows;
}

static void add_first_line(
    struct buf *out, const struct ingest_preview *preview)
{
    enum { SHOWN = 400 };
    struct buf text = {0};
    encoding_decode(
        preview->encoding, str_sub(buf_str(&preview->sample), 0, SHOWN), &text);
    struct str rest = buf_str(&text);
    buf_add_str(out, str_trim_end(str_cut(&rest, '\n')));
    buf_done(&text);
}

static void draw_answer(const struct picker *picker, struct area area, int y,
    const struct ingest_preview *preview)
{
    struct buf text = {0};
    for (size_t i = 0; i < preview->verdict_count && i < 2; i++) {
        if (i > 0 && preview->verdicts[i].score == 0)
            break;
        add_verdict(&text, &preview->verdicts[i]);
        bool read = preview->verdicts[i].parser != NULL;
        y = draw_pair(area, y, i == 0 ? "read as" : "or as",
            i > 0  ? STYLE_DIM
            : read ? STYLE_TEXT
                   : STYLE_WARNING,
            &text);
    }
    if (preview->container[0] != '\0') {
        buf_printf(&text, "%s; this is its first member", preview->container);
        y = draw_pair(area, y, "container", STYLE_TEXT, &text);
    }
    buf_printf(&text, "%s (%s)", encoding_name(preview->encoding),
        preview->encoding_why);
    y = draw_pair(area, y, "encoding", STYLE_TEXT, &text);
    add_host(&text, preview);
    y = draw_pair(area, y, "host", STYLE_TEXT, &text);
    add_year(&text, preview);
    y = draw_pair(area, y, "year",
        preview->default_year == CIVIL_NO_YEAR ? STYLE_TEXT : STYLE_WARNING,
        &text);
    add_zone(picker, &text);
    y = draw_pair(area, y, "zone", STYLE_TEXT, &text);
    add_first_line(&text, preview);
    draw_pair(area, y, "begins", STYLE_TEXT, &text);
    buf_done(&text);
}

static void draw_file(const struct picker *picker, struct area area, int y)
{
    const struct ingest_preview *preview;
    const struct err *err;
    struct buf text = {0};
    if (!preview_get(picker->preview, &preview, &err)) {
        area_text(area, 1, y, -1, STYLE_HINT, STR("looking at it..."));
    } else if (preview == NULL) {
        buf_add_cstr(&text, err->text);
        draw_pair(area, y, "not read", STYLE_ERROR, &text);
    } else {
        draw_answer(picker, area, y, preview);
    }
    buf_done(&text);
}

static const char *what_it_is(
    const struct picker *picker, const struct entry *entry)
{
    if (strcmp(entry->name, "..") == 0)
        return "the folder above";
    if (entry->kind == ENTRY_FOLDER)
        return "a folder: Enter opens it, i imports all that is below it";
    if (entry->kind == ENTRY_OTHER)
        return "no file: it is not read";
    if (is_case(entry))
        return app_store(picker->app) == NULL
                   ? "a case: Enter opens it"
                   : "a case: close this one to open it";
    return NULL;
}

static void draw_pane(const struct picker *picker, struct area area)
{
    const struct entry *entry = at_cursor(picker);
    if (entry == NULL)
        return;
    struct buf text = {0};
    const char *what = what_it_is(picker, entry);
    buf_add_cstr(&text, entry->name);
    if (entry->kind == ENTRY_FILE) {
        buf_add_cstr(&text, ", ");
        show_size(&text, entry->size);
    }
    int rows = show_wrapped(area, 1, 0, STYLE_HEADING, buf_str(&text));
    if (what != NULL)
        show_wrapped(area, 1, rows, STYLE_DIM, str_from(what));
    else
        draw_file(picker, area, rows);
    buf_done(&text);
}

static void look_at_cursor(struct picker *picker)
{
    const struct entry *entry = at_cursor(picker);
    if (entry == NULL || what_it_is(picker, entry) != NULL) {
        preview_ask(picker->preview, "");
        return;
    }
    char *path = entry_path(picker, entry);
    preview_ask(picker->preview, path);
    free(path);
}

static void draw_rule(struct area area, bool upright)
{
    int length = upright ? area.height : area.width;
    for (int i = 0; i < length; i++)
        area_text(area, upright ? 0 : i, upright ? i : 0, 1, STYLE_DIM,
            upright ? STR("|") : STR("-"));
}

static void picker_draw(struct app *app, void *state, struct area area)
{
    struct picker *picker = state;
    bool side = area.width >= SIDE_FROM;
    int list_width = side ? area.width / 2 : area.width;
    int list_height = side ? area.height - 1 : area.height - 1 - PANE_ROWS - 1;
    if (list_height < 4)
        list_height = area.height - 1;
    struct area below = area_rows(area, 1, area.height - 1);

    (void)app;
    area_text(area, 1, 0, -1, STYLE_DIM, str_from(picker->folder.path));
    picker->columns[COL_NAME].width =
        list_width - SIZE_WIDTH - TIME_WIDTH - COLUMNS - 1;
    if (picker->columns[COL_NAME].width < 10)
        picker->columns[COL_NAME].width = 10;
    list_draw(&picker->list,
        area_rows(area_columns(below, 0, list_width), 0, list_height));
    look_at_cursor(picker);
    if (side) {
        draw_rule(area_columns(below, list_width, 1), true);
        draw_pane(picker,
            area_columns(below, list_width + 1, area.width - list_width - 1));
    } else {
        draw_rule(area_rows(below, list_height, 1), false);
        draw_pane(picker, area_rows(below, list_height + 1, PANE_ROWS));
    }
}

/* --- the view ------------------------------------------------------------ */

static int picker_open(
    struct app *app, void *state, struct str argument, struct err *err)
{
    struct picker *picker = state;
    picker->app = app;
    picker->columns[COL_NAME] = (struct list_column){"name", 30, false};
    picker->columns[COL_SIZE] = (struct list_column){"size", SIZE_WIDTH, true};
    picker->columns[COL_TIME] =
        (struct list_column){"modified", TIME_WIDTH, false};
    list_init(&picker->list, &picker_list, picker, picker->columns, COLUMNS);
    char *path = argument.len > 0 ? path_expand(argument) : xstrdup(".");
    int rc = go_to(picker, path, NULL, err);
    free(path);
    if (rc < 0) {
        list_done(&picker->list);
        return -1;
    }
    picker->preview = preview_new(app);
    decide_init(&picker->decide);
    picker->decide.title = "Import: what was recognised, and what you decide";
    picker->decide.rows = (1u << DECIDE_COUNT) - 1;
    picker->decide.done = take;
    picker->decide.context = picker;
    return 0;
}

static void picker_close(struct app *app, void *state)
{
    struct picker *picker = state;
    (void)app;
    preview_free(picker->preview);
    decide_done(&picker->decide);
    folder_done(&picker->folder);
    list_done(&picker->list);
}

static bool picker_press(
    struct app *app, void *state, uint32_t key, const struct mouse *mouse)
{
    struct picker *picker = state;
    if (list_press(&picker->list, key, mouse))
        return true;
    if (key != UIKEY_MOUSE || mouse->what != MOUSE_DOUBLE)
        return false;
    open_entry(app, picker, STR(""));
    return true;
}

static bool picker_back(struct app *app, void *state)
{
    struct picker *picker = state;
    (void)app;
    return list_end_search(&picker->list);
}

static bool picker_wake(struct app *app, void *state)
{
    (void)app;
    (void)state;
    return true; /* the answer about a file is there */
}

static void picker_status(struct app *app, void *state, struct buf *out)
{
    const struct picker *picker = state;
    (void)app;
    if (picker->list.mark_count > 0)
        buf_printf(out, "%zu marked", picker->list.mark_count);
}

static void search(struct app *app, void *state, struct str argument)
{
    rows_search(app, &((struct picker *)state)->list, argument);
}

static void next_match(struct app *app, void *state, struct str argument)
{
    (void)argument;
    rows_search_again(app, &((struct picker *)state)->list, false);
}

static void previous_match(struct app *app, void *state, struct str argument)
{
    (void)argument;
    rows_search_again(app, &((struct picker *)state)->list, true);
}

static bool picker_busy(struct app *app, void *state)
{
    const struct picker *picker = state;
    const struct ingest_preview *preview;
    const struct err *err;
    (void)app;
    return !preview_get(picker->preview, &preview, &err);
}

static const struct action picker_actions[] = {
    {"open", {UIKEY_ENTER}, "open the folder, take the file", open_entry,
        false},
    {"import", {'i'}, "import the marked files, or this one", import, false},
    {"up", {UIKEY_BACKSPACE, '-'}, "go to the folder above", go_up, false},
    {"go", {'p'}, "type a path to go to", go_path, false},
    {"hidden", {'.'}, "show or hide names that begin with a dot", toggle_hidden,
        false},
    {"search", {'/'}, "search in the names", search, false},
    {"next-match", {'n'}, "go to where it stands next", next_match, false},
    {"previous-match", {'N'}, "go to where it stood before", previous_match,
        false},
    {0},
};

const struct view_ops view_picker = {
    .name = "picker",
    .title = "Files",
    .summary = "files to import, and what each is recognised as",
    .actions = picker_actions,
    .state_size = sizeof(struct picker),
    .open = picker_open,
    .close = picker_close,
    .draw = picker_draw,
    .press = picker_press,
    .back = picker_back,
    .wake = picker_wake,
    .status = picker_status,
    .busy = picker_busy,
};
