/*
 * Preloaded into the real program, for its calls that write, sync or shorten a file of
 * the project. The n-th kills the process, before the call or after half of its bytes:
 * so the moments inside a commit and a checkpoint are hit at will, which a clock hits
 * rarely. Or they fail for a while, as on a full disk.
 *   KILL_AT_CALL=N      which one; 0: none, they are only counted
 *   KILL_AT_HALF=1      write half of it first
 *   KILL_REPORT=FILE    gets one line, when killed "log|file write|sync|shorten",
 *                       at an orderly end the number of calls
 *   FAIL_WHILE=FILE     while this file is there, calls fail
 *   FAIL_CALL=write|sync  these; FAIL_ERRNO=N with this error; a write that fails
 *                       leaves half of its bytes
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef ssize_t pwrite_fn(int fd, const void *bytes, size_t n, off64_t at);
typedef int sync_fn(int fd);
typedef int truncate_fn(int fd, off64_t size);

static atomic_long n_calls;

static bool ends_in(const char *text, const char *end)
{
    size_t n = strlen(text), n_end = strlen(end);
    return n >= n_end && strcmp(text + n - n_end, end) == 0;
}

/* "log" or "file" for a file of the project, else NULL. */
static const char *kind_of(int fd)
{
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n <= 0)
        return NULL;
    path[n] = '\0';
    if (ends_in(path, ".db-wal") || ends_in(path, ".db-journal"))
        return "log";
    return ends_in(path, ".db") ? "file" : NULL;
}

static void report(const char *text)
{
    const char *path = getenv("KILL_REPORT");
    int fd = path != NULL ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
    if (fd < 0)
        return;
    ssize_t n = write(fd, text, strlen(text));
    (void)n;
    close(fd);
}

/* Whether this call is the one; then what it is has been reported. */
static bool is_the_one(int fd, const char *what)
{
    const char *kind = kind_of(fd), *at = getenv("KILL_AT_CALL");
    if (kind == NULL || at == NULL || atomic_fetch_add(&n_calls, 1) + 1 != atol(at))
        return false;
    char line[64];
    snprintf(line, sizeof line, "%s %s\n", kind, what);
    report(line);
    return true;
}

/* Whether this call fails; then errno is set. */
static bool is_failing(int fd, const char *what)
{
    const char *file = getenv("FAIL_WHILE"), *call = getenv("FAIL_CALL");
    if (file == NULL || call == NULL || strcmp(call, what) != 0 ||
        access(file, F_OK) != 0 || kind_of(fd) == NULL)
        return false;
    errno = atoi(getenv("FAIL_ERRNO"));
    return true;
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
    static pwrite_fn *real;
    if (real == NULL)
        real = (pwrite_fn *)dlsym(RTLD_NEXT, "pwrite64");
    if (is_the_one(fd, "write")) {
        if (getenv("KILL_AT_HALF") != NULL)
            real(fd, bytes, n / 2, at);
        die();
    }
    if (is_failing(fd, "write")) {
        int cause = errno;
        real(fd, bytes, n / 2, at);
        errno = cause;
        return -1;
    }
    return real(fd, bytes, n, at);
}

int fdatasync(int fd)
{
    static sync_fn *real;
    if (real == NULL)
        real = (sync_fn *)dlsym(RTLD_NEXT, "fdatasync");
    if (is_the_one(fd, "sync"))
        die();
    if (is_failing(fd, "sync"))
        return -1;
    return real(fd);
}

int ftruncate64(int fd, off64_t size)
{
    static truncate_fn *real;
    if (real == NULL)
        real = (truncate_fn *)dlsym(RTLD_NEXT, "ftruncate64");
    if (is_the_one(fd, "shorten"))
        die();
    return real(fd, size);
}

__attribute__((destructor)) static void report_count(void)
{
    char line[32];
    snprintf(line, sizeof line, "%ld\n", (long)atomic_load(&n_calls));
    if (getenv("KILL_AT_CALL") != NULL)
        report(line);
}
