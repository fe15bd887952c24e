/*
 * Private to the report: small square pictures of many faces, read one after another
 * from the project and made on all processors.
 */
#ifndef SITTER_THUMBS_H
#define SITTER_THUMBS_H

#include <stddef.h>
#include <stdint.h>

#include "sitter/buf.h"
#include "sitter/image.h"
#include "sitter/notes.h"
#include "sitter/progress.h"
#include "sitter/project.h"
#include "sitter/report.h"

struct thumbs_job {
    struct sit_project *project;
    const struct sit_report *report;
    const uint32_t *faces; /* (n_faces) indices into report->faces */
    size_t n_faces;
    size_t side_px;
    int jpeg_quality; /* 0: no JPEG is made */
    size_t n_threads; /* 0: one for each processor */
    const struct sit_notes *notes;
    const struct sit_progress *progress;
};

/* Called for faces[i], in order; the picture is grey and `jpeg` empty where it could
 * not be read (noted). Borrowed. */
typedef enum sit_status thumbs_fn(void *context, size_t i,
                                  const struct sit_image *picture,
                                  const struct sit_buf *jpeg, struct sit_error *err);

enum sit_status thumbs_walk(const struct thumbs_job *job, thumbs_fn *visit,
                            void *context, struct sit_error *err);

#endif
