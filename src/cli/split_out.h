/*
 * Private to the command line, for commands that add faces: by what they are split, and
 * how the collection stands afterwards.
 */
#ifndef SITTER_CLI_SPLIT_OUT_H
#define SITTER_CLI_SPLIT_OUT_H

#include "cli.h"
#include "sitter/project.h"

/* --split-unit: source (also where it is not given) or face. CLI_DONE, or CLI_USAGE
 * after a message. */
int split_unit_option(const struct cli *cli, bool *given, enum sit_split_unit *unit);

/* Faces, sources and the split on stdout; `next` (as cli_say_next()) on stderr. */
int split_out(struct cli *cli, const char *next);

#endif
