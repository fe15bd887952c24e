/*
 * Threads without signals.
 */
#include "sitter/thread.h"

#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Weights of 1 to 3 among threads that all want to work. */
enum { LATER_NICE = 5 };
#define PROMPT_SLICE_NS 100000 /* the least there is */

bool sit_thread_start(pthread_t *thread, void *(*run)(void *), void *context)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(thread, NULL, run, context) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

/* As the kernel has it; the C library may not know it yet. */
struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime_ns, deadline_ns, period_ns;
};

void sit_thread_be_prompt(void)
{
#ifdef SYS_sched_setattr
    /* A thread that asks for short slices is preferred when it wakes up. */
    struct attributes attributes = {.size = sizeof attributes,
                                    .policy = SCHED_OTHER,
                                    .nice = getpriority(PRIO_PROCESS, 0),
                                    .runtime_ns = PROMPT_SLICE_NS};
    if (sched_getscheduler(0) == SCHED_OTHER)
        syscall(SYS_sched_setattr, 0, &attributes, 0);
#endif
}

void sit_thread_give_way(void)
{
    /* Both are the thread's own on Linux. Relative: the whole may have been started at
     * a priority of its own. */
    struct sched_param unused = {0};
    int nice = getpriority(PRIO_PROCESS, (id_t)gettid()) + LATER_NICE;
    setpriority(PRIO_PROCESS, (id_t)gettid(), nice);
    if (sched_getscheduler(0) == SCHED_OTHER)
        sched_setscheduler(0, SCHED_BATCH, &unused);
}
