/*
 * The labels of a project in memory, in step with the file. Writes go through one
 * place: a transaction that first takes in what others wrote, so that the state it
 * builds on is the state it replaces.
 */
#include "labels_memory.h"

#include <stdlib.h>

#include "sitter/alloc.h"
#include "sitter/progress.h"

/* From so many new events on the table is read anew rather than face by face. */
enum { MANY_EVENTS = 4000 };

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

static void set_state(struct sit_labels *labels, size_t i,
                      const struct sit_face_state *state)
{
    struct sit_face_table *table = &labels->table;
    size_t split = table->split[i];
    sit_class_index old = table->label[i];
    if (old == SIT_NO_CLASS)
        labels->counts.unlabelled[split]--;
    else
        labels->counts.by_class[old][split]--;
    if (state->label == SIT_NO_CLASS)
        labels->counts.unlabelled[split]++;
    else
        labels->counts.by_class[state->label][split]++;
    labels->counts.n_labelled = labels->counts.n_faces - labels->counts.unlabelled[0] -
                                labels->counts.unlabelled[1];
    table->n_disputed -= (table->flags[i] & SIT_FACE_DISPUTED) != 0;
    table->n_disputed += (state->flags & SIT_FACE_DISPUTED) != 0;
    table->label[i] = state->label;
    table->confirmed[i] = state->confirmed;
    table->flags[i] = state->flags;
}

static enum sit_status read_shares(struct sit_labels *labels, double shares[2],
                                   struct sit_error *err)
{
    enum sit_status status = sit_project_share(labels->project, SIT_SHARE_OVERLAP,
                                               &shares[SIT_SHARE_OVERLAP], err);
    if (status == SIT_OK)
        status = sit_project_share(labels->project, SIT_SHARE_RETEST,
                                   &shares[SIT_SHARE_RETEST], err);
    return status;
}

/* The whole table anew. */
static enum sit_status load_table(struct sit_labels *labels, struct sit_error *err)
{
    struct sit_face_table table;
    double shares[2];
    enum sit_status status = read_shares(labels, shares, err);
    if (status == SIT_OK)
        status = sit_face_table_load(labels->project, labels->viewer_id, &table, err);
    if (status != SIT_OK)
        return status;
    sit_face_table_release(&labels->table);
    labels->table = table;
    labels->shares[0] = shares[0];
    labels->shares[1] = shares[1];
    count_all(labels);
    return SIT_OK;
}

static enum sit_status open_labels(struct sit_project *project, const char *annotator,
                                   bool resolved, struct sit_labels **out,
                                   struct sit_error *err)
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
    labels->viewer_id = resolved ? 0 : labels->annotator_id;
    if (status == SIT_OK)
        status = sit_project_data_version(project, &labels->data_version, err);
    if (status == SIT_OK)
        status = sit_project_classes(project, &labels->classes, err);
    if (status == SIT_OK)
        status = load_table(labels, err);
    if (status != SIT_OK) {
        sit_labels_free(labels);
        return status;
    }
    *out = labels;
    return SIT_OK;
}

enum sit_status sit_labels_open(struct sit_project *project, const char *annotator,
                                struct sit_labels **out, struct sit_error *err)
{
    return open_labels(project, annotator, false, out, err);
}

enum sit_status sit_labels_open_resolved(struct sit_project *project,
                                         const char *annotator, struct sit_labels **out,
                                         struct sit_error *err)
{
    return open_labels(project, annotator, true, out, err);
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

void sit_labels_set_scripted(struct sit_labels *labels)
{
    labels->is_scripted = true;
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

static void forget_history(struct sit_labels *labels)
{
    label_history_release(&labels->history);
    labels->history_loaded = false;
    labels->history_clock = 0;
}

/* Let the stacks know of an event of the annotator's. Where it does not come last, or
 * memory is short, they are replayed from the file at the next undo. */
static void follow_history(struct sit_labels *labels, const struct sit_event *event)
{
    if (!labels->history_loaded || event->annotator_id != labels->annotator_id)
        return;
    if (event->clock <= labels->history_clock ||
        !label_history_apply(&labels->history, event))
        forget_history(labels);
    else
        labels->history_clock = event->clock;
}

struct follow {
    struct sit_labels *labels;
    size_t n_seen;
    enum sit_status status;
    struct sit_error *err;
};

static bool follow_event(void *context, const struct sit_event *event)
{
    struct follow *follow = context;
    struct sit_labels *labels = follow->labels;
    size_t i = sit_face_table_find(&labels->table, event->face_id);
    struct sit_face_state state;
    if (i != SIZE_MAX) {
        follow->status = sit_project_face_state(labels->project, event->face_id,
                                                labels->viewer_id, &state, follow->err);
        if (follow->status != SIT_OK)
            return false;
        set_state(labels, i, &state);
    }
    labels->table.last_event_id = event->id;
    follow->n_seen++;
    follow_history(labels, event);
    return true;
}

/* Take in all events since the last one seen. */
static enum sit_status catch_up(struct sit_labels *labels, size_t *n_seen,
                                struct sit_error *err)
{
    int64_t newest;
    enum sit_status status = sit_project_last_event(labels->project, &newest, err);
    if (status != SIT_OK)
        return status;
    if (newest - labels->table.last_event_id > MANY_EVENTS) {
        status = load_table(labels, err);
        forget_history(labels);
        if (n_seen != NULL)
            *n_seen = 1;
        return status;
    }
    if (newest <= labels->table.last_event_id)
        return SIT_OK;
    struct follow follow = {.labels = labels, .err = err};
    status = sit_project_events(labels->project, labels->table.last_event_id, 0, 0,
                                follow_event, &follow, err);
    if (n_seen != NULL)
        *n_seen = follow.n_seen;
    return follow.status != SIT_OK ? follow.status : status;
}

struct replay {
    struct sit_labels *labels;
    bool no_memory;
};

static bool replay_event(void *context, const struct sit_event *event)
{
    struct replay *replay = context;
    struct sit_labels *labels = replay->labels;
    if (event->id > labels->table.last_event_id)
        return true; /* it is followed later */
    replay->no_memory = !label_history_apply(&labels->history, event);
    labels->history_clock = event->clock;
    return !replay->no_memory;
}

enum sit_status labels_load_history(struct sit_labels *labels, struct sit_error *err)
{
    if (labels->history_loaded)
        return SIT_OK;
    struct replay replay = {.labels = labels};
    enum sit_status status = sit_project_events(
        labels->project, 0, labels->annotator_id, 0, replay_event, &replay, err);
    if (status == SIT_OK && replay.no_memory)
        status = sit_error_nomem(err);
    if (status != SIT_OK)
        forget_history(labels);
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
    double shares[2];
    status = sit_project_count_faces(labels->project, &n_faces, err);
    if (status == SIT_OK)
        status = read_shares(labels, shares, err);
    if (status == SIT_OK)
        status = catch_up(labels, &n_seen, err);
    if (status != SIT_OK)
        return status;
    /* Somebody imported more, or changed who labels what. */
    if (n_faces != labels->table.n || shares[0] != labels->shares[0] ||
        shares[1] != labels->shares[1]) {
        int64_t last_event_id = labels->table.last_event_id;
        status = load_table(labels, err);
        if (status != SIT_OK)
            return status;
        if (labels->table.last_event_id != last_event_id)
            forget_history(labels);
        n_seen++;
    }
    labels->data_version = version;
    if (changed != NULL)
        *changed = n_seen > 0;
    return SIT_OK;
}

/*
 * Writing
 */

enum sit_status labels_check_index(const struct sit_labels *labels, size_t index,
                                   struct sit_error *err)
{
    if (index >= labels->table.n)
        return sit_error_set(err, SIT_E_ARG, "there is no face number %zu", index);
    return SIT_OK;
}

enum sit_status labels_begin_write(struct sit_labels *labels, struct sit_error *err)
{
    enum sit_status status = sit_project_begin(labels->project, err);
    if (status != SIT_OK)
        return status;
    status = catch_up(labels, NULL, err);
    if (status != SIT_OK)
        sit_project_rollback(labels->project);
    return status;
}

struct sit_event labels_new_event(const struct sit_labels *labels, int64_t face_id,
                                  enum sit_event_kind kind,
                                  enum sit_event_origin origin)
{
    return (struct sit_event){.face_id = face_id,
                              .annotator_id = labels->annotator_id,
                              .kind = kind,
                              .origin = labels->is_scripted ? SIT_ORIGIN_SCRIPT
                                                            : origin,
                              .class_index = SIT_NO_CLASS,
                              .at_ms = sit_time_ms(),
                              .spent_ms = -1,
                              .suggested = SIT_NO_CLASS};
}

enum sit_status labels_append(struct sit_labels *labels, struct sit_event *event,
                              struct sit_error *err)
{
    enum sit_status status = sit_project_next_clock(labels->project, &event->clock,
                                                    err);
    if (status == SIT_OK)
        status = sit_project_append_event(labels->project, event, &event->id, err);
    return status;
}

/* What the faces of the events look like after them; read before the commit, since
 * nothing may fail after it. */
static enum sit_status read_states(struct sit_labels *labels,
                                   const struct sit_event *events, size_t n,
                                   struct sit_face_state *states, struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < n; i++)
        status = sit_project_face_state(labels->project, events[i].face_id,
                                        labels->viewer_id, &states[i], err);
    return status;
}

size_t sit_labels_n_written(const struct sit_labels *labels)
{
    return labels->n_written;
}

enum sit_status labels_finish_write(struct sit_labels *labels,
                                    const struct sit_event *events, size_t n,
                                    enum sit_status status, struct sit_error *err)
{
    struct sit_face_state *states = NULL;
    if (status == SIT_OK) {
        states = sit_calloc(n, sizeof *states);
        status = states != NULL || n == 0 ? SIT_OK : sit_error_nomem(err);
    }
    if (status == SIT_OK)
        status = read_states(labels, events, n, states, err);
    if (status == SIT_OK)
        status = sit_project_commit(labels->project, err);
    else
        sit_project_rollback(labels->project);
    labels->n_written += status == SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < n; i++) {
        size_t at = sit_face_table_find(&labels->table, events[i].face_id);
        if (at != SIZE_MAX)
            set_state(labels, at, &states[i]);
        labels->table.last_event_id = events[i].id;
        follow_history(labels, &events[i]);
    }
    free(states);
    return status;
}
