/*
 * Progress of iterative fits; the solvers call it once a step.
 */
#include "fit_watch.h"

#include <stdio.h>

enum sit_status fit_watch_step(const struct fit_watch *watch, size_t iteration,
                               double objective, struct sit_error *err)
{
    bool go_on;
    if (watch->total > 0) {
        go_on = sit_progress_report(watch->progress, watch->done, watch->total, NULL);
    } else {
        char text[80];
        snprintf(text, sizeof text, "step %zu, objective %.8g", iteration, objective);
        go_on = sit_progress_report(watch->progress, iteration, 0, text);
    }
    return go_on ? SIT_OK : sit_error_set(err, SIT_E_CANCELLED, "interrupted");
}
