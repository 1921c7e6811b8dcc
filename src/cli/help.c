/* help: the overview, one command's page, the man page and shell completion,
 * all out of the command table. */
#include "src/cli/help.h"

#include <string.h>

#include <archive.h>
#include <openssl/crypto.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <yaml.h>
#include <zstd.h>

#include "src/event/field.h"
#include "src/event/vocabulary.h"
#include "src/query/sql.h"
#include "ui/app.h"

void help_overview(FILE *out)
{
    fputs("spoor: logs into a provable case, for incident responders\n\n"
          "  spoor CASE | FILE...   what is in a case, or would be\n",
        out);
    for (const struct command *const *c = command_table; *c != NULL; c++)
        fprintf(out, "  spoor %-9s %s\n", (*c)->name, (*c)->summary);
    fputs("\nspoor help COMMAND explains one. Example:\n"
          "  spoor add acme.spoor /evidence/web01/var/log\n"
          "  spoor query acme.spoor 'outcome:failure | top src_ip'\n",
        out);
}

static void print_options(const struct command *command, FILE *out)
{
    for (const struct option *o = command->options; o && o->name; o++) {
        char left[64];
        snprintf(left, sizeof(left), "--%s%s%s", o->name,
            o->argument ? " " : "", o->argument ? o->argument : "");
        fprintf(out, "  %-22s %s\n", left, o->help);
    }
}

void help_command(const struct command *command, FILE *out)
{
    fprintf(out, "spoor %s %s\n  %s\n\n%s\n", command->name, command->usage,
        command->summary, command->help);
    if (command->options != NULL) {
        fputs("\noptions:\n", out);
        print_options(command, out);
    }
}

void help_version(FILE *out)
{
    char pcre2[64] = "";
    int major, minor, patch;
    pcre2_config(PCRE2_CONFIG_VERSION, pcre2);
    yaml_get_version(&major, &minor, &patch);
    fprintf(out, "spoor %s\n", SPOOR_VERSION);
    fprintf(out, "SQLite %s, PCRE2 %s, %s, zstd %s, libyaml %d.%d.%d, %s\n",
        sql_library_version(), pcre2, archive_version_string(),
        ZSTD_versionString(), major, minor, patch,
        OpenSSL_version(OPENSSL_VERSION));
}

/* roff: a leading dot or quote would be a request, backslash an escape, and a
 * plain hyphen may become a dash. */
static void print_roff(const char *text, FILE *out)
{
    bool line_start = true;
    for (; *text != '\0'; text++) {
        if (line_start && (*text == '.' || *text == '\''))
            fputs("\\&", out);
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '-')
            fputs("\\-", out);
        else
            fputc(*text, out);
        line_start = *text == '\n';
    }
}

static void print_man_command(const struct command *command, FILE *out)
{
    fprintf(out, ".SS ");
    print_roff(command->name, out);
    fputc(' ', out);
    print_roff(command->usage, out);
    fputs("\n.nf\n", out);
    print_roff(command->help, out);
    fputs("\n.fi\n", out);
    for (const struct option *o = command->options; o && o->name; o++) {
        fputs(".TP\n.B \\-\\-", out);
        print_roff(o->name, out);
        if (o->argument != NULL) {
            fputc(' ', out);
            print_roff(o->argument, out);
        }
        fputc('\n', out);
        print_roff(o->help, out);
        fputc('\n', out);
    }
}

struct man_keys {
    FILE *out;
    const char *where; /* of the row before */
};

static void print_man_key(void *context, const struct key_row *row)
{
    struct man_keys *man = context;
    if (strcmp(man->where, row->where) != 0) {
        fputs(".SS ", man->out);
        print_roff(row->where, man->out);
        fputc('\n', man->out);
    }
    man->where = row->where;
    fputs(".TP\n.B ", man->out);
    print_roff(row->keys, man->out);
    if (row->name != NULL) {
        fputs(*row->keys != '\0' ? "  :" : ":", man->out);
        print_roff(row->name, man->out);
    }
    fputc('\n', man->out);
    print_roff(row->help, man->out);
    fputc('\n', man->out);
}

void help_man_page(FILE *out)
{
    struct man_keys keys = {.out = out, .where = ""};

    fprintf(out, ".TH SPOOR 1 \"\" \"spoor %s\" \"User Commands\"\n",
        SPOOR_VERSION);
    fputs(".SH NAME\nspoor \\- logs into a provable case, for incident "
          "responders\n.SH SYNOPSIS\n.B spoor\n.I COMMAND\n[argument ...]\n"
          ".SH COMMANDS\n",
        out);
    for (const struct command *const *c = command_table; *c != NULL; c++)
        print_man_command(*c, out);
    fputs(".SH WORKBENCH\nKeys, and the names to type behind a colon; both can "
          "be changed in\n.IR $XDG_CONFIG_HOME/spoor/config.yaml .\n",
        out);
    keys_each(print_man_key, &keys);
    fputs(".SH EXIT STATUS\n0 done, 1 it failed or found the case unsound, "
          "2 wrong usage.\n"
          ".SH ENVIRONMENT\n.TP\n.B SPOOR_SHARE\nA folder whose formats/ "
          "overrides the shipped formats.\n.TP\n.B SPOOR_ZONEINFO\nWhere time "
          "zones are read (default /usr/share/zoneinfo).\n.TP\n.B NO_COLOR\n"
          "No colours.\n",
        out);
}

void help_bash_completion(FILE *out)
{
    fputs("_spoor() {\n"
          "    local word=${COMP_WORDS[COMP_CWORD]}\n"
          "    if [ \"$COMP_CWORD\" = 1 ]; then\n"
          "        COMPREPLY=($(compgen -W '",
        out);
    for (const struct command *const *c = command_table; *c != NULL; c++)
        fprintf(out, "%s%s", c == command_table ? "" : " ", (*c)->name);
    fputs("' -- \"$word\"))\n"
          "        COMPREPLY+=($(compgen -f -- \"$word\"))\n"
          "        return\n"
          "    fi\n"
          "    case $word in\n"
          "    -*) case ${COMP_WORDS[1]} in\n",
        out);
    for (const struct command *const *c = command_table; *c != NULL; c++) {
        if ((*c)->options == NULL)
            continue;
        fprintf(out, "        %s) COMPREPLY=($(compgen -W '", (*c)->name);
        for (const struct option *o = (*c)->options; o->name; o++)
            fprintf(out, "%s--%s", o == (*c)->options ? "" : " ", o->name);
        fputs("' -- \"$word\")) ;;\n", out);
    }
    fputs("        esac ;;\n"
          "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
          "    esac\n"
          "}\n"
          "complete -o filenames -F _spoor spoor\n",
        out);
}

/* --- what events are made of ---------------------------------------------- */

static void print_fields(FILE *out)
{
    for (size_t i = 0; i < FIELD_TOTAL; i++)
        fprintf(out, "  %-15s %s\n", field_table[i].name, field_table[i].help);
    fputs("  x.NAME          a log's own value, under its own name\n", out);
}

static void print_words(const char *field, const struct word *words, FILE *out)
{
    fprintf(out, "%s:\n", field);
    for (const struct word *w = words; w->name != NULL; w++)
        fprintf(out, "  %-20s %s\n", w->name, w->help);
}

static void print_vocabulary(FILE *out)
{
    print_words("category", vocabulary_categories, out);
    print_words("action", vocabulary_actions, out);
    print_words("outcome", vocabulary_outcomes, out);
}

static const struct {
    const char *name;
    void (*print)(FILE *out);
} topics[] = {
    {"fields", print_fields},
    {"words", print_vocabulary},
};

static bool print_topic(const char *name, FILE *out)
{
    for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++) {
        if (strcmp(topics[i].name, name) != 0)
            continue;
        topics[i].print(out);
        return true;
    }
    return false;
}

/* --- spoor help ----------------------------------------------------------- */

static int help_run(struct cli *cli)
{
    const char *word = cli_argument(cli, 0);
    if (cli_has(cli, "man")) {
        help_man_page(stdout);
    } else if (cli_has(cli, "completion")) {
        help_bash_completion(stdout);
    } else if (word == NULL) {
        help_overview(stdout);
    } else {
        for (const struct command *const *c = command_table; *c; c++) {
            if (strcmp((*c)->name, word) == 0) {
                help_command(*c, stdout);
                return EXIT_DONE;
            }
        }
        if (!print_topic(word, stdout))
            return cli_usage_error(cli, "no such command or topic");
    }
    return EXIT_DONE;
}

static const struct option help_options[] = {
    {"man", NULL, "print the man page"},
    {"completion", NULL, "print completion for bash"},
    {0},
};

const struct command command_help = {
    .name = "help",
    .usage = "[COMMAND | fields | words]",
    .summary = "explain the program, one command, or what events are made of",
    .help = "Prints what each command does, its options and examples. `fields` "
            "lists the\nnames that every log's values get, `words` those of "
            "category, action and outcome.",
    .options = help_options,
    .least = 0,
    .most = 1,
    .run = help_run,
};
