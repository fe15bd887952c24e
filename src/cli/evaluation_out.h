/*
 * Private to the command line: an evaluation for people.
 */
#ifndef SITTER_CLI_EVALUATION_OUT_H
#define SITTER_CLI_EVALUATION_OUT_H

#include "sitter/train.h"

void print_evaluation(const struct sit_evaluation *evaluation);

#endif
