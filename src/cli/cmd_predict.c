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
    sit_project_close(project);
    if (status != SIT_OK)
        return cli_fail(&err);
    if (cli_flag(cli, "json"))
        return json_out(json_pack("{s:I, s:I}", "model", (json_int_t)model_used, "faces",
                                  (json_int_t)n_faces));
    printf("model %lld: %zu faces predicted\n", (long long)model_used, n_faces);
    code = cli_finish_stdout();
    if (code == CLI_DONE)
        cli_say(cli, "next: sitter export --format csv");
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
