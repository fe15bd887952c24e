/*
 * Private to the command line: the labelling screen, opened by label and by demo.
 */
#ifndef SITTER_CLI_SCREENS_H
#define SITTER_CLI_SCREENS_H

#include "cli.h"

/* Open cli->db on the labelling screen; returns the exit code. */
int run_label_screen(const struct cli *cli);

#endif
