/*
 * The self-pipe for signals.
 */
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static const int caught[] = {SIGWINCH, SIGCONT, SIGTSTP, SIGINT, SIGTERM, SIGHUP};
enum { N_CAUGHT = sizeof caught / sizeof caught[0] };

static int pipe_fds[2] = {-1, -1};
static struct sigaction previous[N_CAUGHT];

static void on_signal(int number)
{
    int saved_errno = errno;
    unsigned char byte = (unsigned char)number;
    ssize_t n = write(pipe_fds[1], &byte, 1);
    (void)n; /* a full pipe wakes as well */
    errno = saved_errno;
}

static void catch_signal(int number, struct sigaction *old)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, old);
}

enum sit_status sit_signals_open(int *fd, struct sit_error *err)
{
    if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) != 0)
        return sit_error_set_errno(err, SIT_E_IO, "cannot make a pipe");
    for (size_t i = 0; i < N_CAUGHT; i++)
        catch_signal(caught[i], &previous[i]);
    *fd = pipe_fds[0];
    return SIT_OK;
}

void sit_signals_close(void)
{
    if (pipe_fds[0] < 0)
        return;
    for (size_t i = 0; i < N_CAUGHT; i++)
        sigaction(caught[i], &previous[i], NULL);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
    pipe_fds[0] = pipe_fds[1] = -1;
}

void sit_signals_take(struct sit_signals *out)
{
    unsigned char bytes[64];
    ssize_t n;
    while ((n = read(pipe_fds[0], bytes, sizeof bytes)) > 0 ||
           (n < 0 && errno == EINTR)) {
        for (ssize_t i = 0; i < n; i++) {
            switch (bytes[i]) {
            case SIGWINCH: out->resized = true; break;
            case SIGCONT: out->continued = true; break;
            case SIGTSTP: out->stop = true; break;
            case SIGINT: out->interrupt = true; break;
            case SIGTERM: out->terminate = true; break;
            case SIGHUP: out->hang_up = true; break;
            default: break;
            }
        }
    }
}

void sit_signals_suspend(void)
{
    struct sigaction usual = {.sa_handler = SIG_DFL};
    sigemptyset(&usual.sa_mask);
    sigaction(SIGTSTP, &usual, NULL);
    /* To this thread: all have stopped before it returns; SIGCONT, blocked in the other
     * threads, has been noted by then. */
    raise(SIGTSTP);
    catch_signal(SIGTSTP, NULL);
}
