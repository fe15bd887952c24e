/*
 * Private to app: the kinds of features that can be computed from a picture, each as a
 * table of functions that the extraction job drives.
 */
#ifndef SITTER_APP_EXTRACTOR_H
#define SITTER_APP_EXTRACTOR_H

#include <jansson.h>

#include "sitter/feature_job.h"

struct extractor {
    const char *name;
    size_t dim;
    size_t n_inputs;             /* floats of a prepared face; `dim` without compute */
    bool is_computed_in_threads; /* compute keeps the processors busy by itself */

    /* Add to the provenance what determines the numbers. SIT_E_ARG for options that
     * cannot be. */
    enum sit_status (*describe)(const struct sit_extract_options *options,
                                json_t *provenance, struct sit_error *err);
    /* Make ready; *batch is how many faces are computed and stored together. */
    enum sit_status (*open)(const struct sit_extract_options *options,
                            const struct sit_notes *notes, size_t *batch, void **state,
                            struct sit_error *err);
    /* Picture file to input (n_inputs). Runs in several threads at once. */
    enum sit_status (*prepare)(const void *state, const void *bytes, size_t n_bytes,
                               const char *name, float *input, struct sit_error *err);
    /* Inputs (n, n_inputs) to features (n, dim), n at most the batch. NULL: the input
     * is the feature. */
    enum sit_status (*compute)(void *state, const float *inputs, size_t n, float *out,
                               struct sit_error *err);
    void (*close)(void *state); /* NULL where open leaves no state */
};

extern const struct extractor extractor_hog;
extern const struct extractor extractor_vggface;

#endif
