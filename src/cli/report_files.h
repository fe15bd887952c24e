/*
 * Private to the command line: the files a report is written into.
 */
#ifndef SITTER_CLI_REPORT_FILES_H
#define SITTER_CLI_REPORT_FILES_H

#include "cli.h"
#include "sitter/report.h"

/* Can --html and --sheet be what they are? CLI_DONE, or an exit code after a message.
 * Before anything is computed. */
int report_check_files(const struct cli *cli);

/* Write --html, --sheet and --svg where they are given. */
int report_write_files(struct cli *cli, struct sit_project *project,
                       const struct sit_report *report);

#endif
