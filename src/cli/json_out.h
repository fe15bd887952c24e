/*
 * Private to the command line: printing JSON.
 */
#ifndef SITTER_CLI_JSON_OUT_H
#define SITTER_CLI_JSON_OUT_H

#include <jansson.h>

#include "sitter/train.h"

/* Print and release an object; NULL (no memory) is an error. Returns the exit code. */
int json_out(json_t *object);

/* Text from files: wrong UTF-8 becomes U+FFFD; NULL becomes null. */
json_t *json_safe_text(const char *text);

/* A feature set's provenance as an object; null where it is none. */
json_t *json_provenance(const char *text);

/* A number, or null where it is not finite. */
json_t *json_number_or_null(double value);

/* [low, high], or null where there is no interval. */
json_t *json_interval_or_null(struct sit_interval interval);

/* What train and evaluate print. */
json_t *json_evaluation(const struct sit_evaluation *evaluation);

#endif
