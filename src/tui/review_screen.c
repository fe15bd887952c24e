/*
 * Stepping the review screen. review_draw.c draws it.
 */
#include "review_screen.h"

#include <stdio.h>
#include <string.h>

#include "command.h"
#include "sitter/text.h"

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

const struct sit_keymap *sit_review_screen_keymap(const struct sit_review_view *view)
{
    return view->is_adjudication ? &sit_adjudicate_keymap : &sit_review_keymap;
}

const char *sit_review_list_words(const struct sit_review_view *view)
{
    switch (view->kind) {
    case SIT_REVIEW_SUSPECTS: return "suspect labels";
    case SIT_REVIEW_DISAGREEMENTS: return "disagreements";
    case SIT_REVIEW_BOOKMARKED: return "bookmarked faces";
    case SIT_REVIEW_ABSTAINED: return "doubtful predictions";
    default: return "misclassified faces";
    }
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

/* What is to hold for all was decided on the face before, or is one's label of this. */
static void decide_for_all(struct sit_review_screen *screen,
                           const struct sit_review_view *view, int64_t at_ms,
                           struct sit_effect *effect)
{
    const struct sit_review_outcome *outcome = view->outcome;
    if (outcome == NULL || !outcome->is_contested) {
        decide(screen, view, SIT_EFFECT_FOR_ALL, at_ms, effect);
        return;
    }
    effect->kind = SIT_EFFECT_FOR_ALL; /* acted_on is still the face decided on */
    effect->spent_ms = -1;
}

static void next_list(struct sit_review_screen *screen,
                      const struct sit_review_view *view, struct sit_effect *effect)
{
    if (screen->work != SIT_WORK_NONE) {
        sit_screen_notice(&screen->base, SIT_STYLE_WARN, "still %s",
                          work_word(screen->work));
        return;
    }
    effect->kind = SIT_EFFECT_LIST;
    effect->kind_of_list = (enum sit_review_kind)((view->kind + 1) %
                                                  SIT_REVIEW_N_KINDS);
}

static void faces_key(struct sit_review_screen *screen,
                      const struct sit_review_view *view,
                      const struct sit_ui_event *event, struct sit_effect *effect)
{
    struct sit_screen *base = &screen->base;
    sit_class_index class_index;
    enum sit_request request = sit_screen_key(base, sit_review_screen_keymap(view),
                                              view->classes, event, &class_index,
                                              effect);
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
    case SIT_REQUEST_LIST: next_list(screen, view, effect); break;
    case SIT_REQUEST_BLIND:
        effect->kind = SIT_EFFECT_BLIND;
        effect->hides = !view->blind;
        break;
    case SIT_REQUEST_FOR_ALL: decide_for_all(screen, view, event->at_ms, effect); break;
    case SIT_REQUEST_BOOKMARK:
        decide(screen, view, SIT_EFFECT_BOOKMARK, event->at_ms, effect);
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

static void list_notice(struct sit_screen *base, const struct sit_review_view *review)
{
    sit_screen_notice(base, SIT_STYLE_NORMAL, "%s: %zu to %s",
                      sit_review_list_words(review), review->n_shown,
                      review->is_adjudication ? "decide" : "review");
}

/* What was hidden: what the label was, and what the model says. */
static void append_hidden(const struct sit_review_outcome *outcome,
                          const struct sit_class_list *classes, struct sit_buf *text)
{
    bool told = outcome->is_contested; /* by what others say */
    if (!told && outcome->before == SIT_NO_CLASS)
        sit_buf_append_text(text, "; there was no label");
    else if (!told && outcome->before == outcome->decided)
        sit_buf_append_text(text, ", as labelled before");
    else if (!told)
        sit_buf_appendf(text, ", labelled %s before",
                        sit_class_display_name(classes, outcome->before));
    if (outcome->predicted == SIT_NO_CLASS)
        return;
    sit_buf_appendf(text, "; model %s %s (%.2f)",
                    outcome->predicted == outcome->decided ? "agrees:" : "says",
                    sit_class_display_name(classes, outcome->predicted),
                    outcome->p_predicted);
}

/* After a decision. What matters comes first: it must be there in a narrow window. */
static void decided_notice(struct sit_screen *base,
                           const struct sit_review_view *review,
                           const struct sit_effect *effect)
{
    static const struct sit_review_outcome none = {.decided = SIT_NO_CLASS};
    const struct sit_review_outcome *outcome = review->outcome != NULL ? review->outcome
                                                                       : &none;
    const struct sit_class_list *classes = review->classes;
    bool confirms = effect->kind == SIT_EFFECT_CONFIRM;
    sit_class_index decided = outcome->face_id != 0 ? outcome->decided
                                                    : effect->class_index;
    const char *name = sit_class_display_name(classes, decided);
    struct sit_buf text = {0}, key = {0};
    if (outcome->is_contested) {
        sit_keymap_key_of(sit_review_screen_keymap(review), classes,
                          SIT_REQUEST_FOR_ALL, &key);
        if (outcome->resolved == SIT_NO_CLASS)
            sit_buf_append_text(&text, "now disputed; ");
        else
            sit_buf_appendf(&text, "still %s for all; ",
                            sit_class_display_name(classes, outcome->resolved));
        if (key.n_bytes > 0)
            sit_buf_appendf(&text, "%s decides for all. ", sit_buf_text(&key));
    }
    if (outcome->for_all)
        sit_buf_appendf(&text, "%s: %s for all", base->acted_on, name);
    else if (confirms && !outcome->is_contested)
        sit_buf_appendf(&text, "%s: label kept%s", base->acted_on,
                        review->kind == SIT_REVIEW_DISAGREEMENTS ||
                                review->kind == SIT_REVIEW_BOOKMARKED
                            ? ""
                            : ", not shown again");
    else
        sit_buf_appendf(&text, "%s: %s%s", base->acted_on,
                        effect->keeps || confirms ? "kept as " : "", name);
    if (outcome->is_contested && outcome->others.n_bytes > 0)
        sit_buf_appendf(&text, "; %s", sit_buf_text(&outcome->others));
    if (outcome->was_blind)
        append_hidden(outcome, classes, &text);
    enum sit_style style = outcome->is_contested ? SIT_STYLE_WARN
                           : confirms            ? SIT_STYLE_GOOD
                                                 : sit_class_style(decided);
    struct sit_buf safe = {0};
    sit_text_fit(&safe, sit_buf_text(&text), SIT_NOTICE_BYTES / 2);
    sit_screen_notice(base, style, "%s", sit_buf_text(&safe));
    sit_buf_release(&safe);
    sit_buf_release(&key);
    sit_buf_release(&text);
}

void sit_review_screen_done(struct sit_review_screen *screen,
                            const struct sit_review_screen_view *view,
                            const struct sit_effect *effect,
                            const struct sit_effect_result *result)
{
    struct sit_screen *base = &screen->base;
    const struct sit_review_view *review = view->review;
    if (result->status != SIT_OK) {
        sit_screen_failed(base, effect, result);
        return;
    }
    switch (effect->kind) {
    case SIT_EFFECT_LABEL:
    case SIT_EFFECT_CONFIRM:
    case SIT_EFFECT_FOR_ALL: decided_notice(base, review, effect); break;
    case SIT_EFFECT_BLIND:
        sit_screen_notice(base, SIT_STYLE_NORMAL, "%s",
                          review->blind ? "blind: labels are hidden until you decide"
                                        : "labels and predictions are shown");
        break;
    case SIT_EFFECT_BOOKMARK:
        sit_screen_notice(base, SIT_STYLE_NORMAL, "%s: %s", base->acted_on,
                          review->bookmarked ? "bookmarked" : "no bookmark any more");
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
    } else if (list != NULL && list->kind != SIT_REVIEW_MISTAKES) {
        list_notice(&screen->base, view->review);
    }
}
