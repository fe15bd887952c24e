/*
 * sitter demo: the drawn collection, opened on the labelling screen; without a terminal
 * the whole job unattended.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "evaluation_out.h"
#include "screens.h"
#include "sitter/demo_project.h"
#include "sitter/export.h"
#include "sitter/train.h"

/* Label from what is drawn, train, predict, print. */
static enum sit_status do_the_job(struct cli *cli, struct sit_project *project,
                                  const char *truth_path, struct sit_error *err)
{
    struct sit_notes notes = cli_notes(cli);
    struct sit_labels_import_result labels;
    struct sit_train_options options = {.features = "hog"};
    struct sit_evaluation evaluation;
    int64_t model_id;
    size_t n_predicted = 0;
    sit_head_options_init(&options.head, SIT_HEAD_LOGISTIC);
    enum sit_status status = sit_labels_import(project, truth_path, &notes, &labels,
                                               err);
    if (status != SIT_OK)
        return status;
    printf("%zu faces labelled as they are drawn\n",
           labels.n_labelled + labels.n_unchanged);
    struct cli_progress progress;
    cli_progress_begin(&progress, cli, "training");
    status = sit_train(project, &options, &notes, &progress.progress, &evaluation, NULL,
                       err);
    if (status == SIT_OK)
        status = sit_predict(project, evaluation.model_id, &progress.progress,
                             &model_id, &n_predicted, err);
    cli_progress_end(&progress);
    if (status != SIT_OK)
        return status;
    print_evaluation(&evaluation);
    printf("%zu faces predicted\n", n_predicted);
    return SIT_OK;
}

static int run_unattended(struct cli *cli, const char *dir)
{
    struct sit_project *project = NULL;
    struct sit_error err;
    int code = cli_open(cli, SIT_PROJECT_WRITE, &project);
    char *truth = sit_file_join(dir, "truth.csv");
    if (code == CLI_DONE && truth == NULL)
        code = CLI_FAILED;
    if (code == CLI_DONE && do_the_job(cli, project, truth, &err) != SIT_OK)
        code = cli_fail(&err);
    free(truth);
    sit_project_close(project);
    if (code != CLI_DONE)
        return code;
    printf("next, at a terminal:\n");
    static const char *const commands[] = {"label", "review", "export --format csv"};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        printf("  %s --db %s %s\n", cli->program, cli->db, commands[i]);
    return cli_finish_stdout();
}

static int run(struct cli *cli)
{
    const char *dir = cli->n_arguments > 0 ? cli->arguments[0] : "demo";
    size_t n_faces = SIT_DEMO_DEFAULT_FACES, seed = 1;
    struct sit_error err;
    if (cli->db_given)
        return cli_usage_error(
            "demo: the project is DIR/sitter.db; name a folder, not --db");
    if (!cli_size(cli, "faces", 8, 10000000, &n_faces) ||
        !cli_size(cli, "seed", 0, INT64_MAX, &seed))
        return CLI_USAGE;
    struct sit_demo_options options = {.n_faces = n_faces,
                                       .seed = seed,
                                       .posters = !cli_flag(cli, "no-posters"),
                                       .features = !cli_flag(cli, "no-features")};
    struct sit_notes notes = cli_notes(cli);
    struct cli_progress progress;
    cli_progress_begin(&progress, cli, "demo");
    enum sit_status status = sit_demo_make(dir, &options, &notes, &progress.progress,
                                           &n_faces, &err);
    cli_progress_end(&progress);
    if (status != SIT_OK)
        return cli_fail(&err);
    cli_say(cli, "%zu drawn faces in '%s'", n_faces, dir);
    char *db = sit_file_join(dir, "sitter.db");
    if (db == NULL)
        return CLI_FAILED;
    cli->db = db;
    cli->db_given = true;
    int code = CLI_DONE;
    bool at_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    if (cli_flag(cli, "no-label"))
        code = CLI_DONE;
    else if (at_terminal && !cli_flag(cli, "unattended"))
        code = run_label_screen(cli);
    else
        code = run_unattended(cli, dir);
    free(db);
    return code;
}

static const struct cli_option options_table[] = {
    {"faces", "N", "at least so many faces (default 300)"},
    {"seed", "N", "another collection"},
    {"unattended", NULL, "label from the truth, train, predict, print"},
    {"no-label", NULL, "make the collection only"},
    {"no-posters", NULL, "do not draw the whole posters"},
    {"no-features", NULL, "do not compute features"},
    {"annotator", "NAME", "who labels (default: the login name)"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_demo = {
    .name = "demo",
    .arguments = "[DIR]",
    .max_arguments = 1,
    .summary = "a drawn collection to try everything on",
    .text = "Draws posters and their faces into DIR (default: demo) with years, "
            "keywords and\n"
            "descriptions, imports them with HOG features into DIR/sitter.db and opens "
            "the\n"
            "labelling screen. Without a terminal the faces are labelled as they are "
            "drawn,\n"
            "a head is trained and everything predicted. The same seed draws the same.",
    .options = options_table,
    .run = run,
};
