/*
 * The process side of the harness: the pseudo-terminal, answering, waiting.
 */
#include "ptyterm.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include "sitter/progress.h"

const struct ptyterm_profile ptyterm_sixel_sync = {
    .name = "sixel-sync",
    .has_sync = true,
    .answers_cell_size = true,
    .has_pixels = true,
    .da1 = "?62;4;22c",
    .version = "testterm 1.0",
    .n_registers = 256,
    .max_registers = 256,
    .max_side_px = 4096,
    .cell_width_px = 10,
    .cell_height_px = 20,
    .colorterm = "truecolor",
};
const struct ptyterm_profile ptyterm_sixel = {
    .name = "sixel",
    .answers_cell_size = true,
    .has_pixels = true,
    .da1 = "?63;1;2;3;4;6;7;15;18;22;29c",
    .n_registers = 256,
    .max_registers = 1024,
    .cell_width_px = 10,
    .cell_height_px = 19,
};
const struct ptyterm_profile ptyterm_xterm16 = {
    .name = "xterm16",
    .has_pixels = true,
    .da1 = "?63;1;2;4;6;9;15;16;22;28c",
    .version = "XTerm(379)",
    .n_registers = 16,
    .max_registers = 1024,
    .max_side_px = 1000,
    .cell_width_px = 6,
    .cell_height_px = 13,
};
const struct ptyterm_profile ptyterm_plain = {
    .name = "plain",
    .has_pixels = true,
    .da1 = "?64;1;2;6;9;15;16;17;18;21;22;28c",
    .version = "XTerm(379)",
    .cell_width_px = 6,
    .cell_height_px = 13,
};
const struct ptyterm_profile ptyterm_silent = {
    .name = "silent",
    .is_silent = true,
    .cell_width_px = 10,
    .cell_height_px = 20,
};
const struct ptyterm_profile ptyterm_truecolor = {
    .name = "truecolor",
    .has_sync = true,
    .answers_cell_size = true,
    .has_pixels = true,
    .da1 = "?62;22c",
    .version = "testterm 1.0",
    .cell_width_px = 10,
    .cell_height_px = 20,
    .colorterm = "truecolor",
};
const struct ptyterm_profile ptyterm_kitty = {
    .name = "kitty",
    .has_sync = true,
    .answers_cell_size = true,
    .has_pixels = true,
    .has_kitty = true,
    .da1 = "?62;c",
    .version = "kitty(0.26.5)",
    .cell_width_px = 9,
    .cell_height_px = 18,
    .colorterm = "truecolor",
};

/*
 * Answering
 */

static void reply(struct ptyterm *term, const char *text)
{
    if (!term->profile->is_silent)
        ptyterm_send(term, text);
}

/* CSI ? item ; action ; value S */
static void answer_graphics(struct ptyterm *term, const char *sequence)
{
    const struct ptyterm_profile *profile = term->profile;
    unsigned item = 0, action = 0, value = 0;
    sscanf(sequence + 3, "%u;%u;%u", &item, &action, &value);
    if (profile->n_registers == 0)
        return;
    char text[64] = "";
    if (item == 1 && action == 3 && value <= profile->max_registers)
        term->n_registers = value;
    if (item == 1 && action == 3 && value > profile->max_registers)
        snprintf(text, sizeof text, "\033[?1;3;0S");
    else if (item == 1)
        snprintf(text, sizeof text, "\033[?1;0;%zuS", term->n_registers);
    else if (item == 2 && profile->max_side_px > 0)
        snprintf(text, sizeof text, "\033[?2;0;%zu;%zuS", profile->max_side_px,
                 profile->max_side_px);
    reply(term, text);
}

static void answer_window(struct ptyterm *term, unsigned item)
{
    const struct ptyterm_profile *profile = term->profile;
    char text[64] = "";
    if (!profile->answers_cell_size)
        return; /* xterm without allowWindowOps */
    if (item == 14)
        snprintf(text, sizeof text, "\033[4;%zu;%zut",
                 term->screen.n_rows * profile->cell_height_px,
                 term->screen.n_cols * profile->cell_width_px);
    else if (item == 16)
        snprintf(text, sizeof text, "\033[6;%zu;%zut", profile->cell_height_px,
                 profile->cell_width_px);
    else if (item == 18)
        snprintf(text, sizeof text, "\033[8;%zu;%zut", term->screen.n_rows,
                 term->screen.n_cols);
    reply(term, text);
}

static void answer(void *context, const char *sequence, size_t n_bytes)
{
    struct ptyterm *term = context;
    const struct ptyterm_profile *profile = term->profile;
    char text[128] = "";
    unsigned number = 0;
    term->n_queries++;
    if (ptyscreen_is_kitty(sequence, n_bytes)) {
        if (profile->has_kitty)
            reply(term, "\033_Gi=31;OK\033\\");
        return;
    }
    switch (sequence[n_bytes - 1]) {
    case 'c':
        snprintf(text, sizeof text, "\033[%s",
                 sequence[2] == '>'     ? ">41;379;0c"
                 : profile->da1 != NULL ? profile->da1
                                        : "?1;2c");
        reply(term, text);
        break;
    case 'S': answer_graphics(term, sequence); break;
    case 'p':
        if (sscanf(sequence, "\033[?%u$p", &number) == 1) {
            snprintf(text, sizeof text, "\033[?%u;%d$y", number,
                     profile->has_sync && number == 2026 ? 2 : 0);
            reply(term, text);
        }
        break;
    case 'q':
        if (profile->version != NULL) {
            snprintf(text, sizeof text, "\033P>|%s\033\\", profile->version);
            reply(term, text);
        }
        break;
    case 't':
        sscanf(sequence, "\033[%ut", &number);
        answer_window(term, number);
        break;
    case 'n':
        sscanf(sequence, "\033[%un", &number);
        if (number == 6)
            snprintf(text, sizeof text, "\033[%zu;%zuR", term->screen.row + 1,
                     term->screen.col + 1);
        reply(term, number == 6 ? text : "\033[0n");
        break;
    default: break;
    }
}

/*
 * Starting and stopping
 */

static struct winsize window_size(const struct ptyterm_profile *profile, size_t n_cols,
                                  size_t n_rows)
{
    struct winsize window = {.ws_col = (unsigned short)n_cols,
                             .ws_row = (unsigned short)n_rows};
    if (profile->has_pixels) {
        window.ws_xpixel = (unsigned short)(n_cols * profile->cell_width_px);
        window.ws_ypixel = (unsigned short)(n_rows * profile->cell_height_px);
    }
    return window;
}

/* In the child, before exec: drop what describes the terminal the tests run in. */
static void prepare_environment(const struct ptyterm_profile *profile,
                                char *const env[])
{
    extern char **environ;
    static const char *const dropped[] = {
        "COLORTERM",
        "TMUX",
        "STY",
        "NO_COLOR",
        "COLUMNS",
        "LINES",
        "KONSOLE_VERSION",
        "TERM_PROGRAM",
        "TERMINFO",
        "ESCDELAY",
        "NCURSES_NO_UTF8_ACS",
        "SSH_CONNECTION",
    };
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++)
        unsetenv(dropped[i]);
    for (size_t i = 0; environ != NULL && environ[i] != NULL;) {
        char *equals = strchr(environ[i], '=');
        char name[128];
        if (equals == NULL || strncmp(environ[i], "SITTER_", 7) != 0) {
            i++;
            continue;
        }
        snprintf(name, sizeof name, "%.*s", (int)(equals - environ[i]), environ[i]);
        unsetenv(name);
        i = 0;
    }
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("SITTER_LINE", "fast", 1); /* how busy the machine is decides nothing */
    if (profile->bytes_per_s > 0) {
        setenv("SITTER_LINE", "auto", 1);
        setenv("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22", 1);
    }
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1); /* no keys of the developer's own */
    if (profile->colorterm != NULL)
        setenv("COLORTERM", profile->colorterm, 1);
    for (size_t i = 0; env != NULL && env[i] != NULL; i++)
        putenv(env[i]);
}

static void run_child(int slave, const struct ptyterm_profile *profile,
                      char *const argv[], char *const env[])
{
    if (login_tty(slave) != 0)
        _exit(126);
    for (int fd = 3; fd < 256; fd++)
        close(fd);
    prepare_environment(profile, env);
    execvp(argv[0], argv);
    _exit(127);
}

enum sit_status ptyterm_start(struct ptyterm *term,
                              const struct ptyterm_profile *profile, size_t n_cols,
                              size_t n_rows, char *const argv[], char *const env[],
                              struct sit_error *err)
{
    *term = (struct ptyterm){
        .profile = profile, .master = -1, .n_registers = profile->n_registers};
    if (!ptyscreen_init(&term->screen, n_cols, n_rows, profile->cell_height_px, answer,
                        term))
        return sit_error_nomem(err);
    struct winsize window = window_size(profile, n_cols, n_rows);
    int slave;
    if (openpty(&term->master, &slave, NULL, NULL, &window) != 0 ||
        tcgetattr(slave, &term->modes_before) != 0)
        return sit_error_set_errno(err, SIT_E_IO, "cannot open a pseudo-terminal");
    term->pid = fork();
    if (term->pid == 0)
        run_child(slave, profile, argv, env);
    close(slave);
    if (term->pid < 0) {
        term->pid = 0;
        return sit_error_set_errno(err, SIT_E_IO, "cannot fork");
    }
    return SIT_OK;
}

void ptyterm_stop(struct ptyterm *term)
{
    if (term->pid > 0) {
        kill(term->pid, SIGKILL);
        while (waitpid(term->pid, &term->exit_status, 0) < 0 && errno == EINTR)
            continue;
        term->pid = 0;
    }
    if (term->master >= 0)
        close(term->master);
    ptyscreen_release(&term->screen);
    sit_buf_release(&term->output);
    sit_buf_release(&term->row_text);
    term->master = -1;
}

/*
 * Talking
 */

bool ptyterm_send(struct ptyterm *term, const char *keys)
{
    size_t n = strlen(keys);
    while (n > 0) {
        ssize_t written = write(term->master, keys, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        keys += written;
        n -= (size_t)written;
    }
    return true;
}

/* What the line has carried since the last byte was read: no credit for idle times. */
static size_t carried_bytes(const struct ptyterm *term, size_t n_most)
{
    const size_t most = 1024; /* a little at a time */
    if (term->profile->bytes_per_s == 0)
        return n_most;
    int64_t us = sit_clock_us() - term->last_output_us;
    size_t n = us < 1000000 ? (size_t)us * term->profile->bytes_per_s / 1000000 : most;
    return n < most ? n : most;
}

bool ptyterm_pump(struct ptyterm *term, int timeout_ms)
{
    if (term->is_closed)
        return false;
    struct pollfd ready = {.fd = term->master, .events = POLLIN};
    if (poll(&ready, 1, timeout_ms) <= 0)
        return false;
    char bytes[65536];
    size_t n_carried = carried_bytes(term, sizeof bytes);
    if (n_carried == 0)
        return false;
    ssize_t n = read(term->master, bytes, n_carried);
    if (n < 0 && errno == EINTR)
        return false;
    if (n <= 0) { /* EIO: nobody holds the other side */
        term->is_closed = true;
        return false;
    }
    term->last_output_us = sit_clock_us();
    sit_buf_append(&term->output, bytes, (size_t)n);
    ptyscreen_feed(&term->screen, bytes, (size_t)n, term->last_output_us);
    return true;
}

static int left_ms(int64_t end_ms)
{
    int64_t left = end_ms - sit_clock_ms();
    return left > 0 ? (int)left : 0;
}

bool ptyterm_wait(struct ptyterm *term, ptyterm_predicate *predicate, void *context,
                  int timeout_ms)
{
    int64_t end_ms = sit_clock_ms() + timeout_ms;
    for (;;) {
        if (predicate != NULL ? predicate(term, context) : term->is_closed)
            return true;
        if (term->is_closed || left_ms(end_ms) == 0)
            return false;
        ptyterm_pump(term, left_ms(end_ms));
    }
}

static bool has_text(struct ptyterm *term, void *context)
{
    return ptyterm_screen_has(term, context);
}

bool ptyterm_wait_text(struct ptyterm *term, const char *text, int timeout_ms)
{
    return ptyterm_wait(term, has_text, (void *)(uintptr_t)text, timeout_ms);
}

bool ptyterm_wait_quiet(struct ptyterm *term, int quiet_ms, int timeout_ms)
{
    int64_t end_ms = sit_clock_ms() + timeout_ms;
    while (left_ms(end_ms) > 0) {
        if (!ptyterm_pump(term, quiet_ms))
            return true;
    }
    return false;
}

bool ptyterm_resize(struct ptyterm *term, size_t n_cols, size_t n_rows)
{
    struct winsize window = window_size(term->profile, n_cols, n_rows);
    return ptyscreen_resize(&term->screen, n_cols, n_rows) &&
           ioctl(term->master, TIOCSWINSZ, &window) == 0;
}

bool ptyterm_kill(struct ptyterm *term, int signal_number)
{
    return term->pid > 0 && kill(term->pid, signal_number) == 0;
}

/* Whether bytes wait that the line has not carried yet. */
static bool is_under_way(const struct ptyterm *term)
{
    struct pollfd ready = {.fd = term->master, .events = POLLIN};
    return !term->is_closed && poll(&ready, 1, 0) > 0 && (ready.revents & POLLIN) != 0;
}

bool ptyterm_wait_exit(struct ptyterm *term, int timeout_ms, int *status)
{
    int64_t end_ms = sit_clock_ms() + timeout_ms;
    while (term->pid > 0) {
        if (waitpid(term->pid, &term->exit_status, WNOHANG) == term->pid) {
            term->pid = 0;
            break;
        }
        if (left_ms(end_ms) == 0)
            return false;
        /* A closed line reports nothing more: then this is a short nap, not a spin. */
        if (term->is_closed)
            poll(NULL, 0, 1);
        else
            ptyterm_pump(term, left_ms(end_ms) < 20 ? left_ms(end_ms) : 20);
    }
    while (ptyterm_pump(term, 0) || is_under_way(term)) /* a slow line takes its time */
        continue;
    if (status != NULL)
        *status = term->exit_status;
    return true;
}

/*
 * Looking
 */

const char *ptyterm_row_text(struct ptyterm *term, size_t row)
{
    sit_buf_reset(&term->row_text);
    ptyscreen_row_text(&term->screen, row, &term->row_text);
    return sit_buf_text(&term->row_text);
}

bool ptyterm_screen_has(struct ptyterm *term, const char *text)
{
    for (size_t row = 0; row < term->screen.n_rows; row++) {
        if (strstr(ptyterm_row_text(term, row), text) != NULL)
            return true;
    }
    return false;
}

const char *ptyterm_screen_text(struct ptyterm *term)
{
    sit_buf_reset(&term->row_text);
    for (size_t row = 0; row < term->screen.n_rows; row++) {
        ptyscreen_row_text(&term->screen, row, &term->row_text);
        sit_buf_append_char(&term->row_text, '\n');
    }
    return sit_buf_text(&term->row_text);
}

size_t ptyterm_n_pictures(const struct ptyterm *term)
{
    return term->screen.n_pictures;
}

enum sit_status ptyterm_picture(const struct ptyterm *term, size_t i,
                                struct sit_image *out, size_t *row, size_t *col,
                                struct sit_error *err)
{
    if (i >= term->screen.n_pictures)
        return sit_error_set(err, SIT_E_ARG, "picture %zu of %zu", i,
                             term->screen.n_pictures);
    const struct ptyscreen_picture *picture = &term->screen.pictures[i];
    if (row != NULL)
        *row = picture->row;
    if (col != NULL)
        *col = picture->col;
    return ptyscreen_decode(picture, out, err);
}

bool ptyterm_picture_ended(const struct ptyterm *term, size_t n_before)
{
    return term->screen.n_pictures > n_before && ptyscreen_is_ground(&term->screen) &&
           !term->screen.is_sync_open;
}

static bool has_picture_ended(struct ptyterm *term, void *context)
{
    return ptyterm_picture_ended(term, *(size_t *)context);
}

bool ptyterm_expect_picture_end(struct ptyterm *term, size_t n_before, int timeout_ms)
{
    return ptyterm_wait(term, has_picture_ended, &n_before, timeout_ms);
}

bool ptyterm_termios_restored(const struct ptyterm *term)
{
    struct termios now;
    if (tcgetattr(term->master, &now) != 0)
        return false;
    const struct termios *before = &term->modes_before;
    return now.c_iflag == before->c_iflag && now.c_oflag == before->c_oflag &&
           now.c_cflag == before->c_cflag && now.c_lflag == before->c_lflag &&
           memcmp(now.c_cc, before->c_cc, sizeof now.c_cc) == 0;
}

bool ptyterm_is_restored(const struct ptyterm *term)
{
    const struct ptyscreen *screen = &term->screen;
    return !screen->is_alternate && screen->is_cursor_visible &&
           !screen->is_sync_open && ptyscreen_is_ground(screen) &&
           ptyterm_termios_restored(term);
}
