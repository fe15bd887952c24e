/*
 * sitter backup: a safe copy while others go on writing.
 */
#include "commands.h"

static int run(struct cli *cli)
{
    struct sit_project *project = NULL;
    struct sit_error err;
    int code = cli_open(cli, SIT_PROJECT_READ, &project);
    if (code != CLI_DONE)
        return code;
    if (sit_project_backup(project, cli->arguments[0], &err) != SIT_OK)
        code = cli_fail(&err);
    else
        cli_say(cli, "copied '%s' to '%s'", cli->db, cli->arguments[0]);
    sit_project_close(project);
    return code;
}

const struct cli_command cli_command_backup = {
    .name = "backup",
    .arguments = "FILE",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "a safe copy of the project, also while it is in use",
    .run = run,
};
