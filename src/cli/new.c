/* spoor new: an empty case with its head. */
#include "src/cli/commands.h"

#include <stdio.h>

#include "src/base/escape.h"
#include "src/base/zone.h"

/* Options that become case_info rows of the same name. */
static const char *const info_options[] = {
    "title", "examiner", "reference", "purpose", "zone"};

static int set_info(struct cli *cli, struct store *store, struct err *err)
{
    for (size_t i = 0; i < sizeof(info_options) / sizeof(*info_options); i++) {
        const char *value = cli_option(cli, info_options[i]);
        if (value != NULL &&
            store_info_set(store, info_options[i], str_from(value), err) < 0)
            return -1;
    }
    return 0;
}

static int new_run(struct cli *cli)
{
    struct err err = {0};
    int status = EXIT_DONE;
    const char *zone = cli_option(cli, "zone");
    struct store *store;

    if (zone != NULL && zone_find(str_from(zone), &err) == NULL)
        return cli_usage_error(cli, "%s", err.text);
    /* An existing case is refused rather than retitled by mistake. */
    if (store_open(&store, cli_argument(cli, 0), STORE_READ, NULL) == 0) {
        store_close(store);
        return cli_usage_error(
            cli, "%s is a case already", escape_cstr(cli_argument(cli, 0)));
    }
    store = cli_open_case(cli, STORE_CREATE, &status);
    if (store == NULL)
        return status;
    if (set_info(cli, store, &err) < 0)
        status = cli_fail(cli, &err);
    else
        cli_note(cli, "made %s", escape_cstr(cli_argument(cli, 0)));
    store_close(store);
    return status;
}

static const struct option new_options[] = {
    {"title", "TEXT", "what the case is called"},
    {"examiner", "NAME", "who works on it"},
    {"reference", "TEXT", "case or ticket number"},
    {"purpose", "TEXT", "why it is made"},
    {"zone", "ZONE", "zone in which times are shown and understood (UTC)"},
    {0},
};

const struct command command_new = {
    .name = "new",
    .usage = "CASE [options]",
    .summary = "make an empty case",
    .help = "Makes the case file CASE, whose name ends in .spoor.\n\n"
            "  spoor new acme.spoor --title 'ACME mail server' --zone "
            "Asia/Tokyo",
    .options = new_options,
    .least = 1,
    .most = 1,
    .run = new_run,
};
