#include "ui/rows.h"

#include "src/base/escape.h"
#include "ui/app.h"
#include "ui/prompt.h"

int rows_keys(size_t count, struct list_key from, bool backward, int n,
    struct list_key *out, bool *end)
{
    /* The rows [first, last) lie in that direction. */
    int64_t first = 0, last = (int64_t)count;
    if (backward)
        last = from.major < last ? from.major + (from.minor > 0) : last;
    else if (from.major >= 0)
        first = from.major < last ? from.major + (from.minor >= 0) : last;
    if (last < first)
        last = first;
    *end = last - first <= n;
    if (!*end && backward)
        first = last - n;
    else if (!*end)
        last = first + n;
    for (int64_t row = first; row < last; row++)
        *out++ = rows_key((size_t)row);
    return (int)(last - first);
}

struct list_key rows_key(size_t row)
{
    return (struct list_key){.major = (int64_t)row};
}

ptrdiff_t rows_cursor(const struct list *list)
{
    struct list_key key;
    return list_cursor(list, &key) ? (ptrdiff_t)key.major : -1;
}

static void search_for(struct app *app, void *context, struct str text)
{
    struct list *list = context;
    list_set_search(list, text);
    rows_search_again(app, list, false);
}

void rows_search(struct app *app, struct list *list, struct str text)
{
    if (text.len > 0)
        search_for(app, list, text);
    else
        app_prompt(app,
            &(struct prompt_options){.label = "/", .history = "search"},
            search_for, list);
}

void rows_search_again(struct app *app, struct list *list, bool backward)
{
    if (list->search.len > 0 && !list_find(list, backward))
        app_message(app, "no %s row has '%s'", backward ? "earlier" : "further",
            escape_text(buf_str(&list->search)));
}
