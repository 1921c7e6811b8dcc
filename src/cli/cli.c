/* The command line: split into command, options and arguments, then handed to
 * the command. `--name value`, `--name=value`, `--` ends options; a word with a
 * single dash is an argument, because queries may begin with one. */
#include "src/cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/escape.h"
#include "src/base/mem.h"
#include "src/cli/commands.h"
#include "src/cli/help.h"
#include "src/cli/private.h"

static const struct command *find_command(const char *name)
{
    for (const struct command *const *c = command_table; *c != NULL; c++)
        if (strcmp((*c)->name, name) == 0)
            return *c;
    return NULL;
}

const struct command *cli_nearest_command(const char *name)
{
    const struct command *nearest = NULL;
    size_t best = 3;
    for (const struct command *const *c = command_table; *c != NULL; c++) {
        size_t distance = str_distance(str_from(name), str_from((*c)->name));
        if (distance < best) {
            best = distance;
            nearest = *c;
        }
    }
    return nearest;
}

static const struct option *find_option(
    const struct command *command, struct str name)
{
    for (const struct option *o = command->options; o != NULL && o->name; o++)
        if (str_eq(str_from(o->name), name))
            return o;
    return NULL;
}

static void set_option(
    struct cli *cli, const struct option *option, const char *value)
{
    cli->options = mem_grow(cli->options, &cli->option_capacity,
        cli->option_count + 1, sizeof(*cli->options));
    cli->options[cli->option_count++] =
        (struct option_given){.option = option, .value = value};
}

/* One `--name[=value]` at argv[*i]. */
static int take_option(struct cli *cli, char **argv, int argc, int *i)
{
    struct str rest = str_from(argv[*i] + 2);
    struct str name = str_cut(&rest, '=');
    bool inline_value = argv[*i][2 + name.len] == '=';
    const struct option *option = find_option(cli->command, name);

    if (option == NULL)
        return cli_usage_error(cli, "unknown option %s", escape_cstr(argv[*i]));
    if (option->argument == NULL) {
        if (inline_value)
            return cli_usage_error(cli, "--%s takes no value", option->name);
        set_option(cli, option, "");
        return EXIT_DONE;
    }
    if (inline_value) {
        set_option(cli, option, rest.ptr);
        return EXIT_DONE;
    }
    if (*i + 1 >= argc)
        return cli_usage_error(
            cli, "--%s needs %s", option->name, option->argument);
    *i += 1;
    set_option(cli, option, argv[*i]);
    return EXIT_DONE;
}

static int split_words(struct cli *cli, int argc, char **argv)
{
    bool options_over = false;
    for (int i = 0; i < argc; i++) {
        if (!options_over && strcmp(argv[i], "--") == 0) {
            options_over = true;
        } else if (!options_over && (strcmp(argv[i], "--help") == 0 ||
                                        strcmp(argv[i], "-h") == 0)) {
            cli->wants_help = true;
        } else if (!options_over && strncmp(argv[i], "--", 2) == 0) {
            int status = take_option(cli, argv, argc, &i);
            if (status != EXIT_DONE)
                return status;
        } else {
            cli->arguments[cli->argument_count++] = argv[i];
        }
    }
    return EXIT_DONE;
}

static int check_count(const struct cli *cli)
{
    const struct command *command = cli->command;
    if (cli->argument_count < command->least)
        return cli_usage_error(
            cli, "expected: spoor %s %s", command->name, command->usage);
    if (command->most >= 0 && cli->argument_count > command->most)
        return cli_usage_error(cli, "too many arguments: %s",
            escape_cstr(cli->arguments[command->most]));
    return EXIT_DONE;
}

static int run_command(const struct command *command, int argc, char **argv)
{
    struct cli cli = {.command = command};
    cli.arguments = xcalloc((size_t)argc + 1, sizeof(*cli.arguments));

    int status = split_words(&cli, argc, argv);
    if (status == EXIT_DONE && cli.wants_help)
        help_command(command, stdout);
    else if (status == EXIT_DONE && (status = check_count(&cli)) == EXIT_DONE)
        status = command->run(&cli);

    formats_free(cli.formats);
    free(cli.options);
    free(cli.arguments);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "spoor: writing to standard output failed\n");
        return EXIT_FAILED;
    }
    return status;
}

int cli_main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    if (argc < 2 && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
        return run_command(&command_show, 0, argv + 1);
    if (argc < 2) {
        help_overview(stdout);
        return EXIT_DONE;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        help_overview(stdout);
        return EXIT_DONE;
    }
    if (strcmp(word, "--version") == 0) {
        help_version(stdout);
        return EXIT_DONE;
    }
    const struct command *command = find_command(word);
    if (command != NULL)
        return run_command(command, argc - 2, argv + 2);
    /* `spoor CASE` and `spoor FILE...` have no command word. */
    if (strchr(word, '/') != NULL || strchr(word, '.') != NULL)
        return run_command(&command_show, argc - 1, argv + 1);

    command = cli_nearest_command(word);
    fprintf(stderr, "spoor: no command '%s'%s%s%s; see spoor help\n",
        escape_cstr(word), command ? " (did you mean '" : "",
        command ? command->name : "", command ? "'?)" : "");
    return EXIT_USAGE;
}

const char *cli_argument(const struct cli *cli, int index)
{
    return index < cli->argument_count ? cli->arguments[index] : NULL;
}

int cli_argument_count(const struct cli *cli)
{
    return cli->argument_count;
}

char *const *cli_arguments(const struct cli *cli)
{
    return cli->arguments;
}

bool cli_has(const struct cli *cli, const char *option)
{
    return cli_option(cli, option) != NULL;
}

/* The last one given wins. */
const char *cli_option(const struct cli *cli, const char *option)
{
    for (size_t i = cli->option_count; i-- > 0;)
        if (strcmp(cli->options[i].option->name, option) == 0)
            return cli->options[i].value;
    return NULL;
}

int cli_fail(const struct cli *cli, const struct err *err)
{
    fflush(stdout);
    fprintf(stderr, "spoor: %s: %s\n", cli->command->name, err->text);
    return err->code == ERR_USAGE ? EXIT_USAGE : EXIT_FAILED;
}

int cli_usage_error(const struct cli *cli, const char *format, ...)
{
    va_list args;
    fprintf(stderr, "spoor: %s: ", cli->command->name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\nsee: spoor help %s\n", cli->command->name);
    return EXIT_USAGE;
}

void cli_note(const struct cli *cli, const char *format, ...)
{
    va_list args;
    fflush(stdout);
    fprintf(stderr, "spoor: %s: ", cli->command->name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

struct store *cli_open_case(struct cli *cli, enum store_mode mode, int *status)
{
    struct store *store = NULL;
    struct err err = {0};
    const char *path = cli_argument(cli, 0);

    if (mode == STORE_CREATE && !store_may_create(path, &err)) {
        *status = cli_fail(cli, &err);
        return NULL;
    }
    if (store_open(&store, path, mode, &err) < 0) {
        *status = cli_fail(cli, &err);
        return NULL;
    }
    return store;
}

const struct formats *cli_formats(struct cli *cli)
{
    if (cli->formats != NULL)
        return cli->formats;
    cli->formats = formats_load(NULL);
    const char *problem;
    for (size_t i = 0; (problem = formats_problem(cli->formats, i)); i++)
        cli_note(cli, "format set aside: %s", problem);
    return cli->formats;
}
