/*
 * sitter agreement: how far annotators agree.
 */
#include <math.h>
#include <stdio.h>

#include "commands.h"
#include "json_out.h"
#include "sitter/agreement_job.h"
#include "sitter/bootstrap.h"
#include "sitter/text.h"

enum { NAME_CELLS = 14, COUNT_CELLS = 12 };

static void print_coefficient(const char *name, const struct sit_coefficient *c)
{
    if (!isfinite(c->value))
        return;
    printf("    %-20s %6.3f", name, c->value);
    if (isfinite(c->ci95.low))
        printf("   %6.3f to %.3f\n", c->ci95.low, c->ci95.high);
    else
        printf("   no interval: fewer than two sources\n");
}

static void print_coefficients(const struct sit_agreement *agreement)
{
    printf("    %-20s %6s   95 %% interval\n", "", "");
    print_coefficient("percent agreement", &agreement->percent);
    print_coefficient("Cohen's kappa", &agreement->kappa);
    print_coefficient("Krippendorff's alpha", &agreement->alpha);
    print_coefficient("Gwet's AC1", &agreement->ac1);
    if (!isfinite(agreement->alpha.value))
        printf("    All labels are of one class: agreement beyond chance cannot be "
               "told.\n");
}

static void print_counts(const struct sit_agreement_report *report,
                         const struct sit_agreement_pair *pair)
{
    size_t n = report->classes.n;
    printf("\n    ");
    cli_put_cell(report->annotators[pair->first].name, NAME_CELLS, false);
    printf("  ");
    cli_put_safe(report->annotators[pair->second].name);
    printf(":\n    %*s", NAME_CELLS, "");
    for (size_t c = 0; c < n; c++) {
        printf("  ");
        cli_put_cell(report->classes.items[c].name, COUNT_CELLS - 2, false);
    }
    for (size_t r = 0; r < n; r++) {
        printf("\n    ");
        cli_put_cell(report->classes.items[r].name, NAME_CELLS, false);
        for (size_t c = 0; c < n; c++)
            printf("  %-*zu", COUNT_CELLS - 2, pair->counts[r * n + c]);
    }
    printf("\n");
}

static void print_pair(const struct sit_agreement_report *report,
                       const struct sit_agreement_pair *pair)
{
    printf("\n  ");
    cli_put_safe(report->annotators[pair->first].name);
    printf(" and ");
    cli_put_safe(report->annotators[pair->second].name);
    if (pair->n_faces == 0) {
        printf(": no face that both labelled\n");
        return;
    }
    printf(": %zu face%s of %zu source%s\n", pair->n_faces, cli_plural(pair->n_faces),
           pair->agreement.n_groups, cli_plural(pair->agreement.n_groups));
    print_coefficients(&pair->agreement);
    print_counts(report, pair);
}

static void print_annotators(const struct sit_agreement_report *report)
{
    printf("  %-20s %7s   %s\n", "annotator", "labels",
           "the same when a face came again");
    for (size_t i = 0; i < report->n_annotators; i++) {
        const struct sit_agreement_annotator *a = &report->annotators[i];
        printf("  ");
        cli_put_cell(a->name, 20, false);
        printf(" %7zu   ", a->n_labels);
        if (a->n_retested == 0)
            printf("-\n");
        else
            printf("%zu of %zu: %.3f, %.3f to %.3f\n", a->n_same, a->n_retested,
                   (double)a->n_same / (double)a->n_retested, a->same_ci95.low,
                   a->same_ci95.high);
    }
}

static int print_text(const struct sit_agreement_report *report)
{
    if (report->n_annotators == 0) {
        printf("no person has labelled anything yet\n");
        return cli_finish_stdout();
    }
    print_annotators(report);
    if (report->n_seen > 0)
        printf("  %zu label%s left out: given when another's could be seen (--all "
               "counts them)\n",
               report->n_seen, cli_plural(report->n_seen));
    if (report->n_annotators > 2 && report->has_all) {
        printf("\n  all: %zu faces of %zu sources that two or more labelled\n",
               report->all.n_units, report->all.n_groups);
        print_coefficients(&report->all);
    }
    for (size_t i = 0; i < report->n_pairs; i++)
        print_pair(report, &report->pairs[i]);
    if (report->n_annotators == 1)
        printf(
            "\n  One annotator: label --overlap 20%% gives others the same faces.\n");
    else if (!report->has_all)
        printf(
            "\n  No face has been labelled by two people; label --overlap 20%% gives\n"
            "  everybody the same fifth of the faces.\n");
    return cli_finish_stdout();
}

/*
 * JSON
 */

static json_t *json_coefficient(const struct sit_coefficient *c)
{
    return json_pack("{s:o, s:o}", "value", json_number_or_null(c->value), "ci95",
                     json_interval_or_null(c->ci95));
}

static json_t *json_agreement(const struct sit_agreement *a)
{
    return json_pack(
        "{s:I, s:I, s:o, s:o, s:o, s:o}", "n_faces", (json_int_t)a->n_units,
        "n_sources", (json_int_t)a->n_groups, "percent", json_coefficient(&a->percent),
        "cohen_kappa", json_coefficient(&a->kappa), "krippendorff_alpha",
        json_coefficient(&a->alpha), "gwet_ac1", json_coefficient(&a->ac1));
}

static json_t *json_counts(const struct sit_agreement_report *report,
                           const struct sit_agreement_pair *pair)
{
    size_t n = report->classes.n;
    json_t *rows = json_array();
    for (size_t r = 0; r < n; r++) {
        json_t *row = json_array();
        for (size_t c = 0; c < n; c++)
            json_array_append_new(row,
                                  json_integer((json_int_t)pair->counts[r * n + c]));
        json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *json_pair(const struct sit_agreement_report *report,
                         const struct sit_agreement_pair *pair)
{
    return json_pack("{s:[o, o], s:I, s:o, s:o}", "annotators",
                     json_safe_text(report->annotators[pair->first].name),
                     json_safe_text(report->annotators[pair->second].name), "n_faces",
                     (json_int_t)pair->n_faces, "agreement",
                     pair->n_faces > 0 ? json_agreement(&pair->agreement) : json_null(),
                     "confusion", json_counts(report, pair));
}

static json_t *json_annotator(const struct sit_agreement_annotator *a)
{
    struct sit_interval none = {NAN, NAN};
    return json_pack("{s:o, s:I, s:{s:I, s:I, s:o}}", "name", json_safe_text(a->name),
                     "labels", (json_int_t)a->n_labels, "retest", "n",
                     (json_int_t)a->n_retested, "same", (json_int_t)a->n_same, "ci95",
                     json_interval_or_null(a->n_retested > 0 ? a->same_ci95 : none));
}

static int print_json(const struct sit_agreement_report *report)
{
    json_t *annotators = json_array(), *pairs = json_array(), *classes = json_array();
    for (size_t i = 0; i < report->n_annotators; i++)
        json_array_append_new(annotators, json_annotator(&report->annotators[i]));
    for (size_t i = 0; i < report->n_pairs; i++)
        json_array_append_new(pairs, json_pair(report, &report->pairs[i]));
    for (size_t i = 0; i < report->classes.n; i++)
        json_array_append_new(classes, json_safe_text(report->classes.items[i].key));
    return json_out(json_pack(
        "{s:o, s:o, s:I, s:o, s:o}", "classes", classes, "annotators", annotators,
        "labels_left_out", (json_int_t)report->n_seen, "all",
        report->has_all ? json_agreement(&report->all) : json_null(), "pairs", pairs));
}

static int run(struct cli *cli)
{
    struct sit_agreement_report report = {0};
    struct sit_project *project = NULL;
    struct sit_error err;
    int code = cli_open(cli, SIT_PROJECT_READ, &project);
    if (code != CLI_DONE)
        return code;
    struct cli_progress progress;
    cli_progress_begin(&progress, cli, "comparing labels");
    enum sit_status status = sit_agreement_run(project, cli_flag(cli, "all"),
                                               SIT_BOOTSTRAP_REPLICATES,
                                               &progress.progress, &report, &err);
    cli_progress_end(&progress);
    if (status != SIT_OK)
        code = cli_fail(&err);
    else
        code = cli_flag(cli, "json") ? print_json(&report) : print_text(&report);
    sit_agreement_report_release(&report);
    sit_project_close(project);
    return code;
}

static const struct cli_option options_table[] = {
    {"all", NULL, "count labels too that were given seeing another's"},
    {"json", NULL, "as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_agreement = {
    .name = "agreement",
    .arguments = "",
    .summary = "how far annotators agree, with each other and with themselves",
    .text =
        "Percent agreement, Cohen's kappa (of two), Krippendorff's alpha and Gwet's "
        "AC1\n"
        "(which does not fall when nearly all faces are of one class), each with a "
        "95 %\n"
        "interval from drawing whole sources; for all annotators and for each pair, "
        "with\n"
        "the table of who said what. A label counts where it was given without seeing\n"
        "others': the first of its face, those on overlap faces, those of blind "
        "reviews.\n"
        "Faces that came again (label --retest) tell how far somebody agrees with "
        "their\nown labels. Labels of files and adjudications do not count.",
    .options = options_table,
    .run = run,
};
