/*
 * Leaving the terminal as it was found, also when the process dies of a fatal signal.
 * Only async-signal-safe calls on the way out. Signals that end the program in order
 * (INT, TERM, HUP) are the main loop's.
 */
#include "sitter/term.h"

#include <signal.h>
#include <termios.h>
#include <unistd.h>

static const int fatal_signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
enum { N_FATAL = sizeof fatal_signals / sizeof *fatal_signals };

/* Ends a picture that was cut off first: within a DCS nothing else would be obeyed.
 * Then synchronised output, mouse, bracketed paste, application keys, attributes, line
 * drawing, the cursor, and the main screen. */
static const char restore_bytes[] =
    "\033\\\033[?2026l"
    "\033[?1006l\033[?1003l\033[?1002l\033[?1000l" SIT_TERM_PASTE_OFF
    "\033[?1l\033>\033[0m\033(B\017"
    "\033[?25h\033[?1049l";

/* A piece of a picture may have been cut off: ended, then taken for the last one. */
static const char delete_bytes[] = "\033\\" SIT_TERM_DELETE_PICTURES;

static struct {
    volatile sig_atomic_t is_installed;
    volatile sig_atomic_t has_pictures;
    int fd;
    struct termios modes;
    struct sigaction previous[N_FATAL];
} guard;

/* A stack overflow leaves no room for the handler on the thread's own stack. */
static char handler_stack[64 * 1024];

static void write_all(const char *bytes, size_t n_bytes)
{
    while (n_bytes > 0) {
        ssize_t n = write(guard.fd, bytes, n_bytes);
        if (n <= 0)
            return;
        bytes += n;
        n_bytes -= (size_t)n;
    }
}

void sit_term_guard_pictures(enum sit_graphics graphics)
{
    guard.has_pictures = graphics == SIT_GRAPHICS_KITTY;
}

void sit_term_guard_restore(void)
{
    if (!guard.is_installed)
        return;
    guard.is_installed = 0;
    if (guard.has_pictures)
        write_all(delete_bytes, sizeof delete_bytes - 1);
    write_all(restore_bytes, sizeof restore_bytes - 1);
    tcsetattr(guard.fd, TCSANOW, &guard.modes);
    for (size_t i = 0; i < N_FATAL; i++)
        sigaction(fatal_signals[i], &guard.previous[i], NULL);
}

static void on_fatal_signal(int signal_number)
{
    sit_term_guard_restore();
    /* Blocked until this handler returns; then whoever had the signal before has it. */
    raise(signal_number);
}

enum sit_status sit_term_guard_install(int fd, struct sit_error *err)
{
    if (guard.is_installed)
        return SIT_OK;
    struct termios modes;
    if (tcgetattr(fd, &modes) != 0)
        return sit_error_set_errno(err, SIT_E_IO, "cannot read the terminal's modes");
    guard.fd = fd;
    guard.modes = modes;
    stack_t stack = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
    stack_t old_stack;
    /* A sanitizer may have given the thread one already: that serves too. */
    if (sigaltstack(NULL, &old_stack) == 0 && (old_stack.ss_flags & SS_DISABLE) != 0)
        sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_handler = on_fatal_signal, .sa_flags = SA_ONSTACK};
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < N_FATAL; i++)
        sigaction(fatal_signals[i], NULL, &guard.previous[i]);
    guard.is_installed = 1;
    for (size_t i = 0; i < N_FATAL; i++)
        sigaction(fatal_signals[i], &action, NULL);
    return SIT_OK;
}
