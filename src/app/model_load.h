/*
 * Private to app: a stored model with its head and feature set, ready to use.
 */
#ifndef SITTER_APP_MODEL_LOAD_H
#define SITTER_APP_MODEL_LOAD_H

#include "model_json.h"
#include "sitter/head.h"

struct loaded_model {
    struct sit_model model;
    struct sit_feature_set set;
    struct sit_head *head;
    struct model_report report;
};

/* id 0: the newest. Checks that head, classes and features fit each other. */
enum sit_status loaded_model_open(struct sit_project *project, int64_t id,
                                  struct loaded_model *out, struct sit_error *err);
void loaded_model_release(struct loaded_model *loaded);

#endif
