/*
 * sitter report --html FILE, --sheet FILE, --svg DIR.
 */
#include "report_files.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sitter/chart.h"
#include "sitter/file.h"
#include "sitter/report_page.h"

typedef enum sit_status write_fn(struct sit_project *project,
                                 const struct sit_report *report,
                                 const struct sit_report_page_options *options,
                                 const char *path, const struct sit_notes *notes,
                                 const struct sit_progress *progress,
                                 struct sit_error *err);

static bool is_picture_name(const char *path)
{
    static const char *const ends[] = {".png", ".jpg", ".jpeg"};
    size_t n = strlen(path);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        size_t n_end = strlen(ends[i]);
        if (n > n_end && strcasecmp(path + n - n_end, ends[i]) == 0)
            return true;
    }
    return false;
}

int report_check_files(const struct cli *cli)
{
    const char *sheet = cli_value(cli, "sheet");
    int code = CLI_DONE;
    if (sheet != NULL && !is_picture_name(sheet))
        code = cli_usage_error("report: --sheet writes a .png, .jpg or .jpeg, not '%s'",
                               sheet);
    if (code == CLI_DONE)
        code = cli_check_out(cli, cli_value(cli, "html"));
    if (code == CLI_DONE)
        code = cli_check_out(cli, sheet);
    return code;
}

static int write_one(struct cli *cli, write_fn *write, struct sit_project *project,
                     const struct sit_report *report, const char *path)
{
    if (path == NULL)
        return CLI_DONE;
    const struct sit_report_page_options options = {.seed = 1};
    struct cli_progress progress;
    struct sit_notes notes = cli_notes(cli);
    struct sit_error err;
    cli_progress_begin(&progress, cli, "faces");
    enum sit_status status = write(project, report, &options, path, &notes,
                                   &progress.progress, &err);
    cli_progress_end(&progress);
    if (status != SIT_OK)
        return cli_fail(&err);
    cli_say(cli, "wrote '%s'; it holds pictures of faces", path);
    return CLI_DONE;
}

static enum sit_status write_chart(const struct sit_report_table *table,
                                   const char *dir, struct sit_error *err)
{
    struct sit_buf name = {0}, bytes = {0};
    sit_buf_appendf(&name, "%s.svg", table->id);
    char *path = sit_file_join(dir, sit_buf_text(&name));
    enum sit_status status = path == NULL || name.failed ? sit_error_nomem(err)
                                                         : SIT_OK;
    if (status == SIT_OK)
        status = sit_chart_svg(table, "chart", true, &bytes, err);
    if (status == SIT_OK)
        status = sit_file_write_atomic(path, bytes.data, bytes.n_bytes, err);
    free(path);
    sit_buf_release(&name);
    sit_buf_release(&bytes);
    return status;
}

static int write_charts(const struct cli *cli, const struct sit_report *report)
{
    const char *dir = cli_value(cli, "svg");
    struct sit_error err;
    size_t n = 0;
    if (dir == NULL)
        return CLI_DONE;
    enum sit_status status = sit_file_make_dir(dir, &err);
    for (size_t i = 0; status == SIT_OK && i < report->n_tables; i++) {
        if (!sit_chart_exists(&report->tables[i]))
            continue;
        status = write_chart(&report->tables[i], dir, &err);
        n++;
    }
    if (status != SIT_OK)
        return cli_fail(&err);
    cli_say(cli, "wrote %zu chart%s to '%s'", n, cli_plural(n), dir);
    return CLI_DONE;
}

int report_write_files(struct cli *cli, struct sit_project *project,
                       const struct sit_report *report)
{
    int code = write_one(cli, sit_report_html_write, project, report,
                         cli_value(cli, "html"));
    if (code == CLI_DONE)
        code = write_one(cli, sit_report_sheet_write, project, report,
                         cli_value(cli, "sheet"));
    return code == CLI_DONE ? write_charts(cli, report) : code;
}
