/*
 * sitter features extract, import, list, export: feature sets of the faces.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "json_out.h"
#include "sitter/feature_job.h"

static json_t *provenance_object(const char *text)
{
    json_t *object = json_loads(text != NULL ? text : "", 0, NULL);
    return object != NULL ? object : json_null();
}

static int print_result(struct cli *cli, const char *set,
                        const struct sit_feature_result *result)
{
    if (cli_flag(cli, "json"))
        return json_out(json_pack(
            "{s:o, s:I, s:I, s:I, s:I, s:I, s:I}", "set", json_safe_text(set), "dim",
            (json_int_t)result->dim, "rows", (json_int_t)result->n_rows, "stored",
            (json_int_t)result->n_stored, "unknown", (json_int_t)result->n_unknown,
            "failed", (json_int_t)result->n_failed, "missing",
            (json_int_t)result->n_missing));
    printf("feature set ");
    cli_put_safe(set);
    if (result->n_stored == 0 && result->n_failed == 0)
        printf(": every face has its vector already");
    else
        printf(": %zu vector%s of %zu stored", result->n_stored,
               cli_plural(result->n_stored), result->dim);
    if (result->n_unknown > 0)
        printf(", %zu row%s without a face", result->n_unknown,
               cli_plural(result->n_unknown));
    if (result->n_failed > 0)
        printf(", %zu picture%s unreadable", result->n_failed,
               cli_plural(result->n_failed));
    if (result->n_missing > 0)
        printf(", %zu face%s still without", result->n_missing,
               cli_plural(result->n_missing));
    printf("\n");
    return cli_finish_stdout();
}

static int finish(struct cli *cli, enum sit_status status, const char *set,
                  const struct sit_feature_result *result, const struct sit_error *err)
{
    if (status != SIT_OK)
        return cli_fail(err);
    int code = print_result(cli, set, result);
    if (code == CLI_DONE)
        cli_say_next(cli, "label, train");
    return code;
}

/*
 * extract
 */

static int run_extract(struct cli *cli)
{
    const char *model = cli_value(cli, "model");
    if (model == NULL)
        model = "hog";
    if (strcmp(model, "hog") != 0)
        return cli_usage_error("features extract: --model is 'hog', not '%s'", model);
    const char *set = cli_value(cli, "set") != NULL ? cli_value(cli, "set") : model;
    size_t limit = 0;
    if (!cli_size(cli, "limit", 1, SIZE_MAX, &limit))
        return CLI_USAGE;
    struct sit_project *project = NULL;
    struct sit_feature_result result;
    struct sit_error err;
    int code = cli_open(cli, SIT_PROJECT_WRITE, &project);
    if (code != CLI_DONE)
        return code;
    struct sit_notes notes = cli_notes(cli);
    struct cli_progress progress;
    cli_progress_begin(&progress, cli, "features");
    enum sit_status status = sit_features_extract_hog(
        project, set, limit, &notes, &progress.progress, &result, &err);
    cli_progress_end(&progress);
    sit_project_close(project);
    return finish(cli, status, set, &result, &err);
}

static const struct cli_option extract_options[] = {
    {"model", "MODEL", "hog (default): built in, needs no weights"},
    {"set", "NAME", "the set's name (default: the model's)"},
    {"limit", "N", "at most so many faces in this run"},
    {"json", NULL, "the counts as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_features_extract = {
    .name = "features extract",
    .arguments = "",
    .summary = "compute features from the pictures",
    .text = "Faces that have features in the set already are left alone; an "
            "interrupted run\n"
            "is gone on with.",
    .options = extract_options,
    .run = run_extract,
};

/*
 * import
 */

static int run_import(struct cli *cli)
{
    const char *set = cli_value(cli, "set"), *names = cli_value(cli, "names");
    if (set == NULL || names == NULL)
        return cli_usage_error("features import: needs --set NAME and --names FILE");
    struct sit_project *project = NULL;
    struct sit_feature_result result;
    struct sit_error err;
    int code = cli_open(cli, SIT_PROJECT_WRITE, &project);
    if (code != CLI_DONE)
        return code;
    struct sit_notes notes = cli_notes(cli);
    struct cli_progress progress;
    cli_progress_begin(&progress, cli, "features");
    enum sit_status status = sit_features_import(project, cli->arguments[0], names, set,
                                                 &notes, &progress.progress, &result,
                                                 &err);
    cli_progress_end(&progress);
    sit_project_close(project);
    return finish(cli, status, set, &result, &err);
}

static const struct cli_option import_options[] = {
    {"set", "NAME", "the set's name"},
    {"names", "FILE", "text file, the face's name of each row on a line"},
    {"json", NULL, "the counts as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_features_import = {
    .name = "features import",
    .arguments = "FILE.npy",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "features from a .npy file, by names",
    .text =
        "Row i belongs to the face named on line i; leading folders and the ending "
        "may\n"
        "differ. float16, float32 and float64 in C or Fortran order. All is checked\n"
        "before anything is stored.",
    .options = import_options,
    .run = run_import,
};

/*
 * list
 */

static int print_sets(const struct cli *cli, const struct sit_feature_set *sets,
                      size_t n)
{
    if (cli_flag(cli, "json")) {
        json_t *list = json_array();
        for (size_t i = 0; i < n; i++)
            json_array_append_new(list,
                                  json_pack("{s:o, s:I, s:I, s:o, s:o}", "name",
                                            json_safe_text(sets[i].name), "dim",
                                            (json_int_t)sets[i].dim, "faces",
                                            (json_int_t)sets[i].n_faces, "model",
                                            json_safe_text(sets[i].model), "provenance",
                                            provenance_object(sets[i].provenance)));
        return json_out(list);
    }
    for (size_t i = 0; i < n; i++) {
        cli_put_safe(sets[i].name);
        printf("  %zu faces x %zu  ", sets[i].n_faces, sets[i].dim);
        cli_put_safe(sets[i].model);
        printf(" ");
        cli_put_safe(sets[i].provenance);
        printf("\n");
    }
    if (n == 0)
        cli_say(cli, "no features yet (sitter features extract or import)");
    return cli_finish_stdout();
}

static int run_list(struct cli *cli)
{
    struct sit_project *project = NULL;
    struct sit_feature_set *sets = NULL;
    size_t n = 0;
    struct sit_error err;
    int code = cli_open(cli, SIT_PROJECT_READ, &project);
    if (code != CLI_DONE)
        return code;
    if (sit_project_feature_sets(project, &sets, &n, &err) != SIT_OK)
        code = cli_fail(&err);
    else
        code = print_sets(cli, sets, n);
    sit_feature_sets_release(sets, n);
    sit_project_close(project);
    return code;
}

static const struct cli_option list_options[] = {
    {"json", NULL, "as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_features_list = {
    .name = "features list",
    .arguments = "",
    .summary = "the feature sets of the project",
    .options = list_options,
    .run = run_list,
};

/*
 * export
 */

static int run_export(struct cli *cli)
{
    const char *out = cli_value(cli, "out"), *names = cli_value(cli, "names");
    if (out == NULL || names == NULL)
        return cli_usage_error(
            "features export: needs --out FILE.npy and --names FILE");
    if (strcmp(out, names) == 0)
        return cli_usage_error("features export: --out and --names are the same file");
    if (cli_check_out(cli, out) != CLI_DONE || cli_check_out(cli, names) != CLI_DONE)
        return CLI_FAILED;
    struct sit_project *project = NULL;
    size_t n_faces = 0;
    struct sit_error err;
    int code = cli_open(cli, SIT_PROJECT_READ, &project);
    if (code != CLI_DONE)
        return code;
    if (sit_features_export(project, cli_value(cli, "set"), out, names, &n_faces,
                            &err) != SIT_OK)
        code = cli_fail(&err);
    else
        cli_say(cli, "%zu vectors in '%s', their names in '%s'", n_faces, out, names);
    sit_project_close(project);
    return code;
}

static const struct cli_option export_options[] = {
    {"set", "NAME", "which set (default: the newest)"},
    {"out", "FILE.npy", "float32, a row a face"},
    {"names", "FILE", "the face's name of each row"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_features_export = {
    .name = "features export",
    .arguments = "",
    .summary = "a feature set as .npy and names",
    .options = export_options,
    .run = run_export,
};
