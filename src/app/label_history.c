/*
 * Undo and redo stacks, replayed from the event log. Imports are not decisions of a
 * person at a screen and cannot be undone key by key.
 */
#include "label_history.h"

#include <stdlib.h>

#include "sitter/alloc.h"

void label_history_release(struct label_history *history)
{
    free(history->done.items);
    free(history->undone.items);
    *history = (struct label_history){0};
}

static bool push(struct label_stack *stack, const struct sit_event *event,
                 bool is_confirm)
{
    void *items = stack->items;
    if (!sit_grow_array(&items, &stack->capacity, stack->n + 1, sizeof *stack->items))
        return false;
    stack->items = items;
    stack->items[stack->n++] = (struct label_decision){
        .event_id = event->id,
        .face_id = event->face_id,
        .batch = event->batch,
        .is_confirm = is_confirm,
        .adjudicates = event->adjudicates};
    return true;
}

/* Remove the decision with that event from a stack (on top or, within a batch, near
 * it); whether it was a confirm. */
static bool take_out(struct label_stack *stack, int64_t event_id)
{
    for (size_t i = stack->n; i > 0; i--) {
        if (stack->items[i - 1].event_id != event_id)
            continue;
        bool is_confirm = stack->items[i - 1].is_confirm;
        for (size_t j = i; j < stack->n; j++)
            stack->items[j - 1] = stack->items[j];
        stack->n--;
        return is_confirm;
    }
    return false;
}

bool label_history_apply(struct label_history *history, const struct sit_event *event)
{
    if (event->origin == SIT_ORIGIN_IMPORT || event->origin == SIT_ORIGIN_DEMO)
        return true;
    switch (event->kind) {
    case SIT_EVENT_LABEL:
    case SIT_EVENT_CONFIRM:
        history->undone.n = 0;
        return push(&history->done, event, event->kind == SIT_EVENT_CONFIRM);
    case SIT_EVENT_UNDO:
        return push(&history->undone, event, take_out(&history->done, event->undoes));
    case SIT_EVENT_REDO:
        return push(&history->done, event, take_out(&history->undone, event->undoes));
    }
    return true;
}

size_t label_stack_top_unit(const struct label_stack *stack)
{
    if (stack->n == 0)
        return 0;
    int64_t batch = stack->items[stack->n - 1].batch;
    size_t n = 1;
    while (batch != 0 && n < stack->n && stack->items[stack->n - 1 - n].batch == batch)
        n++;
    return n;
}
