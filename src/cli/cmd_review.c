/*
 * sitter review: the review screen, and its keys from a script.
 */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "screen_script.h"
#include "screens.h"
#include "sitter/filter.h"
#include "sitter/tui.h"

static int on_terminal(const struct cli *cli, struct sit_review *review,
                       enum sit_review_kind kind,
                       const struct sit_review_options *options)
{
    struct sit_error err;
    if (sit_tui_review(review, kind, options, &err) != SIT_OK)
        return cli_fail(&err);
    cli_say(cli, "all decisions are saved in '%s'", cli->db);
    return CLI_DONE;
}

static int by_script(const struct cli *cli, struct sit_review *review,
                     enum sit_review_kind kind,
                     const struct sit_review_options *options)
{
    struct cli_script script;
    struct sit_tui_script_result result = {0};
    struct sit_error err = {0};
    int code = cli_script_read(cli, &script);
    if (code == CLI_DONE) {
        enum sit_status status = sit_tui_review_script(review, kind, options,
                                                       &script.script, &result, &err);
        const struct sit_review_view *view = sit_review_get_view(review);
        code = cli_script_print(cli, &script, &result,
                                view->face != NULL ? view->face->name : NULL,
                                view->position, status, &err);
    }
    cli_script_release(&script);
    return code;
}

int cli_review_scope(const struct cli *cli, enum sit_review_scope *scope)
{
    struct sit_filter_terms terms;
    struct sit_error err;
    const char *split = cli_value(cli, "split"), *filter = cli_value(cli, "filter");
    if (split != NULL && strcmp(split, "test") == 0)
        *scope = SIT_REVIEW_TEST;
    else if (split != NULL && strcmp(split, "train") == 0)
        *scope = SIT_REVIEW_TRAIN;
    else if (split != NULL && strcmp(split, "all") != 0)
        return cli_usage_error("%s: --split is 'all', 'test' or 'train', not '%s'",
                               cli->command->name, split);
    if (filter != NULL && sit_filter_parse(filter, &terms, &err) != SIT_OK)
        return cli_usage_error("%s: %s", cli->command->name, err.message);
    return CLI_DONE;
}

/* Said before the terminal is taken over. */
static enum sit_status check_needs(struct sit_project *project,
                                   enum sit_review_kind kind, int64_t model_id,
                                   struct sit_error *err)
{
    struct sit_model model = {0};
    int64_t predicting = 0;
    enum sit_status status = SIT_OK;
    if (sit_review_kind_needs_model(kind))
        status = sit_project_model(project, model_id, &model, err);
    free(model.options);
    free(model.report);
    if (status == SIT_OK && kind == SIT_REVIEW_ABSTAINED) {
        status = sit_project_predicting_model(project, &predicting, err);
        if (status == SIT_OK && predicting == 0)
            status = sit_error_set(
                err, SIT_E_NOT_FOUND,
                "'%s' has no predictions yet; sitter predict makes them",
                sit_project_path(project));
    }
    return status;
}

int run_review_screen(const struct cli *cli, enum sit_review_kind kind,
                      const struct sit_review_settings *settings,
                      const struct sit_review_options *options)
{
    struct sit_project *project = NULL;
    struct sit_review *review = NULL;
    struct sit_error err;
    const char *filter = cli_value(cli, "filter");
    int code = cli_check_script(cli);
    if (code == CLI_DONE && !cli_is_script(cli))
        code = cli_need_terminal(cli);
    if (code == CLI_DONE)
        code = cli_open_for_screen(cli, &project);
    if (code != CLI_DONE)
        return code;
    enum sit_status status = check_needs(project, kind, options->model_id, &err);
    if (status == SIT_OK)
        status = sit_review_open(project, cli_annotator(cli), settings, &review, &err);
    if (status == SIT_OK && filter != NULL)
        status = sit_review_set_filter(review, filter, &err);
    if (status != SIT_OK)
        code = cli_fail(&err);
    else
        code = cli_is_script(cli) ? by_script(cli, review, kind, options)
                                  : on_terminal(cli, review, kind, options);
    sit_review_free(review);
    sit_project_close(project);
    return code;
}

static int run_review(struct cli *cli)
{
    enum sit_review_kind kind = SIT_REVIEW_MISTAKES;
    struct sit_review_settings settings = {.blind = cli_flag(cli, "blind"),
                                           .adjudicates = cli_flag(cli, "adjudicate")};
    struct sit_review_options options = {0};
    struct sit_error err;
    const char *list = cli_value(cli, "list");
    size_t model_id = 0, seed = 0;
    if (list != NULL && sit_review_kind_parse(list, &kind, &err) != SIT_OK)
        return cli_usage_error("review: %s", err.message);
    int code = cli_review_scope(cli, &settings.scope);
    if (code != CLI_DONE)
        return code;
    if (!cli_size(cli, "model", 1, INT64_MAX, &model_id) ||
        !cli_size(cli, "seed", 0, INT64_MAX, &seed) ||
        !cli_share(cli, "abstain", &options.abstain) ||
        !cli_share(cli, "controls", &options.controls))
        return CLI_USAGE;
    if (options.controls > 0.5)
        return cli_usage_error("review: --controls takes at most a half, not %g",
                               options.controls);
    if (options.controls > 0 && !settings.blind)
        return cli_usage_error("review: --controls needs --blind: else they are seen "
                               "to be right");
    options.model_id = (int64_t)model_id;
    options.seed = seed;
    return run_review_screen(cli, kind, &settings, &options);
}

static const struct cli_option review_options[] = {
    {"list", "LIST",
     "misclassified (default), suspects, disagreements, bookmarked or abstained"},
    {"model", "ID", "whose mistakes (default: the newest model's)"},
    {"split", "SPLIT", "all (default), test, or train: by out-of-fold probabilities"},
    {"abstain", "P", "abstained: predictions below this p (default 0.7)"},
    {"filter", "TERMS", "keep to faces that match, such as 'keyword~war'"},
    {"blind", NULL, "hide label and prediction until the decision"},
    {"controls", "SHARE", "so many, such as 10%, are right by all that is known"},
    {"seed", "N", "which controls, and where (default 0)"},
    {"adjudicate", NULL, "decide for all where others have labelled the face"},
    {"annotator", "NAME", "who reviews (default: the login name)"},
    CLI_SCRIPT_OPTIONS,
    {"json", NULL, "of a script: print what it did as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_review = {
    .name = "review",
    .arguments = "",
    .summary = "faces worth a second look, such as those a head got wrong",
    .text = "The worst first. A class's key relabels, y confirms the label, t retrains "
            "on the\n"
            "corrected labels, v changes the list, B hides labels until you decide. "
            "Where\n"
            "others have labelled a face your label is one vote; A makes it hold for "
            "all.",
    .options = review_options,
    .run = run_review,
};
