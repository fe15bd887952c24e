/*
 * Running scripts: loop.c without a terminal. Time is the script's own, so that no key
 * is taken for a held one.
 */
#include "script.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

enum { KEY_MS = 10000, SHOWN_MS = 5000 };

struct run {
    const struct sit_screen_driver *driver;
    struct sit_tui_script_result *result;
    int wake_fds[2];
    int64_t now_ms;
    bool quit;
};

static void count(struct sit_tui_script_result *result, const struct sit_effect *effect,
                  const struct sit_effect_result *outcome)
{
    switch (effect->kind) {
    case SIT_EFFECT_ACCEPT: result->n_accepted++; /* fall through */
    case SIT_EFFECT_FOR_ALL:
    case SIT_EFFECT_LABEL: result->n_labelled++; break;
    case SIT_EFFECT_CONFIRM: result->n_confirmed++; break;
    case SIT_EFFECT_SKIP: result->n_skipped += outcome->moved ? 1 : 0; break;
    case SIT_EFFECT_UNDO: result->n_undone++; break;
    case SIT_EFFECT_REDO: result->n_redone++; break;
    default: break;
    }
}

static const char *complaint(const struct run *run)
{
    const struct sit_notice *notice = run->driver->notice(run->driver->context);
    bool complains = notice->style == SIT_STYLE_WARN || notice->style == SIT_STYLE_BAD;
    return complains && notice->text[0] != '\0' ? notice->text : NULL;
}

static enum sit_status fail(enum sit_status status, const char *text,
                            struct sit_error *err)
{
    return sit_error_set(err, status, "%s", text);
}

/* Until the background has nothing to do that the key depends on. */
static enum sit_status wait(struct run *run, uint32_t key, struct sit_error *err)
{
    const struct sit_screen_driver *driver = run->driver;
    if (driver->is_busy == NULL)
        return SIT_OK;
    while (driver->is_busy(driver->context, key)) {
        struct pollfd fd = {.fd = run->wake_fds[0], .events = POLLIN};
        if (poll(&fd, 1, -1) < 0 && errno != EINTR)
            return sit_error_set_errno(err, SIT_E_IO, "cannot wait");
        char bytes[256];
        while (read(run->wake_fds[0], bytes, sizeof bytes) > 0)
            ;
        driver->on_wake(driver->context);
    }
    driver->on_wake(driver->context); /* what came just before it was done */
    return SIT_OK;
}

/* What the loop does with an effect. */
static enum sit_status perform(struct run *run, struct sit_effect *effect,
                               struct sit_error *err)
{
    const struct sit_screen_driver *driver = run->driver;
    struct sit_error cause = {0};
    struct sit_effect_result outcome = {0};
    switch (effect->kind) {
    case SIT_EFFECT_NONE:
        return complaint(run) == NULL ? SIT_OK : fail(SIT_E_ARG, complaint(run), err);
    case SIT_EFFECT_QUIT: run->quit = true; return SIT_OK;
    case SIT_EFFECT_SUSPEND:
    case SIT_EFFECT_REPAINT: return SIT_OK;
    default: break;
    }
    effect->spent_ms = -1; /* nobody has looked */
    outcome.status = driver->act(driver->context, effect, &outcome, &cause);
    outcome.message = cause.message;
    driver->done(driver->context, effect, &outcome);
    if (outcome.status == SIT_OK)
        count(run->result, effect, &outcome);
    enum sit_status status = wait(run, SIT_KEY_NONE, err);
    if (status != SIT_OK)
        return status;
    if (outcome.status != SIT_OK)
        return fail(outcome.status,
                    complaint(run) != NULL ? complaint(run) : cause.message, err);
    /* A skip that led nowhere; work that failed. */
    bool may_fail = (effect->kind == SIT_EFFECT_SKIP && !outcome.moved) ||
                    effect->kind == SIT_EFFECT_WORK ||
                    effect->kind == SIT_EFFECT_RETRAIN ||
                    effect->kind == SIT_EFFECT_LIST;
    if (may_fail && complaint(run) != NULL)
        return fail(SIT_E_ARG, complaint(run), err);
    return SIT_OK;
}

static enum sit_status press(struct run *run, uint32_t key, struct sit_error *err)
{
    const struct sit_screen_driver *driver = run->driver;
    struct sit_effect effect;
    run->now_ms += KEY_MS;
    enum sit_status status = wait(run, key, err);
    if (status != SIT_OK)
        return status;
    driver->step(driver->context,
                 &(struct sit_ui_event){.kind = SIT_UI_SHOWN,
                                        .face_id = driver->face_id(driver->context),
                                        .at_ms = run->now_ms - SHOWN_MS},
                 &effect);
    driver->notice(driver->context)->text[0] = '\0';
    driver->step(
        driver->context,
        &(struct sit_ui_event){.kind = SIT_UI_KEY, .key = key, .at_ms = run->now_ms},
        &effect);
    return perform(run, &effect, err);
}

static enum sit_status dump(struct run *run, const struct sit_tui_script *script,
                            struct sit_error *err)
{
    static const struct sit_screen_metrics metrics = {
        .graphics = SIT_GRAPHICS_SIXEL, .cell_width_px = 10, .cell_height_px = 20};
    struct sit_grid grid = {0};
    if (!sit_grid_resize(&grid, script->n_cols, script->n_rows))
        return sit_error_nomem(err);
    run->driver->draw(run->driver->context, &metrics, &grid);
    sit_grid_dump(&grid, script->screen);
    sit_grid_release(&grid);
    return script->screen->failed ? sit_error_nomem(err) : SIT_OK;
}

static enum sit_status press_all(struct run *run, const struct sit_script_keys *keys,
                                 struct sit_error *err)
{
    enum sit_status status = wait(run, SIT_KEY_NONE, err);
    for (size_t i = 0; i < keys->n && status == SIT_OK && !run->quit; i++) {
        status = press(run, keys->keys[i], err);
        if (status == SIT_OK) {
            run->result->n_keys++;
            continue;
        }
        struct sit_buf name = {0};
        sit_key_name(keys->keys[i], &name);
        sit_error_prefix(err, "key %zu (%s)", i + 1, sit_buf_text(&name));
        sit_buf_release(&name);
    }
    return status;
}

enum sit_status sit_script_run(const struct sit_screen_driver *driver,
                               const struct sit_tui_script *script,
                               struct sit_tui_script_result *result,
                               struct sit_error *err)
{
    struct sit_script_keys keys = {0};
    struct run run = {.driver = driver, .result = result, .wake_fds = {-1, -1}};
    *result = (struct sit_tui_script_result){0};
    enum sit_status status = sit_script_parse(script->text, script->n_bytes, &keys,
                                              err);
    if (status != SIT_OK)
        return status;
    if (pipe2(run.wake_fds, O_CLOEXEC | O_NONBLOCK) != 0) {
        sit_script_keys_release(&keys);
        return sit_error_set_errno(err, SIT_E_IO, "cannot make a pipe");
    }
    if (driver->start != NULL)
        status = driver->start(driver->context, run.wake_fds[1], err);
    if (status == SIT_OK)
        status = press_all(&run, &keys, err);
    if (script->screen != NULL) { /* also of what went wrong */
        enum sit_status drawn = dump(&run, script, status == SIT_OK ? err : NULL);
        status = status == SIT_OK ? drawn : status;
    }
    if (driver->stop != NULL)
        driver->stop(driver->context);
    close(run.wake_fds[0]);
    close(run.wake_fds[1]);
    sit_script_keys_release(&keys);
    return status;
}
