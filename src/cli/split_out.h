/*
 * Private to the command line: how the collection stands after faces were added.
 */
#ifndef SITTER_CLI_SPLIT_OUT_H
#define SITTER_CLI_SPLIT_OUT_H

#include "cli.h"

/* Faces, sources and the split on stdout; `next` (as cli_say_next()) on stderr. */
int split_out(struct cli *cli, const char *next);

#endif
