/*
 * Running a program: its arguments as a list, never through a shell; bytes to its
 * standard input, its standard output collected. What the bytes mean is the caller's.
 */
#ifndef SITTER_CHILD_H
#define SITTER_CHILD_H

#include <stddef.h>

#include "sitter/buf.h"
#include "sitter/progress.h"
#include "sitter/status.h"

struct sit_child_options {
    const char *const *argv; /* ended by NULL; argv[0] is looked for in $PATH */
    const void *input;       /* n_input_bytes for its standard input */
    size_t n_input_bytes;
    size_t max_output_bytes;              /* of standard output */
    const struct sit_progress *progress;  /* asked a few times a second; may be NULL */
    size_t progress_done, progress_total; /* what is reported then */
};

struct sit_child_result {
    struct sit_buf out; /* what it wrote to standard output */
    int exit_status;    /* -1 where a signal ended it */
    int signal;         /* 0 where it exited */
    char message[256];  /* how standard error began; raw bytes */
};

/**
 * Run a program to its end. SIT_OK whatever its exit status: see sit_child_check(). A
 * program that stops reading is no error. It gets a process group of its own, which is
 * killed on every error, and default signals.
 * SIT_E_NOT_FOUND: no such program; SIT_E_LIMIT: it wrote more than the maximum;
 * SIT_E_CANCELLED; SIT_E_IO; SIT_E_NOMEM. *result is then as it was.
 */
enum sit_status sit_child_run(const struct sit_child_options *options,
                              struct sit_child_result *result, struct sit_error *err);

/** SIT_E_IO with what became of `program`, unless it exited with 0. */
enum sit_status sit_child_check(const struct sit_child_result *result,
                                const char *program, struct sit_error *err);

void sit_child_result_release(struct sit_child_result *result);

#endif
