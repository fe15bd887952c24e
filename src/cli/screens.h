/*
 * Private to the command line: opening screens; the labelling screen, which demo opens
 * too, and the review screen, which is that of adjudication as well.
 */
#ifndef SITTER_CLI_SCREENS_H
#define SITTER_CLI_SCREENS_H

#include "cli.h"
#include "sitter/review.h"

/* A terminal on both sides? CLI_DONE, or what to exit with after a message. */
int cli_need_terminal(const struct cli *cli);
/* The project, whose classes must leave the screens the keys they cannot do without;
 * CLI_DONE, or what to exit with after a message. */
int cli_open_for_screen(const struct cli *cli, struct sit_project **project);

/* Open cli->db on the labelling screen; returns the exit code. */
int run_label_screen(const struct cli *cli);

/* --split and --filter of a review, by their form; CLI_DONE, or CLI_USAGE after an
 * error message. */
int cli_review_scope(const struct cli *cli, enum sit_review_scope *scope);

/* Open a review of cli->db and go through the list of that kind, on the terminal or by
 * --script; returns the exit code. */
int run_review_screen(const struct cli *cli, enum sit_review_kind kind,
                      const struct sit_review_settings *settings,
                      const struct sit_review_options *options);

#endif
