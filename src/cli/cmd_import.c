/*
 * sitter import: face pictures into the project.
 */
#include <jansson.h>
#include <stdio.h>

#include "commands.h"
#include "json_out.h"
#include "split_out.h"
#include "sitter/import.h"

static int parse_options(const struct cli *cli, struct sit_import_options *options)
{
    options->source_pattern = cli_value(cli, "source-pattern");
    if (split_unit_option(cli, &options->split_unit_given, &options->split_unit) !=
        CLI_DONE)
        return CLI_USAGE;
    return cli_size(cli, "jobs", 1, 64, &options->n_jobs) ? CLI_DONE : CLI_USAGE;
}

static void print_text(const struct sit_import_result *result)
{
    printf("%zu picture%s: %zu new, %zu known, %zu duplicate%s", result->n_pictures,
           cli_plural(result->n_pictures), result->n_added, result->n_known,
           result->n_duplicates, cli_plural(result->n_duplicates));
    if (result->n_failed > 0)
        printf(", %zu left out", result->n_failed);
    printf("\n");
    if (result->n_labelled > 0)
        printf("%zu label%s taken from folders\n", result->n_labelled,
               cli_plural(result->n_labelled));
    if (result->n_conflicts > 0)
        printf("%zu face%s labelled otherwise in the project: that label stays\n",
               result->n_conflicts, result->n_conflicts == 1 ? " is" : "s are");
    if (result->n_ignored > 0)
        printf("%zu other file%s ignored\n", result->n_ignored,
               cli_plural(result->n_ignored));
}

static int print_result(const struct cli *cli, const struct sit_import_result *result)
{
    if (!cli_flag(cli, "json")) {
        print_text(result);
        return cli_finish_stdout();
    }
    return json_out(json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "pictures",
        (json_int_t)result->n_pictures, "added", (json_int_t)result->n_added, "known",
        (json_int_t)result->n_known, "duplicates", (json_int_t)result->n_duplicates,
        "labelled", (json_int_t)result->n_labelled, "conflicts",
        (json_int_t)result->n_conflicts, "ignored", (json_int_t)result->n_ignored,
        "failed", (json_int_t)result->n_failed));
}

static int run(struct cli *cli)
{
    struct sit_import_options options = {0};
    struct sit_import_result result = {0};
    struct sit_project *project = NULL;
    struct sit_error err;
    int code = parse_options(cli, &options);
    if (code != CLI_DONE)
        return code;
    bool is_new = false;
    code = cli_check_paths(cli);
    if (code == CLI_DONE)
        code = cli_open_or_make(cli, &project, &is_new);
    if (code != CLI_DONE)
        return code;
    struct sit_notes notes = cli_notes(cli);
    struct cli_progress progress;
    cli_progress_begin(&progress, cli, "importing");
    enum sit_status status = sit_import_paths(
        project, (const char *const *)cli->arguments, cli->n_arguments, &options,
        &notes, &progress.progress, &result, &err);
    cli_progress_end(&progress);
    sit_project_close(project);
    bool nothing = result.n_added + result.n_known + result.n_duplicates == 0;
    cli_keep_new(cli, is_new, nothing);
    if (status == SIT_E_CANCELLED) {
        print_result(cli, &result);
        cli_say(cli, "interrupted; what is imported stays, run it again to go on");
        return CLI_FAILED;
    }
    if (status != SIT_OK)
        return cli_fail(&err);
    if (result.n_pictures == 0)
        return cli_fail_without_pictures(cli);
    code = print_result(cli, &result);
    if (nothing) {
        sit_error_set(&err, SIT_E_NOT_FOUND, "no picture was imported");
        return cli_fail(&err);
    }
    if (code == CLI_DONE && !cli_flag(cli, "json"))
        code = split_out(cli, "features extract, label");
    return code;
}

static const struct cli_option options[] = {
    {"source-pattern", "REGEX",
     "its first group is the source (default: up to the last _)"},
    {"split-unit", "UNIT", "source (default) or face; fixed by the first import"},
    {"jobs", "N", "reading threads (default: one a core)"},
    {"json", NULL, "the counts as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_import = {
    .name = "import",
    .arguments = "PATH...",
    .min_arguments = 1,
    .max_arguments = SIZE_MAX,
    .summary = "face pictures into the project",
    .text =
        "PATH is a picture, a folder of pictures, a folder with train/ and test/ that\n"
        "hold a folder a class, or a folder that holds a folder a class. Every 4th\n"
        "source (in byte order) becomes test, before anything is labelled. Importing\n"
        "again adds only what is new.",
    .options = options,
    .run = run,
};
