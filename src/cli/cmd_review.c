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

static int review_on_terminal(const struct cli *cli, struct sit_review *review,
                              int64_t model_id, enum sit_review_kind kind)
{
    struct sit_error err;
    if (sit_tui_review(review, model_id, kind, &err) != SIT_OK)
        return cli_fail(&err);
    cli_say(cli, "all decisions are saved in '%s'", cli->db);
    return CLI_DONE;
}

static int review_by_script(const struct cli *cli, struct sit_review *review,
                            int64_t model_id, enum sit_review_kind kind)
{
    struct cli_script script;
    struct sit_tui_script_result result = {0};
    struct sit_error err = {0};
    int code = cli_script_read(cli, &script);
    if (code == CLI_DONE) {
        enum sit_status status = sit_tui_review_script(review, model_id, kind,
                                                       &script.script, &result, &err);
        const struct sit_review_view *view = sit_review_get_view(review);
        code = cli_script_print(cli, &script, &result,
                                view->face != NULL ? view->face->name : NULL,
                                view->position, status, &err);
    }
    cli_script_release(&script);
    return code;
}

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
    const char *filter = cli_value(cli, "filter");
    struct sit_filter_terms terms;
    if (filter != NULL && sit_filter_parse(filter, &terms, &err) != SIT_OK)
        return cli_usage_error("review: %s", err.message);
    int code = cli_check_script(cli);
    if (code == CLI_DONE && !cli_is_script(cli))
        code = cli_need_terminal(cli);
    if (code == CLI_DONE)
        code = cli_open_for_screen(cli, &project);
    if (code != CLI_DONE)
        return code;
    struct sit_model model = {0};
    enum sit_status status = sit_project_model(project, (int64_t)model_id, &model,
                                               &err);
    free(model.options);
    free(model.report);
    if (status == SIT_OK)
        status = sit_review_open(project, cli_annotator(cli), scope, &review, &err);
    if (status == SIT_OK && filter != NULL)
        status = sit_review_set_filter(review, filter, &err);
    if (status != SIT_OK)
        code = cli_fail(&err);
    else
        code = cli_is_script(cli)
                   ? review_by_script(cli, review, (int64_t)model_id, kind)
                   : review_on_terminal(cli, review, (int64_t)model_id, kind);
    sit_review_free(review);
    sit_project_close(project);
    return code;
}

static const struct cli_option review_options[] = {
    {"model", "ID", "whose mistakes (default: the newest model's)"},
    {"split", "SPLIT", "all (default), test, or train: by out-of-fold probabilities"},
    {"list", "LIST", "mistakes (default), or suspects: labels that may be wrong"},
    {"filter", "TERMS", "keep to faces that match, such as 'keyword~war'"},
    {"annotator", "NAME", "who reviews (default: the login name)"},
    {"script", "KEYS", "no screen: obey these keys, or those of a file with @FILE"},
    {"dump", NULL, "of a script: print the screen as it is at the end"},
    {"size", "COLSxROWS", "of that screen (default 80x24)"},
    {"json", NULL, "of a script: print what it did as JSON"},
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
