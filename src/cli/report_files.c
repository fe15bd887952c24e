/*
 * sitter report --html FILE, --sheet FILE.
 */
#include "report_files.h"

#include <string.h>
#include <strings.h>

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

int report_write_files(struct cli *cli, struct sit_project *project,
                       const struct sit_report *report)
{
    int code = write_one(cli, sit_report_html_write, project, report,
                         cli_value(cli, "html"));
    if (code == CLI_DONE)
        code = write_one(cli, sit_report_sheet_write, project, report,
                         cli_value(cli, "sheet"));
    return code;
}
