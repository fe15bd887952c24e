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

/* A share as "0.05" or "5%"; false after an error message. */
static bool read_share(const struct cli *cli, const char *name, double *share)
{
    const char *text = cli_value(cli, name);
    char *end;
    if (text == NULL)
        return true;
    double value = strtod(text, &end);
    bool ok = end != text;
    if (*end == '%') {
        value /= 100;
        end++;
    }
    if (ok && *end == '\0' && value >= 0 && value <= 1) {
        *share = value;
        return true;
    }
    cli_usage_error("label: --%s is a share such as 5%% or 0.05, not '%s'", name, text);
    return false;
}

/* What --queue and the like ask for; CLI_DONE, or CLI_USAGE after an error message. */
static int read_options(const struct cli *cli, struct sit_session_options *options,
                        double share[2])
{
    struct sit_error err;
    const char *queue = cli_value(cli, "queue");
    size_t seed = 0;
    if (queue != NULL && sit_queue_parse(queue, &options->queue, &err) != SIT_OK)
        return cli_usage_error("label: %s", err.message);
    if (!cli_size(cli, "seed", 0, UINT32_MAX, &seed))
        return CLI_USAGE;
    options->features = cli_value(cli, "features");
    options->no_live = cli_flag(cli, "no-live");
    options->filter = cli_value(cli, "filter");
    options->seed = seed;
    if (!read_share(cli, "overlap", &share[SIT_SHARE_OVERLAP]) ||
        !read_share(cli, "retest", &share[SIT_SHARE_RETEST]))
        return CLI_USAGE;
    return CLI_DONE;
}

/* Shares that were given (not below 0) stay in the project. */
static enum sit_status keep_shares(struct sit_project *project, const double share[2],
                                   struct sit_error *err)
{
    if (share[SIT_SHARE_OVERLAP] < 0 && share[SIT_SHARE_RETEST] < 0)
        return SIT_OK;
    enum sit_status status = sit_project_begin(project, err);
    for (int which = SIT_SHARE_OVERLAP; which <= SIT_SHARE_RETEST; which++)
        if (status == SIT_OK && share[which] >= 0)
            status = sit_project_set_share(project, (enum sit_share)which, share[which],
                                           err);
    if (status == SIT_OK)
        status = sit_project_commit(project, err);
    if (status != SIT_OK)
        sit_project_rollback(project);
    return status;
}

int run_label_screen(const struct cli *cli)
{
    struct sit_project *project = NULL;
    struct sit_session *session = NULL;
    struct sit_session_options options = {0};
    double share[2] = {-1, -1};
    struct sit_error err;
    int code = read_options(cli, &options, share);
    if (code == CLI_DONE)
        code = need_terminal(cli);
    if (code == CLI_DONE)
        code = open_for_screen(cli, &project);
    if (code != CLI_DONE)
        return code;
    enum sit_status status = keep_shares(project, share, &err);
    if (status == SIT_OK)
        status = sit_session_open(project, cli_annotator(cli), &options, &session,
                                  &err);
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
    {"queue", "NAME", "the order: given (default), random, uncertain, spread, least"},
    {"filter", "TEXT", "only faces that match, such as 'source~1327 label=none'"},
    {"features", "NAME", "what the live model learns from (default: the newest set)"},
    {"no-live", NULL, "no live model: no suggestions"},
    {"seed", "N", "of what is chosen at random (default 0)"},
    {"overlap", "SHARE", "of the faces, such as 20%, goes to every annotator"},
    {"retest", "SHARE", "of the faces comes to its annotator once more, unannounced"},
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
        "A live model learns from the labels and suggests one (docs/queues.md). Shares "
        "are\n"
        "kept in the project, for all annotators, until they are given anew.\n"
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
