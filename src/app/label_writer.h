/*
 * Private to app: label events that come from files rather than from a person at a
 * screen.
 */
#ifndef SITTER_APP_LABEL_WRITER_H
#define SITTER_APP_LABEL_WRITER_H

#include "sitter/project.h"

/* Append a label event inside a transaction; at_ms 0 is now. */
enum sit_status label_writer_append(struct sit_project *project, int64_t face_id,
                                    int64_t annotator_id, sit_class_index class_index,
                                    enum sit_event_origin origin, int64_t at_ms,
                                    struct sit_error *err);

#endif
