/*
 * sitter export, sitter labels import: labels and heads to other programs, labels from
 * them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "json_out.h"
#include "keras_out.h"
#include "sitter/export.h"

static int export_folder(const struct cli *cli, struct sit_project *project)
{
    const char *out = cli_value(cli, "out");
    size_t n_faces = 0;
    struct sit_error err;
    if (sit_export_imagefolder(project, out, &n_faces, &err) != SIT_OK)
        return cli_fail(&err);
    cli_say(cli, "%zu labelled faces in '%s'", n_faces, out);
    return CLI_DONE;
}

/* Whose predictions they are, where that may surprise. */
static int say_predictions(const struct cli *cli, struct sit_project *project)
{
    struct sit_model newest = {0};
    struct sit_error err;
    int64_t predicting = 0;
    enum sit_status status = sit_project_predicting_model(project, &predicting, &err);
    if (status == SIT_OK)
        status = sit_project_model(project, 0, &newest, &err);
    if (status == SIT_OK && predicting == 0)
        cli_say(cli, "without predictions: no model has made any (sitter predict)");
    else if (status == SIT_OK && predicting != newest.id)
        cli_say(
            cli,
            "the predictions are model %lld's; model %lld has made none yet (sitter "
            "predict)",
            (long long)predicting, (long long)newest.id);
    free(newest.options);
    free(newest.report);
    return status == SIT_OK || status == SIT_E_NOT_FOUND ? CLI_DONE : cli_fail(&err);
}

/* A model that was asked for must be there. */
static int check_model(struct sit_project *project, size_t model_id)
{
    struct sit_model model = {0};
    struct sit_error err;
    if (model_id == 0)
        return CLI_DONE;
    enum sit_status status = sit_project_model(project, (int64_t)model_id, &model,
                                               &err);
    free(model.options);
    free(model.report);
    return status == SIT_OK ? CLI_DONE : cli_fail(&err);
}

static int export_rows(const struct cli *cli, struct sit_project *project, bool csv,
                       size_t model_id)
{
    const char *out = cli_value(cli, "out");
    if (cli_check_out(cli, out) != CLI_DONE)
        return CLI_FAILED;
    struct sit_buf text = {0};
    struct sit_error err;
    enum sit_status status =
        csv ? sit_export_csv(project, (int64_t)model_id, &text, &err)
            : sit_export_jsonl(project, (int64_t)model_id, &text, &err);
    if (status == SIT_OK && out != NULL)
        status = sit_file_write_atomic(out, sit_buf_text(&text), text.n_bytes, &err);
    int code = status == SIT_OK ? CLI_DONE : cli_fail(&err);
    if (code == CLI_DONE && out == NULL)
        code = cli_write_stdout(sit_buf_text(&text), text.n_bytes);
    else if (code == CLI_DONE)
        cli_say(cli, "every face's label and prediction in '%s'", out);
    if (code == CLI_DONE && model_id == 0)
        code = say_predictions(cli, project);
    sit_buf_release(&text);
    return code;
}

static int export_keras(const struct cli *cli, struct sit_project *project,
                        size_t model_id)
{
    const char *out = cli_value(cli, "out");
    struct sit_keras_outputs outputs;
    struct sit_error err;
    if (cli_check_out(cli, out) != CLI_DONE)
        return CLI_FAILED;
    if (sit_keras_export(project, (int64_t)model_id, out, &outputs, &err) != SIT_OK)
        return cli_fail(&err);
    cli_say(cli, "model %lld for Keras in '%s'", (long long)outputs.model_id, out);
    cli_say_keras_outputs(cli, &outputs);
    return CLI_DONE;
}

static int run_export(struct cli *cli)
{
    const char *format = cli_value(cli, "format");
    if (format == NULL)
        format = "csv";
    bool csv = strcmp(format, "csv") == 0, jsonl = strcmp(format, "jsonl") == 0;
    bool folder = strcmp(format, "imagefolder") == 0;
    bool keras = strcmp(format, "keras") == 0;
    size_t model_id = 0;
    if (!csv && !jsonl && !folder && !keras)
        return cli_usage_error(
            "export: --format is 'csv', 'jsonl', 'imagefolder' or 'keras', not '%s'",
            format);
    if (folder && cli_value(cli, "out") == NULL)
        return cli_usage_error("export: imagefolder needs --out FOLDER");
    if (keras && cli_value(cli, "out") == NULL)
        return cli_usage_error("export: keras needs --out FILE");
    if (!cli_size(cli, "model", 1, INT64_MAX, &model_id))
        return CLI_USAGE;
    struct sit_project *project = NULL;
    int code = cli_open(cli, SIT_PROJECT_READ, &project);
    if (code != CLI_DONE)
        return code;
    code = check_model(project, model_id);
    if (code == CLI_DONE)
        code = folder  ? export_folder(cli, project)
               : keras ? export_keras(cli, project, model_id)
                       : export_rows(cli, project, csv, model_id);
    sit_project_close(project);
    return code;
}

static const struct cli_option export_options[] = {
    {"format", "FORMAT", "csv (default), jsonl, imagefolder, or keras: a head"},
    {"out", "PATH", "file or folder (default for csv and jsonl: standard output)"},
    {"model", "ID",
     "whose predictions (default: the newest that has any); keras: which head"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_export = {
    .name = "export",
    .arguments = "",
    .summary = "labels and predictions as CSV, JSON lines or folders; heads",
    .options = export_options,
    .run = run_export,
};

static int run_import(struct cli *cli)
{
    struct sit_project *project = NULL;
    struct sit_labels_import_result result;
    struct sit_error err;
    int code = cli_open(cli, SIT_PROJECT_WRITE, &project);
    if (code != CLI_DONE)
        return code;
    struct sit_notes notes = cli_notes(cli);
    enum sit_status status = sit_labels_import(project, cli->arguments[0], &notes,
                                               &result, &err);
    sit_project_close(project);
    if (status != SIT_OK)
        return cli_fail(&err);
    if (cli_flag(cli, "json"))
        return json_out(json_pack(
            "{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "rows", (json_int_t)result.n_rows,
            "labelled", (json_int_t)result.n_labelled, "changed",
            (json_int_t)result.n_changed, "outvoted", (json_int_t)result.n_outvoted,
            "unchanged", (json_int_t)result.n_unchanged, "unlabelled",
            (json_int_t)result.n_unlabelled, "unknown", (json_int_t)result.n_unknown));
    printf("%zu row%s: %zu label%s written", result.n_rows, cli_plural(result.n_rows),
           result.n_labelled, cli_plural(result.n_labelled));
    if (result.n_changed > 0)
        printf(" (%zu in place of another)", result.n_changed);
    printf(", %zu there already, %zu row%s without a label", result.n_unchanged,
           result.n_unlabelled, cli_plural(result.n_unlabelled));
    if (result.n_unknown > 0)
        printf(", %zu without a face", result.n_unknown);
    printf("\n");
    if (result.n_outvoted > 0)
        printf("%zu of them do not count: persons have said otherwise (a column "
               "annotator\nsays whose label it is; sitter adjudicate decides)\n",
               result.n_outvoted);
    return cli_finish_stdout();
}

static const struct cli_option import_options[] = {
    {"json", NULL, "the counts as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_labels_import = {
    .name = "labels import",
    .arguments = "FILE",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "labels from a CSV or JSON lines file",
    .text =
        "Needs the columns (or fields) face and label; annotator and labelled_at are\n"
        "taken where present. What sitter export writes can be read. A label in the\n"
        "file replaces another one of the same annotator; one that names nobody "
        "counts\n"
        "where no person has labelled the face. All rows are checked before any label\n"
        "is written.",
    .options = import_options,
    .run = run_import,
};
