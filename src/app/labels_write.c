/*
 * Decisions written down: labels, batches of labels, confirmations; bookmarks and
 * comments.
 */
#include "labels_memory.h"

#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/progress.h"

static void take_note(struct sit_event *event, const struct sit_label_note *note)
{
    event->spent_ms = note->spent_ms;
    event->suggested = note->suggested;
    event->suggested_p = note->suggested_p;
    event->suggestion_visible = note->suggestion_visible;
    event->adjudicates = note->adjudicates;
    event->blind = note->blind;
    event->reason = note->reason;
    event->queue = note->queue;
}

static enum sit_status check_choice(const struct sit_labels *labels, size_t index,
                                    sit_class_index class_index, struct sit_error *err)
{
    enum sit_status status = labels_check_index(labels, index, err);
    if (status == SIT_OK &&
        (class_index < 0 || (size_t)class_index >= labels->classes.n))
        status = sit_error_set(err, SIT_E_ARG, "there is no class number %d",
                               class_index);
    return status;
}

enum sit_status sit_labels_set(struct sit_labels *labels, size_t index,
                               sit_class_index class_index,
                               const struct sit_label_note *note, struct sit_error *err)
{
    enum sit_status status = check_choice(labels, index, class_index, err);
    if (status == SIT_OK)
        status = labels_begin_write(labels, err);
    if (status != SIT_OK)
        return status;
    struct sit_event event = labels_new_event(labels, labels->table.id[index],
                                              SIT_EVENT_LABEL, note->origin);
    take_note(&event, note);
    event.class_index = class_index;
    if (note->along != NULL)
        status = note->along(note->along_context, err);
    if (status == SIT_OK)
        status = labels_append(labels, &event, err);
    return labels_finish_write(labels, &event, 1, status, err);
}

/*
 * Batches
 */

static int compare_indices(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return x < y ? -1 : x > y;
}

static enum sit_status check_batch(const struct sit_labels *labels,
                                   const struct sit_label_choice *choices, size_t n,
                                   struct sit_error *err)
{
    size_t *indices = sit_malloc_array(n, sizeof *indices);
    enum sit_status status = indices != NULL ? SIT_OK : sit_error_nomem(err);
    for (size_t i = 0; status == SIT_OK && i < n; i++) {
        indices[i] = choices[i].index;
        status = check_choice(labels, choices[i].index, choices[i].class_index, err);
    }
    if (status == SIT_OK)
        qsort(indices, n, sizeof *indices, compare_indices);
    for (size_t i = 1; status == SIT_OK && i < n; i++)
        if (indices[i] == indices[i - 1])
            status = sit_error_set(err, SIT_E_ARG,
                                   "face number %zu is twice in a batch", indices[i]);
    free(indices);
    return status;
}

static struct sit_event batch_event(const struct sit_labels *labels,
                                    const struct sit_label_choice *choice,
                                    const struct sit_label_note *note, int64_t batch)
{
    struct sit_event event = labels_new_event(labels, labels->table.id[choice->index],
                                              SIT_EVENT_LABEL, note->origin);
    take_note(&event, note);
    event.class_index = choice->class_index;
    event.suggested = choice->suggested;
    event.suggested_p = choice->suggested_p;
    event.suggestion_visible = choice->suggestion_visible;
    event.batch = batch;
    return event;
}

enum sit_status sit_labels_set_batch(struct sit_labels *labels,
                                     const struct sit_label_choice *choices, size_t n,
                                     const struct sit_label_note *note,
                                     struct sit_error *err)
{
    if (n == 0)
        return SIT_OK;
    enum sit_status status = check_batch(labels, choices, n, err);
    if (status != SIT_OK)
        return status;
    struct sit_event *events = sit_calloc(n, sizeof *events);
    if (events == NULL)
        return sit_error_nomem(err);
    status = labels_begin_write(labels, err);
    if (status == SIT_OK) {
        int64_t batch = 0;
        status = sit_project_new_batch(labels->project, &batch, err);
        for (size_t i = 0; status == SIT_OK && i < n; i++) {
            events[i] = batch_event(labels, &choices[i], note, batch);
            status = labels_append(labels, &events[i], err);
        }
        status = labels_finish_write(labels, events, n, status, err);
    }
    free(events);
    return status;
}

/*
 * Confirming
 */

enum sit_status sit_labels_confirm(struct sit_labels *labels, size_t index,
                                   const struct sit_label_note *note,
                                   struct sit_error *err)
{
    enum sit_status status = labels_check_index(labels, index, err);
    if (status == SIT_OK)
        status = labels_begin_write(labels, err);
    if (status != SIT_OK)
        return status;
    struct sit_event event = labels_new_event(labels, labels->table.id[index],
                                              SIT_EVENT_CONFIRM, note->origin);
    take_note(&event, note);
    struct label_states own;
    struct sit_face_state resolved = {.label = SIT_NO_CLASS};
    status = labels_find_states(labels, event.face_id, note->adjudicates, 0, &own, err);
    event.class_index = own.now.class_index;
    if (status == SIT_OK &&
        (event.class_index == SIT_NO_CLASS || labels->viewer_id == 0)) {
        status = sit_project_face_state(labels->project, event.face_id, 0, &resolved,
                                        err);
        event.class_index = resolved.label;
    }
    if (status == SIT_OK && event.class_index == SIT_NO_CLASS)
        status = sit_error_set(err, SIT_E_ARG, "the face has no label to confirm");
    event.confirmed = true;
    if (event.class_index == own.now.class_index)
        event.restores = own.now.label_event;
    if (status == SIT_OK)
        status = labels_append(labels, &event, err);
    return labels_finish_write(labels, &event, 1, status, err);
}

/*
 * Remarks
 */

static enum sit_status write_remark(struct sit_labels *labels, size_t index,
                                    enum sit_remark_kind kind, const char *text,
                                    struct sit_error *err)
{
    enum sit_status status = labels_check_index(labels, index, err);
    if (status == SIT_OK)
        status = labels_begin_write(labels, err);
    if (status != SIT_OK)
        return status;
    struct sit_remark remark = {.face_id = labels->table.id[index],
                                .annotator_id = labels->annotator_id,
                                .kind = kind,
                                .at_ms = sit_time_ms(),
                                .text = text};
    struct sit_face_state state;
    status = sit_project_add_remark(labels->project, &remark, err);
    if (status == SIT_OK)
        status = sit_project_face_state(labels->project, remark.face_id,
                                        labels->viewer_id, &state, err);
    status = labels_finish_write(labels, NULL, 0, status, err);
    if (status == SIT_OK)
        labels->table.flags[index] = state.flags;
    return status;
}

enum sit_status sit_labels_set_bookmark(struct sit_labels *labels, size_t index,
                                        bool bookmarked, struct sit_error *err)
{
    return write_remark(labels, index, SIT_REMARK_BOOKMARK, bookmarked ? "1" : "", err);
}

enum sit_status sit_labels_set_comment(struct sit_labels *labels, size_t index,
                                       const char *text, struct sit_error *err)
{
    return write_remark(labels, index, SIT_REMARK_COMMENT, text, err);
}
