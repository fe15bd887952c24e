/*
 * sitter curve: accuracy against the number of labels.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "curve_out.h"
#include "json_out.h"
#include "sitter/bootstrap.h"
#include "sitter/file.h"

static int parse_head(const struct cli *cli, struct sit_learning_options *options)
{
    const char *kind = cli_value(cli, "head"), *c = cli_value(cli, "c");
    struct sit_head_options *head = &options->head;
    enum sit_head_kind found = SIT_HEAD_LOGISTIC;
    if (kind != NULL && !sit_head_kind_find(kind, &found))
        return cli_usage_error(
            "curve: --head is 'logistic', 'mlp' or 'fisher', not '%s'", kind);
    sit_head_options_init(head, found);
    head->c = 0;
    if (c != NULL && strcmp(c, "cv") != 0 && !cli_double(cli, "c", 1e-9, 1e9, &head->c))
        return CLI_USAGE;
    head->balanced = cli_flag(cli, "balanced");
    return cli_size(cli, "epochs", 1, 100000, &head->n_epochs) ? CLI_DONE : CLI_USAGE;
}

static int parse_options(const struct cli *cli, struct sit_curve_options *options)
{
    const char *split = cli_value(cli, "split");
    struct sit_learning_options *learning = &options->learning;
    *options = (struct sit_curve_options){.features = cli_value(cli, "features"),
                                          .with_other = cli_flag(cli, "with-other")};
    learning->fallback_c = SIT_TRAIN_FALLBACK_C;
    learning->n_points = 8;
    learning->n_repeats = 10;
    size_t seed = 1;
    if (split != NULL && strcmp(split, "cv") == 0)
        options->out_of_fold = true;
    else if (split != NULL && strcmp(split, "test") != 0)
        return cli_usage_error("curve: --split is 'test' or 'cv', not '%s'", split);
    if (parse_head(cli, learning) != CLI_DONE ||
        !cli_size(cli, "points", 2, SIT_LEARNING_MAX_POINTS, &learning->n_points) ||
        !cli_size(cli, "repeats", 1, 1000, &learning->n_repeats) ||
        !cli_size(cli, "seed", 0, INT64_MAX, &seed))
        return CLI_USAGE;
    learning->seed = seed;
    learning->head.seed = seed;
    if (cli_check_out(cli, cli_value(cli, "csv")) != CLI_DONE ||
        cli_check_out(cli, cli_value(cli, "svg")) != CLI_DONE)
        return CLI_FAILED;
    return CLI_DONE;
}

/* With an empty cell for a number that is not there. */
static void append_cell(struct sit_buf *out, double value)
{
    if (isfinite(value))
        sit_buf_appendf(out, ",%.6f", value);
    else
        sit_buf_append_char(out, ',');
}

static void append_csv(const struct sit_learning_curve *curve, struct sit_buf *out)
{
    sit_buf_append_text(out, "labels,accuracy,low,high,repeats,faces,sources\r\n");
    for (size_t i = 0; i < curve->n_points; i++) {
        const struct sit_learning_point *p = &curve->points[i];
        sit_buf_appendf(out, "%.1f", p->n);
        append_cell(out, p->accuracy);
        append_cell(out, p->ci.low);
        append_cell(out, p->ci.high);
        sit_buf_appendf(out, ",%zu,%zu,%zu\r\n", curve->n_repeats, curve->n_judged,
                        curve->n_judged_sources);
    }
}

static enum sit_status write_file(const struct cli *cli, const char *option,
                                  const struct sit_buf *content, struct sit_error *err)
{
    const char *path = cli_value(cli, option);
    if (path == NULL)
        return SIT_OK;
    if (content->failed)
        return sit_error_nomem(err);
    enum sit_status status = sit_file_write_atomic(path, sit_buf_text(content),
                                                   content->n_bytes, err);
    if (status == SIT_OK)
        cli_say(cli, "the curve is in '%s'", path);
    return status;
}

static enum sit_status write_files(const struct cli *cli, const struct sit_curve *curve,
                                   struct sit_error *err)
{
    struct sit_buf csv = {0}, svg = {0};
    append_csv(&curve->curve, &csv);
    curve_svg(curve, &svg);
    enum sit_status status = write_file(cli, "csv", &csv, err);
    if (status == SIT_OK)
        status = write_file(cli, "svg", &svg, err);
    sit_buf_release(&csv);
    sit_buf_release(&svg);
    return status;
}

static json_t *json_curve(const struct sit_curve *c,
                          const struct sit_curve_options *options)
{
    const struct sit_learning_curve *curve = &c->curve;
    json_t *points = json_array(), *object = json_object();
    for (size_t i = 0; i < curve->n_points; i++) {
        const struct sit_learning_point *p = &curve->points[i];
        json_array_append_new(points,
                              json_pack("{s:f, s:f, s:o}", "labels", p->n, "accuracy",
                                        p->accuracy, "accuracy_ci95",
                                        json_interval_or_null(p->ci)));
    }
    json_object_set_new(object, "head",
                        json_string(sit_head_kind_name(options->learning.head.kind)));
    json_object_set_new(object, "features", json_safe_text(c->features));
    json_object_set_new(object, "split",
                        json_string(options->out_of_fold ? "cv" : "test"));
    json_object_set_new(object, "n_train", json_integer((json_int_t)c->n_train));
    json_object_set_new(object, "n_judged", json_integer((json_int_t)curve->n_judged));
    json_object_set_new(object, "sources_judged",
                        json_integer((json_int_t)curve->n_judged_sources));
    json_object_set_new(object, "repeats", json_integer((json_int_t)curve->n_repeats));
    json_object_set_new(object, "points", points);
    json_object_set_new(object, "intervals",
                        json_pack("{s:s, s:I, s:I}", "method",
                                  "bootstrap over repeats and sources, percentile",
                                  "replicates", (json_int_t)curve->n_replicates, "seed",
                                  (json_int_t)SIT_BOOTSTRAP_SEED));
    if (!curve->has_law) {
        json_object_set_new(object, "power_law", json_null());
        return object;
    }
    json_object_set_new(object, "power_law",
                        json_pack("{s:f, s:f, s:f}", "a", curve->law.a, "b",
                                  curve->law.b, "c", curve->law.c));
    json_object_set_new(object, "twice_the_labels",
                        json_pack("{s:f, s:f, s:o}", "labels",
                                  2 * curve->points[curve->n_points - 1].n, "gain",
                                  curve->gain, "gain_ci95",
                                  json_interval_or_null(curve->gain_ci)));
    return object;
}

static void print_table(const struct sit_learning_curve *curve)
{
    printf("\n  labels  accuracy  95 %% interval\n");
    for (size_t i = 0; i < curve->n_points; i++) {
        const struct sit_learning_point *p = &curve->points[i];
        printf("  %6.0f    %.4f", p->n, p->accuracy);
        if (isfinite(p->ci.low))
            printf("  %.3f to %.3f", p->ci.low, p->ci.high);
        printf("\n");
    }
}

static int print_curve(const struct sit_curve *c, bool out_of_fold)
{
    const struct sit_learning_curve *curve = &c->curve;
    struct sit_buf text = {0};
    curve_chart(curve, cli_locale_is_utf8(), &text);
    fputs(sit_buf_text(&text), stdout);
    print_table(curve);
    printf("\nMean of %zu random subset%s of whole sources, judged on %zu %s\n"
           "(%zu source%s). Intervals: %zu bootstrap samples of subsets and sources.\n",
           curve->n_repeats, cli_plural(curve->n_repeats), curve->n_judged,
           out_of_fold ? "train faces out-of-fold" : "labelled test faces",
           curve->n_judged_sources, cli_plural(curve->n_judged_sources),
           curve->n_replicates);
    if (!out_of_fold && c->leak.n_sources_on_both_sides > 0)
        printf("careful: %zu of the test faces are of sources that are in train too\n",
               c->leak.n_test_faces_affected);
    sit_buf_reset(&text);
    sit_buf_append_char(&text, '\n');
    curve_answer(c, &text);
    fputs(sit_buf_text(&text), stdout);
    sit_buf_release(&text);
    return cli_finish_stdout();
}

static void say_unused(const struct cli *cli, enum sit_head_kind kind)
{
    if (kind != SIT_HEAD_LOGISTIC && cli_flag(cli, "c"))
        cli_say(cli, "--c is of the logistic head and had no effect");
    if (kind != SIT_HEAD_MLP && cli_flag(cli, "epochs"))
        cli_say(cli, "--epochs is of the mlp head and had no effect");
}

static int run(struct cli *cli)
{
    struct sit_curve_options options;
    struct sit_project *project = NULL;
    struct sit_curve curve;
    struct sit_error err;
    int code = parse_options(cli, &options);
    if (code == CLI_DONE)
        code = cli_open(cli, SIT_PROJECT_READ, &project);
    if (code != CLI_DONE)
        return code;
    struct cli_progress progress;
    cli_progress_begin(&progress, cli, "training");
    enum sit_status status = sit_curve(project, &options, &progress.progress, &curve,
                                       &err);
    cli_progress_end(&progress);
    sit_project_close(project);
    say_unused(cli, options.learning.head.kind);
    if (status == SIT_OK)
        status = write_files(cli, &curve, &err);
    if (status != SIT_OK)
        return cli_fail(&err);
    return cli_flag(cli, "json") ? json_out(json_curve(&curve, &options))
                                 : print_curve(&curve, options.out_of_fold);
}

static const struct cli_option options_table[] = {
    {"features", "NAME", "the feature set (default: the newest)"},
    {"head", "HEAD", "logistic (default), mlp or fisher"},
    {"c", "VALUE|cv", "logistic: inverse penalty, or chosen for each subset (default)"},
    {"balanced", NULL, "weigh classes by their share"},
    {"epochs", "N", "mlp: passes over the data (default 100)"},
    {"split", "SPLIT", "test (default), or cv: judge train faces out-of-fold"},
    {"repeats", "N", "random subsets of each size (default 10)"},
    {"points", "N", "sizes, evenly on a logarithmic scale (default 8)"},
    {"seed", "N", "the same seed draws the same subsets (default 1)"},
    {"with-other", NULL, "train on the excluded classes too"},
    {"csv", "FILE", "the points as CSV"},
    {"svg", "FILE", "the chart as a picture"},
    {"json", NULL, "as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_curve = {
    .name = "curve",
    .arguments = "",
    .summary = "accuracy against number of labels: is it worth labelling more?",
    .text = "Trains heads on growing random subsets of the labelled train faces. "
            "Nothing is\n"
            "stored. The chart is plain ASCII where the locale is not UTF-8.",
    .options = options_table,
    .run = run,
};
