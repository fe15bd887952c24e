/*
 * Stepping the review screen. review_draw.c draws it.
 */
#include "review_screen.h"

#include <stdio.h>
#include <string.h>

#include "command.h"

static enum sit_review_scope next_scope(enum sit_review_scope scope)
{
    switch (scope) {
    case SIT_REVIEW_ALL: return SIT_REVIEW_TEST;
    case SIT_REVIEW_TEST: return SIT_REVIEW_TRAIN;
    default: return SIT_REVIEW_ALL;
    }
}

static const char *work_word(enum sit_review_work work)
{
    return work == SIT_WORK_RETRAINING ? "training" : "computing";
}

static bool has_face(struct sit_review_screen *screen,
                     const struct sit_review_view *view)
{
    if (view->item != NULL && view->face != NULL)
        return true;
    sit_held_key_failed(&screen->base.held);
    if (screen->work != SIT_WORK_NONE)
        sit_screen_notice(&screen->base, SIT_STYLE_WARN, "still %s",
                          work_word(screen->work));
    else
        sit_screen_notice(&screen->base, SIT_STYLE_WARN, "no face is shown");
    return false;
}

static void decide(struct sit_review_screen *screen, const struct sit_review_view *view,
                   enum sit_effect_kind kind, int64_t at_ms, struct sit_effect *effect)
{
    if (!has_face(screen, view) ||
        !sit_screen_has_seen(&screen->base, view->item->face_id, at_ms))
        return;
    effect->kind = kind;
    effect->keeps = kind == SIT_EFFECT_LABEL &&
                    effect->class_index == view->face->label;
    effect->spent_ms = sit_screen_spent_ms(&screen->base, view->item->face_id, at_ms);
    sit_screen_act_on(&screen->base, view->face->name);
}

static void faces_key(struct sit_review_screen *screen,
                      const struct sit_review_view *view,
                      const struct sit_ui_event *event, struct sit_effect *effect)
{
    struct sit_screen *base = &screen->base;
    sit_class_index class_index;
    enum sit_request request = sit_screen_key(base, &sit_review_keymap, view->classes,
                                              event, &class_index, effect);
    switch (request) {
    case SIT_REQUEST_CLASS:
        effect->class_index = class_index;
        decide(screen, view, SIT_EFFECT_LABEL, event->at_ms, effect);
        break;
    case SIT_REQUEST_CONFIRM:
        decide(screen, view, SIT_EFFECT_CONFIRM, event->at_ms, effect);
        break;
    case SIT_REQUEST_SKIP:
    case SIT_REQUEST_ON:
    case SIT_REQUEST_PAGE_ON:
    case SIT_REQUEST_BACK:
    case SIT_REQUEST_PAGE_BACK:
    case SIT_REQUEST_FIRST:
    case SIT_REQUEST_LAST:
        if (has_face(screen, view))
            sit_screen_common_request(
                base, request == SIT_REQUEST_SKIP ? SIT_REQUEST_ON : request,
                view->position, view->n_shown, effect);
        break;
    case SIT_REQUEST_CONTEXT:
        if (has_face(screen, view))
            sit_screen_toggle_context(base, view->item->face_id);
        break;
    case SIT_REQUEST_COMMAND: sit_screen_ask(base, SIT_PROMPT_COMMAND, ""); break;
    case SIT_REQUEST_ZOOM:
        if (view->item != NULL)
            sit_screen_toggle_zoom(base, view->item->face_id);
        break;
    case SIT_REQUEST_SCOPE:
        effect->kind = SIT_EFFECT_SCOPE;
        effect->scope = next_scope(view->scope);
        break;
    case SIT_REQUEST_LIST:
        if (screen->work != SIT_WORK_NONE) {
            sit_screen_notice(base, SIT_STYLE_WARN, "still %s",
                              work_word(screen->work));
            break;
        }
        effect->kind = SIT_EFFECT_LIST;
        effect->kind_of_list = view->kind == SIT_REVIEW_SUSPECTS ? SIT_REVIEW_MISTAKES
                                                                 : SIT_REVIEW_SUSPECTS;
        break;
    case SIT_REQUEST_RETRAIN:
        if (screen->work != SIT_WORK_NONE)
            sit_screen_notice(base, SIT_STYLE_WARN, "still %s",
                              work_word(screen->work));
        else
            effect->kind = SIT_EFFECT_RETRAIN;
        break;
    default:
        sit_screen_common_request(base, request, view->position, view->n_shown, effect);
    }
}

void sit_review_screen_step(struct sit_review_screen *screen,
                            const struct sit_review_screen_view *view,
                            const struct sit_ui_event *event, struct sit_effect *effect)
{
    *effect = (struct sit_effect){.spent_ms = -1, .class_index = SIT_NO_CLASS};
    if (event->kind == SIT_UI_SHOWN)
        sit_screen_shown(&screen->base, event->face_id, event->at_ms);
    if (event->kind != SIT_UI_KEY)
        return;
    if (sit_screen_take_paste(&screen->base, event->key) ||
        sit_screen_global_key(event->key, effect))
        return;
    else if (screen->base.mode == SIT_MODE_HELP)
        sit_screen_help_key(&screen->base, event->key, effect);
    else if (screen->base.mode == SIT_MODE_PROMPT)
        sit_command_key(&screen->base, view->review->classes, view->review->n_shown,
                        event->key, effect);
    else
        faces_key(screen, view->review, event, effect);
}

static void failed(struct sit_screen *base, const struct sit_effect *effect,
                   const struct sit_effect_result *result)
{
    sit_held_key_failed(&base->held);
    if (result->status == SIT_E_NOT_FOUND && effect->kind == SIT_EFFECT_UNDO)
        sit_screen_notice(base, SIT_STYLE_WARN, "nothing to undo");
    else if (result->status == SIT_E_NOT_FOUND && effect->kind == SIT_EFFECT_REDO)
        sit_screen_notice(base, SIT_STYLE_WARN, "nothing to redo");
    else if (effect->kind == SIT_EFFECT_LABEL || effect->kind == SIT_EFFECT_CONFIRM)
        sit_screen_notice(base, SIT_STYLE_BAD, "not saved: %s", result->message);
    else
        sit_screen_notice(base, SIT_STYLE_BAD, "%s", result->message);
}

static void list_notice(struct sit_screen *base, const struct sit_review_view *review)
{
    const char *what = review->kind == SIT_REVIEW_SUSPECTS ? "suspect labels"
                                                           : "misclassified faces";
    sit_screen_notice(base, SIT_STYLE_NORMAL, "%s: %zu to review", what,
                      review->n_shown);
}

void sit_review_screen_done(struct sit_review_screen *screen,
                            const struct sit_review_screen_view *view,
                            const struct sit_effect *effect,
                            const struct sit_effect_result *result)
{
    struct sit_screen *base = &screen->base;
    const struct sit_review_view *review = view->review;
    if (result->status != SIT_OK) {
        failed(base, effect, result);
        return;
    }
    switch (effect->kind) {
    case SIT_EFFECT_LABEL:
        sit_screen_notice(base, sit_class_style(effect->class_index), "%s: %s%s",
                          base->acted_on, effect->keeps ? "kept as " : "",
                          sit_class_display_name(review->classes, effect->class_index));
        break;
    case SIT_EFFECT_CONFIRM:
        sit_screen_notice(base, SIT_STYLE_GOOD, "%s: label kept, not shown again",
                          base->acted_on);
        break;
    case SIT_EFFECT_UNDO:
    case SIT_EFFECT_REDO: /* the face concerned may not be in this list */
        sit_screen_undo_notice(base, effect, &result->undo, review->classes, NULL);
        break;
    case SIT_EFFECT_SCOPE:
        if (review->list == NULL || review->list->n == 0)
            sit_screen_notice(base, SIT_STYLE_NORMAL, "scope: %s",
                              sit_review_scope_name(review->scope));
        else
            sit_screen_notice(base, SIT_STYLE_NORMAL, "scope: %s, %zu faces",
                              sit_review_scope_name(review->scope), review->n_shown);
        break;
    case SIT_EFFECT_LIST:
        screen->problem[0] = '\0';
        if (screen->work == SIT_WORK_NONE)
            list_notice(base, review);
        break;
    case SIT_EFFECT_FILTER:
        if (review->filter[0] == '\0')
            list_notice(base, review);
        else
            sit_screen_notice(base, SIT_STYLE_NORMAL,
                              "%zu of %zu match; :filter alone shows all again",
                              review->n_shown, review->list->n);
        break;
    default: break;
    }
}

/*
 * Background work
 */

void sit_review_screen_started(struct sit_review_screen *screen,
                               const struct sit_review_screen_view *view, bool retrain)
{
    const struct sit_review_list *list = view->review->list;
    screen->work = retrain ? SIT_WORK_RETRAINING : SIT_WORK_COMPUTING;
    sit_screen_work_began(&screen->base, work_word(screen->work));
    screen->base.warned_of_quitting = true; /* it is soon done again: no question */
    screen->problem[0] = '\0';
    screen->has_old_score = retrain && list != NULL && list->n_test > 0;
    if (screen->has_old_score) {
        screen->old_n_test = list->n_test;
        screen->old_n_test_correct = list->n_test_correct;
    }
}

void sit_review_screen_progress(struct sit_review_screen *screen, size_t done,
                                size_t total, const char *text)
{
    sit_screen_work_goes_on(&screen->base, done, total, text);
}

static double percent(size_t part, size_t whole)
{
    return whole == 0 ? 0 : 100.0 * (double)part / (double)whole;
}

static void retrained_notice(struct sit_review_screen *screen,
                             const struct sit_review_list *list)
{
    if (list->n_test == 0) {
        sit_screen_notice(&screen->base, SIT_STYLE_GOOD,
                          "trained: model %lld, no labelled test faces",
                          (long long)list->model_id);
        return;
    }
    if (!screen->has_old_score) {
        sit_screen_notice(&screen->base, SIT_STYLE_GOOD,
                          "trained: model %lld, %zu of %zu test faces right",
                          (long long)list->model_id, list->n_test_correct,
                          list->n_test);
        return;
    }
    double before = percent(screen->old_n_test_correct, screen->old_n_test);
    double now = percent(list->n_test_correct, list->n_test);
    sit_screen_notice(
        &screen->base, now < before ? SIT_STYLE_WARN : SIT_STYLE_GOOD,
        "trained: test %.1f %% (%zu of %zu) -> %.1f %% (%zu of %zu), model %lld",
        before, screen->old_n_test_correct, screen->old_n_test, now,
        list->n_test_correct, list->n_test, (long long)list->model_id);
}

void sit_review_screen_computed(struct sit_review_screen *screen,
                                const struct sit_review_screen_view *view,
                                enum sit_status status, const char *message)
{
    const struct sit_review_list *list = view->review->list;
    bool retrained = screen->work == SIT_WORK_RETRAINING;
    screen->work = SIT_WORK_NONE;
    screen->base.work[0] = screen->base.progress[0] = '\0';
    if (status != SIT_OK) {
        if (view->review->n_shown == 0)
            snprintf(screen->problem, sizeof screen->problem, "%s", message);
        sit_screen_notice(&screen->base, SIT_STYLE_BAD, "%s%s",
                          retrained ? "not trained: " : "", message);
    } else if (retrained && list != NULL) {
        retrained_notice(screen, list);
    } else if (list != NULL && list->kind == SIT_REVIEW_SUSPECTS) {
        list_notice(&screen->base, view->review);
    }
}
