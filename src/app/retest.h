/*
 * Private to the app: how often an annotator labelled a face that came again as before.
 */
#ifndef SITTER_APP_RETEST_H
#define SITTER_APP_RETEST_H

#include "sitter/project.h"

/* The reason of an event on a face that came again silently. */
#define RETEST_REASON "retest"

/* Faces of which a retest of that annotator's is in force, and those of them that got
 * the same class as before. */
enum sit_status retest_count(struct sit_project *project, int64_t annotator_id,
                             size_t *n_retested, size_t *n_same, struct sit_error *err);

#endif
