/*
 * sitter features extract, import, export: feature sets of the faces in and out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "json_out.h"
#include "sitter/feature_job.h"

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

/* Options that only one model takes; CLI_DONE, or CLI_USAGE after a message. */
static int check_model_options(const struct cli *cli, const char *model)
{
    static const char *const of_vggface[] = {"weights", "preprocess", "memory"};
    const char *preprocess = cli_value(cli, "preprocess");
    if (strcmp(model, "vggface") == 0) {
        if (cli_value(cli, "weights") == NULL)
            return cli_usage_error("features extract: --model vggface needs --weights "
                                   "(docs/weights.md tells where they are)");
        if (preprocess != NULL && strcmp(preprocess, "raw") != 0 &&
            strcmp(preprocess, "v1") != 0)
            return cli_usage_error("features extract: --preprocess is 'raw' or 'v1', "
                                   "not '%s'",
                                   preprocess);
        return CLI_DONE;
    }
    if (strcmp(model, "hog") != 0)
        return cli_usage_error(
            "features extract: --model is 'hog' or 'vggface', not '%s'", model);
    for (size_t i = 0; i < sizeof of_vggface / sizeof of_vggface[0]; i++)
        if (cli_value(cli, of_vggface[i]) != NULL)
            return cli_usage_error("features extract: --%s is for --model vggface",
                                   of_vggface[i]);
    return CLI_DONE;
}

static int run_extract(struct cli *cli)
{
    enum { MIB = 1024 * 1024, MAX_BATCH = 4096, MAX_JOBS = 256 };
    const char *model = cli_value(cli, "model");
    if (model == NULL)
        model = "hog";
    if (check_model_options(cli, model) != CLI_DONE)
        return CLI_USAGE;
    const char *set = cli_value(cli, "set") != NULL ? cli_value(cli, "set") : model;
    struct sit_extract_options options = {.model = model,
                                          .set_name = set,
                                          .weights_path = cli_value(cli, "weights"),
                                          .preprocess = cli_value(cli, "preprocess")};
    size_t memory_mib = 0;
    if (!cli_size(cli, "limit", 1, SIZE_MAX, &options.limit) ||
        !cli_size(cli, "batch", 1, MAX_BATCH, &options.batch) ||
        !cli_size(cli, "jobs", 1, MAX_JOBS, &options.n_jobs) ||
        !cli_size(cli, "memory", 1, SIZE_MAX / MIB, &memory_mib))
        return CLI_USAGE;
    options.max_bytes = memory_mib * MIB;
    struct sit_project *project = NULL;
    struct sit_feature_result result;
    struct sit_error err;
    int code = cli_open(cli, SIT_PROJECT_WRITE, &project);
    if (code != CLI_DONE)
        return code;
    struct sit_notes notes = cli_notes(cli);
    struct cli_progress progress;
    cli_progress_begin(&progress, cli, "features");
    enum sit_status status = sit_features_extract(project, &options, &notes,
                                                  &progress.progress, &result, &err);
    cli_progress_end(&progress);
    sit_project_close(project);
    return finish(cli, status, set, &result, &err);
}

static const struct cli_option extract_options[] = {
    {"model", "MODEL", "hog (default; built in, needs no weights) or vggface"},
    {"set", "NAME", "the set's name (default: the model's)"},
    {"weights", "PATH", "vggface: Keras HDF5 file, or folder of .npy files"},
    {"preprocess", "HOW", "vggface: raw (default): 0 to 255; v1: less the mean face"},
    {"batch", "N", "faces computed and stored together (256; vggface 8)"},
    {"memory", "MIB", "vggface: ceiling on memory (default 1024)"},
    {"jobs", "N", "threads (default: one a processor)"},
    {"limit", "N", "at most so many faces in this run"},
    {"json", NULL, "the counts as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_features_extract = {
    .name = "features extract",
    .arguments = "",
    .summary = "compute features from the pictures",
    .text =
        "Faces that have features in the set already are left alone. Each batch is\n"
        "stored when it is computed; an interrupted run is gone on with. A set takes\n"
        "only what was made alike: model, preprocessing and the weights' SHA-256.",
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
    struct cli_progress progress;
    cli_progress_begin(&progress, cli, "export");
    enum sit_status status = sit_features_export(project, cli_value(cli, "set"), out,
                                                 names, cli_value(cli, "order"),
                                                 &progress.progress, &n_faces, &err);
    cli_progress_end(&progress);
    if (status != SIT_OK)
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
    {"order", "FILE", "a names file: only these rows, in its order and words"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_features_export = {
    .name = "features export",
    .arguments = "",
    .summary = "a feature set as .npy and names",
    .text =
        "The very bits that were imported or computed, in the order of the faces'\n"
        "import; with --order and the names file of an import, in that file's order.",
    .options = export_options,
    .run = run_export,
};
