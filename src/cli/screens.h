/*
 * Private to the command line: opening screens; the labelling screen, which demo opens
 * too.
 */
#ifndef SITTER_CLI_SCREENS_H
#define SITTER_CLI_SCREENS_H

#include "cli.h"

/* A terminal on both sides? CLI_DONE, or what to exit with after a message. */
int cli_need_terminal(const struct cli *cli);
/* The project, whose classes must leave the screens the keys they cannot do without;
 * CLI_DONE, or what to exit with after a message. */
int cli_open_for_screen(const struct cli *cli, struct sit_project **project);

/* Open cli->db on the labelling screen; returns the exit code. */
int run_label_screen(const struct cli *cli);

#endif
