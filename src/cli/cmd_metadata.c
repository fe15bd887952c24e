/*
 * sitter metadata import, export: what is known about the sources.
 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "json_out.h"
#include "sitter/file.h"
#include "sitter/metadata.h"

static int print_json(const struct sit_metadata_result *result)
{
    return json_out(json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "rows", (json_int_t)result->n_rows,
        "new", (json_int_t)result->n_new, "changed", (json_int_t)result->n_changed,
        "unchanged", (json_int_t)result->n_unchanged, "without_faces",
        (json_int_t)result->n_without_faces, "year_unknown",
        (json_int_t)result->n_year_unknown, "year_decade_only",
        (json_int_t)result->n_decades, "year_not_understood",
        (json_int_t)result->n_not_understood));
}

static int print_text(const struct sit_metadata_result *result)
{
    printf("%zu source%s: %zu new, %zu changed, %zu as before\n", result->n_rows,
           cli_plural(result->n_rows), result->n_new, result->n_changed,
           result->n_unchanged);
    if (result->n_without_faces > 0)
        printf("%zu of them without a face in the project: kept\n",
               result->n_without_faces);
    size_t n_without = result->n_year_unknown + result->n_not_understood;
    if (n_without + result->n_decades > 0)
        printf("years: %zu unknown, %zu known to the decade\n", n_without,
               result->n_decades);
    return cli_finish_stdout();
}

static int run_import(struct cli *cli)
{
    struct sit_metadata_options options = {0};
    struct sit_metadata_result result;
    struct sit_project *project = NULL;
    struct sit_error err;
    for (int c = 0; c < SIT_METADATA_N_COLUMNS; c++)
        options.columns[c] = cli_value(
            cli, sit_metadata_column_name((enum sit_metadata_column)c));
    int code = cli_open(cli, SIT_PROJECT_WRITE, &project);
    if (code != CLI_DONE)
        return code;
    struct sit_notes notes = cli_notes(cli);
    struct cli_progress progress;
    cli_progress_begin(&progress, cli, "rows");
    enum sit_status status = sit_metadata_import(project, cli->arguments[0], &options,
                                                 &notes, &progress.progress, &result,
                                                 &err);
    cli_progress_end(&progress);
    sit_project_close(project);
    if (status != SIT_OK)
        return cli_fail(&err);
    return cli_flag(cli, "json") ? print_json(&result) : print_text(&result);
}

static const struct cli_option import_options[] = {
    {"id", "COLUMN", "the column that names the source (default: id, source)"},
    {"title", "COLUMN", "(default: title)"},
    {"artist", "COLUMN", "(default: artist)"},
    {"year", "COLUMN", "(default: year)"},
    {"keywords", "COLUMN",
     "divided by ';', or the column repeated (default: keywords)"},
    {"description", "COLUMN", "(default: description)"},
    {"json", NULL, "the counts as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_metadata_import = {
    .name = "metadata import",
    .arguments = "FILE.csv",
    .min_arguments = 1,
    .max_arguments = 1,
    .summary = "title, artist, year, keywords and more of the sources",
    .text =
        "One row a source, columns in any order, UTF-8. Further columns are kept as\n"
        "fields. Columns that the file has replace what is known, an empty cell\n"
        "meaning unknown; importing again updates. Years: 1986, ca. 1975, 1950s,\n"
        "1971-05-01, Juche 75, n.d.; what is not understood is listed and stays\n"
        "unknown.",
    .options = import_options,
    .run = run_import,
};

static int run_export(struct cli *cli)
{
    const char *path = cli_value(cli, "out");
    struct sit_project *project = NULL;
    struct sit_buf out = {0};
    struct sit_error err;
    size_t n_sources = 0;
    if (path != NULL && cli_check_out(cli, path) != CLI_DONE)
        return CLI_FAILED;
    int code = cli_open(cli, SIT_PROJECT_READ, &project);
    if (code != CLI_DONE)
        return code;
    enum sit_status status = sit_metadata_export(project, &out, &n_sources, &err);
    sit_project_close(project);
    if (status == SIT_OK && path != NULL)
        status = sit_file_write_atomic(path, out.data, out.n_bytes, &err);
    if (status != SIT_OK) {
        code = cli_fail(&err);
    } else if (path != NULL) {
        cli_say(cli, "metadata of %zu source%s in '%s'", n_sources,
                cli_plural(n_sources), path);
    } else {
        fwrite(out.data, 1, out.n_bytes, stdout);
        code = cli_finish_stdout();
    }
    sit_buf_release(&out);
    return code;
}

static const struct cli_option export_options[] = {
    {"out", "FILE", "write there (default: standard output)"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_metadata_export = {
    .name = "metadata export",
    .arguments = "",
    .summary = "the sources' metadata as CSV, as metadata import reads it",
    .text =
        "Years as they were written. Text that a spreadsheet would take for a formula\n"
        "has a ' in front, which importing takes off again.",
    .options = export_options,
    .run = run_export,
};
