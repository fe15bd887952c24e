/*
 * sitter report: who is shown, when and with which keywords, with intervals.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart_out.h"
#include "commands.h"
#include "json_out.h"
#include "report_files.h"
#include "report_out.h"
#include "sitter/alloc.h"

/* "decade,keyword" into two fields, which point into a copy that *copies keeps. */
static int add_by(struct sit_report_options *options, const char *text, char **copy)
{
    if (options->n_by == SIT_REPORT_MAX_BY)
        return cli_usage_error("report: at most %d times --by", SIT_REPORT_MAX_BY);
    *copy = sit_strdup(text);
    if (*copy == NULL)
        return cli_fail(&(struct sit_error){.message = "out of memory"});
    struct sit_report_by *by = &options->by[options->n_by++];
    char *comma = strchr(*copy, ',');
    by->fields[0] = *copy;
    if (comma != NULL) {
        *comma = '\0';
        by->fields[1] = comma + 1;
    }
    if (by->fields[0][0] == '\0' || (comma != NULL && comma[1] == '\0') ||
        (comma != NULL && strchr(comma + 1, ',') != NULL))
        return cli_usage_error("report: --by takes one field or two, joined by a "
                               "comma, not '%s'",
                               text);
    return CLI_DONE;
}

static int read_options(const struct cli *cli, struct sit_report_options *options,
                        char *copies[SIT_REPORT_MAX_BY])
{
    size_t model_id = 0;
    if (!cli_size(cli, "model", 1, INT64_MAX, &model_id) ||
        !cli_size(cli, "keywords", 1, 100000, &options->n_keywords) ||
        !cli_size(cli, "keyword-posters", 1, SIZE_MAX, &options->n_keyword_posters))
        return CLI_USAGE;
    options->model_id = (int64_t)model_id;
    options->share = cli_value(cli, "share");
    options->reproduce = cli_flag(cli, "reproduce");
    options->project_path = cli->db;
    for (size_t i = 0; i < cli->n_given; i++) {
        if (strcmp(cli->given[i].option->name, "by") != 0)
            continue;
        int code = add_by(options, cli->given[i].value, &copies[options->n_by]);
        if (code != CLI_DONE)
            return code;
    }
    return CLI_DONE;
}

static int print_text(const struct sit_report *report)
{
    struct sit_buf text = {0};
    bool utf8 = cli_locale_is_utf8();
    report_append_head(&text, report);
    for (size_t i = 0; i < report->n_tables; i++)
        report_append_table(&text, &report->tables[i], utf8);
    report_append_method(&text, report);
    int code = CLI_FAILED;
    if (text.failed) {
        cli_fail(&(struct sit_error){.message = "out of memory"});
    } else {
        fputs(sit_buf_text(&text), stdout);
        code = cli_finish_stdout();
    }
    sit_buf_release(&text);
    return code;
}

/* A table at a time, each with its chart. */
static int print_charts(const struct sit_report *report)
{
    struct sit_buf text = {0};
    struct chart_out charts;
    int code = CLI_DONE;
    chart_out_open(&charts);
    report_append_head(&text, report);
    for (size_t i = 0; code == CLI_DONE && i < report->n_tables; i++) {
        report_append_table(&text, &report->tables[i], !charts.text.ascii);
        fputs(sit_buf_text(&text), stdout);
        code = chart_out_table(&charts, &report->tables[i]);
        sit_buf_reset(&text);
    }
    report_append_method(&text, report);
    fputs(sit_buf_text(&text), stdout);
    sit_buf_release(&text);
    return code == CLI_DONE ? cli_finish_stdout() : code;
}

static int put_out(const struct cli *cli, const struct sit_report *report)
{
    const char *dir = cli_value(cli, "csv");
    struct sit_error err;
    if (dir != NULL) {
        if (sit_report_write_csv(report, dir, &err) != SIT_OK)
            return cli_fail(&err);
        cli_say(cli, "wrote %zu files to '%s'", report->n_tables + 1, dir);
    }
    if (cli_flag(cli, "json"))
        return json_out(report_json(report));
    return cli_flag(cli, "charts") ? print_charts(report) : print_text(report);
}

static int run(struct cli *cli)
{
    struct sit_report_options options = {0};
    struct sit_report *report = NULL;
    struct sit_project *project = NULL;
    struct sit_error err;
    char *copies[SIT_REPORT_MAX_BY + 1] = {NULL};
    int code = read_options(cli, &options, copies);
    if (code == CLI_DONE)
        code = report_check_files(cli);
    if (code == CLI_DONE)
        code = cli_open(cli, SIT_PROJECT_READ, &project);
    if (code == CLI_DONE) {
        struct cli_progress progress;
        cli_progress_begin(&progress, cli, "reckoning");
        enum sit_status status = sit_report_compute(project, &options,
                                                    &progress.progress, &report, &err);
        cli_progress_end(&progress);
        code = status == SIT_OK ? report_write_files(cli, project, report)
                                : cli_fail(&err);
        if (code == CLI_DONE)
            code = put_out(cli, report);
    }
    sit_report_free(report);
    sit_project_close(project);
    for (size_t i = 0; i <= SIT_REPORT_MAX_BY; i++)
        free(copies[i]);
    return code;
}

static const struct cli_option options_table[] = {
    {"model", "ID", "whose predictions (default: the newest that has predicted)"},
    {"share", "CLASS", "whose share (default: female, else the first class)"},
    {"by", "A,B", "a table by one field or two; may be repeated"},
    {"keywords", "N", "the N most frequent keywords (default: 20)"},
    {"keyword-posters", "N", "keywords of at least N posters (default: 5)"},
    {"reproduce", NULL, "the published study's accuracy beside ours"},
    {"csv", "DIR", "every table into DIR as well, a CSV file each"},
    {"charts", NULL, "a chart under each table: sixels, or blocks, or plain ASCII"},
    {"html", "FILE", "write it as one page, with the faces behind each number"},
    {"svg", "DIR", "the charts into DIR, an SVG file each"},
    {"sheet", "FILE",
     "write a contact sheet, .png or .jpg: faces by class, sure first"},
    {"json", NULL, "as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_report = {
    .name = "report",
    .arguments = "",
    .summary = "who is shown, when, with which keywords; with intervals",
    .text =
        "Faces are counted by a person's label where there is one, by prediction\n"
        "elsewhere. Estimates correct the predictions by the labels that were drawn\n"
        "at random; intervals take the faces of one poster together.\n"
        "Fields of --by: class, split, source, year, decade, keyword, artist, label\n"
        "(who gave it), and any further column of the metadata.",
    .options = options_table,
    .run = run,
};
