/*
 * The tty side of the probe: raw mode, asking, waiting, restoring; measuring the
 * window; writing all bytes. The answers are read by probe.c.
 */
#include "sitter/term.h"

#include <errno.h>
#include <langinfo.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "probe_decide.h"
#include "tmux.h"
#include "sitter/progress.h"

static const char *process_getenv(void *context, const char *name)
{
    (void)context;
    return getenv(name);
}

enum sit_status sit_term_write(int fd, const void *bytes, size_t n_bytes,
                               struct sit_error *err)
{
    const char *next = bytes;
    while (n_bytes > 0) {
        ssize_t n = write(fd, next, n_bytes);
        if (n >= 0) {
            next += n;
            n_bytes -= (size_t)n;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            struct pollfd ready = {.fd = fd, .events = POLLOUT};
            if (poll(&ready, 1, -1) < 0 && errno != EINTR)
                return sit_error_set_errno(err, SIT_E_IO,
                                           "cannot wait for the terminal");
        } else if (errno != EINTR) {
            return sit_error_set_errno(err, SIT_E_IO, "cannot write to the terminal");
        }
    }
    return SIT_OK;
}

/* Read until DA1 has been answered or the time is up. */
static enum sit_status read_answers(int fd, int timeout_ms,
                                    struct sit_term_probe *probe, struct sit_buf *typed,
                                    struct sit_error *err)
{
    int64_t end_ms = sit_clock_ms() + timeout_ms;
    while (!probe->done) {
        int64_t left_ms = end_ms - sit_clock_ms();
        if (left_ms <= 0)
            return SIT_OK;
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        int n_ready = poll(&ready, 1, (int)left_ms);
        if (n_ready < 0 && errno != EINTR)
            return sit_error_set_errno(err, SIT_E_IO, "cannot wait for the terminal");
        if (n_ready <= 0)
            continue;
        char bytes[512];
        ssize_t n = read(fd, bytes, sizeof bytes);
        if (n > 0)
            sit_term_probe_feed(probe, bytes, (size_t)n, typed);
        else if (n == 0)
            return sit_error_set(err, SIT_E_IO, "the terminal was closed");
        else if (errno != EINTR && errno != EAGAIN)
            return sit_error_set_errno(err, SIT_E_IO, "cannot read from the terminal");
    }
    return SIT_OK;
}

static enum sit_status ask(int fd_in, int fd_out, int timeout_ms,
                           struct sit_term_probe *probe, struct sit_buf *typed,
                           struct sit_error *err)
{
    struct sit_buf questions = {0};
    sit_term_probe_request(&questions, process_getenv, NULL);
    enum sit_status status = SIT_OK;
    if (questions.failed)
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = sit_term_write(fd_out, questions.data, questions.n_bytes, err);
    if (status == SIT_OK)
        status = read_answers(fd_in, timeout_ms, probe, typed, err);
    sit_buf_release(&questions);
    return status;
}

/* A tmux without sixel may stand in a terminal that has it. Whether it lets sequences
 * through is seen by an answer from outside; a terminal on the same machine is fast. */
static enum sit_status ask_outer(int fd_in, int fd_out, struct sit_term_probe *outer,
                                 struct sit_buf *typed, struct sit_error *err)
{
    enum { OUTER_MS = 400 };
    static const char questions[] =
        "\033[?1;3;256S\033[?1;1;0S\033[?2;4;0S\033[>q\033[c";
    struct sit_buf wrapped = {0};
    sit_term_wrap_for_tmux(&wrapped, questions, sizeof questions - 1);
    enum sit_status status = wrapped.failed ? sit_error_nomem(err) : SIT_OK;
    if (status == SIT_OK)
        status = sit_term_write(fd_out, wrapped.data, wrapped.n_bytes, err);
    if (status == SIT_OK)
        status = read_answers(fd_in, OUTER_MS, outer, typed, err);
    sit_buf_release(&wrapped);
    return status;
}

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0';
}

static void choose_for_tmux(struct sit_term_caps *caps)
{
    sit_tmux_locate(caps);
    caps->graphics = caps->tmux_problem == NULL ? SIT_GRAPHICS_SIXEL : caps->blocks;
}

static void take_outer(struct sit_term_caps *caps, const struct sit_term_probe *outer)
{
    if (!outer->caps.has_sixel)
        return;
    caps->tmux_passes = true;
    caps->n_registers = outer->caps.n_registers;
    caps->max_width_px = outer->caps.max_width_px;
    caps->max_height_px = outer->caps.max_height_px;
    memcpy(caps->outer_name, outer->caps.name, sizeof caps->outer_name);
    caps->blocks = caps->graphics;
    choose_for_tmux(caps);
}

enum sit_status sit_term_query(int fd_in, int fd_out, int timeout_ms,
                               struct sit_buf *typed, struct sit_term_caps *out,
                               struct sit_error *err)
{
    struct termios saved;
    if (!isatty(fd_out) || tcgetattr(fd_in, &saved) != 0)
        return sit_error_set_errno(err, SIT_E_IO, "not a terminal");
    struct termios raw = saved;
    cfmakeraw(&raw);
    /* Not TCSAFLUSH: what was typed ahead stays. */
    if (tcsetattr(fd_in, TCSADRAIN, &raw) != 0)
        return sit_error_set_errno(err, SIT_E_IO, "cannot set the terminal's modes");
    struct sit_term_probe probe;
    sit_term_probe_init(&probe);
    int64_t asked_ms = sit_clock_ms();
    enum sit_status status = ask(fd_in, fd_out, timeout_ms, &probe, typed, err);
    int64_t answer_ms = sit_clock_ms() - asked_ms;
    struct sit_term_probe outer;
    sit_term_probe_init(&outer);
    if (status == SIT_OK && is_set("TMUX") && probe.done && !probe.caps.has_sixel &&
        !is_set("SITTER_GRAPHICS"))
        status = ask_outer(fd_in, fd_out, &outer, typed, err);
    if (tcsetattr(fd_in, TCSADRAIN, &saved) != 0 && status == SIT_OK)
        status = sit_error_set_errno(err, SIT_E_IO,
                                     "cannot restore the terminal's modes");
    if (status != SIT_OK)
        return status;
    /* The start of a late answer or of a key: the input filter goes on with it. */
    if (typed != NULL && probe.n_pending > 0)
        sit_buf_append(typed, probe.pending, probe.n_pending);
    if (typed != NULL && typed->failed)
        return sit_error_nomem(err);

    struct winsize window = {0};
    if (ioctl(fd_out, TIOCGWINSZ, &window) != 0)
        window = (struct winsize){0};
    bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    sit_term_probe_finish(&probe, window.ws_col, window.ws_row, window.ws_xpixel,
                          window.ws_ypixel, utf8, process_getenv, NULL, out);
    out->answer_ms = answer_ms;
    take_outer(out, &outer);
    return SIT_OK;
}

/* Whether n cells of the size before do not make up the window any more. Some terminals
 * count in the border and a part of a cell that is left over. */
static bool is_other_font(double before_px, unsigned n_cells, unsigned window_px)
{
    const double border_px = 8;
    return fabs(window_px - before_px * n_cells) > before_px + border_px;
}

/* The terminal's own cell size, which may be in other units, grows with the window's.
 */
static void rescale_cell(struct sit_term_caps *caps, const struct winsize *window)
{
    double old_width_px = caps->window_cell_width_px;
    double old_height_px = caps->window_cell_height_px;
    if (old_width_px <= 0 || old_height_px <= 0 ||
        (!is_other_font(old_width_px, window->ws_col, window->ws_xpixel) &&
         !is_other_font(old_height_px, window->ws_row, window->ws_ypixel)))
        return;
    double width_px = (double)window->ws_xpixel / window->ws_col;
    double height_px = (double)window->ws_ypixel / window->ws_row;
    double width = round((double)caps->cell_width_px * width_px / old_width_px);
    double height = round((double)caps->cell_height_px * height_px / old_height_px);
    if (!sit_term_is_cell((size_t)width, (size_t)height))
        return;
    caps->cell_width_px = (size_t)width;
    caps->cell_height_px = (size_t)height;
    caps->window_cell_width_px = width_px;
    caps->window_cell_height_px = height_px;
}

void sit_term_measure(int fd, struct sit_term_caps *caps)
{
    struct winsize window;
    if (ioctl(fd, TIOCGWINSZ, &window) != 0 || window.ws_col == 0 || window.ws_row == 0)
        return;
    caps->n_cols = window.ws_col;
    caps->n_rows = window.ws_row;
    if (caps->tmux_passes)
        choose_for_tmux(caps);
    size_t width_px = window.ws_xpixel / caps->n_cols;
    size_t height_px = window.ws_ypixel / caps->n_rows;
    if (!sit_term_is_cell(width_px, height_px) ||
        strcmp(caps->cell_source, "$SITTER_CELL") == 0)
        return;
    if (strcmp(caps->cell_source, "CSI 16t") == 0) {
        rescale_cell(caps, &window);
        return;
    }
    caps->cell_width_px = width_px;
    caps->cell_height_px = height_px;
    caps->cell_source = "TIOCGWINSZ";
}
