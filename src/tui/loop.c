/*
 * The loop: the terminal's set-up and restoring, waiting, keys. frame.c brings what is
 * drawn to the terminal.
 */
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frame.h"
#include "line_speed.h"
#include "painter.h"
#include "signals.h"
#include "sitter/progress.h"
#include "sitter/thread.h"

enum {
    QUERY_MS = 1200,
    IDLE_MS = 1000,    /* without keys for so long: look what others did */
    SETTLE_MS = 500,   /* after a resize through tmux */
    REFRESH_MS = 1000, /* and again every so often */
    READ_BYTES = 100,  /* fewer than the input filter keeps keys */
};

struct loop {
    const struct sit_screen_driver *driver;
    struct sit_term_caps caps;
    struct sit_input input;
    struct sit_frame *frame;
    int signal_fd;
    int wake_fds[2];
    bool dirty; /* draw again */
    bool quit;
    bool mouse_on;          /* the terminal has been told to report clicks */
    enum sit_status status; /* why, where not by a key */
    int64_t busy_since_ms;  /* since when keys may have been waiting */
    int64_t last_key_ms;
    int64_t next_refresh_ms;
    int64_t settle_ms; /* when all is drawn once more after a resize; 0: not */
    bool told_idle;
};

/* Have clicks reported where the screen wants them, and only there. */
static enum sit_status set_mouse(struct loop *loop, bool on, struct sit_error *err)
{
    if (loop->mouse_on == on)
        return SIT_OK;
    loop->mouse_on = on;
    const char *text = on ? SIT_TERM_MOUSE_ON : SIT_TERM_MOUSE_OFF;
    return sit_term_write(STDOUT_FILENO, text, strlen(text), err);
}

static void suspend(struct loop *loop)
{
    set_mouse(loop, false, NULL); /* a terminal that is gone shows at the next frame */
    sit_frame_leave(loop->frame);
    sit_signals_suspend();
    struct sit_signals ignored = {0};
    sit_signals_take(&ignored);
    sit_frame_return(loop->frame, &loop->caps);
    loop->dirty = true;
}

/* Tell the screen of an effect; err holds the message of a failed one. */
static void tell(struct loop *loop, const struct sit_effect *effect,
                 struct sit_effect_result *result, const struct sit_error *err)
{
    result->message = err->message;
    loop->driver->done(loop->driver->context, effect, result);
    loop->dirty = true;
}

static void act(struct loop *loop, const struct sit_effect *effect)
{
    struct sit_error err = {0};
    struct sit_effect_result result = {0};
    result.status = loop->driver->act(loop->driver->context, effect, &result, &err);
    tell(loop, effect, &result, &err);
}

static void refresh(struct loop *loop)
{
    struct sit_error err = {0};
    struct sit_effect_result result = {0};
    bool changed = false;
    result.status = loop->driver->refresh(loop->driver->context, &changed, &err);
    if (result.status != SIT_OK)
        tell(loop, &(struct sit_effect){0}, &result, &err);
    loop->dirty = loop->dirty || changed;
}

static void perform(struct loop *loop, const struct sit_effect *effect)
{
    switch (effect->kind) {
    case SIT_EFFECT_NONE: break;
    case SIT_EFFECT_QUIT: loop->quit = true; break;
    case SIT_EFFECT_SUSPEND: suspend(loop); break;
    case SIT_EFFECT_REPAINT: sit_frame_return(loop->frame, &loop->caps); break;
    default: act(loop, effect);
    }
    loop->dirty = true;
}

static void step(struct loop *loop, const struct sit_ui_event *event)
{
    struct sit_effect effect;
    loop->driver->step(loop->driver->context, event, &effect);
    perform(loop, &effect);
}

/* Where the screen is too small to show a face, no key may decide on one. */
static bool is_live(const struct loop *loop, uint32_t key)
{
    if (loop->caps.n_cols >= SIT_SCREEN_MIN_COLS &&
        loop->caps.n_rows >= SIT_SCREEN_MIN_ROWS)
        return true;
    switch (key) {
    case 'q':
    case 0x03: /* Ctrl-C */
    case 0x04: /* Ctrl-D */
    case 0x0c: /* Ctrl-L */
    case 0x1a: /* Ctrl-Z */ return true;
    default: return false;
    }
}

/* Act on the keys that are there; they have come evenly since busy_since_ms. */
static void take_keys(struct loop *loop, int64_t now_ms)
{
    uint32_t keys[sizeof loop->input.keys / sizeof loop->input.keys[0]];
    size_t n = 0;
    while (n < sizeof keys / sizeof keys[0]) {
        uint32_t key = sit_input_next(&loop->input, now_ms);
        if (key == SIT_KEY_NONE)
            break;
        keys[n++] = key;
    }
    for (size_t i = 0; i < n && !loop->quit; i++) {
        if (!is_live(loop, keys[i]))
            continue;
        int64_t at_ms = sit_held_key_arrival_ms(loop->busy_since_ms, now_ms, i, n);
        struct sit_ui_event event = {
            .kind = SIT_UI_KEY, .key = keys[i], .at_ms = at_ms};
        if (sit_key_is_mouse(keys[i], &event.button, &event.mouse_row,
                             &event.mouse_col))
            event.kind = SIT_UI_MOUSE;
        step(loop, &event);
    }
    if (n > 0) {
        loop->last_key_ms = now_ms;
        loop->told_idle = false;
    }
}

static void read_keys(struct loop *loop, struct sit_error *err)
{
    char bytes[READ_BYTES];
    ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
    int64_t now_ms = sit_clock_ms();
    if (n > 0) {
        size_t n_reports = loop->input.n_reports;
        sit_input_feed(&loop->input, bytes, (size_t)n, now_ms);
        if (loop->input.n_reports > n_reports)
            sit_frame_take_report(loop->frame, now_ms);
    } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
        loop->quit = true;
        loop->status = sit_error_set(err, SIT_E_IO,
                                     "the terminal went away; every decision is saved");
    }
}

static void handle_signals(struct loop *loop, struct sit_error *err)
{
    struct sit_signals signals = {0};
    sit_signals_take(&signals);
    if (signals.stop)
        suspend(loop);
    if (signals.continued)
        loop->mouse_on = false; /* somebody else may have had the terminal */
    if (signals.resized || signals.continued) {
        sit_frame_return(loop->frame, &loop->caps);
        loop->dirty = true;
        if (sit_term_is_wrapped(&loop->caps))
            loop->settle_ms = sit_clock_ms() + SETTLE_MS;
    }
    if (signals.interrupt)
        loop->quit = true;
    if (signals.terminate || signals.hang_up) {
        loop->quit = true;
        loop->status = signals.hang_up
                           ? sit_error_set(
                                 err, SIT_E_IO,
                                 "the terminal went away; every decision is saved")
                           : sit_error_set(err, SIT_E_CANCELLED,
                                           "terminated; every decision is saved");
    }
}

static void handle_wake(struct loop *loop)
{
    char bytes[256];
    while (read(loop->wake_fds[0], bytes, sizeof bytes) > 0)
        ;
    sit_frame_wake(loop->frame);
    if (sit_frame_is_incomplete(loop->frame))
        loop->dirty = true;
    if (loop->driver->on_wake != NULL && loop->driver->on_wake(loop->driver->context))
        loop->dirty = true;
}

/* tmux has a window of its own size for a moment: a picture drawn then may be left
 * where it does not belong. */
static void settle(struct loop *loop, int64_t now_ms)
{
    if (loop->settle_ms == 0 || now_ms < loop->settle_ms)
        return;
    loop->settle_ms = 0;
    sit_frame_return(loop->frame, &loop->caps);
    loop->dirty = true;
}

static void when_idle(struct loop *loop, int64_t now_ms)
{
    void *context = loop->driver->context;
    if (now_ms - loop->last_key_ms < IDLE_MS || now_ms < loop->next_refresh_ms)
        return;
    loop->next_refresh_ms = now_ms + REFRESH_MS;
    refresh(loop);
    if (!loop->told_idle)
        loop->driver->idle(context);
    loop->told_idle = true;
}

/* Nobody types: time for pictures that a slow line could not take at once. */
static enum sit_status sharpen_when_idle(struct loop *loop, int64_t now_ms,
                                         struct sit_error *err)
{
    const int fds[2] = {STDIN_FILENO, loop->signal_fd};
    if (loop->dirty || loop->quit || now_ms - loop->last_key_ms < SIT_LINE_IDLE_MS ||
        !sit_frame_is_coarse(loop->frame))
        return SIT_OK;
    return sit_frame_sharpen(loop->frame, loop->driver, &loop->caps, fds, err);
}

/* The answer to the last question must not be left to the shell. */
static void await_report(struct loop *loop)
{
    enum { REPORT_MS = 2000 };
    int64_t until_ms = sit_clock_ms() + REPORT_MS;
    while (sit_frame_awaits_report(loop->frame) && sit_clock_ms() < until_ms) {
        struct pollfd ready = {.fd = STDIN_FILENO, .events = POLLIN};
        enum sit_status before = loop->status;
        if (poll(&ready, 1, (int)(until_ms - sit_clock_ms())) <= 0)
            return;
        read_keys(loop, NULL);
        if (loop->status != before)
            return;
        while (sit_input_next(&loop->input, sit_clock_ms()) != SIT_KEY_NONE)
            continue;
    }
}

static int wait_ms(const struct loop *loop, int64_t now_ms)
{
    int64_t due_ms = loop->last_key_ms + IDLE_MS;
    if (due_ms < loop->next_refresh_ms)
        due_ms = loop->next_refresh_ms;
    int64_t left_ms = due_ms > now_ms ? due_ms - now_ms : 0;
    int input_ms = sit_input_timeout_ms(&loop->input, now_ms);
    if (input_ms >= 0 && input_ms < left_ms)
        left_ms = input_ms;
    int64_t settle_ms = loop->settle_ms - now_ms;
    if (loop->settle_ms != 0 && settle_ms < left_ms)
        left_ms = settle_ms > 0 ? settle_ms : 0;
    int64_t sharp_ms = loop->last_key_ms + SIT_LINE_IDLE_MS - now_ms;
    if (sit_frame_is_coarse(loop->frame) && sharp_ms < left_ms)
        left_ms = sharp_ms > 0 ? sharp_ms : 0;
    return (int)left_ms;
}

static bool has_input(void)
{
    struct pollfd ready = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&ready, 1, 0) > 0;
}

/* Take in what has been typed so far. False where there is more than room for it. */
static bool read_typed(struct loop *loop, struct sit_error *err)
{
    enum { N_KEYS = sizeof loop->input.keys / sizeof loop->input.keys[0] };
    while (!loop->quit && has_input()) {
        if (loop->input.n_keys + READ_BYTES > N_KEYS)
            return false;
        read_keys(loop, err);
    }
    return true;
}

/* Bring the screen up to date. Keys that came before the frame was complete are acted
 * on before the screen is told that the face has been shown: so it can tell them from
 * those that came afterwards. The last bytes of the frame are held back meanwhile, for
 * a key that follows them must not be taken for one of those. */
static enum sit_status show(struct loop *loop, struct sit_error *err)
{
    int64_t face_id = 0;
    loop->dirty = false;
    const struct sit_screen_driver *driver = loop->driver;
    bool mouse = driver->wants_mouse != NULL && driver->wants_mouse(driver->context);
    enum sit_status status = set_mouse(loop, mouse, err);
    if (status == SIT_OK)
        status = sit_frame_show(loop->frame, driver, &loop->caps, &face_id, err);
    bool all = status == SIT_OK && read_typed(loop, err);
    if (status == SIT_OK)
        status = sit_frame_end(loop->frame, err);
    if (status != SIT_OK)
        return status;
    bool incomplete = sit_frame_is_incomplete(loop->frame);
    int64_t shown_ms = sit_clock_ms();
    take_keys(loop, shown_ms);
    if (!all)
        loop->dirty = true;
    if (!all || incomplete || loop->quit)
        return SIT_OK;
    struct sit_effect none;
    loop->driver->step(loop->driver->context,
                       &(struct sit_ui_event){
                           .kind = SIT_UI_SHOWN, .face_id = face_id, .at_ms = shown_ms},
                       &none);
    loop->busy_since_ms = shown_ms; /* what comes now has come since */
    return SIT_OK;
}

static enum sit_status run(struct loop *loop, struct sit_error *err)
{
    enum { N_FDS = 3 };
    loop->last_key_ms = loop->busy_since_ms = sit_clock_ms();
    while (!loop->quit) {
        if (loop->dirty) {
            enum sit_status status = show(loop, err);
            if (status != SIT_OK)
                return status;
            if (loop->quit)
                break;
        }
        struct pollfd fds[N_FDS] = {{.fd = STDIN_FILENO, .events = POLLIN},
                                    {.fd = loop->signal_fd, .events = POLLIN},
                                    {.fd = loop->wake_fds[0], .events = POLLIN}};
        int64_t before_ms = sit_clock_ms();
        int n_ready = poll(fds, N_FDS, wait_ms(loop, before_ms));
        int64_t now_ms = sit_clock_ms();
        if (n_ready < 0 && errno != EINTR)
            return sit_error_set_errno(err, SIT_E_IO, "cannot wait for the terminal");
        if (now_ms > before_ms) /* it waited: what is there now has just come */
            loop->busy_since_ms = now_ms;
        if (n_ready > 0 && fds[1].revents != 0)
            handle_signals(loop, err);
        if (n_ready > 0 && fds[0].revents != 0 && !loop->quit)
            read_keys(loop, err);
        take_keys(loop, now_ms);
        if (n_ready > 0 && fds[2].revents != 0)
            handle_wake(loop);
        if (!loop->quit)
            when_idle(loop, now_ms);
        settle(loop, now_ms);
        enum sit_status status = sharpen_when_idle(loop, now_ms, err);
        if (status != SIT_OK)
            return status;
        loop->busy_since_ms = now_ms;
    }
    return loop->status;
}

static enum sit_status take_over(struct loop *loop, struct sit_error *err)
{
    struct sit_buf typed = {0};
    sit_input_init(&loop->input);
    enum sit_status status = sit_term_query(STDIN_FILENO, STDOUT_FILENO, QUERY_MS,
                                            &typed, &loop->caps, err);
    if (status == SIT_OK) {
        sit_input_feed(&loop->input, sit_buf_text(&typed), typed.n_bytes,
                       sit_clock_ms());
        status = sit_frame_open(loop->driver->project_path, &loop->caps,
                                loop->wake_fds[1], &loop->frame, err);
    }
    sit_buf_release(&typed);
    return status;
}

enum sit_status sit_loop_run(const struct sit_screen_driver *driver,
                             struct sit_error *err)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return sit_error_set(
            err, SIT_E_UNSUPPORTED,
            "the screen needs a terminal on standard input and output");
    enum sit_status status = sit_painter_check(err);
    if (status != SIT_OK)
        return status;
    struct loop loop = {.driver = driver, .wake_fds = {-1, -1}, .dirty = true};
    if (pipe2(loop.wake_fds, O_CLOEXEC | O_NONBLOCK) != 0)
        return sit_error_set_errno(err, SIT_E_IO, "cannot make a pipe");
    status = sit_term_guard_install(STDIN_FILENO, err);
    if (status == SIT_OK)
        status = sit_signals_open(&loop.signal_fd, err);
    if (status == SIT_OK)
        status = take_over(&loop, err);
    if (status == SIT_OK && driver->start != NULL)
        status = driver->start(driver->context, loop.wake_fds[1], err);
    sit_thread_be_prompt(); /* not before other threads were started */
    if (status == SIT_OK)
        status = run(&loop, err);
    if (loop.frame != NULL && (status == SIT_OK || status == SIT_E_CANCELLED))
        await_report(&loop);
    sit_frame_close(loop.frame); /* the terminal first: work may take a while to stop */
    sit_term_guard_restore();
    if (driver->stop != NULL)
        driver->stop(driver->context);
    sit_signals_close();
    close(loop.wake_fds[0]);
    close(loop.wake_fds[1]);
    return status;
}
