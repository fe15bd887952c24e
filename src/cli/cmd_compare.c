/*
 * sitter compare: two stored models on the same faces.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "json_out.h"
#include "sitter/bootstrap.h"
#include "sitter/compare.h"
#include "sitter/text.h"

enum { NAME_CELLS = 16, COLUMN_CELLS = 28 };

/* A row of the table: a name, then a text (perhaps from the file) for each model. */
static void put_row(const char *name, const char *a, const char *b)
{
    struct sit_buf fitted = {0};
    printf("%-*s", NAME_CELLS, name);
    cli_put_cell(a, COLUMN_CELLS - 1, false);
    sit_text_fit(&fitted, b, COLUMN_CELLS);
    printf(" %s\n", sit_buf_text(&fitted));
    sit_buf_release(&fitted);
}

static void format_figure(double value, struct sit_interval interval, char text[64])
{
    if (isfinite(interval.low))
        snprintf(text, 64, "%.4f (%.3f to %.3f)", value, interval.low, interval.high);
    else
        snprintf(text, 64, "%.4f", value);
}

/* An imported model does not say what it was trained on. */
static void format_training(const struct sit_compared_model *model, char text[64])
{
    if (model->n_train > 0)
        snprintf(text, 64, "%zu faces", model->n_train);
    else
        snprintf(text, 64, "(imported)");
}

static void print_models(const struct sit_comparison *c)
{
    const struct sit_compared_model *m = c->models;
    char text[2][64];
    for (size_t s = 0; s < 2; s++)
        snprintf(text[s], sizeof text[s], "model %lld", (long long)m[s].id);
    put_row("", text[0], text[1]);
    put_row("head", m[0].head, m[1].head);
    put_row("features", m[0].features, m[1].features);
    for (size_t s = 0; s < 2; s++)
        format_training(&m[s], text[s]);
    put_row("trained on", text[0], text[1]);
    for (size_t s = 0; s < 2; s++)
        format_figure(m[s].accuracy, m[s].accuracy_ci, text[s]);
    put_row("accuracy", text[0], text[1]);
    for (size_t s = 0; s < 2; s++)
        format_figure(m[s].log_loss, m[s].log_loss_ci, text[s]);
    put_row("log-loss", text[0], text[1]);
}

static void print_differences(const struct sit_comparison *c)
{
    long long a = (long long)c->models[0].id, b = (long long)c->models[1].id;
    printf("\n%zu %s, %zu source%s:\n", c->n,
           strcmp(c->split, "cv") == 0 ? "labelled train faces, out-of-fold"
                                       : "labelled test faces",
           c->n_sources, cli_plural(c->n_sources));
    printf("  %6zu  both right\n  %6zu  only model %lld right\n  %6zu  only model %lld "
           "right\n  %6zu  both wrong\n",
           c->counts.both, c->counts.only_a, a, c->counts.only_b, b, c->counts.neither);
    printf("\nMcNemar's exact test: p = %.4f\n", c->mcnemar_p);
    printf("Model %lld less model %lld, with 95 %% intervals:\n", a, b);
    printf("  accuracy  %+.4f   %+.3f to %+.3f  Newcombe's paired method\n",
           c->accuracy_difference, c->accuracy_newcombe.low, c->accuracy_newcombe.high);
    if (!isfinite(c->accuracy_bootstrap.low)) {
        printf("  log-loss  %+.4f   no interval: one source\n", c->log_loss_difference);
        return;
    }
    printf("  %18s   %+.3f to %+.3f  bootstrap by source\n", "",
           c->accuracy_bootstrap.low, c->accuracy_bootstrap.high);
    printf("  log-loss  %+.4f   %+.3f to %+.3f  bootstrap by source\n",
           c->log_loss_difference, c->log_loss_bootstrap.low,
           c->log_loss_bootstrap.high);
}

/* "more often right" only where test and both intervals agree. */
static void print_verdict(const struct sit_comparison *c)
{
    double sign = c->accuracy_difference >= 0 ? 1 : -1;
    struct sit_interval b = c->accuracy_bootstrap, n = c->accuracy_newcombe;
    bool apart = c->mcnemar_p < 0.05 && (n.low > 0 || n.high < 0) &&
                 (!isfinite(b.low) || b.low > 0 || b.high < 0);
    if (apart)
        printf("\nModel %lld is right more often.\n",
               (long long)c->models[sign > 0 ? 0 : 1].id);
    else
        printf("\nNo difference in accuracy that these %zu faces could show.\n", c->n);
    if (isfinite(c->log_loss_bootstrap.low) &&
        (c->log_loss_bootstrap.low > 0 || c->log_loss_bootstrap.high < 0))
        printf("Model %lld's probabilities are the better ones (log-loss).\n",
               (long long)c->models[c->log_loss_difference < 0 ? 0 : 1].id);
}

static void print_cautions(const struct sit_comparison *c)
{
    if (!c->same_features)
        printf("note: they see different features\n");
    if (c->knows_labels && c->n_labels_changed > 0)
        printf("note: %zu train face%s labelled, or labelled differently, between the "
               "two\ntrainings\n",
               c->n_labels_changed, c->n_labels_changed == 1 ? " was" : "s were");
    else if (!c->knows_labels && c->models[0].n_train > 0 && c->models[1].n_train > 0 &&
             c->models[0].n_train != c->models[1].n_train)
        printf("note: they were trained on different numbers of faces\n");
    if (!c->same_classes) {
        printf("note: their classes differ; compared on faces labelled ");
        for (size_t k = 0; k < c->n_classes; k++) {
            printf("%s", k > 0 ? ", " : "");
            cli_put_safe(c->classes[k].name);
        }
        printf(" only:\n%zu others are left out; another class as the answer counts as "
               "wrong\n",
               c->n_one_class_only);
    }
    if (c->n_one_set_only > 0)
        printf("note: %zu faces have features of one set only and are left out\n",
               c->n_one_set_only);
    if (strcmp(c->split, "test") == 0 && c->leak.n_sources_on_both_sides > 0)
        printf("careful: %zu of %zu test faces are of sources that are in train too\n",
               c->leak.n_test_faces_affected, c->leak.n_test_faces);
}

static json_t *json_model(const struct sit_compared_model *m)
{
    return json_pack("{s:I, s:o, s:o, s:I, s:I, s:f, s:o, s:f, s:o, s:I}", "model",
                     (json_int_t)m->id, "head", json_safe_text(m->head), "features",
                     json_safe_text(m->features), "n_train", (json_int_t)m->n_train,
                     "n_correct", (json_int_t)m->n_correct, "accuracy", m->accuracy,
                     "accuracy_ci95", json_interval_or_null(m->accuracy_ci), "log_loss",
                     m->log_loss, "log_loss_ci95",
                     json_interval_or_null(m->log_loss_ci), "n_other_class",
                     (json_int_t)m->n_other_class);
}

static json_t *json_comparison(const struct sit_comparison *c)
{
    json_t *classes = json_array(), *object = json_object();
    for (size_t k = 0; k < c->n_classes; k++)
        json_array_append_new(classes, json_safe_text(c->classes[k].key));
    json_object_set_new(object, "split", json_string(c->split));
    json_object_set_new(object, "n", json_integer((json_int_t)c->n));
    json_object_set_new(object, "sources", json_integer((json_int_t)c->n_sources));
    json_object_set_new(object, "classes", classes);
    json_object_set_new(object, "a", json_model(&c->models[0]));
    json_object_set_new(object, "b", json_model(&c->models[1]));
    json_object_set_new(
        object, "counts",
        json_pack("{s:I, s:I, s:I, s:I}", "both", (json_int_t)c->counts.both, "only_a",
                  (json_int_t)c->counts.only_a, "only_b", (json_int_t)c->counts.only_b,
                  "neither", (json_int_t)c->counts.neither));
    json_object_set_new(object, "mcnemar_p", json_real(c->mcnemar_p));
    json_object_set_new(object, "accuracy_difference",
                        json_real(c->accuracy_difference));
    json_object_set_new(object, "accuracy_difference_ci95_newcombe",
                        json_interval_or_null(c->accuracy_newcombe));
    json_object_set_new(object, "accuracy_difference_ci95_bootstrap",
                        json_interval_or_null(c->accuracy_bootstrap));
    json_object_set_new(object, "log_loss_difference",
                        json_real(c->log_loss_difference));
    json_object_set_new(object, "log_loss_difference_ci95_bootstrap",
                        json_interval_or_null(c->log_loss_bootstrap));
    json_object_set_new(object, "same_features", json_boolean(c->same_features));
    json_object_set_new(object, "same_classes", json_boolean(c->same_classes));
    json_object_set_new(object, "train_labels_changed",
                        c->knows_labels ? json_integer((json_int_t)c->n_labels_changed)
                                        : json_null());
    json_object_set_new(
        object, "left_out",
        json_pack("{s:I, s:I}", "class_of_one_only", (json_int_t)c->n_one_class_only,
                  "features_of_one_only", (json_int_t)c->n_one_set_only));
    return object;
}

static int run(struct cli *cli)
{
    struct sit_project *project = NULL;
    struct sit_comparison comparison;
    struct sit_error err;
    enum sit_evaluate_split split = SIT_EVALUATE_TEST;
    const char *name = cli_value(cli, "split");
    int64_t a = cli_model_id(cli, 0), b = a < 0 ? -1 : cli_model_id(cli, 1);
    if (a < 0 || b < 0)
        return CLI_USAGE;
    if (name != NULL && strcmp(name, "cv") == 0)
        split = SIT_EVALUATE_CV;
    else if (name != NULL && strcmp(name, "test") != 0)
        return cli_usage_error("compare: --split is 'test' or 'cv', not '%s'", name);
    int code = cli_open(cli, SIT_PROJECT_READ, &project);
    if (code != CLI_DONE)
        return code;
    struct cli_progress progress;
    cli_progress_begin(&progress, cli, "comparing");
    enum sit_status status = sit_compare(project, a, b, split, &progress.progress,
                                         &comparison, &err);
    cli_progress_end(&progress);
    sit_project_close(project);
    if (status != SIT_OK)
        return cli_fail(&err);
    if (cli_flag(cli, "json"))
        return json_out(json_comparison(&comparison));
    print_models(&comparison);
    print_differences(&comparison);
    print_verdict(&comparison);
    print_cautions(&comparison);
    return cli_finish_stdout();
}

static const struct cli_option options[] = {
    {"split", "SPLIT", "test (default), or cv: train faces out-of-fold, by source"},
    {"json", NULL, "as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_compare = {
    .name = "compare",
    .arguments = "A B",
    .min_arguments = 2,
    .max_arguments = 2,
    .summary = "two models on the same labelled faces",
    .text =
        "A and B are numbers of models (sitter model list). Accuracy and log-loss of "
        "each,\n"
        "who was right where the other was wrong, and whether that could be chance.",
    .options = options,
    .run = run,
};
