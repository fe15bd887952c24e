/*
 * HDF5 at arm's length. The library is known to crash, hang and allocate without end on
 * forged files, so a child process walks the file: it may open nothing but that file,
 * may use little time and memory, and sends what it found through a pipe. A child that
 * dies is an error message here. The walk itself is weights_hdf5.c's.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sitter/alloc.h"
#include "weights_file.h"

pthread_mutex_t weights_hdf5_mutex = PTHREAD_MUTEX_INITIALIZER;

enum {
    MAX_CPU_SECONDS = 60,
    MAX_MORE_BYTES = 2000 << 20, /* beyond what the process holds at the fork */
};

/* What goes through the pipe, each followed by its texts and values. Both ends are one
 * program, so structs go as they lie in memory. */
enum message_kind { MESSAGE_CONFIG = 1, MESSAGE_TENSOR, MESSAGE_END };
struct message {
    enum message_kind kind;
    enum sit_status status;         /* END */
    size_t text_bytes, name_bytes;  /* CONFIG; TENSOR: layer and name */
    size_t n_dims;                  /* TENSOR */
    size_t shape[WEIGHTS_MAX_DIMS]; /* TENSOR */
};

/*
 * In the child
 */

static bool send_all(int fd, const void *bytes, size_t n_bytes)
{
    const char *at = bytes;
    while (n_bytes > 0) {
        ssize_t n = write(fd, at, n_bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
        n_bytes -= (size_t)n;
    }
    return true;
}

static bool send_file(int fd, const struct weights_file *file)
{
    bool ok = true;
    if (file->config != NULL) {
        struct message m = {.kind = MESSAGE_CONFIG, .text_bytes = strlen(file->config)};
        ok = send_all(fd, &m, sizeof m) && send_all(fd, file->config, m.text_bytes);
    }
    for (size_t i = 0; ok && i < file->n_tensors; i++) {
        const struct weights_tensor *tensor = &file->tensors[i];
        struct message m = {.kind = MESSAGE_TENSOR,
                            .text_bytes = strlen(tensor->layer),
                            .name_bytes = strlen(tensor->name),
                            .n_dims = tensor->n_dims};
        size_t n = 0;
        memcpy(m.shape, tensor->shape, sizeof m.shape);
        weights_n_items(tensor->shape, tensor->n_dims, &n);
        ok = send_all(fd, &m, sizeof m) && send_all(fd, tensor->layer, m.text_bytes) &&
             send_all(fd, tensor->name, m.name_bytes) &&
             send_all(fd, tensor->values, n * sizeof *tensor->values);
    }
    return ok;
}

/* Address space in use, 0 where that is not known. */
static rlim_t used_bytes(void)
{
    unsigned long long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "re");
    if (statm == NULL)
        return 0;
    if (fscanf(statm, "%llu", &pages) != 1)
        pages = 0;
    fclose(statm);
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* For setrlimit(): where a lower limit is in force already it fails, and that one
 * stays. */
static struct rlimit at_most(rlim_t value)
{
    return (struct rlimit){.rlim_cur = value, .rlim_max = value};
}

/* From here on: one more file, no output, little time and memory, no core. */
static void confine(void)
{
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE,
                                SIGILL,  SIGINT, SIGTERM, SIGPIPE};
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
        signal(fatal[i], SIG_DFL);
    rlim_t used = used_bytes();
    struct rlimit memory = at_most(used + MAX_MORE_BYTES);
    struct rlimit cpu = at_most(MAX_CPU_SECONDS), none = at_most(0);
    if (used > 0)
        setrlimit(RLIMIT_AS, &memory);
    setrlimit(RLIMIT_CPU, &cpu);
    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_FSIZE, &none);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null >= 0) {
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO); /* what a dying C library has to say */
        /* The place of this descriptor is the last that can be given out. */
        close(null);
        struct rlimit files = at_most((rlim_t)null + 1);
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

static void child_main(int fd, const char *path, const struct weights_filter *filter)
{
    struct weights_file file = {0};
    struct sit_error error = {0};
    confine();
    struct message end = {.kind = MESSAGE_END};
    end.status = weights_walk_path(path, filter, &file, &error);
    bool ok = end.status != SIT_OK || send_file(fd, &file);
    if (ok)
        ok = send_all(fd, &end, sizeof end) && send_all(fd, &error, sizeof error);
    /* No destructors: they are the parent's, and so is the heap. */
    _exit(ok ? 0 : 1);
}

/*
 * In the parent
 */

static bool take_all(int fd, void *bytes, size_t n_bytes)
{
    char *at = bytes;
    while (n_bytes > 0) {
        ssize_t n = read(fd, at, n_bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
        n_bytes -= (size_t)n;
    }
    return true;
}

static char *take_text(int fd, size_t n_bytes, size_t max_bytes)
{
    char *text = n_bytes < max_bytes ? sit_malloc_array(n_bytes + 1, 1) : NULL;
    if (text != NULL)
        text[n_bytes] = '\0';
    if (text != NULL && !take_all(fd, text, n_bytes)) {
        free(text);
        text = NULL;
    }
    return text;
}

/* False where the pipe ends or says what no good child would: one that a forged file
 * has taken over is not believed either. */
static bool take_tensor(int fd, const struct message *m, size_t *n_left,
                        struct weights_file *file)
{
    size_t n;
    bool ok = false;
    char *layer = take_text(fd, m->text_bytes, WEIGHTS_MAX_NAME_BYTES);
    char *name = take_text(fd, m->name_bytes, WEIGHTS_MAX_NAME_BYTES);
    if (layer != NULL && name != NULL && m->n_dims <= WEIGHTS_MAX_DIMS &&
        weights_n_items(m->shape, m->n_dims, &n) && n <= *n_left &&
        weights_file_add(file, layer, name, m->n_dims, m->shape, NULL) == SIT_OK) {
        struct weights_tensor *tensor = &file->tensors[file->n_tensors - 1];
        *n_left -= n;
        tensor->values = sit_malloc_array(n, sizeof *tensor->values);
        ok = tensor->values != NULL &&
             take_all(fd, tensor->values, n * sizeof *tensor->values);
    }
    free(layer);
    free(name);
    return ok;
}

static bool take_file(int fd, struct weights_file *file, struct message *end,
                      struct sit_error *error)
{
    size_t n_left = WEIGHTS_MAX_FLOATS;
    struct message m;
    while (take_all(fd, &m, sizeof m)) {
        if (m.kind == MESSAGE_END) {
            *end = m;
            return take_all(fd, error, sizeof *error);
        }
        if (m.kind == MESSAGE_CONFIG && file->config == NULL) {
            file->config = take_text(fd, m.text_bytes, WEIGHTS_MAX_CONFIG_BYTES);
            if (file->config == NULL)
                return false;
        } else if (m.kind != MESSAGE_TENSOR || !take_tensor(fd, &m, &n_left, file)) {
            return false;
        }
    }
    return false;
}

/* The child ended without its last message. */
static enum sit_status child_failed(const char *path, int state, struct sit_error *err)
{
    if (WIFSIGNALED(state) &&
        (WTERMSIG(state) == SIGXCPU || WTERMSIG(state) == SIGKILL))
        return sit_error_set(err, SIT_E_FORMAT,
                             "'%s' is damaged: the HDF5 library came to no end", path);
    if (WIFSIGNALED(state) && WTERMSIG(state) != SIGINT && WTERMSIG(state) != SIGTERM)
        return sit_error_set(err, SIT_E_FORMAT,
                             "'%s' is damaged: the HDF5 library failed on it (%s)",
                             path, strsignal(WTERMSIG(state)));
    return sit_error_set(err, SIT_E_IO, "cannot read '%s': reading was cut short",
                         path);
}

static enum sit_status finish(const char *path, int fd, pid_t child,
                              struct weights_file *out, struct sit_error *err)
{
    struct weights_file file = {0};
    struct message end = {0};
    struct sit_error error = {0};
    int state = 0;
    bool ended = take_file(fd, &file, &end, &error);
    close(fd);
    while (waitpid(child, &state, 0) < 0 && errno == EINTR)
        ;
    error.message[sizeof error.message - 1] = '\0';
    enum sit_status status = SIT_OK;
    if (!ended)
        status = child_failed(path, state, err);
    else if (end.status != SIT_OK)
        status = sit_error_set(err, end.status, "%s", error.message);
    if (status != SIT_OK) {
        weights_file_release(&file);
        return status;
    }
    *out = file;
    return SIT_OK;
}

static enum sit_status check_regular(const char *path, struct sit_error *err)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return sit_error_set_errno(err, SIT_E_IO, "cannot open '%s'", path);
    if (!S_ISREG(info.st_mode))
        return sit_error_set(err, SIT_E_IO, "'%s' is not a regular file", path);
    if (access(path, R_OK) != 0)
        return sit_error_set_errno(err, SIT_E_IO, "cannot open '%s'", path);
    return SIT_OK;
}

enum sit_status weights_file_read(const char *path, const struct weights_filter *filter,
                                  struct weights_file *out, struct sit_error *err)
{
    int fds[2];
    enum sit_status status = check_regular(path, err);
    if (status != SIT_OK)
        return status;
    if (pipe2(fds, O_CLOEXEC) != 0)
        return sit_error_set_errno(err, SIT_E_IO, "cannot read '%s'", path);
    pthread_mutex_lock(&weights_hdf5_mutex);
    pid_t child = fork();
    pthread_mutex_unlock(&weights_hdf5_mutex);
    if (child < 0) {
        status = sit_error_set_errno(err, SIT_E_IO, "cannot read '%s'", path);
        close(fds[0]);
        close(fds[1]);
        return status;
    }
    if (child == 0) {
        close(fds[0]);
        child_main(fds[1], path, filter);
    }
    close(fds[1]);
    return finish(path, fds[0], child, out, err);
}
