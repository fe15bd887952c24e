/*
 * Private to the command line: an evaluation for people.
 */
#ifndef SITTER_CLI_EVALUATION_OUT_H
#define SITTER_CLI_EVALUATION_OUT_H

#include "sitter/train.h"

/* Fits 80 columns, whatever the classes are called. */
void print_evaluation(const struct sit_evaluation *evaluation);

/* What the head's confidence was worth: a reliability table. */
void print_calibration(const struct sit_evaluation *evaluation);

#endif
