/*
 * What most commands begin with: the project, the annotator.
 */
#include "cli.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

int cli_open(const struct cli *cli, enum sit_project_mode mode,
             struct sit_project **project)
{
    struct sit_error err;
    if (sit_project_open(cli->db, mode, project, &err) != SIT_OK)
        return cli_fail(&err);
    return CLI_DONE;
}

const char *cli_annotator(const struct cli *cli)
{
    const char *name = cli_value(cli, "annotator");
    if (name != NULL && name[0] != '\0')
        return name;
    const struct passwd *user = getpwuid(geteuid());
    if (user != NULL && user->pw_name[0] != '\0')
        return user->pw_name;
    name = getenv("USER");
    return name != NULL && name[0] != '\0' ? name : "annotator";
}
