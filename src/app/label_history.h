/*
 * Private to app: what one annotator can undo and redo, as stacks of decisions that
 * follow from the events alone.
 */
#ifndef SITTER_APP_LABEL_HISTORY_H
#define SITTER_APP_LABEL_HISTORY_H

#include "sitter/project.h"

struct label_decision {
    int64_t event_id; /* the event that an undo (or redo) takes back */
    int64_t face_id;
    int64_t batch; /* 0: on its own */
    bool is_confirm;
    bool adjudicates;
};

struct label_stack {
    struct label_decision *items;
    size_t n, capacity;
};

/* Zero-initialise. */
struct label_history {
    struct label_stack done;   /* newest on top */
    struct label_stack undone; /* what a redo would do again, next on top */
};

void label_history_release(struct label_history *history);

/* Take in the annotator's next event. False without memory. */
bool label_history_apply(struct label_history *history, const struct sit_event *event);

/* How many decisions on top of a stack belong together: 0 when empty, 1 for a single
 * one, more for a batch. */
size_t label_stack_top_unit(const struct label_stack *stack);

#endif
