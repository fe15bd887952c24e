/*
 * The split of what an import or a detection adds: its option, and how the collection
 * stands afterwards.
 */
#include "split_out.h"

#include <stdio.h>
#include <string.h>

int split_unit_option(const struct cli *cli, bool *given, enum sit_split_unit *unit)
{
    const char *text = cli_value(cli, "split-unit");
    if (text != NULL && strcmp(text, "source") != 0 && strcmp(text, "face") != 0)
        return cli_usage_error("%s: --split-unit is 'source' or 'face', not '%s'",
                               cli->command->name, text);
    *given = text != NULL;
    *unit = text != NULL && strcmp(text, "face") == 0 ? SIT_SPLIT_BY_FACE
                                                      : SIT_SPLIT_BY_SOURCE;
    return CLI_DONE;
}

int split_out(struct cli *cli, const char *next)
{
    struct sit_project *project = NULL;
    struct sit_face_table table = {0};
    struct sit_error err;
    size_t n_test = 0;
    int code = cli_open(cli, SIT_PROJECT_READ, &project);
    if (code != CLI_DONE)
        return code;
    if (sit_face_table_load(project, 0, &table, &err) != SIT_OK)
        code = cli_fail(&err);
    for (size_t i = 0; i < table.n; i++)
        n_test += table.split[i] == SIT_TEST;
    if (code == CLI_DONE) {
        printf("the project has %zu face%s of %zu source%s: %zu train, %zu test\n",
               table.n, cli_plural(table.n), table.n_sources,
               cli_plural(table.n_sources), table.n - n_test, n_test);
        code = cli_finish_stdout();
        if (table.n > 0)
            cli_say_next(cli, next);
    }
    sit_face_table_release(&table);
    sit_project_close(project);
    return code;
}
