/*
 * The labels of a project in memory, in step with the file. Writes go through one
 * place: a transaction that first takes in what others wrote, so that the state it
 * builds on is the state it replaces.
 */
#include "sitter/labels.h"

#include <stdlib.h>

#include "label_history.h"
#include "sitter/alloc.h"
#include "sitter/progress.h"

struct sit_labels {
    struct sit_project *project;
    int64_t annotator_id;
    struct sit_class_list classes;
    struct sit_face_table table;
    struct sit_label_counts counts;
    struct label_history history;
    bool history_loaded; /* replayed at the first undo only: opening must be quick */
    int64_t data_version;
};

static void count_all(struct sit_labels *labels)
{
    struct sit_label_counts counts = {.n_faces = labels->table.n};
    for (size_t i = 0; i < labels->table.n; i++) {
        sit_class_index label = labels->table.label[i];
        size_t split = labels->table.split[i];
        if (label == SIT_NO_CLASS)
            counts.unlabelled[split]++;
        else
            counts.by_class[label][split]++;
    }
    counts.n_labelled = counts.n_faces - counts.unlabelled[0] - counts.unlabelled[1];
    labels->counts = counts;
}

static void set_label(struct sit_labels *labels, size_t i, sit_class_index label,
                      bool confirmed)
{
    size_t split = labels->table.split[i];
    sit_class_index old = labels->table.label[i];
    if (old == SIT_NO_CLASS)
        labels->counts.unlabelled[split]--;
    else
        labels->counts.by_class[old][split]--;
    if (label == SIT_NO_CLASS)
        labels->counts.unlabelled[split]++;
    else
        labels->counts.by_class[label][split]++;
    labels->counts.n_labelled = labels->counts.n_faces - labels->counts.unlabelled[0] -
                                labels->counts.unlabelled[1];
    labels->table.label[i] = label;
    labels->table.confirmed[i] = confirmed;
}

enum sit_status sit_labels_open(struct sit_project *project, const char *annotator,
                                struct sit_labels **out, struct sit_error *err)
{
    struct sit_labels *labels = sit_calloc(1, sizeof *labels);
    if (labels == NULL)
        return sit_error_nomem(err);
    labels->project = project;
    enum sit_status status = sit_project_begin(project, err);
    if (status == SIT_OK)
        status = sit_project_annotator(project, annotator, &labels->annotator_id, err);
    if (status == SIT_OK)
        status = sit_project_commit(project, err);
    else
        sit_project_rollback(project);
    if (status == SIT_OK)
        status = sit_project_data_version(project, &labels->data_version, err);
    if (status == SIT_OK)
        status = sit_project_classes(project, &labels->classes, err);
    if (status == SIT_OK)
        status = sit_face_table_load(project, &labels->table, err);
    if (status != SIT_OK) {
        sit_labels_free(labels);
        return status;
    }
    count_all(labels);
    *out = labels;
    return SIT_OK;
}

void sit_labels_free(struct sit_labels *labels)
{
    if (labels == NULL)
        return;
    label_history_release(&labels->history);
    sit_face_table_release(&labels->table);
    free(labels);
}

const struct sit_face_table *sit_labels_table(const struct sit_labels *labels)
{
    return &labels->table;
}

const struct sit_class_list *sit_labels_classes(const struct sit_labels *labels)
{
    return &labels->classes;
}

struct sit_project *sit_labels_project(struct sit_labels *labels)
{
    return labels->project;
}

int64_t sit_labels_annotator_id(const struct sit_labels *labels)
{
    return labels->annotator_id;
}

const struct sit_label_counts *sit_labels_counts(const struct sit_labels *labels)
{
    return &labels->counts;
}

/*
 * Following the event log
 */

struct follow {
    struct sit_labels *labels;
    size_t n_seen;
    bool no_memory;
};

static bool follow_event(void *context, const struct sit_event *event)
{
    struct follow *follow = context;
    struct sit_labels *labels = follow->labels;
    size_t i = sit_face_table_find(&labels->table, event->face_id);
    if (i != SIZE_MAX)
        set_label(labels, i, event->class_index, event->confirmed);
    if (event->id > labels->table.last_event_id)
        labels->table.last_event_id = event->id;
    follow->n_seen++;
    if (labels->history_loaded && event->annotator_id == labels->annotator_id)
        follow->no_memory = !label_history_apply(&labels->history, event);
    return !follow->no_memory;
}

static void forget_history(struct sit_labels *labels)
{
    label_history_release(&labels->history);
    labels->history_loaded = false;
}

/* Take in all events since the last one seen. */
static enum sit_status catch_up(struct sit_labels *labels, size_t *n_seen,
                                struct sit_error *err)
{
    struct follow follow = {.labels = labels};
    enum sit_status status = sit_project_events(
        labels->project, labels->table.last_event_id, 0, 0, follow_event, &follow, err);
    if (follow.no_memory) {
        /* The stacks miss an event now: they are replayed at the next undo. */
        forget_history(labels);
        if (status == SIT_OK)
            status = sit_error_nomem(err);
    }
    if (n_seen != NULL)
        *n_seen = follow.n_seen;
    return status;
}

static bool replay_event(void *context, const struct sit_event *event)
{
    struct follow *follow = context;
    if (event->id <= follow->labels->table.last_event_id)
        follow->no_memory = !label_history_apply(&follow->labels->history, event);
    return !follow->no_memory;
}

static enum sit_status load_history(struct sit_labels *labels, struct sit_error *err)
{
    if (labels->history_loaded)
        return SIT_OK;
    struct follow follow = {.labels = labels};
    enum sit_status status = sit_project_events(
        labels->project, 0, labels->annotator_id, 0, replay_event, &follow, err);
    if (status == SIT_OK && follow.no_memory)
        status = sit_error_nomem(err);
    if (status != SIT_OK)
        label_history_release(&labels->history);
    labels->history_loaded = status == SIT_OK;
    return status;
}

enum sit_status sit_labels_refresh(struct sit_labels *labels, bool *changed,
                                   struct sit_error *err)
{
    if (changed != NULL)
        *changed = false;
    int64_t version;
    enum sit_status status = sit_project_data_version(labels->project, &version, err);
    if (status != SIT_OK || version == labels->data_version)
        return status;
    size_t n_faces, n_seen = 0;
    status = sit_project_count_faces(labels->project, &n_faces, err);
    if (status != SIT_OK)
        return status;
    if (n_faces != labels->table.n) { /* somebody imported more */
        struct sit_face_table table;
        status = catch_up(labels, &n_seen, err);
        if (status == SIT_OK)
            status = sit_face_table_load(labels->project, &table, err);
        if (status != SIT_OK)
            return status;
        int64_t last_event_id = labels->table.last_event_id;
        sit_face_table_release(&labels->table);
        labels->table = table;
        labels->table.last_event_id = last_event_id;
        n_seen++;
        count_all(labels);
    }
    size_t n_later = 0;
    status = catch_up(labels, &n_later, err);
    if (status != SIT_OK)
        return status;
    labels->data_version = version;
    if (changed != NULL)
        *changed = n_seen + n_later > 0;
    return SIT_OK;
}

/*
 * Writing
 */

/* The state of a face before an event: what an undo brings back. */
struct state_before {
    int64_t before_id; /* only events with smaller ids count; 0: all */
    sit_class_index class_index;
    bool confirmed;
    int64_t label_event; /* the label event in force; 0 none */
};

static bool note_state(void *context, const struct sit_event *event)
{
    struct state_before *state = context;
    if (state->before_id != 0 && event->id >= state->before_id)
        return false;
    state->class_index = event->class_index;
    state->confirmed = event->confirmed;
    state->label_event = event->kind == SIT_EVENT_LABEL ? event->id : event->restores;
    return true;
}

static enum sit_status find_state(struct sit_labels *labels, int64_t face_id,
                                  int64_t before_id, struct state_before *state,
                                  struct sit_error *err)
{
    *state = (struct state_before){.before_id = before_id, .class_index = SIT_NO_CLASS};
    return sit_project_events(labels->project, 0, 0, face_id, note_state, state, err);
}

/* Begin a transaction on top of everything that is committed. */
static enum sit_status begin_write(struct sit_labels *labels, struct sit_error *err)
{
    enum sit_status status = sit_project_begin(labels->project, err);
    if (status != SIT_OK)
        return status;
    status = catch_up(labels, NULL, err);
    if (status != SIT_OK)
        sit_project_rollback(labels->project);
    return status;
}

/* Commit, and only then let memory know of the n events. */
static enum sit_status finish_write(struct sit_labels *labels,
                                    const struct sit_event *events, size_t n,
                                    enum sit_status status, struct sit_error *err)
{
    if (status != SIT_OK) {
        sit_project_rollback(labels->project);
        return status;
    }
    status = sit_project_commit(labels->project, err);
    if (status != SIT_OK)
        return status;
    struct follow follow = {.labels = labels};
    for (size_t i = 0; i < n; i++)
        follow_event(&follow, &events[i]);
    if (follow.no_memory) /* the file is right; the next undo replays the stacks from it
                           */
        forget_history(labels);
    return SIT_OK;
}

static struct sit_event new_event(const struct sit_labels *labels, int64_t face_id,
                                  enum sit_event_kind kind,
                                  enum sit_event_origin origin)
{
    return (struct sit_event){.face_id = face_id,
                              .annotator_id = labels->annotator_id,
                              .kind = kind,
                              .origin = origin,
                              .class_index = SIT_NO_CLASS,
                              .at_ms = sit_time_ms(),
                              .spent_ms = -1,
                              .suggested = SIT_NO_CLASS};
}

static enum sit_status check_index(const struct sit_labels *labels, size_t index,
                                   struct sit_error *err)
{
    if (index >= labels->table.n)
        return sit_error_set(err, SIT_E_ARG, "there is no face number %zu", index);
    return SIT_OK;
}

static enum sit_status write_decision(struct sit_labels *labels, struct sit_event event,
                                      const struct sit_label_note *note,
                                      struct sit_error *err)
{
    event.spent_ms = note->spent_ms;
    event.suggested = note->suggested;
    event.suggested_p = note->suggested_p;
    event.suggestion_visible = note->suggestion_visible;
    enum sit_status status = sit_project_append_event(labels->project, &event,
                                                      &event.id, err);
    return finish_write(labels, &event, 1, status, err);
}

enum sit_status sit_labels_set(struct sit_labels *labels, size_t index,
                               sit_class_index class_index,
                               const struct sit_label_note *note, struct sit_error *err)
{
    enum sit_status status = check_index(labels, index, err);
    if (status == SIT_OK &&
        (class_index < 0 || (size_t)class_index >= labels->classes.n))
        status = sit_error_set(err, SIT_E_ARG, "there is no class number %d",
                               class_index);
    if (status == SIT_OK)
        status = begin_write(labels, err);
    if (status != SIT_OK)
        return status;
    struct sit_event event = new_event(labels, labels->table.id[index], SIT_EVENT_LABEL,
                                       note->origin);
    event.class_index = class_index;
    return write_decision(labels, event, note, err);
}

enum sit_status sit_labels_confirm(struct sit_labels *labels, size_t index,
                                   const struct sit_label_note *note,
                                   struct sit_error *err)
{
    enum sit_status status = check_index(labels, index, err);
    if (status == SIT_OK)
        status = begin_write(labels, err);
    if (status != SIT_OK)
        return status;
    struct sit_event event = new_event(labels, labels->table.id[index],
                                       SIT_EVENT_CONFIRM, note->origin);
    struct state_before state;
    status = find_state(labels, event.face_id, 0, &state, err);
    if (status == SIT_OK && state.class_index == SIT_NO_CLASS)
        status = sit_error_set(err, SIT_E_ARG, "the face has no label to confirm");
    if (status != SIT_OK) {
        sit_project_rollback(labels->project);
        return status;
    }
    event.class_index = state.class_index;
    event.confirmed = true;
    event.restores = state.label_event;
    return write_decision(labels, event, note, err);
}

/* The event that takes a decision back (or does it again): the state before it comes
 * back, unless somebody else has labelled the face since. */
static enum sit_status take_back(struct sit_labels *labels,
                                 struct label_decision decision,
                                 struct sit_event *event, bool *kept,
                                 struct sit_error *err)
{
    struct state_before before, after, now;
    enum sit_status status = find_state(labels, decision.face_id, decision.event_id,
                                        &before, err);
    if (status == SIT_OK)
        status = find_state(labels, decision.face_id, decision.event_id + 1, &after,
                            err);
    if (status == SIT_OK)
        status = find_state(labels, decision.face_id, 0, &now, err);
    if (status != SIT_OK)
        return status;
    *kept = now.label_event != after.label_event ||
            now.class_index != after.class_index;
    if (*kept)
        before = now;
    event->class_index = before.class_index;
    event->confirmed = before.confirmed;
    event->restores = before.label_event;
    event->undoes = decision.event_id;
    return sit_project_append_event(labels->project, event, &event->id, err);
}

static void note_result(const struct sit_labels *labels, const struct sit_event *events,
                        const bool *kept, size_t n, struct sit_undo_result *result)
{
    /* The first of the batch in the collection's order. */
    size_t first = SIZE_MAX, at = 0;
    for (size_t i = 0; i < n; i++) {
        size_t index = sit_face_table_find(&labels->table, events[i].face_id);
        if (index < first) {
            first = index;
            at = i;
        }
    }
    *result = (struct sit_undo_result){
        .index = first,
        .n_faces = n,
        .before = first != SIZE_MAX ? labels->table.label[first] : SIT_NO_CLASS,
        .after = events[at].class_index,
        .kept = kept[at],
    };
}

static enum sit_status undo_or_redo(struct sit_labels *labels, enum sit_event_kind kind,
                                    enum sit_event_origin origin,
                                    struct sit_undo_result *result,
                                    struct sit_error *err)
{
    enum sit_status status = load_history(labels, err);
    if (status == SIT_OK)
        status = begin_write(labels, err);
    if (status != SIT_OK)
        return status;
    const struct label_stack *stack = kind == SIT_EVENT_UNDO ? &labels->history.done
                                                             : &labels->history.undone;
    size_t n = label_stack_top_unit(stack);
    struct sit_event *events = sit_calloc(n, sizeof *events);
    bool *kept = sit_calloc(n, sizeof *kept);
    if (n == 0)
        status = sit_error_set(err, SIT_E_NOT_FOUND, "nothing to %s",
                               kind == SIT_EVENT_UNDO ? "undo" : "redo");
    else if (events == NULL || kept == NULL)
        status = sit_error_nomem(err);
    for (size_t i = 0; status == SIT_OK && i < n; i++) {
        struct label_decision decision = stack->items[stack->n - 1 - i];
        events[i] = new_event(labels, decision.face_id, kind, origin);
        events[i].batch = decision.batch;
        status = take_back(labels, decision, &events[i], &kept[i], err);
    }
    struct sit_undo_result noted = {0};
    if (status == SIT_OK) {
        note_result(labels, events, kept, n, &noted);
        noted.was_confirm = stack->items[stack->n - 1].is_confirm;
    }
    status = finish_write(labels, events, n, status, err);
    if (status == SIT_OK && result != NULL)
        *result = noted;
    free(kept);
    free(events);
    return status;
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
