/*
 * Undo and redo: the annotator's label of a face, or their adjudication of it, becomes
 * what it was before a decision. Others' labels are never touched.
 */
#include "labels_memory.h"

#include <stdlib.h>

#include "sitter/alloc.h"

struct finding {
    int64_t annotator_id, event_id;
    bool adjudicates;
    struct label_states states;
};

static bool note_state(void *context, const struct sit_event *event)
{
    struct finding *finding = context;
    if (event->annotator_id != finding->annotator_id ||
        event->adjudicates != finding->adjudicates)
        return true;
    bool gives = event->kind == SIT_EVENT_LABEL || event->kind == SIT_EVENT_CONFIRM;
    if (event->id == finding->event_id)
        finding->states.before = finding->states.now;
    finding->states.now = (struct label_state){
        .class_index = event->class_index,
        .confirmed = event->confirmed,
        .label_event = gives && event->restores == 0 ? event->id : event->restores};
    if (event->id == finding->event_id)
        finding->states.after = finding->states.now;
    return true;
}

enum sit_status labels_find_states(struct sit_labels *labels, int64_t face_id,
                                   bool adjudicates, int64_t event_id,
                                   struct label_states *out, struct sit_error *err)
{
    const struct label_state none = {.class_index = SIT_NO_CLASS};
    struct finding finding = {.annotator_id = labels->annotator_id,
                              .event_id = event_id,
                              .adjudicates = adjudicates,
                              .states = {none, none, none}};
    enum sit_status status = sit_project_events(labels->project, 0, 0, face_id,
                                                note_state, &finding, err);
    *out = finding.states;
    return status;
}

/* The event that takes a decision back (or does it again): the state before it comes
 * back, unless the label has come from elsewhere since: a file, or another screen of
 * the same annotator. */
static enum sit_status take_back(struct sit_labels *labels,
                                 const struct label_decision *decision,
                                 struct sit_event *event, bool *kept,
                                 struct sit_error *err)
{
    struct label_states states;
    enum sit_status status = labels_find_states(labels, decision->face_id,
                                                decision->adjudicates,
                                                decision->event_id, &states, err);
    if (status != SIT_OK)
        return status;
    *kept = states.now.label_event != states.after.label_event ||
            states.now.class_index != states.after.class_index;
    struct label_state then = *kept ? states.now : states.before;
    event->class_index = then.class_index;
    event->confirmed = then.confirmed;
    event->restores = then.label_event;
    event->undoes = decision->event_id;
    event->adjudicates = decision->adjudicates;
    event->batch = decision->batch;
    return labels_append(labels, event, err);
}

/* The first of the batch in the collection's order. */
static size_t find_first(const struct sit_labels *labels,
                         const struct sit_event *events, size_t n, size_t *at)
{
    size_t first = SIZE_MAX;
    *at = 0;
    for (size_t i = 0; i < n; i++) {
        size_t index = sit_face_table_find(&labels->table, events[i].face_id);
        if (index < first) {
            first = index;
            *at = i;
        }
    }
    return first;
}

static sit_class_index label_at(const struct sit_labels *labels, size_t index)
{
    return index != SIZE_MAX ? labels->table.label[index] : SIT_NO_CLASS;
}

static enum sit_status
take_back_unit(struct sit_labels *labels, const struct label_stack *stack, size_t n,
               enum sit_event_kind kind, enum sit_event_origin origin,
               struct sit_undo_result *result, struct sit_error *err)
{
    struct sit_event *events = sit_calloc(n, sizeof *events);
    bool *kept = sit_calloc(n, sizeof *kept);
    enum sit_status status = SIT_OK;
    if (events == NULL || kept == NULL)
        status = sit_error_nomem(err);
    for (size_t i = 0; status == SIT_OK && i < n; i++) {
        const struct label_decision *decision = &stack->items[stack->n - 1 - i];
        events[i] = labels_new_event(labels, decision->face_id, kind, origin);
        status = take_back(labels, decision, &events[i], &kept[i], err);
    }
    struct sit_undo_result noted = {.n_faces = n};
    if (status == SIT_OK) {
        size_t at;
        noted.index = find_first(labels, events, n, &at);
        noted.before = label_at(labels, noted.index);
        noted.kept = kept[at];
        noted.was_confirm = stack->items[stack->n - 1].is_confirm;
        noted.adjudicates = stack->items[stack->n - 1].adjudicates;
    }
    status = labels_finish_write(labels, events, n, status, err);
    noted.after = label_at(labels, noted.index);
    if (status == SIT_OK && result != NULL)
        *result = noted;
    free(kept);
    free(events);
    return status;
}

static enum sit_status undo_or_redo(struct sit_labels *labels, enum sit_event_kind kind,
                                    enum sit_event_origin origin,
                                    struct sit_undo_result *result,
                                    struct sit_error *err)
{
    enum sit_status status = labels_load_history(labels, err);
    if (status == SIT_OK)
        status = labels_begin_write(labels, err);
    /* What came in meanwhile may have been older than what was known. */
    if (status == SIT_OK) {
        status = labels_load_history(labels, err);
        if (status != SIT_OK)
            sit_project_rollback(labels->project);
    }
    if (status != SIT_OK)
        return status;
    const struct label_stack *stack = kind == SIT_EVENT_UNDO ? &labels->history.done
                                                             : &labels->history.undone;
    size_t n = label_stack_top_unit(stack);
    if (n > 0)
        return take_back_unit(labels, stack, n, kind, origin, result, err);
    sit_project_rollback(labels->project);
    return sit_error_set(err, SIT_E_NOT_FOUND, "nothing to %s",
                         kind == SIT_EVENT_UNDO ? "undo" : "redo");
}

enum sit_status sit_labels_undo(struct sit_labels *labels, enum sit_event_origin origin,
                                struct sit_undo_result *result, struct sit_error *err)
{
    return undo_or_redo(labels, SIT_EVENT_UNDO, origin, result, err);
}

enum sit_status sit_labels_redo(struct sit_labels *labels, enum sit_event_origin origin,
                                struct sit_undo_result *result, struct sit_error *err)
{
    return undo_or_redo(labels, SIT_EVENT_REDO, origin, result, err);
}
