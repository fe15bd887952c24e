/*
 * Private to the command line: what is said of a Keras file.
 */
#ifndef SITTER_CLI_KERAS_OUT_H
#define SITTER_CLI_KERAS_OUT_H

#include "cli.h"
#include "sitter/keras_model.h"

/* What its outputs mean, as a note. */
void cli_say_keras_outputs(const struct cli *cli,
                           const struct sit_keras_outputs *outputs);

#endif
