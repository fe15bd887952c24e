/*
 * Private to app: what a stored model keeps as JSON: the options it was trained with
 * and what training found.
 */
#ifndef SITTER_APP_MODEL_JSON_H
#define SITTER_APP_MODEL_JSON_H

#include <stdbool.h>

#include "sitter/train.h"

/* JSON text, the caller's to free; NULL without memory. */
char *model_options_to_json(const struct sit_train_options *options);
char *model_report_to_json(const struct sit_head_report *report, size_t n_train,
                           double train_ms, int64_t last_event_id);

/* What evaluate says of the training. Missing fields become 0 or NAN. SIT_E_FORMAT. */
struct model_report {
    double c;
    double objective;
    size_t n_train;
    double train_ms;
    int64_t last_event_id; /* the newest labelling event it learnt from; 0: not known */
};
enum sit_status model_report_from_json(const struct sit_model *model,
                                       struct model_report *out, struct sit_error *err);

/* The member of the options that says where a head came from that was not trained here:
 * {"format", "file", "sha256"}. */
#define MODEL_IMPORTED "imported"
bool model_is_imported(const struct sit_model *model);

/* The options for heads like this one on other rows: the stored ones, with the C that
 * was found by cross-validation instead of another search. */
enum sit_status model_refit_options(const struct sit_model *model,
                                    const struct model_report *report,
                                    struct sit_train_options *options,
                                    struct sit_error *err);

#endif
