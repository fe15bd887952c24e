/*
 * The labelling screen on a terminal: joins the pure screen and the session.
 */
#include "sitter/tui.h"

#include <string.h>

#include "command.h"
#include "command_job.h"
#include "label_screen.h"
#include "page_loop.h"
#include "script.h"

struct label_loop {
    struct sit_label_screen screen;
    struct sit_session *session;
    size_t before_undo; /* the position: where a held undo key is taken back to */
    struct sit_background *background;
    struct sit_command_job job;
    enum sit_live_phase phase; /* of the live model when it was last looked at */
    struct sit_history history;
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
    loop->screen.base.has_room = sit_screen_has_room(grid->n_cols, grid->n_rows,
                                                     metrics);
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

static enum sit_status start_work(struct label_loop *loop,
                                  const struct sit_effect *effect,
                                  struct sit_error *err)
{
    const struct sit_session_view *view = sit_session_get_view(loop->session);
    if (sit_background_is_running(loop->background))
        return sit_error_set(err, SIT_E_BUSY, "still %s; one thing at a time",
                             loop->screen.base.work);
    loop->job = (struct sit_command_job){.project_path = view->project_path,
                                         .work = effect->work,
                                         .force = effect->force};
    memcpy(loop->job.features, view->live.features, sizeof loop->job.features);
    memcpy(loop->job.path, effect->text, sizeof loop->job.path);
    enum sit_status status = sit_background_start(loop->background, sit_command_job_run,
                                                  &loop->job, err);
    if (status == SIT_OK)
        sit_screen_work_began(&loop->screen.base, sit_command_job_word(effect->work));
    return status;
}

/* A face that does not match is not what one wants to see next. */
static enum sit_status set_filter(struct sit_session *session, const char *text,
                                  struct sit_error *err)
{
    const struct sit_session_view *view = sit_session_get_view(session);
    bool moved = false;
    enum sit_status status = sit_session_set_filter(session, text, err);
    if (status == SIT_OK && !sit_session_matches(session, view->position))
        status = sit_session_skip(session, &moved, err);
    for (long by = 1; status == SIT_OK && by >= -1; by -= 2) {
        if (!sit_session_matches(session, view->position)) /* all are labelled */
            status = sit_session_move(session, by, err);
    }
    return status;
}

static enum sit_status perform(struct label_loop *loop, const struct sit_effect *effect,
                               struct sit_effect_result *result, struct sit_error *err)
{
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
    case SIT_EFFECT_WORK: return start_work(loop, effect, err);
    case SIT_EFFECT_FILTER: return set_filter(session, effect->text, err);
    case SIT_EFFECT_REDO: return redo(loop, effect->takes_back, &result->undo, err);
    default: return SIT_OK;
    }
}

static enum sit_status act(void *context, const struct sit_effect *effect,
                           struct sit_effect_result *result, struct sit_error *err)
{
    struct label_loop *loop = context;
    const struct sit_labels *labels = sit_session_labels(loop->session);
    size_t n_before = sit_labels_n_written(labels);
    enum sit_status status = perform(loop, effect, result, err);
    result->saved = sit_labels_n_written(labels) != n_before;
    return status;
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

static bool take_news(struct label_loop *loop)
{
    struct sit_screen *base = &loop->screen.base;
    struct sit_background_news news;
    sit_background_take(loop->background, &news);
    if (news.has_progress)
        sit_screen_work_goes_on(base, news.done, news.total, news.text);
    if (news.has_ended)
        sit_screen_work_ended(base, news.status,
                              news.status == SIT_OK ? loop->job.result
                                                    : news.err.message);
    return news.has_progress || news.has_ended;
}

static bool on_wake(void *context)
{
    struct label_loop *loop = context;
    bool has_news = take_news(loop);
    bool has_learnt = sit_session_on_wake(loop->session);
    const struct sit_live_state *live = &sit_session_get_view(loop->session)->live;
    if (live->phase == SIT_LIVE_FAILED && loop->phase != SIT_LIVE_FAILED)
        sit_screen_notice(&loop->screen.base, SIT_STYLE_WARN,
                          "no suggestions any more: %s", live->problem);
    loop->phase = live->phase;
    return has_news || has_learnt;
}

static enum sit_status start(void *context, int wake_fd, struct sit_error *err)
{
    struct label_loop *loop = context;
    enum sit_status status = sit_background_new(wake_fd, &loop->background, err);
    if (status == SIT_OK)
        status = sit_session_start_live(loop->session, wake_fd, err);
    return status;
}

static void stop(void *context)
{
    struct label_loop *loop = context;
    sit_session_stop_live(loop->session);
    sit_background_free(loop->background);
    loop->background = NULL;
}

static int64_t face_id(void *context)
{
    return sit_session_get_view(((struct label_loop *)context)->session)->face->face_id;
}

static struct sit_notice *notice(void *context)
{
    return &((struct label_loop *)context)->screen.base.notice;
}

/* Suggestions, filters on them, and the queues that follow the model depend on what it
 * has learnt. */
static bool is_busy(void *context, uint32_t key)
{
    const struct label_loop *loop = context;
    const struct sit_screen *base = &loop->screen.base;
    const struct sit_session_view *view = sit_session_get_view(loop->session);
    sit_class_index class_index;
    if (sit_background_is_running(loop->background))
        return true;
    bool follows = view->queue != SIT_QUEUE_GIVEN && view->queue != SIT_QUEUE_RANDOM;
    bool asks = base->mode == SIT_MODE_PROMPT
                    ? key == SIT_KEY_ENTER
                    : sit_keymap_find(&sit_label_keymap, view->classes, key,
                                      &class_index) == SIT_REQUEST_ACCEPT;
    return (follows || asks) && sit_session_is_learning(loop->session);
}

static struct sit_screen_driver make_driver(struct label_loop *loop)
{
    loop->screen.base.history = &loop->history;
    return (struct sit_screen_driver){
        .project_path = sit_session_get_view(loop->session)->project_path,
        .context = loop,
        .start = start,
        .step = step,
        .act = act,
        .done = done,
        .draw = draw,
        .refresh = refresh,
        .idle = idle,
        .upcoming = upcoming,
        .on_wake = on_wake,
        .face_id = face_id,
        .notice = notice,
        .is_busy = is_busy,
        .stop = stop,
    };
}

enum sit_status sit_tui_label(struct sit_session *session, bool begins_in_grid,
                              struct sit_error *err)
{
    struct label_loop loop = {.session = session};
    sit_history_load(&loop.history);
    struct sit_screen_driver driver = make_driver(&loop);
    struct sit_page_loop *both = NULL;
    enum sit_status status = sit_page_loop_new(&driver, &loop.screen.base, session,
                                               begins_in_grid, &both, err);
    if (status == SIT_OK)
        status = sit_loop_run(sit_page_loop_driver(both), err);
    sit_page_loop_free(both);
    sit_history_save(&loop.history);
    return status;
}

enum sit_status sit_tui_label_script(struct sit_session *session,
                                     const struct sit_tui_script *script,
                                     struct sit_tui_script_result *result,
                                     struct sit_error *err)
{
    struct label_loop loop = {.session = session};
    struct sit_screen_driver driver = make_driver(&loop);
    sit_labels_set_scripted(sit_session_labels(session));
    struct sit_page_loop *both = NULL;
    enum sit_status status = sit_page_loop_new(&driver, &loop.screen.base, session,
                                               false, &both, err);
    if (status == SIT_OK)
        status = sit_script_run(sit_page_loop_driver(both), script, result, err);
    sit_page_loop_free(both);
    return status;
}
