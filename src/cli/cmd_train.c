/*
 * sitter train: a head from the labels.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "evaluation_out.h"
#include "json_out.h"
#include "sitter/train.h"

/* "256,64"; "none" for no hidden layer */
static bool parse_hidden(const char *text, struct sit_head_options *head)
{
    size_t n = 0;
    if (strcmp(text, "none") == 0) {
        head->n_hidden = 0;
        return true;
    }
    for (const char *at = text; *at != '\0';) {
        char *end;
        unsigned long size = strtoul(at, &end, 10);
        if (end == at || size < 1 || size > 65536 || n == SIT_HEAD_MAX_HIDDEN ||
            (*end != ',' && *end != '\0') || at[0] == '-')
            return false;
        head->hidden[n++] = size;
        at = *end == ',' ? end + 1 : end;
        if (*end == ',' && *at == '\0')
            return false;
    }
    head->n_hidden = n;
    return n > 0;
}

static int parse_mlp(const struct cli *cli, struct sit_head_options *head)
{
    const char *hidden = cli_value(cli, "hidden");
    if (hidden != NULL && !parse_hidden(hidden, head))
        return cli_usage_error(
            "train: --hidden takes up to %d sizes, as in 256,64, or 'none', not '%s'",
            SIT_HEAD_MAX_HIDDEN, hidden);
    const char *optimiser = cli_value(cli, "optimiser");
    if (optimiser != NULL && !sit_head_optimiser_find(optimiser, &head->optimiser))
        return cli_usage_error(
            "train: --optimiser is 'rmsprop', 'adam' or 'adamw', not '%s'", optimiser);
    head->raw_inputs = cli_flag(cli, "raw-inputs");
    bool good = cli_size(cli, "epochs", 1, 100000, &head->n_epochs) &&
                cli_size(cli, "batch", 1, 1000000, &head->batch_size) &&
                cli_double(cli, "dropout", 0, 0.99, &head->dropout) &&
                cli_double(cli, "learning-rate", 1e-12, 1e6, &head->learning_rate) &&
                cli_double(cli, "weight-decay", 0, 1e6, &head->weight_decay) &&
                cli_double(cli, "early-stop", 0.01, 0.5, &head->early_stop) &&
                cli_size(cli, "patience", 1, 100000, &head->patience) &&
                cli_size(cli, "restarts", 1, SIT_HEAD_MAX_RESTARTS, &head->n_restarts);
    return good ? CLI_DONE : CLI_USAGE;
}

static int parse_options(const struct cli *cli, struct sit_train_options *options)
{
    const char *kind = cli_value(cli, "head");
    struct sit_head_options *head = &options->head;
    enum sit_head_kind found = SIT_HEAD_LOGISTIC;
    if (kind != NULL && !sit_head_kind_find(kind, &found))
        return cli_usage_error(
            "train: --head is 'logistic', 'mlp' or 'fisher', not '%s'", kind);
    sit_head_options_init(head, found);
    options->features = cli_value(cli, "features");
    options->with_other = cli_flag(cli, "with-other");
    options->calibrate = cli_flag(cli, "calibrate");
    const char *c = cli_value(cli, "c");
    options->c_given = c != NULL;
    head->c = 0;
    if (c != NULL && strcmp(c, "cv") != 0 && !cli_double(cli, "c", 1e-9, 1e9, &head->c))
        return CLI_USAGE;
    head->balanced = cli_flag(cli, "balanced");
    size_t mib = SIT_TRAIN_MAX_BYTES >> 20;
    if (!cli_size(cli, "memory", 1, SIZE_MAX >> 20, &mib))
        return CLI_USAGE;
    options->max_bytes = mib << 20;
    size_t seed = (size_t)head->seed;
    if (!cli_size(cli, "seed", 0, INT64_MAX, &seed))
        return CLI_USAGE;
    head->seed = seed;
    return parse_mlp(cli, head);
}

static void say_search(const struct cli *cli, const struct sit_head_report *report)
{
    for (size_t i = 0; i < report->n_cv; i++)
        cli_say(cli, "  C %-9.4g log-loss %.4f +- %.4f%s", report->cv[i].c,
                report->cv[i].mean_log_loss, report->cv[i].se_log_loss,
                report->cv[i].c == report->c ? "  <- chosen" : "");
}

static void say_stops(const struct cli *cli, const struct sit_head_report *report)
{
    for (size_t i = 0; i < report->n_restarts; i++) {
        const struct sit_head_restart *r = &report->restart[i];
        if (r->n_stop > 0)
            cli_say(cli,
                    "  restart %zu: kept epoch %zu of %zu, log-loss %.4f on %zu train "
                    "faces kept aside",
                    i + 1, r->best_epoch, r->n_epochs, r->stop_loss, r->n_stop);
    }
}

static void say_cautions(const struct cli *cli, const struct sit_train_options *options,
                         const struct sit_evaluation *evaluation)
{
    enum { FEW_FACES = 40 };
    if (evaluation->n_train < FEW_FACES)
        cli_say(cli,
                "careful: trained on %zu face%s only; label more before you trust it",
                evaluation->n_train, cli_plural(evaluation->n_train));
    bool mlp = options->head.kind == SIT_HEAD_MLP;
    static const char *const of_mlp[] = {"hidden",       "epochs",     "batch",
                                         "dropout",      "optimiser",  "learning-rate",
                                         "weight-decay", "raw-inputs", "early-stop",
                                         "patience",     "restarts",   "seed"};
    if (options->head.kind != SIT_HEAD_LOGISTIC && cli_flag(cli, "c"))
        cli_say(cli, "--c is of the logistic head and had no effect");
    if (mlp && cli_flag(cli, "weight-decay") &&
        options->head.optimiser != SIT_HEAD_ADAMW)
        cli_say(cli, "--weight-decay is of --optimiser adamw and had no effect");
    if (mlp && cli_flag(cli, "patience") && options->head.early_stop == 0)
        cli_say(cli, "--patience is of --early-stop and had no effect");
    for (size_t i = 0; !mlp && i < sizeof of_mlp / sizeof of_mlp[0]; i++)
        if (cli_flag(cli, of_mlp[i]))
            cli_say(cli, "--%s is of the mlp head and had no effect", of_mlp[i]);
}

static int run(struct cli *cli)
{
    struct sit_train_options options = {0};
    struct sit_project *project = NULL;
    struct sit_evaluation evaluation;
    struct sit_head_report report;
    struct sit_error err;
    int code = parse_options(cli, &options);
    if (code == CLI_DONE)
        code = cli_open(cli, SIT_PROJECT_WRITE, &project);
    if (code != CLI_DONE)
        return code;
    struct sit_notes notes = cli_notes(cli);
    struct cli_progress progress;
    cli_progress_begin(&progress, cli, "training");
    enum sit_status status = sit_train(project, &options, &notes, &progress.progress,
                                       &evaluation, &report, &err);
    cli_progress_end(&progress);
    cli_say_disputed(cli, project);
    sit_project_close(project);
    if (status != SIT_OK)
        return cli_fail(&err);
    if (report.n_cv > 0)
        say_search(cli, &report);
    say_stops(cli, &report);
    say_cautions(cli, &options, &evaluation);
    if (cli_flag(cli, "json"))
        return json_out(json_evaluation(&evaluation));
    print_evaluation(&evaluation);
    code = cli_finish_stdout();
    if (code == CLI_DONE)
        cli_say_next(cli, "review, predict");
    return code;
}

static const struct cli_option options_table[] = {
    {"features", "NAME", "the feature set (default: the newest)"},
    {"head", "HEAD", "logistic (default), mlp, or fisher (Fisherfaces)"},
    {"c", "VALUE|cv", "logistic: inverse penalty, or cross-validated (default)"},
    {"balanced", NULL, "weigh classes by their share"},
    {"hidden", "SIZES", "mlp: hidden layers (default 256,64), or none"},
    {"epochs", "N", "mlp: passes over the data (default 100)"},
    {"batch", "N", "mlp: batch size (default 10)"},
    {"dropout", "P", "mlp: dropout (default 0.5)"},
    {"optimiser", "NAME", "mlp: rmsprop (default), adam or adamw"},
    {"learning-rate", "RATE", "mlp: (default 0.001)"},
    {"weight-decay", "DECAY", "mlp: of adamw (default 0.01)"},
    {"raw-inputs", NULL, "mlp: features as they are, not standardised"},
    {"early-stop", "SHARE", "mlp: stop by the loss on so much of train (by source)"},
    {"patience", "N", "mlp: epochs to wait for a lower loss (default 10)"},
    {"restarts", "N", "mlp: average N heads of successive seeds (default 1)"},
    {"seed", "N", "mlp: the same seed gives the same head"},
    {"with-other", NULL, "train on the excluded classes too"},
    {"calibrate", NULL, "fit a temperature on out-of-fold probabilities"},
    {"memory", "MIB", "features beyond it are read, not kept: logistic (default 1536)"},
    {"json", NULL, "the result as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_train = {
    .name = "train",
    .arguments = "",
    .summary = "train a head on the labelled train faces",
    .text = "The head is kept in the project, with its standardisation; test faces are "
            "only\n"
            "used to judge it. Ctrl-C leaves nothing behind.",
    .options = options_table,
    .run = run,
};
