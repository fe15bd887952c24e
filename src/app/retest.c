/*
 * Retests from the event log: each event that relabels a face for the purpose is
 * compared with what the annotator had said before; one that was undone does not count.
 */
#include "retest.h"

#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

/* What the annotator has said of one face. */
struct opinion {
    int64_t face_id;
    sit_class_index class_index;
    int64_t retest_event; /* the newest one; 0: none */
    bool in_force;        /* not undone */
    bool same;
};

/* By face: an open hash table whose size is a power of two. */
struct opinions {
    struct opinion *slots;
    size_t n, n_slots;
    bool no_memory;
};

static struct opinion *find(const struct opinions *table, int64_t face_id)
{
    size_t mask = table->n_slots - 1;
    size_t at = (size_t)((uint64_t)face_id * 0x9e3779b97f4a7c15u >> 20) & mask;
    while (table->slots[at].face_id != 0 && table->slots[at].face_id != face_id)
        at = (at + 1) & mask;
    return &table->slots[at];
}

static bool grow(struct opinions *table)
{
    enum { FIRST_SLOTS = 1024 };
    struct opinions larger = {.n = table->n};
    larger.n_slots = table->n_slots > 0 ? 2 * table->n_slots : FIRST_SLOTS;
    larger.slots = sit_calloc(larger.n_slots, sizeof *larger.slots);
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; i < table->n_slots; i++)
        if (table->slots[i].face_id != 0)
            *find(&larger, table->slots[i].face_id) = table->slots[i];
    free(table->slots);
    *table = larger;
    return true;
}

static bool take_event(void *context, const struct sit_event *event)
{
    struct opinions *table = context;
    if (event->adjudicates)
        return true;
    if (2 * table->n >= table->n_slots && !grow(table)) {
        table->no_memory = true;
        return false;
    }
    struct opinion *opinion = find(table, event->face_id);
    if (opinion->face_id == 0) {
        *opinion = (struct opinion){.face_id = event->face_id,
                                    .class_index = SIT_NO_CLASS};
        table->n++;
    }
    bool is_retest = event->kind == SIT_EVENT_LABEL && event->reason != NULL &&
                     strcmp(event->reason, RETEST_REASON) == 0;
    if (is_retest && opinion->class_index != SIT_NO_CLASS) {
        opinion->retest_event = event->id;
        opinion->in_force = true;
        opinion->same = opinion->class_index == event->class_index;
    } else if (event->kind == SIT_EVENT_UNDO && opinion->retest_event != 0 &&
               event->undoes == opinion->retest_event) {
        opinion->in_force = false;
    } else if (event->kind == SIT_EVENT_REDO && opinion->retest_event != 0 &&
               event->restores == opinion->retest_event) {
        opinion->in_force = true;
    }
    opinion->class_index = event->class_index;
    return true;
}

enum sit_status retest_count(struct sit_project *project, int64_t annotator_id,
                             size_t *n_retested, size_t *n_same, struct sit_error *err)
{
    struct opinions table = {0};
    enum sit_status status = sit_project_events(project, 0, annotator_id, 0, take_event,
                                                &table, err);
    if (status == SIT_OK && table.no_memory)
        status = sit_error_nomem(err);
    size_t n = 0, same = 0;
    for (size_t i = 0; i < table.n_slots; i++) {
        n += table.slots[i].in_force;
        same += table.slots[i].in_force && table.slots[i].same;
    }
    free(table.slots);
    if (status != SIT_OK)
        return status;
    *n_retested = n;
    *n_same = same;
    return SIT_OK;
}
