/*
 * Options: one table a command drives both the parsing (getopt_long) and the help.
 */
#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Understood before and after every command. */
static const struct cli_option COMMON[] = {
    {"db", "FILE", "the project file (default: $SITTER_DB, else sitter.db)"},
    {"quiet", NULL, "no notes and no progress"},
    {"help", NULL, "this help"},
    {NULL, NULL, NULL},
};
enum { N_COMMON = 3 };

static size_t count_options(const struct cli_option *options)
{
    size_t n = 0;
    while (options != NULL && options[n].name != NULL)
        n++;
    return n;
}

static void print_options(const struct cli_option *options)
{
    for (size_t i = 0; i < count_options(options); i++) {
        char left[40];
        snprintf(left, sizeof left, "--%s%s%s", options[i].name,
                 options[i].value != NULL ? " " : "",
                 options[i].value != NULL ? options[i].value : "");
        printf("  %-24s %s\n", left, options[i].help);
    }
}

void cli_print_help(const struct cli_command *command)
{
    printf("usage: sitter %s%s%s%s\n\n%s\n", command->name,
           count_options(command->options) > 0 ? " [OPTIONS]" : "",
           command->arguments[0] != '\0' ? " " : "", command->arguments,
           command->summary);
    if (command->text != NULL)
        printf("\n%s\n", command->text);
    printf("\n");
    print_options(command->options);
    print_options(COMMON);
}

static void take_option(struct cli *cli, const struct cli_option *option,
                        const char *value)
{
    if (option == &COMMON[0]) {
        cli->db = value;
        cli->db_given = true;
    } else if (option == &COMMON[1])
        cli->quiet = true;
    else if (cli->n_given < CLI_MAX_VALUES) {
        cli->given[cli->n_given].option = option;
        cli->given[cli->n_given++].value = value != NULL ? value : "";
    }
}

int cli_parse(struct cli *cli, int argc, char **argv, bool *finished)
{
    const struct cli_command *command = cli->command;
    const struct cli_option *known[CLI_MAX_OPTIONS + N_COMMON];
    struct option longs[CLI_MAX_OPTIONS + N_COMMON + 1] = {0};
    size_t n = 0;
    for (size_t i = 0; i < count_options(command->options); i++)
        known[n++] = &command->options[i];
    for (size_t i = 0; i < N_COMMON; i++)
        known[n++] = &COMMON[i];
    for (size_t i = 0; i < n; i++)
        longs[i] = (struct option){
            known[i]->name, known[i]->value != NULL ? required_argument : no_argument,
            NULL, (int)i + 1};
    opterr = 0;
    optind = 0;
    int code;
    while ((code = getopt_long(argc, argv, ":h", longs, NULL)) != -1) {
        if (code == 'h')
            code = (int)n; /* --help, the last one */
        if (code == ':')
            return cli_usage_error("%s: option '%s' needs a value", command->name,
                                   argv[optind - 1]);
        if (code == '?' && optopt > 0 && optopt < 0x80 && isprint(optopt))
            return cli_usage_error("%s: unknown option '-%c' (sitter %s --help)",
                                   command->name, optopt, command->name);
        if (code == '?')
            return cli_usage_error("%s: unknown option '%s' (sitter %s --help)",
                                   command->name, argv[optind - 1], command->name);
        if (known[code - 1] == &COMMON[2]) {
            cli_print_help(command);
            *finished = true;
            return cli_finish_stdout();
        }
        take_option(cli, known[code - 1], optarg);
    }
    cli->arguments = argv + optind;
    cli->n_arguments = (size_t)(argc - optind);
    if (cli->n_arguments < command->min_arguments)
        return cli_usage_error("%s: expected %s (sitter %s --help)", command->name,
                               command->arguments, command->name);
    if (cli->n_arguments > command->max_arguments)
        return cli_usage_error("%s: '%s' is one argument too many (sitter %s --help)",
                               command->name, cli->arguments[command->max_arguments],
                               command->name);
    return CLI_DONE;
}

const char *cli_value(const struct cli *cli, const char *name)
{
    for (size_t i = cli->n_given; i > 0; i--)
        if (strcmp(cli->given[i - 1].option->name, name) == 0)
            return cli->given[i - 1].value;
    return NULL;
}

bool cli_flag(const struct cli *cli, const char *name)
{
    return cli_value(cli, name) != NULL;
}

bool cli_size(const struct cli *cli, const char *name, size_t low, size_t high,
              size_t *value)
{
    const char *text = cli_value(cli, name);
    if (text == NULL)
        return true;
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0 ||
        number < low || number > high) {
        if (high >= INT64_MAX)
            cli_usage_error("%s: --%s takes a whole number from %zu on, not '%s'",
                            cli->command->name, name, low, text);
        else
            cli_usage_error("%s: --%s takes a whole number from %zu to %zu, not '%s'",
                            cli->command->name, name, low, high, text);
        return false;
    }
    *value = (size_t)number;
    return true;
}

bool cli_double(const struct cli *cli, const char *name, double low, double high,
                double *value)
{
    const char *text = cli_value(cli, name);
    if (text == NULL)
        return true;
    char *end;
    double number = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(number) || number < low ||
        number > high) {
        cli_usage_error("%s: --%s takes a number from %g to %g, not '%s'",
                        cli->command->name, name, low, high, text);
        return false;
    }
    *value = number;
    return true;
}

int64_t cli_model_id(const struct cli *cli, size_t i)
{
    char *end;
    long long id = strtoll(cli->arguments[i], &end, 10);
    if (end == cli->arguments[i] || *end != '\0' || id < 1) {
        cli_usage_error("%s: '%s' is no model's number", cli->command->name,
                        cli->arguments[i]);
        return -1;
    }
    return id;
}

bool cli_share(const struct cli *cli, const char *name, double *share)
{
    const char *text = cli_value(cli, name);
    char *end;
    if (text == NULL)
        return true;
    double value = strtod(text, &end);
    bool ok = end != text;
    if (*end == '%') {
        value /= 100;
        end++;
    }
    if (ok && *end == '\0' && value >= 0 && value <= 1) {
        *share = value;
        return true;
    }
    cli_usage_error("%s: --%s is a share such as 5%% or 0.05, not '%s'",
                    cli->command->name, name, text);
    return false;
}
