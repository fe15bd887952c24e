/*
 * sitter init: a new, empty project.
 */
#include <string.h>

#include "commands.h"

static int run(struct cli *cli)
{
    struct sit_class_list classes = {0};
    struct sit_error err;
    for (size_t i = 0; i < cli->n_given; i++)
        if (strcmp(cli->given[i].option->name, "class") == 0 &&
            sit_class_list_add(&classes, cli->given[i].value, &err) != SIT_OK)
            return cli_usage_error("init: %s", err.message);
    if (classes.n == 0)
        sit_class_list_default(&classes);
    size_t n_trained = 0;
    for (size_t i = 0; i < classes.n; i++)
        n_trained += !classes.items[i].excluded;
    if (n_trained < 2)
        return cli_usage_error("init: at least two classes that are not excluded");
    if (sit_project_create(cli->db, &classes, &err) != SIT_OK)
        return cli_fail(&err);
    cli_say(cli, "made '%s'", cli->db);
    cli_say_next(cli, "import FACES, detect POSTERS");
    return CLI_DONE;
}

static const struct cli_option options[] = {
    {"class", "KEY:NAME", "a class with its key; again for more; ':exclude' after it"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_init = {
    .name = "init",
    .arguments = "",
    .summary = "make an empty project",
    .text =
        "Without --class the classes are m:male, f:female and o:other:exclude. An\n"
        "excluded class is labelled, but not trained on unless asked (--with-other).\n"
        "sitter import and sitter detect make the project by themselves where these\n"
        "are what you want.",
    .options = options,
    .run = run,
};
