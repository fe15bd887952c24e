/*
 * What a command has done in the background: training, predicting, exporting, through a
 * connection of its own.
 */
#ifndef SITTER_TUI_COMMAND_JOB_H
#define SITTER_TUI_COMMAND_JOB_H

#include "background.h"
#include "screen.h"

struct sit_command_job {
    const char *project_path; /* borrowed */
    enum sit_work_kind work;
    char features[64];             /* to train on; "" the newest */
    char path[SIT_PROMPT_BYTES];   /* of an export */
    bool force;                    /* write over a file that is there */
    char result[SIT_NOTICE_BYTES]; /* what to say at its end, where it went well */
};

/** "training", ... */
const char *sit_command_job_word(enum sit_work_kind work);

/** A sit_background_fn; the context is the job. */
enum sit_status sit_command_job_run(void *context, const struct sit_progress *progress,
                                    struct sit_error *err);

#endif
