/*
 * Child processes between three pipes: one poll loop writes, reads both outputs and
 * asks whether to go on, so that neither side can wait for the other for ever.
 */
#include "sitter/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { POLL_MS = 100, REAP_MS = 10, READ_BYTES = 1 << 16 };

struct child {
    pid_t pid;
    int in, out, error; /* our ends; -1 where closed */
    size_t n_written;
    struct sit_child_result result;
    size_t n_message_bytes;
};

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* A pipe whose ends are none of the standard descriptors, which might be closed here
 * and are about to be replaced in the child. */
static bool make_pipe(int ends[2])
{
    int raw[2];
    if (pipe2(raw, O_CLOEXEC) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        ends[i] = fcntl(raw[i], F_DUPFD_CLOEXEC, 3);
        close(raw[i]);
    }
    return ends[0] >= 0 && ends[1] >= 0;
}

static int spawn(const struct sit_child_options *options, pid_t *pid, int in, int out,
                 int error)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGINT);
    int code = posix_spawn_file_actions_init(&actions);
    if (code != 0)
        return code;
    code = posix_spawnattr_init(&attributes);
    if (code != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return code;
    }
    if ((code = posix_spawn_file_actions_adddup2(&actions, in, 0)) == 0 &&
        (code = posix_spawn_file_actions_adddup2(&actions, out, 1)) == 0 &&
        (code = posix_spawn_file_actions_adddup2(&actions, error, 2)) == 0 &&
        (code = posix_spawnattr_setpgroup(&attributes, 0)) == 0 &&
        (code = posix_spawnattr_setsigmask(&attributes, &none)) == 0 &&
        (code = posix_spawnattr_setsigdefault(&attributes, &defaults)) == 0 &&
        (code = posix_spawnattr_setflags(
             &attributes, (short)(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                  POSIX_SPAWN_SETSIGDEF))) == 0)
        code = posix_spawnp(pid, options->argv[0], &actions, &attributes,
                            (char *const *)(uintptr_t)options->argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

static enum sit_status start(const struct sit_child_options *options,
                             struct child *child, struct sit_error *err)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1}, error[2] = {-1, -1};
    int code = 0;
    if (!make_pipe(in) || !make_pipe(out) || !make_pipe(error) ||
        fcntl(in[1], F_SETFL, O_NONBLOCK) != 0)
        code = errno;
    if (code == 0)
        code = spawn(options, &child->pid, in[0], out[1], error[1]);
    close_end(&in[0]);
    close_end(&out[1]);
    close_end(&error[1]);
    child->in = in[1];
    child->out = out[0];
    child->error = error[0];
    if (code == 0)
        return SIT_OK;
    errno = code;
    if (code == ENOENT || code == EACCES)
        return sit_error_set_errno(err, SIT_E_NOT_FOUND, "cannot run '%s'",
                                   options->argv[0]);
    return sit_error_set_errno(err, SIT_E_IO, "cannot run '%s'", options->argv[0]);
}

static enum sit_status write_some(const struct sit_child_options *options,
                                  struct child *child, struct sit_error *err)
{
    const char *at = options->input;
    ssize_t n = write(child->in, at + child->n_written,
                      options->n_input_bytes - child->n_written);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return SIT_OK;
    if (n < 0 && errno != EPIPE)
        return sit_error_set_errno(err, SIT_E_IO, "cannot write to '%s'",
                                   options->argv[0]);
    if (n > 0)
        child->n_written += (size_t)n;
    /* It may well stop reading early; how it ends tells whether that was right. */
    if (n < 0 || child->n_written == options->n_input_bytes)
        close_end(&child->in);
    return SIT_OK;
}

static enum sit_status read_out(const struct sit_child_options *options,
                                struct child *child, struct sit_error *err)
{
    char bytes[READ_BYTES];
    ssize_t n = read(child->out, bytes, sizeof bytes);
    if (n < 0 && errno == EINTR)
        return SIT_OK;
    if (n < 0)
        return sit_error_set_errno(err, SIT_E_IO, "cannot read from '%s'",
                                   options->argv[0]);
    if (n == 0)
        close_end(&child->out);
    if ((size_t)n > options->max_output_bytes - child->result.out.n_bytes)
        return sit_error_set(err, SIT_E_LIMIT, "'%s' wrote more than %zu bytes",
                             options->argv[0], options->max_output_bytes);
    sit_buf_append(&child->result.out, bytes, (size_t)n);
    return child->result.out.failed ? sit_error_nomem(err) : SIT_OK;
}

/* Its first bytes are kept, the rest is read so that the program is not held up. */
static void read_error(struct child *child)
{
    char bytes[1024];
    ssize_t n = read(child->error, bytes, sizeof bytes);
    if (n < 0 && errno == EINTR)
        return;
    if (n <= 0) {
        close_end(&child->error);
        return;
    }
    size_t room = sizeof child->result.message - 1 - child->n_message_bytes;
    size_t kept = (size_t)n < room ? (size_t)n : room;
    memcpy(child->result.message + child->n_message_bytes, bytes, kept);
    child->n_message_bytes += kept;
}

static bool go_on(const struct sit_child_options *options)
{
    return sit_progress_report(options->progress, options->progress_done,
                               options->progress_total, NULL);
}

static enum sit_status exchange(const struct sit_child_options *options,
                                struct child *child, struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    if (options->n_input_bytes == 0)
        close_end(&child->in);
    while (status == SIT_OK && (child->out >= 0 || child->error >= 0)) {
        struct pollfd fds[3] = {{.fd = child->in, .events = POLLOUT},
                                {.fd = child->out, .events = POLLIN},
                                {.fd = child->error, .events = POLLIN}};
        int n = poll(fds, 3, POLL_MS);
        if (!go_on(options))
            return sit_error_set(err, SIT_E_CANCELLED, "interrupted");
        if (n < 0 && errno != EINTR)
            return sit_error_set_errno(err, SIT_E_IO, "cannot wait for '%s'",
                                       options->argv[0]);
        if (n <= 0)
            continue;
        if (fds[2].revents != 0)
            read_error(child);
        if (fds[1].revents != 0)
            status = read_out(options, child, err);
        if (status == SIT_OK && fds[0].revents != 0)
            status = write_some(options, child, err);
    }
    return status;
}

/* It has closed its outputs and is about to end, or lingers. */
static enum sit_status reap(const struct sit_child_options *options,
                            struct child *child, struct sit_error *err)
{
    int how = 0;
    pid_t pid;
    close_end(&child->in);
    while ((pid = waitpid(child->pid, &how, WNOHANG)) != child->pid) {
        if (pid < 0 && errno != EINTR) {
            child->pid = 0;
            return sit_error_set_errno(err, SIT_E_IO, "cannot wait for '%s'",
                                       options->argv[0]);
        }
        if (!go_on(options))
            return sit_error_set(err, SIT_E_CANCELLED, "interrupted");
        poll(NULL, 0, REAP_MS);
    }
    child->pid = 0;
    child->result.exit_status = WIFEXITED(how) ? WEXITSTATUS(how) : -1;
    child->result.signal = WIFSIGNALED(how) ? WTERMSIG(how) : 0;
    return SIT_OK;
}

static void kill_child(struct child *child)
{
    if (child->pid <= 0)
        return;
    kill(-child->pid, SIGKILL);
    while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

/* Take a SIGPIPE that our writing caused off the list before it is let through. */
static void drop_sigpipe(void)
{
    sigset_t pipes;
    const struct timespec now = {0};
    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE);
    while (sigtimedwait(&pipes, NULL, &now) < 0 && errno == EINTR)
        ;
}

enum sit_status sit_child_run(const struct sit_child_options *options,
                              struct sit_child_result *result, struct sit_error *err)
{
    struct child child = {.in = -1, .out = -1, .error = -1};
    sigset_t pipes, before, pending;
    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &pipes, &before);
    enum sit_status status = start(options, &child, err);
    if (status == SIT_OK)
        status = exchange(options, &child, err);
    if (status == SIT_OK)
        status = reap(options, &child, err);
    if (status != SIT_OK)
        kill_child(&child);
    close_end(&child.in);
    close_end(&child.out);
    close_end(&child.error);
    if (!sigismember(&pending, SIGPIPE))
        drop_sigpipe();
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (status == SIT_OK) {
        sit_child_result_release(result);
        *result = child.result;
    } else {
        sit_child_result_release(&child.result);
    }
    return status;
}

enum sit_status sit_child_check(const struct sit_child_result *result,
                                const char *program, struct sit_error *err)
{
    if (result->signal == 0 && result->exit_status == 0)
        return SIT_OK;
    int length = (int)strcspn(result->message, "\n");
    const char *colon = length > 0 ? ": " : "";
    if (result->signal != 0)
        return sit_error_set(err, SIT_E_IO, "'%s' was ended by signal %d%s%.*s",
                             program, result->signal, colon, length, result->message);
    return sit_error_set(err, SIT_E_IO, "'%s' failed with exit status %d%s%.*s",
                         program, result->exit_status, colon, length, result->message);
}

void sit_child_result_release(struct sit_child_result *result)
{
    sit_buf_release(&result->out);
    *result = (struct sit_child_result){0};
}
