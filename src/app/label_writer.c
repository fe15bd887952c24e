/*
 * Label events from files.
 */
#include "label_writer.h"

#include "sitter/progress.h"

enum sit_status label_writer_append(struct sit_project *project, int64_t face_id,
                                    int64_t annotator_id, sit_class_index class_index,
                                    enum sit_event_origin origin, int64_t at_ms,
                                    struct sit_error *err)
{
    struct sit_event event = {.face_id = face_id,
                              .annotator_id = annotator_id,
                              .kind = SIT_EVENT_LABEL,
                              .origin = origin,
                              .class_index = class_index,
                              .at_ms = at_ms != 0 ? at_ms : sit_time_ms(),
                              .spent_ms = -1,
                              .suggested = SIT_NO_CLASS,
                              .blind = true}; /* whatever they saw, it was not here */
    int64_t id;
    return sit_project_append_event(project, &event, &id, err);
}
