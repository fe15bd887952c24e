/*
 * sitter import: face pictures into the project.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "json_out.h"
#include "sitter/import.h"

static int parse_options(const struct cli *cli, struct sit_import_options *options)
{
    options->source_pattern = cli_value(cli, "source-pattern");
    const char *unit = cli_value(cli, "split-unit");
    if (unit != NULL && strcmp(unit, "source") != 0 && strcmp(unit, "face") != 0)
        return cli_usage_error("import: --split-unit is 'source' or 'face', not '%s'",
                               unit);
    options->split_unit_given = unit != NULL;
    options->split_unit = unit != NULL && strcmp(unit, "face") == 0
                              ? SIT_SPLIT_BY_FACE
                              : SIT_SPLIT_BY_SOURCE;
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

/* How the collection stands after it. */
static int print_split(struct cli *cli)
{
    struct sit_project *project = NULL;
    struct sit_face_table table = {0};
    struct sit_error err;
    size_t n_test = 0;
    int code = cli_open(cli, SIT_PROJECT_READ, &project);
    if (code != CLI_DONE)
        return code;
    if (sit_face_table_load(project, &table, &err) != SIT_OK)
        code = cli_fail(&err);
    for (size_t i = 0; i < table.n; i++)
        n_test += table.split[i] == SIT_TEST;
    if (code == CLI_DONE) {
        printf("the project has %zu face%s of %zu source%s: %zu train, %zu test\n",
               table.n, cli_plural(table.n), table.n_sources,
               cli_plural(table.n_sources), table.n - n_test, n_test);
        code = cli_finish_stdout();
        cli_say_next(cli, "features extract, label");
    }
    sit_face_table_release(&table);
    sit_project_close(project);
    return code;
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
    for (size_t i = 0; i < cli->n_arguments; i++) {
        if (access(cli->arguments[i], R_OK) != 0) {
            sit_error_set_errno(&err, SIT_E_IO, "cannot open '%s'", cli->arguments[i]);
            return cli_fail(&err);
        }
    }
    bool is_new = access(cli->db, F_OK) != 0;
    if (is_new) {
        struct sit_class_list classes;
        sit_class_list_default(&classes);
        if (sit_project_create(cli->db, &classes, &err) != SIT_OK)
            return cli_fail(&err);
        cli_say(cli, "made '%s'", cli->db);
    }
    code = cli_open(cli, SIT_PROJECT_WRITE, &project);
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
    if (nothing && is_new)
        unlink(cli->db); /* nobody asked for an empty project */
    if (status == SIT_E_CANCELLED) {
        print_text(&result);
        cli_finish_stdout();
        cli_say(cli, "interrupted; what is imported stays, run it again to go on");
        return CLI_FAILED;
    }
    if (status != SIT_OK)
        return cli_fail(&err);
    code = print_result(cli, &result);
    if (nothing) {
        sit_error_set(&err, SIT_E_NOT_FOUND, "no picture was imported");
        return cli_fail(&err);
    }
    if (code == CLI_DONE && !cli_flag(cli, "json"))
        code = print_split(cli);
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
