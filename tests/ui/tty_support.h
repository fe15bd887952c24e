/*
 * A terminal for the tests of what is sent to one: the function under test runs in a
 * child whose standard input and output it is, the test reads and types.
 */
#ifndef SITTER_TTY_SUPPORT_H
#define SITTER_TTY_SUPPORT_H

#include "test_support.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>

#include "sitter/progress.h"

enum { TTY_LIMIT_MS = 30000, TTY_COLS = 80, TTY_ROWS = 24 };

struct test_tty {
    int fd;
    pid_t child;
    struct sit_buf output; /* all that has been sent so far */
};

/* Run body(context) on a terminal of type `term`. */
static inline void tty_start(struct test_tty *tty, const char *term,
                             int (*body)(void *context), void *context)
{
    *tty = (struct test_tty){0};
    struct winsize size = {.ws_col = TTY_COLS, .ws_row = TTY_ROWS};
    fflush(NULL);
    tty->child = forkpty(&tty->fd, NULL, NULL, &size);
    assert_true(tty->child >= 0);
    if (tty->child == 0) {
        setenv("TERM", term, 1);
        unsetenv("NO_COLOR");
        unsetenv("COLORTERM");
        unsetenv("SITTER_GRAPHICS");
        _exit(body(context));
    }
}

/* Take in what comes; false at the end. */
static inline bool tty_read(struct test_tty *tty, int timeout_ms)
{
    struct pollfd ready = {.fd = tty->fd, .events = POLLIN};
    char bytes[4096];
    if (poll(&ready, 1, timeout_ms) <= 0)
        return true;
    ssize_t n = read(tty->fd, bytes, sizeof bytes);
    if (n > 0)
        sit_buf_append(&tty->output, bytes, (size_t)n);
    return n > 0 || (n < 0 && errno == EINTR);
}

static inline void tty_expect(struct test_tty *tty, const char *text)
{
    int64_t end_ms = sit_clock_ms() + TTY_LIMIT_MS;
    while (strstr(sit_buf_text(&tty->output), text) == NULL) {
        if (!tty_read(tty, 100) || sit_clock_ms() > end_ms)
            fail_msg("\"%s\" was not sent", text);
    }
}

static inline void tty_type(struct test_tty *tty, const char *keys)
{
    assert_int_equal(write(tty->fd, keys, strlen(keys)), (ssize_t)strlen(keys));
}

/* To the end of the child, which must succeed. */
static inline void tty_finish(struct test_tty *tty)
{
    int64_t end_ms = sit_clock_ms() + TTY_LIMIT_MS;
    while (tty_read(tty, 100))
        assert_true(sit_clock_ms() < end_ms);
    int status = 0;
    assert_int_equal(waitpid(tty->child, &status, 0), tty->child);
    close(tty->fd);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static inline void tty_release(struct test_tty *tty)
{
    sit_buf_release(&tty->output);
}

/* Where a text ends in what was sent, from `from` on; fails where it is not. */
static inline const char *tty_after(const char *from, const char *text)
{
    const char *at = strstr(from, text);
    if (at == NULL)
        fail_msg("\"%s\" was not sent", text[0] == '\033' ? text + 1 : text);
    return at + strlen(text);
}

#endif
