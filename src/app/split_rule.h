/*
 * Private to app: which split a new face gets, by the project's unit of splitting.
 */
#ifndef SITTER_APP_SPLIT_RULE_H
#define SITTER_APP_SPLIT_RULE_H

#include "sitter/project.h"

struct split_rule {
    enum sit_split_unit unit;
    size_t n_counted_faces; /* for the split by face: add 1 with each face added */
};

/* The project's rule; `wanted` (may be NULL) chooses the unit of a project without
 * faces yet. SIT_E_ARG where the project has another unit already. */
enum sit_status split_rule_settle(struct sit_project *project,
                                  const enum sit_split_unit *wanted,
                                  struct split_rule *out, struct sit_error *err);

/* Write the unit down, inside a transaction. */
enum sit_status split_rule_store(const struct split_rule *rule,
                                 struct sit_project *project, struct sit_error *err);

/* The source's id, made where new, and the split of its next face, inside a
 * transaction. `given` (may be NULL) is a split that the layout of folders says. */
enum sit_status split_rule_choose(const struct split_rule *rule,
                                  struct sit_project *project, const char *source,
                                  const enum sit_split *given, int64_t *source_id,
                                  enum sit_split *split, struct sit_error *err);

#endif
