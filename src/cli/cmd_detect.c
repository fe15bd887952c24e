/*
 * sitter detect: posters into aligned faces.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "json_out.h"
#include "sitter/detect_job.h"
#include "split_out.h"

static int parse_options(const struct cli *cli, struct sit_detect_options *options)
{
    sit_detect_options_init(options);
    if (split_unit_option(cli, &options->split_unit_given, &options->split_unit) !=
        CLI_DONE)
        return CLI_USAGE;
    options->landmarks = cli_value(cli, "landmarks");
    bool fine = cli_double(cli, "upscale", 0.1, 20.0, &options->upscale) &&
                cli_size(cli, "size", 16, 2048, &options->size_px) &&
                cli_double(cli, "min-score", -5.0, 100.0, &options->min_score) &&
                cli_double(cli, "margin", 0.0, 10.0, &options->margin) &&
                cli_size(cli, "jobs", 1, 64, &options->n_jobs);
    return fine ? CLI_DONE : CLI_USAGE;
}

static void print_text(const struct sit_detect_result *result)
{
    printf("%zu poster%s: %zu searched, %zu known, %zu duplicate%s", result->n_posters,
           cli_plural(result->n_posters), result->n_searched, result->n_known,
           result->n_duplicates, cli_plural(result->n_duplicates));
    if (result->n_changed > 0)
        printf(", %zu changed", result->n_changed);
    if (result->n_failed > 0)
        printf(", %zu left out", result->n_failed);
    printf("\n%zu new face%s", result->n_faces, cli_plural(result->n_faces));
    if (result->n_without_faces > 0)
        printf("; %zu poster%s without faces", result->n_without_faces,
               cli_plural(result->n_without_faces));
    printf("\n");
    if (result->n_ignored > 0)
        printf("%zu other file%s ignored\n", result->n_ignored,
               cli_plural(result->n_ignored));
}

static int print_result(const struct cli *cli, const struct sit_detect_result *result)
{
    if (!cli_flag(cli, "json")) {
        print_text(result);
        return cli_finish_stdout();
    }
    return json_out(json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "posters",
        (json_int_t)result->n_posters, "searched", (json_int_t)result->n_searched,
        "without_faces", (json_int_t)result->n_without_faces, "faces",
        (json_int_t)result->n_faces, "known", (json_int_t)result->n_known, "duplicates",
        (json_int_t)result->n_duplicates, "changed", (json_int_t)result->n_changed,
        "failed", (json_int_t)result->n_failed, "ignored",
        (json_int_t)result->n_ignored, "aligned", result->aligned));
}

static int finish(struct cli *cli, enum sit_status status,
                  const struct sit_detect_result *result, const struct sit_error *cause)
{
    struct sit_error err;
    if (status == SIT_E_CANCELLED) {
        print_result(cli, result);
        cli_say(cli, result->n_searched + result->n_known > 0
                         ? "interrupted; what is done stays, run it again to go on"
                         : "interrupted before the first poster was done");
        return CLI_FAILED;
    }
    if (status != SIT_OK)
        return cli_fail(cause);
    if (result->n_posters == 0)
        return cli_fail_without_pictures(cli);
    int code = print_result(cli, result);
    if (result->n_searched + result->n_known + result->n_duplicates == 0) {
        sit_error_set(&err, SIT_E_NOT_FOUND, "no poster was searched");
        return cli_fail(&err);
    }
    if (result->n_searched > 0 && result->n_faces == 0)
        cli_say(cli, "no new face: a new project (--db FILE) with a lower --min-score, "
                     "such as -0.5, or a larger --upscale may find more");
    if (code == CLI_DONE && !cli_flag(cli, "json"))
        code = split_out(cli, "features extract, label");
    return code;
}

/* Before a project is made for nothing. */
static int check_landmarks(const char *path)
{
    struct sit_error err;
    if (path == NULL || strcmp(path, "none") == 0 || access(path, R_OK) == 0)
        return CLI_DONE;
    sit_error_set_errno(&err, SIT_E_IO, "cannot open '%s' for --landmarks", path);
    return cli_fail(&err);
}

static int run(struct cli *cli)
{
    struct sit_detect_options options;
    struct sit_detect_result result = {0};
    struct sit_project *project = NULL;
    struct sit_error err;
    bool is_new = false;
    int code = parse_options(cli, &options);
    if (code == CLI_DONE)
        code = cli_check_paths(cli);
    if (code == CLI_DONE)
        code = check_landmarks(options.landmarks);
    if (code == CLI_DONE)
        code = cli_open_or_make(cli, &project, &is_new);
    if (code != CLI_DONE)
        return code;
    struct sit_notes notes = cli_notes(cli);
    struct cli_progress progress;
    cli_progress_begin(&progress, cli, "searching");
    enum sit_status status = sit_detect_paths(
        project, (const char *const *)cli->arguments, cli->n_arguments, &options,
        &notes, &progress.progress, &result, &err);
    cli_progress_end(&progress);
    sit_project_close(project);
    cli_keep_new(cli, is_new, result.n_searched == 0);
    return finish(cli, status, &result, &err);
}

static const struct cli_option options[] = {
    {"upscale", "X", "posters are enlarged by this first (default: 2.5)"},
    {"size", "N", "pixels of a face, a side (default: 224)"},
    {"min-score", "S", "dlib's confidence, at least (default: 0; lower finds more)"},
    {"landmarks", "FILE",
     "dlib's 68-point model (default: that of libdlib-data), or none"},
    {"margin", "M", "around faces without landmarks, in box sides (default: 0.4)"},
    {"split-unit", "UNIT", "source (default) or face; fixed by the first import"},
    {"jobs", "N", "searching threads (default: one a core)"},
    {"json", NULL, "the counts as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_detect = {
    .name = "detect",
    .arguments = "PATH...",
    .min_arguments = 1,
    .max_arguments = SIZE_MAX,
    .summary = "posters into the project as aligned faces",
    .text =
        "PATH is a poster or a folder of posters, searched with its subfolders. A\n"
        "poster's name is its file's without the ending; it is the source of the "
        "faces\n"
        "NAME_0, NAME_1, ... that are found on it, by falling score. Searching again\n"
        "does only what is new; one poster that cannot be read is noted, and the rest\n"
        "goes on.",
    .options = options,
    .run = run,
};
