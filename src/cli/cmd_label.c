/*
 * sitter label: the labelling screen, and its keys from a script.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "screen_script.h"
#include "screens.h"
#include "sitter/filter.h"
#include "sitter/tui.h"

static int label_on_terminal(const struct cli *cli, struct sit_session *session)
{
    struct sit_error err;
    if (sit_tui_label(session, cli_flag(cli, "grid"), &err) != SIT_OK)
        return cli_fail(&err);
    const struct sit_label_counts *counts = sit_session_get_view(session)->counts;
    cli_say(cli, "%zu of %zu faces labelled, all saved in '%s'", counts->n_labelled,
            counts->n_faces, cli->db);
    cli_say_next(cli, counts->n_labelled < counts->n_faces ? "label, train" : "train");
    return CLI_DONE;
}

static int label_by_script(const struct cli *cli, struct sit_session *session)
{
    struct cli_script script;
    struct sit_tui_script_result result = {0};
    struct sit_error err = {0};
    int code = cli_script_read(cli, &script);
    if (code == CLI_DONE) {
        enum sit_status status = sit_tui_label_script(session, &script.script, &result,
                                                      &err);
        const struct sit_session_view *view = sit_session_get_view(session);
        code = cli_script_print(cli, &script, &result, view->face->name, view->position,
                                status, &err);
    }
    cli_script_release(&script);
    return code;
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
    struct sit_filter_terms terms;
    const char *filter = cli_value(cli, "filter");
    if (filter != NULL && sit_filter_parse(filter, &terms, &err) != SIT_OK)
        return cli_usage_error("label: %s", err.message);
    options->features = cli_value(cli, "features");
    options->no_live = cli_flag(cli, "no-live");
    options->filter = filter;
    options->seed = seed;
    if (!cli_share(cli, "overlap", &share[SIT_SHARE_OVERLAP]) ||
        !cli_share(cli, "retest", &share[SIT_SHARE_RETEST]))
        return CLI_USAGE;
    return cli_check_script(cli);
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
    if (code == CLI_DONE && !cli_is_script(cli))
        code = cli_need_terminal(cli);
    if (code == CLI_DONE)
        code = cli_open_for_screen(cli, &project);
    if (code != CLI_DONE)
        return code;
    enum sit_status status = keep_shares(project, share, &err);
    if (status == SIT_OK)
        status = sit_session_open(project, cli_annotator(cli), &options, &session,
                                  &err);
    if (status != SIT_OK)
        code = cli_fail(&err);
    else
        code = cli_is_script(cli) ? label_by_script(cli, session)
                                  : label_on_terminal(cli, session);
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
    {"grid", NULL, "begin with a page of faces instead of one"},
    {"seed", "N", "of what is chosen at random (default 0)"},
    {"overlap", "SHARE", "of the faces, such as 20%, goes to every annotator"},
    {"retest", "SHARE", "of the faces comes to its annotator once more, unannounced"},
    CLI_SCRIPT_OPTIONS,
    {"json", NULL, "of a script: print what it did as JSON"},
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
        "$SITTER_GRAPHICS (sixel, kitty, blocks-rgb, blocks-256, blocks-16, none) and\n"
        "$SITTER_CELL (10x20) override what is found out about the terminal.",
    .options = label_options,
    .run = run_label,
};
