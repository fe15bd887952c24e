/*
 * sitter evaluate: how good a stored head is.
 */
#include <string.h>

#include "commands.h"
#include "evaluation_out.h"
#include "json_out.h"
#include "sitter/train.h"

static int run(struct cli *cli)
{
    size_t model_id = 0;
    const char *split_name = cli_value(cli, "split");
    enum sit_evaluate_split split = SIT_EVALUATE_TEST;
    if (!cli_size(cli, "model", 1, INT64_MAX, &model_id))
        return CLI_USAGE;
    if (split_name != NULL && strcmp(split_name, "train") == 0)
        split = SIT_EVALUATE_TRAIN;
    else if (split_name != NULL && strcmp(split_name, "cv") == 0)
        split = SIT_EVALUATE_CV;
    else if (split_name != NULL && strcmp(split_name, "test") != 0)
        return cli_usage_error("evaluate: --split is 'test', 'train' or 'cv', not '%s'",
                               split_name);
    struct sit_project *project = NULL;
    struct sit_evaluation evaluation;
    struct sit_error err;
    int code = cli_open(cli, SIT_PROJECT_READ, &project);
    if (code != CLI_DONE)
        return code;
    struct cli_progress progress;
    cli_progress_begin(&progress, cli, "evaluating");
    enum sit_status status = sit_evaluate(project, (int64_t)model_id, split,
                                          &progress.progress, &evaluation, &err);
    cli_progress_end(&progress);
    cli_say_disputed(cli, project);
    sit_project_close(project);
    if (status != SIT_OK)
        return cli_fail(&err);
    if (cli_flag(cli, "json"))
        return json_out(json_evaluation(&evaluation));
    print_evaluation(&evaluation);
    if (cli_flag(cli, "calibration"))
        print_calibration(&evaluation);
    return cli_finish_stdout();
}

static const struct cli_option options[] = {
    {"model", "ID", "which model (default: the newest)"},
    {"split", "SPLIT", "test (default), train, or cv: train out-of-fold, by source"},
    {"calibration", NULL, "a table of confidence against accuracy as well"},
    {"json", NULL, "as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_evaluate = {
    .name = "evaluate",
    .arguments = "",
    .summary = "accuracy and other measures with intervals, leak check",
    .options = options,
    .run = run,
};
