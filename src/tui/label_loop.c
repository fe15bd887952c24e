/*
 * The labelling screen on a terminal: joins the pure screen and the session.
 */
#include "sitter/tui.h"

#include "label_screen.h"
#include "loop.h"

struct label_loop {
    struct sit_label_screen screen;
    struct sit_session *session;
    size_t before_undo; /* the position: where a held undo key is taken back to */
};

static void step(void *context, const struct sit_ui_event *event,
                 struct sit_effect *effect)
{
    struct label_loop *loop = context;
    sit_label_screen_step(&loop->screen, sit_session_get_view(loop->session), event,
                          effect);
}

static void draw(void *context, const struct sit_screen_metrics *metrics,
                 struct sit_grid *grid)
{
    struct label_loop *loop = context;
    sit_label_screen_draw(&loop->screen, sit_session_get_view(loop->session), metrics,
                          grid);
}

/* Taking back the repeat of a held undo key also goes back to the face shown before. */
static enum sit_status redo(struct label_loop *loop, bool takes_back,
                            struct sit_undo_result *result, struct sit_error *err)
{
    enum sit_status status = sit_session_redo(loop->session, result, err);
    if (status == SIT_OK && takes_back)
        status = sit_session_go(loop->session, loop->before_undo, err);
    return status;
}

static enum sit_status act(void *context, const struct sit_effect *effect,
                           struct sit_effect_result *result, struct sit_error *err)
{
    struct label_loop *loop = context;
    struct sit_session *session = loop->session;
    switch (effect->kind) {
    case SIT_EFFECT_LABEL:
        return sit_session_label(session, effect->class_index, effect->spent_ms, err);
    case SIT_EFFECT_SKIP: return sit_session_skip(session, &result->moved, err);
    case SIT_EFFECT_MOVE: return sit_session_move(session, effect->by, err);
    case SIT_EFFECT_GO: return sit_session_go(session, effect->position, err);
    case SIT_EFFECT_FIND:
        return sit_session_find(session, effect->text, effect->backwards, err);
    case SIT_EFFECT_UNDO:
        loop->before_undo = sit_session_get_view(session)->position;
        return sit_session_undo(session, &result->undo, err);
    case SIT_EFFECT_ACCEPT: return sit_session_accept(session, effect->spent_ms, err);
    case SIT_EFFECT_QUEUE: return sit_session_set_queue(session, effect->queue, err);
    case SIT_EFFECT_HIDE_SUGGESTIONS:
        sit_session_hide_suggestions(session, effect->hides);
        return SIT_OK;
    case SIT_EFFECT_COMMENT: return sit_session_set_comment(session, effect->text, err);
    case SIT_EFFECT_BOOKMARK: return sit_session_toggle_bookmark(session, err);
    case SIT_EFFECT_FILTER: return sit_session_set_filter(session, effect->text, err);
    case SIT_EFFECT_REDO: return redo(loop, effect->takes_back, &result->undo, err);
    default: return SIT_OK;
    }
}

static void done(void *context, const struct sit_effect *effect,
                 const struct sit_effect_result *result)
{
    struct label_loop *loop = context;
    sit_label_screen_done(&loop->screen, sit_session_get_view(loop->session), effect,
                          result);
}

static enum sit_status refresh(void *context, bool *changed, struct sit_error *err)
{
    return sit_session_refresh(((struct label_loop *)context)->session, changed, err);
}

static void idle(void *context)
{
    sit_session_idle(((struct label_loop *)context)->session);
}

static size_t upcoming(void *context, int64_t *face_ids, size_t n)
{
    return sit_session_upcoming(((struct label_loop *)context)->session, face_ids, n);
}

enum sit_status sit_tui_label(struct sit_session *session, struct sit_error *err)
{
    struct label_loop loop = {.session = session};
    const struct sit_screen_driver driver = {
        .project_path = sit_session_get_view(session)->project_path,
        .context = &loop,
        .step = step,
        .act = act,
        .done = done,
        .draw = draw,
        .refresh = refresh,
        .idle = idle,
        .upcoming = upcoming,
    };
    return sit_loop_run(&driver, err);
}
