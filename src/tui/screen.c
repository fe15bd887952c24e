/*
 * The state that both screens have, and the keys that mean the same on both.
 */
#include "screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sitter/text.h"

enum { NAME_CELLS = 48, PAGE = 10 };

void sit_screen_notice(struct sit_screen *screen, enum sit_style style,
                       const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(screen->notice.text, sizeof screen->notice.text, format, args);
    va_end(args);
    screen->notice.style = style;
}

int64_t sit_screen_spent_ms(const struct sit_screen *screen, int64_t face_id,
                            int64_t at_ms)
{
    if (screen->shown_face_id != face_id || at_ms < screen->shown_at_ms)
        return -1;
    return at_ms - screen->shown_at_ms;
}

void sit_screen_shown(struct sit_screen *screen, int64_t face_id, int64_t at_ms)
{
    /* The help covers the face for a while, which has been seen all the same. */
    if (screen->shown_face_id == face_id ||
        (face_id == 0 && screen->mode == SIT_MODE_HELP))
        return;
    screen->shown_face_id = face_id;
    screen->shown_at_ms = at_ms;
}

bool sit_screen_has_seen(struct sit_screen *screen, int64_t face_id, int64_t at_ms)
{
    if (sit_screen_spent_ms(screen, face_id, at_ms) >= 0)
        return true;
    sit_held_key_dropped(&screen->held);
    sit_screen_notice(screen, SIT_STYLE_WARN, "too early: look at the face first");
    return false;
}

void sit_screen_ask(struct sit_screen *screen, enum sit_prompt_purpose purpose,
                    const char *text)
{
    screen->mode = SIT_MODE_PROMPT;
    screen->purpose = purpose;
    sit_prompt_set(&screen->prompt, text);
}

void sit_screen_toggle_context(struct sit_screen *screen, int64_t face_id)
{
    bool shown = screen->has_room ? screen->context_beside
                                  : screen->context_face_id == face_id;
    screen->context_face_id = shown ? 0 : face_id;
    screen->context_beside = !shown;
}

void sit_screen_toggle_zoom(struct sit_screen *screen, int64_t face_id)
{
    screen->zoomed_face_id = screen->zoomed_face_id == face_id ? 0 : face_id;
}

/* A comment's lines become one, with a blank between their words. */
static uint32_t pasted_code(const struct sit_screen *screen, uint32_t code)
{
    const struct sit_prompt *prompt = &screen->prompt;
    bool ends_line = code == '\r' || code == '\n' || code == '\t';
    bool parts = screen->purpose == SIT_PROMPT_COMMENT && prompt->n_bytes > 0 &&
                 prompt->text[prompt->n_bytes - 1] != ' ';
    return ends_line && parts ? ' ' : code;
}

bool sit_screen_take_paste(struct sit_screen *screen, uint32_t key)
{
    if ((key & SIT_KEY_PASTED) == 0)
        return false;
    uint32_t code = key & ~(uint32_t)SIT_KEY_PASTED;
    if (screen->mode == SIT_MODE_PROMPT)
        sit_prompt_insert(&screen->prompt, pasted_code(screen, code));
    else
        sit_screen_notice(screen, SIT_STYLE_WARN, "pasted text is ignored");
    return true;
}

/* Escaped and short enough for any notice to have room for it. */
static void short_name(const char *name, char *out, size_t n_bytes)
{
    struct sit_buf text = {0};
    sit_text_fit(&text, name, NAME_CELLS);
    if (text.n_bytes < n_bytes)
        memcpy(out, sit_buf_text(&text), text.n_bytes + 1);
    else /* all combining characters */
        snprintf(out, n_bytes, "this face");
    sit_buf_release(&text);
}

void sit_screen_act_on(struct sit_screen *screen, const char *name)
{
    short_name(name != NULL ? name : "", screen->acted_on, sizeof screen->acted_on);
}

static bool is_decision(enum sit_request request)
{
    switch (request) {
    case SIT_REQUEST_CLASS:
    case SIT_REQUEST_CONFIRM:
    case SIT_REQUEST_ACCEPT:
    case SIT_REQUEST_BOOKMARK:
    case SIT_REQUEST_FOR_ALL:
    case SIT_REQUEST_UNDO:
    case SIT_REQUEST_REDO: return true;
    default: return false;
    }
}

/* After what the press itself has done. */
static void ignored_notice(struct sit_screen *screen)
{
    static const char text[] = "held key ignored";
    size_t n = strlen(screen->notice.text);
    if (n == 0)
        sit_screen_notice(screen, SIT_STYLE_WARN, "%s", text);
    else if (n + 2 + sizeof text < sizeof screen->notice.text)
        snprintf(screen->notice.text + n, sizeof screen->notice.text - n, "; %s", text);
}

static void nothing_notice(struct sit_screen *screen, const struct sit_keymap *keymap,
                           const struct sit_class_list *classes, uint32_t key)
{
    struct sit_key_text help = sit_keymap_key_text(keymap, classes, SIT_REQUEST_HELP);
    struct sit_buf name = {0};
    sit_key_name(key, &name);
    sit_screen_notice(screen, SIT_STYLE_WARN, "%s does nothing here%s%s%s",
                      sit_buf_text(&name), help.text[0] != '\0' ? "; " : "", help.text,
                      help.text[0] != '\0' ? " lists the keys" : "");
    sit_buf_release(&name);
}

enum sit_request sit_screen_key(struct sit_screen *screen,
                                const struct sit_keymap *keymap,
                                const struct sit_class_list *classes,
                                const struct sit_ui_event *event,
                                sit_class_index *class_index, struct sit_effect *effect)
{
    enum sit_request request = sit_keymap_find(keymap, classes, event->key,
                                               class_index);
    enum sit_held_verdict verdict = sit_held_key_feed(
        &screen->held, event->key, is_decision(request), event->at_ms);
    if (verdict == SIT_HELD_PRESSED) {
        if (request == SIT_REQUEST_NONE) {
            nothing_notice(screen, keymap, classes, event->key);
        } else {
            screen->notice.text[0] = '\0';
        }
        return request;
    }
    if (verdict == SIT_HELD_TAKE_BACK) {
        effect->kind = request == SIT_REQUEST_UNDO       ? SIT_EFFECT_REDO
                       : request == SIT_REQUEST_BOOKMARK ? SIT_EFFECT_BOOKMARK
                                                         : SIT_EFFECT_UNDO;
        effect->takes_back = true;
    } else if (screen->held.n_repeats == 1) {
        ignored_notice(screen); /* later ones leave what was said about taking back */
    }
    return SIT_REQUEST_NONE;
}

bool sit_screen_common_request(struct sit_screen *screen, enum sit_request request,
                               size_t position, size_t n_positions,
                               struct sit_effect *effect)
{
    size_t last = n_positions > 0 ? n_positions - 1 : 0;
    switch (request) {
    case SIT_REQUEST_UNDO: effect->kind = SIT_EFFECT_UNDO; return true;
    case SIT_REQUEST_REDO: effect->kind = SIT_EFFECT_REDO; return true;
    case SIT_REQUEST_BACK:
    case SIT_REQUEST_PAGE_BACK:
        effect->by = request == SIT_REQUEST_BACK ? -1 : -PAGE;
        effect->kind = SIT_EFFECT_MOVE;
        if (position == 0)
            sit_screen_notice(screen, SIT_STYLE_DIM, "this is the first one");
        return true;
    case SIT_REQUEST_ON:
    case SIT_REQUEST_PAGE_ON:
        effect->by = request == SIT_REQUEST_ON ? 1 : PAGE;
        effect->kind = SIT_EFFECT_MOVE;
        if (position >= last)
            sit_screen_notice(screen, SIT_STYLE_DIM, "this is the last one");
        return true;
    case SIT_REQUEST_FIRST:
    case SIT_REQUEST_LAST:
        effect->kind = SIT_EFFECT_GO;
        effect->position = request == SIT_REQUEST_FIRST ? 0 : last;
        return true;
    case SIT_REQUEST_HELP:
        screen->mode = SIT_MODE_HELP;
        screen->help_page = 0;
        return true;
    case SIT_REQUEST_REPAINT: effect->kind = SIT_EFFECT_REPAINT; return true;
    case SIT_REQUEST_SUSPEND: effect->kind = SIT_EFFECT_SUSPEND; return true;
    case SIT_REQUEST_QUIT:
        if (sit_screen_may_quit(screen))
            effect->kind = SIT_EFFECT_QUIT;
        return true;
    default: return false;
    }
}

void sit_screen_work_began(struct sit_screen *screen, const char *what)
{
    snprintf(screen->work, sizeof screen->work, "%s", what);
    screen->progress[0] = '\0';
    screen->warned_of_quitting = false;
}

void sit_screen_work_goes_on(struct sit_screen *screen, size_t done, size_t total,
                             const char *text)
{
    if (text == NULL)
        text = "";
    if (total > 0)
        snprintf(screen->progress, sizeof screen->progress, "%zu of %zu %s", done,
                 total, text);
    else
        snprintf(screen->progress, sizeof screen->progress, "%s", text);
}

void sit_screen_work_ended(struct sit_screen *screen, enum sit_status status,
                           const char *message)
{
    if (status == SIT_OK)
        sit_screen_notice(screen, SIT_STYLE_GOOD, "%s", message);
    else
        sit_screen_notice(screen, SIT_STYLE_BAD, "%s failed: %s", screen->work,
                          message);
    screen->work[0] = screen->progress[0] = '\0';
}

bool sit_screen_may_quit(struct sit_screen *screen)
{
    if (screen->work[0] == '\0' || screen->warned_of_quitting)
        return true;
    screen->warned_of_quitting = true;
    sit_screen_notice(screen, SIT_STYLE_WARN, "still %s; once more stops it and quits",
                      screen->work);
    return false;
}

bool sit_screen_global_key(uint32_t key, struct sit_effect *effect)
{
    if (key == 0x0c) /* Ctrl-L */
        effect->kind = SIT_EFFECT_REPAINT;
    else if (key == 0x1a) /* Ctrl-Z */
        effect->kind = SIT_EFFECT_SUSPEND;
    else
        return false;
    return true;
}

void sit_screen_help_key(struct sit_screen *screen, uint32_t key,
                         struct sit_effect *effect)
{
    switch (key) {
    case ' ':
    case 'j':
    case 'l':
    case SIT_KEY_DOWN:
    case SIT_KEY_RIGHT:
    case SIT_KEY_PAGE_DOWN: screen->help_page++; break;
    case 'k':
    case 'h':
    case SIT_KEY_UP:
    case SIT_KEY_LEFT:
    case SIT_KEY_PAGE_UP: screen->help_page -= screen->help_page > 0 ? 1 : 0; break;
    case 0x03:
    case 0x04: effect->kind = SIT_EFFECT_QUIT; break;
    default: screen->mode = SIT_MODE_FACES;
    }
}

void sit_screen_filter_notice(struct sit_screen *screen, const char *filter,
                              size_t n_matching, size_t n_faces)
{
    if (filter[0] == '\0')
        sit_screen_notice(screen, SIT_STYLE_NORMAL, "all %zu faces", n_faces);
    else
        sit_screen_notice(screen, SIT_STYLE_NORMAL,
                          "%zu of %zu faces match; :filter alone shows all again",
                          n_matching, n_faces);
}

static bool is_written(enum sit_effect_kind kind)
{
    switch (kind) {
    case SIT_EFFECT_LABEL:
    case SIT_EFFECT_ACCEPT:
    case SIT_EFFECT_CONFIRM:
    case SIT_EFFECT_UNDO:
    case SIT_EFFECT_REDO:
    case SIT_EFFECT_COMMENT:
    case SIT_EFFECT_BOOKMARK:
    case SIT_EFFECT_FOR_ALL: return true;
    default: return false;
    }
}

void sit_screen_failed(struct sit_screen *screen, const struct sit_effect *effect,
                       const struct sit_effect_result *result)
{
    sit_held_key_failed(&screen->held);
    if (result->saved) /* the same key would decide once more */
        sit_screen_notice(screen, SIT_STYLE_BAD, "saved; but then: %s",
                          result->message);
    else if (result->status == SIT_E_NOT_FOUND && effect->kind == SIT_EFFECT_UNDO)
        sit_screen_notice(screen, SIT_STYLE_WARN, "nothing to undo");
    else if (result->status == SIT_E_NOT_FOUND && effect->kind == SIT_EFFECT_REDO)
        sit_screen_notice(screen, SIT_STYLE_WARN, "nothing to redo");
    else if (result->status == SIT_E_ARG || result->status == SIT_E_NOT_FOUND)
        sit_screen_notice(screen, SIT_STYLE_WARN, "%s", result->message);
    else if (is_written(effect->kind))
        sit_screen_notice(screen, SIT_STYLE_BAD, "not saved: %s", result->message);
    else
        sit_screen_notice(screen, SIT_STYLE_BAD, "%s", result->message);
}

void sit_screen_undo_notice(struct sit_screen *screen, const struct sit_effect *effect,
                            const struct sit_undo_result *undo,
                            const struct sit_class_list *classes, const char *name)
{
    char shown[SIT_NOTICE_BYTES / 2];
    short_name(name != NULL ? name : "the label", shown, sizeof shown);
    const char *verb = effect->kind == SIT_EFFECT_UNDO ? "undone" : "done again";
    const char *label = sit_class_display_name(classes, undo->after);
    const char *again = effect->kind == SIT_EFFECT_UNDO ? " again" : "";
    if (effect->takes_back)
        sit_screen_notice(screen, SIT_STYLE_WARN, "held key: %s",
                          screen->held.after_drop ? "not counted" : "counted once");
    else if (undo->kept)
        sit_screen_notice(screen, SIT_STYLE_WARN,
                          "%s; %s stays %s, which somebody else has given since", verb,
                          shown, label);
    else if (undo->was_confirm)
        sit_screen_notice(screen, SIT_STYLE_NORMAL, "%s: %s", verb,
                          effect->kind == SIT_EFFECT_UNDO ? "not kept any more"
                                                          : "kept");
    else if (undo->n_faces > 1)
        sit_screen_notice(screen, SIT_STYLE_NORMAL, "%s: %zu faces at once, %s is %s%s",
                          verb, undo->n_faces, shown, label, again);
    else
        sit_screen_notice(screen, SIT_STYLE_NORMAL, "%s: %s is %s%s", verb, shown,
                          label, again);
}
