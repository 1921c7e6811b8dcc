/* spoor raw: exact original bytes of an event or a whole source. */
#include "src/cli/commands.h"

#include <stdio.h>

#include "src/cli/values.h"
#include "src/query/search.h"

enum { WINDOW = 1 << 20 };

static int write_bytes(struct str bytes, struct err *err)
{
    if (fwrite(bytes.ptr, 1, bytes.len, stdout) != bytes.len)
        return err_errno(err, "writing to standard output");
    return 0;
}

static int raw_source(struct store *store, int64_t id, struct err *err)
{
    struct content *content = content_new(store);
    struct source source = {0};
    struct buf window = {0};
    int rc = source_get(store, id, &source, err);

    for (uint64_t at = 0; rc == 0 && at < source.stored; at += WINDOW) {
        uint64_t left = source.stored - at;
        buf_clear(&window);
        rc = content_read(content, id, at,
            left < WINDOW ? (size_t)left : WINDOW, &window, err);
        if (rc == 0)
            rc = write_bytes(buf_str(&window), err);
    }
    if (rc == 0 && source.stored < source.size)
        rc = err_set(err, ERR_INPUT,
            "source %lld: the case holds %llu of its %llu bytes%s%s",
            (long long)id, (unsigned long long)source.stored,
            (unsigned long long)source.size, source.note[0] ? ": " : "",
            source.note);
    buf_done(&window);
    source_done(&source);
    content_free(content);
    return rc;
}

static int get_bytes(struct search *search, const struct row *row, bool as_text,
    struct buf *bytes, struct err *err)
{
    int rc = as_text ? search_as_text(search, row, bytes, err) : 0;
    return rc == 0 ? search_raw(search, row, bytes, err) : rc;
}

static int raw_event(
    struct cli *cli, struct store *store, int64_t id, struct err *err)
{
    bool as_text = cli_option(cli, "as-text") != NULL;
    struct query_basis basis = {.newest = STAMP_NONE, .day = STAMP_NONE};
    struct query *all = query_parse(STR(""), &basis, NULL, err);
    struct search *search =
        all ? search_open(store, cli_formats(cli), all, err) : NULL;
    struct page page = {0};
    struct buf bytes = {0};
    int rc = -1;

    if (search != NULL) {
        int found = search_row(search, id, &page, err);
        if (found == 0)
            err_set(err, ERR_NOT_FOUND, "the case has no event %lld",
                (long long)id);
        else if (found == 1 &&
                 get_bytes(search, page.rows, as_text, &bytes, err) >= 0)
            rc = write_bytes(buf_str(&bytes), err);
    }
    buf_done(&bytes);
    page_done(&page);
    search_close(search);
    query_free(all);
    return rc;
}

static int raw_run(struct cli *cli)
{
    struct err err = {0};
    int status = EXIT_DONE;
    int64_t id;
    const char *source = cli_option(cli, "source");
    const char *event = cli_argument(cli, 1);

    if ((source == NULL) == (event == NULL))
        return cli_usage_error(
            cli, "give an event's ID or --source N, one of them");
    if (!value_id(cli, source ? source : event,
            source ? "a source" : "an event id", &id, &status))
        return status;
    struct store *store = cli_open_case(cli, STORE_READ, &status);
    if (store == NULL)
        return status;
    if ((source ? raw_source(store, id, &err)
                : raw_event(cli, store, id, &err)) < 0)
        status = cli_fail(cli, &err);
    store_close(store);
    return status;
}

static const struct option raw_options[] = {
    {"source", "N", "all bytes of this source"},
    {"as-text", NULL, "a binary record as people read it (EVTX: as XML)"},
    {0},
};

const struct command command_raw = {
    .name = "raw",
    .usage = "CASE ID [--as-text] | --source N",
    .summary = "write the exact original bytes",
    .help = "Writes the bytes an event came from, or a whole source, to "
            "standard output,\nunchanged and unescaped: send them to a file "
            "or through cat -v. With --as-text a binary\nrecord is written "
            "as text; what is text already stays as it is.\n\n"
            "  spoor raw acme.spoor --source 3 | sha256sum\n"
            "  spoor raw acme.spoor 4711 --as-text",
    .options = raw_options,
    .least = 1,
    .most = 2,
    .run = raw_run,
};
