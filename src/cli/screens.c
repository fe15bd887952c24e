/*
 * What every screen needs before it opens: a terminal, and a project whose classes
 * leave it the keys it cannot do without.
 */
#include "screens.h"

#include <unistd.h>

#include "sitter/tui.h"

int cli_need_terminal(const struct cli *cli)
{
    int code = cli_check_environment();
    if (code != CLI_DONE)
        return code;
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
        return CLI_DONE;
    struct sit_error err;
    sit_error_set(&err, SIT_E_UNSUPPORTED, "%s needs a terminal to show faces on",
                  cli->command->name);
    return cli_fail(&err);
}

int cli_open_for_screen(const struct cli *cli, struct sit_project **project)
{
    struct sit_class_list classes;
    struct sit_error err;
    int code = cli_open(cli, SIT_PROJECT_WRITE, project);
    if (code != CLI_DONE)
        return code;
    if (sit_project_classes(*project, &classes, &err) != SIT_OK)
        code = cli_fail(&err);
    else if (sit_tui_check_keys(&classes, &err) != SIT_OK)
        code = cli_usage_error("%s: %s", cli->db, err.message);
    if (code == CLI_DONE)
        return CLI_DONE;
    sit_project_close(*project);
    *project = NULL;
    return code;
}
