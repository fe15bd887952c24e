/*
 * sitter label, sitter review: the screens.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "screens.h"
#include "sitter/tui.h"

static int need_terminal(const struct cli *cli)
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

/* The project, whose classes must leave the screens the keys they cannot do without. */
static int open_for_screen(const struct cli *cli, struct sit_project **project)
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

int run_label_screen(const struct cli *cli)
{
    struct sit_project *project = NULL;
    struct sit_session *session = NULL;
    struct sit_error err;
    int code = need_terminal(cli);
    if (code == CLI_DONE)
        code = open_for_screen(cli, &project);
    if (code != CLI_DONE)
        return code;
    enum sit_status status = sit_session_open(project, cli_annotator(cli), NULL,
                                              &session, &err);
    if (status == SIT_OK)
        status = sit_tui_label(session, &err);
    if (status != SIT_OK) {
        code = cli_fail(&err);
    } else {
        const struct sit_label_counts *counts = sit_session_get_view(session)->counts;
        cli_say(cli, "%zu of %zu faces labelled, all saved in '%s'", counts->n_labelled,
                counts->n_faces, cli->db);
        cli_say_next(cli,
                     counts->n_labelled < counts->n_faces ? "label, train" : "train");
    }
    sit_session_free(session);
    sit_project_close(project);
    return code;
}

static int run_label(struct cli *cli)
{
    return run_label_screen(cli);
}

static const struct cli_option label_options[] = {
    {"annotator", "NAME", "who labels (default: the login name)"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_label = {
    .name = "label",
    .arguments = "",
    .summary = "the labelling screen",
    .text =
        "Shows one face after another; a class's key labels it. Every label is saved\n"
        "before the next face shows; quit at any time and go on later. ? lists the "
        "keys.\n"
        "$SITTER_GRAPHICS (sixel, blocks-rgb, blocks-256, blocks-16, none) and\n"
        "$SITTER_CELL (10x20) override what is found out about the terminal.",
    .options = label_options,
    .run = run_label,
};

static int run_review(struct cli *cli)
{
    struct sit_project *project = NULL;
    struct sit_review *review = NULL;
    struct sit_error err;
    enum sit_review_scope scope = SIT_REVIEW_ALL;
    size_t model_id = 0;
    const char *split = cli_value(cli, "split");
    if (split != NULL && strcmp(split, "test") == 0)
        scope = SIT_REVIEW_TEST;
    else if (split != NULL && strcmp(split, "train") == 0)
        scope = SIT_REVIEW_TRAIN;
    else if (split != NULL && strcmp(split, "all") != 0)
        return cli_usage_error("review: --split is 'all', 'test' or 'train', not '%s'",
                               split);
    enum sit_review_kind kind = SIT_REVIEW_MISTAKES;
    const char *list = cli_value(cli, "list");
    if (list != NULL && strcmp(list, "suspects") == 0)
        kind = SIT_REVIEW_SUSPECTS;
    else if (list != NULL && strcmp(list, "mistakes") != 0)
        return cli_usage_error("review: --list is 'mistakes' or 'suspects', not '%s'",
                               list);
    if (!cli_size(cli, "model", 1, INT64_MAX, &model_id))
        return CLI_USAGE;
    int code = need_terminal(cli);
    if (code == CLI_DONE)
        code = open_for_screen(cli, &project);
    if (code != CLI_DONE)
        return code;
    struct sit_model model = {0};
    enum sit_status status = sit_project_model(project, (int64_t)model_id, &model,
                                               &err);
    free(model.options);
    free(model.report);
    if (status == SIT_OK)
        status = sit_review_open(project, cli_annotator(cli), scope, &review, &err);
    if (status == SIT_OK)
        status = sit_tui_review(review, (int64_t)model_id, kind, &err);
    if (status != SIT_OK)
        code = cli_fail(&err);
    else
        cli_say(cli, "all decisions are saved in '%s'", cli->db);
    sit_review_free(review);
    sit_project_close(project);
    return code;
}

static const struct cli_option review_options[] = {
    {"model", "ID", "whose mistakes (default: the newest model's)"},
    {"split", "SPLIT", "all (default), test, or train: by out-of-fold probabilities"},
    {"list", "LIST", "mistakes (default), or suspects: labels that may be wrong"},
    {"annotator", "NAME", "who reviews (default: the login name)"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_review = {
    .name = "review",
    .arguments = "",
    .summary = "the faces a head got wrong, to relabel or confirm",
    .text = "Worst loss first. A class's key relabels, y confirms the label (it is not "
            "shown\n"
            "again), t retrains on the corrected labels, v changes to the suspect "
            "labels and "
            "back.",
    .options = review_options,
    .run = run_review,
};
