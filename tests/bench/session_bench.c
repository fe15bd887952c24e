/*
 * A labelling session on a copy of a project, without a screen: how long opening takes,
 * a label until the next face is known, and until the live model has learned from it;
 * and how much memory. Prints lines of a Markdown table.
 *
 *     session_bench FILE.db QUEUE LABELS      labels the project itself
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "sitter/progress.h"
#include "sitter/session.h"

enum { MAX_LABELS = 10000, PATIENCE_MS = 60000 };

static struct sit_error err;

/* Of this thread's processor: others' work does not count. */
static int64_t cpu_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int compare(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return one < other ? -1 : one > other;
}

static void print(const char *what, int64_t *us, size_t n)
{
    if (n == 0)
        return;
    qsort(us, n, sizeof *us, compare);
    printf("| %s | %.2f | %.2f | %.2f |\n", what, (double)us[n / 2] / 1e3,
           (double)us[n * 99 / 100] / 1e3, (double)us[n - 1] / 1e3);
}

/* Until the live model has something new; false where nothing comes. */
static bool wait_wake(struct sit_session *session, int fd)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    char bytes[64];
    if (poll(&poll_fd, 1, PATIENCE_MS) != 1 || read(fd, bytes, sizeof bytes) <= 0)
        return false;
    sit_session_on_wake(session);
    return true;
}

/* One label: until the next face is known, and until it is learned; false: an error. */
static bool label(struct sit_session *session, int fd, int64_t *key_us,
                  int64_t *key_cpu_us, int64_t *learn_us)
{
    const struct sit_session_view *view = sit_session_get_view(session);
    size_t at = view->position, n_labels = view->live.n_labels;
    bool is_train = sit_labels_table(sit_session_labels(session))->split[at] ==
                    SIT_TRAIN;
    int64_t started = sit_clock_us(), started_cpu = cpu_us();
    if (sit_session_label(session, (sit_class_index)(at % 2), 1, &err) != SIT_OK)
        return false;
    *key_us = sit_clock_us() - started;
    *key_cpu_us = cpu_us() - started_cpu;
    *learn_us = -1;
    if (!is_train || view->live.phase != SIT_LIVE_READY)
        return true;
    while (view->live.n_labels == n_labels)
        if (!wait_wake(session, fd))
            return true; /* all the labels that are learned from are there */
        else if (n_labels >= 2000)
            break;
    *learn_us = sit_clock_us() - started;
    return true;
}

static bool measure(struct sit_project *project, enum sit_queue queue, size_t n,
                    const int wake[2])
{
    static int64_t key_us[MAX_LABELS], cpu[MAX_LABELS], learn_us[MAX_LABELS], one[1];
    size_t n_learned = 0;
    struct sit_session *session = NULL;
    const struct sit_session_options options = {.queue = queue};
    int64_t started = sit_clock_us(), started_cpu = cpu_us();
    bool ok = sit_session_open(project, "bench", &options, &session, &err) == SIT_OK;
    int64_t opened = sit_clock_us(), opened_cpu = cpu_us();
    ok = ok && sit_session_start_live(session, wake[1], &err) == SIT_OK;
    one[0] = opened - started;
    print("open the session", one, 1);
    one[0] = opened_cpu - started_cpu;
    print("the same, processor time", one, 1);
    one[0] = cpu_us() - opened_cpu;
    print("start the live model, processor time", one, 1);
    const struct sit_session_view *view = ok ? sit_session_get_view(session) : NULL;
    while (ok && view->live.phase == SIT_LIVE_LOADING && wait_wake(session, wake[0]))
        ;
    one[0] = sit_clock_us() - started;
    print("until it is ready", one, 1);
    while (ok && view->live.phase == SIT_LIVE_READY && view->live.accuracy <= 0 &&
           wait_wake(session, wake[0]))
        ;
    one[0] = sit_clock_us() - started;
    print("until it has its pool and its accuracy", one, 1);
    for (size_t k = 0; ok && k < n; k++) {
        ok = label(session, wake[0], &key_us[k], &cpu[k], &learn_us[n_learned]);
        n_learned += learn_us[n_learned] >= 0;
    }
    if (ok) {
        print("label, until the next face is known", key_us, n);
        print("the same, processor time", cpu, n);
        print("label, until it is learned", learn_us, n_learned);
        printf("\n%zu labels are fitted, accuracy %.3f\n", view->live.n_labels,
               view->live.accuracy);
    }
    sit_session_free(session);
    return ok;
}

int main(int argc, char **argv)
{
    struct sit_project *project = NULL;
    enum sit_queue queue;
    int wake[2];
    size_t n = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
    if (n == 0 || n > MAX_LABELS || sit_queue_parse(argv[2], &queue, &err) != SIT_OK ||
        pipe(wake) != 0) {
        fprintf(stderr, "usage: session_bench FILE.db QUEUE LABELS\n");
        return 2;
    }
    printf("| %s | median ms | 99 %% | most |\n| --- | --- | --- | --- |\n", argv[2]);
    bool ok = sit_project_open(argv[1], SIT_PROJECT_WRITE, &project, &err) == SIT_OK &&
              measure(project, queue, n, wake);
    sit_project_close(project);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    if (ok)
        printf("%ld MiB at most\n", usage.ru_maxrss / 1024);
    else
        fprintf(stderr, "session_bench: %s\n", err.message);
    return !ok;
}
