/*
 * Stepping the labelling screen. label_draw.c draws it.
 */
#include "label_screen.h"

#include <stdio.h>
#include <string.h>

#include "command.h"

static void find_again(struct sit_screen *base, const struct sit_session_view *view,
                       bool backwards, struct sit_effect *effect)
{
    struct sit_key_text key = sit_keymap_key_text(&sit_label_keymap, view->classes,
                                                  SIT_REQUEST_FIND);
    if (base->sought[0] == '\0') {
        sit_screen_notice(base, SIT_STYLE_WARN,
                          "nothing to find yet; %s asks for a name",
                          key.text[0] != '\0' ? key.text : ":goto");
        return;
    }
    effect->kind = SIT_EFFECT_FIND;
    effect->backwards = backwards;
    memcpy(effect->text, base->sought, sizeof effect->text);
}

static void set_text(struct sit_effect *effect, enum sit_effect_kind kind,
                     const char *text)
{
    effect->kind = kind;
    snprintf(effect->text, sizeof effect->text, "%s", text);
}

static void prompt_key(struct sit_screen *base, const struct sit_session_view *view,
                       uint32_t key, struct sit_effect *effect)
{
    if (sit_command_key(base, view->classes, view->n_faces, key, effect) !=
        SIT_PROMPT_ACCEPTED)
        return;
    const char *text = base->prompt.text;
    switch (base->purpose) {
    case SIT_PROMPT_FIND:
        if (text[0] != '\0')
            memcpy(base->sought, text, sizeof base->sought);
        find_again(base, view, false, effect);
        break;
    case SIT_PROMPT_COMMENT: set_text(effect, SIT_EFFECT_COMMENT, text); break;
    case SIT_PROMPT_COMMAND: break; /* has been run */
    }
}

static void label(struct sit_screen *base, const struct sit_session_view *view,
                  sit_class_index class_index, int64_t at_ms, struct sit_effect *effect)
{
    if (!sit_screen_has_seen(base, view->face->face_id, at_ms))
        return;
    effect->kind = SIT_EFFECT_LABEL;
    effect->class_index = class_index;
    effect->spent_ms = sit_screen_spent_ms(base, view->face->face_id, at_ms);
    sit_screen_act_on(base, view->face->name);
}

/* Why nothing can be accepted. */
static void nothing_suggested(struct sit_screen *base,
                              const struct sit_session_view *view)
{
    const char *text = "nothing is suggested for this face";
    if (view->suggestions_hidden)
        text = "the suggestions are hidden";
    else if (view->live.phase == SIT_LIVE_OFF)
        text = "no suggestions: the project has no features, or --no-live";
    else if (view->live.phase == SIT_LIVE_LOADING)
        text = "no suggestion yet: the features are being read";
    else if (view->live.phase == SIT_LIVE_WAITING)
        text = "no suggestion yet: label a face of each of two classes";
    else if (view->live.phase == SIT_LIVE_FAILED)
        text = "no suggestions: the model has stopped";
    else if (view->face->split == SIT_TEST && view->face->label == SIT_NO_CLASS)
        text = "nothing is suggested for test faces: they are to judge the model";
    sit_held_key_failed(&base->held);
    sit_screen_notice(base, SIT_STYLE_WARN, "%s", text);
}

/* The model may have changed its mind between the eye and the key. */
static void accept(struct sit_label_screen *screen, const struct sit_session_view *view,
                   int64_t at_ms, struct sit_effect *effect)
{
    struct sit_screen *base = &screen->base;
    sit_class_index class_index = view->suggestion.class_index;
    if (class_index == SIT_NO_CLASS || view->suggestions_hidden) {
        nothing_suggested(base, view);
        return;
    }
    if (!sit_screen_has_seen(base, view->face->face_id, at_ms))
        return;
    if (screen->suggested != class_index || at_ms < screen->suggested_at_ms) {
        sit_held_key_dropped(&base->held);
        sit_screen_notice(base, SIT_STYLE_WARN,
                          "the suggestion has just changed: look again");
        return;
    }
    label(base, view, class_index, at_ms, effect);
    effect->kind = SIT_EFFECT_ACCEPT;
}

static void comment(struct sit_screen *base, const struct sit_session_view *view)
{
    if (strlen(view->comment) >= SIT_PROMPT_BYTES) {
        sit_screen_notice(base, SIT_STYLE_WARN,
                          "the comment is too long to be edited here");
        return;
    }
    sit_screen_ask(base, SIT_PROMPT_COMMENT, view->comment);
}

static void faces_key(struct sit_label_screen *screen,
                      const struct sit_session_view *view,
                      const struct sit_ui_event *event, struct sit_effect *effect)
{
    struct sit_screen *base = &screen->base;
    sit_class_index class_index;
    enum sit_request request = sit_screen_key(base, &sit_label_keymap, view->classes,
                                              event, &class_index, effect);
    switch (request) {
    case SIT_REQUEST_CLASS: label(base, view, class_index, event->at_ms, effect); break;
    case SIT_REQUEST_SKIP: effect->kind = SIT_EFFECT_SKIP; break;
    case SIT_REQUEST_CONTEXT:
        sit_screen_toggle_context(base, view->face->face_id);
        break;
    case SIT_REQUEST_ZOOM: sit_screen_toggle_zoom(base, view->face->face_id); break;
    case SIT_REQUEST_FIND: sit_screen_ask(base, SIT_PROMPT_FIND, ""); break;
    case SIT_REQUEST_ACCEPT: accept(screen, view, event->at_ms, effect); break;
    case SIT_REQUEST_HIDE_SUGGESTIONS:
        effect->kind = SIT_EFFECT_HIDE_SUGGESTIONS;
        effect->hides = !view->suggestions_hidden;
        break;
    case SIT_REQUEST_QUEUE:
        effect->kind = SIT_EFFECT_QUEUE;
        effect->queue = (enum sit_queue)((view->queue + 1) % SIT_N_QUEUES);
        break;
    case SIT_REQUEST_COMMENT: comment(base, view); break;
    case SIT_REQUEST_BOOKMARK:
        effect->kind = SIT_EFFECT_BOOKMARK;
        sit_screen_act_on(base, view->face->name);
        break;
    case SIT_REQUEST_COMMAND: sit_screen_ask(base, SIT_PROMPT_COMMAND, ""); break;
    case SIT_REQUEST_GRID: effect->kind = SIT_EFFECT_GRID; break;
    case SIT_REQUEST_FIND_NEXT: find_again(base, view, false, effect); break;
    case SIT_REQUEST_FIND_PREVIOUS: find_again(base, view, true, effect); break;
    default:
        sit_screen_common_request(base, request, view->position, view->n_faces, effect);
    }
}

static void shown(struct sit_label_screen *screen, const struct sit_session_view *view,
                  const struct sit_ui_event *event)
{
    bool other = screen->base.shown_face_id != event->face_id;
    sit_screen_shown(&screen->base, event->face_id, event->at_ms);
    if (event->face_id != view->face->face_id)
        return;
    sit_class_index now = view->suggestions_hidden ? SIT_NO_CLASS
                                                   : view->suggestion.class_index;
    if (other || screen->suggested != now)
        screen->suggested_at_ms = event->at_ms;
    screen->suggested = now;
}

void sit_label_screen_step(struct sit_label_screen *screen,
                           const struct sit_session_view *view,
                           const struct sit_ui_event *event, struct sit_effect *effect)
{
    *effect = (struct sit_effect){.spent_ms = -1, .class_index = SIT_NO_CLASS};
    if (event->kind == SIT_UI_SHOWN) {
        shown(screen, view, event);
        return;
    }
    if (event->kind != SIT_UI_KEY)
        return;
    if (sit_screen_take_paste(&screen->base, event->key) ||
        sit_screen_global_key(event->key, effect))
        return;
    switch (screen->base.mode) {
    case SIT_MODE_PROMPT: prompt_key(&screen->base, view, event->key, effect); break;
    case SIT_MODE_HELP: sit_screen_help_key(&screen->base, event->key, effect); break;
    case SIT_MODE_FACES: faces_key(screen, view, event, effect); break;
    }
}

struct sit_key_text sit_label_quit_key(const struct sit_session_view *view)
{
    struct sit_key_text key = sit_keymap_key_text(&sit_label_keymap, view->classes,
                                                  SIT_REQUEST_QUIT);
    if (key.text[0] == '\0')
        snprintf(key.text, sizeof key.text, ":quit");
    return key;
}

bool sit_label_all_labelled(const struct sit_session_view *view)
{
    return view->counts->n_labelled >= view->counts->n_faces;
}

static void failed(struct sit_screen *base, const struct sit_effect *effect,
                   const struct sit_effect_result *result)
{
    sit_screen_failed(base, effect, result);
    if (result->status == SIT_E_NOT_FOUND && effect->kind == SIT_EFFECT_FIND)
        sit_screen_notice(base, SIT_STYLE_WARN, "no name contains \"%s\"",
                          effect->text);
}

static void labelled_notice(struct sit_screen *base,
                            const struct sit_session_view *view,
                            sit_class_index class_index)
{
    const char *name = sit_class_display_name(view->classes, class_index);
    enum sit_style style = sit_class_style(class_index);
    if (sit_label_all_labelled(view))
        sit_screen_notice(
            base, style, "%s: %s; all %zu faces are labelled: %s, then sitter train",
            base->acted_on, name, view->n_faces, sit_label_quit_key(view).text);
    else
        sit_screen_notice(base, style, "%s: %s", base->acted_on, name);
}

static const char *queue_words(enum sit_queue queue)
{
    static const char *const words[SIT_N_QUEUES] = {
        [SIT_QUEUE_GIVEN] = "as they were imported",
        [SIT_QUEUE_RANDOM] = "at random",
        [SIT_QUEUE_UNCERTAIN] = "where the model is least certain",
        [SIT_QUEUE_SPREAD] = "unlike those labelled so far",
        [SIT_QUEUE_LEAST] = "likely of the class with the fewest labels",
    };
    return words[queue];
}

static void bookmark_notice(struct sit_screen *base,
                            const struct sit_session_view *view,
                            const struct sit_effect *effect)
{
    if (effect->takes_back)
        sit_screen_notice(base, SIT_STYLE_WARN, "held key: counted once");
    else
        sit_screen_notice(base, SIT_STYLE_NORMAL, "%s: %s", base->acted_on,
                          view->bookmarked ? "bookmarked" : "no bookmark any more");
}

void sit_label_screen_done(struct sit_label_screen *screen,
                           const struct sit_session_view *view,
                           const struct sit_effect *effect,
                           const struct sit_effect_result *result)
{
    struct sit_screen *base = &screen->base;
    if (result->status != SIT_OK) {
        failed(base, effect, result);
        return;
    }
    switch (effect->kind) {
    case SIT_EFFECT_LABEL:
    case SIT_EFFECT_ACCEPT: labelled_notice(base, view, effect->class_index); break;
    case SIT_EFFECT_UNDO:
    case SIT_EFFECT_REDO:
        sit_screen_undo_notice(base, effect, &result->undo, view->classes,
                               view->face->name);
        break;
    case SIT_EFFECT_SKIP:
        if (!result->moved)
            sit_screen_notice(base, SIT_STYLE_WARN, "no other unlabelled face");
        break;
    case SIT_EFFECT_QUEUE:
        sit_screen_notice(base, SIT_STYLE_NORMAL, "next faces: %s",
                          queue_words(effect->queue));
        break;
    case SIT_EFFECT_HIDE_SUGGESTIONS:
        sit_screen_notice(base, SIT_STYLE_NORMAL, "suggestions are %s",
                          effect->hides ? "hidden" : "shown");
        break;
    case SIT_EFFECT_COMMENT:
        sit_screen_notice(base, SIT_STYLE_NORMAL, "%s",
                          effect->text[0] != '\0' ? "comment saved"
                                                  : "no comment any more");
        break;
    case SIT_EFFECT_BOOKMARK: bookmark_notice(base, view, effect); break;
    case SIT_EFFECT_FILTER:
        sit_screen_filter_notice(base, view->filter, view->n_matching, view->n_faces);
        break;
    default: break;
    }
}
