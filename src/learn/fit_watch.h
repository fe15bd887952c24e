/*
 * How an iterative fit reports and learns of cancellation: alone, with a text a step;
 * or as one of several fits, where only the count of fits is shown.
 */
#ifndef SITTER_FIT_WATCH_H
#define SITTER_FIT_WATCH_H

#include "sitter/progress.h"
#include "sitter/status.h"

struct fit_watch {
    const struct sit_progress *progress;
    size_t done, total; /* total 0: this fit is alone */
};

/** What a fit found. */
struct fit_result {
    double objective;
    size_t n_iterations;
    bool converged;
};

/** SIT_E_CANCELLED where the user wants to stop. */
enum sit_status fit_watch_step(const struct fit_watch *watch, size_t iteration,
                               double objective, struct sit_error *err);

#endif
