/*
 * The review screen on a terminal: joins the pure screen, the review session, the
 * background computation and the names of the listed faces.
 */
#include "sitter/tui.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "loop.h"
#include "review_job.h"
#include "review_screen.h"
#include "script.h"
#include "sitter/alloc.h"

enum { MAX_ROWS = 64 };

struct name {
    int64_t face_id;
    char *text;
};

struct review_loop {
    struct sit_review_screen screen;
    struct sit_review *review;
    struct sit_background *background;
    struct sit_review_job job;
    struct sit_review_options options; /* of all lists; its model is that of the last */
    enum sit_review_kind first_kind;
    struct sit_history history;
    size_t before_undo; /* the position: where a held undo key is taken back to */
    struct sit_project *names_project; /* reads names; NULL: not open (yet) */
    struct name names[4 * MAX_ROWS];   /* of the faces listed lately, a ring */
    size_t next_name;
    struct sit_review_row rows[MAX_ROWS];
};

/* NULL where it cannot be read: a list without a name is still of use. */
static const char *name_of(struct review_loop *loop, int64_t face_id)
{
    enum { N_NAMES = sizeof loop->names / sizeof loop->names[0] };
    for (size_t i = 0; i < N_NAMES; i++) {
        if (loop->names[i].text != NULL && loop->names[i].face_id == face_id)
            return loop->names[i].text;
    }
    struct sit_face_detail detail = {0};
    if (loop->names_project == NULL ||
        sit_project_face_detail(loop->names_project, face_id, 0, &detail, NULL) !=
            SIT_OK)
        return NULL;
    struct name *name = &loop->names[loop->next_name];
    loop->next_name = (loop->next_name + 1) % N_NAMES;
    free(name->text);
    name->face_id = face_id;
    name->text = sit_strdup(detail.name);
    sit_face_detail_release(&detail);
    return name->text;
}

/* The view with at most `n_rows` rows of the list, from one before the current item. */
static struct sit_review_screen_view get_view(struct review_loop *loop, size_t n_rows)
{
    struct sit_review_screen_view view = {.review = sit_review_get_view(loop->review),
                                          .rows = loop->rows};
    size_t position = view.review->position;
    view.first_row = position > 0 ? position - 1 : 0;
    if (n_rows > MAX_ROWS)
        n_rows = MAX_ROWS;
    for (size_t i = view.first_row; i < view.review->n_shown && view.n_rows < n_rows;
         i++) {
        struct sit_review_row *row = &loop->rows[view.n_rows];
        if (!sit_review_item_at(loop->review, i, &row->item, &row->state))
            break;
        row->name = name_of(loop, row->item.face_id);
        view.n_rows++;
    }
    return view;
}

static void step(void *context, const struct sit_ui_event *event,
                 struct sit_effect *effect)
{
    struct review_loop *loop = context;
    struct sit_review_screen_view view = get_view(loop, 0);
    sit_review_screen_step(&loop->screen, &view, event, effect);
}

static void draw(void *context, const struct sit_screen_metrics *metrics,
                 struct sit_grid *grid)
{
    struct review_loop *loop = context;
    struct sit_review_screen_view view = get_view(loop, grid->n_rows);
    loop->screen.base.has_room = sit_screen_has_room(grid->n_cols, grid->n_rows,
                                                     metrics);
    sit_review_screen_draw(&loop->screen, &view, metrics, grid);
}

static enum sit_status start_job(struct review_loop *loop, enum sit_review_kind kind,
                                 bool retrain, struct sit_error *err)
{
    if (sit_background_is_running(loop->background))
        return sit_error_set(err, SIT_E_BUSY, "the last work has not ended yet");
    loop->job = (struct sit_review_job){
        .path = sit_review_get_view(loop->review)->project_path,
        .kind = kind,
        .options = loop->options};
    loop->job.options.retrain = retrain;
    enum sit_status status = sit_background_start(loop->background, sit_review_job_run,
                                                  &loop->job, err);
    if (status != SIT_OK)
        return status;
    struct sit_review_screen_view view = get_view(loop, 0);
    sit_review_screen_started(&loop->screen, &view, retrain);
    return SIT_OK;
}

/* Show another list, computing it first where it is not there yet. What takes no
 * features is quickly computed, and then up to date. */
static enum sit_status change_list(struct review_loop *loop, enum sit_review_kind kind,
                                   struct sit_error *err)
{
    enum sit_status status = sit_review_set_kind(loop->review, kind, err);
    if (status == SIT_OK && (!sit_review_kind_needs_model(kind) ||
                             !sit_review_get_view(loop->review)->list->is_computed))
        status = start_job(loop, kind, false, err);
    return status;
}

/* Taking back the repeat of a held undo key also goes back to the face shown before. */
static enum sit_status redo(struct review_loop *loop, bool takes_back,
                            struct sit_undo_result *result, struct sit_error *err)
{
    enum sit_status status = sit_review_redo(loop->review, result, err);
    if (status == SIT_OK && takes_back)
        status = sit_review_go(loop->review, loop->before_undo, err);
    return status;
}

static enum sit_status perform(struct review_loop *loop,
                               const struct sit_effect *effect,
                               struct sit_effect_result *result, struct sit_error *err)
{
    struct sit_review *review = loop->review;
    switch (effect->kind) {
    case SIT_EFFECT_LABEL:
        return sit_review_relabel(review, effect->class_index, effect->spent_ms, err);
    case SIT_EFFECT_CONFIRM: return sit_review_confirm(review, effect->spent_ms, err);
    case SIT_EFFECT_MOVE: return sit_review_move(review, effect->by, err);
    case SIT_EFFECT_GO: return sit_review_go(review, effect->position, err);
    case SIT_EFFECT_SCOPE: return sit_review_set_scope(review, effect->scope, err);
    case SIT_EFFECT_FILTER: return sit_review_set_filter(review, effect->text, err);
    case SIT_EFFECT_UNDO:
        loop->before_undo = sit_review_get_view(review)->position;
        return sit_review_undo(review, &result->undo, err);
    case SIT_EFFECT_REDO: return redo(loop, effect->takes_back, &result->undo, err);
    case SIT_EFFECT_RETRAIN: return start_job(loop, SIT_REVIEW_MISTAKES, true, err);
    case SIT_EFFECT_BLIND: return sit_review_set_blind(review, effect->hides, err);
    case SIT_EFFECT_FOR_ALL:
        return sit_review_decide_for_all(review, effect->spent_ms, err);
    case SIT_EFFECT_BOOKMARK: return sit_review_toggle_bookmark(review, err);
    case SIT_EFFECT_LIST: return change_list(loop, effect->kind_of_list, err);
    default: return SIT_OK;
    }
}

static enum sit_status act(void *context, const struct sit_effect *effect,
                           struct sit_effect_result *result, struct sit_error *err)
{
    struct review_loop *loop = context;
    const struct sit_labels *labels = sit_review_labels(loop->review);
    size_t n_before = sit_labels_n_written(labels);
    enum sit_status status = perform(loop, effect, result, err);
    result->saved = sit_labels_n_written(labels) != n_before;
    return status;
}

static void done(void *context, const struct sit_effect *effect,
                 const struct sit_effect_result *result)
{
    struct review_loop *loop = context;
    struct sit_review_screen_view view = get_view(loop, 0);
    sit_review_screen_done(&loop->screen, &view, effect, result);
}

static enum sit_status refresh(void *context, bool *changed, struct sit_error *err)
{
    return sit_review_refresh(((struct review_loop *)context)->review, changed, err);
}

static void idle(void *context)
{
    sit_review_idle(((struct review_loop *)context)->review);
}

static size_t upcoming(void *context, int64_t *face_ids, size_t n)
{
    return sit_review_upcoming(((struct review_loop *)context)->review, face_ids, n);
}

static bool on_wake(void *context)
{
    struct review_loop *loop = context;
    struct sit_background_news news;
    sit_background_take(loop->background, &news);
    if (news.has_progress)
        sit_review_screen_progress(&loop->screen, news.done, news.total, news.text);
    if (news.has_ended) {
        if (news.status == SIT_OK) {
            if (sit_review_kind_needs_model(loop->job.kind))
                loop->options.model_id = loop->job.list.model_id;
            news.status = sit_review_take_list(loop->review, &loop->job.list,
                                               &news.err);
        }
        sit_review_list_release(&loop->job.list);
        struct sit_review_screen_view view = get_view(loop, 0);
        sit_review_screen_computed(&loop->screen, &view, news.status, news.err.message);
    }
    return news.has_progress || news.has_ended;
}

static enum sit_status start(void *context, int wake_fd, struct sit_error *err)
{
    struct review_loop *loop = context;
    enum sit_status status = sit_background_new(wake_fd, &loop->background, err);
    if (status == SIT_OK)
        status = change_list(loop, loop->first_kind, err);
    return status;
}

static void stop(void *context)
{
    struct review_loop *loop = context;
    sit_background_free(loop->background);
    loop->background = NULL;
    sit_review_list_release(&loop->job.list);
}

static int64_t face_id(void *context)
{
    const struct sit_review_view *view = sit_review_get_view(
        ((struct review_loop *)context)->review);
    return view->item != NULL ? view->item->face_id : 0;
}

static struct sit_notice *notice(void *context)
{
    return &((struct review_loop *)context)->screen.base.notice;
}

static bool is_busy(void *context, uint32_t key)
{
    (void)key;
    return sit_background_is_running(((struct review_loop *)context)->background);
}

static struct sit_screen_driver make_driver(struct review_loop *loop)
{
    loop->screen.base.commands = SIT_COMMANDS_REVIEW;
    loop->screen.base.history = &loop->history;
    return (struct sit_screen_driver){
        .project_path = sit_review_get_view(loop->review)->project_path,
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

static void open_names(struct review_loop *loop)
{
    /* Without it the list has no names; the review itself has its own connection. */
    sit_project_open(sit_review_get_view(loop->review)->project_path, SIT_PROJECT_READ,
                     &loop->names_project, NULL);
}

static void close_names(struct review_loop *loop)
{
    sit_project_close(loop->names_project);
    for (size_t i = 0; i < sizeof loop->names / sizeof loop->names[0]; i++)
        free(loop->names[i].text);
}

static void init(struct review_loop *loop, struct sit_review *review,
                 enum sit_review_kind kind, const struct sit_review_options *options)
{
    *loop = (struct review_loop){.review = review, .first_kind = kind};
    if (options != NULL)
        loop->options = *options;
    loop->options.annotator_id = sit_review_get_view(review)->annotator_id;
}

enum sit_status sit_tui_review(struct sit_review *review, enum sit_review_kind kind,
                               const struct sit_review_options *options,
                               struct sit_error *err)
{
    struct review_loop loop;
    init(&loop, review, kind, options);
    struct sit_screen_driver driver = make_driver(&loop);
    open_names(&loop);
    sit_history_load(&loop.history);
    enum sit_status status = sit_loop_run(&driver, err);
    sit_history_save(&loop.history);
    close_names(&loop);
    return status;
}

enum sit_status sit_tui_review_script(struct sit_review *review,
                                      enum sit_review_kind kind,
                                      const struct sit_review_options *options,
                                      const struct sit_tui_script *script,
                                      struct sit_tui_script_result *result,
                                      struct sit_error *err)
{
    struct review_loop loop;
    init(&loop, review, kind, options);
    struct sit_screen_driver driver = make_driver(&loop);
    open_names(&loop);
    sit_labels_set_scripted(sit_review_labels(review));
    enum sit_status status = sit_script_run(&driver, script, result, err);
    close_names(&loop);
    return status;
}
