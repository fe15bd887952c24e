/*
 * sitter predict: probabilities for every face.
 */
#include <stdio.h>

#include "commands.h"
#include "json_out.h"
#include "sitter/train.h"

static int run(struct cli *cli)
{
    size_t model_id = 0, n_faces = 0;
    int64_t model_used = 0;
    if (!cli_size(cli, "model", 1, INT64_MAX, &model_id))
        return CLI_USAGE;
    struct sit_project *project = NULL;
    struct sit_error err;
    int code = cli_open(cli, SIT_PROJECT_WRITE, &project);
    if (code != CLI_DONE)
        return code;
    struct cli_progress progress;
    cli_progress_begin(&progress, cli, "predicting");
    enum sit_status status = sit_predict(project, (int64_t)model_id, &progress.progress,
                                         &model_used, &n_faces, &err);
    cli_progress_end(&progress);
    size_t n_all = n_faces;
    if (status == SIT_OK)
        status = sit_project_count_faces(project, &n_all, &err);
    sit_project_close(project);
    if (status == SIT_OK && n_all > n_faces)
        cli_say(cli, "%zu face%s without features left out (sitter features list)",
                n_all - n_faces, n_all - n_faces == 1 ? " is" : "s are");
    if (status != SIT_OK)
        return cli_fail(&err);
    if (cli_flag(cli, "json"))
        return json_out(json_pack("{s:I, s:I}", "model", (json_int_t)model_used,
                                  "faces", (json_int_t)n_faces));
    printf("model %lld: %zu face%s predicted\n", (long long)model_used, n_faces,
           cli_plural(n_faces));
    code = cli_finish_stdout();
    if (code == CLI_DONE)
        cli_say_next(cli, "export --format csv");
    return code;
}

static const struct cli_option options[] = {
    {"model", "ID", "which model (default: the newest)"},
    {"json", NULL, "as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_predict = {
    .name = "predict",
    .arguments = "",
    .summary = "probabilities for every face with features",
    .options = options,
    .run = run,
};
